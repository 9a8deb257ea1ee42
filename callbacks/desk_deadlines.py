"""The deadlines of the case that stands open beside the table: what is asked, and put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from dash.development.base_component import Component

from layouts.desk.deadlines import deadlines
from layouts.desk.reading import EARLIEST, LATEST
from layouts.explain.clocks import Where
from layouts.explain.told import nothing, told

if TYPE_CHECKING:
    from callbacks.desk_views import View


def asks_of(case: str) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """The questions about the clocks of a case."""
    every = {"since": EARLIEST, "until": LATEST, "case_ids": [case]}
    return {
        "clocks": ("sla_clocks", every),
        "parts": ("explain_clock", {"case_id": case}),
        "policies": ("policies", {}),
    }


def deadlines_for(view: View, tables: Mapping[str, pd.DataFrame], talk: pd.DataFrame) -> Sequence[Component]:
    """The clocks of a case from the answers to `asks_of`, its `facts` and `events`, and its post's conversation."""
    file = Path(view.hands.served().file)
    where = Where(view.site, file.name, _text(file), view.now)
    if tables["facts"].empty:
        return []
    return deadlines(told({**tables, "talk": talk}, where), nothing(tables["facts"], where))


def _text(file: Path) -> str:
    """The site file's text; without it, lines are not told."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
