"""The systems that are compared: words alone, vectors alone, both fused, and both fused and reranked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from corpus.errors import InputError
from corpus.folding import to_simplified
from eval.runs import SYSTEMS, Retriever
from indexer.backends.bm25 import Bm25Index
from indexer.backends.faiss import FaissIndex
from indexer.embedding_cache import EmbeddingCache
from indexer.tokenizer import tokenize
from service.filters import Filters, HeldValues, passing
from service.query import Query, build_query
from service.query_adapter import adapt
from service.ranking import fuse
from service.reranking import Reranker, open_reranker
from service.retrieval import Candidates, find_candidates
from service.understanding import understand

if TYPE_CHECKING:
    from indexer.backends.base import Rows, Selection, Vectors
    from indexer.encoder import EncodeProgress, Encoder
    from service.engine import Engine

Numbers = npt.NDArray[np.floating[Any]]

_DEPTH = 200


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once.

    Raises:
        InputError: For an unknown one.
    """
    for name in names:
        if name not in SYSTEMS:
            raise InputError(f"unknown system {name!r}.", f"Known are {', '.join(SYSTEMS)}.")
    return tuple(dict.fromkeys(names))


def open_systems(names: Sequence[str], engine: Engine, *, reranker: str | None = None) -> dict[str, Retriever]:
    """Name -> retriever over the engine's generation.

    All read the question as the engine does (its terms, its regions as a filter), so that they differ in nothing but
    what they rank by. ``hybrid+rerank`` is the engine's own search, or ``hybrid`` under the cross-encoder ``reranker``.

    Raises:
        InputError: For an unknown name.
        ModelError: If the reranker cannot be had.
    """
    systems = _EngineSystems(engine)
    known: dict[str, Retriever] = {
        "bm25": systems.by_words,
        "dense": systems.by_vectors,
        "hybrid": systems.by_both,
        "hybrid+rerank": systems.by_engine,
    }
    chosen = check_names(names)
    if reranker is not None and "hybrid+rerank" in chosen:
        known["hybrid+rerank"] = rerank(systems.by_both, systems.texts, open_reranker(reranker))
    return {name: known[name] for name in chosen}


class _EngineSystems:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._index = engine.generation
        self._held = HeldValues.of(engine.documents.values())

    def _ask(self, query: str) -> tuple[Query, Selection | None]:
        """What the indices are asked for, and what they may find."""
        interpretation = understand(query, self._engine.translator)
        asked = build_query(interpretation, self._index, self._engine.encoder)
        if not interpretation.regions:
            return asked, None
        return asked, self._index.rows.where(passing(Filters(), interpretation.regions, self._held))

    def _named(self, rows: Rows, scores: Numbers) -> list[tuple[str, float]]:
        return list(zip(self._index.store.clause_ids(rows), scores.tolist(), strict=True))

    def texts(self, clause_ids: Sequence[str]) -> list[str]:
        return [clause.text for clause in self._index.store.clauses(clause_ids)]

    def by_words(self, query: str, k: int) -> list[tuple[str, float]]:
        asked, allowed = self._ask(query)
        return self._named(*self._index.bm25.search(asked.tokens, k, allowed))

    def by_vectors(self, query: str, k: int) -> list[tuple[str, float]]:
        asked, allowed = self._ask(query)
        return self._named(*self._index.dense.search(asked.vector, k, allowed))

    def by_both(self, query: str, k: int) -> list[tuple[str, float]]:
        asked, allowed = self._ask(query)
        candidates = find_candidates(self._index, asked.tokens, asked.vector, allowed)
        return self._named(*_best(candidates, fuse(candidates, asked.lexical_share), k))

    def by_engine(self, query: str, k: int) -> list[tuple[str, float]]:
        return [(hit.clause.id, float(hit.score)) for hit in self._engine.search(query, k=min(k, 100)).hits]


def _best(candidates: Candidates, scores: Numbers, k: int) -> tuple[Rows, Numbers]:
    order = np.lexsort((candidates.rows, -scores))[:k]
    return candidates.rows[order], scores[order]


def open_texts(
    names: Sequence[str],
    documents: Mapping[str, tuple[str, str]],
    encoder: Encoder,
    *,
    cache: Path,
    reranker: str | None = None,
    progress: EncodeProgress | None = None,
) -> dict[str, Retriever]:
    """Name -> retriever over plain texts, as in a BEIR folder: no regions, no facts.

    Args:
        names: See ``SYSTEMS``.
        documents: Document id -> title and text.
        encoder: Of passages and queries.
        cache: Folder of the embedding cache.
        reranker: Cross-encoder that ``hybrid+rerank`` needs.
        progress: Called with the number of passages encoded and to encode.

    Raises:
        InputError: For an unknown name, or ``hybrid+rerank`` without a reranker.
        ModelError: If the reranker cannot be had.
    """
    chosen = check_names(names)
    ids = list(documents)
    passages = ["\n".join(filter(None, documents[i])) for i in ids]
    bm25 = Bm25Index.build([tokenize(passage) for passage in passages])
    dense: FaissIndex | None = None
    if chosen != ("bm25",):
        with EmbeddingCache(cache, encoder) as stored:
            vectors, _ = stored.encode(passages, progress=progress)
        dense = FaissIndex.build(vectors)

    def vector_of(query: str) -> Vectors:
        return adapt(encoder.encode_queries([to_simplified(query)])[0], encoder)

    def named(rows: Rows, scores: Numbers) -> list[tuple[str, float]]:
        return [(ids[row], score) for row, score in zip(rows, scores.tolist(), strict=True)]

    def by_words(query: str, k: int) -> list[tuple[str, float]]:
        return named(*bm25.search(tokenize(query), k))

    def by_vectors(query: str, k: int) -> list[tuple[str, float]]:
        assert dense is not None  # noqa: S101 - built for every system but words alone
        return named(*dense.search(vector_of(query), k))

    def by_both(query: str, k: int) -> list[tuple[str, float]]:
        assert dense is not None  # noqa: S101 - built for every system but words alone
        tokens = tokenize(query)
        vector = vector_of(query)
        depth = max(_DEPTH, k)
        rows = np.union1d(bm25.search(tokens, depth)[0], dense.search(vector, depth)[0])
        candidates = Candidates(
            rows,
            bm25.scores(tokens, rows).astype(np.float64),
            dense.scores(vector, rows).astype(np.float64),
            whole=False,
        )
        known = sum(bm25.knows(token) for token in tokens) / len(tokens) if tokens else 0.0
        return named(*_best(candidates, fuse(candidates, known), k))

    known_systems: dict[str, Retriever] = {"bm25": by_words, "dense": by_vectors, "hybrid": by_both}
    if "hybrid+rerank" in chosen:
        if reranker is None:
            raise InputError("hybrid+rerank needs a reranker here.", "Name a cross-encoder with --reranker.")
        known_systems["hybrid+rerank"] = rerank(
            by_both, lambda wanted: ["\n".join(filter(None, documents[i])) for i in wanted], open_reranker(reranker)
        )
    return {name: known_systems[name] for name in chosen}


def rerank(retrieve: Retriever, texts: Callable[[Sequence[str]], list[str]], reranker: Reranker) -> Retriever:
    """``retrieve`` with its hits ordered by the reranker's score of query and text; equal scores keep their order."""

    def reranked(query: str, k: int) -> list[tuple[str, float]]:
        ids = [identifier for identifier, _ in retrieve(query, k)]
        if not ids:
            return []
        scores = reranker.score(query, texts(ids)).tolist()
        order = sorted(range(len(ids)), key=lambda place: -scores[place])
        return [(ids[place], scores[place]) for place in order]

    return reranked
