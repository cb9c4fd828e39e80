from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import InputError, TiaowenError
from eval.bench import scale, scale_worker
from eval.bench.load import Load
from eval.bench.scale import Size, System, parse_numbers, read_questions, run_system, write_results
from eval.bench.scale_index import SizedIndex, make_index
from eval.bench.speed import BenchError
from indexer.build import build_index
from indexer.encoder import Encoder

QUESTIONS = [f"第{number}条对罚款有什么规定?" for number in range(1, 41)]


@pytest.fixture
def sized(statutes: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> SizedIndex:
    monkeypatch.setattr("indexer.encoder.open_encoder", lambda *_, **__: encoder)
    monkeypatch.setattr("service.engine.open_encoder", lambda *_, **__: encoder)
    build_index([statutes], tmp_path / "base", encoder=encoder)
    return make_index(tmp_path / "base", 24, tmp_path / "sized")


@pytest.fixture
def job(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "questions.json").write_text(json.dumps({"questions": QUESTIONS, "most": 10}), encoding="utf-8")
    return folder


def measure(system: str, sized: SizedIndex, job: Path) -> dict[str, object]:
    ready: list[bool] = []
    found = scale_worker.MEASUREMENTS[system](sized.folder, job, lambda: ready.append(True))
    assert ready == [True]
    assert found["resident_mb"] > 1
    return found


def test_no_question_is_asked_twice() -> None:
    parts = scale_worker.share_out([str(number) for number in range(11)], 3, 200)
    assert parts == [["0", "1", "2"], ["3", "4", "5"], ["6", "7", "8"]]
    assert scale_worker.share_out(["a", "b", "c", "d"], 2, 1) == [["a"], ["b"]]


def test_ours_is_measured_by_stage_and_whole(sized: SizedIndex, job: Path) -> None:
    found = measure("tiaowen", sized, job)
    stages = found["stages"]
    assert isinstance(stages, dict)
    assert {name: len(times) for name, times in stages.items()} == dict.fromkeys(
        ["understanding", "words", "vectors", "fusion", "total"], 10
    )
    for words, vectors, fusion, total in zip(
        *(stages[n] for n in ("words", "vectors", "fusion", "total")), strict=True
    ):
        assert words > 0
        assert vectors > 0
        assert 0 < fusion < total
        assert max(words, vectors) < total  # they may run at the same time
    assert (len(found["search_ms"]), len(found["answer_ms"])) == (10, 10)  # type: ignore[arg-type]


def test_the_others_are_asked_what_ours_was_asked(
    sized: SizedIndex, job: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale_worker, "RANK_BM25_QUESTIONS", 4)
    measure("tiaowen", sized, job)
    assert np.load(job / "asked.npy").shape == (10, encoder.dimension)
    asked = [json.loads(line) for line in (job / "asked.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all("罚款" in tokens for tokens in asked)
    assert len(measure("faiss", sized, job)["query_ms"]) == 10  # type: ignore[arg-type]
    assert len(measure("rank-bm25", sized, job)["query_ms"]) == 4  # type: ignore[arg-type]


def test_a_system_that_fails_says_why(tmp_path: Path, job: Path) -> None:
    with pytest.raises(BenchError, match="faiss ended with 1"):
        run_system("faiss", tmp_path, job)


@pytest.mark.parametrize(
    ("text", "numbers"), [("250", (250,)), ("29_000, 250,250", (250, 29000)), ("1000000,1", (1, 1000000))]
)
def test_numbers_are_read_in_order(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_numbers(text) == numbers


@pytest.mark.parametrize("text", ["", "0", "-5,7", "ten", "1;2"])
def test_what_is_no_list_of_numbers(text: str) -> None:
    with pytest.raises(InputError, match="no list of numbers"):
        parse_numbers(text)


def test_questions_of_a_file_are_asked_once_each(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    lines = [json.dumps({"id": "q", "text": text}) for text in [*QUESTIONS, *QUESTIONS, " "]]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert read_questions(path) == QUESTIONS
    path.write_text("\n".join(lines[:3]), encoding="utf-8")
    with pytest.raises(InputError, match="holds 3 questions"):
        read_questions(path)


def test_questions_are_made_where_none_are_given() -> None:
    made = read_questions(None)
    assert len(set(made)) == len(made) == 3 * scale.MOST_QUESTIONS + 1


def make_size(passages: int, real: int) -> Size:
    index = SizedIndex(
        folder=Path("sized"),
        documents=5,
        passages=passages,
        real=real,
        seconds={"words": 2.0, "vectors": 0.5, "texts": 1.0},
        size_bytes={"words": 300 * passages, "vectors": 1536 * passages, "texts": 900 * passages},
        dense="exact",
        recall_at_10=1.0,
    )
    times = [float(number) for number in range(1, 102)]
    names = ("understanding", "words", "vectors", "fusion", "total")
    detail = {
        "stages": dict.fromkeys(names, times),
        "search_ms": times,
        "answer_ms": [2 * time for time in times],
        "answered": 90,
        "own_mb": 50.0,
    }
    systems = (
        System("tiaowen", 1.5, tuple(times), None, 120.0, detail=detail),
        System("rank-bm25", 3.0, tuple(10 * time for time in times), 4.0, 500.0),
        System("gone", problem="not installed: no network"),
    )
    return Size(index, systems, (Load(8, 100, 90, 61.5, 20.0, 40.0),) if passages == real else ())


def test_the_table_shows_every_figure(tmp_path: Path) -> None:
    table = write_results([make_size(1000, 1000), make_size(3000, 1000)], "5 documents.", tmp_path)
    lines = table.splitlines()
    assert "The index of 3000 passages holds 1000 real ones" in table
    assert "The index of 1000 passages" not in table
    assert "| 1000 | tiaowen | 51.00 | 96.00 | 100.00 |  | 2.5 | 120 |" in lines
    assert "| 1000 | rank-bm25 | 510.00 | 960.00 | 1000.00 | 10.0 | 4.0 | 500 |" in lines
    assert "| 1000 | gone | not installed: no network |  |  |  |  |  |" in lines
    assert "| 3000 | 1.50 | 120 | 50 | 51.0 | 96.0 | 102.0 | 192.0 | 90 of 101 |" in lines
    assert [line for line in lines if line.endswith("90 of 100 |")] == ["| 1000 | 8 | 61.5 | 20.0 | 40.0 | 90 of 100 |"]
    assert "| 3000 | 1500 | 6000 | exact | 1.000 | 300 | 1536 | 900 |" in lines
    assert (tmp_path / "scale.md").read_text(encoding="utf-8") == table
    assert [size["index"]["passages"] for size in json.loads((tmp_path / "scale.json").read_text())] == [1000, 3000]


def test_each_chart_has_a_line_for_each_system_that_ran(tmp_path: Path) -> None:
    write_results([make_size(1000, 1000), make_size(3000, 1000)], "", tmp_path)
    latency, disk = ((tmp_path / f"{name}.svg").read_text(encoding="utf-8") for name in ("latency", "disk"))
    assert latency.startswith("<svg")
    assert [name in latency for name in ("tiaowen", "rank-bm25", "gone")] == [True, True, False]
    assert all(part in disk for part in ("words", "vectors", "texts"))
    assert all(f">{passages}<" in disk for passages in ("1,000", "3,000"))
    assert (tmp_path / "memory.svg").exists()


def test_only_indices_without_copies_are_asked_over_http(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = make_size(1000, 500)
    served: list[Path] = []
    run: list[str] = []
    monkeypatch.setattr(scale, "make_index", lambda *_: made.index)
    monkeypatch.setattr(scale, "open_service", served.append)
    monkeypatch.setattr(scale, "run_system", lambda system, *_: run.append(system) or made.systems[0])
    size = scale.measure_size(tmp_path, 1000, QUESTIONS, peers=(), environments=tmp_path, clients=(1, 8))
    assert (size.loads, served, run) == ((), [], ["tiaowen", "faiss", "rank-bm25"])
    large = replace(made.index, passages=scale.MOST_FOR_PEERS + 1)
    monkeypatch.setattr(scale, "make_index", lambda *_: large)
    run.clear()
    scale.measure_size(tmp_path, 1000, QUESTIONS, peers=("txtai",), environments=tmp_path, clients=(1,))
    assert run == ["tiaowen", "faiss"]


def test_a_fault_is_said_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        scale.main([str(tmp_path), "--peers", "lucene", "--out", str(tmp_path / "out")])
    assert ended.value.code == 1
    assert "unknown peer 'lucene'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_the_whole_command_over_the_shipped_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = tmp_path / "queries.jsonl"
    lines = [json.dumps({"text": f"山东省{text}"}, ensure_ascii=False) for text in QUESTIONS]
    questions.write_text("\n".join(lines), encoding="utf-8")
    scale.main(
        [
            *("--sizes", "100,2000", "--clients", "1,2", "--questions", str(questions)),
            *("--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")),
        ]
    )
    printed = capsys.readouterr().out
    assert printed.count("| tiaowen |") == printed.count("| rank-bm25 |") == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("disk.svg", "latency.svg", "memory.svg", "scale.json", "scale.md")
    ]


def test_documents_that_cannot_be_indexed(tmp_path: Path) -> None:
    with pytest.raises((BenchError, TiaowenError), match="indexing"):
        scale.index_documents(tmp_path / "nothing", tmp_path / "data")
