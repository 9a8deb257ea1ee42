"""Site files over the real data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from jobs.house import House
from tests.conftest import DictCache, FakeClock

LATE = datetime(2090, 1, 1, tzinfo=UTC)
"""Later than every file's modification: a file is read once it has rested."""

AIRLINES = ("United", "Southwest", "US Airways", "Delta", "Virgin America", "American")
AIRLINE_SITE = (
    """
[site]
name = "Air desk"
timezone = "America/Los_Angeles"
[warehouse]
url = "duckdb:w.duckdb"
"""
    + "".join(f'[[brand]]\nname = "{name}"\nterms = ["{name.lower()}"]\n' for name in AIRLINES)
    + """
[[source]]
name = "airline"
kind = "files"
path = "PATH"
[source.columns]
item_id = "tweet_id"
published_at = { from = "tweet_created", format = "%Y-%m-%d %H:%M:%S %z" }
text = "text"
author_name = "name"
brand = "airline"
source_sentiment = "airline_sentiment"
[source.defaults]
platform = "twitter"
"""
)


@contextmanager
def opened(folder: Path, text: str, now: datetime = LATE) -> Iterator[House]:
    """The house of a site file written into `folder`."""
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    house = House(path, FakeClock(now), DictCache())
    try:
        yield house
    finally:
        house.close()
