from __future__ import annotations

import pytest

from corpus.folding import fold
from service.topic import Term, chinese_terms, covers, is_light_word, is_question_word, without


def _surfaces(question: str, **options: object) -> list[str]:
    return [term.surface for term in chinese_terms(fold(question), [], **options)]  # type: ignore[arg-type]


def test_the_words_that_only_ask_are_no_terms() -> None:
    assert _surfaces("请问农业节水灌溉是什么?") == ["农业", "节水", "灌溉"]


def test_what_is_taken_is_no_term() -> None:
    assert [term.surface for term in chinese_terms("江苏灌溉", [(0, 2)])] == ["灌溉"]


def test_a_quoted_name_is_one_term_that_a_clause_must_have() -> None:
    (term, *_) = chinese_terms(fold("“天府绿道”怎么建?"), [])

    assert (term.surface, term.quoted) == ("天府绿道", True)


def test_a_document_number_is_one_term_that_a_clause_must_have() -> None:
    (term, *_) = chinese_terms(fold("川办发〔2021〕12号对采茶机怎么规定?"), [])

    assert term.quoted
    assert (term.surface, covers(term, fold("见川办发〔2021〕12号"))) == (fold("川办发〔2021〕12号"), 1.0)


@pytest.mark.parametrize(
    ("question", "quoted"), [("拨12345电话投诉", True), ("奖励20000元", False), ("新增11740张床位", False)]
)
def test_a_number_to_call_is_a_name(question: str, quoted: bool) -> None:
    assert any(term.quoted for term in chinese_terms(question, [])) is quoted


def test_a_duty_word_is_a_term_where_its_meaning_is_asked() -> None:
    assert _surfaces("牵头单位", keep=frozenset({"牵头单位"})) == ["牵头单位"]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("里讲的四网五库,具体指什么", {"四网", "五库"}),
        ("三年两次的检查", {"三年", "两次"}),
        ("一带一路", {"一带一路"}),
    ],
)
def test_a_name_made_of_numbers_is_cut_nowhere_else(question: str, names: set[str]) -> None:
    assert names <= set(_surfaces(question))


def test_general_words_are_light() -> None:
    light = {term.surface: term.light for term in chinese_terms("灌溉工作计划", [])}

    assert light["灌溉"] is False
    assert is_light_word("工作")
    assert is_question_word("多少")
    assert not is_question_word("灌溉")


@pytest.mark.parametrize(
    ("word", "text", "least", "most"),
    [
        ("灌溉", "推进农业节水灌溉", 1.0, 1.0),
        ("危房", "改造危旧房屋", 0.5, 0.9),
        ("供水管网", "改造供水设施和管网", 0.3, 0.9),
        ("绿道", "推广滴灌", 0.0, 0.0),
        ("绿道", "", 0.0, 0.0),
    ],
)
def test_a_text_has_a_word_whole_in_parts_or_not(word: str, text: str, least: float, most: float) -> None:
    assert least <= covers(Term(word, (word,)), text) <= most


def test_any_of_several_words_will_do_and_none_covers_nothing() -> None:
    assert covers(Term("irrigation", ("浇水", "灌溉")), "节水灌溉") == 1.0
    assert covers(Term("xylophone", ()), "节水灌溉") == 0.0


def test_a_quoted_name_is_found_whatever_marks_stand_in_it() -> None:
    assert covers(Term("天府绿道", ("天府绿道",), quoted=True), "建设“天府”绿道") == 1.0


def test_blanking_keeps_the_length() -> None:
    assert without("江苏灌溉", [(0, 2)]) == "  灌溉"


def test_a_grade_is_a_name_and_what_is_not_reached_one_word() -> None:
    assert _surfaces("考核D级会怎样") == ["d级", "考核"]
    assert [term.quoted for term in chinese_terms("考核d级", [])] == [True, False]
    assert _surfaces("考核不合格") == ["不合格", "考核"]
