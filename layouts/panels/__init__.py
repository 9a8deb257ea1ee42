"""The panel kinds. A new one is a module here and a line in `panel_kinds`."""

from __future__ import annotations

from layouts.panels.kind import Ask, Drawn, PanelKind, Scope
from layouts.panels.latest import Latest
from layouts.panels.sentiment import Sentiment
from layouts.panels.sources import Sources
from layouts.panels.ticker import Ticker
from layouts.panels.tile import Tile
from layouts.panels.voice import Voice
from layouts.panels.volume import Volume

__all__ = ["Ask", "Drawn", "PanelKind", "Scope", "panel_kinds"]


def panel_kinds() -> dict[str, PanelKind]:
    """Every kind a site file may name, by its name."""
    kinds: tuple[PanelKind, ...] = (Tile(), Volume(), Sentiment(), Voice(), Latest(), Sources(), Ticker())
    return {kind.kind: kind for kind in kinds}
