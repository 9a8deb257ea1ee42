"""Calendars and tracks in a site file: what they say, and each fault as a sentence with key and line."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import ConfigError, Site, load_site, parse_site
from config.calendars import Calendar, Holidays
from config.promises import Promised, Sla, Track

ROOT = Path(__file__).resolve().parents[2]
HEAD = '[site]\nname = "Desk"\ntimezone = "Europe/Berlin"\n[[brand]]\nname = "Aurora"\nterms = ["aurora"]\n'
GOOD = """\
[calendar.berlin]
timezone = "Europe/Berlin"
open = { mon = ["09:00-12:00", "13:00-17:00"], tue = ["09:00-17:00"], sat = ["22:00-06:00"] }
holidays = { country = "DE", subdiv = "BY", also = ["2025-11-11"], not = [2025-12-26] }
special = { "2025-12-24" = ["09:00-12:00"], "2025-12-25" = [] }
[calendar.new_york]
timezone = "America/New_York"
open = { wed = ["00:00-24:00"], thu = ["09:00-24:00"] }
[calendar.sun]
union = ["berlin", "new_york"]
[calendar.always]
always = true
[sla]
default_track = "Restore "
[track.restore]
from = 2025-01-01
calendar = "berlin"
frt = "1h"
nrt = "4h"
resolution = "24h"
attainment_target = 0.9
public_promise = { frt = "2h" }
[track.restore.priority.High]
frt = "15m"
[[track."Sales Lead"]]
calendar = "always"
frt = "10m"
[[track."Sales Lead"]]
from = 2026-03-01
calendar = "sun"
frt = "5m"
"""
SECOND = '[[track.restore]]\nfrom = 2026-01-01\ncalendar = "always"\nfrt = "1h"\n'


def parsed(text: str) -> Site:
    return parse_site(HEAD + text, base=Path("."))


def problems(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parsed(text)
    return str(caught.value)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def spans(calendar: Calendar, day: Any) -> list[tuple[timedelta, timedelta]]:
    return [(one.start, one.end) for one in (calendar.open or {})[day]]


def test_a_good_file_says_what_it_says() -> None:
    site = parsed(GOOD)
    (berlin,), (york,) = site.calendar["berlin"], site.calendar["new_york"]
    assert spans(berlin, "mon") == [(hours(9), hours(12)), (hours(13), hours(17))]
    assert spans(berlin, "sat") == [(hours(22), hours(30))], "an end that is not after its start lies on the next day"
    assert spans(york, "wed") == [(hours(0), hours(24))]
    assert spans(york, "thu") == [(hours(9), hours(24))]
    holidays = berlin.holidays
    assert holidays is not None
    assert (holidays.country, holidays.subdiv, holidays.ical) == ("DE", "BY", None)
    assert (holidays.also, holidays.not_days) == ((date(2025, 11, 11),), (date(2025, 12, 26),))
    assert [(day, len(openings)) for day, openings in berlin.special.items()] == [
        (date(2025, 12, 24), 1), (date(2025, 12, 25), 0),
    ]  # fmt: skip
    assert site.calendar["sun"][0].union == ("berlin", "new_york")
    assert site.sla == Sla(default_track="restore")
    (restore,) = site.track["restore"]
    assert (restore.from_date, restore.calendar, restore.attainment_target) == (date(2025, 1, 1), "berlin", 0.9)
    assert restore.given == {"frt": hours(1), "nrt": hours(4), "resolution": hours(24)}
    assert restore.public == {"frt": hours(2)}
    assert restore.priority["high"].given == {"frt": hours(0.25)}
    assert [track.from_date for track in site.track["sales lead"]] == [None, date(2026, 3, 1)]


def test_a_site_without_promises_promises_nothing() -> None:
    site = parsed("")
    assert (site.calendar, site.track, site.sla) == ({}, {}, None)
    assert parsed('[calendar.berlin]\ntimezone = "Europe/Berlin"\nopen = { mon = ["09:00-17:00"] }\n').calendar


def line_of(text: str, part: str) -> int:
    """The line of the file on which `part` stands first."""
    return (HEAD + text).partition(part)[0].count("\n") + 1


@pytest.mark.parametrize(
    ("change", "key", "at", "said"),
    [
        (('"Europe/Berlin"\nopen', '"Europe/Berln"\nopen'), "calendar.berlin.timezone", 'timezone = "Europe/Berln"',
         'unknown time zone "Europe/Berln"; did you mean "Europe/Berlin"?'),
        (('timezone = "Europe/Berlin"\nopen', "open"), "calendar.berlin", "[calendar.berlin]", "has no timezone"),
        (('"09:00-12:00", "13', '"09:00-09:00", "13'), "calendar.berlin.open.mon", "open =", "is empty; a whole day"),
        (('"09:00-12:00", "13', '"9-12", "13'), "calendar.berlin.open.mon", "open =", '"9-12" is no span of a day'),
        (('"09:00-12:00", "13', '"09:00-24:30", "13'), "calendar.berlin.open.mon", "open =", "is no span of a day"),
        (('"09:00-12:00", "13', '"24:00-06:00", "13'), "calendar.berlin.open.mon", "open =", "is no span of a day"),
        (('"09:00-12:00", "13', '"09:00-14:00", "13'), "calendar.berlin.open.mon", "open =",
         '"09:00-14:00" and "13:00-17:00" overlap'),
        (('["22:00-06:00"]', '["22:00-06:00", "23:00-24:00"]'), "calendar.berlin.open.sat", "open =",
         '"22:00-06:00" and "23:00-24:00" overlap'),
        (('tue = ["09:00-17:00"]', 'tue = "09:00-17:00"'), "calendar.berlin.open.tue", "open =",
         'must be a list; write ["09:00-17:00"]'),
        (('tue = ["09:00-17:00"]', 'tuesday = ["09:00-17:00"]'), "calendar.berlin.open.tuesday", "open =",
         'unknown value "tuesday"; did you mean "tue"?'),
        (('"DE"', '"Germany"'), "calendar.berlin.holidays.country", "holidays =",
         'unknown country "Germany"; did you mean "DE"?'),
        (('"DE"', '"de"'), "calendar.berlin.holidays.country", "holidays =", 'did you mean "DE"?'),
        (('"BY"', '"XX"'), "calendar.berlin.holidays.subdiv", "holidays =", 'unknown part of DE "XX"'),
        (('country = "DE", ', ""), "calendar.berlin.holidays.subdiv", "holidays =", "name the country too"),
        (("[2025-12-26]", "[2025-11-11]"), "calendar.berlin.holidays", "holidays =", "stands in also and in not"),
        (('["2025-11-11"]', '"2025-11-11"'), "calendar.berlin.holidays.also", "holidays =", "must be a list"),
        (('["2025-11-11"]', '["11.11.2025"]'), "calendar.berlin.holidays.also", "holidays =", "is not a day"),
        (('["2025-11-11"]', '["2025-02-29"]'), "calendar.berlin.holidays.also", "holidays =", "is not a day"),
        (('["2025-11-11"]', "[2025-11-11T09:00:00Z]"), "calendar.berlin.holidays.also", "holidays =",
         'write the day alone, "2025-11-11"'),
        (('also = ["2025-11-11"]', 'ical = "http://example.org/a.ics"'), "calendar.berlin.holidays.ical", "holidays =",
         '"http:" is neither a file nor an https address'),
        (('country = "DE", subdiv = "BY", also = ["2025-11-11"], ', ""), "calendar.berlin.holidays", "holidays =",
         "names no holidays"),
        (('"2025-12-24"', '"Christmas Eve"'), "calendar.berlin.special.Christmas Eve", "special =", "is not a day"),
        (('"2025-12-24" = ["09:00-12:00"]', '"2025-12-24" = ["closed"]'), "calendar.berlin.special.2025-12-24",
         "special =", '"closed" is no span of a day'),
        (('["berlin", "new_york"]', '["berlin", "newyork"]'), "calendar.sun.union", "union =",
         'unknown calendar "newyork"; did you mean "new_york"?'),
        (('["berlin", "new_york"]', '["berlin", "sun"]'), "calendar.sun.union", "union =", "names itself"),
        (('["berlin", "new_york"]', "[]"), "calendar.sun.union", "union =", "is empty; write at least 1"),
        (('["berlin", "new_york"]', '"berlin"'), "calendar.sun.union", "union =", 'must be a list; write ["berlin"]'),
        (("always = true", "always = false"), "calendar.always.always", "always =", "is true, or is left out"),
        (("always = true\n", ""), "calendar.always", "[calendar.always]", "is never open"),
        (("always = true", 'always = true\nunion = ["sun"]'), "calendar.always", "[calendar.always]",
         "has union and always; a calendar is one of them"),
        (("always = true", 'always = true\nholidays = { country = "DE" }'), "calendar.always", "[calendar.always]",
         "has holidays, which only a calendar with open hours takes"),
        (('{ wed = ["00:00-24:00"], thu = ["09:00-24:00"] }', "{ wed = [] }"), "calendar.new_york.open", "open = { wed",
         "opens on no day"),
        (('calendar = "berlin"\n', ""), "track.restore.calendar", "[track.restore]", "is required and missing"),
        (('calendar = "berlin"', 'calendar = "berln"'), "track.restore.calendar", 'calendar = "berln"',
         'unknown calendar "berln"; did you mean "berlin"?'),
        (('frt = "1h"', 'frt = "0m"'), "track.restore.frt", 'frt = "0m"', '"0m" leaves no time at all'),
        (('frt = "1h"', 'frt = "soon"'), "track.restore.frt", 'frt = "soon"', '"soon" is not a duration'),
        (('frt = "1h"', "frt = 60"), "track.restore.frt", "frt = 60", "must be a text of a number and a unit"),
        (('frt = "1h"', 'frt = "91d"'), "track.restore.frt", 'frt = "91d"', '"91d" is more than 90d'),
        (('frt = "1h"', 'frt = "999999999w"'), "track.restore.frt", "frt =", "the longest there is"),
        (('frt = "1h"', 'ftr = "1h"'), "track.restore.ftr", "ftr =", 'unknown key "ftr"; did you mean "frt"?'),
        (('frt = "15m"', 'ftr = "15m"'), "track.restore.priority.High.ftr", "ftr =", 'did you mean "frt"?'),
        (('frt = "15m"', ""), "track.restore.priority.high", "[track.restore.priority.High]",
         "has no target of its own"),
        (("= 0.9", "= 90"), "track.restore.attainment_target", "attainment_target", "90 is no share between 0 and 1"),
        (("= 0.9", "= 1"), "track.restore.attainment_target", "attainment_target", "is no share between 0 and 1"),
        (("= 0.9", "= 0.0"), "track.restore.attainment_target", "attainment_target", "is no share between 0 and 1"),
        (("= 0.9", '= "0.9"'), "track.restore.attainment_target", "attainment_target", "number"),
        (('{ frt = "2h" }', '{ fcr = "2h" }'), "track.restore.public_promise.fcr", "public_promise", "unknown key"),
        (('nrt = "4h"\n', ""), None, "", ""),
        (('frt = "1h"\n', ""), "track.restore.public_promise.frt", "public_promise",
         "is promised to visitors, but has no target here"),
        (('frt = "5m"\n', ""), "track.sales lead.2", "SECOND", "promises nothing; give it a target"),
        (("from = 2026-03-01\n", ""), "track.sales lead.2", "SECOND", "say from when on this one counts"),
        (('"Restore "', '"restored"'), "sla.default_track", "default_track", 'did you mean "restore"?'),
        (('default_track = "Restore "\n', ""), "sla.default_track", "[sla]", "is required and missing"),
        (("[sla]\ndefault_track = \"Restore \"\n", ""), "sla.default_track", None,
         'is required and missing; name the track of cases whose own is none here: "restore"'),
        (('[track."Sales Lead"]', "[track.RESTORE]"), "track", None, '"restore" and "RESTORE" are the same name'),
        (("[calendar.new_york]", "[calendar.Berlin]"), "calendar", None, '"berlin" and "Berlin" are the same name'),
        (("[[track.\"Sales Lead\"]]\ncalendar", "[track.restore.priority.HIGH]\nfrt = \"1m\"\n[[track.x]]\ncalendar"),
         "track.restore.priority", None, '"High" and "HIGH" are the same name'),
    ],
)  # fmt: skip
def test_every_fault_is_named(change: tuple[str, str], key: str | None, at: str | None, said: str) -> None:
    old, new = change
    assert old in GOOD
    text = GOOD.replace(old, new) if "RESTORE" in new else GOOD.replace(old, new, 1)
    if key is None:
        assert parsed(text)
        return
    told = problems(text)
    if at == "SECOND":
        line: int | None = (HEAD + text).rpartition("[[track")[0].count("\n") + 1
    else:
        line = line_of(text, at) if at else None
    where = f"  {key} (line {line}): " if line else f"  {key}"
    [found] = [one for one in told.splitlines() if one.startswith(where)]
    assert said in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SECOND + SECOND, "track.restore.2.from (line 12): another version begins on 2026-01-01 too"),
        (SECOND.replace("from = 2026-01-01\n", "") * 2, "track.restore.2 (line 10): a version before it has no from"),
        (SECOND + SECOND.replace('"always"', '"alway"').replace("2026", "2027"),
         "track.restore.2.calendar (line 13): unknown calendar"),
        (SECOND + SECOND.replace('"1h"', '"1 hour"').replace("2026", "2027"), "track.restore.2.frt (line 14): "),
    ],
)  # fmt: skip
def test_a_fault_of_a_version_names_which_and_its_line(text: str, said: str) -> None:
    assert said in problems(text + '[sla]\ndefault_track = "restore"\n[calendar.always]\nalways = true\n')


def test_versions_of_a_calendar_are_told_apart_too() -> None:
    both = "[[calendar.a]]\nfrom = 2026-01-01\nalways = true\n[[calendar.a]]\nfrom = 2026-01-01\nalways = true\n"
    assert "calendar.a.2.from (line 11): another version begins on 2026-01-01 too" in problems(both)
    assert len(parsed(both.replace("from = 2026-01-01\n", "", 1)).calendar["a"]) == 2


def test_a_union_of_unions_is_fine_and_a_ring_of_them_is_not() -> None:
    plain = '[calendar.a]\nalways = true\n[calendar.b]\nunion = ["a"]\n[calendar.c]\nunion = ["b", "a"]\n'
    assert parsed(plain).calendar["c"][0].union == ("b", "a")
    told = problems(plain.replace('["a"]', '["c"]'))
    assert 'calendar.b.union (line 10): joins "c", which joins it in turn' in told
    assert 'calendar.c.union (line 12): joins "b", which joins it in turn' in told
    hidden = plain + '[[calendar.d]]\nalways = true\n[[calendar.d]]\nfrom = 2026-01-01\nunion = ["e"]\n'
    assert "calendar.d.2.union (line 17)" in problems(hidden + '[calendar.e]\nunion = ["d"]\n'), (
        "in one version is enough"
    )


def test_a_default_without_tracks_chooses_from_nothing() -> None:
    assert "sla (line 7): there is no [track.NAME] to choose from" in problems('[sla]\ndefault_track = "x"\n')


def test_a_track_whose_priorities_alone_promise_something_is_one() -> None:
    text = GOOD.replace(
        'frt = "5m"\n', '[track."Sales Lead".priority."1"]\nfrt = "5m"\npublic_promise = { frt = "9m" }\n'
    )
    assert parsed(text).track["sales lead"][1].priority["1"].public == {"frt": hours(0.15)}
    told = problems(text.replace('frt = "9m"', 'nrt = "9m"'))
    assert "track.sales lead.2.priority.1.public_promise.nrt (line 39): is promised to visitors" in told


def test_a_track_where_there_is_no_calendar_at_all_is_told_what_to_write() -> None:
    told = problems(SECOND + '[sla]\ndefault_track = "restore"\n')
    assert "track.restore.1.calendar (line 9): there is no [calendar.always]; write one" in told


def test_all_faults_between_tables_are_named_at_once() -> None:
    told = problems(GOOD.replace('"berlin"\n', '"nowhere"\n').replace('["berlin", "new_york"]', '["x"]'))
    assert "track.restore.calendar" in told
    assert "calendar.sun.union" in told


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_an_opening_is_written_as_it_is_read(start: int, length: int) -> None:
    last = start + length
    # the end of the day is 24:00; behind it the clock begins anew
    edge = last if last == 1440 else last % 1440
    text = f"{start // 60:02}:{start % 60:02}-{edge // 60:02}:{edge % 60:02}"
    if edge == start:
        return
    (read,) = Calendar.model_validate({"timezone": "UTC", "open": {"mon": [text]}}).open["mon"]  # type: ignore[index]
    assert str(read) == text
    assert (read.start, read.end) == (timedelta(minutes=start), timedelta(minutes=last))


def test_every_key_stands_in_the_docs() -> None:
    text = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8").partition("## In the site file")[2]
    for model in (Calendar, Holidays, Track, Promised, Sla):
        for name, field in model.model_fields.items():
            assert re.search(rf"`{field.alias or name}`", text), f"docs/promises.md lacks {field.alias or name}"


def test_the_demos_calendars_are_its_shifts() -> None:
    site = load_site(ROOT / "config" / "example" / "site.toml")
    at_work = [shift for shift in site.shift if not shift.on_call]
    for shift in at_work:
        (calendar,) = site.calendar[shift.site.lower().replace(" ", "_")]
        assert calendar.timezone == shift.timezone
        hours = {day: [str(one) for one in openings] for day, openings in (calendar.open or {}).items()}
        assert hours == {day: [f"{shift.start:%H:%M}-{shift.end:%H:%M}"] for day in shift.days}
    named = {shift.site.lower().replace(" ", "_") for shift in at_work}
    assert set(site.calendar["sun"][0].union or ()) == named == set(site.calendar) - {"sun", "always"}
    assert {one.country for (calendar,) in site.calendar.values() if (one := calendar.holidays)} == {"US", "GB"}
    assert {track.calendar for (track,) in site.track.values()} == {"sun", "always"}
    assert all(track.attainment_target == 0.9 for (track,) in site.track.values())
