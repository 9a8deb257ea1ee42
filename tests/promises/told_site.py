"""A site with promises, its cases and their clocks, as explanations are made of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from layouts.explain.clocks import Where
from layouts.explain.told import Told, told
from queries.answers import Answers
from queries.ledger import Ledger
from queries.rows import EventRow
from tests.promises.keeping import promise, site_of
from tests.rows import case, event, keep

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
SITE = """
[site]
name = "Test desk"
timezone = "Europe/Berlin"

[[brand]]
name = "Aurora"
terms = ["aurora"]

[calendar.berlin]
timezone = "Europe/Berlin"
special = { "2025-12-24" = ["09:00-13:00"] }

[calendar.berlin.open]
mon = ["09:00-18:00"]
tue = ["09:00-18:00"]
wed = ["09:00-18:00"]
thu = ["09:00-18:00"]
fri = ["09:00-18:00"]

[calendar.berlin.holidays]
country = "DE"
subdiv = "ST"

[calendar.nights]
timezone = "Europe/Berlin"
open = { mon = ["22:00-06:00"], tue = ["22:00-06:00"] }

[calendar.both]
union = ["berlin", "nights"]

[calendar.always]
always = true

[track.care]
calendar = "always"
nrt = "4h"

[[track.restore]]
calendar = "berlin"
frt = "4h"
resolution = "8h"
[track.restore.priority.high]
frt = "30m"

[[track.restore]]
from = 2025-10-01
calendar = "berlin"
frt = "2h"
resolution = "8h"
[track.restore.priority.high]
frt = "1h"

[track.night]
calendar = "both"
frt = "1h"

[sla]
default_track = "care"
"""


def there(words: str, text: str = SITE, nth: int = 1) -> str:
    """Where words stand in a site file the nth time, as it is cited."""
    found = [number for number, one in enumerate(text.splitlines(), 1) if words in one]
    return f"(site.toml line {found[nth - 1]})"


def tell(ledger: Ledger, opened_at: datetime, *events: EventRow, text: str = SITE, **more: Any) -> None:
    """A desk that promises what `text` says, with the case x:1 and what happened to it; `posts` are kept with it."""
    promise(ledger.warehouse, text, now=LONG_AGO)
    about = case(1, opened_at=opened_at, **{"track": "restore", **{key: more[key] for key in more if key != "posts"}})
    keep(ledger, *more.get("posts", ()), cases=[about], events=events, now=LONG_AGO)


def happened(kind: str, at: datetime, actor_kind: str = "human", **more: Any) -> EventRow:
    """Something that happened to x:1, done by a human if nothing is said."""
    return event(1, kind, happened_at=at, actor_kind=actor_kind, event_id=f"{kind} {at} {more}", **more)


def explained(answers: Answers, now: datetime, text: str = SITE, case_id: str = "x:1") -> dict[str, Told]:
    """The clocks of a case by title, by the rules of a site file."""
    about = {"case_id": case_id}
    ever = {"since": LONG_AGO, "until": datetime(2200, 1, 1, tzinfo=UTC)}

    def ask(question: str, **given: Any) -> Any:
        return answers.ask(question, given, now).frame

    facts = ask("case_facts", **about)
    item = facts["item_id"].iloc[0]
    tables = {
        "facts": facts,
        "clocks": ask("sla_clocks", **ever, case_ids=[case_id]),
        "parts": ask("explain_clock", **about),
        "policies": ask("policies"),
        "events": ask("case_timeline", **about),
        "talk": ask("conversation", item_id=item if isinstance(item, str) else ""),
    }
    shown = told(tables, Where(site_of(text), "site.toml", text, now))
    return {one.title: one for one in shown}
