"""Hours, minutes, months and years of age that are asked for, and that texts set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from service.engine import Engine

RULES = """苏州市住房保障管理办法(2022—2025年)
第一章 租赁
第一条 租赁合同期限不超过5年,押金不得超过1个月租金。
第二条 年满十八周岁的居民可以申请租赁住房。
第三条 发生火灾的,物业企业应当在1小时内通知消防机构。
第四条 每天巡查时间不少于90分钟。
第五条 各区于每月5日前将进展情况报市住房办公室。
第六条 对被评为优秀的企业给予奖励20万元,每年评选3家企业。
"""


@pytest.fixture(scope="module")
def engine(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"suzhou.txt": RULES})


@pytest.mark.parametrize(
    ("question", "article", "words"),
    [
        ("苏州市租赁住房押金最多收几个月?", "第一条", "押金不得超过1个月租金"),
        ("苏州市居民满几岁可以申请租赁住房?", "第二条", "年满十八周岁"),
        ("苏州市发生火灾要多久内通知消防机构?", "第三条", "在1小时内"),
        ("苏州市每天巡查最少多长时间?", "第四条", "不少于90分钟"),
        ("When must the districts of Suzhou report their progress?", "第五条", "每月5日前"),
        ("How much does Suzhou award an excellent enterprise?", "第六条", "奖励20万元"),
    ],
)
def test_the_clause_that_sets_it_is_quoted(engine: Engine, question: str, article: str, words: str) -> None:
    answer = engine.answer(question)

    assert [citation.clause_id for citation in answer.citations] == [f"suzhou/第一章/{article}"]
    assert words in answer.text


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("押金最多收几个月?", "个月"),
        ("满几岁可以申请?", "岁"),
        ("How much does Suzhou award the enterprise?", "元"),
        ("How much are firms fined?", "元"),
        ("How much wool does Suzhou produce?", None),
    ],
)
def test_the_unit_is_seen(reads: Any, question: str, unit: str | None) -> None:
    assert reads(question).unit == unit


def test_how_often_may_be_asked_besides(reads: Any) -> None:
    assert reads("Who checks the tea gardens of Sichuan, and how often?").also == ("deadline",)


def _lacking(engine: Engine, question: str) -> float:
    sight = engine.observe(question)
    assert sight is not None
    return sight.signals["asked"]


def test_of_what_kind_a_thing_is_the_title_may_say(engine: Engine) -> None:
    assert _lacking(engine, "苏州市住房押金最多收几个月?") == 0.0
    assert _lacking(engine, "苏州市车辆押金最多收几个月?") == 1.0


def test_a_kind_that_the_clause_names_otherwise_is_another(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    plan = "苏州市食品药品安全计划\n一、主要目标\n(一)抽检目标。食品抽检合格率达到98%。\n"

    assert _lacking(engine_over({"suzhou.txt": plan}), "苏州市药品抽检合格率目标是多少?") == 1.0


VALID = """苏州市促进软件产业若干措施
为落实《苏州市软件产业行动方案(2026—2028年)》,促进软件产业发展,制定本措施。
一、支持研发
单个研发项目最高支持500万元。
二、附则
本措施有效期至2028年12月31日,由市工信局解释。
"""


def test_what_the_title_says_a_clause_on_time_need_not_and_a_cited_title_sets_no_time(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    engine = engine_over({"suzhou.txt": VALID})

    assert "有效期至2028年12月31日" in engine.answer("苏州市促进软件产业措施有效期到哪天?").text
    assert engine.answer("苏州市软件产业行动方案什么时候完成?").status == "not_found"
