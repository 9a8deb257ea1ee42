"""The ways a case can go, each told through its case file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from connectors.demo.broken import CHANGE, SLOW, UNOWNED
from connectors.demo.casefile import CaseFile
from connectors.demo.chance import Wheel, pick, skewed

_DAY = 24 * 60.0
_REASONS = ("not about us", "spam", "an advertisement", "a joke that needs no answer")
_QUICKLY = Wheel({"5": 0.5, "4": 0.28, "3": 0.1, "2": 0.06, "1": 0.06})
_SLOWLY = Wheel({"5": 0.16, "4": 0.22, "3": 0.22, "2": 0.18, "1": 0.22})
_PATIENCE = timedelta(minutes=60)


def _begin(file: CaseFile, minutes: float = 13.0) -> None:
    """Somebody owns it, and answers in public."""
    file.human(6, "assigned" if file.dice.random() < 0.6 else "claimed", owns=True)
    _answer(file, minutes)


def _answer(file: CaseFile, minutes: float, visibility: str = "public") -> None:
    file.human(minutes, "message", visibility=visibility, text=file.say("desk.reply"))


def _write(file: CaseFile, minutes: float, visibility: str = "public") -> None:
    file.customer(minutes, visibility=visibility, text=file.say("desk.customer"))


def _end(file: CaseFile, minutes: float) -> None:
    """Resolved, and perhaps asked how it was."""
    file.human(minutes, "resolved")
    if file.dice.random() < 0.34:
        first = next(one.happened_at for one in file.events if one.kind == "message" and one.actor_kind == "human")
        wheel = _QUICKLY if first - file.opened_at <= _PATIENCE else _SLOWLY
        done = file.at
        file.customer(240, "surveyed", score=float(wheel.turn(file.dice.random())), score_of=5.0)
        file.at = done


def _quick(file: CaseFile) -> None:
    _begin(file)
    if file.dice.random() < 0.6:
        _write(file, 40)
        if file.dice.random() < 0.5:
            _answer(file, 25)
    _end(file, 25)


def _long(file: CaseFile) -> None:
    """To a private place, waiting for the customer, perhaps opened again."""
    _begin(file)
    file.human(3, "moved", place="private")
    _write(file, 30, "private")
    if file.dice.random() < 0.3:
        file.human(10, "changed", priority="high")
    _answer(file, 20, "private")
    file.human(2, "paused", reason="waiting_customer")
    _write(file, 200, "private")
    file.bot(3, "resumed")
    if file.dice.random() < 0.5:
        file.human(30, "message", text=file.say("desk.note"))
    _answer(file, 60, "private")
    _end(file, 240)
    if file.dice.random() < 0.17:
        file.customer(600, "reopened", visibility="private", text=file.say("desk.again"))
        _answer(file, 45, "private")
        _end(file, 300)
    if file.dice.random() < 0.2:
        file.human(1.2 * _DAY, "followed_up", visibility="private", text=file.say("desk.followup"))


def _late(file: CaseFile) -> None:
    """Somebody has it, and forgets it for hours."""
    file.cause, file.is_forgotten = SLOW, True
    file.human(8, "claimed", owns=True)
    file.at += timedelta(hours=4 + 20 * file.dice.random())
    _answer(file, 30)
    _write(file, 60)
    _end(file, 90)


def _silent(file: CaseFile) -> None:
    """Nobody answers for days, whether somebody was given it or not."""
    file.cause = UNOWNED
    if file.dice.random() < 0.4:
        file.cause, file.is_forgotten = SLOW, True
        file.human(20, "assigned", owns=True)
    if file.dice.random() < 0.5:
        _write(file, 300)
    file.at += timedelta(days=1.2 + 2.6 * file.dice.random())
    _begin(file)
    _end(file, 60)


def _passed(file: CaseFile) -> None:
    """From hand to hand: everybody knows somebody else whose it is."""
    file.cause = UNOWNED
    file.human(5, "assigned", owns=True)
    for _ in range(2 if file.dice.random() < 0.6 else 3):
        file.hand_on(8)
    file.at += timedelta(minutes=50 + 180 * file.dice.random())
    _answer(file, 13)
    _end(file, 60)


def _raised(file: CaseFile) -> None:
    """Somebody has it at once, and sees how urgent it is when what is promised then has passed already."""
    file.cause = CHANGE
    file.human(1.5, "claimed", spread=0.3, owns=True)
    file.at = max(file.at, file.post.mention.published_at + timedelta(minutes=16 + 5 * file.dice.random()))
    file.human(0.2, "changed", spread=0.3, priority="urgent")
    _answer(file, 4)
    _write(file, 30)
    _end(file, 40)


def _declined(file: CaseFile) -> None:
    file.human(6, "claimed", owns=True)
    file.human(16, "message", visibility="public", text=file.say("desk.decline"))
    file.human(2, "declined", reason="the fare's rules do not allow it")


def _excluded(file: CaseFile) -> None:
    file.human(12, "excluded", reason=pick(_REASONS, file.dice.random()))


def _praised(file: CaseFile) -> None:
    file.human(35, "message", visibility="public", text=file.say("desk.thanks"))
    file.human(1, "resolved")


def _acknowledged(file: CaseFile) -> None:
    """Seen, and no help is wanted."""
    file.human(30, "acknowledged")
    file.human(2, "resolved")


def _led(file: CaseFile) -> None:
    """Somebody wants to buy: passed on to sales, and perhaps sold."""
    _begin(file)
    file.human(15, "lead", outcome="passed")
    file.human(12, "resolved")
    if file.dice.random() < 0.8:
        file.human(300, "lead", outcome="accepted")
        is_won = file.dice.random() < 0.5
        amount = round(min(60_000.0, max(300.0, skewed(file.dice, 3200, 0.9))), -1)
        file.human(
            1.1 * _DAY, "lead", spread=0.5, outcome="won" if is_won else "lost", amount=amount if is_won else None
        )
    else:
        file.human(_DAY, "lead", outcome="lost")


def _drilled(file: CaseFile) -> None:
    """An exercise: taken at once, talked over, and closed; nobody outside is answered."""
    file.human(2, "claimed", spread=0.3, owns=True)
    file.human(6, "message", text=file.say("desk.note"))
    file.human(20, "resolved")


COURSES: Mapping[str, Callable[[CaseFile], None]] = {
    "quick": _quick,
    "long": _long,
    "late": _late,
    "silent": _silent,
    "passed": _passed,
    "raised": _raised,
    "declined": _declined,
    "excluded": _excluded,
    "praised": _praised,
    "acknowledged": _acknowledged,
    "lead": _led,
    "drilled": _drilled,
}
