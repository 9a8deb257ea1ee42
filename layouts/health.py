"""The house's own state as a plain page: whole without its script, so that it answers when everything else does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import pandas as pd
from markupsafe import Markup, escape

from config import Site
from layouts import words
from layouts.alerts import alerts_of
from layouts.health_alerts import ahead_section
from layouts.health_sources import refused_articles, source_articles
from layouts.nav import nav_markup
from layouts.snapshot.standing import Standing, told

_PAGE = Markup("""<!DOCTYPE html>
<html lang="en" class="health">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Health · {name}</title>
<link rel="icon" href="/_favicon.ico">
<link rel="stylesheet" href="/assets/fonts.css">
<link rel="stylesheet" href="/assets/health.css">
<script src="/assets/health.js" defer></script>
</head>
<body>
<header>{nav}<h1>{name}</h1>
<p id="renewed">Health at {now}, {zone}. It renews itself every ten seconds while nobody uses it.</p></header>
<main>
{problems}{ahead}
<section><h2>Sources</h2>{sources}</section>
<section id="refused"><h2>Refused rows</h2>{refused}</section>
<section><h2>Walls</h2>{walls}</section>
<section id="snapshot"><h2>Snapshot</h2>{snapshot}</section>
<section><h2>House</h2><dl class="house">{facts}</dl></section>
</main>
</body>
</html>
""")


def health_page(
    site: Site,
    *,
    file: object,
    problems: Sequence[object],
    is_current: bool,
    warehouse: str,
    revision: int,
    sources: pd.DataFrame,
    blind: pd.DataFrame,
    refused: pd.DataFrame,
    now: datetime,
    snapshot: Standing | None = None,
    alerts: pd.DataFrame | None = None,
    csrf: str = "",
) -> str:
    """The whole page as HTML. Everything handed in is escaped.

    `problems` are those of a changed site file. With `is_current` it is in use but for them; without, the last good
    one still is.
    `sources`, `blind` and `refused` are the answers of source_health, blind_spans over the last seven days and
    refused_rows; `snapshot` says how its making stands. `alerts` is the answer of that question, None when
    there is none; `csrf` is the token of the page's forms, "" for who may not acknowledge any. Times are shown in the
    site's zone.
    """
    zone = site.site.zone
    facts = (("Site file", file), ("Warehouse", warehouse), ("Revision", f"{revision:,}"))
    return str(
        _PAGE.format(
            nav=nav_markup("/health"),
            name=site.site.name,
            now=f"{now.astimezone(zone):%H:%M:%S}",
            zone=words.zone_name(zone),
            problems=_problems(file, problems, is_current),
            ahead=_ahead(alerts, site, now, csrf),
            sources=source_articles(sources, blind, zone, now),
            refused=refused_articles(refused, file, zone, now),
            walls=_list(Markup('<a href="/wall/{0}">/wall/{0}</a>').format(name) for name in site.wall),
            snapshot=told(snapshot or Standing(), site),
            facts=Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, fact) for name, fact in facts),
        )
    )


def _ahead(alerts: pd.DataFrame | None, site: Site, now: datetime, csrf: str) -> Markup:
    if alerts is None:
        return Markup("")
    return ahead_section(alerts_of(alerts), site.site.zone, now, csrf=csrf, has_roster=site.has_roster)


def _problems(file: object, problems: Sequence[object], is_current: bool) -> Markup:
    if not problems:
        return Markup("")
    letter = "The site file {} has changed and cannot be used as it is. The last good one is in use."
    if is_current:
        letter = "The site file {} is in use, but for this:"
    return Markup('<section class="wrong"><h2>▲ Site file</h2><p>{}</p>{}</section>').format(
        letter.format(file), _list(str(problem) for problem in problems)
    )


def _list(items: Iterable[object]) -> Markup:
    listed = Markup("").join(Markup("<li>{}</li>").format(escape(item)) for item in items)
    return Markup("<ul>{}</ul>").format(listed)
