from __future__ import annotations

import pytest

from corpus.regions import COUNTRY, resolve
from service.phrasing import bodies, in_script, region_name, say


def test_chinese_comes_in_the_script_of_the_question() -> None:
    assert in_script("省水利廳牽頭", "zh-Hans") == "省水利厅牵头"
    assert in_script("省水利厅牵头", "zh-Hant") == "省水利廳牽頭"


def test_an_english_answer_keeps_the_words_as_printed() -> None:
    assert in_script("省水利廳", "en") == "省水利廳"


@pytest.mark.parametrize(("language", "name"), [("zh-Hans", "云南省"), ("zh-Hant", "雲南省"), ("en", "Yunnan")])
def test_a_region_bears_the_name_of_the_language(language: str, name: str) -> None:
    assert region_name(resolve("云南"), language) == name  # type: ignore[arg-type]


def test_the_state_and_no_region_have_names_too() -> None:
    assert [region_name(COUNTRY, "zh-Hans"), region_name(COUNTRY, "en")] == ["全国", "China"]
    assert region_name(None, "en") == ""


def test_a_sentence_is_of_one_language() -> None:
    said = [say(language, "没有条款。", "No clause.") for language in ("zh-Hans", "zh-Hant", "en")]  # type: ignore[arg-type]

    assert said == ["没有条款。", "沒有條款。", "No clause."]


def test_bodies_stand_in_a_row_and_in_english_each_has_its_gloss_beside_the_chinese() -> None:
    names = ("省水利厅", "省财政厅")

    assert bodies(names, "zh-Hans") == "省水利厅、省财政厅"
    assert bodies(names, "zh-Hant") == "省水利廳、省財政廳"
    first, second = bodies(names, "en").split(", ")
    assert first.startswith("省水利厅 (")
    assert "water" in first
    assert "financ" in second


def test_a_body_without_a_gloss_stands_by_itself() -> None:
    assert bodies(("咚咚锵",), "en") == "咚咚锵"
