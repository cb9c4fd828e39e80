from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.backends import term_counts
from indexer.backends.bm25 import Bm25Index
from indexer.backends.term_counts import TermCounts, TermCountWriter

Rows = Sequence[Sequence[str]]


@pytest.fixture
def rows() -> list[list[str]]:
    """Fifty rows over a small vocabulary, some of them empty."""
    numbers = np.random.default_rng(5)
    return [["甲乙丙丁戊己庚辛壬癸"[n] for n in numbers.integers(10, size=numbers.integers(9))] for _ in range(50)]


def write(folder: Path, rows: Rows) -> Bm25Index:
    folder.mkdir()
    writer = TermCountWriter(folder)
    for tokens in rows:
        writer.add(tokens)
    return writer.finish()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_rows_taken_over_are_as_if_counted(tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_counts, "_BLOCK", 7)
    write(tmp_path / "former", rows[:30])
    (tmp_path / "next").mkdir()
    writer = TermCountWriter(tmp_path / "next", TermCounts(tmp_path / "former"))
    writer.take_over(range(10, 20))
    writer.add(rows[40])
    writer.take_over(range(0, 5))
    writer.take_over(range(5, 5))
    writer.add(["new", "words", "new"])
    assert len(writer) == 17
    writer.finish()
    write(tmp_path / "anew", [*rows[10:20], rows[40], *rows[:5], ["new", "words", "new"]])
    assert files(tmp_path / "next") == files(tmp_path / "anew")


def test_the_size_of_blocks_changes_nothing(tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "whole", rows)
    monkeypatch.setattr(term_counts, "_BLOCK", 3)
    write(tmp_path / "blocks", rows)
    assert files(tmp_path / "whole") == files(tmp_path / "blocks")


def test_a_term_that_no_row_has_any_more_is_forgotten(tmp_path: Path) -> None:
    write(tmp_path / "former", [["甲", "乙"], ["甲"]])
    (tmp_path / "next").mkdir()
    writer = TermCountWriter(tmp_path / "next", TermCounts(tmp_path / "former"))
    writer.take_over(range(1, 2))
    index = writer.finish()
    assert (index.knows("甲"), index.knows("乙"), len(index)) == (True, False, 1)
    assert (writer.idf("甲"), writer.knows("乙"), writer.knows("丙")) == (index.idf("甲"), False, False)
    assert TermCounts(tmp_path / "next").vocabulary() == ["甲".encode()]


def test_no_rows_and_no_terms(tmp_path: Path) -> None:
    assert len(write(tmp_path / "nothing", [])) == 0
    assert len(write(tmp_path / "no-terms", [[], []])) == 2
    (tmp_path / "next").mkdir()
    writer = TermCountWriter(tmp_path / "next", TermCounts(tmp_path / "no-terms"))
    writer.take_over(range(2))
    writer.add(["甲"])
    assert writer.finish().search(["甲"], 3)[0].tolist() == [2]


def test_a_term_beyond_counting_counts_as_often_as_can_be(tmp_path: Path) -> None:
    index = write(tmp_path / "much", [["的"] * 70_000, ["的"]])
    assert TermCounts(tmp_path / "much").times.tolist() == [65_535, 1]
    assert TermCounts(tmp_path / "much").lengths.tolist() == [70_000, 1]
    assert sorted(index.search(["的"], 2)[0].tolist()) == [0, 1]


def test_progress_ends_at_the_whole(tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_counts, "_BLOCK", 50)
    (tmp_path / "index").mkdir()
    writer = TermCountWriter(tmp_path / "index")
    for tokens in rows:
        writer.add(tokens)
    seen: list[tuple[int, int]] = []
    writer.finish(progress=lambda *step: seen.append(step))
    total = sum(len(set(tokens)) for tokens in rows)
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert np.load(tmp_path / "index" / "bm25_rows.npy").shape == (total,)
