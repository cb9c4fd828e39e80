"""Tables that print one cell a line: where they begin and end, and what is none."""

from __future__ import annotations

import pytest

from corpus.lines import split_lines
from indexer.cell_tables import find_cell_tables


def rows(text: str) -> list[list[str]]:
    """The head and the rows of the tables of a text, cells joined by blanks."""
    lines = split_lines(text)
    return [
        [" ".join(text[slice(*lines[i])] for i in part) for part in (table.head, *table.rows)]
        for table in find_cell_tables(text, lines)
    ]


def cells(printed: str) -> str:
    return "\n".join(printed.split())


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (
            "工作安排 序号 任务 责任单位 1 甲 市教育局 2 乙 市财政局 各单位要落实。",
            ["序号 任务 责任单位", "1 甲 市教育局", "2 乙 市财政局"],
        ),
        (
            "任务 牵头单位 时限 甲 市教育局 2024年 乙 市大数据中心 长期 各单位要落实。 并加强督查。 每月报送。",
            ["任务 牵头单位 时限", "甲 市教育局 2024年", "乙 市大数据中心 长期"],
        ),
        (
            "序号 产品 生产企业 问题 1 油 甲公司 超标 2 糕 乙公司 3 米 丙公司 变质 二、处置",
            ["序号 产品 生产企业 问题", "1 油 甲公司 超标", "2 糕 乙公司", "3 米 丙公司 变质"],
        ),
        (
            "序号 任务 责任分工 时限 牵头单位 配合单位 1 甲 市教育局 市财政局 6月 2 乙 市民政局 市财政局 9月",
            ["序号 任务 责任分工 时限 牵头单位 配合单位", "1 甲 市教育局 市财政局 6月", "2 乙 市民政局 市财政局 9月"],
        ),
        (
            "序号 任务 责任单位 一、经济 1 甲 市教育局 2 乙 市财政局 二、民生 3 丙 市民政局",
            ["序号 任务 责任单位", "一、经济", "1 甲 市教育局", "2 乙 市财政局", "二、民生", "3 丙 市民政局"],
        ),
        (
            "指标 2020年 2025年 属性 产值 3200 4700 预期性 能耗 — [14.5] 约束性",
            ["指标 2020年 2025年 属性", "产值 3200 4700 预期性", "能耗 — [14.5] 约束性"],
        ),
    ],
)
def test_a_table_of_one_cell_a_line(printed: str, expected: list[str]) -> None:
    assert rows(cells(printed)) == [expected]


@pytest.mark.parametrize(
    "printed",
    [
        "工作目标 全面提升。 工作措施 加强领导。 责任单位 各部门。",
        "工作内容 责任单位 各部门要落实。 每季度报送。 市教育局负责牵头。 年底验收。",
        "任务 责任单位 甲 市教育局",
        "序号 1 2 3 4",
        "序号 任务 责任单位 1 甲 市教育局 附件2 清单",
        "任务 要求 甲 乙 丙 丁 戊 己",
    ],
)
def test_lines_that_prove_no_table(printed: str) -> None:
    assert rows(cells(printed)) == []
