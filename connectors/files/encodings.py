"""Which letters the bytes of a file are. Decided by looking, once per file and without guessing at languages."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from connectors.files import damage

CHUNK = 1 << 20

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Letters:
    """How a text file is decoded.

    clean   valid UTF-8 without NUL: no row needs to be looked at
    mend    what to do with a text that holds bytes which are no letters
    note    a sentence for the run's report when the choice was ours
    """

    encoding: str
    errors: str
    clean: bool = False
    mend: Callable[[str], str] = str
    note: str | None = None


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked when its name ends in .gz. Raises OSError."""
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")


def look(path: Path, name: str, wanted: str | None) -> Letters:
    """Decide how the text file at `path` is decoded; `wanted` is the encoding the site file names, if it does.

    Raises OSError and EOFError when the file cannot be read to its end.
    """
    with open_bytes(path) as stream:
        head = stream.read(4)
    if wanted:
        return _chosen(codecs.lookup(wanted).name)
    for mark, encoding in _BOMS:
        if head.startswith(mark) and encoding != "utf-8-sig":
            return _chosen(encoding)
    valid, nul = _is_utf8(path)
    if valid:
        return Letters("utf-8-sig", "strict", clean=not nul)
    if _mostly_utf8(path):
        return Letters("utf-8-sig", "surrogateescape", mend=damage.mend_cut)
    note = f'{name} is not UTF-8; read as Windows-1252; set encoding = "..." to choose another'
    return Letters("cp1252", "surrogateescape", mend=damage.mend_latin, note=note)


def _chosen(encoding: str) -> Letters:
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    wide = encoding.startswith(("utf-16", "utf-32"))
    mend = damage.mend_latin if encoding == "cp1252" else damage.mend_cut if encoding.startswith("utf-8") else str
    return Letters(encoding, "surrogatepass" if wide else "surrogateescape", mend=mend)


def _is_utf8(path: Path) -> tuple[bool, bool]:
    """Whether all of it is UTF-8, and whether a NUL is in it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    nul = False
    with open_bytes(path) as stream:
        try:
            while chunk := stream.read(CHUNK):
                nul = nul or b"\0" in chunk
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False, nul
    return True, nul


def _mostly_utf8(path: Path) -> bool:
    """Whether more than half of the lines that are not plain ASCII are valid UTF-8.

    A line of another encoding is hardly ever valid UTF-8 by chance, so the lines vote.
    """
    foreign = valid = 0
    with open_bytes(path) as stream:
        for line in stream:
            if not line.isascii():
                foreign += 1
                valid += _decodes(line)
    return valid * 2 > foreign


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
