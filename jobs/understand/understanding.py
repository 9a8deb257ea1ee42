"""From mentions to the rows the warehouse takes: one per item and measured brand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from config import Brand
from config.errors import unknown
from connectors.records import Mention
from jobs.understand import language, sentiment
from jobs.understand.brands import BrandFinder
from jobs.understand.folding import fold
from jobs.understand.reading import Reading
from queries.rows import MentionRow, RefusedRow, WholeRow
from queries.tables import is_older

RAW_CHARACTERS = 5_000
"""As JSON in UTF-8 a character takes at most six bytes; a refused row may hold 64 kB."""

LONGEST_NAME = 80
UNKNOWN_BRAND = "unknown_brand"
_TIMES = ("published_at", "edited_at", "updated_at", "observed_at")


@dataclass(frozen=True, slots=True)
class Understood:
    """What became of a batch.

    rows       one per (item_id, brand); of several in one batch the newest counts, of equal ones the last
    unmatched  mentions in which no measured brand was found: counted, not stored
    refused    mentions whose source names a brand the site file does not have, one per such name
    whole      dated versions whose text alone says which brands they name: rows of other brands are out of date
    """

    rows: tuple[MentionRow, ...]
    unmatched: int
    refused: tuple[RefusedRow, ...]
    whole: tuple[WholeRow, ...] = ()


class Understanding:
    """Reads posts for the brands of one site file. Made once per site file; every call stands for itself."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._finder = BrandFinder(brands)
        self._names = {_key(brand.name): brand.name for brand in brands}

    def rows(self, mentions: Sequence[Mention]) -> Understood:
        """Find each mention's brands, language and feeling. A text that repeats in the batch is judged once."""
        readings: dict[str, Reading] = {}
        rows: dict[tuple[str, str], MentionRow] = {}
        refused: list[RefusedRow] = []
        whole: list[WholeRow] = []
        unmatched = 0
        for mention in mentions:
            text = mention.text
            reading = readings.get(text) or readings.setdefault(text, Reading(self._finder, text))
            known, strange = self._named(mention)
            refused += [self._refusal(mention, name) for name in strange]
            found = known or (() if strange else reading.brands)
            unmatched += not (found or strange)
            if not mention.brands and (mention.updated_at or mention.edited_at):
                whole.append(_whole(mention, found))
            for row in _rows(mention, found, reading):
                one = row.item_id, row.brand
                before = rows.pop(one, None)
                rows[one] = before if before and is_older(row, before, _written_at) else row
        return Understood(tuple(rows.values()), unmatched, tuple(refused), tuple(whole))

    def spell(self, name: str) -> str:
        """A brand's name as the site file spells it; one it does not have as it stands."""
        return self._names.get(_key(name), name)

    def _named(self, mention: Mention) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The brands the source itself names, as the site spells them, and the names the site does not have."""
        keys = {_key(name): name for name in mention.brands if name.strip()}
        known = tuple(self._names[key] for key in keys if key in self._names)
        return known, tuple(name for key, name in keys.items() if key not in self._names)

    def _refusal(self, mention: Mention, name: str) -> RefusedRow:
        short = name[:LONGEST_NAME]
        sentence = (
            "a brand the source names must be a [[brand]] of the site file, or become one through `values` under the "
            f"source's columns.brand: {unknown('brand', short, self._names.values())}"
        )
        native_id = mention.item_id.partition(":")[2]
        raw = refused_mention(mention, short)
        return RefusedRow(reason=UNKNOWN_BRAND, sentence=sentence, raw=raw, native_id=native_id, field="brand")


def refused_mention(mention: Mention, brand: str) -> str:
    """A mention refused for one of its brands, as JSON from which `mention_of` makes it again."""
    cut = len(mention.text) > RAW_CHARACTERS
    kept = replace(mention, text=mention.text[:RAW_CHARACTERS], brands=(brand,))
    told = {name: value for name, value in asdict(kept).items() if value is not None}
    return json.dumps({"cut": cut, "mention": told}, ensure_ascii=False, default=lambda moment: moment.isoformat())


def mention_of(raw: str) -> Mention | None:
    """The mention of a refusal for its brand; None when it was not kept whole."""
    try:
        told = json.loads(raw)
        fields = dict(told["mention"])
        if told["cut"]:
            return None
        times = {name: datetime.fromisoformat(fields[name]) for name in _TIMES if name in fields}
        return Mention(**{**fields, **times, "brands": tuple(fields["brands"])})
    except (ValueError, KeyError, TypeError):
        return None


def _written_at(row: MentionRow) -> datetime | None:
    return row.updated_at or row.edited_at


def _key(name: str) -> str:
    return " ".join(fold(name).plain.split())


def _whole(mention: Mention, brands: Sequence[str]) -> WholeRow:
    return WholeRow(
        item_id=mention.item_id,
        brands=tuple(brands),
        updated_at=mention.updated_at or mention.edited_at,
        sequence=mention.sequence,
    )


def _rows(mention: Mention, brands: Sequence[str], reading: Reading) -> Iterator[MentionRow]:
    if not brands:
        return
    code = language.normalise(mention.language) or reading.language
    for brand in brands:
        score = reading.score(brand) if sentiment.is_judged(code, reading.plain) else None
        yield _row(mention, brand, code, score)


def _row(mention: Mention, brand: str, code: str | None, score: float | None) -> MentionRow:
    return MentionRow(
        item_id=mention.item_id,
        brand=brand,
        platform=mention.platform,
        published_at=mention.published_at,
        text=mention.text,
        edited_at=mention.edited_at,
        url=mention.url,
        language=code,
        region=mention.region,
        author_id=mention.author_id,
        author_name=mention.author_name,
        author_followers_count=mention.author_followers_count,
        reach_count=mention.reach_count,
        parent_id=mention.parent_id,
        conversation_id=mention.conversation_id,
        media_type=mention.media_type,
        source_class=mention.source_class,
        source_sentiment=mention.source_sentiment,
        sentiment_label=None if score is None else sentiment.label_of(score),
        sentiment_score=score,
        sentiment_model=None if score is None else sentiment.MODEL,
        is_drill=mention.is_drill,
        updated_at=mention.updated_at,
        sequence=mention.sequence,
        observed_at=mention.observed_at,
    )
