"""What stands open beside the table: a post, its conversation and its case; or a case and what happened in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import words
from layouts.desk import times
from layouts.desk.breakdowns import named
from layouts.desk.filters import Filters
from layouts.desk.links import aria, closed, data, link, source_link
from layouts.desk.totals import exact
from layouts.panels.platforms import title_of

_TITLE = "desk-beside-title"
# who did it: a shape and a word, so that nothing hangs on colour
_ACTORS: Mapping[str, tuple[str, str]] = {
    "customer": ("●", "customer"),
    "human": ("■", "our people"),
    "bot": ("◆", "bot"),
}
_VISIBILITY = {"public": "everybody can read it", "private": "private", "internal": "internal"}
_KINDS = {
    "opened": "opened",
    "message": "wrote",
    "assigned": "assigned",
    "claimed": "took it",
    "acknowledged": "acknowledged, no help wanted",
    "changed": "changed",
    "paused": "paused",
    "resumed": "resumed",
    "moved": "moved",
    "handed_over": "handed over",
    "accepted": "accepted",
    "lead": "lead",
    "surveyed": "survey answered",
    "followed_up": "followed up",
    "declined": "declined",
    "resolved": "resolved",
    "reopened": "reopened",
    "merged": "merged",
    "excluded": "excluded",
}
_MOST = 200  # posts of one conversation, events of one case


@dataclass(frozen=True)
class Beside:
    """Where the panel stands: the desk's filters, and how it tells time."""

    filters: Filters
    zone: ZoneInfo
    now: datetime

    def moment(self, instant: Any) -> str:
        """An instant as it is told here."""
        return times.moment(instant, self.zone, self.now)


def whole(text: object) -> str:
    """A post's whole text: its lines stay, what could leave its place does not."""
    if not isinstance(text, str):
        return ""
    return "\n".join(words.clean(line) for line in text.replace("\r\n", "\n").split("\n")).strip()


def post(at: Beside, talk: pd.DataFrame, cases: pd.DataFrame, timeline: pd.DataFrame) -> Component:
    """One post from `conversation`, the posts around it, and from `item_cases` and `case_timeline` what was done."""
    asked = talk[talk["is_asked"].fillna(False).astype(bool)]
    if asked.empty:
        return panel(at, "Post", [html.P("This post is not here: it was deleted, or its address is wrong.")])
    row = next(asked.itertuples())
    body = [_head(at, row), *_words(row.text), _facts(_post_facts(row)), *_source(row.url, row.platform)]
    if len(talk) > 1:
        body += _section(f"Conversation, {words.plural(len(talk), 'post')}", _talk(at, talk))
    if not cases.empty:
        body += _section("Case", _cases(at, cases), _events(at, timeline))
    return panel(at, "Post", body)


def case(
    at: Beside, facts: pd.DataFrame, timeline: pd.DataFrame, talk: pd.DataFrame, deadlines: Sequence[Component]
) -> Component:
    """One case from `case_facts`, its `case_timeline`, the conversation its post stands in, and its deadlines."""
    if facts.empty:
        return panel(at, "Case", [html.P("This case is not here: it was deleted, or its address is wrong.")])
    row = next(facts.itertuples())
    meta = f"{title_of(row.platform)} · {words.clean(row.brand, 60) or 'unknown brand'} · {at.moment(row.opened_at)}"
    body = [html.P(meta, className="desk-meta", dir="auto"), *_words(row.subject), _facts(_case_facts(row))]
    body += [*_source(row.url, row.platform), *_section("Deadlines", *deadlines)]
    body += _section(f"What happened, {words.plural(len(timeline), 'event')}", _events(at, timeline))
    if not talk.empty:
        body += _section(f"Conversation, {words.plural(len(talk), 'post')}", _talk(at, talk))
    return panel(at, "Case", body)


def panel(at: Beside, title: str, body: Sequence[Component]) -> Component:
    """The part beside the table with its heading and the way to close it."""
    shut = link("Close", closed(at.filters), className="desk-button", id="desk-close")
    head = html.Header([html.H2(title, id=_TITLE, tabIndex=-1), shut])
    # the body scrolls by itself, so it can be reached by keyboard
    inside = html.Div(list(body), className="desk-beside-body", tabIndex=0, role="group", **_by())
    return html.Section([head, inside], className="desk-beside", **_by())


def _by() -> dict[str, Any]:
    return {"aria-labelledby": _TITLE}


def _head(at: Beside, row: Any) -> Component:
    author = words.clean(row.author_name, 80) or "unknown author"
    return html.P(
        [html.Bdi(author, className="desk-author"), f" · {title_of(row.platform)} · {at.moment(row.published_at)}"],
        className="desk-meta",
    )


def _words(text: object) -> list[Component]:
    told = whole(text)
    return [html.P(told, className="desk-words", dir="auto") if told else html.P("no text", className="desk-quiet")]


def _post_facts(row: Any) -> list[tuple[str, str]]:
    judged = named("sentiment", _text(row.sentiment_label))
    return [
        ("Brands", words.clean(row.brands, 200) or "unknown"),
        ("Sentiment", f"{judged}, {words.UNCHECKED}" if _text(row.sentiment_label) else judged),
        ("Followers", exact(row.author_followers_count)),
        ("Language", named("language", _text(row.language))),
        ("Class", _text(row.source_class) or "unknown"),
    ]


def _case_facts(row: Any) -> list[tuple[str, str]]:
    kept = ("channel", "track", "priority", "owner", "unit")
    told = [(name.capitalize(), words.clean(getattr(row, name), 80) or words.UNKNOWN) for name in kept]
    drill = [("Drill", "an exercise: no number counts it")] if _true(row.is_drill) else []
    return [*told, ("Customer", words.clean(row.customer_id, 80) or words.UNKNOWN), *drill]


def _facts(pairs: Sequence[tuple[str, str]]) -> Component:
    items = [html.Div([html.Dt(name), html.Dd(html.Bdi(value))]) for name, value in pairs]
    return html.Dl(items, className="desk-facts")


def _source(url: object, platform: object) -> list[Component]:
    found = source_link(url, f"Open at its source ({title_of(platform)}, new tab)")
    return [html.P(found)] if found else [html.P("Its source gave no address.", className="desk-quiet")]


def _section(title: str, *body: Component) -> list[Component]:
    return [html.H3(title), *body]


def _talk(at: Beside, talk: pd.DataFrame) -> Component:
    items = [_turn(at, row) for row in talk.head(_MOST).itertuples()]
    return html.Ol([*items, *_cut(len(talk))], className="desk-talk")


def _turn(at: Beside, row: Any) -> Component:
    depth = min(int(words.known(row.depth) or 0), 4)
    mark = html.Span("this post", className="desk-this") if _true(row.is_asked) else _go(at, row.item_id)
    return html.Li(
        [html.Div([_head(at, row), mark], className="desk-turn-head"), *_words(row.text)],
        className="desk-turn",
        style={"marginInlineStart": f"{depth * 0.9}rem"},
        **data(asked="yes" if _true(row.is_asked) else "no"),
    )


def _go(at: Beside, item: object) -> Component:
    there = replace(closed(at.filters), item=_text(item))
    return link([html.Span("open", **aria(hidden="true")), html.Span("open this post", className="desk-unseen")], there)


def _cases(at: Beside, cases: pd.DataFrame) -> Component:
    items = [
        html.Li(
            link(
                f"{words.clean(row.subject, 80) or words.clean(row.case_id, 60)}, opened {at.moment(row.opened_at)}",
                replace(closed(at.filters), case=_text(row.case_id)),
                dir="auto",
            )
        )
        for row in cases.head(20).itertuples()
    ]
    return html.Ul(items, className="desk-cases")


def _events(at: Beside, timeline: pd.DataFrame) -> Component:
    items = [_event(at, row) for row in timeline.head(_MOST).itertuples()]
    return html.Ol([*items, *_cut(len(timeline))], className="desk-events")


def _cut(length: int) -> list[Component]:
    return [html.Li(f"and {length - _MOST:,} more", className="desk-quiet")] if length > _MOST else []


def _event(at: Beside, row: Any) -> Component:
    kind, actor_kind = _text(row.kind), _text(row.actor_kind)
    shape, who = _ACTORS.get(actor_kind, ("○", "unknown"))
    happened = _KINDS.get(kind, words.clean(row.source_words, 60) or kind)
    since = words.known(row.seconds_since_opened)
    told = [who, words.clean(row.actor, 60), words.clean(row.team, 40), _VISIBILITY.get(_text(row.visibility), "")]
    return html.Li(
        [
            html.Span(shape, className="desk-shape", **aria(hidden="true")),
            html.Div(
                [
                    html.P([html.Strong(happened), html.Bdi(" · ".join(one for one in told if one))]),
                    html.P(
                        at.moment(row.happened_at) + (f", {_after(since)}" if since else ""), className="desk-quiet"
                    ),
                    *([html.P(html.Bdi(words.clean(row.detail, 300)))] if _text(row.detail) else []),
                    *(_words(row.text) if whole(row.text) else []),
                ]
            ),
        ],
        **data(actor=actor_kind or "unknown"),
    )


def _after(seconds: float) -> str:
    said = times.duration(abs(seconds))
    return f"{said} after the opening" if seconds > 0 else f"{said} before the opening"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _true(value: object) -> bool:
    return bool(value) if value is not pd.NA and value is not None else False
