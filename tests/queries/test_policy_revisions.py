"""Any calendar, any policy, edited at any moment: what has passed stays, what is wanted comes, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from queries.policies import HoursRow, PolicyRow, merged, revised_hours, revised_policies
from tests.conftest import NOON
from tests.queries.case_rows import HOUR
from tests.queries.test_policies import policy

SPANS = st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 12), st.sampled_from("ab")), max_size=8)


def made(drawn: Iterable[tuple[int, int, str]]) -> set[HoursRow]:
    return {
        HoursRow(name, *one)
        for name in "ab"
        for one in merged((NOON + a * HOUR, NOON + (a + n) * HOUR) for a, n, who in drawn if who == name)
    }


@given(SPANS, SPANS)
def test_a_revision_keeps_every_open_minute_before_it_and_brings_every_one_after_it(
    old: list[tuple[int, int, str]], new: list[tuple[int, int, str]]
) -> None:
    before, wanted, cuts = made(old), made(new), dict.fromkeys("ab", NOON + HOUR / 2)
    current = revised_hours(before, wanted, cuts)
    for quarter in range(-170, 220):
        at = NOON + quarter * HOUR / 4
        for name in "ab":
            said = before if at < cuts[name] else wanted
            there = [
                any(one.opens_at <= at < one.closes_at for one in some if one.calendar == name)
                for some in (current, said)
            ]
            assert there[0] == there[1]
    edges = sorted((one.calendar, one.opens_at, one.closes_at) for one in current)
    assert all(a[2] < b[1] for a, b in pairwise(edges) if a[0] == b[0]), "no two touch"
    later = dict.fromkeys("ab", NOON + 5 * HOUR)
    assert revised_hours(current, wanted, later) == current, "read again, nothing changes"


TIMELINE = st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 3)), max_size=5, unique_by=lambda one: one[0])


def timeline(drawn: list[tuple[int, int]], endless: bool) -> list[PolicyRow]:
    """Versions that follow each other; `endless`: the first one has no beginning."""
    begins: list[float | None] = [*([None] if endless else []), *sorted(begin for begin, _ in drawn)]
    targets = [*([1] if endless else []), *[target for _, target in sorted(drawn)]]
    ends = [*begins[1:], None][: len(begins)]
    return [policy("care", a, b, frt_seconds=n) for a, b, n in zip(begins, ends, targets, strict=True)]


def promised(versions: Iterable[PolicyRow], at: datetime) -> list[int | None]:
    ever, never = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return [one.frt_seconds for one in versions if (one.from_at or ever) <= at < (one.until_at or never)]


@given(TIMELINE, TIMELINE, st.booleans(), st.booleans())
def test_a_revision_promises_before_it_what_it_did_and_after_it_what_is_wanted(
    old: list[tuple[int, int]], new: list[tuple[int, int]], endless: bool, wants_endless: bool
) -> None:
    before, wanted = timeline(old, endless), timeline(new, wants_endless)
    at = NOON + HOUR / 2
    current = revised_policies(before, wanted, at)
    for quarter in range(-90, 90):
        moment = NOON + quarter * HOUR / 4
        assert promised(current, moment) == promised(before if moment < at else wanted, moment)
    assert revised_policies(current, wanted, at + 3 * HOUR) == current, "read again, nothing changes"


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=12))
def test_merged_spans_cover_the_same_and_never_touch(drawn: list[tuple[int, int]]) -> None:
    spans = [(NOON + start * HOUR, NOON + (start + length) * HOUR) for start, length in drawn]
    found = merged(spans)
    assert all(one[1] < after[0] for one, after in pairwise(found))
    for moment in (NOON + n * HOUR / 2 for n in range(150)):
        covered = [any(start <= moment < end for start, end in some) for some in (spans, found)]
        assert covered[0] == covered[1]
