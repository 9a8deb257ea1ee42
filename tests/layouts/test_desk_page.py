"""The desk's page before any number: a sentence with labelled controls, and words that cannot leave their place."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from config import parse_site
from layouts.desk.beside import whole
from layouts.desk.breakdowns import breakdowns, named
from layouts.desk.filters import Filters
from layouts.desk.links import address, narrowed, source_link, viewing
from layouts.desk.page import desk_page
from layouts.desk.sentence import LISTS, options, told_words
from layouts.desk.table import CASES, MENTIONS, columns, sortable
from layouts.nav import PLACES, nav_markup
from tests.pages.desk_world import SITE, parts, text_of

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LONG = "A brand whose name is so long that nobody has ever read all of it " * 3


def site() -> Any:
    return parse_site(SITE, base=Path("."))


def page(query: str = "") -> Any:
    told = {"query": query, "now": "", "known_at": "", "tab": "t", "number": 1}
    return desk_page(Filters.from_query(query)[0], site(), NOW, told)


def props(component: Any) -> dict[str, Any]:
    found: dict[str, Any] = component.to_plotly_json()["props"]
    return found


def words(query: str) -> dict[str, str]:
    return told_words(Filters.from_query(query)[0], site().site.zone, NOW)


def test_every_control_has_a_name() -> None:
    shown = list(parts(page()))
    labels = {getattr(one, "htmlFor", None) for one in shown}
    for one in shown:
        kind = type(one).__name__
        if kind in ("CheckboxGroup", "RadioGroup"):
            assert one.label, props(one)["id"]  # type: ignore[attr-defined]
        if kind == "TextInput":
            assert getattr(one, "label", None) or props(one)["id"] in labels
        if kind == "ColorSchemeToggle":
            assert props(one)["aria-label"]


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [int(type(one).__name__[1]) for one in parts(page()) if type(one).__name__ in ("H1", "H2", "H3", "H4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_sentence_reads_like_one() -> None:
    told = words("")
    assert [told[name] for name in ("view", *LISTS, "window")] == [
        "Mentions", "any answer", "all brands", "all platforms", "any language", "any region", "any way",
        "in any state", "the last 7 days",
    ]  # fmt: skip
    told = words("brand=Aurora&brand=Meridian&platform=instagram&language=&sentiment=&sentiment=negative&window=30d")
    assert told["brand"] == "Aurora and Meridian"
    assert told["platform"] == "Instagram"
    assert told["language"] == "unknown language"
    assert told["sentiment"] == "not judged and negative"
    assert words("view=cases&state=new&state=assigned&state=answered&state=waiting")["state"] == "open"
    assert words("platform=a&platform=b&platform=c&platform=d&platform=e")["platform"] == "a, b and 3 more"
    assert len(words(f"platform={LONG[:190]}")["platform"]) <= 24
    told = words("view=service&metric=frt&metric=nrt&window=24h")
    assert [told[name] for name in ("view", "metric", "window")] == [
        "Promises", "first response and next response", "the last 24 hours",
    ]  # fmt: skip


def test_the_other_pages_are_plain_links() -> None:
    links = {text_of(one): one for one in parts(page()) if getattr(one, "href", None) in dict(PLACES).values()}
    for name, path in PLACES:
        assert (links[name].href, hasattr(links[name], "data-desk")) == (path, False)  # type: ignore[attr-defined]
    assert props(links["Desk"])["aria-current"] == "page"
    assert nav_markup("/health").count('aria-current="page"') == 1


def test_what_is_chosen_can_always_be_taken_back() -> None:
    filters = Filters(platforms=("gone", "x"), brands=("Old brand",))
    table = pd.DataFrame({"dimension": ["platform"], "value": ["x"], "mentions_count": [3]})
    assert options("platform", table, filters, site()) == [("x", 3), ("gone", None)]
    assert ("Old brand", None) in options("brand", table, filters, site())
    assert [value for value, _ in options("sentiment", None, filters, site())][-1] == ""


def breakdown(**more: Any) -> pd.DataFrame:
    plain = {"dimension": "language", "value": "", "mentions_count": 4, "mentions_count_before": 0}
    return pd.DataFrame([{**plain, **more}])


def test_unknown_is_a_value_that_can_be_clicked() -> None:
    block = breakdowns(breakdown(), Filters())[3]
    (bar,) = (one for one in parts(block) if getattr(one, "href", None))
    assert (bar.href, text_of(bar)) == ("/desk?language=", "unknown4new")  # type: ignore[attr-defined]


def test_many_values_are_folded_and_none_is_lost() -> None:
    table = pd.concat([breakdown(value=f"l{n}", mentions_count=100 - n) for n in range(30)])
    block = breakdowns(table, Filters())[3]
    assert len([one for one in parts(block) if getattr(one, "href", None)]) == 30
    assert "24 more" in text_of(block)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202eevil", LONG, "שלום", "日本語の長い名前"])
def test_an_odd_name_stays_one_piece_of_text(name: str) -> None:
    block = breakdowns(breakdown(dimension="brand", value=name), Filters())[2]
    assert named("brand", name) == " ".join(name.replace("\u202e", "").split())
    assert any(named("brand", name) == text_of(one) for one in parts(block) if type(one).__name__ == "Bdi")


def test_numbers_lead_only_to_what_is_asked_for() -> None:
    chosen = Filters(sentiments=("negative", "positive"), view="cases", sort="-opened_at", item="x:1")
    assert narrowed(chosen, "sentiment", ("negative",)) == Filters(
        sentiments=("negative",), view="cases", sort="-opened_at"
    )
    assert narrowed(chosen, "sentiment", ("neutral",)) is None
    assert viewing(chosen, "mentions").sort == ""
    assert address(Filters(), "desk-rows") == "/desk#desk-rows"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https://a b",
        "",
        None,
        7,
        "ftp://x",
        "http://x\nhttps://y",
    ],
)
def test_only_web_addresses_become_links(url: object) -> None:
    assert source_link(url, "open") is None


def test_a_posts_lines_stay_and_what_could_leave_its_place_does_not() -> None:
    assert whole("one\r\n\u202etwo\n\n\x07three ") == "one\ntwo\n\n three".replace(" three", "three")
    assert whole(None) == whole(float("nan")) == ""


def test_the_table_sorts_by_what_it_shows_and_starts_as_the_address_says() -> None:
    assert set(sortable("mentions")) < {column["field"] for column in MENTIONS}
    assert "text" not in sortable("mentions") + sortable("cases")
    started = {one["field"]: one.get("initialSort") for one in columns(Filters(sort="reach_count"))}
    assert (started["reach_count"], started["published_at"]) == ("asc", None)
    odd = {one["field"]: one.get("initialSort") for one in columns(Filters(sort="text;--", view="cases"))}
    assert odd["opened_at"] == "desc"
    numbers = [one for one in (*MENTIONS, *CASES) if one["field"].endswith(("_count", "_seconds"))]
    assert all("ag-right-aligned-cell" in one["cellClass"] and "desk-digits" in one["cellClass"] for one in numbers)


def test_who_is_signed_in_is_told_and_nobody_else() -> None:
    told = {"query": "", "now": "", "known_at": "", "tab": "t", "number": 1}
    signed = desk_page(Filters(), site(), NOW, told, person="<i>Ann</i>")
    assert "Signed in: <i>Ann</i>" in text_of(signed)
    assert "Signed in" not in text_of(page())
