"""Hosts left alone: the breaker of each source, and the budgets all sources share."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors.contract import Budget
from connectors.http import (
    AuthFailed,
    Blocked,
    CircuitOpen,
    HttpError,
    Line,
    RateLimited,
    ServerError,
)
from tests.conftest import NOON
from tests.connectors.kit import faults
from tests.connectors.kit.lines import Outside
from tests.connectors.kit.web import Answer, Request, WebServer


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer(lambda: NOON) as server:
        yield server


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def line(outside: Outside) -> Iterator[Line]:
    with outside.line() as line:
        yield line


def fail(line: Line, url: str, error: type[HttpError] = ServerError) -> HttpError:
    with pytest.raises(error) as raised:
        line.get(url)
    return raised.value


def test_five_failures_in_a_row_open_the_breaker_and_a_single_try_closes_or_opens_it(
    server: WebServer, outside: Outside
) -> None:
    server.fail(500, times=None)
    state: Any = None
    for _ in range(5):  # each in a run of its own, as after a restart
        with outside.line(state=state) as line:
            fail(line, server.url)
            state = json.loads(json.dumps(line.state))
    asked = len(server.log)
    assert asked == 25
    with outside.line(state=state) as line:
        for minutes in (1, 5, 15, 60, 60):
            error = fail(line, server.url, CircuitOpen)
            assert isinstance(error, CircuitOpen)
            assert error.until == outside.clock() + timedelta(minutes=minutes)
            assert "500" in str(error)
            assert len(server.log) == asked
            outside.clock.move(minutes=minutes)
            fail(line, server.url)
            asked += 1
            assert len(server.log) == asked
        outside.clock.move(minutes=60)
        server.mend()
        assert line.get(server.url).status == 200
        assert line.get(server.url).status == 200
        assert line.state["circuits"] == {}


def test_the_breaker_is_per_source_and_host_and_success_starts_the_count_anew(
    server: WebServer, outside: Outside
) -> None:
    with WebServer() as other, outside.line("one") as one, outside.line("two") as two:
        for _ in range(2):
            server.fail(500, times=20)
            for _ in range(4):
                fail(one, server.url)
            one.get(server.url)
        server.fail(500, times=25)
        for _ in range(5):
            fail(one, server.url)
        fail(one, server.url, CircuitOpen)
        assert one.get(other.url).status == 200
        assert two.get(server.url).status == 200


def test_a_web_page_instead_of_data_opens_the_breaker_longer_each_time(server: WebServer, outside: Outside) -> None:
    server.plant(faults.page(200), times=None)
    with outside.line() as line:
        for minutes in (1, 5, 15):
            with pytest.raises(Blocked, match="web page"):
                line.get(server.url).json()
            error = fail(line, server.url, CircuitOpen)
            assert isinstance(error, CircuitOpen)
            assert error.until == outside.clock() + timedelta(minutes=minutes)
            outside.clock.move(minutes=minutes)


def test_a_refused_key_is_not_tried_again_for_an_hour(server: WebServer, outside: Outside, line: Line) -> None:
    server.fail(401)
    fail(line, server.url, AuthFailed)
    with outside.line(state=line.state) as later:
        assert "wants a key" in str(fail(later, server.url, CircuitOpen))
        outside.clock.move(minutes=60)
        assert later.get(server.url).status == 200
        assert later.state["circuits"] == {}


@pytest.mark.parametrize(
    "state",
    [
        {"v": 1, "circuits": {"h": {"open_until": "soon"}, "i": 3, "j": {}}, "offsets": {"h": "x", "i": True}},
        {"v": 1, "circuits": [], "offsets": 7},
        {"v": 99, "circuits": {"h": {}}},
        {},
    ],
)
def test_a_state_nobody_can_read_is_taken_calmly(state: Any, server: WebServer, outside: Outside) -> None:
    with outside.line(state=state) as line:
        assert line.get(server.url).status == 200


def test_a_circuit_opened_by_a_wrong_clock_is_not_open_for_years(server: WebServer, outside: Outside) -> None:
    kept = {"failures": 0, "opened": 1, "open_until": "2099-01-01T00:00:00+00:00", "on_trial": False, "why": "x"}
    with outside.line(state={"v": 1, "circuits": {f"127.0.0.1:{server.port}": kept}}) as line:
        error = fail(line, server.url, CircuitOpen)
        assert isinstance(error, CircuitOpen)
        assert error.until == outside.clock() + timedelta(hours=1)


def greatest_in_a_span(log: list[Request], seconds: float) -> int:
    times = sorted(request.monotonic for request in log)
    return max(sum(start <= time <= start + seconds for time in times) for start in times)


def test_two_sources_on_one_host_never_exceed_its_budget_by_the_servers_own_log() -> None:
    """With failures in between, so that tries count too."""
    outside = Outside(real_clock=True, wait=None, deadline_seconds=5)
    with WebServer() as server, outside.line("one") as one, outside.line("two") as two:
        server.plant(faults.reset(), times=None, every=7)

        def work(line: Line, budget: Budget) -> None:
            for _ in range(12):
                line.get(server.url, budget=budget)

        threads = [
            threading.Thread(target=work, args=(one, Budget(6, 0.4))),
            threading.Thread(target=work, args=(two, Budget(9, 0.4))),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(15)
        assert len(server.log) >= 24
        assert greatest_in_a_span(server.log, 0.4) <= 6


def test_a_budget_used_up_for_long_ends_the_run_and_says_until_when(server: WebServer, outside: Outside) -> None:
    budget = Budget(3, 300)
    with outside.line("one") as one, outside.line("two") as two:
        one.get(server.url, budget=budget)
        outside.clock.move(seconds=100)
        one.get(server.url, budget=budget)
        two.get(server.url, budget=Budget(5, 300))
        with pytest.raises(RateLimited, match="used up") as raised:
            two.get(server.url)  # a source that declares none is bound by it too
        assert timedelta(seconds=199) < raised.value.until - outside.clock() < timedelta(seconds=201)
        assert len(server.log) == 3
        outside.clock.move(seconds=195)
        assert two.get(server.url).status == 200  # six seconds are waited
    assert outside.waits == [pytest.approx(5, abs=0.1)]
    assert one.state["circuits"] == {}


def test_every_third_call_limited_loses_nothing(outside: Outside, line: Line) -> None:
    with WebServer(answer=lambda request: Answer.json(request.params)) as server:
        server.plant(faults.status(429, {"Retry-After": "1"}), times=None, every=3)
        got = [line.get(server.url, params={"n": str(number)}).json()["n"] for number in range(12)]
        assert got == [str(number) for number in range(12)]
    assert all(1 <= wait <= 2 for wait in outside.waits)
