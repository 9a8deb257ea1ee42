"""`whatif` as its user types it, alone and beside a running server."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from queries.ledger import Ledger
from queries.warehouse import Warehouse
from tests.house.test_command_line import Running, free_port, run
from tests.promises.told_site import LONG_AGO, SITE, happened, tell

THURSDAY = datetime(2025, 10, 30, 17, 30, tzinfo=ZoneInfo("Europe/Berlin"))
WINDOW = ("--since", "2025-10-01", "--until", "2025-12-01")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site whose only case was answered in time, after forty minutes of open time."""
    path = tmp_path / "site.toml"
    path.write_text(SITE + f'[server]\nport = {free_port()}\n[warehouse]\nurl = "duckdb:w.duckdb"\n')
    (tmp_path / "new.toml").write_text(SITE.replace('frt = "2h"', 'frt = "15m"'))
    warehouse = Warehouse("duckdb:w", tmp_path / "w.duckdb", LONG_AGO)
    reply = happened("message", THURSDAY + timedelta(days=4), visibility="public")
    resolved = happened("resolved", THURSDAY + timedelta(days=4, minutes=1))
    tell(Ledger(warehouse), THURSDAY, reply, resolved)
    warehouse.close()
    return path


def whatif(site: Path, *words: str | Path, code: int = 0) -> str:
    done = run("--config", site, "whatif", *words, code=code)
    return done.stderr if code else done.stdout


def rows(said: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.strip("│").split("│")] for row in said.splitlines() if row.startswith("│")]


def test_another_policy_is_compared_and_nothing_is_changed(site: Path) -> None:
    same = whatif(site, *WINDOW)
    assert "under the site file as it now stands: 0 met promises would be breached" in same
    other = whatif(site, "--policy", site.parent / "new.toml", *WINDOW)
    assert "[calendar], [track], [sla] of " in other
    assert rows(same)[0] == ["restore", "first response", "1", "0", "1", "0%", "1", "0", "1", "0%", "0", "0"]
    assert rows(other)[-1][:3] == ["x:1", "first response", "Mon 3 Nov 2025 10:30"]
    assert whatif(site, *WINDOW) == same


def test_what_is_asked_wrongly_is_said(site: Path) -> None:
    assert "arguments are required: --since" in whatif(site, code=2)
    assert "none.toml:\n  the file: does not exist" in whatif(
        site, "--policy", site.parent / "none.toml", *WINDOW, code=2
    )
    assert 'since: "soon" is not a moment' in whatif(site, "--since", "soon", code=2)
    (site.parent / "new.toml").write_text("[track.care]\nfrt = '1h'\n")
    said = whatif(site, "--policy", site.parent / "new.toml", *WINDOW, code=2)
    assert "new.toml:\n  track.care.calendar" in said


def test_beside_a_running_server_it_says_the_same(site: Path) -> None:
    words = ("--policy", site.parent / "new.toml", *WINDOW)
    alone = whatif(site, *words)
    server = Running(site)
    try:
        assert whatif(site, *words) == alone
        assert "is not a moment" in whatif(site, "--since", "soon", code=2)
    finally:
        server.stop()
        server.kill()
