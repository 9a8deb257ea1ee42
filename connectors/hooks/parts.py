"""A part of a delivery: one value that is to become one record, or one that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.clean import Unusable


@dataclass(frozen=True, slots=True)
class Part:
    """`value` is to become a record of the list `form`; with `wrong` it cannot, and is kept as it is."""

    form: str
    value: Any
    wrong: Unusable | None = None
