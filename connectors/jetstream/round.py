"""One run's reading of the stream: from its place to the run's beginning, over as many servers as it takes.

Every server has the same events under nearly the same times, so the next one can go on from where one broke off. It is
asked for ten seconds more than that: what comes twice is known by its id and its revision.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median_low

from connectors import http
from connectors.contract import IO, Batch, Gap, SourceDown
from connectors.jetstream.events import Event, Reader
from connectors.jetstream.place import LOOKBACK, Start, address_of, cursor_at, gap_behind, host_of
from connectors.jetstream.times import from_micro, micro
from connectors.records import Mention, Refused, Tombstone

REWIND_US = 10_000_000
SILENCE_US = 60_000_000
"""The whole network is never silent for so long: where it seems so, the server left something out."""

STEP_US = 1_000_000
MOST_STEPS = 5
RECORDS, MESSAGES = 500, 10_000
"""A batch ends with so many records, or so many messages of any kind, or after FLUSH."""

FLUSH = timedelta(seconds=3)

PATIENCE_TICKS, QUIET_TICKS = 5, 3
"""Seconds without a message before a server's first event, and after one, that end the listening."""

AHEAD = 3
"""Events at or behind the run's beginning, in a row, that show it is reached: one alone may bear a made-up time."""

BEHIND = timedelta(minutes=10)
OLDEST = LOOKBACK - timedelta(minutes=5)


class Silent(SourceDown):
    """A server took the connection and sent nothing."""


@dataclass(slots=True)
class _Bag:
    """What has come since the last batch."""

    records: list[Mention | Tombstone] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    filtered: int = 0

    @property
    def raw(self) -> int:
        return len(self.records) + len(self.refused) + self.filtered

    def put(self, event: Event) -> None:
        if event.meaning is None:
            self.filtered += 1
        elif isinstance(event.meaning, Refused):
            self.refused.append(event.meaning)
        else:
            self.records.append(event.meaning)


@dataclass(slots=True)
class _Line:
    """One connection. `place` is where we stood and `asked` what it was asked for; `first` are its first events'
    times, `last` its latest ones', `ahead` how many in a row lie at or behind the run's beginning."""

    server: str
    place: int
    asked: int
    first: list[int] = field(default_factory=list)
    last: deque[int] = field(default_factory=lambda: deque(maxlen=9))
    ahead: int = 0
    ticks: int = 0
    is_judged: bool = False

    @property
    def host(self) -> str:
        return host_of(self.server)

    def hear(self, time_us: int | None, until_us: int) -> None:
        self.ticks = 0
        if time_us is None:
            return
        self.last.append(time_us)
        self.ahead = self.ahead + 1 if time_us >= until_us else 0
        # a resent record may bear an old time; a first event is one of those asked for
        if len(self.first) < 5 and time_us >= self.asked:
            self.first.append(time_us)


class Round:
    """`seconds` is how long it may take. It never waits for what is written after it began."""

    def __init__(
        self, io: IO, reader: Reader, servers: Sequence[str], start: Start, until: datetime, seconds: float
    ) -> None:
        self._io, self._reader, self._servers, self._start, self._until = io, reader, servers, start, until
        self._until_us = micro(until)
        self._place = start.time_us
        self._bag = _Bag()
        self._gaps: list[Gap] = list(start.gaps)
        self._ends = io.now() + timedelta(seconds=seconds)
        self._flushed = io.now()
        self._failures = self._steps = self._turn = self._floor = 0
        self._rewind = REWIND_US
        self._error: SourceDown | None = None
        self._is_over = self._is_cut_short = self._has_heard = False

    def batches(self) -> Iterator[Batch]:
        """Batch by batch. Raises SourceDown, after all that came, when no server could be read to the end."""
        while not self._is_over:
            line = self._line()
            try:
                yield from self._listen(line)
            except http.Stopped:
                self._is_over = True
            except http.TooBig as error:
                self._step_over(line, error)
            except http.HttpError as error:
                self._failed(line, error)
            if self._bag.raw or (self._gaps and self._has_heard):
                yield self._batch(line)
        if self._error and not (self._start.is_first and isinstance(self._error, Silent)):
            raise self._error
        yield self._end()

    def _line(self) -> _Line:
        asked = max(self._place - self._rewind, self._floor, 0)
        self._rewind = REWIND_US
        return _Line(self._servers[self._turn % len(self._servers)], self._place, asked)

    def _listen(self, line: _Line) -> Iterator[Batch]:
        with self._io.listen(address_of(line.server, line.asked)) as messages:
            for message in messages:
                self._take(line, message)
                if self._is_full(message):
                    yield self._batch(line)
                if self._is_done(line, message):
                    return
        self._failed(line, SourceDown(f"{line.host} closed the connection; the next run reads on from there"))

    def _take(self, line: _Line, message: str | bytes | None) -> None:
        if message is None:
            line.ticks += 1
            return
        event = self._reader.read(message, self._until)
        line.hear(event.time_us, self._until_us)
        self._bag.put(event)

    def _is_full(self, message: str | bytes | None) -> bool:
        if message is None:
            return self._bag.raw > 0
        if len(self._bag.records) >= RECORDS or self._bag.raw >= MESSAGES:
            return True
        return self._io.now() - self._flushed >= FLUSH

    def _is_done(self, line: _Line, message: str | bytes | None) -> bool:
        """Whether there is nothing more to hear on this line."""
        if self._io.is_stopping() or line.ahead >= (1 if message is None else AHEAD):
            self._is_over = True
        elif self._io.now() >= self._ends:
            self._is_over = self._is_cut_short = True
        elif line.ticks >= PATIENCE_TICKS and not line.last:
            self._failed(line, Silent(f"{line.host} takes the connection but sends nothing; the next run tries again"))
            return True
        elif line.ticks >= QUIET_TICKS and line.last:
            self._is_over = True
        return self._is_over

    def _failed(self, line: _Line, error: SourceDown) -> None:
        """The next server's turn; over when each failed without bringing us further."""
        if self._io.is_stopping():
            self._is_over = True
            return
        if isinstance(error, http.NotThere) and error.status == 400 and not self._floor:
            # an instance that says no to a place too old for it, where others move it up
            self._floor = micro(self._until - OLDEST)
            return
        self._move(line)
        self._failures = 0 if self._place > line.place else self._failures + 1
        self._turn += 1
        if self._failures >= len(self._servers):
            self._error, self._is_over = error, True

    def _step_over(self, line: _Line, error: SourceDown) -> None:
        """A message was too big to take. Nothing else would pass it: go on a second behind it, and say so."""
        self._steps += 1
        since = max([line.asked, *line.last])
        self._place = max(self._place, since + STEP_US)
        self._rewind, self._has_heard = 0, True
        words = f"{line.host} sent a message that is too big to be a post; the second around it was not read"
        self._gaps.append(Gap(since=from_micro(since), until=from_micro(since + STEP_US), sentence=words))
        if self._steps > MOST_STEPS:
            self._error, self._is_over = error, True
        elif self._place >= self._until_us:
            self._place, self._is_over = self._until_us, True

    def _move(self, line: _Line) -> None:
        """Move up to where this line is: not its last event, whose time may be made up, but the middle of the latest.
        Never beyond the run's beginning, and never back."""
        if line.last:
            self._has_heard = True
            self._place = max(self._place, min(median_low(line.last), self._until_us))

    def _judge(self, line: _Line) -> None:
        if not line.is_judged and line.first:
            line.is_judged = True
            if min(line.first) - line.place > SILENCE_US:
                self._gaps.append(gap_behind(line.place, min(line.first), line.host))

    def _batch(self, line: _Line) -> Batch:
        self._judge(line)
        self._move(line)
        self._flushed = self._io.now()
        return self._packed()

    def _packed(self, notes: Iterable[str] = (), waiting: Iterable[str] = ()) -> Batch:
        bag, gaps, self._bag, self._gaps = self._bag, self._gaps, _Bag(), []
        return Batch(
            records=tuple(bag.records),
            refused=tuple(bag.refused),
            filtered=bag.filtered,
            raw=bag.raw,
            cursor=cursor_at(self._place) if self._has_heard else None,
            gaps=tuple(gaps),
            notes=tuple(notes),
            waiting=tuple(waiting),
            done_share=self._done_share(),
        )

    def _done_share(self) -> float:
        whole = self._until_us - self._start.time_us
        return min(1.0, (self._place - self._start.time_us) / whole) if whole > 0 else 1.0

    def _end(self) -> Batch:
        """The last batch: where we stand, and whether that is far behind."""
        notes = [str(self._error)] if self._error else []
        behind = self._until - from_micro(self._place)
        far = f"the stream is read up to {from_micro(self._place):%Y-%m-%d %H:%M} UTC; the next runs read on from there"
        if self._is_cut_short and behind > BEHIND:
            notes.append(far)
        waiting = [far] if self._is_cut_short and behind > timedelta(seconds=60) else []
        return self._packed(notes, waiting)
