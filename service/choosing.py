"""Which of the best clauses to answer from: one that holds the kind of thing that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.folding import fold
from service.citing import Question
from service.evidence import Evidence, best_sentences, coverage_of, folded_text, split_sentences
from service.numbers import best_numbers
from service.periods import find_years
from service.ranking import Ranked
from service.statements import gives
from service.table_rows import is_row
from service.topic import covers

# Matches: 法定代表人是第一责任人 / 由市政府组织. Does not match: 移交供水企业管理.
_IN_CHARGE = re.compile(r"负责|责任|牵头|主管|承担|由[^,。;]{1,20}(?:局|委|厅|部门|政府|机构|单位|办公室)")

# Whoever may do something. Matches: 企业要建立, 县级以上人民政府, 各市县. Does not match: 全省生产许可证管理工作.
_SOMEBODY = re.compile(
    r"[局委厅部署院社团会所站队]|办(?:公室|[,。;、])|中心|部门|政府|机构|机关|单位|组织|企业|公司|学校|[人者方员民户]|"
    r"各[级地省市州盟县区旗镇乡村]|[省市州盟县区旗镇乡村](?:要|应|须|可|负责)"
)
# Matches: 《中华人民共和国产品质量法》. Does not match: “十一五”.
_CITED_TITLE = re.compile(r"《[^《》]*》")

NEAR = 6
"""Candidates that are looked at where the best one does not hold what is asked for."""

_BESIDE_NUMBER = 0.1
"""Share of the topic that has to stand with a number."""

_VERY_THING = 0.9
"""Share of what stands with a number that the name of a target has to have."""


def with_number(question: Question, ranked: Sequence[Ranked]) -> Sequence[Ranked]:
    """The candidates from the first on that sets a number of the topic; none where the near ones set none.

    A clause may speak of a matter and count something else. Of those as near, one that sets a target for the very
    thing goes before one that only mentions a number of it.
    """
    interpretation = question.interpretation
    floor = 0.8 * ranked[0].features["coverage"]
    setting: list[tuple[float, bool, Ranked]] = []
    for place, one in enumerate(ranked[:NEAR]):
        if place and one.features["coverage"] < floor:
            continue
        evidence = best_numbers(
            one.clause,
            interpretation.topic,
            question.weights,
            unit=interpretation.unit,
            counted=interpretation.counted,
        )
        if is_row(one.clause) or (evidence.coverage > _BESIDE_NUMBER and not _of_other_years(question, one, evidence)):
            aims = max(
                (coverage_of(fold(t.indicator), interpretation.topic, question.weights) for t in one.clause.targets),
                default=0.0,
            )
            setting.append((evidence.coverage, aims >= _VERY_THING * evidence.coverage, one))
    if not setting:
        return ()
    first, is_aim, best = setting[0]
    aimed = (one for coverage, aim, one in setting if aim and coverage >= first - 0.01)
    chosen = best if is_aim or is_row(best.clause) else next(aimed, best)
    return [chosen, *(one for one in ranked if one is not chosen)]


def _with_first(ranked: Sequence[Ranked], place: int) -> list[Ranked]:
    """The candidates with one of them before all others."""
    return [ranked[place], *ranked[:place], *ranked[place + 1 :]]


def _of_other_years(question: Question, one: Ranked, evidence: Evidence) -> bool:
    """Whether the sentences of a number, or else its heading, name years and none of those that are asked for."""
    if not question.interpretation.years:
        return False
    text = one.clause.text
    sentences = [span for span in split_sentences(text) if any(span[0] <= a < span[1] for a, _ in evidence.ranges)]
    named = find_years("\n".join(text[start:end] for start, end in sentences)) or find_years(
        "\n".join(one.clause.labels[-2:])
    )
    return bool(named) and not named & question.interpretation.years


def giving(question: Question, ranked: Sequence[Ranked], intent: str) -> Sequence[Ranked]:
    """The candidates from the first on that gives what is asked for; none where the near ones do not."""
    floor = 0.8 * ranked[0].features["coverage"]
    for place, one in enumerate(ranked[:NEAR]):
        if (not place or one.features["coverage"] >= floor) and gives(question, one, intent):
            return _with_first(ranked, place)
    return ()


def defining(question: Question, ranked: Sequence[Ranked]) -> Sequence[Ranked]:
    """The candidates from the first on that says outright what a word means: 所称二次供水,是指…."""
    names = [re.escape(w) for term in question.interpretation.topic if not term.light for w in term.alternatives[:3]]
    outright = re.compile(f'(?:{"|".join(names)})[”"》]?,?(?:是指|系指|指的是)') if names else None
    floor = 0.5 * ranked[0].features["coverage"]
    for place, one in enumerate(ranked[:NEAR]):
        if outright and one.features["coverage"] >= floor and outright.search(folded_text(one.clause.text)):
            return _with_first(ranked, place)
    return ranked


def with_body(question: Question, ranked: Sequence[Ranked]) -> Sequence[Ranked]:
    """The candidates from the first on that says who is in charge, where the best says nothing of the kind.

    None where the best names nobody at all who might be.
    """
    best = ranked[0]
    said = best_sentences(best.clause, question.interpretation.topic, question.weights).ranges
    text, act = folded_text(best.clause.text), question.interpretation.act
    done = act is not None and any(_SOMEBODY.search(text, *span) and covers(act, text[slice(*span)]) for span in said)
    if best.clause.responsibilities or done or any(_IN_CHARGE.search(text, *span) for span in said):
        return ranked
    floor = 0.6 * best.features["coverage"]
    for place, one in enumerate(ranked[1:NEAR], 1):
        if one.clause.responsibilities and one.features["coverage"] >= floor:
            return _with_first(ranked, place)
    return ranked if any(_SOMEBODY.search(_CITED_TITLE.sub("", text[slice(*span)])) for span in said) else ()
