from __future__ import annotations

import pytest

from corpus.model import RawText
from indexer.parsing import parse_document

BY_TABS = """某市养老服务发展规划
一、主要指标
表1 主要指标
序号\t指标\t单位\t2020年\t2025年\t属性
1\t护理型床位占比\t%\t41.5\t60以上\t约束性
2\t社区食堂\t家\t120\t[300]\t预期性
3\t新增养老床位\t万张\t—\t0.5\t预期性
4\t空巢老人月探访率\t\t98%\t100%\t预期性
"""
BY_PIPES = """# 某市水利发展规划

## 一、目标

表1 主要指标

| 类别 | 指标 | 2021年实际 | 2023年 | 2025年目标值 | 年均增速 |
|---|---|---|---|---|---|
| 节水 | 再生水利用率(%) | 22 | 25-28 | ≥30 | [8] |
| 节水 | 万元产值用水量(立方米) | 40 | 不高于35 | 30左右 | — |
"""
BY_BLANKS = """某市发展规划
一、主要指标
专栏1 主要指标
指标 2020年 2025年 年均增长 属性
地区生产总值（亿元） 1100 1500 6.5% 预期性
森林覆盖率（%） 63 65 — 约束性
"""
OF_WHAT_WAS = """某市经济运行简报
一、运行情况
表1 主要指标
指标\t单位\t2021年
生产总值\t亿元\t1200
二、“十三五”规划执行情况
表2 主要指标完成情况
指标\t单位\t2015年\t2020年
检测机构\t家\t30\t52
"""


def _targets(text: str) -> list[tuple[str, ...]]:
    parsed = parse_document(RawText("a", text, "utf-8", "", len(text.encode())))
    return [
        (
            target.indicator,
            target.comparator,
            f"{target.value:f}" + (f"-{target.upper_value:f}" if target.upper_value else ""),
            target.unit,
            str(target.deadline),
            str(target.baseline),
        )
        for clause in parsed.clauses
        for target in clause.targets
    ]


def test_columns_of_years_set_what_shall_be_from_what_is() -> None:
    assert _targets(BY_TABS) == [
        ("护理型床位占比", "≥", "60", "%", "2025", "41.5"),
        ("社区食堂", "=", "300", "家", "2025", "120"),
        ("新增养老床位", "=", "5000", "张", "2025", "None"),
        ("空巢老人月探访率", "=", "100", "%", "2025", "98%"),
    ]


def test_a_unit_in_the_name_ranges_and_bounds() -> None:
    assert _targets(BY_PIPES) == [
        ("再生水利用率", "=", "25-28", "%", "2023", "22"),
        ("再生水利用率", "≥", "30", "%", "2025", "22"),
        ("万元产值用水量", "≤", "35", "立方米", "2023", "40"),
        ("万元产值用水量", "约", "30", "立方米", "2025", "40"),
    ]


def test_blanks_part_the_cells_of_a_box() -> None:
    assert _targets(BY_BLANKS) == [
        ("地区生产总值", "=", "150000000000", "元", "2025", "1100"),
        ("森林覆盖率", "=", "65", "%", "2025", "63"),
    ]


def test_what_was_sets_no_target() -> None:
    assert _targets(OF_WHAT_WAS) == []


@pytest.mark.parametrize("text", [BY_TABS, BY_PIPES])
def test_the_words_of_a_target_are_those_of_its_span(text: str) -> None:
    parsed = parse_document(RawText("a", text, "utf-8", "", len(text.encode())))
    targets = [target for clause in parsed.clauses for target in clause.targets]
    assert targets
    assert all(text[slice(*target.span)] == target.text for target in targets)


def test_a_column_without_a_year_takes_the_plans() -> None:
    text = """某市质量提升2024—2026年行动计划
一、目标
表1 目标
指标\t单位\t目标值
服务业满意度\t分\t85
"""
    assert _targets(text) == [("服务业满意度", "=", "85", "分", "2026", "None")]
