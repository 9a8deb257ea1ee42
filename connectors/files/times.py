"""Their time -> one instant in UTC.

A format is a strptime pattern or one of FORMATS. Patterns are compiled to a regular expression once: five times
faster than strptime, and English month names whatever the host's locale. The zone is the one in the text, else the
mapping's; without either there is no instant and the row is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from connectors.files.problems import Unreadable, nearest, shown

FORMATS = ("iso", "epoch", "epoch_ms", "excel")
"""The formats that have a name; every other one is a strptime pattern."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nobody posted before; an earlier date is a misread one."""

Parse = Callable[[str], datetime]

_MONTH_NAMES = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAY_NAMES = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = {name[:3]: number for number, name in enumerate(_MONTH_NAMES.split("|"), 1)}
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "j": r"(?P<j>\d{1,3})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,9})",
    "p": r"(?P<p>[ap]m)",
    "b": rf"(?P<b>{'|'.join(_MONTHS)})",
    "B": rf"(?P<B>{_MONTH_NAMES})",
    "a": rf"(?:{'|'.join(day[:3] for day in _DAY_NAMES.split('|'))})",
    "A": rf"(?:{_DAY_NAMES})",
    "z": r"(?P<z>z|[+-]\d\d:?\d\d(?::?\d\d)?)",
    "Z": r"(?P<Z>utc|gmt|z)",
    "%": "%",
}
_ISO_SHAPE = re.compile(
    r"\d{4}-?\d\d-?\d\d(?:[T ]\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?(?:\s*(?:z|utc|gmt|[+-]\d\d(?::?\d\d)?))?)?$",
    re.IGNORECASE | re.ASCII,
)
_DIGITS = ((9, 11, "epoch"), (12, 14, "epoch_ms"), (5, 5, "excel"))
_ISO_ZONE = re.compile(r"\s+(?=[+-]\d\d(?::?\d\d)?$)")
_ISO_ZULU = re.compile(r"\s*(?:utc|gmt|z)$", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d*)?$", re.ASCII)
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)


class _WrongForm(ValueError):
    """The text is not written as the format says; a plain ValueError means it is, and no such moment exists."""


def check_format(pattern: str) -> str:
    """Give `pattern` back when times can be read by it. Raises ValueError with a sentence."""
    if pattern in FORMATS:
        return pattern
    if "%" not in pattern:
        guess = nearest(pattern, FORMATS) or "iso"
        raise ValueError(f'{shown(pattern)} is no time format; write "{guess}", or a pattern such as "%d/%m/%Y %H:%M"')
    _regex(pattern)
    return pattern


def compile_time(pattern: str, zone: str | None) -> Callable[[str | datetime], datetime]:
    """A function from their time, a text or a datetime that came typed, to aware UTC. It raises Unreadable.

    `pattern` has passed check_format; `zone` is the IANA zone of times that name none.
    """
    parse = _parser(pattern)
    local = ZoneInfo(zone) if zone else None

    # Exports at minute resolution repeat their times, and sorted ones repeat them in a row.
    @lru_cache(maxsize=8192)
    def instant(text: str) -> datetime:
        try:
            moment = parse(text)
        except _WrongForm:
            raise Unreadable("unreadable_time", _wrong_form(text, pattern)) from None
        except (ValueError, OverflowError, OSError):
            raise _no_moment(text, pattern) from None
        return _placed(moment, local, text)

    def read(value: str | datetime) -> datetime:
        return instant(value.strip()) if isinstance(value, str) else _placed(value, local, value.isoformat(" "))

    return read


def _wrong_form(text: str, pattern: str) -> str:
    number, _, _ = text.partition(".")
    numeric = (form for least, most, form in _DIGITS if number.isdecimal() and least <= len(number) <= most)
    hint = next((form for form in numeric if form != pattern), "%d/%m/%Y %H:%M")
    return f'the time reads {shown(text)}, which is not "{pattern}"; write the format it has, such as "{hint}"'


def _no_moment(text: str, pattern: str = "") -> Unreadable:
    as_format = f'read as "{pattern}" ' if pattern else ""
    return Unreadable("impossible_date", f"the time is {shown(text)}, and {as_format}there is no such moment")


def _placed(moment: datetime, local: tzinfo | None, text: str) -> datetime:
    try:
        return moment.astimezone(UTC) if moment.tzinfo is not None else _at_home(moment, local, text)
    except OverflowError:  # the years 1 and 9999 have zones that lead out of the calendar
        raise _no_moment(text) from None


def _at_home(moment: datetime, local: tzinfo | None, text: str) -> datetime:
    if local is None:
        sentence = f'the time {shown(text)} names no zone; add timezone = "Europe/London", or wherever it was written'
        raise Unreadable("time_without_zone", sentence)
    # fold=0: of an hour that comes twice the first is meant. An hour the clocks skip does not survive the way back.
    instant = moment.replace(tzinfo=local, fold=0).astimezone(UTC)
    if instant.astimezone(local).replace(tzinfo=None, fold=0) != moment:
        sentence = f"the clocks in {local} were put forward over {shown(text)}: that hour never was"
        raise Unreadable("impossible_date", sentence)
    return instant


def _parser(pattern: str) -> Parse:
    named: dict[str, Parse] = {
        "iso": _iso,
        "epoch": lambda text: datetime.fromtimestamp(_number(text), UTC),
        "epoch_ms": lambda text: datetime.fromtimestamp(_number(text) / 1000, UTC),
        "excel": _excel,
    }
    return named.get(pattern) or _patterned(pattern)


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        if not _ISO_SHAPE.match(text):
            raise _WrongForm from None
    return datetime.fromisoformat(_ISO_ZONE.sub("", _ISO_ZULU.sub("+00:00", text)))


def _number(text: str) -> float:
    if not _NUMBER.match(text):
        raise _WrongForm
    return float(text)


def _excel(text: str) -> datetime:
    # Serial days are floats of about a tenth of a microsecond; what people typed were whole seconds.
    return (_EXCEL_EPOCH + timedelta(seconds=round(_number(text) * 86400))).replace(tzinfo=None)


def _regex(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    seen: list[str] = []
    for directive, blank, literal in re.findall(r"%(.?)|(\s+)|(.)", _expanded(pattern), re.DOTALL):
        if blank or literal:
            parts.append(r"\s+" if blank else re.escape(literal))
            continue
        if directive not in _DIRECTIVES or directive in seen:
            raise ValueError(f'the time format {shown(pattern)} has "%{directive}", which cannot be read here')
        seen.append(directive)
        parts.append(_DIRECTIVES[directive])
    for what, any_of in (("year", "Yy"), ("month", "mbBj"), ("day", "dj")):
        if not set(any_of) & set(seen):
            raise ValueError(f"the time format {shown(pattern)} has no {what}")
    if ("p" in seen) != ("I" in seen):
        raise ValueError(f"the time format {shown(pattern)} needs %I and %p together")
    return re.compile("".join(parts), re.IGNORECASE | re.ASCII)


def _expanded(pattern: str) -> str:
    return pattern.replace("%T", "%H:%M:%S").replace("%F", "%Y-%m-%d").replace("%D", "%m/%d/%y").replace("%R", "%H:%M")


def _patterned(pattern: str) -> Parse:
    match = _regex(pattern).fullmatch

    def parse(text: str) -> datetime:
        found = match(text)
        if found is None:
            raise _WrongForm
        part = found.groupdict(default="")
        year, month, day = _date(part)
        micro = int(f"{part.get('f', ''):0<6}"[:6])
        hour, minute, second = _hour(part), int(part.get("M") or 0), int(part.get("S") or 0)
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=_zone(part))

    return parse


def _date(part: dict[str, str]) -> tuple[int, int, int]:
    # Two digits as POSIX reads them: 69 to 99 are the last century.
    year = int(part["Y"]) if "Y" in part else int(part["y"]) + (1900 if int(part["y"]) > 68 else 2000)
    if "j" in part:
        day = datetime.strptime(f"{year} {part['j']}", "%Y %j").replace(tzinfo=UTC)
        return year, day.month, day.day
    if "m" in part:
        return year, int(part["m"]), int(part["d"])
    return year, _MONTHS[(part.get("b") or part["B"])[:3].lower()], int(part["d"])


def _hour(part: dict[str, str]) -> int:
    if "I" not in part:
        return int(part.get("H") or 0)
    hour = int(part["I"])
    if not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if part["p"].lower() == "pm" else 0)


@lru_cache(maxsize=256)
def _offset(text: str) -> timezone:
    digits = text[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:] or 0))
    return timezone(-span if text[0] == "-" else span)


def _zone(part: dict[str, str]) -> tzinfo | None:
    offset = part.get("z")
    if offset:
        return UTC if offset in "zZ" else _offset(offset)
    return UTC if part.get("Z") else None
