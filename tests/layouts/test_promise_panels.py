"""The scenes promises and answers: what is owed, and never a claim the numbers do not bear."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from layouts import look
from layouts.panels import Scope, panel_kinds
from layouts.panels.promised import NO_PROMISE
from tests.layouts.promise_rows import PROMISES
from tests.layouts.promise_world import PICTURES, TILES, changed, drawing, figure, made, notes, said, sentences
from tests.layouts.test_panels import UNSPOKEN, ids
from tests.layouts.world import HOSTILE, MOMENT, NOW, words_of

CSS = (Path(__file__).resolve().parents[2] / "assets" / "panels_promises.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*PICTURES, *TILES])
def test_a_site_that_promises_nothing_is_told_what_to_write_and_asked_nothing(name: str) -> None:
    site = made("")
    panel = site.panel[name]
    assert panel_kinds()[panel.kind].asks(panel, Scope(site, NOW)) == {}
    drawn = drawing(name, site=site)
    if name in TILES:
        assert said(drawn, name) == ["–", "", "–", "no promise is set", "write [track.NAME]"]
    else:
        assert NO_PROMISE in sentences(drawn)
        assert "write [track.NAME] in the site file" in NO_PROMISE


@pytest.mark.parametrize("name", [*PICTURES, *TILES])
def test_as_long_as_no_source_brings_cases_nothing_is_claimed(name: str) -> None:
    drawn = drawing(name, {}, has_data=False)
    assert "no cases yet" in words_of(drawn)
    assert not re.search(r"\d", "".join(words_of(drawn)))


@pytest.mark.parametrize("name", ["attainment", "ageing", "causes", "forecast", "burn"])
def test_a_calm_sentence_has_lines_that_fit_the_narrowest_card(name: str) -> None:
    [sentence] = figure(drawing(name, site=made("")))["layout"]["annotations"]
    assert max(map(len, sentence["text"].split("<br>"))) <= 38


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("due", "no clock runs: nobody is owed an answer"),
        ("attainment", "no promise was due in the last 24 h"),
        ("ageing", "no clock runs: nobody is owed an answer"),
        ("causes", "no breach in the last 24 h"),
        ("forecast", "no forecast yet: no promise has been made so far"),
        ("burn", "no promise was due in the last 6 h"),
        ("promise", "no public promise was due in the last 7 d"),
        ("attainment_day", "none due in 24 h"),
        ("promise_day", "none due in 24 h"),
        ("overdue", "no clock runs"),
        ("due_hour", "no clock runs"),
    ],
)
def test_nothing_is_said_calmly(name: str, sentence: str) -> None:
    drawn = drawing(name, {})
    assert sentence in sentences(drawn)
    for one in drawn.figures.values():
        go.Figure(one)
        assert one["data"] == []


@pytest.mark.parametrize("name", [*PICTURES, *TILES])
@pytest.mark.parametrize("told", [PROMISES, {}, {key: [{}] for key in PROMISES}], ids=["full", "empty", "unknown"])
def test_a_picture_is_plain_lean_and_valid_and_only_touches_what_stands(name: str, told: Mapping[str, Any]) -> None:
    drawn, panel = drawing(name, told), made().panel[name]
    page = ids(panel_kinds()[panel.kind].skeleton(name, panel, made()))
    for part in (drawn.values, drawn.states, drawn.paths, drawn.figures, drawn.lists):
        assert set(part) <= page
    text = json.dumps([drawn.values, drawn.lists, drawn.paths, drawn.figures], allow_nan=False)
    assert not UNSPOKEN.search(text.replace("null", ""))
    assert len(text) < 20_000
    for one in drawn.figures.values():
        assert "template" not in one["layout"]
        go.Figure(one)


def test_unknown_is_a_dash_and_not_zero() -> None:
    for name in ("attainment_day", "promise_day"):
        assert said(drawing(name, {key: [{}] for key in PROMISES}), name)[:3] == ["–", "", "–"]
    row = {"group_name": "care", "met_count": 3, "breached_count": 1}
    assert "– %" not in notes(drawing("attainment", {"sla_attainment": [row]}))
    assert notes(drawing("attainment", {"sla_attainment": [row]}))[2:] == ["–", "few: 3 of 4"]
    hour = {"hour": 1, "since_at": MOMENT, "until_at": MOMENT, "breached_count": 2.0}
    assert "– on, can –" in figure(drawing("forecast", {"breach_forecast": [hour]}))["layout"]["xaxis"]["ticktext"][0]
    case = {"case_id": "x:9", "state": "on_track"}
    assert drawing("due", {"sla_next": [case]}).lists["due:rows"] == [
        ["", "–", "unknown", "x:9", "unknown", "unknown", "nobody", "ontrack"]
    ]


def test_the_tiles_say_their_numbers() -> None:
    assert {name: said(drawing(name), name) for name in TILES} == {
        "attainment_day": ["88", "%", "= 0", "vs 24 h before", "420 of 479 kept"],
        "overdue": ["7", "", "= 0%", "vs 24 h ago", "of 83 clocks"],
        "due_hour": ["17", "", "= 0%", "vs 24 h ago", "3 within 15 min"],
        "promise_day": ["93", "%", "= 0", "within 2 h", "383 of 412 kept"],
    }


def test_a_tile_past_its_threshold_is_marked_and_few_are_no_verdict() -> None:
    def told(target: float, met: int, breached: int) -> dict[str, Any]:
        share = met / (met + breached)
        return {"sla_attainment": [{"group_name": "all", "met_count": met, "breached_count": breached,
                                    "attainment_share": share, "target_share": target}]}  # fmt: skip

    under = drawing("attainment_day", told(0.9, 17, 3))
    assert under.states == {"attainment_day:card": "warn"}
    assert said(under, "attainment_day")[3:] == ["under 90 %", "17 of 20 kept"]
    assert under.paths["attainment_day:mark"].startswith("M90.0,")
    few = drawing("attainment_day", told(0.9, 3, 1))
    assert few.states == {"attainment_day:card": "info"}
    assert said(few, "attainment_day")[4] == "few: 3 of 4 kept"
    for limit, state in ((6.0, "warn"), (7.0, "info"), ("some", "info")):
        panel = changed("overdue", threshold=limit)
        assert drawing("overdue", panel=panel).states == {"overdue:card": state}


def test_what_is_due_is_told_in_numbers_and_rows_with_the_instant_the_page_counts_from() -> None:
    drawn = drawing("due")
    numbers = {what: drawn.values[f"due:{what}"] for what in ("overdue", "quarter", "half", "hour", "oldest")}
    assert numbers == {"overdue": "7", "quarter": "3", "half": "8", "hour": "17", "oldest": "2026-11-21T17:30:25Z"}
    assert drawn.states["due:overdue-count"] == "some"
    assert drawn.lists["due:rows"] == [
        ["2026-11-21T20:18:25Z", "15:18", "X", "my bag", "first answer", "care", "nobody", "breached"],
        ["2026-11-21T20:36:25Z", "15:36", "X", "my bag", "next answer", "care", "ann", "atrisk"],
        ["2026-11-22T22:30:25Z", "Sun 17:30", "X", "my bag", "resolution", "care", "ann", "ontrack"],
        ["", "1:30 h left", "X", "my bag", "resolution", "care", "ann", "paused"],
    ]
    assert drawn.values["due:sub"] == (
        "83 clocks run · the longest overdue, then the least time left · 12 nobody owns · 6 paused"
    )


def test_however_many_are_overdue_what_can_still_be_kept_has_its_place() -> None:
    def shown(late: int, kept: int) -> list[str]:
        rows = [{"case_id": f"late {n}", "state": "breached"} for n in range(late)]
        rows += [{"case_id": f"kept {n}", "state": "on_track"} for n in range(kept)]
        return [cells[3] for cells in drawing("due", {"sla_next": rows}).lists["due:rows"]]

    assert shown(200, 12) == ["late 0", "late 1", *(f"kept {n}" for n in range(8))]
    assert shown(200, 1) == [*(f"late {n}" for n in range(5)), "kept 0"]
    assert shown(1, 2) == ["late 0", "kept 0", "kept 1"]
    asked = panel_kinds()["due"].asks(made().panel["due"], Scope(made(), NOW))["next"]
    assert asked.params["most"] == 1000


def test_a_due_date_is_never_a_time_that_could_be_another_days() -> None:
    def at(**away: float) -> str:
        due = MOMENT + timedelta(**away)
        row = {"case_id": "x:1", "due_at": due, "breaches_at": due, "state": "on_track"}
        return drawing("due", {"sla_next": [row]}).lists["due:rows"][0][1]

    assert [at(hours=1), at(hours=-20), at(days=6), at(days=7), at(days=-30)] == [
        "16:30", "Fri 19:30", "Fri 15:30", "28 Nov", "22 Oct",
    ]  # fmt: skip


def test_the_style_sheet_knows_the_words_the_rows_carry() -> None:
    rows = drawing("due").lists["due:rows"]
    assert {"atrisk", "paused"} < {cells[7] for cells in rows}
    assert {"atrisk", "paused", "nobody"} == set(re.findall(r"\.due \S*\[data-word=(\w+)\]", CSS)) | set(
        re.findall(r"\.due [^{]*\.c7\[data-word=(\w+)\]", CSS)
    )


def test_the_tile_and_the_panel_ask_the_same_question() -> None:
    scope, site = Scope(made(), NOW), made()
    due = panel_kinds()["due"].asks(site.panel["due"], scope)["due"]
    assert due == panel_kinds()["care"].asks(site.panel["overdue"], scope)["now"]


def test_every_question_is_asked_as_of_the_tick_and_of_the_panels_brands() -> None:
    site = made()
    for name in [*PICTURES, *TILES]:
        panel = site.panel[name].model_copy(update={"brands": ("United",)})
        for ask in panel_kinds()[panel.kind].asks(panel, Scope(site, NOW)).values():
            assert ask.params["brands"] == ["United"]
            now = ask.params["now"]
            assert isinstance(now, datetime)
            assert now == NOW or NOW - timedelta(hours=24, minutes=1) < now <= NOW - timedelta(hours=24)


def test_texts_from_outside_are_text() -> None:
    hostile = HOSTILE.replace("\ud800", "")  # no table can hold half a letter
    plain = "<script>alert(1)</script> <b>x</b> ltr end"
    names = {"group_name": hostile, "track": hostile, "cause": hostile, "subject": hostile, "owner": hostile}

    def told(params: Mapping[str, Any], question: str) -> list[dict[str, Any]]:
        return [{**row, **{key: names[key] for key in row.keys() & names}} for row in PROMISES[question](params)]

    rows = {question: (lambda params, q=question: told(params, q)) for question in PROMISES}
    for name in PICTURES:
        drawn = drawing(name, rows, changed(name, measure="track") if name == "ageing" else None)
        for one in drawn.figures.values():
            go.Figure(one)
            axis = one["layout"].get("yaxis", {}).get("ticktext", [])
            shown = [*axis, *(note["text"] for note in one["layout"]["annotations"])]
            assert not [text for text in shown if re.search(r"<(?!/?b>|/?span|br>)", text) or "\u202e" in text]
    assert drawing("due", rows).lists["due:rows"][0][3] == plain


def test_the_style_sheet_is_in_rem_and_nothing_is_smaller_than_sixteen_pixels() -> None:
    assert not re.findall(r"[\d.]+px", CSS)
    assert min(float(size) for size in re.findall(r"font-size: ([\d.]+)rem", CSS)) >= 1.6


def test_what_the_room_reads_from_afar_is_large_enough() -> None:
    # 15 arc minutes of cap height at six metres on a screen of 65 inches
    assert float(re.findall(r"\.due-number \{ font-size: ([\d.]+)rem", CSS)[0]) >= 4.8
    assert float(re.findall(r"\.kept-number \{ font-size: ([\d.]+)rem", CSS)[0]) >= 4.8


def test_nothing_stale_is_green() -> None:
    for name in [*PICTURES, *TILES]:
        text = json.dumps(list(drawing(name).figures.values()))
        assert look.OK not in text, "a figure cannot know that it is stale"
    assert ".card:not([data-fresh=live]) .headline[data-state=ok]::before { color: inherit; }" in CSS


def test_the_shipped_wall_hangs_all_of_them_within_what_a_scene_can_bear() -> None:
    scenes = made().wall["main"].scene
    hung = {name for scene in scenes.values() for name in scene.panels}
    assert {*PICTURES, *TILES} <= hung
    for scene in (scenes["service"], scenes["answers"]):
        assert len(scene.tiles) <= 6
        assert len(scene.grid.names) <= 5
