"""What the command line prints of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from layouts.terminal import show_answer

SAID = "blind from 10:02 to 10:05 on mastodon: [red]503[/red]"


def body(**more: Any) -> bytes:
    plain = {"question": "q", "as_of": "now", "revision": 1, "columns": ["mentions_count"], "rows": [[7]]}
    return json.dumps({**plain, **more}).encode()


def test_blindness_stands_under_the_table_as_it_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(body(blind=[SAID, "blind since 11:00 on x"]), "table")
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-2:] == [SAID, "blind since 11:00 on x"]
    assert shown.err == ""


def test_csv_stays_pure_rows_and_says_it_beside_them(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(body(blind=[SAID]), "csv")
    shown = capsys.readouterr()
    assert shown.out.splitlines() == ["mentions_count", "7"]
    assert shown.err == SAID + "\n"


@pytest.mark.parametrize("answer", [body(), body(blind=[])])
def test_nothing_is_added_where_everybody_saw(answer: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(answer, "csv")
    assert capsys.readouterr().err == ""
    show_answer(answer, "table")
    assert "blind" not in capsys.readouterr().out
