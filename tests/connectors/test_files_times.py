"""Promises about times: one instant in UTC, or a refusal that says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.files.problems import REASONS, Unreadable
from connectors.files.times import check_format, compile_time

AT = datetime(2015, 2, 22, 5, 32, 59, tzinfo=UTC)
PACIFIC = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("pattern", "zone", "text"),
    [
        ("iso", None, "2015-02-22T05:32:59Z"),
        ("iso", None, "2015-02-21 21:32:59 -0800"),
        ("iso", None, "2015-02-22 05:32:59 UTC"),
        ("iso", None, " 20150222T053259Z "),
        ("iso", PACIFIC, "2015-02-21 21:32:59"),
        ("iso", "Asia/Kolkata", "2015-02-21T21:32:59-08:00"),
        ("%Y-%m-%d %H:%M:%S %z", None, "2015-02-21 21:32:59 -0800"),
        ("%a %b %d %H:%M:%S %z %Y", None, "Sun Feb 22 05:32:59 +0000 2015"),
        ("%d. %B %Y, %I:%M:%S %p", PACIFIC, "21. february 2015, 09:32:59 PM"),
        ("%m/%d/%y %T", PACIFIC, "2/21/15 21:32:59"),
        ("%Y %j %H%M%S %Z", None, "2015 53 053259 GMT"),
        ("epoch", None, "1424583179"),
        ("epoch", None, "1424583179.0"),
        ("epoch_ms", None, "1424583179000"),
        ("excel", PACIFIC, "42056.8979050926"),
    ],
)
def test_one_instant_in_many_spellings(pattern: str, zone: str | None, text: str) -> None:
    assert compile_time(check_format(pattern), zone)(text) == AT


@pytest.mark.parametrize(
    ("pattern", "zone", "text", "reason"),
    [
        ("iso", None, "2015-02-21 21:32:59", "time_without_zone"),
        ("excel", None, "42056.5", "time_without_zone"),
        ("iso", None, "2015-02-30T00:00Z", "impossible_date"),
        ("iso", None, "2015-13-01", "impossible_date"),
        ("%d/%m/%Y", "UTC", "12/31/2015", "impossible_date"),
        ("%d/%m/%Y %I %p", "UTC", "12/01/2015 13 PM", "impossible_date"),
        ("epoch", None, "1424583179000000", "impossible_date"),
        ("iso", "Asia/Tokyo", "0001-01-01", "impossible_date"),
        ("iso", "America/New_York", "2024-03-10 02:30", "impossible_date"),
        ("iso", None, "yesterday", "unreadable_time"),
        ("iso", None, "1424583179", "unreadable_time"),
        ("epoch", None, "nan", "unreadable_time"),
        ("%d/%m/%Y", "UTC", "2015-01-12", "unreadable_time"),
    ],
)
def test_what_is_no_instant_is_refused_by_name(pattern: str, zone: str | None, text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        compile_time(pattern, zone)(text)
    assert refused.value.reason == reason
    assert text in refused.value.sentence


def test_the_refusal_names_the_repair() -> None:
    with pytest.raises(Unreadable, match='add timezone = "'):
        compile_time("iso", None)("2015-02-21 21:32")
    with pytest.raises(Unreadable, match='such as "epoch"'):
        compile_time("iso", None)("1424583179")


def test_an_hour_that_comes_twice_is_its_first() -> None:
    assert compile_time("iso", "America/New_York")("2024-11-03 01:30") == datetime(2024, 11, 3, 5, 30, tzinfo=UTC)


def test_a_typed_time_is_placed_like_a_written_one() -> None:
    read = compile_time("excel", PACIFIC)
    assert read(AT.astimezone(ZoneInfo(PACIFIC)).replace(tzinfo=None)) == AT
    assert read(AT.astimezone(timezone(timedelta(hours=9)))) == AT


def read_or_reason(pattern: str, zone: str, text: str) -> datetime | str:
    """The instant, or the code it is refused with."""
    try:
        return compile_time(pattern, zone)(text)
    except Unreadable as refused:
        return refused.reason


@pytest.mark.parametrize("pattern", ["isoo", "%Y-%m", "%H:%M", "%Y-%m-%d %Q", "%Y-%m-%d %H:%H", "%Y-%m-%d %I:%M", "%"])
def test_a_format_that_cannot_be_read_is_refused_before_any_row(pattern: str) -> None:
    with pytest.raises(ValueError, match="format"):
        check_format(pattern)


PATTERNS = st.sampled_from(
    [
        "%Y-%m-%d %H:%M:%S %z",
        "%d/%m/%Y %H:%M:%S.%f%z",
        "%a, %d %b %Y %I:%M:%S %p %z",
        "%A %B %d %Y %H.%M.%S %z",
        "%Y%m%d%H%M%S%z",
    ]
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(PATTERNS, st.datetimes(datetime(1990, 1, 1), datetime(2098, 1, 1), timezones=ZONES))  # noqa: DTZ001
def test_the_compiled_patterns_read_as_strptime_does(pattern: str, moment: datetime) -> None:
    text = moment.strftime(pattern)
    assert compile_time(pattern, None)(text) == datetime.strptime(text, pattern)  # noqa: DTZ007


FIRST, LAST = datetime.fromisoformat("1995-01-01"), datetime.fromisoformat("2035-01-01")


@given(st.datetimes(FIRST, LAST), st.sampled_from([PACIFIC, "Europe/London", "Asia/Kolkata"]))
def test_a_local_time_is_found_again_in_its_zone_or_never_was(moment: datetime, zone: str) -> None:
    found = read_or_reason("iso", zone, moment.isoformat())
    if isinstance(found, datetime):
        assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == moment
    else:
        assert found == "impossible_date"


@given(st.text(max_size=30))
def test_no_text_whatever_crashes(text: str) -> None:
    for pattern in ("iso", "epoch", "epoch_ms", "excel", "%d/%m/%Y %H:%M"):
        found = read_or_reason(pattern, "UTC", text)
        assert found in REASONS if isinstance(found, str) else found.tzinfo is UTC
