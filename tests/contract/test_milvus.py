"""What is asked of Milvus beyond the two protocols: its own scores, filters, the alias, and errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import IndexMismatchError, IndexServerError
from corpus.model import Metadata
from corpus.regions import by_code
from indexer.backends.base import All, Between, Filter, In, LexicalIndex, Not, Selection
from indexer.backends.bm25 import Bm25Index
from indexer.backends.milvus import Collection, Milvus, collection_name
from indexer.backends.milvus_schema import DENSE, WORDS, to_records
from indexer.passage_rows import KINDS, PassageRows
from indexer.tokenizer import tokenize

from .test_dense import QUERIES, VECTORS
from .test_lexical import DOCUMENTS, QUESTIONS

pytestmark = pytest.mark.milvus

WHERE = ["milvus_lite", "milvus_server", "milvus_given"]
WITH_WORDS = ["milvus_lite", "milvus_given"]

# Names of files as people and systems give them, and as someone gives them who wants out of the quotes.
ODD_NAMES = [
    "山东省2014年行动计划",
    'he said "no"',
    "it's",
    "back\\slash",
    "ends in a backslash\\",
    '\\"',
    "two\nlines",
    "carriage\rreturn",
    "tab\there",
    "bell\x07",
    "100%_of {it}",
    'x" or row >= 0 or document_id in ["x',
    "x' or row >= 0 or document_id in ['x",
    "\\u0041",
    "𠮷野家 🙂",
    "folder~stem",
    "null",
    "]",
]


@pytest.fixture
def milvus(request: pytest.FixtureRequest) -> Milvus:
    given: Milvus = request.getfixturevalue(request.param)
    return given


# Milvus Lite has no DiskANN, and the package's server does not get one built.
KINDS_THERE = [
    *product(WHERE, ("FLAT", "HNSW", "IVF_SQ8")),
    ("milvus_given", "DISKANN"),
]


@pytest.mark.parametrize(("milvus", "kind"), KINDS_THERE, indirect=["milvus"])
def test_cosines_as_milvus_has_them(milvus: Milvus, kind: str) -> None:
    collection = written(milvus, VECTORS, kind=kind)
    for query in QUERIES[:5]:
        rows, cosines = collection.search(DENSE, query, 300, None)
        exact = VECTORS @ query
        if kind in ("FLAT", "HNSW"):
            np.testing.assert_allclose(cosines, exact[rows], atol=1e-4)
        best = np.argsort(-exact, kind="stable")[:10].tolist()
        if kind == "FLAT":
            assert rows[:10].tolist() == best
        assert len(set(rows.tolist()) & set(best)) >= 9
    milvus.retire(())


@pytest.mark.parametrize("where", WITH_WORDS)
def test_bm25_as_milvus_has_it(where: str, on_milvus: Callable[..., LexicalIndex]) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(DOCUMENTS.glob("*.txt"))]
    words = Bm25Index.build([tokens for text in texts for line in text.splitlines() if (tokens := tokenize(line))])
    index: Any = on_milvus(where, np.ones((len(words), 2), dtype=np.float32), words)
    for question in QUESTIONS[:4]:
        tokens = tokenize(question)
        rows, found = index._collection.search(WORDS, words.term_weights(tokens), 100, None)
        best, exact = words.search(tokens, 100)
        assert len(rows) == len(best)
        np.testing.assert_allclose(found, exact, rtol=1e-4)
        np.testing.assert_allclose(found, words.scores(tokens, rows), rtol=1e-4)


def filters() -> list[Filter]:
    odd = [In("document_id", frozenset({name})) for name in ODD_NAMES]
    return [
        *odd,
        In("document_id", frozenset(ODD_NAMES)),
        In("document_id", frozenset({"unknown"})),
        In("document_id", frozenset()),
        In("region_code", frozenset({"370000", "370100"})),
        In("region_code", frozenset({""})),
        In("issuer", frozenset({'局"长'})),
        In("issuer", frozenset({""})),
        In("kind", frozenset({"table", "title"})),
        In("issued_on", frozenset({20140109})),
        In("row", frozenset({0, 3, 50})),
        In("row", frozenset([*range(4, 30), 33, 35])),
        Between(20140101, 20151231),
        Between(),
        Not(Between()),
        Not(In("region_code", frozenset({"370000"}))),
        All((In("kind", frozenset({"clause"})), Between(first=20150101), Not(In("row", frozenset({1, 2}))))),
        All(()),
        Not(All(())),
        All((Not(All((odd[0], Not(odd[1])))), Not(Not(In("kind", frozenset({"clause"})))))),
    ]


@pytest.mark.parametrize("milvus", WHERE, indirect=True)
def test_a_filter_leaves_the_same_rows_as_here(milvus: Milvus) -> None:
    regions = [None, by_code("370000"), by_code("370100"), by_code("610000")]
    dates = [None, date(2014, 1, 9), date(2016, 7, 2)]
    issuers = [None, '局"长', "山东省人民政府"]
    combined = list(product(regions, dates, issuers))
    documents = {
        name: Metadata(region=region, issued_on=day, issuer=issuer)
        for name, (region, day, issuer) in zip(ODD_NAMES, combined, strict=False)
    }
    document = np.repeat(np.arange(len(documents), dtype=np.int32), 3)
    kind = np.array([number % len(KINDS) for number in range(len(document))], dtype=np.int8)
    here = PassageRows(document, kind, documents)
    vectors = VECTORS[: len(here)]
    records = to_records(
        0, [list(documents.items())[i] for i in document], [KINDS[i] for i in kind], vectors, words=None
    )
    collection = written(milvus, vectors, records)
    for condition in filters():
        selection = here.where(condition)
        wanted = list(range(len(here))) if selection is None else selection.rows().tolist()
        allowed = Selection(condition, lambda: np.ones(0, dtype=np.bool_))
        found, _ = collection.search(DENSE, QUERIES[0], len(here) + 5, allowed)
        assert sorted(found.tolist()) == wanted, condition
    milvus.retire(())


@pytest.mark.parametrize("milvus", WHERE, indirect=True)
def test_the_alias_moves_from_one_generation_to_the_next(milvus: Milvus) -> None:
    assert milvus.serving() is None
    older, newer = written(milvus, VECTORS[:20], number=901), written(milvus, VECTORS[20:50], number=902)
    milvus.publish(901)
    assert milvus.serving() == collection_name(901)
    milvus.publish(902)
    milvus.publish(902)
    assert milvus.serving() == collection_name(902)
    # Whoever began with the former generation goes on with it.
    assert len(older.search(DENSE, QUERIES[0], 100, None)[0]) == 20
    assert len(newer.search(DENSE, QUERIES[0], 100, None)[0]) == 30
    milvus.yield_name(902, 901)
    assert milvus.serving() == collection_name(901)
    milvus.retire({902})
    assert set(milvus.collections()) >= {901, 902}  # the one that serves stays
    milvus.yield_name(901, None)
    assert milvus.serving() is None
    milvus.retire(())
    assert milvus.collections() == {}


@pytest.mark.parametrize("milvus", WHERE, indirect=True)
def test_rows_written_again_take_their_own_places(milvus: Milvus) -> None:
    records = records_of(VECTORS[:30])
    again = [{**record, DENSE: vector} for record, vector in zip(records, VECTORS[30:60], strict=True)]
    milvus.write(903, "0f", [records, again[:10], again], passages=30, dimension=64, words=False)
    rows, cosines = milvus.open(903, "0f").search(DENSE, VECTORS[35], 30, None)
    assert (rows[0], len(rows)) == (5, 30)
    assert cosines[0] == pytest.approx(1, abs=1e-4)
    milvus.retire(())


@pytest.mark.parametrize("milvus", WHERE, indirect=True)
def test_a_collection_is_told_from_another_index_and_from_a_half_one(milvus: Milvus) -> None:
    assert not milvus.holds(904, "0f", 20)
    written(milvus, VECTORS[:20], number=904)
    assert milvus.holds(904, "0f", 20)
    assert not milvus.holds(904, "0e", 20)
    assert not milvus.holds(904, "0f", 21)
    with pytest.raises(IndexMismatchError, match="clauses_904 was written from another index"):
        milvus.open(904, "0e")
    with pytest.raises(IndexMismatchError, match="serves no index"):
        milvus.open(905, "0f")
    with pytest.raises(IndexServerError, match=r"holds 20 rows of clauses_904 instead of 21"):
        milvus.write(904, "0f", [records_of(VECTORS[:20])], passages=21, dimension=64, words=False)
    milvus.retire(())


@pytest.mark.parametrize("milvus", WHERE, indirect=True)
def test_a_collection_that_was_let_go_of_is_loaded_again(milvus: Milvus, monkeypatch: pytest.MonkeyPatch) -> None:
    written(milvus, VECTORS[:20], number=907)
    milvus._client.release_collection(collection_name(907))
    assert milvus.open(907, "0f").search(DENSE, VECTORS[7], 1, None)[0].tolist() == [7]
    milvus._client.release_collection(collection_name(907))
    assert milvus.holds(907, "0f", 20)
    # A process that is set to another number of replicas takes the collection as it is loaded.
    monkeypatch.setattr(milvus, "_replicas", 3)
    assert milvus.open(907, "0f").search(DENSE, VECTORS[7], 1, None)[0].tolist() == [7]
    milvus.retire(())


@pytest.mark.parametrize("milvus", WHERE, indirect=True)
def test_what_fails_in_milvus_is_named(milvus: Milvus) -> None:
    collection = written(milvus, VECTORS[:20], number=906)
    milvus.retire(())
    with pytest.raises(IndexServerError, match=r"Milvus failed \(search clauses_906\).*TIAOWEN_MILVUS_URI"):
        collection.search(DENSE, QUERIES[0], 3, None)


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1", "unix:/nowhere/at/all", "no address"])
def test_milvus_that_is_not_there(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.backends.milvus._TIMEOUT_S", 0.5)
    with pytest.raises(IndexServerError, match="connect to Milvus"):
        Milvus(uri)


def test_a_file_of_milvus_lite_opens_again(tmp_path: Path) -> None:
    file = str(tmp_path / "milvus.db")
    first = Milvus(file)
    written(first, VECTORS[:20], number=1)
    first.publish(1)
    first.close()
    second = Milvus(file)
    assert second.serving() == collection_name(1)
    assert second.open(1, "0f").search(DENSE, VECTORS[7], 1, None)[0].tolist() == [7]
    second.close()


def records_of(vectors: np.ndarray) -> list[dict[str, Any]]:
    return to_records(0, [("document", Metadata())] * len(vectors), ["clause"] * len(vectors), vectors, None)


def written(
    milvus: Milvus,
    vectors: np.ndarray,
    records: list[dict[str, Any]] | None = None,
    *,
    number: int = 900,
    kind: str | None = None,
) -> Collection:
    milvus.dense_index = kind
    records = records_of(vectors) if records is None else records
    milvus.write(number, "0f", [records], passages=len(vectors), dimension=vectors.shape[1], words=False)
    milvus.dense_index = None
    return milvus.open(number, "0f")
