"""Tables that a scraper laid out cell by cell, one cell a line: the head's names, then the rows.

Nothing but the lines themselves says that they are a table. So the names of columns must stand in consecutive lines,
one of them a column whose cells show what they are (bodies, times, amounts), and the first rows below must fit them; or
running numbers, announced by 序号, must come again, or ascend, at the table's width. Elsewhere the lines stay what
they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.lines import NUMERAL
from corpus.model import Span
from indexer.facts.tables import ColumnKind, column_kind, holds, join_names, unfold_columns

_MOST_COLUMNS = 12
_LONGEST_NAME = 14
_LONGEST_HEADING = 40
_NUMBER = re.compile(r"\(?(?P<n>[0-9]{1,3})\)?[.、]?$")
# A line that no cell is, behind the last running number. Matches: 二、工作要求 / 附件2 / 注:本表…
_OUTSIDE = re.compile(
    rf"[{NUMERAL}]{{1,3}}(?:、|$)|\([{NUMERAL}]{{1,3}}\)|第[{NUMERAL}]{{1,4}}[章节条部]|附\s*[件录表]|注\s*[::]|备注\s*:"
)


_NUMERAL_ALONE = re.compile(rf"[{NUMERAL}]{{1,3}}$")


@dataclass(frozen=True, slots=True)
class TableLines:
    """The lines of a table, as ranges of line indices: the head, and each row."""

    head: range
    rows: tuple[range, ...]

    @property
    def start(self) -> int:
        """Index of the first line."""
        return self.head.start

    @property
    def stop(self) -> int:
        """Index behind the last line."""
        return self.rows[-1].stop if self.rows else self.head.stop


def find_cell_tables(folded: str, lines: Sequence[Span]) -> list[TableLines]:
    """Tables of one cell a line.

    Args:
        folded: The folded clean text.
        lines: Offsets of its lines.

    Returns:
        In order, each with two rows at least. A row is as many lines as the table has columns; one that opens with a
        running number may have fewer or more, as scrapers drop empty cells and break long ones.
    """
    tables: list[TableLines] = []
    index = 0
    short = [end - start <= _LONGEST_NAME for start, end in lines]
    while index + 1 < len(lines):
        if not (short[index] and short[index + 1]):
            index += 1
            continue
        stop = index
        while stop < len(lines) and stop - index < _MOST_COLUMNS and _kind(folded, lines[stop]) is not None:
            stop += 1
        table = _read_table(folded, lines, index, stop) if stop > index else None
        if table is not None:
            tables.append(table)
        index = table.stop if table is not None else max(stop, index + 1)
    return tables


def _kind(folded: str, span: Span) -> ColumnKind | None:
    return column_kind(folded[span[0] : span[1]]) if span[1] - span[0] <= _LONGEST_NAME else None


def _read_table(folded: str, lines: Sequence[Span], first: int, stop: int) -> TableLines | None:
    """The table whose head stands in the lines from ``first`` to ``stop``, which all name columns."""
    counter = next((i for i in range(first, stop) if _kind(folded, lines[i]) == "counter"), None)
    if counter is not None:
        head = _counted_head(folded, lines, counter)
        return _below(folded, lines, head) if head is not None else None
    # A heading above the head, and the first cell below it, may read as names too.
    for end in range(stop, max(first + 1, stop - 3), -1):
        for start in range(first, min(first + 3, end - 1)):
            table = _below(folded, lines, range(start, end))
            if table is not None:
                return table
    return None


def _counted_head(folded: str, lines: Sequence[Span], start: int) -> range | None:
    """The lines from 序号 to the first running number, or to the heading of the first rows above it."""
    for stop in range(start + 2, min(start + _MOST_COLUMNS, len(lines) - 1) + 1):
        if _number(folded, lines[stop]) > 0:
            above = next(
                (n for n in (2, 1) if stop - n > start + 1 and _heading_lines(folded, lines, stop - n) == n), 0
            )
            return range(start, stop - above)
        if lines[stop][1] - lines[stop][0] > _LONGEST_HEADING or folded[lines[stop][1] - 1] in "。;":
            return None
    return None


def _heading_lines(folded: str, lines: Sequence[Span], at: int) -> int:
    """How many lines the heading of some rows takes that stands at ``at``: two where its number stands alone."""
    if not _OUTSIDE.match(folded, *lines[at]):
        return 0
    return 2 if _NUMERAL_ALONE.match(folded, *lines[at]) else 1


def _below(folded: str, lines: Sequence[Span], head: range) -> TableLines | None:
    """The table with that head, if the lines below are its rows."""
    names = join_names([folded[slice(*lines[i])] for i in head])
    unfolded = unfold_columns(names)
    for columns in [names, unfolded] if unfolded != names else [names]:
        kinds = [column_kind(name) or "text" for name in columns]
        if kinds[0] == "counter" or "bodies" in kinds or kinds.count("value") >= 2:
            rows = _Rows(folded, lines, kinds).read(head.stop)
            if rows:
                return TableLines(head, tuple(rows))
    return None


def _number(folded: str, span: Span) -> int:
    match = _NUMBER.match(folded, *span)
    return int(match["n"]) if match else -1


@dataclass(frozen=True, slots=True)
class _Rows:
    folded: str
    lines: Sequence[Span]
    kinds: Sequence[ColumnKind]

    def read(self, at: int) -> list[range]:
        """The rows from line ``at`` on; none where the first ones do not fit the columns."""
        if self.kinds[0] == "counter":
            return self._read_counted(at) or self._read_excerpt(at)
        rows: list[range] = []
        columns = len(self.kinds)
        while at + columns <= len(self.lines) and self._fits(row := range(at, at + columns)):
            rows.append(row)
            at = row.stop
        return rows if len(rows) >= 2 else []

    def _read_counted(self, at: int) -> list[range]:
        rows: list[range] = []
        number = 1
        has_width = False
        while at + 1 < len(self.lines):
            if self._number(at) != number:
                # The heading of the rows below it.
                above = _heading_lines(self.folded, self.lines, at) or 1
                if self._number(at + above) != number or self._width(at + above - 1) > _LONGEST_HEADING:
                    break
                rows.append(range(at, at + above))
                at += above
            size = self._size(at, number + 1)
            is_last = not size
            row = range(at, at + (size or self._last_size(at, rows)))
            if len(row) < 2:
                break
            has_width = has_width or (not is_last and self._fits(row))
            rows.append(row)
            at = row.stop
            number += 1
            if is_last or (number > 3 and not has_width):
                break
        return rows if number > 2 and has_width else []

    def _read_excerpt(self, at: int) -> list[range]:
        """The rows of a table that leaves some out: their numbers ascend, and each row has all its cells."""
        rows: list[range] = []
        headings: list[range] = []
        number = count = 0
        columns = len(self.kinds)
        while at + 1 < len(self.lines):
            row = range(at, at + columns)
            if row.stop <= len(self.lines) and self._number(at) > number and self._fits(row):
                rows += [*headings, row]
                headings = []
                number, count = self._number(at), count + 1
            else:
                row = range(at, at + _heading_lines(self.folded, self.lines, at))
                if len(row) != 1 or self._width(at) > _LONGEST_HEADING:
                    break
                headings.append(row)
            at = row.stop
        return rows if count >= 2 else []

    def _number(self, index: int) -> int:
        return _number(self.folded, self.lines[index]) if index < len(self.lines) else -1

    def _width(self, index: int) -> int:
        return self.lines[index][1] - self.lines[index][0]

    def _size(self, at: int, following: int) -> int:
        """Lines from ``at`` to the next number, or to the heading above it; the table's width is tried first."""
        columns = len(self.kinds)
        for size in (columns, *(s for d in range(1, columns) for s in (columns - d, columns + d) if s > 1)):
            stop = at + size
            if stop >= len(self.lines):
                continue
            above = _heading_lines(self.folded, self.lines, stop)
            if self._number(stop + above) == following and self._is_inside(range(at + 1, stop)):
                return size
        return 0

    def _last_size(self, at: int, rows: Sequence[range]) -> int:
        """Lines of the last row: as many as most rows have, if nothing else begins before."""
        sizes = Counter(len(row) for row in rows if self._number(row.start) > 0)
        usual = sizes.most_common(1)[0][0] if sizes else len(self.kinds)
        stop = min(at + usual, len(self.lines))
        while stop > at + 1 and not self._is_inside(range(at + 1, stop)):
            stop -= 1
        return stop - at

    def _is_inside(self, row: range) -> bool:
        return not any(_OUTSIDE.match(self.folded, *self.lines[i]) for i in row)

    def _fits(self, row: range) -> bool:
        """Whether each cell is what its column holds; the last column may be an empty one, for remarks."""
        columns = len(self.kinds)
        if len(row) != columns and not (len(row) == columns - 1 and self.kinds[-1] == "text"):
            return False
        return self._is_inside(row) and all(
            holds(self.folded, kind, self.lines[i]) for kind, i in zip(self.kinds, row, strict=False)
        )
