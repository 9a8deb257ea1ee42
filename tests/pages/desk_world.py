"""A small crowd of posts and cases for the desk, and what a page holds of it, without a server."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from dash.development.base_component import Component

from callbacks import desk_views as views
from callbacks.hands import Hands
from config import parse_site
from layouts.desk.filters import Filters
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.rows import CaseRow, EventRow, MentionRow
from queries.warehouse import Warehouse
from queries.wishes import Wishes
from tests.conftest import NOON, DictCache
from tests.rows import case, event, keep, mention

HOUR = timedelta(hours=1)
SITE = """
[site]
name = "Desk of <b>all</b>"
timezone = "America/New_York"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[[brand]]
name = "Meridian"
kind = "competitor"
terms = ["meridian"]
"""
HOSTILE = "<img src=x onerror=\"window.pwned=1\"> \u202eabc\n=1+1 & 'x'"


def _post(number: int, dice: random.Random) -> MentionRow:
    return mention(
        number // 2 if number % 7 == 0 else number,
        brand="Meridian" if number % 4 == 3 else "Aurora",
        platform=dice.choice(("x", "reddit", "news")),
        published_at=NOON - dice.random() * 14 * 24 * HOUR,
        text=dice.choice(("late again", "a kind crew", "at the gate", HOSTILE)),
        language=dice.choice(("en", "de", None)),
        region=dice.choice(("us", "eu", None)),
        sentiment_label=dice.choice(("negative", "neutral", "positive", None)),
        author_name=dice.choice(("Ann", "Bo", None)),
        author_followers_count=dice.choice((None, 7, 900)),
        url=dice.choice(("https://example.org/1", "javascript:window.pwned=2", None)),
        parent_id="x:1" if number % 11 == 0 else None,
    )


def posts() -> list[MentionRow]:
    """Three hundred posts of two weeks, some of two brands; always the same."""
    dice = random.Random(11)
    rows = {(row.item_id, row.brand): row for row in (_post(number, dice) for number in range(300))}
    return list(rows.values())


def cases() -> tuple[list[CaseRow], list[EventRow]]:
    """Eighty cases of two weeks in every state, two thirds of them answered."""
    dice = random.Random(12)
    rows, events = [], []
    for number in range(80):
        at = NOON - dice.random() * 13 * 24 * HOUR - HOUR
        about = {"item_id": f"x:{number}", "record_brand": dice.choice(("Aurora", "Meridian", None))}
        rows.append(case(number, opened_at=at, subject=dice.choice(("late again", HOSTILE)), track="claim", **about))
        if number % 3:
            events.append(event(number, happened_at=at + dice.random() * HOUR, brand="Aurora", text="we are sorry"))
        end = dice.choice((None, None, "resolved", "resolved", "declined", "merged", "excluded", "paused", "assigned"))
        if end:
            owner = {"owner": "Kim"} if end == "assigned" else {}
            events.append(event(number, end, happened_at=at + HOUR, **owner))
    return rows, events


def filled(folder: Path) -> Warehouse:
    """A warehouse with the crowd in it."""
    warehouse = Warehouse("duckdb:w", folder / "w.duckdb", NOON)
    rows, events = cases()
    keep(Ledger(warehouse), *posts(), cases=rows, events=events)
    return warehouse


def hands_of(warehouse: Warehouse, now: datetime = NOON) -> Hands:
    """As much of the house as the desk takes hold of."""
    served = SimpleNamespace(site=parse_site(SITE, base=Path(".")), build="b1", file="site.toml")
    answers = Answers(warehouse, load_catalogue(), DictCache())
    return cast(Hands, SimpleNamespace(answers=answers, clock=lambda: now, served=lambda: served))


def view_of(hands: Hands, query: str) -> views.View:
    """What a page of this address looks at."""
    return views.View.read(hands, Wishes(), views.pinned(hands, query, "tab", 1))


def parts(drawn: Any) -> Iterator[Component]:
    """Every component of what was drawn, in the order of the page."""
    if isinstance(drawn, list | tuple):
        for one in drawn:
            yield from parts(one)
    elif isinstance(drawn, Component):
        yield drawn
        yield from parts(getattr(drawn, "children", None))


def text_of(drawn: Any) -> str:
    """The words of what was drawn."""
    if isinstance(drawn, list | tuple):
        return "".join(text_of(one) for one in drawn)
    return text_of(getattr(drawn, "children", "")) if isinstance(drawn, Component) else str(drawn or "")


def counted_links(drawn: Any) -> list[tuple[str, int, Filters]]:
    """Each link within the desk that has a count: its words, the count, and what it leads to."""
    found = []
    for one in parts(drawn):
        href = getattr(one, "href", "") or ""
        if href.startswith("/desk") and not hasattr(one, "aria-current"):
            count = _count(one)
            if count is not None:
                filters, problems = Filters.from_query(href.partition("?")[2].partition("#")[0])
                assert not problems, (href, problems)
                found.append((text_of(one), count, filters))
    return found


def _count(link: Component) -> int | None:
    """The count a link tells: that in its counting part, where it has one, else the number it begins with."""
    counting = [part for part in parts(link) if getattr(part, "className", "") == "desk-count"]
    told = text_of(counting[0]) if counting else text_of(link)
    number = re.match(r"\d[\d,]*", told)
    return int(number[0].replace(",", "")) if number else None
