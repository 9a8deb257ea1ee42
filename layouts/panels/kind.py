"""What a panel kind is: it asks, it draws what came back, and it stands on the page before anything came."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

import pandas as pd
from dash.development.base_component import Component

from config import Panel, Site
from layouts import words

FEEDS = ("mentions", "cases", "roster", "all", "none")
Figure = dict[str, Any]
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Ask:
    """One question of a panel. Datetimes are aware and UTC."""

    question: str
    params: dict[str, object]


@dataclass(frozen=True)
class Scope:
    """Where and when a panel is drawn. `now` is aware UTC, already rounded down to the scene's tick.

    `has_data` is False as long as no source that feeds the panel has ever brought anything: then a count of 0 is not
    known to be one.
    """

    site: Site
    now: datetime
    has_data: bool = True

    def nothing(self, window: timedelta) -> str:
        """The sentence that stands where `window` holds no mention."""
        return f"no mentions in the last {words.span(window)}" if self.has_data else "no data yet"

    @property
    def zone(self) -> ZoneInfo:
        """The zone every time on a panel is told in."""
        return self.site.site.zone

    @property
    def moment(self) -> pd.Timestamp:
        """`now` as the tables write it: naive UTC."""
        return pd.Timestamp(self.now.astimezone(UTC).replace(tzinfo=None))


@dataclass(frozen=True)
class Drawn:
    """What changed on the page, by element id. Everything is plain and serialisable."""

    values: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    lists: dict[str, list[list[str]]] = field(default_factory=dict)


class PanelKind(Protocol):
    """One module per kind in this folder; `name` is scene and panel ("pulse:volume") and prefixes its ids.

    measures  the words `measure` may be in a site file; empty when the kind takes none
    feeds     what its numbers are made of: "mentions" or "cases" that sources bring, the site's "roster", "all" that
              any source brings, or "none". The panel is stale when a source that brings one of them is.
    """

    @property
    def kind(self) -> str: ...
    @property
    def measures(self) -> tuple[str, ...]: ...
    @property
    def feeds(self) -> tuple[str, ...]: ...

    def asks(self, panel: Panel, scope: Scope) -> dict[str, Ask]:
        """The questions this panel needs answered, by a key `draw` finds them under."""
        ...

    def draw(self, name: str, panel: Panel, scope: Scope, tables: Tables) -> Drawn:
        """The picture of the answers. Empty tables give a calm picture with words."""
        ...

    def skeleton(self, name: str, panel: Panel, scope_site: Site) -> Component:
        """The elements that stay on the page for its whole life."""
        ...


@runtime_checkable
class AsksAgain(Protocol):
    """A kind that knows only from its first answers what else to ask, such as what was said at the peak."""

    def asks_again(self, panel: Panel, scope: Scope, tables: Tables) -> dict[str, Ask]:
        """More questions, by keys of their own; none where the first answers say enough."""
        ...


def part(name: str, what: str) -> str:
    """The id of one element of a panel. ":" stands in no scene's or panel's own name, so no two share an id."""
    return f"{name}:{what}"


def hung(scene: str, panel: str) -> str:
    """The name a panel's ids are made from: the same panel may hang in two scenes."""
    return f"{scene}:{panel}"


def own_brands(panel: Panel, site: Site) -> list[str]:
    """The brands a panel counts: those it names, else the site's own, else all."""
    own = [brand.name for brand in site.brand if brand.kind == "own"]
    return list(panel.brands) or own or [brand.name for brand in site.brand]


def compared(panel: Panel, site: Site) -> list[str]:
    """The brands a panel holds against each other: those it names, else the own ones and competitors, else all."""
    measured = [brand.name for brand in site.brand if brand.kind in ("own", "competitor")]
    return list(panel.brands) or measured or [brand.name for brand in site.brand]


def brand_words(brands: list[str], site: Site) -> str:
    """The brands of a panel in a subtitle: "United", "United and JetBlue", "3 own brands"."""
    if len(brands) == 1:
        return brands[0]
    joined = " and ".join(brands)
    if len(brands) == 2 and len(joined) <= 28:
        return joined
    kinds = {brand.kind for brand in site.brand if brand.name in brands}
    return f"{len(brands)} own brands" if kinds == {"own"} else f"{len(brands)} brands"


def window_of(panel: Panel, scope: Scope) -> dict[str, object]:
    """`since` and `until` of the panel's window, ending now."""
    return {"since": scope.now - panel.window, "until": scope.now}


def blind_of(length: timedelta, scope: Scope) -> Ask:
    """When somebody was blind in the last `length`: panels that look as far back share the answer."""
    return Ask("blind_spans", {"since": scope.now - length, "until": scope.now, "now": scope.now})
