"""The people's side of a site file: goals, what answering is worth, the snapshot, who may look from elsewhere."""

from __future__ import annotations

import re
from datetime import date
from ipaddress import ip_address
from typing import Literal

from pydantic import Field, field_validator, model_validator

from config.base import Model, Text
from config.roster import Shift as Shift
from config.week import DAYS as DAYS
from config.week import ClockTime as ClockTime
from config.week import Day as Day


class Goal(Model):
    """`[[goal]]`: what the center is for, whose it is, and how it is told that it is reached."""

    name: Text
    owner: Text
    kpi: Text
    target: Text
    from_date: date = Field(alias="from")


class Assumption(Model):
    """`[value.NAME]`: a number nobody has measured, as a range, with who says so, from what, and when."""

    low: float = Field(ge=0, strict=False)
    likely: float = Field(ge=0, strict=False)
    high: float = Field(ge=0, strict=False)
    owner: Text
    source: Text
    date: date

    @model_validator(mode="after")
    def _in_order(self) -> Assumption:
        if not self.low <= self.likely <= self.high:
            raise ValueError("low, likely and high are out of order; low <= likely <= high")
        return self


class Value(Model):
    """`[value]`: what answering is worth, in the site's currency. All of it is assumed, none of it measured.

    contact_share   of the cases resolved here, the share that would have called or written otherwise, 0..1
    assisted_cost   what such a contact costs
    social_cost     what a case resolved here costs
    weekly_cost     what the programme costs per week besides
    """

    contact_share: Assumption
    assisted_cost: Assumption
    social_cost: Assumption
    weekly_cost: Assumption | None = None

    @field_validator("contact_share")
    @classmethod
    def _a_share(cls, value: Assumption) -> Assumption:
        if value.high > 1:
            raise ValueError("is a share: write 0.45 for 45 %")
        return value


SnapshotNumber = Literal[
    "mentions", "net_sentiment", "first_response", "resolved", "satisfaction", "voice", "leads", "coverage", "value",
    "attainment", "promise_kept",
]  # fmt: skip


class SnapshotPlan(Model):
    """`[snapshot]`: where the weekly snapshot is written, and when, as a crontab line in the site's zone.

    goals   which [[goal]] a number of it serves: {first_response = "Answer within the hour"}
    """

    folder: Text = "snapshots"
    cron: Text = "0 7 * * mon"
    goals: dict[SnapshotNumber, Text] = Field(default_factory=dict)


class Access(Model):
    """`[access]`: opens the screens to others. Everybody then signs in; see `python app.py person`.

    address   the network address to listen on, such as "0.0.0.0"
    names     the names and addresses people write in their browser; the server answers to no other
    https     whether a proxy in front speaks https: cookies are then sent over it only
    """

    address: Text
    names: tuple[Text, ...] = Field(strict=False, min_length=1)
    https: bool = False

    @field_validator("address")
    @classmethod
    def _an_address(cls, value: str) -> str:
        try:
            return str(ip_address(value))
        except ValueError:
            all_of_them = "0.0.0.0"  # noqa: S104 -- what the owner of the site file may choose
            raise ValueError(
                f'"{value}" is not a network address; write "{all_of_them}" for every network of this machine'
            ) from None

    @field_validator("names")
    @classmethod
    def _bare_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not re.fullmatch(r"[^\s/:\[\]]+|\[[0-9a-fA-F:.]+\]", name):
                raise ValueError(f'"{name}" is not a bare name; write "watch.example.com", without https:// and port')
        return value

    @property
    def near(self) -> str:
        """Where this machine itself finds what listens on `address`, as a browser writes it."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 -- what the owner of the site file has chosen
        return everywhere.get(self.address) or (f"[{self.address}]" if ":" in self.address else self.address)
