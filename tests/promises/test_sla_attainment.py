"""How many promises were kept: what counts, where it counts, how sure it is, and that nothing flatters it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.catalogue import BadParameter
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.promises.rows import policy, segment
from tests.queries.case_rows import HOUR, MINUTE, SECOND, Row, ask, put

DAY = timedelta(days=1)
AGO = NOON - 3 * HOUR  # what begins here is due two hours ago
WINDOW: dict[str, Any] = {"since": NOON - DAY, "until": NOON + DAY}
COUNTS = ("met_count", "breached_count", "open_overdue_count", "set_aside_count", "triaged_out_count")


def met(name: str, **more: Any) -> Row:
    """Due two hours ago and answered in time."""
    return segment(name, AGO, **{"stopped_at": AGO + HOUR, **more})


def late(name: str, **more: Any) -> Row:
    """Due two hours ago and answered an hour late."""
    return segment(name, AGO, **{"stopped_at": AGO + 2 * HOUR, **more})


def many(count: int, make: Any, start: str = "", **more: Any) -> list[Row]:
    return [make(f"x:{start}{make.__name__}{number}", **more) for number in range(count)]


def ignored(name: str, **more: Any) -> Row:
    """Due two hours ago and never answered."""
    return segment(name, AGO, **more)


def young(name: str, **more: Any) -> Row:
    """Due in half an hour."""
    return segment(name, NOON - 30 * MINUTE, **more)


def attained(answers: Answers, *columns: str, **given: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "sla_attainment", *columns, **{**WINDOW, "group_by": "all", **given})


def counts(answers: Answers, **given: Any) -> list[tuple[Any, ...]]:
    return attained(answers, *COUNTS, **given)


def test_of_70_met_10_closed_late_and_8_overdue_79_5_percent_were_kept(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=[*many(70, met), *many(10, late), *many(8, ignored), *many(12, young)])
    assert counts(answers) == [(70, 18, 8, 0, 0)]
    ((share,),) = attained(answers, "attainment_share")
    assert share == 70 / 88
    assert round(share, 3) == 0.795, "of what is closed alone it would be 87.5 %"


# of none it is what is left of all: 100 - 75.8
@pytest.mark.parametrize(
    ("kept", "of", "low", "high"), [(9, 10, 0.596, 0.982), (12, 12, 0.758, 1.0), (0, 12, 0.0, 0.242)]
)
def test_wilson_s_interval(warehouse: Warehouse, answers: Answers, kept: int, of: int, low: float, high: float) -> None:
    put(warehouse, clock_segments=[*many(kept, met), *many(of - kept, late)])
    (found,) = attained(answers, "wilson_low_share", "wilson_high_share")
    assert tuple(round(share, 3) for share in found) == (low, high)
    assert 0 <= found[0] <= kept / of <= found[1] <= 1


def test_a_hundred_ignored_customers_improve_nothing(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=[*many(9, met), *many(1, late)])
    before = attained(answers, "attainment_share", "wilson_low_share", "wilson_high_share")
    put(warehouse, clock_segments=many(100, young))
    assert attained(answers, "attainment_share", "wilson_low_share", "wilson_high_share") == before == [
        (0.9, pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))
    ]  # fmt: skip
    put(warehouse, clock_segments=many(100, ignored))
    ((share, low, high),) = attained(answers, "attainment_share", "wilson_low_share", "wilson_high_share")
    assert (share, low < before[0][1], high < before[0][2]) == (9 / 110, True, True)


def test_closing_a_hundred_without_an_answer_improves_nothing(warehouse: Warehouse, answers: Answers) -> None:
    closed = {"stopped_at": AGO + MINUTE, "outcome": "unanswered"}
    put(warehouse, clock_segments=[*many(9, met), *many(1, late)])
    assert counts(answers) == [(9, 1, 0, 0, 0)]
    put(warehouse, clock_segments=many(100, ignored, "c", **closed))
    assert counts(answers) == [(9, 101, 0, 0, 0)]


def running(**more: Any) -> Row:
    return segment("x:1", AGO, **more)


def stopped(outcome: str, after: timedelta = MINUTE, **more: Any) -> Row:
    return segment("x:1", AGO, stopped_at=AGO + after, outcome=outcome, **more)


PAUSED: dict[str, Any] = {"metric": "nrt", "segment": 2, "since_at": AGO + 30 * MINUTE, "is_paused": True}
FATES: list[tuple[str, Row, tuple[int, ...]]] = [
    ("answered in the last second", stopped("answered", HOUR), (1, 0, 0, 0, 0)),
    ("answered a second late", stopped("answered", HOUR + SECOND), (0, 1, 0, 0, 0)),
    ("resolved in time", stopped("resolved", metric="nrt"), (1, 0, 0, 0, 0)),
    ("closed without an answer", stopped("unanswered"), (0, 1, 0, 0, 0)),
    ("no help wanted", stopped("acknowledged", HOUR), (0, 0, 0, 1, 0)),
    ("no help wanted, too late", stopped("acknowledged", 2 * HOUR), (0, 1, 0, 0, 0)),
    ("declined", stopped("declined"), (0, 0, 0, 1, 0)),
    ("declined too late", stopped("declined", 2 * HOUR), (0, 1, 0, 0, 0)),
    ("merged, however late", stopped("merged", 2 * HOUR), (0, 0, 0, 1, 0)),
    ("nobody knows when", stopped("unknown", timedelta(0)), (0, 0, 0, 1, 0)),
    ("excluded, however late", stopped("excluded", 2 * HOUR), (0, 0, 0, 0, 1)),
    ("excluded later", segment("x:1", AGO, stopped_at=NOON + MINUTE, outcome="excluded"), (0, 1, 1, 0, 0)),
    ("overdue", running(), (0, 1, 1, 0, 0)),
    ("overdue as soon as it opens", running(breaches_at=NOON - SECOND), (0, 1, 1, 0, 0)),
    ("paused past it", running(**{**PAUSED, "before_seconds": 3601}), (0, 1, 1, 0, 0)),
]  # fmt: skip
NOTHING: list[tuple[str, Row]] = [
    ("not overdue until it opens", running(breaches_at=NOON)),
    ("paused in time", running(**{**PAUSED, "before_seconds": 3600, "due_at": None})),
    ("stopped later in its pause", running(**PAUSED, before_seconds=3600, stopped_at=NOON + HOUR, outcome="resolved")),
    ("due in half an hour", young("x:1")),
    ("never promised", running(target_seconds=None, due_at=AGO)),
    ("an earlier segment", running(until_at=AGO + 30 * MINUTE)),
    ("a later segment", running(segment=2, since_at=NOON + MINUTE)),
    ("begun later", segment("x:1", NOON + MINUTE)),
]


@pytest.mark.parametrize(("row", "fate"), [one[1:] for one in FATES], ids=[one[0] for one in FATES])
def test_what_becomes_of_a_clock(warehouse: Warehouse, answers: Answers, row: Row, fate: tuple[int, ...]) -> None:
    put(warehouse, clock_segments=[row])
    assert counts(answers) == [fate]


def test_what_is_neither_kept_nor_broken_nor_told_makes_no_group(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=[{**row, "case_id": name} for name, row in NOTHING])
    assert counts(answers) == []


def test_what_was_set_aside_has_no_share(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=[stopped("declined")])
    shares = ("attainment_share", "wilson_low_share", "wilson_high_share", "set_aside_count")
    assert attained(answers, *shares) == [(None, None, None, 1)]


def test_a_promise_belongs_to_the_window_in_which_it_is_due(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=[met("x:1"), stopped("unanswered")])
    due = AGO + HOUR
    assert counts(answers, since=due, until=due + MINUTE) == [(1, 1, 0, 0, 0)]
    assert counts(answers, since=due - HOUR, until=due) == []
    assert counts(answers, since=due + MINUTE, until=due + HOUR) == []
    assert counts(answers, since=due, until=due + MINUTE, now=AGO + MINUTE) == [(0, 1, 0, 0, 0)], (
        "broken before it is due"
    )


def test_seen_from_earlier_less_has_happened(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, clock_segments=[met("x:1"), late("x:2"), stopped("declined", 2 * HOUR)])

    def seen(after: timedelta) -> list[tuple[Any, ...]]:
        return counts(answers, now=AGO + after)

    assert seen(-MINUTE) == seen(59 * MINUTE) == []
    assert seen(HOUR) == [(1, 0, 0, 0, 0)]
    assert seen(HOUR + MINUTE) == [(1, 2, 2, 0, 0)]
    assert seen(2 * HOUR) == [(1, 2, 0, 0, 0)]


def test_the_segment_in_force_says_when_it_is_due(warehouse: Warehouse, answers: Answers) -> None:
    moved = AGO + 30 * MINUTE
    due = NOON + 2 * HOUR
    second: dict[str, Any] = {
        "segment": 2,
        "since_at": moved,
        "due_at": due,
        "breaches_at": due,
        "target_seconds": 18000,
    }
    put(warehouse, clock_segments=[running(until_at=moved), running(**second)])
    assert counts(answers) == []
    assert counts(answers, now=due + MINUTE, until=due) == []
    assert counts(answers, now=due + MINUTE) == [(0, 1, 1, 0, 0)]


TARGETS = ("group_name", "target_share")


def test_a_target_stands_only_where_all_tracks_of_a_group_agree(warehouse: Warehouse, answers: Answers) -> None:
    share = "attainment_target_share"
    rules = [
        policy(),
        policy(priority="high"),
        policy("vip", **{share: 0.95}),
        policy("sales"),
        policy("free", **{share: None}),
    ]
    clocks = [
        met("x:1", owner="ann"),
        met("x:2", owner="ann", track="sales"),
        late("x:3", owner="bob"),
        late("x:4", owner="bob", track="vip"),
        met("x:5", owner="cem", track="free"),
        met("x:6", owner="cem"),
        met("x:7", owner="dan", track="gone"),
        young("x:8", owner="ann", track="vip"),
    ]
    put(warehouse, policies=rules, clock_segments=clocks)
    assert dict(attained(answers, *TARGETS, group_by="owner")) == {"ann": 0.9, "bob": None, "cem": None, "dan": None}
    by_track = dict(attained(answers, *TARGETS, group_by="track"))
    assert by_track == {"care": 0.9, "sales": 0.9, "vip": 0.95, "free": None, "gone": None}


def test_the_target_is_the_one_in_force_as_the_window_ends_and_known_then(
    warehouse: Warehouse, answers: Answers
) -> None:
    def version(target: float, since: datetime | None, until: datetime | None, **more: Any) -> Row:
        return policy(attainment_target_share=target, from_at=since, until_at=until, **more)

    raised, again = NOON - HOUR, NOON + HOUR
    rules = [
        version(0.7, None, raised, known_until_at=NOON + DAY),
        version(0.75, None, raised, known_from_at=NOON + DAY),
        version(0.8, raised, again),
        version(0.9, again, None),
    ]
    put(warehouse, policies=rules[::-1], clock_segments=[met("x:1")])

    def target(**given: Any) -> Any:
        return attained(answers, "target_share", **given)[0][0]

    assert target(until=raised) == 0.7
    assert target(until=raised + MINUTE) == 0.8
    assert target() == 0.8, "the next one is not in force yet"
    assert target(now=again) == 0.9
    assert target(until=raised, known_at=NOON + DAY) == 0.75


def test_groups_and_filters(warehouse: Warehouse, answers: Answers) -> None:
    clocks = [
        met("x:1", owner="ann", brand="Rival"),
        late("x:2", track="sales", platform="reddit"),
        met("x:3", metric="nrt", known_from_at=NOON + HOUR),
        ignored("x:4", metric="resolution"),
        met("x:5", known_until_at=NOON - HOUR),
    ]
    put(warehouse, clock_segments=clocks)

    def found(**given: Any) -> list[tuple[Any, ...]]:
        return attained(answers, "group_name", "met_count", "breached_count", **given)

    assert found() == [("all", 1, 2)]
    assert found(known_at=NOON + HOUR) == [("all", 2, 2)]
    assert found(group_by="track") == [("care", 1, 1), ("sales", 0, 1)]
    assert found(group_by="metric") == [("frt", 1, 1), ("resolution", 0, 1)]
    assert found(group_by="brand") == [("Aurora", 0, 2), ("Rival", 1, 0)]
    assert found(group_by="owner") == [(None, 0, 2), ("ann", 1, 0)]
    assert found(group_by="platform") == [("x", 1, 1), ("reddit", 0, 1)]
    assert found(metrics=["frt"]) == [("all", 1, 1)]
    assert found(brands=["Rival"]) == [("all", 1, 0)]
    assert found(platforms=["reddit"]) == [("all", 0, 1)]
    with pytest.raises(BadParameter, match="group_by must be all, track, metric, brand, owner or platform"):
        found(group_by="colour")
