"""What every lexical engine must do, against rank-bm25, which defines the score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from corpus.errors import DamagedIndexError
from indexer.backends.base import LexicalIndex, Selection
from indexer.backends.bm25 import Bm25Index
from indexer.backends.term_counts import TermCountWriter
from indexer.tokenizer import tokenize

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
QUESTIONS = (
    "山东省品牌培育由哪个部门牵头?",
    "到2010年西藏的生产总值达到多少?",
    "质量 质量 质量",
    "who leads brand cultivation? GDP 8.5%",
    "冇呢個詞",
    "",
)
MakeLexical = Callable[[Sequence[Sequence[str]], Path], LexicalIndex]


def write(token_lists: Sequence[Sequence[str]], folder: Path) -> None:
    writer = TermCountWriter(folder)
    for tokens in token_lists:
        writer.add(tokens)
    writer.finish()


def saved_and_opened(token_lists: Sequence[Sequence[str]], folder: Path) -> LexicalIndex:
    write(token_lists, folder)
    return Bm25Index.open(folder)


# The server of the PyPI package has no sparse vectors.
ON_MILVUS = [pytest.param(name, marks=pytest.mark.milvus) for name in ("milvus_lite", "milvus_given")]


def made_on(
    kind: str, token_lists: Sequence[Sequence[str]], folder: Path, on_milvus: Callable[..., LexicalIndex]
) -> LexicalIndex:
    match kind:
        case "built":
            return Bm25Index.build(token_lists)
        case "opened":
            return saved_and_opened(token_lists, folder)
    # The vectors are not looked at.
    return on_milvus(
        kind, np.eye(1, 2, dtype=np.float32).repeat(len(token_lists), axis=0), Bm25Index.build(token_lists)
    )


@pytest.fixture(params=["built", "opened", *ON_MILVUS])
def make(request: pytest.FixtureRequest, on_milvus: Callable[..., LexicalIndex]) -> MakeLexical:
    return lambda token_lists, folder: made_on(request.param, token_lists, folder, on_milvus)


@pytest.fixture(scope="module")
def token_lists() -> list[list[str]]:
    """Each paragraph of the five documents."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(DOCUMENTS.glob("*.txt"))]
    return [tokens for text in texts for line in text.splitlines() if (tokens := tokenize(line))]


@pytest.fixture(scope="module", params=["built", "opened", *ON_MILVUS])
def index(
    request: pytest.FixtureRequest,
    token_lists: list[list[str]],
    tmp_path_factory: pytest.TempPathFactory,
    on_milvus: Callable[..., LexicalIndex],
) -> LexicalIndex:
    return made_on(request.param, token_lists, tmp_path_factory.mktemp("bm25"), on_milvus)


@pytest.fixture(scope="module")
def oracle(token_lists: list[list[str]]) -> BM25Okapi:
    return BM25Okapi(token_lists)


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_are_those_of_rank_bm25(index: LexicalIndex, oracle: BM25Okapi, question: str) -> None:
    tokens = tokenize(question)
    rows = np.arange(len(index))
    np.testing.assert_allclose(index.scores(tokens, rows), oracle.get_scores(tokens), rtol=1e-6, atol=1e-6)
    assert {token: index.idf(token) for token in tokens} == pytest.approx(
        {token: oracle.idf.get(token, 0.0) for token in tokens}
    )


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("every", [1, 7], ids=["all", "filtered"])
def test_search_is_the_best_of_all_scores(
    index: LexicalIndex, token_lists: list[list[str]], question: str, every: int
) -> None:
    tokens = tokenize(question)
    allowed = np.arange(0, len(token_lists), every)
    wanted = [row for row in allowed.tolist() if set(tokens) & set(token_lists[row])]
    scores = index.scores(tokens, np.arange(len(index)))
    wanted.sort(key=lambda row: (-scores[row], row))
    rows, found = index.search(tokens, 10, None if every == 1 else Selection.of_rows(allowed, len(index)))
    assert rows.tolist() == wanted[:10]
    assert found.tolist() == scores[rows].tolist()


def test_a_term_in_most_passages_has_the_floor_of_rank_bm25(make: MakeLexical, tmp_path: Path) -> None:
    lists = [["甲", "乙"], ["甲", "丙"], ["甲", "丁", "甲"], ["戊"]]
    oracle = BM25Okapi(lists)
    assert oracle.idf["甲"] == 0.25 * oracle.average_idf
    np.testing.assert_allclose(make(lists, tmp_path).scores(["甲"], np.arange(4)), oracle.get_scores(["甲"]), rtol=1e-6)


def test_one_passage_is_found_though_its_score_is_below_zero(make: MakeLexical, tmp_path: Path) -> None:
    index = make([["甲"]], tmp_path)
    rows, scores = index.search(["甲"], 5)
    assert rows.tolist() == [0]
    assert scores.tolist() == BM25Okapi([["甲"]]).get_scores(["甲"]).astype(np.float32).tolist()


def test_knows_its_terms_and_no_others(make: MakeLexical, tmp_path: Path) -> None:
    index = make([["质监部门", "牵头"], ["牵头", "8.5%"]], tmp_path)
    assert [index.knows(term) for term in ("质监部门", "8.5%", "质监", "", "\udcff")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert len(index) == 2


def test_equal_scores_come_by_row(make: MakeLexical, tmp_path: Path) -> None:
    index = make([["乙"], ["甲", "丙"], ["甲", "丙"], ["甲", "丙"], ["丁"], ["戊"], ["己"]], tmp_path)
    assert index.search(["甲"], 2)[0].tolist() == [1, 2]
    assert index.search(["甲"], 2, Selection.of_rows([3, 2], len(index)))[0].tolist() == [2, 3]


def test_a_query_and_the_passages_are_sparse_vectors_with_the_score_as_their_product(
    token_lists: list[list[str]], oracle: BM25Okapi
) -> None:
    index = Bm25Index.build(token_lists)
    starts, rows, weights = index.postings
    for question in QUESTIONS:
        products = np.zeros(len(index))
        for column, weight in index.term_weights(tokenize(question)).items():
            where = slice(starts[column], starts[column + 1])
            products[rows[where]] += weight * weights[where]
        np.testing.assert_allclose(products, oracle.get_scores(tokenize(question)), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("lists", [[], [[]], [[], []]])
def test_an_index_without_terms_finds_nothing(make: MakeLexical, lists: list[list[str]], tmp_path: Path) -> None:
    index = make(lists, tmp_path)
    assert index.search(["甲"], 5)[0].tolist() == []
    assert index.scores(["甲"], np.arange(len(lists))).tolist() == [0.0] * len(lists)


@pytest.mark.parametrize("k", [0, -1])
def test_no_hits_are_asked_for(make: MakeLexical, k: int, tmp_path: Path) -> None:
    assert make([["甲"]], tmp_path).search(["甲"], k)[0].tolist() == []


@pytest.mark.parametrize("damage", ["missing", "cut", "other", "pickled"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    write([["甲"], ["乙"]], tmp_path)
    path = tmp_path / "bm25_weights.npy"
    match damage:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(path.read_bytes()[:20])
        case "other":
            np.save(path, np.zeros(3, dtype=np.int8))
        case "pickled":
            np.save(path, np.array([object()]), allow_pickle=True)
    with pytest.raises(DamagedIndexError, match="bm25_weights"):
        Bm25Index.open(tmp_path)
