"""Rosters from elsewhere: tables and feeds are taken over whole, or refused with file, line and key, and the last good
one stays."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import ConfigError, parse_site
from connectors.net.wire import Limit, dial
from jobs.house import House
from jobs.rosterfile import COLUMNS, NotARoster, shifts_of
from jobs.rosterical import Event, NotShifts, events
from jobs.rosters import roster_faults
from tests.conftest import NOON, DictCache, FakeClock
from tests.connectors.kit.lines import Outside, client_tls, leads_to, server_tls
from tests.connectors.kit.web import Answer, Request, WebServer
from tests.house.test_command_line import run
from tests.jobs.sites import opened

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HEADER = "site,timezone,languages,heads,agents,days,date,start,end,employer,from,until,on_call,tracks\n"
GOOD = HEADER + (
    "Berlin,Europe/Berlin,de en,3,,mon;tue,,09:00,17:00,,,,,\n"
    "\n"
    'Manila,Asia/Manila,"en;tl",,Ana Reyes;Jun,,,22:00,06:00,Helpline GmbH,2026-01-01,2026-12-31,yes,care\n'
    "Berlin,Europe/Berlin,de,1,,,2026-11-24,18:00,20:00,,,,,\n"
)


def refused(*rows: str) -> list[str]:
    with pytest.raises(NotARoster) as caught:
        shifts_of(HEADER + "".join(f"{row}\n" for row in rows), "roster.csv", ["care", "incident"])
    return [str(problem) for problem in caught.value.problems]


def test_a_table_says_what_tables_of_a_site_file_say() -> None:
    shifts = shifts_of(GOOD, "roster.csv", ["care"])
    assert list(shifts) == [2, 4, 5], "each by its line"
    weekly, agency, once = shifts.values()
    assert (weekly.heads, weekly.languages, weekly.days, weekly.employer) == (3, ("de", "en"), ("mon", "tue"), "own")
    assert (agency.heads, agency.agents, agency.on_call, agency.tracks) == (2, ("Ana Reyes", "Jun"), True, ("care",))
    assert (agency.from_date, agency.until_date) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (once.on_date, len(once.days)) == (date(2026, 11, 24), 7)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Oslo,Europe/Oslo,no xx,1,,,,09:00,17:00", 'languages (line 3): unknown language "xx"; did you mean'),
        ("Oslo,Europe/Osl,no,1,,,,09:00,17:00", 'timezone (line 3): unknown time zone "Europe/Osl"; did you mean "Eu'),
        ("Oslo,Europe/Oslo,no,1,,mon fry,,09:00,17:00", 'days (line 3): unknown value "fry"; did you mean "fri"?'),
        ("Oslo,Europe/Oslo,no,-4,,,,09:00,17:00", "heads (line 3): input should be greater than or equal to 1, not -4"),
        ("Oslo,Europe/Oslo,no,four,,,,09:00,17:00", 'heads (line 3): "four" is not a whole number'),
        ("Oslo,Europe/Oslo,no,,,,,09:00,17:00", "heads (line 3): is required and missing"),
        ("Oslo,Europe/Oslo,no,1,,,,9:00,17:00", 'start (line 3): "9:00" is not a time of day; write "09:00"'),
        ("Oslo,Europe/Oslo,no,1,,,,09:00,17:00,,1.2.2026", 'from (line 3): "1.2.2026" is not a day; write such as "20'),
        ("Oslo,Europe/Oslo,no,1,,,2026-02-30,09:00,17:00", 'date (line 3): "2026-02-30" is not a day'),
        ("Oslo,Europe/Oslo,no,1,,,,09:00,17:00,,,,maybe", 'on_call (line 3): "maybe" is neither "true" nor "false"'),
        ("Oslo,Europe/Oslo,no,1,,,,09:00,17:00,,,,,incidnt", 'tracks (line 3): unknown track "incidnt"; did you mean'),
        ("all,Europe/Oslo,no,1,,,,09:00,17:00", 'site (line 3): "all" stands for all sites together'),
    ],
)
def test_a_wrong_cell_is_refused_with_file_line_and_key(row: str, said: str) -> None:
    [found] = refused("Berlin,Europe/Berlin,de,1,,,,09:00,17:00", row)
    assert found.startswith(f"roster.csv: {said}")


def test_what_is_wrong_with_a_whole_row_is_told_with_its_line() -> None:
    rows = refused(
        "Oslo,Europe/Oslo,no,1,,,,09:00,17:00,,2026-02-02,2026-02-01",
        "Oslo,Europe/Oslo,no,1,Jens;Imogen,,,09:00,17:00",
        "Oslo,Europe/Oslo,no,1,,mon,2026-02-02,09:00,17:00",
        "Oslo,Europe/Oslo,no,1,,,,09:00,17:00,,,,,,,spilt",
    )
    assert [row.partition(":")[0] for row in rows] == [f"roster.csv (line {line})" for line in (2, 3, 4, 5)]
    assert "until 2026-02-01 lies before from 2026-02-02" in rows[0]
    assert "has 16 cells under 14 columns" in rows[3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "roster.csv: holds no shift"),
        (HEADER, "roster.csv: holds no shift"),
        ("site,timezone,heads,start,finish\nA,UTC,1,09:00,10:00\n", 'roster.csv: finish (line 1): unknown column "fin'),
        ("site,timezone,start,end\nA,UTC,09:00,10:00\n", "roster.csv: heads (line 1): is missing"),
        ("site,site,timezone,heads,start,end\nA,A,UTC,1,09:00,10:00\n", "roster.csv: site (line 1): stands there twic"),
        ('site,"timezone\n', "roster.csv: is not a table"),
    ],
)
def test_what_is_no_table_of_shifts_is_refused(text: str, said: str) -> None:
    with pytest.raises(NotARoster) as caught:
        shifts_of(text, "roster.csv", [])
    assert str(caught.value).startswith(said)


def test_empty_columns_a_spreadsheet_leaves_behind_say_nothing() -> None:
    text = "site,timezone,heads,start,end,,\nA,UTC,1,09:00,10:00,,\n"
    assert [shift.heads for shift in shifts_of(text, "roster.csv", []).values()] == [1]


def ical(*parts: str) -> bytes:
    told = "".join(f"BEGIN:VEVENT\n{part}\nEND:VEVENT\n" for part in parts)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//rota//EN\n{told}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def shift(uid: str, start: str, end: str, *more: str, who: str = "Ana") -> str:
    return "\n".join([f"UID:{uid}", f"DTSTART{start}", f"DTEND{end}", f"SUMMARY:{who}", *more])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def found(*parts: str, since: str = "2025-03-01", until: str = "2025-05-01", zone: str = "Asia/Manila") -> list[Event]:
    return events(ical(*parts), ZoneInfo(zone), utc(since), utc(until))


def test_an_event_is_a_shift_in_the_zone_it_says_and_else_in_that_of_its_site() -> None:
    told = found(
        shift("a", ":20250310T080000Z", ":20250310T160000Z"),
        shift("b", ":20250311T220000", ":20250312T060000", who="Jun"),
        shift("c", ";TZID=Europe/Berlin:20250312T090000", ";TZID=Europe/Berlin:20250312T170000"),
        "UID:d\nDTSTART:20250313T010000Z\nDURATION:PT8H",
    )
    assert told == [
        Event("a", "Ana", utc("2025-03-10T08:00"), utc("2025-03-10T16:00")),
        Event("b", "Jun", utc("2025-03-11T14:00"), utc("2025-03-11T22:00")),
        Event("c", "Ana", utc("2025-03-12T08:00"), utc("2025-03-12T16:00")),
        Event("d", None, utc("2025-03-13T01:00"), utc("2025-03-13T09:00")),
    ]


def test_an_event_comes_round_by_the_clock_its_end_too_whatever_the_clocks_do() -> None:
    nights = shift(
        "n", ";TZID=Europe/Berlin:20250328T220000", ";TZID=Europe/Berlin:20250329T060000",
        "RRULE:FREQ=DAILY;UNTIL=20250331T200000Z",  # the last one starts at that very moment
    )  # fmt: skip
    told = [(f"{one.starts_at:%d %H}", f"{one.ends_at:%d %H}") for one in found(nights)]
    assert told == [("28 21", "29 05"), ("29 21", "30 04"), ("30 20", "31 04"), ("31 20", "01 04")]
    lengths = [(one.ends_at - one.starts_at) / HOUR for one in found(nights)]
    assert lengths == [8, 7, 8, 8]


def test_times_are_left_out_brought_besides_moved_and_called_off() -> None:
    weekly = shift(
        "w", ":20250303T090000", ":20250303T170000", "RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE:20250310T090000",
        "RDATE:20250305T090000",
    )  # fmt: skip
    moved = shift("w", ":20250318T120000", ":20250318T150000", "RECURRENCE-ID:20250317T090000", who="Jun")
    off = shift("w", ":20250324T090000", ":20250324T170000", "RECURRENCE-ID:20250324T090000", "STATUS:CANCELLED")
    told = [(f"{one.starts_at:%m-%d %H}", one.agent) for one in found(weekly, moved, off)]
    assert told == [
        ("03-03 01", "Ana"),
        ("03-05 01", "Ana"),
        ("03-18 04", "Jun"),
        ("03-31 01", "Ana"),
        ("04-07 01", "Ana"),
    ]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (shift("u1", ":20250310T170000", ":20250310T090000"), 'event "u1" ends before it starts, on 2025-03-10 at 17'),
        (shift("u2", ":20250310T090000", ":20250310T090000"), 'event "u2" ends before it starts'),
        (shift("u3", ":20250310T090000", ":20250312T090000"), 'event "u3" lasts several days'),
        (shift("u4", ";VALUE=DATE:20250310", ";VALUE=DATE:20250311"), 'event "u4" is an all-day event'),
        ("UID:u5\nDTSTART:20250310T090000", 'event "u5" does not say when it ends'),
        (shift("u6", ":20250310T090000", ":20250310T100000", "RRULE:FREQ=HOURLY"), 'event "u6" comes round HOURLY'),
        (
            shift("u7", ":20250310T090000", ":20250310T100000", "RECURRENCE-ID;RANGE=THISANDFUTURE:20250309T090000"),
            'event "u7" changes all later ones at once',
        ),
    ],
)
def test_an_event_that_can_be_no_shift_is_refused_by_its_uid(part: str, said: str) -> None:
    with pytest.raises(NotShifts) as caught:
        found(shift("good", ":20250310T090000", ":20250310T170000"), part)
    [sentence] = caught.value.sentences
    assert sentence.startswith(said)


def test_a_whole_local_day_of_twenty_five_hours_is_a_day() -> None:
    told = found(shift("x", ":20251026T000000", ":20251027T000000"), zone="Europe/Berlin", until="2025-12-01")
    assert [(one.ends_at - one.starts_at) / HOUR for one in told] == [25]


@pytest.mark.parametrize("data", [b"", b"<html>", ical(), b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_what_is_no_calendar_of_shifts_is_refused(data: bytes) -> None:
    with pytest.raises(NotShifts, match=r"is not an iCalendar file|holds no event"):
        events(data, ZoneInfo("UTC"), NOON, NOON + DAY)


SITE = """
[site]
name = "Air desk"
timezone = "Europe/Berlin"
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[calendar.always]
always = true
[track.care]
calendar = "always"
frt = "1h"
[sla]
default_track = "care"
[[shift]]
site = "Berlin"
timezone = "Europe/Berlin"
agents = ["Jens"]
start = "09:00"
end = "17:00"
"""
CSV = '[[roster]]\ncsv = "roster.csv"\n'
ICAL = '[[roster]]\nical = "rota.ics"\nsite = "Manila"\ntimezone = "Asia/Manila"\nlanguages = ["en", "tl"]\n'
ROWS = "site,timezone,heads,agents,start,end\nBerlin,Europe/Berlin,,Imogen,16:00,22:00\n"


def rota(*parts: str) -> bytes:
    return ical(*(parts or (shift("m", ":20261121T170000", ":20261122T010000", "RRULE:FREQ=DAILY"),)))


def faults(folder: Path, text: str, rows: str = ROWS, feed: bytes = b"") -> list[str]:
    (folder / "roster.csv").write_text(rows, encoding="utf-8")
    (folder / "rota.ics").write_bytes(feed or rota())
    site = parse_site(SITE + text, base=folder)
    return [str(problem) for problem in roster_faults(site, None, NOON)]


def test_one_agent_on_two_shifts_at_once_is_refused_with_both(tmp_path: Path) -> None:
    [found] = faults(tmp_path, CSV, ROWS.replace("Imogen", "Jens"))
    assert found == (
        'roster.csv: agents (line 2): "Jens" is on two shifts at once: Berlin 2026-11-21 09:00 to 17:00 '
        "(shift.1.agents), and here Berlin 2026-11-21 16:00 to 22:00 (roster.csv: agents (line 2))"
    )
    again = shift("j", ":20261123T170000", ":20261123T180000", who="Jens")
    [found] = faults(tmp_path, ICAL, feed=rota(again))
    assert "Berlin 2026-11-23 09:00 to 17:00 (shift.1.agents)" in found
    assert 'Manila 2026-11-23 17:00 to 18:00 (rota.ics: event "j")' in found


def test_shifts_that_meet_that_nobody_is_named_in_or_that_are_on_call_may_overlap(tmp_path: Path) -> None:
    rows = "site,timezone,heads,agents,start,end,on_call\n"
    meets = rows + "Berlin,Europe/Berlin,,Jens,17:00,22:00,\n"
    called = rows + "Berlin,Europe/Berlin,,Jens,00:00,00:00,yes\n"
    nameless = rows + "Berlin,Europe/Berlin,4,,09:00,17:00,\nBerlin,Europe/Berlin,3,,12:00,22:00,\n"
    for told in (meets, called, nameless):
        assert faults(tmp_path, CSV, told) == []
    # who is absent from one of them is not there twice
    gone = '[[absence]]\nsite = "Berlin"\nagent = "Jens"\nfrom = 2026-11-01\nuntil = 2027-12-31\n'
    assert faults(tmp_path, CSV + gone, ROWS.replace("Imogen", "Jens")) == []


def test_a_version_that_begins_in_months_is_judged_now(tmp_path: Path) -> None:
    later = "site,timezone,agents,start,end,team,from\nBerlin,Europe/Berlin,Jens,12:00,13:00,press,2027-03-01\n"
    [found] = faults(tmp_path, CSV, later)
    assert "Berlin 2027-03-01 12:00 to 13:00" in found


ABSENT = '[[absence]]\nsite = "Berlin"\nfrom = 2026-12-24\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("heads = 1\n", "absence.1.heads: does not say who is absent on 2026-12-24 08:00 UTC: Jens; write agent"),
        ("heads = 5\n", "absence.1.heads: 5 are more than are on shift in Berlin on 2026-12-24 08:00 UTC: only 1"),
        ('agent = "Imgen"\n', 'absence.1.agent: unknown agent "Imgen"; did you mean "Imogen"?'),
        ('agent = "Imogen"\nteam = "press"\n', 'absence.1.team: unknown team "press"; known are: care'),
    ],
)
def test_an_absence_that_cannot_be_is_named(tmp_path: Path, text: str, said: str) -> None:
    [found] = faults(tmp_path, CSV + ABSENT + text)
    assert found.startswith(said)


def test_an_absence_of_somebody_known_by_a_file_is_good(tmp_path: Path) -> None:
    assert faults(tmp_path, CSV + ABSENT + 'agent = "Imogen"\n') == []
    feed = '[[absence]]\nsite = "Manila"\nagent = "Jun"\nfrom = 2026-12-24\n'
    assert faults(tmp_path, ICAL + feed) == [], "a feed tells of some weeks: Jun may come into it"
    assert faults(tmp_path, ICAL + '[staffing]\ncost = { own = 1, "Helpline GmbH" = 2 }\n') == [
        'staffing.cost.Helpline GmbH: unknown employer "Helpline GmbH"; known are: own'
    ]


def test_an_absence_that_is_over_is_judged_no_more(tmp_path: Path) -> None:
    assert faults(tmp_path, CSV + ABSENT.replace("2026-12-24", "2026-06-01") + 'agent = "Olga"\n') == []


def test_all_that_is_wrong_in_all_files_is_told_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, CSV + ICAL, ROWS.replace("16:00", "16"), rota(shift("z", ":20261121T09", ":20261121T08")))
    assert len(found) >= 2
    assert found[0].startswith("roster.csv: start (line 2)")
    assert found[1].startswith("rota.ics: ")
    (tmp_path / "roster.csv").unlink()
    site = parse_site(SITE + CSV, base=tmp_path)
    [gone] = roster_faults(site, None, NOON)
    assert str(gone) == "roster.csv: does not exist; paths start from the site file's folder"


def heads(house: House) -> dict[str, int]:
    """How many are on shift at each site in the evening of the day, Berlin's time."""
    window = {"since": NOON + 6 * HOUR, "until": NOON + 7 * HOUR}
    frame = house.answers.ask("staffed_slots", window, house.clock()).frame
    return {str(row["site"]): int(row["staffed_agents"]) for row in frame.to_dict("records") if row["staffed_agents"]}


def test_a_house_keeps_the_shifts_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "rota.ics").write_bytes(rota(shift("m", ":20261122T010000", ":20261122T090000")))
    with opened(tmp_path, SITE + CSV + ICAL, NOON) as house:
        assert heads(house) == {"Berlin": 1, "Manila": 1, "all": 2}
        assert house.served.problems == ()


def test_a_roster_file_that_changes_is_read_again_and_a_wrong_one_leaves_the_last_good_roster_whole(
    tmp_path: Path,
) -> None:
    table = tmp_path / "roster.csv"
    table.write_text(ROWS, encoding="utf-8")
    with opened(tmp_path, SITE + CSV, NOON) as house:
        assert house.reread() is False
        table.write_text(ROWS.replace(",Imogen,", "5,,"), encoding="utf-8")
        assert house.reread() is False, "the site file is the same"
        assert heads(house) == {"Berlin": 5, "all": 5}
        revision = house.warehouse.state[0]
        # one bad row: nothing of the file is taken over, nor of the site file that is edited meanwhile
        table.write_text(ROWS + "Berlin,Europe/Berlin,-3,,16:00,22:00\n", encoding="utf-8")
        house.path.write_text((SITE + CSV).replace('"17:00"', '"23:00"'), encoding="utf-8")
        assert house.reread() is True
        [problem] = house.served.problems
        assert problem == (
            "roster.csv: heads (line 3): input should be greater than or equal to 1, not -3. "
            "The last good roster stays in force"
        )
        assert heads(house) == {"Berlin": 5, "all": 5}
        assert house.warehouse.state[0] == revision
        # the good one is written out further meanwhile
        house.clock.move(days=3)  # type: ignore[attr-defined]
        assert house.keep_roster() is True
        table.write_text(ROWS, encoding="utf-8")
        house.reread()
        assert not house.served.problems


@pytest.mark.parametrize("damage", ["gone", "bytes", "row"])
def test_a_wrong_file_stops_the_first_start_only(tmp_path: Path, damage: str) -> None:
    table = tmp_path / "roster.csv"

    def spoil() -> None:
        spoilt = {"bytes": b"\xff\xfe\x00s", "row": ROWS.replace("Europe/Berlin", "Mars").encode()}
        table.unlink() if damage == "gone" else table.write_bytes(spoilt[damage])

    table.write_text(ROWS, encoding="utf-8")
    spoil()
    with pytest.raises(ConfigError, match=r"roster\.csv"), opened(tmp_path, SITE + CSV, NOON):
        pass
    table.write_text(ROWS, encoding="utf-8")
    with opened(tmp_path, SITE + CSV, NOON) as house:
        before = heads(house)
    spoil()
    with opened(tmp_path, SITE + CSV, NOON + HOUR) as house:
        assert heads(house) == before == {"Berlin": 1, "all": 1}
        assert all(one.endswith("The last good roster stays in force") for one in house.served.problems)
        assert house.served.problems


def test_who_is_on_two_shifts_at_once_leaves_the_last_good_roster(tmp_path: Path) -> None:
    with opened(tmp_path, SITE, NOON) as house:
        again = SITE + SITE[SITE.index("[[shift]]") :].replace('"09:00"', '"16:00"').replace('"17:00"', '"22:00"')
        house.path.write_text(again, encoding="utf-8")
        assert house.reread()
        assert heads(house) == {}
        [problem] = house.served.problems
        assert problem.startswith('shift.2.agents: "Jens" is on two shifts at once: Berlin')


def test_check_says_what_is_wrong_with_a_roster_file(tmp_path: Path) -> None:
    table = tmp_path / "roster.csv"
    (tmp_path / "site.toml").write_text(SITE + CSV, encoding="utf-8")
    table.write_text(ROWS, encoding="utf-8")
    assert "is good" in run("--config", tmp_path / "site.toml", "check").stdout
    table.write_text(ROWS.replace("16:00", "4pm"), encoding="utf-8")
    told = run("--config", tmp_path / "site.toml", "check", code=2).stderr
    assert 'roster.csv: start (line 2): "4pm" is not a time of day; write "09:00"' in told


class Agency(WebServer):
    """An agency that publishes who comes when."""

    says = rota(shift("m", ":20261122T010000", ":20261122T090000"))

    def answer(self, request: Request) -> Answer:
        return Answer(200, {"Content-Type": "text/calendar"}, self.says)

    @property
    def table(self) -> str:
        """The roster as the site file names it: at a secret address, as shared calendars have."""
        return ICAL.replace("rota.ics", f"https://feeds.example:{self.port}/private-c0ffee/rota.ics")


@pytest.fixture
def agency(monkeypatch: pytest.MonkeyPatch) -> Iterator[Agency]:
    def here(_: str, port: int, limit: Limit) -> socket.socket:
        return dial("127.0.0.1", port, limit)

    outside = Outside(tls=client_tls(), resolve=leads_to("93.184.216.34"), dial=here)
    monkeypatch.setattr("jobs.copies.Network", lambda *_, **__: outside.network)
    with Agency(tls=server_tls()) as agency:
        yield agency


def test_a_feed_is_fetched_by_the_hour_and_its_last_good_copy_outlives_the_process(
    tmp_path: Path, agency: Agency
) -> None:
    text = SITE + agency.table
    with opened(tmp_path, text, NOON) as house:
        assert heads(house) == {"Manila": 1, "all": 1}
        agency.says = rota(
            shift("m", ":20261122T010000", ":20261122T090000"),
            shift("n", ":20261122T010000", ":20261122T090000", who="Jun"),
        )
        house.clock.move(hours=1)  # type: ignore[attr-defined]
        assert house.fetch_holidays() is True
        assert heads(house) == {"Manila": 2, "all": 2}
        # an event that can be no shift: the copy stays, and the address, which may be a key, is not told
        agency.says = rota(shift("bad", ":20261122T090000", ":20261122T010000"))
        house.clock.move(hours=1)  # type: ignore[attr-defined]
        assert house.fetch_holidays() is False
        [problem] = house.served.problems
        assert problem.startswith('roster.1.ical: what the address sends event "bad" ends before it starts')
        assert problem.endswith("Its last good copy stays in force")
        assert "c0ffee" not in problem
    agency.fail(404, times=None)
    with opened(tmp_path, text, NOON + 3 * HOUR) as house:
        assert heads(house) == {"Manila": 2, "all": 2}


def test_an_address_that_is_away_stops_no_start_and_nothing_is_claimed_until_it_is_read(
    tmp_path: Path, agency: Agency
) -> None:
    agency.fail(404, times=None)
    with opened(tmp_path, SITE + agency.table, NOON) as house:
        assert heads(house) == {}
        [problem] = house.served.problems
        assert problem.startswith("roster.1.ical: ")
        assert problem.endswith("Until it is read, the roster stays as it was")
        agency.mend()
        house.clock.move(hours=1)  # type: ignore[attr-defined]
        assert house.fetch_holidays() is True
        assert (heads(house), house.served.problems) == ({"Manila": 1, "all": 1}, ())


def test_a_feed_is_the_same_under_any_zone_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    told: list[Any] = []
    for zone in ("UTC", "America/New_York", "Asia/Kolkata"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        told.append(found(shift("n", ":20250328T220000", ":20250329T060000", "RRULE:FREQ=DAILY;COUNT=9")))
        monkeypatch.undo()
        time.tzset()
    assert told[0] == told[1] == told[2]


def test_a_house_that_could_not_begin_lets_the_warehouse_go(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(SITE + CSV, encoding="utf-8")
    with pytest.raises(ConfigError):
        House(tmp_path / "site.toml", FakeClock(NOON), DictCache())
    (tmp_path / "roster.csv").write_text(ROWS, encoding="utf-8")
    House(tmp_path / "site.toml", FakeClock(NOON), DictCache()).close()


def test_the_page_on_coverage_shows_a_roster_that_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "coverage.md").read_text(encoding="utf-8")
    page = page.partition("## Roster")[2].partition("\n## ")[0]
    tables, rows = page.split("```toml\n")[1].split("```")[0], page.split("```\nsite,")[1].split("```")[0]
    head = SITE.partition("[[shift]]")[0].replace("track.care", "track.incident").replace('"care"', '"incident"')
    site = parse_site(head + tables, base=tmp_path)
    (tmp_path / "roster.csv").write_text(f"site,{rows}", encoding="utf-8")
    assert roster_faults(site, None, NOON) == ()
    told = {column.strip() for column in page.split("names the columns: ")[1].split(". Each")[0].split(",")}
    assert told == {f"`{column}`" for column in COLUMNS}
