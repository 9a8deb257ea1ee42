"""The kinds of source there are: one file under connectors/sources/ each, found by looking."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from connectors import sources
from connectors.contract import Connector


@cache
def source_kinds() -> dict[str, type[Connector]]:
    """Every connector by its kind. A module's connector is the class in it named `Source`."""
    modules = [
        importlib.import_module(f"{sources.__name__}.{found.name}") for found in pkgutil.iter_modules(sources.__path__)
    ]
    classes: list[Any] = [module.Source for module in modules if hasattr(module, "Source")]
    return {cls.kind: cls for cls in sorted(classes, key=lambda cls: str(cls.kind))}
