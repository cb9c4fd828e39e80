"""bm25s: scores computed when indexing, over our words."""

from importlib.metadata import version

import bm25s
from harness import DEPTH, Measurement, Search

measurement = Measurement()
job = measurement.job


def build() -> Search:
    """The library's default scoring (Lucene's)."""
    index = bm25s.BM25()
    index.index(job.tokens(), show_progress=False)

    def search(number: int) -> list[tuple[str, float]]:
        tokens = [job.queries[number]["tokens"]]
        rows, scores = index.retrieve(tokens, k=min(DEPTH, len(job.ids)), show_progress=False)
        return [(job.ids[row], float(score)) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]

    return search


measurement.system("bm25s", build)
measurement.write(version("bm25s"))
