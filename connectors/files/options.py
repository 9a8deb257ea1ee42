"""What a site file may say in a `[[source]]` of kind "files"."""

from __future__ import annotations

import io
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, field_validator, model_validator

from connectors import contract
from connectors.files.problems import nearest, shown
from connectors.files.times import check_format

OURS = (
    "item_id", "platform", "published_at", "text", "brand", "edited_at", "url", "language", "region", "author_id",
    "author_name", "author_followers_count", "reach_count", "parent_id", "conversation_id", "media_type",
    "source_sentiment", "is_drill",
)  # fmt: skip
"""Our columns, the ones a file may fill."""

TIMES = ("published_at", "edited_at")
IDS = ("item_id", "author_id", "parent_id", "conversation_id")
COUNTS = ("author_followers_count", "reach_count")
LABELS = ("negative", "neutral", "positive")


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


class Options(contract.Options):
    """Tables in a folder: csv, tsv, jsonl, json, parquet and xlsx, the text ones also as .gz."""

    records: Literal["mentions"] = Field(default="mentions", description="what a row is")
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

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        try:
            io.TextIOWrapper(io.BytesIO(), encoding=value or "utf-8").close()
        except LookupError:
            raise ValueError(f'unknown encoding "{value}"; write utf-8, utf-16, windows-1252 …') from None
        return value

    @model_validator(mode="after")
    def _whole(self) -> Options:
        for where, names in (("columns", self.columns), ("defaults", self.defaults)):
            for name in names:
                if name not in OURS:
                    raise ValueError(f"{where}: " + _unknown("column", name, OURS))
        for name in ("item_id", "published_at", "text"):
            if name not in self.columns and (name != "text" or name not in self.defaults):
                raise ValueError(f"columns: {name} is required and missing")
        if "platform" not in self.columns and "platform" not in self.defaults:
            raise ValueError('platform is required: write defaults = { platform = "twitter" }, or map a column to it')
        return self

    @model_validator(mode="after")
    def _words_fit(self) -> Options:
        for name, column in self.columns.items():
            allowed = {"format": TIMES, "timezone": TIMES, "hash": IDS, "split": ("brand",)}
            for word, fields in allowed.items():
                if getattr(column, word) and name not in fields:
                    raise ValueError(f'columns.{name}: "{word}" is a word for {" and ".join(fields)}')
            if name in TIMES and column.join:
                raise ValueError(f"columns.{name}: a time comes from one column; write from instead of join")
        return self

    @model_validator(mode="after")
    def _defaults_fit(self) -> Options:
        for name, value in self.defaults.items():
            if name in (*TIMES, "item_id"):
                raise ValueError(f"defaults: {name} differs from row to row; map a column to it")
            kind = int if name in COUNTS else bool if name == "is_drill" else str
            if type(value) is not kind or value == "" or (isinstance(value, int) and value < 0):
                words = {int: "a whole number from 0", bool: "true or false", str: "a text"}
                raise ValueError(f"defaults.{name}: must be {words[kind]}, not {shown(str(value))}")
        label = self.defaults.get("source_sentiment", "neutral")
        if label not in LABELS:
            raise ValueError(f"defaults.source_sentiment: must be one of {', '.join(LABELS)}, not {shown(str(label))}")
        return self
