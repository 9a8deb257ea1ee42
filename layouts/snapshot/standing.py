"""How the making of snapshots stands: what a command and /health say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from config import Site
from layouts import words
from layouts.snapshot.markup import tag
from layouts.snapshot.phrases import moment


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot that was just made. `html` is what was archived; `sentence` says where it is."""

    week: str
    inputs_hash: str
    is_new: bool
    html: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Standing:
    """week, made_at   the newest in the archive; None when there is none
    due_at           when the next is due; None when the site file has no [snapshot]
    error            why the one that is due has not been made
    retry_at         when it is tried again
    """

    week: str | None = None
    made_at: datetime | None = None
    due_at: datetime | None = None
    error: str | None = None
    retry_at: datetime | None = None


def told(standing: Standing, site: Site) -> Markup:
    """The section of /health. Times are in the site's zone."""
    zone, plan = site.site.zone, site.snapshot
    facts = [("Last made", "not yet")]
    if standing.week and standing.made_at:
        facts = [("Last made", f"{standing.week}, {moment(standing.made_at, zone)}")]
    if plan is None:
        facts.append(("Next due", "never: the site file has no [snapshot]"))
    else:
        due = moment(standing.due_at, zone) if standing.due_at else words.UNKNOWN
        facts += [("Next due", due), ("Written to", str((site.base / plan.folder).resolve()))]
    wrong = Markup("")
    if standing.error:
        again = f" It is tried again at {moment(standing.retry_at, zone)}." if standing.retry_at else ""
        sentence = f" The snapshot has not been made: {words.clean(standing.error)}.{again}"
        wrong = tag("p", tag("strong", "▲", class_="state bad"), sentence)
    pairs = Markup("").join(tag("dt", name) + tag("dd", fact) for name, fact in facts)
    return wrong + tag("dl", pairs, class_="house") + tag("p", tag("a", "All snapshots", href="/snapshot/all"))
