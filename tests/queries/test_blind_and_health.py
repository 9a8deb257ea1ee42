"""A source that is down is not silence: when we were blind, how each source does, and what could not be taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from queries.answers import Answers
from queries.warehouse import Warehouse
from tests.conftest import NOON
from tests.queries.case_rows import HOUR, MINUTE, SECOND, START, Row, ask, plain, put

WINDOW = {"since": NOON - 2 * HOUR, "until": NOON}
SPAN = ("source", "platform", "kind", "since_at", "until_at")


def source(name: str = "feed", **more: Any) -> Row:
    """A source read every minute, well at noon."""
    usual = {"kind": "rss", "every_seconds": 60, "stale_after_seconds": 1800, "silent_after_seconds": 3600}
    marks = dict.fromkeys(("last_run_at", "last_success_at", "last_record_at", "watermark_at"), NOON)
    return {"source": name, "is_active": True, **usual, **marks, **more}


def gap(since: datetime, until: datetime | None, **more: Any) -> Row:
    """A span of the source "feed" in which something is missing, known once it was over."""
    known = {"known_from_at": until or since, "filled_at": None}
    return {"source": "feed", "kind": "gap", "since_at": since, "until_at": until, "sentence": "why", **known, **more}


def outage(since: datetime, until: datetime | None = None, **more: Any) -> Row:
    """What the ledger makes of a source that fails, and is read again at `until`."""
    return gap(since, until, kind="outage", known_from_at=since + MINUTE, filled_at=until, **more)


def spans(answers: Answers, now: datetime = NOON, **given: Any) -> list[tuple[Any, ...]]:
    return ask(answers, "blind_spans", *SPAN, now=now, **{**WINDOW, **given})


def test_a_gap_that_touches_the_window_is_told_with_its_true_borders(warehouse: Warehouse, answers: Answers) -> None:
    borders = [
        (NOON - 3 * HOUR, NOON - 2 * HOUR),
        (NOON - 4 * HOUR, NOON - 2 * HOUR + SECOND),
        (NOON - HOUR, NOON - HOUR),
        (NOON - 5 * SECOND, NOON + HOUR),
        (NOON, NOON + HOUR),
    ]
    put(warehouse, sources=[source()], gaps=[gap(*both, platform="mastodon", known_from_at=START) for both in borders])
    later = NOON + 2 * HOUR
    assert spans(answers, now=later) == [
        ("feed", "mastodon", "gap", plain(since), plain(until)) for since, until in borders[1:4]
    ]
    going_on = spans(answers)[-1]
    assert going_on == ("feed", "mastodon", "gap", plain(NOON - 5 * SECOND), None), "at noon nobody knows its end"
    assert ask(answers, "blind_spans", "sentence", **WINDOW)[0] == ("why",)


def test_seconds_are_kept(warehouse: Warehouse, answers: Answers) -> None:
    put(warehouse, sources=[source()], gaps=[gap(NOON - 15 * SECOND, NOON - 10 * SECOND, platform="x")])
    assert len(spans(answers, since=NOON - 15 * SECOND, until=NOON - 10 * SECOND)) == 1
    assert spans(answers, since=NOON - 10 * SECOND, until=NOON) == []


def test_a_gap_that_was_filled_is_none_from_then_on(warehouse: Warehouse, answers: Answers) -> None:
    filled = gap(NOON - HOUR, NOON - 50 * MINUTE, platform="x", filled_at=NOON - 10 * MINUTE)
    put(warehouse, sources=[source()], gaps=[filled])
    assert spans(answers) == []
    assert len(spans(answers, known_at=NOON - 11 * MINUTE)) == 1
    assert spans(answers, known_at=NOON - 51 * MINUTE) == [], "nobody knew of it yet"


def test_an_outage_goes_on_until_it_is_known_to_be_over(warehouse: Warehouse, answers: Answers) -> None:
    over = outage(NOON - HOUR, NOON - 30 * MINUTE, platform="x")
    put(warehouse, sources=[source()], gaps=[over, outage(NOON - 10 * MINUTE, platform="x")])
    still = ("feed", "x", "outage", plain(NOON - 10 * MINUTE), None)
    assert spans(answers) == [still]
    then = NOON - 40 * MINUTE
    going_on = [("feed", "x", "outage", plain(NOON - HOUR), None)]
    assert spans(answers, now=then, known_at=then) == going_on
    assert spans(answers, known_at=then) == going_on, "its end was not known then, whenever it was to be"


def test_a_span_without_a_platform_stands_for_all_its_source_brings(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        sources=[source(platforms=["mastodon", "x"]), source("new"), source("empty", platforms=[])],
        gaps=[outage(NOON - HOUR, source=name) for name in ("feed", "new", "empty")],
    )
    at = plain(NOON - HOUR)
    unknown = [(name, None, "outage", at, None) for name in ("empty", "new")]
    both = [("feed", platform, "outage", at, None) for platform in ("mastodon", "x")]
    assert spans(answers) == [unknown[0], *both, unknown[1]]
    # what has not brought anything yet may be of any platform
    assert spans(answers, platforms=["x"]) == [unknown[0], both[1], unknown[1]]
    assert spans(answers, platforms=["reddit"]) == unknown


def test_a_source_that_left_the_site_file_is_missed_no_longer(warehouse: Warehouse, answers: Answers) -> None:
    gone = [outage(NOON - HOUR, source="gone"), gap(NOON - HOUR, NOON - MINUTE, source="gone", platform="x")]
    put(warehouse, sources=[source("gone", is_active=False)], gaps=gone)
    assert [row[2] for row in spans(answers)] == ["gap"], "what was missing then is missing still"


def test_a_source_that_is_not_read_any_more_is_out(warehouse: Warehouse, answers: Answers) -> None:
    ended: Row = {"disabled": "it is gone (410)", "last_run_at": NOON - HOUR}
    put(warehouse, sources=[source(platforms=["x"], **ended), source("gone", is_active=False, **ended)])
    assert spans(answers) == [("feed", "x", "outage", plain(NOON - HOUR), None)]
    assert spans(answers, until=NOON - HOUR) == spans(answers, now=NOON - HOUR - MINUTE) == []
    [health] = ask(answers, "source_health", "state", "blind_since_at", "sentence")
    assert health == ("disabled", plain(NOON - HOUR), "is not read any more: it is gone (410)")


def test_what_was_deleted_by_age_is_no_silence(warehouse: Warehouse, answers: Answers) -> None:
    put(
        warehouse,
        sources=[
            source(kept_from_at=NOON - HOUR, platforms=["mastodon", "x"]),
            source("short", kept_from_at=NOON - 2 * HOUR),
        ],
    )
    told = spans(answers)
    since, until = plain(NOON - 2 * HOUR), plain(NOON - HOUR)
    assert told == [("feed", platform, "retention", since, until) for platform in ("mastodon", "x")]
    assert spans(answers, since=NOON - HOUR) == []


@pytest.mark.parametrize(
    ("marks", "state", "sentence"),
    [
        ({}, "ok", None),
        ({"error": "no"}, "failing", "no"),
        ({"error": "no", "not_before_at": NOON + SECOND}, "waiting", "was asked to wait: no"),
        ({"not_before_at": NOON + SECOND}, "waiting", "was asked to wait"),
        ({"error": "no", "not_before_at": NOON}, "failing", "no"),
        ({"disabled": "it is gone (410)", "not_before_at": NOON + SECOND}, "disabled", "it is gone (410)"),
        ({"last_success_at": None}, "never", "has not been read yet"),
        ({"last_success_at": NOON - HOUR}, "late", "has not been read as often as it should be"),
        ({"watermark_at": NOON - HOUR}, "stale", "is read and brings nothing new"),
        ({"watermark_at": None}, "stale", "is read and has brought nothing yet"),
    ],
)
def test_the_state_of_a_source(
    warehouse: Warehouse, answers: Answers, marks: Row, state: str, sentence: str | None
) -> None:
    put(warehouse, sources=[source(**marks)])
    [(told, words)] = ask(answers, "source_health", "state", "sentence")
    assert told == state
    assert (words or "").endswith(sentence or "")
    assert (words is None) == (sentence is None)


def test_what_the_way_out_has_learned_is_told(warehouse: Warehouse, answers: Answers) -> None:
    learned: Row = {"quota_left": 3, "quota_limit": 100, "clock_offset_seconds": -1.5, "lag_seconds": 12.25}
    moments: Row = {"quota_resets_at": NOON + HOUR, "not_before_at": NOON - HOUR}
    put(warehouse, sources=[source(**learned, **moments), source("quiet")])
    columns = (*learned, *moments)
    assert ask(answers, "source_health", *columns) == [
        (*learned.values(), plain(NOON + HOUR), plain(NOON - HOUR)),
        (None,) * 6,
    ]


def test_the_silence_alarm_goes_off_for_a_source_that_is_read(warehouse: Warehouse, answers: Answers) -> None:
    hour_ago = NOON - HOUR
    put(
        warehouse,
        sources=[
            source("a", last_record_at=hour_ago),
            source("b", last_record_at=hour_ago + SECOND),
            source("c", last_record_at=hour_ago, error="no"),
            source("d", last_record_at=hour_ago - HOUR, watermark_at=hour_ago),
            source("e", last_record_at=None, watermark_at=None),
            source("f", last_record_at=hour_ago, silent_after_seconds=None),
            source("g", last_record_at=hour_ago, last_success_at=hour_ago),
        ],
    )
    told = dict(ask(answers, "source_health", "source", "silent_since_at"))
    nothing = dict.fromkeys("bcefg")
    assert told == {"a": plain(NOON), "d": plain(NOON - HOUR), **nothing}, "no alarm where it is not read anyway"


def test_gaps_are_counted_for_a_week_and_blindness_while_it_lasts(warehouse: Warehouse, answers: Answers) -> None:
    week = NOON - timedelta(days=7)
    put(
        warehouse,
        sources=[source(), source("well")],
        gaps=[
            gap(week - HOUR, week - SECOND),
            gap(week - HOUR, week, gap_key=2),
            gap(NOON - HOUR, NOON - MINUTE, filled_at=NOON - SECOND),
            outage(NOON - 3 * HOUR, NOON - 2 * HOUR),
            outage(NOON - 10 * MINUTE),
            outage(NOON + MINUTE),
        ],
    )
    columns = ("source", "gaps_count", "blind_since_at")
    assert ask(answers, "source_health", *columns) == [("feed", 2, plain(NOON - 10 * MINUTE)), ("well", 0, None)]
    then = NOON - 150 * MINUTE
    assert ask(answers, "source_health", *columns, now=then)[0] == ("feed", 3, plain(NOON - 3 * HOUR)), (
        "seen from then, the week began earlier"
    )


def refusal(number: int, **more: Any) -> Row:
    """A row refused `number` minutes before noon."""
    row = {"refusal_key": 2**62 + number, "raw": f"row {number}", "line": number, "file": "a.csv"}
    usual = {"source": "feed", "reason": "bad_time", "sentence": "s", "refused_at": NOON - number * MINUTE}
    return {**row, **usual, **more}


def test_refused_rows_name_the_field_of_the_newest(warehouse: Warehouse, answers: Answers) -> None:
    rows = [refusal(1, field="published_at"), refusal(2, field="opened_at"), refusal(3, reason="torn")]
    put(warehouse, refused_rows=rows)
    told = ask(answers, "refused_rows", "reason", "refused_count", "field", "last_line")
    assert told == [("bad_time", 2, "published_at", 1), ("torn", 1, None, 3)]


def test_refused_rows_can_be_looked_at_one_by_one(warehouse: Warehouse, answers: Answers) -> None:
    rows = [refusal(1, field="published_at"), refusal(2, source="other"), refusal(3, reason="torn", native_id="7")]
    put(warehouse, refused_rows=rows)

    def lines(**given: Any) -> list[int]:
        return [row[0] for row in ask(answers, "refused_detail", "line", **given)]

    assert lines() == [1, 2, 3]
    assert lines(limit=2) == [1, 2]
    assert lines(limit=-5) == [1]
    assert lines(source="feed") == [1, 3]
    assert lines(reason="torn") == [3]
    assert lines(source="other", reason="torn") == []
    columns = ("field", "raw", "native_id", "refused_at", "refusal_key")
    assert ask(answers, "refused_detail", *columns)[0] == (
        "published_at", "row 1", None, plain(NOON - MINUTE), str(2**62 + 1),
    )  # fmt: skip
