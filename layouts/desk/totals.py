"""The desk's totals: what was said and what was answered, beside the window before. Each count leads to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk import times
from layouts.desk.filters import OPEN_STATES, Filters
from layouts.desk.links import ROWS, closed, link, narrowed, viewing

JUDGED = ("negative", "neutral", "positive")


def exact(count: Any) -> str:
    """A count to the last digit: "12,345"; a dash when it is unknown."""
    number = words.known(count)
    return words.UNKNOWN if number is None else f"{number:,.0f}"


def counted(count: Any, noun: str, filters: Filters | None, many: str = "", *, unseen: bool = False) -> Component:
    """ "1,234 mentions" as a link to those rows; plain words when there are none to come to.

    unseen  the noun is for ears only: the eye has it in the tile before
    """
    number = words.known(count)
    told = f" {noun if number == 1 else many or noun + 's'}"
    parts = [exact(count), html.Span(told, className="desk-unseen") if unseen else told]
    return link(parts, filters, ROWS) if number and filters else html.Span(parts)


def mention_totals(
    totals: pd.DataFrame, breakdown: pd.DataFrame, filters: Filters, now: datetime, zone: ZoneInfo
) -> Component:
    """The tiles of mention_totals; how many were judged, and how, comes from mention_breakdown."""
    row, about = totals.iloc[0], viewing(closed(filters), "mentions")
    labels = breakdown[breakdown["dimension"] == "sentiment"].set_index("value")["mentions_count"]
    judged, negative = int(labels.reindex(JUDGED).fillna(0).sum()), int(labels.get("negative", 0))
    mentions, before = row["mentions_count"], about.within(*filters.before(now, zone))
    of_all = ("of ", counted(mentions, "mention", about, unseen=True))
    of_judged = ("of ", counted(judged, "judged", narrowed(about, "sentiment", JUDGED), "judged"))
    bad = counted(negative, "negative", narrowed(about, "sentiment", ("negative",)), "negative")
    net, share = words.points(row["net_sentiment"]), percent(row["negative_share"])
    reach = words.short(row["potential_reach_count"])
    found = [
        tile("Mentions", _linked(mentions, about), _before(row, "mentions_count", before)),
        tile("Unique texts", exact(row["unique_texts_count"]), _moved(row, "unique_texts_count"), of_all),
        tile("Authors", exact(row["authors_count"]), _moved(row, "authors_count"), of_all),
        tile("Net sentiment", net, _points(row, "net_sentiment"), of_judged),
        tile("Negative", share, _points(row, "negative_share"), (bad,)),
        tile("Potential reach", reach, _moved(row, "potential_reach_count"), of_all),
    ]
    return tiles(found)


def case_totals(totals: pd.DataFrame, filters: Filters, now: datetime, zone: ZoneInfo) -> Component:
    """The tiles of case_totals."""
    row, about = totals.iloc[0], viewing(closed(filters), "cases")
    answered = replace(about, replied="yes") if about.replied != "no" else None
    still_open, before = narrowed(about, "state", OPEN_STATES), about.within(*filters.before(now, zone))
    wait, was = row["p50_first_response_seconds"], row["p50_first_response_seconds_before"]
    of_cases = ("of ", counted(row["cases_count"], "case", about, unseen=True))
    of_answered = ("median of ", counted(row["replied_count"], "answered", answered, "answered"))
    found = [
        tile("Opened", _linked(row["cases_count"], about), _before(row, "cases_count", before)),
        tile("Answered", _linked(row["replied_count"], answered), _moved(row, "replied_count"), of_cases),
        tile("Open now", _linked(row["open_count"], still_open), _moved(row, "open_count"), of_cases),
        tile("First response", times.duration(wait), [f"before {times.duration(was)}"], of_answered),
    ]
    return tiles(found)


def waiting(names: Sequence[str]) -> Component:
    """The tiles before their numbers are there."""
    return tiles([tile(name, html.Span("…", className="desk-waits"), [" "]) for name in names])


def tiles(found: Sequence[Component]) -> Component:
    """Tiles side by side."""
    return html.Dl(list(found), className="desk-tiles")


def _linked(count: Any, filters: Filters | None) -> Component:
    return link(exact(count), filters, ROWS) if words.known(count) and filters else html.Span(exact(count))


def tile(name: str, value: Any, moved: Any, of: Sequence[Any] = ()) -> Component:
    """One number with its name, how it moved, and what it is made of."""
    return html.Div(
        [
            html.Dt(name),
            html.Dd(value, className="desk-number"),
            html.Dd(moved, className="desk-moved"),
            *([html.Dd(list(of), className="desk-of")] if of else []),
        ],
        className="desk-tile",
    )


def _before(row: Any, name: str, filters: Filters) -> list[Any]:
    was = row[f"{name}_before"]
    told = link(exact(was), filters, ROWS) if words.known(was) else html.Span(exact(was))
    return [_change(words.change(row[name], was)), "before ", told]


def _moved(row: Any, name: str) -> list[Any]:
    was = row[f"{name}_before"]
    said = words.short(was) if "reach" in name else exact(was)
    return [_change(words.change(row[name], was)), f"before {said}"]


def _points(row: Any, name: str) -> list[Any]:
    now, was = words.known(row[name]), words.known(row[f"{name}_before"])
    told = words.points(was) if name == "net_sentiment" else percent(was)
    moved = words.UNKNOWN if now is None or was is None else f"{words.moved(now - was)} pts"
    return [_change(moved), f"before {told}"]


def _change(said: str) -> Component:
    return html.Span([said, " "], className="desk-changed")


def percent(share: Any) -> str:
    """A share 0..1 as "82%"; a dash when it is unknown."""
    told = words.percent(share)
    return told if told == words.UNKNOWN else f"{told}%"
