"""Reading a site file: TOML in, a frozen Site out, or a ConfigError that says what to write instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.errors import ConfigError, Problem, explain
from config.models import Site

SHIPPED_WALL = Path(__file__).with_name("wall.toml")
ROSTER_SCENE = "sun"  # shows the roster: a site without one has nothing to show there


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
        return Site.model_validate({**raw, "base": base})
    except ValidationError as error:
        problems = [_placed(problem, raw, text) for problem in explain(error, Site)]
        raise ConfigError(file, problems) from None


def _hang_shipped(raw: dict[str, Any]) -> None:
    """Put the shipped panels beside the file's own, and the shipped wall where it hangs none."""
    shipped = tomllib.loads(SHIPPED_WALL.read_text(encoding="utf-8"))
    if isinstance(raw.get("panel", {}), dict):
        raw["panel"] = {**shipped["panel"], **raw.get("panel", {})}
    if raw.get("wall"):
        return
    raw["wall"] = shipped["wall"]
    if not raw.get("shift"):
        for wall in raw["wall"].values():
            wall["scene"].pop(ROSTER_SCENE, None)


def locate(text: str, path: Sequence[str | int]) -> int | None:
    """The line (from 1) of the key `path`, such as ("source", 0, "every"), in a TOML text; None when not found.

    It reads headers and `key =` lines only, which is how people write site files; a miss costs only the number.
    """
    names = [part for part in path if isinstance(part, str)]
    index = next((part for part in path if isinstance(part, int)), 0)
    best: int | None = None
    table: list[str] = []
    seen = -1
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]", line)
        if header:
            table = [part.strip().strip("\"'") for part in header[2].split(".")]
            if header[1] == "[[" and names[:1] == table:
                seen += 1
            if names[: len(table)] == table and (seen == index or seen == -1):
                best = number
            continue
        key = re.match(r"^\s*([A-Za-z0-9_-]+|\"[^\"]+\"|'[^']+')\s*=", line)
        here = [*table, key[1].strip("\"'")] if key else []
        if here and here == names[: len(here)] and (seen == index or seen == -1):
            best = number
            if here == names:
                return number
    return best


def _placed(problem: Problem, raw: dict[str, Any], text: str) -> Problem:
    """Name array members by their own name (source.airline-tweets) and add the line."""
    path: list[str | int] = [int(part) if part.isdigit() else part for part in problem.where.split(".")]
    words = [str(part) for part in path]
    if len(path) > 1 and isinstance(path[1], int) and isinstance(raw.get(str(path[0])), list):
        entry = raw[str(path[0])][path[1]]
        name = entry.get("name") if isinstance(entry, dict) else None
        words[1] = str(name) if name else f"{path[1] + 1}"
    return Problem(".".join(words), problem.sentence, locate(text, path))
