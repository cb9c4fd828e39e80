"""Tables whose cells only blanks part: below a head that begins with 序号, or one whose words all name columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.model import Span
from indexer.cell_tables import TableLines
from indexer.facts.tables import column_kind

# Matches: 12 某地剪纸 某县文化馆. Does not match: 12.加强保护 / 2023年
_NUMBERED_ROW = re.compile(r"(?P<n>\d{1,4})[ \u3000\xa0]+[^\s|][^\t|]*$")
_WIDE_GAP = re.compile(r"\s{3,}")
_FEWEST_COLUMNS = 3
_LONGEST_HEAD = 80


def find_spaced_tables(folded: str, lines: Sequence[Span]) -> list[TableLines]:
    """Tables that print a row a line and part their cells by blanks.

    Args:
        folded: The folded clean text.
        lines: Offsets of its lines.
    """
    found: list[TableLines] = []
    index = 0
    while index + 2 < len(lines):
        start, end = lines[index]
        stop = index
        # No head begins as an article does.
        if end - start <= _LONGEST_HEAD and folded[start] != "第" and folded.find(" ", start, end) >= 0:
            stop = _rows_below(folded, lines, index)
            if stop < index + 3 and folded.startswith("序号", start):
                stop = _counted_rows(folded, lines, index)
        if stop >= index + 3:
            rows = tuple(range(row, row + 1) for row in range(index + 1, stop))
            found.append(TableLines(range(index, index + 1), rows))
            index = stop
        else:
            index += 1
    return found


def _rows_below(folded: str, lines: Sequence[Span], head: int) -> int:
    """Index behind the rows of as many cells as the head names columns, where it is one.

    Columns that wide blanks set apart need only be named for the most part.
    """
    line = folded[slice(*lines[head])]
    wide = _WIDE_GAP.split(line) if "   " in line else []
    if len(wide) >= 2 and 2 * sum(column_kind(name) is not None for name in wide) > len(wide):
        return _stop(folded, lines, head, len(wide), _WIDE_GAP)
    names = line.split()
    if len(names) >= _FEWEST_COLUMNS and all(column_kind(name) is not None for name in names):
        return _stop(folded, lines, head, len(names), None)
    return head


def _stop(folded: str, lines: Sequence[Span], head: int, width: int, gap: re.Pattern[str] | None) -> int:
    row = head + 1
    while row < len(lines):
        line = folded[slice(*lines[row])]
        if len(gap.split(line) if gap else line.split()) != width:
            break
        row += 1
    return row


def _counted_rows(folded: str, lines: Sequence[Span], head: int) -> int:
    """Index behind the rows whose running numbers go on below a head of at least three columns."""
    names = folded[slice(*lines[head])].split()
    if len(names) < _FEWEST_COLUMNS or not re.fullmatch(r"[^\t|,。;:]{5,80}", folded[slice(*lines[head])]):
        return head
    row, regular = head + 1, 0
    number: int | None = None
    while row < len(lines) and (match := _NUMBERED_ROW.match(folded, *lines[row])):
        if number is not None and int(match["n"]) != number + 1:
            break
        number = int(match["n"])
        regular += len(match.group().split()) == len(names)
        row += 1
    return row if regular >= 2 and 2 * regular >= row - head - 1 else head
