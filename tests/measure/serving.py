"""The demo served in a process of its own, for what is measured and looked at: `with served(folder) as demo:`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "config" / "example"
_CLOCK_TICKS = 100  # per second: Linux counts a process's time in them


@dataclass(frozen=True)
class Served:
    """A running server: where it answers, and its process."""

    address: str
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time this server has used so far, all its threads together."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS

    def memory_mb(self) -> float:
        """Memory in use, in megabytes."""
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", text)
        return int(found[1]) / 1024 if found else 0.0


def demo_site(folder: Path, *changes: tuple[str, str], more: str = "") -> Path:
    """The shipped example as a site of its own in `folder`: another port and warehouse, and what `changes` replace."""
    text = (EXAMPLE / "site.toml").read_text(encoding="utf-8")
    own = (
        (r"(?m)^port = .*$", "port = 0"),
        (r'(?m)^url = "duckdb:.*$', 'url = "duckdb:demo.duckdb"'),
        (r"\.\./\.\./var/snapshots", "snapshots"),
    )
    for pattern, instead in (*own, *changes):
        text, found = re.subn(pattern, instead, text)
        if not found and (pattern, instead) in changes:
            raise ValueError(f"{pattern} stands nowhere in the example's site file")
    path = folder / "site.toml"
    path.write_text(text + more, encoding="utf-8")
    return path


@contextmanager
def served(site: Path) -> Iterator[Served]:
    """Serve `site` on a port of its own until the block ends."""
    command = [sys.executable, str(ROOT / "app.py"), "--config", str(site), "serve"]
    with (
        (site.parent / "serve.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT) as process,
    ):
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://[\d.]+:\d+", line)
            if not found:
                raise RuntimeError(
                    (site.parent / "serve.log").read_text(encoding="utf-8") or "the server did not start"
                )
            yield Served(found[0], process.pid)
        finally:
            process.terminate()
            process.wait(15)
