"""Secrets: a site file names environment variables, and their values are read here and nowhere else."""

from __future__ import annotations

import os


def secret(name: str) -> str | None:
    """The value of the environment variable `name`; None when it is not set or empty."""
    return os.environ.get(name) or None
