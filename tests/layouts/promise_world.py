"""A site with two tracks, and its panels of promises drawn from invented answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]

from config import Panel, Site, parse_site
from layouts.panels import Drawn, Scope, panel_kinds
from tests.layouts.promise_rows import PROMISES
from tests.layouts.world import NOW, SITE, table, words_of

TRACKS = """
[calendar.always]
always = true
[sla]
default_track = "care"
[track.crisis]
calendar = "always"
frt = "15m"
attainment_target = 0.95
[track.care]
calendar = "always"
frt = "53m"
resolution = "31h"
attainment_target = 0.9
public_promise = { frt = "2h", resolution = "3d" }
"""
ROSTER = """
[[shift]]
site = "Lisbon"
timezone = "Europe/Lisbon"
heads = 6
start = "00:00"
end = "00:00"
"""
PICTURES = ["due", "attainment", "ageing", "causes", "forecast", "burn", "promise"]
TILES = ["attainment_day", "overdue", "due_hour", "promise_day"]
Tables = dict[str, pd.DataFrame]


def made(more: str = TRACKS + ROSTER) -> Site:
    return parse_site(SITE + more, base=Path("."))


def changed(name: str, **more: Any) -> Panel:
    return made().panel[name].model_copy(update=more)


def answered(panel: Panel, site: Site, told: Mapping[str, Any]) -> Tables:
    """An answer to all a panel asks; `told` gives the rows of a question, as a list or from its parameters."""
    tables = {}
    for key, ask in panel_kinds()[panel.kind].asks(panel, Scope(site, NOW)).items():
        rows = told.get(ask.question, [])
        tables[key] = table(ask.question, rows(ask.params) if callable(rows) else rows)
    return tables


def drawing(name: str, told: Mapping[str, Any] = PROMISES, panel: Panel | None = None, **more: Any) -> Drawn:
    """One panel of a site with a roster and two tracks, drawn from invented answers."""
    site: Site = more.pop("site", None) or made()
    panel = panel or site.panel[name]
    return panel_kinds()[panel.kind].draw(name, panel, Scope(site, NOW, **more), answered(panel, site, told))


def figure(drawn: Drawn) -> dict[str, Any]:
    [one] = drawn.figures.values()
    go.Figure(one)
    return one


def notes(drawn: Drawn) -> list[str]:
    return [re.sub("<[^>]*>", "", note["text"].replace("<br>", " ")) for note in figure(drawn)["layout"]["annotations"]]


def sentences(drawn: Drawn) -> list[str]:
    """Every text of a picture, without its lines' breaks."""
    return [text.replace("<br>", " ") for text in words_of(drawn)]


def trace(drawn: Drawn, name: str) -> dict[str, Any]:
    [one] = [each for each in figure(drawn)["data"] if each["name"] == name]
    return dict(one)


def said(drawn: Drawn, name: str) -> list[str]:
    return [drawn.values[f"{name}:{what}"] for what in ("value", "unit", "change", "note", "aside")]
