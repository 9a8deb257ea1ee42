"""What a site file may say in a `[[source]]` of kind "rss"."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, field_validator

from connectors import contract

_SPANS = {"m": 60, "h": 3600, "d": 86400}
_PLATFORM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,40}")


class Options(contract.Options):
    """The options of an rss source."""

    urls: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=100,
        description="the addresses of the feeds; {NAME} in one is the value of that environment variable",
    )
    platform: str = Field(default="news", description="the platform their items count for")
    language: str | None = Field(
        default=None, min_length=2, max_length=35, description="their language, such as en; wins over what a feed says"
    )
    timezone: str | None = Field(default=None, description="the IANA zone of dates that name none, or one nobody knows")
    history: str = Field(default="30d", description="how old an item may be when its feed is read first")
    undated: Literal["seen", "refuse"] = Field(
        default="seen", description="an item without a date: dated when it was first seen, or refused"
    )
    full_every: str = Field(
        default="24h", description='how often a feed is asked for whole, whatever it says about "nothing new"'
    )
    per_minute: int = Field(
        default=120, ge=1, le=600, description="how often one host is asked within a minute at most"
    )

    @field_validator("urls", mode="before")
    @classmethod
    def _list(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError('must be a list: ["https://..."]')
        return value

    @field_validator("urls")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for place, url in enumerate(value, 1):
            # the address itself may hold a secret: it is named by its place
            if not _is_address(url):
                raise ValueError(f"number {place} is no http or https address without spaces")
            if url in value[: place - 1]:
                raise ValueError(f"number {place} stands there twice")
        return value

    @field_validator("platform")
    @classmethod
    def _word(cls, value: str) -> str:
        if not _PLATFORM.fullmatch(value):
            raise ValueError(f'"{value}" is no platform; write a word in small letters such as news')
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError(f'unknown time zone "{value}"; write one such as Europe/London')
        return value

    @field_validator("history", "full_every")
    @classmethod
    def _span(cls, value: str) -> str:
        if not re.fullmatch(r"[1-9]\d{0,3}[mhd]", value):
            raise ValueError(f'"{value}" is not a span; write 24h or 30d')
        return value

    @property
    def history_span(self) -> timedelta:
        """`history` as a timedelta."""
        return _timedelta(self.history)

    @property
    def full_every_span(self) -> timedelta:
        """`full_every` as a timedelta."""
        return _timedelta(self.full_every)


def _timedelta(span: str) -> timedelta:
    return timedelta(seconds=int(span[:-1]) * _SPANS[span[-1]])


def _is_address(url: str) -> bool:
    if re.search(r"\s", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
