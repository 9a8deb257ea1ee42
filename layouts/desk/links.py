"""Addresses on the desk: every number and every mark is a link to what it counts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.desk.filters import FIELDS, Filters

PATH = "/desk"
ROWS = "desk-rows"
_WEB = re.compile(r"https?://[^\s<>\"'\\]+", re.IGNORECASE)


def address(filters: Filters, anchor: str = "") -> str:
    """Where the desk shows `filters`; with an anchor, the part of the page to come to."""
    query = filters.query()
    return PATH + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")


def closed(filters: Filters) -> Filters:
    """The same with nothing open beside the table."""
    return replace(filters, item="", case="")


def bare(filters: Filters) -> Filters:
    """What the numbers depend on: nothing open, and the table in its own order."""
    return replace(filters, item="", case="", sort="")


def viewing(filters: Filters, view: str) -> Filters:
    """The same about "mentions" or "cases"; the other's order of rows does not go along."""
    return replace(closed(filters) if view == filters.view else bare(filters), view=view)


def narrowed(filters: Filters, field: str, values: tuple[str, ...]) -> Filters | None:
    """The same with only those of `values` that are already asked for; None when that is none of them."""
    name = FIELDS[field]
    listed: tuple[str, ...] = getattr(filters, name)
    kept = tuple(one for one in values if not listed or one in listed)
    changed: dict[str, Any] = {name: kept}
    return replace(closed(filters), **changed) if kept else None


def link(children: Any, filters: Filters, anchor: str = "", **more: Any) -> Component:
    """A link within the desk: assets/desk.js follows it without loading the page again."""
    return html.A(children, href=address(filters, anchor), **{**data(desk="go"), **more})


def aria(**values: str) -> dict[str, Any]:
    """`aria-*` attributes: aria(label="x") is {"aria-label": "x"}."""
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: str) -> dict[str, Any]:
    """`data-*` attributes: data(view="x") is {"data-view": "x"}."""
    return {f"data-{name}": value for name, value in values.items()}


def source_link(url: object, words: str) -> Component | None:
    """A link to where something stands on the web, in a tab of its own; None for every other kind of address."""
    if not isinstance(url, str) or not _WEB.fullmatch(url):
        return None
    return html.A(words, href=url, target="_blank", rel="noopener noreferrer", className="desk-source")
