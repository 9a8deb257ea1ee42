"""Coverage as the questions tell it is coverage as the walker finds it, in random worlds."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from config import Shift
from jobs.roster import instants
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.roster import Roster
from queries.warehouse import Warehouse
from tests.conftest import DictCache
from tests.people.on_shift import People
from tests.people.random_worlds import TONGUES, world
from tests.people.walked import gaps, summary, week
from tests.people.walker import Slot, Walker
from tests.people.worlds import ALL, DAY, Message, Table, World, instant
from tests.promises.rows import hours, policy, segment
from tests.queries.case_rows import Row, plain, put, records

NUMBERS = range(7)
Rows = dict[tuple[str, str], list[Row]]


def lay(warehouse: Warehouse, told: World) -> None:
    """Put a world into an empty warehouse, with a forecast that says what it says."""
    known: Row = {"known_from_at": instant(told.now - 60 * DAY)}
    now = instant(told.now)
    put(
        warehouse,
        now,
        staffing=[_terms(told, track) | known for track in told.handling],
        policies=[
            policy(
                name,
                is_default=name == told.default_track,
                calendar=one.calendar,
                frt_seconds=_seconds(one.frt_minutes),
                nrt_seconds=_seconds(one.nrt_minutes),
            )
            | known
            for name, one in told.promises.items()
        ],
        calendar_hours=[
            hours(name, instant(since), instant(until)) | known
            for name, spans in told.opens.items()
            for since, until in spans
        ],
        clock_segments=[_clock(told, f"x:{number}", one) | known for number, one in enumerate(told.messages)],
    )
    since, until = map(instant, told.roster)
    Roster(warehouse).keep(instants([shift(one) for one in told.tables], since, until), now)
    expect(warehouse, told)


def _seconds(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * 60


def _terms(told: World, track: str | None) -> Row:
    shares = {"occupancy_share": told.occupancy, "shrinkage_share": told.shrinkage, "mention_share": 0.0}
    return {"track": track, "handling_seconds": told.handling[track], **shares}


def _clock(told: World, name: str, one: Message) -> Row:
    due = None if one.due is None else instant(one.due)
    stopped = None if one.due else instant(min(one.at + 5, told.now))
    return segment(
        name, instant(one.at), stopped_at=stopped, language=one.language, track=one.track, metric=one.metric,
        due_at=due, breaches_at=due,
    )  # fmt: skip


def shift(one: Table) -> Shift:
    """The table as the site file has it."""
    plain: dict[str, Any] = {
        "site": one.site, "timezone": one.timezone, "team": one.team, "languages": one.languages,
        "tracks": one.tracks, "heads": one.heads, "days": one.days, "on_call": one.on_call,
        "start": f"{one.start:%H:%M}", "end": f"{one.end:%H:%M}", "from": one.from_date, "until": one.until_date,
    }  # fmt: skip
    return Shift.model_validate({name: value for name, value in plain.items() if value is not None})


def expect(warehouse: Warehouse, told: World) -> None:
    """Have the forecast say what the world says."""
    warehouse.relate()
    cursor = warehouse.cursor()
    cursor.execute("CREATE OR REPLACE TABLE memory.told (hour_at TIMESTAMP, language VARCHAR, demand_count DOUBLE)")
    rows = [(instant(hour).replace(tzinfo=None), tongue, count) for (hour, tongue), count in told.forecast.items()]
    cursor.execute(
        "INSERT INTO memory.told SELECT unnest($hours), unnest($tongues), unnest($counts)",
        dict(zip(("hours", "tongues", "counts"), (list(column) for column in zip(*rows, strict=True)), strict=True)),
    )
    cursor.execute(
        "CREATE OR REPLACE MACRO memory.forecast_hours(asof_at, seen_at, ahead) AS TABLE "
        "SELECT *, demand_count / 2 AS low_count, demand_count * 2 AS high_count, 1.0::DOUBLE AS event_factor "
        "FROM memory.told WHERE hour_at + INTERVAL 1 HOUR > asof_at AND hour_at < asof_at + to_hours(ahead)"
    )
    cursor.close()


@pytest.fixture(scope="module", params=NUMBERS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Answers]]:
    """A random world, and who answers about it."""
    one = world(request.param)
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("walked") / "w.duckdb", instant(one.now))
    lay(warehouse, one)
    yield one, Answers(warehouse, load_catalogue(), DictCache())
    warehouse.close()


def asked(told: tuple[World, Answers], question: str, **given: Any) -> list[Row]:
    """What a question answers, in the walker's names."""
    frame = told[1].ask(question, given, instant(told[0].now)).frame
    names = [name.removesuffix("_agents").removesuffix("_count") for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in records(frame)]


def grouped(rows: Sequence[Row]) -> Rows:
    """By site and language."""
    found: Rows = defaultdict(list)
    for row in rows:
        found[row.get("site", ALL), row["language"]].append(row)
    return found


def differences(found: Sequence[Row], walked: Sequence[Any]) -> list[tuple[int, str, Any, Any]]:
    """Where an answer is not what was walked: the row, the column, the answer and the walker's."""
    assert len(found) == len(walked)
    return [
        (number, name, row[name], getattr(one, name))
        for number, (row, one) in enumerate(zip(found, walked, strict=True))
        for name in vars(one)
        if name in row and not is_same(row[name], getattr(one, name))
    ]


def is_same(one: Any, other: Any) -> bool:
    """Numbers may differ in the seventh place."""
    if one is None or other is None or isinstance(other, str):
        return bool(one == other)
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)


def window(told: World, before: int, after: int, minutes: int = 15) -> tuple[int, int]:
    """From so many hours before now until so many after it, in whole slots."""
    since = told.now - before * 60
    since -= since % 15
    return since, since + -(-(before + after) * 60 // minutes) * minutes


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_every_slot_is_as_the_walker_finds_it(told: tuple[World, Answers], minutes: int) -> None:
    world = told[0]
    since, until = window(world, 14, 26, minutes)
    track = ("", "care", "incident")[(world.now + minutes // 15) % 3]
    given = {"since": instant(since), "until": instant(until), "slot_minutes": minutes, "track": track}
    found, walker = grouped(asked(told, "coverage_slots", **given)), Walker(world, since, until, minutes, track)
    assert set(found) == {(site, language) for site in sites(world) for language in (ALL, *TONGUES)}
    for (site, language), rows in found.items():
        assert differences(rows, walker.slots(site, language)) == [], (site, language)


def sites(told: World) -> list[str]:
    """Those somebody works at, and all of them together."""
    return [ALL, *sorted({span[2].site for span in People(told).spans if not span[2].on_call})]


def test_the_week_is_put_together_from_quarters(told: tuple[World, Answers]) -> None:
    since, until = window(told[0], 8, 20, 60)
    found = grouped(asked(told, "coverage_week", since=instant(since), until=instant(until)))
    assert len(found) == len(sites(told[0])) * (1 + len(TONGUES))
    for (site, language), rows in found.items():
        assert differences(rows, week(told[0], since, until, site, language)) == [], (site, language)


def test_the_summary_is_put_together_from_quarters(told: tuple[World, Answers]) -> None:
    since, until = window(told[0], 8, 20)
    found = grouped(asked(told, "coverage_summary", since=instant(since), until=instant(until)))
    assert len(found) == 1 + len(TONGUES)
    for (_, language), rows in found.items():
        assert differences(rows, [summary(told[0], since, until, language)]) == [], language


def test_gaps_are_those_minutes_in_which_the_walker_meets_nobody(told: tuple[World, Answers]) -> None:
    found, walked = asked(told, "coverage_gaps", days=3), gaps(told[0], 3)
    assert [(row["language"], row["since_at"], row["until_at"], row["gap_minutes"]) for row in found] == [
        (gap.language, plain(instant(gap.since)), plain(instant(gap.until)), gap.until - gap.since) for gap in walked
    ]
    assert differences(found, walked) == []


def test_the_worlds_come_to_every_state_and_some_promises_break_in_them() -> None:
    found: list[Slot] = []
    for one in map(world, NUMBERS):
        since, until = window(one, 14, 26, 60)
        found += Walker(one, since, until, 60).slots(ALL, ALL)
    assert Counter(slot.state for slot in found).keys() == {"gap", "thin", "covered", "surplus", None}
    assert sum(bool(slot.breached) for slot in found) > 20
    assert sum(slot.breached == 0 for slot in found) > 20
    assert sum(slot.heads is None for slot in found) > 3
