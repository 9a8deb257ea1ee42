"""What work costs and what is planned, as the site file says it, kept in the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from config import Site
from config.roster import Staffing as Terms
from jobs.feeds import Feeds
from jobs.localtime import instant
from jobs.rests import rest_rows
from queries.staffing import PlannedRow, Staffing, StaffingRow


class Planning:
    """Keeps staffing terms, planned events and long weekends as the site file says them."""

    def __init__(self, staffing: Staffing, feeds: Feeds) -> None:
        self._staffing, self._feeds = staffing, feeds

    def keep(self, site: Site, now: datetime) -> bool:
        """Write out what `site` says as it is read at `now` (aware); gives whether anything moved.

        Raises WarehouseError.
        """
        rests = rest_rows(site, now, self._feeds.days(site))
        return self._staffing.keep(staffing_rows(site), planned_rows(site), rests, now)


def staffing_rows(site: Site) -> set[StaffingRow]:
    """The terms of every track that has its own, and one row for all others; none without `[staffing]`."""
    terms = site.staffing
    return {_row(terms, track) for track in (None, *terms.track)} if terms else set()


def _row(terms: Terms, track: str | None) -> StaffingRow:
    own = terms.of(track)
    return StaffingRow(
        track=track,
        handling_seconds=_seconds(own.handling),
        # a track without its own has those of all
        occupancy_share=terms.occupancy if own.occupancy is None else own.occupancy,
        shrinkage_share=terms.shrinkage if own.shrinkage is None else own.shrinkage,
        patience_seconds=_seconds(own.patience),
        mention_share=terms.mention_share,
    )


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())


def planned_rows(site: Site) -> set[PlannedRow]:
    """The planned events as instants; one that the clocks jump over is none."""
    return set(_planned(site))


def _planned(site: Site) -> Iterator[PlannedRow]:
    for event in site.event:
        zone = event.zone(site.site.zone)
        since, until = instant(event.start, zone), instant(event.end, zone)
        if since < until:
            yield PlannedRow(event.name, tuple(sorted(set(event.languages))), since, until, event.factor)
