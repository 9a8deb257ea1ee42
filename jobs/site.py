"""A site file as the jobs need it: its sources with their connectors made, its panels with somebody to draw them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from config import ConfigError, Problem, Site, Source, load_site
from config.errors import explain, unknown
from config.secrets import secret
from connectors.contract import Misconfigured, Setup
from connectors.registry import source_kinds
from jobs.calendars import FIRST
from jobs.clockwork import next_moment
from jobs.collect import LiveSource
from jobs.feeds import feeds_by_file, read_file
from jobs.ical import NotACalendar
from jobs.rosters import roster_faults
from layouts.panels import panel_kinds
from queries.ledger import SourceFacts

_TEXT = "text"  # the kind of panel that shows its `text`


def live_sources(site: Site) -> tuple[list[LiveSource], list[Problem]]:
    """Every source of the site file with its connector made, and what is wrong with those that could not be."""
    kinds, live, problems = source_kinds(), [], []
    for source in site.source:
        where = f"source.{source.name}"
        if source.kind not in kinds:
            problems.append(Problem(f"{where}.kind", unknown("kind", source.kind, kinds)))
            continue
        made = kinds[source.kind]
        try:
            options = made.Options.model_validate(source.options)
            connector = made(_setup(site, source, options))
            live.append(
                LiveSource(
                    source.name,
                    source.kind,
                    source.source_class,
                    source.every,
                    source.stale_after,
                    connector,
                    source.allow_identity_link,
                    source.allow_private_addresses,
                )
            )
        except ValidationError as error:
            problems += explain(error, made.Options, ["source", source.name], beside=Source.own_keys())
        except Misconfigured as error:
            problems.append(Problem(where, str(error)))
    return live, problems


def _setup(site: Site, source: Source, options: object) -> Setup:
    terms = tuple(dict.fromkeys(term for brand in site.brand for term in brand.terms))
    return Setup(
        source.name,
        options,
        site.base,
        source.source_class,
        source.every.total_seconds(),
        _terms_of(site),
        terms,
        secret,
    )


def source_facts(site: Site) -> list[SourceFacts]:
    """What the warehouse must know of each source of the site file."""
    return [
        SourceFacts(
            source=source.name,
            kind=source.kind,
            every=source.every,
            stale_after=source.stale_after,
            silent_after=source.silent_after,
            retention_days=source.retention_days,
            options_hash=hashlib.blake2b(repr(sorted(source.options.items())).encode(), digest_size=8).hexdigest(),
        )
        for source in site.source
    ]


def checked_site(path: Path, now: datetime | None = None) -> tuple[Site, list[LiveSource]]:
    """Read a site file whole: its own words, its sources' options, its panels' kinds. Raises ConfigError.

    With `now` (aware) its roster is judged, too, as it will be from then on; whoever keeps rosters does that anyhow.
    """
    site = load_site(path)
    live, problems = live_sources(site)
    problems += panel_problems(site)
    problems += snapshot_problems(site)
    problems += holiday_problems(site)
    problems += roster_faults(site, None, now) if now else ()
    if problems:
        raise ConfigError(str(path), problems)
    return site, live


def _terms_of(site: Site) -> str:
    """What brands are found by, in short: when it changes, files already taken in are looked through again."""
    said = [(brand.name, sorted(brand.terms), sorted(brand.not_terms)) for brand in site.brand]
    return hashlib.blake2b(repr(sorted(said)).encode(), digest_size=8).hexdigest()


def snapshot_problems(site: Site) -> list[Problem]:
    """A crontab line nobody can read, or that never comes round."""
    if site.snapshot is None:
        return []
    try:
        found = next_moment(site.snapshot.cron, site.site.zone, datetime(2026, 1, 1, tzinfo=UTC))
    except ValueError as error:
        return [Problem("snapshot.cron", str(error))]
    return [] if found else [Problem("snapshot.cron", f'"{site.snapshot.cron}" never comes round')]


def holiday_problems(site: Site) -> list[Problem]:
    """iCalendar files that are not there, cannot be read, or hold no holiday."""
    problems = []
    for where, file in feeds_by_file(site):
        try:
            read_file(file, FIRST)
        except NotACalendar as error:
            problems.append(Problem(where, str(error)))
    return problems


def panel_problems(site: Site) -> list[Problem]:
    """Panels of a kind nobody draws, with a measure their kind does not know, or without the text they need."""
    kinds, problems = panel_kinds(), []
    for name, panel in site.panel.items():
        if panel.kind not in kinds:
            problems.append(Problem(f"panel.{name}.kind", unknown("kind", panel.kind, kinds)))
        elif panel.measure is not None and panel.measure not in kinds[panel.kind].measures:
            known = kinds[panel.kind].measures
            sentence = unknown("measure", panel.measure, known) if known else f"a {panel.kind} panel takes no measure"
            problems.append(Problem(f"panel.{name}.measure", sentence))
        if (panel.text is None) == (panel.kind == _TEXT):
            sentence = (
                "is missing; write what the card says" if panel.text is None else f"a {panel.kind} panel takes no text"
            )
            problems.append(Problem(f"panel.{name}.text", sentence))
    return problems
