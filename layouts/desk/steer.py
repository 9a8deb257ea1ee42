"""From what was touched on the page to the filters it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from config import Site
from layouts.desk.filters import FIELDS, WINDOWS, Filters
from layouts.desk.links import bare
from layouts.desk.sentence import LISTS
from layouts.desk.table import USUAL, sortable
from layouts.desk.trend import opened


def steered(trigger: str, given: Mapping[str, Any], site: Site) -> tuple[Filters, list[str]]:
    """The filters after `trigger` ("desk-url.search", "desk-brand.value") moved, and what was not understood.

    given  what the page holds: search, lists, replied, window, since, until, text, clicked, event
    An address counts as a whole. A control counts together with all the others, so that two of them touched within one
    answer's time both count.
    """
    before, problems = Filters.from_query(given["search"] or "", site)
    name = trigger.partition(".")[0]
    if name in ("desk-url", "desk-again"):
        return before, problems
    if name == "desk-trend":
        return _clicked(before, given["clicked"]), problems
    if name == "desk-grid":
        return _told_by_table(before, given["event"]), problems
    if name == "desk-exact":
        return _exact(before, given, site)
    return _controls(before, given, name), []


def _controls(before: Filters, given: Mapping[str, Any], name: str) -> Filters:
    lists: dict[str, Any] = {FIELDS[field]: tuple(given["lists"][field] or ()) for field in LISTS}
    replied = "" if given["replied"] in (None, "both") else given["replied"]
    text = str(given["text"] or "")[:200]
    changed = replace(replace(bare(before), sort=before.sort), **lists, replied=replied, text=text)
    # an exact time stays until a window is chosen: then no window is, and its control holds none
    return changed.last(given["window"]) if name == "desk-window" and given["window"] in WINDOWS else changed


def _clicked(before: Filters, clicked: Any) -> Filters:
    """A bar of the trend: its piece of time, and what of it the bar shows."""
    points = (clicked or {}).get("points") or [{}]
    told = points[0].get("customdata") or []
    if len(told) < 3:
        return before
    since, until = (datetime.fromisoformat(str(one)) for one in told[:2])
    return opened(before, since, until, str(told[2])) or before


def _told_by_table(before: Filters, event: Any) -> Filters:
    """A row that was opened, or an order that was chosen."""
    data = (event or {}).get("data") or {}
    if "sort" in data:
        sort = str(data["sort"])
        known = sort.removeprefix("-") in sortable(before.view) and sort != USUAL[before.view]
        return replace(before, sort=sort if known else "")
    item, case = (str(data.get("id") or ""), "") if before.view == "mentions" else ("", str(data.get("id") or ""))
    return replace(before, item=item, case=case)


def _exact(before: Filters, given: Mapping[str, Any], site: Site) -> tuple[Filters, list[str]]:
    """The time written into the two fields, read as the site's own."""
    fields = {key: [str(given[key])] for key in ("since", "until") if given[key]}
    read, problems = Filters.parse(fields, site)
    if read.since is None or read.until is None:
        return before, problems or ["write both from and until, as 2026-11-21 08:00"]
    return bare(before).within(read.since, read.until), problems
