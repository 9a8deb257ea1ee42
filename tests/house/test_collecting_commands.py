"""Collecting as its user does it: posted to, stopped, filled in, refused rows tried again, sources taken out."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.connectors.kit import faults
from tests.connectors.kit.hn_server import HackerNews
from tests.connectors.kit.hook_sender import SECRET, WRONG_SECRET, as_bytes, signed
from tests.house.test_command_line import Running, asked, first, free_port, run, until

HEAD = """
[site]
name = "Test desk"
timezone = "UTC"
[server]
port = PORT
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
"""
HOOK = """
[[source]]
name = "care"
kind = "webhook"
secret_env = "CARE_SECRET"
every = "1h"
"""
NEWS = """
[[source]]
name = "talk"
kind = "hackernews"
server = "SERVER"
every = "1s"
allow_private_addresses = true
"""
FILES = """
[[source]]
name = "posts"
kind = "files"
path = "data/*.csv"
[source.columns]
item_id = "id"
published_at = "at"
text = "text"
[source.defaults]
platform = "x"
"""


def now() -> datetime:
    return datetime.now(UTC)


def write(folder: Path, *tables: str, server: str = "") -> Path:
    path = folder / "site.toml"
    text = HEAD.replace("PORT", str(free_port())) + "".join(tables)
    path.write_text(text.replace("SERVER", server))
    return path


@pytest.fixture
def talk() -> Iterator[HackerNews]:
    with HackerNews(now) as server:
        yield server


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARE_SECRET", SECRET)


@pytest.mark.usefixtures("secret")
def test_what_is_posted_is_verified_kept_once_and_read_at_once(tmp_path: Path) -> None:
    site = write(tmp_path, HOOK)
    running = Running(site)
    try:
        address = running.address + "/hooks/care"
        body = as_bytes(
            {"mentions": [{"item_id": "x:1", "platform": "x", "published_at": now().isoformat(), "text": "aurora!"}]}
        )
        good = signed(body, at=now())
        assert (
            httpx.post(address, content=body, headers={**good, "content-type": "application/json"}).status_code == 202
        )
        again = httpx.post(address, content=body, headers=signed(body, at=now()))
        assert (again.status_code, again.json()["status"]) == (202, "known already")
        assert httpx.post(address, content=body, headers=signed(body, at=now(), secret=WRONG_SECRET)).status_code == 401
        assert httpx.post(address, content=body).status_code == 401
        old = signed(body, at=now() - timedelta(minutes=6), delivery_id="msg_2")
        assert httpx.post(address, content=body, headers=old).status_code == 400
        assert httpx.post(running.address + "/hooks/nobody", content=body, headers=good).status_code == 404

        def there() -> bool:
            answer = asked(
                site,
                "latest_mentions",
                "--param",
                "since=-1h",
                "--param",
                f"until={now() + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
            )
            return len(answer["rows"]) == 1  # type: ignore[arg-type]

        until(there, 10)
    finally:
        running.stop()


def test_serve_stops_within_five_seconds_while_a_server_hangs_and_goes_on_after(
    tmp_path: Path, talk: HackerNews
) -> None:
    talk.add_post("aurora is late", at=now() - timedelta(minutes=30))
    talk.plant(faults.hang(), times=None)
    site = write(tmp_path, NEWS, server=talk.url)
    running = Running(site)
    until(lambda: talk.log)
    assert running.stop() < 5
    assert running.process.returncode == 0
    talk.mend()
    assert "1" in run("--config", site, "ingest", "--once").stdout
    answer = first(asked(site, "mention_totals", "--param", "since=-1d", "--param", "until=now"))
    assert answer["mentions_count"] == 1


def test_a_backfill_fills_in_goes_on_where_it_was_broken_off_and_leaves_the_cursor_alone(
    tmp_path: Path, talk: HackerNews
) -> None:
    for days in (1, 40, 80, 120):
        talk.add_post(f"aurora {days} days ago", at=now() - timedelta(days=days))
    site = write(tmp_path, NEWS, server=talk.url)
    run("--config", site, "ingest", "--once")
    count = ("mention_totals", "--param", "since=-200d", "--param", "until=now")
    assert first(asked(site, *count))["mentions_count"] == 1, "history reaches back 30 days"
    report = run("--config", site, "ingest", "--since", "100d", "--source", "talk").stdout
    assert "talk" in report
    assert first(asked(site, *count))["mentions_count"] == 3
    running = Running(site)
    try:
        run("--config", site, "ingest", "--since", (now() - timedelta(days=150)).date().isoformat())
        assert first(asked(site, *count))["mentions_count"] == 4
    finally:
        running.stop()
    wrong = run("--config", site, "ingest", "--since", "someday", code=2)
    assert "not a moment" in wrong.stderr


def test_refused_rows_are_listed_shown_and_tried_again_when_the_mapping_is_mended(tmp_path: Path) -> None:
    site = write(tmp_path, FILES)
    data = tmp_path / "data"
    data.mkdir()
    lines = ["id,at,text", "1,2026-11-20T08:00:00Z,aurora fine", "2,20.11.2026 08:00,aurora odd"]
    (data / "a.csv").write_text("\n".join(lines) + "\n")
    os.utime(data / "a.csv", (time.time() - 3600, time.time() - 3600))
    run("--config", site, "ingest", "--once")
    assert "unreadable_time" in run("--config", site, "refused", "list").stdout
    assert "unreadable_time" in run("--config", site, "refused", "list", "--source", "posts").stdout
    assert "unreadable_time" not in run("--config", site, "refused", "list", "--reason", "another").stdout
    shown = run("--config", site, "refused", "show", "--source", "posts").stdout
    assert "20.11.2026 08:00" in shown
    assert "a.csv" in shown
    assert "nobody" in run("--config", site, "refused", "redrive", "--source", "nobody", code=2).stderr
    run("--config", site, "refused", "redrive")
    assert "unreadable_time" in run("--config", site, "refused", "list").stdout, "it still cannot be read"
    mended = '{ from = "at", values = { "20.11.2026 08:00" = "2026-11-20T08:00:00Z" } }'
    site.write_text(site.read_text().replace('published_at = "at"', f"published_at = {mended}"))
    again = run("--config", site, "refused", "redrive", "--source", "posts").stdout
    assert "posts" in again
    assert "no refused rows" in run("--config", site, "refused", "show").stdout
    window = ("--param", "since=2026-11-20", "--param", "until=2026-11-21")
    assert first(asked(site, "mention_totals", *window))["mentions_count"] == 2


def test_a_source_is_taken_out_with_its_rows_when_asked(tmp_path: Path, talk: HackerNews) -> None:
    talk.add_post("aurora", at=now() - timedelta(minutes=3))
    site = write(tmp_path, NEWS, server=talk.url)
    run("--config", site, "ingest", "--once")
    named = run("--config", site, "source", "remove", "talk", "--rows", code=2).stderr
    assert "take its [[source]] table out first" in named
    site.write_text(site.read_text().split("[[source]]")[0])
    window = ("--param", "since=-1d", "--param", "until=now")
    assert first(asked(site, "mention_totals", *window))["mentions_count"] == 1
    assert "1 mentions" in run("--config", site, "source", "remove", "talk", "--rows").stdout
    assert first(asked(site, "mention_totals", *window))["mentions_count"] == 0
    assert "there is no source" in run("--config", site, "source", "remove", "talk", code=2).stderr


@pytest.mark.usefixtures("secret")
def test_no_secret_is_in_any_table_log_page_or_message(
    tmp_path: Path, talk: HackerNews, caplog: pytest.LogCaptureFixture
) -> None:
    planted = ("feed=HUSHHUSH7", "user=HIDDENUSER7", "PASSWORD7", SECRET, SECRET.removeprefix("whsec_"))
    feeds = f'"{talk.url}/feed.rss?feed=HUSHHUSH7&user=HIDDENUSER7", "{talk.url.replace("//", "//me:PASSWORD7@")}/f"'
    rss = f'[[source]]\nname = "feed"\nkind = "rss"\nallow_private_addresses = true\nurls = [{feeds}]\n'
    site = write(tmp_path, HOOK, rss)
    said = [run("--config", site, "check", code=code).stdout for code in (2,) for _ in (1,)]
    away = faults.redirect("http://10.0.0.1/?feed=HUSHHUSH7")
    # one feed that is tried again and again is enough; whoever is refused is not asked again, so that comes last
    for fault, path in ((faults.page(), ""), (away, ""), (faults.status(500), "/feed.rss"), (faults.status(403), "")):
        asked_before = len(talk.log)
        talk.mend()
        talk.plant(fault, times=None, path=path)
        done = run("--config", site, "ingest", "--once", code=1)
        said += [done.stdout, done.stderr]
        assert len(talk.log) > asked_before, "the fault was met"
    running = Running(site)
    try:
        bad = httpx.post(running.address + "/hooks/care", content=b"{", headers=signed(b"{", at=now()))
        assert bad.status_code == 202, "kept as it came; it is refused when it is read"
        until(lambda: asked(site, "refused_rows")["rows"])
        said += [
            httpx.get(running.address + "/health").text,
            httpx.get(running.address + "/api/v1/wall/main/pulse/frame").text,
        ]
        said += [json.dumps(asked(site, name)) for name in ("source_health", "refused_rows", "refused_detail")]
    finally:
        running.process.send_signal(signal.SIGTERM)
        said.append(str(running.process.communicate(timeout=20)))
    said += [caplog.text, (tmp_path / "w.duckdb").read_bytes().decode("latin-1")]
    for text in said:
        for word in planted:
            assert word not in text
