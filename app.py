"""Watchfloor's roof: the command line, and the one place where the rooms are put together."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import ConfigError, load_site
from connectors import neighbour
from connectors.neighbour import Neighbour, NeighbourError
from layouts import persons, terminal
from layouts.commands import parser
from queries.catalogue import QuestionError, find, load_catalogue, parse_moment
from queries.warehouse import WarehouseError

if TYPE_CHECKING:
    from callbacks.hands import Hands
    from jobs.clockwork import Clockwork
    from jobs.house import House

# The house itself is imported by the commands that open it: a command beside a running server answers in half the time.
VERSION = "0.1.0"
EXAMPLE = Path(__file__).resolve().parent / "config" / "example" / "site.toml"
THREADS = 8
MOST_CONNECTIONS = 4000
log = logging.getLogger("watchfloor")


def utc_now() -> datetime:
    """This moment, aware UTC: the one clock that is handed to every room."""
    return datetime.now(UTC)


def clock_from(start: datetime) -> Callable[[], datetime]:
    """A clock that stands at `start` (aware) now and goes on at its usual pace."""
    ahead = start - utc_now()
    return lambda: utc_now() + ahead


def open_house(path: Path, clock: Callable[[], datetime] | None = None) -> House:
    """The house of a site file with its answer cache. Raises ConfigError or WarehouseError."""
    from flask import Flask
    from flask_caching import Cache

    from jobs.house import House

    cache = Cache(config={"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": 500, "CACHE_DEFAULT_TIMEOUT": 3600})
    cache.init_app(Flask("cache"))
    return House(path, clock or utc_now, cache.cache)


def hands_of(house: House, secret: str, clockwork: Clockwork | None = None) -> Hands:
    """The house as the routes see it. With a clockwork, what is posted to a source is read at once."""
    from callbacks.hands import Hands
    from jobs.whatif import WhatIf
    from jobs.whatif_roster import RosterWhatIf

    def receive(source: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        status, word = house.receive(source, headers, body)
        if status == 202 and clockwork:
            clockwork.soon(source)
        return status, word

    return Hands(
        answers=house.answers,
        clock=house.clock,
        served=lambda: house.served,
        frame=house.frames.get,
        ingest=house.ingest,
        redrive=house.redrive,
        remove=lambda source, rows: house.remove_source(source, with_rows=rows),
        snapshots=house.snapshots,
        people=house.people,
        receive=receive,
        whatif=WhatIf(house.warehouse, lambda: house.served.site, house.clock).compare,
        whatif_roster=RosterWhatIf(house.warehouse, lambda: house.served.site, house.clock).compare,
        secret=secret,
    )


def serve(args: argparse.Namespace) -> int:
    """Collect on schedule and serve the screens until told to stop."""
    site = load_site(args.config)
    if running := Neighbour.running(site.warehouse_path):
        running.close()
        return _fail(
            f"{site.warehouse_path} is already served at {running.address}; open it, or stop that server first"
        )
    if args.now and args.config != EXAMPLE:
        return _fail("--now sets the demo's clock; with a site file of your own the time is what it is", 2)
    from jobs.clockwork import Clockwork

    try:
        clock = clock_from(parse_moment(args.now, utc_now(), site.site.zone)) if args.now else utc_now
    except ValueError as error:
        return _fail(f"--now: {error}", 2)
    secret, clockwork = neighbour.new_secret(), Clockwork()
    with closing(open_house(args.config, clock)) as house:
        if site.access and not house.people.exist:
            first = f"python app.py --config {args.config} person add NAME --role admin"
            return _fail(f"[access] opens the screens to others; write down who may look first: {first}", 2)
        try:
            web = _listening(house, secret, clockwork)
        except OSError as error:
            return _fail(
                f"server.port {site.server.port} cannot be used: {error.strerror}; write another under [server]"
            )
        _until_stopped(house, web, secret, clockwork)
    return 0


def _listening(house: House, secret: str, clockwork: Clockwork) -> Any:
    """The web server, bound to its port and not yet answering. Raises OSError when the port is not to be had."""
    from waitress.server import create_server as listen

    from callbacks.server import create_server

    site = house.served.site
    return listen(
        create_server(hands_of(house, secret, clockwork)),
        host=site.access.address if site.access else site.server.host,
        port=site.server.port,
        threads=THREADS,
        # a screen keeps its connection; select() would end at 1,024 of them, and the default limit at 100
        connection_limit=MOST_CONNECTIONS,
        asyncore_use_poll=True,
        ident=None,
    )


def _until_stopped(house: House, web: Any, secret: str, clockwork: Clockwork) -> None:
    """Answer and collect until SIGTERM or Ctrl-C; then end the batch in hand and leave nothing behind."""
    from jobs.going import set_going

    site = house.served.site
    address = f"http://{site.access.near if site.access else site.server.host}:{web.effective_port}"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        neighbour.leave_note(site.warehouse_path, address, secret)
        set_going(house, clockwork)
        clockwork.start()
        print(f"Watchfloor serves {site.site.name} on {address} (stop with Ctrl-C)", flush=True)
        web.run()
    finally:
        neighbour.take_note_away(site.warehouse_path, secret)
        house.collector.stop()
        clockwork.stop()
        web.close()


def init(args: argparse.Namespace) -> int:
    """Ask for a brand and a first source, write a commented site file, show what its rows would become."""
    from jobs import newcomer

    return newcomer.init(args.config or Path("site.toml"), utc_now)


def check(args: argparse.Namespace) -> int:
    """Validate the site file and look at every source; 2 when something is wrong."""
    from jobs.lent import looking
    from jobs.site import checked_site
    from jobs.understand import terms_in_lexicon

    site, live = checked_site(args.config, utc_now())
    for line in terms_in_lexicon(site.brand):
        print(f"note: {line}")
    looks = [(one, one.connector.check(looking(one, utc_now))) for one in live]
    for one, look in looks:
        print(f"source {one.name}: {look.state}: {look.sentence}")
    wrong = [one.name for one, look in looks if look.state in ("misconfigured", "auth")]
    if wrong:
        return _fail(f"{args.config}: look at source {', '.join(wrong)}", 2)
    print(
        f"{args.config} is good: {terminal.count(len(site.brand), 'brand')}, "
        f"{terminal.count(len(live), 'source')}, {terminal.count(len(site.wall), 'wall')}"
    )
    return 0


def ingest(args: argparse.Namespace) -> int:
    """Run each source to its end and stop, or fill in what was said since a date; 1 when one of them failed."""
    wish = {"source": args.source, "dry_run": args.dry_run, "since": args.since}
    return _followed(args.config, "/api/v1/ingest", wish, dry_run=args.dry_run)


def refused(args: argparse.Namespace) -> int:
    """List, show or try again the rows that could not be taken."""
    if args.what == "redrive":
        return _followed(args.config, "/api/v1/refused/redrive", {"source": args.source, "reason": args.reason})
    given = [(name, value) for name, value in (("source", args.source), ("reason", args.reason)) if value]
    with _neighbour(args.config) as asked:
        if args.what == "list":
            terminal.show_answer(asked.ask("refused_rows", given), "table")
        else:
            terminal.show_refused(asked.ask("refused_detail", [*given, ("limit", str(args.limit))]))
    return 0


def source(args: argparse.Namespace) -> int:
    """Forget a source that has left the site file, with --rows all it brought."""
    with _neighbour(args.config) as asked:
        print(asked.remove_source(args.name, with_rows=args.rows))
    return 0


def _followed(config: Path, address: str, wish: Mapping[str, Any], *, dry_run: bool = False) -> int:
    with _neighbour(config) as asked, asked.events(address, wish) as events:
        reports = terminal.follow(events)
    if isinstance(reports, str):
        return _fail(reports, 2)
    terminal.show_reports(reports, dry_run=dry_run)
    return 1 if any(report["error"] for report in reports) else 0


def person(args: argparse.Namespace) -> int:
    """Who may look: write somebody down, change or remove them; tokens for programs."""
    wish = persons.wish(args)
    with _neighbour(args.config) as asked:
        persons.show(asked.tell(*wish))
    return 0


def snapshot(args: argparse.Namespace) -> int:
    """Make a week's snapshot: archive it, and write it as one file."""
    out = None if args.out is None else str(args.out.resolve())
    with _neighbour(args.config) as asked:
        print(asked.tell("/api/v1/snapshot/make", {"week": args.week, "out": out})["sentence"])
    return 0


def ask(args: argparse.Namespace) -> int:
    """Ask one question."""
    find(load_catalogue(), args.question)
    pairs = [terminal.pair(text) for text in args.param]
    with _neighbour(args.config) as asked:
        terminal.show_answer(asked.ask(args.question, pairs), args.format)
    return 0


def tell(args: argparse.Namespace) -> int:
    """Explain a deadline, or compare the past with what it would have been."""
    from jobs.telling import TELL

    with _neighbour(args.config) as asked:
        TELL[args.command](asked, args)
    return 0


def questions(_: argparse.Namespace) -> int:
    """What can be asked."""
    terminal.show_questions(list(load_catalogue().values()))
    return 0


def sources(_: argparse.Namespace) -> int:
    """The kinds of source and their options."""
    from connectors.registry import source_kinds

    terminal.show_sources([(kind, made.summary, made.Options) for kind, made in source_kinds().items()])
    return 0


@contextmanager
def _neighbour(path: Path) -> Iterator[Neighbour]:
    """The server that has this site's warehouse open, else our own routes in this process."""
    site = load_site(path)
    running = Neighbour.running(site.warehouse_path)
    if running:
        with closing(running):
            yield running
        return
    from callbacks.api import create_api

    secret = neighbour.new_secret()
    house = open_house(path)
    with closing(house), closing(Neighbour.inside(create_api(hands_of(house, secret)), secret)) as inside:
        yield inside


def _fail(sentence: str, code: int = 1) -> int:
    print(sentence, file=sys.stderr)
    return code


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    command.__name__: command
    for command in (serve, init, check, ingest, refused, source, person, snapshot, ask, questions, sources)
}
COMMANDS["explain"] = COMMANDS["whatif"] = tell


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0 is well, 1 failed, 2 was asked wrongly."""
    args = parser(VERSION).parse_args(argv)
    args.config = args.config or (None if args.command == "init" else EXAMPLE)
    args.now = getattr(args, "now", None)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("apscheduler", "httpx", "waitress.queue"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    try:
        return COMMANDS[args.command or "serve"](args)
    except (ConfigError, QuestionError) as error:
        return _fail(str(error), 2)
    except NeighbourError as error:
        return _fail(str(error), 2 if error.status in (400, 404) else 1)
    except WarehouseError as error:
        return _fail(str(error))
    except BrokenPipeError:
        # whoever read our output has seen enough; the interpreter must not complain on its way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _fail(f"{error.filename or 'the output'} cannot be used: {error.strerror}")
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
