"""The words of the command line: every command, its options, and help a newcomer can follow."""

from __future__ import annotations

import argparse
import difflib
import re
from pathlib import Path
from typing import NoReturn

from layouts import persons


class Parser(argparse.ArgumentParser):
    """argparse that names the nearest valid word when one is unknown."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and leave with 2."""
        found = re.search(r"invalid choice: '?([^'\s]+)'? \(choose from (.+)\)", message)
        if found:
            known = re.findall(r"[\w-]+", found[2])
            near = difflib.get_close_matches(found[1], known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "there are: " + ", ".join(known)
            message = f'unknown word "{found[1]}"; {hint}'
        if message == "argument --since: expected one argument":
            message = "argument --since: write a date or how far back, such as --since 2026-10-01 or --since 3d"
        self.exit(2, f"{message}\n(python app.py --help shows every command)\n")


def parser(version: str) -> Parser:
    """The command line, with help a newcomer can follow."""
    root = Parser(
        prog="python app.py",
        description="Watchfloor: the wall display and live dashboard of a social media command center.",
        epilog="Without --config the shipped example site is used. Start with: python app.py init",
    )
    root.add_argument("--config", type=Path, metavar="SITE.toml", help="the site file (default: the shipped example)")
    root.add_argument("--version", action="version", version=f"Watchfloor {version}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def command(name: str, words: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
        return added

    serving = command("serve", "collect on schedule and serve the screens (default)")
    serving.add_argument(
        "--now", metavar="TIME", help="start the demo's clock there, such as 2026-11-21T20:30Z; only without --config"
    )
    command("init", "ask brand, terms, zone and first source; write a commented site file; show 20 real rows")
    command("check", "validate the site file: what is wrong, where, what to write instead; exit 2")
    collecting = command("ingest", "run each source to its end and stop: what came, what was refused and why")
    how = collecting.add_mutually_exclusive_group(required=True)
    how.add_argument("--once", action="store_true", help="read to the end, then stop")
    how.add_argument(
        "--since",
        metavar="DATE",
        help="backfill from this date on, or so far back: 2026-10-01, 30d; run again, it goes on",
    )
    collecting.add_argument("--source", metavar="NAME", help="only this [[source]]")
    collecting.add_argument("--dry-run", action="store_true", help="write nothing; show what the rows would become")
    refusing = command("refused", "rows that could not be taken: list them, show them whole, try them again")
    refusing.add_argument(
        "what", choices=("list", "show", "redrive"), help="redrive reads them again as they are now read"
    )
    refusing.add_argument("--source", metavar="NAME", help="only of this [[source]]")
    refusing.add_argument("--reason", metavar="CODE", help="only those refused for this")
    refusing.add_argument("--limit", type=int, default=20, help="show at most so many (default 20)")
    removing = command("source", "remove NAME: forget a source that has left the site file")
    removing.add_argument("what", choices=("remove",))
    removing.add_argument("name", metavar="NAME", help="the source as it was named")
    removing.add_argument(
        "--rows", action="store_true", help="take all it brought along: mentions, cases, refused rows"
    )
    persons.add_options(command("person", "who may look: add, list, remove; passwords, roles, tokens for programs"))
    making = command("snapshot", "make: a week on one page, archived and written as one file that needs nothing else")
    making.add_argument("what", choices=("make",))
    making.add_argument("--week", metavar="WEEK", help="its ISO name, such as 2026-W46 (default: the last full week)")
    making.add_argument("--out", type=Path, metavar="FOLDER", help="write it there (default: [snapshot] folder)")
    asking = command("ask", "ask one question and print its answer")
    asking.add_argument("question", metavar="QUESTION", help="its name; `python app.py questions` lists them")
    asking.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="key=value",
        help="a parameter; repeat it for a list; times are ISO 8601, or -24h",
    )
    asking.add_argument("--format", choices=("table", "csv", "json"), default="table", help="default: table")
    explaining = command("explain", "why a case is due when it is: what counted when, by which line of the site file")
    explaining.add_argument("case", metavar="CASE_ID", help="the case as it is named: platform:native id")
    comparing = command(
        "whatif",
        "the past under another policy, or the days ahead under another roster, beside what is; nothing changes",
    )
    other = comparing.add_mutually_exclusive_group()
    other.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="TOML with [calendar], [track] and [sla] tables, such as a site file; a kind it does not have is taken "
        "from the site file (default: the site file, as if what it says now had always held)",
    )
    other.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="TOML with [[shift]], [[roster]], [[absence]] and [staffing] tables, such as a site file, or a CSV of "
        "shifts; what it does not have is taken from the site file",
    )
    comparing.add_argument(
        "--since",
        metavar="DATE",
        help="promises due from then on: 2026-10-01, or so far back: 30d; the roster from then on (default: now)",
    )
    comparing.add_argument("--until", metavar="DATE", help="and before then (default: now; of a roster in 14 days)")
    command("questions", "every question: meaning, parameters with defaults, columns, grain")
    command("sources", "the kinds of source and their options")
    return root
