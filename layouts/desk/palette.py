"""The desk's colours, light and dark. assets/desk.css has them as variables, and a test compares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """One scheme. Words stand on `page` and `card` with a contrast of at least 4.5, marks with at least 3."""

    page: str
    card: str
    line: str
    ink: str
    soft: str
    quiet: str
    accent: str
    good: str
    careful: str
    wrong: str
    mark: str
    negative: str


LIGHT = Palette(
    page="#F6F8FC",
    card="#FFFFFF",
    line="#DDE3F0",
    ink="#131A2E",
    soft="#4C5876",
    quiet="#5D6986",
    accent="#1C5FA8",
    good="#0B7A68",
    careful="#7A5600",
    wrong="#A94A0C",
    mark="#5C8AC8",
    negative="#D0651A",
)
DARK = Palette(
    page="#0A0F1E",
    card="#11182B",
    line="#222D4A",
    ink="#F1F5FF",
    soft="#B4C0DC",
    quiet="#8E9BBC",
    accent="#5AB4F0",
    good="#2FBFA5",
    careful="#FFD166",
    wrong="#F28E4B",
    mark="#4A83C4",
    negative="#F28E4B",
)
SCHEMES = {"light": LIGHT, "dark": DARK}
