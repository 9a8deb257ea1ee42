"""What every kind of source must survive; see tests/connectors/kit/benches.py for its fake.

The numbers are those of the test kit's list: T01 a full reading, T02 what changes, and so on. T19 (no secret is told)
runs over a whole house in tests/house/test_collecting_commands.py, T21 in test_webhook.py, T22 (memory stays flat) in
test_bluesky_live.py; T23 (conservation) is asserted on every batch by the station.
"""

from __future__ import annotations

import itertools
import json
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from connectors.registry import source_kinds
from tests.connectors.kit import faults
from tests.connectors.kit.benches import BENCHES, Bench
from tests.connectors.kit.station import Station
from tests.connectors.kit.web import Answer, Fault, Wire, head
from tests.deaths import telling

WITHOUT_A_WORLD = {
    "replay": "its posts are made up by the clock; tests/connectors/test_replay.py has its promises",
    "demo": "it is a world of its own; tests/connectors/test_demo.py has its promises",
}
KINDS = pytest.mark.sources
WEB = pytest.mark.sources("is_web")


def test_every_kind_of_source_stands_on_a_bench() -> None:
    assert set(source_kinds()) == set(BENCHES) | set(WITHOUT_A_WORLD)


@KINDS
def test_t01_a_full_reading_is_the_world(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        for number in range(25):
            bench.add(f"aurora {number}")
            bench.add(f"nobody {number}")
        report = station.run()
        assert report.error is None
        assert station.stored() == bench.expected()
        assert len(bench.expected()) == 25


@KINDS
def test_t02_and_t17_what_is_added_edited_deleted_and_made_anew_follows(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        first, second, third = (bench.add(f"aurora {word}") for word in ("one", "two", "three"))
        station.run()
        station.clock.move(minutes=2)
        bench.add("aurora four")
        if bench.edits:
            bench.edit(first, "aurora one, edited")
        if bench.deletes:
            bench.delete(second)
        station.settle()
        assert station.stored() == bench.expected()
        if bench.edits:
            bench.edit(first, "aurora one, edited again")
            bench.edit(third, "aurora three, edited")
        station.settle()
        assert station.stored() == bench.expected()
        assert station.versions() == []


@KINDS
def test_t04_the_second_run_writes_nothing(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        for number in range(10):
            bench.add(f"aurora {number}")
        station.settle()
        before = station.written()
        station.settle()
        station.restart()
        station.settle()
        assert station.written() == before


@WEB
@pytest.mark.parametrize("form", ["seconds", "float", "date", "absent", "negative", "huge", "garbage"])
def test_t05_asked_to_wait_it_waits_and_loses_nothing(kind: str, form: str, tmp_path: Path) -> None:
    waits = {"absent": {}, "negative": {"Retry-After": "-5"}, "huge": {"Retry-After": "1000000000"}}
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        bench.add("aurora one")
        station.run()
        bench.add("aurora two")
        station.clock.move(minutes=5)
        assert bench.web
        if form in ("seconds", "float", "date"):
            bench.web.plant(faults.retry_later(240, bench.clock(), form), times=None)  # type: ignore[arg-type]
        else:
            bench.web.fail(429, headers=waits.get(form, {"Retry-After": "soon"}), times=None)
        station.run()
        standing = station.ledger.standing("s")
        if form in ("seconds", "float", "date", "huge"):
            assert standing.not_before
            assert standing.not_before <= station.clock() + timedelta(hours=1, seconds=5), "no wait is for ever"
            station.restart()
            asked = len(bench.web.log)
            station.run()
            assert len(bench.web.log) == asked, "a restart is no reason to ask before the time"
        station.settle()
        assert station.stored() == bench.expected()


@WEB
def test_t05_every_third_request_asked_to_slow_down_costs_time_and_nothing_else(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        for number in range(30):
            bench.add(f"aurora {number}")
        assert bench.web
        bench.web.fail(429, headers={"Retry-After": "1"}, times=None, every=3)
        for _ in range(4):
            station.run()
            station.clock.move(minutes=6)
        assert station.stored() == bench.expected()


@WEB
@pytest.mark.parametrize("status", [500, 502, 503])
def test_t06_a_burst_of_failures_is_sat_out_and_a_dead_server_is_left_alone(
    kind: str, status: int, tmp_path: Path
) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        bench.add("aurora one")
        assert bench.web
        bench.web.fail(status, times=2)
        station.run()
        station.clock.move(minutes=6)
        station.run()
        assert station.stored() == bench.expected()
        bench.web.fail(status, times=None)
        reports = []
        for _ in range(12):
            station.clock.move(seconds=10)
            reports.append(station.run())
        assert all(report.error for report in reports)
        asked = len(bench.web.log)
        station.restart()
        station.run()
        assert len(bench.web.log) == asked, "the breaker is open, and a restart does not close it"
        station.clock.move(minutes=16)
        station.run()
        assert len(bench.web.log) == asked + 1, "half open it tries once"
        bench.add("aurora two")
        station.settle()
        assert station.stored() == bench.expected()
        outage = station.rows("SELECT kind, filled_at IS NOT NULL FROM gaps WHERE kind = 'outage'")
        assert outage
        assert all(filled for _, filled in outage)


BROKEN = {
    "cut off by length": faults.truncated("length"),
    "cut off in chunks": faults.truncated("chunked"),
    "cut off by closing": faults.truncated("close"),
    "empty": faults.empty(),
    "a page": faults.page(),
    "a bomb": faults.bomb(40),
    "a captcha": faults.page(403, captcha=True),
    "reset": faults.reset(),
}


@WEB
@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_t07_a_broken_answer_is_no_answer(kind: str, fault: Fault, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        for number in range(5):
            bench.add(f"aurora {number}")
        assert bench.web
        bench.web.plant(fault, times=None)
        report = station.run()
        assert report.error, "nothing is not taken for nothing said"
        assert station.rows("SELECT count(*) FROM gaps WHERE kind = 'outage' AND until_at IS NULL") == [(1,)]
        station.settle()
        assert station.stored() == bench.expected()


@KINDS
def test_t16_a_cursor_that_makes_no_sense_starts_again_and_loses_nothing(kind: str, tmp_path: Path) -> None:
    garbage = ('{"v": 99, "at": "?"}', "{}", "[1]", '{"v": 1}', '{"v": 1, "until": "x", "number": "x", "time_us": -4}')
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        for number in range(3):
            bench.add(f"aurora {number}")
        station.run()
        for one in garbage:
            bench.add(f"aurora and {len(one)}")
            station.rows(f"UPDATE sources SET cursor = '{one}'")
            report = station.run()
            assert report.error is None, (one, report.error)
            station.clock.move(minutes=5)
        station.settle()
        assert station.stored() == bench.expected()


def dies(bench_of: type[Bench], here: Path, at: int) -> list[str]:
    """Kill one run before its reach `at` (0 is never), resume, compare; gives what it reached before it died."""
    here.mkdir()
    with bench_of(here) as bench, Station(bench, here) as station:
        kept = [bench.add(f"aurora {number}") for number in range(6)]
        station.run()
        if bench.edits:
            bench.edit(kept[0], "aurora edited")
        if bench.deletes:
            bench.delete(kept[1])
        bench.add("aurora six")
        station.clock.move(minutes=2)
        killed = station.run_until_killed(at)
        reached = list(station.reaches)
        station.restart()
        station.settle()
        assert station.stored() == bench.expected(), f"killed at {at} of {reached}"
        assert station.versions() == []
        assert killed == (at > 0), f"it came to its end before {at} of {reached}"
        return reached


@KINDS
def test_t03_killed_anywhere_it_ends_in_the_same_world(kind: str, tmp_path: Path) -> None:
    """Before any reach that tells something; see tests/deaths.py."""
    points = telling(dies(BENCHES[kind], tmp_path / "whole", 0))
    assert len(points) > 5
    for at in points:
        dies(BENCHES[kind], tmp_path / str(at), at)


@WEB
@pytest.mark.parametrize(
    "fault", [faults.slow("header"), faults.slow("body"), faults.hang()], ids=["head", "body", "hang"]
)
def test_t08_a_server_that_does_not_end_is_ended_at_the_deadline(kind: str, fault: Fault, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path, deadline_seconds=0.3) as station:
        bench.add("aurora one")
        assert bench.web
        bench.web.plant(fault, times=None)
        begun = time.monotonic()
        assert station.run().error
        assert time.monotonic() - begun < 6, "five tries of 0.3 s each, and what a busy machine takes"
        station.settle()
        assert station.stored() == bench.expected()


def repeated() -> Fault:
    """The answer before this one, once more: a page that comes twice, with a link that leads back."""
    before: list[Answer] = []

    def fault(wire: Wire, right: Answer) -> bool:
        answer = before.pop() if before else right
        before.append(right)
        wire.send(head(answer) + answer.body)
        return True

    return fault


def emptied() -> Fault:
    """The right answer without its posts, as if there were no more."""

    def fault(wire: Wire, right: Answer) -> bool:
        body = json.loads(right.body)
        if isinstance(body, list):
            body = []
        elif isinstance(body.get("hits"), list):
            body["hits"] = []
        wire.send(head(Answer.json(body)) + Answer.json(body).body)
        return True

    return fault


@WEB
@pytest.mark.parametrize("every", [1, 2, 3])
def test_t09_pages_that_come_twice_lose_nothing_and_end(kind: str, every: int, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        for number in range(90):
            bench.add(f"aurora {number}")
        assert bench.web
        bench.web.plant(repeated(), times=None, every=every)
        for _ in range(3):
            station.run()
            station.clock.move(minutes=6)
        assert len(bench.web.log) < 200, "a walk that leads back is left"
        station.settle()
        assert station.stored() == bench.expected()


@pytest.mark.sources("is_json")
@pytest.mark.parametrize("every", [1, 2, 3])
def test_t09_an_empty_page_in_the_middle_is_not_the_end(kind: str, every: int, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        for number in range(90):
            bench.add(f"aurora {number}")
        assert bench.web
        bench.web.plant(emptied(), times=3, every=every)
        station.run()
        station.settle()
        assert station.stored() == bench.expected()


@KINDS
def test_t13_many_posts_of_one_instant_all_come(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        instant = bench.clock.now
        for number in range(130):
            bench.clock.now = instant
            bench.add(f"aurora {number}")
        bench.clock.now = instant + timedelta(seconds=200)
        for _ in range(4):
            station.run()
        station.settle()
        assert station.stored() == bench.expected()
        assert len(bench.expected()) == 130


@WEB
def test_t10_a_world_that_changes_while_it_is_read_loses_nothing(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        kept = [bench.add(f"aurora {number}") for number in range(120)]
        turns = itertools.count()

        def change() -> None:
            turn = next(turns)
            if turn < 12:
                bench.add(f"aurora while {turn}")
                if bench.edits:
                    bench.edit(kept[turn * 3], f"aurora edited {turn}")
                if bench.deletes and bench.sees_all_deletions:
                    bench.delete(kept[turn * 3 + 1])

        bench.during(change)
        station.run()
        bench.during(None)
        station.settle()
        assert station.stored() == bench.expected()


@pytest.mark.sources("late")
def test_t11_what_is_shown_late_is_found_within_the_sweep(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        for minutes in (0, 1, 4, 9, 30, 70, 110):
            bench.add(f"aurora {minutes}", late=timedelta(minutes=minutes))
        for _ in range(40):
            station.clock.move(minutes=5)
            bench.add(f"aurora at {station.clock()}")
            station.run()
        assert station.stored() == bench.expected()


@WEB
@pytest.mark.parametrize("hours", [-2, 2])
def test_t12_clocks_that_differ_lose_nothing(kind: str, hours: int, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        web, ours = bench.web, bench.clock
        assert web
        web.clock = lambda: ours() + timedelta(hours=hours)
        bench.add("aurora one")
        station.run()
        told = station.rows("SELECT clock_offset_seconds FROM sources")
        assert told[0][0] == pytest.approx(hours * 3600, abs=5)
        station.clock.move(minutes=5)
        bench.add("aurora two")
        station.run()
        web.clock = ours
        station.settle()
        assert station.stored() == bench.expected()


HOSTILE = {
    "half a letter": "aurora \ud83d end",
    "nothing and a bell": "aurora \0 \a",
    "right to left": "aurora \u202e\u200b\u2066 اورورا 👩‍👩‍👧",
    "markup": "aurora <script>alert(1)</script><img src=x onerror=alert(1)>",
    "formula": '=cmd|"/c calc"!A1 aurora',
    "a million letters": "aurora " + "x" * 1_000_000,
}


@KINDS
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_t14_hostile_texts_are_kept_as_texts_or_refused_and_hold_nothing_up(
    kind: str, text: str, tmp_path: Path
) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        bench.add("aurora before")
        odd = bench.add(text)
        bench.add("aurora behind")
        report = station.run()
        assert report.error is None
        stored = station.stored()
        assert {"aurora before", "aurora behind"} <= set(stored.values())
        if odd in stored:
            assert "aurora" in stored[odd]
            assert stored[odd].encode("utf-8")
        else:
            assert report.tally.refused + report.tally.filtered >= 1


def spoiled(change: Callable[[dict[str, Any]], None]) -> Fault:
    """The right answer with every post in it changed; only for answers that are JSON."""

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if {"created_at", "created_at_i"} & value.keys() and {"content", "objectID"} & value.keys():
                change(value)
            for inner in list(value.values()):
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    def fault(wire: Wire, right: Answer) -> bool:
        body = json.loads(right.body)
        walk(body)
        wire.send(head(Answer.json(body)) + Answer.json(body).body)
        return True

    return fault


def _without(*names: str) -> Callable[[dict[str, Any]], None]:
    def change(post: dict[str, Any]) -> None:
        for name in names:
            post.pop(name, None)

    return change


def _with(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda post: post.update({name: value for name, value in fields.items() if name in post})


DRIFT = {
    "no time": (_without("created_at", "created_at_i"), "published_at"),
    "time is null": (_with(created_at=None, created_at_i=None), "published_at"),
    "time renamed": (_with(created_at={"at": 1}, created_at_i=[1]), "published_at"),
    "no id": (_without("objectID", "uri"), "item_id"),
    "text is a number": (_with(content=7, comment_text=7, title=7, story_title=7), "text"),
}


@pytest.mark.sources("is_json")
@pytest.mark.parametrize(("change", "field"), DRIFT.values(), ids=DRIFT)
def test_t14_a_source_that_changes_its_shape_is_stopped_and_the_field_is_named(
    kind: str, change: Callable[[dict[str, Any]], None], field: str, tmp_path: Path
) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        bench.add("aurora old")
        station.run()
        cursor = station.rows("SELECT cursor FROM sources")
        for number in range(15):
            bench.add(f"aurora {number}")
        station.clock.move(minutes=5)
        assert bench.web
        bench.web.plant(spoiled(change), times=None)
        report = station.run()
        assert report.error
        assert field in report.error
        assert "shape" in report.error
        assert station.rows("SELECT cursor FROM sources") == cursor, "nothing is skipped"
        assert station.rows("SELECT count(*) FROM refused_rows") == [(0,)]
        station.settle()
        assert station.stored() == bench.expected()


@WEB
def test_t15_a_key_that_is_refused_is_said_and_nothing_is_lost(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path) as station:
        for number in range(3):
            bench.add(f"aurora {number}")
        assert bench.web
        bench.web.fail(401, times=None)
        assert station.run().error
        station.settle()
        assert station.stored() == bench.expected()


PRIVATE = ("http://169.254.169.254", "http://localhost", "http://127.0.0.1", "http://[::1]", "http://10.0.0.8",
           "http://[::ffff:127.0.0.1]", "http://0.0.0.0", "file:///etc/passwd", "gopher://example.org")  # fmt: skip


@WEB
@pytest.mark.parametrize("address", PRIVATE)
def test_t20_a_private_address_is_not_asked_unless_it_is_allowed(kind: str, address: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench:
        bench.address = address
        try:
            station = Station(bench, tmp_path, allow_private=False)
        except ValueError:
            return  # the options themselves refuse it
        with station:
            report = station.run()
        assert report.error
        assert bench.web
        assert bench.web.log == []


@WEB
def test_t20_the_loopback_behind_a_public_name_is_not_asked(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench, Station(bench, tmp_path, allow_private=False) as station:
        bench.add("aurora")
        report = station.run()
        assert report.error
        assert bench.web
        assert bench.web.log == [], "every name leads to 127.0.0.1 here, and the source may not go there"


@WEB
def test_t18_two_sources_on_one_host_share_its_budget(kind: str, tmp_path: Path) -> None:
    with BENCHES[kind](tmp_path) as bench:
        bench.tighten()
        assert bench.budget, f"say on its bench what the host of {kind} allows"
        with (
            Station(bench, tmp_path, name="one") as one,
            Station(bench, tmp_path, name="two", network=one.network) as two,
        ):
            for number in range(80):
                bench.add(f"aurora {number}")
                one.run()
                two.run()
                one.clock.move(seconds=45)
            assert bench.web
            at = [request.at for request in bench.web.log]
            span = timedelta(seconds=bench.budget.seconds)
            most = max(sum(1 for other in at if begin <= other < begin + span) for begin in at)
            assert most <= bench.budget.calls
            assert most > bench.budget.calls * 0.8, "the budget was put to the test"
            one.settle()
            two.run()
            assert one.stored() == two.stored() == bench.expected()


class Everything(RuleBasedStateMachine):
    """T24: whatever happens in whatever order, in the end it is the world. One class per kind is made of it."""

    kind: str

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        here = Path(self.folder.name)
        self.bench = BENCHES[self.kind](here)
        self.bench.__enter__()
        self.station = Station(self.bench, here, deadline_seconds=0.3)
        self.count = 0

    @rule(brand=st.booleans())
    def add(self, brand: bool) -> None:
        self.count += 1
        self.bench.add(f"{'aurora' if brand else 'nobody'} {self.count}")

    @rule(data=st.data(), word=st.sampled_from(["aurora", "aurora", "nobody"]))
    @precondition(lambda self: self.bench.edits and self.bench.expected())
    def edit(self, data: st.DataObject, word: str) -> None:
        self.count += 1
        word = word if self.bench.dates_edits else "aurora"
        self.bench.edit(data.draw(st.sampled_from(sorted(self.bench.expected()))), f"{word} edited {self.count}")

    @rule(data=st.data())
    @precondition(lambda self: self.bench.deletes and self.bench.expected())
    def delete(self, data: st.DataObject) -> None:
        self.bench.delete(data.draw(st.sampled_from(sorted(self.bench.expected()))))

    @rule(minutes=st.sampled_from([1, 5, 61]))
    def wait(self, minutes: int) -> None:
        self.station.clock.move(minutes=minutes)

    @rule()
    def run(self) -> None:
        self.station.run()

    @rule()
    def restart(self) -> None:
        self.station.restart()

    @rule(at=st.integers(1, 40))
    def killed(self, at: int) -> None:
        if self.station.run_until_killed(at):
            self.station.restart()

    @rule(fault=st.sampled_from(sorted(BROKEN)), times=st.integers(1, 6))
    @precondition(lambda self: self.bench.is_web)
    def misbehave(self, fault: str, times: int) -> None:
        assert self.bench.web
        self.bench.web.plant(BROKEN[fault], times=times)

    def teardown(self) -> None:
        try:
            self.station.settle()
            assert self.station.stored() == self.bench.expected()
            assert self.station.versions() == []
            before = self.station.written()
            self.station.settle()
            assert self.station.written() == before
        finally:
            self.station.__exit__(None, None, None)
            self.bench.__exit__(None, None, None)
            self.folder.cleanup()


@KINDS
def test_t24_anything_in_any_order_ends_in_the_world(kind: str) -> None:
    machine = type(f"Everything_{kind}", (Everything,), {"kind": kind})
    run_state_machine_as_test(machine, settings=settings(max_examples=6, stateful_step_count=14, deadline=None))
