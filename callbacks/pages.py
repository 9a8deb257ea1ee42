"""Which page stands at which address, of those that Dash mounts."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State

from callbacks import desk, wall
from callbacks.access import visitor
from callbacks.hands import Hands


def register(dash: Dash, hands: Hands) -> None:
    """Hang the callback that draws a page once, when its address is opened."""

    @dash.callback(Output("page", "children"), Input("url", "pathname"), State("url", "search"))
    def page(path: str | None, search: str | None) -> Any:
        who = visitor()
        return page_for(hands, path or "/", search or "", who.name if who and who.how == "session" else "")


def page_for(hands: Hands, path: str, search: str = "", person: str = "") -> Any:
    """The page at `path` for the query `search`: the desk, a wall, or a sentence that says what there is.

    person  who is signed in; "" where nobody has to be
    """
    if path.strip("/") == "desk":
        return desk.desk_for(hands, search, person)
    return wall.page_for(hands, path, search)
