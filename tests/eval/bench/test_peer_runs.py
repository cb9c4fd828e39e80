from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import InputError
from eval.bench import peer_runs
from eval.bench.peer_runs import PEERS, Peer, PeerResult, run_peer
from eval.bench.side_by_side import Row, SideBySide, check_peers, rows_of, to_markdown
from eval.bench.statutes import Statutes

PROGRAM = """\
from harness import Measurement

measurement = Measurement()
measurement.system("good", lambda: lambda number: [(measurement.job.ids[0], 1.0)], takes_vectors=True)
measurement.system("bad", lambda: 1 / 0)
measurement.write("9.9")
"""


@pytest.fixture
def job(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "passages.jsonl").write_text('{"id": "d/第一条", "tokens": ["a"]}\n', encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"id": "q1", "text": "a", "tokens": ["a"]}\n', encoding="utf-8")
    np.save(folder / "passages.npy", np.ones((1, 2), dtype=np.float32))
    return folder


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Peer:
    """A peer whose environment is this interpreter, and whose program stands beside a copy of the harness."""
    programs = tmp_path / "peers"
    programs.mkdir()
    harness = Path(peer_runs.__file__).with_name("peers") / "harness.py"
    (programs / "harness.py").write_text(harness.read_text(encoding="utf-8"), encoding="utf-8")
    (programs / "program.py").write_text(PROGRAM, encoding="utf-8")
    monkeypatch.setattr(peer_runs, "_PROGRAMS", programs)
    folder = tmp_path / "environments" / "toy" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "python").chmod(0o755)
    (folder.parent / "installed.json").write_text(json.dumps(["toy==1"]))
    return Peer("toy", ("toy==1",), "program.py")


def test_a_peer_measures_in_its_own_process_and_a_failing_system_is_listed(
    job: Path, installed: Peer, tmp_path: Path
) -> None:
    result = run_peer(installed, job, tmp_path / "environments")
    assert (result.problem, result.version) == ("", "9.9")
    assert result.systems["good"]["run"] == {"q1": [["d/第一条", 1.0]]}
    assert result.systems["good"]["takes_vectors"] is True
    assert result.systems["bad"]["error"] == "ZeroDivisionError: division by zero"
    assert result.peak_mb > 1


def test_a_peer_that_does_not_run_is_listed(job: Path, installed: Peer, tmp_path: Path) -> None:
    (tmp_path / "peers" / "program.py").write_text("raise SystemExit('no luck')")
    assert run_peer(installed, job, tmp_path / "environments").problem == "no luck"


@pytest.mark.slow
def test_a_peer_that_cannot_be_installed_is_listed(job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    peer = Peer("gone", ("no-such-distribution==0.0.1",), "program.py")
    assert run_peer(peer, job, tmp_path / "environments").problem.startswith("not installed: ERROR")


def test_every_peer_has_its_program() -> None:
    programs = Path(peer_runs.__file__).with_name("peers")
    assert [peer.name for peer in PEERS if not (programs / peer.program).is_file()] == []


def test_an_unknown_peer_is_named_with_those_known() -> None:
    assert check_peers(["bm25s", "bm25s"]) == ("bm25s",)
    with pytest.raises(InputError, match="unknown peer 'lucene'"):
        check_peers(["lucene"])


def test_the_table_shows_figures_and_problems() -> None:
    values = {"nDCG@10": 0.5, "RR@10": 0.5, "R@10": 0.5, "R@100": 0.5, "Success@1": 0.5}
    nan = float("nan")
    rows = (
        Row("tiaowen bm25", "0.1.0", values, 2.0, 1.25, 2.5, 300.0),
        Row("gone", "", {}, nan, nan, nan, nan, "not installed: no network"),
    )
    text = to_markdown(SideBySide(rows, 3, 10, 2, 0, 400.0))
    assert "3 documents, 10 passages, 2 questions" in text
    assert "| tiaowen bm25 | 0.1.0 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 | 2.0 | 1.2 | 2.5 | 300 |" in text
    assert "| gone |  | not installed: no network |" in text


def test_a_slow_system_is_asked_no_longer_than_its_time(job: Path, installed: Peer, tmp_path: Path) -> None:
    lines = "".join(f'{{"id": "q{n}", "text": "a", "tokens": ["a"]}}\n' for n in range(5))
    (job / "queries.jsonl").write_text(lines, encoding="utf-8")
    harness = tmp_path / "peers" / "harness.py"
    harness.write_text(harness.read_text(encoding="utf-8").replace("SECONDS = 120", "SECONDS = 0"), encoding="utf-8")
    assert list(run_peer(installed, job, tmp_path / "environments").systems["good"]["run"]) == ["q0"]


def test_a_slow_system_is_judged_on_the_questions_that_it_came_to(tmp_path: Path) -> None:
    qrels = {"q1": {"d/第一条": 1}, "q2": {"d/第二条": 1}}
    statutes = Statutes(tmp_path, {"q1": "a", "q2": "b"}, qrels)
    system = {"index_seconds": 1.0, "query_ms": [2.0], "takes_vectors": False, "run": {"q1": [["d/第一条", 1.0]]}}
    (row,) = rows_of(PeerResult("slow", "1", 1.0, {"slow": system}), statutes, 0.0)
    assert (row.system, row.values["nDCG@10"]) == ("slow (1 questions)", 1.0)
