"""Walls: their clocks, panels, scenes and grids."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from config.base import Duration, Model, Name, Text, Zone
from config.grid import Grid, parse_grid


class Clock(Model):
    """`[[clock]]`: a place whose time stands at the top of the wall."""

    name: Text
    timezone: Zone


class Panel(Model):
    """`[panel.NAME]`: one picture, the question it answers, and what to do when it moves.

    question    what somebody in the room wants to know, such as "How loud is it, and where?"
    threshold   when to act: a number the kind compares with, or words that say it
    goal        the name of the [[goal]] it serves
    measure, text   what some kinds take besides: which measure, the words of a text card
    """

    kind: str
    title: Text
    question: Text
    meaning: Text
    owner: Text
    threshold: Annotated[float, Field(strict=False)] | Text
    next_action: Text = Field(alias="next")
    goal: str | None = None
    window: Duration = timedelta(hours=24)
    measure: str | None = None
    text: Text | None = None
    brands: tuple[Text, ...] = Field(default=(), strict=False)


Rem = Annotated[int, Field(ge=48, le=1200)]


class Scene(Model):
    """`[wall.NAME.scene.NAME]`: a grid drawn as text; each word is a panel and covers a rectangle.

    title     what its name on the wall is; the scene's own when it has none
    seconds   how long it is shown before the next one
    size      width and height in rem that all its lengths are told in: [108, 192] for a screen that stands upright
    """

    title: Text | None = None
    seconds: int = Field(default=40, ge=5, le=3600)
    size: Annotated[tuple[Rem, Rem], Field(strict=False)] = (192, 108)
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

    @field_validator("size", mode="before")
    @classmethod
    def _two_numbers(cls, value: object) -> object:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError("is a width and a height in rem; write [192, 108]")
        return value

    @property
    def panels(self) -> tuple[str, ...]:
        """Every panel of the scene, in reading order: tiles, grid, ticker."""
        return (*self.tiles, *self.grid.names, *((self.ticker,) if self.ticker else ()))


class Wall(Model):
    """`[wall.NAME]`: the scenes of one screen, shown in turn in the order of the file."""

    title: str | None = None
    scene: dict[Name, Scene] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_size(self) -> Wall:
        sizes = [list(size) for size in {scene.size: None for scene in self.scene.values()}]
        if len(sizes) > 1:
            raise ValueError(f"has scenes of the sizes {sizes[0]} and {sizes[1]}; one screen has one size")
        return self

    @property
    def size(self) -> tuple[int, int]:
        """The reference size of the screen in rem."""
        return next(iter(self.scene.values())).size
