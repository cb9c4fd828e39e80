"""A question for several periods at once is answered from the plan of each, and says which of them no plan is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from service.engine import Engine

PERIOD = """苏州市“十一五”时期质量发展规划
一、主要目标
到2010年,全市名牌产品达到50个,产品抽检合格率达到90%。
"""
YEAR = """苏州市质量强市2014年工作计划
一、主要目标
(一)产品质量目标。培育名牌产品19个,产品抽检合格率达到95%。(市质监局牵头,市经信委配合)
"""


@pytest.fixture(scope="module")
def engine(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"period.txt": PERIOD, "year.txt": YEAR})


@pytest.mark.parametrize(
    "question",
    [
        "苏州市十一五规划和2014年计划的名牌产品目标分别是多少个?",
        "苏州市2010年和2014年的名牌产品分别要达到多少个?",
        "How many famous-brand products (名牌产品) do Suzhou's 11th five-year plan and its 2014 plan each want?",
    ],
)
def test_each_plan_of_a_region_is_told_of(engine: Engine, question: str) -> None:
    answer = engine.answer(question)

    assert [citation.clause_id for citation in answer.citations] == ["period/一/¶1", "year/一/(一)"]
    assert "50" in answer.statements[0].text
    assert "19" in answer.statements[1].text


def test_a_year_that_no_plan_is_for_is_named(engine: Engine) -> None:
    answer = engine.answer("苏州市2014年和2015年的名牌产品分别要培育多少个?")

    assert (answer.status, answer.uncovered) == ("partial", ("2015年",))
    assert [citation.clause_id for citation in answer.citations] == ["year/一/(一)"]


def test_one_period_is_answered_from_its_own_plan(engine: Engine) -> None:
    answer = engine.answer("苏州市2014年的名牌产品和合格率目标分别是多少?")

    assert [citation.clause_id for citation in answer.citations] == ["year/一/(一)"]
    assert answer.uncovered == ()


@pytest.mark.parametrize(
    "question",
    [
        "苏州市两个规划里的名牌产品目标分别是什么?",
        "苏州市的两份文件对名牌产品各有什么规定?",
        "What do both plans of Suzhou say about famous-brand products (名牌产品)?",
        "Compare the two plans of Suzhou on famous-brand products (名牌产品).",
    ],
)
def test_two_plans_that_are_asked_about_without_their_years_are_both_told_of(engine: Engine, question: str) -> None:
    answer = engine.answer(question)

    assert {citation.document_id for citation in answer.citations} == {"period", "year"}
