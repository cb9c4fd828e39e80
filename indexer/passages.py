"""Clause tree -> passages: what is indexed, one for each unit that says something.

A heading without sentences of its own says nothing and is never found alone; its words stand in the passages of
the units below it. The two indices read a unit differently: words profit from the document's title, its region and
every heading above, while a vector over all of them drifts from what the unit itself says, so the dense text is the
unit under its nearest heading, in simplified characters, which the encoder knows best.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.folding import fold_for_comparison, to_simplified
from corpus.model import Clause, Kind, Metadata

# A title says only what every passage of its document says too.
_NEVER_INDEXED: frozenset[Kind] = frozenset({"title"})


@dataclass(frozen=True, slots=True)
class Passage:
    """One row of the index.

    Attributes:
        clause_id: The unit that the passage is made of.
        document_id: Its document.
        kind: The unit's kind.
        region_code: GB/T 2260 code of the document's region, empty where the text names none.
        lexical_text: Title, region, headings and text, for the word index.
        dense_text: The text under its nearest heading, for the encoder.
    """

    clause_id: str
    document_id: str
    kind: Kind
    region_code: str
    lexical_text: str
    dense_text: str


def build_passages(metadata: Metadata, clauses: Iterable[Clause]) -> list[Passage]:
    """The passages of one document, in the order of its units.

    Args:
        metadata: The document's own.
        clauses: All its units, in order.

    Returns:
        One passage for each unit with words of its own; none for bare headings and titles.
    """
    region = metadata.region
    context = [line for line in (metadata.title, region.name if region else None) if line]
    passages = []
    for clause in clauses:
        if clause.kind in _NEVER_INDEXED:
            continue
        above = _labels_outside_text(clause)
        if above is None:
            continue
        passages.append(
            Passage(
                clause_id=clause.id,
                document_id=clause.document_id,
                kind=clause.kind,
                region_code=region.code if region else "",
                lexical_text="\n".join([*context, *above, clause.text]),
                dense_text=to_simplified("\n".join([*above[-1:], clause.text])),
            )
        )
    return passages


def _labels_outside_text(clause: Clause) -> tuple[str, ...] | None:
    """The labels that the unit's text does not begin with; ``None`` where the text is no more than a label."""
    words = fold_for_comparison(clause.text)
    if not words:
        return None
    if not clause.labels:
        return ()
    own = fold_for_comparison(clause.labels[-1])
    if not own or not words.startswith(own):
        return clause.labels
    if words == own and clause.kind != "clause":
        return None
    return clause.labels[:-1]
