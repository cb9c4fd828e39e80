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
_IN_CHARGE = re.compile(r"负责|责任|牵头|主管|主办|承担|归口|由[^,。;]{1,20}(?:局|委|厅|部门|政府|机构|单位|办公室)")

# Whoever may do something. Matches: 企业要建立, 县级以上人民政府, 各市县. Does not match: 全省生产许可证管理工作.
_SOMEBODY = re.compile(
    r"[局委厅部署院社团会所站队]|办(?:公室|[,。;、])|中心|部门|政府|机构|机关|单位|组织|企业|公司|学校|[人者方员民户]|"
    r"各[级地省市州盟县区旗镇乡村]|[省市州盟县区旗镇乡村](?:要|应|须|可|负责)"
)
# Who leads or is in charge, asked for.
# Matches: 由哪个部门牵头, 谁主管, who is responsible. Does not match: 谁可以参加, 哪个部门可以撤销.
_DUTY_ASKED = re.compile(
    r"牵头|主管|负责|主抓|责任|分管|归口|配合|协助|(?:哪|什么)[个些几家一]*(?:部门|单位|机关|厅|局|委(?!员))(?:来)?(?:管|抓|[?。!]|$)|"
    r"\bleads?\b|\bin charge\b|\bresponsib"
)
# Matches: 《中华人民共和国产品质量法》. Does not match: “十一五”.
_CITED_TITLE = re.compile(r"《[^《》]*》")

# The article that says what a text is made for, which says of nobody what they do.
# Matches: 第一条 为了规范养犬行为,根据有关法律,制定本条例。 Does not match: 依照本办法制定方案.
_PURPOSE = re.compile(r"^(?:第一条)?\s*为[^。\n]*(?:制定|制订)本[^。,\n]{1,8}。?\s*$")

_HALF_OF_IT = 0.6  # of the topic that the best clause has at the most where another is named for the whole
_WHOLE = 0.9  # of the topic in the heading of a clause that is named for it

# What comes or goes, asked for. Matches: 新增多少, 提高几个. Does not match: 提高到多少, 达到多少.
_CHANGE_ASKED = re.compile(r"(?:新增|增加|减少)[\u4e00-\u9fff]{0,8}(?:多少|几)|(?:下降|提高|提升|降低)了?(?:多少|几)")
_CHANGE = re.compile(r"[新净]增|增[加长至]|新[建认培]|[添扩减降升]|提高|再")
# What there is to be in all. Matches: 达到50个, 总量稳定在. Does not match: 培育50个.
_LEVEL = re.compile(r"达到?|稳定|保持|总[量数]|累计|共有|拥有|不少于|不低于")
# Whose reward is asked for. Matches: 对高新技术企业奖励多少, 获得驰名商标的企业奖励多少. Does not match: 奖励多少企业.
_GIVEN_TO = re.compile(
    r"(?:对|给予?|获得?|获评|取得)(?P<whom>[^,。?]{2,24}?)的?(?:奖励|奖补|补贴|补助|资助|奖|补)(?:多少|几)"
)
_OF_WHOM = 0.6  # coverage of their name in a sentence that sets a sum for them
_SHARED = 12  # characters before a stretch in which the verb may stand that it shares with others

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
        told = evidence.coverage > _BESIDE_NUMBER and not _of_other_years(question, one, evidence)
        told = told and not _is_level(question, one, evidence) and not _given_to_others(question, one, evidence)
        if is_row(one.clause) or told:
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


def _is_level(question: Question, one: Ranked, evidence: Evidence) -> bool:
    """Whether numbers say how much there is to be in all, where what comes or goes is asked for."""
    if not _CHANGE_ASKED.search(fold(question.interpretation.standalone_question)):
        return False
    text = folded_text(one.clause.text)
    said = [text[max(0, start - _SHARED) : end] for start, end in evidence.ranges]
    return all(_LEVEL.search(words) and not _CHANGE.search(words) for words in said)


def _given_to_others(question: Question, one: Ranked, evidence: Evidence) -> bool:
    """Whether sums are for others than those whose reward is asked for (对高新技术企业奖励多少)."""
    given = _GIVEN_TO.search(fold(question.interpretation.standalone_question))
    whom = [t for t in question.interpretation.topic if given and not t.light and t.surface in given["whom"]]
    text = folded_text(one.clause.text)
    said = [text[max(text.rfind(mark, 0, start) for mark in "。;\n") + 1 : end] for start, end in evidence.ranges]
    return any(all(covers(term, words) < _OF_WHOM for words in said) for term in whom)


def giving(question: Question, ranked: Sequence[Ranked], intent: str) -> Sequence[Ranked]:
    """The candidates from the first on that gives what is asked for; none where the near ones do not."""
    floor = 0.8 * _with_title(question, ranked[0])
    for place, one in enumerate(ranked[:NEAR]):
        if (not place or _with_title(question, one) >= floor) and gives(question, one, intent):
            return _with_first(ranked, place)
    return ()


def _with_title(question: Question, one: Ranked) -> float:
    """How far a clause covers the topic; what its text's title says it need not repeat."""
    title = fold(one.metadata.title or "")
    terms = zip(question.interpretation.topic, question.weights, one.coverage, strict=True)
    return sum(weight * max(own, covers(term, title)) for term, weight, own in terms)


def defining(question: Question, ranked: Sequence[Ranked]) -> Sequence[Ranked]:
    """The candidates from the first on that says outright what a word means: 所称二次供水,是指…."""
    names = [re.escape(w) for term in question.interpretation.topic if not term.light for w in term.alternatives[:3]]
    behind = r"[\u4e00-\u9fff]{0,3}[”\"》]?,?(?:是指|系指|指的是)"
    outright = re.compile(f"(?:{'|'.join(names)}){behind}") if names else None
    floor = 0.5 * ranked[0].features["coverage"]
    for place, one in enumerate(ranked[:NEAR]):
        if outright and one.features["coverage"] >= floor and outright.search(one.read.whole):
            return _with_first(ranked, place)
    return ranked


def with_body(question: Question, ranked: Sequence[Ranked]) -> Sequence[Ranked]:
    """The candidates from the first on that says who is in charge, where the best says nothing of the kind.

    None where the best names nobody at all who might be, or where nobody is said to be in charge and that is asked.
    """
    best = _named_for(ranked)
    if best.clause.responsibilities or _says_who(question, best):
        return [best, *(one for one in ranked if one is not best)]
    floor = 0.6 * best.features["coverage"]
    for place, one in enumerate(ranked[1:NEAR] if best is ranked[0] else (), 1):
        if one.features["coverage"] >= floor and (one.clause.responsibilities or _says_who(question, one)):
            return _with_first(ranked, place)
    text = folded_text(best.clause.text)
    if _DUTY_ASKED.search(fold(question.interpretation.standalone_question)) or _PURPOSE.search(text):
        return ()
    said = best_sentences(best.clause, question.interpretation.topic, question.weights).ranges
    return ranked if any(_SOMEBODY.search(_CITED_TITLE.sub("", text[slice(*span)])) for span in said) else ()


def _named_for(ranked: Sequence[Ranked]) -> Ranked:
    """The best candidate, or the near one whose heading is the very thing asked about where the best has half of it.

    Its duties are another's: what the clause asked about leaves open, its neighbour does not say.
    """
    best = ranked[0]
    least = best.features["coverage"] / _HALF_OF_IT
    named = (one for one in ranked[1:NEAR] if min(one.features["heading"], one.features["coverage"]) >= _WHOLE)
    return next((one for one in named if one.features["coverage"] >= least), best)


def _says_who(question: Question, one: Ranked) -> bool:
    """Whether the words of a clause that would answer say who is in charge, or who does what is asked about."""
    asked, text = question.interpretation, folded_text(one.clause.text)
    said = best_sentences(one.clause, asked.topic, question.weights).ranges
    act = asked.act
    done = act is not None and any(_SOMEBODY.search(text, *span) and covers(act, text[slice(*span)]) for span in said)
    return done or any(_IN_CHARGE.search(_CITED_TITLE.sub("", text[slice(*span)])) for span in said)
