"""The desk's filters: the address is the view, and what it says wrongly is told and loses nothing else."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Site
from layouts.desk.clocks import BANDS, CAUSES, METRICS, OUTCOMES
from layouts.desk.edges import edges, grain
from layouts.desk.filters import ABOUT, CHOICES, FIELDS, SENTIMENTS, WINDOW, WINDOWS, Filters, foreign, states_of
from tests.conftest import NOON

UTC_ZONE = ZoneInfo("UTC")
NEW_YORK = ZoneInfo("America/New_York")
SITE = Site.model_validate(
    {
        "site": {"name": "Desk", "timezone": "America/New_York"},
        "brand": [{"name": "United", "terms": ["united"]}, {"name": "Air Ü", "terms": ["airü"]}],
    }
)
KNOWN = {"sentiments": SENTIMENTS, "metrics": tuple(METRICS), "outcomes": OUTCOMES, "causes": CAUSES, "bands": BANDS}
VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
LISTS = st.lists(VALUES, max_size=4).map(tuple)
MOMENTS = st.integers(631_152_000, 2_840_140_800).map(lambda second: datetime.fromtimestamp(second, UTC))
ZONES = st.sampled_from(
    ["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo"]
).map(ZoneInfo)


@st.composite
def chosen(draw: st.DrawFn) -> Filters:
    since = draw(st.none() | MOMENTS)
    length = draw(st.timedeltas(timedelta(minutes=2), timedelta(days=3000)))
    plain: dict[str, Any] = {name: draw(LISTS) for name in FIELDS.values()}
    words: dict[str, Any] = {key: draw(st.sampled_from(known)) for key, known in CHOICES.items()}
    for name, known in {**KNOWN, "states": states_of(words["view"])}.items():
        plain[name] = draw(st.lists(st.sampled_from(known)).map(tuple))
    words |= {key: draw(VALUES).strip() for key in ("text", "sort", "item", "case", "speaks", "place")}
    # an address is composed text (NFC), as keyboards write it
    words = {key: unicodedata.normalize("NFC", word).strip() for key, word in words.items()}
    if since is None:
        return Filters(window=draw(st.sampled_from(list(WINDOWS))), **plain, **words)
    return Filters(since=since, until=since + length, **plain, **words)


@given(chosen())
def test_the_address_is_the_view(filters: Filters) -> None:
    again, problems = Filters.from_query(filters.query())
    assert problems == [] or all("characters" in problem for problem in problems)
    if not problems:
        assert again == filters
        assert again.query() == filters.query()
        assert Filters.from_query("?" + filters.query())[0] == filters


@given(chosen(), st.sampled_from(list(FIELDS)), VALUES)
def test_a_value_toggled_twice_is_as_before(filters: Filters, field: str, value: str) -> None:
    kept = field not in foreign(filters.view) and field not in ("state", "cause")
    once = filters.toggled(field, value)
    assert not kept or (value in getattr(once, FIELDS[field])) != (value in getattr(filters, FIELDS[field]))
    assert not kept or once.toggled(field, value) == filters
    assert filters.only(field, value).toggled(field, value) == filters.only(field, "x").toggled(field, "x")


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=220), max_size=3), max_size=5))
def test_whatever_an_address_says_there_is_a_view(given_: dict[str, list[str]]) -> None:
    filters, problems = Filters.parse(given_, SITE)
    assert Filters.from_query(filters.query(), SITE) == (filters, [])
    unknown = set(given_) - {*FIELDS, *CHOICES, *ABOUT, "window", "since", "until", "text", "sort", "item", "case"}
    assert sum("is not a filter" in problem for problem in problems) == len(unknown)


def test_the_same_view_has_one_address() -> None:
    there = Filters(brands=("b", "a", "b"), languages=("", "en"), text=" late ")
    assert there.query() == "brand=a&brand=b&language=&language=en&text=late"
    assert there == Filters.from_query("text=late&language=en&brand=b&language=&brand=a&window=7d&view=mentions")[0]
    assert Filters().query() == ""


@pytest.mark.parametrize(
    ("query", "kept", "said"),
    [
        ("windw=7d&brand=United", "brand=United", '"windw" is not a filter; did you mean "window"?'),
        ("window=8d&brand=United", "brand=United", 'window cannot be "8d"; 7d is shown'),
        ("sentiment=bad&sentiment=positive", "sentiment=positive", 'sentiment cannot be "bad"; there is negative'),
        ("state=open", "", 'state cannot be "open"'),
        ("view=posts&text=x", "text=x", 'view cannot be "posts"; mentions is shown'),
        ("since=2026-11-01&text=x", "text=x", "since and until only go together"),
        ("since=soon&until=2026-11-01", "", 'since cannot be "soon"; write 2026-11-21T08:00Z'),
        ("since=2026-11-02&until=2026-11-01", "", "until must be at least a minute later"),
        ("since=1990-01-01&until=2026-11-01", "", "more than ten years"),
        ("since=0001-01-01&until=2026-11-01", "", "since cannot be"),
        ("text=a&text=b", "text=a", "text is given 2 times and takes one value"),
        ("text=" + "x" * 201, "", "text has 201 characters, of 200 at most"),
        ("&".join(f"region=r{n:03}" for n in range(101)), None, "region is given 101 times; the first 100"),
        ("brand=" + "x" * 201 + "&brand=United", "brand=United", "brand has 201 characters"),
    ],
)
def test_what_is_not_understood_is_told_and_the_rest_counts(query: str, kept: str | None, said: str) -> None:
    filters, problems = Filters.from_query(query, SITE)
    assert len(problems) == 1
    assert said in problems[0]
    assert kept is None or filters.query() == kept


@pytest.mark.parametrize(
    ("query", "kept", "said"),
    [
        ("view=service&language=de&state=met", "state=met&view=service", "language says nothing about service"),
        ("track=care&text=x", "text=x", "track says nothing about mentions; it is left out"),
        ("view=service&state=new", "view=service", 'state cannot be "new"; there is met, breached'),
        ("view=cases&state=met", "view=cases", 'state cannot be "met"; there is new'),
        ("view=service&clocks=running&cause=slow+reply", "clocks=running&view=service", "cause goes with clocks=due"),
        ("view=service&kept=no", "view=service", "kept goes with clocks=promised only; it is left out"),
        ("view=service&band=half", "view=service", 'band cannot be "half"; there is under 50, 50 to 75'),
        ("view=service&clocks=all", "view=service", 'clocks cannot be "all"; due is shown'),
        ("view=people&speaks=de&brand=United", "speaks=de&view=people", "brand says nothing about people"),
        ("view=people&place=Berlin&case=x:1", "place=Berlin&view=people", "case says nothing about people"),
        ("view=cases&speaks=de", "view=cases", "speaks says nothing about cases; it is left out"),
    ],
)
def test_a_view_says_what_says_nothing_in_it(query: str, kept: str, said: str) -> None:
    filters, problems = Filters.from_query(query, SITE)
    assert [said in problem for problem in problems] == [True]
    assert filters.query() == kept


def test_the_rows_of_promises_are_picked_and_their_numbers_are_not() -> None:
    filters = Filters(view="service", metrics=("frt",), states=("breached",), owners=("",), causes=("slow reply",))
    rows = filters.clock_params(NOON, UTC_ZONE)
    assert (rows["states"], rows["owners"], rows["clocks"]) == (["breached"], [""], "due")
    assert "causes" not in rows, "that is another question"
    assert set(filters.promise_params(NOON, UTC_ZONE)) == {"since", "until", "brands", "platforms"}
    assert filters.whole() == Filters(view="service", metrics=("frt",))


def test_brands_are_known_by_any_case_and_old_ones_stay() -> None:
    filters, problems = Filters.from_query("brand=uNITED&brand=AIR+ü&brand=Retired", SITE)
    assert (filters.brands, problems) == (("Air Ü", "Retired", "United"), [])
    assert filters.strangers(SITE) == ["Retired"]


def test_times_are_read_in_the_sites_zone_and_written_in_utc() -> None:
    filters, problems = Filters.from_query("since=2026-11-01&until=2026-11-02T00:00:00%2B01:00", SITE)
    assert problems == []
    assert filters.query() == "since=2026-11-01T04%3A00Z&until=2026-11-01T23%3A00Z"
    blank, _ = Filters.from_query("since=2026-11-01&until=2026-11-02T00:00:00+01:00", SITE)
    assert blank == filters, "a + in an address arrives as a blank"


def test_a_window_ends_at_a_whole_minute_and_begins_at_this_time_of_day() -> None:
    now = datetime(2026, 3, 10, 16, 30, 59, tzinfo=UTC)
    until = datetime(2026, 3, 10, 16, 30, tzinfo=UTC)
    assert Filters(window="24h").span(now, NEW_YORK) == (until - timedelta(hours=24), until)
    since, _ = Filters(window="7d").span(now, NEW_YORK)
    assert since == datetime(2026, 3, 3, 17, 30, tzinfo=UTC), "12:30 in New York, before its clocks went forward"
    assert Filters().before(now, UTC_ZONE) == (until - timedelta(days=14), until - timedelta(days=7))
    assert Filters().span(now, NEW_YORK) == Filters().span(now + timedelta(milliseconds=900), NEW_YORK)


def test_an_exact_span_stands_still() -> None:
    exact = Filters().within(NOON + timedelta(seconds=30), NOON + timedelta(hours=1, seconds=59))
    assert exact.span(NOON + timedelta(days=9), NEW_YORK) == (NOON, NOON + timedelta(hours=1))
    assert exact.last("24h").window == "24h"
    assert exact.last("24h").since is None
    with pytest.raises(ValueError, match="a minute later"):
        Filters().within(NOON, NOON + timedelta(seconds=59))
    with pytest.raises(ValueError, match="both since and until"):
        Filters(since=NOON)


def test_questions_are_asked_with_every_filter() -> None:
    filters = Filters(
        brands=("United",), sentiments=("", "negative"), text="50%", judge="source", states=("new",), replied="no"
    )
    params = filters.params(NOON, UTC_ZONE)
    assert params["since"] == NOON - WINDOWS[WINDOW]
    assert (params["sentiments"], params["text"], params["judge"]) == (["", "negative"], "50%", "source")
    assert "states" not in params
    assert filters.case_params(NOON, UTC_ZONE) == {**params, "states": ["new"], "replied": "no"}
    cut = filters.case_edge_params(NOON, UTC_ZONE)
    assert "since" not in cut
    assert (cut["edges"][0], cut["edges"][-1]) == (params["since"], NOON)


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(days=3600)), ZONES)
def test_edges_cut_a_span_where_the_zone_does(start: datetime, length: timedelta, zone: ZoneInfo) -> None:
    since = start.replace(second=0, microsecond=0)
    until = (since + length).replace(second=0, microsecond=0)
    cuts = edges(since, until, zone)
    assert (cuts[0], cuts[-1]) == (since, until)
    assert all(before < after for before, after in pairwise(cuts))
    assert len(cuts) <= 175
    name = grain(since, until)
    for cut in cuts[1:-1]:
        local = cut.astimezone(zone)
        # a night whose midnight a clock change takes away begins an hour later
        midnight = local.hour * 60 + local.minute in (0, 60)
        assert midnight if name in ("day", "week", "month") else local.minute % 5 == 0
        assert name != "week" or local.weekday() == 0
        assert name != "month" or local.day == 1
        assert cut.second == cut.microsecond == 0, "a mark can be opened exactly"


def test_weeks_begin_when_the_site_says() -> None:
    cuts = edges(NOON - timedelta(days=365), NOON, UTC_ZONE, "sunday")
    assert {cut.weekday() for cut in cuts[1:-1]} == {6}
