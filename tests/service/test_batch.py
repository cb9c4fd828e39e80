from __future__ import annotations

import json

import pytest

from corpus.errors import DatasetError
from service.batch import answer_file, read_questions


@pytest.fixture
def write(tmp_path):
    def write(*lines: object) -> object:
        path = tmp_path / "questions.jsonl"
        text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
        path.write_text(text, "utf-8")
        return path

    return write


def test_answers_keep_order_and_ids(engine, write, tmp_path):
    out = tmp_path / "answers.jsonl"
    questions = read_questions(
        write({"id": "q9", "question": "谁?"}, "", {"id": 3, "question": "who?", "history": ["那山东呢?"]})
    )
    assert answer_file(engine, questions, out) == 0
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(row["id"], row["question"], row["status"]) for row in rows] == [
        ("q9", "谁?", "answered"),
        (3, "who?", "answered"),
    ]
    assert engine.calls[1]["history"] == ("那山东呢?",)


def test_gold_in_a_line_is_not_read(engine, write, tmp_path):
    line = {"id": "q1", "question": "谁?", "gold": [{"path": ["三"]}], "region": "火星", "filters": {"region": "山东"}}
    answer_file(engine, read_questions(write(line)), tmp_path / "out")
    assert engine.calls[0]["filters"] == {"region": "山东"}


def test_a_question_that_cannot_be_taken_has_its_line(engine, write, tmp_path):
    out = tmp_path / "answers.jsonl"
    lines = [
        {"id": "empty", "question": " "},
        {"id": "filter", "question": "谁?", "filters": {"regionn": "山东"}},
        {"id": "good", "question": "谁?"},
    ]
    assert answer_file(engine, read_questions(write(*lines)), out) == 2
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(row["id"], row.get("error", {}).get("field")) for row in rows] == [
        ("empty", "question"),
        ("filter", "filters.regionn"),
        ("good", None),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 2 is not JSON"),
        ([1], "line 2 is no object"),
        ({"question": "谁?"}, "line 2 has no id"),
        ({"id": 1}, "line 2 has no question"),
        ({"id": 1, "question": 5}, "line 2: question is no string"),
        ({"id": 1, "question": "谁?", "history": "谁牵头?"}, "line 2: history is no list"),
        ({"id": 1, "question": "谁?", "filters": ["山东"]}, "line 2: filters is no object"),
    ],
)
def test_a_malformed_line_is_named(write, line, fault):
    with pytest.raises(DatasetError, match=fault):
        read_questions(write({"id": 0, "question": "谁?"}, line))


def test_a_missing_or_empty_file_is_named(tmp_path, write):
    with pytest.raises(DatasetError, match="cannot be read"):
        read_questions(tmp_path / "nothing.jsonl")
    with pytest.raises(DatasetError, match="holds no questions"):
        read_questions(write(""))


def test_an_interrupted_run_leaves_the_former_answers(engine, write, tmp_path):
    out = tmp_path / "answers.jsonl"
    out.write_text("former\n")

    def interrupt() -> None:
        raise KeyboardInterrupt

    engine.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        answer_file(engine, read_questions(write({"id": 1, "question": "谁?"})), out)
    assert out.read_text() == "former\n"
    assert [path.name for path in tmp_path.glob("answers*")] == ["answers.jsonl"]
