"""What a served house does on the clock: its sources, the frames, the site file, the night's work, the snapshot."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from jobs.clockwork import Clockwork
from jobs.house import House

LOOK_AT_SITE_FILE = timedelta(seconds=2)
LOOK_AT_FRAMES = timedelta(seconds=0.5)
LOOK_FOR_SNAPSHOT = timedelta(seconds=30)
LOOK_FOR_HOLIDAYS = timedelta(hours=1)
"""How soon an address that failed is asked again; one that answered rests for most of a day."""

LOOK_AHEAD = timedelta(minutes=1)
"""How often it is seen whether alerts can have moved."""


def set_going(house: House, clockwork: Clockwork) -> None:
    """Hang the house's jobs on the clock: its sources, the frames, the site file."""

    def keep_sources() -> None:
        clockwork.keep_sources(
            {name: (one.every, partial(house.poll, name), one.is_pushed) for name, one in house.live.items()}
        )

    def reread() -> None:
        if house.reread():
            keep_sources()

    keep_sources()
    clockwork.every("frames", LOOK_AT_FRAMES, house.frames.step, screens=True)
    clockwork.every("site file", LOOK_AT_SITE_FILE, reread, screens=True)
    clockwork.nightly("retention", house.served.site.site.zone, house.retain)
    clockwork.every("snapshot", LOOK_FOR_SNAPSHOT, house.snapshots.step)
    clockwork.nightly("roster", house.served.site.site.zone, house.keep_roster)
    clockwork.nightly("promises", house.served.site.site.zone, house.keep_promises)
    clockwork.every("holidays", LOOK_FOR_HOLIDAYS, house.fetch_holidays)
    clockwork.nightly("staffing", house.served.site.site.zone, house.keep_staffing)
    clockwork.every("alerts", LOOK_AHEAD, house.look_ahead)
