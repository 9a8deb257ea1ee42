"""The sun scene: who is on shift where, hour by hour ahead, and when nobody is: from the site file to the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest
from dash.development.base_component import Component

from config import parse_site
from jobs.roster import written_out
from layouts.panels import Drawn, Scope, panel_kinds
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.roster import Roster
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.layouts.world import words_of

SITE = """
[site]
name = "Air desk"
timezone = "ZONE"
[[brand]]
name = "United"
terms = ["united"]
"""
SHIFT = """
[[shift]]
site = "{}"
timezone = "{}"
languages = ["en"]
heads = {}
days = {}
start = "{}"
end = "{}"
"""
ALL = '["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'
# nobody on Saturday from 22:00 until midnight in New York, and else always somebody
ROUND = (
    SHIFT.format("New York", "America/New_York", 6, ALL, "08:00", "22:00")
    + SHIFT.format("Berlin", "Europe/Berlin", 2, ALL, "06:00", "14:30")
    + SHIFT.format("Sydney", "Australia/Sydney", 3, '["mon", "tue", "wed", "thu", "fri", "sat"]', "13:00", "17:00")
)
SATURDAY = datetime(2026, 11, 21, 19, 37, 20, tzinfo=UTC)  # 14:37 in New York, 20:37 in Berlin, Sunday in Sydney
Drawing = Callable[..., Drawn]


@pytest.fixture
def drawing(tmp_path: Path) -> Iterator[Drawing]:
    """Draws a panel of a site with these shifts, from real answers."""
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", SATURDAY)
    answers = Answers(warehouse, load_catalogue(), DictCache())

    def drawn(name: str, shifts: str, now: datetime = SATURDAY, zone: str = "America/New_York") -> Drawn:
        site = parse_site(SITE.replace("ZONE", zone) + shifts, base=Path("."))
        Roster(warehouse).keep(written_out(site.shift, now), now)
        kind, panel, scope = panel_kinds()[site.panel[name].kind], site.panel[name], Scope(site, now)
        asked = kind.asks(panel, scope).items()
        tables = {key: answers.ask(ask.question, ask.params, now).frame for key, ask in asked}
        found = kind.draw(name, panel, scope, tables)
        stands = {getattr(one, "id", None) for one in _all(kind.skeleton(name, panel, site))}
        for part in (found.values, found.states, found.figures, found.lists):
            assert set(part) <= stands, "a picture only touches elements that stand on the page"
        for figure in found.figures.values():
            go.Figure(figure)
        return found

    yield drawn
    warehouse.close()


def _all(component: Any) -> Iterator[Any]:
    yield component
    children = getattr(component, "children", None)
    for child in children if isinstance(children, list | tuple) else [children]:
        if isinstance(child, Component):
            yield from _all(child)


def strip(drawn: Drawn) -> dict[str, list[str]]:
    """The texts of the strip's rows by the name of the row."""
    figure = drawn.figures["sun:figure"]
    names = dict(zip(figure["layout"]["yaxis"]["tickvals"], figure["layout"]["yaxis"]["ticktext"], strict=True))
    rows = {name: [""] * 24 for name in names.values()}
    for trace in (one for one in figure["data"] if one["type"] == "heatmap"):
        for place, texts in zip(trace["y"], trace["text"], strict=True):
            rows[names[place]] = [new or old for new, old in zip(texts, rows[names[place]], strict=True)]
    return rows


def test_the_strip_begins_with_the_running_hour_and_tells_the_zones_own_hours(drawing: Drawing) -> None:
    drawn = drawing("sun", ROUND)
    axis = drawn.figures["sun:figure"]["layout"]["xaxis"]
    assert axis["ticktext"][:3] == ["<b>now</b>", "15:00", "16:00"]
    assert axis["ticktext"][10] == "<b>Sun</b><br>00:00"
    assert "New York time" in drawn.values["sun:sub"]
    outline = drawn.figures["sun:figure"]["layout"]["shapes"][0]
    assert (outline["x0"], outline["x1"]) == (-0.5, 0.5)


def test_rows_are_the_sites_in_the_files_order_under_all_of_them(drawing: Drawing) -> None:
    rows = strip(drawing("sun", ROUND))
    assert list(rows) == ["<b>All sites</b>", "New York", "Berlin", "Sydney"]
    # 14:00 to 21:00 New York; Berlin opens at midnight here and is there until 08:30
    assert rows["New York"] == ["6"] * 8 + [""] * 10 + ["6"] * 6
    assert rows["Berlin"] == [""] * 10 + ["2"] * 8 + [""] * 6
    assert rows["Sydney"] == [""] * 24
    assert rows["<b>All sites</b>"] == ["6"] * 8 + ["nobody"] * 2 + ["2 thin"] * 8 + ["6"] * 6


def test_no_number_stands_over_a_hole(drawing: Drawing) -> None:
    rows = strip(drawing("sun", SHIFT.format("New York", "America/New_York", 7, ALL, "08:00", "21:40")))
    assert rows["New York"][7] == ""
    assert rows["<b>All sites</b>"][6:9] == ["7", "nobody", "nobody"]


def test_colour_never_stands_without_its_word(drawing: Drawing) -> None:
    figure = drawing("sun", ROUND).figures["sun:figure"]
    named = {trace["name"]: trace for trace in figure["data"]}
    assert set(named) == {"heads", "nobody", "thin", "covered"}
    assert all(text in ("", "nobody") for text in named["nobody"]["text"][0])
    assert all(text == "" or text.endswith("thin") for text in named["thin"]["text"][0])


@pytest.mark.parametrize(
    ("now", "said", "state"),
    [
        (SATURDAY, "Nobody on shift today 22:00 to Sun 00:00", "bad"),
        (SATURDAY - timedelta(days=2), "Nobody on shift Sat 22:00 to Sun 00:00", "warn"),
        (SATURDAY + timedelta(hours=8), "Nobody on shift now, until Sun 00:00", "bad"),
        (SATURDAY + timedelta(hours=11), "Nobody on shift Sat 22:00 to Sun 00:00", "warn"),
    ],
)
def test_the_next_hole_is_the_first_thing_it_says(drawing: Drawing, now: datetime, said: str, state: str) -> None:
    drawn = drawing("sun", ROUND, now)
    assert drawn.values["sun:gap"] == said
    assert drawn.states["sun:headline"] == state


def test_a_roster_without_a_hole_says_so(drawing: Drawing) -> None:
    drawn = drawing("sun", SHIFT.format("Berlin", "Europe/Berlin", 3, ALL, "00:00", "00:00"))
    assert drawn.values["sun:gap"] == "Somebody is on shift at every moment of the next 14 days"
    assert drawn.states["sun:headline"] == "ok"
    assert drawing("gaps", SHIFT.format("Berlin", "Europe/Berlin", 3, ALL, "00:00", "00:00")).values["gaps:empty"]


def test_the_hours_of_a_quarter_zone_are_its_own(drawing: Drawing) -> None:
    drawn = drawing("sun", ROUND, zone="Asia/Kathmandu")  # 01:22 there
    assert drawn.figures["sun:figure"]["layout"]["xaxis"]["ticktext"][1] == "02:00"
    rows = strip(drawn)
    # New York leaves at 08:45 of Kathmandu: the hour from 08:00 has its worst moment without anybody
    assert rows["<b>All sites</b>"][6:9] == ["6", "nobody", "nobody"]


def test_the_hour_that_comes_twice_is_there_twice(drawing: Drawing) -> None:
    night = datetime(2026, 11, 1, 3, 10, tzinfo=UTC)  # 23:10 in New York, three hours before the clocks go back
    texts = drawing("sun", ROUND, night).figures["sun:figure"]["layout"]["xaxis"]["ticktext"]
    assert texts[:5] == ["<b>now</b>", "<b>Sun</b><br>00:00", "01:00", "01:00", "02:00"]


def test_each_site_has_its_own_clock_and_says_until_when_in_its_own_time(drawing: Drawing) -> None:
    drawn = drawing("crew", ROUND)

    def column(number: int) -> list[str]:
        told = ("heads", "unit", "state", "who", "until", "count")
        return [drawn.states[f"crew:site-{number}"], *(drawn.values[f"crew:{what}-{number}"] for what in told)]

    assert column(0) == ["on", "6", "heads", "on shift", "care · en", "until 22:00", "2026-11-22T03:00:00Z"]
    assert column(1) == [
        "off",
        "0",
        "heads",
        "off shift",
        "next: 2 care · en",
        "opens Sun 06:00",
        "2026-11-22T05:00:00Z",
    ]
    assert column(2)[4:6] == ["next: 3 care · en", "opens Mon 13:00"]
    assert drawn.values["crew:sub"] == "6 heads on shift now · hand-overs in New York time"


def test_the_page_finds_the_zone_of_each_clock() -> None:
    site = parse_site(SITE.replace("ZONE", "UTC") + ROUND, base=Path("."))
    skeleton = panel_kinds()["on_shift"].skeleton("crew", site.panel["crew"], site)
    zones = [getattr(one, "data-clock") for one in _all(skeleton) if hasattr(one, "data-clock")]
    assert zones == ["America/New_York", "Europe/Berlin", "Australia/Sydney"]


def test_a_site_with_several_teams_is_one_column(drawing: Drawing) -> None:
    shifts = ROUND + SHIFT.format("New York", "America/New_York", 1, ALL, "12:00", "23:30") + 'team = "press"\n'
    drawn = drawing("crew", shifts.replace('languages = ["en"]', 'languages = ["fr", "en"]'))
    values = [drawn.values[f"crew:{what}-0"] for what in ("heads", "who", "until")]
    assert values == ["7", "care, press · en, fr", "until 23:30"]


def test_gaps_are_listed_with_whom_to_ask(drawing: Drawing) -> None:
    drawn = drawing("gaps", ROUND)
    assert [row[0] for row in drawn.lists["gaps:rows"]] == ["today 22:00 to Sun 00:00", "Sat 28 Nov 22:00 to Sun 00:00"]
    first = ["today 22:00 to Sun 00:00", "2:00 h", "Nobody on shift", "after New York, before Berlin", "nobody"]
    assert drawn.lists["gaps:rows"][0] == first
    assert drawn.values["gaps:sub"] == "2 with nobody, 4:00 h · next 14 days · New York time"


def test_the_relay_says_who_closes_who_opens_and_what_changes_hands(drawing: Drawing) -> None:
    drawn = drawing("crew", ROUND)
    assert (drawn.values["crew:closes-said"], drawn.values["crew:closes-count"]) == (
        "New York 22:00",
        "2026-11-22T03:00:00Z",
    )
    assert (drawn.values["crew:opens-said"], drawn.values["crew:opens-count"]) == (
        "Berlin Sun 00:00",
        "2026-11-22T05:00:00Z",
    )
    assert drawn.values["crew:passes-said"] == "0 in flight to Berlin, nobody for 2:00 h"
    assert drawn.states["crew:passes-cell"] == "bad"


def test_whoever_is_on_call_is_named_and_not_counted(drawing: Drawing) -> None:
    call = SHIFT.format("Berlin", "Europe/Berlin", 1, ALL, "14:30", "06:00") + 'agents = ["Noa"]\non_call = true\n'
    drawn = drawing("crew", ROUND + call)
    assert drawn.values["crew:call-1"] == "Noa on call"
    assert [drawn.states["crew:site-1"], drawn.values["crew:heads-1"]] == ["off", "0"]
    assert drawn.values["crew:sub"].startswith("6 heads on shift now · 1 on call, not counted · ")


@pytest.mark.parametrize("name", ["sun", "crew", "gaps"])
def test_without_a_roster_it_says_where_one_is_written(drawing: Drawing, name: str) -> None:
    assert "no [[shift]] in the site file" in words_of(drawing(name, ""))


def test_a_roster_that_has_not_begun_is_not_a_hole(drawing: Drawing) -> None:
    late = SHIFT.format("Berlin", "Europe/Berlin", 3, ALL, "09:00", "17:00") + "from = 2027-01-01\n"
    assert "the roster holds no shift yet" in words_of(drawing("sun", late))
    assert drawing("crew", late).values["crew:until-0"] == "no shift in the next 15 days"
