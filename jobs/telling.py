"""Commands that ask for what they need and put the answers into words."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from config import load_site
from config.policy import read_policy
from connectors.neighbour import Neighbour, NeighbourError
from jobs.explain import explain_case
from layouts.whatif import show


def explain(asked: Neighbour, args: argparse.Namespace) -> None:
    """Why a case is due when it is. Raises NeighbourError."""
    explain_case(asked.ask, args.case, args.config)


def whatif(asked: Neighbour, args: argparse.Namespace) -> None:
    """The past under another policy, beside the past as it was. Raises ConfigError and NeighbourError."""
    policy = None if args.policy is None else read_policy(args.policy)
    file = None if args.policy is None else str(args.policy)
    wish = {"policy": policy, "file": file, "since": args.since, "until": args.until}
    with asked.events("/api/v1/whatif", wish) as events:
        answer = next(events)
    if answer["event"] == "error":
        raise NeighbourError(answer["sentence"], 400)
    show(answer, load_site(args.config).site.zone)


TELL: Mapping[str, Callable[[Neighbour, argparse.Namespace], None]] = {"explain": explain, "whatif": whatif}
