"""What is wrong with a site file, where, and what to write instead.

ConfigError
    one or more Problems; its text is the letter a person reads
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError


@dataclass(frozen=True)
class Problem:
    """One thing wrong: `where` is a key such as `source.airline-tweets.every`, `line` counts from 1 when known."""

    where: str
    sentence: str
    line: int | None = None

    def __str__(self) -> str:
        line = f" (line {self.line})" if self.line else ""
        return f"{self.where}{line}: {self.sentence}"


class ConfigError(Exception):
    """A site file that cannot be used; `problems` says all that is wrong with it, not only the first thing."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__("\n".join([f"{file}:"] + [f"  {problem}" for problem in self.problems]))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when nothing is near."""
    names = sorted(known)
    by_lower = {name.lower(): name for name in names}
    found = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.5)
    return by_lower[found[0]] if found else None


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """The sentence for an unknown name: says the nearest known one, or all of them."""
    names = sorted(known)
    guess = nearest(word, names)
    hint = f'did you mean "{guess}"?' if guess else "known are: " + ", ".join(names)
    return f'unknown {what} "{word}"; {hint}'


def explain(
    error: ValidationError, model: type[BaseModel], prefix: Sequence[str] = (), beside: Iterable[str] = ()
) -> list[Problem]:
    """Turn pydantic's findings about `model` into Problems whose keys are those of the file.

    `prefix` is where in the file the model stands; `beside` are keys of the same table that others have read.
    A finding about the whole may name its key itself, as "wall.main: what is wrong".
    """
    problems = []
    for found in error.errors(include_url=False):
        where, sentence = _key([*prefix, *found["loc"]]), _sentence(found, model, beside)
        named = re.match(r"^([\w-]+(?:\.[\w-]+)+): (.+)$", sentence, re.DOTALL)
        if named and not found["loc"]:
            where, sentence = named[1], named[2]
        problems.append(Problem(where, sentence))
    return problems


def _key(loc: Sequence[Any]) -> str:
    # pydantic adds the branch of a union it tried ("str", "function-after[...]"): no key of the file looks like that
    parts = [str(part) for part in loc if not re.search(r"[\[\(]|^(str|list|dict)$", str(part))]
    return ".".join(parts) or "the file"


def _sentence(found: Any, model: type[BaseModel], beside: Iterable[str]) -> str:
    kind, loc = found["type"], found["loc"]
    if kind == "missing":
        return "is required and missing"
    if kind == "extra_forbidden":
        known = _keys_at(model, loc[:-1]) + (list(beside) if len(loc) == 1 else [])
        return unknown("key", str(loc[-1]), known)
    if kind == "literal_error":
        given = found.get("input")
        allowed = re.findall(r"'([^']+)'", str(found["ctx"]["expected"]))
        return unknown("value", str(given), allowed)
    message = str(found["msg"]).removeprefix("Value error, ")
    given = found.get("input")
    if kind in ("tuple_type", "list_type"):
        return 'must be a list, such as ["..."]'
    if kind == "too_short":
        return f"is empty; write at least {found['ctx']['min_length']}"
    if kind in ("time_delta_type", "time_delta_parsing"):
        return 'must be a text of a number and a unit, such as "30s", "5m", "24h" or "7d"'
    if kind == "value_error" or isinstance(given, dict | list):
        return message[:1].lower() + message[1:]
    return f"{message[:1].lower() + message[1:]}, not {given!r}"


def _keys_at(model: type[BaseModel], loc: Sequence[Any]) -> list[str]:
    """The keys `model` knows at `loc`, as the file spells them."""
    current: Any = model
    for part in loc:
        field = _field(current, part)
        if field is not None:
            current = _inner_model(field.annotation)
        if current is None:
            return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _field(model: type[BaseModel], part: Any) -> Any:
    return next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    """The pydantic model inside `list[Model]`, `dict[str, Model]`, `Model | None` or `Model`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        model = _inner_model(inner)
        if model is not None:
            return model
    return None
