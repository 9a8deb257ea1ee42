"""What runs now: how much of its time each clock has used, and how fast promises are being broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk.clocks import BANDS
from layouts.desk.filters import UNKNOWN, Filters
from layouts.desk.links import ROWS, aria, data, link
from layouts.desk.service_kept import name_of, of_group
from layouts.desk.service_tiles import Moment
from layouts.desk.totals import percent

_WINDOWS: Mapping[int, tuple[str, str]] = {15: ("15 min", "last15"), 60: ("60 min", "last60"), 360: ("6 h", "last360")}
_ALARMS = {"page": ("▲", "page", "wrong"), "ticket": ("■", "ticket", "careful"), "none": ("●", "calm", "good")}
_FEW = 10


def ageing(at: Moment, table: pd.DataFrame) -> Component:
    """The card of backlog_ageing, all groups together."""
    rows_: Any = table.itertuples()
    found = {str(row.band): row for row in rows_}
    counts = {band: int(found[band].clocks_count) if band in found else 0 for band in BANDS}
    if not any(counts.values()):
        return html.P("Nothing runs: nobody waits for anything that is promised.", className="desk-quiet")
    most = max(counts.values())
    rows = [_band(at, band, found[band], counts[band] / most) for band in BANDS if band in found]
    heads = [html.Th(name, scope="col") for name in ("Of the target", "Clocks", "Nobody’s", "Paused")]
    caption = html.Caption("Running clocks by how much of their target they have used", className="desk-unseen")
    table_ = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="desk-plain desk-ages")
    return html.Div(table_, className="desk-wide", tabIndex=0, role="group", **aria(label="Backlog by age"))


def _band(at: Moment, band: str, row: Any, part: float) -> Component:
    about = replace(at.running, bands=(band,))
    bar = html.Span(className="desk-bar", style={"width": f"{100 * part:.1f}%"})
    name = html.Th([bar, html.Span(f"{band} %")], scope="row")
    cells = [
        _counted(row.clocks_count, about),
        _counted(row.unowned_count, replace(about, owners=(UNKNOWN,))),
        _counted(row.paused_count, replace(about, due="paused")),
    ]
    return html.Tr([name, *cells], **data(late="yes" if band in BANDS[3:] else "no"))


def _counted(count: Any, filters: Filters) -> Component:
    number = int(count)
    return html.Td(link(f"{number:,}", filters, ROWS) if number else "0", className="" if number else "desk-quiet")


def burn(at: Moment, table: pd.DataFrame) -> Component:
    """The card of sla_burn: per track how fast its allowance of broken promises is being used up."""
    if table.empty:
        return html.P("No track has a target of promises to keep: write attainment_target.", className="desk-quiet")
    tracks = [(str(name), rows) for name, rows in table.groupby("track", sort=False)]
    heads = ["Track", *(_WINDOWS[window][0] for window in _WINDOWS), "Alarm"]
    caption = html.Caption("How fast the allowance of broken promises is used up", className="desk-unseen")
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in heads]))
    body = html.Tbody([_track(at, name, rows) for name, rows in tracks])
    shown = html.Table([caption, head, body], className="desk-plain desk-burn")
    note = (
        "1× uses up exactly what the target allows. A page needs 4× in 60 and in 15 minutes, a ticket 2× in 6 h and in "
        f"60 minutes, each with at least {_FEW} due."
    )
    told = html.P(note, className="desk-note")
    never = [html.P(one, className="desk-note") for one in _cannot(table)]
    wide = html.Div(shown, className="desk-wide", tabIndex=0, role="group", **aria(label="Burn rates"))
    return html.Div([wide, *never, told])


def _track(at: Moment, name: str, rows: pd.DataFrame) -> Component:
    found: Any = rows.itertuples()
    by_window = {int(row.window_minutes): row for row in found}
    cells = [_window(at, name, by_window.get(window), cohort) for window, (_, cohort) in _WINDOWS.items()]
    shape, word, look = _ALARMS[str(rows["alarm"].iloc[0])]
    if not rows["due_count"].sum():
        shape, word, look = "", words.UNKNOWN, "quiet"  # of nothing, nothing is calm
    mark = html.Span(shape, className="desk-alarm-shape", **aria(hidden="true"))
    alarm = html.Td([mark, word], className=f"desk-alarm desk-{look}")
    return html.Tr([html.Th(html.Bdi(name_of("track", name)), scope="row"), *cells, alarm])


def _window(at: Moment, track: str, row: Any, cohort: str) -> Component:
    if row is None or not int(row.due_count):
        return html.Td([words.UNKNOWN, html.Span("none due", className="desk-under")])
    about = replace(at.about, clocks=cohort)
    chosen = of_group(about, "track", track) or about
    rate = words.known(row.burn_rate)
    late, due = int(row.breached_count), int(row.due_count)
    broken = link(f"{late:,}", replace(chosen, states=("breached",)), ROWS) if late else "0"
    all_due = link(f"{due:,}", replace(chosen, states=("met", "breached")), ROWS)
    told = words.UNKNOWN if rate is None else f"{rate:.1f}×"
    return html.Td([html.Strong(told), html.Span([broken, " of ", all_due], className="desk-under")])


def _cannot(table: pd.DataFrame) -> list[str]:
    """Alarms that a track's target makes impossible are said: silence there means nothing."""
    told = []
    for name, rows in table.groupby("track", sort=False):
        row: Any = rows.iloc[0]
        highest = words.known(row["highest_rate"])
        if highest is None or (row["can_page"] and row["can_ticket"]):
            continue
        what = "a page" if row["can_ticket"] else "a page nor a ticket"
        goal = percent(1 - 1 / highest)
        rate = f"with a target of {goal} the rate is {highest:.1f}× at most"
        told.append(f"{words.clean(name)} can never call for {what}: {rate}.")
    return told
