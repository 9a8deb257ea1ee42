"""Deliveries: genuine or not, once each, in any order, in any form; nothing of them is lost and no secret is told."""

from __future__ import annotations

import ast
import base64
import hmac
import inspect
import json
import random
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.contract import Batch, Cursor, Misconfigured, Setup
from connectors.hooks import deliveries, signature
from connectors.hooks.records import EXTRA, FORMS, MENDED, NOT_ASKED, OTHER, RECORDS, read_record
from connectors.hooks.signature import HookRefused, key_of, verify
from connectors.records import Case, CaseEvent, Mention, Record, Refused, Tombstone
from connectors.sources.webhook import RECORDS_PER_BATCH, ROUNDS, Options, Source
from queries.ledger import Ledger
from queries.rows import MentionRow
from tests.conftest import NOON, FakeClock
from tests.connectors.kit.hook_sender import (
    KEY,
    OLD_KEY,
    OLD_SECRET,
    SECRET,
    WRONG_KEY,
    WRONG_SECRET,
    Postbox,
    as_bytes,
    signed,
)
from tests.connectors.kit.hook_sender import signature as sign

ENV: dict[str, str] = {"HOOK": SECRET, "HOOK_OLD": OLD_SECRET}
POST: dict[str, Any] = {
    "item_id": "1001",
    "platform": "x",
    "published_at": "2026-11-21T11:58:00Z",
    "text": "@acme my parcel is late",
}
CASE: dict[str, Any] = {"case_id": "c1", "platform": "x", "opened_at": "2026-11-21T11:59:00+01:00"}
EVENT: dict[str, Any] = {"case_id": "c1", "platform": "x", "kind": "resolved", "happened_at": "2026-11-21T11:59:30Z"}
DELETION: dict[str, Any] = {"item_id": "1001", "platform": "x", "deleted_at": "2026-11-21T11:59:59Z"}


def source(env: Mapping[str, str] = ENV, **options: Any) -> Source:
    made = Options.model_validate({"secret_env": "HOOK", "previous_secret_env": "HOOK_OLD", **options})
    return Source(Setup("care", made, Path(), secret=env.get))


def read(box: Postbox, cursor: Cursor | None = None, **options: Any) -> list[Batch]:
    batches = list(source(**options).read(box, cursor, box.clock()))
    for batch in batches:
        assert batch.raw == len(batch.records) + len(batch.refused) + batch.filtered
    return batches


def outcome(body: Any, headers: Mapping[str, str] | None = None, **options: Any) -> Batch:
    """The one batch of one delivery."""
    box = Postbox()
    box.put(body, headers)
    (batch,) = read(box, **options)
    return batch


def only(record: Mapping[str, Any], form: str = "mentions", **options: Any) -> Record:
    batch = outcome({form: [record]}, **options)
    assert batch.refused == ()
    return batch.records[0]


def refusal(body: Any, headers: Mapping[str, str] | None = None) -> Refused:
    batch = outcome(body, headers)
    assert (batch.records, len(batch.refused)) == ((), 1)
    return batch.refused[0]


def turned_away(
    headers: Mapping[str, str], body: bytes = b"{}", now: datetime = NOON, who: Source | None = None
) -> HookRefused:
    with pytest.raises(HookRefused) as caught:
        (who or source()).receive(headers, body, now)
    return caught.value


# who sent it


def test_the_published_example_of_standard_webhooks_verifies() -> None:
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = {
        "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = datetime.fromtimestamp(1614265330, UTC)
    verified = verify([key], headers, b'{"test": 2432232314}', at)
    assert (verified.delivery_id, verified.sent_at) == ("msg_p5jXN8AQM9LWM0D4loKWxJek", at)


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET], ids=["new", "old"])
def test_the_new_and_the_old_secret_both_work(secret: str) -> None:
    verified = source().receive(signed(b"{}", at=NOON, delivery_id="msg_7", secret=secret), b"{}", NOON)
    assert (verified.delivery_id, verified.sent_at) == ("msg_7", NOON)


def test_a_secret_may_be_any_long_text_and_base64_needs_no_padding() -> None:
    plain = "a plain text of more than 24 letters"
    assert source({"HOOK": plain, "HOOK_OLD": SECRET}).receive(signed(b"{}", at=NOON, secret=plain), b"{}", NOON)
    assert key_of(" " + SECRET.rstrip("=") + "\n") == KEY


def test_once_the_old_secret_is_gone_it_opens_nothing() -> None:
    only_new = source(previous_secret_env=None)
    assert turned_away(signed(b"{}", at=NOON, secret=OLD_SECRET), who=only_new).status == 401


def test_another_secret_is_401() -> None:
    assert turned_away(signed(b"{}", at=NOON, secret=WRONG_SECRET)).status == 401


def test_a_tampered_body_is_401() -> None:
    body = as_bytes({"mentions": [POST]})
    headers = signed(body, at=NOON)
    assert source().receive(headers, body, NOON)
    for changed in (body.replace(b"late", b"lost"), body[:-1], body + b" ", b""):
        assert turned_away(headers, changed).status == 401


def test_a_body_parsed_and_written_again_is_401() -> None:
    body = b'{"mentions":[], "note":"caf\xc3\xa9"}'
    again = json.dumps(json.loads(body)).encode()
    assert again != body
    assert turned_away(signed(body, at=NOON), again).status == 401


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_another_id_or_time_than_the_signed_one_is_401(name: str) -> None:
    headers = signed(b"{}", at=NOON)
    other = {"webhook-id": "msg_2", "webhook-timestamp": str(int(NOON.timestamp()) + 1)}[name]
    assert turned_away({**headers, name: other}).status == 401


@pytest.mark.parametrize(
    "given",
    ["", " ", "v1", "v1,", "v1,!!!", "v1,é", "v2,{}", "v1a,{}", "{}", "v1;{}", "V1,{}", "v1,{},", "v1,{}x"],
)
def test_a_signature_in_another_shape_is_401(given: str) -> None:
    headers = signed(b"{}", at=NOON)
    headers["webhook-signature"] = given.format(headers["webhook-signature"].removeprefix("v1,"))
    assert turned_away(headers).status == 401


def test_no_signature_is_401_and_names_the_scheme() -> None:
    headers = signed(b"{}", at=NOON)
    del headers["webhook-signature"]
    refused = turned_away(headers)
    assert refused.status == 401
    assert "Standard Webhooks" in refused.sentence


def test_one_right_signature_among_several_is_enough() -> None:
    headers = signed(b"{}", at=NOON)
    stamp = headers["webhook-timestamp"]
    wrong = sign(WRONG_KEY, "msg_1", stamp, b"{}")
    for several in permutations([wrong, headers["webhook-signature"], wrong.replace("v1,", "v1a,")]):
        assert source().receive({**headers, "webhook-signature": " ".join(several)}, b"{}", NOON)


@pytest.mark.parametrize("given", ["", " ", "a b", "ümläut", "msg.1", "x" * 256, "a\x00b"])
def test_a_missing_or_odd_id_is_400(given: str) -> None:
    headers = {**signed(b"{}", at=NOON), "webhook-id": given}
    assert turned_away(headers).status == 400


def test_id_time_and_body_come_apart_in_one_way_only() -> None:
    """What was signed for one id must not serve for another, with a piece of the body moved into the head."""
    stamp = str(int(NOON.timestamp()))
    signatures = sign(KEY, "msg", stamp, f"{stamp}.{{}}".encode())
    moved = {"webhook-id": f"msg.{stamp}", "webhook-timestamp": stamp, "webhook-signature": signatures}
    assert turned_away(moved).status == 400


@pytest.mark.parametrize("given", ["", "noon", "-1", "1e9", "1.5", "１７００００００００", "9" * 12, " ", "0x10"])
def test_a_time_that_is_no_whole_second_is_400(given: str) -> None:
    headers = {**signed(b"{}", at=NOON), "webhook-timestamp": given}
    assert turned_away(headers).status == 400


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 10**9])
def test_a_stale_or_future_delivery_is_400_however_well_it_is_signed(seconds: int) -> None:
    refused = turned_away(signed(b"{}", at=NOON + timedelta(seconds=seconds)))
    assert refused.status == 400
    assert f"{abs(seconds):,} seconds {'ago' if seconds < 0 else 'from now'}" in refused.sentence


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_taken(seconds: int) -> None:
    at = NOON + timedelta(seconds=seconds)
    assert source().receive(signed(b"{}", at=at), b"{}", NOON).sent_at == at


def test_too_many_bytes_are_413_before_anything_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b" " * 1001
    headers = signed(body, at=NOON)
    assert source(max_bytes=1001).receive(headers, body, NOON)
    monkeypatch.setattr(hmac, "new", lambda *_: pytest.fail("a signature was computed"))
    assert turned_away(headers, body, who=source(max_bytes=1000)).status == 413


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET, WRONG_SECRET], ids=["first fits", "last fits", "none fits"])
def test_every_secret_is_compared_with_every_signature_in_constant_time(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[Any, Any]] = []

    def spy(one: Any, other: Any, real: Callable[[Any, Any], bool] = hmac.compare_digest) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", spy)
    headers = signed(b"{}", at=NOON, secret=secret)
    headers["webhook-signature"] += " v1,AAAA"
    try:
        source().receive(headers, b"{}", NOON)
    except HookRefused:
        assert secret == WRONG_SECRET
    digests = [sign(key, "msg_1", headers["webhook-timestamp"], b"{}")[3:].encode() for key in (KEY, OLD_KEY)]
    given = [part[3:].encode() for part in headers["webhook-signature"].split()]
    assert compared == [(digest, one) for digest in digests for one in given]


def test_a_digest_is_compared_by_compare_digest_and_by_nothing_else() -> None:
    tree = ast.parse(inspect.getsource(signature._is_signed))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Compare | ast.Match | ast.Return)][1:]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Break | ast.If | ast.IfExp)]


# the options and the secrets


def test_a_missing_variable_is_named_and_deliveries_are_to_come_again() -> None:
    nothing = source({})
    check = nothing.check(Postbox())
    assert check.state == "misconfigured"
    assert "secret_env: HOOK is not set" in check.sentence
    assert "previous_secret_env: HOOK_OLD is not set" in check.sentence
    assert turned_away(signed(b"{}", at=NOON), who=nothing).status == 503


def test_without_the_old_secret_the_new_one_still_opens_and_the_lack_is_told() -> None:
    rotated = source({"HOOK": SECRET})
    assert rotated.receive(signed(b"{}", at=NOON), b"{}", NOON)
    assert rotated.check(Postbox()).state == "misconfigured"


def test_what_has_come_is_read_before_a_missing_secret_is_told() -> None:
    box = Postbox()
    box.put({"mentions": [POST]})
    run = source({}).read(box, None, NOON)
    assert len(next(run).records) == 1
    with pytest.raises(Misconfigured, match="secret_env: HOOK is not set"):
        next(run)


@pytest.mark.parametrize("secret", ["short", "whsec_c2hvcnQ=", "whsec_not base64 at all!!!!!!!!!!!!!!!!", "whsec_"])
def test_a_weak_or_broken_secret_is_misconfigured_and_not_told(secret: str) -> None:
    weak = source({"HOOK": secret, "HOOK_OLD": OLD_SECRET})
    check = weak.check(Postbox())
    assert check.state == "misconfigured"
    assert secret.removeprefix("whsec_") not in check.sentence or secret == "whsec_"
    assert turned_away(signed(b"{}", at=NOON), who=weak).status == 401


@pytest.mark.parametrize("pasted", [SECRET, "c2VjcmV0", "two words", ""])
def test_a_secret_where_its_name_belongs_is_refused_by_a_sentence(pasted: str) -> None:
    with pytest.raises(ValidationError, match="not the secret itself"):
        Options.model_validate({"secret_env": pasted})


def test_a_check_says_where_it_waits() -> None:
    check = source().check(Postbox())
    assert (check.state, "/hooks/care" in check.sentence) == ("ok", True)


def test_no_secret_is_told_whatever_happens() -> None:
    box = Postbox(source(), FakeClock())
    said: list[object] = [box.source, source().check(box), source({}).check(box), source({"HOOK": "short"}).check(box)]
    good = as_bytes({"mentions": [POST, {**POST, "text": ""}], "odd": 1})
    for body in (good, b"\xff", b"{", b"[]"):
        for secret in (SECRET, OLD_SECRET, WRONG_SECRET):
            for at in (NOON, NOON - timedelta(hours=1)):
                headers = signed(body, at=at, secret=secret, delivery_id=f"msg_{len(said)}")
                said.append(box.receive("care", headers, body))
    batches = read(box)
    assert sum(len(batch.refused) for batch in batches) == 8, "two signed in time of each of four bodies"
    said += [batches, source().redrive(box, [one for batch in batches for one in batch.refused])]
    text = repr(said)
    for secret in (SECRET, OLD_SECRET, WRONG_SECRET):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        for form in (secret, secret.removeprefix("whsec_").rstrip("="), key.decode(), key.hex(), repr(key)):
            assert form not in text


# once each, in any order


def test_a_replayed_delivery_is_known_already_and_read_once() -> None:
    box = Postbox(source())
    body = as_bytes({"mentions": [POST]})
    headers = signed(body, at=NOON)
    assert box.receive("care", headers, body) == (202, "taken")
    assert box.receive("care", headers, body) == (202, "known already")
    box.clock.move(minutes=4)
    later = signed(body, at=box.clock())
    assert box.receive("care", later, body) == (202, "known already"), "a sender tries again with the same id"
    assert [len(batch.records) for batch in read(box)] == [1]


def test_reading_goes_on_behind_the_cursor_and_nothing_new_is_no_batch() -> None:
    box = Postbox()
    box.put({"mentions": [POST]})
    (first,) = read(box)
    assert first.cursor == {"v": 1, "number": 1}
    assert read(box, first.cursor) == []
    box.put({"cases": [CASE]})
    (second,) = read(box, first.cursor)
    assert ([type(one) for one in second.records], second.cursor) == ([Case], {"v": 1, "number": 2})


@pytest.mark.parametrize(
    "cursor",
    [None, {}, {"v": 2, "number": 1}, {"v": 1}, {"v": 1, "number": "1"}, {"v": 1, "number": True}, {"number": 1},
     {"v": 1, "number": -3}, {"v": 1, "number": 2**63}, {"v": 1, "number": None}],
)  # fmt: skip
def test_a_cursor_that_makes_no_sense_starts_at_the_first_delivery(cursor: Cursor | None) -> None:
    box = Postbox()
    box.put({"mentions": [POST]})
    assert [len(batch.records) for batch in read(box, cursor)] == [1]


def test_killed_behind_any_batch_and_resumed_gives_everything_once() -> None:
    box = Postbox()
    for number in range(450):
        box.put({"mentions": [{**POST, "item_id": str(number)}]})
    whole = [record for batch in read(box) for record in batch.records]
    assert len(whole) == len(set(whole)) == 450
    for kept in range(4):
        batches = read(box)[:kept]
        rest = read(box, batches[-1].cursor if batches else None)
        assert [record for batch in batches + rest for record in batch.records] == whole


def test_an_inbox_that_was_emptied_and_counts_anew_is_read_from_its_start() -> None:
    box = Postbox()
    for _ in range(9):
        box.put({"mentions": [POST]})
    (batch,) = read(box)
    box.deliveries.clear()
    assert read(box, batch.cursor) == []
    box.put({"cases": [CASE]})
    (after,) = read(box, batch.cursor)
    assert ([type(one) for one in after.records], after.cursor) == ([Case], {"v": 1, "number": 1})


def test_a_process_that_ends_stops_between_batches() -> None:
    box = Postbox()
    for _ in range(450):
        box.put({"mentions": [POST]})
    run = source().read(box, None, NOON)
    next(run)
    box.stopping = True
    assert list(run) == []


def test_a_sender_that_never_rests_does_not_keep_a_run_from_ending() -> None:
    class Endless(Postbox):
        def inbox(self, after: int, limit: int) -> Sequence[Any]:
            self.put({"mentions": []})
            return super().inbox(after, limit)

    assert len(list(source().read(Endless(), None, NOON))) == ROUNDS


def test_batches_stay_bounded_however_much_a_delivery_holds() -> None:
    box = Postbox()
    for _ in range(7):
        box.put({"mentions": [POST] * 3000})
    batches = read(box)
    assert [(len(batch.records), batch.cursor) for batch in batches] == [
        (6000, {"v": 1, "number": 2}), (6000, {"v": 1, "number": 4}),
        (6000, {"v": 1, "number": 6}), (3000, {"v": 1, "number": 7}),
    ]  # fmt: skip
    assert RECORDS_PER_BATCH < 6000


VERSIONS = [
    {**POST, "text": "@acme first", "updated_at": "2026-11-21T11:58:10Z"},
    {**POST, "text": "@acme second", "updated_at": "2026-11-21T11:58:20Z", "sequence": 1},
    {**POST, "text": "@acme third", "updated_at": "2026-11-21T11:58:20Z", "sequence": 2},
]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_deliveries_in_any_order_end_in_the_newest_version(ledger: Ledger, order: tuple[int, ...]) -> None:
    run_id = ledger.start_run("care", NOON)
    for place in order:
        (record,) = outcome({"mentions": [VERSIONS[place]]}).records
        assert isinstance(record, Mention)
        said = {name: value for name, value in asdict(record).items() if name != "brands"}
        ledger.commit(source="care", run_id=run_id, now=NOON, rows=[MentionRow(brand="Acme", **said)], read=1)
    cursor = ledger.warehouse.cursor()
    current = cursor.execute("SELECT text FROM mentions WHERE known_until_at IS NULL").fetchall()
    assert current == [("@acme third",)]


def test_ten_thousand_deliveries_are_verified_and_read_in_bounded_time() -> None:
    box, clock = Postbox(), FakeClock()
    began = time.perf_counter()
    receiver = source()
    for number in range(10_000):
        body = as_bytes({"mentions": [{**POST, "item_id": str(number)}], "case_events": [EVENT]})
        receiver.receive(signed(body, at=clock(), delivery_id=f"msg_{number}"), body, clock())
        box.put(body)
    batches = read(box)
    took = time.perf_counter() - began
    assert sum(len(batch.records) for batch in batches) == 20_000
    assert len(batches) == 50
    assert took < 30, f"{took:.1f} s for what takes about two"


# our own form


def test_a_form_has_the_fields_of_its_record_and_requires_what_it_requires() -> None:
    for name, record in RECORDS.items():
        ours = {field.name for field in fields(record)} - NOT_ASKED
        assert set(FORMS[name].model_fields) == ours
        required = {field.name for field in fields(record) if "MISSING" in repr(field.default)}
        assert {key for key, field in FORMS[name].model_fields.items() if field.is_required()} == required


FULL: dict[str, dict[str, Any]] = {
    "mentions": {
        **POST, "brands": ["Acme"], "edited_at": "2026-11-21T11:58:30Z", "url": "https://x.example/1001",
        "language": "en", "region": "us", "author_id": "7", "author_name": "Ana", "author_followers_count": 0,
        "reach_count": 2**63 - 1, "parent_id": "x:1000", "conversation_id": "999", "media_type": "photo",
        "source_class": "owned", "source_sentiment": "negative", "is_drill": True,
        "updated_at": "2026-11-21T11:58:31Z", "sequence": -2, "observed_at": "2026-11-21T11:59:00Z",
    },
    "cases": {
        **CASE, "item_id": "1001", "brand": "Acme", "channel": "dm", "customer_id": "7", "track": "care",
        "priority": "high", "owner": "Bo", "unit": "parcels", "subject": "late", "url": "http://desk.example/c1",
        "is_drill": False, "updated_at": "2026-11-21T11:59:10Z", "sequence": 3,
    },
    "case_events": {
        **EVENT, "event_id": "e1", "source_words": "solved", "actor": "Bo", "actor_kind": "human", "team": "night",
        "visibility": "public", "brand": "Acme", "owner": "Cy", "track": "care", "priority": "low",
        "calendar": "nights", "reason": "asked back", "place": "private", "outcome": "won", "amount": 12,
        "score": 4.5, "score_of": 5, "other_case_id": "c2", "item_id": "1002", "text": "solved", "is_drill": False,
    },
    "deleted": {**DELETION},
}  # fmt: skip


@pytest.mark.parametrize("form", FULL)
def test_every_field_arrives_as_it_was_sent(form: str) -> None:
    record, sent = only(FULL[form], form), FULL[form]
    if form != "deleted":
        assert set(sent) == set(FORMS[form].model_fields), "the example names every field"
    for name, value in sent.items():
        expected = value
        if name.endswith("_at"):
            expected = datetime.fromisoformat(value).astimezone(UTC)
        elif name in ("item_id", "case_id", "parent_id", "conversation_id", "other_case_id"):
            expected = "x:" + value.removeprefix("x:")
        assert getattr(record, name) == (tuple(value) if name == "brands" else expected), name


def test_one_body_may_hold_all_four_lists() -> None:
    batch = outcome({"mentions": [POST], "cases": [CASE], "case_events": [EVENT], "deleted": [DELETION]})
    assert [type(one) for one in batch.records] == [Mention, Case, CaseEvent, Tombstone]
    assert (batch.raw, batch.refused, batch.notes) == (4, (), ())


@pytest.mark.parametrize(("given", "kept"), [("1001", "x:1001"), ("x:1001", "x:1001"), ("at://a:b", "x:at://a:b")])
def test_an_id_gets_its_platform_in_front_once(given: str, kept: str) -> None:
    assert only({**POST, "item_id": given}).item_id == kept


def test_the_platform_may_come_from_the_options_and_is_written_small() -> None:
    bare = {key: value for key, value in POST.items() if key != "platform"}
    assert only(bare, platform="Forum").platform == "forum"
    assert only(POST, platform="Forum").platform == "x"
    assert refusal({"mentions": [bare]}).reason == "missing_platform"


def test_null_and_an_empty_text_are_left_out() -> None:
    record = only({**POST, "url": None, "language": " ", "brands": None, "is_drill": None, "edited_at": ""})
    assert isinstance(record, Mention)
    assert (record.url, record.language, record.brands, record.is_drill, record.edited_at) == (
        None,
        None,
        (),
        False,
        None,
    )


WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("mentions", {"item_id": 1001}, "item_id", "wrong_value"),
    ("mentions", {"item_id": 2**63}, "item_id", "wrong_value"),
    ("mentions", {"item_id": " "}, "item_id", "missing_id"),
    ("mentions", {"item_id": "x:"}, "item_id", "missing_id"),
    ("mentions", {"item_id": None}, "item_id", "missing_id"),
    ("mentions", {"item_id": "a\ud83db"}, "item_id", "bad_text"),
    ("mentions", {"item_id": "a\0b"}, "item_id", "bad_text"),
    ("mentions", {"item_id": "x" * 2001}, "item_id", "too_long"),
    ("mentions", {"platform": "a:b"}, "platform", "wrong_value"),
    ("mentions", {"published_at": None}, "published_at", "missing_time"),
    ("mentions", {"published_at": "2026-11-21T11:58:00"}, "published_at", "unreadable_time"),
    ("mentions", {"published_at": 1795262280}, "published_at", "unreadable_time"),
    ("mentions", {"published_at": "yesterday"}, "published_at", "unreadable_time"),
    ("mentions", {"published_at": "2099-01-01T00:00:00Z"}, "published_at", "impossible_date"),
    ("mentions", {"published_at": "1970-01-01T00:00:00Z"}, "published_at", "impossible_date"),
    ("mentions", {"published_at": "0001-01-01T00:00:00+23:59"}, "published_at", "unreadable_time"),
    ("mentions", {"updated_at": "2099-01-01T00:00:00Z"}, "updated_at", "impossible_date"),
    ("mentions", {"text": ""}, "text", "missing_text"),
    ("mentions", {"text": None}, "text", "missing_text"),
    ("mentions", {"text": ["a"]}, "text", "missing_text"),
    ("mentions", {"text": "a" * 100_001}, "text", "text_too_long"),
    ("mentions", {"url": "javascript:alert(1)"}, "url", "wrong_address"),
    ("mentions", {"brands": "Acme"}, "brands", "wrong_value"),
    ("mentions", {"brands": [1]}, "brands", "wrong_value"),
    ("mentions", {"brands": ["a"] * 101}, "brands", "too_long"),
    ("mentions", {"reach_count": -1}, "reach_count", "wrong_value"),
    ("mentions", {"reach_count": 2**63}, "reach_count", "wrong_value"),
    ("mentions", {"reach_count": 10**50}, "reach_count", "wrong_value"),
    ("mentions", {"reach_count": 1.5}, "reach_count", "wrong_value"),
    ("mentions", {"reach_count": "1"}, "reach_count", "wrong_value"),
    ("mentions", {"reach_count": True}, "reach_count", "wrong_value"),
    ("mentions", {"sequence": -(2**63) - 1}, "sequence", "wrong_value"),
    ("mentions", {"is_drill": 1}, "is_drill", "wrong_value"),
    ("mentions", {"source_class": "own"}, "source_class", "wrong_value"),
    ("mentions", {"language": {"a": [1]}}, "language", "wrong_value"),
    ("cases", {"opened_at": None}, "opened_at", "missing_time"),
    ("cases", {"subject": "s" * 1001}, "subject", "too_long"),
    ("case_events", {"kind": None}, "kind", "missing_value"),
    ("case_events", {"amount": float("nan")}, "amount", "wrong_value"),
    ("case_events", {"score": float("-inf")}, "score", "wrong_value"),
    ("case_events", {"actor_kind": "robot"}, "actor_kind", "wrong_value"),
    ("case_events", {"text": "a" * 100_001}, "text", "text_too_long"),
    ("deleted", {"item_id": None}, "item_id", "wrong_value"),
    ("deleted", {"author_id": "7"}, "item_id", "wrong_value"),
]
BASES: dict[str, dict[str, Any]] = {"mentions": POST, "cases": CASE, "case_events": EVENT, "deleted": DELETION}


@pytest.mark.parametrize(("form", "change", "field", "reason"), WRONG, ids=lambda one: str(one)[:40])
def test_a_wrong_record_is_refused_by_its_field_and_its_neighbours_are_taken(
    form: str, change: dict[str, Any], field: str, reason: str
) -> None:
    base = BASES[form]
    wrong = {**base, **change}
    batch = outcome({form: [base, wrong, base]})
    (refused,) = batch.refused
    assert (len(batch.records), refused.field, refused.reason) == (2, field, reason)
    assert (refused.file, refused.line) == ("inbox/1/msg_1", 2)
    assert field in refused.sentence or reason == "bad_text"
    if len(json.dumps(wrong)) < 10_000:
        kept = json.loads(refused.raw)
        assert set(kept) == {form}
        assert set(kept[form][0]) == set(wrong), "kept whole, in a form that can be sent again"


def test_letters_that_cannot_be_stored_are_mended_in_texts_and_told() -> None:
    batch = outcome(b'{"mentions": [' + json.dumps({**POST, "text": "a\ud83d b\0", "brands": ["c\0"]}).encode() + b"]}")
    (record,) = batch.records
    assert isinstance(record, Mention)
    assert (record.text, record.brands) == ("a\ufffd b\ufffd", ("c\ufffd",))
    assert batch.notes == (f'{MENDED}: "text" (1), "brands" (1)',)


def test_keys_that_are_no_field_are_counted_and_told_and_cost_nothing() -> None:
    batch = outcome({"mentions": [{**POST, "likes": 3, "x": float("nan")}, {**POST, "likes": 4}], "version": 2})
    assert (len(batch.records), batch.refused) == (2, ())
    assert batch.notes == (f'{EXTRA}: "likes" (2), "version" (1), "x" (1)',)


def test_a_thousand_invented_keys_are_a_short_note() -> None:
    batch = outcome({"mentions": [{**POST, **{f"k{n}\ud83d" + "y" * 500: n for n in range(1000)}}]})
    (note,) = batch.notes
    assert len(note) < 600
    assert note.startswith(f'{EXTRA}: "…" (800), "k0'), "two hundred by name, the rest as one"


def test_a_kind_of_event_that_is_not_ours_is_other_with_its_own_word() -> None:
    batch = outcome({"case_events": [{**EVENT, "kind": "Snoozed"}, {**EVENT, "kind": "Resolved"}]})
    snoozed, resolved = batch.records
    assert isinstance(snoozed, CaseEvent)
    assert isinstance(resolved, CaseEvent)
    assert (snoozed.kind, snoozed.source_words, resolved.kind) == ("other", "Snoozed", "resolved")
    assert batch.notes == (f'{OTHER}: "Snoozed" (1)',)


def test_a_key_given_twice_refuses_the_record_and_not_its_neighbour() -> None:
    twice = json.dumps(POST).replace("}", ', "text": "another"}')
    batch = outcome(f'{{"mentions": [{twice}, {json.dumps(POST)}]}}'.encode())
    assert (len(batch.records), batch.refused[0].reason, batch.refused[0].field) == (1, "doubled_key", "text")


DEEP = b'{"mentions": [' + json.dumps(POST).encode()[:-1] + b', "extra": ' + b"[" * 40 + b"]" * 40 + b"}]}"
BODIES = [
    (b"", "broken_json"),
    (b"{", "broken_json"),
    (b'{"mentions": []} x', "broken_json"),
    (b"<html></html>", "broken_json"),
    (b"\xff\xfe{\x00}\x00", "wrong_encoding"),
    (b'{"mentions": ["caf\xe9"]}', "wrong_encoding"),
    (b"[" * 100_000, "nested_too_deep"),
    (b'{"a":' * 100_000, "nested_too_deep"),
    (DEEP, "nested_too_deep"),
    (b"[]", "unknown_form"),
    (b"null", "unknown_form"),
    (b"NaN", "unknown_form"),
    (b'{"posts": []}', "unknown_form"),
    (b'{"mentions": {}}', "unknown_form"),
    (b'{"mentions": [], "mentions": []}', "doubled_key"),
    (b'{"mentions": [3]}', "not_an_object"),
    (b'{"mentions": [' + b"0," * 25_000 + b"0]}", "too_many_records"),
]


@pytest.mark.parametrize(("body", "reason"), BODIES, ids=lambda one: str(one)[:24])
def test_a_body_that_cannot_be_read_is_one_refusal_and_kept(body: bytes, reason: str) -> None:
    refused = refusal(body)
    assert refused.reason == reason
    assert (refused.file, refused.native_id is None) == ("inbox/1/msg_1", reason == "not_an_object")
    assert len(refused.raw.encode()) <= 65_536
    assert refused.sentence


def test_a_number_of_five_thousand_digits_costs_only_its_own_record() -> None:
    huge = json.dumps({**POST, "reach_count": 0}).replace('"reach_count": 0', '"reach_count": ' + "9" * 5000)
    batch = outcome(f'{{"mentions": [{huge}, {json.dumps(POST)}]}}'.encode())
    assert (len(batch.records), batch.refused[0].field) == (1, "reach_count")


def test_a_packed_body_is_refused_by_name() -> None:
    assert refusal(b"\x1f\x8b", {"Content-Encoding": "gzip"}).reason == "packed_body"
    assert outcome({"mentions": [POST]}, {"Content-Encoding": "identity"}).raw == 1


def test_a_byte_order_mark_is_no_reason_to_refuse() -> None:
    assert len(outcome(b"\xef\xbb\xbf" + as_bytes({"mentions": [POST]})).records) == 1


def test_a_wrong_delivery_holds_up_nothing_behind_it() -> None:
    box = Postbox()
    box.put(b"{")
    box.put({"mentions": [POST, {}]})
    box.put({"mentions": [POST]})
    (batch,) = read(box)
    assert (len(batch.records), [one.reason for one in batch.refused]) == (2, ["broken_json", "missing_id"])
    assert not Source.judges_shape


# CloudEvents


def event(data: Any, kind: str = "watchfloor.mention", **more: Any) -> dict[str, Any]:
    return {"specversion": "1.0", "id": "e-1", "source": "/desk", "type": kind, "data": data, **more}


STRUCTURED = {"Content-Type": "application/cloudevents+json; charset=UTF-8"}
BATCHED = {"Content-Type": "application/cloudevents-batch+json"}
TYPED = {
    "mention": (POST, Mention),
    "case": (CASE, Case),
    "case_event": (EVENT, CaseEvent),
    "deletion": (DELETION, Tombstone),
}


@pytest.mark.parametrize("word", TYPED)
def test_an_event_is_the_same_record_in_all_three_forms(word: str) -> None:
    data, record = TYPED[word]
    form = {"mention": "mentions", "case": "cases", "case_event": "case_events", "deletion": "deleted"}[word]
    ours = only(data, form)
    assert isinstance(ours, record)
    kind = f"com.example.{word}"
    binary = {
        "Content-Type": "application/json", "CE-SpecVersion": "1.0", "ce-id": "e-1", "ce-source": "/d", "ce-type": kind
    }  # fmt: skip
    packed = base64.b64encode(as_bytes(data)).decode()
    given: Iterable[tuple[Any, Mapping[str, str]]] = [
        (event(data, kind), STRUCTURED),
        (event([data], kind), STRUCTURED),
        (event(None, kind, data_base64=packed, datacontenttype="application/json"), STRUCTURED),
        ([event(data, kind)], BATCHED),
        (data, binary),
        (data, {**binary, "ce-type": f'"com%2eexample.{word}"'}),
    ]
    for body, headers in given:
        batch = outcome(body, headers)
        assert (batch.records, batch.refused) == ((ours,), ())


def test_a_batch_takes_the_good_events_and_refuses_the_others_by_name() -> None:
    events = [event(POST), event(POST, "watchfloor.weather"), event({**POST, "text": ""}), 3, event([POST, POST])]
    batch = outcome(events, BATCHED)
    assert len(batch.records) == 3
    assert [(one.line, one.reason) for one in batch.refused] == [
        (2, "unknown_type"), (3, "missing_text"), (4, "not_an_object")
    ]  # fmt: skip
    assert json.loads(batch.refused[0].raw) == event(POST, "watchfloor.weather")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"specversion": "0.3"}, "broken_event"), ({"specversion": 1.0}, "broken_event"), ({"id": ""}, "broken_event"),
        ({"source": None}, "broken_event"), ({"type": 3}, "broken_event"), ({"data": None}, "broken_event"),
        ({"type": "mentions"}, "unknown_type"), ({"type": "case_event."}, "unknown_type"),
        ({"datacontenttype": "application/xml"}, "broken_event"), ({"data": "a text"}, "not_an_object"),
        ({"data_base64": "%%%"}, "broken_event"), ({"data_base64": "e30x"}, "broken_json"),
        ({"data_base64": 5}, "broken_event"),
    ],
)  # fmt: skip
def test_a_broken_event_is_refused_by_name(change: dict[str, Any], reason: str) -> None:
    assert refusal({**event(POST), **change}, STRUCTURED).reason == reason


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Content-Type": "application/cloudevents+avro"}, "unknown_form"),
        ({"Content-Type": "application/cloudevents+json"}, "not_an_object"),
        ({"Content-Type": "application/cloudevents-batch+json"}, "broken_json"),
        ({"ce-type": "watchfloor.mention"}, "broken_json"),
    ],
)
def test_a_delivery_that_says_it_is_an_event_is_read_as_one(headers: dict[str, str], reason: str) -> None:
    body = {"broken_json": b"{", "not_an_object": b"3", "unknown_form": b"{}"}[reason]
    assert refusal(body, headers).reason == reason


def test_binary_without_all_its_attributes_or_with_wrong_letters_is_refused() -> None:
    assert refusal(POST, {"ce-specversion": "1.0", "ce-type": "a.mention", "ce-id": "1"}).reason == "broken_event"
    whole = {"ce-specversion": "1.0", "ce-type": "a.mention", "ce-id": "1", "ce-source": "%C0%A0"}
    assert refusal(POST, whole).reason == "broken_event"


# tried again


def test_what_can_be_read_now_becomes_records_and_the_rest_stays_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Postbox()
    box.put({"mentions": [POST, {**POST, "item_id": "late", "text": ""}, {**POST, "text": 5}]})
    box.put(b"not yet JSON")
    with monkeypatch.context() as earlier:
        real = read_record

        def stricter(form: str, value: Any, reading: Any) -> Record:
            return real(form, {**value, "text": ""} if value.get("item_id") == "1001" else value, reading)

        earlier.setattr(deliveries, "read_record", stricter)
        (batch,) = read(box)
    assert (len(batch.records), len(batch.refused)) == (0, 4)
    again = source().redrive(box, batch.refused)
    assert [one.text for one in again.records if isinstance(one, Mention)] == [POST["text"]]
    assert list(again.refused[:1]) == [batch.refused[1]]
    assert [one.reason for one in again.refused] == ["missing_text", "missing_text", "broken_json"]
    assert (again.raw, again.cursor) == (4, None)


def test_refused_rows_outlive_their_delivery() -> None:
    box = Postbox()
    box.put({"cases": [{**CASE, "opened_at": "2026-11-23T12:00:00Z"}]})
    box.put(b"not JSON")
    (batch,) = read(box)
    assert [one.reason for one in batch.refused] == ["impossible_date", "broken_json"]
    box.deliveries.clear()
    assert source().redrive(box, batch.refused).refused == batch.refused
    box.clock.move(days=2)
    later = source().redrive(box, batch.refused)
    assert [type(one) for one in later.records] == [Case]
    assert later.refused == batch.refused[1:]


def test_a_row_is_not_mistaken_for_one_of_another_delivery_with_its_number() -> None:
    box = Postbox()
    box.put({"mentions": [{**POST, "text": ""}]}, delivery_id="old")
    (batch,) = read(box)
    box.deliveries.clear()
    box.put({"mentions": [POST]}, delivery_id="new")
    assert source().redrive(box, batch.refused).refused == batch.refused


def test_rows_of_other_making_are_tried_as_bodies() -> None:
    row = Refused(reason="x", sentence="x", raw=json.dumps({"mentions": [POST]}), file="elsewhere", line=99)
    assert len(source().redrive(Postbox(), [row]).records) == 1
    nothing = Refused(reason="x", sentence="x", raw="[", file=None)
    assert source().redrive(Postbox(), [nothing]).refused == (nothing,)


# any bytes at all

CONTENT = ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json", "text/plain", ""]
ATTRIBUTES = ["specversion", "type", "data", "data_base64", "id", "source", "datacontenttype", "odd"]
NAMES = sorted({*RECORDS, *ATTRIBUTES}.union(*FULL.values()))
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
    | st.sampled_from(["1.0", "a.mention", "x", "2026-11-21T11:58:00Z", "\ud83d", "\0", "2099-01-01T00:00:00Z"])
)  # fmt: skip
JSONS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8)
)
NEARLY = st.sampled_from([*FULL]).flatmap(
    lambda form: st.lists(
        st.dictionaries(st.sampled_from(sorted(FULL[form])), SCALARS, max_size=3).map(
            lambda change: {**FULL[form], **change}
        ),
        max_size=4,
    ).map(lambda several: {form: several})
)
EVENTS = st.sampled_from([*TYPED]).flatmap(lambda word: JSONS.map(lambda data: event(data, f"a.{word}")))
HEADERS = st.fixed_dictionaries(
    {"content-type": st.sampled_from(CONTENT)},
    optional={
        "ce-specversion": st.sampled_from(["1.0", "2"]), "ce-id": st.text(max_size=5), "ce-source": st.just("/s"),
        "ce-type": st.sampled_from(["a.mention", "a.case", "b", '"', "%", "%ff"]), "content-encoding": st.just("gzip"),
    },
)  # fmt: skip


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@given(
    st.binary() | JSONS.map(dumped) | NEARLY.map(dumped) | EVENTS.map(dumped) | st.lists(EVENTS).map(dumped), HEADERS
)
def test_whatever_is_posted_is_records_and_refusals_and_never_an_error(body: bytes, headers: dict[str, str]) -> None:
    box = Postbox()
    box.put(body, headers)
    (batch,) = read(box)
    (again,) = read(box)
    assert batch == again, "reading it again gives the same"
    for refused in batch.refused:
        assert refused.reason
        assert refused.sentence
        assert len(refused.raw.encode("utf-8")) <= 65_536, "no half of a surrogate pair in it, and not too long"
        assert "\0" not in refused.raw
    for record in batch.records:
        for name, value in asdict(record).items():
            if isinstance(value, str):
                assert "\0" not in value
                assert value.encode("utf-8") is not None
            elif isinstance(value, datetime):
                assert value.utcoffset() == timedelta(0)
            elif isinstance(value, float):
                assert abs(value) < float("inf"), name
    assert source().redrive(box, batch.refused).records == ()


@given(st.randoms(use_true_random=False), NEARLY)
def test_a_body_damaged_anywhere_is_still_counted_whole(dice: random.Random, value: Any) -> None:
    body = bytearray(dumped(value))
    for _ in range(dice.randrange(1, 4)):
        body[dice.randrange(len(body))] = dice.randrange(256)
    outcome(bytes(body))


@given(
    st.binary(max_size=40),
    st.dictionaries(
        st.sampled_from(["webhook-id", "Webhook-Timestamp", "webhook-signature"]), st.text(st.characters()), max_size=3
    ),
)
def test_whatever_stands_in_the_headers_a_stranger_is_turned_away(body: bytes, headers: dict[str, str]) -> None:
    assert turned_away(headers, body).status in (400, 401)


def test_sentences_are_for_people() -> None:
    for _, reason in BODIES:
        assert re.fullmatch(r"[a-z_]+", reason)
    for form, change, field, _ in WRONG:
        (refused,) = outcome({form: [{**BASES[form], **change}]}).refused
        assert "Input should" not in refused.sentence, (field, refused.sentence)
