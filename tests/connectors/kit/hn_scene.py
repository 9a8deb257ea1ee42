"""A source of the fake Hacker News, and a first run of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connectors.contract import Setup
from connectors.sources.hackernews import Options, Source
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.hn_server import HackerNews
from tests.connectors.kit.keeper import Keeper


def source_of(server: HackerNews, **options: Any) -> Source:
    """It searches for "acme" unless told otherwise."""
    return Source(Setup("hn", Options(**{"queries": ("acme",), "server": server.url, **options}), Path()))


def read_of(server: HackerNews, desk: Desk) -> Keeper:
    """What a first run keeps."""
    keeper = Keeper()
    keeper.run(source_of(server), desk)
    return keeper
