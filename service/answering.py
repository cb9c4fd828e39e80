"""Statements made of clauses only, with citations, or an honest refusal.

Every sentence is built from the words of a cited clause, or of a document's metadata line; what no clause says is
refused, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from corpus.folding import fold
from corpus.lines import ONE_CHARACTER
from corpus.model import Clause, Metadata
from corpus.regions import COUNTRY
from service.choosing import NEAR, defining, giving, with_body, with_number
from service.citing import Citation, CitationList, Question, Statement
from service.evidence import TIME_WORDS, best_sentences, coverage_of, folded_text
from service.explanation import Trace
from service.filters import in_region
from service.numbers import best_numbers
from service.penalties import line_above
from service.periods import nearest_period, title_years
from service.phrasing import region_name, say
from service.ranking import Ranked, section_depth
from service.statements import gives, state, state_quoted
from service.topic import covers
from service.understanding import Interpretation

Status = Literal["answered", "partial", "not_found"]

# Matches: 一是实施人才战略 / 1.完善制度. Does not match: 一般工业固体废物.
_ITEM = re.compile(
    rf"[一二三四五六七八九十]+是|[(（]?[一二三四五六七八九十\d]{{1,3}}[)）、..]|[{ONE_CHARACTER}]|[-—•●]"
)
# What a section is reached by, announced. Matches: 为确保以上目标的实现,必须实施三大战略:. Does not match: 主要目标:.
_SERVES = re.compile(
    r"为(?:了|确保|保证|实现|完成|达到)[^,。;:\n]{0,20}(?:目标|任务|指标)[^,。;:\n]{0,8},[^。;:\n]{1,30}:\s*$"
)
_ONE_PLACE = frozenset({"fact", "definition", "list"})
_PARTS = {
    "responsibility": ("责任单位", "the body responsible"),
    "responsibility_lead": ("牵头单位", "the lead body"),
    "responsibility_support": ("配合单位", "the supporting bodies"),
    "numeric_target": ("数量", "the number"),
    "deadline": ("时间", "the time"),
    "list": ("内容", "the content"),
}
"""What a part of a question is called where no clause answers it."""

_LACKING = 0.3
"""Below this a clause lacks a word."""

_HALF = 0.5
"""Coverage below which a clause does not speak of a quoted term, or of any word of a question on a place."""

# Things of which one item is no answer. Matches: 满足什么条件, 提交哪些材料. Does not match: 可以用在商标上吗.
_ALL_OF_IT = re.compile(r"条件|情形|材料|资料|职责|义务")
_SHORT_LINE = 8  # characters of a line that only heads its items: 主要目标:
_MORE_THAN_ITEM = 0.2
"""By how much more of the topic the line above a list has to have than one of its items."""

_UNHEARD = 0.65
"""Share of the topic's words that a clause may lack where the question names no place."""

_MOST_RELATED = 5
_MOST_BESIDE, _MOST_NAMED = 8, 20  # units of a section: quoted, and named by their headings
_MOST_PLACES = 12
"""Documents that one answer over regions speaks of at most."""


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


@dataclass(frozen=True, slots=True)
class Draft:
    """Statements and citations before they are numbered into a text.

    ``uncovered`` are regions without a clause on the topic, ``unsaid`` what is asked for and no clause says.
    """

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    reason: str | None = None
    uncovered: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()


def compose(question: Question, ranked: Sequence[Ranked]) -> Draft:
    """Make the statements that the best clauses give.

    Args:
        question: The question.
        ranked: Candidates, best first; at least one.

    Returns:
        A draft; without statements where no clause gives what is asked for.
    """
    intent: str = question.interpretation.intent
    if intent == "which_regions" and len({one.metadata.region for one in ranked}) == 1 == len(question.regions):
        intent = "list"  # 哪些地方 inside the one place that is named
    if intent in ("which_regions", "compare"):
        return _over_places(question, ranked)
    # Where a place is named, few clauses are left, and what they have of the topic may stand in other words.
    best = ranked[0]
    if _unheard(question, best, _HALF if question.regions else _LACKING) >= (1.0 if question.regions else _UNHEARD):
        return Draft((), ())
    ranked = [one for one in ranked if _has_required(question, one, _HALF)]
    if not ranked:
        return Draft((), ())
    cited = CitationList()
    statements: list[Statement] = []
    reason = None
    if intent == "numeric_target":
        ranked = with_number(question, ranked)
    elif intent.startswith("responsibility"):
        ranked = with_body(question, ranked)
    elif intent == "deadline":
        ranked = giving(question, ranked, intent)
    elif intent == "definition":
        ranked = defining(question, giving(question, ranked, intent) or ranked)
    chosen = _answering(question, ranked)
    if not chosen:
        return Draft((), ())
    for one in chosen:
        made, lacking = state(question, one, intent, cited)
        statements += made
        reason = reason or lacking
    unsaid = (*_state_also(question, chosen, ranked, statements, cited), *_periods_without(question, chosen))
    missing = _places_without(question, [one.metadata for one in chosen]) if len(question.regions) > 1 else ()
    if missing and statements:
        reason = reason or "no_supporting_clause"
    return Draft(tuple(statements), cited.items(), reason, missing, unsaid)


def _places_without(question: Question, cited: Sequence[Metadata]) -> tuple[str, ...]:
    """The names of the places asked for, or of all that are held, that none of the cited documents is of."""
    without = [
        region
        for region in question.regions or question.corpus_regions
        if region.code != COUNTRY.code and not any(in_region(region, metadata) for metadata in cited)
    ]
    return tuple(region_name(region, question.language) for region in without)


def _unheard(question: Question, best: Ranked, least: float) -> float:
    """How many of the topic's words the best clause has less than ``least`` of, of all, however much they weigh."""
    said = [c for term, c in zip(question.interpretation.topic, best.coverage, strict=True) if not term.light]
    return sum(c < least for c in said) / len(said) if said else 0.0


def _state_also(
    question: Question,
    chosen: Sequence[Ranked],
    ranked: Sequence[Ranked],
    statements: list[Statement],
    cited: CitationList,
) -> tuple[str, ...]:
    """Answer what is asked for besides, adding to ``statements``; returns the names of what no clause says."""
    unsaid: list[str] = []
    for intent in question.interpretation.also:
        if intent.startswith("responsibility") and any(s.lead or s.support or s.shared for s in statements):
            role = "support" if intent == "responsibility_support" else "lead"
            if not any(getattr(s, role) or s.shared for s in statements):
                unsaid.append(say(question.language, *_PARTS[intent]))
            continue
        if intent == "deadline" and any(TIME_WORDS.search(fold(statement.text)) for statement in statements):
            continue
        floor = max(0.5, 0.8 * chosen[0].features["coverage"])
        others = [one for one in ranked[:NEAR] if one not in chosen and one.features["coverage"] >= floor]
        near = [one for one in others if one.clause.document_id == chosen[0].clause.document_id]
        source = next((one for one in [*chosen, *near] if gives(question, one, intent)), None)
        if source is None:
            unsaid.append(say(question.language, *_PARTS[intent]))
            continue
        for statement in state(question, source, intent, cited)[0]:
            if statement.lead or statement.support or statement.shared or not _says(statements, statement):
                statements.append(statement)
    return tuple(unsaid)


def _says(statements: Sequence[Statement], new: Statement) -> bool:
    """Whether what a statement quotes has been quoted already."""
    words = new.text.strip("。.”").rpartition("“" if "“" in new.text and new.text.startswith("In ") else ":")[2]
    return any(words in statement.text for statement in statements)


def _answering(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The clauses to answer from: the best one, and as good ones of other places where several may be meant."""
    if not ranked:
        return []
    best = ranked[0]
    if len(of_periods := _of_periods(question, ranked)) > 1:
        return of_periods
    if len(question.regions) == 1 or (not question.regions and question.interpretation.intent in _ONE_PLACE):
        return _with_items(question, best)
    chosen = [best]
    floor = (
        max(0.5, 0.65 * best.features["coverage"]) if question.regions else max(0.8, best.features["coverage"] - 0.05)
    )
    for one in ranked[1:]:
        if len(chosen) == _MOST_PLACES or any(one.metadata.region == c.metadata.region for c in chosen):
            continue
        if one.features["coverage"] >= floor and one.features["intent"] >= best.features["intent"] - 0.5:
            chosen.append(one)
    return chosen


def _of_periods(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The best clause for each of several periods that are asked for at once, of the plan that is for it."""
    asked = question.interpretation
    if not asked.several or len(asked.periods) < 2:
        return []
    floor = max(0.5, 0.65 * ranked[0].features["coverage"])
    by_period: dict[int, list[Ranked]] = {}
    for one in ranked:
        period = nearest_period(title_years(one.metadata), asked.periods)
        enough = one.features["coverage"] >= floor and one.features["intent"] >= ranked[0].features["intent"] - 0.5
        if period is not None and enough:
            by_period.setdefault(period, []).append(one)
    told = [by_period[period] for period in sorted(by_period)]
    if asked.intent == "numeric_target":
        told = [of_it for near in told if (of_it := [*with_number(question, near)])]
    return [near[0] for near in told]


def _periods_without(question: Question, chosen: Sequence[Ranked]) -> tuple[str, ...]:
    """The periods asked for at once that neither the plans are for nor their clauses name; none without years."""
    asked = question.interpretation
    of_plans = [title_years(one.metadata) for one in chosen]
    if not asked.several or len(asked.periods) < 2 or len(question.regions) > 1 or not all(of_plans):
        return ()
    told = frozenset[int]().union(*of_plans, *(one.read.years for one in chosen))
    spans = ((min(period), max(period)) for period in asked.periods if not period & told)
    names = (str(first) if first == last else f"{first}—{last}" for first, last in spans)
    return tuple(say(question.language, f"{name}年", name) for name in names)


def _with_items(question: Question, best: Ranked) -> list[Ranked]:
    """The clause, or the items that it announces with a colon and leaves to the units after it.

    What an item of an article is punished with stands in the line above it.
    """
    if question.interpretation.detail == "penalty" and (above := line_above(best.clause, question.store)):
        return [replace(best, read=replace(best.read, clause=above)), best]
    if section := _section_of(question, best):
        return section
    clause, intent = _announcing(question, best), question.interpretation.intent
    if intent in _ONE_PLACE and clause is best.clause and (above := _line_of(question, best)):
        whole = intent == "definition" or _ALL_OF_IT.search(fold(question.interpretation.standalone_question))
        if not whole:
            return [replace(best, read=replace(best.read, clause=above)), best]
        clause = above
    if intent not in _ONE_PLACE or not _announces(clause):
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
    head = replace(best, read=replace(best.read, clause=clause))
    return [*items, head] if items else [best]


def _line_of(question: Question, best: Ranked) -> Clause | None:
    """The line above an item, where that is a sentence which the item ends: 红十字标志不得用于:(一)商标."""
    above = question.store.clause(best.clause.id.rpartition("/")[0])
    if above is None or not _ITEM.match(best.clause.text) or not _announces(above):
        return None
    return above if len(above.text) > _SHORT_LINE else None


def _section_of(question: Question, best: Ranked) -> list[Ranked]:
    """The units under the heading of the section that is asked for; none where that is the clause's own.

    A unit that has units of its own is named by its heading.
    """
    depth = section_depth(best, question.interpretation)
    if not depth:
        return []
    units, above = question.store.clauses_of(best.clause.document_id), best.clause.path[:depth]
    below = [unit for unit in units if len(unit.path) == depth + 1 and unit.path[:depth] == above]
    # What serves the aims is none of them.
    serving = (n for n, unit in enumerate(below) if n and _SERVES.match(folded_text(unit.text)))
    below = below[: next(serving, len(below))]
    most = _MOST_NAMED if any(unit.kind == "heading" for unit in below) else _MOST_BESIDE
    return [replace(best, read=replace(best.read, clause=unit)) for unit in below[:most]]


def _announcing(question: Question, best: Ranked) -> Clause:
    """The unit above an item, or before it and its like, where that announces the list which is asked for.

    Returns:
        The item itself where it has more of the topic, or no list is asked for.
    """
    clause = best.clause
    if question.interpretation.intent != "list" or len(clause.path) < 2:
        return clause
    own = best.evidence.coverage if best.evidence else 0.0
    above = question.store.clause(clause.id.rpartition("/")[0])
    least = own + _MORE_THAN_ITEM
    if (above is None or not _announces(above)) and _ITEM.match(clause.text):
        units = question.store.clauses_of(clause.document_id)
        at = next(i for i, unit in enumerate(units) if unit.id == clause.id)
        beside = (u for u in reversed(units[:at]) if u.path[:-1] != clause.path[:-1] or not _ITEM.match(u.text))
        above, least = next(beside, None), own
    if above is None or not _announces(above):
        return clause
    held = coverage_of(folded_text(above.text), question.interpretation.topic, question.weights)
    return above if held >= least else clause


def _announces(clause: Clause) -> bool:
    return folded_text(clause.text).rstrip().endswith(":")


def _over_places(question: Question, ranked: Sequence[Ranked]) -> Draft:
    """One statement for each document that deals with the topic, and the places that have nothing on it."""
    best: dict[str, Ranked] = {}
    # What a clause says of a thing by its very name is on the topic, in whatever words it is put.
    named = any(term.quoted for term in question.interpretation.topic)
    floor = _NAMED if named else _coverage_floor(ranked)
    for one in ranked:
        enough = one.features["coverage"] >= floor and _has_required(question, one)
        if enough and one.clause.document_id not in best and len(best) < _MOST_PLACES:
            best[one.clause.document_id] = one
    cited = CitationList()
    statements: list[Statement] = []
    for one in best.values():
        asked, evidence = question.interpretation, None
        if asked.intent == "compare":
            evidence = best_numbers(one.clause, asked.topic, question.weights, unit=asked.unit, counted=asked.counted)
        if evidence is None or evidence.coverage < 0.5:
            evidence = best_sentences(one.clause, asked.topic, question.weights, most=2)
        statements.append(state_quoted(question, one, evidence, cited))
    missing = _places_without(question, [one.metadata for one in best.values()])
    reason = "no_supporting_clause" if missing and question.regions and statements else None
    return Draft(tuple(statements), cited.items(), reason, missing)


_NAMED = 0.5
"""Share of the topic that is enough where a clause has the names that are quoted."""


def _coverage_floor(ranked: Sequence[Ranked]) -> float:
    top = max((one.features["coverage"] for one in ranked), default=0.0)
    return max(0.5, 0.8 * top)


def _has_required(question: Question, one: Ranked, least: float = 0.75) -> bool:
    """Whether a clause has every term that the question quotes, each at least so far."""
    return all(covers(term, one.read.whole) >= least for term in question.interpretation.topic if term.quoted)


def related_to(ranked: Sequence[Ranked], citations: Sequence[Citation]) -> tuple[tuple[str, float], ...]:
    """Near clauses that are not cited."""
    cited = {citation.clause_id for citation in citations}
    near = [one for one in ranked if one.clause.id not in cited]
    return tuple((one.clause.id, round(one.score, 4)) for one in near[:_MOST_RELATED])


def answer_text(statements: Sequence[Statement], note: str = "") -> str:
    """The statements in a row, each with the numbers of its citations."""
    lines = [statement.text + "".join(f" [{n}]" for n in statement.citations) for statement in statements]
    return "\n".join([*lines, note] if note else lines)
