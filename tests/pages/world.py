"""A small world for the page tests: invented posts, a site file, and a house on the loopback whose clock is moved
by hand."""

from __future__ import annotations

import csv
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

import app
from callbacks.server import create_server
from jobs.house import House
from jobs.report import Report
from queries.utc import iso
from tests.conftest import DictCache, FakeClock

SECRET = "only-for-tests"
PLATFORMS = ("x", "instagram", "reddit")
FEELINGS = (
    "@auroraair thank you, a wonderful crew",
    "aurora air lost my bag, this is horrible",
    "at the gate of aurora air",
)
FIELDS = ("id", "at", "platform", "author", "followers", "text")
Post = Mapping[str, object]

SITE = """
[site]
name = "{name}"
timezone = "America/New_York"
{server}
[warehouse]
url = "duckdb:w.duckdb"

[[brand]]
name = "Aurora Air"
terms = ["aurora air", "@auroraair"]

[[brand]]
name = "Meridian"
kind = "competitor"
terms = ["meridian"]
"""
FILES = """
[[source]]
name = "{name}"
kind = "files"
path = "{path}"
every = "{every}"
[source.columns]
item_id = "id"
published_at = "at"
platform = "platform"
author_name = "author"
author_followers_count = "followers"
text = "{text}"
"""


def site_text(*sources: str, name: str = "Test desk", port: int | None = None) -> str:
    """A site file: two brands, and the sources handed in."""
    return SITE.format(name=name, server="" if port is None else f"[server]\nport = {port}\n") + "".join(sources)


def files_source(name: str = "posts", path: str = "data/*.csv", every: str = "1m", text: str = "text") -> str:
    """A watched folder; `text` is their column of the text."""
    return FILES.format(name=name, path=path, every=every, text=text)


def post(number: int | str, at: datetime, text: str = FEELINGS[2], **more: object) -> Post:
    """One row of an exported table."""
    plain = {"id": number, "at": iso(at), "platform": "x", "author": f"Author {number}", "followers": 100, "text": text}
    return {**plain, **more}


def steady(now: datetime, hours: int = 30, per_hour: int = 12) -> list[Post]:
    """So many posts every hour, the newest a minute old: three platforms, three feelings, each eighth a rival's."""
    posts = []
    for number in range(hours * per_hour):
        at = now - timedelta(minutes=1) - number * timedelta(hours=1) / per_hour
        text = "meridian again" if number % 8 == 7 else FEELINGS[number % 3]
        platform = PLATFORMS[(number // 3) % 3]
        posts.append(post(f"s{number}", at, text, platform=platform, author=f"Author {number % 40}"))
    return posts


def wait_until(held: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for a job of the house to have seen something; fails when it does not."""
    deadline = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.02)


class _Quiet(WSGIRequestHandler):
    """A test says what went wrong; the requests in between are noise."""

    def log(self, *_: object) -> None:
        pass


class World:
    """A house, its web server on a port of its own, and its jobs on a thread. Nothing in it knows the real time.

    `broken`  paths that answer 500 for as long as they stand in the set
    `said`    how many requests of a path were answered with which status
    """

    def __init__(self, folder: Path, clock: FakeClock, site: str) -> None:
        self.folder, self.clock = folder, clock
        self.site_file = folder / "site.toml"
        self.site_file.write_text(site, encoding="utf-8")
        self.broken: set[str] = set()
        self.said: dict[tuple[str, int], int] = {}
        self.house = House(self.site_file, clock, DictCache())
        self.flask = create_server(app.hands_of(self.house, SECRET))
        self._web = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self.address = f"http://127.0.0.1:{self._web.server_port}"
        self._over = threading.Event()
        self._wrong: list[BaseException] = []
        self._threads = [threading.Thread(target=target) for target in (self._serve, self._jobs)]

    def __enter__(self) -> World:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._web.shutdown()
        for thread in self._threads:
            thread.join(10)
        self._web.server_close()
        self.house.close()
        if self._wrong and error is None:
            raise self._wrong[0]

    def write(self, posts: Iterable[Post], file: str = "posts.csv") -> Path:
        """Put a table into the watched folder, as somebody who finished it a minute ago."""
        path = self.folder / "data" / file
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            table = csv.DictWriter(stream, FIELDS)
            table.writeheader()
            table.writerows(posts)
        return self.settle(path)

    def settle(self, path: Path) -> Path:
        """Make a file a minute old by the world's clock."""
        changed = self.clock().timestamp() - 60
        os.utime(path, (changed, changed))
        return path

    def collect(self) -> dict[str, Report]:
        """Every source read once, as the clock would have it."""
        reports = {name: self.house.poll(name) for name in self.house.live}
        return {name: report for name, report in reports.items() if report}

    def bring(self, posts: Iterable[Post], file: str = "posts.csv") -> None:
        """Write a table and read it. Every row must be taken."""
        self.write(posts, file)
        reports = self.collect().values()
        problems = [report.error or list(report.refusals) or report.waiting for report in reports]
        assert not any(problems), problems

    def ask(self, question: str, **params: object) -> list[dict[str, Any]]:
        """What `ask` says now, through the API; a list becomes a repeated key."""
        answer = self.flask.test_client().get(
            f"/api/v1/ask/{question}", query_string=params, headers={"Host": "127.0.0.1"}
        )
        assert answer.status_code == 200, answer.text
        body = answer.get_json()
        return [dict(zip(body["columns"], row, strict=True)) for row in body["rows"]]

    def _answer(self, environ: Any, start_response: Any) -> Any:
        path = environ["PATH_INFO"]

        def start(status: str, headers: Any, problem: Any = None) -> Any:
            key = (path, int(status.split()[0]))
            self.said[key] = self.said.get(key, 0) + 1
            return start_response(status, headers, problem)

        if path in self.broken:
            start("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"broken by the test"]
        return self.flask.wsgi_app(environ, start)

    def _serve(self) -> None:
        self._web.serve_forever(poll_interval=0.05)

    def _jobs(self) -> None:
        """The two jobs a running house has beside its sources."""
        try:
            while not self._over.wait(0.1):
                self.house.frames.step()
                self.house.reread()
        except BaseException as error:
            self._wrong.append(error)
