"""The public promise as visitors read it, from the site file. What is promised inside the house is never looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from config import Site
from config.promises import METRICS, Track, in_order
from layouts import words

_SAID = {"frt": "We answer", "nrt": "each next answer", "resolution": "solved"}
Targets = dict[timedelta, list[str]]
_HOUR, _DAY = 3600, 86400
_NAMES = 60  # letters


def public_words(site: Site, day: date) -> list[str]:
    """What is promised to the public on a local day: "We answer within 2 hours", "solved within 3 days".

    The first response stands first. Where tracks differ, what follows says for whom it is. Nothing promised: [].
    """
    promised = dict(_promised(site, day))
    targets = {metric: _targets(metric, promised) for metric in METRICS}
    first, *more = [metric for metric in METRICS if targets[metric]] or [""]
    if not first:
        return []
    said = [_headline(first, list(targets[first])), *_for_whom(targets[first], len(promised))]
    return [*said, *(_sentence(metric, targets[metric], len(promised)) for metric in more)]


def _promised(site: Site, day: date) -> Iterator[tuple[str, Mapping[str, timedelta]]]:
    """Each track, and each of its priorities with a public promise of its own, and what it is promised."""
    for name, versions in site.track.items():
        track = _in_force(versions, day)
        if track is None:
            continue
        yield name, track.public
        for priority, its in track.priority.items():
            if its.public and {**track.public, **its.public} != track.public:
                yield f"{name} ({priority})", {**track.public, **its.public}


def _in_force(versions: tuple[Track, ...], day: date) -> Track | None:
    """The version of a track that counts on a day; None before the first."""
    begun = [one for one in in_order(versions) if (one.from_date or date.min) <= day]
    return begun[-1] if begun else None


def _targets(metric: str, promised: Mapping[str, Mapping[str, timedelta]]) -> Targets:
    """The targets of a metric, the shortest first, each with those it is for."""
    targets: Targets = {}
    for name, public in promised.items():
        if metric in public:
            targets.setdefault(public[metric], []).append(name)
    return dict(sorted(targets.items()))


def _headline(metric: str, targets: Sequence[timedelta]) -> str:
    """The one target, or the shortest and the longest."""
    most = f" to {target_said(targets[-1])}" if len(targets) > 1 else ""
    said = f"{_SAID[metric]} within {target_said(targets[0])}{most}"
    return said[0].upper() + said[1:]


def _for_whom(targets: Targets, everybody: int) -> list[str]:
    """Whom the headline is for; nothing to say where it is for all."""
    if len(targets) > 1:
        return [", ".join(f"{target_said(target)}: {_names(names)}" for target, names in targets.items())]
    return [f"for {_names(names)}" for names in targets.values() if len(names) < everybody]


def _sentence(metric: str, targets: Targets, everybody: int) -> str:
    """A further promise: "solved within 3 days", "each next answer within 1 hour (press), 4 hours (care)"."""
    is_for_all = sum(map(len, targets.values())) == everybody and len(targets) == 1
    parts = [f"{target_said(target)}{'' if is_for_all else f' ({_names(names)})'}" for target, names in targets.items()]
    return f"{_SAID[metric]} within {', '.join(parts)}"


def _names(names: list[str]) -> str:
    return words.clean(" and ".join(filter(None, (", ".join(names[:-1]), names[-1]))), _NAMES)


def target_said(target: timedelta) -> str:
    """A target in words: "45 seconds", "30 minutes", "2 hours", "3 days"."""
    seconds = int(target.total_seconds())
    for size, unit in ((_DAY, "day"), (_HOUR, "hour"), (60, "minute")):
        if seconds % size == 0 and (size < _DAY or seconds > _DAY):
            return words.plural(seconds // size, unit)
    return words.plural(seconds, "second")
