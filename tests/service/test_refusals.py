from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from corpus.model import Region
from corpus.regions import COUNTRY, resolve
from service.engine import Engine
from service.refusals import refuse


def _regions(*names: str) -> tuple[Region, ...]:
    return tuple(region for name in names if (region := resolve(name)) is not None)


HELD = (COUNTRY, *_regions("江苏", "四川"))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("广东的灌溉由谁牵头?", ["广东省", "全国", "江苏省", "四川省"]),
        ("廣東的灌溉由誰牽頭?", ["廣東省", "全國", "江蘇省", "四川省"]),
        ("who leads irrigation in Guangdong?", ["Guangdong", "China", "Jiangsu", "Sichuan"]),
    ],
)
def test_a_region_that_is_not_held_is_named_with_those_that_are(reads: Any, question: str, wanted: list[str]) -> None:
    answer = refuse(reads(question), "region_not_in_corpus", HELD, absent=_regions("广东"))

    assert [name for name in wanted if name not in answer.text] == []
    assert (answer.status, answer.reason) == ("not_found", "region_not_in_corpus")


def test_a_refusal_has_no_statements_and_no_citations(reads: Any) -> None:
    answer = refuse(reads("灌溉"), "no_supporting_clause", HELD, related=(("d/一", 0.5),), sure=0.8)

    assert (answer.statements, answer.citations, answer.uncovered) == ((), (), ())
    assert (answer.related, answer.confidence) == ((("d/一", 0.5),), 0.8)


def test_it_says_what_was_looked_for_and_where(reads: Any) -> None:
    chinese = refuse(reads("江苏的灌溉由谁牵头?"), "no_supporting_clause", HELD).text
    english = refuse(reads("who leads irrigation in Jiangsu?"), "no_supporting_clause", HELD).text

    assert chinese == "江苏省的文件中没有条款说明“灌溉”。"
    assert english == "No clause of the documents of Jiangsu answers this (looked for: irrigation)."


def test_a_question_without_a_topic_gets_a_whole_sentence(reads: Any) -> None:
    assert refuse(reads("???"), "no_supporting_clause", HELD).text == "No clause of these documents answers this."


@pytest.mark.parametrize(
    ("question", "named"), [("法国的首都是哪里?", "江苏省"), ("what is the capital of France?", "Jiangsu")]
)
def test_out_of_scope_says_what_is_held(reads: Any, question: str, named: str) -> None:
    answer = refuse(reads(question), "out_of_scope", HELD)

    assert (answer.reason, named in answer.text) == ("out_of_scope", True)


def test_regions_that_have_the_topic_are_named_and_do_not_answer(provinces: Engine) -> None:
    chinese = provinces.answer("江苏的茶叶品牌由谁牵头?").text
    english = provinces.answer("who leads tea brands in Jiangsu?").text

    assert "四川省的文件涉及这一内容,但不能代替江苏省作答。" in chinese
    assert "Sichuan, which does not answer for Jiangsu." in english


def test_a_subject_stands_for_the_topic(reads: Any) -> None:
    answer = refuse(reads("计划的文号"), "no_supporting_clause", HELD, subject="《计划》的文号")

    assert "《计划》的文号" in answer.text


def test_papers_that_no_clause_names_are_refused(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    rules = "苏州市花木管理办法\n第一条 花木登记由市园林局办理,登记证每年核验。\n第二条 鼓励种植花木。\n"
    question = "苏州市花木登记要交什么材料?"

    assert engine_over({"suzhou.txt": rules}).answer(question).status == "not_found"
    named = rules + "第三条 花木登记应当提交申请书和身份证明。\n"
    assert "申请书和身份证明" in engine_over({"suzhou.txt": named}).answer(question).text
