"""Documents that a text names: 《title》(number), with the issuer where it stands beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.document_numbers import find_numbers
from corpus.folding import fold
from corpus.issuers import read_title_head
from corpus.model import CitedDocument

# Matches the body before a title: 国务院 of 根据国务院《质量发展纲要》, 省政府办公厅印发的. Does not match 根据.
_BODY_BEFORE = re.compile(
    r"([\u3400-\u9fff]{0,24}(?:国务院|政府|办公厅|办公室|委员会|行署|总局|[局厅部院署]))"
    r"(?:(?:印发|发布|制定|下发|出台)?的|关于)?$"
)
# Words of the sentence before a body's name. Matches 根据 of 根据国务院. Does not match 国务院.
_VERB = re.compile(r"^.*(?:根据|按照|依据|落实|贯彻|执行|遵照|依照|以及|参照|结合|[和与及对为按])(?=.)")
# Matches (以下简称 before 《纲要》: a short form, no document of its own. Does not match 根据.
_SHORT_FORM = re.compile(r"(?:以下)?(?:统)?(?:简称|统称)(?:为)?$")
_OPEN_NUMBER = re.compile(r"\s*[(〔\[]\s*")


@dataclass(frozen=True, slots=True)
class CitationMention:
    """A cited document and where its words stand, its number's closing bracket included."""

    cited: CitedDocument
    start: int
    end: int


def _book_titles(folded: str) -> list[tuple[int, int]]:
    """Spans of 《…》 with their marks; marks inside marks belong to the outer title."""
    spans: list[tuple[int, int]] = []
    depth = start = 0
    for index, character in enumerate(folded):
        if character == "《":
            start = index if depth == 0 else start
            depth += 1
        elif character == "》" and depth:
            depth -= 1
            if depth == 0:
                spans.append((start, index + 1))
    return spans


def _body_before(text: str, at: int) -> str | None:
    """The body whose name stands right before a title."""
    begin = max(0, at - 40)
    folded = fold(text[begin:at])
    match = _BODY_BEFORE.search(folded)
    if match is None:
        return None
    start, end = match.span(1)
    if verb := _VERB.match(match[1]):
        start += verb.end()
    return text[begin + start : begin + end] if end - start > 2 else None


def find_citations(text: str) -> list[CitationMention]:
    """Documents cited by title, by number, or by both, in order; the short forms that a text defines are left out."""
    folded = fold(text)
    numbers = find_numbers(text)
    mentions: list[CitationMention] = []
    used: set[int] = set()
    for start, end in _book_titles(folded):
        before = folded[max(0, start - 40) : start].rstrip()
        if _SHORT_FORM.search(before):
            continue
        title = "".join(text[start + 1 : end - 1].split("\n")).strip()
        number, stop = None, end
        opening = _OPEN_NUMBER.match(folded, end)
        for index, mention in enumerate(numbers):
            if opening and opening.end() <= mention.start <= opening.end() + 2:
                number, used = mention.number, used | {index}
                closing = re.compile(r"[^()\n]*[)〕\]]").match(folded, mention.end)
                stop = closing.end() if closing else mention.end
        issuer = "、".join(read_title_head(title)) or _body_before(text, start)
        mentions.append(CitationMention(CitedDocument(title, number, issuer), start, stop))
    for index, mention in enumerate(numbers):
        inside = any(m.start <= mention.start < m.end for m in mentions)
        if index not in used and not inside:
            mentions.append(CitationMention(CitedDocument(None, mention.number, None), mention.start, mention.end))
    return sorted(mentions, key=lambda m: m.start)
