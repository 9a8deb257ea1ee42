"""How a post feels: masking, service words, and a faster VADER that says the same."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import NEGATE, SentimentIntensityAnalyzer

from config import Brand
from jobs.understand import sentiment
from jobs.understand.brands import BrandFinder
from jobs.understand.masking import clauses
from jobs.understand.reading import JUDGED_CHARACTERS, Reading

FINDER = BrandFinder([
    Brand.model_validate({"name": "United", "terms": ["united", "@united"], "not": ["manchester united"]}),
    Brand.model_validate({"name": "Best Air", "terms": ["best air"], "products": ["Super Saver"]}),
    Brand.model_validate({"name": "全日空", "terms": ["全日空"]}),
])  # fmt: skip

WORDS = [
    *random.Random(7).sample(sorted(sentiment._analyzer().lexicon), 400), *NEGATE, "but", "so", "this", "never", "no",
    "least", "at", "very", "kind", "of", "bad", "ass", "yeah", "right", "to", "die", "for", "without", "doubt", "plane",
    "GREAT", "WORST", "don't", "!!!", "??", "united", "@united", "best", "air", "hold", "on", "still", "waiting",
]  # fmt: skip
STOCK = SentimentIntensityAnalyzer()
STOCK.lexicon = sentiment._analyzer().lexicon

posts = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
jumbles = st.lists(st.one_of(st.sampled_from(WORDS), st.text()), max_size=9).map("".join)
texts = st.one_of(st.text(max_size=300), posts, jumbles)


def masked(text: str) -> str:
    return Reading(FINDER, text).masked


def score(text: str, brand: str = "United") -> float:
    found = Reading(FINDER, text).score(brand)
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "expected"), [
    ("united flight 12 at noon", "_ flight 12 at noon"),
    ("@SomeOne: UNITED's desk", "_ : _ 's desk"),
    ("I flew Best   Air with a super saver", "I flew _ with a _"),
    ("see https://united.example/great and www.best.example", "see _ and _"),
    ("mail great.love@happy.example now", "mail _ now"),
    ("manchester united won", "_ won"),
    ("昨日全日空late", "昨日 _ late"),
])  # fmt: skip
def test_handles_links_addresses_and_monitored_names_are_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize("text", [
    "united", "@united", "UNITED flight 12", "@best_friends_love", "Best Air", "super saver", "manchester united",
])  # fmt: skip
def test_a_name_is_no_feeling(text: str) -> None:
    assert score(text, "Best Air" if "Best" in text else "United") == 0


@given(texts)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(posts)
def test_the_faster_vader_says_what_vader_says(text: str) -> None:
    assert sentiment._analyzer().polarity_scores(text) == STOCK.polarity_scores(text)


@pytest.mark.parametrize("text", [
    "three hours late and still waiting", "Been on hold since noon", "you lost my bag", "cancelled again",
    "no response to my mails", "Stuck here.", "missed my connection", "I want a refund", "the agent hung up",
    "No one answers!", "can’t get through", "never again", "what a joke",
])  # fmt: skip
def test_service_trouble_reads_as_negative(text: str) -> None:
    assert sentiment.label_of(score(text)) == "negative"


@pytest.mark.parametrize("text", [
    "can't wait to board", "on time and above and beyond", "Well done!", "quick response, thank you",
])  # fmt: skip
def test_service_praise_reads_as_positive(text: str) -> None:
    assert sentiment.label_of(score(text)) == "positive"


@pytest.mark.parametrize("text", [
    "please help", "PLEASE call me, customer support", "I would like a seat", "so please, my credit card",
])  # fmt: skip
def test_asking_is_no_feeling(text: str) -> None:
    assert score(text) == 0


def test_a_phrase_is_read_as_one_word_wherever_it_stands() -> None:
    assert score("(ON HOLD!") < score("on hold") < 0
    assert sentiment._join_phrases("I'm STILL  WAITING, on, hold") == "I'm STILL_WAITING, on, hold"
    assert sentiment._join_phrases("nothing to join") == "nothing to join"
    assert score("not on hold") > 0


@pytest.mark.parametrize(("value", "label"), [
    (0.05, "positive"), (0.0499, "neutral"), (0, "neutral"), (-0.0499, "neutral"), (-0.05, "negative"),
])  # fmt: skip
def test_labels_stand_at_vaders_own_thresholds(value: float, label: str) -> None:
    assert sentiment.label_of(value) == label


def test_each_of_several_brands_is_judged_on_its_own_clauses() -> None:
    text = "United lost my bag. Best Air was wonderful! Then we ate."
    assert score(text, "United") == score("United lost my bag.")
    assert score(text, "Best Air") == score("Best Air was wonderful!", "Best Air")
    assert (
        score("great seats on best air but united is a disgrace", "United")
        < 0
        < score("great seats on best air but united is a disgrace", "Best Air")
    )


def test_a_brand_without_a_clause_of_its_own_is_not_judged() -> None:
    text = "Best Air beats United by far. Awful United!"
    assert Reading(FINDER, text).score("Best Air") is None
    assert score(text, "United") < 0
    assert Reading(FINDER, "I love Best Air").score("United") is None


def test_clauses_cover_the_text_and_cut_no_name() -> None:
    text = "one. two! three\nfour but five; 3.5 six"
    cut = clauses(text, [])
    assert [text[a:b].strip() for a, b in cut] == ["one.", "two!", "three", "four", "but five;", "3.5 six"]
    assert clauses("all but one", [(0, 11)]) == [(0, 11)]


@pytest.mark.parametrize(("language", "text", "judged"), [
    ("en", "x", True), ("de", "great", False), (None, "meh", True), (None, "👍", True),
    (None, "ถึงแล้ว", False), (None, "", True),
])  # fmt: skip
def test_only_english_and_undetermined_latin_texts_are_judged(language: str | None, text: str, judged: bool) -> None:
    assert sentiment.is_judged(language, text) is judged


def test_the_linter_names_the_brand_words_the_lexicon_would_read_as_feeling() -> None:
    brands = [
        Brand.model_validate({"name": "United", "terms": ["united", "@united"], "products": ["Super Saver"]}),
        Brand.model_validate({"name": "Zzyx", "terms": ["zzyx", "on hold fm"]}),
    ]
    sentences = sentiment.terms_in_lexicon(brands)
    assert len(sentences) == 3
    assert sentences[0].startswith('brand.United.terms: "united" holds "united", which')
    assert "reads as +1.8;" in sentences[0]
    assert sentences[1].startswith('brand.United.products: "Super Saver" holds "super"')
    assert '"on hold"' in sentences[2]


def test_the_lexicon_holds_only_sane_valences() -> None:
    service = sentiment._service()
    assert all(-4 <= valence <= 4 for valence in service.valences.values())
    assert all(word == word.lower().strip() and word for word in service.valences)
    assert sentiment.MODEL.startswith("vader-3.")
    assert sentiment.MODEL.endswith(f"+service-{service.version}")


@pytest.mark.parametrize("text", [
    "bad plane so " * 4_000, "but good " * 4_000, "😡" * 10_000, "<script>alert(1)</script>" * 400,
    "united. best air. " * 2_000, "united best air but " * 2_000,
    "\u202e" * 10_000, "on hold " * 3_000, "@" * 10_000, "www." * 10_000, "ﷺ" * 10_000,
])  # fmt: skip
def test_hostile_text_is_only_text_and_bounded_work(text: str) -> None:
    started = time.perf_counter()
    assert -1 <= (Reading(FINDER, text).score("United") or 0) <= 1
    assert time.perf_counter() - started < 0.5


def test_only_the_first_stretch_is_judged() -> None:
    filler = "plain " * (JUDGED_CHARACTERS // 6 + 1)
    assert score(filler + "awful") == 0
    assert score("awful " + filler) < 0
