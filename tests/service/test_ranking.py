from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from corpus.folding import fold
from corpus.model import Clause, Metadata, Responsibility
from service.ranking import (
    Ranked,
    add_features,
    add_focus,
    fuse,
    ranking_weights,
    standardise,
    weigh_terms,
)
from service.reading import ReadClause
from service.retrieval import Candidates
from service.topic import Term


def _ranked(
    text: str, *, fused: float = 0.0, label: str = "", metadata: Metadata | None = None, **facts: Any
) -> Ranked:
    kind = facts.pop("kind", "clause")
    clause = Clause(
        "d/一", "d", ("一",), (label,) if label else (), kind, text, (0, len(text)), (0, len(text)), **facts
    )
    whole = fold("\n".join([*clause.labels, text]))
    read = ReadClause(clause, whole, fold(label))
    return Ranked(0, read, metadata or Metadata(), 0.0, 0.0, fused)


def _score(reads: Any, question: str, *clauses: Ranked) -> Sequence[Ranked]:
    interpretation = reads(question)
    weights = weigh_terms(interpretation.topic, {term.surface: 1.0 for term in interpretation.topic})
    add_features(clauses, interpretation, weights)
    add_focus(clauses, interpretation, weights)
    return clauses


def test_the_weights_are_there_for_every_feature_and_signal(reads: Any) -> None:
    (one,) = _score(reads, "灌溉由谁牵头?", _ranked("推广灌溉。"))

    assert set(one.features) == set(ranking_weights()["features"])


def test_standard_scores_have_no_mean_and_unit_spread() -> None:
    scores = standardise(np.array([1.0, 2.0, 6.0]))

    assert float(scores.mean()) == pytest.approx(0.0)
    assert float(scores.std()) == pytest.approx(1.0)
    assert list(standardise(np.array([3.0, 3.0]))) == [0.0, 0.0]
    assert list(standardise(np.zeros(0))) == []


def _candidates(bm25: Sequence[float], cosine: Sequence[float]) -> Candidates:
    return Candidates(np.arange(len(bm25)), np.array(bm25), np.array(cosine))


def test_where_no_word_is_known_the_word_side_has_no_say() -> None:
    assert np.allclose(fuse(_candidates([9, 0, 0], [0.1, 0.2, 0.6]), 0.0), standardise(np.array([0.1, 0.2, 0.6])))


def test_fusion_asks_for_no_common_scale() -> None:
    small = fuse(_candidates([1, 2, 3], [0.2, 0.1, 0.3]), 1.0)

    assert np.allclose(small, fuse(_candidates([100, 200, 300], [0.2, 0.1, 0.3]), 1.0))


def test_both_sides_have_a_say_where_words_are_known() -> None:
    fused = fuse(_candidates([1, 0, 0], [0.0, 1.0, 0.0]), 1.0)

    assert fused[0] > fused[2]
    assert fused[1] > fused[2]


def test_rare_words_count_most_and_all_sum_to_one() -> None:
    terms = [Term("灌溉", ("灌溉",)), Term("全省", ("全省",)), Term("工作", ("工作",), light=True)]
    rare, common, light = weigh_terms(terms, {"灌溉": 3.0, "全省": 1.0, "工作": 1.0})

    assert rare + common + light == pytest.approx(1.0)
    assert rare > common > light > 0


def test_a_word_without_counterpart_counts_less_than_a_known_one() -> None:
    known, unknown = weigh_terms([Term("灌溉", ("灌溉",)), Term("xylophone", ())], {"灌溉": 3.0, "xylophone": 3.0})

    assert known > unknown
    assert weigh_terms([], {}) == ()


def test_the_clause_that_has_the_topic_comes_before_the_one_that_has_a_part(reads: Any) -> None:
    whole, part, none = _score(
        reads, "节水灌溉怎么推广?", _ranked("推广节水灌溉。"), _ranked("推广节水。"), _ranked("建设绿道。")
    )

    assert whole.score > part.score > none.score
    assert (whole.features["coverage"], none.features["coverage"]) == (1.0, 0.0)


def test_a_lead_that_is_asked_for_is_found_in_the_clause_that_names_one(reads: Any) -> None:
    lead = Responsibility((0, 1), "(水利厅牵头)", ("水利厅",), rule="牵头")
    shared = Responsibility((0, 1), "(水利厅、住建厅按职责分工负责)", shared=("水利厅", "住建厅"), rule="按职责分工")
    with_lead, with_shared, without = _score(
        reads,
        "灌溉由谁牵头?",
        _ranked("推广灌溉。(水利厅牵头)", responsibilities=(lead,)),
        _ranked("推广灌溉。(水利厅、住建厅按职责分工负责)", responsibilities=(shared,)),
        _ranked("推广灌溉。"),
    )

    assert with_lead.score > with_shared.score > without.score
    assert [one.features["intent"] for one in (with_lead, with_shared, without)] == [1.0, 0.5, 0.0]


def test_a_number_that_is_asked_for_is_found_in_the_clause_that_has_one(reads: Any) -> None:
    number, none = _score(reads, "灌溉要新增多少亩?", _ranked("新增灌溉50万亩。"), _ranked("推广灌溉。"))

    assert number.score > none.score
    assert (number.features["suits"], none.features["suits"]) == (1.0, 0.0)


def test_the_year_that_is_asked_for_is_that_of_the_document_or_of_the_clause(reads: Any) -> None:
    of_document, of_clause, of_none = _score(
        reads,
        "2021年灌溉的目标",
        _ranked("灌溉", metadata=Metadata(issued_on=date(2021, 1, 1))),
        _ranked("2021年灌溉"),
        _ranked("灌溉", metadata=Metadata(issued_on=date(2014, 1, 1))),
    )

    assert [one.features["year"] > 0 for one in (of_document, of_clause, of_none)] == [True, True, False]
    assert of_document.score > of_clause.score > of_none.score


def test_a_heading_that_names_the_topic_helps(reads: Any) -> None:
    named, unnamed = _score(reads, "灌溉", _ranked("灌溉", label="推广灌溉"), _ranked("灌溉", label="保障"))

    assert named.score > unnamed.score


def test_a_title_comes_after_a_clause_that_says_the_same(reads: Any) -> None:
    clause, title = _score(reads, "灌溉", _ranked("推广灌溉"), _ranked("推广灌溉", kind="title"))

    assert clause.score > title.score
