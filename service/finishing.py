"""Statements and citations -> an answer: its status, what it lacks, and its text."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Region
from service.answering import Answer, Draft, answer_text, related_to
from service.phrasing import region_name, say
from service.ranking import Ranked
from service.understanding import Interpretation


def finish(
    interpretation: Interpretation, draft: Draft, ranked: Sequence[Ranked], sure: float, absent: Sequence[Region]
) -> Answer:
    """The answer that a draft with statements makes.

    Args:
        interpretation: The question.
        draft: At least one statement.
        ranked: The candidates, best first.
        sure: That the answer is right, 0 to 1.
        absent: Regions that are asked for and not held.
    """
    language = interpretation.language
    missing = tuple(dict.fromkeys([*(region_name(region, language) for region in absent), *draft.uncovered]))
    reason = draft.reason or ("region_not_in_corpus" if absent else "no_supporting_clause" if draft.unsaid else None)
    names, parts = (_row(names, language) for names in (missing, draft.unsaid))
    notes = []
    if missing:
        notes.append(say(language, f"没有找到相关条款的地区:{names}。", f"No clause on it was found for: {names}."))
    if draft.unsaid:
        notes.append(say(language, f"条款没有说明:{parts}。", f"The clauses do not say: {parts}."))
    missing += draft.unsaid
    return Answer(
        interpretation=interpretation,
        status="partial" if reason else "answered",
        text=answer_text(draft.statements, "\n".join(notes)),
        statements=draft.statements,
        citations=draft.citations,
        related=related_to(ranked, draft.citations),
        reason=reason,
        uncovered=missing if reason else (),
        confidence=round(sure, 3),
    )


def _row(names: Sequence[str], language: str) -> str:
    return (", " if language == "en" else "、").join(names)
