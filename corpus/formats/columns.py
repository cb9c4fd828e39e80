"""Two columns of running text on a page: where they part, and the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus.formats.layout import Line, Row

Extent = tuple[float, float]
"""Where a character begins and ends, in points from the left edge of its page."""
Side = Literal["left", "right", "both"]

_MIN_ROWS = 6
# Of so many rows one may be set in any way.
_OUTLIER = 10


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the left column begins and ends and where the right one does, in points from the page's left edge."""

    left: float
    left_end: float
    right_start: float
    right: float

    @property
    def middle(self) -> float:
        """The middle of the strip between the columns."""
        return (self.left_end + self.right_start) / 2

    def side_of(self, row: Sequence[Extent]) -> Side:
        """Where a row stands: in one column, or across both."""
        if row[-1][1] <= self.right_start:
            return "left"
        return "right" if row[0][0] >= self.left_end else "both"

    def parts(self, row: Sequence[Extent]) -> Sequence[slice]:
        """A row parted where it is one of each column; a title over both stays whole."""
        behind = next((index for index, (start, _) in enumerate(row) if start >= self.middle), len(row))
        parted = 0 < behind < len(row) and row[behind - 1][1] <= self.right_start and row[behind][0] >= self.left_end
        wide = parted and row[behind][0] - row[behind - 1][1] > 0.7 * (self.right_start - self.left_end)
        return (slice(0, behind), slice(behind, len(row))) if wide else (slice(0, len(row)),)

    def as_single(self, line: Line, side: Side) -> Line:
        """A line as if its column were all that is on the page."""
        share = (self.left_end - self.left) / (self.right - self.left)
        if side == "both":
            x0, x1 = (self.left + (x - self.left) * share for x in (line.x0, line.x1))
        else:
            shift = self.right_start - self.left if side == "right" else 0.0
            x0, x1 = line.x0 - shift, line.x1 - shift
        return replace(line, x0=x0, x1=x1, page_width=line.page_width * share)


def find_columns(rows: Sequence[Sequence[Extent]], size: float) -> Columns | None:
    """The columns of a page, if most of its rows are two lines of running text side by side.

    Columns of a table without rules are not taken for such: their cells do not fill them.

    Args:
        rows: The characters of each height, from left to right.
        size: The size of the text, in points.
    """
    if len(rows) < _MIN_ROWS:
        return None
    left = sorted(row[0][0] for row in rows)[len(rows) // _OUTLIER]
    right = sorted((row[-1][1] for row in rows), reverse=True)[len(rows) // _OUTLIER]
    middle = (left + right) / 2
    gaps: list[tuple[float, float, float]] = []
    crossing = 0
    for row in rows:
        behind = next((index for index, (_, end) in enumerate(row) if end > middle), len(row))
        if not 0 < behind < len(row):
            continue
        end, start = row[behind - 1][1], row[behind][0]
        if start - end >= size:
            gaps.append((end, start, row[-1][1]))
        else:
            crossing += 1
    if len(gaps) < max(_MIN_ROWS, 2 * crossing):
        return None
    left_end = sorted((end for end, _, _ in gaps), reverse=True)[len(gaps) // _OUTLIER]
    right_start = sorted(start for _, start, _ in gaps)[len(gaps) // _OUTLIER]
    if right_start - left_end < 0.8 * size:
        return None
    full_left = sum(end > left_end - 1.5 * size for end, _, _ in gaps)
    full_right = sum(end > right - 1.5 * size for _, _, end in gaps)
    if full_left + full_right < len(gaps) or 4 * min(full_left, full_right) < len(gaps):
        return None
    return Columns(left, left_end, right_start, right)


def fits(columns: Columns, rows: Sequence[Sequence[Extent]]) -> bool:
    """Whether a page that tells no columns of its own, as the last one may, is set in those of another."""
    across = sum(columns.side_of(row) == "both" and len(columns.parts(row)) == 1 for row in rows)
    return 3 * across <= len(rows)


def in_reading_order(units: Iterable[tuple[Side, Line | Row]]) -> Iterator[Line | Row]:
    """Units from top to bottom as they are read: the left column, then the right one, down to what spans both."""
    right: list[Line | Row] = []
    for side, unit in units:
        if side == "right":
            right.append(unit)
            continue
        if side == "both":
            yield from right
            right.clear()
        yield unit
    yield from right
