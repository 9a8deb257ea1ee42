"""The deadlines of the case that stands open on the desk: in words, as text, and within reach of a keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from dash.development.base_component import Component

from callbacks import desk_views
from callbacks.hands import Hands
from layouts.desk.deadlines import deadlines
from layouts.explain.told import Row, Told
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.pages.desk_world import parts, text_of, view_of
from tests.promises.keeping import site_of
from tests.promises.told_site import SITE, happened, tell, there
from tests.rows import case, keep

CSS = (Path(__file__).parents[2] / "assets" / "desk_deadlines.css").read_text(encoding="utf-8")
BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2025, 10, 30, 17, 30, tzinfo=BERLIN)
MONDAY = datetime(2025, 11, 3, 9, 15, tzinfo=BERLIN)
BAD = "<img src=x onerror=1> \u202eevil"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    warehouse = Warehouse("duckdb:w", tmp_path / "w", NOON)
    yield Ledger(warehouse)
    warehouse.close()


def hands(ledger: Ledger, folder: Path, text: str = SITE) -> Hands:
    """As much of a house as the desk takes hold of, seen from the Monday."""
    file = folder / "site.toml"
    file.write_text(text, encoding="utf-8")
    served = SimpleNamespace(site=site_of(text), build="b", file=str(file))
    answers = Answers(ledger.warehouse, load_catalogue(), DictCache())
    return cast(Hands, SimpleNamespace(answers=answers, clock=lambda: MONDAY, served=lambda: served))


def beside(hands: Hands, case_id: str = "x:1") -> Component:
    drawn: Component = desk_views.beside_for(view_of(hands, "view=cases"), {"case": case_id})
    return drawn


def clocks_of(drawn: Any) -> list[Any]:
    return [one for one in parts(drawn) if getattr(one, "className", "") == "desk-deadline"]


def test_a_case_that_stands_open_shows_each_clock_and_why_it_is_due_then(ledger: Ledger, tmp_path: Path) -> None:
    tell(ledger, THURSDAY)
    drawn = beside(hands(ledger, tmp_path))
    headings = [text_of(one) for one in parts(drawn) if type(one).__name__ == "H3"]
    assert headings[:2] == ["Deadlines", "What happened, 1 event"]
    first, resolution = clocks_of(drawn)
    assert text_of(first).startswith("First response● on trackdue Mon 3 Nov 10:30:00 · 1 h 15 min 0 s of 2 h left")
    assert "Fri 31 Oct 00:00:00 to Sat 1 Nov 00:00:00" in text_of(first)
    assert "track.restore.frt " + there('frt = "2h"') in text_of(first)
    assert text_of(resolution).startswith("Resolution")


def test_an_explanation_opens_without_a_script_and_is_named_after_its_clock(ledger: Ledger, tmp_path: Path) -> None:
    tell(ledger, THURSDAY)
    for clock in clocks_of(beside(hands(ledger, tmp_path))):
        (details,) = (one for one in parts(clock) if type(one).__name__ == "Details")
        (summary,) = (one for one in parts(details) if type(one).__name__ == "Summary")
        title = next(text_of(one) for one in parts(clock) if type(one).__name__ == "Strong")
        assert text_of(summary) == f"Explain {title}"
        (scrolled,) = (one for one in parts(details) if getattr(one, "className", "") == "desk-scroll")
        assert scrolled.tabIndex == 0, "what scrolls is reached by keyboard"  # type: ignore[attr-defined]
        assert getattr(scrolled, "aria-label") == f"{title}, part by part"


def test_a_case_without_a_promise_says_why(ledger: Ledger, tmp_path: Path) -> None:
    tell(ledger, THURSDAY, is_drill=True)
    assert "No clock runs for it: it is an exercise." in text_of(beside(hands(ledger, tmp_path)))
    keep(ledger, cases=[case(2, opened_at=THURSDAY, track="care")])
    said = "No clock runs for it: its track promises nothing, or nothing is owed yet."
    assert said in text_of(beside(hands(ledger, tmp_path), "x:2")), "no answer yet, so no next response is owed"
    bare = SITE[: SITE.index("[calendar.berlin]")]
    assert "site.toml has no [track.NAME]." in text_of(beside(hands(ledger, tmp_path, bare), "x:2"))
    gone = text_of(beside(hands(ledger, tmp_path), "x:404"))
    assert "Deadlines" not in gone


def test_without_the_file_the_lines_are_not_told_and_all_else_is(ledger: Ledger, tmp_path: Path) -> None:
    tell(ledger, THURSDAY)
    there_is = hands(ledger, tmp_path)
    (tmp_path / "site.toml").unlink()
    told = text_of(clocks_of(beside(there_is))[0])
    assert "target 2 h: track.restore.frt (site.toml)" in told


def test_what_people_wrote_stays_text(ledger: Ledger, tmp_path: Path) -> None:
    reply = happened("message", MONDAY.replace(minute=5), actor=BAD, visibility="public")
    tell(ledger, THURSDAY, reply)
    told = text_of(clocks_of(beside(hands(ledger, tmp_path)))[0])
    assert "message by our people (<img src=x onerror=1> evil)" in told
    assert "\u202e" not in told


def told(count: int = 1, state: str = "on track") -> Told:
    row = Row("counted", "Mon to Tue", "counted 1 s", "1 s")
    return Told("First response", state, "–", "–", "because", "started", "stopped", [row] * count, ["rule"])


def test_a_clock_of_years_is_cut_and_says_by_how_much() -> None:
    (table,) = (one for one in parts(deadlines([told(260)], "")) if type(one).__name__ == "Tbody")
    lines = [text_of(one) for one in parts(table) if type(one).__name__ == "Tr"]
    assert (len(lines), lines[-1]) == (201, "and 60 parts more")


@pytest.mark.parametrize("state", ["met", "on track", "at risk", "breached", "paused", "declined"])
def test_no_state_is_told_by_colour_alone(state: str) -> None:
    (clock,) = clocks_of(deadlines([told(state=state)], ""))
    (mark,) = (one for one in parts(clock) if getattr(one, "className", "") == "desk-deadline-state")
    shape, word = text_of(mark).split(" ", 1)
    assert (len(shape), word) == (1, state)


def test_the_style_sheet_keeps_to_the_desk_and_to_its_colours() -> None:
    plain = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
    for selector in re.findall(r"(?:^|[}{])\s*([^{}@]+)\{", plain):
        for one in selector.split(","):
            assert re.match(r"\s*\.desk-(deadline|whatif)", one), one
    assert not re.search(r"#[0-9A-Fa-f]{3,8}\b|rgb", plain), "colours are those of layouts/desk/palette.py"
