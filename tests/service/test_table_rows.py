from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from corpus.model import Clause
from service.table_rows import read_cells


def _clause(path: tuple[str, ...], text: str) -> Clause:
    return Clause("/".join(("d", *path)), "d", path, (), "clause", text, (0, len(text)), (0, len(text)))


def _store(*clauses: Clause) -> Any:
    return SimpleNamespace(clause=lambda clause_id: next((c for c in clauses if c.id == clause_id), None))


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("表1 主要指标\n序号\t指标\t单位\t2025年", "3\t尾水达标率\t%\t90"),
        ("| 序号 | 指标 | 单位 | 2025年 |\n| --- | --- | --- | --- |", "| 3 | 尾水达标率 | % | 90 |"),
    ],
)
def test_cells_stand_with_the_names_of_their_columns(head: str, row: str) -> None:
    table, clause = _clause(("表1",), head), _clause(("表1", "行3"), row)
    cells, found = read_cells(clause, _store(table, clause))

    assert found == table
    assert [(cell.column, cell.text) for cell in cells] == [("指标", "尾水达标率"), ("单位", "%"), ("2025年", "90")]
    assert [row[slice(*cell.span)] for cell in cells] == ["尾水达标率", "%", "90"]


def test_a_clause_that_is_no_row_has_no_cells() -> None:
    assert read_cells(_clause(("三", "1"), "尾水\t90"), _store()) == ((), None)


def test_a_row_of_another_width_than_its_head_has_none() -> None:
    table, clause = _clause(("表1",), "表1 指标\n序号\t指标"), _clause(("表1", "行3"), "3\t尾水\t90")

    assert read_cells(clause, _store(table, clause)) == ((), None)
