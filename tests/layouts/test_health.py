"""/health as HTML: what is wrong stands first, with what to do and what to type."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from layouts.health import health_page
from tests.layouts.world import MOMENT, NOW, site, table

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def page(
    *sources: dict[str, Any], blind: tuple[dict[str, Any], ...] = (), refused: tuple[dict[str, Any], ...] = ()
) -> str:
    """The page as a person reads it: its texts, one per line."""
    html = health_page(
        site(),
        file="/srv/site.toml",
        problems=[],
        is_current=True,
        warehouse="duckdb:x",
        revision=7,
        sources=table("source_health", [{"kind": "mastodon", "gaps_count": 0, **source} for source in sources]),
        blind=table("blind_spans", [{"platform": "mastodon", "kind": "gap", **span} for span in blind]),
        refused=table("refused_rows", list(refused)),
        now=NOW,
    )
    assert html.count("<script") == html.count('<script src="/assets/health.js" defer></script>') == 1
    texts = re.sub(r"<[^>]+>", "\n", html.partition("<main>")[2])
    return "\n".join(line.strip() for line in unescape(texts).splitlines() if line.strip())


def facts(text: str) -> dict[str, str]:
    """The facts of the only source: each label with what stands below it."""
    lines = text.splitlines()
    known = ["Newest post", "Last read", "Last record", "Next read", "Past filled in", "Lag", "Blind, 7 days"]
    known += ["Quota", "Refused"]
    return {label: lines[lines.index(label) + 1] for label in known if label in lines}


def test_a_source_that_is_well_has_its_facts_and_no_letter() -> None:
    text = page(
        {
            "source": "fine",
            "state": "ok",
            "watermark_at": MOMENT - 3 * MINUTE,
            "last_success_at": MOMENT,
            "last_record_at": MOMENT - 2 * MINUTE,
            "next_run_at": MOMENT + MINUTE,
            "lag_seconds": 62.0,
            "clock_offset_seconds": 59.0,
        }
    )
    assert facts(text) == {
        "Newest post": "15:27",
        "Last read": "15:30",
        "Last record": "15:28",
        "Next read": "15:31",
        "Lag": "1 min",
        "Blind, 7 days": "never",
    }
    assert text.splitlines()[1:4] == ["✓ ok", "fine", "mastodon"]
    assert "clock" not in text


def test_unknown_is_a_dash_and_not_zero() -> None:
    told = facts(page({"source": "new", "state": "never", "gaps_count": None}))
    assert set(told.values()) == {"–"}


def test_the_worst_stands_first() -> None:
    states = ("ok", "never", "stale", "late", "waiting", "disabled", "failing")
    text = page(*({"source": f"s-{state}", "state": state} for state in states))
    assert re.findall(r"^s-(\w+)$", text, re.MULTILINE) == list(reversed(states))


LETTERS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "failing": (
        {"state": "failing", "sentence": "503 from mas.to", "blind_since_at": MOMENT - HOUR},
        ("▲ failing", "503 from mas.to", "Blind since 14:30"),
    ),
    "waiting": (
        {"state": "waiting", "not_before_at": MOMENT + 9 * MINUTE, "sentence": "was asked to wait: 429 from mas.to"},
        ("■ waiting", "was asked to wait until 15:39", "\n429 from mas.to"),
    ),
    "disabled": (
        {"state": "disabled", "sentence": "is not read any more: 410 Gone", "next_run_at": MOMENT},
        ("× disabled", "410 Gone", "change one of its options in the site file", "Next read\nnot any more"),
    ),
    "silent": (
        {"state": "ok", "silent_since_at": MOMENT - HOUR},
        ("■ silent", "Silence alarm since 14:30", '"silent_after" in the site file'),
    ),
    "a clock ahead": (
        {"state": "ok", "clock_offset_seconds": 95.0},
        ("clock is 2 min ahead of this machine's", "timedatectl set-ntp true"),
    ),
    "a clock behind": ({"state": "ok", "clock_offset_seconds": -7200.0}, ("clock is 2 h behind this machine's",)),
    "a quota that runs out": (
        {"state": "ok", "quota_left": 9, "quota_limit": 1000, "quota_resets_at": MOMENT + HOUR},
        ("9 of 1,000 requests left until 16:30", 'a longer "every" in the site file', "Quota\n9 of 1,000 until 16:30"),
    ),
    "a quota that lasts": ({"state": "ok", "quota_left": 900, "quota_limit": 1000}, ("Quota\n900 of 1,000",)),
    "refused": ({"state": "ok", "refused_count": 14_640}, ("Refused\n14,640 rows",)),
}


@pytest.mark.parametrize(("source", "said"), LETTERS.values(), ids=LETTERS)
def test_what_is_wrong_is_said_with_what_to_do(source: dict[str, Any], said: tuple[str, ...]) -> None:
    text = page({"source": "one", **source})
    for part in said:
        assert part in text


def test_a_quota_that_lasts_is_no_letter() -> None:
    assert "requests left" not in page({"source": "one", "state": "ok", "quota_left": 900, "quota_limit": 1000})


def test_each_gap_of_the_week_stands_under_its_source_the_newest_first() -> None:
    spans = tuple(
        {"source": source, "since_at": MOMENT - ago, "until_at": MOMENT - ago + 3 * MINUTE, "sentence": "cut at 40"}
        for source, ago in (("a", 26 * HOUR), ("a", HOUR), ("b", 2 * HOUR))
    )
    text = page({"source": "a", "state": "ok", "gaps_count": 2}, {"source": "b", "state": "failing"}, blind=spans)
    under = text[text.index("\na\n") :]
    assert "Blind, 7 days\n2 times" in under
    assert re.findall(r"blind from .*", under) == [
        "blind from 14:30 to 14:33 on mastodon: cut at 40",
        "blind from 20 Nov 13:30 to 13:33 on mastodon: cut at 40",
    ]
    assert "blind from 13:30 to 13:33" in text[: text.index("\na\n")]


def test_more_gaps_than_a_page_holds_are_counted() -> None:
    spans = tuple(
        {"source": "a", "since_at": MOMENT - n * HOUR, "until_at": MOMENT - n * HOUR + MINUTE} for n in range(1, 30)
    )
    text = page({"source": "a", "state": "ok", "gaps_count": 29}, blind=spans)
    assert len(re.findall("blind from", text)) == 8
    assert "and 21 more spans" in text


def test_refused_rows_come_with_what_to_type() -> None:
    rows: tuple[dict[str, Any], ...] = (
        {"source": "b", "reason": "bad_time", "sentence": "not a time", "refused_count": 2, "field": "published_at",
         "last_file": "x.csv", "last_line": 12, "last_refused_at": MOMENT - HOUR},
        {"source": "a", "reason": "no_id", "sentence": "no id", "refused_count": 1},
        {"source": "b", "reason": "odd; rm -rf", "sentence": "odd", "refused_count": 1},
    )  # fmt: skip
    text = page(refused=rows)
    assert "field published_at · x.csv, line 12 · newest 14:30" in text
    assert "2 rows" in text
    assert re.findall(r"^python .*", text, re.MULTILINE) == [
        "python app.py refused show --source a --reason no_id",
        "python app.py refused redrive --source a",
        "python app.py refused show --source b --reason bad_time",
        "python app.py refused show --source b --reason 'odd; rm -rf'",
        "python app.py refused redrive --source b",
    ]
    assert "--config /srv/site.toml" in text


def test_how_much_of_its_past_a_source_has_filled_in_is_said() -> None:
    days = 24 * HOUR
    half = {"history_from_at": MOMENT - 41 * days, "history_wanted_at": MOMENT - 182 * days}
    assert facts(page({"source": "demo", "state": "ok", **half}))["Past filled in"] == "41 of 182 days"
    whole = {**half, "history_from_at": MOMENT - 182 * days}
    assert facts(page({"source": "demo", "state": "ok", **whole}))["Past filled in"] == "all 182 days"
