"""Joints without an import: records and rows, rows and tables, sources and panels and their documentation."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import callbacks.access
import connectors.neighbour
from config import Source
from connectors.contract import Gap
from connectors.records import Case, CaseEvent, Mention, Refused, Tombstone, Truth
from connectors.registry import source_kinds
from layouts.panels import panel_kinds
from queries.rows import CaseRow, EventRow, GapRow, MentionRow, RefusedRow, TombRow, TruthRow
from queries.warehouse import Warehouse

ROOT = Path(__file__).resolve().parents[2]
KEPT_BY_THE_LEDGER = {
    "source", "mention_key", "item_key", "text_key", "author_key", "content_hash", "known_from_at", "known_until_at",
    "search_text",
}  # fmt: skip
KEPT_OF_CASES = {"brand", "source", "case_key", "item_key", "content_hash", "known_from_at", "known_until_at"}
KEPT_OF_EVENTS = {"source", "event_key", "case_key", "item_key", "known_from_at", "other_case_key"}
JUDGED = {"brand", "sentiment_label", "sentiment_score", "sentiment_model"}


def names(record: type) -> set[str]:
    return {field.name for field in fields(record)}


def test_a_record_and_its_row_say_the_same() -> None:
    assert names(Mention) - {"brands"} == names(MentionRow) - JUDGED
    assert names(Refused) == names(RefusedRow)
    assert names(Case) - {"brand"} == names(CaseRow) - {"record_brand"}
    assert names(CaseEvent) == names(EventRow)
    assert names(Tombstone) == names(TombRow)
    assert names(Gap) == names(GapRow)
    assert names(Truth) == names(TruthRow)


def test_both_ends_of_the_loopback_call_the_secret_the_same() -> None:
    assert callbacks.access.SECRET_HEADER == connectors.neighbour.SECRET_HEADER


def test_a_row_and_its_table_say_the_same(warehouse: Warehouse) -> None:
    cursor = warehouse.cursor()
    described = {row[0] for row in cursor.execute("DESCRIBE mentions").fetchall()}
    assert described == names(MentionRow) | KEPT_BY_THE_LEDGER
    cases = {row[0] for row in cursor.execute("DESCRIBE cases").fetchall()}
    assert cases == names(CaseRow) | KEPT_OF_CASES
    events = {row[0] for row in cursor.execute("DESCRIBE case_events").fetchall()}
    assert events == names(EventRow) | KEPT_OF_EVENTS
    refused = {row[0] for row in cursor.execute("DESCRIBE refused_rows").fetchall()}
    assert refused == names(RefusedRow) | {"refusal_key", "source", "refused_at"}


def test_the_data_model_documents_every_column() -> None:
    text = (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    kept = {"source", "known_from_at", "known_until_at"}
    missing = (names(MentionRow) | names(Mention) | names(CaseRow) | names(EventRow) | kept) - documented
    assert not missing, f"docs/data-model.md lacks {sorted(missing)}"
    rows = names(MentionRow) | names(Mention) | names(CaseRow) | names(EventRow) | names(RefusedRow)
    invented = documented - rows - KEPT_BY_THE_LEDGER - KEPT_OF_CASES - KEPT_OF_EVENTS - {"refused_at"}
    assert not invented, f"docs/data-model.md names {sorted(invented)}, which is no column"


def test_every_source_kind_and_option_stands_in_the_docs() -> None:
    text = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
    for key in Source.own_keys():
        assert f"| {key} |" in text, f"docs/connectors.md lacks the key {key}, which every source has"
    for kind, made in source_kinds().items():
        assert re.search(rf"^## {kind}\b", text, re.MULTILINE), f"docs/connectors.md has no section for {kind}"
        section = re.split(r"^## ", text.split(f"## {kind}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
        for name, field in made.Options.model_fields.items():
            assert f"`{field.alias or name}`" in section, f"docs/connectors.md: {kind} lacks {field.alias or name}"
            assert field.description, f"{kind}.{name} has no description"


def test_every_panel_of_the_shipped_walls_has_a_kind_that_is_drawn() -> None:
    from config import load_site

    site = load_site(ROOT / "config" / "example" / "site.toml")
    assert {panel.kind for panel in site.panel.values()} <= set(panel_kinds())


def test_the_readme_keeps_to_what_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.index("make run") < text.index("make test")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), f"README.md points to {target}, which is not there"


def test_nothing_that_is_served_points_to_another_host() -> None:
    for folder in ("assets", "layouts", "callbacks"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix not in (".js", ".css", ".py", ".html") or "vendor" in file.parts:
                continue
            for address in re.findall(r"https?://[^\s\"'`)]+", file.read_text(encoding="utf-8")):
                assert address.startswith(("http://127.0.0.1", "http://www.w3.org/")), f"{file}: {address}"
