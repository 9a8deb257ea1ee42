"""The language of a post, and when it is said to be unknown."""

import pytest

from jobs.understand.language import JUDGED_CHARACTERS, cleaned, detect, normalise


@pytest.mark.parametrize(("text", "code"), [
    ("My bag did not arrive with the flight this morning and nobody can tell me where it is", "en"),
    ("Mein Koffer ist heute Morgen nicht angekommen und niemand weiß, wo er ist", "de"),
    ("Ma valise n'est pas arrivée ce matin et personne ne sait où elle se trouve", "fr"),
    ("Mi maleta no llegó esta mañana y nadie sabe decirme dónde está", "es"),
    ("La mia valigia non è arrivata stamattina e nessuno sa dove sia", "it"),
    ("今朝、荷物が届きませんでした。どこにあるのでしょうか", "ja"),
    ("MY BAG DID NOT ARRIVE WITH THE FLIGHT THIS MORNING", "en"),
])  # fmt: skip
def test_a_plain_sentence_is_recognised(text: str, code: str) -> None:
    assert detect(text) == code


@pytest.mark.parametrize("text", [
    "", "ok", "12:30 !!!", "👍👍👍", "@someone https://t.co/thisisonlyalink", "\ud800\udfff", "zq xk vw",
])  # fmt: skip
def test_too_little_or_too_strange_a_text_has_no_language(text: str) -> None:
    assert detect(text) is None


def test_handles_links_and_marks_are_not_read_as_words() -> None:
    noise = "@dein_flughafen http://example.org/deutsch #Late\nagain"
    assert cleaned(noise) == "late again"


def test_only_a_bounded_stretch_is_judged() -> None:
    assert len(cleaned("word " * 100_000)) <= JUDGED_CHARACTERS


@pytest.mark.parametrize(("given", "code"), [
    ("en-US", "en"), ("EN", "en"), ("pt_BR", "pt"), (" zh-Hant-TW ", "zh"), ("eng", "en"), ("iw", "he"), ("yue", "yue"),
    ("und", None), ("zxx", None), ("qme", None), ("", None), (None, None), ("English", None), ("e", None), ("12", None),
])  # fmt: skip
def test_a_language_tag_is_reduced_to_its_code(given: str | None, code: str | None) -> None:
    assert normalise(given) == code
