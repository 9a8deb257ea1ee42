"""The page itself: every number from its answer, everything from outside as text, nothing needed from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Site
from jobs.value import worth
from layouts.snapshot import phrases as say
from layouts.snapshot.facts import Asked, Facts, Peak, Worth
from layouts.snapshot.lineage import LINEAGE
from layouts.snapshot.links import as_file
from layouts.snapshot.markup import METHODS
from layouts.snapshot.page import page
from layouts.snapshot.shares import wilson
from layouts.snapshot.standing import Standing, told
from layouts.snapshot.svg import steps
from layouts.snapshot.weeks import Week, parse_week
from queries.answers import DTYPES
from queries.catalogue import load_catalogue
from tests.jobs import two_weeks
from tests.layouts.world import HOSTILE

NAMES = {
    "totals": "mention_totals", "trend": "mentions_by_edge", "voice": "share_of_voice",
    "sentiment": "sentiment_by_group", "response": "response_times", "response_platforms": "response_times",
    "outcomes": "care_outcomes", "outcomes_platforms": "care_outcomes", "outcomes_brands": "care_outcomes",
    "surveys": "care_surveys", "leads": "care_leads", "declined": "care_declined", "gaps": "roster_gaps",
    "staffed": "staffed_slots", "blind": "blind_spans", "coverage": "coverage_summary", "ahead": "coverage_gaps",
    "ahead_known": "coverage_summary", "weekends": "long_weekends", "demand": "demand_forecast",
}  # fmt: skip
CATALOGUE = load_catalogue()
HOUR = timedelta(hours=1)
STORED = HOSTILE.replace("\ud800", "")  # what the warehouse cannot hold cannot come out of it
Rows = list[dict[str, Any]]


def table(question: str, rows: Rows) -> pd.DataFrame:
    """An answer of these rows; what a row does not say is unknown, of counts 0."""
    columns = CATALOGUE[question].columns
    told = {
        one.name: pd.Series([row.get(one.name, 0 if one.type == "bigint" else None) for row in rows], dtype="object")
        for one in columns
    }
    return pd.DataFrame(told).astype({one.name: DTYPES[one.type] for one in columns})


def tables(**rows: Rows) -> dict[str, pd.DataFrame]:
    return {name: table(question, rows.get(name, [])) for name, question in NAMES.items()}


def plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def facts(
    week: Week | None = None,
    site: Site | None = None,
    now: dict[str, Rows] | None = None,
    earlier: dict[str, Rows] | None = None,
    worth: Worth | None = None,
    **more: Any,
) -> Facts:
    chosen, which = site or two_weeks.site(), week or parse_week("2026-W47", two_weeks.site().site.zone)
    plainly: dict[str, Any] = {
        "made_at": which.until + 7 * HOUR, "known_at": which.until + 6 * HOUR, "revision": 1234,
        "inputs_hash": "abcdef0123456789", "seen_at": which.until + 7 * HOUR,
        "seen_before_at": which.since + 7 * HOUR, "worth_before": None, "model": "lexicon-1",
    }  # fmt: skip
    return Facts(
        site=chosen, week=which, now=tables(**(now or {})), earlier=tables(**(earlier or {})), worth=worth,
        **{**plainly, **more},
    )  # fmt: skip


WEEK = parse_week("2026-W47", two_weeks.site().site.zone)
NOW: dict[str, Rows] = {
    "totals": [{"mentions_count": 1423, "unique_texts_count": 450, "authors_count": 721}],
    "trend": [
        {"edge_at": plain(WEEK.since + 84 * HOUR), "until_at": plain(WEEK.since + 90 * HOUR), "platform": "x",
         "brand": "Aurora Air", "mentions_count": 1400, "negative_count": 60, "positive_count": 40},
        {"edge_at": plain(WEEK.since), "until_at": plain(WEEK.since + 6 * HOUR), "platform": "reddit",
         "brand": "Aurora Air", "mentions_count": 23},
    ],
    "voice": [
        {"brand": "Aurora Air", "mentions_count": 55, "voice_share": 0.55},
        {"brand": "Meridian", "mentions_count": 45, "voice_share": 0.45},
    ],
    "sentiment": [
        {"group_name": "Aurora Air", "mentions_count": 101, "negative_count": 41, "neutral_count": 39,
         "positive_count": 20, "net_sentiment": -0.21},
        {"group_name": "Meridian", "mentions_count": 9},
    ],
    "response": [{"group_name": "all", "cases_count": 240, "answered_count": 221, "early_count": 1,
                  "p50_seconds": 1380.0, "p90_seconds": 5580.0}],
    "outcomes": [{"group_name": "all", "opened_count": 240, "answered_count": 221, "waiting_count": 11,
                  "oldest_waiting_at": plain(WEEK.since + HOUR), "resolved_count": 225, "held_count": 218,
                  "settling_count": 75, "reopened_count": 19, "unattributed_count": 4, "p50_seconds": 12_540.0}],
    "outcomes_platforms": [{"group_name": "x", "opened_count": 240, "held_count": 218}, {"opened_count": 1}],
    "response_platforms": [{"group_name": "x", "p50_seconds": 60.0}],
    "outcomes_brands": [{"group_name": "Aurora Air", "opened_count": 240}, {"opened_count": 3}],
    "surveys": [{"group_name": "all", "surveyed_count": 123, "answered_count": 51, "top_count": 36}],
    "leads": [{"passed_count": 15, "accepted_count": 9, "won_count": 3, "lost_count": 2, "won_amount": 1234.5,
               "unpriced_count": 1}],
    "declined": [{"reason": "not ours", "declined_count": 4}, {"declined_count": 2}],
    "gaps": [{"since_at": plain(WEEK.since + 19 * HOUR), "until_at": plain(WEEK.since + 20.5 * HOUR)}],
    "staffed": [
        {"slot_at": plain(WEEK.since + hour * HOUR), "site": "all", "staffed_agents": 3} for hour in range(168)
    ],
    "blind": [{"source": "posts", "platform": "reddit", "kind": "gap", "since_at": plain(WEEK.since + 10 * HOUR),
               "until_at": plain(WEEK.since + 15 * HOUR), "sentence": "the list was cut"}],
}  # fmt: skip
EARLIER: dict[str, Rows] = {
    "totals": [{"mentions_count": 1107}],
    "trend": [{"edge_at": plain(WEEK.before.since), "until_at": plain(WEEK.before.since + 6 * HOUR), "platform": "x",
               "mentions_count": 30}],
    "voice": [{"brand": "Aurora Air", "mentions_count": 50, "voice_share": 0.5},
              {"brand": "Meridian", "mentions_count": 50, "voice_share": 0.5}],
    "sentiment": [{"group_name": "Aurora Air", "negative_count": 26, "neutral_count": 49, "positive_count": 25}],
    "response": [{"answered_count": 190, "p50_seconds": 1680.0}],
    "outcomes": [{"opened_count": 210, "resolved_count": 180, "held_count": 179}],
    "surveys": [{"surveyed_count": 90, "answered_count": 54, "top_count": 39}],
}  # fmt: skip
PEAK = Peak(
    WEEK.since + 84 * HOUR, WEEK.since + 90 * HOUR, 307, 66.7, "what these hours usually bring", 0.6, ("lost baggage",)
)


@cache
def full() -> str:
    """The page of both weeks, with value, goals and a peak."""
    value = two_weeks.site().value
    assert value is not None
    asked = Asked("totals", "mention_totals", {"since": WEEK.since, "until": WEEK.until, "brands": ["Aurora Air"]})
    return page(
        facts(now=NOW, earlier=EARLIER, worth=worth(1200, value), worth_before=worth(900, value), peaks=(PEAK,),
              asked=(asked,))
    )  # fmt: skip


class Reader(HTMLParser):
    """Reads a page as a browser would, and notes every tag that is not closed where it should be."""

    VOID = ("meta", "wbr")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert reader.wrong == []
    assert reader.open == []
    return reader


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", "".join(read(html).words))


@pytest.mark.parametrize(
    "said",
    [
        "Aurora Air desk",
        "Week 47 of 2026",
        "Mon 16 Nov to Sun 22 Nov 2026, New York time, beside the week before.",
        "Made Mon 23 Nov 2026 07:00; as known at Mon 23 Nov 2026 06:00, revision 1,234; inputs abcdef0123456789.",
        # the five numbers, each with what it was, its count, how it is known and its goal
        "Mentions1,42329% more than the week before (1,107)So often Aurora Air was named, in 450 different texts",
        "n = 1,423 mentions. Goal: Hear it first. measured",
        "Net sentiment−21 points20 points lower than the week before (−1 of 100 judged mentions)41% sounded negative",
        "n = 100 judged mentions of 1,423. model, not measured",
        "First response, median23 min5 min faster than the week before (28 min)Half were answered within 23 min",
        "nine of ten within 1 h 33 min. 11 still wait and are in neither figure.n = 220 answers with a known time.",
        "Resolved for good21822% more than the week before (179)By a human, and not reopened within 72 hours. 75 of",
        "n = 225 cases resolved by a human. measured",
        # 36 of 51 and the Wilson interval of it
        "Satisfied customers71%1 point lower than the week before (72% of 54)Among all who would answer it lies "
        "between 57% and 81% (95%). 51 of 123 asked answered (41%). The change may be chance.",
        "n = 51 answered surveys. measured, biased sample",
        "The loudest day was Thu 19 Nov with 1,400.",
        "Thu 19 Nov 12:00 to 18:00: 307 mentions, 4.6 times what these hours usually bring. More people than before",
        "“lost baggage” anecdote. 60% of what was judged sounded negative model, not measured.",
        "240 cases opened, 221 answered publicly by a human. 11 still wait, the oldest since Mon 16 Nov 2026 01:00. 8",
        "Reopened within 72 h at least once8% (19 of 225)0% (0 of 180)",
        "Of the 19 reopened, 12 were resolved again and have held since.",
        "Resolved by a bot or by nobody named40",
        "Resolution, median3 h 29 min (n = 218)–",
        "X24001 min218unknown10–0",
        "Declined were 6 cases: 4 “not ours” and 2 without a reason.",
        "Leads: 15 passed on to sales, 9 accepted, 3 won for USD 1,234 (1 without an amount), 2 lost.",
        "3 more cases opened for another brand or for none that is named: not counted.",
        "55% of the talk about you and your competitors was about you: 5 points higher than the week before (50%).",
        "Meridian– | –––0",
        "Somebody was on shift for 166 h 30 min of 168 hours, nobody for 1 h 30 min, as the roster says (0 min in the "
        "week before). Nobody was there Mon 19:00 to 20:30.",
        "For 5 h of 168 hours at least one source could not see.",
        "blind from 16 Nov 10:00 to 15:00 on reddit: the list was cut",
        "both weeks until 7 hours after their end",
    ],
)
def test_what_the_page_says(said: str) -> None:
    assert said in words_of(full())


@pytest.mark.parametrize(
    "said",
    [
        "1,200 cases were resolved for good: that is counted. What it was worth is not: if the assumptions hold, it "
        "avoided contacts worth between USD 1,331 and USD 2,616, as likely more as less than USD 1,926 (the week "
        "before USD 1,444).",
        "If nobody would have called, nothing was avoided and answering cost USD 5,040. At likely costs every answered "
        "case is paid for once 52% of those customers would have called.",
        "Lowest603−4,797",
        "P101,331−2,365",
        "P501,926−931",
        "All likely2,057−715",
        "P902,616454",
        "Highest3,9082,648",
        "If nobody would have called0−5,040",
        "Contacts avoided300540780",
        "Cost of one resolution3.004.206.00",
        "Would have called or written otherwise25%45%65%Director of service",
        "survey of customers answered in the second quarter, 412 replies (1 Jul 2026)",
        "nobody: USD −5,040",
    ],
)
def test_what_it_was_worth(said: str) -> None:
    assert said in words_of(full())


def test_no_figure_adds_what_is_measured_to_what_is_assumed() -> None:
    value = words_of(full()).partition("Value1,200 cases")[2].partition("What we could not see")[0]
    assert "1,234" not in value, "the money of leads is nobody's assumption, and in no figure of these"
    assert "Nothing measured is added to any figure here." in value


def test_every_number_says_how_it_is_known_and_where_it_comes_from() -> None:
    text = words_of(full())
    for method in METHODS:
        assert method in text
    for name, method, sources, formula in LINEAGE:
        assert f"{name}{method}" in text
        assert formula.split(",")[0] in text
        assert set(sources) <= {*NAMES, "expected", "words"}, f"{name} is made of an answer nobody asks for"
    assert "since=2026-11-16T05:00:00Z, until=2026-11-23T05:00:00Z, brands=[Aurora Air]" in text


def test_the_page_is_one_small_file_that_needs_nothing() -> None:
    html = full()
    assert len(html.encode()) < 200_000
    reader = read(html)
    loading = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio", "source", "use"}
    assert loading.isdisjoint(tag for tag, _ in reader.tags)
    handlers = [name for _, attrs in reader.tags for name in attrs if name.startswith("on")]
    assert handlers == []
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert re.findall(r"url\((?!data:font/woff2;base64,)", style) == []
    assert "@import" not in style
    addresses = {attrs["href"] for tag, attrs in reader.tags if tag == "a"}
    assert all(str(address).startswith("/desk?") for address in addresses)


def test_a_page_can_be_found_through_without_eyes() -> None:
    reader = read(full())
    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in reader.tags:
        for name in str(attrs.get("aria-labelledby", "")).split():
            assert name in ids or name == "None", (tag, name)
        if tag == "th":
            assert attrs.get("scope") in ("col", "row")
    pictures = [attrs for tag, attrs in reader.tags if tag == "svg" and attrs.get("role") == "img"]
    assert len(pictures) == 4, "trend, hours, worth, tornado"
    assert full().count("<caption>") == sum(tag == "table" for tag, _ in reader.tags)
    assert read(full()).tags[0] == ("html", {"lang": "en"})


def pictured(name: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    """The parts of one picture."""
    inner = full().partition(f'aria-labelledby="{name}-is')[2]
    end = inner.index("</figure>")
    reader = Reader()
    reader.feed(f"<svg {inner[:end]}")
    yield from reader.tags


def test_blindness_is_hatched_where_it_was() -> None:
    [bar] = [attrs for tag, attrs in pictured("trend") if attrs.get("fill") == "url(#trend-hatch)"]
    assert (bar["x"], bar["width"]) == (f"{1000 / 168:.2f}%", f"{500 / 168:.2f}%")


def test_nothing_is_told_by_colour_alone() -> None:
    lines = [attrs.get("stroke-dasharray") for tag, attrs in pictured("trend") if tag == "polyline"]
    assert lines == ["4 3", None], "the week before is dashed"
    assert full().count("-hatch)") >= 3, "blind, nobody there, negative"


def test_a_long_or_a_short_week_says_so() -> None:
    for name, hours in (("2026-W10", "167"), ("2026-W44", "169")):
        week = parse_week(name, two_weeks.site().site.zone)
        text = words_of(page(facts(week=week)))
        assert f"The clocks changed: this week had {hours} hours." in text
    week = parse_week("2026-W45", two_weeks.site().site.zone)
    assert "168 hours; the week before had 169" in words_of(page(facts(week=week)))


def test_nothing_known_is_a_dash_and_a_sentence_and_never_a_figure() -> None:
    text = words_of(page(facts(site=two_weeks.site(""))))
    for said in (
        "Mentions–No figure for the week beforeNo mention of anybody measured is known of these two weeks.",
        "Net sentiment–",
        "First response, median–",
        "Resolved for good–",
        "Satisfied customers–",
        "No case is known of this week: no source has brought any. Add a [[source]] that brings cases",
        "No roster is known for this week. Write a [[shift]]",
        "Nobody has said what answering is worth: write [value.contact_share]",
        "The site file names no [[goal]]",
        "No source is known to have been blind.",
    ):
        assert said in text
    assert not re.search(r"\b(nan|None|NaT|inf|undefined|<NA>)\b", text)


def test_a_week_before_in_which_nobody_listened_yet_is_said() -> None:
    made = facts()
    late = made.week.before.since.replace(tzinfo=None) + timedelta(days=5)
    for since, is_said in ((late, True), (made.week.before.since.replace(tzinfo=None), False)):
        known = table("known_since", [{"mentions_since_at": since}])
        html = page(replace(made, now={**made.now, "known": known}))
        assert ("nobody listened" in words_of(html)) == is_said
    assert "No case from before" not in words_of(html), "of cases nothing is known at all"


def test_a_quiet_brand_in_a_week_that_was_read_is_a_zero() -> None:
    told = {"voice": [{"brand": "Meridian", "mentions_count": 4, "voice_share": 1.0}]}
    assert "Mentions0As many as the week before (0)Nobody was seen to name Aurora Air." in words_of(
        page(facts(now=told))
    )


def test_assumptions_without_a_resolved_case_give_no_figure() -> None:
    text = words_of(page(facts()))
    assert "0 cases held, so nothing can be worked out; the assumptions are below." in text
    assert "P50" not in text.partition("How each number was made")[0]


def test_what_comes_from_outside_is_text() -> None:
    now: dict[str, Rows] = {
        **NOW,
        "voice": [{"brand": STORED, "mentions_count": 1, "voice_share": 1.0}],
        "sentiment": [{"group_name": STORED, "negative_count": 1}],
        "declined": [{"reason": STORED, "declined_count": 1}],
        "outcomes_platforms": [{"group_name": STORED, "opened_count": 1}],
        "blind": [{**NOW["blind"][0], "source": STORED, "platform": STORED, "sentence": STORED}],
        "trend": [{**NOW["trend"][0], "platform": STORED}],
    }
    site = two_weeks.site()
    goal = site.goal[0].model_copy(update=dict.fromkeys(("name", "owner", "kpi", "target"), STORED))
    info = site.site.model_copy(update={"name": STORED})
    brand = site.brand[0].model_copy(update={"terms": (STORED,), "name": STORED})
    hostile = site.model_copy(update={"site": info, "goal": (goal,), "brand": (brand,)})
    peak = Peak(PEAK.since, PEAK.until, 5, None, "", None, (STORED,))
    asked = (Asked("totals", "mention_totals", {"brands": [STORED]}),)
    html = page(facts(site=hostile, now=now, peaks=(peak,), filling=(STORED,), asked=asked))
    html.encode("utf-8")
    assert {tag for tag, _ in read(html).tags}.isdisjoint({"script", "b"})
    assert "\u202e" not in html
    assert "\u0000" not in html


def test_a_file_leads_nowhere_or_to_the_sites_own_address() -> None:
    assert "<a " not in as_file(full(), None)
    assert "<a " not in as_file(full(), "javascript:alert(1)")
    assert words_of(as_file(full(), None)) == words_of(full())
    linked = as_file(full(), "http://127.0.0.1:9/sub/")
    assert 'href="http://127.0.0.1:9/sub/desk?' in linked
    assert linked.count('href="http://127.0.0.1:9/sub/desk?') == full().count('href="/desk?')


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(9, 10, 0.596, 0.982), (12, 12, 0.758, 1.0), (0, 12, 0.0, 0.243), (0, 0, 0.0, 1.0)],
)
def test_wilson_interval(hits: int, count: int, low: float, high: float) -> None:
    assert wilson(hits, count) == pytest.approx((low, high), abs=0.0006)


@given(count=st.integers(1, 10_000), data=st.data())
def test_a_share_lies_in_its_interval(count: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, count))
    low, high = wilson(hits, count)
    assert 0 <= low <= hits / count <= high <= 1


@given(low=st.floats(-1e9, 0), high=st.floats(1e-6, 1e9))
def test_an_axis_holds_what_it_shows(low: float, high: float) -> None:
    ticks = steps(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high * (1 - 1e-9)
    assert 2 <= len(ticks) <= 7


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (1423, 1107, "29% more than the week before (1,107)"),
        (1000, 1001, "<1% fewer than the week before (1,001)"),
        (7, 7, "as many as the week before (7)"),
        (7, 3, "4 more than the week before (3)"),
        (0, 1, "1 fewer than the week before (1)"),
        (400, 20, "20 times the week before (20)"),
        (5, None, "no figure for the week before"),
        (None, 5, "no figure for the week before"),
    ],
)
def test_how_a_count_moved(now: int | None, before: int | None, said: str) -> None:
    assert say.count_change(now, before) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(2057.4, "USD 2,057"), (4.2, "USD 4.20"), (-916.4, "USD −916"), (0, "USD 0"), (None, "–"), (99.999, "USD 100.00")],
)
def test_money_has_cents_only_where_they_mean_something(amount: float | None, said: str) -> None:
    assert say.money(amount, "USD") == said


def test_the_style_is_read_from_the_shipped_files() -> None:
    folder = Path(say.__file__).parent
    assert (folder / "page.css").read_text(encoding="utf-8").count("FONT") == 1


def test_a_making_that_failed_is_told_with_what_comes_next() -> None:
    standing = Standing("2026-W46", WEEK.since, WEEK.until, "<b> cannot be written", WEEK.until + 7 * HOUR)
    text = words_of(f"<section>{told(standing, two_weeks.site())}</section>")
    assert (
        "▲ The snapshot has not been made: <b> cannot be written. It is tried again at Mon 23 Nov 2026 07:00." in text
    )
    assert "Last made2026-W46, Mon 16 Nov 2026 00:00Next dueMon 23 Nov 2026 00:00" in text
    assert "Next duenever: the site file has no [snapshot]" in words_of(str(told(Standing(), two_weeks.site(""))))
