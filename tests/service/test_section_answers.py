"""What is asked for as a whole is answered with the section whose heading announces it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from service.engine import Engine

PLAN = """苏州市推动制造业高质量发展实施方案
为推动制造业高质量发展,制定本方案。
一、总体要求
(一)发展目标。到2025年,培育产业集群6个。规模以上企业研发经费占比达到2%。
二、基本原则
(一)企业主体,政府引导。发挥市场的作用。
(二)统筹推进,分类施策。因地制宜开展工作。
三、主要任务
(一)培育企业。支持制造业企业技术改造,改造率达到60%。
"""


@pytest.fixture(scope="module")
def engine(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"suzhou.txt": PLAN})


@pytest.mark.parametrize(
    ("question", "clauses", "words"),
    [
        ("苏州市制造业高质量发展的目标是什么?", ["suzhou/一/(一)"], ["培育产业集群6个。", "占比达到2%。"]),
        ("蘇州市製造業高質量發展有哪些目標?", ["suzhou/一/(一)"], ["培育產業集群6個。"]),
        (
            "苏州市制造业高质量发展的基本原则有哪些?",
            ["suzhou/二/(一)", "suzhou/二/(二)"],
            ["企业主体,政府引导。", "统筹推进,分类施策。"],
        ),
    ],
)
def test_the_whole_section_is_given(engine: Engine, question: str, clauses: list[str], words: list[str]) -> None:
    answer = engine.answer(question)

    assert [citation.clause_id for citation in answer.citations] == clauses
    assert all(said in answer.text for said in words)


def test_a_number_of_one_thing_is_no_section(engine: Engine) -> None:
    answer = engine.answer("苏州市制造业企业技术改造率的目标是什么?")

    assert [citation.clause_id for citation in answer.citations] == ["suzhou/三/(一)"]
    assert "改造率达到60%" in answer.text


@pytest.mark.parametrize("question", ["苏州市培育制造业企业的指导思想", "苏州市支持企业技术改造的指导方针"])
def test_a_part_that_the_plan_does_not_have_is_not_found(engine: Engine, question: str) -> None:
    assert engine.answer(question).status == "not_found"


DEEP = """苏州市质量提升行动方案
一、主要目标
到2025年,培育名牌产品6个。
二、主要任务
(一)夯实基础
1.完善标准。制定地方标准9项。
2.加强计量。规范计量行为。
(二)培育品牌
1.加强保护。打击侵权行为。
三、重点领域目标
(一)工程目标。工程合格率达到98%。
(二)服务目标。满意度达到80%。
"""


@pytest.fixture(scope="module")
def deep(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"suzhou.txt": DEEP})


TASKS = ["suzhou/二/(一)", "suzhou/二/(二)"]


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("苏州市的主要任务是什么?", TASKS),
        ("苏州市主要任务", TASKS),
        ("苏州市质量提升行动方案的主要目标是什么", ["suzhou/一/¶1"]),
        ("What are the main tasks of Suzhou?", TASKS),
        ("main tasks of Suzhou", TASKS),
        ("苏州市重点领域目标有哪些?", ["suzhou/三/(一)", "suzhou/三/(二)"]),
        ("苏州市工程目标有哪些?", ["suzhou/三/(一)"]),
        ("苏州市夯实基础有哪些措施?", ["suzhou/二/(一)/1", "suzhou/二/(一)/2"]),
    ],
)
def test_units_that_have_units_are_named_by_their_headings(deep: Engine, question: str, clauses: list[str]) -> None:
    assert [citation.clause_id for citation in deep.answer(question).citations] == clauses


NESTED = """苏州市质量提升行动方案
一、总体目标
(一)质量目标
1.产品合格率达到96%。
2.服务满意度达到80%。
(二)技术目标
1.研发中心达到20家。
"""


def test_the_heading_with_the_whole_phrase_is_the_section(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    answer = engine_over({"suzhou.txt": NESTED}).answer("苏州市的质量目标有哪些?")

    assert [citation.clause_id for citation in answer.citations] == ["suzhou/一/(一)/1", "suzhou/一/(一)/2"]


AIMED = """苏州市质量工作规划
第一章 主要目标
全市质量意识大幅提升,企业都受过培训。
产品质量水平稳步提高,抽检合格率达到90%。
为确保以上主要目标的实现,必须实施两大战略:
一是实施人才战略。引进技术人才。
二是实施科技战略。建设质量检测中心。
第二章 主要任务
按照因事设岗的原则,基本完成质量技术机构的设置。
"""


@pytest.fixture(scope="module")
def aimed(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"suzhou.txt": AIMED})


def test_what_serves_the_aims_is_none_of_them(aimed: Engine) -> None:
    answer = aimed.answer("苏州市质量工作规划的主要目标是什么?")

    assert [citation.clause_id for citation in answer.citations] == ["suzhou/第一章/¶1", "suzhou/第一章/¶2"]


@pytest.mark.parametrize("question", ["苏州市质量技术机构规划的基本原则", "苏州市质量技术机构设置的基本原则是什么?"])
def test_the_words_of_a_name_apart_are_not_the_part_that_it_names(aimed: Engine, question: str) -> None:
    assert aimed.answer(question).status == "not_found"


AIR = """苏州市环境工作计划
一、主要任务
(一)改善大气环境质量。以治理雾霾为重点。推进燃煤锅炉改造。开展低碳产品认证。(市环保局牵头,市经信委配合)
(二)保护太湖。清理围网。
"""


@pytest.mark.parametrize(
    "question", ["苏州市改善大气环境质量有哪些措施?", "苏州市怎样改善大气环境质量?", "改善大气环境质量的举措有哪些?"]
)
def test_the_measures_of_a_clause_are_all_given(
    engine_over: Callable[[Mapping[str, str]], Engine], question: str
) -> None:
    answer = engine_over({"suzhou.txt": AIR}).answer(question)

    assert answer.text == "苏州市:以治理雾霾为重点。推进燃煤锅炉改造。开展低碳产品认证。 [1]"


def test_a_measure_that_is_asked_about_itself_is_given_alone(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    answer = engine_over({"suzhou.txt": AIR}).answer("苏州市怎么推进燃煤锅炉改造?")

    assert answer.text == "苏州市:推进燃煤锅炉改造。 [1]"
