"""Killed anywhere, nothing committed is lost and nothing is doubled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_killed_around_any_commit_the_world_comes_out_once(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.jobs.killed", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    kills, statements = map(int, run.stdout.split()[-2:])
    # two files of two batches each: a run that says less, or dies less often, did not do the work
    assert statements > 50, run.stdout
    assert kills > 20, run.stdout
