"""The questions there are: one .sql file each, whose header is its signature.

QuestionError
├── UnknownQuestion      no such question; says the nearest
├── UnknownParameter     no such parameter; says the nearest
├── MissingParameter     a parameter without default was not given
├── BadParameter         a value that cannot be what the header says
└── TooSlow              interrupted after the time it was given
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

READ = Path(__file__).with_name("read")
TYPES = ("timestamp", "varchar", "bigint", "double", "boolean", "timestamp[]", "varchar[]")
ROUNDED = ("now", "since", "until")


class QuestionError(Exception):
    """A sentence that names what was asked wrongly and what could be asked."""


class UnknownQuestion(QuestionError):
    """There is no question of this name."""


class UnknownParameter(QuestionError):
    """The question has no parameter of this name."""


class MissingParameter(QuestionError):
    """A parameter without a default was not given."""


class BadParameter(QuestionError):
    """A value does not fit its parameter."""


class TooSlow(QuestionError):
    """The question took longer than it was given and was interrupted."""


@dataclass(frozen=True, slots=True)
class Param:
    """`default` is the header's text: None when required, "now" for this moment, else a literal."""

    name: str
    type: str
    default: str | None
    meaning: str

    @property
    def is_list(self) -> bool:
        """Whether it takes several values; none of them means all."""
        return self.type.endswith("[]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its header states it. `tick` is how finely time moves for it; `grain` names what one row is."""

    name: str
    topic: str
    meaning: str
    tick: timedelta
    params: tuple[Param, ...]
    columns: tuple[Column, ...]
    grain: str
    sql: str


_TICK = {"s": 1, "m": 60, "h": 3600}
_LINE = re.compile(r"^--\s+(param|column)\s+(\w+)\s+(\w+(?:\[\])?)(?:\s+=\s+(\S+))?(?:\s{2,}(.*))?$")


def parse_question(path: Path) -> Question:
    """Read one .sql file. Raises ValueError, naming file and line, when its header is not a signature."""
    text = path.read_text(encoding="utf-8")
    header = [line for line in text.splitlines() if line.startswith("--")]
    first = re.match(rf"^-- {path.stem}: (.+)$", header[0]) if header else None
    if not first:
        raise ValueError(f'{path.name}: the first line must be "-- {path.stem}: what it answers."')
    params, columns, tick, grain = [], [], timedelta(0), ""
    for line in header[1:]:
        if found := _LINE.match(line):
            if found[3] not in TYPES:
                raise ValueError(f'{path.name}: "{found[3]}" in "{line}" is not one of {", ".join(TYPES)}')
            if found[1] == "param":
                params.append(Param(found[2], found[3], found[4], (found[5] or "").strip()))
            else:
                columns.append(Column(found[2], found[3], (found[5] or "").strip()))
        elif found := re.match(r"^--\s+tick\s+(\d+)([smh])$", line):
            tick = timedelta(seconds=int(found[1]) * _TICK[found[2]])
        elif found := re.match(r"^--\s+grain\s+(.+)$", line):
            grain = found[1].strip()
    if not columns or not grain or not tick:
        raise ValueError(f"{path.name}: the header needs a tick, at least one column and a grain")
    return Question(path.stem, path.parent.name, first[1], tick, tuple(params), tuple(columns), grain, text)


def load_catalogue(folder: Path = READ) -> dict[str, Question]:
    """Every question under `folder`, by name. Raises ValueError for a broken header or a name used twice."""
    questions: dict[str, Question] = {}
    for path in sorted(folder.glob("*/*.sql")):
        question = parse_question(path)
        if question.name in questions:
            raise ValueError(f"{path.name} stands in two topics; a question's name is its own")
        questions[question.name] = question
    return questions


def find(catalogue: Mapping[str, Question], name: str) -> Question:
    """The question called `name`. Raises UnknownQuestion with the nearest one."""
    if name not in catalogue:
        raise UnknownQuestion(_unknown("question", name, catalogue))
    return catalogue[name]


def bind(question: Question, given: Mapping[str, Any], now: datetime, known_at: datetime) -> dict[str, Any]:
    """Every parameter of `question` with its value: what was given, else its default.

    `now` is this moment, `known_at` when the latest revision became known: the defaults of those two parameters.
    Raises UnknownParameter, MissingParameter, BadParameter.
    """
    names = [param.name for param in question.params]
    for name in given:
        if name not in names:
            raise UnknownParameter(_unknown(f"parameter of {question.name}", name, names))
    moments = {"now": now, "known_at": known_at}
    bound = {param.name: _value(question, param, given, moments) for param in question.params}
    if "since" in bound and "until" in bound and bound["until"] <= bound["since"]:
        raise BadParameter("until must be later than since")
    return bound


def _value(question: Question, param: Param, given: Mapping[str, Any], moments: Mapping[str, datetime]) -> Any:
    value = given.get(param.name)
    if value is None:
        if param.default is None:
            raise MissingParameter(f"{question.name} needs {param.name} ({param.meaning or param.type})")
        return moments[param.name] if param.default == "now" else _default(param)
    return checked(param, value)


def _default(param: Param) -> Any:
    text = str(param.default)
    if text == "[]":
        return []
    return _number(param, text) if param.type in ("bigint", "double") else text.strip('"')


def checked(param: Param, value: Any) -> Any:
    """`value` as the type of `param`. Raises BadParameter: a moment without a zone, a word where a number goes."""
    if param.is_list:
        values = value if isinstance(value, list | tuple) else [value]
        single = Param(param.name, param.type[:-2], None, param.meaning)
        listed = [checked(single, one) for one in values]
        return _rising(param, listed) if param.type == "timestamp[]" else listed
    if param.type == "timestamp":
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise BadParameter(f"{param.name} must be a moment with a time zone, such as 2026-11-21T08:00:00Z")
        return value
    if param.type in ("bigint", "double"):
        return _number(param, value)
    if param.type == "boolean":
        return _boolean(param, value)
    return str(value)


def _rising(param: Param, moments: list[datetime]) -> list[datetime]:
    """Instants that cut time into spans; within ten years, so that no question counts quarter hours for ever."""
    if len(moments) < 2 or any(later <= earlier for earlier, later in pairwise(moments)):
        raise BadParameter(f"{param.name} must be at least two instants, each later than the one before")
    if moments[-1] - moments[0] > _LONGEST:
        raise BadParameter(f"{param.name} must lie within ten years of each other")
    return moments


def _number(param: Param, value: Any) -> int | float:
    try:
        number: int | float = float(value) if param.type == "double" else int(str(value))
    except ValueError:
        kind = "a number" if param.type == "double" else "a whole number"
        raise BadParameter(f'{param.name} must be {kind}, not "{value}"') from None
    if isinstance(number, int) and not -(2**63) <= number < 2**63:
        raise BadParameter(f'{param.name} must be a whole number of at most 64 bits, not "{value}"')
    return number


def _boolean(param: Param, value: Any) -> bool:
    words = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if str(value).lower() not in words:
        raise BadParameter(f'{param.name} must be true or false, not "{value}"')
    return words[str(value).lower()]


_LONGEST = timedelta(days=3660)
_AGO = re.compile(r"^-(\d{1,7})([smhdw])$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_moment(text: str, now: datetime, zone: Any) -> datetime:
    """A moment as a person writes it: ISO 8601, or "-24h" before `now`, or "now". Aware UTC.

    A text without an offset is read in `zone`, the site's. Raises ValueError with the forms that are understood.
    """
    if text == "now":
        return now
    try:
        if ago := _AGO.match(text):
            return now - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]])
        # a "+" in a web address arrives as a blank
        moment = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text) if "T" in text else text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f'"{text}" is not a moment; write 2026-11-21T08:00:00Z, 2026-11-21, "-24h" or "now"') from None


def parse_given(question: Question, given: Iterable[tuple[str, str]], now: datetime, zone: Any) -> dict[str, Any]:
    """Turn `key=value` texts into values for `bind`; a list is a repeated key.

    Raises UnknownParameter or BadParameter, naming the key.
    """
    params = {param.name: param for param in question.params}
    values: dict[str, Any] = {}
    for name, text in given:
        if name not in params:
            raise UnknownParameter(_unknown(f"parameter of {question.name}", name, params))
        param = params[name]
        value: Any = text
        if param.type.startswith("timestamp"):
            try:
                value = parse_moment(text, now, zone)
            except ValueError as error:
                raise BadParameter(f"{name}: {error}") from None
        if param.is_list:
            values.setdefault(name, []).append(value)
        elif name in values:
            raise BadParameter(f"{name} is given twice and takes one value")
        else:
            values[name] = value
    return values


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    hint = f'did you mean "{near[0]}"?' if near else "there are: " + ", ".join(names)
    return f'unknown {what} "{name}"; {hint}'
