"""Two rosters in words: what a proposal closes, opens and costs, and why a dash stands where one does."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from layouts.whatif_roster import GapLine, Line, gap_lines, lines, notes, sentence, show

ZONE = ZoneInfo("Europe/Berlin")
NOW: dict[str, Any] = {
    "gap_hours": 10.5, "thin_hours": 3.25, "breached_count": 12.4, "head_hours_per_week": 300.0,
    "cost_per_week": 8550.0, "covered_share": 0.94, "by_employer": {"own": 300.0},
}  # fmt: skip
WOULD: dict[str, Any] = {
    "gap_hours": 2.0, "thin_hours": 3.25, "breached_count": 2.5, "head_hours_per_week": 340.5,
    "cost_per_week": 9319.5, "covered_share": 1.0, "by_employer": {"Helpline GmbH": 40.5, "own": 300.0},
}  # fmt: skip


def gap(since: str, until: str, side: str, language: str = "all") -> dict[str, str]:
    return {"since": f"2026-11-{since}:00Z", "until": f"2026-11-{until}:00Z", "language": language, "side": side}


def answer(*gaps: dict[str, str], **would: Any) -> dict[str, Any]:
    return {
        "as_of": "2026-11-21T12:00:00Z", "since": "2026-11-21T12:00:00Z", "until": "2026-12-05T12:00:00Z",
        "roster": "new.toml", "sides": {"now": NOW, "would": WOULD | would}, "gaps": list(gaps),
    }  # fmt: skip


def told(name: str, made: dict[str, Any]) -> Line:
    [one] = [line for line in lines(made, "EUR") if line.name == name]
    return one


def test_each_measure_stands_at_both_sides_with_how_far_it_moves() -> None:
    made = answer()
    assert [tuple(getattr(line, part) for part in Line.__slots__) for line in lines(made, "EUR")] == [
        ("Hours with nobody on, though something comes", "10 h 30 min", "2 h", "−8 h 30 min"),
        ("Hours with fewer than it takes", "3 h 15 min", "3 h 15 min", "="),
        ("What comes while somebody is on", "94%", "100%", "+6 points"),
        ("Promises expected to break", "12", "2.5", "−9.9"),
        ("Head hours per week", "300 h", "340 h 30 min", "+40 h 30 min"),
        ("… of them our own", "300 h", "300 h", "="),
        ("… of them of Helpline GmbH", "0 min", "40 h 30 min", "+40 h 30 min"),
        ("Cost per week", "EUR 8,550", "EUR 9,320", "+EUR 770"),
    ]


def test_with_one_employer_the_hours_are_told_once() -> None:
    assert len(lines(answer(by_employer={"own": 340.5}), "EUR")) == 6


def test_unknown_is_a_dash_and_says_why() -> None:
    made = answer(cost_per_week=None, thin_hours=None, breached_count=None)
    assert told("Cost per week", made) == Line("Cost per week", "EUR 8,550", "–", "–")
    assert told("Hours with fewer than it takes", made).would == "–"
    assert list(notes(made)) == [
        "Cost: somebody is on shift whose employer has no rate under [staffing] cost.",
        "Thin hours and broken promises need [staffing] handling, and a demand that is known.",
    ]
    assert list(notes(answer())) == []


def test_a_gap_that_is_closed_in_part_says_what_of_it_stays() -> None:
    made = answer(
        gap("24T01:00", "24T04:30", "now", "ja"), gap("24T01:00", "24T02:00", "would", "ja"),
        gap("25T01:00", "25T02:00", "now"), gap("26T01:00", "26T02:00", "would"),
        gap("27T01:00", "27T02:00", "now"), gap("27T01:00", "27T02:00", "would"),
    )  # fmt: skip
    assert gap_lines(made, ZONE) == [
        GapLine("at all", "Wed 25 Nov 02:00 to 03:00", "1 h", "closed"),
        GapLine("at all", "Thu 26 Nov 02:00 to 03:00", "1 h", "opened"),
        GapLine("at all", "Fri 27 Nov 02:00 to 03:00", "1 h", "stays"),
        GapLine("who speaks Japanese", "Tue 24 Nov 03:00 to 05:30", "2 h 30 min", "closed"),
        GapLine("who speaks Japanese", "Tue 24 Nov 02:00 to 03:00", "1 h", "stays"),
    ]
    assert sentence(made, ZONE) == (
        "The roster of new.toml beside the present one, Sat 21 Nov 13:00 to Sat 5 Dec 13:00: 2 stretches without "
        "anybody closed, 1 opened, 2 stay. Nothing is changed."
    )


def test_gaps_at_the_same_hours_of_many_days_are_one_line() -> None:
    daily = [gap(f"{day}T01:00", f"{day}T04:30", side, "ja") for day in range(24, 29) for side in ("now", "would")]
    made = answer(*daily[:-1], gap("24T20:00", "24T21:00", "now"))
    assert gap_lines(made, ZONE) == [
        GapLine("at all", "Tue 24 Nov 21:00 to 22:00", "1 h", "closed"),
        GapLine("who speaks Japanese", "Sat 28 Nov 02:00 to 05:30", "3 h 30 min", "closed"),
        GapLine("who speaks Japanese", "on 4 days 02:00 to 05:30, first Tue 24 Nov", "14 h", "stays"),
    ]


def test_gaps_of_different_languages_never_close_each_other() -> None:
    made = answer(gap("24T01:00", "24T04:00", "now", "ja"), gap("24T01:00", "24T04:00", "would", "ko"))
    assert [(one.who, one.fate) for one in gap_lines(made, ZONE)] == [
        ("who speaks Japanese", "closed"),
        ("who speaks Korean", "opened"),
    ]


def test_the_terminal_shows_figures_and_gaps(capsys: pytest.CaptureFixture[str]) -> None:
    made = answer(gap("24T01:00", "24T04:30", "now", "ja"), by_employer={"[b]x[/b]": 40.5, "own": 300.0})
    made["roster"] = "[red]new.toml[/red]"
    show(made, ZONE, "EUR")
    printed = capsys.readouterr().out
    for words in (sentence(made, ZONE), "−8 h 30 min", "… of them of [b]x[/b]", "+EUR 770", "who speaks Japanese"):
        assert words in printed
    show(answer(), ZONE, "EUR")
    assert "No stretch without anybody is known with either." in capsys.readouterr().out
