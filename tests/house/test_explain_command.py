"""`explain` as its user types it, alone and beside a running server."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.house.test_command_line import Running, free_port, run
from tests.promises.told_site import LONG_AGO, SITE, happened, tell, there
from tests.rows import case, keep

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2025, 10, 30, 17, 30, tzinfo=BERLIN)
REPLY = datetime(2025, 11, 3, 9, 10, 5, tzinfo=BERLIN)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site whose case x:1 was answered on the Monday, and x:2, to which nothing is owed yet."""
    path = tmp_path / "site.toml"
    path.write_text(SITE + f'[server]\nport = {free_port()}\n[warehouse]\nurl = "duckdb:w.duckdb"\n')
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", LONG_AGO)
    tell(
        Ledger(warehouse), THURSDAY, happened("message", REPLY, visibility="public"), subject="late [bold]again[/bold]"
    )
    keep(Ledger(warehouse), cases=[case(2, opened_at=THURSDAY, track="care")], now=LONG_AGO)
    warehouse.close()
    return path


def explain(site: Path, case_id: str = "x:1", code: int = 0) -> str:
    """What the command says, without the line that tells the moment."""
    done = run("--config", site, "explain", case_id, code=code)
    return done.stderr if code else done.stdout


def test_a_case_is_explained_part_by_part_with_the_lines_of_the_file(site: Path) -> None:
    said = explain(site)
    heading, _, first = said.splitlines()[:3]
    assert heading.startswith("x:1: late [bold]again[/bold] (as of ")
    assert heading.endswith(", Berlin time)")
    assert first == "First response: met, took 40 min 5 s of 2 h"
    cells = [[cell.strip() for cell in row.strip("│").split("│")] for row in said.splitlines() if row.startswith("│")]
    assert cells[0] == ["Thu 30 Oct 2025 17:30:00 to 18:00:00", "counted 30 min 0 s", "30 min 0 s"]
    assert cells[4] == ["Mon 3 Nov 2025 09:00:00 to 09:10:05", "counted 10 min 5 s", "40 min 5 s"]
    assert 'holiday "Reformation Day"' in said
    assert "  due Mon 3 Nov 2025 10:30:00 because " in said
    assert "  target 2 h: track.restore.frt " + there('frt = "2h"') + "\n" in said
    assert "Resolution: breached, " in said


def test_an_unknown_case_is_said_to_be_one(site: Path) -> None:
    assert explain(site, "x:404", code=2) == 'there is no case "x:404"; a case is named as platform:native id\n'


def test_a_case_to_which_nothing_is_owed_says_so(site: Path) -> None:
    lines = explain(site, "x:2").splitlines()
    assert lines[-1] == "No clock runs for it: its track promises nothing, or nothing is owed yet."


def test_beside_a_running_server_it_says_the_same(site: Path) -> None:
    alone = explain(site).splitlines()
    server = Running(site)
    try:
        beside = explain(site).splitlines()
    finally:
        server.stop()
        server.kill()
    assert len(beside) == len(alone)
    assert [line for line in beside if "Resolution" not in line][1:10] == [
        line for line in alone if "Resolution" not in line
    ][1:10]
    assert "no case" in explain(site, "x:404", code=2)
