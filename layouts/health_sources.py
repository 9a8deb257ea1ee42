"""The sources of the health page in plain words: what is wrong first, what to do about it, then how each stands."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from markupsafe import Markup

from layouts import blind, words
from layouts.panels.sources import ASKED, ORDER, is_scarce, quota, source_state

_STATES = {
    "failing": ("▲", "bad"),
    "disabled": ("×", "bad"),
    "waiting": ("■", "warn"),
    "late": ("■", "warn"),
    "stale": ("■", "warn"),
    "silent": ("■", "warn"),
    "never": ("○", "none"),
    "ok": ("✓", "ok"),
}
_MOST_SPANS = 8
_MOST_OFFSET = 60.0  # seconds between two clocks that nobody needs to mind
_SOURCE = Markup("""<article class="source {colour}">
<h3 dir="auto"><span class="state {colour}">{shape} {state}</span> {name} <span class="kind">{kind}</span></h3>
{notes}<dl class="facts">{facts}</dl>{spans}</article>
""")
_REFUSED = Markup("""<article class="refused"><h3 dir="auto">{source}</h3>{reasons}
<p class="calm">Try all of them again, once the cause is gone:</p><pre>{redrive}</pre></article>
""")
_REASON = Markup("""<div class="reason"><h4>{reason} <span class="count">{rows}</span></h4>
<p dir="auto">{sentence}</p><p class="calm" dir="auto">{place}</p><pre>{show}</pre></div>
""")


def source_articles(sources: pd.DataFrame, spans: pd.DataFrame, zone: ZoneInfo, now: datetime) -> Markup:
    """Every source, the worst first, from source_health and blind_spans."""
    if sources.empty:
        return Markup('<p class="calm">No source is named in the site file.</p>')
    moment = pd.Timestamp(now).tz_convert("UTC").tz_localize(None)
    stated = [(source_state(row, moment), row) for row in sources.itertuples()]
    stated.sort(key=lambda pair: ORDER.index(pair[0]))
    unseen = blind.spans_of(spans)
    return Markup("").join(_source(state, row, unseen, zone, now) for state, row in stated)


def _source(state: str, row: Any, unseen: list[blind.Blind], zone: ZoneInfo, now: datetime) -> Markup:
    shape, colour = _STATES[state]
    name = words.clean(row.source)
    mine = sorted((span for span in unseen if span.source == name), key=lambda span: span.since, reverse=True)
    return _SOURCE.format(
        shape=shape,
        colour=colour,
        state=state,
        name=name,
        kind=words.clean(row.kind),
        notes=_each(Markup('<p class="note" dir="auto">{}</p>'), ((note,) for note in _notes(state, row, zone, now))),
        facts=_each(Markup("<div><dt>{}</dt><dd>{}</dd></div>"), _facts(state, row, zone, now)),
        spans=_spans(mine, zone, now),
    )


def _notes(state: str, row: Any, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    """What is wrong and what to do, as sentences."""

    def said(moment: Any) -> str:
        return words.when(moment, zone, now)

    why = words.clean(row.sentence, 600)
    if state == "waiting":
        yield f"was asked to wait until {said(row.not_before_at)}, and is then read by itself"
        why = why.removeprefix(ASKED).lstrip(": ")
    if why:
        yield why
    if state == "disabled":
        yield (
            "To read it again, change one of its options in the site file: with other options it is tried anew. "
            "If it has ended for good, take it out of the site file."
        )
    if not pd.isna(row.blind_since_at):
        yield f"Blind since {said(row.blind_since_at)}: what is posted meanwhile is not seen, or comes later."
    if not pd.isna(row.silent_since_at):
        yield (
            f"Silence alarm since {said(row.silent_since_at)}: it is read, and has brought nothing new. Look whether "
            'its options still name the right place; "silent_after" in the site file says how long it may be quiet.'
        )
    if is_scarce(row):
        yield f'{quota(row, zone, now)}: a longer "every" in the site file asks less often.'
    yield from _clock(words.known(row.clock_offset_seconds))


def _clock(offset: float | None) -> Iterator[str]:
    if offset is not None and abs(offset) > _MOST_OFFSET:
        side = "ahead of" if offset > 0 else "behind"
        yield (
            f"Its server's clock is {blind.length(timedelta(seconds=abs(offset)))} {side} this machine's. Let this "
            "machine keep its time over the network (timedatectl set-ntp true), or posts look older or newer than "
            "they are."
        )


def _facts(state: str, row: Any, zone: ZoneInfo, now: datetime) -> Iterator[tuple[str, str]]:
    def said(moment: Any) -> str:
        return words.when(moment, zone, now)

    yield "Newest post", said(row.watermark_at)
    yield "Last read", said(row.last_success_at)
    yield "Last record", said(row.last_record_at)
    yield "Next read", "not any more" if state == "disabled" else said(row.next_run_at)
    if not pd.isna(row.history_wanted_at):
        yield "Past filled in", _history(row, now)
    lag = words.known(row.lag_seconds)
    yield "Lag", words.UNKNOWN if lag is None else blind.length(timedelta(seconds=max(lag, 0)))
    yield "Blind, 7 days", _times(words.known(row.gaps_count))
    if left := quota(row, zone, now):
        yield "Quota", left.replace(" requests left", "")
    if words.known(row.refused_count):
        yield "Refused", _rows(row.refused_count)


def _history(row: Any, now: datetime) -> str:
    """ "41 of 182 days": how much of its past a source has filled in, the newest days first."""
    moment = pd.Timestamp(now).tz_convert("UTC").tz_localize(None)
    filled, wanted = ((moment - at).days for at in (row.history_from_at, row.history_wanted_at))
    return f"all {words.plural(wanted, 'day')}" if filled >= wanted else f"{filled} of {words.plural(wanted, 'day')}"


def _times(number: float | None) -> str:
    return words.UNKNOWN if number is None else "never" if not number else words.plural(int(number), "time")


def _rows(number: object) -> str:
    known = words.known(number)
    return words.UNKNOWN if known is None else words.plural(int(known), "row")


def _spans(spans: list[blind.Blind], zone: ZoneInfo, now: datetime) -> Markup:
    if not spans:
        return Markup("")
    said = [blind.sentence(span, zone, now) for span in spans[:_MOST_SPANS]]
    more = len(spans) - len(said)
    said += [f"and {words.plural(more, 'more span')}: python app.py ask blind_spans"] if more else []
    return Markup('<ul class="spans">{}</ul>').format(
        _each(Markup('<li dir="auto">{}</li>'), ((line,) for line in said))
    )


def refused_articles(table: pd.DataFrame, file: object, zone: ZoneInfo, now: datetime) -> Markup:
    """What could not be taken, by source and reason, with the commands that show it whole and try it again."""
    if table.empty:
        return Markup('<p class="calm">Every row that came could be taken.</p>')
    hint = Markup('<p class="calm">Each command takes <code>--config {}</code> before "refused".</p>').format(file)
    rows = sorted(table.itertuples(), key=lambda row: words.clean(row.source))
    grouped = groupby(rows, key=lambda row: words.clean(row.source))
    return hint + Markup("").join(
        _REFUSED.format(
            source=source,
            reasons=Markup("").join(_reason(row, zone, now) for row in reasons),
            redrive=_command("redrive", source),
        )
        for source, reasons in grouped
    )


def _reason(row: Any, zone: ZoneInfo, now: datetime) -> Markup:
    reason = words.clean(row.reason)
    field, line = words.clean(row.field), words.known(row.last_line)
    place = ", line ".join(part for part in (words.clean(row.last_file), f"{line:.0f}" if line else "") if part)
    parts = (f"field {field}" if field else "", place, f"newest {words.when(row.last_refused_at, zone, now)}")
    return _REASON.format(
        reason=reason,
        rows=_rows(row.refused_count),
        sentence=words.clean(row.sentence, 400),
        place=" · ".join(part for part in parts if part),
        show=_command("show", words.clean(row.source), reason),
    )


def _command(what: str, source: str, reason: str = "") -> str:
    words_of = ["python", "app.py", "refused", what, "--source", source, *(["--reason", reason] if reason else [])]
    return shlex.join(words_of)


def _each(form: Markup, items: Iterable[tuple[str, ...]]) -> Markup:
    return Markup("").join(form.format(*item) for item in items)
