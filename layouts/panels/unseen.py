"""What a number lacks because nobody looked, in few letters for a subtitle."""

from __future__ import annotations

from datetime import timedelta

from layouts import blind
from layouts.panels.kind import Scope, Tables
from layouts.panels.platforms import title_of

_LONGEST = 40  # letters of a subtitle that may go to it


def unseen(window: timedelta, scope: Scope, tables: Tables, limit: int = _LONGEST) -> str:
    """ "blind 3 min on X": what the last `window` lacks; "" when it is whole. Read from the answer "blind".

    Where the platform's name would make it longer than `limit` letters, it is left out.
    """
    until = scope.moment.to_pydatetime()
    since = until - window
    told = blind.spans_of(tables["blind"]) if "blind" in tables else []
    spans = [span for span in told if span.since < until and (span.until is None or span.until > since)]
    lost = blind.seen_not(spans, since, until)
    if not lost:
        return ""
    kept = [blind.local(span.until, scope.zone) for span in spans if span.is_by_age and span.until]
    if len(kept) == len(spans):
        return f"kept since {max(kept).day} {max(kept):%b}"
    said = f"blind {blind.length(lost)}"
    names = {title_of(name) for span in spans for name in span.platforms}
    full = f"{said} on {names.pop()}" if len(names) == 1 else said
    return full if len(full) <= limit else said


def subtitle(window: timedelta, scope: Scope, tables: Tables, *parts: str) -> str:
    """The parts of a subtitle with dots between, and before them what is missing in it: an end may be cut off."""
    return " · ".join(part for part in (unseen(window, scope, tables), *parts) if part)
