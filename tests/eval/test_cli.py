from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.cli import main
from eval.runs import read_run


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run the command; its status, standard output and standard error without line breaks of the terminal."""
    monkeypatch.setattr("eval.console.out.width", 200)
    monkeypatch.setattr("eval.console.err.width", 400)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        try:
            main([str(argument) for argument in arguments])
            status = 0
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 0
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def beir(tmp_path: Path, write_lines: Callable[..., Path]) -> Path:
    write_lines(
        {"_id": "d1", "title": "灯塔", "text": "灯塔为船只指引航向。"},
        {"_id": "d2", "title": "面包", "text": "面包要用烤箱烤。"},
        {"_id": "d3", "title": "邮局", "text": "邮局寄送信件。"},
        name="beir/corpus.jsonl",
    )
    write_lines({"_id": "1", "text": "船只靠什么指引"}, {"_id": "2", "text": "信件在哪里寄"}, name="beir/queries.jsonl")
    (tmp_path / "beir" / "qrels").mkdir()
    (tmp_path / "beir" / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\td1\t1\n2\td3\t1\n")
    return tmp_path / "beir"


def test_takes_a_beir_folder(call: Callable[..., Any], beir: Path, tmp_path: Path) -> None:
    out, page = tmp_path / "run", tmp_path / "page.html"
    status, printed, _ = call("run", beir, "--systems", "bm25", "--out", out, "--report", page)
    assert status == 0
    assert "1.000" in printed
    assert set(read_run(out / "bm25.run")["1"]) >= {"d1"}
    assert json.loads((out / "bm25.run.header.json").read_text())["dataset"] == "beir"
    assert "</html>" in page.read_text(encoding="utf-8")


def test_measures_a_trec_qrels_and_run_pair(call: Callable[..., Any], tmp_path: Path) -> None:
    qrels, run = tmp_path / "qrels.txt", tmp_path / "foreign.run"
    qrels.write_text("1 0 a 1\n2 0 b 1\n")
    run.write_text("1 Q0 a 1 9.5 tag\n2 Q0 a 1 9.5 tag\n2 Q0 b 2 9.0 tag\n")
    status, printed, _ = call("measure", qrels, run, "--measures", "MRR@10,Success@1")
    assert status == 0
    assert f"{(1 / 1 + 1 / 2) / 2:.4f}" in printed
    assert f"{(1 + 0) / 2:.4f}" in printed


def test_compares_two_trec_runs(call: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text("1 0 a 1\n")
    (tmp_path / "a.run").write_text("1 Q0 x 1 2 t\n1 Q0 a 2 1 t\n")
    (tmp_path / "b.run").write_text("1 Q0 a 1 2 t\n")
    status, printed, _ = call(
        "compare", tmp_path / "a.run", tmp_path / "b.run", "--qrels", tmp_path / "qrels", "--measures", "Success@1"
    )
    assert status == 0
    assert "+1.000" in printed
    assert "first: x, a" in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "no-such-folder"], ["no-such-folder does not exist", "question file"]),
        (["run", "--measures", "P@10"], ["unknown measure 'P@10'", "nDCG@k"]),
        (["run", "--systems", "bm26"], ["unknown system 'bm26'", "bm25, dense, hybrid"]),
        (["compare", "a.run", "b.run"], ["--qrels"]),
        (["check", "gone.yaml"], ["gone.yaml cannot be read"]),
    ],
)
def test_wrong_input_ends_with_status_2_and_says_the_mend(
    call: Callable[..., Any], arguments: list[str], words: list[str]
) -> None:
    status, printed, complaint = call(*arguments)
    assert status == 2
    assert printed == ""
    assert [word for word in words if word not in complaint] == []


def test_a_data_folder_without_an_index_says_how_to_build_one(call: Callable[..., Any], tmp_path: Path) -> None:
    status, _, complaint = call("run", "--data", tmp_path)
    assert status == 1
    assert "tiaowen index" in complaint


def test_clauses_of_a_parse_are_judged(call: Callable[..., Any], write_lines: Callable[..., Path]) -> None:
    gold = write_lines({"document_id": "d", "path": ["一"], "kind": "clause", "text": "推进"}, name="gold.jsonl")
    parsed = write_lines({"document_id": "d", "path": ["一"], "kind": "clause", "text": "推後"}, name="parsed.jsonl")
    status, printed, complaint = call("clauses", gold, parsed)
    assert status == 0
    assert "0.000" in printed
    assert "text differs: d/一" in complaint


def test_broken_questions_end_with_status_2(
    call: Callable[..., Any], write_lines: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "plan.txt").write_text(
        "某市计划\n一、监管\n1.加强监管。\n2.推进标准。\n", encoding="utf-8"
    )
    gold = [{"document_id": "plan", "path": ["一", "7"]}]
    questions = write_lines({"id": "q", "question": "谁?", "type": "fact", "gold": gold, "answer": []})
    status, printed, _ = call("lint", questions, "--documents", tmp_path / "documents")
    assert status == 2
    assert f"{questions}:1: q: gold names plan/一/7, which does not exist." in printed
