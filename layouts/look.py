"""The look: every colour and size of the house. assets/*.css repeats them as variables, and a test compares."""

from __future__ import annotations

BACKGROUND = "#0A0F1E"
CARD_LOW = "#11182B"
CARD_HIGH = "#151E36"
HAIRLINE = "#222D4A"
TEXT = "#F1F5FF"
TEXT_SOFT = "#B4C0DC"
TEXT_QUIET = "#8593B5"
OK = "#2FBFA5"
WARN = "#FFD166"
BAD = "#F28E4B"
INFO = "#5AB4F0"
NEGATIVE = "#F28E4B"
POSITIVE = "#4FA8F0"

# Bottom to top of the stack; told apart by people with any colour vision.
PLATFORMS = ("#5A6BD8", "#2FBFA5", "#A78BFA", "#A6E3CF", "#F28E4B", "#F4D35E")
# The same six as words on a card: the first is too dark to read there.
PLATFORM_WORDS = ("#93A1F5", "#2FBFA5", "#B9A3FB", "#A6E3CF", "#F6A56F", "#F4D35E")
OTHER = "#4A587C"

CSS_VARIABLES = {
    "background": BACKGROUND,
    "card-low": CARD_LOW,
    "card-high": CARD_HIGH,
    "hairline": HAIRLINE,
    "text": TEXT,
    "text-soft": TEXT_SOFT,
    "text-quiet": TEXT_QUIET,
    "ok": OK,
    "warn": WARN,
    "bad": BAD,
    "info": INFO,
    "negative": NEGATIVE,
    "positive": POSITIVE,
}

# Pixels on a 1920x1080 wall. The page multiplies them, so that 4K is the same picture.
SIZE_AXIS = 16
SIZE_LABEL = 18
SIZE_STRONG = 20
SMALLEST = 16
