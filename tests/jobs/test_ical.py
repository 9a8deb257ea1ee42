"""iCalendar files as days: events that last, come round, are left out, moved or called off; and files that are none."""

from __future__ import annotations

from datetime import date

import pytest

from jobs.ical import NotACalendar, all_days

FEED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//somebody//holidays//DE
{}END:VCALENDAR
"""
EVENT = "BEGIN:VEVENT\nUID:{}\nDTSTART;VALUE=DATE:{}\nSUMMARY:{}\n{}END:VEVENT\n"


def feed(*events: str) -> bytes:
    return FEED.format("".join(events)).replace("\n", "\r\n").encode()


def event(start: str, name: str = "Feast", *more: str, uid: str = "") -> str:
    return EVENT.format(uid or f"{start}-{name}", start, name, "".join(f"{line}\n" for line in more))


def read(*events: str, first: date = date(2020, 1, 1), last: date = date(2030, 12, 31)) -> dict[str, str | None]:
    return {f"{day}": name for day, name in all_days(feed(*events), first, last).items()}


def test_events_last_come_round_are_left_out_and_moved() -> None:
    assert read(event("20251224", "Feast", "DTEND;VALUE=DATE:20251227")) == dict.fromkeys(
        ("2025-12-24", "2025-12-25", "2025-12-26"), "Feast"
    )
    assert list(read(event("20251224", "Feast", "DURATION:P2D"))) == ["2025-12-24", "2025-12-25"]
    yearly = event(
        "20240601", "Fair", "RRULE:FREQ=YEARLY;UNTIL=20280601T000000Z", "EXDATE;VALUE=DATE:20250601",
        "RDATE;VALUE=DATE:20200102", uid="fair",
    )  # fmt: skip
    moved = event("20260605", "Late fair", "RECURRENCE-ID;VALUE=DATE:20260601", uid="fair")
    called_off = event("20270601", "Fair", "RECURRENCE-ID;VALUE=DATE:20270601", "STATUS:CANCELLED", uid="fair")
    assert read(yearly, moved, called_off) == {
        "2020-01-02": "Fair", "2024-06-01": "Fair", "2026-06-05": "Late fair", "2028-06-01": "Fair",
    }  # fmt: skip
    thanks = event("20241128", "Thanks", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH")
    assert list(read(thanks, last=date(2026, 12, 31))) == ["2024-11-28", "2025-11-27", "2026-11-26"]
    assert read(event("20250101", "", "STATUS:CANCELLED"), event("20250102", "")) == {"2025-01-02": None}


def test_only_all_day_events_close_an_office() -> None:
    timed = "BEGIN:VEVENT\nUID:t\nDTSTART:20250102T090000Z\nDTEND:20250102T100000Z\nSUMMARY:Meeting\nEND:VEVENT\n"
    assert list(read(timed, event("20250103"))) == ["2025-01-03"]
    with pytest.raises(NotACalendar, match="holds no all-day event"):
        read(timed)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html><html><title>Sign in</title></html>",
        b"\xff\xfe\x00\x00",
        feed(event("20250101"))[:-20],
        feed(event("20250101", "x", "RRULE:FREQ=SECONDLY")),
        feed(event("20250101", "x", "RRULE:FREQ=YEARLY;BYMONTH=June")),
        feed(event("20250101", "x", "DTEND;VALUE=DATE:99990101")),
    ],
)
def test_what_is_no_calendar_of_holidays_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(NotACalendar, match="is not an iCalendar file"):
        all_days(data, date(2005, 1, 1), date(2029, 1, 1))


def test_rules_without_an_end_are_followed_as_far_as_calendars_go() -> None:
    assert len(read(event("19000101", "x", "RRULE:FREQ=DAILY"), last=date(2020, 2, 29))) == 60
