"""The text of a new site file, commented so that its owner can go on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NewSource:
    """A first source of kind "files": its glob, the mapping (ours = theirs) and what is known of its times."""

    path: str
    platform: str
    columns: Mapping[str, str] = field(default_factory=dict)
    time_format: str | None = None
    timezone: str | None = None


def site_text(brand: str, terms: Sequence[str], timezone: str, source: NewSource | None) -> str:
    """A whole site file as TOML text."""
    parts = [_head(brand, terms, timezone)]
    if source:
        parts.append(_source(source))
    return "\n".join(parts)


def _head(brand: str, terms: Sequence[str], timezone: str) -> str:
    return f"""\
# A Watchfloor site. Check it with: python app.py --config THIS_FILE check
# Every relative path in it is relative to this file.

[site]
name = {quoted(brand + " desk")}
timezone = {quoted(timezone)}          # days are cut and times are shown in this zone

[server]
port = 8050                          # served on 127.0.0.1 only

[warehouse]
url = "duckdb:var/watchfloor.duckdb"

# What is measured. kind: own, competitor, person or topic.
# terms are whole words, upper and lower case alike; `not` rules matches out.
[[brand]]
name = {quoted(brand)}
kind = "own"
terms = [{", ".join(quoted(term) for term in terms)}]
# not = ["a longer phrase that is somebody else"]

# [[brand]]
# name = "A rival"
# kind = "competitor"
# terms = ["rival"]
"""


def _source(source: NewSource) -> str:
    lines = [
        "# Where mentions come from. A file is read once it is complete; reading it again writes nothing.",
        "[[source]]",
        'name = "first-files"',
        'kind = "files"',
        'records = "mentions"',
        f"path = {quoted(source.path)}",
        'every = "1m"                         # how often the folder is looked at',
        'stale_after = "30m"                  # after so long without a new post the wall says STALE',
        'class = "earned"                     # owned, earned or paid',
        "[source.columns]                     # ours = theirs",
    ]
    for ours, theirs in source.columns.items():
        lines.append(f"{ours} = {_column(ours, theirs, source)}")
    if "item_id" not in source.columns:
        known = [source.columns[name] for name in ("author_name", "published_at", "text") if name in source.columns]
        lines.append(f"item_id = {{ hash = [{', '.join(quoted(name) for name in known)}] }}   # no id column was found")
    if "platform" not in source.columns:
        lines += ["[source.defaults]", f"platform = {quoted(source.platform)}"]
    return "\n".join(lines) + "\n"


def _column(ours: str, theirs: str, source: NewSource) -> str:
    words = {"from": theirs}
    if ours == "published_at" and source.time_format not in (None, "iso"):
        words["format"] = str(source.time_format)
    if ours == "published_at" and source.timezone:
        words["timezone"] = source.timezone
    if len(words) == 1:
        return quoted(theirs)
    return "{ " + ", ".join(f"{word} = {quoted(value)}" for word, value in words.items()) + " }"


def quoted(text: str) -> str:
    """`text` as a TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'
