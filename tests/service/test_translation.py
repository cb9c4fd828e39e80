from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

import pytest

from indexer.english_terms import stems
from service.translation import Translator, read_glossary


def _lines() -> Iterator[str]:
    text = (resources.files("service") / "data" / "glossary.tsv").read_text(encoding="utf-8")
    yield from (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _surfaces(question: str, dictionary: dict[str, list[str]] | None = None) -> list[str]:
    return [term.surface for term in Translator(dictionary or {}).terms(question, [])]


def _alternatives(question: str) -> tuple[str, ...]:
    (term,) = Translator({}).terms(question, [])
    return term.alternatives


def test_every_line_is_english_a_tab_and_chinese() -> None:
    entry = re.compile(
        r"[a-z0-9][a-z0-9 './-]*(?:\|[a-z0-9][a-z0-9 './-]*)*"
        r"\t[^\s|]*[\u4e00-\u9fff\dA-Z][^\s|]*(?:\|[^\s|]+)*"
    )

    assert [line for line in _lines() if not entry.fullmatch(line)] == []


def test_the_glossary_covers_the_fields_of_policy() -> None:
    assert len(list(_lines())) >= 700


def test_no_line_says_the_same_twice() -> None:
    repeated = []
    for line in _lines():
        english, chinese = line.split("\t")
        keys, words = [stems(phrase) for phrase in english.split("|")], chinese.split("|")
        if len(keys) > len(set(keys)) or len(words) > len(set(words)) or () in keys:
            repeated.append(line)

    assert repeated == []


def test_no_chinese_word_is_lost_where_two_lines_share_a_phrase() -> None:
    glossary = read_glossary()
    lost = [
        (phrase, word)
        for line in _lines()
        for phrase in line.split("\t")[0].split("|")
        for word in line.split("\t")[1].split("|")
        if word not in glossary[stems(phrase)]
    ]

    assert lost == []


def test_words_so_short_that_they_stand_in_other_words_are_rare() -> None:
    short = {word for line in _lines() for word in line.split("\t")[1].split("|") if len(word) < 2}

    assert len(short) <= 15
    assert not short & set("区法人水市的报部")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("pass rate", "合格率"),
        ("air quality", "空气质量"),
        ("spot check", "监督抽查"),
        ("blacklist", "黑名单"),
        ("dilapidated housing", "危房"),
        ("medical insurance", "医疗保险"),
        ("labour contract", "劳动合同"),
        ("bankruptcy", "破产"),
        ("divorce", "离婚"),
        ("trash", "垃圾"),
        ("firewood", "薪柴"),
        ("kindergarten", "学前教育"),
        ("water conservancy", "水利"),
        ("legal representative", "法定代表人"),
        ("bail", "取保候审"),
    ],
)
def test_the_usual_word_comes_first(question: str, first: str) -> None:
    assert _alternatives(question)[0] == first


@pytest.mark.parametrize(
    ("phrase", "forms"),
    [
        ("spot check", ["spot checks", "spot checked", "spot checking"]),
        ("cultivate", ["cultivated", "cultivating", "cultivates"]),
        ("licence", ["licenses", "license", "licences"]),
        ("subsidise", ["subsidised", "subsidize", "subsidizing"]),
        ("farmer and herder", ["farmers and herders"]),
        ("old people", ["elderly", "pensioners", "senior citizens"]),
        ("agricultural product", ["agricultural products", "farm produce"]),
        ("standardisation", ["standardization"]),
        ("bus", ["buses"]),
        ("child", ["children", "kids"]),
    ],
)
def test_other_forms_and_spellings_lead_to_the_same_words(phrase: str, forms: list[str]) -> None:
    assert [_alternatives(form) for form in forms] == [_alternatives(phrase)] * len(forms)


def test_the_longest_phrase_wins() -> None:
    question = "what is the pass rate of agricultural product quality spot checks"

    assert _surfaces(question) == ["pass rate", "agricultural product quality", "spot checks"]
    assert "农产品质量安全" in Translator({}).terms(question, [])[1].alternatives


def test_a_phrase_of_the_dictionary_of_the_index_counts_too() -> None:
    dictionary = {"snow leopard": ["雪豹"], "snow": ["雪花"]}

    assert _surfaces("snow leopards", dictionary) == ["snow leopards"]
    assert Translator(dictionary).words("snow leopard") == ("雪豹",)


def test_where_the_glossary_has_a_word_the_dictionary_is_not_asked() -> None:
    words = Translator({"hospital": ["医馆", "医院"]}).words("hospitals")

    assert words[0] == "医院"
    assert words.count("医院") == 1
    assert "医馆" not in words


def test_a_word_that_is_unknown_has_no_alternatives() -> None:
    (term,) = Translator({}).terms("which department leads xylophones?", [])

    assert term.surface == "xylophones"
    assert term.alternatives == ()


def test_words_that_only_ask_are_no_terms() -> None:
    assert _surfaces("who is the one that does it, and when?") == []


def test_years_and_plan_periods_are_no_terms() -> None:
    assert _surfaces("wetlands in 2014 under the 11th five-year plan") == ["wetlands"]


def test_what_stands_in_a_region_is_no_term() -> None:
    question = "wetlands of green island"

    assert [term.surface for term in Translator({}).terms(question, [(12, 24)])] == ["wetlands"]


def test_chinese_that_an_english_question_quotes_is_a_term_that_must_stand() -> None:
    quoted, *others = Translator({}).terms("what is 三改一拆 and how are wetlands protected?", [])

    assert (quoted.surface, quoted.alternatives, quoted.quoted) == ("三改一拆", ("三改一拆",), True)
    assert [term.surface for term in others] == ["wetlands", "protected"]


def test_a_document_number_in_an_english_question_is_one_term() -> None:
    number, *_ = Translator({}).terms("what does 国办发〔2014〕18号 say on wetlands", [])

    assert number.alternatives == ("国办发〔2014〕18号",)
    assert number.quoted


def test_a_number_stands_for_itself() -> None:
    terms = Translator({}).terms("hotline 12345", [])

    assert "12345" in terms[1].alternatives


def test_a_hyphenated_word_that_nobody_knows_is_two_words() -> None:
    dictionary = {"wind": ["风"], "swept": ["扫"]}

    assert _surfaces("wind-swept pumps", dictionary)[:2] == ["wind", "swept"]


def test_a_phrase_of_the_dictionary_is_read_word_by_word_too() -> None:
    dictionary = {"servic depot": ["网点"], "servic": ["服务"], "depot": ["仓库"]}

    assert Translator(dictionary).words("service depot") == ("网点", "服务仓库")
