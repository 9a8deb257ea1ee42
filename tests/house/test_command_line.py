"""Every command, alone and beside a running server; what it prints, and how it leaves."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

import app

ROOT = Path(__file__).resolve().parents[2]
SITE = """
[site]
name = "Test desk"
timezone = "America/New_York"
[server]
port = PORT
[warehouse]
url = "duckdb:var/w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
[[brand]]
name = "Rival"
kind = "competitor"
terms = ["rival"]
[[source]]
name = "posts"
kind = "files"
path = "data/*.csv"
every = "1s"
[source.columns]
item_id = "id"
published_at = "at"
text = "text"
author_name = "who"
[source.defaults]
platform = "x"
"""
WINDOW = ("--param", "since=-24h", "--param", "until=now")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_posts(folder: Path, name: str, count: int, start: int = 0) -> None:
    """Invented posts of the last hours, complete, with one row that has no id."""
    folder.joinpath("data").mkdir(exist_ok=True)
    now = datetime.now(UTC)
    lines = ["id,at,text,who"]
    numbers = range(start, start + count)
    lines += [f"{n},{(now - timedelta(minutes=n + 1)).isoformat()},aurora post {n},w{n}" for n in numbers]
    lines.append(f",{now.isoformat()},aurora without an id,w")
    path = folder / "data" / name
    path.write_text("\n".join(lines) + "\n")
    os.utime(path, (time.time() - 3600, time.time() - 3600))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(SITE.replace("PORT", str(free_port())))
    write_posts(tmp_path, "a.csv", 12)
    return path


class Done(NamedTuple):
    """How a command left, and what it printed."""

    code: int
    stdout: str
    stderr: str


def run(*words: str | Path, stdin: str = "", code: int = 0) -> Done:
    """Run one command in this process, which spares a second of imports each; checks how it left."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(stdin))
        try:
            left = app.main([str(word) for word in words])
        except SystemExit as leaving:
            left = int(leaving.code or 0)
    out.seek(0)
    done = Done(left, out.read(), err.getvalue())
    assert done.code == code, f"{words}: {done}"
    return done


def test_the_program_itself_starts_and_leaves_with_the_commands_code(site: Path) -> None:
    words = [sys.executable, str(ROOT / "app.py"), "--config", str(site)]
    good = subprocess.run([*words, "ask", "source_health"], capture_output=True, text=True, timeout=120, check=False)
    assert good.returncode == 0, good.stderr
    bad = subprocess.run([*words, "ask", "source_heath"], capture_output=True, text=True, timeout=120, check=False)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr == 'unknown question "source_heath"; did you mean "source_health"?\n'


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as response:
        body: bytes = response.read()
        return body


class Running:
    """A `serve` in a process of its own."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "--config", str(site), "serve"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "serves Test desk on http://" in line, line
        self.address = line.split(" on ")[1].split()[0]

    def stop(self) -> float:
        """SIGTERM; gives how many seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)
        return time.monotonic() - started

    def kill(self) -> None:
        """SIGKILL, when it still runs."""
        if self.process.returncode is None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture
def server(site: Path) -> Iterator[Running]:
    running = Running(site)
    yield running
    running.kill()


def until(condition: object, seconds: float = 20) -> None:
    """Wait for `condition()` to hold."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def asked(site: Path, question: str, *words: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(run("--config", site, "ask", question, *words, "--format", "json").stdout)
    return answer


def first(answer: dict[str, object]) -> dict[str, object]:
    columns, rows = answer["columns"], answer["rows"]
    assert isinstance(columns, list)
    assert isinstance(rows, list)
    return dict(zip(columns, rows[0], strict=True))


def test_ingest_once_says_what_came_what_was_refused_and_why(site: Path) -> None:
    dry = run("--config", site, "ingest", "--once", "--dry-run").stdout
    assert "nothing is written" in dry
    assert "aurora post 0" in dry
    once = run("--config", site, "ingest", "--once").stdout
    assert "missing_id" in once
    row = next(line for line in once.splitlines() if line.startswith("│ posts"))
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["posts", "13", "12", "0", "0", "1", "0"]
    again = run("--config", site, "ingest", "--once", "--source", "posts").stdout
    row = next(line for line in again.splitlines() if line.startswith("│ posts"))
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["posts", "0", "0", "0", "0", "0", "0"]
    assert first(asked(site, "mention_totals", *WINDOW))["mentions_count"] == 12
    wrong = run("--config", site, "ingest", "--once", "--source", "post", code=2)
    assert 'did you mean "posts"?' in wrong.stderr
    run("--config", site, "ingest", code=2)


def test_ask_in_three_forms_says_the_same(site: Path) -> None:
    run("--config", site, "ingest", "--once")
    words = ("--config", site, "ask", "latest_mentions", *WINDOW, "--param", "limit=3")
    as_json = json.loads(run(*words, "--format", "json").stdout)
    as_csv = list(csv.reader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert as_csv[0] == as_json["columns"]
    assert [[str(cell) if cell is not None else "" for cell in row] for row in as_json["rows"]] == as_csv[1:]
    table = run(*words).stdout
    assert all(f"aurora post {number}" in table for number in range(3))
    assert "aurora post 3" not in table


def test_wrong_words_are_refused_by_name_with_the_nearest(site: Path) -> None:
    ask = ("--config", site, "ask")
    assert 'did you mean "mention_totals"?' in run(*ask, "mention_total", code=2).stderr
    assert 'did you mean "brands"?' in run(*ask, "mention_totals", *WINDOW, "--param", "brand=x", code=2).stderr
    assert "needs since" in run(*ask, "mention_totals", code=2).stderr
    soon = ("--param", "since=soon", "--param", "until=now")
    assert "is not a moment" in run(*ask, "mention_totals", *soon, code=2).stderr
    assert "takes key=value" in run(*ask, "mention_totals", "--param", "since", code=2).stderr
    assert 'did you mean "serve"?' in run("--config", site, "serv", code=2).stderr
    assert "does not exist" in run("--config", "nowhere.toml", "check", code=2).stderr


def test_check_names_every_fault_with_its_line_and_what_to_write(site: Path) -> None:
    assert "is good: 2 brands, 1 source, 1 wall" in run("--config", site, "check").stdout
    text = site.read_text()
    for broken, said in (
        (text.replace("timezone =", "timezon ="), 'did you mean "timezone"?'),
        (text.replace('kind = "files"', 'kind = "file"'), 'did you mean "files"?'),
        (text.replace("item_id =", "item_ids ="), 'did you mean "item_id"?'),
        (text.replace('text = "text"', 'text = "txt"'), 'nearest is "text"'),
        (text.replace('"America/New_York"', '"America/NewYork"'), 'did you mean "America/New_York"?'),
        (text.replace("port = ", 'host = "0.0.0.0"\nport = '), "[access]"),
        (text.replace('url = "duckdb:', 'url = "postgres:'), 'write "duckdb:FILE"'),
        (text + "[wall.x.scene.a]\ngrid = 'volum'\n", 'did you mean "volume"?'),
        (text.replace("[site]", "[site"), "is not TOML"),
    ):
        site.write_text(broken)
        done = run("--config", site, "check", code=2)
        assert said in done.stderr + done.stdout, (said, done.stderr, done.stdout)


def test_questions_and_sources_list_everything() -> None:
    from connectors.registry import source_kinds
    from queries.catalogue import load_catalogue

    shown = run("questions").stdout
    for question in load_catalogue().values():
        assert f"{question.name}: {question.meaning}" in shown
        assert all(f"param   {param.name} " in shown for param in question.params)
    kinds = run("sources").stdout
    for kind, made in source_kinds().items():
        assert f"{kind}: " in kinds
        assert all(f"  {field.alias or name} " in kinds for name, field in made.Options.model_fields.items())
    assert "init" in run("--help").stdout


def test_init_writes_a_site_that_checks_and_shows_rows_as_they_would_become(tmp_path: Path) -> None:
    write_posts(tmp_path, "mine.csv", 25)
    (tmp_path / "data" / "mine.csv").write_text(
        (tmp_path / "data" / "mine.csv").read_text().replace("id,at,text,who", "post_id,created_at,body,author")
    )
    answers = "Aurora\n\nEurope/Berlinn\nEurope/Berlin\ndata/*.txt\ndata/*.csv\n\n"
    done = run("--config", tmp_path / "site.toml", "init", stdin=answers)
    assert 'did you mean "Europe/Berlin"?' in done.stdout
    assert "No file matches data/*.txt" in done.stdout
    assert "aurora post 19" in done.stdout
    assert "is good" in run("--config", tmp_path / "site.toml", "check").stdout
    assert "already there" in run("--config", tmp_path / "site.toml", "init", stdin=answers, code=2).stdout
    assert "run it in a terminal" in run("--config", tmp_path / "other.toml", "init", code=2).stdout
    assert not (tmp_path / "other.toml").exists()


def test_init_reads_other_delimiters_finds_the_time_it_is_told_and_refuses_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    lines = [f"aurora {number};2026-11-2{number} 10:00" for number in range(3)]
    (tmp_path / "mine.csv").write_text("\n".join(["what;when", *lines]) + "\n")
    answers = f"Aurora\n\nEurope/Berlin\n{tmp_path}/empty.csv\n{tmp_path}/mine.csv\nwhen\nwhat\n\n"
    done = run("--config", tmp_path / "site.toml", "init", stdin=answers)
    assert "empty.csv" in done.stdout
    assert "aurora 2" in done.stdout
    assert "2026-11-20T09:00:00+00:00" in done.stdout, "ten o'clock in Berlin"


def test_changed_terms_look_through_files_already_read(site: Path) -> None:
    text = site.read_text()
    site.write_text(text.replace('terms = ["aurora"]', 'terms = ["zzz"]'))
    run("--config", site, "ingest", "--once")
    assert first(asked(site, "mention_totals", *WINDOW))["mentions_count"] == 0
    site.write_text(text)
    run("--config", site, "ingest", "--once")
    assert first(asked(site, "mention_totals", *WINDOW))["mentions_count"] == 12


def test_a_reader_that_has_seen_enough_and_a_folder_that_cannot_be_made_end_in_peace(site: Path) -> None:
    run("--config", site, "ingest", "--once")
    words = (
        f"{sys.executable} {ROOT / 'app.py'} --config {site} ask latest_mentions --param since=-24h --param until=now"
    )
    piped = subprocess.run(
        ["sh", "-c", f"{words} --format csv | head -n 1"], capture_output=True, text=True, timeout=120, check=False
    )
    assert piped.stdout.startswith("item_id,")
    assert "Traceback" not in piped.stderr
    (site.parent / "file").write_text("")
    site.write_text(site.read_text().replace("duckdb:var/", "duckdb:file/"))
    assert "write another [warehouse] url" in run("--config", site, "ask", "source_health", code=1).stderr


def test_a_window_that_ends_before_it_begins_is_named(site: Path) -> None:
    backwards = ("--param", "since=now", "--param", "until=-1h")
    assert "until must be later" in run("--config", site, "ask", "mention_totals", *backwards, code=2).stderr


def test_every_command_works_beside_a_running_server(site: Path, server: Running) -> None:
    note = site.parent / "var" / "w.duckdb.serve.json"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    until(lambda: first(asked(site, "mention_totals", *WINDOW))["mentions_count"] == 12)
    beside = asked(site, "mention_totals", "--param", "since=2026-11-01T00:00:00Z", "--param", "until=2026-11-02")
    query = "since=2026-11-01T00:00:00Z&until=2026-11-02"
    over_http = json.loads(get(f"{server.address}/api/v1/ask/mention_totals?{query}"))
    assert {**beside, "as_of": 0} == {**over_http, "as_of": 0}
    write_posts(site.parent, "b.csv", 5, start=100)
    assert "posts" in run("--config", site, "ingest", "--once").stdout
    assert first(asked(site, "mention_totals", *WINDOW))["mentions_count"] == 17
    assert "nothing is written" in run("--config", site, "ingest", "--once", "--dry-run").stdout
    assert "is good" in run("--config", site, "check").stdout
    assert "mention_totals" in run("--config", site, "questions").stdout
    assert "files" in run("--config", site, "sources").stdout
    assert "is already served at " + server.address in run("--config", site, "serve", code=1).stderr
    assert "already there" in run("--config", site, "init", code=2).stdout
    assert 'did you mean "posts"?' in run("--config", site, "ingest", "--once", "--source", "pots", code=2).stderr
    assert "needs since" in run("--config", site, "ask", "mention_totals", code=2).stderr


def test_serve_stops_cleanly_and_leaves_nothing_behind(site: Path, server: Running) -> None:
    until(lambda: b"ok" in get(server.address + "/healthz"))
    assert server.stop() < 5
    assert server.process.returncode == 0
    assert not (site.parent / "var" / "w.duckdb.serve.json").exists()
    assert first(asked(site, "mention_totals", *WINDOW))["mentions_count"] == 12


def test_a_killed_servers_note_leads_nowhere_and_is_written_anew(site: Path, server: Running) -> None:
    until(lambda: first(asked(site, "mention_totals", *WINDOW))["mentions_count"] == 12)
    server.kill()
    assert (site.parent / "var" / "w.duckdb.serve.json").exists()
    assert first(asked(site, "mention_totals", *WINDOW))["mentions_count"] == 12
    again = Running(site)
    try:
        assert first(asked(site, "mention_totals", *WINDOW))["mentions_count"] == 12
    finally:
        again.stop()


def test_a_port_in_use_is_named_with_its_key(site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        site.write_text(SITE.replace("PORT", str(taken.getsockname()[1])))
        words = [sys.executable, str(ROOT / "app.py"), "--config", str(site), "serve"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 1
        assert "server.port" in done.stderr


def test_a_damaged_warehouse_is_named_and_left_alone(site: Path) -> None:
    path = site.parent / "var" / "w.duckdb"
    path.parent.mkdir()
    path.write_bytes(b"x" * 50_000)
    done = run("--config", site, "ask", "source_health", code=1).stderr.splitlines()
    assert "cannot be used" in done[0]
    assert path.read_bytes() == b"x" * 50_000


def test_the_demos_clock_is_set_by_a_moment_and_a_site_of_ones_own_keeps_the_time(site: Path) -> None:
    moved = app.clock_from(datetime(2026, 3, 8, 6, 59, tzinfo=UTC))
    assert timedelta(0) <= moved() - datetime(2026, 3, 8, 6, 59, tzinfo=UTC) < timedelta(minutes=1)
    said = run("--config", site, "serve", "--now", "2026-03-08", code=2)
    assert "--now sets the demo's clock" in said.stderr
