"""Another roster beside the present one: what it closes and costs, what is refused and why, and that nothing stays."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Site, parse_site
from jobs.roster import written_out
from jobs.staffing import staffing_rows
from jobs.whatif_roster import RosterWhatIf
from queries.ledger import Ledger
from queries.roster import Roster
from queries.staffing import Staffing
from queries.warehouse import Warehouse
from tests.conftest import FakeClock
from tests.promises.keeping import BERLIN, promise
from tests.rows import case, keep, mention

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# a Monday, 13:00 in Berlin
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORK = """
[staffing]
handling = "6m"
[staffing.cost]
own = 28.5
"""
DAYTIME = """
[[shift]]
site = "Berlin"
timezone = "Europe/Berlin"
languages = ["de", "en"]
heads = 4
start = "06:00"
end = "22:00"
"""
NIGHT = """
[[shift]]
site = "Manila"
timezone = "Europe/Berlin"
languages = ["en"]
heads = 2
start = "22:00"
end = "06:00"
employer = "Helpline GmbH"
"""
HEADER = "site,timezone,languages,heads,start,end\n"
TABLES = ("shifts", "staffing", "demand_events", "rest_spans", "clock_segments", "policies", "calendar_hours", "cases")


@dataclass
class Desk:
    """A desk whose night nobody works: a message every half hour for five weeks, day and night."""

    warehouse: Warehouse
    site: Site
    clock: FakeClock

    def ask(self, text: str, name: str = "new.toml", since: str | None = None, until: str | None = None) -> Any:
        return RosterWhatIf(self.warehouse, lambda: self.site, self.clock).compare(text, name, since, until)

    def stored(self) -> list[Any]:
        """Every row of every table a comparison could touch, and the revision."""
        cursor = self.warehouse.cursor()
        rows = [cursor.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in TABLES]
        cursor.close()
        return [*rows, self.warehouse.state]


def made(warehouse: Warehouse, folder: Path) -> Desk:
    site = parse_site(BERLIN + WORK + DAYTIME, base=folder)
    promise(warehouse, now=NOW - 60 * DAY)
    Roster(warehouse).keep(written_out(site.shift, NOW), NOW)
    Staffing(warehouse).keep(staffing_rows(site), (), (), NOW)
    moments = [NOW - number * HOUR / 2 for number in range(1, 35 * 48)]
    keep(
        Ledger(warehouse),
        *(mention(n, published_at=at, language="en") for n, at in enumerate(moments)),
        cases=[case(n, item_id=f"x:{n}", opened_at=at, track="night") for n, at in enumerate(moments)],
        now=NOW,
    )
    return Desk(warehouse, site, FakeClock(NOW))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests that only compare: after all of them it must be as it was."""
    folder = tmp_path_factory.mktemp("desk")
    one = made(Warehouse("duckdb:w", folder / "w.duckdb", NOW), folder)
    before = one.stored()
    yield one
    assert one.stored() == before
    one.warehouse.close()


@pytest.fixture
def either(warehouse: Warehouse, tmp_path: Path) -> Desk:
    """One of its own, on DuckDB's own file and on a lake."""
    return made(warehouse, tmp_path)


def sides(answer: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    return answer["sides"]["now"], answer["sides"]["would"]


def test_a_proposal_that_mans_the_night_closes_its_gaps(either: Desk) -> None:
    answer = either.ask(DAYTIME + NIGHT)
    now, would = sides(answer)
    assert (answer["since"], answer["until"]) == ("2026-11-23T12:00:00Z", "2026-12-07T12:00:00Z")
    assert (now["gap_hours"], would["gap_hours"]) == (14 * 8, 0)
    assert now["covered_share"] == pytest.approx(2 / 3, abs=0.02)
    assert would["covered_share"] == 1
    nobody = [gap for gap in answer["gaps"] if gap["language"] == "all"]
    assert [gap["side"] for gap in nobody] == ["now"] * 14
    assert nobody[0] == {
        "since": "2026-11-23T21:00:00Z", "until": "2026-11-24T05:00:00Z", "language": "all", "side": "now"
    }  # fmt: skip
    assert [gap["language"] for gap in answer["gaps"] if gap["side"] == "would"] == [], "all who write speak English"
    assert now["breached_count"] > 10 > would["breached_count"], "who wrote at night was owed an answer in an hour"


def test_hours_and_costs_add_up_by_hand(desk: Desk) -> None:
    rates = '[staffing]\nhandling = "6m"\ncost = { own = 30, "Helpline GmbH" = 19 }\n'
    now, would = sides(desk.ask(DAYTIME + NIGHT + rates, until="2026-11-30T13:00"))
    assert now["head_hours_per_week"] == 4 * 16 * 7
    assert now["by_employer"] == {"own": 4 * 16 * 7}
    assert now["cost_per_week"] == 4 * 16 * 7 * 28.5
    assert would["by_employer"] == {"Helpline GmbH": 2 * 8 * 7, "own": 4 * 16 * 7}
    assert would["head_hours_per_week"] == 2 * 8 * 7 + 4 * 16 * 7
    assert would["cost_per_week"] == 2 * 8 * 7 * 19 + 4 * 16 * 7 * 30


def test_a_window_of_another_length_is_told_per_week(desk: Desk) -> None:
    for until in ("2026-11-24T13:00", "2026-12-07T13:00"):
        now, _ = sides(desk.ask(NIGHT, until=until))
        assert now["head_hours_per_week"] == pytest.approx(4 * 16 * 7)


def test_who_is_on_call_is_not_at_work_and_costs_nothing_here(desk: Desk) -> None:
    now, would = sides(desk.ask(DAYTIME + NIGHT + "on_call = true\n"))
    assert would["by_employer"] == now["by_employer"]
    assert would["gap_hours"] == now["gap_hours"]


def test_a_rate_nobody_knows_makes_no_cost(desk: Desk) -> None:
    now, would = sides(desk.ask(DAYTIME + NIGHT))
    assert now["cost_per_week"] == pytest.approx(4 * 16 * 7 * 28.5)
    assert would["cost_per_week"] is None


def test_without_a_handling_time_thin_hours_and_breaches_are_unknown_and_the_rest_is_not(desk: Desk) -> None:
    now, would = sides(desk.ask(DAYTIME + "[staffing]\noccupancy = 0.8\n"))
    assert now["thin_hours"] is not None
    assert (would["thin_hours"], would["breached_count"]) == (None, None)
    assert would["gap_hours"] == now["gap_hours"]


def test_terms_of_work_alone_are_compared_on_the_roster_as_it_is(desk: Desk) -> None:
    now, would = sides(desk.ask('[staffing]\nhandling = "60m"\n'))
    assert would["by_employer"] == now["by_employer"]
    assert would["breached_count"] > now["breached_count"], "each message is ten times the work"


def test_absences_of_a_proposal_take_its_heads(desk: Desk) -> None:
    away = '[[absence]]\nsite = "Berlin"\nheads = 3\nfrom = 2026-11-24\nuntil = 2026-11-24\n'
    now, would = sides(desk.ask(away, until="2026-11-30T13:00"))
    assert now["head_hours_per_week"] - would["head_hours_per_week"] == 3 * 16


def test_a_proposal_counts_from_since_on_and_leaves_what_runs_until_then(desk: Desk) -> None:
    answer = desk.ask(DAYTIME + NIGHT, since="2026-11-25T22:00")
    now, would = sides(answer)
    assert answer["since"] == "2026-11-25T21:00:00Z"
    assert (now["gap_hours"], would["gap_hours"]) == (96, 0)
    assert {gap["since"] for gap in answer["gaps"] if gap["since"] < answer["since"]} == set()


def test_a_table_of_shifts_is_a_proposal_too(desk: Desk) -> None:
    rows = HEADER + "Berlin,Europe/Berlin,de;en,4,06:00,22:00\nManila,Europe/Berlin,en,2,22:00,06:00\n"
    _, would = sides(desk.ask(rows, "night.csv"))
    _, same = sides(desk.ask(DAYTIME + NIGHT.replace('employer = "Helpline GmbH"\n', "")))
    assert would == same
    assert would["gap_hours"] == 0


def test_a_roster_file_in_the_sites_folder_is_read_and_none_elsewhere(desk: Desk) -> None:
    (desk.site.base / "night.csv").write_text(HEADER + "Manila,Europe/Berlin,en,2,22:00,06:00\n")
    _, would = sides(desk.ask(DAYTIME + '[[roster]]\ncsv = "night.csv"\n'))
    assert would["gap_hours"] == 0
    for place in ("../night.csv", "/etc/hostname"):
        with pytest.raises(
            ValueError, match=r"roster\.1\.csv \(line 2\): only what .* lies in its folder, can be compared with"
        ):
            desk.ask(f'[[roster]]\ncsv = "{place}"\n')
    feed = '[[roster]]\nical = "https://calendar.test/x.ics"\nsite = "Manila"\ntimezone = "Asia/Manila"\n'
    with pytest.raises(ValueError, match=r"roster\.1\.ical \(line 2\): only what the site file names too"):
        desk.ask(feed)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("[[shift]", "new.toml", "new.toml:\n  the file (line 1): is not TOML: Expected"),
        ("", "new.toml", "has no [[shift]], [[roster]], [[absence]] or [staffing] to compare with"),
        (DAYTIME.replace('"de"', '"jp"'), "new.toml", 'shift.1.languages.1 (line 5): unknown language "jp"'),
        (DAYTIME.replace('"06:00"', '"6"'), "new.toml", 'shift.1.start (line 7): "6" is not a time of day'),
        (DAYTIME + 'tracks = ["car"]\n', "new.toml", 'shift.1.tracks (line 9): unknown track "car"; did you mean'),
        (
            (DAYTIME.replace("heads = 4", 'agents = ["Ana"]') * 2).replace("Berlin", "Bonn", 1),
            "new.toml",
            'new.toml:\n  shift.2.agents (line 14): "Ana" is on two shifts at once',
        ),
        ("[[shifts]]\n", "new.toml", 'shifts: unknown key "shifts"; did you mean "shift"?'),
        (
            DAYTIME + '[[absence]]\nsite = "Berlni"\nheads = 1\nfrom = 2026-12-01\n',
            "new.toml",
            'absence.1.site (line 10): unknown site "Berlni"; did you mean "Berlin"?',
        ),
        (
            "site,timezone,heads,start\nBerlin,Europe/Berlin,2,06:00\n",
            "night.csv",
            "night.csv: end (line 1): is a column that every roster has, and is missing",
        ),
        (
            "site,timezone,heads,start,end\nBerlin,Europe/Berlni,2,06:00,22:00\n",
            "night.csv",
            'night.csv: timezone (line 2): unknown time zone "Europe/Berlni"; did you mean "Europe/Berlin"?',
        ),
        (
            "site,timezone,agents,start,end\nBonn,Europe/Berlin,Ana,06:00,22:00\nBerlin,Europe/Berlin,Ana,06:00,22:00\n",
            "night.csv",
            'night.csv: agents (line 3): "Ana" is on two shifts at once',
        ),
    ],
)  # fmt: skip
def test_a_wrong_text_is_refused_by_file_line_and_key(desk: Desk, text: str, name: str, said: str) -> None:
    before = desk.stored()
    with pytest.raises(ValueError, match=name) as caught:
        desk.ask(text, name)
    assert said in str(caught.value)
    assert desk.stored() == before


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("soon", None, 'since: "soon" is not a moment; write 2026-12-01'),
        (None, "x", 'until: "x" is not a moment'),
        ("2026-11-01", None, "rosters are compared from now on, 14 days ahead at most"),
        (None, "2026-12-24", "rosters are compared from now on, 14 days ahead at most"),
        ("2026-12-01", "2026-11-30", "since must lie before until"),
    ],
)
def test_a_wrong_window_is_named(desk: Desk, since: str | None, until: str | None, said: str) -> None:
    with pytest.raises(ValueError, match=r"since|until") as caught:
        desk.ask(DAYTIME, "new.toml", since, until)
    assert said in str(caught.value)


def test_nothing_of_it_stays(either: Desk) -> None:
    before = either.stored()
    assert len(before[0]) > 200, "there are shifts"
    first = either.ask(DAYTIME + NIGHT + '[staffing]\nhandling = "9m"\n')
    assert either.stored() == before
    assert either.ask(DAYTIME + NIGHT + '[staffing]\nhandling = "9m"\n') == first


def test_the_present_roster_as_a_proposal_changes_nothing(desk: Desk) -> None:
    answer = desk.ask(BERLIN + WORK + DAYTIME)
    now, would = sides(answer)
    assert now == would
    pairs: dict[tuple[str, str, str], set[str]] = {}
    for gap in answer["gaps"]:
        pairs.setdefault((gap["since"], gap["until"], gap["language"]), set()).add(gap["side"])
    assert pairs
    assert all(found == {"now", "would"} for found in pairs.values())


def test_a_desk_without_a_roster_can_be_given_one(tmp_path: Path) -> None:
    site = parse_site(BERLIN, base=tmp_path)
    empty = Desk(Warehouse("duckdb:w", tmp_path / "w.duckdb", NOW), site, FakeClock(NOW))
    now, would = sides(empty.ask(DAYTIME))
    empty.warehouse.close()
    assert (now["head_hours_per_week"], now["covered_share"], now["by_employer"]) == (0, None, {})
    assert would["head_hours_per_week"] == pytest.approx(4 * 16 * 7)


def test_collecting_and_rosters_go_on_beside_it(either: Desk) -> None:
    """Writers wait for their turn and find what they left; the comparison finds no half of theirs."""
    wrong: list[BaseException] = []
    late = parse_site(BERLIN + WORK + DAYTIME + NIGHT, base=either.site.base)

    def write() -> None:
        try:
            for number in range(5):
                keep(Ledger(either.warehouse), mention(f"new{number}"), now=NOW + number * HOUR)
                roster = late.shift if number % 2 else either.site.shift
                Roster(either.warehouse).keep(written_out(roster, NOW), NOW + number * HOUR)
        except BaseException as error:
            wrong.append(error)

    writing = threading.Thread(target=write)
    writing.start()
    answers = [either.ask(DAYTIME + NIGHT) for _ in range(3)]
    writing.join(120)
    assert not wrong
    assert not writing.is_alive()
    assert {sides(answer)[1]["gap_hours"] for answer in answers} == {0}
    assert {sides(answer)[0]["gap_hours"] for answer in answers} <= {0, 112}
    cursor = either.warehouse.cursor()
    [(count,)] = cursor.execute("SELECT count(*) FROM mentions WHERE item_id LIKE 'x:new%'").fetchall()
    cursor.close()
    assert count == 5
