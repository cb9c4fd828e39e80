"""What an index holds: its documents and regions with counts, counted once for each generation."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

from indexer.generations import Generation
from service import records


@dataclass(frozen=True)
class Census:
    """Records about a generation, as the public contract has them.

    Attributes:
        index: ``{generation, documents, clauses, regions}``; part of every answer.
        documents: The metadata of each document and the number of its units, in the order of the index.
        regions: Each region that a document is of, with counts, by code.
    """

    index: dict[str, Any]
    documents: list[dict[str, Any]]
    regions: list[dict[str, Any]]


_latest: tuple[weakref.ref[Generation], Census] | None = None


def census_of(generation: Generation) -> Census:
    """The census of a generation; that of the latest one is kept."""
    global _latest
    if _latest is not None and _latest[0]() is generation:
        return _latest[1]
    census = _count(generation)
    _latest = (weakref.ref(generation), census)
    return census


def _count(generation: Generation) -> Census:
    counts = generation.store.clause_counts()
    documents: list[dict[str, Any]] = []
    regions: dict[str, dict[str, Any]] = {}
    for document_id, metadata in generation.store.metadata().items():
        clauses = counts.get(document_id, 0)
        documents.append(records.metadata_record(document_id, metadata) | {"clauses": clauses})
        if metadata.region is not None:
            empty = records.region_record(metadata.region) | {"documents": 0, "clauses": 0}
            row = regions.setdefault(metadata.region.code, empty)
            row["documents"] += 1
            row["clauses"] += clauses
    by_code = [regions[code] for code in sorted(regions)]
    index = {
        "generation": str(generation.number),
        "documents": len(documents),
        "clauses": sum(counts.values()),
        "regions": [row["name"] for row in by_code],
    }
    return Census(index, documents, by_code)
