from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.folding import fold_for_comparison
from eval.datasets import SHIPPED_DOCUMENTS, SHIPPED_QUESTIONS, read_questions
from eval.lint import Library, lint_questions, read_library, repetition

TEXT = """某市质量工作计划
一、监管
1.加强食品监管。完善食品安全标准体系。(质监局牵头,公安局配合)
2.推进品牌建设。培育名牌产品19个。
"""
GOOD: dict[str, Any] = {
    "id": "q1",
    "lang": "zh",
    "question": "吃的东西安不安全,归谁管?",
    "type": "responsibility_lead",
    "gold": [{"document_id": "plan", "path": ["一", "1"]}],
    "answer": ["質監局牽頭"],
    "lead": ["质监局"],
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "plan.txt").write_text(TEXT, encoding="utf-8")
    return read_library([folder])


@pytest.fixture
def faults(write_lines: Callable[..., Path], library: Library) -> Callable[..., list[str]]:
    def find(*records: dict[str, Any]) -> list[str]:
        return [problem.fault for problem in lint_questions(read_questions(write_lines(*records)), library)]

    return find


def test_a_good_question_has_no_fault(faults: Callable[..., list[str]]) -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"gold": [{"document_id": "plan", "path": ["一", "9"]}]}, "gold names plan/一/9, which does not exist"),
        ({"gold": [{"document_id": "plam", "path": ["一", "1"]}]}, "gold names plam/一/1, which does not exist"),
        ({"acceptable": [{"document_id": "plan", "path": ["二"]}]}, "acceptable names plan/二, which does not exist"),
        ({"answer": ["财政局牵头"]}, "the answer “财政局牵头” is not in a gold clause"),
        ({"support": ["财政局"]}, "the body “财政局” is not in a gold clause"),
        ({"question": "加强食品监管完善食品安全标准体系?"}, "that it tests nothing"),
        ({"type": "riddle"}, "unknown type 'riddle'"),
        ({"lang": "fr"}, "unknown lang 'fr'"),
        ({"region": "乌有省"}, "unknown region '乌有省'"),
        ({"anwser": ["…"]}, "unknown keys anwser"),
    ],
)
def test_each_fault_is_found(faults: Callable[..., list[str]], changes: dict[str, Any], fault: str) -> None:
    found = faults({**GOOD, **changes})
    assert any(fault in one for one in found), found


def test_the_same_question_twice_is_found_whatever_its_script(faults: Callable[..., list[str]]) -> None:
    (fault,) = faults(GOOD, {**GOOD, "id": "q2", "question": "吃的東西安不安全，歸誰管？"})
    assert "the same question is asked at" in fault
    assert faults(GOOD, {**GOOD, "id": "q2", "history": ["先前问过别的"]}) == []


def test_a_metadata_gold_needs_a_document_that_is_there(faults: Callable[..., list[str]]) -> None:
    gold = [{"document_id": "plan", "path": ["#meta"], "field": "title"}]
    asked = {**GOOD, "type": "document_metadata", "gold": gold, "answer": ["某市质量工作计划"], "lead": []}
    assert faults(asked) == []
    assert faults({**asked, "gold": [{**gold[0], "document_id": "gone"}]}) != []


def test_repetition_leaves_out_places_and_years_and_english() -> None:
    clause = fold_for_comparison("2.推进品牌建设。培育名牌产品19个。")
    assert repetition("山东省2014年推进品牌建设", clause) == 1.0
    assert repetition("山东省2014年想要多少个响亮的牌子", clause) == 0.0
    assert repetition("How many famous brands are planned?", clause) == 0.0


def test_the_shipped_questions_are_sound() -> None:
    questions = read_questions(SHIPPED_QUESTIONS)
    assert lint_questions(questions, read_library([SHIPPED_DOCUMENTS])) == []
    assert len(questions) >= 150
    assert sum(not question.answerable for question in questions) / len(questions) >= 0.15
    assert {question.lang for question in questions} == {"zh", "zh-Hant", "en"}
