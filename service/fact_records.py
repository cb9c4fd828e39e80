"""Facts -> the JSON records of the public contract, as plain dicts; for the command line and for HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.comparison import Comparison, RegionEntry
from service.fact_queries import BodyEntry, Page, describe_body
from service.facts import DutyRow, ReferenceRow, TargetRow
from service.records import (
    Record,
    cited_document_record,
    reader_url,
    reference_record,
    responsibility_record,
    target_record,
)

NO_CLAUSE = "no clause on it"
_NOT_HELD = "the corpus holds no document of this region"


def row_record(row: DutyRow | TargetRow | ReferenceRow) -> Record:
    """One fact with its clause."""
    place: Record = {
        "region": row.metadata.region.name if row.metadata.region else None,
        "document_id": row.clause.document_id,
        "clause_id": row.clause.id,
        "labels": list(row.clause.labels),
    }
    if isinstance(row, DutyRow):
        return place | responsibility_record(row.duty) | {"covered": row.covers}
    if isinstance(row, TargetRow):
        return place | target_record(row.target)
    record = reference_record(row.reference)
    return record | place | {"cited_document_id": record["document_id"]}


def page_record(page: Page[Any], name: str) -> Record:
    """A page of facts; ``name`` is the key of its rows."""
    rows = [row_record(row) for row in page.rows]
    return {"total": page.total, "offset": page.offset, "limit": page.limit, name: rows}


def body_record(name: str, entries: Sequence[BodyEntry]) -> Record:
    """A body and what it does in each region."""
    return {
        "name": name,
        **describe_body(name),
        "regions": [
            {
                "region": entry.region,
                "names": list(entry.names),
                "lead": [row_record(row) for row in entry.lead],
                "support": [row_record(row) for row in entry.support],
                "shared": [row_record(row) for row in entry.shared],
            }
            for entry in entries
        ],
    }


def comparison_record(comparison: Comparison) -> Record:
    """A topic over regions."""
    return {
        "topic": comparison.topic,
        "terms": list(comparison.terms),
        "regions": [_entry_record(entry) for entry in comparison.entries],
    }


def _entry_record(entry: RegionEntry) -> Record:
    clause, metadata = entry.clause, entry.metadata
    record: Record = {
        "region": entry.region.name,
        "status": entry.status,
        "text": NO_CLAUSE if entry.status == "no_clause" else _NOT_HELD,
        "clause": None,
        "duties": [row_record(row) for row in entry.duties],
        "targets": [row_record(row) for row in entry.targets],
        "others": [other.id for other in entry.others],
    }
    if clause is not None and metadata is not None:
        record["text"] = clause.text
        record["clause"] = {
            "clause_id": clause.id,
            "document_id": clause.document_id,
            "document": cited_document_record(metadata),
            "path": list(clause.path),
            "labels": list(clause.labels),
            "text": clause.text,
            "span": list(clause.span),
            "url": reader_url(clause.document_id, clause.path),
        }
    return record
