"""One post: who writes it, in which language, in which manner of which platform."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from connectors.demo import people
from connectors.demo.chance import Dice, Wheel, pick
from connectors.demo.places import Country
from connectors.demo.wording import OWN, RIVALS, Brand, language, say
from connectors.records import Mention

THREADED = frozenset({"x", "bluesky", "reddit", "facebook"})
"""Platforms on which posts answer each other."""

_TAGGED = frozenset({"instagram", "tiktok"})
_RIVAL = Wheel({str(number): brand.share for number, brand in enumerate(RIVALS)})
_GLAD, _CROSS = (" ❤️", " ✈️", " 🙏", " 😊"), (" 😡", " 🤦", " 😤")
_GLAD_KINDS = frozenset({"positive", "launch", "campaign"})
_CROSS_KINDS = frozenset({"negative", "incident.spread", "incident.peak"})
_MEDIA = {"tiktok": "video", "youtube": "video", "news": "article", "reddit": "text"}


class Post(NamedTuple):
    """A post with what the world knows of it: its kind, whether it speaks of the airline, and a number of its own."""

    mention: Mention
    kind: str
    language: str
    country: Country
    is_own: bool
    luck: float


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes one post of `platform` under a native id, with the dice of its stream."""

    seed: int
    platform: str
    native_id: str
    dice: Dice

    def new(self, kind: str, brand: Brand, country: Country, at: datetime) -> Post:
        """A post that stands for itself."""
        dice = self.dice
        spoken = country.languages.turn(dice.random())
        text, code = self._text(kind, brand, spoken)
        if kind.startswith("owned"):
            return self.owned(kind, text, country, at)
        return self._post(kind, brand is OWN, country, at, self._in_manner(kind, code, text), code)

    def answer(self, before: Post, at: datetime) -> Post:
        """An answer to `before`, in its language, about its brand."""
        told = before.mention
        brand = OWN if before.is_own else next((one for one in RIVALS if _names(one, told.text)), RIVALS[0])
        text, code = self._text("reply", brand, before.language)
        post = self._post("reply", before.is_own, before.country, at, text, code)
        conversation = told.conversation_id or told.item_id
        return post._replace(
            mention=replace(post.mention, parent_id=told.item_id, conversation_id=conversation, media_type=None)
        )

    def copy(self, before: Post, at: datetime) -> Post:
        """The same words again, from somebody else."""
        return self._post(before.kind, before.is_own, before.country, at, before.mention.text, before.language)

    def owned(self, kind: str, text: str, country: Country, at: datetime) -> Post:
        """A post of the airline's own account, in English."""
        post = self._post(kind, True, country, at, text, "en")
        mention = replace(
            post.mention,
            author_id="auroraair",
            author_name=OWN.name,
            author_followers_count=412_000,
            source_class="owned",
        )
        return post._replace(mention=mention)

    def _text(self, kind: str, brand: Brand, spoken: str) -> tuple[str, str]:
        dice = self.dice
        rival = RIVALS[int(_RIVAL.turn(dice.random()))] if brand is OWN else OWN
        if rival is OWN and kind != "compare":
            rival = next(one for one in RIVALS if one is not brand)
        code = spoken if kind in language(spoken).texts else "en"
        return say(
            kind,
            code,
            dice,
            brand=brand.written(code, self.platform, dice.random()),
            rival=rival.written(code, "", 1.0),
            plus=brand.loyalty,
        )

    def _in_manner(self, kind: str, code: str, text: str) -> str:
        """As people of the platform write: tags under pictures, now and then a sign of the mood or no capitals."""
        luck = self.dice.random()
        if self.platform in _TAGGED:
            return text + (" #avgeek" if luck < 0.2 else " #travel #airport" if luck < 0.5 else "")
        if self.platform in ("x", "bluesky", "facebook"):
            signs = _GLAD if kind in _GLAD_KINDS else _CROSS if kind in _CROSS_KINDS else ()
            if signs and luck < 0.14:
                return text + pick(signs, luck / 0.14)
            return text.lower() if luck > 0.93 and code == "en" else text
        return text

    def _post(self, kind: str, is_own: bool, country: Country, at: datetime, text: str, code: str) -> Post:
        dice, platform = self.dice, self.platform
        author = people.draw(self.seed, platform, country.code, code, dice)
        item_id = f"{platform}:{self.native_id}"
        luck = dice.random()
        mention = Mention(
            item_id=item_id,
            platform=platform,
            published_at=at,
            text=text,
            url=f"https://example.com/{platform}/{self.native_id}",
            # this one tells no language, as some platforms do: it is found by reading
            language=None if platform == "reddit" else code,
            region=country.code,
            author_id=author.author_id,
            author_name=author.name,
            author_followers_count=author.followers,
            reach_count=int(author.followers * (0.05 + 0.3 * luck)) if platform in ("news", "youtube") else None,
            conversation_id=item_id if platform in THREADED else None,
            media_type=_MEDIA.get(platform) or _pictured(platform, luck),
        )
        return Post(mention, kind, code, country, is_own, luck)


def _pictured(platform: str, luck: float) -> str | None:
    if platform == "instagram":
        return "photo" if luck < 0.7 else "video"
    return "photo" if luck < 0.12 else None


def _names(brand: Brand, text: str) -> bool:
    folded = text.casefold()
    return any(name.casefold() in folded for name in (brand.name, brand.handle, brand.japanese))
