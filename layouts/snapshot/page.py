"""The whole page: one file that needs nothing else, on a screen, on a phone and on paper."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from markupsafe import Markup

from layouts import words
from layouts.snapshot import phrases as say
from layouts.snapshot.coverage import coverage
from layouts.snapshot.facts import Facts
from layouts.snapshot.lineage import lineage
from layouts.snapshot.markup import sentences, tag
from layouts.snapshot.method import blindness, goals, method
from layouts.snapshot.numbers import five
from layouts.snapshot.promises import promises
from layouts.snapshot.service import service
from layouts.snapshot.trend import happened
from layouts.snapshot.value import value
from layouts.snapshot.voice import voice

_HERE = Path(__file__).resolve().parent
_FONT = _HERE.parent.parent / "assets" / "fonts" / "inter-latin-wght-normal.woff2"
SERVED = Markup("<!-- above what is served -->")
"""Where the server puts the way to the other pages; the page itself knows none."""

_PAGE = Markup("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
{body}
</body>
</html>
""")


def page(facts: Facts) -> str:
    """The snapshot as HTML. Everything from outside is escaped; it holds no script and asks for nothing."""
    parts = (
        five(facts),
        happened(facts),
        service(facts),
        promises(facts),
        voice(facts),
        coverage(facts),
        value(facts),
        blindness(facts),
        goals(facts),
        method(facts),
        lineage(facts),
    )
    main = tag("main", *parts)
    title = f"{words.clean(facts.site.site.name)}: {week_title(facts)}"
    return bare(title, Markup("\n").join((SERVED, _head(facts), main, _foot(facts))))


def bare(title: str, body: Markup) -> str:
    """A page of this look around a `body`."""
    return str(_PAGE.format(title=title, style=_style(), body=body))


def week_title(facts: Facts) -> str:
    """ "week 46 of 2026"."""
    year, number = facts.week.name.split("-W")
    return f"week {int(number)} of {year}"


def _head(facts: Facts) -> Markup:
    zone = facts.week.zone
    first, last = facts.week.first, facts.week.last
    year = "" if first.year == last.year else f" {first.year}"
    dates = f"{say.day(first)}{year} to {say.day(last)} {last.year}, {words.zone_name(zone)}"
    length = ""
    if facts.week.hours != 168:
        length = f" The clocks changed: this week had {facts.week.hours:g} hours."
    filling = [
        tag("p", f"{words.clean(name)} is still being read: numbers of this page will grow.", class_="warning")
        for name in facts.filling
    ]
    return tag(
        "header",
        tag("p", facts.site.site.name, class_="whose"),
        tag("h1", week_title(facts).capitalize()),
        tag("p", f"{dates}, beside the week before.{length}"),
        tag(
            "p",
            f"Made {say.moment(facts.made_at, zone)}; as known at {say.moment(facts.known_at, zone)}, revision "
            f"{facts.revision:,}; inputs {facts.inputs_hash}.",
            class_="base",
        ),
        *filling,
        *_unheard(facts),
    )


def _unheard(facts: Facts) -> list[Markup]:
    """A warning where the week before lies, wholly or in part, before anything is known: that is no silence."""
    found = []
    for what in ("mention", "case"):
        first = facts.late_since(f"{what}s")
        if first:
            said = f"No {what} from before {say.moment(first, facts.week.zone)} is known. Until then nobody listened, "
            found.append(tag("p", f"{said}so what is held against the week before says little.", class_="warning"))
    return found


def _foot(facts: Facts) -> Markup:
    return tag(
        "footer",
        sentences(
            "This page quotes no post and needs nothing from anywhere.",
            "Every number says how it is known; measured and assumed are never added up.",
            f"Watchfloor, {facts.week.name}, inputs {facts.inputs_hash}.",
        ),
    )


@cache
def _style() -> Markup:
    font = base64.b64encode(_FONT.read_bytes()).decode()
    # shipped with the house and without a "<": it may stand in a <style> as it is
    return Markup((_HERE / "page.css").read_text(encoding="utf-8").replace("FONT", font))  # noqa: S704
