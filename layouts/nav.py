"""The way between the pages: plain links, since each page is loaded with scripts of its own."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from markupsafe import Markup

PLACES = (("Wall", "/"), ("Desk", "/desk"), ("Snapshot", "/snapshot"), ("Health", "/health"))
_LABEL = "Pages"


def nav(current: str) -> Component:
    """The links as components; `current` is the address of the page they stand on."""
    links = [
        html.A(name, href=path, **({"aria-current": "page"} if path == current else {}))  # type: ignore[arg-type]
        for name, path in PLACES
    ]
    return html.Nav(links, className="places", **{"aria-label": _LABEL})  # type: ignore[arg-type]


def nav_markup(current: str) -> Markup:
    """The same as HTML, for pages without scripts."""
    here = {path: Markup(' aria-current="page"') if path == current else Markup("") for _, path in PLACES}
    links = (Markup('<a href="{}"{}>{}</a>').format(path, here[path], name) for name, path in PLACES)
    return Markup('<nav class="places" aria-label="{}">{}</nav>').format(_LABEL, Markup("").join(links))
