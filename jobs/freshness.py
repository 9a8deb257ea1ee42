"""How old a picture is: of the sources that feed it, the newest post, when the first goes stale, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from config import Site
from layouts.words import instant
from queries.utc import floor_to, iso

_TAIL = {
    "failing": ", reading it fails",
    "late": ", it is not being read",
    "never": ", it has not been read yet",
    "waiting": ", it asked us to wait",
    "disabled": ", it has ended",
}
_BROUGHT = ("mentions", "cases")  # what sources bring, beside a roster and texts of the site file


@dataclass(frozen=True)
class Freshness:
    """The age of one picture, as the page tells it; instants as ISO 8601 UTC.

    as_of     the newest post behind it; None when nothing has come in yet
    stale_at  when it goes, or went, stale; None when it never does
    why       the words beside it
    is_fed    whether any source feeds it: what the site file holds is never stale
    """

    as_of: str | None
    stale_at: str | None
    why: str
    is_fed: bool = True

    def told(self) -> dict[str, Any]:
        """As it stands in a frame."""
        return {"as_of": self.as_of, "stale_at": self.stale_at, "why": self.why, "is_fed": self.is_fed}

    @property
    def is_empty(self) -> bool:
        """Whether it waits for sources that have never brought anything."""
        return self.is_fed and self.as_of is None


def feeding(health: pd.DataFrame, feeds: Iterable[str]) -> pd.DataFrame:
    """The rows of source_health that feed a panel. A source that has brought nothing yet is taken to bring mentions."""
    wanted = set(feeds)
    if "all" in wanted:
        return health
    brings = [set(str(text).split(", ")) if not pd.isna(text) else {"mentions"} for text in health["brings"]]
    return health[[bool(wanted & each) for each in brings]]


def freshness(health: pd.DataFrame, feeds: Iterable[str], site: Site, tick: datetime) -> Freshness:
    """How old what `feeds` brings is, from source_health.

    One stale source makes the whole picture stale: a total that lacks a platform must not look whole.
    """
    wanted = [feed for feed in feeds if feed in (*_BROUGHT, "all")]
    if not wanted:
        return Freshness(None, None, "as the site file says", is_fed=False)
    if health.empty:
        return Freshness(None, None, "no source is configured")
    fed = feeding(health, wanted)
    if fed.empty:
        return Freshness(None, None, f"no source has brought {' or '.join(wanted)} yet")
    newest = fed["watermark_at"].max()
    if pd.isna(newest):
        return Freshness(None, None, "no data yet" + _TAIL.get(fed["state"].iloc[0], ""))
    first = fed.sort_values(["stale_at", "source"], na_position="first").iloc[0]
    why = _why(first, site, tick, alone=len(health) == 1)
    return Freshness(iso(instant(newest)), iso(_stale_at(first, tick)), why)


def _stale_at(source: pd.Series[Any], tick: datetime) -> datetime:
    """When this source went, or goes, stale. One of which nothing is known yet is stale from its last try on."""
    marks = [source["stale_at"], source["last_run_at"]]
    known = [instant(mark) for mark in marks if not pd.isna(mark)]
    return known[0] if known else floor_to(tick, timedelta(minutes=1))


def _why(source: pd.Series[Any], site: Site, tick: datetime, *, alone: bool) -> str:
    since = source["watermark_at"]
    words = "no data yet" if pd.isna(since) else f"no data since {_local(instant(since), site, tick)}"
    # there is room on the pill for one more thing: which source, or what is the matter with the only one
    return words + (_TAIL.get(source["state"], "") if alone else f" from {source['source']}")


def _local(moment: datetime, site: Site, tick: datetime) -> str:
    """HH:MM in the site's zone, with the date when it is not today's."""
    local, today = moment.astimezone(site.site.zone), tick.astimezone(site.site.zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%H:%M} on {local.day} {local:%b}" + ("" if local.year == today.year else f" {local.year}")
