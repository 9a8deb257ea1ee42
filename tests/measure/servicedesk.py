"""How our resolution clocks agree with a real service desk's log: `python -m tests.measure.servicedesk FOLDER`.

FOLDER holds the test data. The log says of each incident when it was opened and resolved, how it was paused, and
whether the desk itself held its promise to be kept (made_sla); not what was promised. Prints Markdown.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from queries import clocks
from queries.warehouse import Warehouse
from tests.jobs.sites import opened

EXAMPLE = Path(__file__).resolve().parents[2] / "config" / "example" / "event-log.toml"
LOG = "cases/servicenow/incident_event_log_opened_feb_apr_2016.csv"
TIME = "%d/%m/%Y %H:%M"
DAYS = "".join(f'{day} = ["08:00-18:00"]\n' for day in ("mon", "tue", "wed", "thu", "fri"))
PROMISES = f"""
[sla]
default_track = "desk"
[calendar.always]
always = true
[calendar.office]
timezone = "UTC"
[calendar.office.open]
{DAYS}
[track.desk]
calendar = "always"
resolution = "40h"
"""
_READ = """
SELECT case_id, cycle, elapsed_seconds, epoch(stopped_at - started_at)::BIGINT AS gross_seconds
FROM staged_segments WHERE stopped_at IS NOT NULL
"""


def resolutions(warehouse: Warehouse, calendar: str) -> pd.DataFrame:
    """Every resolved cycle counted in `calendar`; nothing is kept."""
    with warehouse.transaction() as inside:
        for table, source in (("touched", "cases"), ("policies", "policies"), ("hours", "calendar_hours")):
            inside.execute(f"CREATE OR REPLACE TEMP TABLE clock_{table} AS FROM {source} WHERE known_until_at IS NULL")
        inside.execute("UPDATE clock_policies SET calendar = $name", {"name": calendar})
        clocks.stage(inside)
        return inside.execute(_READ).df()


def told(path: Path) -> pd.DataFrame:
    """The log's own last word about each incident."""
    last: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            last[row["number"]] = row
    rows = [
        {
            "case_id": f"servicedesk:{number}",
            "priority": row["priority"],
            "is_kept": row["made_sla"] == "true",
            "is_reopened": row["reopen_count"] != "0",
            "log_seconds": _seconds(row),
        }
        for number, row in last.items()
    ]
    return pd.DataFrame(rows)


def _seconds(row: dict[str, str]) -> float | None:
    if row["resolved_at"] == "?":
        return None
    begin, end = (datetime.strptime(row[name], TIME).replace(tzinfo=UTC) for name in ("opened_at", "resolved_at"))
    return (end - begin).total_seconds()


def best_target(elapsed: pd.Series[Any], is_kept: pd.Series[Any]) -> tuple[float, float]:
    """The target under which most verdicts agree: seconds, and the share that does."""
    order = np.argsort(elapsed.to_numpy())
    kept = is_kept.to_numpy()[order]
    right = np.concatenate([[0], np.cumsum(kept)]) + np.concatenate([[0], np.cumsum(~kept[::-1])])[::-1]
    place = int(np.argmax(right))
    return float(elapsed.to_numpy()[order][max(place - 1, 0)]), float(right[place] / len(kept))


def main(folder: Path) -> None:
    """Print the figures."""
    text = EXAMPLE.read_text(encoding="utf-8").replace("data/incident_event_log.csv", str(folder / LOG)) + PROMISES
    with tempfile.TemporaryDirectory() as place, opened(Path(place), text) as house:
        for source in house.live.values():
            house.collector.run_to_end(source, house.understanding)
        found = {name: resolutions(house.warehouse, name) for name in ("always", "office")}
    log = told(folder / LOG)
    _times(found["always"], log)
    _verdicts(found, log)


def _times(cycles: pd.DataFrame, log: pd.DataFrame) -> None:
    firsts, lasts = cycles[cycles["cycle"] == 1], cycles.sort_values("cycle").groupby("case_id").tail(1)
    print(f"incidents {len(log):,}; with a time of resolution in the log {log['log_seconds'].notna().sum():,}\n")
    print(
        "| resolution, opened to resolved | compared | equal to the minute | shorter | longer |\n|---|---|---|---|---|"
    )
    for name, ours in (("first cycle", firsts), ("to the last resolution", _to_last(cycles, lasts))):
        for reopened in (False, True):
            both = log[log["log_seconds"].notna() & (log["is_reopened"] == reopened)].merge(ours, on="case_id")
            less = both["gross_seconds"] - both["log_seconds"]
            title = f"{name}, {'reopened' if reopened else 'never reopened'} | {len(both):,}"
            print(f"| {title} | {(less == 0).mean():.1%} | {(less < 0).mean():.1%} | {(less > 0).mean():.1%} |")


def _to_last(cycles: pd.DataFrame, lasts: pd.DataFrame) -> pd.DataFrame:
    """From the opening to the last resolution, the time between two cycles included."""
    whole = lasts.copy()
    spans = cycles.groupby("case_id")["gross_seconds"].sum()
    whole["gross_seconds"] = whole["case_id"].map(spans)
    return whole


def _verdicts(found: dict[str, pd.DataFrame], log: pd.DataFrame) -> None:
    print("\n| counted | priority | incidents | kept, says the desk | best target | verdicts that agree |")
    print("|---|---|---|---|---|---|")
    ways = {"gross": ("always", "gross_seconds"), "less pauses": ("always", "elapsed_seconds")}
    ways["less pauses, Mon-Fri 8-18"] = ("office", "elapsed_seconds")
    for way, (calendar, column) in ways.items():
        lasts = found[calendar].sort_values("cycle").groupby("case_id").tail(1)
        both = log.merge(lasts, on="case_id")
        for priority, some in both.groupby("priority"):
            target, share = best_target(some[column], some["is_kept"])
            told_kept = some["is_kept"].mean()
            print(f"| {way} | {priority} | {len(some):,} | {told_kept:.1%} | {target / 3600:.1f} h | {share:.1%} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
