"""Keys of the site file as a reader finds them: with the name of the file and the line."""

from __future__ import annotations

from config.load import locate
from layouts.explain.clocks import Where

KeyPath = tuple[str | int, ...]


def key(path: KeyPath) -> str:
    """ "track.restore.frt": a key as it is written; versions of one name are not told apart."""
    return ".".join(one for one in path if isinstance(one, str))


def cited(path: KeyPath, where: Where) -> str:
    """ "track.restore.frt (site.toml line 42)"."""
    return f"{key(path)} ({place(path, where)})"


def place(path: KeyPath, where: Where) -> str:
    """ "site.toml line 42"; without the line when nobody can say it."""
    line = locate(where.text, path)
    return f"{where.file} line {line}" if line else where.file
