"""What happens to those who break a rule: rules stand in articles of their own, to which those that punish refer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.folding import fold
from corpus.model import Clause
from indexer.store import Store
from service.citing import Question
from service.evidence import Evidence, coverage_of, folded_text, split_sentences
from service.ranking import Ranked, add_focus
from service.topic import Term, covers

# What happens to those who break a rule.
# Matches: 处以罚款, 追究责任, 不得参加评奖, 依法查处。. Does not match: 不得低于, 负责查处违法行为.
PENAL = re.compile(
    r"罚|处分|惩[处戒治]|追究|问责|查处(?![\u4e00-\u9fff])|吊销|撤销|取消|责令|曝光|通报批评|黑名单|不得(?:参加|申报|评|授|享|从事)|清退|停[产业]"
)
# The number of an article. Matches: 第五条, 第十条之一. Does not match: 第五章.
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条(?:之[一二三四五六七八九十]+)?")
# The item of a list. Matches: (三), 2. Does not match: ¶2, 第五条.
_ITEM = re.compile(r"\(|\d")
# A sentence that says more of what the one before it punishes. Matches: 情节严重的,吊销. Does not match: 运营企业违反.
_GOES_ON = re.compile(r"情节|逾期|拒不|有违法所得|没有违法所得|构成犯罪|构成违反|造成|并处|尚不构成|对直接负责")

_NEAR = 12
"""Candidates among which the penalty is looked for."""

_AS_MUCH = 0.8
"""Share of what the best clause has of the conduct that a penalty has to have which does not refer to it."""

_CLEARLY = 0.15
"""By what share of the conduct that any candidate has a later one has to have more: all of them speak of 处罚."""


def is_penal(clause: Clause, store: Store) -> bool:
    """Whether a clause says what happens to those who break a rule, itself or in the line above its items."""
    above = line_above(clause, store)
    return any(PENAL.search(folded_text(unit.text)) for unit in (clause, above) if unit is not None)


def line_above(clause: Clause, store: Store) -> Clause | None:
    """The article whose items say what it punishes, for one of these."""
    if len(clause.path) < 2 or not _ITEM.match(clause.path[-1]) or not _ARTICLE.fullmatch(clause.path[-2]):
        return None
    return store.clause(clause.id.rpartition("/")[0])


def penalty_first(question: Question, ranked: Sequence[Ranked]) -> Sequence[Ranked]:
    """The candidates with the one first that says what happens to those who break the rule asked about.

    That is the best that speaks of penalties, if it has nearly as much of the conduct as the best one of all, or else
    the article that punishes who breaks that one: it says by a number what the other says in words.

    Args:
        question: One that asks for a penalty.
        ranked: Candidates, best first; one at least.
    """
    store, asked = question.store, question.interpretation
    least = _AS_MUCH * _of_conduct(question, ranked[0], "")
    known = _of_known_conduct(question, ranked[:_NEAR])
    first: Ranked | None = None
    most = 0.0
    for one in ranked[:_NEAR]:
        above = line_above(one.clause, store)
        lead = folded_text(above.text) if above else ""
        held = _of_conduct(question, one, lead)
        if held >= (least if first is None else most + _CLEARLY * known) and is_penal(one.clause, store):
            first, most = (_read_with(question, one, one.clause, lead) if lead else one), held
    if first is not None:
        return [first, *(other for other in ranked if other.clause.id != first.clause.id)]
    best = ranked[0]
    if (article := _punishing(best.clause, store)) is None:
        return ranked
    found = _read_with(question, best, article, best.read.whole)
    add_focus([found], asked, question.weights)
    found.features["focus"] = max(found.features["focus"], best.features["focus"])
    return [found, *(other for other in ranked if other.clause.id != article.id)]


def _of_conduct(question: Question, one: Ranked, lead: str) -> float:
    """How far a clause and the line above it have what is punished, the words for punishment left out."""
    pairs = zip(question.interpretation.topic, question.weights, strict=True)
    return sum(w * covers(t, f"{lead}\n{one.read.whole}") for t, w in pairs if not PENAL.search(t.surface))


def _of_known_conduct(question: Question, near: Sequence[Ranked]) -> float:
    """The weight of what is punished, as far as any candidate has its words: 滥用 may be 擅自使用 in print."""
    pairs = zip(question.interpretation.topic, question.weights, strict=True)
    return sum(
        w * max(one.coverage[n] for one in near) for n, (t, w) in enumerate(pairs) if not PENAL.search(t.surface)
    )


def _read_with(question: Question, one: Ranked, clause: Clause, beside: str) -> Ranked:
    """A candidate that is read together with what another unit says for it."""
    whole = f"{beside}\n{fold(clause.text)}\n{one.read.whole}"
    coverage = tuple(covers(term, whole) for term in question.interpretation.topic)
    total = sum(w * c for w, c in zip(question.weights, coverage, strict=True))
    read = replace(one.read, clause=clause, whole=whole)
    return replace(one, read=read, coverage=coverage, features={**one.features, "coverage": total})


def _punishing(rule: Clause, store: Store) -> Clause | None:
    """The first article of the same document that punishes who breaks the one in which a rule stands."""
    number = next((element for element in rule.path if _ARTICLE.fullmatch(element)), None)
    if number is None:
        return None
    # Matches: 违反本办法第五条规定的. Does not match: 本法第四十九条至第五十七条规定的行政处罚由…决定.
    broken = re.compile(rf"(?:违反|不符合|不履行|未[^,。;]{{0,6}}[按依]照?)[^。;]{{0,40}}?{number}(?!之)")
    units = store.clauses_of(rule.document_id)
    return next((u for u in units if broken.search(folded_text(u.text)) and is_penal(u, store)), None)


def penal_sentences(clause: Clause, topic: Sequence[Term], weights: Sequence[float]) -> Evidence:
    """The sentence of a clause that punishes what is asked about, with those around it that make one rule with it.

    Returns:
        No ranges where the clause does not speak of penalties.
    """
    folded, sentences = folded_text(clause.text), split_sentences(clause.text)
    penal = [i for i, span in enumerate(sentences) if PENAL.search(folded, *span)]
    if not penal:
        return Evidence((), 0.0)
    of_conduct = [0.0 if PENAL.search(t.surface) else w for t, w in zip(topic, weights, strict=True)]
    values = {i: coverage_of(folded[slice(*sentences[i])], topic, of_conduct) for i in penal}
    first = last = max(penal, key=lambda i: (values[i], -i))
    while first and _GOES_ON.match(folded, sentences[first][0]):
        first -= 1
    while last + 1 < len(sentences) and _GOES_ON.match(folded, sentences[last + 1][0]):
        last += 1
    return Evidence(tuple(sentences[first : last + 1]), max(values.values()))
