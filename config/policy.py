"""Another policy beside the site file's: the calendars and tracks of a text, put in place of the site's own."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from config.base import Model
from config.errors import ConfigError, Problem, explain, unknown
from config.load import placed
from config.models import Site
from config.promises import Calendars, Sla, Tracks, faults

KINDS = ("calendar", "track", "sla")
"""The tables a policy is made of. Of each kind it has all or none: those of a kind it does not have are the site's."""


class Policy(Model):
    """What a policy file may say; other tables of a site file are not read."""

    calendar: Calendars = Field(default_factory=dict)
    track: Tracks = Field(default_factory=dict)
    sla: Sla | None = None


def read_policy(path: Path) -> str:
    """The text of a policy file. Raises ConfigError when there is none, or it is not text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(str(path), [Problem("the file", "does not exist")]) from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), [Problem("the file", "is not UTF-8 text; save it as UTF-8")]) from None
    except OSError as error:
        raise ConfigError(str(path), [Problem("the file", f"cannot be read: {error.strerror}")]) from None


def with_policy(site: Site, text: str, file: str) -> Site:
    """The site as it were with the calendars, tracks and default track of a text in TOML, a whole site file or less.

    Raises ConfigError with every problem; `file` is the name its messages use.
    """
    raw = tables_of(text, file)
    tables = {kind: raw[kind] for kind in KINDS if kind in raw}
    if not tables:
        raise ConfigError(file, [Problem("the file", "has no [calendar.NAME], [track.NAME] or [sla] to compare with")])
    try:
        said = Policy.model_validate(tables)
    except ValidationError as error:
        problems = [placed(one.where.split("."), one.sentence, raw, text) for one in explain(error, Policy)]
        raise ConfigError(file, problems) from None
    made = site.model_copy(update={kind: getattr(said, kind) for kind in tables})
    if wrong := [placed(path, sentence, raw, text) for path, sentence in faults(made.calendar, made.track, made.sla)]:
        raise ConfigError(file, wrong)
    return made


def tables_of(text: str, file: str) -> dict[str, Any]:
    """The tables of a text in TOML, of which all must be a site file's. Raises ConfigError."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        sentence = re.sub(r"\s*\(at .*\)$", "", str(error))
        number = int(line[1]) if line else None
        raise ConfigError(file, [Problem("the file", f"is not TOML: {sentence}", number)]) from None
    known = [field.alias or name for name, field in Site.model_fields.items() if not field.exclude]
    if odd := [Problem(key, unknown("key", key, known)) for key in raw if key not in known]:
        raise ConfigError(file, odd)
    return raw
