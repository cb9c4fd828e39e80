"""The row of a table: its cells with the names of their columns, and what it says about a number or a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.folding import fold
from corpus.model import Clause, Span
from indexer.facts.tables import read_header, row_cells
from indexer.store import Store

# Matches: 行3. Does not match: 第三条.
_ROW = re.compile(r"行\d+(?:~\d+)?")
# Columns that only count the rows. Matches: 序号. Does not match: 文号.
_COUNTER = re.compile(r"^(?:序号|编号|号|no\.?|#)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row: its column's name, what it holds as printed, and where in the row's text."""

    column: str
    text: str
    span: Span


def is_row(clause: Clause) -> bool:
    """Whether a clause is the row of a table."""
    return bool(clause.path) and bool(_ROW.fullmatch(clause.path[-1]))


def read_cells(clause: Clause, store: Store) -> tuple[tuple[Cell, ...], Clause | None]:
    """The cells of a row that hold something, without the row's number, and the table's head.

    Returns:
        No cells for a clause that is no row of a table with a head of as many columns.
    """
    if not is_row(clause):
        return (), None
    table = store.clause(clause.id.rpartition("/")[0])
    if table is None:
        return (), None
    named = row_cells(fold(clause.text), read_header(fold(table.text)))
    if len(named) < 2:
        return (), None
    cells = (Cell(name, clause.text[a:b], (a, b)) for name, (a, b) in named if a < b)
    return tuple(cell for cell in cells if not _COUNTER.match(cell.column)), table
