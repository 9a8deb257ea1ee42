"""A site file is read whole, and every fault in it is a sentence with its key, its line and what to write."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import ConfigError, load_site, parse_site
from config.durations import format_duration, parse_duration
from config.grid import parse_grid
from config.newsite import NewSource, quoted, site_text

ROOT = Path(__file__).resolve().parents[2]
GOOD = """\
[site]
name = "Air desk"
timezone = "America/New_York"

[[brand]]
name = "Aurora"
kind = "own"
terms = ["aurora", "@aurora"]
not = ["aurora borealis"]

[[source]]
name = "posts"
kind = "files"
path = "data/*.csv"
every = "90s"
class = "owned"
"""


def problems(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_site(text, base=Path("."))
    return str(caught.value)


def test_a_good_file_says_what_it_says() -> None:
    site = parse_site(GOOD, base=Path("/somewhere"))
    assert (site.site.name, site.site.zone.key) == ("Air desk", "America/New_York")
    assert site.brand[0].not_terms == ("aurora borealis",)
    source = site.source[0]
    assert (source.every, source.source_class, source.options) == (
        timedelta(seconds=90), "owned", {"path": "data/*.csv"},
    )  # fmt: skip
    assert site.warehouse_path == Path("/somewhere/var/watchfloor.duckdb")
    assert list(site.wall) == ["main"], "a site that hangs no wall gets the shipped one"
    assert [clock.name for clock in site.clocks] == ["New York"]


PANEL = """[panel.x]
kind = "tile"
title = "T"
question = "q"
meaning = "m"
owner = "o"
threshold = 2
next = "n"
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("timezone =", "timezon ="), 'site.timezon (line 3): unknown key "timezon"; did you mean "timezone"?'),
        (('"America/New_York"', '"New York"'), "site.timezone (line 3): unknown time zone"),
        (('"own"', '"mine"'), "brand.Aurora.kind (line 7): unknown value"),
        (('["aurora", "@aurora"]', '"aurora"'), 'brand.Aurora.terms (line 8): must be a list; write ["aurora"]'),
        (('["aurora", "@aurora"]', "[]"), "brand.Aurora.terms (line 8): is empty"),
        (('"90s"', '"often"'), 'source.posts.every (line 15): "often" is not a duration'),
        (('"90s"', '"0s"'), "is not a duration"),
        (('"90s"', "90"), "source.posts.every (line 15)"),
        (('"owned"', '"mine"'), "source.posts.class (line 16): unknown value"),
        (('name = "posts"', 'name = "my posts"'), "source.my posts.name"),
        (('name = "Air desk"\n', ""), "site.name (line 1): is required and missing"),
        (("[site]", "[site"), "is not TOML"),
        (("[site]", "[serv]\n[site]"), 'unknown key "serv"; did you mean "server"?'),
        (("[site]", "[server]\nport = 99999\n[site]"), "server.port (line 2)"),
        (("[site]", '[server]\nhost = "0.0.0.0"\n[site]'), "[access] address"),
        (("[site]", '[warehouse]\nurl = "postgres:x"\n[site]'), 'write "duckdb:FILE"'),
    ],
)
def test_every_fault_is_named(change: tuple[str, str], said: str) -> None:
    assert change[0] in GOOD
    assert said in problems(GOOD.replace(*change, 1))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[[brand]]\nname = "AURORA"\nterms = ["x"]', 'two [[brand]] tables are named "aurora"'),
        ('[wall.m.scene.a]\ngrid = "volum"', 'unknown panel "volum"; did you mean "volume"?'),
        ('[wall.m.scene.a]\ngrid = "volume"\ntiles = ["volume"]', 'shows the panel "volume" twice'),
        (
            '[wall.m.scene.a]\ngrid = "volume"\nsize = [108, 192]\n[wall.m.scene.b]\ngrid = "voice"',
            "wall.m: has scenes of the sizes [108, 192] and [192, 108]; one screen has one size",
        ),
        ('[wall.m.scene.a]\ngrid = "volume"\nsize = 192', "is a width and a height in rem; write [192, 108]"),
        ('[wall.m.scene.a]\ngrid = "volume"\nsize = [192, 1]', "wall.m.scene.a.size"),
        ('[wall.m.scene.a]\ngrid = "volume"\nseconds = 1', "wall.m.scene.a.seconds"),
        ('[wall.m.scene.a]\ngrid = """\nvolume volume\nvolume\n"""', "row 2 of the grid has 1 cells"),
        ('[wall.m.scene.a]\ngrid = """\nvolume voice\nvoice volume\n"""', "does not cover a rectangle"),
        ('[wall.m.scene.a]\ngrid = ""', "the grid is empty"),
        ('[panel.x]\nkind = "tile"\ntitle = "T"', "panel.x.meaning"),
        (PANEL + 'brands = ["Nobody"]', 'unknown brand "Nobody"'),
        (PANEL + 'goal = "Nothing"', 'unknown goal "Nothing"'),
    ],
)  # fmt: skip
def test_walls_and_panels_are_checked(more: str, said: str) -> None:
    assert said in problems(GOOD + more)


@pytest.mark.parametrize("key", ["question", "meaning", "owner", "threshold", "next"])
def test_a_panel_without_its_reason_or_its_owner_is_refused(key: str) -> None:
    [line] = [line for line in PANEL.splitlines() if line.startswith(f"{key} ")]
    assert parse_site(GOOD + PANEL, base=Path(".")).panel["x"]
    assert f"panel.x.{key} (line 17): is required and missing" in problems(GOOD + PANEL.replace(line + "\n", ""))
    assert f"panel.x.{key}" in problems(GOOD + PANEL.replace(line, f'{key} = " "'))


SHIFT = '[[shift]]\nsite = "Lisbon"\ntimezone = "Europe/Lisbon"\nheads = 4\nstart = "09:00"\nend = "17:00"\n'


def test_a_site_without_a_roster_gets_the_shipped_wall_without_the_scenes_that_show_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = '[wall.main.scene.{}]\ngrid = "x"\n'
    shipped = tmp_path / "wall.toml"
    shipped.write_text("".join(scene.format(name) for name in ("pulse", "sun", "people", "voice")) + PANEL)
    monkeypatch.setattr("config.load.SHIPPED_WALL", shipped)
    assert list(parse_site(GOOD, base=Path(".")).wall["main"].scene) == ["pulse", "voice"]
    assert list(parse_site(GOOD + SHIFT, base=Path(".")).wall["main"].scene) == ["pulse", "sun", "people", "voice"]
    own = '[wall.mine.scene.sun]\ngrid = "x"\n'
    assert list(parse_site(GOOD + own, base=Path(".")).wall["mine"].scene) == ["sun"], "a site's own wall is its own"


def test_all_faults_are_named_at_once() -> None:
    said = problems(GOOD.replace("timezone =", "timezon =").replace('"own"', '"mine"'))
    assert "site.timezon" in said
    assert "brand.Aurora.kind" in said


def test_files_that_cannot_be_read_are_letters_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        load_site(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes('[site]\nname = "Zürich"\n'.encode("latin-1"))
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load_site(tmp_path / "latin.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_site(tmp_path)
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_site(tmp_path / "bom.toml").site.name == "Air desk"


def test_the_shipped_example_is_good() -> None:
    assert load_site(ROOT / "config" / "example" / "site.toml").site.name


def test_a_grid_knows_where_everything_stands() -> None:
    grid = parse_grid("a a b\na a c\n. d d")
    assert (grid.rows, grid.columns, grid.names) == (3, 3, ("a", "b", "c", "d"))
    assert [(c.row, c.column, c.rows, c.columns) for c in grid.cells] == [
        (1, 1, 2, 2), (1, 3, 1, 1), (2, 3, 1, 1), (3, 2, 1, 2),
    ]  # fmt: skip


@given(st.integers(1, 10**6), st.sampled_from("smhdw"))
def test_durations_are_written_as_they_are_read(number: int, unit: str) -> None:
    duration = parse_duration(f"{number}{unit}")
    assert parse_duration(format_duration(duration)) == duration


@given(st.text())
def test_any_text_is_a_toml_string(text: str) -> None:
    if any("\ud800" <= char <= "\udfff" for char in text):
        return
    assert tomllib.loads(f"x = {quoted(text)}")["x"] == text


def test_a_new_site_file_is_a_good_one() -> None:
    source = NewSource("data/*.csv", "x", {"published_at": "when", "text": "body"}, "%d/%m/%Y %H:%M", "Asia/Tokyo")
    site = parse_site(site_text('Say "hi"', ["hi"], "Asia/Tokyo", source), base=Path("."))
    options = site.source[0].options
    assert options["columns"]["published_at"] == {"from": "when", "format": "%d/%m/%Y %H:%M", "timezone": "Asia/Tokyo"}
    assert options["columns"]["item_id"] == {"hash": ["when", "body"]}
    assert site.brand[0].name == 'Say "hi"'
