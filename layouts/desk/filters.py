"""What the desk is asked to show: one frozen value, read from an address and written back as one.

The address is the view: the same address gives the same filters, and the same filters always the same address.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from layouts.desk.clocks import BANDS, CAUSES, CLOCK_STATES, COHORTS, DUE, GROUPS, KEPT, METRICS, OUTCOMES
from layouts.desk.edges import edges
from layouts.desk.reading import Reader

UNKNOWN = ""
"""Stands in any list for what nobody knows: no language, no region, not judged."""

WINDOWS: Mapping[str, timedelta] = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
    "365d": timedelta(days=365),
}
WINDOW = "7d"
TICK = timedelta(minutes=1)
"""Windows end at a whole minute, as the questions round: what is asked twice in a minute is computed once."""

SENTIMENTS = ("negative", "neutral", "positive", UNKNOWN)
STATES = ("new", "assigned", "answered", "waiting", "resolved", "declined", "merged", "excluded")
OPEN_STATES = STATES[:4]
FIELDS: Mapping[str, str] = {
    "brand": "brands",
    "platform": "platforms",
    "language": "languages",
    "region": "regions",
    "sentiment": "sentiments",
    "media_type": "media_types",
    "source_class": "source_classes",
    "state": "states",
    "metric": "metrics",
    "track": "tracks",
    "owner": "owners",
    "outcome": "outcomes",
    "cause": "causes",
    "band": "bands",
}
"""Each dimension's word, in the address and in a breakdown, and the list it is filtered by."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "view": ("mentions", "cases", "service", "people"),
    "judge": ("watchfloor", "source"),
    "replied": ("", "yes", "no"),
    "by": tuple(GROUPS),
    "clocks": tuple(COHORTS),
    "due": tuple(DUE),
    "kept": tuple(KEPT),
}
OPENED = ("sort", "item", "case")
ABOUT = ("speaks", "place")  # what the view of people alone has: a language, a site of the roster
VOICE = ("language", "region", "sentiment", "media_type", "source_class", "text", "replied")
"""What says something of posts and cases, and nothing of promises."""

PROMISED = ("metric", "track", "owner", "outcome", "cause", "band", "by", "clocks", "due", "kept")
"""What says something of promises alone."""

_WORDS = {"metric": tuple(METRICS), "outcome": OUTCOMES, "cause": CAUSES, "band": BANDS, "sentiment": SENTIMENTS}


@dataclass(frozen=True, slots=True)
class Filters:
    """window      a key of WINDOWS; "" when since and until say it exactly
    since, until   aware UTC, whole minutes, until exclusive; both or neither
    lists          none of them means all; UNKNOWN in one means what is not known
    text           part of the post's text or the case's subject; upper and lower case are the same
    view           mentions, cases, service or people
    judge          whose sentiment counts: watchfloor (our model) or source
    states         of cases: see STATES; of clocks: see CLOCK_STATES
    replied        of cases only: "yes" with a public reply of a human, "no" without one, "" both
    metrics        of promises only: see METRICS; every number and row is of these
    by             of promises only: what they are told apart by, see GROUPS
    clocks         of promises only: which clocks are the rows, see COHORTS; and of those, how soon they are due (DUE),
                   whether the public promise was kept, and the lists tracks, owners, outcomes, bands, states, and
                   causes of those that were due
    sort           the table's order: a column, with "-" before it for descending; "" the table's own
    item, case     what stands open beside the table
    speaks, place  of people only: the language and the site of the roster its numbers are about; "" all of them

    What says nothing in its view is as it always is: a language in the view of promises, a track in that of mentions.
    """

    window: str = WINDOW
    since: datetime | None = None
    until: datetime | None = None
    brands: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sentiments: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    source_classes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    replied: str = ""
    text: str = ""
    view: str = "mentions"
    judge: str = "watchfloor"
    by: str = "track"
    clocks: str = "due"
    due: str = ""
    kept: str = ""
    sort: str = ""
    item: str = ""
    case: str = ""
    speaks: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        """Make what means the same the same: sorted lists, composed text, one way to say a window."""
        for name in FIELDS.values():
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        for key in foreign(self.view):
            object.__setattr__(self, FIELDS.get(key, key), () if key in FIELDS else CHOICES.get(key, ("",))[0])
        object.__setattr__(self, "causes", self.causes if self.clocks == "due" else ())
        object.__setattr__(self, "kept", self.kept if self.clocks == "promised" else "")
        object.__setattr__(self, "states", tuple(one for one in self.states if one in states_of(self.view)))
        object.__setattr__(self, "text", unicodedata.normalize("NFC", self.text).strip())
        if self.since is not None and self.until is not None:
            object.__setattr__(self, "window", "")
            object.__setattr__(self, "since", _minute(self.since))
            object.__setattr__(self, "until", _minute(self.until))
        elif self.window not in WINDOWS or self.since or self.until:
            raise ValueError("a window is one of WINDOWS, or both since and until")

    @classmethod
    def parse(cls, given: Mapping[str, Sequence[str]], site: Any = None) -> tuple[Self, list[str]]:
        """The filters an address asks for, and a sentence for each part of it that was not understood.

        given  the values of each key, as parse_qs(keep_blank_values=True) or Flask's request.args.to_dict(flat=False)
               give them
        site   a config.Site: its brands are known by any spelling of their case, and times without a zone are its own
        What is understood always counts, whatever stands beside it.
        """
        reader = Reader(given, site)
        reader.refuse_unknown_keys(["window", "since", "until", "text", *FIELDS, *CHOICES, *OPENED, *ABOUT])
        chosen: dict[str, Any] = {name: reader.values(key) for key, name in FIELDS.items()}
        chosen["brands"] = reader.brands(chosen["brands"])
        for key, known in CHOICES.items():
            chosen[key] = reader.choice(key, known)
        reader.refuse_foreign_keys(foreign(chosen["view"]), chosen["view"])
        for key, name, cohort in (("cause", "causes", "due"), ("kept", "kept", "promised")):
            if chosen[name] and chosen["clocks"] != cohort:
                reader.sentences.append(f"{key} goes with clocks={cohort} only; it is left out")
        for key, known in {**_WORDS, "state": states_of(chosen["view"])}.items():
            chosen[FIELDS[key]] = reader.among(key, chosen[FIELDS[key]], known)
        chosen |= {key: reader.text(key) for key in ("text", *OPENED, *ABOUT)}
        exact = reader.exact()
        chosen["window"] = "" if exact else reader.choice("window", tuple(WINDOWS), WINDOW)
        chosen["since"], chosen["until"] = exact or (None, None)
        return cls(**chosen), reader.sentences

    @classmethod
    def from_query(cls, query: str, site: Any = None) -> tuple[Self, list[str]]:
        """The same from an address's query, with or without its "?"."""
        return cls.parse(parse_qs(query.removeprefix("?"), keep_blank_values=True, max_num_fields=None), site)

    def strangers(self, site: Any) -> list[str]:
        """The brands it asks for that the site file does not name: looked for all the same, since it may have once."""
        return sorted(set(self.brands) - {UNKNOWN} - {brand.name for brand in site.brand})

    def query(self) -> str:
        """The canonical query, without "?": sorted, and without what is as it always is."""
        return urlencode(sorted(self.pairs()))

    def pairs(self) -> list[tuple[str, str]]:
        """Every key and value that differs from the default, in the address's words."""
        told = [(key, value) for key, name in FIELDS.items() for value in getattr(self, name)]
        if self.since is not None and self.until is not None:
            told += [("since", _written(self.since)), ("until", _written(self.until))]
        elif self.window != WINDOW:
            told.append(("window", self.window))
        told += [(key, getattr(self, key)) for key, known in CHOICES.items() if getattr(self, key) != known[0]]
        return told + [(key, getattr(self, key)) for key in ("text", *OPENED, *ABOUT) if getattr(self, key)]

    def toggled(self, field: str, value: str) -> Self:
        """The same with `value` of a dimension ("brand", "language") added, or taken away when it is there."""
        name = FIELDS.get(field, field)
        listed: tuple[str, ...] = getattr(self, name, ())
        kept = tuple(one for one in listed if one != value)
        return self._with(name, kept if value in listed else (*listed, value))

    def only(self, field: str, value: str) -> Self:
        """The same with `value` as the only one of a dimension: what a number that was clicked is made of."""
        return self._with(FIELDS.get(field, field), (value,))

    def within(self, since: datetime, until: datetime) -> Self:
        """The same between two instants: a bucket of the trend. Raises ValueError when that is less than a minute."""
        if _minute(until) <= _minute(since):
            raise ValueError("until must be at least a minute later than since")
        return replace(self, window="", since=since, until=until)

    def last(self, window: str) -> Self:
        """The same over one of WINDOWS, up to now."""
        return replace(self, window=window, since=None, until=None)

    def span(self, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From when (inclusive) until when (exclusive), aware UTC. A window of days begins at this time of day."""
        if self.since is not None and self.until is not None:
            return self.since, self.until
        until = _minute(now)
        days = WINDOWS[self.window].days
        if days <= 1:
            return until - WINDOWS[self.window], until
        return _minute((until.astimezone(zone) - timedelta(days=days)).astimezone(UTC)), until

    def before(self, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The window of the same length before it, which every *_before column counts."""
        since, until = self.span(now, zone)
        return since - (until - since), since

    def params(self, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
        """What every question about mentions is asked with."""
        since, until = self.span(now, zone)
        return {"since": since, "until": until, **self._chosen()}

    def edge_params(self, now: datetime, zone: ZoneInfo, week_starts: str = "monday") -> dict[str, Any]:
        """The same cut at the borders of local hours, days, weeks or months: for mentions_by_edge."""
        return {"edges": edges(*self.span(now, zone), zone, week_starts), **self._chosen()}

    def case_params(self, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
        """What every question about cases is asked with."""
        return {**self.params(now, zone), "states": list(self.states), "replied": self.replied}

    def case_edge_params(self, now: datetime, zone: ZoneInfo, week_starts: str = "monday") -> dict[str, Any]:
        """The same cut like edge_params: for cases_by_edge."""
        cut = self.edge_params(now, zone, week_starts)
        return {**cut, "states": list(self.states), "replied": self.replied}

    def promise_params(self, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
        """What every question about promises is asked with that looks at a window; most take `metrics` besides."""
        since, until = self.span(now, zone)
        return {"since": since, "until": until, "brands": list(self.brands), "platforms": list(self.platforms)}

    def clock_params(self, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
        """What clock_rows is asked with; causes and public promises are questions of their own."""
        lists = {name: list(getattr(self, name)) for name in (*_PICKED, "metrics") if name != "causes"}
        return {**self.promise_params(now, zone), **lists, "clocks": self.clocks, "due": self.due}

    def row_params(self, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
        """What the rows of its own view are asked with; that of people has none, and is a KeyError."""
        return {"mentions": self.params, "cases": self.case_params, "service": self.clock_params}[self.view](now, zone)

    def whole(self) -> Self:
        """The same with all the clocks of its window as rows, and nothing open beside them."""
        none: dict[str, Any] = dict.fromkeys(_PICKED, ())
        return replace(self, **none, clocks="due", due="", kept="", sort="", item="", case="")

    def _with(self, name: str, values: tuple[str, ...]) -> Self:
        if name not in FIELDS.values():
            raise KeyError(f'"{name}" is not a list of values; there is {", ".join(FIELDS)}')
        changed: dict[str, Any] = {name: values}
        return replace(self, **changed)

    def _chosen(self) -> dict[str, Any]:
        fields = ("brand", "platform", "language", "region", "sentiment", "media_type", "source_class")
        lists = {FIELDS[field]: list(getattr(self, FIELDS[field])) for field in fields}
        return {**lists, "text": self.text, "judge": self.judge}


_PICKED = ("states", "tracks", "owners", "outcomes", "causes", "bands")


def states_of(view: str) -> tuple[str, ...]:
    """The states that cases, or the clocks of promises, can be in."""
    return CLOCK_STATES if view == "service" else STATES


def foreign(view: str) -> tuple[str, ...]:
    """The keys of an address that say nothing in a view. That of people has no rows to choose, to sort or to open."""
    if view == "people":
        return (*VOICE, *PROMISED, "brand", "platform", "state", *OPENED)
    return (*ABOUT, *(VOICE if view == "service" else PROMISED))


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ")
