"""Fusion of both scores, then what a clause says against what is asked.

The weights are data (``service/data/ranking.json``), written by ``tiaowen-eval fit`` from judged questions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from corpus.folding import fold
from corpus.model import Clause, Metadata
from service.answering_words import answering_words
from service.evidence import Evidence, folded_text, only_calls
from service.intents import DUTY_INTENTS
from service.periods import document_years
from service.reading import ReadClause
from service.retrieval import Candidates
from service.topic import Term, covers
from service.understanding import Interpretation

_AMONG_THE_BEST = 2.0
"""Scores of the best few hundred of many passages lie about half as far apart as those of all passages."""


_STOPS = "。:;,"
_LONGEST_HEADING = 30  # characters
_UNDERTAKEN = frozenset({"措施", "举措", "任务", "工作", "内容", "做法", "行动"})
"""What the units under any heading are; the heading of 促进质量升级的措施 need not say so."""
_TOLD = 0.75  # of a term's characters that a text about it has


@dataclass(slots=True)
class Ranked:
    """A candidate with its features, best first in a ranking."""

    row: int
    read: ReadClause
    metadata: Metadata
    bm25: float
    cosine: float
    fused: float
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0
    coverage: tuple[float, ...] = ()
    evidence: Evidence | None = None
    bm25_rank: int | None = None
    cosine_rank: int = 0
    reranker_score: float | None = None

    @property
    def clause(self) -> Clause:
        """The clause itself."""
        return self.read.clause


@cache
def ranking_weights() -> Mapping[str, Mapping[str, float]]:
    """The weights of ``fusion`` and ``features``, and the confidence model."""
    weights: Mapping[str, Mapping[str, float]] = json.loads(
        (resources.files("service") / "data" / "ranking.json").read_text(encoding="utf-8")
    )
    return weights


def standardise(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scores less their mean, in units of their spread; zeros where all are equal."""
    spread = float(scores.std()) if len(scores) else 0.0
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def fuse(candidates: Candidates, lexical_share: float) -> npt.NDArray[np.float64]:
    """One score from both: a weighted sum of standardised scores, shape (n,).

    Args:
        candidates: With both scores.
        lexical_share: How much of the question the word index knows, 0 to 1; with nothing known it has no say.
    """
    lexical = ranking_weights()["fusion"]["lexical"] * lexical_share
    total = lexical + ranking_weights()["fusion"]["dense"]
    fused: npt.NDArray[np.float64] = (
        lexical * standardise(candidates.bm25) + (total - lexical) * standardise(candidates.cosine)
    ) / total
    # What else a clause is ranked by has the same scale however many passages there are.
    return fused if candidates.whole else fused * _AMONG_THE_BEST


def weigh_terms(topic: Sequence[Term], idf: Mapping[str, float]) -> tuple[float, ...]:
    """What each term counts in coverage, summing to 1: rare words most, light words little.

    Args:
        topic: The question's terms.
        idf: Weight of each term's surface in the index.
    """
    raw = [
        # A word without any counterpart may be one that a clause lacks, or one that no dictionary has.
        (0.15 if term.light else 1.0)
        * (1.6 if term.quoted else 1.0 if term.alternatives else 0.4)
        * max(idf[term.surface], 0.2)
        for term in topic
    ]
    total = sum(raw)
    return tuple(w / total if total else 0.0 for w in raw)


def add_features(ranked: Sequence[Ranked], interpretation: Interpretation, weights: Sequence[float]) -> None:
    """Work out the features of each candidate and its score.

    Args:
        ranked: Candidates with clause and fused score.
        interpretation: The question.
        weights: Of the topic's terms.
    """
    table, phrases = ranking_weights()["features"], _phrases(interpretation)
    for one in ranked:
        depth = section_depth(one, interpretation)
        section = 0.0
        if depth:
            section = 1.0 if not phrases or any(announces(one.clause.labels[depth - 1], p) for p in phrases) else 0.5
        # What stands under the heading that is asked for need not repeat what its whole text is about.
        about = f"{_headings(one)}\n{one.read.whole}" if section else one.read.whole
        one.coverage = tuple(covers(term, about) for term in interpretation.topic)
        own = one.read.head
        one.features = {
            "fused": one.fused,
            "coverage": sum(w * c for w, c in zip(weights, one.coverage, strict=True)),
            "heading": sum(w * covers(t, own) for w, t in zip(weights, interpretation.topic, strict=True)),
            "intent": _suits(one.clause, interpretation),
            "year": _year_match(one, interpretation),
            "aside": float(one.clause.kind in ("front_matter", "closing", "title", "preamble")),
            "bare_heading": float(one.clause.kind == "heading"),
            "section": section,
            "length": float(np.log(max(len(one.clause.text), 20) / 200)),
        }
        one.score = sum(table[name] * value for name, value in one.features.items())


def add_focus(ranked: Sequence[Ranked], interpretation: Interpretation, weights: Sequence[float]) -> None:
    """Score the best candidates by the very words that would answer.

    Args:
        ranked: Candidates with features, best first; a few.
        interpretation: The question.
        weights: Of the topic's terms.
    """
    table = ranking_weights()["features"]
    for one in ranked:
        evidence, suits = answering_words(
            one.clause,
            interpretation.intent,
            interpretation.unit,
            interpretation.topic,
            weights,
            counted=interpretation.counted,
        )
        one.evidence = evidence
        one.features["focus"] = evidence.coverage
        one.features["suits"] = float(suits)
        one.score += table["focus"] * evidence.coverage + table["suits"] * suits


def _suits(clause: Clause, interpretation: Interpretation) -> float:
    """Whether a clause states the kind of thing that is asked for."""
    if interpretation.intent in DUTY_INTENTS:
        if interpretation.act is not None and only_calls(interpretation.act, folded_text(clause.text)):
            return 0.0
        roles = [
            bool(duty.lead) if interpretation.intent == "responsibility_lead" else bool(duty.lead or duty.shared)
            for duty in clause.responsibilities
        ]
        if interpretation.intent == "responsibility_support":
            roles = [bool(duty.support or duty.shared) for duty in clause.responsibilities]
        return 1.0 if any(roles) else 0.5 if clause.responsibilities else 0.0
    if interpretation.intent == "numeric_target":
        return 1.0 if clause.targets else 0.3 if any(c.isdigit() for c in clause.text) else 0.0
    return 0.0


def section_depth(one: Ranked, interpretation: Interpretation) -> int:
    """How many headings down from the top the section lies that is asked for and holds a clause; 0 for none.

    It is the outermost that announces what is asked for, or that below it with which title and headings say the rest.
    """
    section, labels = interpretation.section, one.clause.labels
    if section is None:
        return 0
    rest = [term for term in interpretation.topic if term is not section and not term.light]
    first = _announcing(labels, [*_phrases(interpretation), section])
    if first is None:
        return _named(one, rest) if section.surface in _UNDERTAKEN else 0
    for depth in range(first, len(labels) + 1):
        about = _headings(one, depth)
        if all(covers(term, about) >= _TOLD for term in rest):
            return depth
    return 0


def _announcing(labels: Sequence[str], sought: Sequence[Term]) -> int | None:
    """The place of the outermost heading that announces a section, by the first of its names that any does.

    质量目标 is asked for with a word that says little by itself, and still is not 总体目标.
    """
    for name in sought:
        for n, label in enumerate(labels, 1):
            if announces(label, name):
                return n
    return None


def _phrases(interpretation: Interpretation) -> list[Term]:
    """The section that is asked for with the word before it: 质量目标 of 目标."""
    section = interpretation.section
    words = [f"{term.surface}{section.surface}" for term in interpretation.topic] if section else []
    return [Term(word, (word,)) for word in words if word in interpretation.wording]


def _named(one: Ranked, rest: Sequence[Term]) -> int:
    """The place of the outermost heading above a clause that names all that measures are asked for; 0 for none."""
    above = one.clause.labels if one.clause.path[-1].startswith("¶") else one.clause.labels[:-1]
    for depth, label in enumerate(above, 1):
        if rest and all(covers(term, fold(label)) >= _TOLD for term in rest):
            return depth
    return 0


def _headings(one: Ranked, depth: int | None = None) -> str:
    """The title and the first headings that a clause stands under, by default all of them, folded."""
    return fold("\n".join([one.metadata.title or "", *one.clause.labels[:depth]]))


def announces(label: str, section: Term) -> bool:
    """Whether a heading is that of a section which is asked for: (二)发展目标。 of 目标."""
    heading = fold(label).rstrip(_STOPS)
    return len(heading) <= _LONGEST_HEADING and heading.endswith(section.alternatives)


def _year_match(one: Ranked, interpretation: Interpretation) -> float:
    """1 where the document or the clause is of a year that is asked for, -1 where it is of others, else 0."""
    if not interpretation.years:
        return 0.0
    if interpretation.years & document_years(one.metadata):
        return 1.0
    if len(interpretation.regions) > 1:
        return 0.0  # the year may be said of one of the places only
    return 0.4 if interpretation.years & one.read.years else -1.0
