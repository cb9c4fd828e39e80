from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import DatasetError
from eval.datasets import GoldClause, question_qrels, read_beir, read_qrels, read_questions

LEAD: dict[str, Any] = {
    "id": "q1",
    "lang": "zh",
    "question": "谁牵头?",
    "type": "responsibility_lead",
    "region": "山东",
    "gold": [{"document_id": "shandong-2014", "path": ["三", "11"]}],
    "answer": ["质监部门牵头"],
}


def test_reads_a_question_with_all_that_the_gold_files_carry(write_lines: Callable[..., Path]) -> None:
    path = write_lines({**LEAD, "answer_en": "…", "note": "…", "rule": LEAD["gold"], "history": ["前一问"]})
    (question,) = read_questions(path)
    assert question.gold == (GoldClause("shandong-2014", ("三", "11")),)
    assert question.gold[0].clause_id == "shandong-2014/三/11"
    assert question.history == ("前一问",)
    assert question.unknown_keys == ()
    assert question.answerable


def test_metadata_gold_takes_the_name_that_documents_use(write_lines: Callable[..., Path]) -> None:
    path = write_lines({**LEAD, "gold": [{"document_id": "d", "path": ["#meta"], "field": "doc_number"}]})
    (question,) = read_questions(path)
    assert question.gold == (GoldClause("d", ("#meta",), "number"),)
    assert question_qrels([question]) == {}


def test_a_folder_is_read_in_name_order(write_lines: Callable[..., Path]) -> None:
    write_lines({**LEAD, "id": "b"}, name="set/b.jsonl")
    folder = write_lines({**LEAD, "id": "a"}, name="set/a.jsonl").parent
    assert [question.id for question in read_questions(folder)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"id": "q2",}', "not JSON"),
        ("[1]", "a list, not an object"),
        ({**LEAD, "gold": []}, "no gold clause"),
        ({**LEAD, "gold": [{"path": ["三"]}]}, "no document_id"),
        ({**LEAD, "gold": [{"document_id": "d", "path": "三/11"}]}, "no path"),
        ({**LEAD, "gold": [{"document_id": "d", "path": ["#meta"], "field": "colour"}]}, "field 'colour'"),
        ({**LEAD, "type": "unanswerable"}, "unanswerable, yet gold"),
        ({**LEAD, "question": ""}, "question is missing"),
        ({**LEAD, "lead": "质监部门", "support": [1]}, "support is no list of strings"),
    ],
)
def test_a_bad_line_is_named_with_file_line_and_mend(
    write_lines: Callable[..., Path], line: dict[str, Any] | str, fault: str
) -> None:
    path = write_lines({**LEAD, "id": "q0"}, line)
    with pytest.raises(DatasetError, match=fault) as caught:
        read_questions(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert caught.value.mend


def test_an_id_that_occurs_twice_names_both_places(write_lines: Callable[..., Path]) -> None:
    path = write_lines(LEAD, LEAD)
    with pytest.raises(DatasetError) as caught:
        read_questions(path)
    assert f"{path}:2" in str(caught.value)
    assert f"{path}:1" in str(caught.value)


@pytest.fixture
def beir(tmp_path: Path, write_lines: Callable[..., Path]) -> Path:
    folder = tmp_path / "beir"
    write_lines(
        {"_id": "d1", "title": "Lighthouses", "text": "A lamp for ships.", "metadata": {}},
        {"_id": "d2", "title": "", "text": "Bread is baked."},
        name="beir/corpus.jsonl",
    )
    write_lines({"_id": "1", "text": "What guides ships?"}, {"_id": "2", "text": "unjudged"}, name="beir/queries.jsonl")
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\td1\t1\n1\td2\t0\n")
    return folder


def test_reads_a_beir_folder_and_keeps_judged_queries(beir: Path) -> None:
    dataset = read_beir(beir)
    assert dataset.documents == {"d1": ("Lighthouses", "A lamp for ships."), "d2": ("", "Bread is baked.")}
    assert dataset.queries == {"1": "What guides ships?"}
    assert dataset.qrels == {"1": {"d1": 1, "d2": 0}}


def test_beir_names_a_missing_split_and_those_there(beir: Path) -> None:
    with pytest.raises(DatasetError, match=r"dev\.tsv does not exist.*test"):
        read_beir(beir, split="dev")


def test_beir_names_the_line_of_an_unknown_document(beir: Path) -> None:
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\td9\t1\n")
    with pytest.raises(DatasetError, match=r"test\.tsv:2: document 'd9' is not in corpus"):
        read_beir(beir)


def test_reads_trec_qrels_and_names_a_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt"
    path.write_text("q1 0 a 2\nq1 0 b 0\n")
    assert read_qrels(path) == {"q1": {"a": 2, "b": 0}}
    path.write_text("q1 0 a 2\nq1 0 b high\n")
    with pytest.raises(DatasetError, match=r"qrels\.txt:2: the grade 'high' is no whole number"):
        read_qrels(path)
