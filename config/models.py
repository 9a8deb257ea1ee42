"""The words of a site file. Every model is frozen and refuses keys it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from config.base import Duration, Model, Name, Text, Zone
from config.center import Access, Goal, SnapshotPlan, Value
from config.errors import unknown
from config.promises import Calendars, Sla, Tracks
from config.roster import Absence, PlannedEvent, RosterFile, Shift, Staffing
from config.walls import Clock, Panel, Wall


class SiteInfo(Model):
    """`[site]`: whose desk this is and in which zone its days are cut."""

    name: Text
    timezone: Zone = "UTC"
    week_starts: Literal["monday", "saturday", "sunday"] = "monday"
    language: str = "en"
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    url: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The site's IANA zone."""
        return ZoneInfo(self.timezone)


class Server(Model):
    """`[server]`: where the screens are served. Another address than the loopback is opened by `[access]`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8050, ge=0, le=65535)

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, value: str) -> str:
        if value not in ("127.0.0.1", "localhost"):
            raise ValueError(
                f'"{value}" would open the screens to others; write 127.0.0.1 here, '
                "and the address others may use as [access] address"
            )
        return value


class Warehouse(Model):
    """`[warehouse]`: `duckdb:FILE`, or `ducklake:FILE` for a local lake."""

    url: str = "duckdb:var/watchfloor.duckdb"

    @field_validator("url")
    @classmethod
    def _known_scheme(cls, value: str) -> str:
        scheme, colon, rest = value.partition(":")
        if scheme not in ("duckdb", "ducklake") or not colon or not rest:
            raise ValueError(f'"{value}" is not a warehouse; write "duckdb:FILE" or "ducklake:FILE"')
        return value


class Brand(Model):
    """`[[brand]]`: a name that is measured and the terms it is found by."""

    name: Text
    kind: Literal["own", "competitor", "person", "topic"] = "own"
    terms: tuple[Text, ...] = Field(strict=False)
    not_terms: tuple[Text, ...] = Field(default=(), alias="not", strict=False)
    products: tuple[Text, ...] = Field(default=(), strict=False)
    unit: str | None = None

    @field_validator("terms", "not_terms", "products", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError(f'must be a list; write ["{value}"]')
        return value

    @field_validator("terms")
    @classmethod
    def _some(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("is empty; write at least one term the brand is found by")
        return value


class Source(BaseModel):
    """`[[source]]`: what every source has. The rest of its table is `options`, which its connector checks."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True, populate_by_name=True)

    name: Name
    kind: str
    every: Duration = timedelta(minutes=1)
    source_class: Literal["owned", "earned", "paid"] = Field(default="earned", alias="class")
    stale_after: Duration = timedelta(minutes=30)
    silent_after: Duration | None = None
    retention_days: int | None = Field(default=None, ge=1, le=36_500)
    allow_identity_link: bool = False
    allow_private_addresses: bool = False

    @field_validator("every")
    @classmethod
    def _not_a_storm(cls, value: timedelta) -> timedelta:
        if value < timedelta(seconds=1):
            raise ValueError("a source is read at most once a second")
        return value

    @classmethod
    def own_keys(cls) -> list[str]:
        """The keys every source has, as the file spells them."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @property
    def options(self) -> Mapping[str, Any]:
        """The connector's own keys, raw, as they stand in the file."""
        return dict(self.model_extra or {})


class Site(Model):
    """A whole site file. `base` is the folder every relative path starts from."""

    site: SiteInfo
    server: Server = Server()
    warehouse: Warehouse = Warehouse()
    brand: tuple[Brand, ...] = Field(strict=False)
    source: tuple[Source, ...] = Field(default=(), strict=False)
    clock: tuple[Clock, ...] = Field(default=(), max_length=6, strict=False)
    goal: tuple[Goal, ...] = Field(default=(), strict=False)
    shift: tuple[Shift, ...] = Field(default=(), strict=False)
    absence: tuple[Absence, ...] = Field(default=(), strict=False)
    roster: tuple[RosterFile, ...] = Field(default=(), strict=False)
    staffing: Staffing | None = None
    event: tuple[PlannedEvent, ...] = Field(default=(), strict=False)
    calendar: Calendars = Field(default_factory=dict)
    track: Tracks = Field(default_factory=dict)
    sla: Sla | None = None
    value: Value | None = None
    snapshot: SnapshotPlan | None = None
    access: Access | None = None
    panel: dict[Name, Panel] = Field(default_factory=dict)
    wall: dict[Name, Wall] = Field(default_factory=dict)
    base: Path = Field(default=Path("."), exclude=True)

    @model_validator(mode="after")
    def _names_are_single(self) -> Site:
        if not self.brand:
            raise ValueError("no [[brand]] is named; name at least one")
        for what, names in (
            ("brand", [brand.name.casefold() for brand in self.brand]),
            ("source", [source.name for source in self.source]),
            ("goal", [goal.name for goal in self.goal]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f'two [[{what}]] tables are named "{twice[0]}"; give each its own name')
        return self

    @model_validator(mode="after")
    def _walls_hang_known_panels(self) -> Site:
        brands = {brand.name for brand in self.brand}
        goals = {goal.name for goal in self.goal}
        for name, panel in self.panel.items():
            if panel.goal is not None and panel.goal not in goals:
                raise ValueError(f"panel.{name}.goal: {unknown('goal', panel.goal, goals)}")
            for brand in panel.brands:
                if brand not in brands:
                    raise ValueError(f"panel.{name}.brands: {unknown('brand', brand, brands)}")
        for number, goal in (self.snapshot.goals if self.snapshot else {}).items():
            if goal not in goals:
                raise ValueError(f"snapshot.goals.{number}: {unknown('goal', goal, goals)}")
        for wall_name, wall in self.wall.items():
            for scene_name, scene in wall.scene.items():
                for panel_name in scene.panels:
                    if panel_name not in self.panel:
                        sentence = unknown("panel", panel_name, self.panel)
                        raise ValueError(f"wall.{wall_name}.scene.{scene_name}: {sentence}")
        return self

    @property
    def has_roster(self) -> bool:
        """Whether the file says who is on shift, itself or in other files."""
        return bool(self.shift or self.roster)

    @property
    def warehouse_path(self) -> Path:
        """Where the warehouse's file (or the lake's catalogue) lies."""
        return (self.base / self.warehouse.url.partition(":")[2]).resolve()

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks of the wall; the site's own when the file names none."""
        if self.clock:
            return self.clock
        city = self.site.timezone.rpartition("/")[2].replace("_", " ")
        return (Clock(name=city, timezone=self.site.timezone),)
