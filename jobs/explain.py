"""`python app.py explain`: why a case is due when it is, asked like any question and put into words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from config import load_site
from connectors.neighbour import NeighbourError
from layouts import words
from layouts.explain.clocks import Where
from layouts.explain.said import moment
from layouts.explain.shown import show
from layouts.explain.told import nothing, told

Ask = Callable[[str, Sequence[tuple[str, str]]], bytes]
_EVER = [("since", "1970-01-01"), ("until", "2200-01-01")]


def explain_case(ask: Ask, case_id: str, path: Path) -> None:
    """Print the clocks of a case, each second of them, by the rules of the site file at `path`.

    `ask` answers a question with JSON. Raises ConfigError, and NeighbourError, which is a 404 for an unknown case.
    """
    site = load_site(path)
    facts, answer = _asked(ask, "case_facts", [("case_id", case_id)])
    if facts.empty:
        raise NeighbourError(f'there is no case "{case_id}"; a case is named as platform:native id', 404)
    known = [("known_at", str(answer["params"]["known_at"]))]
    clocks, answer = _asked(ask, "sla_clocks", [*_EVER, ("case_ids", case_id), *known])
    pinned = [("case_id", case_id), ("now", str(answer["as_of"])), *known]
    where = Where(site, path.name, path.read_text(encoding="utf-8-sig"), datetime.fromisoformat(str(answer["as_of"])))
    tables = {
        "facts": facts,
        "clocks": clocks,
        "parts": _asked(ask, "explain_clock", pinned)[0],
        "events": _asked(ask, "case_timeline", pinned)[0],
        "policies": _asked(ask, "policies", known)[0],
        "talk": _asked(ask, "conversation", [("item_id", str(facts["item_id"].iloc[0] or "")), *known])[0],
    }
    show(_heading(facts.iloc[0], where), told(tables, where), nothing(facts, where))


def _heading(case: Any, where: Where) -> str:
    subject = words.clean(case["subject"], 80)
    name = f"{words.clean(case['case_id'], 80)}{f': {subject}' if subject else ''}"
    return f"{name} (as of {moment(where.now, where.zone, where.now)}, {words.zone_name(where.zone)})"


def _asked(ask: Ask, question: str, params: Sequence[tuple[str, str]]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A question's table with aware instants, and the whole answer."""
    answer: dict[str, Any] = json.loads(ask(question, params))
    frame = pd.DataFrame(answer["rows"], columns=answer["columns"], dtype=object)
    for name in frame.columns:
        if name.endswith("_at"):
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame, answer
