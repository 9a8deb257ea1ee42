"""Promises about the shipped examples over your own table: they load, and read a table such as they describe."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from config.load import load_site
from connectors.contract import Setup
from connectors.sources.files import Source
from tests.connectors.files_kit import Came, Desk, put, run
from tests.connectors.real_kit import EXAMPLES

LOG = "number ident_state reopen_count sys_mod_count caller_id opened_at sys_updated_by sys_updated_at contact_type"
LOG += " category category priority assignment_group assigned_to resolved_by resolved_at closed_at"
INCIDENT = "12 {state} {back} {count} 7 1/2/2026+08:00 {by} {at} Mail 3 4 {priority} night ? 9 {done} 6/2/2026+09:00"
CHANGES = [
    ("New", 0, 0, "?", "1/2/2026+08:05", 3),
    ("Active", 0, 1, "5", "1/2/2026+08:20", 3),
    ("Awaiting Vendor", 0, 2, "5", "1/2/2026+09:00", 3),
    ("Resolved", 0, 3, "5", "2/2/2026+10:00", 2),
    ("Active", 1, 4, "6", "3/2/2026+11:00", 2),
    ("-100", 1, 5, "6", "3/2/2026+11:30", 2),
    ("Resolved", 1, 6, "6", "4/2/2026+12:00", 1),
    ("Closed", 1, 7, "6", "6/2/2026+09:00", 1),
]
PAIRS = """\
customer_tweet_id,customer_id,created_at_customer,reply_tweet_id,agent_id,created_at_reply,response_time_seconds
70,c1,2026-05-04 09:00:00+00:00,71,AcmeCares,2026-05-04 09:02:00+00:00,120.0
70,c1,2026-05-04 09:00:00+00:00,72,AcmeCares,2026-05-04 09:30:00+00:00,1800.0
80,c2,2026-05-04 10:00:00+00:00,81,AcmeCares,2026-05-04 10:01:00+00:00,60.0
"""
POSTS = """tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id
1,AcmeCares,False,Mon May 04 09:02:00 +0000 2026,@c1 sorry,,3.0
2,AcmeCares,False,Mon May 04 09:03:00 +0000 2026,good morning all,,
3,c1,True,Mon May 04 09:00:00 +0000 2026,it is late,1,
4,c1,True,Mon May 04 09:05:00 +0000 2026,still late,,1.0
"""


def incidents() -> str:
    """One incident's log, from opening to closing."""
    sheet = io.StringIO()
    out = csv.writer(sheet)
    out.writerow(LOG.split())
    for state, back, count, by, at, priority in CHANGES:
        cells = INCIDENT.replace("{state}", state.replace(" ", "+")).split()
        words = {"back": back, "count": count, "by": by, "at": at, "priority": priority, "done": "4/2/2026+12:00"}
        out.writerow([cell.format(**words).replace("+", " ") for cell in cells])
    return sheet.getvalue()


def came(tmp_path: Path, site: Path, table: str, content: str) -> dict[str, Came]:
    """What each source of an example brings from a table beside it."""
    (tmp_path / "data").mkdir(exist_ok=True)
    put(tmp_path / "data" / table, content)
    found: dict[str, Came] = {}
    for one in load_site(site).source:
        setup = Setup(name=one.name, options=Source.Options.model_validate(one.options), base=tmp_path)
        assert one.kind == Source.kind
        if Path(one.options["path"]).name == table:
            assert Source(setup).check(Desk()).state == "ok"
            found[one.name] = run(Source(setup))
            assert found[one.name].refused == []
    return found


def test_the_reply_log_reads_a_table_of_pairs(tmp_path: Path) -> None:
    sources = came(tmp_path, EXAMPLES / "reply-log.toml", "response_pairs.csv", PAIRS)
    assert {case.case_id for case in sources["customers"].records} == {"twitter:70", "twitter:80"}
    assert [(one.case_id, one.event_id, one.brand) for one in sources["replies"].records] == [
        ("twitter:70", "71", "AcmeCares"),
        ("twitter:70", "72", "AcmeCares"),
        ("twitter:80", "81", "AcmeCares"),
    ]


def test_what_the_reply_log_says_of_threads_works_when_it_is_written_out(tmp_path: Path) -> None:
    text = (EXAMPLES / "reply-log.toml").read_text("utf-8")
    start = text.index("# [[source]]")
    site = tmp_path / "site.toml"
    site.write_text(text[:start] + re.sub(r"^# ?", "", text[start:], flags=re.MULTILINE), encoding="utf-8")
    sources = came(tmp_path, site, "threads.csv", POSTS)
    [root], [reply] = sources["thread-starts"].records, sources["thread-replies"].records
    assert (root.case_id, root.subject, reply.case_id, reply.event_id) == ("twitter:3", "it is late", "twitter:3", "1")


def test_the_event_log_reads_a_log_of_changes(tmp_path: Path) -> None:
    sources = came(tmp_path, EXAMPLES / "event-log.toml", "incident_event_log.csv", incidents())
    last = sources["incidents"].records[-1]
    assert (last.case_id, last.priority, last.owner, last.sequence) == ("servicedesk:12", "1", None, 7)
    told: list[Any] = [one for name, source in sources.items() if name != "incidents" for one in source.records]
    events = {one.event_id: one for one in reversed(told)}
    assert Counter(one.kind for one in events.values()) == {
        "opened": 1, "resumed": 2, "paused": 1, "changed": 2, "reopened": 1, "resolved": 1, "other": 2,
    }  # fmt: skip
    by_kind = {one.kind: one for one in events.values()}
    assert f"{by_kind['resolved'].happened_at:%d %H:%M}" == "04 12:00"
    assert f"{by_kind['reopened'].happened_at:%d %H:%M}" == "03 11:00"
    assert by_kind["paused"].reason == "waiting_third_party"
    assert {one.source_words for one in events.values() if one.kind == "other"} == {"-100", "Closed"}


@pytest.mark.parametrize("name", ["reply-log.toml", "event-log.toml"])
def test_an_example_brings_no_rows_and_names_its_table_beside_itself(name: str) -> None:
    site = load_site(EXAMPLES / name)
    assert all(re.fullmatch(r"data/[a-z_]+\.csv", one.options["path"]) for one in site.source)
    assert not (EXAMPLES / "data").exists()
