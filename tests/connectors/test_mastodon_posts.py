"""mastodon: what a post becomes, what is refused by name or never kept, and every post of a recording."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.clean import Unusable
from connectors.mastodon.posts import mention
from connectors.mastodon.visit import read_posts
from connectors.records import Mention, Refused
from connectors.sources.mastodon import Options
from tests.conftest import NOON, FakeClock
from tests.connectors.kit.mastodon_scene import Scene, scene


@pytest.fixture
def town(clock: FakeClock) -> Iterator[Scene]:
    with scene(clock) as running:
        yield running


REFUSALS: list[tuple[dict[str, Any], str, str]] = [
    ({"uri": None}, "item_id", "uri"),
    ({"uri": " "}, "item_id", "uri"),
    ({"created_at": None}, "published_at", "created_at"),
    ({"created_at": 1_700_000_000}, "published_at", "created_at"),
    ({"created_at": "2026-11-21T12:00:00"}, "published_at", "created_at"),
    ({"created_at": "2099-01-01T00:00:00Z"}, "published_at", "created_at"),
    ({"created_at": "1970-01-01T00:00:00Z"}, "published_at", "created_at"),
    ({"content": None}, "text", "content"),
    ({"content": ["acme"]}, "text", "content"),
    ({"content": "<p><br></p>"}, "text", "content"),
    ({"content": "acme " * 200_000}, "text", "content"),
]


@pytest.mark.parametrize(("status", "field", "theirs"), REFUSALS)
def test_a_post_that_lacks_something_is_refused_by_the_name_of_the_field(
    town: Scene, status: dict[str, Any], field: str, theirs: str
) -> None:
    whole = town.alpha.add_post("whole")
    town.run()
    town.alpha.add_post("broken", status=status)
    after = town.alpha.add_post("after")
    town.run()
    assert {refused.field for refused in town.keeper.refused} == {field}
    assert theirs in town.keeper.refused[0].sentence
    assert len(town.keeper.refused[0].raw.encode()) <= 64_000
    assert town.keeper.kept.keys() == {whole.item_id, after.item_id}


def test_odd_but_readable_values_are_kept_as_what_they_are(town: Scene) -> None:
    odd: dict[str, Any] = {
        "language": 5,
        "account": None,
        "media_attachments": {"type": "image"},
        "edited_at": "yesterday",
        "replies_count": float("nan"),
        "url": "javascript:alert(1)",
        "spoiler_text": None,
        "visibility": "public",
        "new": [[{}]],
    }
    town.alpha.add_post("odd", status=odd)
    town.alpha.add_post("poison", status={"content": "<p>a \ud83d \0 <script>x</script>\u202e\U0001f600</p>"})
    town.alpha.add_post("early", status={"edited_at": "2020-01-01T00:00:00Z"})
    town.run()
    first, second, third = sorted(town.keeper.kept.values(), key=lambda one: one.item_id)
    assert (first.language, first.author_id, first.media_type, first.edited_at) == (None, None, None, None)
    assert first.url == first.item_id.removeprefix("mastodon:")
    assert {first.text, second.text, third.text} == {"odd", "a \ufffd \ufffd \u202e\U0001f600", "early"}
    assert all(one.updated_at == one.published_at for one in (first, second, third))


@pytest.mark.parametrize(
    ("account", "kept"),
    [
        ({"noindex": True}, False),
        ({"discoverable": False, "indexable": False}, False),
        ({"discoverable": False, "indexable": True}, True),
        ({"discoverable": None, "indexable": False}, True),
        ({}, True),
    ],
)
def test_authors_who_want_to_be_left_out_are_filtered_and_counted(
    town: Scene, account: dict[str, Any], *, kept: bool
) -> None:
    whole = {"username": "ann", "acct": "ann", "url": f"{town.alpha.url}/@ann", **account}
    town.alpha.add_post("mine", status={"account": whole})
    town.run()
    assert len(town.keeper.kept) == kept
    assert town.keeper.filtered == (not kept)


@pytest.mark.parametrize("visibility", ["private", "direct", ["public"], None])
def test_what_is_not_for_everyone_is_never_kept(town: Scene, visibility: Any) -> None:
    town.alpha.add_post("secret", status={"visibility": visibility})
    town.run()
    assert not town.keeper.kept
    assert not town.keeper.refused
    assert town.keeper.filtered == 1


def test_refused_rows_are_read_anew_when_they_can_be(town: Scene) -> None:
    town.alpha.add_post("odd", status={"created_at": "soon"})
    town.run()
    [refused] = town.keeper.refused
    mended = refused.raw.replace('"soon"', '"2026-11-20T00:00:00Z"')
    source = town.only(town.alpha)
    again = source.redrive(town.desk, [refused, Refused(reason="x", sentence="x", raw=mended)])
    assert (len(again.records), len(again.refused), again.raw) == (1, 1, 2)
    assert source.redrive(town.desk, [Refused(reason="x", sentence="x", raw=mended[:30])]).refused


@pytest.mark.parametrize(
    "options",
    [
        {"servers": ()},
        {"servers": ("mastodon.social/about",)},
        {"servers": ("ftp://mastodon.social",)},
        {"servers": ("https://me:secret@mastodon.social",)},
        {"servers": ("mastodon social",)},
        {"tags": ()},
        {"tags": ("acme air",)},
        {"tags": ("",)},
        {"tags": ("a/b",)},
        {"history": "week"},
        {"tags": tuple(f"t{number}" for number in range(41))},
        {"tags": tuple("\u00e9" * 90 + str(number) for number in range(10))},
    ],
)
def test_options_that_cannot_work_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        Options(**{"servers": ("mastodon.social",), "tags": ("acme",), **options})
    assert "secret" not in str(caught.value.errors()[0]["msg"])


def test_servers_and_tags_are_understood_as_people_write_them() -> None:
    options = Options(servers=("Mastodon.Social", "https://mastodon.social/"), tags=("#Acme", "acme", "Flüge_2026"))
    assert options.servers == ("https://mastodon.social",)
    assert options.tags == ("acme", "flüge_2026")


def recorded(data_folder: Path) -> Iterator[tuple[str, str, Any]]:
    """Every status in a recorded answer, with the method and the address it came from."""
    for line in (data_folder / "recorded_api/mastodon_py.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        try:
            body = json.loads(row["body"])
        except (TypeError, ValueError):
            continue
        base = "/".join(row["url"].split("/")[:3])
        yield from ((row["method"], base, status) for status in statuses_in(body))


def statuses_in(value: Any) -> Iterator[Any]:
    """A status has a uri and a visibility, wherever it stands."""
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(value, dict) and {"uri", "visibility", "account"} <= value.keys():
        yield value
    for part in parts:
        yield from statuses_in(part)


def test_every_recorded_status_becomes_a_mention_or_a_named_refusal(data_folder: Path) -> None:
    kept: list[Mention] = []
    refused: list[tuple[str, Any, Unusable]] = []
    for method, base, status in recorded(data_folder):
        try:
            kept.append(mention(status, base, NOON))
        except Unusable as wrong:
            refused.append((method, status.get("content"), wrong))
    assert (len(kept), len(refused)) == (139, 57)
    assert {(wrong.field, wrong.reason) for _, _, wrong in refused} == {("text", "missing_text")}
    # what answers a deletion has no content; the other one is a reblog of nothing
    assert [content for method, content, _ in refused if method != "DELETE"] == [""]
    assert all(one.text.strip() and "</" not in one.text for one in kept)


def test_of_the_recorded_statuses_only_those_for_everyone_are_kept(data_folder: Path) -> None:
    rows = [status for _, _, status in recorded(data_folder)]
    read = read_posts(rows, "http://localhost:3000", NOON)
    hidden = [row for row in rows if row["visibility"] not in ("public", "unlisted")]
    shy = [row for row in rows if row["account"].get("noindex") and row not in hidden]
    assert (len(hidden), len(shy)) == (20, 1)
    assert len(read) == len(rows) - len(hidden) - len(shy)


def test_the_recorded_tag_timeline_is_read_as_it_came(data_folder: Path) -> None:
    [row] = [
        row
        for line in (data_folder / "recorded_api/mastodon_py.jsonl").read_text(encoding="utf-8").splitlines()
        if "/timelines/tag/" in (row := json.loads(line))["url"]
    ]
    [post] = read_posts(json.loads(row["body"]), "http://localhost:3000", NOON)
    assert isinstance(post, Mention)
    assert post.text == "#hoot (hashtag toot)"
    assert post.language == "ja"
    assert post.author_name == "mastodonpy_test_2@localhost:3000"
