"""The words of `python app.py person`: its options, what is asked on the terminal, and what is shown."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape
from rich.table import Table

ROLES = ("viewer", "analyst", "operator", "admin")
_WORDS = {
    "add": "write down somebody who may look; asks for a password twice",
    "list": "who may look, as what, and the labels of their tokens",
    "password": "another password; signs the person out everywhere",
    "role": "another role, from the next request on",
    "remove": "a person goes, with every session and token",
    "token": "a token for a program, shown once; it may do what the person may do",
    "token-remove": "a token is good no more",
}


def add_options(command: argparse.ArgumentParser) -> None:
    """Hang the words behind `person` on its parser."""
    kind = type(command)
    words = command.add_subparsers(dest="what", metavar="WHAT", required=True, parser_class=kind)
    for what, help_words in _WORDS.items():
        one = words.add_parser(what, help=help_words, description=help_words)
        if what != "list":
            one.add_argument("name", metavar="NAME", help="the name signed in with, in whatever case")
        if what in ("add", "role"):
            one.add_argument("--role", choices=ROLES, required=True, help="each may do what those before it may do")
        if what in ("add", "password"):
            one.add_argument("--password-stdin", action="store_true", help="read the password's one line from stdin")
        if what in ("token", "token-remove"):
            one.add_argument("--label", default="program", metavar="L", help="what it is for (default: program)")


def wish(args: argparse.Namespace) -> tuple[str, dict[str, str] | None]:
    """The address a command asks, and what it asks for there; None only looks. Asks for a password where one is needed.

    Leaves with 2 and a sentence when there is no password.
    """
    if args.what == "list":
        return "/api/v1/person", None
    given = {key: getattr(args, key) for key in ("name", "role", "label") if hasattr(args, key)}
    if args.what in ("add", "password"):
        given["password"] = _one_line() if args.password_stdin else _typed_twice(args.name)
    return f"/api/v1/person/{args.what.replace('-', '/')}", given


def show(answer: Mapping[str, Any]) -> None:
    """What was done in a sentence, a token alone on stdout so that a script can take it, or everybody."""
    if "people" in answer:
        _show_people(answer["people"])
    elif "token" in answer:
        print(answer["sentence"], file=sys.stderr)
        print(answer["token"])
    else:
        print(answer["sentence"])


def _show_people(people: list[Mapping[str, Any]]) -> None:
    if not people:
        print("nobody is written down; whoever sits at this machine is called local and may do everything")
        return
    table = Table()
    for head in ("name", "role", "since", "tokens"):
        table.add_column(head, overflow="fold")
    for one in people:
        tokens = ", ".join(one["tokens"]) or "–"
        table.add_row(*[escape(cell) for cell in (one["name"], one["role"], one["since"], tokens)])
    Console(width=None if sys.stdout.isatty() else 220, highlight=False).print(table)


def _one_line() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _typed_twice(name: str) -> str:
    if not sys.stdin.isatty():
        _leave("there is no terminal to ask for a password on; write --password-stdin and send it there")
    password = getpass.getpass(f"Password for {name} (10 characters or more): ")
    if password != getpass.getpass("Once more: "):
        _leave("the two passwords differ; nothing is changed")
    return password


def _leave(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(2)
