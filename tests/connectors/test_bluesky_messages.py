"""What one message of Jetstream means: which posts are wanted, what is refused by name, what the real events become."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Misconfigured
from connectors.jetstream.events import Reader
from connectors.jetstream.terms import Terms
from connectors.records import Mention, Refused, Tombstone
from tests.conftest import NOON
from tests.connectors.kit.jetstream_scene import HOUR, Scene, source_of, wanted
from tests.connectors.kit.jetstream_world import micro

ACCOUNT = '{"time_us": NOW, "did": "did:a", "kind": "account", '
COMMIT = '{"time_us": NOW, "did": "did:a", "kind": "commit", "commit": {"collection": "POSTS"'


@pytest.fixture
def scene() -> Scene:
    return Scene()


# which posts are wanted


@pytest.mark.parametrize(
    "record",
    [
        {"text": "I love ＡＣＭＥ"},
        {"text": "see", "facets": [{"features": [{"uri": "https://acme.example/x"}]}]},
        {"text": "see", "embed": {"external": {"uri": "https://acme.example", "title": "", "description": ""}}},
        {"text": "see", "embed": {"external": {"title": "The Acme story"}}},
        {"text": "see", "embed": {"images": [{"alt": "none"}, {"alt": "an Acme shop"}]}},
        {"text": "see", "embed": {"media": {"images": [{"alt": "an Acme shop"}]}}},
        {"text": "see", "tags": ["Acme"]},
        {"text": "Zürich\u00a0Insurance", "langs": None},
    ],
)
def test_a_post_is_wanted_when_text_link_or_description_may_name_a_brand(scene: Scene, record: dict[str, Any]) -> None:
    scene.source = source_of(terms=("acme", "Zürich insurance"))
    text = record.pop("text")
    scene.world.add_post(text, **record)
    scene.world.add_post("nothing of note", facets="odd", embed=[1], tags={"acme": 1}, langs=[None, {}])
    scene.run()
    assert scene.shelf.texts() == {"bluesky:did:plc:ana/post1": text}


def test_a_post_without_words_of_its_own_speaks_through_its_picture(scene: Scene) -> None:
    scene.world.add_post(
        "", embed={"$type": "app.bsky.embed.images", "images": [{"alt": "acme shop"}, {"alt": "rain"}]}
    )
    scene.world.add_post("  ", embed={"external": {"uri": "https://acme.example"}})
    scene.world.add_post("", embed={"images": [{"alt": "a cat"}]})
    scene.run()
    assert scene.shelf.texts() == {"bluesky:did:plc:ana/post1": "acme shop\nrain"}
    assert not scene.shelf.refused


def test_languages_leave_out_posts_in_others_and_keep_those_that_name_none(scene: Scene) -> None:
    scene.source = source_of(languages=("pt", "EN"))
    for text, langs in (("acme 1", ["pt-BR"]), ("acme 2", ["de"]), ("acme 3", None), ("acme 4", ["de", "en"])):
        scene.world.add_post(text, langs=langs)
    scene.run()
    assert list(scene.shelf.texts().values()) == ["acme 1", "acme 3", "acme 4"]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4), st.text(), st.text())
def test_the_cheap_test_never_misses_a_term_that_stands_in_the_text(terms: list[str], left: str, right: str) -> None:
    spoken = [term for term in terms if term.split()]
    for term in spoken:
        # a space keeps what stands beside it from melting into another letter
        assert Terms(terms).may_be_in([f"{left} {term} {right}"])
        assert Terms(terms).may_be_in([f"{left} {'  '.join(term.split())} {right}"])


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("istanbul", "İSTANBUL"),
        ("İstanbul", "istanbul"),
        ("Straße", "STRASSE"),
        ("o'neill", "O’Neill"),
        ("ﬁgma", "FIGMA"),
    ],
)
def test_letters_are_the_same_in_the_ways_they_are_for_finding_brands(term: str, text: str) -> None:
    assert Terms([term]).may_be_in([text])


def test_without_any_term_the_run_says_what_to_write(scene: Scene) -> None:
    scene.source = source_of(terms=())
    with pytest.raises(Misconfigured, match=r"\[\[brand\]\] has terms"):
        scene.run()
    assert scene.source.check(scene.stage).state == "misconfigured"


# garbage


@pytest.mark.parametrize(
    ("message", "reason", "field"),
    [
        ("no json", "not_json", "item_id"),
        ("", "not_json", "item_id"),
        (b"\xff\xfe\x00", "not_json", "item_id"),
        ("[" * 100_000, "not_json", "item_id"),
        ('{"time_us": ' + "9" * 5000 + "}", "not_json", "item_id"),
        ("[1, 2]", "missing_field", "text"),
        ("{}", "missing_field", "published_at"),
        ('{"time_us": "5"}', "missing_field", "published_at"),
        ('{"time_us": 1' + "0" * 100 + "}", "impossible_date", "published_at"),
        ('{"time_us": NOW}', "missing_field", "kind"),
        ('{"time_us": NOW, "kind": "commit"}', "missing_field", "text"),
        ('{"time_us": NOW, "kind": "commit", "commit": {}}', "missing_field", "item_id"),
        ('{"time_us": NOW, "kind": "commit", "commit": {"collection": "POSTS"}}', "missing_field", "author_id"),
        (COMMIT.replace("did:a", "ana") + "}}", "missing_id", "author_id"),
        (COMMIT + "}}", "missing_field", "kind"),
        (COMMIT + ', "operation": "delete"}}', "missing_field", "item_id"),
        (COMMIT + ', "operation": "delete", "rkey": " "}}', "missing_field", "item_id"),
        (COMMIT + ', "operation": "merge", "rkey": "r"}}', "unknown_operation", "kind"),
        (COMMIT + ', "operation": "create", "rkey": "r"}}', "missing_field", "text"),
        (COMMIT + ', "operation": "create", "rkey": "r", "record": {"words": "acme"}}}', "missing_text", "text"),
        (ACCOUNT + '"account": {"status": "deleted"}}', "missing_field", "author_id"),
        (ACCOUNT + '"account": null}', "missing_field", "text"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_and_the_rest_is_read(
    scene: Scene, message: str | bytes, reason: str, field: str
) -> None:
    scene.world.add_post("acme before")
    if isinstance(message, str):
        message = message.replace("NOW", str(micro(NOON))).replace("POSTS", "app.bsky.feed.post")
    scene.world.garbage(message)
    scene.world.add_post("acme after")
    scene.run()
    assert scene.shelf.texts() == wanted(scene.world)
    (refused,) = scene.shelf.refused
    assert (refused.reason, refused.field) == (reason, field)
    refused.raw.encode("utf-8")


def test_kinds_and_collections_nobody_asked_for_are_filtered(scene: Scene) -> None:
    scene.world.event(kind="sync", sync={})
    scene.world.event(kind="identity")
    scene.world.event(kind="commit", commit={"collection": "app.bsky.feed.like", "operation": "create"})
    scene.one.hum = False
    batches = scene.run()
    assert sum(batch.filtered for batch in batches) == sum(batch.raw for batch in batches) == 3


def test_hostile_texts_become_storable_or_are_refused(scene: Scene) -> None:
    scene.world.add_post("acme \ud83d half a pair")
    scene.world.add_post("acme \0 nul")
    scene.world.add_post("acme <script>alert(1)</script> \u202eevil\u202c")
    scene.world.add_post("acme " + "x" * 900_000)
    scene.world.add_post("x" * 900_000)
    scene.run()
    assert list(scene.shelf.texts().values()) == [
        "acme \ufffd half a pair",
        "acme \ufffd nul",
        "acme <script>alert(1)</script> \u202eevil\u202c",
    ]
    assert [one.reason for one in scene.shelf.refused] == ["text_too_long"]
    for mention in scene.shelf.kept.values():
        repr(mention).encode("utf-8")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from(
        ["did", "time_us", "kind", "commit", "commit.rev", "commit.operation", "commit.collection", "commit.rkey",
         "commit.record", "commit.record.text", "commit.record.createdAt", "commit.record.langs", "commit.record.reply",
         "commit.record.reply.parent", "commit.record.embed", "commit.record.embed.images", "commit.record.embed.media",
         "commit.record.embed.external", "commit.record.facets", "commit.record.tags"]
    ),
)  # fmt: skip
def test_no_value_anywhere_in_an_event_makes_the_reader_fall(value: Any, path: str) -> None:
    record: dict[str, Any] = {"text": "acme", "createdAt": NOON.isoformat(), "reply": {}, "embed": {}}
    commit = {
        "rev": "3mptbypluud2a",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "r",
        "record": record,
    }
    event: dict[str, Any] = {"did": "did:plc:a", "time_us": micro(NOON), "kind": "commit", "commit": commit}
    *way, last = path.split(".")
    inner = event
    for step in way:
        inner = inner[step]
    inner[last] = value
    meaning = Reader(Terms(["acme"]), ["en"]).read(json.dumps(event), NOON).meaning
    if isinstance(meaning, Mention):
        assert meaning.published_at <= NOON + timedelta(days=1)
        for word in (meaning.text, meaning.item_id, meaning.url or "", meaning.language or "", meaning.parent_id or ""):
            word.encode("utf-8")


def test_refused_messages_can_be_tried_again(scene: Scene) -> None:
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "r"}
    scene.world.event(kind="commit", commit=commit)
    scene.world.garbage("nonsense")
    scene.run()
    broken, nonsense = scene.shelf.refused
    assert broken.native_id == "did:plc:ana/r"
    mended = json.loads(broken.raw)
    mended["commit"]["record"] = {"text": "acme", "createdAt": NOON.isoformat()}
    again = scene.source.redrive(scene.stage, [Refused(reason="", sentence="", raw=json.dumps(mended)), nonsense])
    assert [record.item_id for record in again.records if isinstance(record, Mention)] == ["bluesky:did:plc:ana/r"]
    assert [one.reason for one in again.refused] == ["not_json"]
    assert again.raw == 2


# the real events


def test_each_of_the_captured_events_becomes_something_and_none_is_refused(data_folder: Path) -> None:
    path = data_folder / "mentions" / "bluesky" / "jetstream_v1_152events_20260704.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    until = datetime(2026, 7, 4, 15, tzinfo=UTC)
    kinds: Counter[str] = Counter()
    meanings: Counter[str] = Counter()
    for line in lines:
        told = json.loads(line)
        commit = told.get("commit", {})
        is_post = commit.get("collection") == "app.bsky.feed.post"
        kinds[f"{'post' if is_post else 'other'} {commit.get('operation', told['kind'])}"] += 1
        letters = commit.get("record", {}).get("text", "") if is_post else ""
        reader = Reader(Terms([letters.split()[0]] if letters.strip() else ["acme"]))
        event = reader.read(line, until)
        assert event.time_us == told["time_us"]
        meanings[type(event.meaning).__name__] += 1
        if isinstance(event.meaning, Mention):
            assert event.meaning.text == letters.strip()
            assert until - HOUR < event.meaning.published_at <= event.meaning.updated_at < until  # type: ignore[operator]
            assert 0 < told["time_us"] - micro(event.meaning.updated_at) < 5_000_000  # type: ignore[arg-type]
        if isinstance(event.meaning, Tombstone):
            assert commit["operation"] == "delete"
    assert kinds["post create"] == 17
    # one post has no words at all
    assert meanings == {"Mention": 16, "Tombstone": 1, "NoneType": 135}


def test_the_captured_events_come_through_the_source_whole(scene: Scene, data_folder: Path) -> None:
    path = data_folder / "mentions" / "bluesky" / "jetstream_v1_152events_20260704.jsonl"
    scene.clock.now = datetime(2026, 7, 4, 14, 38, 8, tzinfo=UTC)
    for line in path.read_text(encoding="utf-8").splitlines():
        scene.world.garbage(line)
    scene.clock.now = datetime(2026, 7, 4, 14, 39, tzinfo=UTC)
    scene.one.lookback = None
    scene.source = source_of(terms=("mount rushmore", "tic tac"))
    scene.run()
    assert len(scene.shelf.texts()) == 2
    assert not scene.shelf.refused
