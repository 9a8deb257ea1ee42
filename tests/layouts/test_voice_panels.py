"""What people say: rising topics, top posts, voice over days, feelings by brand and cards of text."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from config import Panel, parse_site
from jobs.site import panel_problems
from layouts.panels import Scope, panel_kinds
from layouts.panels.kind import Figure
from layouts.panels.rising import own_words
from layouts.stop_words import STOP_WORDS
from tests.layouts.test_look import ASSETS
from tests.layouts.world import HOSTILE, MOMENT, NOW, SITE, draw, empty, full, panels, scope, site, table, words_of

HOUR = timedelta(hours=1)
CSS = (ASSETS / "panels_voice.css").read_text(encoding="utf-8")


def word(name: str, **more: Any) -> dict[str, Any]:
    counts = {"mentions_count": 84, "authors_count": 63, "z_score": 9.0, "times_usual": 12.3}
    return {"word": name, "kind": "word", "example_text": f"about {name}", **counts, **more}


def topics(*rows: dict[str, Any], **more: pd.DataFrame) -> list[list[str]]:
    tables = {**empty(panels()["topics"]), "words": table("rising_words", list(rows)), **more}
    return draw("topics", tables).lists["topics:rows"]


def test_a_topic_is_a_word_how_unusual_it_is_how_loud_and_one_post() -> None:
    assert topics(word("refund")) == [["refund", "12×", "84 mentions", "about refund"]]
    [row] = topics(word("refund", mentions_count=1))
    assert row[2] == "1 mention"


@pytest.mark.parametrize(
    ("times", "said"), [(None, "new"), (1.04, "1.0×"), (9.94, "9.9×"), (9.96, "10×"), (99.2, "99×+"), (4000.0, "99×+")]
)
def test_times_have_few_letters_and_new_is_not_so_many_times_nothing(times: float | None, said: str) -> None:
    assert topics(word("refund", times_usual=times))[0][1] == said


def test_a_hashtag_is_spelled_as_people_spell_it_and_a_word_small() -> None:
    found = topics(word("#auroradown", example_text="Late. #AuroraDown!"), word("late", example_text="Late."))
    assert [row[0] for row in found] == ["#AuroraDown", "late"]
    assert topics(word("#gone", example_text=None))[0][0] == "#gone"


def test_there_are_never_more_than_six_topics() -> None:
    assert len(topics(*[word(f"w{n}") for n in range(20)])) == 6
    assert panel_kinds()["topics"].asks(panels()["topics"], scope())["words"].params["limit"] == 6


def test_nothing_unusual_is_a_sentence_and_so_is_no_data() -> None:
    panel = panels()["topics"]
    assert draw("topics", empty(panel)).values["topics:empty"] == "no word stands out"
    nothing = panel_kinds()["topics"].draw("topics", panel, Scope(site(), NOW, has_data=False), empty(panel))
    assert nothing.values["topics:empty"] == "no data yet"


def test_now_and_before_meet_at_a_whole_minute() -> None:
    params: dict[str, Any] = dict(panel_kinds()["topics"].asks(panels()["topics"], scope())["words"].params)
    assert params["against_until"] == params["since"]
    assert params["until"] - params["since"] == timedelta(hours=24)
    assert params["since"] - params["against_since"] == timedelta(days=7)
    assert params["since"].second == 0


def test_the_brands_own_terms_are_no_topic() -> None:
    air = parse_site(SITE + '[[brand]]\nname = "Aurora Air"\nterms = ["@AuroraAir", "#FlyAurora"]\n', base=Path("."))
    assert {"auroraair", "flyaurora", "aurora air", "aurora", "air", "united", "jetblue"} <= set(own_words(air))


def test_words_without_a_subject_are_small_and_single() -> None:
    assert {"the", "que", "und", "les", "não", "rt", "amp"} <= set(STOP_WORDS)
    assert all(word == word.lower() and not set(word) & set(" #@,.") for word in STOP_WORDS)
    assert not {"late", "delay", "refund", "app", "crew", "cancelled"} & set(STOP_WORDS)


def top(**more: Any) -> list[str]:
    plain = {"item_id": "x:1", "brand": "United", "platform": "x", "author_name": "Ana", "text": "late again"}
    counts = {"spread_count": 41, "platforms_count": 3, "author_followers_count": 84_000}
    rows = table("top_items", [{**plain, **counts, "sentiment_label": "negative", **more}])
    return draw("top", {**empty(panels()["top"]), "top": rows}).lists["top:rows"][0]


def test_a_top_post_says_how_far_it_went_and_who_said_it() -> None:
    assert top() == ["passed on by 40", "X + 2", "84.0 k followers", "Ana", "negative", "late again"]
    alone = top(spread_count=1, platforms_count=1, author_followers_count=None, author_name=None, sentiment_label=None)
    assert alone == ["", "X", "", "–", "", "late again"]


@pytest.mark.parametrize(("name", "column"), [("topics", "example_text"), ("top", "text")])
def test_posts_pass_as_text(name: str, column: str) -> None:
    tables = full(panels()[name])
    key = "words" if name == "topics" else name
    tables[key] = tables[key].assign(**{column: HOSTILE.replace("\ud800", "") + "A" * 10_000, "author_name": "<b>"})
    cells = draw(name, tables).lists[f"{name}:rows"][0]
    assert cells[-1].startswith("<script>alert(1)</script> <b>x</b> ltr end")
    assert len(cells[-1]) <= 220
    json.dumps(cells).encode()


def edges(counts: dict[str, list[int]]) -> pd.DataFrame:
    """Counts per step of six hours, the last ending at the minute of now."""
    end, step = MOMENT.floor("min"), 6 * HOUR
    rows = [
        {"edge_at": end - (len(steps) - i) * step, "until_at": end - (len(steps) - 1 - i) * step, "brand": brand,
         "platform": "x", "mentions_count": count}
        for brand, steps in counts.items()
        for i, count in enumerate(steps)
        if count
    ]  # fmt: skip
    return table("mentions_by_edge", rows)


def lines(counts: dict[str, list[int]], **panel: Any) -> Figure:
    changed = panels()["voice_lines"].model_copy(update=panel)
    tables = {**empty(changed), "steps": edges(counts)}
    return draw("voice_lines", tables, changed).figures["voice_lines:figure"]


def courses(figure: Figure) -> dict[str, list[float | None]]:
    return {trace["name"]: trace["y"] for trace in figure["data"]}


def test_a_point_is_the_share_of_the_day_before_it_and_all_make_one() -> None:
    found = courses(lines({"United": [0] * 28 + [1, 2, 3, 4], "JetBlue": [5] * 32}))
    assert len(found["United"]) == len(found["JetBlue"]) == 29, "seven days in steps of six hours, and now"
    assert found["United"][-1] == pytest.approx(10 / 30, abs=1e-4)
    assert found["United"][-2] == pytest.approx(6 / 26, abs=1e-4)
    assert found["United"][0] == 0.0, "nobody wrote of it, and somebody of the other"
    for one, other in zip(*found.values(), strict=True):
        assert (one or 0) + (other or 0) == pytest.approx(1.0, abs=2e-4)


def test_where_nobody_said_anything_there_is_no_share() -> None:
    found = courses(lines({"United": [4] * 8 + [0] * 10 + [4] * 14}))
    assert None in found["United"]
    assert found["United"][0] == found["United"][-1] == 1.0


def test_the_last_edge_is_now_and_both_brands_are_compared() -> None:
    params: dict[str, Any] = dict(panel_kinds()["voice_lines"].asks(panels()["voice_lines"], scope())["steps"].params)
    assert params["edges"][-1] == NOW.replace(second=0)
    assert params["edges"][0] == params["edges"][-1] - timedelta(days=8)
    assert params["brands"] == ["United", "JetBlue"]


@pytest.mark.parametrize("hours", [6, 24, 168, 24 * 35, 24 * 90])
def test_any_window_has_points_and_not_too_many(hours: int) -> None:
    panel = panels()["voice_lines"].model_copy(update={"window": timedelta(hours=hours)})
    asked: Any = panel_kinds()["voice_lines"].asks(panel, scope())["steps"].params["edges"]
    assert 2 <= len(asked) <= 66
    for name, course in courses(draw("voice_lines", full(panel), panel).figures["voice_lines:figure"]).items():
        assert len(course) >= 2, name


def test_names_stand_at_the_ends_and_colours_do_not_follow_counts() -> None:
    def colours(united: int, jetblue: int) -> dict[str, str]:
        figure = lines({"United": [united] * 32, "JetBlue": [jetblue] * 32})
        go.Figure(figure)
        assert {note["text"].partition("</b>")[0] for note in figure["layout"]["annotations"]} == {
            "<b>United",
            "<b>JetBlue",
        }
        return {trace["name"]: trace["line"]["color"] for trace in figure["data"]}

    assert colours(1, 9) == colours(9, 1)
    assert len(set(colours(1, 9).values())) == 2


def test_of_many_rivals_the_loudest_are_drawn_and_the_own_brand_always() -> None:
    many = {f"rival {n}": [50 + n] * 32 for n in range(9)}
    more = "".join(f'[[brand]]\nname = "{name}"\nkind = "competitor"\nterms = ["{name}"]\n' for name in many)
    panel, there = panels()["voice_lines"], Scope(parse_site(SITE + more, base=Path(".")), NOW)
    tables = {**empty(panel), "steps": edges({"United": [1] * 32, **many})}
    figure = panel_kinds()["voice_lines"].draw("v", panel, there, tables).figures["v:figure"]
    assert set(courses(figure)) == {"United", *(f"rival {n}" for n in range(4, 9))}
    assert "United" in figure["layout"]["annotations"][0]["text"], "from the lowest to the highest"


def feelings(*names: str) -> list[str]:
    judged = {"negative_count": 20, "neutral_count": 50, "positive_count": 30}
    rows = [{"group_name": name, "mentions_count": 200 - n, **judged} for n, name in enumerate(names)]
    tables = {**empty(panels()["feelings"]), "groups": table("sentiment_by_group", rows)}
    ticks: list[str] = draw("feelings", tables).figures["feelings:figure"]["layout"]["yaxis"]["ticktext"]
    return ticks


def test_feelings_are_held_against_the_rivals_and_the_own_brand_stands_out() -> None:
    ask = panel_kinds()["sentiment"].asks(panels()["feelings"], scope())["groups"]
    assert (ask.params["group_by"], ask.params["brands"]) == ("brand", ["United", "JetBlue"])
    assert feelings("JetBlue", "United") == ["JetBlue", "<b>United</b>"]
    assert "<b>United</b>" in feelings(*(f"rival {n}" for n in range(9)), "United"), "it never falls into the rest"
    ask = panel_kinds()["sentiment"].asks(panels()["sentiment"], scope())["groups"]
    assert (ask.params["group_by"], ask.params["brands"]) == ("platform", ["United"])


SUBTITLED = ("topics", "top", "voice", "voice_lines", "sentiment", "feelings", "latest")


@pytest.mark.parametrize("name", SUBTITLED)
def test_every_panel_says_what_it_lacks_before_anything_else(name: str) -> None:
    panel = panels()[name]

    def sub(*rows: dict[str, Any]) -> str:
        return draw(name, {**full(panel), "blind": table("blind_spans", list(rows))}).values[f"{name}:sub"]

    plain = {"source": "tweets", "kind": "gap", "platform": "x", "sentence": "cut"}
    hours = {"since_at": MOMENT - 5 * HOUR, "until_at": MOMENT - 3 * HOUR}
    assert "blind" not in sub()
    assert sub(plain | hours) == f"blind 2 h on X · {sub()}"
    assert sub(plain | hours, plain | hours | {"platform": "reddit"}) == f"blind 2 h · {sub()}"
    long_ago = {"since_at": MOMENT - panel.window - 5 * HOUR, "until_at": MOMENT - panel.window - 3 * HOUR}
    assert sub(plain | long_ago) == sub(), "that was before its window"


@pytest.mark.parametrize("name", ["top", "feelings"])
@pytest.mark.parametrize("tables", [empty, full])
def test_every_sentiment_says_that_nobody_has_measured_it(name: str, tables: Any) -> None:
    assert "model, not measured" in draw(name, tables(panels()[name])).values[f"{name}:sub"]


@pytest.mark.parametrize("name", ["topics", "top", "voice_lines", "feelings"])
def test_nothing_is_said_in_words(name: str) -> None:
    panel = panels()[name]
    nothing = panel_kinds()[panel.kind].draw(name, panel, Scope(site(), NOW, has_data=False), empty(panel))
    assert "no data yet" in words_of(nothing)


def card_words(text: str) -> Any:
    panel = panels()["listening"].model_copy(update={"text": text})
    made: Any = panel_kinds()["text"].skeleton("t", panel, site())
    return made.children[1].children[0]


def test_a_card_of_text_is_its_lines_as_text() -> None:
    lines = card_words("Call the press office.\n\n- <b>Do not</b> answer alone\n- write it down\u202e").children
    assert [(line.children, line.className) for line in lines] == [
        ("Call the press office.", ""),
        ("<b>Do not</b> answer alone", "point"),
        ("write it down", "point"),
    ]
    assert panel_kinds()["text"].asks(panels()["listening"], scope()) == {}


def test_the_more_a_card_says_the_smaller_it_is_set() -> None:
    sizes = [getattr(card_words("word " * count), "data-size") for count in (4, 40, 70)]
    assert sizes == ["large", "middle", "small"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('kind = "text"', "panel.extra.text: is missing; write what the card says"),
        ('kind = "volume"\ntext = "hello"', "panel.extra.text: a volume panel takes no text"),
        ('kind = "text"\ntext = "hello"', ""),
    ],
)
def test_a_card_needs_its_text_and_nothing_else_takes_one(lines: str, said: str) -> None:
    words = 'title = "t"\nquestion = "q"\nmeaning = "m"\nowner = "o"\nthreshold = "t"\nnext = "n"\n'
    made = parse_site(f"{SITE}[panel.extra]\n{lines}\n{words}", base=Path("."))
    assert [str(problem) for problem in panel_problems(made)] == ([said] if said else [])


def test_the_style_sheet_is_in_rem_and_nothing_is_smaller_than_sixteen_pixels() -> None:
    assert not re.findall(r"[\d.]+px", CSS)
    assert min(float(size) for size in re.findall(r"font-size: ([\d.]+)rem", CSS)) >= 1.6


@pytest.mark.parametrize("name", ["topics", "top", "voice_lines", "feelings", "listening"])
def test_the_shipped_wall_hangs_it(name: str) -> None:
    scenes = site().wall["main"].scene
    assert any(name in scene.panels for scene in scenes.values())
    assert isinstance(panels()[name], Panel)
