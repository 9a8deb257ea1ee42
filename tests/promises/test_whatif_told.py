"""What a comparison is asked with, what is refused and why, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import parse_site
from jobs.whatif import WhatIf
from layouts.desk.whatif import comparison
from layouts.whatif import lines, moved, sentence, show
from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.conftest import FakeClock
from tests.pages.desk_world import parts, text_of
from tests.promises.keeping import BERLIN, promise
from tests.rows import case, event, keep

NOW = datetime(2025, 12, 12, 12, 0, 0, 7, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2025, 12, 1, 9, 0, tzinfo=ZONE)
HOUR = timedelta(hours=1)
FASTER = '[track.care]\ncalendar = "week"\nfrt = "1h"\n\n[sla]\ndefault_track = "care"\n'
OFF = """
[calendar.week]
timezone = "Europe/Berlin"
open = {{ mon = ["09:00-17:00"], tue = ["09:00-17:00"], wed = ["09:00-17:00"] }}
holidays = {{ ical = "{}" }}
[calendar.always]
always = true
"""
ICAL = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20251201\nEND:VEVENT\nEND:VCALENDAR\n"
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """A desk of which two cases of one Monday were answered after two and after five open hours."""
    warehouse = Warehouse("duckdb:w", tmp_path / "w", NOW)
    promise(warehouse, now=NOW - timedelta(days=300))
    keep(
        Ledger(warehouse),
        cases=[case(number, opened_at=MONDAY, track="care") for number in (1, 2)],
        events=[event(1, happened_at=MONDAY + 2 * HOUR), event(2, happened_at=MONDAY + 5 * HOUR)],
        now=NOW,
    )
    site = parse_site(BERLIN, base=tmp_path)
    yield WhatIf(warehouse, lambda: site, FakeClock(NOW)).compare
    warehouse.close()


def frt(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in answer["groups"] if row["metric"] == "frt")
    return found


def test_the_site_file_itself_changes_nothing_that_it_has_always_said(ask: Ask) -> None:
    answer = ask(None, "2025-12-01")
    assert (answer["policy"], answer["read"], answer["moved"]) == (None, [], [])
    row = frt(answer)
    assert (row["was_met_count"], row["was_breached_count"]) == (1, 1)
    assert (row["would_met_count"], row["would_breached_count"]) == (1, 1)
    assert answer["since"] == "2025-11-30T23:00:00Z", "midnight of the site's zone"
    assert (answer["until"], answer["as_of"]) == ("2025-12-12T12:00:00Z",) * 2


def test_a_part_of_a_policy_stands_on_the_site_for_the_rest(ask: Ask) -> None:
    answer = ask(FASTER, "14d", file="new.toml")
    assert answer["read"] == ["track", "sla"]
    assert frt(answer)["met_to_breached_count"] == 1
    assert {row["case_id"]: row["moved_seconds"] for row in answer["moved"]} == {"x:1": -3 * 3600, "x:2": -3 * 3600}
    whole = BERLIN.replace('frt = "4h"', 'frt = "1h"')
    assert frt(ask(whole, "14d"))["met_to_breached_count"] == 1, "a whole site file does as well"


def test_days_off_are_compared_too(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "off.ics").write_text(ICAL)
    answer = ask(OFF.format("off.ics"), "2025-12-01")
    assert (answer["read"], frt(answer)["breached_to_met_count"]) == (["calendar"], 1)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("[track.care", "new.toml:\n  the file: is not TOML: Expected"),
        ("", "has no [calendar.NAME], [track.NAME] or [sla] to compare with"),
        (FASTER.replace('"1h"', '"1x"'), 'track.care.frt (line 3): "1x" is not a duration'),
        (
            FASTER.replace('"week"', '"weak"'),
            'track.care.calendar (line 2): unknown calendar "weak"; did you mean "week"?',
        ),
        (FASTER.replace("[track.care]", "[tracks.care]"), 'tracks: unknown key "tracks"; did you mean "track"?'),
        ('[sla]\ndefault_track = "car"', 'sla.default_track (line 2): unknown track "car"; did you mean "care"?'),
        ('[calendar.week]\nalways = true\nholidays = { ical = "x" }', "calendar.week (line 1): has holidays"),
    ],
)
def test_a_wrong_policy_is_named_with_its_line(ask: Ask, policy: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^new\.toml") as caught:
        ask(policy, "14d", file="new.toml")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("", None, 'since: "" is not a moment'),
        ("soon", None, 'since: "soon" is not a moment'),
        ("2025-12-01", "x", 'until: "x" is not a moment'),
        ("2025-12-02", "2025-12-01", "since must lie before until"),
        ("2026-01-01", None, "since must lie before until"),
    ],
)
def test_a_wrong_window_is_named(ask: Ask, since: str, until: str | None, said: str) -> None:
    with pytest.raises(ValueError, match=r"since|until") as caught:
        ask(None, since, until)
    assert said in str(caught.value)


@pytest.mark.parametrize("ical", ["https://calendar.test/days.ics", "/etc/hostname", "../outside.ics"])
def test_a_comparison_asks_no_address_and_opens_no_file_elsewhere(ask: Ask, ical: str) -> None:
    with pytest.raises(ValueError, match="can be compared with") as caught:
        ask(OFF.format(ical), "14d")
    assert str(caught.value).startswith("calendar.week.holidays.ical: only what the site file names too")
    with pytest.raises(ValueError, match=r"none\.ics does not exist"):
        ask(OFF.format("none.ics"), "14d")


# ---- what is shown


GROUP = {
    "track": "care", "metric": "frt", "was_count": 1200, "was_met_count": 1199, "was_breached_count": 1,
    "was_attainment_share": 1199 / 1200, "would_count": 0, "would_met_count": 0, "would_breached_count": 0,
    "would_attainment_share": None, "met_to_breached_count": 1, "breached_to_met_count": 0,
}  # fmt: skip
MOVED = {
    "case_id": "<b>x:1</b>", "metric": "nrt", "cycle": 2, "track": "care", "was_due_at": "2025-12-01T10:00:00Z",
    "would_due_at": "2025-12-02T11:30:05Z", "moved_seconds": 91805, "was_fate": "breached", "would_fate": None,
}  # fmt: skip
ANSWER = {
    "since": "2025-11-30T23:00:00Z", "until": "2025-12-11T23:00:00Z", "as_of": "2025-12-12T12:00:00Z",
    "policy": "new.toml", "read": ["track", "sla"], "groups": [GROUP, GROUP | {"track": "night"}], "moved": [MOVED],
}  # fmt: skip


def test_unknown_is_a_dash_no_share_is_rounded_to_all_and_the_last_line_is_all_together() -> None:
    found = lines(ANSWER["groups"])  # type: ignore[arg-type]
    assert found[0].was == ("1,200", "1,199", "1", ">99%")
    assert found[0].would == ("0", "0", "0", "–")
    assert (found[0].metric, found[-1].track, found[-1].was[0], found[-1].to_breached) == (
        "first response",
        "all",
        "2,400",
        "2",
    )
    assert len(lines([GROUP])) == 1, "alone it is all there is"


def test_the_sentence_says_what_was_compared_and_that_nothing_is_changed() -> None:
    assert sentence(ANSWER, ZONE) == (
        "Promises due 1 Dec to 11 Dec, as they were and as they would be under the [track], [sla] of new.toml: "
        "2 met promises would be breached, 0 breached promises would be met. Nothing is changed."
    ).replace("1 Dec to 11 Dec", "Mon 1 Dec to Thu 11 Dec")
    assert "under the site file as it now stands:" in sentence(ANSWER | {"policy": None, "read": []}, ZONE)


def test_a_case_that_moves_says_from_when_to_when_and_what_became_of_it() -> None:
    (row,) = moved([MOVED], ZONE, NOW)
    assert row == (
        "<b>x:1</b>", "next response 2", "Mon 1 Dec 11:00", "Tue 2 Dec 12:30", "25 h 30 min 5 s later",
        "breached → not due yet",
    )  # fmt: skip


def test_the_terminal_and_the_desk_show_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    show(ANSWER, ZONE)
    printed = capsys.readouterr().out
    drawn = comparison(ANSWER, ZONE)
    for words in (sentence(ANSWER, ZONE), "1,199", ">99%", "<b>x:1</b>", "25 h 30 min 5 s later"):
        assert words in text_of(drawn)
        assert words in printed
    heads = [
        text_of(one) for one in parts(drawn) if type(one).__name__ == "Th" and getattr(one, "scope", "") == "colgroup"
    ]
    assert heads == ["as it was", "as it would be", "changes sides"]
    scrolled = [one for one in parts(drawn) if getattr(one, "className", "") == "desk-scroll"]
    assert all(one.tabIndex == 0 and getattr(one, "aria-label") for one in scrolled)  # type: ignore[attr-defined]


def test_where_nothing_was_due_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    quiet = ANSWER | {"groups": [], "moved": []}
    show(quiet, ZONE)
    assert "No promise was due, and none would have been." in capsys.readouterr().out
    assert text_of(comparison(quiet, ZONE)).endswith("No promise was due, and none would have been.")
