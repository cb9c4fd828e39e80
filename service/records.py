"""Dataclasses -> the JSON records of the public contract, as plain dicts.

One place for the command line, HTTP and whoever writes answers to a file. ``service.schemas`` describes
the same records to HTTP clients.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from corpus.model import (
    CitedDocument,
    Clause,
    Document,
    Metadata,
    Noise,
    Reference,
    Region,
    Repair,
    Responsibility,
    Span,
    Target,
)
from corpus.regions import find_regions

if TYPE_CHECKING:
    from service.answering import Answer
    from service.citing import Citation
    from service.engine import SearchResult
    from service.retrieval import Hit
    from service.understanding import Interpretation

Record = dict[str, Any]

# Characters that end a URL's path or fragment, or that no URL may hold; Chinese stays readable.
# Matches the # in xizang-2014/#meta. Does not match anything in alxa-quality/三/(六)/1.
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\"#%<>?\\^`{|}]+")


def _span(span: Span | None) -> list[int] | None:
    return None if span is None else list(span)


def _date(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def responsibility_record(duty: Responsibility) -> Record:
    """One duty of a clause."""
    return {
        "span": _span(duty.span),
        "note": duty.note,
        "lead": list(duty.lead),
        "support": list(duty.support),
        "shared": list(duty.shared),
        "rule": duty.rule,
        "declared_in": duty.declared_in,
        "covers": _span(duty.covers),
        "body_spans": [list(span) for span in duty.body_spans],
    }


def target_record(target: Target) -> Record:
    """One target of a clause; ``value`` is a JSON number."""
    return {
        "span": _span(target.span),
        "text": target.text,
        "indicator": target.indicator,
        "comparator": target.comparator,
        "value": _number(target.value),
        "upper_value": _number(target.upper_value),
        "unit": target.unit,
        "deadline": target.deadline,
        "deadline_text": target.deadline_text,
        "deadline_source": target.deadline_source,
        "baseline": target.baseline,
    }


def reference_record(reference: Reference) -> Record:
    """One document that a clause cites."""
    return {
        "span": _span(reference.span),
        "text": reference.text,
        "title": reference.title,
        "number": reference.number,
        "issuer": reference.issuer,
        "role": reference.role,
        "document_id": reference.document_id,
    }


def clause_record(clause: Clause) -> Record:
    """One unit of the clause tree, as ``tiaowen parse --jsonl`` prints it."""
    return {
        "id": clause.id,
        "document_id": clause.document_id,
        "path": list(clause.path),
        "labels": list(clause.labels),
        "kind": clause.kind,
        "text": clause.text,
        "span": _span(clause.span),
        "responsibilities": [responsibility_record(duty) for duty in clause.responsibilities],
        "targets": [target_record(target) for target in clause.targets],
        "references": [reference_record(reference) for reference in clause.references],
        "parts": [{"name": name, "span": list(span)} for name, span in clause.parts],
    }


def region_record(region: Region) -> Record:
    """One division."""
    return {"code": region.code, "name": region.name, "level": region.level, "ancestors": list(region.ancestors)}


def _cited_document_record(cited: CitedDocument) -> Record:
    return {"title": cited.title, "number": cited.number, "issuer": cited.issuer}


def metadata_record(document_id: str, metadata: Metadata) -> Record:
    """What a document says about itself; a value that it does not give is ``None``."""
    return {
        "document_id": document_id,
        "title": metadata.title,
        "notice_title": metadata.notice_title,
        "issuer": metadata.issuer,
        "number": metadata.number,
        "issued_on": _date(metadata.issued_on),
        "published_on": _date(metadata.published_on),
        "effective_on": _date(metadata.effective_on),
        "index_number": metadata.index_number,
        "status": metadata.status,
        "region": None if metadata.region is None else region_record(metadata.region),
        "script": metadata.script,
        "references": [_cited_document_record(cited) for cited in metadata.references],
    }


def document_record(document_id: str, metadata: Metadata, noise: Sequence[Noise], repairs: Sequence[Repair]) -> Record:
    """The document line of ``tiaowen parse --jsonl``."""
    return {
        **metadata_record(document_id, metadata),
        "noise": [{"span": list(item.span), "text": item.text, "reason": item.reason} for item in noise],
        "repairs": [
            {
                "span": list(item.span),
                "broken": item.broken,
                "repaired": item.repaired,
                "confidence": item.confidence,
            }
            for item in repairs
        ],
    }


def from_document(document: Document) -> Record:
    """The document line of a document that was just read."""
    return document_record(document.id, document.metadata, document.clean.noise, document.clean.repairs)


def tree_record(clauses: Sequence[Clause]) -> list[Record]:
    """Nested nodes ``{clause_id, path, label, kind, span, children}``, in document order.

    A unit stands under the nearest unit whose path is the beginning of its own.
    """
    roots: list[Record] = []
    nodes: dict[tuple[str, ...], Record] = {}
    for clause in clauses:
        node: Record = {
            "clause_id": clause.id,
            "path": list(clause.path),
            "label": clause.labels[-1] if clause.labels else None,
            "kind": clause.kind,
            "span": list(clause.span),
            "children": [],
        }
        parents = (nodes.get(clause.path[:length]) for length in range(len(clause.path) - 1, 0, -1))
        parent = next((found for found in parents if found is not None), None)
        (roots if parent is None else parent["children"]).append(node)
        nodes.setdefault(clause.path, node)
    return roots


def cited_document_record(metadata: Metadata) -> Record:
    """A document as it stands inside a citation or a hit."""
    return {
        "title": metadata.title,
        "number": metadata.number,
        "issuer": metadata.issuer,
        "issued_on": _date(metadata.issued_on),
        "region": None if metadata.region is None else metadata.region.name,
        "script": metadata.script,
    }


def reader_url(document_id: str, path: Sequence[str]) -> str:
    """Where the document reader shows a clause: ``/documents/shandong-2014#三/11``."""
    address = _UNSAFE_IN_URL.sub(lambda match: quote(match.group()), document_id)
    fragment = _UNSAFE_IN_URL.sub(lambda match: quote(match.group()), "/".join(path))
    return f"/documents/{address}#{fragment}"


def interpretation_record(interpretation: Interpretation) -> Record:
    """How a question was understood."""
    return {
        "regions": [region.name for region in interpretation.regions],
        "intent": interpretation.intent,
        "standalone_question": interpretation.standalone_question,
        "region_mentions": [
            {"name": mention.region.name, "start": mention.start, "end": mention.end}
            for mention in find_regions(interpretation.standalone_question)
        ],
        "terms": list(interpretation.terms),
    }


def citation_record(citation: Citation) -> Record:
    """One citation; ``field`` is there for a metadata line only."""
    record: Record = {
        "n": citation.n,
        "clause_id": citation.clause_id,
        "document_id": citation.document_id,
        "document": cited_document_record(citation.metadata),
        "path": list(citation.path),
        "labels": list(citation.labels),
        "quote": citation.quote,
        "highlights": [list(span) for span in citation.highlights],
        "span": _span(citation.span),
        "score": citation.score,
        "url": reader_url(citation.document_id, citation.path),
    }
    if citation.field is not None:
        record["field"] = citation.field
    return record


def answer_record(answer: Answer, index: Mapping[str, Any]) -> Record:
    """A cited answer or a refusal. ``index`` is that of the generation that gave it."""
    record: Record = {
        "question": answer.interpretation.question,
        "language": answer.interpretation.language,
        "status": answer.status,
        "text": answer.text,
        "statements": [
            {
                "text": statement.text,
                "citations": list(statement.citations),
                "lead": list(statement.lead),
                "support": list(statement.support),
                "shared": list(statement.shared),
            }
            for statement in answer.statements
        ],
        "reason": answer.reason,
        "confidence": round(answer.confidence, 4),
        "citations": [citation_record(citation) for citation in answer.citations],
        "related": [{"clause_id": clause_id, "score": score} for clause_id, score in answer.related],
        "interpretation": interpretation_record(answer.interpretation),
        "index": dict(index),
        "took_ms": round(answer.took_ms, 2),
    }
    if answer.status == "partial":
        record["uncovered"] = list(answer.uncovered)
    return record


def hit_record(hit: Hit) -> Record:
    """One ranked clause."""
    return {
        "clause_id": hit.clause.id,
        "document_id": hit.clause.document_id,
        "document": cited_document_record(hit.metadata),
        "path": list(hit.clause.path),
        "labels": list(hit.clause.labels),
        "text": hit.clause.text,
        "span": _span(hit.clause.span),
        "score": hit.score,
        "bm25_score": hit.bm25_score,
        "cosine": hit.cosine,
        "rank": hit.rank,
    }


def search_record(result: SearchResult, index: Mapping[str, Any]) -> Record:
    """Ranked clauses."""
    return {
        "hits": [hit_record(hit) for hit in result.hits],
        "interpretation": interpretation_record(result.interpretation),
        "index": dict(index),
        "took_ms": round(result.took_ms, 2),
    }
