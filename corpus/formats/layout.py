"""Printed lines to paragraphs: running heads and page numbers go, wrapped lines are joined, over page breaks too."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. Lengths are points from the page's top left corner; ``first_width`` is its first character's.

    ``count`` is the number of its characters, blanks at both ends included; ``has_cells`` says that it is parted as the
    row of a table without rules is.
    """

    text: str
    page: int
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    first_width: float
    count: int
    has_cells: bool
    page_width: float
    page_height: float


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a ruled table."""

    cells: tuple[str, ...]
    page: int


# Matches: — 12 —, 第 3 页 共 10 页, 5/12. Does not match: 2014年.
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—–－―·•~～]+\s*)?(?:第\s*)?(?:\d{1,4}|[IVXivx]{1,6})\s*(?:页)?\s*(?:[/／,，]?\s*共?\s*\d{1,4}\s*页?)?"
    r"(?:\s*[-—–－―·•~～]+)?\s*"
)
# What a browser puts below and above a page that it prints. Matches: https://www.example.gov.cn/2014/a.htm 1/6.
# Does not match: 网址：https://www.example.gov.cn.
_PRINTED_ADDRESS = re.compile(r"(?:https?|file|ﬁle)://\S+\s+\d{1,4}/\d{1,4}")
# Matches: 2014/7/2 16:05 关于印发…的通知. Does not match: 2014年7月2日.
_PRINTED_DATE = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}(?!\d)")
# Where a paragraph may begin. Matches: （一）强化标准引领。, 第五条 本条例. Does not match: 2014年底前, 1.5万辆.
_ENUMERATOR = re.compile(
    r"[（(](?:[一二三四五六七八九十百\d]{1,4}|[a-z])[)）]|[一二三四五六七八九十百]{1,4}[、.．]|[壹贰叁肆伍陆貳參陸柒捌玖拾]{1,3}、|"
    r"\d{1,3}(?:[、)）]|[.．](?!\d))|[①-⑳]|"
    r"第[一二三四五六七八九十百千零〇\d]{1,8}[编章节条](?:之[一二三四五六七八九十])?(?:[ 　【]|$)|"
    r"[一二三四五六七八九十]是|附件|附表|[-—•●■]"
)
_SENTENCE_ENDS = "。！？；：.!?;:”）)"
_CLOSING = "，。、；：！？）》」』】〕”’,.;:!?)]%％"
_OPENING = "（《「『【〔“‘(["
_MARGIN = 0.13
_SAME_HEIGHT = 3.0


def join_lines(lines: Sequence[str]) -> str:
    """Wrapped lines as one: a blank only between Latin words."""
    text = ""
    for line in (line.strip() for line in lines):
        if (
            text
            and line
            and text[-1].isascii()
            and line[0].isascii()
            and not (text[-1].isdigit() and line[0].isdigit())
        ):
            opens_or_closes = text[-1] in _OPENING + "-/" or line[0] in _CLOSING + "-/"
            text += "" if opens_or_closes else " "
        text += line
    return text


def join_pages(pages: Sequence[Sequence[Line | Row]]) -> Iterator[str]:
    """Paragraphs and tab-separated table rows, in order."""
    kept = _without_page_furniture(pages)
    layout = _Layout([unit for page in kept for unit in page if isinstance(unit, Line)])
    paragraph: list[Line] = []
    row: list[str] = []
    head: tuple[str, ...] = ()
    row_page = -1

    for page in kept:
        for unit in page:
            if isinstance(unit, Line):
                if row:
                    yield "\t".join(row).rstrip("\t")
                    row, head = [], ()
                if paragraph and not layout.continues(paragraph, unit):
                    yield join_lines([line.text for line in paragraph])
                    paragraph = []
                paragraph.append(unit)
                continue
            if paragraph:
                yield join_lines([line.text for line in paragraph])
                paragraph = []
            if not any(unit.cells):
                continue
            on_new_page = bool(row) and unit.page != row_page and len(row) == len(unit.cells)
            row_page = unit.page
            if on_new_page and unit.cells == head:
                continue  # the table's head, printed again on each page
            if on_new_page and not unit.cells[0]:
                row = [join_lines([above, below]) for above, below in zip(row, unit.cells, strict=True)]
                continue
            if row:
                yield "\t".join(row).rstrip("\t")
            else:
                head = unit.cells
            row = list(unit.cells)
    if paragraph:
        yield join_lines([line.text for line in paragraph])
    if row:
        yield "\t".join(row).rstrip("\t")


def _without_page_furniture(pages: Sequence[Sequence[Line | Row]]) -> list[list[Line | Row]]:
    """Pages less what stands in their margins at one height again and again, and less page numbers."""
    edges: list[list[Line]] = []
    for page in pages:
        lines = [unit for unit in page if isinstance(unit, Line)]
        edges.append(
            [
                line
                for line in lines
                if line.bottom < _MARGIN * line.page_height or line.top > (1 - _MARGIN) * line.page_height
            ]
        )
    seen: dict[str, list[Line]] = defaultdict(list)
    for edge in edges:
        for line in edge:
            seen[_without_number(line.text)].append(line)
    repeated = set()
    for line in (line for edge in edges for line in edge):
        alike = {o.page for o in seen[_without_number(line.text)] if abs(o.top - line.top) < _SAME_HEIGHT}
        if len(alike) >= 3 or (len(alike) == 2 and len(pages) <= 4 and _stands_apart(line, pages[line.page])):
            repeated.add(line)
    # A bare number that stands apart is the page's where it fits its place: a lone 4800 may be the text's.
    shifts = Counter(int(line.text) - line.page for edge in edges for line in edge if line.text.isdecimal())
    kept: list[list[Line | Row]] = []
    for page, edge in zip(pages, edges, strict=True):
        numbers = {
            line
            for line in edge
            if _PAGE_NUMBER.fullmatch(line.text)
            and (line in repeated or _stands_apart(line, page))
            and (not line.text.isdecimal() or (shift := int(line.text) - line.page) == 1 or shifts[shift] > 1)
        }
        printed = {line for line in edge if _PRINTED_ADDRESS.fullmatch(line.text)}
        if printed and _PRINTED_DATE.match(edge[0].text):
            printed.add(edge[0])
        furniture = repeated | numbers | printed
        kept.append([unit for unit in page if not isinstance(unit, Line) or unit not in furniture])
    return kept


def _without_number(text: str) -> str:
    """A running head less the page number beside it; 附件1 and 附件2, which are short, stay different."""
    bare = re.sub(r"^\s*\d{1,4}\s+|\s+\d{1,4}(?:\s*/\s*\d{1,4})?\s*$|第\s*\d+\s*页|共\s*\d+\s*页", "", text)
    if _PAGE_NUMBER.fullmatch(text):
        return "#"
    return "".join(bare.split())


def _stands_apart(line: Line, page: Sequence[Line | Row]) -> bool:
    """Whether the next line is farther away than a line's height, as in no running text."""
    others = [unit for unit in page if isinstance(unit, Line) and unit is not line]
    gaps = [max(other.top - line.bottom, line.top - other.bottom) for other in others]
    return not gaps or min(gaps) > line.size


def _margins(lines: Sequence[Line]) -> tuple[float, float]:
    """Where lines begin and end at most; one in fifty may be set in any way. Punctuation may hang over the margin."""
    ends = sorted((line.x1 - line.size * (line.text[-1] in _CLOSING) for line in lines), reverse=True)
    starts = sorted(line.x0 for line in lines)
    return (starts[len(lines) // 50], ends[len(lines) // 50]) if lines else (0.0, 0.0)


class _Layout:
    """The margins and habits of a document, from which it follows whether a line goes on in the next."""

    def __init__(self, lines: Sequence[Line]) -> None:
        sizes = Counter(round(line.size, 1) for line in lines for _ in range(len(line.text)))
        self._body_size = sizes.most_common(1)[0][0] if sizes else 0.0
        body = [line for line in lines if abs(line.size - self._body_size) < 0.6]
        # Margins of left and right pages may differ, not the width between them: a page with few lines may have no full
        # one, or none that is not indented.
        margins = [_margins([line for line in body if line.page % 2 == side] or body) for side in (0, 1)]
        left, right = max(margins, key=lambda pair: pair[1] - pair[0])
        self._width = right - left
        self._left = [left if left <= own and end <= right else own for own, end in margins]
        counts = Counter(line.count for line in body)
        count, times = counts.most_common(1)[0] if counts else (0, 0)
        # Some programs wrap after a number of characters, not at a width.
        self._wrap_count = count if count >= 20 and times * 4 >= len(body) and count == max(counts) else None
        following = [(a, b) for a, b in pairwise(body) if a.page == b.page and b.top > a.top]
        # From a full line to the next is as a rule the distance inside a paragraph, which that between two may exceed.
        wrapped = [(a, b) for a, b in following if self._is_full(a, b)] or following
        steps = Counter(round(b.top - a.top) for a, b in wrapped)
        self._step = steps.most_common(1)[0][0] if steps else 0
        starts = [b for a, b in pairwise(body) if not self._is_full(a, b)]
        indented = sum(self._is_indented(line) for line in starts)
        self._uses_indent = indented * 2 > len(starts)

    def _is_indented(self, line: Line) -> bool:
        return line.x0 - self._left[line.page % 2] > 1.2 * line.size

    def _is_set_off(self, line: Line) -> bool:
        """Whether it begins so far in that it is centred or a signature, and no line of a paragraph."""
        return line.x0 - self._left[line.page % 2] > 0.3 * self._width

    def _is_full(self, line: Line, following: Line) -> bool:
        """Whether the next line's first word would not have fitted."""
        if self._wrap_count is not None and line.count >= self._wrap_count:
            return True
        text = following.text
        end = 1
        while end < len(text) and (
            text[end] in _CLOSING
            or text[end - 1] in _OPENING
            or (text[end - 1 : end + 1].isascii() and text[end - 1 : end + 1].isalnum())
        ):
            end += 1
        needed = sum(line.size * (0.5 if c.isascii() else 1.0) for c in text[1:end]) + following.first_width
        right = self._left[line.page % 2] + self._width
        return right > 0.6 * line.page_width and line.x1 + needed > right - 0.3 * line.size

    def continues(self, paragraph: Sequence[Line], following: Line) -> bool:
        """Whether ``following`` belongs to the paragraph whose lines so far are given."""
        first, last = paragraph[0], paragraph[-1]
        if abs(last.size - following.size) > 0.1 * last.size:
            return False
        if self._is_set_off(last) or self._is_set_off(following) or last.has_cells or following.has_cells:
            return False
        if last.page == following.page:
            # Where nothing is indented, paragraphs are told by the distance between them.
            most = (1.5 if self._uses_indent else 1.2) * max(self._step, last.size)
            if self._step and following.top - last.top > most:
                return False
        ends = last.text[-1] in _SENTENCE_ENDS
        begins = _ENUMERATOR.match(following.text) is not None
        if not self._is_full(last, following):
            # A ragged edge: a long line that stops in mid-sentence still goes on.
            is_long = last.x1 - self._left[last.page % 2] > 0.8 * self._width > 0.4 * last.page_width
            return is_long and not ends and not begins and not self._is_indented(following)
        left_shift = self._left[following.page % 2] - self._left[first.page % 2]
        shift = following.x0 - first.x0 - left_shift
        if self._uses_indent and not self._is_indented(following):
            # In a text with indented paragraphs, a line at the margin goes on, whatever it begins with.
            return self._is_indented(first) or not (begins and ends)
        if shift < -0.8 * following.size:
            return not (begins and ends)
        if self._is_indented(following):
            return not ends and not begins
        # A text without indents: only a number after a sentence's end begins a new paragraph, and one that no
        # reference would have (一、 but not 第五条) begins one anywhere.
        return not begins or (not ends and following.text.startswith("第"))
