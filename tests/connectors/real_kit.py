"""What the tests on real tables share: the csv module's own view of a table, an import, the reference's percentiles."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.load import load_site
from tests.connectors.files_kit import Came, Desk, run, source

LONG_AFTER = datetime(2090, 1, 1, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "config" / "example"


def table(path: Path) -> list[dict[str, str]]:
    """The rows as the csv module gives them; of two columns of one name the first."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        names = next(reader)
        return [dict(reversed(list(zip(names, row, strict=True)))) for row in reader]


def imported(data_folder: Path, path: str, **options: Any) -> Came:
    """What a table becomes; nothing of it is lost on the way."""
    return run(source(data_folder, path, **options), Desk(LONG_AFTER))


def raw(came: Came) -> int:
    return sum(batch.raw for batch in came.batches)


def shipped(data_folder: Path, example: str, path: str) -> dict[str, Came]:
    """What each source of a shipped example makes of the real table."""
    site = load_site(EXAMPLES / example)
    options = {one.name: {**one.options, "path": path} for one in site.source if one.kind == "files"}
    return {name: imported(data_folder, **words) for name, words in options.items()}


def quantile(values: Iterable[float], share: float) -> float:
    """The quantile with the line drawn between neighbours, as pandas and DuckDB's quantile_cont draw it."""
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)


def close(values: Iterable[float], answers: dict[str, float], within: float = 0.01) -> None:
    """Whether the percentiles named p50, p90 … are the reference's."""
    ranked = sorted(values)
    for name, answer in answers.items():
        assert quantile(ranked, int(name[1:]) / 100) == pytest.approx(answer, abs=within), name


def once(events: Iterable[Any]) -> dict[tuple[str, str], Any]:
    """Each event once: the first row with its id."""
    first: dict[tuple[str, str], Any] = {}
    for one in events:
        first.setdefault((one.case_id, one.event_id), one)
    return first
