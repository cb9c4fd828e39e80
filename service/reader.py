"""A stored document -> what its page shows: every character once, as kept text, folded noise or a marked repair."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from corpus.folding import fold
from corpus.model import Clause, CleanText, Span

RunKind = Literal["kept", "noise", "repair"]

_LONGEST_QUERY = 80
_MOST_HITS = 500
_MOST_RANGES = 50
# Matches: 212-218. Does not match: 212, 212-218-220, -3.
_RANGE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the raw text to be set off.

    Attributes:
        span: Raw offsets.
        name: ``label`` (a printed heading), ``cited`` (words that an answer rests on) or ``found`` (a search hit).
        anchor: Fragment id of its first piece.
    """

    span: Span
    name: Literal["label", "cited", "found"]
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that are shown in one way.

    Attributes:
        text: As shown; for a repair the repaired characters.
        before: For a repair, the damaged characters; they are shown too.
        reason: For noise, why it is no part of the document.
        mended: False for damage that could not be undone; ``text`` then is the damage itself.
        names: Names of the marks it lies in.
    """

    text: str
    kind: RunKind
    before: str = ""
    reason: str = ""
    mended: bool = True
    names: frozenset[str] = frozenset()
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the document, or a fold of lines that are noise."""

    pieces: tuple[Piece, ...]

    @property
    def is_noise(self) -> bool:
        """Nothing in it belongs to the document."""
        return all(piece.kind == "noise" or not piece.text.strip() for piece in self.pieces)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why its noise is noise, each reason once."""
        return tuple(dict.fromkeys(piece.reason for piece in self.pieces if piece.kind == "noise"))

    @property
    def size(self) -> int:
        """Characters other than blanks."""
        return sum(len("".join((piece.before or piece.text).split())) for piece in self.pieces)

    @property
    def is_marked(self) -> bool:
        """Something in it is set off, so that it must not be folded."""
        return any(piece.names for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Block:
    """A unit of the clause tree, or what stands between two units."""

    clause: Clause | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    span: Span
    kind: RunKind
    text: str = ""
    reason: str = ""
    mended: bool = True


def lay_out(clean: CleanText, clauses: Sequence[Clause], marks: Iterable[Mark] = ()) -> list[Block]:
    """Blocks in the order of the raw text that together show each of its non-blank characters once.

    Args:
        clean: The document's text with its noise and repairs.
        clauses: All its units; their spans are disjoint.
        marks: What is to be set off; marks may overlap.
    """
    runs = list(_runs(clean))
    ordered = sorted(marks, key=lambda mark: mark.span)
    blocks: list[Block] = []
    at = 0
    for clause in sorted(clauses, key=lambda unit: unit.span):
        start, end = max(at, clause.span[0]), max(at, clause.span[1])
        _append(blocks, None, clean.raw, runs, ordered, (at, start))
        _append(blocks, clause, clean.raw, runs, ordered, (start, end))
        at = end
    _append(blocks, None, clean.raw, runs, ordered, (at, len(clean.raw)))
    return blocks


def label_mark(clean: CleanText, clause: Clause) -> Mark | None:
    """The unit's own printed heading, where its text begins with it."""
    if not clause.labels:
        return None
    label = clause.labels[-1]
    length = _prefix_length(clause.text, label)
    if not length:
        return None
    start = clause.clean_span[0]
    return Mark(clean.raw_span(start, start + length), "label")


def parse_ranges(text: str) -> tuple[Span, ...]:
    """Ranges written as ``212-218,230-240``; what is no range is left out."""
    parts = (_RANGE.fullmatch(part.strip()) for part in text.split(",")[:_MOST_RANGES])
    spans = ((int(match[1]), int(match[2])) for match in parts if match)
    return tuple((start, end) for start, end in spans if start < end)


def cited_marks(clean: CleanText, clause: Clause | None, ranges: Sequence[Span]) -> list[Mark]:
    """The words that an answer rests on.

    Args:
        clean: The document's text.
        clause: The clause whose text the ranges count in; without one they are raw offsets.
        ranges: Half-open character ranges; what lies outside is left out.
    """
    marks: list[Mark] = []
    for start, end in sorted(ranges):
        anchor = None if marks else "hl"
        if clause is None:
            end = min(end, len(clean.raw))
            if start < end:
                marks.append(Mark((start, end), "cited", anchor))
        else:
            end = min(end, len(clause.text))
            if start < end:
                first = clause.clean_span[0]
                marks.append(Mark(clean.raw_span(first + start, first + end), "cited", anchor))
    return marks


def find_marks(clean: CleanText, query: str) -> list[Mark]:
    """Every place where the words stand, whatever the script and the width; the first 500 of them."""
    wanted = fold(query.strip()[:_LONGEST_QUERY])
    if not wanted:
        return []
    text = fold(clean.text)
    marks: list[Mark] = []
    at = text.find(wanted)
    while at >= 0 and len(marks) < _MOST_HITS:
        end = at + len(wanted)
        marks.append(Mark(clean.raw_span(at, end), "found", f"hit-{len(marks) + 1}"))
        at = text.find(wanted, end)
    return marks


def _prefix_length(text: str, label: str) -> int:
    """Characters of ``text`` that print ``label``; a label has no line breaks, the text may."""
    at = 0
    for character in label:
        while at < len(text) and text[at] != character and text[at].isspace():
            at += 1
        if at < len(text) and text[at] == character:
            at += 1
        elif not character.isspace():
            return 0
    return at


def _runs(clean: CleanText) -> Iterator[_Run]:
    """The raw text from its first to its last character, cut where the way of showing it changes."""
    special = [_Run(noise.span, "noise", reason=noise.reason) for noise in clean.noise]
    special += [
        _Run(repair.span, "repair", repair.repaired or "", mended=repair.repaired is not None)
        for repair in clean.repairs
    ]
    at = 0
    for run in sorted(special, key=lambda item: item.span):
        start, end = run.span
        if start < at or start >= end:
            # Damage inside noise: the noise is shown as it stands.
            continue
        if at < start:
            yield _Run((at, start), "kept")
        yield run
        at = end
    if at < len(clean.raw):
        yield _Run((at, len(clean.raw)), "kept")


def _append(
    blocks: list[Block], clause: Clause | None, raw: str, runs: Sequence[_Run], marks: Sequence[Mark], span: Span
) -> None:
    paragraphs = tuple(_fold_noise(_paragraphs(raw, runs, marks, span)))
    if paragraphs:
        blocks.append(Block(clause, paragraphs))


def _fold_noise(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Neighbouring lines of noise as one fold."""
    folded: list[Piece] = []
    for paragraph in paragraphs:
        if paragraph.is_noise:
            if folded:
                folded.append(Piece("\n", "kept"))
            folded += paragraph.pieces
            continue
        if folded:
            yield Paragraph(tuple(folded))
            folded = []
        yield paragraph
    if folded:
        yield Paragraph(tuple(folded))


def _paragraphs(raw: str, runs: Sequence[_Run], marks: Sequence[Mark], span: Span) -> Iterator[Paragraph]:
    line: list[Piece] = []
    for piece in _pieces(raw, runs, marks, span):
        if piece.kind == "repair":
            line.append(piece)
            continue
        first, *others = piece.text.split("\n")
        for number, text in enumerate([first, *others]):
            if number:
                if any(part.text.strip() for part in line):
                    yield Paragraph(tuple(line))
                line = []
            if text:
                anchor = piece.anchor if number == 0 else None
                line.append(Piece(text, piece.kind, "", piece.reason, piece.mended, piece.names, anchor))
    if any(part.text.strip() for part in line):
        yield Paragraph(tuple(line))


def _pieces(raw: str, runs: Sequence[_Run], marks: Sequence[Mark], span: Span) -> Iterator[Piece]:
    near = [mark for mark in marks if mark.span[0] < span[1] and mark.span[1] > span[0]]
    first = max(0, bisect_right(runs, span[0], key=lambda run: run.span[0]) - 1)
    for run in runs[first:]:
        if run.span[0] >= span[1]:
            break
        start, end = max(run.span[0], span[0]), min(run.span[1], span[1])
        if start >= end:
            continue
        cuts = {start, end}
        if run.kind != "repair":
            cuts |= {edge for mark in near for edge in mark.span if start < edge < end}
        for left, right in pairwise(sorted(cuts)):
            over = [mark for mark in near if mark.span[0] < right and mark.span[1] > left]
            names = frozenset(mark.name for mark in over)
            # An anchor stands where its mark begins, so that no two pieces have the same.
            anchor = next((mark.anchor for mark in over if mark.anchor and left <= mark.span[0] < right), None)
            original = raw[left:right]
            if run.kind == "repair" and run.mended:
                # A repair cut by the edge of a unit is shown once, where it begins.
                text = run.text if left == run.span[0] else ""
                yield Piece(text, "repair", original, names=names, anchor=anchor)
            else:
                yield Piece(original, run.kind, "", run.reason, run.mended, names, anchor)
