"""Alerts in words: on the health page with a button for those who may, and in the wall's corner."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from layouts.alerts import MARK, Alert, alerts_of, mark, mark_skeleton, sentence
from layouts.health import health_page
from layouts.health_alerts import ahead_section
from tests.layouts.world import HOSTILE, MOMENT, NOW, site, table

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STORED = HOSTILE.replace("\ud800", "")  # no text that comes out of a warehouse holds half a letter
ZONE = ZoneInfo("America/New_York")  # there it is Saturday 21 November, 15:30
GAP: dict[str, Any] = {"kind": "gap", "subject": "all", "raised_at": MOMENT - 2 * HOUR}


def alert(since: float, until: float, subject: str = "all", **more: Any) -> dict[str, Any]:
    """A row of alerts, from `since` to `until` in hours from half past."""
    moment = MOMENT - 25 * timedelta(seconds=1)
    return {**GAP, "subject": subject, "since_at": moment + since * HOUR, "until_at": moment + until * HOUR, **more}


def said(row: dict[str, Any], zone: ZoneInfo = ZONE) -> str:
    (found,) = alerts_of(table("alerts", [row]))
    return sentence(found, zone, NOW)


def section(*rows: dict[str, Any], csrf: str = "", has_roster: bool = True) -> str:
    return str(ahead_section(alerts_of(table("alerts", list(rows))), ZONE, NOW, csrf=csrf, has_roster=has_roster))


def texts(html: str) -> list[str]:
    return [line.strip() for line in unescape(re.sub(r"<[^>]+>", "\n", html)).splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (alert(6.5, 8), "Nobody on shift today 22:00 to 23:30"),
        (alert(6.5, 8.5), "Nobody on shift today 22:00 to Sun 00:00"),
        (alert(58.5, 62, "ja"), "No Japanese speaker Tue 02:00 to 05:30"),
        (alert(-1, 4), "Nobody on shift now, until 19:30"),
        (alert(24 * 13, 24 * 13 + 1, "de"), "No German speaker Fri 4 Dec 15:30 to 16:30"),
        (alert(6.5, 8, "tlh"), "No tlh speaker today 22:00 to 23:30"),
        (alert(6.5, 8, kind="spike", subject="delay"), "spike, delay: today 22:00 to 23:30"),
    ],
)
def test_a_gap_is_told_in_words_and_in_the_time_of_the_site(row: dict[str, Any], words: str) -> None:
    assert said(row) == words


def test_words_are_those_of_the_zone_they_are_read_in() -> None:
    assert said(alert(6.5, 8), ZoneInfo("Asia/Tokyo")) == "Nobody on shift today 12:00 to 13:30"


def test_who_knows_of_it_and_since_when_stands_below_it() -> None:
    known = alert(58.5, 62, "ja", acknowledged_at=MOMENT - 90 * MINUTE, acknowledged_by="ana")
    assert texts(section(alert(6.5, 8), known)) == [
        "Ahead",
        "■ new",
        "Nobody on shift today 22:00 to 23:30",
        "found 13:30 · nobody has acknowledged it",
        "✓ known",
        "No Japanese speaker Tue 02:00 to 05:30",
        "found 13:30 · acknowledged by ana, 14:00",
    ]


def test_a_button_says_exactly_which_alert_is_known() -> None:
    known = alert(58.5, 62, "ja", acknowledged_at=MOMENT, acknowledged_by="ana")
    html = section(alert(6.5, 8), known, csrf="t0ken")
    assert html.count("<form") == html.count("<button") == 1
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', html))
    assert fields == {"csrf_token": "t0ken", "kind": "gap", "subject": "all", "since_at": "2026-11-22T03:00:00+00:00"}
    assert datetime.fromisoformat(fields["since_at"]) == datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert 'method="post" action="/api/v1/alert/acknowledge"' in html
    assert 'aria-label="Acknowledge: Nobody on shift today 22:00 to 23:30"' in html


def test_who_may_not_say_so_sees_the_alerts_and_no_button() -> None:
    html = section(alert(6.5, 8))
    assert "Nobody on shift today" in html
    assert "<form" not in html


def test_without_alerts_it_is_calm_and_without_a_roster_nothing_is_claimed() -> None:
    assert texts(section()) == ["Ahead", "No alert stands for the next 14 days."]
    assert section(has_roster=False) == ""
    assert "Nobody on shift" in section(alert(6.5, 8), has_roster=False), "what stands is told all the same"


def test_whatever_is_in_an_alert_stays_text() -> None:
    hostile = alert(6.5, 8, STORED, acknowledged_at=MOMENT, acknowledged_by=STORED + '" onclick="x')
    for row in (hostile, alert(6.5, 8, STORED), alert(6.5, 8, STORED, kind=STORED)):
        html = section(row, csrf='"><script>')
        assert "<script" not in html
        assert "<b>" not in html
        assert 'onclick="' not in html
        assert "\u202e" not in "".join(texts(html))


def test_the_page_shows_what_lies_ahead_before_how_sources_are() -> None:
    nothing = {name: table(name) for name in ("source_health", "blind_spans", "refused_rows")}
    html = health_page(
        site(), file="x", problems=[], is_current=True, warehouse="duckdb:x", revision=7, now=NOW, csrf="t",
        sources=nothing["source_health"], blind=nothing["blind_spans"], refused=nothing["refused_rows"],
        alerts=table("alerts", [alert(6.5, 8)]),
    )  # fmt: skip
    assert re.findall(r"<h2>(\w+)", html)[:2] == ["Ahead", "Sources"]
    assert html.count("<button") == 1


# ---- the wall's corner


def test_the_mark_tells_of_those_nobody_knows_of_and_the_first_of_them() -> None:
    known = alert(1, 2, acknowledged_at=MOMENT, acknowledged_by="ana")
    drawn = mark(table("alerts", [known, alert(6.5, 8), alert(58.5, 62, "ja")]), ZONE, NOW)
    assert drawn.values == {
        f"{MARK}-count": "2 alerts ahead",
        f"{MARK}-first": "Nobody on shift today 22:00 to 23:30",
    }
    assert drawn.states == {MARK: "warn"}
    assert mark(table("alerts", [alert(6.5, 8)]), ZONE, NOW).values[f"{MARK}-count"] == "1 alert ahead"


@pytest.mark.parametrize("rows", [[], [alert(1, 2, acknowledged_at=MOMENT, acknowledged_by="ana")]])
def test_the_mark_goes_when_somebody_knows_of_all(rows: list[dict[str, Any]]) -> None:
    drawn = mark(table("alerts", rows), ZONE, NOW)
    assert set(drawn.values.values()) == {""}
    assert drawn.states == {MARK: "none"}


def test_the_page_holds_the_elements_the_mark_writes_into() -> None:
    drawn = mark(table("alerts"), ZONE, NOW)
    made: Any = mark_skeleton()
    assert {*drawn.values, *drawn.states} == {made.id, *(one.id for one in made.children[1].children)}


def test_an_alert_is_what_the_table_says() -> None:
    (found,) = alerts_of(table("alerts", [alert(0, 1)]))
    assert found == Alert("gap", "all", NOW - 25 * timedelta(seconds=1), NOW - 25 * timedelta(seconds=1) + HOUR,
                          NOW - 2 * HOUR)  # fmt: skip
    assert type(found.since) is datetime


def test_those_of_one_language_stand_together_behind_those_with_nobody_at_all() -> None:
    html = section(alert(1, 2, "ja"), alert(5, 6), alert(25, 26, "ja"), alert(30, 31), csrf="token")
    heads = [text for text in texts(html) if "Nobody" in text or "No Japanese" in text]
    assert ["Nobody" in head for head in heads[:2]] == [True, True]
    assert html.count("<article") == 3
    assert "No Japanese speaker 2 times, the next" in html
    assert "Acknowledge all 2" in html
    assert html.count('name="since_at"') == 2, "that of all names no hour"


def test_the_mark_counts_a_language_once_and_says_nobody_at_all_first() -> None:
    drawn = mark(table("alerts", [alert(1, 2, "ja"), alert(5, 6), alert(25, 26, "ja")]), ZONE, NOW)
    assert drawn.values["wall:ahead-count"] == "2 alerts ahead"
    assert drawn.values["wall:ahead-first"].startswith("Nobody on shift")
