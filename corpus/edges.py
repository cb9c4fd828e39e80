"""The lines above the first and below the last line of the policy text, and which of them are a website's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus import website
from corpus.document_numbers import find_leading_number
from corpus.folding import fold, fold_for_comparison
from corpus.pinyin import without_pinyin

_HEADER_LINES = 80
_FOOTER_LINES = 160
_SHORTEST_BROKEN_TITLE = 12  # characters
_LONGEST_ACCOUNT = 12  # characters
_LONGEST_SITE_NAME = 24  # characters
_MOST_PIECES = 4  # lines that a title is broken over
_LONGEST_LABEL = 9  # characters, with its colon
_LONGEST_VALUE = 20
_SHORTEST_PIECE = 8  # characters of a title in a page's title
# Matches: 2023.8.1. Does not match: 2023-08-01 10:20, 2023年8月1日
_BARE_DAY = re.compile(r"(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}")
_FEWEST_BUTTONS = 5  # of a row of a menu

# Matches: a zero-width space. Does not match: a line break.
_NO_INK = "[\u0000-\u0008\u000e-\u001b\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
INVISIBLE = re.compile(f"{_NO_INK}{_NO_INK}*")
# Where a page's title may be cut. Matches: 制度|某规定-2017.9.10. Does not match: 2016-2020年
_PIECES = re.compile(r"[|_丨]|-(?=\d{4}[-./]\d)")
# Matches: 某计划_某某网. Does not match: 某计划.
_PAGE_TITLE_CUT = re.compile(r"(?<!\s)(?:\s*[_|丨]\s*|\s+[-\u2500]+\s*|\s*[-\u2500]+\s+)|--+|-(?=[^-]{2,16}$)")


@dataclass(slots=True)
class Line:
    """One non-blank line: its span without outer white space, its folded text less pinyin, and its verdict."""

    start: int
    end: int
    folded: str
    reason: str | None = None
    certain: bool = False


def make_line(text: str, start: int, end: int) -> Line | None:
    """The line ``text[start:end]``; ``None`` where it is blank."""
    printed = text[start:end]
    stripped = printed.strip()
    if not stripped:
        return None
    begin = start + printed.index(stripped)
    bare = without_pinyin(stripped) if "(" in stripped or "（" in stripped else stripped
    return Line(begin, begin + len(stripped), INVISIBLE.sub("", fold(bare)).strip())


def lines_down(text: str) -> Iterator[Line]:
    """The non-blank lines from the first to the last."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = make_line(text, start, end)
        if line:
            yield line
        start = end + 1


def lines_up(text: str) -> Iterator[Line]:
    """The non-blank lines from the last to the first."""
    end = len(text)
    while end >= 0:
        start = text.rfind("\n", 0, end) + 1
        line = make_line(text, start, end)
        if line:
            yield line
        end = start - 1


def _is_title(line: Line) -> bool:
    return len(line.folded) <= 120 and website.is_title_like(line.folded) and line.folded[-1] not in "。;:,"


def _mark(line: Line, reason: website.LineReason | None) -> None:
    if reason:
        line.reason, line.certain = reason


def read_header(text: str) -> list[Line]:
    """The lines from the top to the first one of the policy text, that one included."""
    lines: list[Line] = []
    for line in lines_down(text):
        if len(lines) >= _HEADER_LINES:
            break
        previous = lines[-1] if lines else None
        lines.append(line)
        if not line.folded:
            continue
        _mark(line, website.header_row(line.folded))
        if not line.certain:
            found = website.edge_reason(line.folded)
            if found and (found.certain or not line.reason):
                _mark(line, found)
        if line.certain:
            continue
        if previous and previous.reason and _is_value(text, previous, line):
            line.reason, line.certain = previous.reason, True
        elif not line.reason and website.is_policy_line(line.folded) and not _is_title(line):
            break
    return lines


def _is_value(text: str, label: Line, line: Line) -> bool:
    """Whether ``line`` is what the bare label above it announces."""
    if website.is_lead_in_label(label.folded):
        wanted = fold_for_comparison(line.folded)[:40]
        return len(wanted) >= 8 and wanted in fold_for_comparison(text[line.end : line.end + 4000])
    if not website.is_bare_label(label.folded) or website.is_policy_line(line.folded) or _is_title(line):
        return False
    return len(line.folded) <= 40


def settle_header(lines: list[Line]) -> None:
    """Settle the verdicts of a header: what its neighbours prove, titles that stand twice, the site's name."""
    for ordered in (lines, lines[::-1]):
        before: Line | None = None
        for line in ordered:
            if line.reason and not line.certain and before and before.certain and before.reason != "page_number":
                line.certain = True
            before = line
    for line in lines:
        if not line.certain:
            line.reason = None
    for line, below in pairwise(lines):
        if line.reason and website.opens_minutes(line.folded, below.folded):
            line.reason, line.certain = None, False
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        # The account that posts stands between the words that invite its readers and the time of the post.
        if line.folded == "aa" and above.reason:
            line.reason = "navigation"  # the button that sets the size of the letters
        is_name = len(line.folded) <= _LONGEST_ACCOUNT and not line.reason and not website.is_title_like(line.folded)
        if is_name and above.reason and below.reason and website.invites_readers(above.folded):
            line.reason = "site_name"
    _mark_rows_above(lines)
    _mark_repeated_titles(lines)
    _mark_sites_head(lines)
    body = next((i for i, line in enumerate(lines) if not line.reason and not website.is_site_name(line.folded)), None)
    for line in lines[:body] if body is not None else []:
        if not line.reason and website.is_site_name(line.folded):
            line.reason = "site_name"


def _mark_rows_above(lines: list[Line]) -> None:
    """Mark the rows of a metadata table whose labels are not known, and their values, above one whose label is."""
    for label, value, below in zip(lines[-3::-1], lines[-2::-1], lines[::-1], strict=False):
        if (
            below.reason == "metadata_table"
            and below.folded.endswith(":")
            and not (label.reason or value.reason)
            and label.folded.endswith(":")
            and len(label.folded) <= _LONGEST_LABEL
            and len(value.folded) <= _LONGEST_VALUE
            and not website.is_policy_line(value.folded)
        ):
            label.reason = value.reason = "metadata_table"
            label.certain = value.certain = True


def _is_row_of_buttons(folded: str) -> bool:
    words = folded.split()
    return len(words) >= _FEWEST_BUTTONS and all(len(word) > 1 for word in words)


def _mark_sites_head(lines: list[Line]) -> None:
    """Mark what a site prints above and about the copy of a title that heads its page, and its name above the path."""
    copies = [i for i, line in enumerate(lines) if line.reason == "repeated_title" and _is_title(line)]
    if copies:
        page_title = lines[copies[0]].folded
        heads = {fold_for_comparison(page_title)}
        # The text's own title ends the head too; a page's title adds the site's name behind it.
        if cut := _PAGE_TITLE_CUT.search(page_title):
            heads.add(fold_for_comparison(page_title[: cut.start()]))
        last = max(i for i, line in enumerate(lines) if _is_title(line) and fold_for_comparison(line.folded) in heads)
        for i, line in enumerate(lines[:last]):
            # A body's name stands above the page's title, or between its last copy and the text's own.
            is_name = not copies[0] < i < copies[-1] and (
                website.is_signature(line.folded) or page_title.startswith(line.folded)
            )
            if not (line.reason or is_name or "号" in line.folded or website.is_policy_line(line.folded)):
                line.reason = "navigation"
    path = next((i for i, line in enumerate(lines) if website.is_breadcrumb(line.folded)), 0)
    for i, line in enumerate(lines[:path]):
        is_title = _is_title(line) and not _is_row_of_buttons(line.folded)
        if line.reason or "号" in line.folded or is_title or website.is_policy_line(line.folded):
            continue
        if len(line.folded) <= _LONGEST_SITE_NAME:
            line.reason = "site_name" if i + 1 == path else "navigation"
        elif " " in line.folded:
            line.reason = "navigation"  # a row of the site's menu


def _mark_repeated_titles(lines: list[Line]) -> None:
    """Mark a title above the website's lines that stands again below them."""
    compared = [fold_for_comparison(line.folded) for line in lines]
    for i, line in enumerate(lines):
        if line.reason or len(line.folded) < 4:
            continue
        own, below = compared[i], list(zip(compared[i + 1 :], lines[i + 1 :], strict=True))
        heads = {own}
        cut = _PAGE_TITLE_CUT.search(line.folded)
        if cut and cut.start() >= 6:
            heads.add(fold_for_comparison(line.folded[: cut.start()]))
        if len(pieces := _PIECES.split(line.folded)) > 1:
            heads |= {fold_for_comparison(piece) for piece in pieces if len(piece) >= _SHORTEST_PIECE}
        if number := find_leading_number(line.folded):
            heads.add(fold_for_comparison(line.folded[number.end :]))
        unmarked = [words for words, later in below if not later.reason]
        if any(len(head) >= _SHORTEST_BROKEN_TITLE and _is_broken_below(head, unmarked) for head in heads):
            line.reason = "repeated_title"
            continue
        between_is_noise = False
        for words, later in below:
            if later.reason:
                between_is_noise = True
            elif words in heads:
                if between_is_noise or words != own:
                    line.reason = "repeated_title"
                break
            elif website.is_policy_line(later.folded) and not _is_title(later):
                break


def _is_broken_below(wanted: str, below: list[str]) -> bool:
    """Whether the words of a line stand again below it, broken over two to four lines."""
    for start, words in enumerate(below):
        if not words or words == wanted or not wanted.startswith(words):
            continue
        joined = words
        for more in below[start + 1 : start + _MOST_PIECES]:
            joined += more
            if joined == wanted:
                return True
    return False


def read_footer(text: str, header_end: int) -> list[Line]:
    """The lines below the last one of the policy text, from the top down."""
    lines: list[Line] = []
    for line in lines_up(text):
        if len(lines) >= _FOOTER_LINES or line.start < header_end:
            break
        if line.folded:
            _mark(line, website.edge_reason(line.folded))
            if not line.reason and website.is_policy_line(line.folded):
                break
        lines.append(line)
    return lines[::-1]


def settle_footer(lines: list[Line]) -> None:
    """Settle the verdicts of a footer: a doubtful line goes only with a certain one."""
    for above, line in pairwise([line for line in lines if line.folded]):
        signs = not above.reason and above.folded[-1] != "日" and website.is_signature(above.folded)
        if line.certain and signs and _BARE_DAY.fullmatch(line.folded):
            line.reason, line.certain = None, False
    boundary = [line.certain and line.reason not in ("page_number", "script", "lead_in", "markup") for line in lines]
    last = max((i for i, flag in enumerate(boundary) if flag), default=-1)
    seen = in_links = False
    for i, line in enumerate(lines):
        if line.certain:
            if line.reason == "lead_in" and not seen:
                line.reason, line.certain = None, False
                continue
            seen = seen or boundary[i]
            in_links = website.opens_links(line.folded)
        elif line.reason:
            below = next((other for other in lines[i + 1 :] if other.folded), None)
            joins = seen or (below is not None and below.certain and line.reason != "contact")
            if line.reason == "contact" and not seen:
                near = "".join(other.folded for other in lines[max(0, i - 3) : i + 1])
                named = any(word in near for word in ("联系人", "解读人", "咨询人", "联系方式"))
                joins = not named and last > i and all(other.reason for other in lines[i:last])
            line.certain = joins
            if not joins:
                line.reason = None
        elif seen and not website.is_signature(line.folded) and not website.is_policy_line(line.folded):
            short = len(line.folded) <= 30 and not website.is_title_like(line.folded)
            if in_links or (short and (i < last or len(line.folded) <= 12)):
                line.reason = "navigation"


def mark_repeated(lines: list[Line], repeated: frozenset[str]) -> None:
    """Mark the lines that repeat from file to file."""
    for line in lines:
        if not line.reason and may_repeat(line) and fold_for_comparison(line.folded) in repeated:
            line.reason = "repeated_line"


def may_repeat(line: Line) -> bool:
    """Whether a line that repeats from file to file may be taken for a website's."""
    folded = line.folded
    return 2 <= len(folded) <= 80 and not (
        folded[-1] in "。;:"
        or website.is_policy_line(folded)
        or website.is_signature(folded)
        or website.is_title_like(folded)
        or folded == "目录"
    )
