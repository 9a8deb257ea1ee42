"""What the command line shows: tables, a progress bar, and sentences."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

WIDE, FEW = 10, 6
"""An answer of more columns and at most so many rows is shown turned."""


def count(number: int, thing: str) -> str:
    """ "1 brand", "3 brands"."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def pair(text: str) -> tuple[str, str]:
    """`key=value` as a pair. Raises SystemExit with a sentence when there is no "="."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        print(f'--param takes key=value, not "{text}"', file=sys.stderr)
        raise SystemExit(2)
    return key, value


def follow(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]] | str:
    """Show progress while events come; gives the reports, or the sentence of what stopped it."""
    reports: list[dict[str, Any]] = []
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}
        for event in events:
            if event["event"] == "error":
                return str(event["sentence"])
            source = event["source"]
            if source not in tasks:
                tasks[source] = bar.add_task(source, total=None)
            share = event.get("share")
            bar.update(
                tasks[source],
                description=f"{source}: {event['read']:,} rows",
                total=None if share is None else 1.0,
                completed=share or 0,
            )
            if event["event"] == "report":
                bar.update(tasks[source], total=1.0, completed=1.0)
                reports.append(dict(event))
    return reports


def show_reports(reports: Sequence[Mapping[str, Any]], *, dry_run: bool) -> None:
    """What came, what was refused and why, and what a person should know."""
    out = _console()
    table = Table(title="What would come (nothing is written)" if dry_run else None, title_justify="left")
    table.add_column("source")
    heads = ["read", "mentions", "cases", "events"] if dry_run else ["read", "new", "changed", "same", "deleted"]
    # what most sources never bring would only be a column of noughts
    rare = {"cases", "events", "deleted"}
    heads = [head for head in [*heads, "refused", "filtered"] if head not in rare or any(r[head] for r in reports)]
    for head in heads:
        table.add_column(head, justify="right")
    for report in reports:
        table.add_row(escape(report["source"]), *[f"{report[head]:,}" for head in heads])
    out.print(table)
    for report in reports:
        _say(out, report)


def _say(out: Console, report: Mapping[str, Any]) -> None:
    name = report["source"]
    for reason, sentence, times in report["refusals"]:
        first = "" if times == 1 else "the first: "
        out.print(f"{name}: refused {times:,} ({reason}): {first}{sentence}", markup=False, soft_wrap=True)
    for note in report["notes"]:
        out.print(f"{name}: {note}", markup=False, soft_wrap=True)
    for waiting in report["waiting"]:
        out.print(f"{name}: {waiting}; run this again when it is complete", markup=False, soft_wrap=True)
    if report["error"]:
        out.print(f"{name}: stopped: {report['error']}", markup=False, soft_wrap=True)
    if report["rows"]:
        show_rows(report["rows"])


def show_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as they would stand in the warehouse."""
    table = Table(title="The first rows as they would become", title_justify="left")
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*[_cell(value) for value in row.values()])
    _console().print(table)


def show_refused(body: bytes) -> None:
    """Refused rows whole: why, where they stood, and what they were."""
    answer, out = json.loads(body), _console()
    rows = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
    if not rows:
        out.print("no refused rows")
    for row in rows:
        place = ", line ".join(str(part) for part in (row["file"], row["line"]) if part is not None)
        out.print(f"{row['source']}: {row['reason']}{f' ({place})' if place else ''}, {row['refused_at']}", **_plain)
        out.print(f"  {row['sentence']}", **_plain)
        out.print(f"  {row['raw']}\n", **_plain)


def show_answer(body: bytes, form: str) -> None:
    """An answer as it came from the API, as a table, as CSV, or as its own JSON.

    When somebody was blind stands below the table; beside CSV it goes to stderr, so that the rows stay pure.
    """
    if form == "json":
        sys.stdout.buffer.write(body + b"\n")
        return
    answer = json.loads(body)
    if form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(answer["columns"])
        writer.writerows(answer["rows"])
        sys.stdout.flush()
        for line in answer.get("blind", ()):
            print(line, file=sys.stderr)
        return
    title = f"{answer['question']} as of {answer['as_of']}, revision {answer['revision']}"
    wide = len(answer["columns"]) > WIDE and 0 < len(answer["rows"]) <= FEW
    table = _turned(title, answer) if wide else _plain_table(title, answer)
    out = _console()
    out.print(table)
    for line in answer.get("blind", ()):
        out.print(line, **_plain)


def _plain_table(title: str, answer: Mapping[str, Any]) -> Table:
    table = Table(title=title, title_justify="left")
    numbers = [any(isinstance(row[i], int | float) for row in answer["rows"]) for i in range(len(answer["columns"]))]
    for name, is_number in zip(answer["columns"], numbers, strict=True):
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in answer["rows"]:
        table.add_row(*[_cell(value) for value in row])
    return table


def _turned(title: str, answer: Mapping[str, Any]) -> Table:
    """A few rows of many columns, turned: a column a line, or nobody could read a word of it."""
    table = Table(title=title, title_justify="left", show_header=False)
    for _ in range(len(answer["rows"]) + 1):
        table.add_column(overflow="fold")
    for place, name in enumerate(answer["columns"]):
        table.add_row(name, *[_cell(row[place]) for row in answer["rows"]])
    return table


class ParamLike(Protocol):
    """A parameter, as far as it is shown."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def default(self) -> str | None: ...
    @property
    def meaning(self) -> str: ...


class QuestionLike(Protocol):
    """A question, as far as it is shown."""

    @property
    def name(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def params(self) -> Sequence[ParamLike]: ...
    @property
    def columns(self) -> Sequence[Any]: ...
    @property
    def grain(self) -> str: ...


def show_questions(questions: Sequence[QuestionLike]) -> None:
    """Every question with its parameters and columns."""
    out = _console()
    for question in questions:
        out.print(f"[bold]{question.name}[/bold]: {escape(question.meaning)}", soft_wrap=True)
        for param in question.params:
            default = "required" if param.default is None else f"default {param.default}"
            out.print(f"  param   {param.name:<22} {param.type:<12} {default:<22} {param.meaning}", **_plain)
        for column in question.columns:
            out.print(f"  column  {column.name:<29} {column.type:<12} {column.meaning}", **_plain)
        out.print(f"  grain   {question.grain}\n", **_plain)


def show_sources(kinds: Sequence[tuple[str, str, type[BaseModel]]]) -> None:
    """Every kind of source with its options."""
    out = _console()
    for kind, summary, options in kinds:
        out.print(f"[bold]{kind}[/bold]: {escape(summary)}", soft_wrap=True)
        for name, field in options.model_fields.items():
            need = "required" if field.is_required() else f"default {field.get_default(call_default_factory=True)!r}"
            out.print(f"  {field.alias or name:<12} {need:<22} {field.description or ''}", **_plain)
        out.print()


_plain: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}


def _console() -> Console:
    # beside a pipe there is no terminal to fit: wide enough that nothing is cut
    return Console(width=None if sys.stdout.isatty() else 220, highlight=False)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else escape(str(value))
