"""promise: how often the promise that visitors are shown was kept, for everybody who passes.

`measure` names the group: all (default), track, metric or platform. It asks for public targets alone, and tells of no
other: what is promised inside the house never stands here.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words
from layouts.panels.card import card, rows, value
from layouts.panels.kind import Ask, Drawn, Scope, Tables, part, window_of
from layouts.panels.promised import FEW, group_title, is_promised, silence, target_words, told_percent

_MOST = 6
_TEXTS = ("sub", "value", "unit", "word", "of", "sure", "empty")


class Promise:
    """The public promise."""

    kind = "promise"
    measures = ("all", "track", "metric", "platform")
    feeds = ("cases",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The promises of the window, and of all groups together where it shows several."""
        if not is_promised(scope.site):
            return {}
        more: dict[str, object] = {**window_of(panel, scope), "brands": list(panel.brands), "now": scope.now}
        groups = {"all": "all"} | ({} if _group(panel) == "all" else {"groups": _group(panel)})
        return {key: Ask("promise_kept", {**more, "group_by": group}) for key, group in groups.items()}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The share, big, its words, and a row for each group; or a sentence."""
        length, sentence = words.span(panel.window), silence(scope) or _unpromised(scope.site)
        one = None if sentence else _first(tables["all"])
        if one is None:
            return _drawn(name, [], empty=sentence or f"no public promise was due in the last {length}")
        listed = _listed(tables["groups"], _group(panel)) if "groups" in tables else []
        share = words.percent(one.kept_share)
        return _drawn(
            name,
            listed,
            sub=f"due in {length}",
            value=share,
            unit="" if share == words.UNKNOWN else "%",
            word="public promise kept",
            of=f"of {_counted(one)}{_within(one)}",
            sure=_sure(one),
        )

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card: a number and a sentence, then the list."""
        share = html.Div(
            [value(name, "value", "kept-number"), value(name, "unit", "kept-unit")], className="kept-share"
        )
        said = html.Div([value(name, what, f"kept-{what}") for what in ("word", "of", "sure")], className="kept-words")
        whole = html.Div([share, said], className="kept-whole")
        listed = html.Div(rows(name, "kept-rows"), className="under")
        return card(name, panel, html.Div([whole, listed], className="headed"), value(name, "empty", "empty"))


def _group(panel: Panel) -> str:
    return panel.measure or "all"


def _unpromised(site: Site) -> str:
    """The sentence of a site that promises visitors nothing; "" for one that does."""
    tracks = [track for versions in site.track.values() for track in versions]
    if any(one.public for track in tracks for one in (track, *track.priority.values())):
        return ""
    return "no public promise is configured: write [track.NAME.public_promise] in the site file"


def _first(table: pd.DataFrame) -> Any:
    """The row of all together; None where nothing was due."""
    found = list(table.head(1).itertuples())
    return found[0] if found and words.known(found[0].promised_count) else None


def _listed(table: pd.DataFrame, group: str) -> list[list[str]]:
    """The largest groups; one alone would only say the same again."""
    found = [row for row in table.itertuples() if words.known(row.promised_count)]
    found.sort(key=lambda row: -(words.known(row.promised_count) or 0))
    return [_cells(row, group) for row in found[:_MOST]] if len(found) > 1 else []


def _drawn(name: str, listed: list[list[str]], **texts: str) -> Drawn:
    return Drawn(values={part(name, what): texts.get(what, "") for what in _TEXTS}, lists={part(name, "rows"): listed})


def _counted(row: Any) -> str:
    return words.short(row.promised_count)


def _within(row: Any) -> str:
    """The public target, where all of them have the same."""
    seconds = words.known(row.public_target_seconds)
    return "" if seconds is None else f" within {target_words(seconds)}"


def _sure(row: Any) -> str:
    """How sure the share is: of few it is not; else the interval that holds it in 19 of 20 cases."""
    if (words.known(row.promised_count) or 0) < FEW:
        return "few, so far"
    low, high = words.percent(row.wilson_low_share), words.percent(row.wilson_high_share)
    return "" if words.UNKNOWN in (low, high) else f"95 % interval: {low} to {high} %"


def _cells(row: Any, group: str) -> list[str]:
    few = "few: " if (words.known(row.promised_count) or 0) < FEW else ""
    return [
        group_title(group, row.group_name),
        told_percent(row.kept_share),
        f"{few}{words.short(row.kept_count)} of {_counted(row)}{_within(row)}",
    ]
