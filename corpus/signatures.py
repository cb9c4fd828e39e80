"""Who signed a text, and on which day: its last lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from corpus.dates import find_dates
from corpus.folding import fold
from corpus.frame import read_lines
from corpus.frame_lines import is_date_line, is_signer_line
from corpus.issuers import split_bodies
from corpus.lines import opens_line
from corpus.model import CleanText, Span

_CLOSING_LENGTH = 1500  # characters in which a signature stands
_CLOSING_LINES = 12
_FEW_LINES = 3
# Matches 附件1 at the end of its line. Does not match 附件所列单位.
_ATTACHMENT = re.compile(
    r"附[ \u3000]?件[ \u3000]?[\d一二三四五六七八九十]{0,2}[ \t\u3000\xa0]*[:：]?[ \t\r\u3000\xa0]*$",
    re.MULTILINE,
)
_PRINTED_LINE = re.compile(r"[^\s][^\r\n]*")

Signature = tuple[list[tuple[str, Span]], tuple[date, Span] | None]
"""The lines of the signing bodies, and the day, each with its raw span."""


def find_signature(clean: CleanText, body_start: int) -> Signature:
    """The signature before the attachments, or else at the end; where none stands, the print line of the colophon.

    Args:
        clean: The cleaned text.
        body_start: Clean offset where the body begins.
    """
    attachments = (match.start() for match in _ATTACHMENT.finditer(clean.text, body_start))
    first = next((at for at in attachments if opens_line(clean.text, at)), None)
    ends = [len(clean.text)] if first is None else [first, len(clean.text)]
    for mark in ("", "印发"):
        for end in ends:
            found = _signature(list(_closing_lines(clean, body_start, end)), mark)
            if found[1]:
                return found
    return [], None


def without_date(text: str) -> str:
    """A signer's line without the date that stands behind the body."""
    body, _, last = text.rpartition(" ")
    return body if body.strip() and is_date_line(fold(last)) else text


def _closing_lines(clean: CleanText, start: int, end: int) -> Iterator[tuple[str, Span]]:
    """The last lines of the text before ``end``, in order: a signature may stand there."""
    begin = max(start, end - _CLOSING_LENGTH)
    lines = [match.span() for match in _PRINTED_LINE.finditer(clean.text, begin, end)][-_CLOSING_LINES:]
    if len(lines) <= _FEW_LINES or any(last - first == 1 for first, last in lines):
        # A page on one line: its lines are told apart by what they say; or a date torn over several (2021, 年, 2, 月).
        lines = [line for line in read_lines(clean.text) if line[0] >= begin and line[1] <= end][-_CLOSING_LINES:]
    for first, last in lines:
        text = clean.text[first:last].rstrip()
        yield text, clean.raw_span(first, first + len(text))


def _signature(lines: list[tuple[str, Span]], mark: str) -> Signature:
    """Signing bodies and the date below or beside them, from the last lines of a text; ``mark`` follows the date."""
    for index in range(len(lines) - 1, -1, -1):
        text, span = lines[index]
        folded = fold(text)
        dates = find_dates(folded)
        words = folded.rstrip(" )")
        if not dates or len(folded) > 80 or not words.endswith(mark) or dates[-1].end < len(words) - len(mark):
            continue
        day = dates[-1]
        bodies: list[tuple[str, Span]] = []
        if not is_date_line(folded):
            head = text[: day.start].strip(" (（\u3000")
            if head:  # 2023年8月1日印发 may stand alone
                if not split_bodies(head):
                    continue
                bodies.append((head, span))
        above = index - 1
        while above >= 0 and is_signer_line(fold(lines[above][0])) and split_bodies(lines[above][0]):
            bodies.insert(0, lines[above])
            above -= 1
        return bodies, (day.value, span)
    return [], None
