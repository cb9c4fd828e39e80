"""Statements made of clauses only, with citations, or an honest refusal.

Every sentence is built from the words of a cited clause, or of a document's metadata line; what no clause says is
refused, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from corpus.model import Clause, Metadata, Region, Responsibility, Span
from corpus.regions import COUNTRY
from indexer.store import Store
from service.evidence import (
    TIME_WORDS,
    Evidence,
    best_duties,
    best_numbers,
    best_sentences,
    find_range,
)
from service.explanation import Trace
from service.filters import in_region
from service.phrasing import bodies, in_script, region_name, say
from service.ranking import Ranked
from service.topic import covers
from service.understanding import Interpretation, Language

Status = Literal["answered", "partial", "not_found"]

# Matches: 列第一位者为牵头部门,下同. Does not match: 牵头部门要加强协调.
_CONVENTION = re.compile(r"第一位|首位|排(?:名|列)?在?(?:最)?前|下同")
# Matches: 一是实施人才战略 / 1.完善制度. Does not match: 一般工业固体废物.
_ITEM = re.compile(r"[一二三四五六七八九十]+是|[(（]?[一二三四五六七八九十\d]{1,3}[)）、..]|[①-⑳]|[-—•●]")
_EDGES = " \n,;:。\uff0c\uff1b\uff1a"  # marks that a quoted stretch need not begin or end with
_ONE_PLACE = frozenset({"fact", "definition", "list"})
_MOST_RELATED = 5
_MOST_PLACES = 12
"""Documents that one answer over regions speaks of at most."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause, or a metadata line, that an answer rests on.

    ``highlights`` are half-open character ranges of ``quote``. ``field`` is set for metadata only.
    """

    n: int
    clause_id: str
    document_id: str
    metadata: Metadata
    path: tuple[str, ...]
    labels: tuple[str, ...]
    quote: str
    highlights: tuple[Span, ...]
    span: Span
    score: float
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer; ``citations`` are the ``n`` of the citations that say it."""

    text: str
    citations: tuple[int, ...]
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or a refusal (``status`` ``not_found``, with ``reason``).

    Attributes:
        related: Clause ids and scores of near clauses that are not cited, best first.
        uncovered: What a ``partial`` answer lacks: names of regions or parts of the question.
        confidence: That the answer is right, 0 to 1.
        stages_ms: Time of each stage.
        trace: What was seen on the way; ``None`` where nothing was looked for.
    """

    interpretation: Interpretation
    status: Status
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    related: tuple[tuple[str, float], ...]
    reason: str | None
    uncovered: tuple[str, ...]
    confidence: float
    took_ms: float = 0.0
    stages_ms: Mapping[str, float] = field(default_factory=dict)
    trace: Trace | None = field(default=None, compare=False, repr=False)


class CitationList:
    """Citations of one answer, numbered from 1; a clause that is cited again keeps its number."""

    def __init__(self) -> None:
        self._items: dict[str, Citation] = {}

    def add(
        self, clause: Clause, metadata: Metadata, highlights: Sequence[Span], score: float, *, field: str | None = None
    ) -> int:
        """Cite a clause with ranges of its text; returns the citation's number."""
        known = self._items.get(clause.id)
        n = known.n if known else len(self._items) + 1
        ranges = _merge([*(known.highlights if known else ()), *highlights])
        self._items[clause.id] = Citation(
            n=n,
            clause_id=clause.id,
            document_id=clause.document_id,
            metadata=metadata,
            path=clause.path,
            labels=clause.labels,
            quote=clause.text,
            highlights=ranges,
            span=clause.span,
            score=round(score, 4),
            field=field,
        )
        return n

    def __len__(self) -> int:
        return len(self._items)

    def items(self) -> tuple[Citation, ...]:
        """In the order of their numbers."""
        return tuple(self._items.values())


def _merge(ranges: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class Question:
    """What composing an answer needs to know.

    Attributes:
        weights: Of the topic's terms, summing to 1.
        regions: Regions to answer for, after filters; empty for any.
        corpus_regions: Every region that the index holds.
    """

    interpretation: Interpretation
    weights: tuple[float, ...]
    regions: tuple[Region, ...]
    corpus_regions: tuple[Region, ...]
    store: Store

    @property
    def language(self) -> Language:
        """To answer in."""
        return self.interpretation.language


@dataclass(frozen=True, slots=True)
class Draft:
    """Statements and citations before they are numbered into a text."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    reason: str | None = None
    uncovered: tuple[str, ...] = ()


def compose(question: Question, ranked: Sequence[Ranked]) -> Draft:
    """Make the statements that the best clauses give.

    Args:
        question: The question.
        ranked: Candidates, best first; at least one.

    Returns:
        A draft; without statements where no clause gives what is asked for.
    """
    intent = question.interpretation.intent
    if intent in ("which_regions", "compare"):
        return _over_places(question, ranked)
    cited = CitationList()
    statements: list[Statement] = []
    reason = None
    for one in _answering(question, ranked):
        made, lacking = _statements_of(question, one, cited)
        statements += made
        reason = reason or lacking
    return Draft(tuple(statements), cited.items(), reason)


def _answering(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The clauses to answer from: the best one, and as good ones of other places where several may be meant."""
    best = ranked[0]
    if len(question.regions) == 1 or (not question.regions and question.interpretation.intent in _ONE_PLACE):
        return _with_items(question, best)
    chosen = [best]
    floor = (
        max(0.5, 0.8 * best.features["coverage"]) if question.regions else max(0.8, best.features["coverage"] - 0.05)
    )
    for one in ranked[1:]:
        if len(chosen) == _MOST_PLACES or any(one.metadata.region == c.metadata.region for c in chosen):
            continue
        if one.features["coverage"] >= floor and one.features["intent"] >= best.features["intent"] - 0.5:
            chosen.append(one)
    return chosen


def _with_items(question: Question, best: Ranked) -> list[Ranked]:
    """The clause, or the items that it announces with a colon and leaves to the units after it."""
    clause = best.clause
    if question.interpretation.intent not in ("list", "fact", "definition") or not clause.text.rstrip().endswith(
        (":", ":")
    ):
        return [best]
    units = question.store.clauses_of(clause.document_id)
    at = next(i for i, unit in enumerate(units) if unit.id == clause.id)
    items: list[Ranked] = []
    for unit in units[at + 1 :]:
        below = unit.path[: len(clause.path)] == clause.path
        beside = unit.path[:-1] == clause.path[:-1] and bool(_ITEM.match(unit.text))
        if not (below or beside):
            break
        items.append(replace(best, read=replace(best.read, clause=unit)))
    return [*items[:_MOST_PLACES], best] if items else [best]


def _statements_of(question: Question, one: Ranked, cited: CitationList) -> tuple[list[Statement], str | None]:
    """Statements from one clause by intent, and the code for what it lacks."""
    intent = question.interpretation.intent
    if intent in ("responsibility_lead", "responsibility_support", "responsibility"):
        duties = best_duties(one.clause, question.interpretation.topic, question.weights)
        if duties:
            return _duty_statements(question, one, duties, cited)
    if intent == "numeric_target":
        return [_number_statement(question, one, cited)], None
    need = TIME_WORDS if intent == "deadline" else None
    evidence = best_sentences(one.clause, question.interpretation.topic, question.weights, need=need)
    return [_quoting_statement(question, one, evidence, cited)], None


def _place(question: Question, one: Ranked) -> str:
    return region_name(one.metadata.region, question.language)


def _duty_statements(
    question: Question, one: Ranked, duties: Sequence[Responsibility], cited: CitationList
) -> tuple[list[Statement], str | None]:
    language = question.language
    intent = question.interpretation.intent
    made: list[Statement] = []
    place = _place(question, one)
    for duty in duties:
        n = cited.add(one.clause, one.metadata, find_range(one.clause.text, duty.note), one.score)
        numbers = [n]
        rule = question.store.clause(duty.declared_in) if duty.declared_in else None
        if rule is not None and rule.id != one.clause.id:
            evidence = best_sentences(rule, (), (), most=1, need=_CONVENTION)
            numbers.append(cited.add(rule, one.metadata, evidence.ranges, one.score))
        made.append(
            Statement(
                _duty_sentence(duty, place, language, intent),
                tuple(numbers),
                lead=duty.lead,
                support=duty.support,
                shared=duty.shared,
            )
        )
    lacks_lead = intent == "responsibility_lead" and not any(duty.lead for duty in duties)
    return made, "no_lead_named" if lacks_lead else None


def _duty_sentence(duty: Responsibility, place: str, language: Language, intent: str) -> str:
    parts_zh, parts_en = [], []
    if duty.lead:
        parts_zh.append(
            f"{bodies(duty.lead, 'zh-Hans')}牵头" if duty.rule != "负责" else f"{bodies(duty.lead, 'zh-Hans')}负责"
        )
        verb = "leads" if len(duty.lead) == 1 else "lead"
        parts_en.append(f"{bodies(duty.lead, 'en')} {verb}")
    if duty.shared:
        parts_zh.append(f"{bodies(duty.shared, 'zh-Hans')}按职责分工负责")
        parts_en.append(f"shared by division of duties: {bodies(duty.shared, 'en')}")
    if duty.support:
        parts_zh.append(f"{bodies(duty.support, 'zh-Hans')}配合")
        parts_en.append(f"supported by {bodies(duty.support, 'en')}")
    zh = f"{place}:" if place else ""
    en = f"In {place}: " if place else ""
    if intent == "responsibility_lead" and not duty.lead:
        zh += "原文没有指明牵头单位,"
        en += "no lead body is named; "
    return say(language, f"{zh}{','.join(parts_zh)}。", f"{en}{'; '.join(parts_en)}.")


def _number_statement(question: Question, one: Ranked, cited: CitationList) -> Statement:
    evidence = best_numbers(
        one.clause, question.interpretation.topic, question.weights, unit=question.interpretation.unit
    )
    if not evidence.ranges:
        evidence = best_sentences(one.clause, question.interpretation.topic, question.weights)
    return _quoting_statement(question, one, evidence, cited)


def _quoting_statement(question: Question, one: Ranked, evidence: Evidence, cited: CitationList) -> Statement:
    n = cited.add(one.clause, one.metadata, evidence.ranges, one.score)
    # Sentences that follow one another in the text are quoted as they stand.
    joined: list[Span] = []
    for start, end in evidence.ranges:
        if joined and not one.clause.text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    quote = "……".join(one.clause.text[start:end].strip(_EDGES) for start, end in joined)
    place = _place(question, one)
    chinese = (
        f"{place}:{in_script(quote, question.language)}。" if place else f"{in_script(quote, question.language)}。"
    )
    english = f"In {place}, the text says: “{quote}”." if place else f"The text says: “{quote}”."
    return Statement(english if question.language == "en" else chinese, (n,))


def _over_places(question: Question, ranked: Sequence[Ranked]) -> Draft:
    """One statement for each document that deals with the topic, and the places that have nothing on it."""
    asked = question.regions or question.corpus_regions
    best: dict[str, Ranked] = {}
    floor = _coverage_floor(ranked)
    for one in ranked:
        enough = one.features["coverage"] >= floor and _has_required(question, one)
        if enough and one.clause.document_id not in best and len(best) < _MOST_PLACES:
            best[one.clause.document_id] = one
    cited = CitationList()
    statements: list[Statement] = []
    for one in best.values():
        numbers = best_numbers(
            one.clause, question.interpretation.topic, question.weights, unit=question.interpretation.unit
        )
        compares = question.interpretation.intent == "compare" and numbers.coverage >= 0.5
        evidence = (
            numbers if compares else best_sentences(one.clause, question.interpretation.topic, question.weights, most=2)
        )
        statements.append(_quoting_statement(question, one, evidence, cited))
    without = [
        region
        for region in asked
        if region.code != COUNTRY.code and not any(in_region(region, one.metadata) for one in best.values())
    ]
    missing = tuple(region_name(region, question.language) for region in without)
    reason = "no_supporting_clause" if missing and question.regions and statements else None
    return Draft(tuple(statements), cited.items(), reason, missing)


def _coverage_floor(ranked: Sequence[Ranked]) -> float:
    top = max((one.features["coverage"] for one in ranked), default=0.0)
    return max(0.5, 0.8 * top)


def _has_required(question: Question, one: Ranked) -> bool:
    """Whether a clause has every term that the question quotes."""
    return all(covers(term, one.read.whole) >= 0.75 for term in question.interpretation.topic if term.quoted)


def related_to(ranked: Sequence[Ranked], citations: Sequence[Citation]) -> tuple[tuple[str, float], ...]:
    """Near clauses that are not cited."""
    cited = {citation.clause_id for citation in citations}
    near = [one for one in ranked if one.clause.id not in cited]
    return tuple((one.clause.id, round(one.score, 4)) for one in near[:_MOST_RELATED])


def answer_text(statements: Sequence[Statement], note: str = "") -> str:
    """The statements in a row, each with the numbers of its citations."""
    lines = [statement.text + "".join(f" [{n}]" for n in statement.citations) for statement in statements]
    return "\n".join([*lines, note] if note else lines)
