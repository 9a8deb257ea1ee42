"""`person` as its user types it, alone and beside a running server; and `[access]`, which needs somebody first."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import httpx
import pytest

from tests.house.test_command_line import Running, free_port, run

WORDS = "four good words here"
SITE = """
[site]
name = "Test desk"
[server]
port = PORT
[warehouse]
url = "duckdb:w.duckdb"
[[brand]]
name = "Aurora"
terms = ["aurora"]
"""
ACCESS = """
[access]
address = "0.0.0.0"
names = ["watch.example.com"]
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(SITE.replace("PORT", str(free_port())))
    return path


def person(site: Path, *words: str, stdin: str = "", code: int = 0) -> str:
    """What the command says, on whichever stream."""
    done = run("--config", site, "person", *words, stdin=stdin, code=code)
    return (done.stdout + done.stderr).strip()


def add(site: Path, name: str, role: str) -> str:
    return person(site, "add", name, "--role", role, "--password-stdin", stdin=WORDS + "\n")


def test_a_persons_life_without_a_server(site: Path) -> None:
    assert person(site, "list").startswith("nobody is written down")
    assert add(site, "Ana", "viewer") == "Ana is written down as viewer"
    assert person(site, "role", "ana", "--role", "admin") == "ana is admin from now on"
    token = run("--config", site, "person", "token", "ana", "--label", "export")
    assert re.fullmatch(r"wft_[\w-]{43}\n", token.stdout), "the token alone, so that a script can take it"
    assert "shown this once" in token.stderr
    listed = person(site, "list")
    assert re.search(r"Ana.*admin.*20\d\d-.*Z.*export", listed), listed
    assert person(site, "password", "ana", "--password-stdin", stdin=WORDS + "!\n").startswith("ana has a new password")
    assert person(site, "token-remove", "ana", "--label", "export") == 'token "export" of ana is good no more'
    assert person(site, "remove", "ana") == "ana is removed, with every session and token"
    assert person(site, "list").startswith("nobody is written down")


WRONG = {
    ("add", "ana", "--role", "viewer", "--password-stdin"): "fewer than 10 characters",
    ("add", "ana", "--role", "viewer"): "there is no terminal to ask for a password on",
    ("add", "ana", "--role", "king"): 'unknown word "king"; there are: viewer, analyst, operator, admin',
    ("add", "ana"): "required: --role",
    ("remove", "zoe"): 'there is nobody named "zoe"',
    ("token", "zoe"): 'there is nobody named "zoe"',
    ("fire", "zoe"): 'unknown word "fire"',
    (): "required: WHAT",
}


def test_what_is_asked_wrongly_is_said_in_a_sentence_and_leaves_with_2(site: Path) -> None:
    for words, sentence in WRONG.items():
        assert sentence in person(site, *words, stdin="short\n", code=2), words
    assert person(site, "list").startswith("nobody is written down")


class Terminal(io.StringIO):
    """A stdin that somebody sits at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("typed", [[WORDS, WORDS], [WORDS, "another one"]], ids=["the same", "another"])
def test_a_password_is_asked_for_twice(site: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str]) -> None:
    import app

    answers = iter(typed)
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    monkeypatch.setattr("sys.stdin", Terminal())
    words = ["--config", str(site), "person", "add", "ana", "--role", "viewer"]
    if typed[0] == typed[1]:
        assert app.main(words) == 0
    else:
        with pytest.raises(SystemExit, match="2"):
            app.main(words)


def test_opened_to_others_the_server_wants_somebody_first_and_serves_them_beside_the_commands(site: Path) -> None:
    site.write_text(site.read_text() + ACCESS)
    refused = run("--config", site, "serve", code=2)
    assert "write down who may look first: python app.py --config" in refused.stderr
    assert "person add NAME --role admin" in refused.stderr
    add(site, "ana", "admin")
    running = Running(site)
    try:
        note = json.loads((site.parent / "w.duckdb.serve.json").read_text())
        assert note["address"] == running.address
        with httpx.Client(base_url=running.address, trust_env=False) as client:
            assert client.get("/health").status_code == 401
            assert client.get("/healthz", headers={"Host": "watch.example.com"}).status_code == 200
            assert client.get("/healthz", headers={"Host": "elsewhere.example.com"}).status_code == 421
            add(site, "ben", "viewer")
            token = run("--config", site, "person", "token", "ben").stdout.strip()
            shown = {"Authorization": f"Bearer {token}"}
            assert client.get("/health", headers=shown).status_code == 200
            assert client.get("/api/v1/person", headers=shown).status_code == 403
            person(site, "remove", "ben")
            assert client.get("/health", headers=shown).status_code == 401
        assert "ana" in person(site, "list")
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('address = "everywhere"', '"everywhere" is not a network address; write "0.0.0.0"'),
        ('names = ["https://watch.example.com"]', "is not a bare name"),
        ('names = ["watch.example.com:8050"]', "is not a bare name"),
        ("names = []", "access.names"),
    ],
)
def test_an_access_that_cannot_be_is_said_by_check(site: Path, line: str, sentence: str) -> None:
    key = line.split(" =")[0]
    site.write_text(site.read_text() + re.sub(rf"^{key} = .*$", line, ACCESS, flags=re.MULTILINE))
    assert sentence in run("--config", site, "check", code=2).stderr
