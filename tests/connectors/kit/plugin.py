"""The kit as a pytest plugin: runs a test once for every kind of source there is, or for those that can.

    @pytest.mark.sources                   every kind that has a bench (tests/connectors/kit/benches.py)
    @pytest.mark.sources("is_web")         those whose bench says so: is_web, is_json, late, edits, deletes
    def test_something(kind: str, ...) -> None:

`pytest tests/connectors/test_battery.py --source-kind mastodon` runs them for one kind, while you write it.
"""

from __future__ import annotations

import pytest

from tests.connectors.kit.benches import BENCHES


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that picks one kind."""
    parser.addoption("--source-kind", choices=sorted(BENCHES), help="run the source battery for this kind only")


def pytest_configure(config: pytest.Config) -> None:
    """The mark."""
    config.addinivalue_line("markers", "sources(*abilities): once per kind of source whose bench has the abilities")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per kind."""
    mark = metafunc.definition.get_closest_marker("sources")
    if mark is None:
        return
    only = metafunc.config.getoption("--source-kind")
    able = [kind for kind, bench in BENCHES.items() if all(getattr(bench, ability) for ability in mark.args)]
    metafunc.parametrize("kind", [kind for kind in able if only in (None, kind)])
