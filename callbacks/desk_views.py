"""What the desk shows for a query: the questions it asks, and the drawing of their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import no_update

from callbacks.desk_deadlines import asks_of, deadlines_for
from callbacks.desk_rows import QUESTIONS, count_of, rows_for
from callbacks.hands import Hands
from config import Site
from layouts.blind import spans_of
from layouts.desk import beside, page, times
from layouts.desk.breakdowns import breakdowns
from layouts.desk.filters import TICK, Filters
from layouts.desk.links import viewing
from layouts.desk.palette import SCHEMES
from layouts.desk.pill import age_of, broken, has_brought, pill
from layouts.desk.sentence import LISTS, checkboxes, options
from layouts.desk.table import said
from layouts.desk.totals import case_totals, exact, mention_totals
from layouts.desk.trend import pieces, quiet, trend_figure
from layouts.words import UNCHECKED
from queries.catalogue import QuestionError, find
from queries.utc import iso
from queries.warehouse import WarehouseError
from queries.wishes import NoLongerWanted, Wish, Wishes

Asks = Mapping[str, tuple[str, Mapping[str, Any]]]
Told = Mapping[str, Any]
_POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="desk")


class Trouble(Exception):
    """A question could not be answered; its words are for whoever looks."""


@dataclass(frozen=True)
class View:
    """What one page looks at. Every number and every row on it is of one moment and of what was known then.

    number  counts up with each change of what is looked at: an older request of the same tab is put off by a newer one
    """

    hands: Hands
    wishes: Wishes
    filters: Filters
    now: datetime
    known_at: datetime
    tab: str
    number: int

    @classmethod
    def read(cls, hands: Hands, wishes: Wishes, told: Told) -> View:
        """From what the page's store holds, see `pinned`."""
        filters, _ = Filters.from_query(str(told["query"]), hands.served().site)
        now, known_at = (datetime.fromisoformat(str(told[name])) for name in ("now", "known_at"))
        return cls(hands, wishes, filters, now, known_at, str(told["tab"]), int(told["number"]))

    @property
    def site(self) -> Site:
        """The site as it is served now."""
        return self.hands.served().site

    @property
    def zone(self) -> ZoneInfo:
        """The zone every time is told in."""
        return self.site.site.zone

    @property
    def params(self) -> dict[str, Any]:
        """What questions about this view are asked with."""
        about = self.filters.case_params if self.filters.view == "cases" else self.filters.params
        return about(self.now, self.zone)

    def ask(self, place: str, asks: Asks) -> dict[str, pd.DataFrame]:
        """The answers to several questions at once, for one place of the page.

        Raises Trouble, and NoLongerWanted when the page already looks at something else.
        """
        with self.wishes.made(self.tab, place, self.number) as wish:
            waiting = {key: _POOL.submit(self._ask, name, params, wish) for key, (name, params) in asks.items()}
            try:
                return {key: answer.result() for key, answer in waiting.items()}
            except NoLongerWanted:
                raise
            except (QuestionError, WarehouseError) as problem:
                raise Trouble(str(problem)) from problem

    def _ask(self, name: str, params: Mapping[str, Any], wish: Wish) -> pd.DataFrame:
        known = {"known_at": self.known_at} if self._takes_known_at(name) else {}
        return self.hands.answers.ask(name, {**params, **known}, self.now, wish).frame

    def _takes_known_at(self, name: str) -> bool:
        return any(param.name == "known_at" for param in find(self.hands.answers.catalogue, name).params)


def pinned(hands: Hands, query: str, tab: str, number: int) -> dict[str, Any]:
    """What the page's store holds from now on: what is looked at, from which moment, and what is known."""
    known_at = hands.answers.warehouse.state[1]
    # a whole minute: questions round to ticks of their own, and all of them must look from the same moment
    now = hands.clock()
    now -= timedelta(seconds=now.timestamp() % TICK.total_seconds())
    return {"query": query, "now": iso(now), "known_at": iso(known_at), "tab": tab, "number": number}


def count_for(view: View, name: str) -> str:
    """How many rows the tab of another view leads to; nothing where that cannot be told."""
    there = viewing(view.filters, name)

    def ask(question: str, given: Mapping[str, Any]) -> pd.DataFrame:
        return view.ask(f"count-{name}", {"count": (question, given)})["count"]

    try:
        return exact(count_of(ask, there, there.row_params(view.now, view.zone)))
    except Trouble:
        return ""


def said_for(view: View) -> tuple[Any, Any, str]:
    """The tiles of what was said, what they are compared with, and how many mentions that are: beside numbers of
    another view's own that alone."""
    if view.filters.view in page.OWN:
        return no_update, no_update, count_for(view, "mentions")
    params = view.filters.params(view.now, view.zone)
    tables = view.ask("said", {"totals": ("mention_totals", params), "made": ("mention_breakdown", params)})
    first, last = view.filters.before(view.now, view.zone)
    compared = f"before: {times.between(first, last, view.zone, view.now)} · sentiment: {UNCHECKED}"
    tiles = mention_totals(tables["totals"], tables["made"], view.filters, view.now, view.zone)
    return tiles, compared, exact(tables["totals"]["mentions_count"].iloc[0])


def done_for(view: View) -> tuple[Any, str]:
    """The tiles of what was answered, and how many cases that are: beside numbers of another view's own that alone."""
    if view.filters.view in page.OWN:
        return no_update, count_for(view, "cases")
    params = view.filters.case_params(view.now, view.zone)
    tables = view.ask("done", {"totals": ("case_totals", params)})
    tiles = case_totals(tables["totals"], view.filters, view.now, view.zone)
    return tiles, exact(tables["totals"]["cases_count"].iloc[0])


def trend_for(view: View, scheme: str) -> tuple[Any, Any, Any]:
    """The figure, what its bars stand for, and the same as a table."""
    filters, now, zone, palette = view.filters, view.now, view.zone, SCHEMES[scheme]
    about = filters.case_edge_params if filters.view == "cases" else filters.edge_params
    edged = about(now, zone, view.site.site.week_starts)
    since, until = filters.span(now, zone)
    blind = {"since": since, "until": until, "platforms": list(filters.platforms)}
    question = "cases_by_edge" if filters.view == "cases" else "mentions_by_edge"
    try:
        asks = {"edges": (question, edged), "blind": ("blind_spans", blind), "health": ("source_health", {})}
        tables = view.ask("trend", asks)
    except Trouble as problem:
        return quiet("no numbers", palette), "", page.trouble([str(problem)])
    marks, spans = pieces(tables["edges"], edged["edges"], filters.view), spans_of(tables["blind"])
    figure = trend_figure(marks, spans, filters.view, palette, zone, now)
    if not figure["data"] and not has_brought(tables["health"], filters.view):
        figure = quiet(f"no data yet: no source has brought {filters.view}", palette)
    return figure, page.trend_sub(filters, view.site, now), page.trend_words(marks, spans, filters, view.site, now)


def made_for(view: View) -> Any:
    """The breakdowns."""
    question = "case_breakdown" if view.filters.view == "cases" else "mention_breakdown"
    return breakdowns(view.ask("made", {"made": (question, view.params)})["made"], view.filters)


def choices_for(view: View) -> dict[str, Any]:
    """What each word of the sentence can be changed to: everything that was said in the window."""
    filters = view.filters
    all_of_it = replace(Filters(), window=filters.window, since=filters.since, until=filters.until)
    try:
        asked = {"all": ("mention_breakdown", all_of_it.params(view.now, view.zone))}
        table: pd.DataFrame | None = view.ask("choices", asked)["all"]
    except Trouble:
        table = None
    return {field: checkboxes(field, options(field, table, filters, view.site)) for field in LISTS}


def block_for(view: View, request: Mapping[str, Any]) -> tuple[Any, Any]:
    """A block of the table's rows, and what is wrong when there are none to be had. A view without rows has none."""
    if view.filters.view not in QUESTIONS:
        return {"rowData": [], "rowCount": 0}, []
    try:
        with view.wishes.made(view.tab, "rows", view.number) as wish:
            block = rows_for(view.hands, view.filters, request, view.now, view.known_at, wish).grid()
            return {**block, "rowData": said(block["rowData"])}, []
    except NoLongerWanted:
        raise
    except (QuestionError, WarehouseError) as problem:
        return {"rowData": [], "rowCount": 0}, page.trouble([str(problem)])


def beside_for(view: View, opened: Mapping[str, str]) -> Any:
    """The post or the case that stands open; nothing when none does."""
    item, case = opened.get("item", ""), opened.get("case", "")
    if not item and not case:
        return []
    standing = replace(view.filters, item=item, case=case, sort=opened.get("sort", ""))
    at = beside.Beside(standing, view.zone, view.now)
    try:
        return _case_beside(view, at, case) if case else _post_beside(view, at, item)
    except Trouble as problem:
        return beside.panel(at, "Not to be had", [page.trouble([str(problem)])])


def _post_beside(view: View, at: beside.Beside, item: str) -> Any:
    talk = ("conversation", {"item_id": item, "judge": at.filters.judge})
    tables = view.ask("beside", {"talk": talk, "cases": ("item_cases", {"item_id": item})})
    newest = str(tables["cases"]["case_id"].iloc[0]) if len(tables["cases"]) else ""
    events = view.ask("beside", {"events": ("case_timeline", {"case_id": newest})})["events"]
    return beside.post(at, tables["talk"], tables["cases"], events)


def _case_beside(view: View, at: beside.Beside, case: str) -> Any:
    about = {"case_id": case}
    asks = {"facts": ("case_facts", about), "events": ("case_timeline", about), **asks_of(case)}
    tables = view.ask("beside", asks)
    items = [one for one in tables["facts"]["item_id"] if isinstance(one, str)]
    asked = {"item_id": items[0] if items else "", "judge": at.filters.judge}
    talk = view.ask("beside", {"talk": ("conversation", asked)})["talk"]
    return beside.case(at, tables["facts"], tables["events"], talk, deadlines_for(view, tables, talk))


def pill_for(hands: Hands) -> Any:
    """The header's mark of freshness, as it is now."""
    site, now = hands.served().site, hands.clock()
    try:
        return pill(age_of(hands.answers.ask("source_health", {}, now).frame, site.site.zone, now))
    except (QuestionError, WarehouseError) as problem:
        return pill(broken(str(problem)))


def or_trouble(work: Callable[[], Any], more: int = 0) -> Any:
    """What `work` gives, else the words of what went wrong, with `more` empty places behind them."""
    try:
        return work()
    except Trouble as problem:
        told = page.trouble([str(problem)])
        return (told, *[""] * more) if more else told
