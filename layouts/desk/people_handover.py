"""From site to site: the next hand-over with what it carries, and how those behind us went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk import times
from layouts.desk.clocks import METRICS
from layouts.desk.filters import Filters
from layouts.desk.links import ROWS, data, link
from layouts.desk.people_words import MOST, beyond, mark, named, note, quiet, table, under, whole
from layouts.desk.service_tiles import Moment
from layouts.panels.platforms import title_of

_MOST, _SEEN = 8, 6
_NEXT = ("When", "From", "To", "Overlap", "In flight", "No next owner")
_BATON = ("Case", "Due", "Owner", "Next owner", "State")
_SEAMS = ("Hand-over", "Handed on", "Unowned", "Accepted in", "Broke")
_MEANT = (
    "Handed on: of the cases in flight. Unowned: nobody had them then. Accepted in: nine of ten "
    "were so fast. Broke: promises broken within 2 h after it."
)


def handover(at: Moment, tables: Mapping[str, pd.DataFrame]) -> Component:
    """The card of next_handover (`next`), baton (`baton`)."""
    ahead = tables["next"]
    if ahead.empty:
        return quiet("No site closes in the next 24 hours, or nobody is on: nothing is handed over.")
    found: Any = ahead.itertuples()
    rows = list(found)
    parts = [_headline(at, rows[0]), _baton(at, tables["baton"])]
    if len(rows) > 1:
        after = table("The hand-overs after it", _NEXT, [_next(at, row) for row in rows[1:]], "desk-next")
        parts.append(
            html.Details([html.Summary(f"{len(rows) - 1:,} more within 24 hours"), after], className="desk-more")
        )
    return html.Div(parts)


def _headline(at: Moment, row: Any) -> Component:
    when, left = words.instant(row.handover_at), words.instant(row.handover_at) - at.now
    who: list[Any] = [html.Bdi(named(row.from_site, "?")), " hands over to ", html.Bdi(named(row.to_site, "nobody"))]
    said = f" {times.moment(when, at.zone, at.now)}, in {times.duration(left.total_seconds())}"
    flight, unowned = words.known(row.in_flight_count), words.known(row.unowned_count)
    carried = f"{whole(flight)} in flight" + (f", {unowned:,.0f} of them without a next owner" if unowned else "")
    return html.Div(
        [html.P([html.Strong(who), said]), html.P(carried), html.P(_overlap(row))], className="desk-headline"
    )


def _overlap(row: Any) -> Component:
    """How long both are there, or nobody is."""
    seconds = words.known(row.overlap_seconds)
    if not words.clean(row.to_site):
        return mark("▲", "nobody follows within the roster", "wrong")
    if row.to_site == row.from_site:
        return mark("■", f"nobody else opens before it: nobody is on for {times.duration(-(seconds or 0))}", "careful")
    if seconds is None:
        return mark("■", "how long both are there is not known", "careful")
    if seconds < 0:
        return mark("▲", f"nobody is on for {times.duration(-seconds)} between them", "wrong")
    return (
        mark("●", f"both are there for {times.duration(seconds)}", "good")
        if seconds
        else mark("■", "no overlap", "careful")
    )


def _next(at: Moment, row: Any) -> Component:
    sites = [html.Td(html.Bdi(named(site, "nobody"))) for site in (row.from_site, row.to_site)]
    numbers = [html.Td(whole(count)) for count in (row.in_flight_count, row.unowned_count)]
    when = html.Th(times.moment(row.handover_at, at.zone, at.now), scope="row")
    return html.Tr([when, *sites, html.Td(times.duration(row.overlap_seconds)), *numbers])


def _baton(at: Moment, frame: pd.DataFrame) -> Component:
    if frame.empty:
        return quiet("No case of this site has a promise that runs: nothing has to change hands.")
    found: Any = frame.itertuples()
    rows = [_item(at, row) for row in found]
    shown = [table("In flight at the next hand-over", _BATON, rows[:_MOST], "desk-baton")]
    if len(rows) > _MOST:
        more = table("The others in flight", _BATON, rows[_MOST:MOST], "desk-baton")
        opened = [html.Summary(f"{len(rows) - _MOST:,} more"), more, *beyond(rows)]
        shown.append(html.Details(opened, className="desk-more"))
    return html.Div(shown)


def _item(at: Moment, row: Any) -> Component:
    """One case. Its name opens it beside the running clocks."""
    there = Filters(view="service", clocks="running", sort="remaining_seconds", case=str(row.case_id))
    subject = named(row.subject, named(row.case_id, "?"), 70)
    about = " · ".join((title_of(row.platform), named(row.track, "no track"), METRICS.get(row.metric, str(row.metric))))
    seam = [under("due within 2 h of the hand-over")] if _is(row.breaches_at_seam) else []
    cells = [
        html.Td([times.moment(row.due_at, at.zone, at.now), under(_remaining(row)), *seam]),
        html.Td(html.Bdi(named(row.owner, "nobody", 40))),
        html.Td(html.Bdi(named(row.next_owner, "nobody", 40))),
        html.Td(_standing(row)),
    ]
    name = html.Th([link(html.Bdi(subject), there, ROWS), under(about)], scope="row")
    return html.Tr([name, *cells], **data(state=words.clean(row.state)))


def _remaining(row: Any) -> str:
    left = words.known(row.remaining_seconds)
    if left is None:
        return "time left not known"
    return f"{times.open_time(left)} left" if left >= 0 else f"overdue by {times.open_time(-left)}"


def _standing(row: Any) -> Component:
    if row.state == "red":
        return mark("▲", "no next owner, closing soon", "wrong")
    if row.state == "warn":
        return mark("■", "not acknowledged" if words.clean(row.next_owner) else "no next owner yet", "careful")
    return mark("●", "acknowledged", "good")


def _is(value: Any) -> bool:
    return not pd.isna(value) and bool(value)


def seams(at: Moment, frame: pd.DataFrame) -> Component:
    """The card of seams: the hand-overs of the window, the last first."""
    if frame.empty:
        return quiet("No hand-over lies in this window.")
    found: Any = frame.sort_values("handover_at", ascending=False).itertuples()
    rows = [_seam(at, row) for row in found]
    parts: list[Component] = [_together(frame), table("Hand-overs", _SEAMS, rows[:_SEEN], "desk-seams")]
    if len(rows) > _SEEN:
        more = table("Earlier hand-overs", _SEAMS, rows[_SEEN:MOST], "desk-seams")
        opened = [html.Summary(f"{len(rows) - _SEEN:,} more"), more, *beyond(rows)]
        parts.append(html.Details(opened, className="desk-more"))
    parts.append(note(_MEANT))
    return html.Div(parts)


def _together(frame: pd.DataFrame) -> Component:
    flight, unowned, broke = (_sum(frame, name) for name in ("in_flight", "unowned", "breached"))
    had_nobody = f"{whole(unowned)} of {whole(flight)} in flight had nobody at a hand-over"
    return html.P(f"{had_nobody}; {whole(broke)} promises broke soon after.")


def _sum(frame: pd.DataFrame, name: str) -> float | None:
    """A sum of what is known; unknown where nothing is."""
    known = frame[f"{name}_count"].dropna()
    return None if known.empty else float(known.sum())


def _seam(at: Moment, row: Any) -> Component:
    sites: list[Any] = [html.Bdi(named(row.from_site, "?", 30)), " → ", html.Bdi(named(row.to_site, "nobody", 30))]
    name = html.Th([html.Span(sites), under(times.moment(row.handover_at, at.zone, at.now))], scope="row")
    flight = html.Td(f"{whole(row.handed_over_count)} of {whole(row.in_flight_count)}")
    cells = [_bad(row.unowned_count), html.Td(times.duration(row.acknowledged_p90_seconds)), _bad(row.breached_count)]
    return html.Tr([name, flight, *cells])


def _bad(count: Any) -> Component:
    """A count that should be none: a shape beside it when it is not."""
    return html.Td(mark("▲", whole(count), "wrong") if words.known(count) else whole(count))
