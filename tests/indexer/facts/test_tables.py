"""The columns of tables, and which cell of a row stands in which."""

from __future__ import annotations

import pytest

from indexer.facts.tables import read_header, read_row, row_cells, unfold_columns


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("任务\t责任单位", ["任务", "责任单位"]),
        ("表1 分工表\n| 任务 | 责任单位 |\n|---|---|", ["任务", "责任单位"]),
        ("序号\n任务\n总投资\n(万元)", ["序号", "任务", "总投资(万元)"]),
        ("表1 重点任务表\n序号\n任务\n责任单位", ["序号", "任务", "责任单位"]),
        ("任务\t责任分工\t\t时限\n\t牵头单位\t配合单位", ["任务", "牵头单位", "配合单位", "时限"]),
        ("任务\t责任分工\t\t完成时限\n牵头单位\t配合单位", ["任务", "牵头单位", "配合单位", "完成时限"]),
    ],
)
def test_the_names_of_columns(head: str, expected: list[str]) -> None:
    assert read_header(head) == expected


def test_a_name_above_several_columns_gives_way_to_theirs() -> None:
    folded = ["序号", "任务", "责任分工", "完成时限", "牵头单位", "配合单位"]
    assert unfold_columns(folded) == ["序号", "任务", "牵头单位", "配合单位", "完成时限"]
    assert unfold_columns(["任务", "牵头单位", "配合单位"]) == ["任务", "牵头单位", "配合单位"]


HEADER = ["序号", "任务", "牵头单位", "配合单位", "完成时限", "备注"]


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ("1\n甲\n市教育局\n市财政局\n6月\n续建", HEADER),
        ("1\n甲\n市教育局\n市财政局\n6月", HEADER[:5]),
        ("1\n甲\n市教育局\n6月", ["序号", "任务", "牵头单位", "完成时限"]),
        ("1\n甲\n市教育局\n市财政局\n市民政局\n6月\n续建", HEADER),
        ("1\n甲\n市教育局\n市财政局,\n市民政局\n6月\n续建", HEADER),
        ("1\n甲\n乙\n丙\n丁\n戊\n己\n庚\n辛", []),
    ],
)
def test_cells_stand_in_the_columns_that_hold_such(row: str, columns: list[str]) -> None:
    assert [name for name, _ in row_cells(row, HEADER)] == columns


def test_a_column_of_bodies_holds_centres_too() -> None:
    row = "建设平台\t省大数据中心\t省公共资源交易中心、省政务服务局"
    duty = read_row(row, ["任务", "牵头单位", "配合单位"])
    assert duty is not None
    assert [row[a:b] for a, b in duty.lead] == ["省大数据中心"]
    assert [row[a:b] for a, b in duty.support] == ["省公共资源交易中心", "省政务服务局"]
