"""What if: the days ahead under another roster, beside the same under the present one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from config import Site
from jobs.proposed import proposed
from jobs.staffing import staffing_rows
from queries.catalogue import Question, QuestionError, load_catalogue, parse_moment
from queries.rehearsal import Side, Window, rehearse
from queries.roster import ShiftRow
from queries.utc import floor_to, iso
from queries.warehouse import Warehouse

DAYS = timedelta(days=14)
_QUARTER, _HOUR, _DAY, _WEEK = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1), timedelta(days=7)
_ALL = "all"


class RosterWhatIf:
    """Compares the roster of a house with another one."""

    def __init__(self, warehouse: Warehouse, site: Callable[[], Site], clock: Callable[[], datetime]) -> None:
        self._warehouse, self._site, self._clock = warehouse, site, clock
        self._catalogue: Mapping[str, Question] = load_catalogue()

    def compare(self, text: str, name: str, since: str | None = None, until: str | None = None) -> dict[str, Any]:
        """Gaps, thin hours, predicted breaches, head hours and cost of both rosters, JSON-ready.

        text    TOML with [[shift]], [[roster]], [[absence]] or [staffing] tables, such as a site file; or with a name
                that ends in .csv a table of shifts. It holds from `since` on
        name    what messages call it
        since, until    a date or an instant, in the site's zone, at most 14 days ahead; from now and until then, unless
                they are written

        Nothing is written. Raises ValueError with a sentence, and WarehouseError.
        """
        site, now = self._site(), self._clock().replace(microsecond=0)
        window = self._window(site, now, since, until)
        try:
            other = proposed(site, text, name, now, self._warehouse.path, self._clock)
            terms = None if other.site.staffing is site.staffing else staffing_rows(other.site)
            present, would = rehearse(self._warehouse, self._catalogue, other.rows, terms, window)
        except QuestionError as error:
            raise ValueError(str(error)) from None
        return {
            "as_of": iso(now),
            "since": iso(window.since),
            "until": iso(window.until),
            "roster": name,
            "sides": {"now": _side(present, site, window), "would": _side(would, other.site, window)},
            "gaps": [*_gaps(present, "now", window), *_gaps(would, "would", window)],
        }

    def _window(self, site: Site, now: datetime, since: str | None, until: str | None) -> Window:
        """From one quarter of an hour to another, so that what is told per week is told of whole days."""
        begins = _moment("since", since, now, site) if since else now
        ends = _moment("until", until, now, site) if until else floor_to(now, _QUARTER) + DAYS
        if begins < now - _DAY or ends > now + DAYS:
            raise ValueError(
                f"rosters are compared from now on, {DAYS.days} days ahead at most; write since and until in them"
            )
        begins = floor_to(max(begins, now), _QUARTER)
        if begins >= ends:
            raise ValueError("since must lie before until, which is in 14 days unless it is written")
        return Window(begins, ends, now)


def _side(side: Side, site: Site, window: Window) -> dict[str, Any]:
    """The figures of one roster. What is unknown is None."""
    [summary] = side.summary[side.summary["language"] == _ALL].to_dict("records") or [{}]
    hours = _hours(side.shifts, window)
    return {
        "gap_hours": _plain(summary.get("gap_hours")),
        "thin_hours": _plain(summary.get("thin_hours")),
        "breached_count": _plain(side.slots["breached_count"].sum(min_count=1)),
        "head_hours_per_week": sum(hours.values()),
        "cost_per_week": _cost(hours, site),
        "covered_share": _plain(summary.get("covered_share")),
        "by_employer": hours,
    }


def _hours(shifts: Iterable[ShiftRow], window: Window) -> dict[str, float]:
    """Hours on shift by employer, per week of the window. Who is on call is not at work."""
    weeks, found = (window.until - window.since) / _WEEK, dict[str, float]()
    for row in shifts:
        lasts = min(row.ends_at, window.until) - max(row.starts_at, window.since)
        if lasts > timedelta(0) and not row.is_on_call:
            found[row.employer] = found.get(row.employer, 0.0) + row.heads * (lasts / _HOUR) / weeks
    return {name: round(found[name], 6) for name in sorted(found)}


def _cost(hours: Mapping[str, float], site: Site) -> float | None:
    """What those hours cost; None when somebody's rate is not known."""
    rates = site.staffing.cost if site.staffing else {}
    if any(name not in rates for name in hours):
        return None
    return round(sum(count * rates[name] for name, count in hours.items()), 2)


def _gaps(side: Side, name: str, window: Window) -> Iterator[dict[str, Any]]:
    """The stretches of the window in which nobody is on, or nobody who speaks a language."""
    rows: Any = side.gaps.itertuples()
    for row in rows:
        since, until = (moment.to_pydatetime().replace(tzinfo=UTC) for moment in (row.since_at, row.until_at))
        if since < window.until and window.since < until:
            begins, ends = max(since, window.since), min(until, window.until)
            yield {"since": iso(begins), "until": iso(ends), "language": str(row.language), "side": name}


def _moment(name: str, text: str, now: datetime, site: Site) -> datetime:
    try:
        return parse_moment(text, now, site.site.zone)
    except ValueError:
        raise ValueError(f'{name}: "{text}" is not a moment; write 2026-12-01, or 2026-12-01T08:00') from None


def _plain(value: Any) -> float | None:
    # a sum may differ in its last digits with the order its rows came in
    return None if value is None or pd.isna(value) else round(float(value), 6)
