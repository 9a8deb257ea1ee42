"""Links to the desk: from a number to the rows it counts. They are addresses of our own host, without it."""

from __future__ import annotations

import re
from dataclasses import replace

from markupsafe import Markup, escape

from layouts.desk.filters import OPEN_STATES, Filters
from layouts.desk.links import address
from layouts.snapshot.facts import Facts
from layouts.snapshot.markup import tag

_LINK = re.compile(r'<a class="desk" href="(/desk[^"]*)">(.*?)</a>')


def mentions(facts: Facts, words: object) -> Markup:
    """A link to the own brands' mentions of the week."""
    return _link(_week(facts), words)


def cases(facts: Facts, words: object, *, waiting: bool = False) -> Markup:
    """A link to the own brands' cases opened in the week; with `waiting` to those nobody has answered."""
    week = replace(_week(facts), view="cases")
    return _link(replace(week, states=OPEN_STATES, replied="no") if waiting else week, words)


def clocks(facts: Facts, words: object, *states: str) -> Markup:
    """A link to the own brands' clocks that were due in the week, of some states or all."""
    return _link(replace(_week(facts), view="service", states=states), words)


def as_file(html: str, url: str | None) -> str:
    """The page as it is handed on: links lead to the site's own `url`; without one they are words."""
    if not url or not url.startswith(("http://", "https://")):
        return _LINK.sub(r"\2", html)
    base = escape(url.rstrip("/"))
    return _LINK.sub(lambda found: f'<a class="desk" href="{base}{found[1]}">{found[2]}</a>', html)


def _week(facts: Facts) -> Filters:
    own = tuple(brand.name for brand in facts.site.brand if brand.kind == "own")
    return Filters(since=facts.week.since, until=facts.week.until, window="", brands=own)


def _link(filters: Filters, words: object) -> Markup:
    return tag("a", words, class_="desk", href=address(filters))
