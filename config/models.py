"""The words of a site file. Every model is frozen and refuses keys it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, field_validator, model_validator

from config.durations import format_duration, parse_duration
from config.errors import unknown
from config.grid import Grid, parse_grid


def _duration(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(unknown("time zone", value, available_timezones()))
    return value


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration), PlainSerializer(format_duration, return_type=str)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Text = Annotated[str, Field(max_length=400), BeforeValidator(lambda v: _text(v) if isinstance(v, str) else v)]


class Model(BaseModel):
    """The manners of every model here: frozen, unknown keys refused, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class SiteInfo(Model):
    """`[site]`: whose desk this is and in which zone its days are cut."""

    name: Text
    timezone: str = "UTC"
    week_starts: Literal["monday", "saturday", "sunday"] = "monday"
    language: str = "en"
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    url: str | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return _zone(value)

    @property
    def zone(self) -> ZoneInfo:
        """The site's IANA zone."""
        return ZoneInfo(self.timezone)


class Server(Model):
    """`[server]`: where the screens are served. Another address than the loopback needs `[access]`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8050, ge=0, le=65535)

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, value: str) -> str:
        if value not in ("127.0.0.1", "localhost"):
            raise ValueError(
                f'"{value}" would open the screens to others, which needs [access]; '
                "this version has no [access] yet, so write 127.0.0.1"
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


class Clock(Model):
    """`[[clock]]`: a place whose time stands at the top of the wall."""

    name: Text
    timezone: str

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return _zone(value)


class Panel(Model):
    """`[panel.NAME]`: one picture, the question it answers, and what to do when it moves."""

    kind: str
    title: Text
    meaning: Text
    owner: Text
    next_action: Text = Field(alias="next")
    window: Duration = timedelta(hours=24)
    measure: str | None = None
    brands: tuple[Text, ...] = Field(default=(), strict=False)
    threshold: float | None = Field(default=None, strict=False)


class Scene(Model):
    """`[wall.NAME.scene.NAME]`: a grid drawn as text; each word is a panel and covers a rectangle."""

    seconds: int = Field(default=40, ge=5, le=3600)
    tick: Duration = timedelta(seconds=5)
    tiles: tuple[str, ...] = Field(default=(), max_length=6, strict=False)
    grid: Grid
    ticker: str | None = None

    @field_validator("grid", mode="before")
    @classmethod
    def _drawn(cls, value: object) -> object:
        return parse_grid(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _each_panel_once(self) -> Scene:
        twice = [name for name in self.panels if self.panels.count(name) > 1]
        if twice:
            raise ValueError(f'shows the panel "{twice[0]}" twice; give the second its own [panel.NAME]')
        return self

    @property
    def panels(self) -> tuple[str, ...]:
        """Every panel of the scene, in reading order: tiles, grid, ticker."""
        return (*self.tiles, *self.grid.names, *((self.ticker,) if self.ticker else ()))


class Wall(Model):
    """`[wall.NAME]`: the scenes of one screen."""

    title: str | None = None
    scene: dict[Name, Scene] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_scene(self) -> Wall:
        if len(self.scene) > 1:
            raise ValueError("has more than one scene; this version shows one, rotation is not there yet")
        return self


class Site(Model):
    """A whole site file. `base` is the folder every relative path starts from."""

    site: SiteInfo
    server: Server = Server()
    warehouse: Warehouse = Warehouse()
    brand: tuple[Brand, ...] = Field(strict=False)
    source: tuple[Source, ...] = Field(default=(), strict=False)
    clock: tuple[Clock, ...] = Field(default=(), max_length=6, strict=False)
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
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f'two [[{what}]] tables are named "{twice[0]}"; give each its own name')
        return self

    @model_validator(mode="after")
    def _walls_hang_known_panels(self) -> Site:
        brands = {brand.name for brand in self.brand}
        for name, panel in self.panel.items():
            for brand in panel.brands:
                if brand not in brands:
                    raise ValueError(f"panel.{name}.brands: {unknown('brand', brand, brands)}")
        for wall_name, wall in self.wall.items():
            for scene_name, scene in wall.scene.items():
                for panel_name in scene.panels:
                    if panel_name not in self.panel:
                        sentence = unknown("panel", panel_name, self.panel)
                        raise ValueError(f"wall.{wall_name}.scene.{scene_name}: {sentence}")
        return self

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
