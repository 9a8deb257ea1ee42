"""Which brands a text names: whole words in any case and script, and what rules a match out."""

import time

import pytest

from config import Brand
from jobs.understand.brands import BrandFinder
from jobs.understand.folding import fold


def brand(name: str, *terms: str, not_terms: tuple[str, ...] = (), products: tuple[str, ...] = ()) -> Brand:
    return Brand.model_validate({"name": name, "terms": terms or (name,), "not": not_terms, "products": products})


def found(text: str, *brands: Brand) -> set[str]:
    return set(BrandFinder(brands).find(fold(text).plain).places)


UNITED = brand("United", "united", not_terms=("manchester united", "united nations"))


@pytest.mark.parametrize(
    "text",
    [
        "united", "UNITED!", "Flying United, again", "thanks @united", ".@United hi", "#united", "(united)", "united's",
        "ｕｎｉｔｅｄ is full-width", "❤️united", "united❤️", "“united”", "今天united航班",
        "write joe@acme.com, not united",
        "https://t.co/abc united", "united\nlate", "\u202eunited\u202c", "manchester united lost, but united is late",
    ],
)  # fmt: skip
def test_a_term_is_a_whole_word_in_any_case_and_width(text: str) -> None:
    assert found(text, UNITED) == {"United"}


@pytest.mark.parametrize(
    "text",
    [
        "", "reunited", "unitedly", "@unitedway", "#unitedflight", "united_air", "un ited", "uniteḋ", "united\u0308",
        "mail foo@united.com", "mail united@mail.com", "mail joe.united@mail.com", "Manchester  UNITED won",
        "the United\nNations met",
    ],
)  # fmt: skip
def test_a_term_is_not_found_inside_other_words_addresses_or_not_terms(text: str) -> None:
    assert found(text, UNITED) == set()


def test_a_handle_as_a_term_is_that_handle_only() -> None:
    handle = brand("United", "@united")
    assert found("hey @UNITED!", handle) == {"United"}
    assert found("united", handle) == set()
    assert found("@unitedway foo@united.com @@united", handle) == set()


def test_an_address_may_itself_be_a_term() -> None:
    assert found("wrote to help@acme.example.", brand("Acme", "help@acme.example")) == {"Acme"}
    assert found("wrote to help@acme.example.", brand("Acme", "acme")) == set()


@pytest.mark.parametrize(("term", "text"), [
    ("straße", "die STRASSE ist leer"), ("STRASSE", "die straße"), ("café", "CAFE\u0301 open"), ("ﬁnch", "FINCH bank"),
    ("İş Bank", "iş bank"), ("Σίσυφος", "ΣΊΣΥΦΟΣ"), ("c++", "learn C++ now"), ("o’neil", "O'Neil rules"),
])  # fmt: skip
def test_terms_and_texts_are_compared_by_full_case_folding(term: str, text: str) -> None:
    assert found(text, brand("It", term)) == {"It"}


@pytest.mark.parametrize(("term", "text"), [
    ("全日空", "昨日全日空に乗った"), ("ドコモ", "ﾄﾞｺﾓの電波"), ("การบินไทย", "ผมบินกับการบินไทยเมื่อวาน"),
    ("ລາວ", "ສາຍການບິນລາວດີ"),
    ("អង្គរ", "ខ្ញុំចូលចិត្តអង្គរណាស់"), ("မြန်မာ", "ကျွန်တော်မြန်မာလေကြောင်း"), ("삼성", "삼성이 좋다"), ("JAL航空", "今日JAL航空で"),
])  # fmt: skip
def test_scripts_without_spaces_are_searched_anywhere(term: str, text: str) -> None:
    assert found(text, brand("It", term)) == {"It"}


def test_only_the_spaceless_edge_of_a_mixed_term_is_open() -> None:
    assert found("XJAL航空で", brand("JAL", "JAL航空")) == set()


def test_a_vowel_sign_belongs_to_its_word() -> None:
    assert found("कल की बात", brand("Kal", "कल")) == {"Kal"}
    assert found("कला की बात", brand("Kal", "कल")) == set()


def test_words_of_a_term_are_joined_by_any_whitespace() -> None:
    airways = brand("US Airways", "us airways")
    assert found("US\n \tAirways\u00a0late; us\u3000airways", airways) == {"US Airways"}
    assert found("usairways, us-airways, us. airways", airways) == set()


def test_a_not_term_holding_a_term_rules_out_only_the_places_it_covers() -> None:
    finding = BrandFinder([UNITED]).find("manchester united lost, but united is late")
    assert finding.places == {"United": ((28, 34),)}


def test_a_not_term_holding_no_term_rules_the_post_out_for_its_brand_alone() -> None:
    delta = brand("Delta", "delta", not_terms=("river",))
    assert found("the delta of the river, united by water", delta, UNITED) == {"United"}
    assert found("delta is late", delta) == {"Delta"}


def test_brands_that_overlap_are_each_found_unless_a_not_term_says_otherwise() -> None:
    card = brand("Card", "american express")
    text = "american express is down"
    assert found(text, brand("Airline", "american"), card) == {"Airline", "Card"}
    assert found(text, brand("Airline", "american", not_terms=("american express",)), card) == {"Card"}


def test_brands_come_in_the_order_of_the_site() -> None:
    finder = BrandFinder([brand("B"), brand("A")])
    assert list(finder.find("a b").places) == ["B", "A"]


def test_products_and_names_are_masked_but_match_nothing() -> None:
    finder = BrandFinder([brand("Best Air", "@bestair", products=("Super Saver",))])
    finding = finder.find("best air super saver")
    assert not finding.places
    assert set(finding.names) == {(0, 8), (9, 20)}


@pytest.mark.parametrize("text", [
    "united" * 20_000, "us " * 20_000, "us" + " " * 60_000, "a@" * 20_000, "a." * 20_000,
    "@" * 60_000, "united\u0301" * 9_000,
])  # fmt: skip
def test_hostile_text_takes_linear_time(text: str) -> None:
    finder = BrandFinder([UNITED, brand("US Airways", "us airways"), brand("A", "a b")])
    started = time.perf_counter()
    finder.find(fold(text).plain)
    assert time.perf_counter() - started < 1.0
