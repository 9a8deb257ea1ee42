"""What must not be read as feeling: @handles, links, addresses and the monitored names; and cutting into clauses."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from jobs.understand.brands import Span, email_spans

MASK = "_"

_LINK = re.compile(r"(?i:https?://|www\.)\S*")
_HANDLE = re.compile(r"@(?<!\w@)[\w@]+")
# A sentence ends at its mark or the line's end; a contrast turns to another subject within one.
_CUT = re.compile(
    r"[.!?…。！？]+(?=\s|$)|[;\n\r]+"
    r"|\b(?:but|while|whereas|however|although|though|yet|unlike|meanwhile|instead)\b"
)


def outside_spans(shape: str) -> list[Span]:
    """Where links, e-mail addresses and @handles stand."""
    handles = [match.span() for match in _HANDLE.finditer(shape)] + email_spans(shape) if "@" in shape else []
    return handles + [match.span() for match in _LINK.finditer(shape)] if _may_link(shape) else handles


def masked(shape: str, spans: Iterable[Span], start: int = 0, end: int | None = None) -> str:
    """The part of `shape` from `start` to `end`, each span in it replaced by one neutral word, spaces collapsed."""
    end = len(shape) if end is None else end
    pieces, at = [], start
    for left, right in sorted(spans):
        if right <= at or left >= end:
            continue
        pieces += [shape[at : max(left, at)], MASK]
        at = min(right, end)
    pieces.append(shape[at:end])
    return " ".join(" ".join(pieces).split())


def clauses(plain: str, whole: Iterable[Span]) -> list[Span]:
    """Sentences and contrasting clauses of a folded text, never cut inside one of the `whole` spans.

    The mark that ends a sentence stays with it; the word that opens a contrast goes with what it opens.
    """
    kept, edges = sorted(whole), [0]
    for match in _CUT.finditer(plain):
        edge = match.start() if match[0].isalpha() else match.end()
        if not any(left < edge < right for left, right in kept):
            edges.append(edge)
    edges.append(len(plain))
    return [(a, b) for a, b in itertools.pairwise(edges) if plain[a:b].strip()]


def _may_link(shape: str) -> bool:
    return "://" in shape or "www." in shape or "WWW." in shape
