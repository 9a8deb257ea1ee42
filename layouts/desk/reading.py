"""Reading an address: what is understood counts, what is not becomes a sentence."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

MOST_VALUES = 100
LONGEST = 200
"""Characters of one value."""

LONGEST_SPAN = timedelta(days=3660)
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Reader:
    """Takes an address apart. `sentences` grows by one for each part nobody can use."""

    def __init__(self, given: Mapping[str, Sequence[str]], site: Any) -> None:
        self.sentences: list[str] = []
        self._site = site
        self._given = {key: [values] if isinstance(values, str) else list(values) for key, values in given.items()}

    def refuse_unknown_keys(self, known: Sequence[str]) -> None:
        """A sentence for each key that is no filter."""
        for key in self._given:
            if key not in known:
                self._say(f'"{key}" is not a filter', near(key, known))

    def refuse_foreign_keys(self, keys: Sequence[str], view: str) -> None:
        """A sentence for each key that says nothing in a view."""
        for key in keys:
            if key in self._given:
                self.sentences.append(f"{key} says nothing about {view}; it is left out")

    def values(self, key: str) -> tuple[str, ...]:
        """All values of a key, as they are; the empty one stands for unknown."""
        found = [one for one in dict.fromkeys(map(_whole, self._given.get(key, []))) if self._is_short(key, one)]
        if len(found) > MOST_VALUES:
            self.sentences.append(f"{key} is given {len(found)} times; the first {MOST_VALUES} are used")
        return tuple(found[:MOST_VALUES])

    def brands(self, given: Iterable[str]) -> tuple[str, ...]:
        """Brands as the site file spells them; others as they are."""
        known = {} if self._site is None else {brand.name.casefold(): brand.name for brand in self._site.brand}
        return tuple(known.get(one.casefold(), one) for one in given)

    def among(self, key: str, given: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
        """Those of `given` that are known words."""
        for one in given:
            if one not in known:
                self._say(f'{key} cannot be "{one}"', _listed(known))
        return tuple(one for one in given if one in known)

    def choice(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """The one value of a key among `known`, else the default, which is the first if nothing else is said."""
        usual = known[0] if default is None else default
        value = self._one(key)
        if value is None or value in known:
            return usual if value is None else value
        self._say(f'{key} cannot be "{value}"; {usual or "all"} is shown', _listed(known))
        return usual

    def text(self, key: str) -> str:
        """The one value of a key, "" when there is none."""
        value = unicodedata.normalize("NFC", self._one(key) or "").strip()
        return value if self._is_short(key, value) else ""

    def exact(self) -> tuple[datetime, datetime] | None:
        """since and until, when both are there and make a span; whole minutes, aware UTC."""
        since, until = self._moment("since"), self._moment("until")
        if "since" not in self._given and "until" not in self._given:
            return None
        if since is None or until is None:
            if ("since" in self._given) != ("until" in self._given):
                self.sentences.append("since and until only go together; write both, or a window")
            return None
        if until <= since:
            self.sentences.append("until must be at least a minute later than since; the usual window is shown")
            return None
        if until - since > LONGEST_SPAN:
            self.sentences.append("since and until are more than ten years apart; the usual window is shown")
            return None
        if "window" in self._given:
            self.sentences.append("window is left out, since since and until say it exactly")
        return since, until

    def _moment(self, key: str) -> datetime | None:
        value = self._one(key)
        if value is None:
            return None
        try:
            # a "+" in a web address arrives as a blank
            moment = datetime.fromisoformat(re.sub(r"(T.*) (\d\d:?\d\d)$", r"\1+\2", value))
            zone = UTC if self._site is None else self._site.site.zone
            aware = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
            if not EARLIEST <= aware < LATEST:
                raise ValueError(value)
        except (ValueError, OverflowError):
            self.sentences.append(f'{key} cannot be "{_cut(value)}"; write 2026-11-21T08:00Z, or 2026-11-21')
            return None
        return aware.replace(second=0, microsecond=0)

    def _one(self, key: str) -> str | None:
        given = self._given.get(key, [])
        if len(given) > 1:
            self.sentences.append(f"{key} is given {len(given)} times and takes one value; the first is used")
        return _whole(given[0]) if given else None

    def _is_short(self, key: str, value: str) -> bool:
        if len(value) > LONGEST:
            self.sentences.append(f"{key} has {len(value)} characters, of {LONGEST} at most; it is left out")
        return len(value) <= LONGEST

    def _say(self, what: str, hint: str) -> None:
        self.sentences.append(f"{what}; {hint}" if hint else what)


def near(word: str, known: Iterable[str]) -> str:
    """A hint at the known word most like it; "" when none is."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{found[0]}"?' if found else ""


def _listed(known: Sequence[str]) -> str:
    return "there is " + ", ".join(one or "nothing (for unknown)" for one in known)


def _whole(value: str) -> str:
    """Without what no database keeps: half a surrogate pair and NUL."""
    return re.sub(r"[\ud800-\udfff\0]", "\ufffd", value)


def _cut(value: str) -> str:
    return value if len(value) <= 40 else value[:40] + "…"
