"""Tables that are drawn with characters: ┌──┬──┐, rows of cells between │, and a rule ├──┼──┤ below each row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.model import Span
from indexer.cell_tables import TableLines

_OPENS = "┌"
_INSIDE = frozenset("│├└┌┝┠")
# A rule from one side of the table to the other. Matches: ├───┼──┤. Does not match: ├───┤ 市财政局│
_RULE = re.compile(r"[\u2500-\u257f\s]+$")


def find_box_tables(folded: str, lines: Sequence[Span]) -> list[TableLines]:
    """Drawn tables: the head down to the first rule below it, then a row down to each further one.

    Args:
        folded: The folded clean text.
        lines: Offsets of its lines.
    """
    found: list[TableLines] = []
    if _OPENS not in folded:
        return found
    index = 0
    while index < len(lines):
        if folded[lines[index][0]] != _OPENS:
            index += 1
            continue
        start, index = index, index + 1
        rows: list[range] = []
        first, has_cells = start, False
        while index < len(lines) and folded[lines[index][0]] in _INSIDE:
            if _RULE.match(folded, *lines[index]) is None:
                has_cells = True
            elif has_cells:
                rows.append(range(first, index + 1))
                first, has_cells = index + 1, False
            index += 1
        if first < index and rows:
            rows[-1] = range(rows[-1].start, index)  # a rule more, or a row that none ends
        if len(rows) >= 2:
            found.append(TableLines(rows[0], tuple(rows[1:])))
    return found
