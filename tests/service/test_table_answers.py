"""From a question to the row of a table that answers it, over two hand-written plans of Chinese cities."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from service.engine import Engine

BY_TABS = """苏州市质量发展规划
一、发展目标
表1 主要指标
序号\t指标名称\t单位\t2020年\t2025年\t属性
1\t制造业产品质量合格率\t%\t93.6\t95以上\t预期性
2\t有效发明专利拥有量\t件\t810\t[1200]\t预期性
3\t主导制定国际标准\t项\t15\t30\t预期性
二、主要任务
(一)加强产品质量监管。
"""
BY_PIPES = """# 宁波市质量发展规划

## 一、发展目标

表1 主要指标

| 类别 | 指标 | 2020年基数 | 2025年目标值 |
|---|---|---|---|
| 质量 | 服务业顾客满意度(分) | 80 | ≥85 |
| 创新 | 研发经费投入强度(%) | 2.1 | 2.8左右 |

## 二、主要任务

(一)加强服务质量监管。
"""


@pytest.fixture(scope="module")
def engine(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"suzhou.txt": BY_TABS, "ningbo.md": BY_PIPES})


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("苏州市到2025年制造业产品质量合格率目标是多少?", "制造业产品质量合格率:2025年 95%以上。"),
        ("苏州市2025年有效发明专利拥有量要达到多少?", "有效发明专利拥有量:2025年 [1200]件。"),
        ("宁波市2025年研发经费投入强度要达到多少?", "研发经费投入强度(%):2025年目标值 2.8左右。"),
    ],
)
def test_the_cell_of_the_year_is_given_with_its_unit(engine: Engine, question: str, said: str) -> None:
    assert engine.answer(question).text.split(":", 1)[1].startswith(said)


def test_a_name_that_two_places_share_asks_for_the_one_that_is_there(engine: Engine) -> None:
    answer = engine.answer("What is the 2025 target for the manufacturing product quality in Suzhou?")

    assert answer.status == "answered"
    assert {citation.document_id for citation in answer.citations} == {"suzhou"}
    assert engine.answer("苏州市和宿州市2025年制造业产品质量合格率目标是多少?").uncovered == ("宿州市",)


def test_a_name_that_two_places_share_is_said_once(engine: Engine) -> None:
    assert engine.answer("Who leads brand cultivation in Taizhou?").text.count("Taizhou") == 1
