"""Measures what screens cost: `python -m tests.measure.screens [SECONDS]`.

1, 10, 200 and 1,000 simulated screens on the loopback each ask for the frame of the demo's first scene every two
seconds with the ETag they have, as the page does; a connection the server closes is opened anew. Prints Markdown: the
server's share of one core (all its work, collecting and drawing included), the time to answer, bytes, and how often
the frame changed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from config import load_site
from tests.measure.serving import Served, demo_site, served

EVERY = 2.0
LEVELS = (1, 10, 200, 1000)


@dataclass
class Seen:
    """What the screens of one level saw."""

    seconds: list[float] = field(default_factory=list)
    full_bytes: list[int] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    etags: set[str] = field(default_factory=set)


async def screen(host: str, port: int, path: str, begin: float, until: float, seen: Seen) -> None:
    """One screen: ask, read the answer whole, wait."""
    await asyncio.sleep(begin)
    reader, writer, etag = None, None, ""
    while time.perf_counter() < until:
        known = f"If-None-Match: {etag}\r\n" if etag else ""
        asked = time.perf_counter()
        if reader is None or writer is None:
            reader, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n{known}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        status, length = int(head[0].split()[1]), int(headers.get("content-length", 0))
        if status == 200:
            await reader.readexactly(length)
            seen.full_bytes.append(length)
        seen.seconds.append(time.perf_counter() - asked)
        seen.statuses[status] = seen.statuses.get(status, 0) + 1
        etag = headers.get("etag", "")
        if headers.get("connection") == "close":
            writer.close()
            reader = writer = None
        seen.etags.add(etag)
        await asyncio.sleep(max(0.0, EVERY - (time.perf_counter() - asked)))
    if writer is not None:
        writer.close()


async def level(demo: Served, path: str, screens: int, seconds: float) -> Seen:
    """So many screens for so long, begun evenly over their period."""
    host, _, port = demo.address.removeprefix("http://").partition(":")
    seen, until = Seen(), time.perf_counter() + seconds
    starts = [EVERY * place / screens for place in range(screens)]
    await asyncio.gather(*(screen(host, int(port), path, start, until, seen) for start in starts))
    return seen


def main(seconds: float) -> None:
    """Print the table."""
    print("| screens | requests/s | server, share of one core | p50 ms | p95 ms | 200 | 304 | gz bytes of a frame |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        # six months of history written behind the screens would be measured instead of the screens
        site_file = demo_site(Path(folder), (r'(?m)^kind = "demo"$', 'kind = "demo"\nhistory = "2d"'))
        wall, scenes = next(iter(load_site(site_file).wall.items()))
        path = f"/api/v1/wall/{wall}/{next(iter(scenes.scene))}/frame"
        with served(site_file) as demo:
            httpx.get(demo.address + path, timeout=60, trust_env=False).raise_for_status()
            time.sleep(20)  # the first days are taken in
            for screens in LEVELS:
                before, began = demo.cpu_seconds(), time.perf_counter()
                seen = asyncio.run(level(demo, path, screens, seconds))
                took = time.perf_counter() - began
                share = (demo.cpu_seconds() - before) / took
                fresh, known = seen.statuses.get(200, 0), seen.statuses.get(304, 0)
                p95 = statistics.quantiles(seen.seconds, n=20)[-1] if len(seen.seconds) > 1 else seen.seconds[0]
                print(
                    f"| {screens:,} | {len(seen.seconds) / took:.0f} | {share:.1%} | "
                    f"{statistics.median(seen.seconds) * 1000:.1f} | {p95 * 1000:.1f} | {fresh:,} | {known:,} | "
                    f"{statistics.median(seen.full_bytes):,.0f} |",
                    flush=True,
                )
                wrong = {status: count for status, count in seen.statuses.items() if status not in (200, 304)}
                assert not wrong, wrong
                print(f"<!-- {len(seen.etags)} different frames in {took:.0f} s, {demo.memory_mb():.0f} MB -->")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)
