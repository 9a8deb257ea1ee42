"""From a record to rows: which measured brands a post names, its language, and how it feels.

Pure: no clock, no network, no logging; the lexicons and the language model are read once, at construction.
"""

from jobs.understand.care import Taken, understand
from jobs.understand.sentiment import MODEL, terms_in_lexicon
from jobs.understand.understanding import UNKNOWN_BRAND, Understanding, Understood, mention_of

__all__ = [
    "MODEL",
    "UNKNOWN_BRAND",
    "Taken",
    "Understanding",
    "Understood",
    "mention_of",
    "terms_in_lexicon",
    "understand",
]
