from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import InputError, NoIndexError
from eval.bench.scale_index import choose, make_index, token_lists
from indexer.build import build_index
from indexer.encoder import Encoder
from indexer.generations import Generation, current_number, generations_folder, open_current
from indexer.store import Extent


def extents(*lengths: int) -> dict[str, Extent]:
    ends = np.cumsum(lengths).tolist()
    rows = [range(end - length, end) for end, length in zip(ends, lengths, strict=True)]
    return {f"d{number}": Extent("r", some, some) for number, some in enumerate(rows)}


@pytest.fixture
def base(statutes: Path, tmp_path: Path, encoder: Encoder) -> Path:
    data = tmp_path / "base"
    build_index([statutes], data, encoder=encoder)
    return data


def open_index(data: Path, encoder: Encoder) -> closing[Generation]:
    return closing(open_current(data, encoder=encoder))


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (7, [("d0", 0), ("d2", 0)]),  # d1 would be too many
        (15, [("d0", 0), ("d1", 0), ("d2", 0)]),
        (29, [("d0", 0), ("d1", 0), ("d2", 0)]),
        (30, [(f"d{n}", copy) for copy in (0, 1) for n in range(3)]),
        (36, [*((f"d{n}", copy) for copy in (0, 1) for n in range(3)), ("d0", 2), ("d2", 2)]),
    ],
)
def test_whole_documents_make_up_the_size(wanted: int, taken: list[tuple[str, int]]) -> None:
    assert [(one.document_id, one.copy) for one in choose(extents(4, 9, 2), wanted)] == taken


def test_no_document_is_so_small() -> None:
    with pytest.raises(InputError, match="so few passages as 1"):
        choose(extents(4, 9, 2), 1)


def test_without_an_index_to_start_from(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError):
        make_index(tmp_path, 10, tmp_path / "sized")


def test_all_documents_give_the_same_index_again(base: Path, tmp_path: Path, encoder: Encoder) -> None:
    with open_index(base, encoder) as before:
        made = make_index(base, len(before.rows), tmp_path / "sized")
        with open_index(made.folder, encoder) as after:
            rows = np.arange(len(before.rows))
            assert (made.passages, made.real) == (len(rows), len(rows))
            assert after.store.clauses_of_rows(rows) == before.store.clauses_of_rows(rows)
            assert np.array_equal(after.dense.vectors(rows), before.dense.vectors(rows))
            assert after.bm25.scores(["公安机关", "罚款"], rows).tolist() == pytest.approx(
                before.bm25.scores(["公安机关", "罚款"], rows).tolist()
            )
            assert list(after.documents.items()) == list(before.documents.items())


def test_some_documents_keep_their_clauses_and_vectors(base: Path, tmp_path: Path, encoder: Encoder) -> None:
    with open_index(base, encoder) as before:
        made = make_index(base, 4, tmp_path / "sized")
        with open_index(made.folder, encoder) as after:
            assert 0 < made.passages == made.real <= 4
            for row, clause in enumerate(after.store.clauses_of_rows(range(made.passages))):
                former = before.store.row_of(clause.id)
                assert before.store.clause(clause.id) == clause
                assert np.array_equal(after.dense.vectors(np.array([row])), before.dense.vectors(np.array([former])))


def test_copies_are_documents_of_their_own(base: Path, tmp_path: Path, encoder: Encoder) -> None:
    with open_index(base, encoder) as before:
        real = len(before.rows)
        made = make_index(base, 3 * real, tmp_path / "sized")
        with open_index(made.folder, encoder) as after:
            assert (made.passages, made.real, len(after.rows)) == (3 * real, real, 3 * real)
            assert list(after.documents) == [name + copy for copy in ("", "~2", "~3") for name in before.documents]
            first = next(iter(before.documents))
            copied = after.store.clauses_of(f"{first}~2")
            assert [clause.text for clause in copied] == [clause.text for clause in before.store.clauses_of(first)]
            assert {clause.document_id for clause in copied} == {f"{first}~2"}
            assert {clause.id.partition("/")[0] for clause in copied} == {f"{first}~2"}
            rows = np.arange(real)
            cosines = np.einsum("ij,ij->i", before.dense.vectors(rows), after.dense.vectors(rows + real))
            assert 0.9 < cosines.min() <= cosines.max() < 0.9999
            assert np.linalg.norm(after.dense.vectors(rows + real), axis=1) == pytest.approx(np.ones(real), abs=1e-5)
            tokens = ["公安机关", "罚款"]
            scores = after.bm25.scores(tokens, np.arange(3 * real)).reshape(3, real)
            assert np.array_equal(scores[0], scores[2])
            assert scores.max() > 0


def test_an_index_that_is_there_is_kept_until_its_base_changes(
    base: Path, statutes: Path, tmp_path: Path, encoder: Encoder
) -> None:
    made = make_index(base, 8, tmp_path / "sized")
    assert (made.passages, make_index(base, 8, tmp_path / "sized")) == (8, made)
    assert current_number(tmp_path / "sized") == 1
    (statutes / "新法.txt").write_text("某市新法\n第一条 罚款由财政部门收缴。\n", encoding="utf-8")
    build_index([statutes], base, encoder=encoder)
    assert make_index(base, 9, tmp_path / "sized").passages == 9


def test_terms_are_those_that_were_counted(base: Path, encoder: Encoder) -> None:
    folder = generations_folder(base) / str(current_number(base))
    with open_index(base, encoder) as index:
        lists = list(token_lists(folder))
        assert len(lists) == len(index.rows)
        assert all(index.bm25.knows(term) for term in lists[0])
        assert [Counter(terms) for terms in token_lists(folder, np.array([2, 0]))] == [
            Counter(lists[2]),
            Counter(lists[0]),
        ]
