"""The panel kinds. A new one is a module here and a line in `panel_kinds`."""

from __future__ import annotations

from layouts.panels.ageing import Ageing
from layouts.panels.attainment import Attainment
from layouts.panels.baton import Baton
from layouts.panels.burn import Burn
from layouts.panels.care import Care
from layouts.panels.causes import Causes
from layouts.panels.due import Due
from layouts.panels.forecast import Forecast
from layouts.panels.gaps import Gaps
from layouts.panels.hours import Hours
from layouts.panels.kind import Ask, Drawn, PanelKind, Scope
from layouts.panels.latest import Latest
from layouts.panels.on_shift import OnShift
from layouts.panels.promise import Promise
from layouts.panels.response import Response
from layouts.panels.sentiment import Sentiment
from layouts.panels.sources import Sources
from layouts.panels.states import States
from layouts.panels.sun import Sun
from layouts.panels.text import TextCard
from layouts.panels.ticker import Ticker
from layouts.panels.tile import Tile
from layouts.panels.top import Top
from layouts.panels.topics import Topics
from layouts.panels.voice import Voice
from layouts.panels.voice_lines import VoiceLines
from layouts.panels.volume import Volume
from layouts.panels.waiting import Waiting
from layouts.panels.week import Week
from layouts.panels.weekend import Weekend

__all__ = ["Ask", "Drawn", "PanelKind", "Scope", "panel_kinds"]


def panel_kinds() -> dict[str, PanelKind]:
    """Every kind a site file may name, by its name."""
    kinds: tuple[PanelKind, ...] = (Tile(), Volume(), Sentiment(), Voice(), Latest(), Sources(), Ticker())
    voices: tuple[PanelKind, ...] = (Topics(), Top(), VoiceLines(), TextCard())
    people: tuple[PanelKind, ...] = (Care(), States(), Response(), Waiting(), OnShift(), Sun(), Gaps())
    awake: tuple[PanelKind, ...] = (Hours(), Weekend(), Week(), Baton())
    promises: tuple[PanelKind, ...] = (Due(), Attainment(), Ageing(), Causes(), Forecast(), Burn(), Promise())
    return {kind.kind: kind for kind in (*kinds, *voices, *people, *awake, *promises)}
