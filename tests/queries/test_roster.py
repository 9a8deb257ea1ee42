"""The roster in the warehouse: what is kept when it is edited, and what the questions about people say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.answers import Answers
from queries.catalogue import BadParameter, load_catalogue
from queries.roster import Roster, ShiftRow, revised
from queries.warehouse import SCHEMA, Warehouse
from tests.conftest import NOON, DictCache
from tests.promises.breaches import AT, NOBODY, causes, shift, told
from tests.promises.rows import segment
from tests.promises.test_breach_forecast import steady
from tests.queries.case_rows import HOUR, MINUTE, ask, plain, put

DAY = timedelta(days=1)


def row(start: float, end: float, heads: int = 4, site: str = "Berlin", **more: Any) -> ShiftRow:
    """A shift from `start` to `end`, in hours from noon."""
    names = {"site": site, "timezone": "Europe/Berlin", "team": "care", "languages": ("de", "en"), **more}
    return ShiftRow(**names, heads=heads, starts_at=NOON + start * HOUR, ends_at=NOON + end * HOUR)


def spans(answers: Answers, known_at: datetime | None = None) -> list[Any]:
    """What is known of each quarter hour around noon: how many are there."""
    window: dict[str, Any] = {"since": NOON - 8 * HOUR, "until": NOON + 8 * HOUR, "slot_minutes": 15}
    window |= {} if known_at is None else {"known_at": known_at}
    return [
        found[1] for found in ask(answers, "staffed_slots", "site", "staffed_agents", **window) if found[0] == "all"
    ]


def count(warehouse: Warehouse) -> int:
    cursor = warehouse.cursor()
    try:
        found = cursor.execute("SELECT count(*) FROM shifts").fetchone()
    finally:
        cursor.close()
    assert found
    return int(found[0])


def test_the_first_roster_is_kept_with_its_past_and_an_unchanged_one_writes_nothing(warehouse: Warehouse) -> None:
    roster, rows = Roster(warehouse), [row(-30, -22), row(-4, 4), row(4, 12), row(-4, 4, site="Oslo")]
    assert roster.keep([], NOON) is False, "no roster is nothing to keep"
    revision = warehouse.state[0]
    assert roster.keep(rows, NOON) is True
    assert (count(warehouse), warehouse.state[0]) == (4, revision + 1)
    for later in (timedelta(0), HOUR, 5 * HOUR):
        assert roster.keep(rows, NOON + later) is False
    assert (count(warehouse), warehouse.state[0]) == (4, revision + 1)


def test_what_has_passed_is_history_when_a_roster_is_edited(warehouse: Warehouse, answers: Answers) -> None:
    roster = Roster(warehouse)
    roster.keep([row(-8, 0, 2), row(-4, 4, 4), row(4, 8, 1)], NOON - DAY)
    before, known = spans(answers), warehouse.state[1]
    # more heads, an earlier start, and one shift less: only what lies ahead of noon becomes so
    assert roster.keep([row(-6, 4, 9)], NOON)
    assert spans(answers)[: 8 * 4] == before[: 8 * 4] == [2] * 16 + [6] * 16
    assert spans(answers)[8 * 4 :] == [9] * 16 + [None] * 16, "behind the last shift nothing is known"
    assert spans(answers, known) == before, "what was known yesterday is still told"


def test_an_edit_and_back_again_is_the_roster_it_was(warehouse: Warehouse, answers: Answers) -> None:
    roster, rows = Roster(warehouse), [row(-4, 4), row(4, 12, 2)]
    roster.keep(rows, NOON - HOUR)
    before = spans(answers)
    assert roster.keep([row(-4, 6), row(6, 12, 2)], NOON)
    assert roster.keep(rows, NOON)
    assert spans(answers) == before
    assert roster.keep(rows, NOON + HOUR) is False


def test_a_site_that_leaves_is_there_until_it_left(warehouse: Warehouse, answers: Answers) -> None:
    roster = Roster(warehouse)
    roster.keep([row(-4, 4), row(-4, 4, 3, "Oslo"), row(8, 12)], NOON - DAY)
    roster.keep([row(-4, 4), row(8, 12)], NOON)
    assert [found[:2] for found in ask(answers, "who_is_on", "site", "heads_count")] == [("Berlin", 4)]
    assert spans(answers)[16:48] == [7] * 16 + [4] * 16


def test_a_server_that_was_away_takes_the_roster_up_where_it_was_written_out_to(
    warehouse: Warehouse, answers: Answers
) -> None:
    roster = Roster(warehouse)
    roster.keep([row(-100, -90), row(-50, -40)], NOON - 200 * HOUR)
    # read again at noon: of what was never written out the roster of today tells, and of the rest the one of then
    roster.keep([row(-100, -95), row(-50, -40), row(-8, 0, 7), row(0, 8, 7)], NOON)
    window = {"since": NOON - 101 * HOUR, "until": NOON + 8 * HOUR}
    holes = ask(answers, "roster_gaps", "since_at", "until_at", **window)
    assert holes == [
        (plain(NOON - 90 * HOUR), plain(NOON - 50 * HOUR)),
        (plain(NOON - 40 * HOUR), plain(NOON - 8 * HOUR)),
    ]


def test_a_roster_that_was_taken_away_stays_away_for_as_long_as_it_was(warehouse: Warehouse, answers: Answers) -> None:
    roster, rows = Roster(warehouse), [row(-4, 4), row(4, 8)]
    roster.keep(rows, NOON - 5 * HOUR)
    roster.keep([], NOON)
    assert ask(answers, "who_is_on") == []
    roster.keep(rows, NOON + 2 * HOUR)
    assert spans(answers)[16:] == [4] * 16 + [0] * 8 + [4] * 24


Drawn = tuple[int, int, int, str]
ROWS = st.lists(
    st.tuples(st.integers(-40, 40), st.integers(1, 30), st.integers(1, 3), st.sampled_from("ab")), max_size=8
)


def made(drawn: Sequence[Drawn]) -> list[ShiftRow]:
    return [
        row(start / 4, (start + length) / 4, heads, site, languages=("de",) if heads == 1 else ("de", "ja"))
        for start, length, heads, site in drawn
    ]


@given(ROWS, ROWS)
def test_a_revision_keeps_every_head_before_it_and_brings_every_head_after_it(
    old: list[Drawn], new: list[Drawn]
) -> None:
    stored, wanted = revised([], made(old), NOON - 99 * HOUR), made(new)
    current = revised(stored, wanted, NOON)
    for quarter in range(-45, 80):
        at = NOON + quarter * HOUR / 4
        for languages in (("de",), ("de", "ja")):
            there = [
                sum(one.heads for one in rows if one.starts_at <= at < one.ends_at and one.languages == languages)
                for rows in (current, stored if at < NOON else wanted)
            ]
            assert there[0] == there[1]
    assert revised(current, wanted, NOON + HOUR / 2) == current, "read again, nothing changes"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, Answers]]:
    """One warehouse for many examples."""
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("roster") / "w.duckdb", NOON)
    yield warehouse, Answers(warehouse, load_catalogue(), DictCache())
    warehouse.close()


@settings(max_examples=40)
@given(
    drawn=ROWS,
    begin=st.integers(-30, 30),
    slots=st.integers(1, 12),
    minutes=st.sampled_from([15, 30, 60, 90]),
    language=st.sampled_from(["", "ja", "xx"]),
)
def test_the_questions_agree_with_a_walk_from_minute_to_minute(
    bench: tuple[Warehouse, Answers], drawn: list[Drawn], begin: int, slots: int, minutes: int, language: str
) -> None:
    warehouse, answers = bench
    cursor = warehouse.cursor()
    cursor.execute("DELETE FROM shifts")
    cursor.close()
    Roster(warehouse).keep(made(drawn), NOON)
    since = NOON + begin * HOUR / 2
    until = since + slots * minutes * MINUTE
    asked: dict[str, Any] = {"since": since, "until": until, "language": language}
    walk = Walk(made(drawn), language)
    found = ask(answers, "staffed_slots", **asked, slot_minutes=minutes)
    assert found == [
        (plain(at), site, walk.least(at, minutes, site))
        for at in (since + n * minutes * MINUTE for n in range(slots))
        for site in [*sorted({one.site for one in walk.rows}), "all"][: len(walk.rows) + 1 if walk.rows else 0]
    ]
    assert ask(answers, "roster_gaps", "since_at", "until_at", **asked) == walk.gaps(since, until)


class Walk:
    """The same, told by counting at every minute."""

    def __init__(self, rows: list[ShiftRow], language: str) -> None:
        self.rows, self.language = rows, language

    def heads(self, at: datetime, site: str = "all") -> int | None:
        if not min(row.starts_at for row in self.rows) <= at < max(row.ends_at for row in self.rows):
            return None
        return sum(
            row.heads
            for row in self.rows
            if row.starts_at <= at < row.ends_at
            and site in (row.site, "all")
            and (not self.language or self.language in row.languages)
        )

    def least(self, at: datetime, minutes: int, site: str) -> int | None:
        there = [self.heads(at + n * MINUTE, site) for n in range(minutes)]
        return None if None in there else min(heads for heads in there if heads is not None)

    def gaps(self, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        found: list[tuple[datetime, datetime]] = []
        minutes = [since + n * MINUTE for n in range(int((until - since) / MINUTE))] if self.rows else []
        for at in (plain(at) for at in minutes if self.heads(at) == 0):
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], at + MINUTE)
            else:
                found.append((at, at + MINUTE))
        return found


def test_a_slot_counts_its_worst_moment_and_all_is_not_the_sum_of_them(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([row(-1, 0.5, 3), row(0.5, 2, 5, "Oslo"), row(2.25, 3, 7)], NOON)
    window = {"since": NOON, "until": NOON + 3 * HOUR}
    slots = ask(answers, "staffed_slots", "site", "staffed_agents", **window)
    assert slots == [("Berlin", 0), ("Oslo", 0), ("all", 3), ("Berlin", 0), ("Oslo", 5), ("all", 5),
                     ("Berlin", 0), ("Oslo", 0), ("all", 0)]  # fmt: skip
    gaps = ask(answers, "roster_gaps", "since_at", "until_at", **window)
    assert gaps == [(plain(NOON + 2 * HOUR), plain(NOON + 2.25 * HOUR))], "a hole that was never an hour is told whole"


def test_a_gap_names_the_sites_on_both_its_sides(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([row(-1, 1), row(-1, 1, site="Oslo"), row(0, 1, 2, "Oslo"), row(2, 3, 1, "Rome")], NOON)
    sides = ("after_sites", "before_sites")
    assert ask(answers, "roster_gaps", *sides, since=NOON, until=NOON + DAY) == [("Berlin, Oslo", "Rome")]
    # a gap that is cut by the window's border begins with nobody's shift
    assert ask(answers, "roster_gaps", *sides, since=NOON + 1.5 * HOUR, until=NOON + DAY) == [(None, "Rome")]


def test_who_is_on_tells_the_next_shift_only_of_a_site_where_nobody_is(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep(
        [row(-2, 0), row(0, 2, 5), row(2, 4), row(1, 3, 2, "Oslo"), row(1, 3, 1, "Oslo", team="press"),
         row(3, 5, 9, "Oslo"), row(-3, 0, 9, "Rome", languages=())],
        NOON,
    )  # fmt: skip
    told = ask(answers, "who_is_on", "site", "team", "languages", "heads_count", "starts_at", "is_on")
    assert told == [
        ("Berlin", "care", "de, en", 5, plain(NOON), True),
        ("Oslo", "care", "de, en", 2, plain(NOON + HOUR), False),
        ("Oslo", "press", "de, en", 1, plain(NOON + HOUR), False),
    ]
    earlier = ask(answers, "who_is_on", "site", "languages", now=NOON - MINUTE)
    assert ("Rome", "") in earlier


def test_what_a_shift_says_is_kept_and_a_change_of_it_is_a_version(warehouse: Warehouse, answers: Answers) -> None:
    roster = Roster(warehouse)
    told: dict[str, Any] = {"tracks": ("incident",), "agents": ("Imogen", "Jens"), "employer": "Helpline GmbH"}
    first = row(-4, 4, 2, **told)
    roster.keep([first], NOON - DAY)
    assert roster.keep([first], NOON - DAY) is False, "it is read as it was written"
    known, changed = warehouse.state[1], [("agents", ("Imogen", "Olga")), ("employer", "own"), ("tracks", ())]
    for hour, (name, value) in enumerate(changed):
        assert roster.keep([row(-4, 4, 2, **{**told, name: value})], NOON - (10 - hour) * HOUR), name
    assert roster.keep([row(-4, 4, 2, is_on_call=True)], NOON - 5 * HOUR)
    columns = "tracks, agents, employer, is_on_call, known_until_at IS NULL"
    cursor = warehouse.cursor()
    versions = cursor.execute(f"SELECT {columns} FROM shifts ORDER BY known_from_at").fetchall()
    cursor.close()
    assert versions == [
        (["incident"], ["Imogen", "Jens"], "Helpline GmbH", False, False),
        (["incident"], ["Imogen", "Olga"], "Helpline GmbH", False, False),
        (["incident"], ["Imogen", "Jens"], "own", False, False),
        ([], ["Imogen", "Jens"], "Helpline GmbH", False, False),
        ([], [], "own", True, True),
    ]
    assert (spans(answers), {*spans(answers, known)} - {None}) == ([], {2}), "nobody but who is on call"


def test_a_shift_of_before_there_was_more_to_say_is_of_our_own_people_at_work(
    answers: Answers, warehouse: Warehouse
) -> None:
    cursor = warehouse.cursor()
    cursor.execute("ALTER TABLE shifts RENAME TO gone")
    cursor.execute("CREATE TABLE shifts AS SELECT * EXCLUDE (tracks, agents, employer, is_on_call) FROM gone")
    cursor.execute(
        "INSERT INTO shifts VALUES ('Berlin', 'Europe/Berlin', 'care', ['de', 'en'], 4, $1, $2, $1, NULL)",
        [plain(NOON - 4 * HOUR), plain(NOON + 4 * HOUR)],
    )
    schema = (SCHEMA / "0005_people.sql").read_text(encoding="utf-8")
    for statement in duckdb.extract_statements(schema):
        if re.search(r"(ALTER TABLE|UPDATE) shifts\b", statement.query):
            cursor.execute(statement)
    cursor.close()
    roster = Roster(warehouse)
    assert roster.keep([row(-4, 4)], NOON) is False, "what the file says has not changed"
    assert roster.is_known()
    assert 4 in spans(answers, NOON)


def test_who_is_on_call_is_no_head_on_shift(warehouse: Warehouse, answers: Answers) -> None:
    assert Roster(warehouse).is_known() is False
    Roster(warehouse).keep([row(-8, 0, 2), row(2, 8, 1), row(-8, 8, 9, is_on_call=True)], NOON)
    window = {"since": NOON - 2 * HOUR, "until": NOON + 4 * HOUR}
    found = ask(answers, "staffed_slots", "site", "staffed_agents", **window)
    assert [count for site, count in found if site == "all"] == [2, 2, 0, 0, 1, 1]
    assert ask(answers, "roster_gaps", "since_at", "until_at", **window) == [(plain(NOON), plain(NOON + 2 * HOUR))]


def test_who_is_on_call_is_nobody_on_shift_for_a_broken_promise(warehouse: Warehouse, answers: Answers) -> None:
    away = [shift(AT - DAY, AT - HOUR), shift(AT + DAY, AT + 2 * DAY), shift(heads=9, is_on_call=True)]
    told(warehouse, segment("x:1", AT), shifts=away)
    assert causes(answers) == {"x:1": NOBODY}


def test_who_is_on_call_answers_nothing_in_a_forecast(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=steady(2, 72), shifts=[shift(heads=2), shift(heads=9, is_on_call=True)])
    assert ask(answers, "breach_forecast", "staffed_agents") == [(2.0,)] * 4


def test_without_a_roster_nothing_is_claimed(answers: Answers) -> None:
    window = {"since": NOON, "until": NOON + HOUR}
    assert ask(answers, "who_is_on") == []
    assert ask(answers, "staffed_slots", **window) == []
    assert ask(answers, "roster_gaps", "since_at", "until_at", **window) == []


def test_a_slot_has_a_length(warehouse: Warehouse, answers: Answers) -> None:
    Roster(warehouse).keep([row(0, 2)], NOON)
    with pytest.raises(BadParameter, match="slot_minutes must be at least 1, not 0"):
        ask(answers, "staffed_slots", since=NOON, until=NOON + HOUR, slot_minutes=0)


def test_times_are_stored_as_utc_whatever_the_zone_of_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    for zone in ("America/New_York", "Asia/Kolkata"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        opened = Warehouse("duckdb:w", tmp_path / zone.replace("/", "_"), NOON)
        Roster(opened).keep([row(-1, 1)], NOON)
        found = ask(Answers(opened, load_catalogue(), DictCache()), "who_is_on", "starts_at", "ends_at")
        opened.close()
        assert found == [(plain(NOON - HOUR), plain(NOON + HOUR))]
    monkeypatch.undo()
    time.tzset()
