"""What rss refuses and takes when it is tried again, what it never says, and options that cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from connectors.clean import Unusable
from connectors.contract import Misconfigured, Setup, SourceDown
from connectors.feeds.address import addresses
from connectors.feeds.item import Item, item_of, refusal
from connectors.feeds.options import Options
from connectors.records import Mention, Refused
from connectors.sources.rss import Source
from tests.conftest import NOON
from tests.connectors.kit import faults
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.feed_scene import Scene
from tests.connectors.kit.feed_server import Post

HOUR = timedelta(hours=1)
OPTIONS = Options(urls=("https://news.example/feed",))


@pytest.fixture
def scene() -> Iterator[Scene]:
    with Scene() as opened:
        yield opened


def rss(item: str, more: str = "") -> bytes:
    return f'<rss version="2.0"><channel>{more}<item>{item}</item></channel></rss>'.encode("utf-8", "surrogatepass")


# refused and tried again


def test_a_refused_item_is_taken_when_the_options_have_been_corrected(scene: Scene) -> None:
    feed = scene.server.feed()
    body = rss(
        '<guid isPermaLink="false">7</guid><title>Acme</title><link>https://a.example/</link>'
        "<pubDate>Sat, 21 Nov 2026 10:00:00</pubDate>"
    )
    scene.server.plant(faults.status(200, {}, body))
    scene.read()
    (refused,) = scene.refused
    assert (refused.reason, refused.field, refused.native_id) == ("time_without_zone", "published_at", "127.0.0.1/7")
    assert scene.source().redrive(scene.desk, [refused]).refused[0].reason == "time_without_zone"
    scene.more = {"timezone": "Europe/Paris"}
    again = scene.source().redrive(scene.desk, [refused])
    (record,) = again.records
    assert isinstance(record, Mention)
    assert (record.item_id, record.published_at) == (feed.item_id("7"), datetime(2026, 11, 21, 9, tzinfo=UTC))
    assert (record.url, again.raw, again.refused) == ("https://a.example/", 1, ())


def test_an_undated_item_tried_again_is_dated_then_and_for_good(scene: Scene) -> None:
    scene.server.feed().publish(Post("One"))
    scene.more = {"undated": "refuse"}
    scene.read()
    scene.clock.move(hours=1)
    scene.more = {}
    batch = scene.source().redrive(scene.desk, scene.refused)
    assert [record.published_at for record in batch.records if isinstance(record, Mention)] == [NOON + HOUR]
    scene.desk.receipts.update(batch.receipts)
    scene.clock.move(hours=1)
    scene.read()
    assert scene.records == []


@pytest.mark.parametrize("raw", ["", "{", "[]", '{"cut": true}', "[" * 5_000, '{"native_id": 7}'])
def test_a_refused_row_of_any_kind_stays_refused(scene: Scene, raw: str) -> None:
    scene.server.feed()
    row = Refused(reason="missing_text", sentence="the text is empty", raw=raw)
    batch = scene.source().redrive(scene.desk, [row])
    assert (batch.raw, len(batch.refused), batch.records) == (1, 1, ())


def test_what_is_refused_is_read_back_as_it_was() -> None:
    item = Item(native_id="a", title="t", body="b <i>\ud800</i>", published="no date", author="é")
    kept = refusal(Unusable("published_at", "unreadable_time", "…"), item, str)
    assert item_of(kept.raw) == Item(native_id="a", title="t", body="b <i>\ufffd</i>", published="no date", author="é")


# secrets and options


HASH, USER, PASSWORD, TOKEN, PATH = SECRETS = (
    "s3cr3thash0123456789", "anna_private", "pa55word", "t0kenFromTheEnvironment", "0123456789abcdef0123",
)  # fmt: skip


@pytest.mark.parametrize("code", [200, 401, 404, 410, 500])
@pytest.mark.parametrize("form", ["refused", "taken", "cut off", "a page", "nothing"])
def test_no_secret_of_an_address_is_in_anything_that_is_said(scene: Scene, code: int, form: str) -> None:
    """The feed itself repeats its address, as Reddit's do, also in items that are refused."""
    where = scene.server.url.replace("//", f"//bob:{PASSWORD}@")
    scene.secrets = {"FEED_TOKEN": TOKEN}
    scene.more = {"urls": [f"{where}/{PATH}/.rss?feed={HASH}&user={USER}&t={{FEED_TOKEN}}"]}
    echo = escape(f"https://r.example/.rss?feed={HASH}&user={USER}&t={TOKEN} {TOKEN} {PASSWORD} {HASH}")
    item = f"<guid>{echo}</guid><title>{echo}</title><link>{echo.split()[0]}</link><description>{echo}</description>"
    date = "Sat, 21 Nov 2026 10:00:00 GMT" if form == "taken" else echo
    whole = rss(f"{item}<pubDate>{date}</pubDate>")
    body = {"cut off": whole[:-20], "a page": b"<html>" + echo.encode(), "nothing": b""}.get(form, whole)
    scene.server.plant(faults.status(code, {}, body), times=None)
    said = [str(scene.source().check(Desk(scene.clock)))]
    try:
        scene.read()
    except SourceDown as error:
        said.append(str(error))
    said += [str(batch) for batch in scene.batches]
    found = [secret for secret in SECRETS if secret in " ".join(said)]
    assert found == [], said
    assert scene.server.log[0].params == {"feed": HASH, "user": USER, "t": TOKEN}
    assert scene.server.log[0].path == f"/{PATH}/.rss"
    if code == 200:
        assert "127.0.0.1" in said[0] or form == "taken"


def test_a_relative_link_does_not_take_the_login_along(scene: Scene) -> None:
    scene.more = {"urls": [scene.server.url.replace("//", "//bob:1234@") + "/feed.xml?key=5678"]}
    item = "<guid>1</guid><title>t</title><link>/story</link><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate>"
    scene.server.plant(faults.status(200, {}, rss(item)))
    scene.read()
    assert [record.url for record in scene.records] == [scene.server.url + "/story"]


def test_a_variable_that_is_not_set_is_named(scene: Scene) -> None:
    scene.more = {"urls": ["https://news.example/?t={FEED_TOKEN}"]}
    with pytest.raises(Misconfigured, match="FEED_TOKEN"):
        scene.read()
    check = scene.source().check(scene.desk)
    assert (check.state, "FEED_TOKEN" in check.sentence) == ("misconfigured", True)


def test_another_value_of_a_secret_is_still_the_same_feed() -> None:
    first, second = (addresses(("https://a.example/?t={TOKEN}",), {"TOKEN": value}.get)[0] for value in ("one", "two"))
    assert (first.key, first.url) != (second.key, second.url)
    assert first.key == second.key


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"urls": []}, "urls"),
        ({"urls": "https://a.example/"}, "list"),
        ({"urls": ["feed://a.example/s3cr3t"]}, "number 1"),
        ({"urls": ["https://a.example/", "https://a.example/"]}, "twice"),
        ({"urls": [f"https://a.example/{n}" for n in range(101)]}, "100"),
        ({"urls": ["https://a.example/"], "timezone": "Mars/Base"}, "zone"),
        ({"urls": ["https://a.example/"], "history": "soon"}, "span"),
        ({"urls": ["https://a.example/"], "platform": "Big News"}, "small letters"),
        ({"urls": ["https://a.example/"], "undated": "guess"}, "undated"),
        ({"urls": ["https://a.example/"], "colour": 1}, "colour"),
    ],
)
def test_options_that_cannot_work_are_named(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word) as caught:
        Options.model_validate(wrong)
    assert "s3cr3t" not in str([error["msg"] for error in caught.value.errors()])  # type: ignore[attr-defined]


def test_the_source_is_made_without_looking_anywhere() -> None:
    made = Source(Setup("news", OPTIONS, Path()))
    assert (made.kind, made.Options) == ("rss", Options)
