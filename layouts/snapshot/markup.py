"""Writing HTML: every text is escaped, every table has a caption and headers, every figure says how it came about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from layouts import words

MEASURED = "measured"
BIASED = "measured, biased sample"
MODEL = words.UNCHECKED
LINKS = "links and tagging"
ASSUMED = "assumption"
ANECDOTE = "anecdote"
CORRELATION = "correlation"
FORECAST = "forecast"
METHODS = {
    MEASURED: "counted from records, each of which can be looked at",
    BIASED: "counted, but only those who chose to answer: they are not like the rest",
    MODEL: "judged by a program that nobody has checked here",
    FORECAST: "expected from what came before; how far such forecasts were off stands beside it",
    LINKS: "told by another system, which followed a lead to a sale",
    ASSUMED: "worked out from numbers somebody stands for and nobody has measured",
    ANECDOTE: "one story: true, and no proof of a rule",
    CORRELATION: "two things that move together: neither need be the other's cause",
}
"""How a number came about, the strongest first, and what each word means."""

_LONG = 14
Attributes = str | int | float | None


def tag(name: str, *children: object, **attributes: Attributes) -> Markup:
    """An element. Texts are escaped; an attribute's trailing "_" falls, other "_" become "-"; None leaves it out."""
    told = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value is not None
    )
    return Markup("<{}{}>{}</{}>").format(name, told, together(children), name)


def together(parts: Iterable[object], between: str | Markup = "") -> Markup:
    """Parts one after the other; texts are escaped and cleared of what a line cannot hold."""
    return escape(between).join(part if isinstance(part, Markup) else _plain(str(part)) for part in parts)


def _plain(text: str) -> str:
    """Without what a line cannot hold, such as a direction override; a blank at either end stays."""
    kept = words.clean(text)
    if not kept:
        return " " if text.isspace() else ""
    return f"{' ' if text[0] == ' ' else ''}{kept}{' ' if text[-1] == ' ' else ''}"


def badge(method: str) -> Markup:
    """How a number came about, as a small frame with words."""
    return tag("span", method, class_="method")


def table(caption: str, heads: Sequence[object], rows: Iterable[Sequence[object]], *, class_: str = "") -> Markup:
    """A table whose first column names its rows. A caption of "" is not allowed: every table says what it shows."""
    cells = [_head(head, number) for number, head in enumerate(heads)]
    # on a narrow screen a table of words becomes a list: each cell then says what it is
    told = [str(head) if class_ == "said" else None for head in heads]
    body = (
        tag(
            "tr",
            tag("th", row[0], scope="row"),
            *(tag("td", cell, class_="number", data_head=head) for cell, head in zip(row[1:], told[1:], strict=True)),
        )
        for row in rows
    )
    inner = (tag("caption", caption), tag("thead", tag("tr", *cells)), tag("tbody", *body))
    return tag("div", tag("table", *inner, class_=class_ or None), class_="wide")


def _head(head: object, number: int) -> Markup:
    """A column's name; over the rows' own names there may be none, and then there is no header either."""
    return tag("th", head, scope="col", class_="number" if number else None) if head else tag("td")


def section(name: str, title: str, *children: object) -> Markup:
    """A part of the page with its heading."""
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, *children, id=name, aria_labelledby=f"{name}-title")


def sentences(*said: object) -> Markup:
    """A paragraph of sentences; None and "" fall out."""
    return tag("p", together([one for one in said if one], " "))


def pieces(*said: str) -> Markup:
    """Words that stay together on one line each, with breaks between them only."""
    return together((tag("span", one, class_="piece") for one in said), " ")


def breakable(name: str) -> Markup:
    """A name from outside with places to break it where it has none itself."""
    long = re.compile(rf"\S{{{_LONG}}}(?=\S)")
    return together(re.split("\n", long.sub(lambda found: f"{found[0]}\n", name)), Markup("<wbr>"))


def listed(items: Iterable[object], kind: str = "ul", class_: str | None = None) -> Markup:
    """A list; nothing where it has no items."""
    found = [tag("li", item) for item in items]
    return tag(kind, *found, class_=class_) if found else Markup("")
