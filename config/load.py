"""Reading a site file: TOML in, a frozen Site out, or a ConfigError that says what to write instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.errors import ConfigError, Problem, explain
from config.models import Site
from config.promises import Fault, faults
from config.roster import name_faults, track_faults

SHIPPED_WALL = Path(__file__).with_name("wall.toml")
_KEY = r"(?:[A-Za-z0-9_-]+|\"[^\"]+\"|'[^']+')"
ROSTER_SCENES = ("sun", "people")  # show the roster: a site without one has nothing to show there
PROMISE_SCENES = ("service", "answers")  # show what is promised
UNPROMISED_SCENE = "unpromised"  # is the scene "service" of a site that promises nothing


def load_site(path: Path) -> Site:
    """Read the site file at `path`; relative paths in it start from its folder.

    Raises ConfigError with every problem found: a missing file, bytes that are not UTF-8, broken TOML, wrong keys.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(str(path), [Problem("the file", "does not exist; `python app.py init` writes one")]) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            str(path), [Problem("the file", f"is not UTF-8 text ({error.reason}); save it as UTF-8")]
        ) from None
    except OSError as error:
        raise ConfigError(str(path), [Problem("the file", f"cannot be read: {error.strerror}")]) from None
    return parse_site(text, base=path.resolve().parent, file=str(path))


def parse_site(text: str, *, base: Path, file: str = "site.toml") -> Site:
    """Read the text of a site file. Raises ConfigError; `file` is the name its messages use."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        sentence = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise ConfigError(
            file, [Problem("the file", f"is not TOML: {sentence}", int(line[1]) if line else None)]
        ) from None
    _hang_shipped(raw)
    try:
        site = Site.model_validate({**raw, "base": base})
    except ValidationError as error:
        problems = [placed(one.where.split("."), one.sentence, raw, text) for one in explain(error, Site)]
        raise ConfigError(file, problems) from None
    if wrong := [placed(path, said, raw, text) for path, said in _faults(site)]:
        raise ConfigError(file, wrong)
    return site


def _faults(site: Site) -> Iterator[Fault]:
    """What cannot be true together. Where other files hold a part of the roster, who reads them judges its names."""
    yield from faults(site.calendar, site.track, site.sla)
    yield from track_faults(site.shift, site.roster, site.staffing, site.track)
    if not site.roster:
        yield from name_faults(site.absence, site.staffing, site.shift)


def _hang_shipped(raw: dict[str, Any]) -> None:
    """Put the shipped panels beside the file's own, and the shipped wall where it hangs none."""
    shipped = tomllib.loads(SHIPPED_WALL.read_text(encoding="utf-8"))
    if isinstance(raw.get("panel", {}), dict):
        raw["panel"] = {**shipped["panel"], **raw.get("panel", {})}
    if raw.get("wall"):
        return
    raw["wall"] = shipped["wall"]
    has_tracks = bool(raw.get("track"))
    idle = [
        *((UNPROMISED_SCENE,) if has_tracks else PROMISE_SCENES),
        *(() if raw.get("shift") or raw.get("roster") else ROSTER_SCENES),
    ]
    for wall in raw["wall"].values():
        hung = {name: scene for name, scene in wall["scene"].items() if name not in idle}
        wall["scene"] = {"service" if name == UNPROMISED_SCENE else name: scene for name, scene in hung.items()}


def locate(text: str, path: Sequence[str | int]) -> int | None:
    """The line (from 1) of the key `path`, such as ("source", 0, "every"), in a TOML text; None when not found.

    It reads headers and `key =` lines only, which is how people write site files; a miss costs only the number.
    """
    names = [_plain(part) for part in path if isinstance(part, str)]
    place = next((place for place, part in enumerate(path) if isinstance(part, int)), None)
    array, index = ([], 0) if place is None else (names[:place], path[place])
    best: int | None = None
    table: list[str] = []
    seen = -1
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]", line)
        if header:
            table = _keys(header[2])
            if header[1] == "[[" and array == table:
                seen += 1
            if names[: len(table)] == table and seen in (index, -1):
                best = number
            continue
        key = re.match(rf"^\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=", line)
        here = [*table, *_keys(key[1])] if key else []
        if here and here == names[: len(here)] and seen in (index, -1):
            best = number
            if here == names:
                return number
    return best


def _keys(written: str) -> list[str]:
    return [_plain(key) for key in re.findall(_KEY, written)]


def _plain(key: object) -> str:
    """A key as names are compared: some are read in small letters."""
    return str(key).strip("\"'").strip().lower()


def placed(where: Sequence[str | int], sentence: str, raw: dict[str, Any], text: str) -> Problem:
    """A problem at a key of the file: members of arrays by their own name (source.airline-tweets), and the line."""
    words: list[str] = []
    path: list[str | int] = []
    here: Any = raw
    for part in where:
        if isinstance(here, list) and str(part).isdigit() and int(part) < len(here):
            path.append(int(part))
            here = here[int(part)]
            name = here.get("name") if isinstance(here, dict) else None
            words.append(str(name) if name else f"{int(part) + 1}")
        elif isinstance(part, str) and not (part.isdigit() and isinstance(here, dict) and part not in here):
            path.append(part)
            words.append(part)
            here = _member(here, part)
        # else a single table where there may be several: the file counts none
    return Problem(".".join(words), sentence, locate(text, path))


def _member(table: object, key: str) -> object:
    """What stands under a key, which may be spelled in other letters."""
    members = table.items() if isinstance(table, dict) else ()
    return next((value for name, value in members if _plain(name) == _plain(key)), None)
