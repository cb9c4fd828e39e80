from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import DatasetError
from eval.comparison import compare_folders
from eval.datasets import Question, read_questions
from eval.experiment import prepare, question_to_json, questions_digest, read_results, run_experiment
from eval.report import render

HEADER = {"kind": "questions", "seed": 0, "generation": "1"}
GOLD = [{"document_id": "shandong-2014", "path": ["三", "11"]}]
LINES: list[dict[str, Any]] = [
    {
        "id": "q1",
        "lang": "zh",
        "question": "<谁>牵头?",
        "type": "responsibility_lead",
        "region": "山东",
        "gold": GOLD,
        "answer": ["质监部门牵头"],
        "lead": ["质监部门"],
        "history": ["前一问"],
    },
    {
        "id": "q2",
        "lang": "zh",
        "question": "激励机制有哪些?",
        "type": "list",
        "region": "山东",
        "gold": GOLD,
        "answer": ["奖励"],
    },
    {
        "id": "q3",
        "lang": "zh",
        "question": "广东谁牵头?",
        "type": "unanswerable",
        "region": "广东",
        "gold": [],
        "answer": [],
    },
]


@pytest.fixture
def questions(write_lines: Callable[..., Path]) -> list[Question]:
    return read_questions(write_lines(*LINES))


@pytest.fixture
def engine(make_answer: Callable[..., Any], fake_engine: Callable[..., Any]) -> Any:
    return fake_engine(
        {
            "<谁>牵头?": make_answer(
                "…", clause_ids=["shandong-2014/三/11"], lead=["质监部门"], quotes=["质监部门牵头"]
            ),
            "激励机制有哪些?": make_answer("…", clause_ids=["shandong-2014/一/1"], related=["shandong-2014/三/11"]),
            "广东谁牵头?": make_answer("…"),
        }
    )


def ranks(query: str, k: int) -> Sequence[tuple[str, float]]:
    return [("shandong-2014/三/11", 2.0), ("shandong-2014/一/1", 1.0)][:k]


def run(folder: Path, questions: list[Question], engine: Any, **changes: Any) -> Any:
    prepare(folder, HEADER)
    values: dict[str, Any] = {"engine": engine, "systems": {"bm25": ranks}, **changes}
    return run_experiment(folder, questions, HEADER, text_of=lambda identifier: f"words of {identifier}", **values)


def test_answers_and_rankings_are_judged(tmp_path: Path, questions: list[Question], engine: Any) -> None:
    results = run(tmp_path / "run", questions, engine)
    success = {s.question.id: s.values.get("success@1") for s in results.scores}
    assert success == {"q1": 1.0, "q2": 0.0, "q3": None}
    # A follow-up is nothing that a single system can search for.
    assert results.systems["bm25"].values["Success@1"] == {"q2": 1.0}
    assert engine.asked[0] == ("<谁>牵头?", ("前一问",), None)
    assert results.texts["shandong-2014/三/11"] == "words of shandong-2014/三/11"


def test_a_run_that_was_cut_off_asks_only_what_is_missing(
    tmp_path: Path, questions: list[Question], engine: Any
) -> None:
    folder = tmp_path / "run"
    run(folder, questions, engine)
    answers = folder / "answers.jsonl"
    lines = answers.read_text(encoding="utf-8").splitlines(keepends=True)
    answers.write_text("".join(lines[:2]) + lines[2][:20], encoding="utf-8")
    with pytest.raises(DatasetError, match=r"answers\.jsonl:3: not JSON"):
        read_results(folder)
    engine.asked.clear()
    results = run(folder, questions, engine)
    assert [asked[0] for asked in engine.asked] == ["广东谁牵头?"]
    assert len(results.scores) == 3


def test_a_folder_of_other_conditions_is_not_continued(tmp_path: Path) -> None:
    prepare(tmp_path / "run", HEADER)
    with pytest.raises(DatasetError, match="generation differ"):
        prepare(tmp_path / "run", {**HEADER, "generation": "2"})
    prepare(tmp_path / "run", {**HEADER, "generation": "2"}, fresh=True)


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"holds no header\.json"):
        read_results(tmp_path)


def test_questions_survive_the_folder(write_lines: Callable[..., Path], questions: list[Question]) -> None:
    again = read_questions(write_lines(*map(question_to_json, questions), name="again.jsonl"))
    assert [question_to_json(q) for q in again] == [question_to_json(q) for q in questions]
    assert questions_digest(again) == questions_digest(questions)


def test_two_runs_are_compared_question_by_question(
    tmp_path: Path, questions: list[Question], engine: Any, make_answer: Callable[..., Any]
) -> None:
    run(tmp_path / "a", questions, engine)
    engine.answers["激励机制有哪些?"] = make_answer("…", clause_ids=["shandong-2014/三/11"], quotes=["奖励"])
    run(tmp_path / "b", questions, engine)
    found = compare_folders(tmp_path / "a", tmp_path / "b")
    (success,) = [c for c in found.contrasts if c.name == "success@1"]
    assert (success.first, success.second, success.wins, success.losses) == (0.5, 1.0, 1, 0)
    (turn,) = found.turns
    assert turn.question_id == "q2"
    assert turn.returned_first == ("shandong-2014/一/1", "shandong-2014/三/11")
    assert turn.returned_second == ("shandong-2014/三/11",)


def test_the_page_needs_nothing_from_elsewhere_and_says_why(
    tmp_path: Path, questions: list[Question], engine: Any
) -> None:
    page = render(run(tmp_path / "run", questions, engine), title="Title <b>")
    assert "Title &lt;b&gt;" in page
    assert 'src="' not in page
    assert "url(http" not in page
    assert "@import" not in page
    assert page.count("<svg") >= 6
    # The question that went wrong stands there with what was returned, its gold, and the rank in each system.
    assert "激励机制有哪些?" in page
    assert "words of shandong-2014/三/11" in page
    assert "1 · 2.000" in page
    assert "&lt;谁&gt;牵头?" not in page.split('id="worst"')[1]


def test_the_page_can_be_markdown(tmp_path: Path, questions: list[Question], engine: Any) -> None:
    page = render(run(tmp_path / "run", questions, engine), title="Title", markdown=True)
    assert page.startswith("# Title\n")
    assert "| Success@1 | 0.500 |" in page
    assert "| bm25 | 1.000 |" in page
    assert "<svg" not in page


def test_a_run_without_answers_makes_a_page_of_rankings(tmp_path: Path, questions: list[Question]) -> None:
    page = render(run(tmp_path / "run", questions, None), title="Title")
    assert "Retrieval" in page
    assert 'id="answers"' not in page
