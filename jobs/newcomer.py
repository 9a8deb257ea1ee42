"""The first five minutes: ask for a brand and a first source, write a site file, show what its rows would become."""

from __future__ import annotations

import glob
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

from config import ConfigError
from config.errors import unknown
from config.newsite import NewSource, site_text
from connectors.contract import ConnectorError
from connectors.files.guess import Guess, guess, time_form
from connectors.records import Mention
from jobs.collect import LiveSource
from jobs.lent import looking
from jobs.report import row_event
from jobs.site import checked_site
from jobs.understand import Understanding
from layouts import terminal

SHOWN = 20
_A_MINUTE = timedelta(minutes=1)
Ask = Callable[[str], str]


def init(path: Path, now: Callable[[], datetime], ask: Ask = input, say: Callable[[str], None] = print) -> int:
    """Ask, write the site file at `path`, show up to 20 rows as they would become. Gives the exit code."""
    if path.exists():
        say(f"{path} is already there; name another with --config, or edit that one")
        return 2
    try:
        brand = _required(ask, say, "Which brand do you listen for? ")
        terms = _terms(ask, brand)
        zone = _zone(ask, say)
        source = _source(ask, say, zone, path.parent)
    except EOFError:
        say("init asks questions: run it in a terminal, or copy config/example/site.toml and edit it")
        return 2
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(site_text(brand, terms, zone, source), encoding="utf-8")
    say(f"Wrote {path}.")
    _show(path, now, say)
    say(f"Next: python app.py --config {path} check, then python app.py --config {path} serve")
    return 0


def _required(ask: Ask, say: Callable[[str], None], question: str) -> str:
    while not (answer := ask(question).strip()):
        say("An answer is needed here.")
    return answer


def _terms(ask: Ask, brand: str) -> list[str]:
    guessed = [brand.lower(), "@" + "".join(brand.lower().split())]
    answer = ask(f"By which words is it found, with commas between? [{', '.join(guessed)}] ").strip()
    return [term.strip() for term in answer.split(",") if term.strip()] or guessed


def _zone(ask: Ask, say: Callable[[str], None]) -> str:
    while True:
        answer = ask("In which time zone does the desk work, such as Europe/Berlin? [UTC] ").strip() or "UTC"
        if answer in available_timezones():
            return answer
        say(unknown("time zone", answer, available_timezones()))


def _source(ask: Ask, say: Callable[[str], None], zone: str, base: Path) -> NewSource | None:
    """The first source; None when there is none yet."""
    while True:
        pattern = ask("Which files hold posts, such as data/*.csv? [none yet] ").strip()
        if not pattern:
            return None
        found = sorted(glob.glob(str(base / pattern)))
        if not found:
            say(f"No file matches {pattern} (looked in {base.resolve()}).")
            continue
        try:
            guessed = guess(Path(found[0]), zone)
            break
        except ConnectorError as error:
            say(str(error))
    columns = _columns(ask, say, guessed)
    platform = "" if "platform" in columns else ask("Which platform are they from? [twitter] ").strip() or "twitter"
    form, needs_zone = time_form(Path(found[0]), columns["published_at"], zone)
    return NewSource(pattern, platform, columns, form, zone if needs_zone else None)


def _columns(ask: Ask, say: Callable[[str], None], guessed: Guess) -> dict[str, str]:
    """The guess, with what could not be guessed asked for."""
    say("Columns: " + ", ".join(f"{ours} = {theirs}" for ours, theirs in guessed.columns.items()))
    columns = dict(guessed.columns)
    for ours, meaning in (("published_at", "the time"), ("text", "the text")):
        while columns.get(ours) not in guessed.header:
            columns[ours] = _required(ask, say, f"Which column holds {meaning}? ({', '.join(guessed.header)}) ")
    return columns


def _show(path: Path, now: Callable[[], datetime], say: Callable[[str], None]) -> None:
    """The first rows of the new site file, as they would stand in the warehouse."""
    try:
        site, live = checked_site(path)
        understanding = Understanding(site.brand)
        for source in live:
            _show_source(source, understanding, now, say)
    except ConfigError as error:
        say(str(error))


def _show_source(
    source: LiveSource, understanding: Understanding, now: Callable[[], datetime], say: Callable[[str], None]
) -> None:
    try:
        # a clock far enough ahead that a file just copied counts as complete
        look = looking(source, lambda: now() + _A_MINUTE)
        batch = next((batch for batch in source.connector.read(look, None, now()) if batch.raw), None)
    except ConnectorError as error:
        say(str(error))
        return
    if batch is None:
        say("No complete file could be read yet; run check in a moment.")
        return
    if not batch.records:
        say("Not one row could be taken; mend the site file as the first refusal says:")
    # a first source is asked for posts
    posts = [record for record in batch.records if isinstance(record, Mention)]
    understood = understanding.rows(posts)
    for refused in batch.refused[:3]:
        say(f"refused ({refused.reason}): {refused.sentence}")
    if understood.unmatched:
        say(f"{understood.unmatched:,} of the first {len(posts):,} posts name no measured brand")
    if understood.rows:
        terminal.show_rows([row_event(row) for row in understood.rows[:SHOWN]])
