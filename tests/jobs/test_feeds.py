"""Holiday feeds: files beside the site file, addresses with their last good copy, and what is said when one fails."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from config import Site, parse_site
from connectors.net.wire import Limit, dial
from jobs.feeds import Feeds
from tests.conftest import FakeClock
from tests.connectors.kit.lines import Outside, client_tls, leads_to, server_tls
from tests.connectors.kit.web import Answer, Request, WebServer
from tests.jobs.test_ical import event, feed

HEAD = '[site]\nname = "Desk"\n[[brand]]\nname = "Aurora"\nterms = ["aurora"]\n'
CALENDAR = (
    '[calendar.{}]\ntimezone = "Europe/Berlin"\nopen = {{ mon = ["09:00-17:00"] }}\nholidays = {{ ical = "{}" }}\n'
)
MARTIN, CHRISTMAS = date(2026, 11, 11), date(2026, 12, 25)


def site(folder: Path, **icals: str) -> Site:
    return parse_site(HEAD + "".join(CALENDAR.format(name, ical) for name, ical in icals.items()), base=folder)


class Town(WebServer):
    """A town that publishes its holidays."""

    says = feed(event("20261111", "St. Martin"))

    def answer(self, request: Request) -> Answer:
        return Answer(200, {"Content-Type": "text/calendar"}, self.says)

    @property
    def address(self) -> str:
        """A secret one, as shared calendars have."""
        return f"https://feeds.example:{self.port}/private-c0ffee/basic.ics?key=hush"


@pytest.fixture
def town() -> Iterator[Town]:
    with Town(tls=server_tls()) as town:
        yield town


@pytest.fixture
def outside() -> Outside:
    def here(_: str, port: int, limit: Limit) -> socket.socket:
        return dial("127.0.0.1", port, limit)

    return Outside(tls=client_tls(), resolve=leads_to("93.184.216.34"), dial=here)


def feeds(folder: Path, outside: Outside) -> Feeds:
    """As a process has them that begins now."""
    return Feeds(folder / "w.duckdb", outside.clock, outside.network)


def test_a_file_beside_the_site_file_is_read_each_time(tmp_path: Path, outside: Outside) -> None:
    (tmp_path / "town.ics").write_bytes(feed(event("20261111", "St. Martin")))
    read, made = feeds(tmp_path, outside), site(tmp_path, a="town.ics", b="town.ics")
    assert read.days(made) == {"town.ics": {MARTIN: "St. Martin"}}
    (tmp_path / "town.ics").write_bytes(feed(event("20261225", "Christmas")))
    assert read.days(made) == {"town.ics": {CHRISTMAS: "Christmas"}}
    assert read.problems(made) == ()
    assert read.fetch(made) is False, "there is nobody to ask"


@pytest.mark.parametrize("damage", ["gone", "cut", "empty"])
def test_a_file_that_cannot_be_read_any_more_leaves_what_it_said_in_force(
    tmp_path: Path, outside: Outside, damage: str
) -> None:
    path, made = tmp_path / "town.ics", site(tmp_path, a="town.ics", b="town.ics")
    path.write_bytes(feed(event("20261111", "St. Martin")))
    read = feeds(tmp_path, outside)
    before = read.days(made)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-30] if damage == "cut" else feed())
    assert read.days(made) == before
    problems = read.problems(made)
    assert [problem.partition(": ")[0] for problem in problems] == [
        "calendar.a.holidays.ical",
        "calendar.b.holidays.ical",
    ]
    said = {"gone": "does not exist", "cut": "is not an iCalendar file", "empty": "holds no all-day event"}[damage]
    assert f"{path} {said}" in problems[0]
    assert problems[0].endswith("Its last good copy stays in force")
    path.write_bytes(feed(event("20261225", "Christmas")))
    assert read.days(made) == {"town.ics": {CHRISTMAS: "Christmas"}}
    assert read.problems(made) == ()


def test_an_address_is_asked_when_there_is_no_copy_and_then_once_a_day(
    tmp_path: Path, outside: Outside, town: Town
) -> None:
    read, made = feeds(tmp_path, outside), site(tmp_path, a=town.address)
    for _ in range(3):
        assert read.days(made) == {town.address: {MARTIN: "St. Martin"}}
    assert read.fetch(made) is False
    assert len(town.log) == 1
    outside.clock.move(hours=20)
    assert read.fetch(made) is False, "it says the same"
    town.says = feed(event("20261225", "Christmas"))
    outside.clock.move(hours=19)
    assert read.fetch(made) is False, "it is not due"
    assert len(town.log) == 2
    outside.clock.move(hours=1)
    assert read.fetch(made) is True
    assert read.days(made) == {town.address: {CHRISTMAS: "Christmas"}}
    assert len(town.log) == 3


def test_the_copy_survives_a_restart_and_the_start_asks_anew(tmp_path: Path, outside: Outside, town: Town) -> None:
    made = site(tmp_path, a=town.address)
    feeds(tmp_path, outside).days(made)
    town.says = feed(event("20261225", "Christmas"))
    again = feeds(tmp_path, outside)
    assert again.days(made) == {town.address: {MARTIN: "St. Martin"}}, "nobody waits for a feed that has a copy"
    assert len(town.log) == 1
    assert again.fetch(made) is True
    assert again.days(made) == {town.address: {CHRISTMAS: "Christmas"}}
    [copy] = (tmp_path / "w.duckdb.holidays").iterdir()
    assert copy.read_bytes() == town.says
    assert "c0ffee" not in copy.name


@pytest.mark.parametrize("fault", ["404", "page", "empty", "away"])
def test_a_feed_that_fails_leaves_the_last_good_copy_in_force_and_is_told(
    tmp_path: Path, outside: Outside, town: Town, fault: str
) -> None:
    read, made = feeds(tmp_path, outside), site(tmp_path, a=town.address)
    read.days(made)
    outside.clock.move(days=1)
    if fault == "404":
        town.fail(404, times=None)
    elif fault == "away":
        town.fail(500, times=None)
    else:
        town.says = b"<!doctype html><title>Please sign in</title>" if fault == "page" else feed()
    assert read.fetch(made) is False
    assert read.days(made) == {town.address: {MARTIN: "St. Martin"}}
    [problem] = read.problems(made)
    assert problem.startswith("calendar.a.holidays.ical: ")
    assert problem.endswith("Its last good copy stays in force")
    assert "c0ffee" not in problem, "the address may be a key"
    assert "hush" not in problem
    asked = len(town.log)
    assert read.fetch(made) is False
    assert len(town.log) > asked, "what failed is tried at the next occasion"
    restarted = feeds(tmp_path, outside)
    assert restarted.days(made) == {town.address: {MARTIN: "St. Martin"}}
    assert restarted.problems(made) == (), "it has not been asked yet"
    town.mend()
    town.says = feed(event("20261225", "Christmas"))
    outside.clock.move(hours=1)
    assert read.fetch(made) is True
    assert read.problems(made) == ()


def test_a_feed_that_was_never_read_brings_nothing_and_says_so(tmp_path: Path, outside: Outside, town: Town) -> None:
    town.fail(404, times=None)
    read, made = feeds(tmp_path, outside), site(tmp_path, a=town.address, b="none.ics")
    assert read.days(made) == {town.address: {}, "none.ics": {}}
    assert [problem.endswith("Until it is read, none of its days count") for problem in read.problems(made)] == [
        True
    ] * 2


def test_a_copy_that_is_damaged_is_asked_for_anew(tmp_path: Path, outside: Outside, town: Town) -> None:
    made = site(tmp_path, a=town.address)
    feeds(tmp_path, outside).days(made)
    [copy] = (tmp_path / "w.duckdb.holidays").iterdir()
    copy.write_bytes(copy.read_bytes()[:50])
    assert feeds(tmp_path, outside).days(made) == {town.address: {MARTIN: "St. Martin"}}
    assert copy.read_bytes() == town.says


def test_a_copy_that_cannot_be_written_is_said(tmp_path: Path, outside: Outside, town: Town) -> None:
    (tmp_path / "w.duckdb.holidays").write_text("in the way")
    read, made = feeds(tmp_path, outside), site(tmp_path, a=town.address)
    assert read.days(made) == {town.address: {MARTIN: "St. Martin"}}
    assert "cannot be written" in read.problems(made)[0]


def test_a_feed_leads_to_no_private_address(tmp_path: Path, town: Town) -> None:
    inside = Outside(tls=client_tls())
    read, made = feeds(tmp_path, inside), site(tmp_path, a=town.address)
    assert read.days(made) == {town.address: {}}
    assert "private" in read.problems(made)[0]
    assert town.log == []


def test_ending_ends_what_is_being_asked(tmp_path: Path) -> None:
    clock = FakeClock()
    made = Feeds(tmp_path / "w.duckdb", clock)
    made.stop()
    # a stopped network asks nobody: there is no network in a test, and none is reached
    assert made.days(site(tmp_path, a="https://feeds.example/a.ics")) == {"https://feeds.example/a.ics": {}}
