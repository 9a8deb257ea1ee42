"""The invented world is like the one outside: loud by day, in six languages, with a story and a hole in its roster."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import load_site
from connectors.demo import cases, roster
from connectors.demo.broken import SLOW
from connectors.demo.casefile import REACH
from connectors.demo.cases import Told
from connectors.demo.chance import begin_of, slot_of
from connectors.demo.incident import HASHTAG, LENGTH, Incident
from connectors.demo.places import ASIA_PACIFIC, COUNTRIES, EUROPE, LANGUAGES, REGIONS
from connectors.demo.posts import PLATFORMS, Posts
from connectors.demo.story import DRILL_PLATFORM, OUT_PLATFORM, Story
from connectors.demo.wording import OWN, RIVALS, language
from connectors.demo.writing import Post
from connectors.records import EVENT_KINDS, CaseEvent
from jobs.understand import Understanding
from jobs.understand.sentiment import label_of
from tests.conftest import NOON

EXAMPLE = Path(__file__).resolve().parents[2] / "config" / "example" / "site.toml"
HOUR = timedelta(hours=1)
STORY = Story(1, NOON)
ANCHORS = st.integers(0, 1095 * 24 * 6).map(
    lambda step: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * step)
)
OWNING = ("assigned", "claimed", "accepted", "handed_over")
REGION = {country.code: country.region for country in COUNTRIES}


@cache
def said(days: int = 2) -> tuple[Post, ...]:
    """All posts of the days before the anchor."""
    posts = Posts(1, 2500, STORY)
    slots = range(slot_of(NOON - timedelta(days=days)), slot_of(NOON))
    return tuple(post for slot in slots for platform in PLATFORMS for post in posts.of(platform, slot))


@cache
def told() -> tuple[Told, ...]:
    """All cases of six days, whole."""
    by_slot: dict[int, list[Post]] = {}
    for post in said(6):
        by_slot.setdefault(slot_of(post.mention.published_at), []).append(post)
    return tuple(one for posts in by_slot.values() for one in cases.of_slot(1, posts, STORY))


def own_between(since: datetime, until: datetime) -> list[Post]:
    return [post for post in said() if post.is_own and since <= post.mention.published_at < until]


def test_it_speaks_six_languages_on_eight_platforms_about_four_airlines() -> None:
    assert len(PLATFORMS) == 8
    assert {post.mention.platform for post in said()} == set(PLATFORMS)
    assert {post.language for post in said()} == set(LANGUAGES)
    assert {post.mention.region for post in said()} == set(REGION)
    quiet = [post for post in said(6) if post.mention.published_at < STORY.incident.since - 2 * HOUR]
    assert 0.42 < sum(post.is_own for post in quiet) / len(quiet) < 0.55
    days = (quiet[-1].mention.published_at - NOON) / timedelta(days=1) + 6
    assert 2200 < len(quiet) / days < 3400
    assert {post.mention.author_name for post in said()} != {None}
    heard = sorted(post.mention.author_followers_count or 0 for post in said(6) if post.mention.platform == "x")
    assert heard[len(heard) // 2] < 400 < 10_000 < heard[-20], "few are heard by many"


def test_people_answer_each_other_and_say_the_same_again() -> None:
    known = {post.mention.item_id: post.mention for post in said()}
    answers = [post.mention for post in said() if post.mention.parent_id]
    assert len(answers) > 100
    for answer in answers:
        before = known[str(answer.parent_id)]
        assert before.published_at <= answer.published_at
        assert before.platform == answer.platform
        assert known[str(answer.conversation_id)].conversation_id == answer.conversation_id
    texts = Counter(
        post.mention.text for post in said() if post.mention.platform == "x" and len(post.mention.text) > 50
    )
    assert texts.most_common(1)[0][1] > 1


@pytest.mark.parametrize("region", REGIONS)
def test_each_region_sleeps_at_its_own_night(region: str) -> None:
    quiet = [post for post in said(6) if post.mention.published_at < STORY.incident.since and post.kind != "weather"]
    hours = Counter(
        post.mention.published_at.astimezone(post.country.zone).hour for post in quiet if post.country.region == region
    )
    night, evening = sum(hours[hour] for hour in range(1, 5)), sum(hours[hour] for hour in range(18, 22))
    assert night * 4 < evening


@given(ANCHORS)
def test_whenever_it_is_started_the_incident_begins_at_night_and_is_over_before(anchor: datetime) -> None:
    incident = Incident(anchor)
    assert timedelta(hours=18) <= anchor - incident.since <= timedelta(hours=22)
    assert incident.until < anchor
    zones = {ASIA_PACIFIC: "Asia/Tokyo", EUROPE: "Europe/Berlin"}
    local = incident.since.astimezone(ZoneInfo(zones.get(incident.regions[0], "America/New_York")))
    assert local.hour in (22, 23, 0, 1, 2, 3, 4, 5)
    assert sorted(incident.regions) == sorted(REGIONS)
    peak = max(range(26), key=lambda hour: incident.an_hour(incident.since + hour * HOUR))
    assert timedelta(hours=8) < anchor - (incident.since + peak * HOUR) < timedelta(hours=15), (
        "a wall of a day shows it"
    )


def test_the_incident_grows_from_one_region_at_night_into_the_press() -> None:
    since, first = STORY.incident.since, STORY.incident.regions[0]
    kinds = ("incident.start", "incident.spread", "incident.peak")
    early = [post for post in own_between(since, since + 3 * HOUR) if post.kind in kinds]
    assert len(early) > 8
    assert sum(REGION[str(post.mention.region)] == first for post in early) / len(early) > 0.7
    peak = own_between(since + 8 * HOUR, since + 10 * HOUR)
    before = own_between(since + 8 * HOUR - timedelta(days=1), since + 10 * HOUR - timedelta(days=1))
    assert len(peak) > 3 * len(before)
    assert sum(HASHTAG in post.mention.text for post in peak) > len(peak) / 2
    assert {post.country.region for post in peak} == set(REGIONS)
    articles = [post.mention.published_at for post in said() if post.kind == "news.incident"]
    assert since + 6 * HOUR <= min(articles) <= since + 9 * HOUR
    late = own_between(since + LENGTH - HOUR, since + LENGTH)
    assert len(late) < len(peak) / 2
    assert sum(post.kind == "owned.incident" for post in said()) >= 8, "the airline itself speaks, on three platforms"


def test_what_is_said_then_sounds_cross_to_the_model() -> None:
    understanding = Understanding(load_site(EXAMPLE).brand)
    since = STORY.incident.since

    def net(posts: list[Post]) -> float:
        rows = understanding.rows([post.mention for post in posts]).rows
        labels = [
            label_of(row.sentiment_score) for row in rows if row.sentiment_score is not None and row.brand == OWN.name
        ]
        return (labels.count("positive") - labels.count("negative")) / len(labels)

    usual, peak = own_between(since - 8 * HOUR, since), own_between(since + 7 * HOUR, since + 11 * HOUR)
    assert net(usual) > -0.25
    assert net(peak) < -0.45


def test_the_outage_is_a_hole_in_one_platform_and_in_nothing_else() -> None:
    outage = STORY.outage
    assert outage.until - outage.since == timedelta(hours=2, minutes=10)
    silent = [
        post for post in said() if post.mention.platform == OUT_PLATFORM and outage.holds(post.mention.published_at)
    ]
    assert silent == []
    beside = [post.mention for post in said() if outage.since - HOUR <= post.mention.published_at < outage.until + HOUR]
    assert {mention.platform for mention in beside} == set(PLATFORMS)
    mine = [mention.published_at for mention in beside if mention.platform == OUT_PLATFORM]
    assert len([at for at in mine if at < outage.since]) > 5
    assert len([at for at in mine if at >= outage.until]) > 5


def test_launch_campaigns_and_holiday_are_louder_than_other_days() -> None:
    posts = Posts(1, 2500, STORY)

    def count(kind: str, since: datetime, hours: int) -> int:
        slots = range(slot_of(since), slot_of(since + hours * HOUR))
        return sum(post.kind == kind for slot in slots for post in posts.of("instagram", slot, own_only=True))

    assert count("launch", STORY.launch.since - 12 * HOUR, 12) == 0 < 40 < count("launch", STORY.launch.since, 12)
    for span in STORY.campaigns:
        assert count("campaign", span.since - 12 * HOUR, 12) == 0 < 10 < count("campaign", span.since, 12)
    assert STORY.holiday.since.weekday() == 4
    slot = slot_of(STORY.holiday.since + HOUR)
    assert STORY.level(slot) > 1.15 * STORY.level(slot - 7 * 96)


def test_everything_that_can_happen_to_a_case_does() -> None:
    kinds = Counter(event.kind for one in told() for event in one.events)
    assert set(kinds) == set(EVENT_KINDS)
    outcomes = {event.outcome for one in told() for event in one.events if event.kind == "lead"}
    assert outcomes == {"passed", "accepted", "won", "lost"}
    assert all(bool(event.amount) == (event.outcome == "won") for one in told() for event in one.events)
    assert {event.actor_kind for one in told() for event in one.events} == {"human", "bot", "customer"}
    assert {event.visibility for one in told() for event in one.events if event.kind == "message"} == {
        "public", "private", "internal",
    }  # fmt: skip
    days = Counter(one.case.opened_at.date() for one in told())
    del days[min(days)], days[max(days)]
    assert all(110 < count < 420 for count in days.values()), days


def test_each_case_is_about_a_post_and_has_a_course_that_makes_sense() -> None:
    posts = {post.mention.item_id: post for post in said(6)}
    known = {one.case.case_id for one in told()}
    assert len(known) == len(told())
    for one in told():
        post = posts[str(one.case.item_id)]
        assert post.is_own
        assert post.mention.published_at < one.case.opened_at < post.mention.published_at + timedelta(minutes=30)
        happened = [event.happened_at for event in one.events]
        assert happened == sorted(happened)
        assert one.events[0].kind == "opened"
        assert happened[0] == one.case.opened_at
        assert happened[-1] < post.mention.published_at + REACH
        assert {event.kind for event in one.events} & {"resolved", "declined", "merged", "excluded"}, "it ends"
        assert len({event.event_id for event in one.events}) == len(one.events)
        assert all(event.other_case_id in known - {one.case.case_id} for event in one.events if event.kind == "merged")
        paused = [event.kind for event in one.events if event.kind in ("paused", "resumed")]
        assert paused == ["paused", "resumed"] * (len(paused) // 2)


def test_most_are_answered_soon_and_some_are_left_waiting() -> None:
    waits, open_late = [], 0
    for one in told():
        first = [
            e.happened_at for e in one.events if (e.kind, e.actor_kind, e.visibility) == ("message", "human", "public")
        ]
        if first:
            waits.append((first[0] - one.case.opened_at) / HOUR)
        open_late += one.case.opened_at < NOON - HOUR and not any(at < NOON for at in first)
    waits.sort()
    assert 0.2 < waits[len(waits) // 2] < 1
    assert waits[-1] > 24
    assert open_late > 20


def test_no_human_works_while_nobody_is_at_work() -> None:
    for one in told():
        for event in one.events:
            if event.actor_kind == "human":
                sites = [roster.SHIFTS[site].site for site in roster.on_duty(roster.cell_of(event.happened_at))]
                assert event.team is not None
                assert event.team.removeprefix("care ") in sites, event


def test_at_the_end_of_a_shift_most_open_cases_go_to_whoever_has_the_watch() -> None:
    given = [(one, event) for one in told() for event in one.events if is_between_sites(event)]
    assert len(given) > 200
    accepted = 0
    for one, event in given:
        site = next(number for number, shift in enumerate(roster.SHIFTS) if event.actor in shift.agents)
        end = roster.end_of_shift(site, event.happened_at)
        assert end - event.happened_at <= timedelta(minutes=20)
        then, opens = roster.next_watch(site, end)
        assert event.owner in roster.SHIFTS[then].agents
        following = (e for e in one.events if e.kind in OWNING and e.happened_at > event.happened_at)
        taken = next(following, None)
        if taken and (taken.kind, taken.actor) == ("accepted", event.owner):
            accepted += 1
            wait = taken.happened_at - max(event.happened_at, opens)
            assert timedelta(minutes=2) <= wait <= timedelta(minutes=12)
    assert 0.85 * len(given) < accepted < len(given), "some are not accepted"


def is_between_sites(event: CaseEvent) -> bool:
    """Whether a case is handed over to somebody of another site."""
    sites = [shift.site for shift in roster.SHIFTS for name in (event.actor, event.owner) if name in shift.agents]
    return event.kind == "handed_over" and len(set(sites)) == 2


def test_what_is_handed_to_nobody_is_written_down_and_nothing_was_done_about_it() -> None:
    left = [(one, seam) for one in told() for seam in one.seams]
    assert len(left) > 40
    for one, seam in left:
        assert seam.subject == one.case.case_id
        shift = next(shift for shift in roster.SHIFTS if shift.site == seam.detail["site"])
        assert seam.detail["owner"] in shift.agents
        given = [event for event in one.events if event.kind == "handed_over" and event.actor == seam.detail["owner"]]
        assert not [e for e in given if timedelta(0) <= seam.since - e.happened_at < timedelta(minutes=20)]
        ends = [event.happened_at for event in one.events if event.kind in ("resolved", "declined", "excluded")]
        assert ends[-1] > seam.since, "it is still open"
    forgotten = {one.case.case_id for one, _ in left if one.broken and one.broken.detail["cause"] == SLOW}
    assert len(forgotten) > 10, "mostly those that somebody does not think of"


def test_some_weeks_ago_there_was_a_drill_and_all_of_it_is_marked() -> None:
    since = STORY.drill.since
    assert timedelta(days=14) <= NOON - since <= timedelta(days=21)
    posts = Posts(1, 2500, STORY).of(DRILL_PLATFORM, slot_of(since), own_only=True)
    [post] = [post for post in posts if post.mention.is_drill]
    [row] = Understanding(load_site(EXAMPLE).brand).rows([post.mention]).rows
    assert (row.brand, row.is_drill) == (OWN.name, True)
    [case] = [one for one in cases.of_slot(1, posts, STORY) if one.case.item_id == post.mention.item_id]
    assert case.case.is_drill
    assert case.events[-1].kind == "resolved"
    assert all(event.is_drill for event in case.events)
    assert not any(one.case.is_drill for one in told()), "there is only one"


def test_the_site_file_has_the_desk_s_own_shifts() -> None:
    site = load_site(EXAMPLE)
    at_work = [shift for shift in site.shift if not shift.on_call]
    shifts = [(s.site, s.timezone, s.languages, s.heads, s.start, s.end, s.days, s.agents) for s in at_work]
    assert shifts == [
        (s.site, s.timezone, s.languages, s.heads, s.start, s.end, s.days, s.agents) for s in roster.SHIFTS
    ]
    assert all(shift.heads == len(shift.agents) for shift in roster.SHIFTS)
    [called] = [shift for shift in site.shift if shift.on_call]
    assert set(called.agents) < set(next(one.agents for one in roster.SHIFTS if one.site == called.site))
    assert site.staffing
    assert set(site.staffing.cost) == {shift.employer for shift in site.shift}, "everybody's hour costs something"
    assert set(site.staffing.track) < set(site.track)
    brands = {brand.name: brand for brand in site.brand}
    assert list(brands) == [brand.name for brand in (OWN, *RIVALS)]
    for brand in (OWN, *RIVALS):
        assert brand.loyalty in brands[brand.name].products
    assert {source.options.get("seed", 1) for source in site.source} == {1}
    posts = [name for source in site.source for name in source.options.get("platforms", ())]
    assert sorted(posts) == sorted(PLATFORMS), "each platform is brought by one source"


def test_the_roster_has_one_hole_a_week_all_year() -> None:
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    found = list(roster.holes(begin, begin + timedelta(weeks=52)))
    assert len(found) == 52
    angeles, kolkata = ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Kolkata")
    for since, until in found:
        assert f"{since.astimezone(angeles):%a %H:%M}" == "Sat 16:30"
        assert f"{until.astimezone(kolkata):%a %H:%M}" == "Sun 09:00"
        assert until - since in (timedelta(hours=3), timedelta(hours=4))


def test_every_text_names_a_brand_the_site_finds_and_none_has_a_gap() -> None:
    site = load_site(EXAMPLE)
    understood = Understanding(site.brand).rows([post.mention for post in said(6)])
    assert understood.unmatched == 0
    assert understood.refused == ()
    assert not any(re.search(r"[{}]", post.mention.text) for post in said(6))
    assert {row.brand for row in understood.rows} == {brand.name for brand in site.brand}


def test_there_is_enough_to_read() -> None:
    for code in LANGUAGES:
        least = 60 if code == "en" else 12
        for mood in ("positive", "negative", "neutral"):
            texts = language(code).texts[mood]
            assert len(set(texts)) == len(texts) >= least, (code, mood)
    common = Counter(post.mention.text for post in said(6))
    assert common.most_common(1)[0][1] < 60


def test_a_slot_is_the_same_whoever_asks() -> None:
    again = Posts(1, 2500, Story(1, NOON))
    slot = slot_of(STORY.incident.since + 8 * HOUR)
    one = again.of("x", slot)
    assert one == Posts(1, 2500, STORY).of("x", slot)
    own = [post.mention for post in again.of("x", slot, own_only=True) if post.is_own]
    assert own == [post.mention for post in one if post.is_own]
    assert begin_of(slot) <= min(post.mention.published_at for post in one)
