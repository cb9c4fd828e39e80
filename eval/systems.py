"""The systems that are compared: words alone, vectors alone, both fused, and both reranked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from corpus.errors import InputError, ModelError
from corpus.regions import covers
from eval.runs import SYSTEMS, Retriever
from indexer.tokenizer import tokenize

if TYPE_CHECKING:
    from service.engine import Engine

    from corpus.model import Region
    from indexer.backends.base import Rows
    from indexer.encoder import Encoder

PairScorer = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""Query and passage pairs -> scores; a larger score is better."""


class SearchEngine(Protocol):
    """The part of ``service.engine.Engine`` that the fused system calls."""

    def search(self, query: str, k: int = 10) -> Any:
        """Hits, best first, each with a ``clause`` and a ``score``."""
        ...


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once.

    Raises:
        InputError: For an unknown one.
    """
    for name in names:
        if name not in SYSTEMS:
            raise InputError(f"unknown system {name!r}.", f"Known are {', '.join(SYSTEMS)}.")
    return tuple(dict.fromkeys(names))


def open_systems(
    names: Sequence[str], engine: Engine, encoder: Encoder, *, reranker: str | None = None
) -> dict[str, Retriever]:
    """Name -> retriever over the engine's generation.

    Words and vectors alone read the question as it was understood (its terms, its region), so that they differ from
    the fused system in nothing but the fusion.

    Raises:
        InputError: For an unknown name, or ``hybrid+rerank`` without a reranker.
        ModelError: If the reranker cannot be had.
    """
    names = check_names(names)
    generation = engine.generation
    store = generation.store
    clause_ids = np.asarray(store.clause_ids(np.arange(len(generation.bm25))), dtype=object)
    document_regions = {document: metadata.region for document, metadata in store.metadata().items()}
    row_regions = [document_regions.get(str(clause_id).partition("/")[0]) for clause_id in clause_ids]

    def allowed(regions: Sequence[Region]) -> Rows | None:
        if not regions:
            return None
        wanted = [region is not None and any(covers(named, region) for named in regions) for region in row_regions]
        return np.flatnonzero(np.asarray(wanted, dtype=bool)).astype(np.int64)

    def by_words(query: str, k: int) -> list[tuple[str, float]]:
        interpretation = engine.search(query, k=1).interpretation
        tokens = tokenize(query) if interpretation.language != "en" else tokenize(" ".join(interpretation.terms))
        rows, scores = generation.bm25.search(tokens, k, allowed(interpretation.regions))
        return list(zip(clause_ids[rows].tolist(), scores.tolist(), strict=True))

    def by_vectors(query: str, k: int) -> list[tuple[str, float]]:
        interpretation = engine.search(query, k=1).interpretation
        vector = encoder.encode_queries([query])[0]
        rows, scores = generation.dense.search(vector, k, allowed(interpretation.regions))
        return list(zip(clause_ids[rows].tolist(), scores.tolist(), strict=True))

    def by_both(query: str, k: int) -> list[tuple[str, float]]:
        return [(hit.clause.id, float(hit.score)) for hit in engine.search(query, k=min(k, 100)).hits]

    known: dict[str, Retriever] = {"bm25": by_words, "dense": by_vectors, "hybrid": by_both}
    if "hybrid+rerank" in names:
        known["hybrid+rerank"] = rerank(
            by_both, lambda ids: [c.text for c in store.clauses(ids)], open_scorer(reranker)
        )
    return {name: known[name] for name in names}


def rerank(retrieve: Retriever, texts: Callable[[Sequence[str]], list[str]], score: PairScorer) -> Retriever:
    """``retrieve`` with its hits ordered by ``score`` of query and text; equal scores keep their order."""

    def reranked(query: str, k: int) -> list[tuple[str, float]]:
        ids = [identifier for identifier, _ in retrieve(query, k)]
        if not ids:
            return []
        scores = [float(value) for value in score([(query, text) for text in texts(ids)])]
        order = sorted(range(len(ids)), key=lambda place: -scores[place])
        return [(ids[place], scores[place]) for place in order]

    return reranked


def open_scorer(name: str | None) -> PairScorer:
    """A cross-encoder of sentence-transformers by name or path.

    Raises:
        InputError: If no name is given.
        ModelError: If it cannot be had.
    """
    if not name:
        raise InputError("hybrid+rerank needs a reranker.", "Name a cross-encoder with --reranker NAME-OR-PATH.")
    try:
        from sentence_transformers import CrossEncoder

        model = CrossEncoder(name)
    except (ImportError, OSError, ValueError) as error:
        raise ModelError(f"the reranker {name!r} cannot be opened: {error}.", "Check its name or path.") from error
    return lambda pairs: [float(value) for value in model.predict(list(pairs), show_progress_bar=False)]
