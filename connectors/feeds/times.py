"""The dates of feeds, as instants. A date without a zone is no instant until somebody says which zone.

Read by ourselves: feedparser takes a date without a zone for UTC, an unknown zone for UTC, +0530 for +0500, a count of
seconds for a day in another year, and says nothing of it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from connectors.clean import Unusable, plausible, storable

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_HOURS = {
    "utc": 0, "ut": 0, "gmt": 0, "z": 0, "wet": 0, "cet": 1, "met": 1, "west": 1, "cest": 2, "mest": 2, "eet": 2,
    "eest": 3, "msk": 3, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "adt": -3, "ast": -4, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8,
}  # fmt: skip
"""The zones people write as a word and mean one thing by (RFC 822 for the American ones); BST and IST mean several."""

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
_RFC822 = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})[ -](?P<month>[a-z]{{3}})[a-z]*\.?[ -](?P<year>\d{{2}}|\d{{4}})"
    rf"(?:,?\s+{_CLOCK}\s*(?P<zone>\S.*)?)?",
    re.IGNORECASE,
)
_ASCTIME = re.compile(
    rf"[a-z]+,?\s+(?P<month>[a-z]{{3}})[a-z]*\s+(?P<day>\d{{1,2}}),?\s+{_CLOCK}\s+(?:(?P<zone>\S+)\s+)?(?P<year>\d{{4}})",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:etc/)?(?:utc|gmt)?([+-])(\d{1,2}):?(\d\d)?", re.IGNORECASE)


def instant(raw: str, zone: str | None, until: datetime, field: str = "published_at") -> datetime:
    """A feed's date in UTC, between 1990 and a day after `until`; `zone` is that of dates which name none.

    Raises Unusable: unreadable_time, time_without_zone or impossible_date.
    """
    text = " ".join(raw.split())[:200]
    read = _read(text)
    if read is None:
        raise Unusable(field, "unreadable_time", f"{field} is {_shown(text)}, which is not a date we can read")
    if read.tzinfo is None and zone is None:
        told = f"{field} is {_shown(text)}, which names no zone we know; write `timezone` in the source if you know it"
        raise Unusable(field, "time_without_zone", told)
    try:
        known = read if read.tzinfo or zone is None else read.replace(tzinfo=ZoneInfo(zone))
        return plausible(known.astimezone(UTC), until, field)
    except OverflowError:
        raise Unusable(field, "impossible_date", f"{field} is {_shown(text)}, where no post can be") from None


def optional_instant(raw: str | None, zone: str | None, until: datetime) -> datetime | None:
    """The same; None where there is no date or it cannot be used."""
    try:
        return instant(raw, zone, until) if raw and raw.strip() else None
    except Unusable:
        return None


def _read(text: str) -> datetime | None:
    """The date, with its zone where it names one we know."""
    try:
        if re.fullmatch(r"1\d{9}(\d{3})?", text, re.ASCII):
            return datetime.fromtimestamp(int(text[:10]), UTC)
        if re.match(r"\d{4}", text, re.ASCII):
            # a space before the zone, as databases write it, is not ISO 8601
            return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d|z$)", "", text, flags=re.IGNORECASE))
        found = _RFC822.fullmatch(text) or _ASCTIME.fullmatch(text)
        return _built(found) if found else None
    except (ValueError, OverflowError):
        return None


def _built(found: re.Match[str]) -> datetime:
    year = int(found["year"])
    if len(found["year"]) == 2:
        year += 1900 if year >= 90 else 2000
    month = _MONTHS.index(found["month"].lower()) + 1
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    # 23:59:60 is a second there is now and then; what it is called here is the last one before it
    return datetime(year, month, int(found["day"]), hour, minute, min(second, 59), tzinfo=_zone(found["zone"]))


def _zone(word: str | None) -> tzinfo | None:
    """The zone a date names at its end; None when it names none, or one that nobody knows."""
    # "-0500 (EST)": what stands in brackets is a comment
    name = re.sub(r"\s*\([^)]*\)$", "", word or "").lower().removeprefix("etc/")
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name]))
    found = _OFFSET.fullmatch(name)
    if not found:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-offset if found[1] == "-" else offset)


def _shown(text: str) -> str:
    return repr(storable(text)[:60])
