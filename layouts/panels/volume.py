"""volume: how loud it is and where, stacked by platform, the peak in words, the window before as a dotted line."""

from __future__ import annotations

from datetime import timedelta

from dash.development.base_component import Component

from config import Panel, Site
from layouts import blind, words
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Scope, Tables, blind_of, brand_words, own_brands, part, window_of
from layouts.panels.platforms import named
from layouts.panels.quiet import quiet_figure
from layouts.panels.stack import Stack, stack_figure

_MINUTES = (1, 2, 5, 10, 15, 30, 60)
_MOST_BUCKETS = 288
_LEAST_BUCKETS = 8
_ENOUGH = 60.0  # mentions in a middling bucket: chance then moves it by an eighth, and with fewer it is noise


class Volume:
    """Mentions over time."""

    kind = "volume"
    measures = ()
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The window, the one before it, and whether the sources could see at all."""
        filters: dict[str, object] = {
            "bucket_minutes": _finest(panel.window),
            "brands": own_brands(panel, scope.site),
        }
        before: dict[str, object] = {"since": scope.now - 2 * panel.window, "until": scope.now - panel.window}
        return {
            "now": Ask("mentions_by_bucket", {**window_of(panel, scope), **filters}),
            "before": Ask("mentions_by_bucket", {**before, **filters}),
            "health": Ask("source_health", {"now": scope.now}),
            "blind": blind_of(2 * panel.window, scope),
        }

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The stack, or a sentence when there is none."""
        length, zone = words.span(panel.window), words.zone_name(scope.zone)
        said = [brand_words(own_brands(panel, scope.site), scope.site)]
        spans = blind.spans_of(tables["blind"])
        if tables["now"].empty:
            said.append(f"{length}, {zone}")
            figure = quiet_figure(_nothing(panel, scope, spans))
        else:
            bucket = _bucket(float(tables["now"]["mentions_count"].sum()), panel.window)
            said.append(f"{bucket}-minute buckets, {zone}")
            said += [] if tables["before"].empty else [f"dotted: the {length} before"]
            stack = Stack(named(tables["now"]), named(tables["before"]), tables["health"], spans, panel.window, bucket)
            figure = stack_figure(stack, scope)
        return Drawn(values={part(name, "sub"): " · ".join(said)}, figures={part(name, "figure"): figure})

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _nothing(panel: Panel, scope: Scope, spans: list[blind.Blind]) -> str:
    """That there is nothing, and for how much of the time nobody looked: it may not be silence."""
    until = scope.moment.to_pydatetime()
    lost = blind.seen_not(spans, until - panel.window, until)
    return scope.nothing(panel.window) + (f" · blind for {blind.length(lost)} of it" if lost else "")


def _finest(window: timedelta) -> int:
    minutes = window.total_seconds() / 60
    return next((m for m in _MINUTES if minutes / m <= _MOST_BUCKETS), _MINUTES[-1])


def _bucket(total: float, window: timedelta) -> int:
    """The finest bucket that still holds a few mentions; a short window is not drawn as one or two points."""
    minutes, finest = window.total_seconds() / 60, _finest(window)
    coarser = [m for m in _MINUTES if m == finest or (m % finest == 0 and minutes >= m * _LEAST_BUCKETS)]
    return next((m for m in coarser if total * m / minutes >= _ENOUGH), coarser[-1])
