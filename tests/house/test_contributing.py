"""The source that CONTRIBUTING.md shows works as it is shown: its own test passes, and so does the battery."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import pytest

from connectors import registry
from tests.connectors import test_battery
from tests.connectors.kit import benches

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def block(behind: str) -> str:
    """The first Python block behind these words."""
    found = re.search(r"```python\n(.*?)```", TEXT[TEXT.index(behind) :], re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def chatlog(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    module = types.ModuleType("connectors.sources.chatlog")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(block("`connectors/sources/chatlog.py`, whole"), "chatlog.py", "exec"), module.__dict__)
    kinds = {**registry.source_kinds(), "chatlog": module.Source}
    monkeypatch.setattr(benches, "source_kinds", lambda: kinds)
    bench: dict[str, object] = dict(vars(benches))
    exec(compile(block("Every kind of source must also pass"), "bench.py", "exec"), bench)
    monkeypatch.setitem(benches.BENCHES, "chatlog", bench["ChatlogBench"])
    return module


@pytest.mark.usefixtures("chatlog")
def test_the_test_it_shows_passes(tmp_path: Path) -> None:
    shown: dict[str, object] = {}
    exec(compile(block("Its test, `tests/connectors/test_chatlog.py`"), "test_chatlog.py", "exec"), shown)
    tests = [value for name, value in shown.items() if name.startswith("test_")]
    assert len(tests) == 2
    for number, test in enumerate(tests):
        (tmp_path / str(number)).mkdir()
        test(tmp_path / str(number))  # type: ignore[operator]


@pytest.mark.parametrize("promise", ["t01", "t02", "t03", "t04", "t16", "t24"])
@pytest.mark.usefixtures("chatlog")
def test_it_passes_the_battery(promise: str, tmp_path: Path) -> None:
    (test,) = [value for name, value in vars(test_battery).items() if name.startswith(f"test_{promise}")]
    test("chatlog") if promise == "t24" else test("chatlog", tmp_path)
