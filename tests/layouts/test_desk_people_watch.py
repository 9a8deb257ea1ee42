"""The desk's view of people: what changes hands, who was seen, what is expected, and another roster to try."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from config.staffing import PlannedEvent
from layouts.desk.filters import Filters
from layouts.desk.palette import SCHEMES
from layouts.desk.people_demand import Planned, demand_figure, demand_of, demand_words, this_hour
from layouts.desk.people_handover import handover, seams
from layouts.desk.people_presence import SEEN, day_of, presence
from layouts.desk.people_whatif import rosters
from tests.layouts import people_tables as told
from tests.layouts.people_tables import HOUR, NOW, ZONE, Row, at, of_class, of_kind, props, seen
from tests.layouts.world import table
from tests.pages.desk_world import text_of

# ---- hand-overs


def handed(next_: list[Row] | None = None, baton: list[Row] | None = None) -> Any:
    tables = {
        "next": table("next_handover", told.NEXT if next_ is None else next_),
        "baton": table("baton", told.BATON if baton is None else baton),
    }
    return handover(seen(), tables)


def test_the_next_hand_over_says_when_to_whom_and_with_what() -> None:
    words = text_of(of_class(handed(), "desk-headline"))
    assert words == (
        "Berlin hands over to New York Sat 21 Nov 09:30, in 2 h 30 min11 in flight, 3 of them without a next owner"
        "●both are there for 30 min"
    )
    assert "2 more within 24 hours" in text_of(handed())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"overlap_seconds": -5400}, "▲nobody is on for 1 h 30 min between them"),
        ({"overlap_seconds": 0}, "■no overlap"),
        ({"to_site": None, "overlap_seconds": None}, "▲nobody follows within the roster"),
        ({"to_site": "Berlin", "overlap_seconds": -3600}, "■nobody else opens before it: nobody is on for 1 h"),
    ],
)
def test_what_is_between_two_sites_is_said(more: Row, said: str) -> None:
    assert said in text_of(of_class(handed([{**told.NEXT[0], **more}]), "desk-headline"))


def test_each_case_in_flight_opens_at_the_desk_and_says_how_it_stands() -> None:
    drawn = handed()
    rows = [one for one in of_kind(drawn, "Tr") if "data-state" in props(one)]
    assert len(rows) == len(told.BATON)
    assert text_of(rows[0]).startswith("x:c0X · care · first responseSat 21 Nov 10:00overdue by 10 mindue within 2 h")
    endings = [text_of(of_kind(row, "Td")[-1]) for row in rows[:4]]
    assert endings == ["▲no next owner, closing soon", "■not acknowledged", "■no next owner yet", "●acknowledged"]
    [there] = of_kind(rows[1], "A")
    filters, problems = Filters.from_query(there.href.partition("?")[2].partition("#")[0])
    assert problems == []
    assert (filters.view, filters.clocks, filters.case) == ("service", "running", "x:c1")


def test_a_case_whose_due_date_nobody_knows_has_a_dash_and_a_reason() -> None:
    drawn = handed(baton=[told.item(1, due_at=None, remaining_seconds=None, breaches_at_seam=None, owner=None)])
    assert "–time left not knownnobodynobody" in text_of(drawn)


def test_nothing_to_hand_over_is_said() -> None:
    assert text_of(handed([], [])).startswith("No site closes in the next 24 hours")
    assert "nothing has to change hands" in text_of(handed(baton=[]))


def test_seams_behind_us_are_counted_and_the_last_comes_first() -> None:
    drawn = seams(seen(), table("seams", told.SEAMS))
    words = text_of(drawn)
    assert words.startswith("12 of 174 in flight had nobody at a hand-over; 6 promises broke soon after.")
    rows = [text_of(one) for one in of_kind(drawn, "Tr")][1:]
    assert rows[0] == "Berlin → New YorkFri 20 Nov 22:007 of 909 min0"
    assert rows[1] == "New York → ManilaFri 20 Nov 14:008 of 10▲110 min▲1"
    assert "6 more" in words
    unknown = table("seams", [{"handover_at": at(-1), "from_site": "Berlin"}])
    assert "– of – in flight had nobody at a hand-over; – promises broke soon after." in text_of(seams(seen(), unknown))
    assert text_of(seams(seen(), table("seams"))) == "No hand-over lies in this window."


# ---- presence


def present(**more: list[Row]) -> Any:
    tables = {by: table("presence", more.get(by, told.presence(by))) for by in ("site", "agent")}
    return presence(seen(), tables)


def test_presence_says_what_seen_means_and_that_nothing_else_is_watched() -> None:
    assert SEEN in text_of(present())
    assert "Nothing else is watched" in SEEN
    assert SEEN in text_of(present(site=[], agent=[]))


def test_who_was_on_shift_and_not_seen_is_marked_in_words() -> None:
    found = [props(one) | {"words": text_of(one)} for one in of_kind(present(), "Td") if "data-seen" in props(one)]
    assert len(found) == 48
    missing = [cell for cell in found if cell["data-seen"] == "missing"]
    assert all(": 0 seen, 3 on shift" in cell["title"] and "○" in cell["words"] for cell in missing)
    assert len(missing) == 2 * 4
    assert found[11]["title"] == "Fri 20 Nov 18:00 to 19:00: 2 seen, 3 on shift, 4 answers"


def test_hours_seen_and_on_shift_are_put_together_and_unknown_stays_so() -> None:
    drawn = present()
    assert "14 h seen39 h on shift48 answers" in text_of(drawn)
    assert "Person by person (2)" in text_of(drawn)
    unplanned = table("presence", [{**row, "scheduled_agents": None} for row in told.presence("site")])
    assert day_of("Berlin", unplanned).scheduled is None
    strangers = text_of(present(site=[{**row, "site": ""} for row in told.presence("site")[::2]]))
    assert "not on the roster" in strangers


# ---- what is expected


def demand(query: str = "view=people", planned: list[Planned] | None = None, **rows: list[Row]) -> Any:
    tables = {
        "came": table("demand_by_slot", rows.get("came", told.CAME)),
        "forecast": table("demand_forecast", rows.get("forecast", told.forecast())),
    }
    return demand_of(seen(query), tables, planned or []), tables["forecast"]


SALE = Planned("Winter <b>sale</b>", NOW + 40 * HOUR, NOW + 60 * HOUR, 1.8, ("de",))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_expected_is_a_figure_plotly_takes(scheme: str) -> None:
    found, _ = demand(planned=[SALE])
    figure = demand_figure(seen(), found, SCHEMES[scheme])
    drawn = go.Figure(figure)
    assert [trace.name for trace in drawn.data] == ["came", "p10 to p90", "expected"]
    bars, band, line = drawn.data
    assert list(bars.y) == [6.0 + n % 9 for n in range(24)], "all languages together, unknown ones too"
    assert len(line.y) == 72
    assert max(band.y) == 13 * 1.9
    assert band.x[0] == band.x[-1]
    assert [note.text for note in drawn.layout.annotations] == ["now", "Winter &lt;b&gt;sale&lt;/b&gt; ×1.8"]
    assert [shape.type for shape in drawn.layout.shapes] == ["line", "rect"]


def test_the_words_beside_it_say_how_good_such_forecasts_were() -> None:
    found, forecast = demand(planned=[SALE])
    words = text_of(demand_words(seen(), found, forecast))
    assert words.startswith("231 came in the last 24 h, 204 expected in the next 24: messages that need an answer.")
    assert "Winter <b>sale</b> is planned Sun 22 Nov 23:00 to Mon 23 Nov 19:00: 1.8 times as much." in words
    assert (
        "were off by 44% of what came (WAPE); the same hour of the week before was off by 60%, over 168 hours" in words
    )
    untested, forecast = demand(forecast=[{**row, "wape_share": None, "trials_count": 0} for row in told.forecast()])
    assert "Nobody has tested this yet" in text_of(demand_words(seen(), untested, forecast))


def test_a_language_has_its_own_forecast_and_only_the_events_that_move_it() -> None:
    german, _ = demand("view=people&speaks=de", [SALE])
    english, forecast = demand("view=people&speaks=en", [SALE])
    assert [hour.count for hour in german.came] == [2.0] * 24
    assert german.planned == [SALE]
    assert english.planned == []
    assert english.expected == []
    assert "What will come in English is not known" in text_of(
        demand_words(seen("view=people&speaks=en"), english, forecast)
    )


def test_before_anything_came_nothing_is_drawn_as_a_zero() -> None:
    found, forecast = demand(came=[], forecast=[])
    assert (found.came, found.expected) == ([], [])
    assert "not known" in text_of(demand_words(seen(), found, forecast))
    only, _ = demand(forecast=[{**row, "low_count": None, "high_count": None} for row in told.forecast()])
    assert [trace["name"] for trace in demand_figure(seen(), only, SCHEMES["light"])["data"]] == ["came", "expected"]


def test_an_event_is_read_in_its_own_zone() -> None:
    event = PlannedEvent.model_validate(
        {
            "name": "sale",
            "start": "2026-11-27 09:00",
            "end": "2026-11-30 00:00",
            "factor": 1.8,
            "timezone": "Asia/Tokyo",
        }
    )
    assert Planned.of(event, ZONE).since == datetime(2026, 11, 27, 0, 0, tzinfo=UTC)
    assert Planned.of(event.model_copy(update={"timezone": None}), ZONE).since == datetime(2026, 11, 27, 14, tzinfo=UTC)


def test_the_running_hour_is_that_of_the_zones_own_clock() -> None:
    moment = datetime(2026, 11, 21, 12, 40, tzinfo=UTC)
    assert this_hour(moment, ZoneInfo("Asia/Kathmandu")) == datetime(2026, 11, 21, 12, 15, tzinfo=UTC)
    assert this_hour(moment, ZONE) == datetime(2026, 11, 21, 12, tzinfo=UTC)


# ---- what if


def test_another_roster_stands_beside_the_present_one() -> None:
    drawn = rosters(told.WOULD, ZONE, "EUR")
    words = text_of(drawn)
    assert "what is written here" in words
    assert "Nothing is changed." in words
    rows = [text_of(one) for one in of_kind(drawn, "Tr")]
    assert any(row.startswith("Hours with nobody on") and "42 h" in row for row in rows)
    assert any(row.startswith("Cost per week") and "–" in row and "EUR" in row for row in rows)
    assert any("Helpline GmbH" in row for row in rows)
    fates = [
        text_of(of_kind(row, "Td")[-1])
        for row in of_kind(drawn, "Tr")
        if "speaks" in text_of(row) or "at all" in text_of(row)
    ]
    assert fates == ["closed", "stays"]
    none = {**told.WOULD, "gaps": []}
    assert "Somebody who can answer is always on, with either." in text_of(rosters(none, ZONE, "EUR"))
