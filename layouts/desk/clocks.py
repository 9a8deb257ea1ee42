"""The words of the view "service": which clocks there are, how they stand, and which of them are meant."""

from __future__ import annotations

from collections.abc import Mapping

METRICS: Mapping[str, str] = {"frt": "first response", "nrt": "next response", "resolution": "resolution"}
SET_ASIDE = ("acknowledged", "declined", "merged", "unknown")
CLOCK_STATES = ("met", "breached", "at_risk", "on_track", "paused", *SET_ASIDE, "excluded")
"""How a clock stands, see docs/promises.md."""

RUNNING = ""
"""Stands among outcomes for a clock that nothing has stopped yet."""

OUTCOMES = ("answered", "resolved", "unanswered", *SET_ASIDE, "excluded", RUNNING)
CAUSES = (
    "nobody on shift",
    "backlog above capacity",
    "reassigned or unowned",
    "calendar or policy change",
    "slow reply",
)
BANDS = ("under 50", "50 to 75", "75 to 100", "100 to 200", "over 200")
"""How much of its target a clock has used, in percent."""

COHORTS: Mapping[str, str] = {
    "due": "due in the window",
    "started": "started in the window",
    "promised": "publicly due in the window",
    "running": "running now",
    "last15": "due in the last 15 minutes",
    "last60": "due in the last 60 minutes",
    "last360": "due in the last 6 hours",
    "ahead1": "due in the next hour",
    "ahead2": "due in the second hour from now",
    "ahead3": "due in the third hour from now",
    "ahead4": "due in the fourth hour from now",
}
"""Which clocks are meant: the words begin "clocks"."""

DUE: Mapping[str, str] = {
    "": "",
    "overdue": "overdue",
    "15m": "due within 15 minutes",
    "30m": "due within 30 minutes",
    "60m": "due within 60 minutes",
    "later": "due later",
    "paused": "paused",
}
"""Of the running ones: how soon they are due, by the clock on the wall."""

KEPT: Mapping[str, str] = {"": "", "yes": "public promise kept", "no": "public promise broken"}
GROUPS: Mapping[str, str] = {
    "track": "Track",
    "metric": "Promise",
    "brand": "Brand",
    "owner": "Owner",
    "platform": "Platform",
}
"""What promises are told apart by."""
