"""How regions deal with one topic: for each the clause on it, its duties and its targets, or that there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from corpus.errors import QuestionError
from corpus.folding import fold
from corpus.model import Clause, Metadata, Region
from service.fact_queries import read_region
from service.facts import DutyRow, Facts, TargetRow, facts_of
from service.filters import in_region
from service.topic import Term, covers
from service.understanding import understand

if TYPE_CHECKING:
    from service.engine import Engine

Status = Literal["found", "no_clause", "region_not_in_corpus"]

_READ = 20
"""Hits of a region that are judged."""

_ENOUGH = 0.85
"""Share of the topic that a clause must have."""

# Matches: QC小组. Does not match: quality circles
_HAN = re.compile(r"[\u3400-\u9fff]")
_COUNTED_KINDS = ("clause", "preamble", "closing", "heading")


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """What a region says on the topic.

    Attributes:
        region: The region.
        status: ``found``, ``no_clause`` (the corpus has texts of it, none on the topic) or ``region_not_in_corpus``.
        clause: The clause that deals with it best; ``None`` unless found.
        metadata: Of its document.
        duties: Its duties; those for the topic where the clause has several and some name it.
        targets: Its targets on the topic; all of them where its own heading is on it.
        others: Further clauses on the topic, best first.
    """

    region: Region
    status: Status
    clause: Clause | None = None
    metadata: Metadata | None = None
    duties: tuple[DutyRow, ...] = ()
    targets: tuple[TargetRow, ...] = ()
    others: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One topic over regions."""

    topic: str
    terms: tuple[str, ...]
    entries: tuple[RegionEntry, ...]


def compare(engine: Engine, topic: str, regions: Sequence[str] = ()) -> Comparison:
    """Compare how regions deal with a topic.

    Args:
        engine: Searches.
        topic: Words, in Chinese of either script or English.
        regions: Names or codes; by default every region of the corpus.

    Raises:
        QuestionError: If the topic is empty, too long, or says nothing.
        FilterError: If a region is none.
    """
    interpretation = understand(topic, engine.translator)
    terms = interpretation.topic
    if not terms:
        raise QuestionError(f"{topic!r} names no topic.", "Give words, for example 首席质量官.")
    wanted = [read_region(name) for name in regions] or list(engine.regions)
    wanted = list({region.code: region for region in wanted}.values())
    facts = facts_of(engine.generation)
    words = fold(re.sub(r"\s+", "", topic)) if _HAN.search(topic) else None
    entries = tuple(_entry(engine, facts, topic, words, terms, region) for region in wanted)
    return Comparison(topic, interpretation.terms, entries)


def _entry(
    engine: Engine, facts: Facts, topic: str, words: str | None, terms: Sequence[Term], region: Region
) -> RegionEntry:
    documents = [name for name, metadata in facts.documents.items() if in_region(region, metadata)]
    if not documents:
        return RegionEntry(region, "region_not_in_corpus")
    found = engine.search(topic, k=_READ, filters={"document_id": documents})
    candidates = {hit.clause.id: hit.clause for hit in found.hits}
    # What prints the very words is on the topic, wherever the ranking put it.
    if words is not None and len(words) >= 3:
        for name in documents:
            candidates.update({c.id: c for c in facts.clauses[name] if words in fold(c.text)})
    on_topic = [c for c in candidates.values() if c.kind in _COUNTED_KINDS and deals_with(c, words, terms)]
    # The sort is stable, so that the ranking decides among equals.
    on_topic.sort(key=lambda c: (-_directness(c, words, terms), c.kind != "clause"))
    if not on_topic:
        return RegionEntry(region, "no_clause")
    best = on_topic[0]
    return RegionEntry(
        region,
        "found",
        best,
        facts.documents[best.document_id],
        _duties_on(facts, best, words, terms),
        _targets_on(facts, best, words, terms),
        tuple(on_topic[1:6]),
    )


def deals_with(clause: Clause, words: str | None, terms: Iterable[Term]) -> bool:
    """Whether a clause is about the topic: it prints the words, or has nearly all the terms."""
    return _share(_folded(clause), words, terms) >= _ENOUGH


def _directness(clause: Clause, words: str | None, terms: Iterable[Term]) -> float:
    """How directly: the words in its own heading or text before terms that stand apart."""
    own = fold(clause.labels[-1]) if clause.labels else ""
    text = fold(clause.text)
    if words is not None and words in text:
        return 3.0 if words in own else 2.0
    return _share(own, None, terms) + _share(text, None, terms)


def _share(text: str, words: str | None, terms: Iterable[Term]) -> float:
    if words is not None and words in text:
        return 1.0
    listed = list(terms)
    heavy = [term for term in listed if not term.light] or listed
    found = [covers(term, text) for term in heavy]
    if any(term.quoted and share < 1 for term, share in zip(heavy, found, strict=True)):
        return 0.0
    return sum(found) / len(found)


def _folded(clause: Clause) -> str:
    return fold(clause.text + "".join(clause.labels))


def _duties_on(facts: Facts, clause: Clause, words: str | None, terms: Sequence[Term]) -> tuple[DutyRow, ...]:
    rows = [row for row in facts.duties if row.clause.id == clause.id]
    named = [row for row in rows if row.covers and _share(fold(row.covers), words, terms) >= _ENOUGH]
    return tuple(named or rows)


def _targets_on(facts: Facts, clause: Clause, words: str | None, terms: Sequence[Term]) -> tuple[TargetRow, ...]:
    rows = [row for row in facts.targets if row.clause.id == clause.id]
    if clause.labels and _share(fold(clause.labels[-1]), words, terms) >= _ENOUGH:
        return tuple(rows)
    return tuple(row for row in rows if _share(fold(row.target.text), words, terms) >= _ENOUGH)
