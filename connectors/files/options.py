"""What a site file may say in a `[[source]]` of kind "files"."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, field_validator, model_validator

from connectors import contract
from connectors.files.fields import RECORDS, WORDS, RecordKind
from connectors.files.problems import nearest, shown
from connectors.files.times import check_format


class Column(contract.Options):
    """Where one of our columns comes from. A plain string is short for `{ from = "..." }`."""

    theirs: str | None = Field(
        default=None, alias="from", min_length=1, description="their column; in JSON a dotted path such as user.name"
    )
    format: str | None = Field(
        default=None, description="how a time is written: iso (default), epoch, epoch_ms, excel or a strptime pattern"
    )
    timezone: str | None = Field(default=None, description="the IANA zone of times that name none")
    values: dict[str, str] = Field(default_factory=dict, description="their value = ours; others pass unchanged")
    missing: tuple[str, ...] = Field(default=(), strict=False, description="texts that mean unknown, such as ?")
    join: tuple[str, ...] = Field(
        default=(), strict=False, description="their columns, put one below the other; empty ones are left out"
    )
    hash: tuple[str, ...] = Field(
        default=(), strict=False, description="their columns, made into a stable id; for rows whose own id is lost"
    )
    split: str | None = Field(default=None, min_length=1, description="what stands between several brands in one cell")

    @property
    def theirs_all(self) -> tuple[str, ...]:
        """Every column of theirs this one needs."""
        return ((self.theirs,) if self.theirs else ()) + self.join + self.hash

    @field_validator("missing", "join", "hash", mode="before")
    @classmethod
    def _list(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError(f'must be a list: ["{value}"]')
        return value

    @field_validator("format")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        return value if value is None else check_format(value)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError(_unknown("time zone", value, available_timezones()))
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> Column:
        if sum(map(bool, (self.theirs, self.join, self.hash))) != 1:
            raise ValueError("needs exactly one of from, join and hash")
        return self


def _unknown(what: str, word: str, known: Any) -> str:
    guess = nearest(word, known)
    return f'unknown {what} "{word}"' + (f'; did you mean "{guess}"?' if guess else "")


def _long_form(value: object) -> object:
    if not isinstance(value, str | dict | Column):
        raise ValueError(f'write the name of their column, or a table such as {{ from = "name" }}, not {value!r}')
    return {"from": value} if isinstance(value, str) else value


_Words = Annotated[tuple[str, ...], Field(strict=False)]


class Options(contract.Options):
    """Tables in a folder: csv, tsv, jsonl, json, parquet and xlsx, the text ones also as .gz."""

    records: Literal["mentions", "cases", "case_events"] = Field(default="mentions", description="what a row is")
    path: str = Field(min_length=1, description="the files, such as data/*.csv; ** reaches into subfolders")
    format: Literal["csv", "tsv", "jsonl", "json", "parquet", "xlsx"] | None = Field(
        default=None, description="how the files are written; by their ending when left out"
    )
    encoding: str | None = Field(
        default=None, description="the letters of text files, such as windows-1252; found by looking when left out"
    )
    sheet: str | None = Field(default=None, description="the sheet of an xlsx file; the first when left out")
    columns: dict[str, Annotated[Column, BeforeValidator(_long_form)]] = Field(
        description="ours = theirs, or a table when it needs work"
    )
    defaults: dict[str, Any] = Field(
        default_factory=dict, description='ours = the value where their table has none, such as platform = "twitter"'
    )
    only: dict[str, _Words] = Field(
        default_factory=dict, description='their column = the texts a row must have there, such as inbound = ["True"]'
    )
    skip: dict[str, _Words] = Field(
        default_factory=dict, description='their column = the texts that leave a row out, such as state = ["?", ""]'
    )

    @property
    def kind(self) -> RecordKind:
        """What a row is, with its fields."""
        return RECORDS[self.records]

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        try:
            io.TextIOWrapper(io.BytesIO(), encoding=value or "utf-8").close()
        except LookupError:
            raise ValueError(f'unknown encoding "{value}"; write utf-8, utf-16, windows-1252 …') from None
        return value

    @field_validator("only", "skip", mode="before")
    @classmethod
    def _lists(cls, value: object) -> object:
        for theirs, texts in value.items() if isinstance(value, dict) else ():
            if not isinstance(texts, list | tuple):
                raise ValueError(f'{theirs} must be a list: ["{texts}"]')
            if not texts:
                raise ValueError(f"{theirs} is an empty list; write the texts that are meant")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Options:
        for where, names in (("columns", self.columns), ("defaults", self.defaults)):
            for name in names:
                if name not in self.kind.fields:
                    raise ValueError(f"{where}: " + _no_field(name, self.records))
        for name in (*self.kind.columns, *self.kind.either):
            if name in self.columns or (name in self.defaults and name in self.kind.either):
                continue
            if name == "platform":
                sentence = 'write defaults = { platform = "twitter" }, or map a column to it'
                raise ValueError(f"platform is required: {sentence}")
            raise ValueError(f"columns: {name} is required and missing")
        return self

    @model_validator(mode="after")
    def _words_fit(self) -> Options:
        kind = self.kind
        allowed = {"format": kind.times, "timezone": kind.times, "hash": kind.ids, "split": kind.of("brands")}
        for name, column in self.columns.items():
            for word, fields in allowed.items():
                if getattr(column, word) and name not in fields:
                    what = f"is a word for {' and '.join(fields)}" if fields else f"is no word for {self.records}"
                    raise ValueError(f'columns.{name}: "{word}" {what}')
            if name in kind.times and column.join:
                raise ValueError(f"columns.{name}: a time comes from one column; write from instead of join")
            if kind.fields[name] in ("kind", "actor", "sight"):
                for ours in column.values.values():
                    _one_of(f"columns.{name}.values", ours, WORDS[kind.fields[name]])
        return self

    @model_validator(mode="after")
    def _defaults_fit(self) -> Options:
        for name, value in self.defaults.items():
            shape = self.kind.fields[name]
            if shape in ("moment", "time", "own") or name == "event_id":
                raise ValueError(f"defaults: {name} differs from row to row; map a column to it")
            types, words = _TYPES.get(shape, ((str,), "a text"))
            if type(value) not in types or value == "" or value != value or (shape == "whole" and value < 0):
                raise ValueError(f"defaults.{name}: must be {words}, not {shown(str(value))}")
            if shape in WORDS:
                _one_of(f"defaults.{name}", value, WORDS[shape])
        return self


_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "whole": ((int,), "a whole number from 0"),
    "decimal": ((int, float), "a number"),
    "flag": ((bool,), "true or false"),
}


def _one_of(where: str, word: str, known: Sequence[str]) -> None:
    if word not in known:
        guess = nearest(word, known)
        hint = f'; did you mean "{guess}"?' if guess else ""
        raise ValueError(f"{where}: must be one of {', '.join(known)}, not {shown(word)}{hint}")


def _no_field(name: str, records: str) -> str:
    """The sentence for a field these records do not have."""
    others = [other for other, kind in RECORDS.items() if name in kind.fields]
    if others:
        return f'"{name}" is a column of {" and ".join(others)}, and this source has records = "{records}"'
    return _unknown("column", name, RECORDS[records].fields)
