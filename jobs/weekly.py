"""What a week's snapshot is made of: every question it asks, about the week and about the week before it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pandas as pd

from config import Site
from jobs.understand import MODEL
from jobs.value import worth
from layouts.desk.edges import edges
from layouts.panels.rising import rising_ask
from layouts.snapshot.coverage_ahead import AHEAD_DAYS
from layouts.snapshot.facts import Asked, Facts, Peak, Tables, Worth
from layouts.snapshot.weeks import Week
from layouts.words import instant
from queries.answers import Answers
from queries.catalogue import TooSlow

METHOD = 2
"""Grows when a formula changes, so that the same answers make a new snapshot."""

SETTLED = timedelta(hours=72)
_HOUR = timedelta(hours=1)
_QUARTER = 15
PEAKS, WORDS, WORD_AUTHORS = 3, 4, 5
WEEK_HOURS = 168
STANDS_OUT = 1.3
"""A stretch this many times as loud as usual is a peak."""


class Weekly:
    """Gathers one snapshot. Everything is read as it was known at one instant, however long the reading takes."""

    def __init__(self, answers: Answers, site: Site, made_at: datetime) -> None:
        self._answers, self._site, self._made_at = answers, site, made_at
        self.revision, self.known_at = answers.warehouse.state
        self._asked: dict[str, Asked] = {}
        self._own = [brand.name for brand in site.brand if brand.kind == "own"]
        self._measured = [brand.name for brand in site.brand if brand.kind in ("own", "competitor")]

    def facts(self, week: Week, filling: Sequence[str]) -> Facts:
        """Everything about `week`, which is over. Raises QuestionError or WarehouseError.

        Both weeks are followed up equally long after their end, up to 72 hours in whole hours: a week that ended this
        morning beside one that had seven more days to settle would always look worse.
        """
        grace = min(SETTLED, (self._made_at - week.until) // _HOUR * _HOUR)
        now, earlier = self._tables(week, week.until + grace), self._tables(week.before, week.before.until + grace)
        now = {**now, **self._ahead(week, week.until + grace)}
        peaks = self._peaks(week, now["trend"], earlier["trend"])
        return Facts(
            site=self._site,
            week=week,
            made_at=self._made_at,
            known_at=self.known_at,
            revision=self.revision,
            inputs_hash=self._hash(week, now, earlier, peaks),
            seen_at=week.until + grace,
            seen_before_at=week.before.until + grace,
            now=now,
            earlier=earlier,
            worth=self._worth(now),
            worth_before=self._worth(earlier),
            model=MODEL,
            asked=tuple(self._asked.values()),
            peaks=tuple(peaks),
            filling=tuple(filling),
        )

    @staticmethod
    def knows_nothing(facts: Facts) -> bool:
        """Whether neither week has brought anything: nobody was reading yet."""
        names = ("trend", "voice", "outcomes_brands")
        return all(tables[name].empty for tables in (facts.now, facts.earlier) for name in names)

    def _tables(self, week: Week, seen_at: datetime) -> Tables:
        span = {"since": week.since, "until": week.until}
        own, measured = {**span, "brands": self._own}, {**span, "brands": self._measured}
        care, by_platform = {**own, "now": seen_at}, {**own, "now": seen_at, "group_by": "platform"}
        cut = edges(week.since, week.until, week.zone)
        return {
            "totals": self._ask("totals", "mention_totals", own),
            "trend": self._ask("trend", "mentions_by_edge", {"edges": cut, "brands": self._own}),
            "voice": self._ask("voice", "share_of_voice", measured),
            "sentiment": self._ask("sentiment", "sentiment_by_group", {**measured, "group_by": "brand"}),
            "response": self._ask("response", "response_times", care),
            "response_platforms": self._ask("response_platforms", "response_times", by_platform),
            "outcomes": self._ask("outcomes", "care_outcomes", care),
            "outcomes_platforms": self._ask("outcomes_platforms", "care_outcomes", by_platform),
            "outcomes_brands": self._ask(
                "outcomes_brands", "care_outcomes", {**span, "now": seen_at, "group_by": "brand"}
            ),
            "surveys": self._ask("surveys", "care_surveys", care),
            "leads": self._ask("leads", "care_leads", care),
            "declined": self._ask("declined", "care_declined", care),
            "gaps": self._ask("gaps", "roster_gaps", span),
            "staffed": self._ask("staffed", "staffed_slots", {**span, "slot_minutes": 60}),
            "coverage": self._ask("coverage", "coverage_summary", {**span, "now": seen_at}),
            "blind": self._ask("blind", "blind_spans", {**span, "now": seen_at}),
            "known": self._ask("known", "known_since", {}),
            **self._promises(care),
        }

    def _ahead(self, week: Week, seen_at: datetime) -> Tables:
        """What lies ahead of the instant the week is followed up to: another day's page of it says the same.

        Messages are foreseen from the end of the week, so that it is the week after that is told of, and the error of
        this one's forecasts that stands beside it. Where nothing is promised, no hours of service are.
        """
        ahead = {"since": seen_at, "until": seen_at + timedelta(days=AHEAD_DAYS)}
        found = {
            "ahead": self._ask("ahead", "coverage_gaps", {"days": AHEAD_DAYS, "now": seen_at}),
            "ahead_known": self._ask("ahead_known", "coverage_summary", {**ahead, "now": seen_at}),
            "weekends": self._ask("weekends", "long_weekends", {"now": seen_at}),
            "demand": self._ask("demand", "demand_forecast", {"hours": WEEK_HOURS, "now": week.until}),
        }
        if self._site.track:
            span = {"since": week.since, "until": week.until}
            found["service_hours"] = self._ask("service_hours", "hours_of_service", span)
        return found

    def _promises(self, care: Mapping[str, Any]) -> Tables:
        """Whether promises were kept. A site that promises nothing is asked nothing: its inputs are as they were."""
        if not self._site.track:
            return {}
        return {
            "kept": self._ask("kept", "sla_attainment", {**care, "group_by": "all"}),
            "kept_tracks": self._ask("kept_tracks", "sla_attainment", {**care, "group_by": "track"}),
            "kept_metrics": self._ask("kept_metrics", "sla_attainment", {**care, "group_by": "metric"}),
            "causes": self._ask("causes", "breach_causes", care),
            "waited": self._ask("waited", "time_to_response", care),
            "public": self._ask("public", "promise_kept", care),
        }

    def _ask(self, name: str, question: str, params: Mapping[str, Any]) -> pd.DataFrame:
        given = {**params, "known_at": self.known_at}
        self._asked.setdefault(name, Asked(name, question, dict(params)))
        return self._answers.ask(question, given, self._made_at).frame

    def _worth(self, tables: Tables) -> Worth | None:
        held = tables["outcomes"]["held_count"].sum()
        return worth(int(held), self._site.value) if self._site.value and held else None

    def _peaks(self, week: Week, trend: pd.DataFrame, before: pd.DataFrame) -> list[Peak]:
        given = {"since": week.since, "until": week.until, "bucket_minutes": _QUARTER, "brands": self._own}
        expected = self._ask("expected", "volume_expected", {**given, "now": week.until})
        return [replace(peak, words=self._words(week, peak)) for peak in _loudest(week, trend, before, expected)]

    def _words(self, week: Week, peak: Peak) -> tuple[str, ...]:
        """What stood out in a stretch against the week before it: words at least five authors used, never a name."""
        ask = rising_ask(self._site, self._own, peak.since, peak.until, limit=WORDS, usual=week.until - week.since)
        try:
            return tuple(
                str(word)
                for word in self._ask("words", ask.question, {**ask.params, "least_count": WORD_AUTHORS})["word"]
            )
        except TooSlow:
            return ()

    def _hash(self, week: Week, now: Tables, earlier: Tables, peaks: Sequence[Peak]) -> str:
        """Of every input: what was answered, and the site file. Not of the moment it is made, nor of the revision."""
        site = self._site
        told = {
            "method": METHOD,
            "week": week.name,
            "span": [week.since, week.until],
            "answers": [{name: _content(table) for name, table in tables.items()} for tables in (now, earlier)],
            "peaks": peaks,
            "site": site.model_dump_json(include={"site", "brand", "goal", "value"}),
            "goals": site.snapshot.goals if site.snapshot else {},
            "sources": [(one.name, one.kind, one.source_class) for one in site.source],
            "model": MODEL,
        }
        text = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(text, digest_size=8).hexdigest()


def _loudest(week: Week, trend: pd.DataFrame, before: pd.DataFrame, expected: pd.DataFrame) -> list[Peak]:
    """The loudest stretch of each of the loudest days, of those that stand out from what is usual at their hours.

    Usual is what was to be expected; where that is not known, the same hours of the week before.
    """
    found: dict[Any, Peak] = {}
    earlier = before.groupby("edge_at")["mentions_count"].sum()
    for (at, until), rows in trend.groupby(["edge_at", "until_at"]):
        peak = _peak(at, until, rows, *_usual(at, until, week, earlier, expected))
        day = peak.since.astimezone(week.zone).date()
        if day not in found or found[day].mentions_count < peak.mentions_count:
            found[day] = peak
    out = [one for one in found.values() if one.usual_count and one.mentions_count >= STANDS_OUT * one.usual_count]
    best = sorted(out, key=lambda one: (-one.mentions_count, one.since))[:PEAKS]
    return sorted(best, key=lambda one: one.since)


def _usual(at: Any, until: Any, week: Week, before: pd.Series[Any], expected: pd.DataFrame) -> tuple[float | None, str]:
    inside = expected[(expected["bucket_at"] >= at) & (expected["bucket_at"] < until)]
    if len(inside) == (until - at) / timedelta(minutes=_QUARTER):
        return float(inside["expected_count"].sum()), "what these hours usually bring"
    same = [int(count) for edge, count in before.items() if _slot(edge, week) == _slot(at, week)]
    return (float(sum(same)) if same else None), "the same hours a week before"


def _peak(at: Any, until: Any, rows: pd.DataFrame, usual: float | None, against: str) -> Peak:
    counts = {name: int(rows[f"{name}_count"].sum()) for name in ("mentions", "negative", "neutral", "positive")}
    judged = counts["negative"] + counts["neutral"] + counts["positive"]
    negative = counts["negative"] / judged if judged else None
    return Peak(instant(at), instant(until), counts["mentions"], usual, against, negative)


def _slot(at: Any, week: Week) -> tuple[int, int]:
    """Which day of the week and which hour of the day, by the site's own clock."""
    local = instant(at).astimezone(week.zone)
    return local.weekday(), local.hour


def _content(table: pd.DataFrame) -> Any:
    # nine digits: a sum of amounts may differ in its last ones with the order its rows came in
    return orjson.loads(
        table.to_json(orient="split", date_format="iso", date_unit="us", double_precision=9, index=False)
    )
