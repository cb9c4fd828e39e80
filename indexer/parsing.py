"""Raw text -> document and clauses with their facts: the one recipe for ``parse`` and ``index``."""

from __future__ import annotations

import gc
from dataclasses import dataclass

from corpus.document import build_document
from corpus.model import Clause, Document, RawText
from indexer.clauses import parse_clauses
from indexer.facts.references import extract_references
from indexer.facts.responsibilities import extract_responsibilities
from indexer.facts.targets import extract_targets
from indexer.facts.units import read_units

# Objects more than were freed before the youngest are looked through, and how many such rounds before the older ones.
_COLLECTION_ROUNDS = (100_000, 5, 5)


def collect_seldom() -> None:
    """Let garbage be collected seldom, in a process that does nothing but parse.

    A parsed text is many small objects, nearly all of them free of cycles, which are freed without a collection; at
    Python's own pace the collector looks through them hundreds of times while they are made. What is loaded by now is
    left out of all collections.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECTION_ROUNDS)


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document and its clause tree; the clauses carry their facts."""

    document: Document
    clauses: tuple[Clause, ...]


def parse_document(raw: RawText, *, repeated: frozenset[str] = frozenset()) -> ParsedDocument:
    """Parse one file from decoded text to clauses with facts.

    Args:
        raw: The decoded file.
        repeated: Lines that stand in several files of its folder (see ``corpus.cleaning``).
    """
    document = build_document(raw, repeated=repeated)
    clauses = parse_clauses(document)
    units = read_units(document, clauses)
    facts = zip(
        clauses,
        extract_responsibilities(units),
        extract_targets(document, units),
        extract_references(document, units),
        strict=True,
    )
    for clause, duties, targets, cited in facts:
        # Nobody holds the clause yet, and another one would take as long as reading the facts of a short one.
        if duties:
            object.__setattr__(clause, "responsibilities", duties)
        if targets:
            object.__setattr__(clause, "targets", targets)
        if cited:
            object.__setattr__(clause, "references", cited)
    return ParsedDocument(document, clauses)
