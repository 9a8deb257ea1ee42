"""The routes, without a browser: what a screen polls, what a program asks, and what nobody is given."""

from __future__ import annotations

import gzip
import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import app
from callbacks.wall import page_for
from tests.conftest import FakeClock
from tests.pages.world import FEELINGS, SECRET, Post, World, files_source, post, site_text, steady

FRAME = "/api/v1/wall/main/pulse/frame"
TOTALS = "/api/v1/ask/mention_totals?since=-24h&until=now"


@pytest.fixture
def client(still: World) -> FlaskClient:
    """Asks a house in which time stands still."""
    return still.flask.test_client()


def frame(client: FlaskClient, **headers: str) -> TestResponse:
    return client.get(FRAME, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_screen_that_has_the_frame_gets_304_and_no_body(client: FlaskClient) -> None:
    first = frame(client)
    again = frame(client, If_None_Match=first.headers["ETag"])
    assert (first.status_code, again.status_code) == (200, 304)
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_304_carries_time_and_build_so_that_the_page_goes_on(world: World) -> None:
    client = world.flask.test_client()
    first = frame(client)
    world.clock.move(seconds=3)
    again = frame(client, If_None_Match=first.headers["ETag"])
    assert first.headers["X-Now"] == "2026-11-21T12:00:00Z"
    assert again.headers["X-Now"] == "2026-11-21T12:00:03Z"
    assert again.headers["X-Build"] == first.headers["X-Build"] == world.house.served.build
    assert again.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("minutes", [0, 1], ids=["from the full hour", "a minute later"])
def test_every_tick_of_a_quiet_minute_answers_304(world: World, minutes: int) -> None:
    client = world.flask.test_client()
    world.clock.move(minutes=minutes)
    tag = frame(client).headers["ETag"]
    for _ in range(11):
        world.clock.move(seconds=5)
        world.house.frames.step()
        assert frame(client, If_None_Match=tag).status_code == 304


def test_a_new_post_is_a_new_frame(world: World) -> None:
    client = world.flask.test_client()
    first = frame(client)
    world.bring([post("new", world.clock() - timedelta(minutes=2))], "more.csv")
    world.house.frames.step()
    second = frame(client, If_None_Match=first.headers["ETag"])
    assert second.status_code == 200
    assert int(second.headers["X-Revision"]) == int(first.headers["X-Revision"]) + 1


def test_a_frame_is_packed_for_who_can_unpack_it(client: FlaskClient) -> None:
    packed, plain = frame(client, Accept_Encoding="gzip, br"), frame(client)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_a_loud_frame_stays_under_25_kilobytes(world: World) -> None:
    client = world.flask.test_client()
    world.bring(_loud(world.clock), "loud.csv")
    for name, scene in world.house.served.site.wall["main"].scene.items():
        packed = client.get(FRAME.replace("pulse", name), headers={"Accept-Encoding": "gzip"})
        assert len(packed.data) < 25_000
        assert len(json.loads(gzip.decompress(packed.data))["panels"]) == len(scene.panels)


def _loud(clock: FakeClock) -> list[Post]:
    """Two days of posts on nine platforms, no two of them alike, which no compression can shrink."""
    dice = random.Random(7)
    names = ("x", "instagram", "tiktok", "facebook", "youtube", "linkedin", "reddit", "threads", "bluesky")

    def letters(count: int) -> str:
        return "".join(dice.choices("abcdefghijklmnopqrstuvwxyz äöüßñç👍", k=count))

    return [
        post(
            f"l{n}",
            clock() - timedelta(seconds=60 + 115 * n),
            f"aurora air {dice.choice(FEELINGS)} {letters(300)}",
            platform=dice.choice(names),
            author=letters(30),
            followers=dice.randrange(10**6),
        )
        for n in range(1500)
    ]


def test_an_unknown_wall_or_scene_is_404_and_named_with_those_that_hang(client: FlaskClient) -> None:
    wall, scene = client.get("/api/v1/wall/mian/pulse/frame"), client.get("/api/v1/wall/main/pluse/frame")
    assert (wall.status_code, scene.status_code) == (404, 404)
    assert wall.text == 'there is no wall "mian"; there is main'
    assert scene.text.startswith('there is no scene "pluse" on the wall "main"; there is pulse')


def test_a_page_of_an_unknown_wall_or_scene_is_a_sentence(world: World) -> None:
    hands = app.hands_of(world.house, SECRET)
    assert page_for(hands, "/wall/mian").children.children == "There is no page /wall/mian. There is /wall/main."
    sentence = 'There is no scene "<b>" on /wall/main. There is ?scene=pulse'
    assert page_for(hands, "/wall/main", "?scene=%3Cb%3E").children.children.startswith(sentence)


def test_the_address_alone_leads_to_the_first_wall(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/wall/main")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8050", "127.0.0.1.evil.example", "localhost.evil"])
@pytest.mark.parametrize("path", ["/", "/wall/main", FRAME, TOTALS, "/healthz", "/_dash-layout", "/assets/wall.js"])
def test_another_name_for_this_machine_is_refused_everywhere(client: FlaskClient, path: str, host: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 421
    assert answer.text.startswith("this server answers to 127.0.0.1 and localhost")
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8050", "localhost:8050", "[::1]:8050"])
def test_the_names_of_this_machine_are_served(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).get_json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/wall/main", "/health", "/healthz", FRAME, TOTALS, "/assets/wall.js", "/nowhere"])
def test_every_answer_carries_the_content_policy(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:"} & set(policy["script-src"].split())
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_scripts_are_packed_and_only_for_who_can_unpack(client: FlaskClient) -> None:
    packed = client.get("/assets/wall.js", headers={"Accept-Encoding": "gzip"}, buffered=True)
    plain = client.get("/assets/wall.js", buffered=True)
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers


WRONG = {
    "mention_total?since=-24h&until=now": (404, 'did you mean "mention_totals"?'),
    "mention_totals?sinse=-24h&until=now": (400, 'did you mean "since"?'),
    "mention_totals?until=now": (400, "mention_totals needs since"),
    "mention_totals?since=yesterday&until=now": (400, "write 2026-11-21T08:00:00Z"),
    "mention_totals?since=%00&until=now": (400, "is not a moment"),
    "mention_totals?since=-9999999w&until=now": (400, "since: "),
    "mention_totals?since=-24h&until=now&judge=me": (400, "judge must be watchfloor or source"),
    "mention_totals?since=-24h&since=-25h&until=now": (400, "since is given twice"),
    "mentions_by_bucket?since=-24h&until=now&bucket_minutes=7": (400, "bucket_minutes must divide 1440"),
    "mentions_by_bucket?since=-24h&until=now&bucket_minutes=1e9": (400, "must be a whole number"),
    "latest_mentions?since=-24h&until=now&limit=99999999999999999999": (400, "at most 64 bits"),
    "mentions_by_edge?edges=now": (400, "at least two instants"),
}


@pytest.mark.parametrize("path", WRONG)
def test_a_wrong_question_is_answered_with_a_sentence(client: FlaskClient, path: str) -> None:
    status, words = WRONG[path]
    answer = client.get(f"/api/v1/ask/{path}")
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert words in answer.get_json()["error"]


@pytest.mark.parametrize("path", ["ask/", "ask", "nothing", "ingest", "wall/main"])
def test_an_address_the_api_does_not_know_is_an_error_and_not_a_page(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code in (404, 405)
    assert "_dash-config" not in answer.text


ODD = (
    "brands=' OR 1=1 --",
    "brands=%00",
    "brands=%ED%A0%BD",
    "brands=<script>alert(1)</script>",
    "platforms=" + "x" * 5000,
    "languages=%F0%9F%98%80&languages=%20",
)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_value_finds_nothing_and_breaks_nothing(client: FlaskClient, odd: str) -> None:
    answer = client.get(f"{TOTALS}&{odd}")
    assert answer.status_code == 200
    assert answer.get_json()["rows"][0][0] == 0


def test_parameters_a_frame_does_not_know_change_nothing(client: FlaskClient) -> None:
    odd = client.get(FRAME + "?now=1970-01-01&wall=<script>&__proto__=1")
    assert (odd.status_code, odd.headers["ETag"]) == (200, frame(client).headers["ETag"])


@pytest.mark.parametrize(
    "path", ["/assets/../app.py", "/assets/..%2fapp.py", "/assets/%2e%2e/app.py", "/assets//app.py"]
)
def test_nothing_beside_the_assets_is_handed_out(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/assets/{path}", buffered=True)
    assert "argparse" not in answer.text


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + " x", SECRET[:-1]])
def test_ingest_is_refused_without_the_secret(client: FlaskClient, secret: str) -> None:
    for answer in (
        client.post("/api/v1/ingest", json={}, headers={"X-Watchfloor-Secret": secret}),
        client.get("/api/v1/hello", headers={"X-Watchfloor-Secret": secret}),
    ):
        assert answer.status_code == 403
        assert "secret" in answer.get_json()["error"]


def test_ingest_with_the_secret_tells_what_came(world: World) -> None:
    client = world.flask.test_client()
    world.write([post("more", world.clock() - timedelta(minutes=5))], "more.csv")
    answer = client.post("/api/v1/ingest", json={}, headers={"X-Watchfloor-Secret": SECRET})
    events = [json.loads(line) for line in answer.text.splitlines()]
    assert [event["new"] for event in events if event["event"] == "report"] == [1]


QUESTIONS: dict[str, dict[str, Any]] = {
    "mention_totals": {"since": "-24h", "until": "now", "brands": ["Aurora Air", "Meridian"]},
    "mentions_by_bucket": {"since": "2026-11-21", "until": "now", "bucket_minutes": 60},
    "latest_mentions": {"since": "-24h", "until": "now", "limit": 5},
    "source_health": {},
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_api_and_the_command_line_give_the_same_json(
    question: str,
    tmp_path: Path,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    given = QUESTIONS[question]
    pairs = [(name, one) for name, value in given.items() for one in (value if isinstance(value, list) else [value])]
    with World(tmp_path, clock, site_text(files_source())) as world:
        world.bring(steady(clock(), hours=3))
        served = world.flask.test_client().get(f"/api/v1/ask/{question}", query_string=given).data
    monkeypatch.setattr(app, "utc_now", clock)
    params = [word for name, value in pairs for word in ("--param", f"{name}={value}")]
    code = app.main(["--config", str(world.site_file), "ask", question, *params, "--format", "json"])
    assert code == 0
    assert json.loads(capfdbinary.readouterr().out) == json.loads(served)
    assert json.loads(served)["rows"]
