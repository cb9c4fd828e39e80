"""Marks what a website, a mirror or a printer added to a document, and repairs what it broke.

Noise is found by what a line is (``corpus.website``), by where it stands (``corpus.edges``), by what pages
leave behind (``corpus.pages``) and by repetition. Where that leaves a doubt, the line is kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import itemgetter

from corpus.cover import find_cover
from corpus.edges import INVISIBLE, mark_repeated, may_repeat, read_footer, read_header, settle_footer, settle_header
from corpus.folding import fold_for_comparison
from corpus.lead_in import find_lead_in
from corpus.making import maker_of
from corpus.markup import break_of, find_entities, find_marks
from corpus.model import CleanText, Noise, Repair, Span
from corpus.mojibake import find_repairs
from corpus.pages import find_contents, find_joined_page_numbers, find_page_marks
from corpus.pinyin import find_pinyin
from corpus.spacing import find_spacing

_PASSES = 8
_LONGEST_ROW = 500  # characters
_make_noise = maker_of(Noise)
_SPACING = "spacing"


def _find_noise(text: str, repeated: frozenset[str]) -> list[tuple[int, int, str]]:
    """``(start, end, reason)`` of the noise in ``text``, in order and disjoint."""
    header = read_header(text)
    settle_header(header)
    footer = read_footer(text, header[-1].end if header else 0)
    settle_footer(footer)
    if repeated:
        mark_repeated(header, repeated)
        mark_repeated(footer, repeated)
    found = [(line.start, line.end, line.reason) for line in (*header, *footer) if line.reason]
    found += find_page_marks(text) + find_joined_page_numbers(text) + find_contents(text)
    found += [(start, end, "cover") for start, end in find_cover(text)]
    found += [(start, end, "lead_in") for start, end in find_lead_in(text)]
    found += [(*match.span(), "invisible") for match in INVISIBLE.finditer(text)]
    found += [(start, end, "markup") for start, end in find_marks(text)]
    found += [(start, end, _SPACING) for start, end in find_spacing(text)]
    # By where they start, of those the longest first; pinyin, of which there may be thousands, is in order already.
    found.sort(key=itemgetter(1), reverse=True)
    if "(" in text or "（" in text:
        found += [(start, end, "pinyin") for start, end in find_pinyin(text)]
    found.sort(key=itemgetter(0))
    disjoint: list[tuple[int, int, str]] = []
    last = 0
    for item in found:
        if item[0] >= last:
            disjoint.append(item)
            last = item[1]
    return disjoint


_Piece = tuple[int, int, str, float | None]
"""``(start, end, text, confidence)``: a kept stretch of the raw text; what was repaired has a confidence.

A website's pinyin cuts a text into thousands of them; plain tuples are made in a fraction of the time of records. The
white space that a tag stands for is a piece of no raw length.
"""


def _with_entities(raw: str) -> list[_Piece]:
    """The raw text; characters that are written as entities of HTML are repaired."""
    pieces: list[_Piece] = []
    at = 0
    for start, end, character in find_entities(raw) if "&" in raw else ():
        if at < start:
            pieces.append((at, start, raw[at:start], None))
        pieces.append((start, end, character, 1.0))
        at = end
    return [*pieces, (at, len(raw), raw[at:], None)] if at < len(raw) else pieces


def _text_of(pieces: Sequence[_Piece]) -> str:
    return "".join(map(itemgetter(2), pieces))


def _raw_span(pieces: Sequence[_Piece], start: int, end: int) -> Span:
    """The raw span of ``[start, end)`` of the joined text."""
    raw_start = raw_end = at = 0
    for first, last, text, confidence in pieces:
        stop = at + len(text)
        if at <= start < stop:
            raw_start = first if confidence is not None else first + start - at
        if at < end <= stop:
            raw_end = last if confidence is not None else first + end - at
        at = stop
    return raw_start, raw_end


def _patch(pieces: list[_Piece], repairs: Sequence[Repair]) -> list[_Piece]:
    """The pieces with ``repairs`` of their joined text applied; a repair of a repair becomes one."""
    for repair in reversed(repairs):
        (start, end), repaired = repair.span, repair.repaired
        if repaired is None:
            continue
        before: list[_Piece] = []
        inside: list[_Piece] = []
        after: list[_Piece] = []
        at = 0
        for piece in pieces:
            _, _, text, confidence = piece
            stop = at + len(text)
            if stop <= start:
                before.append(piece)
            elif at >= end:
                after.append(piece)
            elif confidence is not None:
                # What an earlier repair printed outside this one stays printed.
                repaired = text[: max(0, start - at)] + repaired + text[max(0, end - at) :]
                inside.append(piece)
            else:
                if at < start:
                    before.append(_slice(piece, 0, start - at))
                inside.append(_slice(piece, max(0, start - at), min(len(text), end - at)))
                if stop > end:
                    after.append(_slice(piece, end - at, len(text)))
            at = stop
        sureness = min([sure for _, _, _, sure in inside if sure is not None], default=1.0)
        merged = (inside[0][0], inside[-1][1], repaired, min(sureness, repair.confidence))
        pieces = [*before, merged, *after]
    return pieces


def _cut(pieces: list[_Piece], spans: list[tuple[int, int, str]]) -> tuple[list[_Piece], list[tuple[int, int, str]]]:
    """The pieces less ``spans`` of their joined text, and the raw spans that were cut out."""
    if not spans:
        return pieces, []
    kept: list[_Piece] = []
    removed: list[tuple[int, int, str]] = []
    at, queue, count = 0, 0, len(spans)
    for piece in pieces:
        first_raw, last_raw, text, confidence = piece
        end = at + len(text)
        position = at
        raw = first_raw - at  # leads from offsets of the joined text to those of the raw text
        while queue < count and (span := spans[queue])[0] < end:
            start, stop, reason = span
            first = start if start > position else position
            final = stop if stop < end else end
            if confidence is not None:
                if start <= at and stop >= end:
                    removed.append((first_raw, last_raw, reason))
                    position = end
            elif first < final:
                if first > position:
                    kept.append((raw + position, raw + first, text[position - at : first - at], None))
                removed.append((raw + first, raw + final, reason))
                position = final
                if reason == "markup" and kept and (sign := _break_of(kept[-1][2], text, first - at, final - at)):
                    kept.append((raw + final, raw + final, sign, None))
            if stop > end:
                break
            queue += 1
        if position < end:
            kept.append(_slice(piece, position - at, end - at))
        at = end
    return kept, removed


def _break_of(before: str, text: str, start: int, end: int) -> str:
    """What stands for the markup ``text[start:end]``: a line break, or a tab between cells, or nothing.

    Inside the row of a table what breaks a line breaks a cell, and the row goes on.
    """
    sign = break_of(text, start, end)
    if not sign or before.endswith("\n") or text[end : end + 1] in ("", "\r", "\n"):
        return ""
    begin = max(0, start - _LONGEST_ROW)
    line = text[begin:start].rpartition("\n")[2].lower()
    in_cell = "|" in line or "\t" in line or max(line.rfind("<td"), line.rfind("<th")) > line.rfind("</t")
    ends_row = text[start:end].lower().startswith(("<tr", "</tr", "</table"))
    return " " if sign == "\n" and in_cell and not ends_row else sign


def _slice(piece: _Piece, start: int, end: int) -> _Piece:
    at, _, text, _ = piece
    return piece if start == 0 and end == len(text) else (at + start, at + end, text[start:end], None)


def _join(spans: list[tuple[int, int, str]], raw: str) -> tuple[Noise, ...]:
    """Noise records of spans in order; neighbours of one reason, that pinyin cut apart inside a line, are one again."""
    joined: list[tuple[int, int, str]] = []
    last, of = -1, ""
    for item in spans:
        start, end, reason = item
        if start == last and reason == of and "\n" not in raw[start - 1 : start + 1]:
            joined[-1] = (joined[-1][0], end, reason)
        else:
            joined.append(item)
        last, of = end, reason
    return tuple([_make_noise((start, end), raw[start:end], reason) for start, end, reason in joined])


def clean_text(raw: str, repeated: frozenset[str] = frozenset()) -> CleanText:
    """Tell the text of the issuing body from what was added to it.

    Args:
        raw: The decoded file, or the text extracted from it.
        repeated: Lines that ``find_repeated_lines`` found in the folder of the file.

    Returns:
        The clean text with its way back. White space is no noise, and stays as it is unless text recognition set it
        between all characters. Cleaning ``result.text`` again changes nothing.
    """
    pieces = _with_entities(raw)
    removed: list[tuple[int, int, str]] = []
    lost: list[Repair] = []
    for _ in range(_PASSES):
        # What is cut or repaired may uncover more: a footer's next line, a bracket now beside its character.
        text = _text_of(pieces)
        repairs = find_repairs(text)
        if any(repair.repaired is not None for repair in repairs):
            pieces = _patch(pieces, repairs)
            text = _text_of(pieces)
        elif repairs:
            spans = [_raw_span(pieces, *repair.span) for repair in repairs]
            lost = [Repair(span, raw[slice(*span)], None, 0.0) for span in spans]
        else:
            lost = []
        found = _find_noise(text, repeated)
        pieces, cut = _cut(pieces, found)
        removed += [span for span in cut if span[2] != _SPACING]
        if not cut and all(repair.repaired is None for repair in repairs):
            break
    starts_of_pieces = accumulate([len(text) for _, _, text, _ in pieces], initial=0)
    segments = tuple([(at, start, end) for at, (start, end, _, _) in zip(starts_of_pieces, pieces, strict=False)])
    mended = [
        Repair((start, end), raw[start:end], text, confidence)
        for start, end, text, confidence in pieces
        if confidence is not None
    ]
    noise = _join(_outside(sorted(removed), mended), raw)
    kept = [repair for repair in lost if any(start <= repair.span[0] < end for start, end, _, _ in pieces)]
    repairs = tuple(sorted(mended + kept, key=lambda repair: repair.span))
    return CleanText(raw, _text_of(pieces), segments, noise, repairs)


def _outside(spans: list[tuple[int, int, str]], repairs: Iterable[Repair]) -> list[tuple[int, int, str]]:
    """Noise less what lies inside a repair, whose broken form holds it; both in order."""
    kept: list[tuple[int, int, str]] = []
    at = 0
    for repair in repairs:
        start, end = repair.span
        first = bisect_left(spans, start, at, key=itemgetter(0))
        kept += spans[at:first]
        at = bisect_right(spans, end, first, key=itemgetter(1))
    return kept + spans[at:]


def lines_that_may_repeat(text: str) -> frozenset[str]:
    """What ``repeated_lines`` has to know of one file.

    Args:
        text: The raw text.

    Returns:
        The lines above and below the policy text, in the form of ``fold_for_comparison``. Bodies' names, dates,
        titles, addressees, sentences and numbered lines are never among them.
    """
    header = read_header(text)
    lines = [*header, *read_footer(text, header[-1].end if header else 0)]
    return frozenset(filter(None, (fold_for_comparison(line.folded) for line in lines if may_repeat(line))))


def repeated_lines(files: Iterable[frozenset[str]], *, at_least: int = 3) -> frozenset[str]:
    """Lines that repeat from file to file, as a website's do, for ``clean_text``.

    Args:
        files: What ``lines_that_may_repeat`` found in each file of a folder.
        at_least: In how many of them a line has to stand.
    """
    counts: Counter[str] = Counter()
    for lines in files:
        counts.update(lines)
    return frozenset(line for line, count in counts.items() if count >= at_least)


def find_repeated_lines(texts: Iterable[str]) -> frozenset[str]:
    """``repeated_lines`` of the raw texts of a folder; they are read one after the other and not kept."""
    return repeated_lines(map(lines_that_may_repeat, texts))
