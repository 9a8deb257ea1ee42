"""Invented answers about people: who is on, what comes, and who takes over, worked out from a small roster.

`answers(roster)` gives the rows of every question the panels of people ask, as functions of its parameters; `toml` is
the same roster as a site file has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

Rows = list[dict[str, Any]]
Told = Mapping[str, Callable[[Mapping[str, Any]], Rows]]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORK = 6 / 60 / 0.85
"""Head hours a message takes: six minutes of work by somebody who is busy 85 % of the time."""


@dataclass(frozen=True)
class Crew:
    """One `[[shift]]`: times are local, "08:00"."""

    site: str
    zone: str
    heads: int
    start: str
    end: str
    days: tuple[str, ...] = WEEK
    languages: tuple[str, ...] = ("en",)
    team: str = "care"
    agents: tuple[str, ...] = ()
    on_call: bool = False

    def toml(self) -> str:
        """The table as a site file has it."""
        lists = {"days": self.days, "languages": self.languages, "agents": self.agents}
        told = [f"{key} = {list(value)}".replace("'", '"') for key, value in lists.items() if value]
        texts = {"site": self.site, "timezone": self.zone, "team": self.team, "start": self.start, "end": self.end}
        told += [f'{key} = "{value}"' for key, value in texts.items()] + [f"heads = {self.heads}"]
        return "\n".join(["[[shift]]", *told, *(["on_call = true"] if self.on_call else []), ""])

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """The shift that starts on a local day, as naive UTC; None where none does."""
        if WEEK[day.weekday()] not in self.days:
            return None
        start, end = (
            datetime.combine(day, time.fromisoformat(at), ZoneInfo(self.zone)) for at in (self.start, self.end)
        )
        if end <= start:
            end += DAY  # the same clock of the next day, however long the night is
        return start.astimezone(UTC).replace(tzinfo=None), end.astimezone(UTC).replace(tzinfo=None)


# nobody on Saturday from 22:00 until midnight in New York, and else always somebody
ROUND = (
    Crew("New York", "America/New_York", 6, "08:00", "22:00"),
    Crew("Berlin", "Europe/Berlin", 2, "06:00", "14:30"),
    Crew("Sydney", "Australia/Sydney", 3, "13:00", "17:00", WEEK[:6], ("en", "ja")),
)
# five sites: a hole from Saturday 16:30 in San Francisco to Sunday 09:00 in Bengaluru
GLOBE = (
    Crew("San Francisco", "America/Los_Angeles", 4, "08:00", "16:30", WEEK, ("en", "es"), agents=("Ada", "Ben")),
    Crew("New York", "America/New_York", 6, "07:00", "15:30", WEEK, ("en", "es", "fr", "pt")),
    Crew("London", "Europe/London", 5, "08:00", "16:30", WEEK[:6], ("en", "de", "fr", "pt")),
    Crew("Bengaluru", "Asia/Kolkata", 6, "09:00", "18:00", WEEK, ("en",)),
    Crew("Sydney", "Australia/Sydney", 3, "08:00", "16:00", WEEK[:6], ("en", "ja"), agents=("Kim", "Lou", "Mia")),
    Crew("London", "Europe/London", 1, "16:30", "08:00", WEEK, ("en",), team="lead", agents=("Noa",), on_call=True),
)


def toml(roster: Iterable[Crew]) -> str:
    """The roster as a site file has it."""
    return "\n".join(crew.toml() for crew in roster)


def stamp(moment: Any) -> pd.Timestamp:
    """A parameter, which is aware, as tables hold it."""
    return pd.Timestamp(moment).tz_convert(None)


def answers(roster: Sequence[Crew] = GLOBE) -> Told:
    """Every question the panels of people ask, answered from this roster."""
    house = House(tuple(roster))
    return {
        "coverage_slots": house.slots,
        "coverage_week": house.week,
        "coverage_gaps": house.gaps,
        "who_is_on": house.on,
        "next_handover": house.handovers,
        "baton": house.baton,
        "hours_of_service": house.service,
        "long_weekends": house.weekends,
    }


@dataclass(frozen=True)
class House:
    """A roster and a demand that follows the day."""

    roster: tuple[Crew, ...]

    def shifts(self, since: Any, until: Any, *, on_call: bool = False) -> list[tuple[Crew, Any, Any]]:
        """The shifts that touch a window of naive UTC, in the order of their start."""
        first, days = pd.Timestamp(since).date() - 2 * DAY, int((until - since) / DAY) + 5
        crews = [crew for crew in self.roster if crew.on_call == on_call]
        spans = [(crew, crew.on(first + n * DAY)) for crew in crews for n in range(days)]
        found = [(crew, pd.Timestamp(span[0]), pd.Timestamp(span[1])) for crew, span in spans if span]
        return sorted((one for one in found if one[1] < until and one[2] > since), key=lambda one: one[1])

    def least(self, since: Any, until: Any, site: str = "all", language: str = "all") -> int:
        """The fewest heads at any instant of a window."""
        shifts = [
            one
            for one in self.shifts(since, until)
            if site in ("all", one[0].site) and (language == "all" or language in one[0].languages)
        ]
        edges = {since, *(edge for _, start, end in shifts for edge in (start, end) if since <= edge < until)}
        return min(sum(crew.heads for crew, start, end in shifts if start <= edge < end) for edge in edges)

    def slots(self, params: Mapping[str, Any]) -> Rows:
        step, begin = params.get("slot_minutes", 15) * MINUTE, stamp(params["since"])
        times = [begin + n * step for n in range(math.ceil((stamp(params["until"]) - begin) / step))]
        sites = [*dict.fromkeys(crew.site for crew in self.roster), "all"]
        tongues = params.get("languages") or ["all"]
        return [
            self.slot(at, step, site, tongue, stamp(params["now"]))
            for at in times
            for site in sites
            for tongue in tongues
        ]

    def slot(self, at: Any, step: timedelta, site: str, language: str, now: Any) -> dict[str, Any]:
        heads = self.least(at, at + step, site, language)
        row = {"slot_at": at, "site": site, "language": language, "heads_count": heads, "staffed_agents": heads * 0.9}
        if site != "all":
            return row
        demand = wanted(at, step)
        needed = round(demand * WORK / (step / HOUR), 2)
        ahead = {"low_count": demand * 0.7, "high_count": demand * 1.5, "breached_count": 0.0} if at > now else {}
        net = heads * 0.9 - needed
        told = {"demand_count": demand, "required_agents": needed, "net_agents": net, "model": "deadline"}
        return row | told | ahead | {"is_forecast": at > now, "state": state(heads, heads * 0.9, needed)}

    def week(self, params: Mapping[str, Any]) -> Rows:
        begin, now = stamp(params["since"]), stamp(params["now"])
        rows = []
        for n in range(int((stamp(params["until"]) - begin).total_seconds() // 3600)):
            for tongue in params.get("languages") or ["all"]:
                row = self.slot(begin + n * HOUR, HOUR, "all", tongue, now)
                holes = [begin + n * HOUR + m * MINUTE for m in range(60)] if not row["heads_count"] else []
                missing = sum(not self.least(at, at + MINUTE, "all", tongue) for at in holes)
                kept = ("language", "heads_count", "staffed_agents", "demand_count", "required_agents", "state")
                rows.append(
                    {
                        "hour_at": row["slot_at"],
                        "site": "all",
                        "gap_minutes": missing,
                        **{key: row[key] for key in kept},
                    }
                )
        return rows

    def gaps(self, params: Mapping[str, Any]) -> Rows:
        """Nobody at all, and the languages of the roster that nobody speaks for a while."""
        now = stamp(params["now"])
        until = now + params.get("days", 14) * DAY
        spoken = sorted({tongue for crew in self.roster for tongue in crew.languages} - {"en"})
        return [row for tongue in ("all", *spoken) for row in self.holes(now, until, tongue)]

    def holes(self, now: Any, until: Any, language: str) -> Rows:
        mine = [one for one in self.shifts(now, until) if language == "all" or language in one[0].languages]
        rows, end = [], now
        for crew, start, stop in mine:
            if start > end:
                after = ", ".join(sorted({other.site for other, _, over in mine if over == end}))
                rows.append(
                    {"since_at": end, "until_at": start, "language": language,
                     "gap_minutes": int((start - end) / MINUTE),
                     "demand_count": wanted(end, start - end) * (1.0 if language == "all" else 0.1),
                     "after_sites": after or None, "before_sites": crew.site}
                )  # fmt: skip
            end = max(end, stop)
        return rows

    def on(self, params: Mapping[str, Any]) -> Rows:
        """Who is on, and of a site where nobody is, its next shift; who is on call is told beside them."""
        now, rows = stamp(params["now"]), []
        for site in dict.fromkeys(crew.site for crew in self.roster):
            ahead = [one for one in self.shifts(now, now + 15 * DAY) if one[0].site == site]
            here = [one for one in ahead if one[1] <= now]
            first = min((start for _, start, _ in ahead), default=None)
            called = [one for one in self.shifts(now, now + MINUTE, on_call=True) if one[0].site == site]
            rows += [told(*one, now) for one in (here or [one for one in ahead if one[1] == first]) + called]
        return rows

    def handovers(self, params: Mapping[str, Any]) -> Rows:
        """The end of every shift of the window after which its site has nobody."""
        now, rows = stamp(params["now"]), []
        shifts = self.shifts(now, now + 4 * DAY)
        for crew, _, end in sorted(shifts, key=lambda one: one[2]):
            if not now < end <= now + params.get("hours", 24) * HOUR:
                continue
            others = [one for one in shifts if one[0].site != crew.site]
            here = [one for one in others if one[1] <= end < one[2]]
            then = here[:1] or [one for one in others if one[1] > end][:1]
            to, opens = (then[0][0].site, then[0][1]) if then else (None, None)
            rows.append(
                {"handover_at": end, "from_site": crew.site, "to_site": to, "opens_at": opens,
                 "overlap_seconds": None if opens is None else int((end - opens).total_seconds()),
                 "in_flight_count": 14, "unowned_count": 3}
            )  # fmt: skip
        return rows

    def baton(self, params: Mapping[str, Any]) -> Rows:
        """Fourteen items at the next hand-over: three without a next owner, some not acknowledged, two due at once."""
        now, ahead = stamp(params["now"]), self.handovers(params)
        if not ahead:
            return []
        first = ahead[0]
        subjects = (
            "my bag is lost",
            "refund after a cancelled flight",
            "<b>seat</b> map is wrong",
            "no answer since Monday",
        )
        return [
            {"handover_at": first["handover_at"], "from_site": first["from_site"], "case_id": f"x:{n}",
             "subject": subjects[n % 4], "track": "question", "platform": ("x", "instagram", "reddit")[n % 3],
             "metric": ("frt", "nrt", "resolution")[n % 3], "due_at": now + (40 + 35 * n) * MINUTE,
             "remaining_seconds": (40 + 35 * n) * 60, "owner": ("Ada", "Ben")[n % 2] if n != 1 else None,
             "next_owner": None if n < 3 else ("Kim", "Lou", "Mia")[n % 3], "is_acknowledged": n > 5,
             "breaches_at_seam": n in (3, 4), "state": "warn" if n <= 5 else "ok"}
            for n in range(14)
        ]  # fmt: skip

    def service(self, params: Mapping[str, Any]) -> Rows:
        """The public promise follows the roster, but opens on Sunday too and an hour longer every day."""
        since, until = stamp(params["since"]), stamp(params["until"])
        spans = [(start, end) for _, start, end in self.shifts(since, until)]
        longer = [(start, end + HOUR) for start, end in spans]
        edges = sorted({since, *(edge for span in [*spans, *longer] for edge in span if since < edge < until)})
        rows: Rows = []
        for edge, after in zip(edges, [*edges[1:], until], strict=True):
            states = {
                "is_promised": any(start <= edge < end for start, end in longer),
                "is_staffed": any(start <= edge < end for start, end in spans),
            }
            if rows and all(rows[-1][key] == value for key, value in states.items()):
                rows[-1]["until_at"] = after
            else:
                rows.append({"since_at": edge, "until_at": after, **states})
        return rows

    def weekends(self, params: Mapping[str, Any]) -> Rows:
        """Thanksgiving in New York, Christmas in London and one that the roster does not reach."""
        told_of = (
            ("New York", "Thanksgiving", "2026-11-26 05:00", 4, "Noa", 86.5, 0, 19),
            ("London", "Christmas Day, Boxing Day", "2026-12-25 00:00", 4, None, 12.0, 780, 19),
            ("Sydney", "Australia Day", "2027-01-22 13:00", 5, None, None, None, 19),
        )
        return [
            {"since_at": pd.Timestamp(since), "until_at": pd.Timestamp(since) + days * DAY, "place": place,
             "name": name, "days_count": days, "on_call": called, "scheduled_hours": hours, "gap_minutes": gap,
             "drill_days": drill}
            for place, name, since, days, called, hours, gap, drill in told_of
            if pd.Timestamp(since) + days * DAY > stamp(params["now"])
        ]  # fmt: skip


def told(crew: Crew, start: Any, end: Any, now: Any) -> dict[str, Any]:
    """A shift as who_is_on tells it."""
    return {
        "site": crew.site, "timezone": crew.zone, "team": crew.team, "languages": ", ".join(crew.languages),
        "heads_count": crew.heads, "starts_at": start, "ends_at": end, "is_on": start <= now < end and not crew.on_call,
        "agents": ", ".join(crew.agents), "employer": "own", "is_on_call": crew.on_call,
    }  # fmt: skip


def wanted(at: Any, step: timedelta) -> float:
    """Messages of a slot: most at 17:00 UTC, a third of that at 05:00."""
    angle = (at.hour + at.minute / 60 - 17) / 24 * 2 * math.pi
    return round((30 + 15 * math.cos(angle)) * (step / HOUR), 1)


def state(heads: int, staffed: float, needed: float) -> str:
    """How a slot stands."""
    if not heads:
        return "gap"
    if staffed < needed:
        return "thin"
    return "surplus" if staffed > 1.5 * needed and staffed >= needed + 1 else "covered"
