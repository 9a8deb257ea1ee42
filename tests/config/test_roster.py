"""Rosters in a site file: each fault of a shift, absence, roster file, staffing or event has its key and its line."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import config
from config import Absence, ConfigError, PlannedEvent, RosterFile, Shift, Site, Staffing, center, parse_site
from config.languages import LANGUAGES, known_language, language_name
from config.roster import name_faults

HEAD = """\
[site]
name = "Air desk"
timezone = "Europe/Berlin"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[calendar.always]
always = true
[track.Care]
calendar = "always"
frt = "1h"
[track.incident]
calendar = "always"
frt = "15m"
[sla]
default_track = "care"
"""
SHIFT = """\
[[shift]]
site = "Berlin"
timezone = "Europe/Berlin"
agents = ["Imogen", "Jens"]
start = "09:00"
end = "17:00"
"""


def read(text: str) -> Site:
    return parse_site(HEAD + text, base=Path("."))


def faults(text: str) -> list[str]:
    """What is wrong, each with its key and the line it stands in, counted from the end of the head."""
    with pytest.raises(ConfigError) as caught:
        read(text)
    head = len(HEAD.splitlines())
    return [f"{one.where} {(one.line or 0) - head}: {one.sentence}" for one in caught.value.problems]


def shift(**more: Any) -> Shift:
    plain = {"site": "Berlin", "timezone": "Europe/Berlin", "heads": 4, "start": "09:00", "end": "17:00"}
    return Shift.model_validate({**plain, **more})


def test_a_shift_says_whose_promises_who_for_whom_and_until_when() -> None:
    [told] = read(
        SHIFT + 'heads = 3\nlanguages = ["de"]\ntracks = ["Incident"]\nemployer = "Helpline GmbH"\non_call = true\n'
        'from = 2026-01-01\nuntil = 2026-12-31\nholidays = { country = "DE" }\n'
    ).shift
    assert (told.heads, told.agents, told.tracks) == (3, ("Imogen", "Jens"), ("incident",))
    assert (told.employer, told.on_call, told.until_date) == ("Helpline GmbH", True, date(2026, 12, 31))
    assert told.holidays is not None
    assert told.holidays.country == "DE"


def test_a_shift_that_says_little_is_of_our_own_people_at_work_for_every_promise() -> None:
    told = shift()
    assert (told.tracks, told.agents, told.employer, told.on_call, told.until_date) == ((), (), "own", False, None)


def test_agents_are_heads_unless_more_are_told() -> None:
    assert read(SHIFT).shift[0].heads == 2
    assert faults(SHIFT + "heads = 1\n") == [
        "shift.1 1: has 1 heads, but names 2 agents; leave heads out, or add up"
    ]  # the table's own line
    assert faults(SHIFT.replace('agents = ["Imogen", "Jens"]\n', "")) == ["shift.1.heads 1: is required and missing"]
    assert faults(SHIFT.replace("Jens", "Imogen")) == ['shift.1.agents 4: "Imogen" stands there twice; name each once']


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('languages = ["de", "german"]', 'languages.2 7: unknown language "german"; did you mean "de" (German)?'),
        ('languages = ["EN"]', 'languages.1 7: unknown language "EN"; did you mean "en" (English)?'),
        ('tracks = ["incidents"]', 'tracks 7: unknown track "incidents"; did you mean "incident"?'),
        ("heads = -2", "heads 7: input should be greater than or equal to 1, not -2"),
        ('days = ["monday"]', 'days.1 7: unknown value "monday"; did you mean "mon"?'),
        ('employr = "A"', 'employr 7: unknown key "employr"; did you mean "employer"?'),
        ('employer = ""', "employer 7: must not be empty"),
        ("from = 2026-02-01\nuntil = 2026-01-31", "1: ends before it begins: until 2026-01-31 lies before from"),
        ('date = 2026-02-01\ndays = ["sun"]', "1: has a date, and days, from or until besides"),
        ('holidays = { country = "XX" }', 'holidays.country 7: unknown country "XX"'),
    ],
)
def test_a_wrong_key_of_a_shift_is_named_with_its_line(line: str, said: str) -> None:
    found = faults(SHIFT + line + "\n")
    assert any(one.removeprefix("shift.1").lstrip(". ").startswith(said) for one in found), found


def test_a_zone_that_is_none_is_refused_with_the_nearest() -> None:
    [found] = faults(SHIFT.replace("Europe/Berlin", "Europe/Berlim"))
    assert found == 'shift.1.timezone 3: unknown time zone "Europe/Berlim"; did you mean "Europe/Berlin"?'


def test_a_track_needs_tracks() -> None:
    with pytest.raises(ConfigError, match=r'there is no \[track.incident\]; write one, or leave "incident" out'):
        parse_site(HEAD.partition("[calendar")[0] + SHIFT + 'tracks = ["incident"]\n', base=Path("."))


ABSENCE = '[[absence]]\nsite = "Berlin"\nagent = "Jens"\nfrom = 2026-12-01\n'


def test_an_absence_is_of_an_agent_or_of_heads_on_days_or_between_times_of_one() -> None:
    told = read(SHIFT + ABSENCE + 'until = 2026-12-05\nteam = "care"\nreason = "training"\n').absence[0]
    assert (told.agent, told.last, told.reason) == ("Jens", date(2026, 12, 5), "training")
    assert read(SHIFT + ABSENCE + 'start = "13:00"\nend = "15:00"\n').absence[0].last == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('agent = "Jens"', 'agent = "Jons"', 'absence.1.agent 9: unknown agent "Jons"; did you mean "Jens"?'),
        ('site = "Berlin"', 'site = "Berlyn"', 'absence.1.site 8: unknown site "Berlyn"; did you mean "Berlin"?'),
        ("from", 'team = "press"\nfrom', 'absence.1.team 10: unknown team "press"; known are: care'),
        ("from", "heads = 1\nfrom", "absence.1 7: names an agent and heads; write one of them"),
        ('agent = "Jens"', "", "absence.1 7: names nobody; write agent or heads"),
        ('agent = "Jens"', "heads = 0", "absence.1.heads 9: input should be greater than or equal to 1, not 0"),
        ("from", "until = 2026-11-30\nfrom", "absence.1 7: ends before it begins"),
        ("from", 'start = "13:00"\nfrom', "absence.1 7: has only one of start and end"),
        ("from", 'start = "13:00"\nend = "14:00"\nuntil = 2026-12-02\nfrom', "absence.1 7: has times of day and sev"),
    ],
)
def test_a_wrong_absence_is_named_with_its_line(old: str, new: str, said: str) -> None:
    [found] = faults(SHIFT + ABSENCE.replace(old, new, 1))
    assert found.startswith(said)


def test_an_absence_by_name_needs_names() -> None:
    nameless = SHIFT.replace('agents = ["Imogen", "Jens"]', "heads = 2")
    assert faults(nameless + ABSENCE) == ["absence.1.agent 9: no shift of Berlin names its agents; write heads = 1"]


def test_who_is_named_in_other_files_is_not_judged_before_they_are_read() -> None:
    site = read('[[roster]]\ncsv = "roster.csv"\n' + ABSENCE)
    assert (site.has_roster, site.absence[0].agent) == (True, "Jens")
    assert [path for path, _ in name_faults(site.absence, None, [])] == [("absence", 0, "site")]


def test_a_roster_file_is_a_table_or_a_feed_with_what_its_events_do_not_say() -> None:
    feed = '[[roster]]\nical = "https://rota.example/x.ics"\nsite = "Manila"\ntimezone = "Asia/Manila"\n'
    table, address = read('[[roster]]\ncsv = "in/roster.csv"\n' + feed).roster
    assert (table.is_address, table.named, table.file(Path("/there"))) == (
        False, "in/roster.csv", Path("/there/in/roster.csv"),
    )  # fmt: skip
    assert (address.is_address, address.file(Path("/there")), address.team) == (True, None, "care")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", 'roster.1 1: names no file; write csv = "roster.csv", or ical'),
        ('csv = "a.csv"\nical = "b.ics"', "roster.1 1: has csv and ical; write one table for each"),
        ('csv = "a.csv"\nsite = "Oslo"', "roster.1 1: has a csv and site besides; the file's own column says it"),
        ('ical = "b.ics"\nsite = "Oslo"', "roster.1 1: has an ical, but no timezone, which its events do not say"),
        ('csv = "https://x.example/secret"', "roster.1 1: has an address as its csv; only an ical may be one"),
        ('ical = "http://x.example/secret"', 'roster.1.ical 2: "http:" is neither a file nor an https address'),
        ('ical = "b.ics"\nsite = "All"\ntimezone = "UTC"', 'roster.1.site 3: "all" stands for all sites together'),
        (
            'ical = "b.ics"\nsite = "Oslo"\ntimezone = "UTC"\ntracks = ["incidnt"]',
            'roster.1.tracks 5: unknown track "incidnt"; did you mean "incident"?',
        ),
    ],
)
def test_a_wrong_roster_file_is_named_with_its_line(text: str, said: str) -> None:
    [found] = faults(f"[[roster]]\n{text}\n")
    assert found.startswith(said)
    assert "secret" not in found, "an address may be a key"


STAFFING = """\
[staffing]
handling = "6m"
cost = { own = 28.5, "Helpline GmbH" = 19 }
[staffing.track.incident]
handling = "10m"
occupancy = 0.5
"""


def test_a_track_has_its_own_terms_and_else_those_of_all() -> None:
    terms = read(SHIFT + SHIFT.replace("agents", 'employer = "Helpline GmbH"\nagents') + STAFFING).staffing
    assert terms is not None
    own, other = terms.of("incident"), terms.of("care")
    assert (own.handling, own.occupancy, own.shrinkage) == (timedelta(minutes=10), 0.5, 0.0)
    assert (other.handling, other.occupancy, other.patience) == (timedelta(minutes=6), 0.85, None)
    assert terms.of(None) == other
    assert terms.cost == {"own": 28.5, "Helpline GmbH": 19.0}
    assert Staffing().of("incident").handling is None, "what nobody has said is unknown"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Helpline", "Helplime", 'staffing.cost.Helplime GmbH 3: unknown employer "Helplime GmbH"; did you mean "Help'),
        ("track.incident", "track.incidents", 'staffing.track.incidents 4: unknown track "incidents"; did you mean'),
        ("handling", "shrinkage = 1.0\nhandling", "staffing.shrinkage 2: input should be less than 1, not 1.0"),
        ("handling", "occupancy = 0\nhandling", "staffing.occupancy 2: input should be greater than 0, not 0"),
        ('"6m"', '"6"', 'staffing.handling 2: "6" is not a duration'),
        ("handling", "mention_share = 2\nhandling", "staffing.mention_share 2: input should be less than or equal"),
        ("28.5", "-1", "staffing.cost.own 3: input should be greater than or equal to 0, not -1"),
        ("track.incident", "track.Incident]\n[staffing.track.incident", 'staffing.track 1: "incident" stands there'),
    ],
)
def test_wrong_terms_are_named_with_their_line(old: str, new: str, said: str) -> None:
    agency = SHIFT.replace("agents", 'employer = "Helpline GmbH"\nagents')
    [found] = faults(STAFFING.replace(old, new, 1) + agency)
    assert found.startswith(said)


EVENT = '[[event]]\nname = "Sale"\nstart = "2026-11-27 09:00"\nend = "2026-11-30 00:00"\nfactor = 1.8\n'


def test_an_event_is_told_in_local_time() -> None:
    [told] = read(EVENT + 'languages = ["de"]\n').event
    assert (f"{told.start:%Y-%m-%d %H:%M}", told.factor) == ("2026-11-27 09:00", 1.8)
    assert told.zone(read(EVENT).site.zone).key == "Europe/Berlin"
    [elsewhere] = read(EVENT + 'timezone = "Asia/Tokyo"\n').event
    assert elsewhere.zone(read(EVENT).site.zone).key == "Asia/Tokyo"
    assert read(EVENT.replace('"2026-11-27 09:00"', "2026-11-27T09:00:00")).event == (
        told.model_copy(update={"languages": ()}),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-11-30 00:00", "2026-11-27 09:00", "event.Sale 1: ends before it begins: 2026-11-27 09:00 is not after"),
        ("1.8", "0", "event.Sale.factor 5: input should be greater than 0, not 0"),
        ("2026-11-27 09:00", "27.11.2026", 'event.Sale.start 3: "27.11.2026" is not a local time; write "2026-11-27'),
        ('"2026-11-27 09:00"', "2026-11-27T09:00:00Z", "event.Sale.start 3: has an offset; write the local time"),
        ("factor", 'languages = ["xq"]\nfactor', 'event.Sale.languages.1 5: unknown language "xq"'),
    ],
)
def test_a_wrong_event_is_named_with_its_line(old: str, new: str, said: str) -> None:
    [found] = faults(EVENT.replace(old, new, 1))
    assert found.startswith(said)


def test_languages_are_the_codes_of_iso_639_1() -> None:
    assert len(LANGUAGES) == 184
    assert all(len(code) == 2 and code.islower() for code in LANGUAGES)
    assert len(set(LANGUAGES.values())) == len(LANGUAGES), "no two have one name"
    assert (language_name("ja"), language_name("ceb")) == ("Japanese", "ceb")
    assert known_language("ja") == "ja"


@pytest.mark.parametrize(
    ("word", "meant"),
    [("jp", "ja"), ("Japanese", "ja"), ("pt-BR", "pt"), ("zh_Hant", "zh"), ("Norwegain", "no"), ("DE", "de")],
)
def test_what_is_no_language_is_refused_with_what_was_meant(word: str, meant: str) -> None:
    with pytest.raises(ValueError, match=rf'unknown language "{word}"; did you mean "{meant}"'):
        known_language(word)


def test_the_words_of_a_roster_are_found_where_they_were() -> None:
    assert center.Shift is Shift is config.Shift
    assert center.DAYS[0] == "mon"
    assert {Absence, PlannedEvent, RosterFile, Staffing} <= {getattr(config, name) for name in config.__all__}


def test_a_site_of_roster_files_alone_shows_its_roster() -> None:
    without = read("")
    with_file = read('[[roster]]\ncsv = "roster.csv"\n')
    assert (without.has_roster, with_file.has_roster) == (False, True)
    for scene in ("sun", "people"):
        assert (scene in with_file.wall["main"].scene, scene in without.wall["main"].scene) == (True, False)
