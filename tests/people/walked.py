"""What the other questions of coverage put together from the walker's slots: the week, the summary, the gaps ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.people.on_shift import People
from tests.people.walker import Asked, Slot, Walker
from tests.people.worlds import ALL, DAY, World


@dataclass(frozen=True)
class Hour:
    """One hour of coverage_week."""

    heads: int | None
    staffed: float | None
    demand: float | None
    required: float | None
    gap_minutes: int | None
    state: str | None


@dataclass(frozen=True)
class Whole:
    """A language in coverage_summary."""

    known_hours: float
    covered_hours: float
    gap_hours: float
    thin_hours: float
    demand: float | None
    covered_share: float | None
    occupancy_share: float | None


@dataclass(frozen=True)
class Gap:
    """One row of coverage_gaps, in minutes."""

    since: int
    until: int
    language: str
    demand: float
    after_sites: str | None
    before_sites: str | None


def week(world: World, since: int, until: int, site: str, language: str) -> list[Hour]:
    """Hours of quarters."""
    slots = Walker(world, since, until, 15).slots(site, language)
    return [_hour(slots[number : number + 4], site) for number in range(0, len(slots), 4)]


def _hour(quarters: Sequence[Slot], site: str) -> Hour:
    heads = [slot.heads for slot in quarters]
    staffed, demand, required = (
        [value for slot in quarters if (value := getattr(slot, name)) is not None]
        for name in ("staffed", "demand", "required")
    )
    states = [slot.state for slot in quarters]
    is_known = None not in heads
    return Hour(
        heads=min(one for one in heads if one is not None) if is_known else None,
        staffed=sum(staffed) / len(staffed) if is_known else None,
        demand=sum(demand) if demand else None,
        required=sum(required) / len(required) if required else None,
        gap_minutes=15 * states.count("gap") if is_known and site == ALL else None,
        state=_worst(states),
    )


def _worst(states: Sequence[str | None]) -> str | None:
    if "gap" in states:
        return "gap"
    if None in states:
        return None
    if "thin" in states:
        return "thin"
    return "surplus" if set(states) == {"surplus"} else "covered"


def summary(world: World, since: int, until: int, language: str) -> Whole:
    """Of quarters the roster says something of."""
    known = [slot for slot in Walker(world, since, until, 15).slots(ALL, language) if slot.heads is not None]
    demand = sum(slot.demand or 0 for slot in known)
    staffed = sum(slot.staffed or 0 for slot in known) * 900
    return Whole(
        known_hours=len(known) / 4,
        covered_hours=sum(bool(slot.heads) for slot in known) / 4,
        gap_hours=sum(slot.state == "gap" for slot in known) / 4,
        thin_hours=sum(slot.state == "thin" for slot in known) / 4,
        demand=demand if known else None,
        covered_share=sum(slot.demand or 0 for slot in known if slot.heads) / demand if demand else None,
        occupancy_share=sum(slot.work for slot in known) / staffed if staffed else None,
    )


def gaps(world: World, days: int, least_count: float = 1) -> list[Gap]:
    """Those with nobody at all, then those of a language in which enough is expected."""
    people, until = People(world), world.now + days * DAY
    asked = Asked(world, world.now, 1, "")
    spoken = sorted({tongue for (hour, tongue), count in world.forecast.items() if count and hour < until} - {ALL})
    found = [gap for language in (ALL, *spoken) for gap in _of_one(people, asked, language, until)]
    nobody = [gap for gap in found if gap.language == ALL]
    told = nobody + [gap for gap in found if gap not in nobody and gap.demand >= least_count
                     and not any(hole.since <= gap.since and gap.until <= hole.until for hole in nobody)]  # fmt: skip
    return sorted(told, key=lambda gap: (gap.language != ALL, gap.since, gap.language))


def _of_one(people: People, asked: Asked, language: str, until: int) -> Iterator[Gap]:
    present = people.heads(ALL, language, "")
    first, last = max(asked.start(0), people.known[0]), min(until, people.known[1])
    begin: int | None = None
    for at in range(first, last + 1):
        is_empty = at < last and not present[at]
        if is_empty and begin is None:
            begin = at
        if not is_empty and begin is not None:
            sites = (people.sites(language, 1, begin), people.sites(language, 0, at))
            yield Gap(begin, at, language, asked.expected(begin, at, language), *sites)
            begin = None
