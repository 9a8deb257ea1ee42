"""The calm picture of nothing: a sentence instead of empty axes."""

from __future__ import annotations

from typing import Any

from layouts import look, words


def quiet_figure(sentence: str) -> dict[str, Any]:
    """A figure that only says why it is empty."""
    note = {
        "text": words.markup(sentence),
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0.5,
        "xanchor": "center",
        "font": {"size": look.SIZE_STRONG, "color": look.TEXT_SOFT},
    }
    hidden = {"visible": False}
    return {"data": [], "layout": {"xaxis": hidden, "yaxis": hidden, "annotations": [note]}}


def note(text: str, x: Any, y: Any, **more: Any) -> dict[str, Any]:
    """One annotation; `text` must already be safe for plotly."""
    return {"text": text, "x": x, "y": y, **more}
