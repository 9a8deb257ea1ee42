"""Every number and every mark of the desk leads to its rows, and there are exactly as many."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from callbacks import desk, desk_views
from callbacks.desk_rows import rows_for
from callbacks.hands import Hands
from layouts.desk.filters import Filters
from layouts.desk.links import bare
from layouts.desk.page import span_key, tab_links
from layouts.desk.sentence import LISTS
from layouts.desk.steer import steered
from layouts.desk.table import file_address
from tests.conftest import NOON
from tests.pages.desk_world import HOSTILE, counted_links, filled, hands_of, parts, text_of, view_of
from tests.pages.world import World

QUERIES = (
    "",
    "platform=x&sentiment=negative",
    "language=&region=",
    "sentiment=&text=late",
    "since=2026-11-15T00:00Z&until=2026-11-16T06:30Z",
    "view=cases&window=30d",
    "view=cases&state=new&state=resolved",
    "view=cases&replied=no&text=late",
    "platform=nowhere",
)


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    warehouse = filled(tmp_path_factory.mktemp("desk"))
    yield hands_of(warehouse)
    warehouse.close()


def rows_of(hands: Hands, filters: Filters) -> list[dict[str, Any]]:
    """All rows the table shows for `filters`, and the count beside them."""
    block = rows_for(hands, filters, {"startRow": 0, "endRow": 1000}, NOON)
    assert len(block.rows) == block.count
    return block.rows


def drawn_parts(hands: Hands, query: str) -> dict[str, Any]:
    view = view_of(hands, query)
    said, done = desk_views.said_for(view)[0], desk_views.done_for(view)
    return {"said": said, "done": done, "made": desk_views.made_for(view)}


@pytest.mark.parametrize("query", QUERIES)
def test_every_number_leads_to_exactly_as_many_rows(hands: Hands, query: str) -> None:
    for part, drawn in drawn_parts(hands, query).items():
        for words, count, filters in counted_links(drawn):
            assert len(rows_of(hands, filters)) == count, (part, words, filters.query())


def test_the_numbers_that_lead_somewhere_are_there(hands: Hands) -> None:
    found = {part: [words for words, _, _ in counted_links(drawn)] for part, drawn in drawn_parts(hands, "").items()}
    assert len(found["said"]) == 7  # mentions, those before, three times what a number is of, judged, negative
    assert len(found["done"]) == 7
    assert len(found["made"]) == 4 + 3 + 2 + 3 + 3
    assert any(words.startswith("unknown") for words in found["made"])
    assert any(words.startswith("not judged") for words in found["made"])


@pytest.mark.parametrize("query", QUERIES)
def test_every_bar_of_the_trend_is_as_high_as_the_rows_it_opens(hands: Hands, query: str) -> None:
    view = view_of(hands, query)
    figure, _, words = desk_views.trend_for(view, "dark")
    given = {"search": f"?{view.filters.query()}"}
    opened = []
    for customdata, height in heights(figure):
        click = {"points": [{"customdata": customdata}]}
        filters, _ = steered("desk-trend.clickData", {**given, "clicked": click}, view.site)
        opened.append((height, filters.query()))
    table = [(count, filters.query()) for _, count, filters in counted_links(words)]
    assert sorted(opened) == sorted(table), "the table beside the figure has the same marks"
    for height, address in opened:
        assert len(rows_of(hands, Filters.from_query(address)[0])) == height, address


def heights(figure: Any) -> list[tuple[list[str], int]]:
    """Each bar that is not empty: what it carries, and its height above zero."""
    if not figure["data"]:
        return []
    part, rest, catcher = figure["data"][:3]
    tops = [low + high for low, high in zip(rest["base"], rest["y"], strict=True)]
    assert catcher["base"] == tops
    assert rest["customdata"] == catcher["customdata"]
    bars = [*zip(part["customdata"], part["y"], strict=True), *zip(rest["customdata"], tops, strict=True)]
    return [(customdata, int(height)) for customdata, height in bars if height]


def test_the_bars_of_each_breakdown_add_up_to_the_total(hands: Hands) -> None:
    for query in ("", "view=cases", "platform=x&window=30d"):
        view = view_of(hands, query)
        total = len(rows_of(hands, view.filters))
        for block in (
            one for one in parts(desk_views.made_for(view)) if getattr(one, "className", "") == "desk-breakdown"
        ):
            counts = [text_of(one) for one in parts(block) if getattr(one, "className", "") == "desk-count"]
            assert sum(int(count.replace(",", "")) for count in counts) == total, (query, text_of(block))


def test_a_chosen_bar_takes_its_filter_away_again(hands: Hands) -> None:
    drawn = desk_views.made_for(view_of(hands, "platform=x&text=late"))
    chosen: list[Any] = [one for one in parts(drawn) if hasattr(one, "aria-current")]
    assert [one.href for one in chosen] == ["/desk?text=late"]


def test_the_tabs_of_the_table_have_the_counts_of_their_rows(hands: Hands) -> None:
    for query in QUERIES:
        view = view_of(hands, query)
        counts = {"mentions": desk_views.said_for(view)[2], "cases": desk_views.done_for(view)[1]}
        counts["service"] = desk_views.count_for(view, "service")
        for name, count in counts.items():
            there, _ = Filters.from_query(tab_links(view.filters)[name].partition("?")[2])
            assert count == f"{len(rows_of(hands, there)):,}", (query, name)


def test_the_file_is_of_the_time_that_is_shown() -> None:
    filters = Filters(platforms=("x",), item="x:1", sort="brand")
    href = file_address(filters, NOON, ZoneInfo("America/New_York"))
    assert href == "/export/mentions.csv?platform=x&since=2026-11-14T12%3A00Z&until=2026-11-21T12%3A00Z"


def test_rows_stay_those_that_were_counted_while_more_come_in(hands: Hands) -> None:
    told = desk_views.pinned(hands, "", "tab", 1)
    later = hands_of(hands.answers.warehouse, NOON + timedelta(days=2))
    view = desk_views.View.read(later, view_of(hands, "").wishes, told)
    block, trouble = desk_views.block_for(view, {"startRow": 0, "endRow": 100})
    assert trouble == []
    assert block["rowCount"] == len(rows_of(hands, Filters()))


def test_rows_are_told_in_words_and_keep_their_keys(hands: Hands) -> None:
    block, _ = desk_views.block_for(view_of(hands, ""), {"startRow": 0, "endRow": 300})
    assert {row["platform"] for row in block["rowData"]} == {"X", "Reddit", "News"}
    assert {row["language"] for row in block["rowData"]} == {"English", "German", "unknown"}
    assert all(row["item_id"].startswith("x:") for row in block["rowData"])


def test_a_row_that_cannot_be_asked_for_is_told_and_breaks_nothing(hands: Hands) -> None:
    order = [{"colId": "text; drop table", "sort": "asc"}]
    block, trouble = desk_views.block_for(view_of(hands, ""), {"startRow": 0, "endRow": 9, "sortModel": order})
    assert block == {"rowData": [], "rowCount": 0}
    assert "rows cannot be sorted by" in text_of(trouble)


def test_what_a_question_refuses_is_told_in_its_place(hands: Hands) -> None:
    view = view_of(hands, "")
    shown, beside_it = desk_views.or_trouble(lambda: view.ask("said", {"totals": ("mention_total", {})}), 1)
    assert (shown.role, beside_it) == ("alert", "")
    assert 'did you mean "mention_totals"?' in text_of(shown)


def beside(hands: Hands, **opened: str) -> Any:
    return desk_views.beside_for(view_of(hands, ""), {"item": "", "case": "", **opened})


def test_a_post_is_shown_whole_with_its_conversation_and_its_case(hands: Hands) -> None:
    shown = beside(hands, item="x:1")
    words = text_of(shown)
    assert "Conversation" in words
    assert "this post" in words
    assert "opened" in words  # its case's timeline
    turns = [one for one in parts(shown) if getattr(one, "className", "") == "desk-turn"]
    assert len(turns) > 5
    assert beside(hands) == []


def test_a_case_is_shown_with_who_did_what(hands: Hands) -> None:
    words = text_of(beside(hands, case="x:1"))
    for told in ("What happened", "customer", "our people", "we are sorry", "claim", "after the opening"):
        assert told in words, told
    assert "not here" in text_of(beside(hands, case="x:nobody"))
    assert "not here" in text_of(beside(hands, item="x:nobody"))


def test_only_web_addresses_are_links_and_they_give_nothing_away(hands: Hands) -> None:
    rows = rows_of(hands, Filters(window="30d"))
    for url, linked in (("https://example.org/1", True), ("javascript:window.pwned=2", False), (None, False)):
        item = next(row["item_id"] for row in rows if row["url"] == url)
        asked: list[Any] = [one for one in parts(beside(hands, item=item)) if getattr(one, "target", None) == "_blank"]
        assert bool(asked) == linked, url
        assert all((one.href, one.rel) == (url, "noopener noreferrer") for one in asked)


def test_hostile_text_stays_text(hands: Hands) -> None:
    item = next(row["item_id"] for row in rows_of(hands, Filters(window="30d")) if row["text"] == HOSTILE)
    shown = beside(hands, item=item)
    told = [text_of(one) for one in parts(shown) if getattr(one, "className", "") == "desk-words"]
    assert "<img src=x onerror=\"window.pwned=1\"> abc\n=1+1 & 'x'" in told
    assert not any(hasattr(one, "dangerously_allow_html") for one in parts(shown))


# ---- from what was touched to the address


def page_state(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "search": "", "lists": {field: [] for field in LISTS}, "replied": "both", "window": "7d", "exact": None,
        "again": None, "text": "", "clicked": None, "event": None, "since": "", "until": "",
        "query": {"query": "", "now": "", "known_at": "", "tab": "t", "number": 4},
        "open": {"item": "", "case": "", "sort": ""}, "shown": "mentions", "span": span_key(Filters(), 0),
    }  # fmt: skip
    return {**plain, **changes}


def test_a_control_changes_the_address_and_the_address_the_controls(hands: Hands) -> None:
    lists = {**page_state()["lists"], "platform": ["x", ""]}
    told = desk.told(hands, "desk-platform.value", page_state(lists=lists))
    assert told["search"] == "?platform=&platform=x"
    assert told["query"]["query"] == "platform=&platform=x"
    assert told["query"]["number"] == 5
    back = desk.told(hands, "desk-url.search", page_state(search="?language=de&window=30d", lists=lists))
    assert back["lists"]["platform"] == []
    assert back["lists"]["language"] == ["de"]
    assert (back["window"], back["words"]["window"]) == ("30d", "the last 30 days")
    assert not isinstance(back["search"], str), "what the address says is not written back to it"


def test_two_controls_touched_at_once_both_count(hands: Hands) -> None:
    # the second is touched before the answer to the first has changed the address
    lists = {**page_state()["lists"], "brand": ["Aurora"]}
    told = desk.told(hands, "desk-text.value", page_state(lists=lists, text="late"))
    assert told["search"] == "?brand=Aurora&text=late"
    assert not isinstance(told["text"], str), "a field somebody writes in is left alone"


def test_an_exact_time_is_read_in_the_sites_zone(hands: Hands) -> None:
    state = page_state(since="2026-11-20T08:00", until="2026-11-20T10:00", search="?platform=x")
    told = desk.told(hands, "desk-exact.n_clicks", state)
    assert told["search"] == "?platform=x&since=2026-11-20T13%3A00Z&until=2026-11-20T15%3A00Z"
    assert told["window"] is None
    assert told["words"]["window"] == "Fri 20 Nov 08:00 to 10:00"
    wrong = desk.told(hands, "desk-exact.n_clicks", {**state, "until": "2026-11-20T08:00"})
    assert "until must be at least a minute later" in text_of(wrong["notices"])


def test_a_window_ends_an_exact_time_and_other_controls_keep_it(hands: Hands) -> None:
    exact = "?since=2026-11-20T13%3A00Z&until=2026-11-20T15%3A00Z"
    kept = desk.told(hands, "desk-text.value", page_state(search=exact, window=None, text="late"))
    assert kept["search"] == exact + "&text=late" or kept["search"].count("since") == 1
    ended = desk.told(hands, "desk-window.value", page_state(search=exact, window="24h"))
    assert ended["search"] == "?window=24h"


def test_opening_a_row_asks_for_no_number_again(hands: Hands) -> None:
    told = desk.told(hands, "desk-grid.eventData", page_state(event={"data": {"id": "x:1"}}))
    assert (told["search"], told["open"]["item"]) == ("?item=x%3A1", "x:1")
    assert not isinstance(told["query"], dict)
    sorted_ = desk.told(hands, "desk-grid.eventData", page_state(event={"data": {"sort": "-reach_count"}}))
    assert sorted_["search"] == "?sort=-reach_count"
    usual = desk.told(hands, "desk-grid.eventData", page_state(event={"data": {"sort": "-published_at"}}))
    odd = desk.told(hands, "desk-grid.eventData", page_state(event={"data": {"sort": "text;--"}}))
    assert not isinstance(usual["search"], str)
    assert not isinstance(odd["search"], str)


def test_refresh_takes_a_new_moment(hands: Hands) -> None:
    told = desk.told(hands, "desk-again.n_clicks", page_state())
    assert told["query"]["number"] == 5
    assert told["query"]["now"] == "2026-11-21T12:00:00Z"


# ---- over the wire


def test_the_desk_is_mounted_with_its_scripts_and_walls_are_spared_them(client: FlaskClient) -> None:
    page, wall = (client.get(path).text for path in ("/desk", "/wall/main"))
    on_desk, on_wall = ("\n".join(re.findall(r'(?:src|href)="([^"]+)"', text)) for text in (page, wall))
    both = ("plotly-cartesian", "fonts.css")
    for script in (*both, "dash_ag_grid", "dash_mantine", "desk.js", "desk.css", "dashAgGridFunctions", "desk_scheme"):
        assert script in on_desk, script
        assert (script in on_wall) == (script in both), script
    assert "/assets/wall" not in on_desk
    assert "dash_table" not in on_desk + on_wall
    assert page.index("desk_scheme.js") < page.index("<body"), "before anything is drawn"


def test_the_page_tells_what_of_its_address_it_did_not_understand(still: World) -> None:
    hands = hands_of(still.house.answers.warehouse)
    drawn = desk.desk_for(hands, "?plattform=x&window=8d&brand=AURORA")
    words = text_of(drawn)
    assert '"plattform" is not a filter; did you mean "platform"?' in words
    assert "Aurora" in words
    assert bare(Filters.from_query("window=8d")[0]).query() == ""


@pytest.fixture
def client(still: World) -> FlaskClient:
    return still.flask.test_client()


def update(client: FlaskClient, output: str, inputs: list[tuple[str, str, Any]]) -> Any:
    """What a callback answers over the wire."""
    client.get("/desk")
    body = {
        "output": output,
        "outputs": {"id": output.partition(".")[0], "property": output.partition(".")[2]},
        "inputs": [{"id": id_, "property": name, "value": value} for id_, name, value in inputs],
        "changedPropIds": [f"{inputs[0][0]}.{inputs[0][1]}"],
    }
    cookie = client.get_cookie("csrf_token")
    headers = {"X-CSRF-Token": cookie.value} if cookie else {}
    return client.post("/_dash-update-component", json=body, headers=headers)


def test_a_callback_answers_over_the_wire(client: FlaskClient) -> None:
    told = {"query": "", "now": "2026-11-21T12:00:00Z", "known_at": "2026-11-21T12:00:00Z", "tab": "t", "number": 1}
    answer = update(client, "desk-breakdowns.children", [("desk-query", "data", told)])
    assert answer.status_code == 200
    assert "Instagram" in json.dumps(answer.get_json())
    pill = update(client, "desk-pill.children", [("desk-tick", "n_intervals", None)])
    assert "LIVE" in json.dumps(pill.get_json())
