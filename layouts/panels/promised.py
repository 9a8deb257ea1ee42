"""What all panels of promises share: whether anything is promised, how groups are called, and when a number is thin."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from config import Site
from layouts import words
from layouts.panels.kind import Figure, Scope
from layouts.panels.lasting import lasted
from layouts.panels.platforms import UNKNOWN, title_of
from layouts.panels.quiet import quiet_figure

NO_PROMISE = "no promise is configured: write [track.NAME] in the site file"
NO_CASES = "no cases yet"
FEW = 10
"""Of fewer, a share is said to be of few, and is no verdict."""
_HOUR, _DAY = 3600, 86400
_LINE = 38  # letters
METRICS = {"frt": "first answer", "nrt": "next answer", "resolution": "resolution"}


def is_promised(site: Site) -> bool:
    """Whether the site file promises anything."""
    return bool(site.track)


def silence(scope: Scope) -> str:
    """The sentence for a panel that has nothing to be drawn from; "" when it has."""
    if not is_promised(scope.site):
        return NO_PROMISE
    return "" if scope.has_data else NO_CASES


def calm(sentence: str) -> Figure:
    """A figure that only says why it is empty, in lines that fit the narrowest card."""
    figure = quiet_figure("")
    figure["layout"]["annotations"][0]["text"] = "<br>".join(map(words.markup, wrap(sentence, _LINE)))
    return figure


def metric_title(metric: Any) -> str:
    """What a metric is called on the wall."""
    text = words.clean(metric)
    return METRICS.get(text, text) or UNKNOWN


def group_title(group: str, name: Any) -> str:
    """What a group of the questions about promises is called: its own name, or what a metric or nobody is called."""
    if group == "metric":
        return metric_title(name)
    if group == "platform":
        return title_of(name)
    if group == "all":
        return "All promises"
    return words.clean(name) or ("nobody" if group == "owner" else UNKNOWN)


def told_percent(share: Any) -> str:
    """A share in one piece: "93 %", a dash where it is not known."""
    text = words.percent(share)
    return text if text == words.UNKNOWN else f"{text} %"


def target_words(seconds: Any) -> str:
    """A target as it was promised: "45 min", "2 h", "24 h", "3 d"; a dash where it is not known."""
    whole = int(words.known(seconds) or 0)
    if whole and whole % _HOUR == 0 and (whole < 2 * _DAY or whole % _DAY):
        return f"{whole // _HOUR:,} h"
    return f"{whole // _DAY:,} d" if whole and whole % _DAY == 0 else lasted(seconds)


def iso_utc(moment: Any) -> str:
    """A table's instant as the page counts from it; "" where it is not known."""
    known = words.aware(moment)
    return known.isoformat().replace("+00:00", "Z") if known else ""
