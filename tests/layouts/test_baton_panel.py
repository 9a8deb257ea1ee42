"""The hand-over board: who passes what to whom, what nobody takes, and calm words when there is nothing to pass."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Panel, Site, parse_site
from layouts.panels import Drawn, Scope, panel_kinds
from tests.layouts.people_rows import GLOBE, answers, toml
from tests.layouts.test_wall_page import every
from tests.layouts.world import HOSTILE, table

NOW = datetime(2026, 11, 21, 16, 18, tzinfo=UTC)
PLAIN = NOW.replace(tzinfo=None)
MINUTE = timedelta(minutes=1)
SITE = """
[site]
name = "Air desk"
timezone = "Europe/London"
[[brand]]
name = "United"
terms = ["united"]
"""
TRACK = """
[calendar.always]
always = true
[sla]
default_track = "question"
[track.question]
calendar = "always"
frt = "47m"
"""
PANEL = Panel.model_validate(
    {
        "kind": "baton",
        "title": "Hand-over",
        "question": "q",
        "meaning": "m",
        "owner": "o",
        "threshold": "t",
        "next": "n",
    }
)
NEXT: dict[str, Any] = {
    "handover_at": PLAIN + 42 * MINUTE, "from_site": "London", "to_site": "New York", "opens_at": PLAIN - 60 * MINUTE,
    "overlap_seconds": 6120, "in_flight_count": 3, "unowned_count": 1,
}  # fmt: skip
ITEM: dict[str, Any] = {
    "handover_at": PLAIN + 42 * MINUTE, "from_site": "London", "case_id": "x:1", "subject": "my bag is lost",
    "track": "question", "platform": "x", "metric": "frt", "due_at": PLAIN + 90 * MINUTE, "remaining_seconds": 5400,
    "owner": "Ada", "next_owner": "Kim", "is_acknowledged": True, "breaches_at_seam": False, "state": "ok",
}  # fmt: skip
RED = {"next_owner": None, "is_acknowledged": False, "state": "red"}
WARN = {"is_acknowledged": False, "state": "warn"}


def site_of(more: str = toml(GLOBE) + TRACK) -> Site:
    return parse_site(SITE + more, base=Path("."))


def draw(items: list[dict[str, Any]], coming: list[dict[str, Any]] | None = None, **more: Any) -> Drawn:
    """The board of these items (each what differs from ITEM) at these hand-overs."""
    site = more.pop("site", site_of())
    tables = {
        "next": table("next_handover", [NEXT] if coming is None else coming),
        "baton": table("baton", [{**ITEM, "case_id": f"x:{n}", **item} for n, item in enumerate(items)]),
    }
    kind, scope = panel_kinds()["baton"], Scope(site, NOW, **more)
    drawn = kind.draw("b", PANEL, scope, tables if kind.asks(PANEL, scope) else {})
    stands = {getattr(one, "id", None) for one in every(kind.skeleton("b", PANEL, site))}
    assert {*drawn.values, *drawn.states, *drawn.lists} <= stands, "a picture only touches what stands on the page"
    json.dumps([drawn.values, drawn.lists], allow_nan=False)
    return drawn


def test_it_says_who_passes_to_whom_and_the_page_counts_down_to_it() -> None:
    drawn = draw([{}])
    assert drawn.values["b:said"] == "London → New York in"
    assert drawn.values["b:count"] == "2026-11-21T17:00:00Z"
    assert drawn.values["b:at"] == "at 17:00 London time"
    counts = [one for one in every(panel_kinds()["baton"].skeleton("b", PANEL, site_of()))
              if getattr(one, "data-counts", "") == "down"]  # fmt: skip
    assert [one.id for one in counts] == ["b:count"]
    assert "count" in counts[0].className.split()


def test_a_row_says_whose_it_is_whose_it_becomes_and_whether_they_know() -> None:
    drawn = draw([RED, {**WARN, "breaches_at_seam": True}, {}])
    assert drawn.lists["b:rows"] == [
        ["2026-11-21T17:48:00Z", "X", "my bag is lost", "Ada → nobody", "nobody takes it", "", "red"],
        ["2026-11-21T17:48:00Z", "X", "my bag is lost", "Ada → Kim", "not acknowledged", "due soon after", "warn"],
        ["2026-11-21T17:48:00Z", "X", "my bag is lost", "Ada → Kim", "handed over", "", "ok"],
    ]
    assert drawn.values["b:sub"] == "3 in flight · 1 nobody takes · 1 not acknowledged · 1 handed over"


@pytest.mark.parametrize(("items", "state"), [([RED, WARN, {}], "bad"), ([WARN, {}], "warn"), ([{}], "none")])
def test_the_head_is_as_bad_as_its_worst_case(items: list[dict[str, Any]], state: str) -> None:
    assert draw(items).states["b:head"] == state


def test_a_case_that_has_arrived_says_only_whose_it_is() -> None:
    assert draw([{"owner": "Kim"}]).lists["b:rows"][0][3:5] == ["Kim", "handed over"]


def test_what_nobody_owns_and_nobody_takes_is_told_so() -> None:
    assert draw([{**RED, "owner": None}]).lists["b:rows"][0][3:5] == ["nobody → nobody", "nobody takes it"]


def test_a_site_that_opens_again_itself_hands_nothing_over() -> None:
    drawn = draw([{"owner": "Ada", "next_owner": "Ada"}], [{**NEXT, "to_site": "London", "overlap_seconds": -54000}])
    assert drawn.lists["b:rows"][0][3:5] == ["Ada", "stays"]
    assert drawn.values["b:at"] == "at 17:00 London time · nobody for 15:00 h"
    assert drawn.states["b:head"] == "warn"


def test_sites_that_close_at_once_stand_together() -> None:
    later = {**NEXT, "from_site": "Sydney", "handover_at": PLAIN + 300 * MINUTE}
    drawn = draw([{}], [NEXT, {**NEXT, "from_site": "Madrid"}, later])
    assert drawn.values["b:said"] == "London, Madrid → New York in"


def test_where_no_shift_follows_it_says_so() -> None:
    drawn = draw([{}], [{**NEXT, "to_site": None, "opens_at": None, "overlap_seconds": None}])
    assert drawn.values["b:said"] == "London → nobody in"
    assert drawn.values["b:at"].endswith("no shift follows")
    assert drawn.states["b:head"] == "warn"


def test_of_sixty_items_the_first_stand_and_the_rest_are_counted() -> None:
    items = [RED] * 5 + [WARN] * 20 + [{}] * 35
    drawn = draw(items)
    assert [row[6] for row in drawn.lists["b:rows"]] == ["red"] * 5 + ["warn"] * 3
    assert drawn.values["b:more"] == "and 52 more cases"
    assert drawn.values["b:sub"] == "60 in flight · 5 nobody takes · 20 not acknowledged · 35 handed over"
    assert draw([{}] * 8).values["b:more"] == ""
    assert draw([{}] * 9).values["b:more"] == "and 1 more case"


def test_hostile_text_stays_text_on_one_line() -> None:
    stored = HOSTILE.replace("\ud800", "")
    names = {"subject": stored * 9, "owner": stored, "next_owner": stored, "from_site": stored, "platform": stored}
    drawn = draw([names], [{**NEXT, "from_site": stored, "to_site": stored}])
    for text in [*drawn.values.values(), *drawn.lists["b:rows"][0]]:
        assert "\u202e" not in text
        assert "\u0000" not in text
    assert drawn.lists["b:rows"][0][2].startswith("<script>")  # the page sets it as a text node
    assert len(drawn.lists["b:rows"][0][2]) <= 120
    assert len(drawn.lists["b:rows"][0][3]) <= 40


def test_what_is_not_known_is_no_zero_and_no_name() -> None:
    unknown = {key: None for key in ITEM if key not in ("case_id", "handover_at", "from_site", "state")}
    drawn = draw([{**unknown, "state": "warn"}])
    assert drawn.lists["b:rows"] == [["", "unknown", "x:0", "nobody → nobody", "nobody takes it", "", "warn"]]


def test_when_nothing_is_in_flight_the_hand_over_still_stands() -> None:
    drawn = draw([])
    assert drawn.values["b:empty"] == "nothing is in flight"
    assert drawn.values["b:said"] == "London → New York in"
    assert drawn.states["b:head"] == "none"


def test_without_a_hand_over_ahead_it_says_so() -> None:
    drawn = draw([], [])
    assert drawn.values["b:empty"] == "no hand-over in the next 72 h"
    assert drawn.values["b:said"] == ""


def test_without_a_roster_it_says_where_one_is_written() -> None:
    assert draw([], site=site_of(TRACK)).values["b:empty"] == "no [[shift]] in the site file"


def test_without_a_case_source_nothing_in_flight_is_not_claimed() -> None:
    assert draw([], has_data=False).values["b:empty"] == "no cases yet"
    assert draw([], site=site_of(toml(GLOBE))).values["b:empty"].startswith("no promise is configured")


def test_the_invented_roster_hands_over_with_what_nobody_takes_first() -> None:
    told, scope = answers(GLOBE), Scope(site_of(), NOW)
    asks = panel_kinds()["baton"].asks(PANEL, scope)
    tables = {key: table(ask.question, told[ask.question](ask.params)) for key, ask in asks.items()}
    drawn = panel_kinds()["baton"].draw("b", PANEL, scope, tables)
    assert drawn.values["b:more"] == "and 6 more cases"
    assert [row[4] for row in drawn.lists["b:rows"]] == ["nobody takes it"] * 3 + ["not acknowledged"] * 3 + [
        "handed over"
    ] * 2
