"""The house's own state as a plain page: no script, so that it answers when everything else does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from config import Site
from layouts import words

_REFRESH_SECONDS = 10
_PAGE = Markup("""<!DOCTYPE html>
<html lang="en" class="health">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{refresh}">
<title>Health · {name}</title>
<link rel="stylesheet" href="/assets/fonts.css">
<link rel="stylesheet" href="/assets/health.css">
</head>
<body>
<header><h1>{name}</h1><p>Health at {now}, {zone}. This page renews itself every {refresh} seconds.</p></header>
<main>
{problems}
<section><h2>Sources</h2>{sources}</section>
<section><h2>Refused rows</h2>{refused}</section>
<section><h2>Walls</h2>{walls}</section>
<section><h2>House</h2><dl>{facts}</dl></section>
</main>
</body>
</html>
""")
_STATES = {
    "ok": ("✓", "ok"),
    "stale": ("■", "warn"),
    "late": ("■", "warn"),
    "failing": ("▲", "bad"),
    "never": ("○", "none"),
}


def health_page(
    site: Site,
    *,
    file: object,
    problems: Sequence[object],
    is_current: bool,
    warehouse: str,
    revision: int,
    sources: pd.DataFrame,
    refused: pd.DataFrame,
    now: datetime,
) -> str:
    """The whole page as HTML. Everything handed in is escaped.

    `problems` are those of a changed site file. With `is_current` it is in use but for them; without, the last good
    one still is.
    `sources` and `refused` are the answers of source_health and refused_rows; times are shown in the site's zone.
    """
    zone = site.site.zone
    facts = (("Site file", file), ("Warehouse", warehouse), ("Revision", f"{revision:,}"))
    return str(
        _PAGE.format(
            refresh=_REFRESH_SECONDS,
            name=site.site.name,
            now=f"{now.astimezone(zone):%H:%M:%S}",
            zone=words.zone_name(zone),
            problems=_problems(file, problems, is_current),
            sources=_sources(sources, site, now),
            refused=_refused(refused, site, now),
            walls=_list(Markup('<a href="/wall/{0}">/wall/{0}</a>').format(name) for name in site.wall),
            facts=_join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, fact) for name, fact in facts),
        )
    )


def _problems(file: object, problems: Sequence[object], is_current: bool) -> Markup:
    if not problems:
        return Markup("")
    letter = "The site file {} has changed and cannot be used as it is. The last good one is in use."
    if is_current:
        letter = "The site file {} has changed and is in use, but for this:"
    return Markup('<section class="wrong"><h2>▲ Site file</h2><p>{}</p>{}</section>').format(
        letter.format(file), _list(str(problem) for problem in problems)
    )


def _sources(table: pd.DataFrame, site: Site, now: datetime) -> Markup:
    if table.empty:
        return Markup('<p class="calm">No source is named in the site file.</p>')
    heads = ("Source", "Kind", "State", "Newest post", "Last read", "Next read", "Refused", "What is wrong")
    return _table(heads, ([*_source(row, site, now)] for row in table.itertuples()))


def _source(row: Any, site: Site, now: datetime) -> Iterable[object]:
    shape, colour = _STATES.get(words.clean(row.state), ("○", "none"))
    yield words.clean(row.source)
    yield words.clean(row.kind)
    yield Markup('<span class="state {}">{} {}</span>').format(colour, shape, words.clean(row.state))
    for moment in (row.watermark_at, row.last_success_at, row.next_run_at):
        yield words.when(moment, site.site.zone, now)
    yield _exact(row.refused_count)
    yield words.clean(row.sentence)


def _refused(table: pd.DataFrame, site: Site, now: datetime) -> Markup:
    if table.empty:
        return Markup('<p class="calm">Every row that came could be taken.</p>')
    heads = ("Source", "Reason", "Rows", "Newest", "What to do")
    return _table(heads, ([*_reason(row, site, now)] for row in table.itertuples()))


def _reason(row: Any, site: Site, now: datetime) -> Iterable[object]:
    yield words.clean(row.source)
    yield words.clean(row.reason)
    yield _exact(row.refused_count)
    yield words.when(row.last_refused_at, site.site.zone, now)
    yield words.clean(row.sentence, 400)


def _exact(number: object) -> str:
    known = words.known(number)
    return words.UNKNOWN if known is None else f"{known:,.0f}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    head = _join(Markup("<th>{}</th>").format(text) for text in heads)
    body = _join(Markup("<tr>{}</tr>").format(_join(_cell(value) for value in row)) for row in rows)
    return Markup('<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>').format(
        head, body
    )


def _cell(value: object) -> Markup:
    return Markup('<td dir="auto">{}</td>').format(value)


def _list(items: Iterable[object]) -> Markup:
    return Markup("<ul>{}</ul>").format(_join(Markup("<li>{}</li>").format(item) for item in items))


def _join(parts: Iterable[object]) -> Markup:
    return Markup("").join(escape(part) for part in parts)
