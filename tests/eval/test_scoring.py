from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eval.answers import GivenAnswer, record_answer
from eval.datasets import GoldClause, Question
from eval.scoring import score_answer

CLAUSE = "shandong-2014/三/11"
QUOTE = "11.完善激励机制。(质监部门牵头,发展改革、科技等部门配合)"


def question(**changes: Any) -> Question:
    values: dict[str, Any] = {
        "id": "q1",
        "lang": "zh",
        "question": "山东的激励机制谁牵头?",
        "type": "responsibility_lead",
        "gold": (GoldClause("shandong-2014", ("三", "11")),),
        "answer": ("质监部门牵头",),
        "region": "山东",
    }
    return Question(**{**values, **changes})


@pytest.fixture
def given(make_answer: Callable[..., Any]) -> Callable[..., GivenAnswer]:
    def give(**changes: Any) -> GivenAnswer:
        values = {"clause_ids": [CLAUSE], "quotes": [QUOTE], "lead": ["质监部门"], **changes}
        return record_answer("q1", make_answer("山东的激励机制谁牵头?", **values))

    return give


def test_a_right_answer(given: Callable[..., GivenAnswer]) -> None:
    scores = score_answer(
        question(lead=("质监部门",), support=("发展改革", "科技")), given(support=["发展改革", "科技"])
    )
    assert dict(scores.values) == {
        "refusal_right": 1.0,
        "unsupported_statements": 0.0,
        "wrong_region": 0.0,
        "language": 1.0,
        "success@1": 1.0,
        "recall@5": 1.0,
        "citation_precision": 1.0,
        "citation_recall": 1.0,
        "answer_string": 1.0,
        "bodies": 1.0,
        "lead_body": 1.0,
        "bodies_exact": 1.0,
    }


def test_recall_reads_citations_then_related_to_the_fifth(given: Callable[..., GivenAnswer]) -> None:
    others = [f"shandong-2014/一/{n}" for n in range(1, 6)]
    fifth = score_answer(question(), given(clause_ids=others[:1], related=[*others[1:4], CLAUSE])).values
    sixth = score_answer(question(), given(clause_ids=others[:1], related=[*others[1:], CLAUSE])).values
    assert (fifth["success@1"], fifth["recall@5"]) == (0.0, 1.0)
    assert sixth["recall@5"] == 0.0


@pytest.mark.parametrize(
    ("lead", "right"), [((), 0.0), (("质监部门",), 1.0), (("质监部门", "财政"), 0.0), (("科技",), 0.0)]
)
def test_bodies_must_be_named_and_lie_within_the_gold(
    given: Callable[..., GivenAnswer], lead: tuple[str, ...], right: float
) -> None:
    assert score_answer(question(), given(lead=lead)).values["lead_body"] == right


def test_a_lead_that_no_clause_names_is_answered_by_the_sharing_bodies(given: Callable[..., GivenAnswer]) -> None:
    shared = question(answer=("质监、工商等部门按职责分工负责",))
    assert score_answer(shared, given(lead=[], shared=["质监", "工商"])).values["lead_body"] == 1.0
    assert score_answer(shared, given(lead=["质监"])).values["lead_body"] == 0.0


def test_a_list_wants_every_answer_and_other_types_one(given: Callable[..., GivenAnswer]) -> None:
    both = ("質監部門牽頭", "财政部门")
    assert score_answer(question(type="list", answer=both), given()).values["answer_string"] == 0.0
    assert score_answer(question(type="fact", answer=both), given()).values["answer_string"] == 1.0


def test_a_metadata_citation_must_give_the_same_field(given: Callable[..., GivenAnswer]) -> None:
    asked = question(type="document_metadata", gold=(GoldClause("shandong-2014", ("#meta",), "number"),))
    right = given(clause_ids=["shandong-2014/#meta"], field="number")
    wrong = given(clause_ids=["shandong-2014/#meta"], field="issuer")
    assert score_answer(asked, right).values["success@1"] == 1.0
    assert score_answer(asked, wrong).values["success@1"] == 0.0
    assert score_answer(asked, wrong).values["recall@5"] == 0.0


def test_acceptable_and_rule_clauses_are_no_wrong_citations(given: Callable[..., GivenAnswer]) -> None:
    asked = question(
        acceptable=(GoldClause("shandong-2014", ("四", "12")),), rule=(GoldClause("shandong-2014", ("一", "1")),)
    )
    cited = [CLAUSE, "shandong-2014/四/12", "shandong-2014/一/1", "shandong-2014/二/6"]
    assert score_answer(asked, given(clause_ids=cited)).values["citation_precision"] == 3 / 4


@pytest.mark.parametrize(("region", "wrong"), [("山东", 0.0), ("青岛市", 0.0), ("山西", 1.0), (None, 1.0)])
def test_a_city_counts_as_within_its_province(
    given: Callable[..., GivenAnswer], region: str | None, wrong: float
) -> None:
    assert score_answer(question(), given(region=region)).values["wrong_region"] == wrong


def test_refusals(given: Callable[..., GivenAnswer]) -> None:
    refusal = given(clause_ids=[], lead=[])
    nothing = question(type="unanswerable", gold=(), answer=(), region="广东")
    assert score_answer(nothing, refusal).values["refusal_right"] == 1.0
    assert score_answer(nothing, given()).values["refusal_right"] == 0.0
    wrongly_refused = score_answer(question(), refusal).values
    assert (wrongly_refused["refusal_right"], wrongly_refused["success@1"]) == (0.0, 0.0)
    assert wrongly_refused["citation_recall"] == 0.0
    assert "citation_precision" not in wrongly_refused


@pytest.mark.parametrize(
    ("changes", "unsupported"),
    [
        ({}, 0),
        ({"lead": ["财政部门"]}, 1),
        ({"statement": "到2019年完成。"}, 1),
        ({"statement": "11,740 beds"}, 1),
        ({"statement": "第11项由质监部门牵头。[1]"}, 0),
    ],
)
def test_a_statement_needs_its_bodies_and_numbers_in_what_it_cites(
    given: Callable[..., GivenAnswer], changes: dict[str, Any], unsupported: int
) -> None:
    assert len(score_answer(question(), given(**changes)).unsupported) == unsupported


def test_value_and_unit_are_stated_or_highlighted(given: Callable[..., GivenAnswer]) -> None:
    quote = "新增机构养老床位11740张,新建709个照料中心"
    asked = question(type="numeric_target", answer=("新增机构养老床位11740张",))
    start = quote.index("11740")
    right = given(quotes=[quote], lead=[], statement="In Wenzhou 11,740 beds.", highlights=[(start, start + 6)])
    wrong = given(quotes=[quote], lead=[], statement="709个", highlights=[])
    assert score_answer(asked, right).values["value_and_unit"] == 1.0
    assert score_answer(asked, wrong).values["value_and_unit"] == 0.0


def test_the_answer_speaks_the_language_of_the_question(given: Callable[..., GivenAnswer]) -> None:
    english = given(language="en", text="In Shandong, 质监部门 (quality supervision) leads this work.")
    assert score_answer(question(lang="en"), english).values["language"] == 1.0
    assert score_answer(question(lang="zh"), english).values["language"] == 0.0
    assert score_answer(question(lang="zh-Hant"), given()).values["language"] == 0.0
