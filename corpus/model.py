"""The types that flow through Tiaowen, each written down once.

``bytes -> RawText -> Document -> [Clause] -> [Passage] -> Generation -> [Hit] -> Answer``

Two coordinate systems exist and are never mixed:

* *raw offsets* count characters of the decoded raw file (``RawText.text``); every ``span`` in a public
  record is a pair of raw offsets, half-open;
* *clean offsets* count characters of ``CleanText.text``, which is the raw text without noise and with
  its damage repaired. ``CleanText.raw_span`` leads from the second to the first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Literal

Span = tuple[int, int]

Script = Literal["Hans", "Hant"]
Kind = Literal["title", "front_matter", "preamble", "heading", "clause", "closing", "attachment", "table"]
Level = Literal["国家", "省", "市", "县"]


@dataclass(frozen=True, slots=True)
class RawText:
    """A file after decoding and before any interpretation.

    Attributes:
        document_id: The file's stem, unchanged; prefixed with ``folder~`` where two stems are equal.
        text: The decoded characters. For docx, pdf and html it is the extracted text, and spans count in it.
        encoding: The codec that was used (``utf-8``, ``gb18030``, …), or the format for non-text files.
        sha256: Of the file's bytes, as hex.
        size_bytes: Of the file.
    """

    document_id: str
    text: str
    encoding: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Noise:
    """A stretch of the raw text that the issuing body did not write."""

    span: Span
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Repair:
    """A damaged stretch of the raw text.

    ``repaired`` is ``None`` where the damage cannot be undone; the stretch then stays as it is.
    ``confidence`` lies in [0, 1].
    """

    span: Span
    broken: str
    repaired: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class CleanText:
    """Raw text less its noise, with repairs applied, and the way back to raw offsets.

    ``segments`` are ``(clean_start, raw_start, raw_end)`` triples in order. A kept segment has as many
    clean as raw characters; a repaired one may differ, and its inner characters map to the whole damaged span.
    The white space that a tag stands for (</p>, <td>) is a segment of no raw length.
    """

    raw: str
    text: str
    segments: tuple[tuple[int, int, int], ...]
    noise: tuple[Noise, ...] = ()
    repairs: tuple[Repair, ...] = ()
    _starts: tuple[int, ...] = field(default=(), repr=False, compare=False)
    _ends: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = tuple(map(itemgetter(0), self.segments))
        object.__setattr__(self, "_starts", starts)
        object.__setattr__(self, "_ends", (*starts[1:], len(self.text)))

    def _locate(self, offset: int) -> tuple[int, int]:
        """Raw ``(start, end)`` of the clean character at ``offset``."""
        index = bisect_right(self._starts, offset) - 1
        clean_start, raw_start, raw_end = self.segments[index]
        if self._ends[index] - clean_start == raw_end - raw_start:
            at = raw_start + offset - clean_start
            return at, at + 1
        return raw_start, raw_end

    def raw_span(self, start: int, end: int) -> Span:
        """Raw offsets of the clean slice ``[start, end)``.

        Raises:
            ValueError: If the slice is empty or outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"clean slice [{start}, {end}) is empty or outside 0..{len(self.text)}")
        index = bisect_right(self._starts, start) - 1
        clean_end = self._ends[index]
        if end <= clean_end:
            # Most slices lie inside one kept segment.
            clean_start, raw_start, raw_end = self.segments[index]
            if clean_end - clean_start == raw_end - raw_start:
                shift = raw_start - clean_start
                return start + shift, end + shift
        return self._locate(start)[0], self._locate(end - 1)[1]


@dataclass(frozen=True, slots=True)
class Region:
    """An administrative division.

    Attributes:
        code: GB/T 2260, six digits; ``000000`` for the whole country.
        name: Full name (山东省). The country is 全国.
        level: 国家, 省, 市 or 县.
        ancestors: Full names from the province down, without the country and without the region itself.
    """

    code: str
    name: str
    level: Level
    ancestors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """Another document that this one names: in 《》, by number, or both."""

    title: str | None
    number: str | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says about itself. A value that the text does not give is ``None``, never guessed.

    ``field_spans`` maps a field name to the raw span of the printed line that gives its value, also where
    that line is noise.
    """

    title: str | None = None
    notice_title: str | None = None
    issuer: str | None = None
    number: str | None = None
    issued_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    index_number: str | None = None
    status: str | None = None
    region: Region | None = None
    script: Script = "Hans"
    references: tuple[CitedDocument, ...] = ()
    field_spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A policy text: its raw characters, what is kept of them, and what it says about itself."""

    id: str
    clean: CleanText
    metadata: Metadata
    sha256: str


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who does what, in the words of one note or sentence.

    Attributes:
        span: Raw span of the note or sentence.
        note: Its words, as printed.
        lead, support, shared: Bodies as printed.
        rule: How roles were read: ``牵头+配合``, ``按职责分工``, ``负责``, ``首位牵头``, …
        declared_in: Clause id of the convention that gave the roles, where one did.
        covers: Raw span of the words of the clause that the note is about.
        body_spans: Raw span of each body, in the order lead, support, shared.
    """

    span: Span
    note: str
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    rule: str = ""
    declared_in: str | None = None
    covers: Span | None = None
    body_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A number that a clause sets as an aim, or an aim with a term and no number (``value`` is then ``None``).

    ``deadline_source`` is ``clause``, ``heading`` or ``document``; ``deadline`` is ISO 8601 (``2020``,
    ``2020-12-31``) or the printed words where no calendar date follows (``每两年``).
    """

    span: Span
    text: str
    indicator: str
    comparator: str
    value: Decimal | None
    unit: str
    upper_value: Decimal | None = None
    deadline: str | None = None
    deadline_text: str | None = None
    deadline_source: str | None = None
    baseline: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A document cited inside a clause. ``role`` is 依据, 贯彻, 印发, 废止, 修订 or 提及."""

    span: Span
    text: str
    title: str | None
    number: str | None
    issuer: str | None
    role: str
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One unit of the clause tree: a clause, or a heading, title, preamble, … (see ``kind``).

    Attributes:
        id: ``document_id`` and the path, joined by ``/``.
        path: Canonical elements (``三``, ``11``); a repeated path takes ``~2`` on its last element.
        labels: Headings from the outermost to this unit's own, as printed, without line breaks.
        text: The whole unit as printed: ``clean.text[start:end]`` of ``clean_span``.
        span: Raw span.
        clean_span: Clean span.
        parts: Named pieces of a unit outside the numbering (``number``, ``addressee``, ``issuing``,
            ``signer``, ``date``) as raw spans.
    """

    id: str
    document_id: str
    path: tuple[str, ...]
    labels: tuple[str, ...]
    kind: Kind
    text: str
    span: Span
    clean_span: Span
    responsibilities: tuple[Responsibility, ...] = ()
    targets: tuple[Target, ...] = ()
    references: tuple[Reference, ...] = ()
    parts: tuple[tuple[str, Span], ...] = ()
