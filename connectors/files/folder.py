"""The watched folder: which files are there, which are new, and which somebody still writes.

A file is known by its content and the mapping it was read with. Its size and time of change only spare the hashing.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from connectors.files.encodings import CHUNK
from connectors.files.options import Options

SETTLE_SECONDS = 10.0
"""A file seen for the first time is read when nobody has touched it for this long."""

_READER = 2
"""Raised when rows come to mean something else, so that known files are read again."""

_TEMPORARY = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".swp", "~")
_TEMPORARY_STARTS = (".", "~$")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file's size and time of change, which move when somebody writes to it."""

    size: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class Found:
    """A file as the folder lists it; `name` is its path as a person would write it."""

    path: Path
    name: str
    stamp: Stamp


def stamp_of(path: Path) -> Stamp | None:
    """The file's stamp; None when it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Stamp(found.st_size, found.st_mtime_ns)


class Folder:
    """The files of one source, remembered from look to look."""

    def __init__(self, base: Path, options: Options, source_class: str, brands: str) -> None:
        self._base, self._pattern = base, options.path
        self._mapping = _fingerprint(options, source_class, brands)
        self._seen: dict[Path, Stamp] = {}
        self._receipts: dict[Path, tuple[Stamp, str]] = {}

    @property
    def nothing(self) -> str:
        """The sentence for a folder without a matching file."""
        return f"no file matches {self._pattern} (looked in {self._base})"

    def files(self) -> list[Found]:
        """Every matching file, the one changed first first. Temporary names and folders are left out."""
        return sorted(self._listed(), key=lambda found: (found.stamp.changed_ns, found.name))

    def _listed(self) -> Iterator[Found]:
        for name in set(glob.glob(self._pattern, root_dir=self._base, recursive=True)):
            path = self._base / name
            file = path.name.lower()
            temporary = file.endswith(_TEMPORARY) or file.startswith(_TEMPORARY_STARTS)
            stamp = stamp_of(path)
            if stamp is not None and not temporary and path.is_file():
                yield Found(path, Path(name).as_posix(), stamp)

    def named(self, name: str) -> Found | None:
        """The file of this name, as a refused row remembers it; None when it is no longer there."""
        return next((found for found in self._listed() if found.name == name), None)

    def look(self, found: Found, now: datetime) -> bool:
        """Whether the file has settled: unchanged since the last look, or at the first one for SETTLE_SECONDS."""
        before = self._seen.get(found.path)
        self._seen[found.path] = found.stamp
        if before is not None:
            return before == found.stamp
        return found.stamp.changed_ns <= (now.timestamp() - SETTLE_SECONDS) * 1e9

    def known_receipt(self, found: Found) -> str | None:
        """The receipt of a file that was hashed before and has not moved since."""
        stamp, receipt = self._receipts.get(found.path, (None, None))
        return receipt if stamp == found.stamp else None

    def receipt(self, found: Found) -> str:
        """What this content read with this mapping is known by, whatever its name. Raises OSError."""
        if known := self.known_receipt(found):
            return known
        content = blake2b(digest_size=16)
        with found.path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                content.update(chunk)
        receipt = f"{content.hexdigest()}.{self._mapping}"
        self._receipts[found.path] = (found.stamp, receipt)
        return receipt

    def forget_gone(self, files: list[Found]) -> None:
        """Drop what is remembered of files that are no longer there."""
        here = {found.path for found in files}
        self._seen = {path: stamp for path, stamp in self._seen.items() if path in here}
        self._receipts = {path: known for path, known in self._receipts.items() if path in here}


def _fingerprint(options: Options, source_class: str, brands: str) -> str:
    words = options.model_dump_json(exclude={"path"}, exclude_defaults=True, by_alias=True)
    return blake2b(f"{_READER} {source_class} {brands} {words}".encode(), digest_size=8).hexdigest()
