"""What if: the past under another policy, beside the past as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pandas as pd

from config import ConfigError, Site
from config.policy import KINDS, with_policy
from jobs.calendars import policy_rows, written_out
from jobs.feeds import Feeds, named
from queries.catalogue import parse_moment
from queries.utc import iso
from queries.warehouse import Warehouse
from queries.whatif import compare


class WhatIf:
    """Compares the promises of a house with what they would have been."""

    def __init__(self, warehouse: Warehouse, site: Callable[[], Site], clock: Callable[[], datetime]) -> None:
        self._warehouse, self._site, self._clock = warehouse, site, clock

    def compare(
        self, policy: str | None, since: str, until: str | None = None, file: str = "the policy"
    ) -> dict[str, Any]:
        """The promises due from `since` until before `until`, as they were and as they would have been, JSON-ready.

        policy  a text in TOML with [calendar], [track] or [sla] tables, such as a site file; None is the site file
                itself, as if all it says now had always held
        since   a date, an instant, or how far back ("30d"), in the site's zone; until may be left out for now
        file    what messages call the text

        Nothing is written. Raises ValueError with a sentence, and WarehouseError.
        """
        site, now = self._site(), self._clock().replace(microsecond=0)
        begins = _moment("since", since, now, site)
        ends = _moment("until", until, now, site) if until else now
        if begins >= ends:
            raise ValueError("since must lie before until, which is now unless it is written")
        try:
            other = site if policy is None else with_policy(site, policy, file)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        hours, _ = written_out(other.calendar, other.site.zone, now, self._days(site, other))
        found = compare(self._warehouse, hours, self._rows(other), begins, ends, now)
        return {
            "since": iso(begins),
            "until": iso(ends),
            "as_of": iso(now),
            "policy": None if policy is None else file,
            "read": [kind for kind in KINDS if getattr(other, kind) is not getattr(site, kind)],
            "groups": _records(found.groups),
            "moved": _records(found.moved),
        }

    def _rows(self, site: Site) -> set[Any]:
        rows = policy_rows(site)
        if not rows:
            raise ValueError("there is no [track.NAME] that promises anything")
        return rows

    def _days(self, site: Site, other: Site) -> dict[str, Any]:
        """The days of each `ical` of the other policy. A comparison asks no address, and opens no file elsewhere."""
        known = {holidays.ical for _, holidays in named(site)}
        for where, holidays in named(other):
            path = holidays.file(site.base)
            if holidays.ical in known or (path and path.resolve().is_relative_to(site.base.resolve())):
                continue
            raise ValueError(f"{where}: only what the site file names too, or lies in its folder, can be compared with")
        feeds = Feeds(self._warehouse.path, self._clock)
        days = feeds.days(other)
        if wrong := feeds.problems(other):
            raise ValueError("; ".join(wrong))
        return days


def _moment(name: str, text: str, now: datetime, site: Site) -> datetime:
    ago = re.fullmatch(r"\d{1,7}[smhdw]", text)
    try:
        return parse_moment(f"-{text}" if ago else text, now, site.site.zone)
    except ValueError:
        raise ValueError(f'{name}: "{text}" is not a moment; write 2026-10-01, or how far back: 30d') from None


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if value is pd.NA or value is pd.NaT or value is None or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return iso(value.to_pydatetime())
    return value.item() if hasattr(value, "item") else value
