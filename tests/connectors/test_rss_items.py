"""What becomes of a feed's items: their ids, dates, links and texts, hostile ones too, and no secret anywhere."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clean import RAW_LIMIT, Unusable
from connectors.feeds import document
from connectors.feeds.address import unwrapped
from connectors.feeds.item import Item, identified, mention, refusal
from connectors.feeds.options import Options
from connectors.http import Broken, HttpError
from connectors.records import Mention
from tests.conftest import NOON
from tests.connectors.kit import faults
from tests.connectors.kit.feed_scene import Scene
from tests.connectors.kit.feed_server import KINDS, Post, atom

HOUR = timedelta(hours=1)
OPTIONS = Options(urls=("https://news.example/feed",))


@pytest.fixture
def scene() -> Iterator[Scene]:
    with Scene() as opened:
        yield opened


def rss(item: str, more: str = "") -> bytes:
    return f'<rss version="2.0"><channel>{more}<item>{item}</item></channel></rss>'.encode("utf-8", "surrogatepass")


def one(body: bytes) -> Mention:
    """The mention of the only item of a feed."""
    found = document.read(body, KINDS["rss"], "https://news.example/feed")
    (item,) = identified(found.items, "news.example")
    return mention(item, OPTIONS, NOON, NOON)


# ids


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("<guid>https://a.example/1</guid><link>https://b.example/</link>", "https://a.example/1"),
        ("<guid>tag:a.example,2026:7</guid>", "tag:a.example,2026:7"),
        ('<guid isPermaLink="false">1234</guid>', "news.example/1234"),
        ('<guid isPermaLink="false">12:30 news</guid>', "news.example/12:30 news"),
        ("<link>https://b.example/x</link>", "https://b.example/x"),
        ("<link>https://www.google.com/url?rct=j&amp;url=https://b.example/x&amp;usg=9</link>", "https://b.example/x"),
    ],
)
def test_an_item_goes_by_its_id_else_its_link(said: str, expected: str) -> None:
    assert one(rss(f"{said}<title>Acme</title>")).item_id == f"news:{expected}"


def test_an_item_without_id_and_link_goes_by_its_title_and_date() -> None:
    said = "<title>Acme</title><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate>"
    first, again = one(rss(said)), one(rss(said + "<description>more</description>"))
    assert first.item_id == again.item_id != one(rss(said.replace("10:00", "10:01"))).item_id


def test_a_long_id_is_hashed_and_stays_itself() -> None:
    first, again, other = (
        one(rss(f"<guid>https://a.example/{'x' * 300}{end}</guid><title>t</title>")) for end in "112"
    )
    assert first.item_id == again.item_id != other.item_id
    assert len(first.item_id) == len("news:") + 32


def test_an_id_that_several_items_share_is_no_id() -> None:
    items = [Item(native_id="https://a.example/", link=f"https://a.example/{n}", title="t") for n in range(3)]
    assert [item.native_id for item in identified(items, "a.example")] == [item.link for item in items]


def test_of_two_versions_of_an_item_in_one_feed_the_newer_is_taken(scene: Scene) -> None:
    feed = scene.server.feed(form="atom")
    body = b'<feed xmlns="http://www.w3.org/2005/Atom">%s</feed>'
    entry = b"<entry><id>urn:1</id><title>%s</title><updated>2026-11-21T%s:00:00Z</updated></entry>"
    scene.server.plant(faults.status(200, {}, body % (entry % (b"old", b"08") + entry % (b"new", b"09"))))
    assert feed.posts == {}
    scene.read()
    assert (scene.texts(), scene.batches[0].filtered, scene.batches[0].raw) == ({"news:urn:1": "new"}, 1, 2)


# links and texts


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://www.google.com/url?rct=j&sa=t&url=https://a.example/x%3Fy%3D1&ct=ga", "https://a.example/x?y=1"),
        ("https://google.co.uk/url?q=http://a.example/", "http://a.example/"),
        ("https://www.google.com/url?url=javascript:alert(1)", "https://www.google.com/url?url=javascript:alert(1)"),
        (
            "https://google.evil.example/url?url=https://a.example/",
            "https://google.evil.example/url?url=https://a.example/",
        ),
        ("https://a.example/url?url=https://b.example/", "https://a.example/url?url=https://b.example/"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://a.example/", None),
        ("/relative", None),
        (None, None),
    ],
)
def test_links_lead_to_pages_and_google_redirects_to_where_they_lead(link: str | None, expected: str | None) -> None:
    assert unwrapped(link) == expected


def test_a_relative_link_is_seen_from_the_feed() -> None:
    body = rss("<guid>1</guid><title>t</title><link>/story?a=1</link>")
    assert one(body).url == "https://news.example/story?a=1"


HOSTILE = {
    "script": ("<p>Acme<script>alert(1)</script></p><img src=x onerror=alert(2)>", "Acme"),
    "right to left": ("abc \u202edcba\u202c \u200bzero\u200d", "abc \u202edcba\u202c \u200bzero\u200d"),
    "emoji": ("👩‍👩‍👧 Acme ✈️", "👩‍👩‍👧 Acme ✈️"),
    "entities": ("AT&amp;T &lt;b&gt; &#8364;", "AT&T <b> €"),
    "less than": ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    "paragraphs": ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
    "half a pair": ("Acme &#55357; &#xDC00;", "Acme \ufffd \ufffd"),
    "a NUL": ("Acme &#0; x", "Acme \ufffd x"),
}


@pytest.mark.parametrize(("html", "text"), HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_text_holds_a_text_comes_out(html: str, text: str) -> None:
    assert one(rss(f"<guid>1</guid><description>{escape(html)}</description>")).text == text
    told = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_html": html}]}
    assert one(json.dumps(told).encode()).text == text


@pytest.mark.parametrize("raw", ["\\ud83d", "\\u0000"])
def test_json_that_no_database_keeps_is_mended(raw: str) -> None:
    text = (
        f'{{"version":"https://jsonfeed.org/version/1","items":[{{"id":"{raw}1","content_text":"a {raw} b","x":NaN}}]}}'
    )
    record = one(text.encode())
    assert (record.text, record.item_id) == ("a \ufffd b", "news:news.example/\ufffd1")
    record.text.encode("utf-8")


@pytest.mark.parametrize("form", ["raw NUL", "a half byte", "UTF-16", "latin-1 called UTF-8", "text/plain"])
def test_wrong_letters_are_read_as_well_as_can_be(form: str) -> None:
    plain = '<?xml version="1.0" encoding="utf-8"?>' + rss("<guid>1</guid><title>Café Acme</title>").decode()
    bodies = {
        "raw NUL": plain.replace("Acme", "Ac\0me").encode(),
        "a half byte": plain.encode().replace(b"Acme", b"Acme\xf0\x9f"),
        "UTF-16": plain.replace("utf-8", "utf-16").encode("utf-16"),
        "latin-1 called UTF-8": plain.encode("latin-1"),
        "text/plain": plain.encode(),
    }
    kind = "text/plain" if form == "text/plain" else KINDS["rss"]
    found = document.read(bodies[form], kind, "https://news.example/feed")
    assert len(found.items) == 1
    title = found.items[0].title or ""
    assert title.startswith("Caf")
    assert form in ("a half byte", "raw NUL") or title == "Café Acme"


def test_a_text_of_a_million_letters_is_refused_by_name_and_kept_in_part(scene: Scene) -> None:
    feed = scene.server.feed()
    feed.publish(Post("Fine", at=scene.ago(hours=1)), Post("Long", "x" * 1_000_000, at=scene.ago(hours=1)))
    scene.read()
    (refused,) = scene.refused
    assert (refused.reason, refused.field) == ("text_too_long", "text")
    assert len(refused.raw) <= RAW_LIMIT
    assert scene.came == [feed.item_id("p1")]
    assert scene.source().redrive(scene.desk, [refused]).refused == (refused,)


def test_a_document_fetches_nothing_and_expands_little() -> None:
    laughs = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefghi"))
    inside = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "lol">{laughs}]>'
    body = inside.encode() + rss("<guid>1</guid><title>Acme &x; &i;</title>")
    text = one(body).text
    assert "root:" not in text
    assert len(text) < 1_000


@pytest.mark.parametrize("number", ["55357", "xD83D", "0", "x1F", "x110000", "xFFFF", "9" * 5_000])
def test_one_reference_to_no_character_does_not_cost_the_whole_feed(number: str) -> None:
    """feedparser gives up the feed over half a surrogate pair."""
    body = rss(f"<guid>1</guid><title>Acme &#{number}; end</title>").replace(b"</channel>", b"<item/></channel>")
    assert one(body.replace(b"<item/>", b"")).text == "Acme \ufffd end"
    assert len(document.read(body, KINDS["rss"], "https://news.example/feed").items) == 2


_ITEM = "<guid>1</guid><title>Café</title><description>&lt;p&gt;a&amp;b<![CDATA[ c ]]></description>"
_WHOLE = (rss(_ITEM), atom([Post("A", "b")], "en"))


@given(
    body=st.sampled_from(_WHOLE),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 8), st.binary(max_size=6)), max_size=6),
    kind=st.sampled_from(["", *KINDS.values(), "text/html; charset=x", "text/xml", "application/xml; charset=utf-16"]),
)
def test_whatever_bytes_come_there_are_items_or_a_named_error(
    body: bytes, changes: list[tuple[int, int, bytes]], kind: str
) -> None:
    for at, length, put in changes:
        body = body[:at] + put + body[at + length :]
    try:
        found = document.read(body, kind, "https://news.example/feed")
    except HttpError:
        return
    for item in identified(found.items, "news.example"):
        try:
            record = mention(item, OPTIONS, NOON, NOON)
        except Unusable as wrong:
            refusal(wrong, item, str).raw.encode("utf-8")
        else:
            f"{record.item_id} {record.text} {record.url} {record.author_name} {record.language}".encode()


def test_a_parser_that_trips_is_a_broken_feed_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(*_: object, **__: object) -> None:
        raise AssertionError("odd bytes")

    monkeypatch.setattr(feedparser, "parse", trip)
    with pytest.raises(Broken, match="AssertionError"):
        document.read(b"<rss/>", "", "")


def test_the_parser_is_handed_bytes_and_never_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[Any] = []
    parse = feedparser.parse

    def watched(given: Any, **more: Any) -> Any:
        handed.append(given)
        return parse(given, **more)

    monkeypatch.setattr(feedparser, "parse", watched)
    with pytest.raises(Broken, match="is not RSS"):
        document.read(b"http://127.0.0.1:9/feed.xml", "text/plain", "https://news.example/feed")
    assert [type(given) for given in handed] == [io.BytesIO]
