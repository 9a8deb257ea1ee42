"""Snapshots: the same inputs are the same page, other inputs another version, and what is due is made once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import ConfigError, Site, parse_site
from jobs.clockwork import next_moment
from jobs.site import checked_site
from jobs.snapshot import PATIENCE, RETRY, SnapshotError, Snapshots
from queries.answers import Answers
from queries.catalogue import load_catalogue
from queries.warehouse import Warehouse
from tests.conftest import DictCache, FakeClock
from tests.jobs import two_weeks
from tests.jobs.two_weeks import GOALS, MADE, SITE, UNTIL, VALUE
from tests.queries.case_rows import case, event, put

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")


class Desk:
    """A warehouse with two weeks in it, a clock, a site file that can change, and what makes snapshots of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock(MADE)
        self.warehouse = Warehouse("duckdb:w", folder / "w.duckdb", two_weeks.BEFORE)
        self.answers = Answers(self.warehouse, load_catalogue(), DictCache())
        self.site = two_weeks.site(base=folder)
        self.snapshots = self.opened()

    def opened(self) -> Snapshots:
        """As after a start."""
        return Snapshots(self.answers, self.clock, lambda: self.site)

    def planned(self, cron: str = "0 7 * * mon", *more: str) -> Site:
        text = GOALS.replace('folder = "snapshots"', f'folder = "snapshots"\ncron = "{cron}"')
        return two_weeks.site(text, *more, base=self.folder)

    @property
    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*.html"))

    @property
    def kept(self) -> int:
        return len(self.snapshots.archive.listed())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    two_weeks.fill(made.warehouse, 0.1)
    yield made
    made.warehouse.close()


def test_a_week_made_twice_of_the_same_inputs_is_one_page(desk: Desk) -> None:
    first = desk.snapshots.make("2026-W47")
    desk.clock.move(minutes=20)
    again = desk.opened().make()
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.week, again.inputs_hash, again.html) == (first.week, first.inputs_hash, first.html)
    assert desk.kept == 1
    [file] = desk.files
    assert file == "snapshots/watchfloor-2026-W47.html"
    assert (desk.folder / file).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "has not changed since it was archived" in again.sentence


def test_every_input_makes_another_version_when_it_changes(desk: Desk) -> None:
    hashes = [desk.snapshots.make().inputs_hash]
    for text in (GOALS + VALUE.replace("likely = 0.45", "likely = 0.46"), GOALS.replace("Hear", "See"), GOALS):
        desk.site = two_weeks.site(text, base=desk.folder)
        hashes.append(desk.snapshots.make().inputs_hash)
    put(desk.warehouse, now=MADE, cases=[case("x:new", UNTIL - HOUR, brand="Aurora Air")])
    hashes.append(desk.snapshots.make().inputs_hash)
    assert len(set(hashes)) == len(hashes)
    assert desk.kept == len(hashes), "what was handed out stays"
    assert desk.files == ["snapshots/watchfloor-2026-W47.html"]


def test_both_weeks_are_followed_up_equally_long_and_nothing_moves_after_72_hours(desk: Desk) -> None:
    early = desk.snapshots.make().html
    assert "both weeks until 7 hours after their end" in early
    desk.clock.now = UNTIL + 80 * HOUR
    late = desk.snapshots.make("2026-W47")
    assert "both weeks until 72 hours after their end" in late.html
    desk.clock.move(days=3)
    new = case("x:new", UNTIL + HOUR, brand="Aurora Air")
    ended = event("x:new", "resolved", UNTIL + 73 * HOUR, actor_kind="human")
    put(desk.warehouse, now=desk.clock.now, cases=[new], case_events=[ended])
    assert not desk.snapshots.make("2026-W47").is_new


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ("2026-W48", "2026-W48 is not over yet; the last full week is 2026-W47"),
        ("47", '--week: "47" is not a week; write its ISO name, such as 2026-W46'),
    ],
)
def test_what_cannot_be_made_is_said(desk: Desk, week: str, said: str) -> None:
    with pytest.raises(SnapshotError, match=said):
        desk.snapshots.make(week)


def test_a_folder_that_cannot_be_written_is_named_and_nothing_half_is_left(desk: Desk) -> None:
    (desk.folder / "snapshots").write_text("a file where the folder should be")
    with pytest.raises(SnapshotError, match=r"watchfloor-2026-W47\.html cannot be written .* as snapshot\.folder"):
        desk.snapshots.make()
    with pytest.raises(SnapshotError, match="another folder as --out"):
        desk.snapshots.make(folder=str(desk.folder / "snapshots" / "deep"))
    assert desk.files == []
    where = desk.folder / "elsewhere"
    desk.snapshots.make(folder=str(where))
    assert [path.name for path in where.iterdir()] == ["watchfloor-2026-W47.html"], "no draft stays"


def test_the_file_leads_to_the_sites_own_address_or_nowhere(desk: Desk) -> None:
    def text(file: str) -> str:
        return (desk.folder / file / "watchfloor-2026-W47.html").read_text(encoding="utf-8")

    made = desk.snapshots.make(folder=str(desk.folder / "plain"))
    assert 'href="/desk?' in made.html
    assert "href=" not in text("plain")
    named = SITE.replace('currency = "USD"', 'currency = "USD"\nurl = "https://desk.example/\\"x/"')
    desk.site = desk.site.model_copy(update={"site": parse_site(named, base=desk.folder).site})
    desk.snapshots.make(folder=str(desk.folder / "linked"))
    assert 'href="https://desk.example/&#34;x/desk?' in text("linked")
    assert 'href="/desk' not in text("linked")


def steps(desk: Desk, hours: float, every: float = 0.5) -> list[datetime]:
    """Let the clock run for so long; gives when a snapshot was tried."""
    tried = []
    for _ in range(round(hours / every)):
        desk.clock.move(hours=every)
        if desk.snapshots.step():
            tried.append(desk.clock())
    return tried


def test_a_snapshot_is_made_when_it_is_due_and_once(desk: Desk) -> None:
    desk.site, desk.clock.now = desk.planned(), UNTIL - HOUR
    desk.snapshots.make()
    tried = steps(desk, 24)
    assert tried == [datetime(2026, 11, 23, 12, tzinfo=MADE.tzinfo)], "seven in the morning in New York"
    assert desk.files == ["snapshots/watchfloor-2026-W46.html", "snapshots/watchfloor-2026-W47.html"]
    standing = desk.snapshots.standing()
    assert (standing.week, standing.made_at, standing.error) == ("2026-W47", tried[0], None)
    assert standing.due_at == tried[0] + 7 * DAY


def test_one_that_was_missed_is_made_at_the_next_start_and_only_then(desk: Desk) -> None:
    desk.site, desk.clock.now = desk.planned(), MADE + 30 * HOUR
    assert desk.snapshots.step()
    assert desk.kept == 1
    desk.snapshots = desk.opened()
    assert not desk.snapshots.step(), "the last full week has one"
    assert desk.snapshots.standing().due_at == MADE + 7 * DAY


def test_before_its_hour_nothing_is_made(desk: Desk) -> None:
    desk.site, desk.clock.now = desk.planned("0 9 * * tue"), MADE
    assert steps(desk, 25, 1.0) == []
    assert steps(desk, 2, 1.0) == [datetime(2026, 11, 24, 14, tzinfo=MADE.tzinfo)]


def test_a_making_that_fails_is_said_and_tried_again(desk: Desk) -> None:
    desk.site, blocked = desk.planned(), desk.folder / "snapshots"
    blocked.write_text("in the way")
    assert desk.snapshots.step()
    standing = desk.snapshots.standing()
    assert standing.error is not None
    assert "snapshot.folder" in standing.error
    assert standing.retry_at == desk.clock() + RETRY
    assert not desk.snapshots.step(), "not before it is time"
    blocked.unlink()
    desk.clock.move(minutes=10)
    assert desk.snapshots.step()
    assert desk.snapshots.standing().error is None
    assert desk.files == ["snapshots/watchfloor-2026-W47.html"]


def test_without_a_plan_nothing_is_due(desk: Desk) -> None:
    desk.site = two_weeks.site("", base=desk.folder)
    assert not desk.snapshots.step()
    assert desk.snapshots.standing().due_at is None
    desk.site = desk.planned()
    assert desk.snapshots.step(), "a plan that is written later counts from then on"


def filling(desk: Desk, back_to: datetime) -> None:
    """A source that still fills in what is older, and has come as far back as `back_to`."""
    row = {"source": "posts", "kind": "demo", "is_active": True, "every_seconds": 60, "stale_after_seconds": 1800}
    past = {"history_from_at": back_to, "history_wanted_at": two_weeks.BEFORE - 90 * DAY}
    put(desk.warehouse, now=desk.clock.now, sources=[{**row, **past}])


def test_what_is_still_being_filled_in_is_shown_and_not_archived(desk: Desk) -> None:
    filling(desk, two_weeks.BEFORE + DAY)
    html = desk.snapshots.shown()
    assert "posts is still being read: numbers of this page will grow." in html
    assert desk.kept == 0
    desk.site = desk.planned()
    assert desk.snapshots.step()
    said = desk.snapshots.standing().error
    assert said == "posts has not brought all of 2026-W47 and the week before yet"
    desk.clock.now = MADE + PATIENCE
    assert desk.snapshots.step(), "a day later it is made as it is"
    assert desk.kept == 1
    assert desk.snapshots.standing().error is None


def test_a_source_that_has_come_as_far_back_as_both_weeks_holds_up_nothing(desk: Desk) -> None:
    filling(desk, two_weeks.BEFORE)
    desk.snapshots.shown()
    assert desk.kept == 1


def test_a_house_that_has_only_begun_to_read_hands_out_no_empty_page(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.site = desk.planned()
    assert "No mention of anybody measured is known of these two weeks." in desk.snapshots.shown()
    assert desk.snapshots.step()
    assert (desk.kept, desk.files, desk.snapshots.standing().error) == (0, [], None)
    assert "make it again later" in desk.snapshots.make().sentence
    assert desk.kept == 1, "who asks for it by name gets it"
    desk.warehouse.close()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 7 * *", "is not a crontab line (Wrong number of fields; got 4, expected 5)"),
        ("0 25 * * mon", "is not a crontab line"),
        ("0 7 * * 1", "counts weekdays, which not everybody begins with the same one; write mon to sun"),
        ("0 0 30 feb *", "never comes round"),
    ],
)
def test_a_wrong_crontab_line_is_named_by_its_key(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE + f'[snapshot]\ncron = "{line}"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        checked_site(file)
    assert f'snapshot.cron: "{line}"' in str(caught.value)
    assert said in str(caught.value)


def test_a_crontab_line_is_read_by_the_sites_clock() -> None:
    sunday = datetime(2026, 10, 31, 12, tzinfo=MADE.tzinfo)
    # the clocks go back on 1 November: seven o'clock is then an hour later in UTC
    assert next_moment("0 7 * * *", NEW_YORK, sunday) == datetime(2026, 11, 1, 12, tzinfo=MADE.tzinfo)
    assert next_moment("0 7 * * *", NEW_YORK, sunday - DAY) == datetime(2026, 10, 31, 11, tzinfo=MADE.tzinfo)
    found = next_moment("0 7 * * mon", NEW_YORK, MADE)
    assert found == MADE + 7 * DAY, "strictly later"
