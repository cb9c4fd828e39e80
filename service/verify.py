"""Checks a text's citations against the corpus: is that what the document says, in that clause?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from corpus.errors import InputError
from corpus.folding import fold
from corpus.model import Clause, Metadata, Span
from service.cited_places import Cited, Mention, find_citations, find_clause
from service.facts import Facts, plain_number

Outcome = Literal["confirmed", "not_in_document", "no_such_clause", "no_such_document", "not_checked"]
OUTCOMES: tuple[Outcome, ...] = (
    "confirmed",
    "not_in_document",
    "no_such_clause",
    "no_such_document",
    "not_checked",
)
LONGEST_TEXT = 100_000

_SHORTEST_QUOTE = 2  # comparable characters; less proves nothing
_SCARE_QUOTE = 8  # quoted words without a source up to this length are taken for a name
_COMPARED = 12  # clauses whose words are compared closely
_LONGEST_COMPARED = 6000
# Ellipses cut a quotation into parts. Matches: 加大品牌培育力度……制定规划. Does not match: 1.5
_ELLIPSIS = re.compile(r"…+|\.{3,}|⋯+|\[\.\.\.\]")


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one citation.

    Attributes:
        span: Of the quoted words, or of the place or title where nothing is quoted, in the text that was checked.
        text: Those characters.
        outcome: See the API.
        detail: Why, in one sentence.
        document_id, clause_id: What was found; for misplaced words, where they really stand.
        quote: The quoted words.
        nearest: For words that are not there, the nearest real ones as the document prints them.
    """

    span: Span
    text: str
    outcome: Outcome
    detail: str
    document_id: str | None = None
    clause_id: str | None = None
    quote: str | None = None
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """Every citation of a text with its outcome; ``counts`` has all five."""

    citations: tuple[Checked, ...]
    counts: dict[Outcome, int]


def verify(facts: Facts, text: str) -> Verification:
    """Check the citations that a text makes.

    Quotations are compared folded: script, width, white space and punctuation aside, decimal points and per cent
    signs counted.

    Args:
        facts: Of one generation.
        text: In any script, with 《titles》, document numbers, clause paths (三/11, 第X条第Y款) and quotation marks.

    Raises:
        InputError: If the text is empty or too long.
    """
    if not text.strip():
        raise InputError("The text is empty.", "Give a text with citations.")
    if len(text) > LONGEST_TEXT:
        raise InputError(f"The text has {len(text)} characters; {LONGEST_TEXT} are taken.", "Send it in parts.")
    checker = _Checker(facts)
    checked = tuple(checker.check(cited, text) for cited in find_citations(text, facts.documents))
    counted = Counter(item.outcome for item in checked)
    return Verification(checked, {outcome: counted[outcome] for outcome in OUTCOMES})


def comparable(text: str) -> tuple[str, list[int]]:
    """The characters that two prints of the same words share, and where each stands in ``text``.

    Decimal points and signs of measure stay, so that 1.5 is not 15 and 90% is not 90.
    """
    folded = fold(text)
    kept, places = [], []
    for place, character in enumerate(folded):
        between_digits = (
            character in ".:/" and folded[place - 1 : place].isdigit() and folded[place + 1 : place + 2].isdigit()
        )
        if (character.isalnum() and character != "\x00") or character in "%‰<>≥≤+" or between_digits:
            kept.append(character)
            places.append(place)
    return "".join(kept), places


class _Checker:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._comparable: dict[str, tuple[str, list[int]]] = {}

    def check(self, cited: Cited, text: str) -> Checked:
        """One citation's outcome."""
        base = Checked(cited.span, text[slice(*cited.span)], "not_checked", "", quote=cited.quote)
        parts = _parts(cited.quote) if cited.quote is not None else []
        if cited.document is None and (cited.place is None or cited.place.document_id is None):
            return self._without_source(base, parts)
        document_id = self._document(cited)
        if document_id is None:
            named = _name(cited.document)
            return replace(base, outcome="no_such_document", detail=f"The corpus holds no document {named}.")
        base = replace(base, document_id=document_id)
        metadata = self._facts.documents[document_id]
        if fault := _number_differs(cited.document, metadata):
            detail = f"The document's number is not {fault}."
            return replace(base, outcome="not_in_document", detail=detail, nearest=metadata.number)
        clauses = self._facts.clauses[document_id]
        clause = find_clause(clauses, cited.place) if cited.place is not None else None
        if cited.place is not None and clause is None:
            return replace(base, outcome="no_such_clause", detail="The document has no clause of that number.")
        if cited.quote is None:
            detail = f"The {'clause' if clause else 'document'} exists; no quoted words are there to compare."
            return replace(base, detail=detail, clause_id=clause.id if clause else None)
        if sum(map(len, parts)) < _SHORTEST_QUOTE:
            return replace(base, detail="The quoted words are too short to prove anything.")
        if clause is not None and cited.place is not None:
            return self._in_clause(base, parts, clause, cited.place.paragraph, clauses)
        if found := self._clause_with(parts, clauses):
            return replace(base, outcome="confirmed", detail="The document says so.", clause_id=found.id)
        return self._not_said(base, parts, clauses)

    def _in_clause(
        self, base: Checked, parts: Sequence[str], clause: Clause, paragraph: int | None, clauses: Sequence[Clause]
    ) -> Checked:
        """Words that are said to stand in a clause, or in a paragraph of it."""
        said = replace(base, outcome="confirmed", detail="The clause says so.", clause_id=clause.id)
        inside = [c for c in clauses if c.path[: len(clause.path)] == clause.path]
        if paragraph is not None:
            words = _paragraph(clause, clauses, paragraph)
            if words is None:
                detail = f"The clause has no paragraph {paragraph}."
                return replace(base, outcome="no_such_clause", detail=detail, clause_id=None)
            if _holds(comparable(words)[0], parts):
                return said
        elif found := self._clause_with(parts, inside):
            return replace(said, clause_id=found.id)
        if elsewhere := self._clause_with(parts, clauses):
            where = "another paragraph of it" if elsewhere in inside else elsewhere.id
            detail = f"The words do not stand there, but in {where}."
            return replace(base, outcome="no_such_clause", detail=detail, clause_id=elsewhere.id)
        return self._not_said(base, parts, inside, clauses)

    def _not_said(self, base: Checked, parts: Sequence[str], *places: Sequence[Clause]) -> Checked:
        """Words that the document lacks, with the nearest real ones of the first place that has any."""
        near = next((n for clauses in places if (n := self._nearest("".join(parts), clauses))), None)
        detail = "The document does not say so."
        if near is None:
            return replace(base, outcome="not_in_document", detail=detail)
        detail = f"{detail} Nearest: {near[1]}"
        return replace(base, outcome="not_in_document", detail=detail, clause_id=near[0].id, nearest=near[1])

    def _without_source(self, base: Checked, parts: Sequence[str]) -> Checked:
        if sum(map(len, parts)) > _SCARE_QUOTE:
            for document_id, clauses in self._facts.clauses.items():
                if found := self._clause_with(parts, clauses):
                    detail = "No source is named; these words stand here."
                    return replace(
                        base, outcome="confirmed", detail=detail, document_id=document_id, clause_id=found.id
                    )
        return replace(base, detail="No source is named.")

    def _document(self, cited: Cited) -> str | None:
        if cited.place is not None and cited.place.document_id is not None:
            return cited.place.document_id
        mention = cited.document
        if mention is None:
            return None
        if mention.document_id is not None:
            return mention.document_id
        by_title = self._facts.titles.find(mention.title, None)
        return by_title or (self._facts.titles.find(None, mention.number) if mention.title is None else None)

    def _words(self, clause: Clause) -> tuple[str, list[int]]:
        if clause.id not in self._comparable:
            self._comparable[clause.id] = comparable(clause.text)
        return self._comparable[clause.id]

    def _clause_with(self, parts: Sequence[str], clauses: Iterable[Clause]) -> Clause | None:
        listed = list(clauses)
        # A heading may repeat a clause's words; the clause counts.
        for clause in sorted(listed, key=lambda c: c.kind != "clause"):
            if _holds(self._words(clause)[0], parts):
                return clause
        # Words that run over the end of a unit.
        whole = "".join(self._words(clause)[0] for clause in listed)
        if listed and _holds(whole, parts):
            return next((c for c in listed if parts[0][:6] in self._words(c)[0]), listed[0])
        return None

    def _nearest(self, quote: str, clauses: Sequence[Clause]) -> tuple[Clause, str] | None:
        """The clause with the words most like the quoted ones, and those words."""
        pairs = {quote[i : i + 2] for i in range(len(quote) - 1)} or {quote}
        scored = sorted(clauses, key=lambda c: -sum(pair in self._words(c)[0] for pair in pairs))
        best: tuple[float, Clause, str] | None = None
        for clause in scored[:_COMPARED]:
            words, places = self._words(clause)
            words = words[:_LONGEST_COMPARED]
            blocks = [b for b in SequenceMatcher(None, quote, words, autojunk=False).get_matching_blocks() if b.size]
            if not blocks:
                continue
            start = max(0, blocks[0].b - blocks[0].a)
            end = min(len(words), blocks[-1].b + blocks[-1].size + len(quote) - blocks[-1].a - blocks[-1].size)
            if end - start > 2 * len(quote):
                longest = max(blocks, key=lambda b: b.size)
                start = max(0, longest.b - longest.a)
                end = min(len(words), start + len(quote))
            share = SequenceMatcher(None, quote, words[start:end], autojunk=False).ratio()
            if share >= 0.5 and (best is None or share > best[0]):
                # Words in front that match nothing begin behind a stop, where one stands among them.
                lead = clause.text[places[start] : places[max(start, blocks[0].b)]]
                stop = max(lead.rfind(mark) for mark in "。;;(（,,\n")
                first = places[start] + stop + 1
                best = (share, clause, clause.text[first : places[end - 1] + 1])
        return (best[1], best[2]) if best else None


def _name(mention: Mention | None) -> str:
    if mention is None:
        return "of that name"
    return f"《{mention.title}》" if mention.title else str(mention.number)


def _parts(quote: str) -> list[str]:
    return [part for piece in _ELLIPSIS.split(quote) if (part := comparable(piece)[0])]


def _holds(words: str, parts: Sequence[str]) -> bool:
    """Whether the parts stand in the words, one after the other, no number cut in two."""
    at = 0
    for part in parts:
        at = _find_whole(words, part, at)
        if at < 0:
            return False
        at += len(part)
    return bool(parts)


def _find_whole(words: str, part: str, start: int) -> int:
    at = words.find(part, start)
    while at >= 0:
        before, after = words[at - 1 : at] if at else "", words[at + len(part) : at + len(part) + 1]
        # 5% stands in 95% as characters and not as a number.
        cut = (part[0].isdigit() and (before.isdigit() or before == ".")) or (
            part[-1].isdigit() and (after.isdigit() or (after in (".", "%", "‰") and after != ""))
        )
        if not cut:
            return at
        at = words.find(part, at + 1)
    return -1


def _paragraph(clause: Clause, clauses: Sequence[Clause], number: int) -> str | None:
    """The n-th paragraph (款) of an article."""
    child = next((c for c in clauses if c.path == (*clause.path, f"¶{number}")), None)
    if child is not None:
        return child.text
    lines = [line for line in clause.text.splitlines() if line.strip()]
    return lines[number - 1] if 1 <= number <= len(lines) else None


def _number_differs(mention: Mention | None, metadata: Metadata) -> str | None:
    """The number that a text gives where the document has another."""
    if mention is None or mention.number is None or mention.title is None or metadata.number is None:
        return None
    return None if plain_number(mention.number) == plain_number(metadata.number) else mention.number
