from __future__ import annotations

import json

import pytest

from eval.datasets import read_questions
from eval.feedback import questions_from_feedback, write_questions
from service.feedback import FeedbackStore

ANSWER = {
    "status": "answered",
    "language": "zh-Hans",
    "interpretation": {"regions": ["山东省"], "intent": "responsibility_lead"},
    "citations": [{"document_id": "shandong-2014", "path": ["三", "11"]}],
    "index": {"generation": "1"},
}
META = {**ANSWER, "citations": [{"document_id": "xizang-2014", "path": ["#meta"], "field": "number"}], "language": "en"}


@pytest.fixture
def store(tmp_path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "feedback.sqlite")


def test_a_question_file_comes_out(store, tmp_path):
    store.add(rating="up", question="山东品牌培育谁牵头?", answer=ANSWER)
    store.add(rating="down", question="which number?", answer=META, note="wrong year", history=["x?"])
    store.add(rating="up", question="四川呢?", answer={"status": "not_found"}, filters={"region": "四川"})
    path = tmp_path / "questions.jsonl"
    write_questions(questions_from_feedback(store), path)
    first, second, third = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    assert first == {
        "id": "feedback-001", "lang": "zh", "question": "山东品牌培育谁牵头?", "type": "responsibility_lead",
        "region": "山东省", "gold": [{"document_id": "shandong-2014", "path": ["三", "11"]}], "answer": [],
        "note": "up",
    }  # fmt: skip
    assert (second["gold"], second["note"], second["history"]) == ([], "down: wrong year", ["x?"])
    assert second["distractors"] == [{"document_id": "xizang-2014", "path": ["#meta"], "field": "number"}]
    assert (third["type"], third["filters"]) == ("unanswerable", {"region": "四川"})
    assert [question.id for question in read_questions([path])] == ["feedback-001", "feedback-002", "feedback-003"]


def test_the_last_judgment_of_a_question_counts(store):
    store.add(rating="up", question="谁?", answer=ANSWER)
    store.add(rating="up", question="何时?", answer=ANSWER)
    store.add(rating="down", question="谁?", answer=ANSWER)
    found = questions_from_feedback(store)
    assert [(line["id"], line["question"], line["note"]) for line in found] == [
        ("feedback-001", "谁?", "down"),
        ("feedback-002", "何时?", "up"),
    ]


def test_what_a_person_completed_is_not_overwritten(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("mine", "utf-8")
    with pytest.raises(FileExistsError):
        write_questions([], path)
