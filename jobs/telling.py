"""Commands that ask for what they need and put the answers into words."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from config import load_site
from config.policy import read_policy
from connectors.neighbour import Neighbour, NeighbourError
from jobs.explain import explain_case
from layouts.whatif import show
from layouts.whatif_roster import show as show_rosters


def explain(asked: Neighbour, args: argparse.Namespace) -> None:
    """Why a case is due when it is. Raises NeighbourError."""
    explain_case(asked.ask, args.case, args.config)


def whatif(asked: Neighbour, args: argparse.Namespace) -> None:
    """What is beside what would be: another policy in the past, or another roster ahead.

    Raises ConfigError and NeighbourError.
    """
    site = load_site(args.config).site
    if args.roster is not None:
        wish = {"roster": read_policy(args.roster), "file": str(args.roster), "since": args.since, "until": args.until}
        show_rosters(_compared(asked, "/api/v1/whatif/roster", wish), site.zone, site.currency)
        return
    if args.since is None:
        raise NeighbourError("arguments are required: --since, from when on promises are compared, such as 30d", 400)
    policy = None if args.policy is None else read_policy(args.policy)
    file = None if args.policy is None else str(args.policy)
    wish = {"policy": policy, "file": file, "since": args.since, "until": args.until}
    show(_compared(asked, "/api/v1/whatif", wish), site.zone)


def _compared(asked: Neighbour, address: str, wish: Mapping[str, Any]) -> Mapping[str, Any]:
    with asked.events(address, wish) as events:
        answer = next(events)
    if answer["event"] == "error":
        raise NeighbourError(answer["sentence"], 400)
    return answer


TELL: Mapping[str, Callable[[Neighbour, argparse.Namespace], None]] = {"explain": explain, "whatif": whatif}
