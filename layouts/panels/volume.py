"""volume: how loud it is and where, stacked by platform, the peak in words, what was expected as a dotted line."""

from __future__ import annotations

from datetime import UTC, timedelta

from dash.development.base_component import Component

from config import Panel, Site
from layouts import blind, words
from layouts.panels.card import card, graph
from layouts.panels.kind import Ask, Drawn, Scope, Tables, blind_of, brand_words, own_brands, part, window_of
from layouts.panels.peak import peak_of
from layouts.panels.platforms import named
from layouts.panels.quiet import quiet_figure
from layouts.panels.rising import rising_ask, spelled
from layouts.panels.stack import Stack, complete, course_of, stack_figure
from layouts.panels.usual import MINUTES, before_of, expected_of, finest_of

_HOUR = timedelta(hours=1)
_LEAST_BUCKETS = 8
_ENOUGH = 60.0  # mentions in a middling bucket: chance then moves it by an eighth, and with fewer it is noise


class Volume:
    """Mentions over time."""

    kind = "volume"
    measures = ()
    feeds = ("mentions",)

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The window, what was to be expected of it, and whether the sources could see at all."""
        filters: dict[str, object] = {
            "bucket_minutes": finest_of(panel.window),
            "brands": own_brands(panel, scope.site),
        }
        return {
            "now": Ask("mentions_by_bucket", {**window_of(panel, scope), **filters}),
            "expected": Ask("volume_expected", {**window_of(panel, scope), **filters, "now": scope.now}),
            "health": Ask("source_health", {"now": scope.now}),
            "blind": blind_of(2 * panel.window, scope),
        }

    def asks_again(self, panel: Panel, scope: Scope, tables: Tables) -> dict[str, Ask]:
        """What is said in the hour of a peak; where nothing is expected yet, the window before to stand in for it."""
        if tables["now"].empty:
            return {}
        picture = _picture(panel, scope, tables)
        brands = own_brands(panel, scope.site)
        if picture.usual is None:
            before: dict[str, object] = {"since": scope.now - 2 * panel.window, "until": scope.now - panel.window}
            filters: dict[str, object] = {"bucket_minutes": finest_of(panel.window), "brands": brands}
            return {"before": Ask("mentions_by_bucket", {**before, **filters})}
        if picture.peak is None or picture.peak.times is None:
            return {}
        start = picture.starts[picture.peak.place].to_pydatetime().replace(tzinfo=UTC)
        middle = start + timedelta(minutes=picture.bucket) / 2
        return {"words": rising_ask(scope.site, brands, middle - _HOUR / 2, middle + _HOUR / 2, limit=1)}

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The stack, or a sentence when there is none."""
        length, zone = words.span(panel.window), words.zone_name(scope.zone)
        said = [brand_words(own_brands(panel, scope.site), scope.site)]
        if tables["now"].empty:
            said.append(f"{length}, {zone}")
            figure = quiet_figure(_nothing(panel, scope, blind.spans_of(tables["blind"])))
        else:
            picture = _picture(panel, scope, tables)
            said += [f"{picture.bucket}-minute buckets, {zone}", *([picture.usual.said] if picture.usual else [])]
            figure = stack_figure(picture, scope)
        return Drawn(values={part(name, "sub"): " · ".join(said)}, figures={part(name, "figure"): figure})

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The card and its graph."""
        return card(name, panel, graph(name))


def _picture(panel: Panel, scope: Scope, tables: Tables) -> Stack:
    """What is drawn of the answers there are: those of `asks`, and later those of `asks_again` too."""
    now, spans, finest = tables["now"], blind.spans_of(tables["blind"]), finest_of(panel.window)
    bucket = _bucket(float(now["mentions_count"].sum()), panel.window)
    starts = complete(panel.window, bucket, scope)
    usual = expected = expected_of(tables["expected"], starts, bucket, finest)
    if usual is None and "before" in tables:
        usual = before_of(named(tables["before"]), starts, bucket, panel.window, spans)
    # against the window before no peak is held: it may have been an odd day itself
    peak = peak_of(course_of(now, starts, bucket), expected.course if expected else [None] * len(starts))
    word = next((spelled(row) for row in tables["words"].itertuples()), "") if "words" in tables else ""
    return Stack(named(now), tables["health"], spans, bucket, starts, usual, peak, word)


def _nothing(panel: Panel, scope: Scope, spans: list[blind.Blind]) -> str:
    """That there is nothing, and for how much of the time nobody looked: it may not be silence."""
    until = scope.moment.to_pydatetime()
    lost = blind.seen_not(spans, until - panel.window, until)
    return scope.nothing(panel.window) + (f" · blind for {blind.length(lost)} of it" if lost else "")


def _bucket(total: float, window: timedelta) -> int:
    """The finest bucket that still holds a few mentions; a short window is not drawn as one or two points."""
    minutes, finest = window.total_seconds() / 60, finest_of(window)
    coarser = [m for m in MINUTES if m == finest or (m % finest == 0 and minutes >= m * _LEAST_BUCKETS)]
    return next((m for m in coarser if total * m / minutes >= _ENOUGH), coarser[-1])
