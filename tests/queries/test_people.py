"""People, sessions and tokens: what is kept of a secret, who is recognised, and when that ends."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import passwords
from queries.passwords import fits, hashed, weakness
from queries.people import NoSuchPerson, People, PeopleError
from queries.warehouse import Warehouse
from tests.conftest import NOON

WORDS = "correct horse battery"
OTHER = "staple mountain river"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def people(warehouse: Warehouse) -> People:
    return People(warehouse)


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords at a thousandth of the cost, for tests that are not about them."""
    monkeypatch.setattr(passwords, "N", 2**5)
    monkeypatch.setattr(passwords, "_NOBODY", passwords._NOBODY.replace(str(2**15), str(2**5)))


@pytest.fixture
def ana(cheap: None, people: People) -> People:  # noqa: ARG001
    people.add("Ana", "analyst", WORDS, NOON)
    return people


def kept(warehouse: Warehouse, table: str) -> list[tuple[Any, ...]]:
    return warehouse.cursor().execute(f"FROM {table}").fetchall()


def opened(people: People, lasts: timedelta = HOUR) -> str:
    secret = people.sign_in("ana", WORDS, NOON, lasts)
    assert secret is not None
    return secret


def test_a_password_is_kept_as_scrypt_with_its_cost_and_a_salt_of_its_own() -> None:
    one, two = hashed(WORDS), hashed(WORDS)
    kind, n, r, p, salt, digest = one.split("$")
    assert (kind, n, r, p) == ("scrypt", "32768", "8", "1")
    assert len(bytes.fromhex(salt)) == 16
    # RFC 7914 as hashlib has it, called anew
    again = hashlib.scrypt(WORDS.encode(), salt=bytes.fromhex(salt), n=2**15, r=8, p=1, maxmem=2**26, dklen=32)
    assert digest == again.hex()
    assert one != two
    assert fits(WORDS, one)
    assert not fits(OTHER, one)
    assert not fits("", None)


@pytest.mark.usefixtures("cheap")
def test_a_password_made_at_another_cost_still_fits() -> None:
    made = hashed(WORDS)
    assert "$32$" in made
    assert fits(WORDS, made)


def test_a_wrong_name_costs_what_a_wrong_password_costs(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people.add("Ana", "viewer", WORDS, NOON)
    costs: list[dict[str, Any]] = []
    real = hashlib.scrypt

    def counted(password: bytes, **how: Any) -> bytes:
        costs.append({key: how[key] for key in ("n", "r", "p", "dklen")})
        return real(password, **how)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    assert people.sign_in("ana", OTHER, NOON, HOUR) is None
    assert people.sign_in("nobody", OTHER, NOON, HOUR) is None
    assert costs == [{"n": 2**15, "r": 8, "p": 1, "dklen": 32}] * 2


def test_a_huge_password_is_refused_and_not_hashed_at_length(ana: People, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = hashlib.scrypt, list[int]()

    def counted(password: bytes, **how: Any) -> bytes:
        seen.append(len(password))
        return real(password, **how)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    with pytest.raises(PeopleError, match="more than 1,024 characters"):
        ana.add("Ben", "viewer", "long " * 1_000_000, NOON)
    assert ana.sign_in("ana", WORDS + "x" * 5_000_000, NOON, HOUR) is None
    assert max(seen) <= 1_025


@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered_by_fits_or_does_not(text: str) -> None:
    made = f"scrypt$16$1$1${'00' * 16}${'00' * 32}"
    assert not fits(text, made)
    assert not fits("\udcff" + text, made)


@pytest.mark.usefixtures("cheap")
def test_the_same_letters_typed_otherwise_are_the_same_password() -> None:
    assert fits("cafe\u0301 au lait", hashed("caf\u00e9 au lait"))


WEAK = {
    "short": "fewer than 10 characters",
    "": "fewer than 10 characters",
    "aaaaaaaaaaaaaa": "same few characters",
    "ana-at-the-desk": "is the name",
}


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_refused_with_a_sentence(password: str) -> None:
    assert WEAK[password] in (weakness(password, "Ana-at-the-desk") or "")


def test_what_is_refused_is_not_written_down(people: People) -> None:
    with pytest.raises(PeopleError, match="fewer than 10"):
        people.add("Ana", "viewer", "short", NOON)
    assert not people.exist


WRONG_NAMES = ["", "  ", "a\nb", "a\x00b", "x" * 65, "\u202eana"]


@pytest.mark.usefixtures("cheap")
def test_a_name_that_cannot_be_read_is_refused(people: People) -> None:
    for name in WRONG_NAMES:
        with pytest.raises(PeopleError, match="1 to 64"):
            people.add(name, "viewer", WORDS, NOON)


def test_names_are_one_in_whatever_case_and_local_is_nobodys(ana: People) -> None:
    with pytest.raises(PeopleError, match="is there already"):
        ana.add("ANA", "admin", OTHER, NOON)
    with pytest.raises(PeopleError, match="take another name"):
        ana.add("Local", "admin", OTHER, NOON)
    with pytest.raises(PeopleError, match='"king" is no role; write viewer, analyst, operator or admin'):
        ana.add("Ben", "king", OTHER, NOON)
    assert [(person.name, person.role) for person in ana.everybody()] == [("Ana", "analyst")]


def test_nothing_of_a_secret_can_be_read_in_the_warehouse(ana: People, warehouse: Warehouse) -> None:
    secret, token = opened(ana), ana.add_token("ana", "export", NOON)
    everything = repr([kept(warehouse, table) for table in ("people", "sessions", "tokens")])
    for hidden in (WORDS, secret, token, token.removeprefix("wft_")):
        assert hidden not in everything
    assert len({secret, token}) == 2
    assert min(len(secret), len(token)) >= 43, "32 random bytes"


def test_a_session_is_its_persons_until_its_last_instant(ana: People) -> None:
    secret = opened(ana)
    found = ana.signed_in(secret, NOON + HOUR - timedelta(microseconds=1))
    assert found is not None
    assert (found[0].name, found[0].role, found[1].expires_at) == ("Ana", "analyst", NOON + HOUR)
    assert ana.signed_in(secret, NOON + HOUR) is None
    assert ana.signed_in(secret[:-1], NOON) is None
    assert ana.signed_in("", NOON) is None


def test_every_sign_in_has_a_secret_of_its_own_and_old_ones_are_cleared_away(ana: People, warehouse: Warehouse) -> None:
    first = opened(ana)
    second = ana.sign_in("Ana", WORDS, NOON + HOUR, HOUR)
    assert second not in (None, first)
    assert len(kept(warehouse, "sessions")) == 1


def test_a_screens_session_can_be_made_longer(ana: People) -> None:
    secret = opened(ana)
    ana.stay(secret, NOON + 400 * DAY)
    assert ana.signed_in(secret, NOON + 399 * DAY)


def test_signing_out_ends_one_session_only(ana: People) -> None:
    first, second = opened(ana), opened(ana)
    ana.sign_out(first)
    ana.sign_out("never opened")
    assert ana.signed_in(first, NOON) is None
    assert ana.signed_in(second, NOON)


def test_a_removed_person_loses_sessions_and_tokens_at_once(ana: People, warehouse: Warehouse) -> None:
    ana.add("Ben", "viewer", WORDS, NOON)
    secret, token = opened(ana), ana.add_token("ana", "export", NOON)
    ana.remove("ANA")
    assert ana.signed_in(secret, NOON) is None
    assert ana.with_token(token) is None
    assert ana.sign_in("ana", WORDS, NOON, HOUR) is None
    assert kept(warehouse, "sessions") == kept(warehouse, "tokens") == []
    ana.add("Ana", "viewer", WORDS, NOON + HOUR)
    assert ana.with_token(token) is None, "another person of that name is not given what the first had"
    assert [person.name for person in ana.everybody()] == ["Ben", "Ana"]


def test_another_role_holds_from_the_next_request_on(ana: People) -> None:
    secret, token = opened(ana), ana.add_token("ana", "export", NOON)
    ana.set_role("ana", "viewer")
    found, shown = ana.signed_in(secret, NOON), ana.with_token(token)
    assert found
    assert shown
    assert (found[0].role, shown.role) == ("viewer", "viewer")


def test_a_new_password_signs_out_everywhere_and_leaves_tokens(ana: People) -> None:
    secret, token = opened(ana), ana.add_token("ana", "export", NOON)
    ana.set_password("ana", OTHER)
    assert ana.signed_in(secret, NOON) is None
    assert ana.sign_in("ana", WORDS, NOON, HOUR) is None
    assert ana.sign_in("ana", OTHER, NOON, HOUR)
    assert ana.with_token(token)


def test_a_password_changed_while_the_old_one_is_looked_at_opens_nothing(
    ana: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fits

    def slow(password: str, kept: str | None) -> bool:
        good = real(password, kept)
        ana.set_password("ana", OTHER)
        return good

    monkeypatch.setattr("queries.people.fits", slow)
    assert ana.sign_in("ana", WORDS, NOON, HOUR) is None


def test_a_token_is_known_by_its_label_and_taken_back_by_it(ana: People) -> None:
    token = ana.add_token("ANA", "export", NOON)
    found = ana.with_token(token)
    assert found is not None
    assert (found.name, found.role) == ("Ana", "analyst")
    with pytest.raises(PeopleError, match='has a token "export"'):
        ana.add_token("ana", "export", NOON)
    with pytest.raises(NoSuchPerson, match='no token "exprt"; there is: "export"'):
        ana.remove_token("ana", "exprt")
    ana.remove_token("ana", "export")
    assert ana.with_token(token) is None


def test_nobody_by_a_name_is_said_so(people: People) -> None:
    for ask in (people.remove, people.person):
        with pytest.raises(NoSuchPerson, match='nobody named "zoe"'):
            ask("zoe")


def test_what_is_written_is_there_after_a_restart(ana: People, warehouse: Warehouse) -> None:
    secret, token = opened(ana), ana.add_token("ana", "export", NOON)
    again = People(warehouse)
    found = again.signed_in(secret, NOON)
    assert found == ana.signed_in(secret, NOON)
    assert again.with_token(token) == ana.person("ana")


def test_people_do_not_move_the_revision(ana: People, warehouse: Warehouse) -> None:
    before = warehouse.state
    ana.stay(opened(ana), NOON + DAY)
    ana.add_token("ana", "export", NOON)
    ana.remove("ana")
    assert warehouse.state == before


def test_a_change_that_cannot_be_written_is_not_in_force(ana: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr("queries.people.run_each", broken)
        with pytest.raises(RuntimeError):
            ana.remove("ana")
    assert opened(ana)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_a_session_ends_at_the_same_instant_on_hosts_that_are_not_in_utc(
    ana: People, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        local = NOON.astimezone(timezone(timedelta(hours=-5)))
        secret = ana.sign_in("ana", WORDS, local, HOUR)
        again = People(warehouse)
    time.tzset()
    assert secret is not None
    found = again.signed_in(secret, NOON)
    assert found is not None
    assert found[1].expires_at == NOON + HOUR
    assert kept(warehouse, "sessions")[0][3] == (NOON + HOUR).replace(tzinfo=None)


@pytest.mark.usefixtures("cheap")
def test_a_time_without_a_zone_is_not_taken(people: People) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        people.add("Ana", "viewer", WORDS, datetime(2026, 11, 21, tzinfo=UTC).replace(tzinfo=None))
