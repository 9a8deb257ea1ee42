"""The forecast once more, as docs/coverage.md says it, hour by hour and in no hurry. Knows nothing of the SQL.

A series is the list of the 1,512 hours before the running one; NaN where an hour says nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import count, takewhile

import numpy as np

from tests.queries.demand_series import Numbers

HOURS, WEEK, DAY = 1512, 168, 24


@dataclass
class Oracle:
    """A forecast made at hour 1512 of a series."""

    series: Numbers

    @cached_property
    def calm(self) -> Numbers:
        """Each hour, cut to the 99th percentile of the four weeks that its week ends."""
        cut = self.series.copy()
        for start in range(0, HOURS, WEEK):
            four = self.series[max(0, start - 3 * WEEK) : start + WEEK]
            four = four[~np.isnan(four)]
            if len(four):
                cut[start : start + WEEK] = np.minimum(cut[start : start + WEEK], max(1, np.quantile(four, 0.99)))
        return cut

    def usual(self, hour: int) -> float:
        """What that hour of the week brings; NaN where too little is known."""
        parts = [range(start, start + WEEK) for start in self._learned(hour)]
        known = self._known([n for part in parts for n in part])
        if len(known) < DAY:
            return math.nan
        mean = max(1 / 672, sum(known) / len(known))
        clock = self._known([n for part in parts for n in part if (n - hour + 1) % DAY <= 2])
        days = [found for part in parts if (found := self._known([n for n in part if _is_around(n, hour)]))]
        seen = sum(len(one) for one in days)
        rate = float(np.median([sum(one) / len(one) for one in days])) if days else math.nan
        smooth = mean * (sum(clock) + 20) / (len(clock) * mean + 20)
        smooth *= (seen * rate + 20) / (seen * mean + 20) if days else 1
        medians = [value for back in range(1, 5) if not math.isnan(value := self._near(hour - back * WEEK))]
        if not medians:
            return smooth
        trust = 3 * len(medians) * mean / (3 * len(medians) * mean + 60)
        return trust * float(np.median(medians)) + (1 - trust) * smooth

    def _learned(self, hour: int) -> list[int]:
        """Where the four weeks before begin; those of a week that has passed end three days before it began."""
        end = HOURS if hour >= HOURS else hour // WEEK * WEEK - 72
        return [end - back * WEEK for back in range(1, 5)]

    def _known(self, hours: list[int]) -> list[float]:
        return [float(self.calm[n]) for n in hours if 0 <= n < HOURS and not math.isnan(self.calm[n])]

    def _near(self, hour: int) -> float:
        """An hour with half of each neighbour; NaN where none is known."""
        around = self._known([hour - 1, hour, hour, hour + 1])
        return sum(around) / len(around) if around else math.nan

    @cached_property
    def habit(self) -> Numbers:
        """`usual` of every hour, those of the week to come as well."""
        return np.array([self.usual(hour) for hour in range(HOURS + WEEK)])

    @cached_property
    def shape(self) -> Numbers:
        """The habit over the mean of its week."""
        return self.habit / np.repeat(self.scale, WEEK)

    @cached_property
    def scale(self) -> Numbers:
        """The mean of `usual` in each of the ten weeks."""
        return np.array([self.habit[start : start + WEEK].mean() for start in range(0, HOURS + WEEK, WEEK)])

    def level(self, origin: int) -> float:
        """What an hour of the mean brings, as seen at `origin`: an hour's weight halves in 48."""
        scale, came, meant = float(self.scale[origin // WEEK]), 0.0, 0.0
        for hour in range(origin):
            if not math.isnan(self.calm[hour]) and not math.isnan(self.shape[hour]):
                weight = 0.5 ** ((origin - 1 - hour) / 48)
                came, meant = came + weight * self.calm[hour], meant + weight * scale * self.shape[hour]
        doubt = 20 * meant / (meant + came) if meant else 0
        return scale * (came + doubt) / (meant + doubt) if meant else scale

    def expected(self, step: int) -> float:
        """What hour `step` ahead brings."""
        return self.level(HOURS) * float(self.shape[HOURS + step % WEEK])

    def trials(self, day: int) -> list[tuple[int, float]]:
        """Hours of the last four weeks, and what was forecast for them in the `day`th day ahead."""
        found = []
        for origin in range(HOURS - 4 * WEEK, HOURS, DAY):
            level = self.level(origin)
            hours = range(origin + DAY * (day - 1), min(HOURS, origin + DAY * day))
            known = [hour for hour in hours if not math.isnan(self.series[hour] * level * self.shape[hour])]
            found += [(hour, level * float(self.shape[hour])) for hour in known]
        return found

    def band(self, step: int, expected: float) -> tuple[float, float] | None:
        """The 10th and 90th percentile of hour `step` ahead; None while too few trials are known."""
        tried = self.trials(min(3, 1 + step // DAY))
        if len(tried) < 72:
            return None
        errors = [(self.series[hour] - said) / math.sqrt(said + said * said / 10) for hour, said in tried]
        width = math.sqrt(expected + expected * expected / 10)
        low, high = (expected + float(end) * width for end in np.quantile(errors, [0.1, 0.9]))
        return max(0.0, min(expected, low, poisson(expected, 0.1))), max(expected, high, poisson(expected, 0.9))

    def week_behind(self) -> tuple[float, float, int]:
        """The last week's errors a day ahead per message that came, those of the week before it, and hours compared."""
        tried = [(hour, said) for hour, said in self.trials(1) if hour >= HOURS - WEEK]
        naive = [hour for hour, _ in tried if not math.isnan(self.series[hour - WEEK])]
        return (
            sum(abs(self.series[hour] - said) for hour, said in tried) / sum(self.series[hour] for hour, _ in tried),
            sum(abs(self.series[hour] - self.series[hour - WEEK]) for hour in naive)
            / sum(self.series[hour] for hour in naive),
            len(tried),
        )


def _is_around(one: int, hour: int) -> bool:
    """Whether an hour of the week lies within the day around the quarter of a day in which `hour` is."""
    return (one // 6 - hour // 6 + 2) % 28 <= 3


def poisson(mean: float, share: float) -> int:
    """The smallest count that so much of a Poisson variable does not exceed, summed term by term."""

    def up_to(number: int) -> float:
        return sum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(number + 1))

    return sum(1 for _ in takewhile(lambda number: up_to(number) < share, count()))
