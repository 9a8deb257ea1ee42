"""How long a server wants us to wait, in every form it may say so, and what else it says beside its answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http import Line, Quota, RateLimited
from connectors.net import signs
from tests.conftest import NOON
from tests.connectors.kit import faults
from tests.connectors.kit.lines import Outside
from tests.connectors.kit.web import WebServer

DATE = format_datetime(NOON, usegmt=True)


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


def http_date(seconds: float) -> str:
    return format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)


SHORT = [
    ({"Retry-After": "3"}, 3),
    ({"Retry-After": "2.5"}, 2.5),
    ({"Retry-After": http_date(4)}, 4),
    ({"Retry-After": "0"}, 0),
    ({"Retry-After": "-30"}, 0),
    ({"Retry-After": http_date(-3600)}, 0),
    ({"X-RateLimit-Reset": "7"}, 7),
    ({"X-RateLimit-Reset": (NOON + timedelta(seconds=6)).isoformat()}, 6),
    ({"X-RateLimit-Reset": "2026-11-21T12:00:05.250Z"}, 5.25),
    ({"x-rate-limit-reset": str(int(NOON.timestamp()) + 8)}, 8),
    ({"RateLimit-Reset": "9"}, 9),
    ({"RateLimit": '"default";r=0;t=5'}, 5),
    ({"X-RateLimit-Reset": str((int(NOON.timestamp()) + 8) * 1000)}, 8),
    ({"Retry-After": "soon", "X-RateLimit-Reset": "2"}, 2),
]


@pytest.mark.parametrize(("headers", "seconds"), SHORT)
@pytest.mark.parametrize("status", [429, 503])
def test_a_short_wait_is_sat_out_in_the_run(
    status: int, headers: dict[str, str], seconds: float, server: WebServer, outside: Outside, line: Line
) -> None:
    if status == 503 and "Retry-After" not in headers:
        headers = {**headers, "Retry-After": ""}
    server.fail(status, headers=headers)
    assert line.get(server.url).status == 200
    (wait,) = outside.waits
    assert seconds <= wait <= seconds + 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "93"}, 93),
        ({"Retry-After": http_date(600)}, 600),
        ({"Retry-After": "1e9"}, 3600),
        ({"Retry-After": "1000000000"}, 3600),
        ({"Retry-After": "99999999999999999999999"}, 3600),
        ({"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, 3600),
        ({"X-RateLimit-Reset": "2026-11-21T12:05:00.000000Z"}, 300),
        ({"X-RateLimit-Reset": "2026-11-21T13:05:00+01:00"}, 300),
        ({"x-rate-limit-reset": str(int(NOON.timestamp()) + 900)}, 900),
        ({"X-RateLimit-Reset": "99999999999999999"}, 3600),
    ],
)
def test_a_long_wait_ends_the_run_and_is_never_over_an_hour(
    headers: dict[str, str], seconds: float, server: WebServer, outside: Outside, line: Line
) -> None:
    server.fail(429, headers=headers, times=None)
    with pytest.raises(RateLimited, match="left alone until") as raised:
        line.get(server.url)
    assert raised.value.until == outside.clock() + timedelta(seconds=seconds)
    assert (len(server.log), outside.waits) == (1, [])
    assert line.state["circuits"] == {}  # a host that says so is not down


@pytest.mark.parametrize("told", [None, "", "soon", "nan", "inf", "Fri, 99 Foo 2026", "-", "9" * 5000 + "x", "٣"])
def test_without_a_time_anybody_can_read_a_few_tries_are_made_and_then_a_minute_is_waited(
    told: str | None, server: WebServer, outside: Outside, line: Line
) -> None:
    headers = {} if told is None else {"Retry-After": told.encode().decode("latin-1")}
    server.fail(429, headers=headers, times=None)
    with pytest.raises(RateLimited) as raised:
        line.get(server.url)
    assert len(server.log) == 5
    assert raised.value.until == outside.clock() + timedelta(seconds=60)
    assert sum(outside.waits) <= 15 + 4 * 4


def test_a_wrong_clock_on_either_side_does_not_change_a_wait(server: WebServer, outside: Outside, line: Line) -> None:
    for hours in (-2, 2):
        theirs = NOON + timedelta(hours=hours)
        server.plant(faults.retry_later(120, theirs, "date"))
        with pytest.raises(RateLimited) as raised:
            line.get(server.url)
        assert raised.value.until == outside.clock() + timedelta(seconds=120)
        assert line.clock_offset_seconds == hours * 3600


def offset_of(line: Line) -> float | None:
    return line.clock_offset_seconds


def test_the_offset_of_a_servers_clock_is_seen_and_survives_a_restart(server: WebServer, outside: Outside) -> None:
    with outside.line() as line:
        assert offset_of(line) is None
        server.plant(faults.status(200))  # says no Date
        line.get(server.url)
        assert offset_of(line) is None
        server.fail(200, headers={"Date": http_date(-7200)})
        line.get(server.url)
        assert line.clock_offset_seconds == -7200
        server.fail(200, headers={"Date": http_date(-100), "Age": "100"})  # from a cache
        line.get(server.url)
        assert line.clock_offset_seconds == 0
        server.fail(500, headers={"Date": http_date(60)})
        line.get(server.url)
        server.fail(200, headers={"Date": http_date(61), "Age": "junk"})
        outside.clock.now = NOON
        line.get(server.url)
    with outside.line(state=line.state) as later:
        assert later.clock_offset_seconds == 61


@pytest.mark.parametrize(
    ("headers", "left", "limit", "resets_in"),
    [
        (
            {"X-RateLimit-Remaining": "298", "X-RateLimit-Limit": "300", "X-RateLimit-Reset": NOON.isoformat()},
            298,
            300,
            0,
        ),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOON.timestamp()) + 900)}, 0, None, 900),
        ({"X-Ratelimit-Remaining": "598.0", "X-Ratelimit-Used": "2", "X-Ratelimit-Reset": "242"}, 598, None, 242),
        ({"RateLimit-Limit": "100, 100;w=60", "RateLimit-Remaining": "9", "RateLimit-Reset": "30"}, 9, 100, 30),
        ({"RateLimit": '"default";r=50;t=30', "RateLimit-Policy": '"default";q=100;w=60'}, 50, None, 30),
        ({"RateLimit": "limit=100, remaining=50, reset=5"}, 50, 100, 5),
        ({"x-rate-limit-limit": "30/10m"}, None, 30, None),
    ],
)
def test_what_is_left_of_a_quota_is_read(
    headers: dict[str, str], left: int | None, limit: int | None, resets_in: float | None, server: WebServer, line: Line
) -> None:
    server.fail(200, headers=headers)
    line.get(server.url)
    line.get(server.url)  # says nothing about it, and nothing is forgotten
    resets_at = None if resets_in is None else NOON + timedelta(seconds=resets_in)
    assert line.quota == Quota(f"127.0.0.1:{server.port}", left, limit, resets_at)


def test_an_unknown_quota_is_none_and_not_zero(server: WebServer, line: Line) -> None:
    server.fail(200, headers={"X-RateLimit-Remaining": "lots", "X-RateLimit-Limit": "", "X-RateLimit-Reset": "-1"})
    line.get(server.url)
    assert line.quota is None or (line.quota.left, line.quota.limit, line.quota.resets_at) == (None, None, None)


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "date", "age", "x-ratelimit-reset", "ratelimit", "x-ratelimit-remaining"]),
        st.text(max_size=40)
        | st.floats().map(str)
        | st.integers().map(str)
        | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
        | st.datetimes(timezones=st.just(UTC)).map(format_datetime),
    )
)
def test_no_header_crashes_us_or_makes_us_wait_over_an_hour(headers: dict[str, str]) -> None:
    wait = signs.wait_seconds(headers, NOON)
    assert wait is None or 0 <= wait <= 3600
    signs.quota("h", headers, NOON)
    signs.clock_offset_seconds(headers, NOON)
