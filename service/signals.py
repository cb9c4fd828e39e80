"""What retrieval saw of a question, as numbers that a refusal is decided by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.folding import fold
from indexer.tokenizer import part_of_speech
from service.choosing import NEAR
from service.citing import Question
from service.definitions import defining_words
from service.evidence import folded_text
from service.intents import DUTY_INTENTS
from service.penalties import PENAL
from service.ranking import Ranked
from service.topic import Term, covers
from service.understanding import Interpretation

# What a clause must hold to say how to reach somebody. Matches: 12315. Does not match: 2014年.
_CONTACT = re.compile(r"\d{5,}|@|https?:|\d号楼|路\d+号")
# Who holds an office, by another office. Matches: 主任由分管负责同志兼任. Does not match: 主任医师.
_OFFICE = re.compile(r"兼任|担任|任(?:组长|主任|召集人|总指挥)|为召集人|(?:主任|组长|召集人|总指挥)由")
# Names of firms. Matches: 华能集团, 酒泉钢铁公司. Does not match: 大中型企业.
_FIRM = re.compile(r"公司|集团(?!化)|有限|[\u4e00-\u9fff]{2}厂(?![房区家])")


_NAMED_DETAILS = ("person", "firm", "contact")  # details that are a name or a number
_LOW = 1 / 3
_HELD, _WEIGHTY = 0.6, 0.35  # coverage of a word that is there, and weight of one that tells
_TELLING = 0.25  # weight of a noun that a matter is not without
# Measures or policies on a matter, asked for.
# Matches: 电信诈骗的措施, 有哪些税收优惠, policy on mining. Does not match: 新的优惠由谁定, 制定什么规定.
_MEASURES = re.compile(
    r"(?:措施|举措|政策|规划|优惠|补贴|补助|布局|做法)(?:标准)?[?。!]*$|(?:哪些|什么)[\u4e00-\u9fff]{0,4}(?:措施|举措|政策|优惠|补贴|补助)(?:[?。,!]|$)|"
    r"(?:措施|举措|政策|优惠|补贴|补助)(?:有|是)(?:哪些|什么)|防治怎么|怎么(?:防治|整治|治理)|"
    r"\b(?:polic(?:y|ies)|subsid(?:y|ies)|incentives?) (?:on|for|to)\b|"
    r"\b(?:polic(?:y|ies)|subsid(?:y|ies)|incentives?)\b[^?]* (?:give|have|offer|provide)\b"
)
# What somebody gets or hands in. Matches: 奖励, 补贴, 材料. Does not match: 质量奖, 新材料.
_BENEFIT = re.compile(r"奖励|奖金|奖补|补贴|补助|资助|优惠|税收优惠|待遇|材料|资料")
_COMMON = 1.25  # by how much a word that no text has weighs more than a common one
_WHOLE = 0.95  # coverage of a word that stands whole
# A body that is asked about by its name. Matches: 药监局, 交通运输厅. Does not match: 格局, 大厅.
_BODY = re.compile(r"[\u4e00-\u9fff]{2}(?<!格)(?<!结)(?<!布)[局厅]$")
# Parts of a plan that no other words stand for. Matches: 指导思想, 基本原则. Does not match: 主要措施.
_CALLED_BY_NAME = re.compile(r"(?:思想|原则|方针|意义)$")


def _has_detail(one: Ranked, interpretation: Interpretation) -> bool:
    detail, whole = interpretation.detail, one.read.whole
    if detail == "firm":
        return bool(_FIRM.search(whole))
    if detail == "person":
        # Policy texts name offices and not the people who hold them, so that an office is answer enough.
        return bool(_OFFICE.search(whole))
    if detail == "penalty":
        return bool(PENAL.search(whole))
    return detail == "contact" and bool(_CONTACT.search(whole))


def _lacks_detail(ranked: Sequence[Ranked], interpretation: Interpretation) -> bool:
    """Whether what is asked for needs something that the best clause does not have; a meaning, any of the near ones."""
    best, act = ranked[0], interpretation.act
    if act is not None and not act.light and covers(act, best.read.whole) < _LOW:
        return True
    if interpretation.detail == "meaning":
        defines = defining_words(interpretation.topic)
        return defines is not None and not any(defines.search(one.read.whole) for one in ranked[:NEAR])
    return interpretation.detail is not None and not _has_detail(best, interpretation)


def _counted_here(one: Ranked, interpretation: Interpretation) -> Sequence[Term]:
    """What a clause has to name of the thing that is counted: 租赁住房押金 is 押金 alone in a text on 住房保障.

    Where a clause says of which kind the thing is, that has to be the kind asked for, whatever the text is on.
    """
    asked, title = interpretation.asked, fold(one.metadata.title or "")
    if asked is None or not title:
        return interpretation.counted
    text = folded_text(one.clause.text)
    starts = [at for word in asked.alternatives for at in _places_of(word, text)]
    if not starts or any(at and (text[at - 1].isalnum() or text[at - 1] == "的") for at in starts):
        return interpretation.counted
    return [term for term in interpretation.counted if term is asked or covers(term, title) < _WHOLE]


def _unheard_kinds(
    best: Ranked, interpretation: Interpretation, weights: Sequence[float], knows: Sequence[bool]
) -> list[Term]:
    """The nouns that no text has and that say of which kind the common thing is which the clause has.

    高铁 of 高铁工程, 冬虫夏草 of 冬虫夏草的地理标志: what is said of other works or products is no answer. A thing
    that hardly any clause names is found by its own name, whatever stands before it (景点的栈道).
    """
    folded = fold(interpretation.standalone_question)
    seen = [*zip(interpretation.topic, weights, best.coverage, knows, strict=True)]
    held = [(term, weight) for term, weight, c, _ in seen if c >= _HELD and not term.light]
    return [
        term
        for term, weight, c, known in seen
        if not known and c < _LOW and weight >= _WEIGHTY and (part_of_speech(term.surface) or "").startswith("n")
        if any(
            weight >= _COMMON * of and re.search(f"{re.escape(term.surface)}的?{re.escape(other.surface)}", folded)
            for other, of in held
        )
    ]


def _unheard_matters(ranked: Sequence[Ranked], interpretation: Interpretation, weights: Sequence[float]) -> list[Term]:
    """The nouns of the matter that measures or policies are asked for, as far as no clause that was found has them.

    打击电信诈骗的措施: what is said of 电信 is no answer. Other questions say in words of their own what a clause does.
    What somebody gets (有什么奖励) or hands in (交什么材料) the best clause itself has to say.
    """
    given = [
        term
        for term, c in zip(interpretation.topic, ranked[0].coverage, strict=True)
        if _BENEFIT.fullmatch(term.surface) and c < _LOW
    ]
    if not _MEASURES.search(fold(interpretation.standalone_question)):
        return given if interpretation.intent in ("fact", "list") else []
    return given + [
        term
        for n, (term, weight) in enumerate(zip(interpretation.topic, weights, strict=True))
        if not term.light and weight >= _TELLING and (part_of_speech(term.surface) or "n").startswith(("n", "vn"))
        if ranked[0].coverage[n] < _LOW and all(one.coverage[n] < _HELD for one in ranked)
        # A name in Latin letters may be that of a place which the text prints in Chinese.
        if not (term.surface.isascii() and term.surface.title() in interpretation.question)
    ]


def _places_of(word: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(word), text)]


def _answering_text(one: Ranked) -> str:
    """The folded words that would answer, with the unit's own heading."""
    text = folded_text(one.clause.text)
    ranges = one.evidence.ranges if one.evidence else ()
    return "\n".join([one.read.head, *(text[start:end] for start, end in ranges)])


def find_signals(
    question: Question,
    ranked: Sequence[Ranked],
    elsewhere: Sequence[Ranked],
    *,
    lexical_share: float,
    knows: Sequence[bool],
    field: tuple[float, float],
) -> dict[str, float]:
    """Signals about the best clause.

    Args:
        question: The question.
        ranked: Candidates, best first; at least one.
        elsewhere: Candidates of regions that were not asked for.
        lexical_share: How much of the topic the index's words know, 0 to 1.
        knows: For each term whether the index holds it at all.
        field: Mean and spread of the question's cosines over the whole index.

    Returns:
        ``coverage``: of the topic by the clause; ``focus``: by the words that answer; ``cosine``: the best one's, in
        spreads above the mean; ``known``: ``lexical_share``; ``elsewhere``: by how much other regions cover the topic
        better; ``suits``: whether the clause states the kind of thing asked for, the holder of an
        office or a number to call among them; ``result``: whether a result is asked
        for; ``unit``: whether the unit asked for is missing; ``asked``: how far the thing whose number is asked for,
        its kind, or a body that is asked about is missing in the clause; ``asked_here``: the same beside the number;
        ``low``: how far coverage is below a third; ``detail``: whether something is asked for
        (``Interpretation.detail``, ``act``) that is not there; ``year``: -1 where the years disagree; ``quoted``: how
        many quoted words are missing; ``missing_…``: weight of the terms that the clause lacks, by whether the index
        holds them, and of the weightiest; ``english`` and ``empty``: the question's language, and whether it has no
        topic at all.
    """
    best = ranked[0]
    interpretation = question.interpretation
    topic, weights = interpretation.topic, question.weights
    middle, spread = field
    needed = [*_counted_here(best, interpretation), *_unheard_kinds(best, interpretation, weights, knows)]
    needed += _unheard_matters(ranked, interpretation, weights)
    section = interpretation.section
    if interpretation.intent not in DUTY_INTENTS:  # 由税务局牵头吗 is answered by naming who does
        needed += [term for term in topic if _BODY.search(term.surface) and covers(term, best.read.whole) < _LOW]
    lacking = max((1.0 - covers(term, best.read.whole) for term in needed), default=0.0)
    held = best.coverage
    called = section if section is not None and _CALLED_BY_NAME.search(section.surface) else None
    if called and not best.features.get("section") and not any(w in best.read.whole for w in called.alternatives):
        # 基本 and 原则, each for itself, are not 基本原则.
        held, lacking = tuple(c * (t is not called) for t, c in zip(topic, held, strict=True)), 1.0
    lacks = _lacks_detail(ranked, interpretation)
    missing = [(w, k) for w, c, k in zip(weights, held, knows, strict=True) if c < 0.3]
    return {
        "coverage": sum(w * c for w, c in zip(weights, held, strict=True)),
        "focus": best.features["focus"],
        "cosine": (max(one.cosine for one in ranked) - middle) / spread if spread > 1e-9 else 0.0,
        "known": lexical_share,
        "elsewhere": max(
            0.0, max((o.features["coverage"] for o in elsewhere), default=0.0) - best.features["coverage"]
        ),
        # An office, however well its name is covered, is not the person who holds it, nor a hotline its number.
        "suits": 0.0 if lacks and interpretation.detail in _NAMED_DETAILS else best.features["suits"],
        "result": float(interpretation.asks_result),
        "unit": float(interpretation.unit is not None and not best.features["suits"]),
        "asked": lacking,
        "asked_here": max(
            lacking, 1.0 - covers(interpretation.asked, _answering_text(best)) if interpretation.asked else 0.0
        ),
        "low": max(0.0, _LOW - best.features["coverage"]) / _LOW,
        "detail": float(lacks),
        "year": min(0.0, best.features["year"]),
        "quoted": sum(1.0 - covers(term, best.read.whole) for term in topic if term.quoted),
        "missing_known": sum(w for w, k in missing if k),
        "missing_unknown": sum(w for w, k in missing if not k),
        "missing_most": max((w for w, _ in missing), default=0.0),
        "english": float(interpretation.language == "en"),
        "empty": float(not any(weights)),
    }
