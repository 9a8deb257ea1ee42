"""Another roster beside the site file's: the shifts, absences and costs of a text, put in place of the site's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field, ValidationError

from config.base import Model
from config.errors import ConfigError, Problem, explain
from config.load import placed
from config.models import Site
from config.policy import tables_of
from config.promises import Fault
from config.roster import Absence, RosterFile, Shift, name_faults, track_faults
from config.staffing import Staffing

KINDS = ("shift", "roster", "absence", "staffing")
"""The tables a roster is made of. Of each kind it has all or none: those of a kind it does not have are the site's.
Shifts and roster files are one kind: both say who is on."""


class Proposal(Model):
    """What a roster file may say; other tables of a site file are not read."""

    shift: tuple[Shift, ...] = Field(default=(), strict=False)
    roster: tuple[RosterFile, ...] = Field(default=(), strict=False)
    absence: tuple[Absence, ...] = Field(default=(), strict=False)
    staffing: Staffing | None = None


def with_roster(site: Site, text: str, file: str) -> Site:
    """The site as it were with the shifts, roster files, absences and [staffing] of a text in TOML, whole or in part.

    Raises ConfigError with every problem; `file` is the name its messages use.
    """
    raw = tables_of(text, file)
    tables = {kind: raw[kind] for kind in KINDS if kind in raw}
    if not tables:
        raise ConfigError(
            file, [Problem("the file", "has no [[shift]], [[roster]], [[absence]] or [staffing] to compare with")]
        )
    try:
        said = Proposal.model_validate(tables)
    except ValidationError as error:
        problems = [placed(one.where.split("."), one.sentence, raw, text) for one in explain(error, Proposal)]
        raise ConfigError(file, problems) from None
    made = site.model_copy(update=_taken(said, tables))
    if wrong := [placed(path, sentence, raw, text) for path, sentence in _faults(made, tables)]:
        raise ConfigError(file, wrong)
    return made


def _taken(said: Proposal, tables: dict[str, Any]) -> dict[str, Any]:
    kinds = {*tables, *(("shift", "roster") if _is_roster(tables) else ())}
    return {kind: getattr(said, kind) for kind in kinds}


def _faults(site: Site, tables: dict[str, Any]) -> Iterator[Fault]:
    """What cannot be true together. What the site file says is not judged anew: the proposal may do without."""
    staffing = site.staffing if "staffing" in tables else None
    yield from track_faults(*((site.shift, site.roster) if _is_roster(tables) else ((), ())), staffing, site.track)
    if not site.roster:
        yield from name_faults(site.absence if "absence" in tables else (), staffing, site.shift)


def _is_roster(tables: dict[str, Any]) -> bool:
    return "shift" in tables or "roster" in tables
