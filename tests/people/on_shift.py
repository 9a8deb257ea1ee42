"""Who is on shift, looked up on the clocks of each site, one minute after the other."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.people.worlds import ALL, DAY, EPOCH, WEEKDAYS, Table, World, instant


@cache
def _highest(zone: str, since: int, until: int) -> list[int]:
    """The latest time the clocks of a zone have shown by each minute, in minutes of local time."""
    found: list[int] = []
    for at in range(since, until):
        offset = instant(at).astimezone(ZoneInfo(zone)).utcoffset()
        assert offset is not None
        shown = at + offset // timedelta(minutes=1)
        found.append(max(shown, found[-1]) if found else shown)
    return found


def edge(zone: str, local: int, since: int, until: int) -> int:
    """The first minute at which the clocks show `local` or later."""
    return since + bisect_left(_highest(zone, since, until), local)


class People:
    """Who is on shift when."""

    def __init__(self, world: World) -> None:
        self._world = world
        since, until = world.roster
        self._frame = (since - 4 * DAY, until + 4 * DAY)
        spans = [(*span, table) for table in world.tables for span in self._spans(table)]
        self.spans = [one for one in spans if one[0] < until and since < one[1] and one[0] < one[1]]
        at_work = [one for one in self.spans if not one[2].on_call]
        self.known = (min((one[0] for one in at_work), default=0), max((one[1] for one in at_work), default=0))

    def _spans(self, table: Table) -> Iterator[tuple[int, int]]:
        since, until = self._frame
        start, end = (edge_of.hour * 60 + edge_of.minute for edge_of in (table.start, table.end))
        for number in range((since + 2 * DAY) // DAY, (until - 2 * DAY) // DAY):
            if self._starts(table, EPOCH.date() + timedelta(days=number)):
                last = number if end > start else number + 1
                yield (
                    edge(table.timezone, number * DAY + start, since, until),
                    edge(table.timezone, last * DAY + end, since, until),
                )

    def _starts(self, table: Table, day: date) -> bool:
        """Whether a shift of the table starts on a local day."""
        froms = {
            other.from_date or date.min
            for other in self._world.tables
            if (other.site, other.team) == (table.site, table.team)
        }
        newest = max((begin for begin in froms if begin <= day), default=None)
        return (
            WEEKDAYS[day.weekday()] in table.days
            and (table.from_date or date.min) == newest
            and day <= (table.until_date or date.max)
        )

    def heads(self, site: str, language: str, track: str) -> Counter[int]:
        """Heads on shift by minute."""
        found: Counter[int] = Counter()
        for since, until, table in self.spans:
            if self._counts(table, site, language, track):
                found.update(dict.fromkeys(range(since, until), table.heads))
        return found

    def _counts(self, table: Table, site: str, language: str, track: str) -> bool:
        return (
            not table.on_call
            and site in (ALL, table.site)
            and (language == ALL or language in table.languages)
            and (not track or not table.tracks or track in table.tracks)
        )

    def sites(self, language: str, edge_no: int, at: int) -> str | None:
        """The sites of which a shift begins (edge 0) or ends (edge 1) in a minute."""
        found = {
            span[2].site for span in self.spans if span[edge_no] == at and self._counts(span[2], ALL, language, "")
        }
        return ", ".join(sorted(found)) or None

    def is_known(self, since: int, until: int) -> bool:
        """Whether a time lies in the roster."""
        return self.known[0] <= since and until <= self.known[1]
