"""The desk's view of promises: every number leads to as many rows, of one moment, in the address and as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from dash import no_update

from callbacks import desk, desk_service, desk_views
from callbacks.desk_rows import rows_for
from callbacks.export import export_response
from callbacks.hands import Hands
from config import Site, parse_site
from layouts.desk.filters import Filters
from layouts.desk.page import tab_links
from layouts.desk.table import file_address
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.conftest import NOON, DictCache
from tests.pages.desk_world import SITE, counted_links, parts, text_of, view_of
from tests.pages.test_desk import page_state
from tests.promises.keeping import promise
from tests.queries.case_rows import HOUR, MINUTE, case, put
from tests.queries.clock_crowd import PROMISES, promised
from tests.rows import case as brought
from tests.rows import event, keep

QUERIES = (
    "view=service",
    "view=service&by=owner&window=30d",
    "view=service&by=metric&metric=frt&metric=nrt",
    "view=service&by=platform&platform=mail",
    "view=service&by=brand&brand=Aurora&since=2026-11-15T00:00Z&until=2026-11-20T06:30Z",
    "view=service&clocks=running&due=overdue&track=loud&metric=resolution",
)
CARDS = {
    "promises": desk_service.tiles_for,
    "kept": desk_service.kept_for,
    "ageing": desk_service.ageing_for,
    "burn": desk_service.burn_for,
    "causes": desk_service.causes_for,
    "forecast": desk_service.forecast_for,
}


def hands_with(warehouse: Warehouse, text: str = PROMISES) -> Hands:
    """As much of the house as the desk takes hold of; the site file promises what the crowd was promised."""
    served = SimpleNamespace(site=parse_site(text, base=Path(".")), build="b1", file="site.toml")
    answers = Answers(warehouse, load_catalogue(), DictCache())
    return cast(Hands, SimpleNamespace(answers=answers, clock=lambda: NOON, served=lambda: served))


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    warehouse = Warehouse("duckdb:w", tmp_path_factory.mktemp("service") / "w.duckdb", NOON - timedelta(days=60))
    promised(warehouse)
    yield hands_with(warehouse)
    warehouse.close()


@pytest.fixture
def site() -> Site:
    return parse_site(PROMISES, base=Path("."))


def rows_of(hands: Hands, filters: Filters) -> list[dict[str, Any]]:
    """All rows the table shows for `filters`, and the count beside them."""
    block = rows_for(hands, filters, {"startRow": 0, "endRow": 1000}, NOON)
    assert len(block.rows) == block.count
    return block.rows


@pytest.mark.parametrize("query", QUERIES)
def test_every_number_leads_to_exactly_as_many_rows(hands: Hands, query: str) -> None:
    view = view_of(hands, query)
    for name, draw in CARDS.items():
        for words, count, filters in counted_links(draw(view)):
            assert len(rows_of(hands, filters)) == count, (name, words, filters.query())


def test_the_numbers_that_lead_somewhere_are_there(hands: Hands) -> None:
    view = view_of(hands, "view=service&window=30d")
    found = {name: [words for words, _, _ in counted_links(draw(view))] for name, draw in CARDS.items()}
    assert len(found["promises"]) == 2 + 2 + 4 + 2 + 2 + 2
    assert len(found["kept"]) > 3 * 4
    assert len(found["ageing"]) > 10
    assert len(found["burn"]) >= 8
    assert len(found["causes"]) >= 3
    assert len(found["forecast"]) == 4


def test_breached_opens_the_breached_of_the_same_window(hands: Hands) -> None:
    links = {words: filters for words, _, filters in counted_links(CARDS["promises"](view_of(hands, QUERIES[0])))}
    [breached] = [words for words in links if words.endswith(" breached")]
    there = links[breached]
    assert there.query() == "state=breached&view=service"
    rows = rows_of(hands, there)
    assert len(rows) == int(breached.partition(" ")[0]) > 20
    assert {row["state"] for row in rows} == {"breached"}
    since, until = ((NOON - back).strftime("%Y-%m-%dT%H:%M:%SZ") for back in (timedelta(days=7), timedelta(0)))
    assert all(since <= row["due_at"] < until for row in rows)


def test_the_causes_of_the_rows_are_those_of_the_card(hands: Hands) -> None:
    links = counted_links(CARDS["causes"](view_of(hands, QUERIES[0])))
    for _, count, filters in links:
        rows = rows_of(hands, filters)
        assert [row["cause"] for row in rows] == list(filters.causes) * count
    assert sum(count for _, count, _ in links) == len(rows_of(hands, Filters(view="service", states=("breached",))))
    met = rows_of(hands, Filters(view="service", states=("met",)))
    assert {row["cause"] for row in met} == {None}


def test_what_is_overdue_has_its_cause_whenever_it_was_due(hands: Hands) -> None:
    overdue = Filters(view="service", clocks="running", due="overdue", window="24h")
    rows = rows_of(hands, overdue)
    assert any(row["due_at"] < "2026-11-20" for row in rows), "some were due before the window"
    assert all(row["cause"] for row in rows)
    longest = rows_of(hands, Filters(view="service", window="30d", states=("breached",)))
    causes = {row["row_id"]: row["cause"] for row in longest}
    assert {row["row_id"]: row["cause"] for row in rows} == {row["row_id"]: causes[row["row_id"]] for row in rows}


def test_the_public_promise_opens_its_own_rows(hands: Hands) -> None:
    every, kept, broken = (
        {row["row_id"] for row in rows_of(hands, Filters(view="service", clocks="promised", kept=kept))}
        for kept in ("", "yes", "no")
    )
    assert kept | broken == every
    assert kept
    assert broken
    assert not kept & broken
    # a public target is the later one: what it says is broken is broken inside as well
    inside = {row["row_id"]: row for row in rows_of(hands, Filters(view="service", clocks="started", window="30d"))}
    assert {inside[name]["state"] for name in broken if name in inside} == {"breached"}


def test_the_tabs_have_the_counts_of_their_rows(hands: Hands) -> None:
    for query in QUERIES:
        view = view_of(hands, query)
        counts = {"mentions": desk_views.said_for(view)[2], "cases": desk_views.done_for(view)[1]}
        counts["service"] = desk_views.count_for(view, "service")
        for name, count in counts.items():
            there, problems = Filters.from_query(tab_links(view.filters)[name].partition("?")[2])
            assert problems == []
            assert count == f"{len(rows_of(hands, there)):,}", (query, name)


def test_beside_promises_nobody_asks_how_loud_it_was(hands: Hands) -> None:
    view = view_of(hands, QUERIES[0])
    assert desk_views.said_for(view)[:2] == (no_update, no_update)
    assert desk_views.done_for(view)[0] is no_update


def test_rows_are_told_in_words_and_each_has_its_own_key(hands: Hands) -> None:
    block, trouble = desk_views.block_for(view_of(hands, QUERIES[0]), {"startRow": 0, "endRow": 900})
    assert trouble == []
    rows = block["rowData"]
    assert {row["metric"] for row in rows} == {"first response", "next response", "resolution"}
    assert {row["platform"] for row in rows} == {"X", "mail"}
    assert all(row["subject"] for row in rows), "a case without a subject is called by its id"
    assert len({row["row_id"] for row in rows}) == len(rows)
    running, _ = desk_views.block_for(view_of(hands, "view=service&clocks=running"), {"startRow": 0, "endRow": 900})
    assert "at risk" in {row["state"] for row in running["rowData"]}


def test_a_row_that_cannot_be_asked_for_is_told_and_breaks_nothing(hands: Hands) -> None:
    order = [{"colId": "subject; drop table", "sort": "asc"}]
    asked = {"startRow": 0, "endRow": 9, "sortModel": order}
    block, trouble = desk_views.block_for(view_of(hands, QUERIES[0]), asked)
    assert block == {"rowData": [], "rowCount": 0}
    assert "rows cannot be sorted by" in text_of(trouble)


# ---- one moment, one address


def service_state(query: str, **more: Any) -> dict[str, Any]:
    told = {"query": query, "now": "2026-11-21T11:48:00Z", "known_at": "2026-11-21T11:40:00Z", "tab": "t", "number": 4}
    return page_state(query=told, shown="service", **more)


def test_other_rows_of_the_same_promises_are_of_the_same_moment(hands: Hands) -> None:
    state = service_state("view=service", search="?state=breached&view=service")
    told = desk.told(hands, "desk-url.search", state)
    assert told["query"] == {**state["query"], "query": "state=breached&view=service", "number": 5}
    assert told["service"] is no_update, "the numbers stay as they are"
    assert told["view"] == told["main"] == "service"
    assert text_of(told["picked"]) == "Clocks due in the windowbreached ×, take backShow all that were due"


@pytest.mark.parametrize("search", ["?platform=x&view=service", "?by=owner&view=service", "?metric=frt&view=service"])
def test_other_promises_are_asked_for_as_they_are_now(hands: Hands, search: str) -> None:
    told = desk.told(hands, "desk-url.search", service_state("view=service", search=search))
    assert told["service"] == told["query"]
    assert told["query"]["now"] == "2026-11-21T12:00:00Z"
    again = desk.told(hands, "desk-again.n_clicks", service_state("view=service", search="?view=service"))
    assert again["service"]["now"] == "2026-11-21T12:00:00Z"


def test_the_view_is_left_and_entered_again_with_numbers_of_then(hands: Hands) -> None:
    left = desk.told(hands, "desk-url.search", service_state("view=service", search=""))
    assert (left["view"], left["service"], left["query"]["query"]) == ("mentions", no_update, "")
    back = desk.told(hands, "desk-url.search", page_state(search="?view=service"))
    assert back["service"] == back["query"]
    assert back["shown"] == "service"


def test_a_row_opens_its_case_and_an_order_is_the_addresss(hands: Hands) -> None:
    state = service_state("view=service", search="?view=service")
    opened = desk.told(hands, "desk-grid.eventData", {**state, "event": {"data": {"id": "x:c7"}}})
    assert opened["search"] == "?case=x%3Ac7&view=service"
    assert opened["open"]["case"] == "x:c7"
    ordered = desk.told(hands, "desk-grid.eventData", {**state, "event": {"data": {"sort": "remaining_seconds"}}})
    assert ordered["search"] == "?sort=remaining_seconds&view=service"
    odd = desk.told(hands, "desk-grid.eventData", {**state, "event": {"data": {"sort": "cause"}}})
    assert odd["search"] is no_update


def test_a_message_answered_twice_opens_its_case(hands: Hands) -> None:
    drawn = desk_service.double_for(view_of(hands, "view=service&window=30d"))
    links: list[Any] = [one for one in parts(drawn) if getattr(one, "href", None)]
    assert len(links) > 3
    cases = {Filters.from_query(one.href.partition("?")[2].partition("#")[0])[0].case for one in links}
    assert cases <= {f"x:c{n}" for n in range(260)}
    assert "kim, lou" in text_of(drawn)


def test_the_numbers_say_of_which_moment_they_are(hands: Hands) -> None:
    view = view_of(hands, QUERIES[0])
    assert desk_service.as_of(view) == "as of Sat 21 Nov 07:00"
    seconds = cast(Hands, SimpleNamespace(**{**vars(hands), "clock": lambda: NOON + timedelta(seconds=37)}))
    assert desk_views.pinned(seconds, "", "t", 1)["now"] == "2026-11-21T12:00:00Z", "a whole minute for all questions"


def test_what_a_question_refuses_is_told_in_its_card(hands: Hands) -> None:
    view = view_of(hands, QUERIES[0])
    asks: Any = {"it": ("sla_attainmen", {})}
    shown: Any = desk_service.or_told(view, lambda view: cast(Any, view.ask("kept", asks)["it"]))
    assert shown.role == "alert"
    assert 'did you mean "sla_attainment"?' in text_of(shown)


# ---- nothing promised


def test_a_desk_that_promises_nothing_says_what_to_write(tmp_path: Path) -> None:
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", NOON)
    none = hands_with(warehouse, SITE)
    drawn = desk.desk_for(none, "?view=service")
    words = text_of(drawn)
    assert "Nothing is promised yet" in words
    assert "[track.NAME]" in words
    ids = {getattr(one, "id", None) for one in parts(drawn)}
    assert "desk-kept" not in ids
    told = desk.told(none, "desk-url.search", page_state(search="?view=service"))
    assert told["service"] is no_update, "and nothing is asked"
    warehouse.close()


def words_of_cards(warehouse: Warehouse) -> dict[str, str]:
    view = view_of(hands_with(warehouse), "view=service")
    return {name: text_of(draw(view)) for name, draw in {**CARDS, "double": desk_service.double_for}.items()}


def test_before_any_case_is_known_nothing_is_called_calm(tmp_path: Path) -> None:
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", NOON - HOUR)
    words = words_of_cards(warehouse)
    promise(warehouse, PROMISES)
    with_tracks = words_of_cards(warehouse)
    warehouse.close()
    assert words["promises"].startswith("Promises kept–no case is known yetOverdue now–")
    for card in ("kept", "ageing", "causes", "forecast", "double"):
        assert words[card] == "No case is known yet: no source has brought any."
    assert "calm" not in with_tracks["burn"]
    assert "loud–none due–none due–none due–" in with_tracks["burn"]
    assert not re.search(r"\d", with_tracks["promises"].replace("60 min", "")), "unknown is not zero"


def test_a_desk_that_is_done_says_so_and_claims_no_share(tmp_path: Path) -> None:
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", NOON - timedelta(days=30))
    long_ago = NOON - timedelta(days=20)
    ended = event(1, "excluded", happened_at=long_ago, actor_kind="human")
    keep(Ledger(warehouse), cases=[brought(1, opened_at=long_ago)], events=[ended])
    promise(warehouse, PROMISES)
    words = words_of_cards(warehouse)
    warehouse.close()
    assert "Promises kept–nothing was due0 breached of 0 due" in words["promises"]
    assert "Overdue now0nobody waits too long" in words["promises"]
    assert "Oldest waiting–nobody waits" in words["promises"]
    assert words["kept"].endswith("Nothing was due in this window.")
    assert words["ageing"] == "Nothing runs: nobody waits for anything that is promised."
    assert words["causes"] == "No promise that was due in this window was broken."
    assert words["double"] == "No message was answered by two people in this window."


# ---- the file


def file_of(hands: Hands, query: str) -> list[dict[str, str]]:
    given: dict[str, list[str]] = {}
    for name, _, value in (part.partition("=") for part in query.split("&") if part):
        given.setdefault(name, []).append(value)
    response = export_response(hands, "service", given)
    assert response.status_code == 200
    table = list(csv.DictReader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"), newline="")))
    assert len(table) == int(response.headers["X-Rows"])
    return table


@pytest.mark.parametrize(
    "query", ["", "state=breached", "clocks=running&due=overdue", "clocks=promised&kept=no", "cause=nobody on shift",
              "clocks=last360", "clocks=started&metric=frt&outcome="]
)  # fmt: skip
@pytest.mark.parametrize("at_once", [10_000, 40])
def test_the_file_holds_the_rows_of_the_table(
    hands: Hands, query: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callbacks.export.AT_ONCE", at_once)
    rows = rows_of(hands, Filters.from_query(f"view=service&{query}")[0])
    found = file_of(hands, query)
    key = ("case_id", "metric", "cycle", "state", "cause")
    assert len(rows) == len(found) > 5
    assert {tuple(str(row[name] or "") for name in key) for row in rows} == {
        tuple(row[name] for name in key) for row in found
    }


def test_nothing_in_the_file_begins_a_formula(hands: Hands) -> None:
    subjects = {row["subject"] for row in file_of(hands, "window=30d")}
    assert '\'=HYPERLINK("x")' in subjects
    assert not [one for one in subjects if one.startswith("=")]


def test_the_file_is_of_the_moment_of_the_page(site: Site) -> None:
    href = file_address(
        Filters(view="service", states=("breached",), case="x:1"), NOON + 30 * MINUTE / 60, site.site.zone
    )
    assert href == (
        "/export/service.csv?since=2026-11-14T12%3A00Z&state=breached&until=2026-11-21T12%3A00Z&view=service"
        "&now=2026-11-21T12:00Z"
    )


def test_a_case_without_clocks_is_no_row(tmp_path: Path) -> None:
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", NOON - HOUR)
    put(warehouse, cases=[case("x:1", known_from_at=NOON - HOUR)])
    assert rows_of(hands_with(warehouse, SITE), Filters(view="service", clocks="running")) == []
    warehouse.close()
