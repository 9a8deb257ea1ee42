"""Two Mastodon servers, a desk and a keeper, as the tests of the mastodon source want them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.contract import Setup
from connectors.sources.mastodon import Options, Source
from tests.conftest import NOON, FakeClock
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.keeper import Keeper
from tests.connectors.kit.mastodon_server import Mastodon, Post


@dataclass
class Scene:
    """`source` reads both servers; `only(alpha)` makes one that reads one."""

    clock: FakeClock
    alpha: Mastodon
    beta: Mastodon
    desk: Desk
    keeper: Keeper = field(default_factory=Keeper)

    def only(self, *servers: Mastodon, **options: Any) -> Source:
        """A source of these servers."""
        given = {"servers": tuple(one.url for one in servers), "tags": ("acme",), **options}
        return Source(Setup("m", Options(**given), Path()))

    @property
    def source(self) -> Source:
        """A source of both."""
        return self.only(self.alpha, self.beta)

    def run(self, source: Source | None = None, *, sweep: bool = False, kill_after: int | None = None) -> int:
        """One run, kept."""
        self.desk.is_sweep = sweep
        return self.keeper.run(source or self.only(self.alpha), self.desk, kill_after)

    def fill(self, count: int, minutes: float = 1.0) -> list[Post]:
        """So many posts of alpha, one every `minutes`, the newest now."""
        return [
            self.alpha.add_post(f"post {number}", at=NOON - timedelta(minutes=minutes * number))
            for number in range(count)
        ]

    def asked(self, word: str) -> list[str]:
        """What was asked of alpha that holds `word`."""
        return [request.target for request in self.alpha.log if word in request.target]


@contextmanager
def scene(clock: FakeClock) -> Iterator[Scene]:
    """The servers running."""
    with Mastodon(clock, "alpha.example") as alpha, Mastodon(clock, "beta.example") as beta, Desk(clock) as desk:
        yield Scene(clock, alpha, beta, desk)
