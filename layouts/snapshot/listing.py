"""What stands around archived snapshots when they are served: the way to other pages, and the list of them all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from markupsafe import Markup

from config import Site
from layouts.nav import nav_markup
from layouts.snapshot.markup import table, tag
from layouts.snapshot.page import SERVED, bare
from layouts.snapshot.phrases import moment
from layouts.snapshot.weeks import FORM


class ArchivedLike(Protocol):
    """An archived page, as far as it is listed."""

    @property
    def week(self) -> str: ...
    @property
    def made_at(self) -> datetime: ...
    @property
    def revision(self) -> int: ...
    @property
    def inputs_hash(self) -> str: ...


def served(html: str) -> str:
    """An archived page with the way to the other pages above it. What was archived is not changed otherwise."""
    others = tag("nav", tag("a", "All snapshots", href="/snapshot/all"), class_="places", aria_label="Snapshots")
    return html.replace(str(SERVED), str(nav_markup("/snapshot") + others), 1)


def listing(site: Site, archived: Sequence[ArchivedLike], problem: str = "") -> str:
    """The list of all snapshots with their versions; `problem` says why another page is not shown."""
    zone = site.site.zone
    rows: list[list[object]] = []
    seen: set[str] = set()
    for one in archived:
        address = f"/snapshot/{one.week}"
        newest = one.week not in seen
        seen.add(one.week)
        link = tag("a", one.week, href=address if newest else f"{address}?inputs={one.inputs_hash}")
        state = "newest" if newest else "earlier version"
        rows.append([link, state, moment(one.made_at, zone), f"{one.revision:,}", tag("code", one.inputs_hash)])
    heads = ("Week", "State", "Made", "Revision", "Inputs")
    shown = (
        table("Every snapshot that was made", heads, rows, class_="said") if rows else tag("p", "None was made yet.")
    )
    command = tag("p", "To make one: ", tag("code", f"python app.py snapshot make --week {FORM}"))
    wrong = tag("p", problem, class_="warning") if problem else Markup("")
    head = tag("header", tag("p", site.site.name, class_="whose"), tag("h1", "Snapshots"))
    return bare("Snapshots", nav_markup("/snapshot") + head + tag("main", wrong, shown, command))
