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
SHIFT = '[[shift]]\nsite = "Berlin"\ntimezone = "Europe/Berlin"\nheads = 1\nstart = "09:00"\nend = "17:00"\n'
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


def rows_of(said: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.strip("│").split("│")] for row in said.splitlines() if row.startswith("│")]


def test_another_policy_is_compared_and_nothing_is_changed(site: Path) -> None:
    same = whatif(site, *WINDOW)
    assert "under the site file as it now stands: 0 met promises would be breached" in same
    other = whatif(site, "--policy", site.parent / "new.toml", *WINDOW)
    assert "[calendar], [track], [sla] of " in other
    assert rows_of(same)[0] == ["restore", "first response", "1", "0", "1", "0%", "1", "0", "1", "0%", "0", "0"]
    assert rows_of(other)[-1][:3] == ["x:1", "first response", "Mon 3 Nov 2025 10:30"]
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


def test_another_roster_is_compared_and_nothing_is_changed(site: Path) -> None:
    rows = "site,timezone,languages,heads,start,end,employer\nBerlin,Europe/Berlin,de,3,09:00,17:00,Helpline GmbH\n"
    (site.parent / "new.csv").write_text(rows)
    said = whatif(site, "--roster", site.parent / "new.csv")
    assert "new.csv beside the present one, " in said
    assert ["Head hours per week", "0 min", "168 h", "+168 h"] in rows_of(said)
    assert "Cost: somebody is on shift whose employer has no rate under [staffing] cost." in said
    assert whatif(site, "--roster", site.parent / "new.csv", "--until", "2099-01-01", code=2).startswith("rosters are")
    (site.parent / "new.csv").write_text(rows.replace("09:00", "9"))
    wrong = whatif(site, "--roster", site.parent / "new.csv", code=2)
    assert 'new.csv: start (line 2): "9" is not a time of day' in wrong
    assert "not allowed with argument" in whatif(site, "--roster", "a.toml", "--policy", "b.toml", code=2)


def test_beside_a_running_server_it_says_the_same(site: Path) -> None:
    new = site.parent / "new.toml"
    words = ("--policy", new, *WINDOW)
    alone = whatif(site, *words)
    server = Running(site)
    try:
        assert whatif(site, *words) == alone
        assert "is not a moment" in whatif(site, "--since", "soon", code=2)
        (site.parent / "new.toml").write_text(SHIFT)
        assert ["Head hours per week", "0 min", "56 h", "+56 h"] in rows_of(whatif(site, "--roster", new))
    finally:
        server.stop()
        server.kill()
