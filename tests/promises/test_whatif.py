"""What if: the past under another policy is what it would have been, and the past stays what it was."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.calendars import policy_rows, written_out
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.policies import HoursRow, PolicyRow
from queries.warehouse import Warehouse
from queries.whatif import Compared, compare
from tests.conftest import NOON, DictCache
from tests.promises.filling import filled, promised
from tests.promises.keeping import BERLIN, promise, site_of
from tests.promises.random_cases import world
from tests.promises.rows import hours, policy, segment
from tests.promises.worlds import Hours, Promise, World
from tests.queries.case_rows import HOUR, MINUTE, START, case, event, plain, put, reply, said
from tests.rows import case as case_row
from tests.rows import event as event_row
from tests.rows import keep

DAY = timedelta(days=1)
METRICS = ("frt", "nrt", "resolution")
SIDE = ("count", "met_count", "breached_count")


def otherwise(known: World) -> World:
    """The same cases with other hours, and with each target another one."""
    others = [other_promise(one, number) for number, one in enumerate(known.promises)]
    opened = {"mon": ["06:00-12:30"], "tue": ["00:00-24:00"], "thu": ["22:00-05:00"], "sat": ["10:00-11:00"]}
    first, *rest = known.calendars
    return replace(known, promises=others, calendars=[first if first.always else replace(first, open=opened), *rest])


def other_promise(one: Promise, number: int) -> Promise:
    """Half of a target or three times as much, in turn, and what was not promised is."""
    share = (0.5, 3.0)[number % 2]
    targets: dict[str, Any] = {
        f"{metric}_seconds": max(int((getattr(one, f"{metric}_seconds") or 1800) * share) // 60 * 60, 60)
        for metric in METRICS
    }
    return replace(one, **targets)


def attained(warehouse: Warehouse, since: datetime, until: datetime, now: datetime) -> dict[tuple[str, str], Any]:
    """By track and metric what sla_attainment says: how many were due, met, breached."""
    answers, found = Answers(warehouse, load_catalogue(), DictCache()), {}
    for metric in METRICS:
        given = {"since": since, "until": until, "metrics": [metric]}
        for row in answers.ask("sla_attainment", given, now).frame.to_dict("records"):
            met, breached = int(row["met_count"]), int(row["breached_count"])
            if met + breached:
                found[(row["group_name"], metric)] = (met + breached, met, breached)
    return found


def side(compared: Compared, name: str) -> dict[tuple[str, str], Any]:
    rows = compared.groups.to_dict("records")
    told = {(row["track"], row["metric"]): tuple(int(row[f"{name}_{column}"]) for column in SIDE) for row in rows}
    return {group: counts for group, counts in told.items() if counts[0]}


def round_the_clock(known: World) -> World:
    """The same with every calendar open always: then what has been quiet for long need not be looked at."""
    return replace(known, calendars=[Hours(name=name, always=True) for name in {one.name for one in known.calendars}])


@pytest.mark.parametrize(("number", "is_always"), [(2, False), (7, False), (11, True), (13, True)])
def test_what_would_have_been_is_what_is_where_it_has_always_held(number: int, is_always: bool, tmp_path: Path) -> None:
    invented = round_the_clock(world(number)) if is_always else world(number)
    now = invented.nows[-1].replace(second=0, microsecond=0)
    since, until = now - 5 * DAY, now - 2 * DAY
    known = invented.until(now)
    other = otherwise(known)
    with filled(other, now, tmp_path / "other") as there:
        would, others = attained(there, since, until, now), promised(there)
    with filled(known, now, tmp_path) as warehouse:
        was = attained(warehouse, since, until, now)
        found = compare(warehouse, *others, since, until, now)
        same = compare(warehouse, *promised(warehouse), since, until, now)
    assert len(was) > 3
    assert (side(found, "was"), side(found, "would")) == (was, would)
    assert (side(same, "was"), side(same, "would")) == (was, was)
    assert was != would
    assert not same.groups[["met_to_breached_count", "breached_to_met_count"]].to_numpy().any()
    assert same.moved.empty
    assert len(found.moved) == 10
    assert found.groups[["met_to_breached_count", "breached_to_met_count"]].to_numpy().any()


def test_a_case_that_only_the_other_policy_makes_due_in_the_window_is_found(tmp_path: Path) -> None:
    """Long before the window, without a promise then, and quiet since."""
    always = Hours(name="always", always=True)
    none = Promise(
        track="care", priority=None, calendar="always", frt_seconds=60, nrt_seconds=None, resolution_seconds=None
    )
    invented = replace(
        world(4), calendars=[always], promises=[none], default_track="care",
        cases=[replace(one, events=[], is_drill=False) for one in world(4).cases[:20]],
    )  # fmt: skip
    now = invented.nows[-1].replace(second=0, microsecond=0)
    since = now + 20 * DAY
    starts = [min(one.published_at or one.opened_at, one.opened_at) for one in invented.cases]
    with filled(invented, now, tmp_path) as warehouse:
        later = now + 40 * DAY
        found = compare(warehouse, [ALWAYS], [MONTH], since, later, later)
    due = [start for start in starts if since <= start.replace(microsecond=0) + 30 * DAY < later]
    assert due
    assert side(found, "would") == {("care", "resolution"): (len(due), 0, len(due))}
    assert side(found, "was") == {}


# ---- by hand


HALF = PolicyRow(
    track="care", priority=None, is_default=True, calendar="always", frt_seconds=1800, nrt_seconds=None,
    resolution_seconds=None, attainment_target_share=0.9, public_frt_seconds=None, public_nrt_seconds=None,
    public_resolution_seconds=None, from_at=None, until_at=None,
)  # fmt: skip
MONTH = replace(HALF, resolution_seconds=30 * 86400)
ALWAYS = HoursRow("always", NOON - 3000 * DAY, NOON + 3000 * DAY)


def four(warehouse: Warehouse) -> None:
    """Four cases under an hour's promise, answered after 10, 40 and 70 minutes, and one that waits for 50."""
    waits = {"h:1": 10, "h:2": 40, "h:3": 70}
    starts = dict.fromkeys(waits, NOON - 5 * HOUR) | {"h:4": NOON - 50 * MINUTE}
    segments = [
        segment(name, at, stopped_at=at + waits[name] * MINUTE if name in waits else None)
        for name, at in starts.items()
    ]
    put(
        warehouse,
        calendar_hours=[hours()],
        policies=[policy()],
        cases=[case(name, at, track="care", known_from_at=START) for name, at in starts.items()],
        case_events=[reply(name, starts[name] + minutes * MINUTE) for name, minutes in waits.items()],
        clock_segments=segments,
    )


def test_who_changes_sides_is_counted_and_who_moves_is_named(warehouse: Warehouse) -> None:
    four(warehouse)
    found = compare(warehouse, [ALWAYS], [HALF], NOON - DAY, NOON, NOON)
    (row,) = found.groups.to_dict("records")
    assert {name: row[f"was_{name}"] for name in SIDE} == {"count": 3, "met_count": 2, "breached_count": 1}
    assert {name: row[f"would_{name}"] for name in SIDE} == {"count": 4, "met_count": 1, "breached_count": 3}
    assert (row["was_attainment_share"], row["would_attainment_share"]) == (2 / 3, 0.25)
    # h:2 was met and would be breached; h:4 is not due yet, and would be breached: it does not change sides
    assert (row["met_to_breached_count"], row["breached_to_met_count"]) == (1, 0)
    moved = {row["case_id"]: row for row in found.moved.to_dict("records")}
    assert sorted(moved) == ["h:1", "h:2", "h:3", "h:4"]
    assert moved["h:2"]["moved_seconds"] == -1800
    assert moved["h:2"]["was_due_at"] == plain(NOON - 4 * HOUR)
    assert (moved["h:2"]["was_fate"], moved["h:2"]["would_fate"]) == ("met", "breached")


def test_an_old_case_that_is_written_to_again_or_put_on_another_track_is_looked_at(warehouse: Warehouse) -> None:
    four(warehouse)
    begun, lately = NOON - 100 * DAY, NOON - 3 * HOUR
    old = {"opened_at": begun, "known_from_at": begun}
    put(
        warehouse,
        cases=[
            case("h:5", track="care", **old),
            case("h:6", track="care", known_until_at=lately, **old),
            case("h:6", track="quick", **{**old, "known_from_at": lately}),
        ],
        case_events=[
            reply("h:5", begun + MINUTE),
            said("h:5", lately),
            event("h:6", "paused", begun + 10 * MINUTE, reason="crisis_hold"),
        ],
    )
    other = replace(HALF, nrt_seconds=3600, resolution_seconds=7200)
    quick = replace(other, track="quick", is_default=False, resolution_seconds=300)
    found = compare(warehouse, [ALWAYS], [other, quick], NOON - 4 * HOUR, NOON, NOON)
    counts = {(row["track"], row["metric"]): row["would_breached_count"] for row in found.groups.to_dict("records")}
    assert counts[("care", "nrt")] == 1, "what h:5 was asked was never answered"
    assert counts[("quick", "resolution")] == 1, "ten minutes of h:6 had counted, of five that it was given then"


def test_nothing_of_it_stays(warehouse: Warehouse) -> None:
    four(warehouse)

    def seen() -> list[Any]:
        cursor = warehouse.cursor()
        tables = ("clock_segments", "policies", "calendar_hours", "cases", "case_events")
        kept = [cursor.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in tables]
        made = cursor.execute("FROM duckdb_tables() WHERE temporary").fetchall()
        cursor.close()
        return [*kept, made, warehouse.state]

    before = seen()
    assert len(before[0]) == 4
    compare(warehouse, [ALWAYS], [HALF], NOON - DAY, NOON, NOON)
    assert seen() == before


def test_nobody_who_writes_has_to_wait_for_it(warehouse: Warehouse) -> None:
    four(warehouse)
    found: list[Compared] = []
    with warehouse.transaction():
        asking = threading.Thread(
            target=lambda: found.append(compare(warehouse, [ALWAYS], [HALF], NOON - DAY, NOON, NOON))
        )
        asking.start()
        asking.join(60)
        assert found, "it goes on while somebody else writes"


def test_a_change_of_the_file_leaves_the_past_and_whatif_shows_it(ledger: Ledger) -> None:
    """The edit of a site file counts from then on; the comparison is with what it would have been."""
    warehouse, later = ledger.warehouse, datetime(2026, 1, 1, tzinfo=UTC)
    promise(warehouse, now=later - 300 * DAY)
    begun = datetime(2025, 12, 1, 9, 0, tzinfo=UTC)
    answer = event_row(1, happened_at=begun + 2 * HOUR)
    keep(ledger, cases=[case_row(1, opened_at=begun, track="care")], events=[answer], now=later - DAY)
    edited = BERLIN.replace('frt = "4h"', 'frt = "1h"')
    promise(warehouse, edited, now=later)
    site = site_of(edited)
    opened, _ = written_out(site.calendar, site.site.zone, later)
    found = compare(warehouse, opened, policy_rows(site), begun, begun + 10 * DAY, later)
    frt = next(row for row in found.groups.to_dict("records") if row["metric"] == "frt")
    assert (frt["was_met_count"], frt["would_breached_count"], frt["met_to_breached_count"]) == (1, 1, 1)
