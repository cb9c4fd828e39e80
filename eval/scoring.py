"""One answer against its gold: what is right about it, figure by figure.

Conventions: an answer counts for Success@1 when its first citation is a gold clause, for Recall@5 when a gold
clause is among the first five of citations followed by related clauses. ``not_found`` is a refusal, ``partial`` is
none. Text is compared folded: script, width, punctuation and white space aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.folding import fold, fold_for_comparison
from corpus.regions import covers, resolve
from eval.answers import CitedClause, GivenAnswer, StatedSentence
from eval.datasets import GoldClause, Question

ROLES = ("lead", "support", "shared")
# A number with the unit behind it: matches 11740张, 0.42起/万台, 90%; in 国办发〔2014〕18号 the year has no unit.
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(%|个百分点|[万亿]?[一-鿿](?:/[一-鿿]{1,2})?)?")
# Matches 2014, 0.42 and the English 11,740; not the mark [1] of a citation, which is taken out before.
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_CITATION_MARK = re.compile(r"\[\d+\]")
# Matches each word of "In Shandong, …"; not the letters of QC小组 or GDP alone.
_ENGLISH_WORD = re.compile(r"\b[A-Za-z]{2,}\b")
_HAN = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class QuestionScores:
    """The figures of one question; a figure that its type does not have is absent from ``values``.

    Attributes:
        values: Figure name -> value in [0, 1]; a mean over questions is a rate.
        unsupported: Statements that no citation carries, in words.
    """

    question: Question
    answer: GivenAnswer
    values: Mapping[str, float]
    unsupported: tuple[str, ...] = ()


def cites(citation: CitedClause, gold: GoldClause) -> bool:
    """Whether a citation is this gold clause; a citation of metadata must give the same field."""
    if citation.clause_id != gold.clause_id:
        return False
    return not gold.is_metadata or citation.field == gold.field


def score_answer(question: Question, answer: GivenAnswer) -> QuestionScores:
    """Every figure that the question's type has."""
    values: dict[str, float] = {"refusal_right": float(answer.refused != question.answerable)}
    unsupported = tuple(
        statement.text for statement in answer.statements if not _supported(statement, question, answer)
    )
    if answer.statements:
        values["unsupported_statements"] = len(unsupported) / len(answer.statements)
    wrong_region = _wrong_region(question, answer)
    if wrong_region is not None:
        values["wrong_region"] = float(wrong_region)
    values["language"] = float(_speaks(question.lang, answer))
    if not question.answerable:
        return QuestionScores(question, answer, values, unsupported)
    values["success@1"] = float(bool(answer.citations) and _is_any(answer.citations[0], question.gold))
    values["recall@5"] = float(_recalled(question, answer, 5))
    cited = answer.citations
    related = (*question.gold, *question.acceptable, *question.rule)
    if cited:
        values["citation_precision"] = sum(_is_any(citation, related) for citation in cited) / len(cited)
    values["citation_recall"] = sum(any(cites(c, gold) for c in cited) for gold in question.gold) / len(question.gold)
    if question.answer:
        values["answer_string"] = float(_contains_answer(question, answer))
    values |= _body_scores(question, answer)
    if question.type == "numeric_target":
        values["value_and_unit"] = float(_states_quantities(question, answer))
    return QuestionScores(question, answer, values, unsupported)


def _is_any(citation: CitedClause, golds: Iterable[GoldClause]) -> bool:
    return any(cites(citation, gold) for gold in golds)


def _recalled(question: Question, answer: GivenAnswer, k: int) -> bool:
    places: list[tuple[str, str | None]] = [(c.clause_id, c.field) for c in answer.citations]
    places += [(clause_id, None) for clause_id in answer.related]
    first = list(dict.fromkeys(places))[:k]
    return any(
        clause_id == gold.clause_id and (not gold.is_metadata or field == gold.field)
        for clause_id, field in first
        for gold in question.gold
    )


def _contains_answer(question: Question, answer: GivenAnswer) -> bool:
    said = fold_for_comparison(
        "\n".join([*(c.quote for c in answer.citations), *(s.text for s in answer.statements), answer.text])
    )
    if not answer.citations:
        return False
    found = [fold_for_comparison(wanted) in said for wanted in question.answer]
    return all(found) if question.type == "list" else any(found)


def asked_role(question: Question) -> str | None:
    """``lead`` or ``support`` for a question about bodies, else ``None``."""
    if question.type == "responsibility_lead":
        return "lead"
    if question.type == "responsibility_support":
        return "support"
    return next((role for role in ("lead", "support") if getattr(question, role)), None)


def gold_roles(question: Question) -> dict[str, list[str]]:
    """Role -> folded gold strings for a question about bodies; empty for another question.

    Where the file gives no bodies they are read off the answer strings: what is 按职责分工 is shared, what is
    配合 supports, and the rest is what was asked.
    """
    role = asked_role(question)
    if role is None:
        return {}
    given = {r: [fold_for_comparison(body) for body in getattr(question, r)] for r in ROLES}
    if any(given.values()):
        return {r: bodies for r, bodies in given.items() if bodies}
    roles: dict[str, list[str]] = {}
    for text in question.answer:
        folded = fold_for_comparison(text)
        named = "shared" if "职责分工" in folded else "support" if "配合" in folded and "牵头" not in folded else role
        roles.setdefault(named, []).append(folded)
    return roles


def stated_bodies(answer: GivenAnswer, role: str) -> set[str]:
    """The folded bodies of a role, over all statements."""
    return {fold_for_comparison(body) for statement in answer.statements for body in getattr(statement, role)}


def _body_scores(question: Question, answer: GivenAnswer) -> dict[str, float]:
    roles = gold_roles(question)
    if not roles:
        return {}
    asked = asked_role(question)
    # A lead that is asked for and not named by the document is answered by the sharing bodies.
    judged = asked if asked in roles else next(iter(roles))
    stated = stated_bodies(answer, judged)
    if not stated and judged == "lead" and "shared" in roles:
        judged, stated = "shared", stated_bodies(answer, "shared")
    listed = any(getattr(question, role) for role in ROLES)
    wanted = roles[judged]
    within = bool(stated) and all(body in wanted if listed else any(body in text for text in wanted) for body in stated)
    scores = {"bodies": float(within)}
    if asked == "lead":
        scores["lead_body"] = float(within)
    if listed:
        scores["bodies_exact"] = float(all(stated_bodies(answer, role) == set(roles[role]) for role in roles))
    return scores


def quantities(text: str) -> list[tuple[str, str]]:
    """Numbers with their units, folded: ``[("11740", "张")]``; the unit is empty where none follows."""
    return [(number, unit or "") for number, unit in _QUANTITY.findall(fold(text))]


def _states_quantities(question: Question, answer: GivenAnswer) -> bool:
    said = fold("\n".join([*(s.text for s in answer.statements), *_highlighted(answer)]))
    spoken = {number for number, _ in quantities(said)}
    squeezed = fold_for_comparison(said)
    for text in question.answer:
        wanted = [(number, unit) for number, unit in quantities(text) if unit]
        if wanted and all(n in spoken and fold_for_comparison(n + unit) in squeezed for n, unit in wanted):
            return True
    return False


def _highlighted(answer: GivenAnswer) -> list[str]:
    return [piece for citation in answer.citations for piece in citation.highlighted]


def _wrong_region(question: Question, answer: GivenAnswer) -> bool | None:
    if question.region is None:
        return None
    named = resolve(question.region)
    if named is None:
        return None
    for citation in answer.citations:
        region = resolve(citation.region) if citation.region else None
        if region is None or not (covers(named, region) or covers(region, named)):
            return True
    return False


def _speaks(lang: str, answer: GivenAnswer) -> bool:
    """Whether the text is in the language of the question: a script for Chinese, words for English."""
    words, han = len(_ENGLISH_WORD.findall(answer.text)), len(_HAN.findall(answer.text))
    if lang == "en":
        return answer.language == "en" and words >= 4
    expected = "zh-Hant" if lang == "zh-Hant" else "zh-Hans"
    return answer.language == expected and han > words


def _supported(statement: StatedSentence, question: Question, answer: GivenAnswer) -> bool:
    """Whether each body and number of a statement stands in what it cites, or in the document's own record."""
    if not statement.citations or any(not 0 <= place < len(answer.citations) for place in statement.citations):
        return False
    cited = [answer.citations[place] for place in statement.citations]
    carried = fold_for_comparison("\n".join(c.quote for c in cited))
    bodies = [body for role in ROLES for body in getattr(statement, role)]
    if not all(fold_for_comparison(body) in carried for body in bodies):
        return False
    pool = "\n".join([*(c.quote for c in cited), *(c.printed for c in cited), question.question, *question.history])
    return _numbers(_CITATION_MARK.sub("", statement.text)) <= _numbers(pool)


def _numbers(text: str) -> set[str]:
    """The numbers of a text, less leading zeros (of 2014-07-02) and separators of thousands."""
    return {number.replace(",", "").lstrip("0") for number in _NUMBER.findall(fold(text))}
