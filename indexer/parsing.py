"""Raw text -> document and clauses with their facts: the one recipe for ``parse`` and ``index``."""

from __future__ import annotations

from dataclasses import dataclass, replace

from corpus.document import build_document
from corpus.model import Clause, Document, RawText
from indexer.clauses import parse_clauses
from indexer.facts.references import extract_references
from indexer.facts.responsibilities import extract_responsibilities
from indexer.facts.targets import extract_targets


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
    facts = zip(
        clauses,
        extract_responsibilities(document, clauses),
        extract_targets(document, clauses),
        extract_references(document, clauses),
        strict=True,
    )
    return ParsedDocument(
        document,
        tuple(
            replace(c, responsibilities=duties, targets=targets, references=cited) if duties or targets or cited else c
            for c, duties, targets, cited in facts
        ),
    )
