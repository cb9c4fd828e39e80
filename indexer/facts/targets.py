"""How much, of what, by when: the numbers that a clause sets as aims."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter

from corpus.folding import fold
from corpus.model import Document, Span, Target
from indexer.facts.aims import MAY_AIM
from indexer.facts.deadlines import Deadline, find_deadlines
from indexer.facts.indicators import read_indicators
from indexer.facts.quantities import find_quantities
from indexer.facts.scopes import Terms, title_term
from indexer.facts.tables import headers_of
from indexer.facts.target_reader import TargetReader
from indexer.facts.units import Unit

# Matches: “三个代表”. Does not match: 三个代表
_QUOTED = re.compile(r"[“‘《][^“”‘’《》]{1,200}[”’》]")
# Matches: 《质量发展纲要》. Does not match: 质量发展纲要
_TITLE = re.compile(r"《[^《》]{1,200}》")
# What an article that aims has. Matches: 到2025年达到百分之九十. Does not match: 不得超过三人
_AIMS_IN_ARTICLE = re.compile(r"达到|提高到|降低到|新增|建成|完成|实现|年底|年内|年前|月前")
# Headings of what has been done. Matches: 第一节 主要成效. Does not match: 一、聚焦创造,夯实发展基础
_LOOKS_BACK = re.compile(
    r"^(?!.*[,，夯筑牢固奠强升进握])[^。]{0,24}(?:(?:主要|工作|建设|发展|取得的?|显著|阶段性)(?:成效|成就|成绩|进展)$|(?:开展|进展|完成|落实|执行)情况$|(?:发展|工作|基本)现状$|工作回顾$|发展基础$)"
)
_LAST_OF_BACK = frozenset("效就绩績展况況状狀顾顧础礎")  # how such a heading ends, in either script
# Titles of texts whose articles aim, as a plan does. Matches: 优化营商环境若干措施(试行). Does not match: 管理办法
_MEASURES = re.compile(r"(?:措施|方案|计划|意见|政策|要点|规划)\s*(?:\([^()]*\))?$")
_LONGEST_LABEL = 40


def extract_targets(document: Document, units: Sequence[Unit]) -> list[tuple[Target, ...]]:
    """The numbers that each clause sets as aims.

    Args:
        document: The document that the clauses belong to.
        units: Its clauses in document order.

    Returns:
        One tuple for each clause, aligned with ``units``. A deadline is the clause's own where one stands
        before the number (or behind it in its sentence), else that of the nearest heading, else that of the
        document: a term over a list (到2020年底,…) or the year of a plan's title.
    """
    issued = document.metadata.issued_on
    year = issued.year if issued else None
    of_title = title_term(units)
    if year is None and of_title is not None:
        year = int(of_title.value[:4])
    titles = [unit.folded for unit in units if unit.clause.kind == "title"]
    measures = bool(titles) and bool(_MEASURES.search(titles[-1]))
    norms = not measures and any(_is_in_article(unit.clause.path) for unit in units)
    terms = Terms(of_title)
    facts: list[tuple[Target, ...]] = []
    headers = headers_of(units)
    for unit in units:
        clause, folded = unit.clause, unit.folded
        header = headers.get(clause.path[:-1]) if headers else None
        if header and not _looks_back(clause.labels) and (of_row := read_indicators(unit, header, terms)):
            facts.append(of_row)
            continue
        number = clause.path[-1]
        behind_number = len(number) if number.startswith("第") and folded.startswith(number) else 0
        if (
            clause.kind in ("title", "front_matter")
            or not MAY_AIM.search(folded, behind_number)
            or _looks_back(clause.labels)
        ):
            facts.append(())
            continue
        in_article = norms and _is_in_article(clause.path)
        if in_article and not _AIMS_IN_ARTICLE.search(folded):
            facts.append(())
            continue
        deadlines = _outside_titles(folded, find_deadlines(folded, year=year))
        start = unit.body_start() if norms else unit.words_start()
        facts.append(_read_unit(unit, start, deadlines, terms, in_article=in_article))
        terms.enter(unit, deadlines)
    return facts


def _looks_back(labels: Sequence[str]) -> bool:
    """Whether one of the headings announces what has been done."""
    for label in labels:
        if label[-1:] in _LAST_OF_BACK and len(label) <= _LONGEST_LABEL and _LOOKS_BACK.search(fold(label)):
            return True
    return False


def _is_in_article(path: tuple[str, ...]) -> bool:
    return "条" in "".join(path) and any(element.startswith("第") and "条" in element[2:] for element in path)


def _read_unit(
    unit: Unit, start: int, deadlines: Sequence[Deadline], terms: Terms, *, in_article: bool
) -> tuple[Target, ...]:
    folded = unit.folded
    quantities = find_quantities(folded)
    if not quantities and not deadlines:
        return ()
    if deadlines:
        spans = [deadline.span for deadline in deadlines]
        quantities = [q for q in quantities if not _inside(q.span, spans)]
    if not quantities and not any(d.binding for d in deadlines):
        return ()
    masked = _mask_quotations(folded)
    reader = TargetReader(unit, masked, start, deadlines, terms, in_article=in_article)
    facts = reader.read([q for q in quantities if q.span[0] >= start and masked[q.span[0]] != "\x00"])
    facts += reader.read_terms(facts)
    if len(facts) > 1:
        facts.sort(key=lambda t: t.span)
    return tuple(facts)


def _outside_titles(folded: str, deadlines: Sequence[Deadline]) -> Sequence[Deadline]:
    """Those that are no part of a cited title."""
    if not deadlines or "《" not in folded:
        return deadlines
    titles = [m.span() for m in _TITLE.finditer(folded)]
    return [d for d in deadlines if not _inside((d.span[0], d.span[0] + 1), titles)]


def _inside(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span shares a character with one of others, which are in order and disjoint."""
    before = bisect_left(others, span[1], key=itemgetter(0))
    return before > 0 and others[before - 1][1] > span[0]


def _mask_quotations(folded: str) -> str:
    """The text with quoted names and titles blanked, so that “三个代表” counts nothing."""
    if "“" not in folded and "《" not in folded and "‘" not in folded:
        return folded
    return _QUOTED.sub(lambda m: "\x00" * len(m.group()), folded)
