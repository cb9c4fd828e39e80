"""txtai: its BM25 over our words, its dense index over the given vectors, and its hybrid of both."""

from importlib.metadata import version

import numpy as np
from harness import DEPTH, Measurement, Search
from txtai import Embeddings

measurement = Measurement()
job = measurement.job


class _Given:
    """Gives the vector of a text that is known: a passage or a query, as its words joined by blanks."""

    def __init__(self) -> None:
        self.passages = [" ".join(tokens) for tokens in job.tokens()]
        self.queries = [" ".join(query["tokens"]) for query in job.queries]
        vectors = dict(zip(self.passages, job.vectors(), strict=True))
        vectors |= dict(zip(self.queries, job.query_vectors(), strict=True))
        # txtai calls what is no plain function without arguments, and takes the result for the transform.
        self.transform = lambda texts: np.stack([vectors[text] for text in texts])


def _search(embeddings: Embeddings, queries: list[str]) -> Search:
    return lambda number: [(job.ids[row], float(score)) for row, score in embeddings.search(queries[number], DEPTH)]


def _scoring() -> dict[str, object]:
    return {"method": "bm25", "terms": True, "tokenizer": {"lowercase": False, "alphanum": False, "stopwords": False}}


def build_words() -> Search:
    """Its own BM25."""
    given = [" ".join(tokens) for tokens in job.tokens()]
    embeddings = Embeddings(keyword=True, scoring=_scoring())
    embeddings.index((row, text, None) for row, text in enumerate(given))
    return _search(embeddings, [" ".join(query["tokens"]) for query in job.queries])


def build_dense() -> Search:
    """Its default index over the given vectors."""
    given = _Given()
    embeddings = Embeddings(method="external", transform=given.transform)
    embeddings.index((row, text, None) for row, text in enumerate(given.passages))
    return _search(embeddings, given.queries)


def build_hybrid() -> Search:
    """Its hybrid, with its default weights."""
    given = _Given()
    scoring = {**_scoring(), "normalize": True}
    embeddings = Embeddings(method="external", transform=given.transform, hybrid=True, scoring=scoring)
    embeddings.index((row, text, None) for row, text in enumerate(given.passages))
    return _search(embeddings, given.queries)


measurement.system("txtai bm25", build_words)
measurement.system("txtai dense", build_dense, takes_vectors=True)
measurement.system("txtai hybrid", build_hybrid, takes_vectors=True)
measurement.write(version("txtai"))
