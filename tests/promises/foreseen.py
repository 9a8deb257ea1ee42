"""The method of breach_forecast once more, clock by clock and hour by hour, written apart from it."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import product

from tests.queries.case_rows import HOUR, Row


def quantile(values: Sequence[float], share: float) -> float:
    ordered, place = sorted(values), share * (len(values) - 1)
    low, rest = int(place), place - int(place)
    return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * rest


class Oracle:
    """Forecasts of one world, as of `now`."""

    def __init__(self, clocks: Sequence[Row], shifts: Sequence[Row], now: datetime) -> None:
        self.now, self.shifts = now, shifts
        rows = [self._as_of(row) for row in clocks if row["since_at"] <= now]
        self.first = max(-840, math.ceil((min(row["started_at"] for row in rows) - now) / HOUR))
        self.due, self.given = defaultdict[int, list[Row]](list), Counter[int]()
        for row in rows:
            self.due[(row["breaches_at"] - now) // HOUR].append(row)
            if row["stopped_at"] and row["outcome"] == "answered":
                self.given[(row["stopped_at"] - now) // HOUR] += 1
        self.heads = {hour: self._heads(now + hour * HOUR) for hour in range(-504, 4)}
        aheads = product(range(self.first, 1), (1, 2, 3, 4))
        self.trials = {(trial, ahead): self._counted(trial, ahead) for trial, ahead in aheads}

    def _as_of(self, row: Row) -> Row:
        until, stopped = row.get("until_at"), row.get("stopped_at")
        until = until if until and until <= self.now else None
        stopped = stopped if stopped and stopped <= self.now else None
        if stopped:
            is_broken = row["outcome"] == "unanswered" or row["elapsed_seconds"] > row["target_seconds"]
            is_broken &= row["outcome"] not in ("merged", "excluded", "unknown")
        else:
            is_broken = row["breaches_at"] < self.now
        return {**row, "until_at": until, "stopped_at": stopped, "is_broken": is_broken}

    def _heads(self, since: datetime) -> float:
        """The mean of an hour."""
        lasted = (
            (min(row["ends_at"], since + HOUR) - max(row["starts_at"], since), row["heads"]) for row in self.shifts
        )
        return float(sum(max(timedelta(0), span) / HOUR * heads for span, heads in lasted))

    def _counted(self, trial: int, ahead: int) -> tuple[int, int, int, int]:
        """Due, arrived, and how many of each were broken."""
        at, hits = self.now + trial * HOUR, self.due[trial + ahead - 1]
        due = sum(
            row["since_at"] <= at and not any(row[end] and row[end] <= at for end in ("until_at", "stopped_at"))
            for row in hits
        )
        last = [row for row in hits if row["until_at"] is None]
        new, old = [r for r in last if r["started_at"] > at], [r for r in last if r["started_at"] <= at]
        return due, len(new), sum(r["is_broken"] for r in old), sum(r["is_broken"] for r in new)

    def shares(self, trial: int, ahead: int) -> tuple[float, float]:
        """Of those due and those arrived, what was broken in the seven days before."""
        past = [self.trials[one, ahead] for one in range(max(self.first, trial - 171), trial - 3)]
        due, arrived, due_broken, arrived_broken = (sum(column) for column in zip((0, 0, 0, 0), *past, strict=True))
        return min(1, due_broken / due) if due else 0, arrived_broken / arrived if arrived else 0

    def arrivals(self, trial: int, ahead: int) -> float | None:
        """How many are usual."""
        for step, count in ((168, 4), (24, 6)):
            known = [trial - step * number for number in range(1, count + 1)]
            found = [self.trials[one, ahead][1] for one in known if one >= self.first]
            if found:
                return statistics.median(found)
        return None

    @cache  # noqa: B019 -- a world lives as long as its test
    def pace(self, trial: int) -> float | None:
        """What a head answers in a busy hour."""
        known = range(max(self.first, -504, trial - 336), trial)
        rates = [self.given[hour] / self.heads[hour] for hour in known if self.heads[hour]]
        return max(1, quantile(rates, 0.9)) if rates else None

    def forecast(self, trial: int) -> list[float | None]:
        """What breaks in each of four hours."""
        demand = able = most = 0.0
        found: list[float | None] = []
        pace = self.pace(trial)
        for ahead in (1, 2, 3, 4):
            due, arrivals = self.trials[trial, ahead][0], self.arrivals(trial, ahead)
            if arrivals is None or pace is None:
                return [None] * 4
            demand, able = demand + due + arrivals, able + pace * self.heads[trial + ahead - 1]
            over, most = max(0, demand - able - most), max(most, demand - able)
            of_due, of_arrivals = self.shares(trial, ahead)
            rest = 1 - over / (due + arrivals) if due + arrivals else 1
            found.append(over + (of_due * due + of_arrivals * arrivals) * rest)
        return found

    def errors(self, ahead: int) -> list[float]:
        """How far off each forecast of an hour that is over was."""
        off = []
        for trial in range(max(self.first, -168), 1 - ahead):
            foreseen = self.forecast(trial)[ahead - 1]
            if foreseen is not None:
                off.append(abs(foreseen - sum(self.trials[trial, ahead][2:])))
        return off
