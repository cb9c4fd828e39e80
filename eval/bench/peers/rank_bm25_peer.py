"""rank-bm25: BM25Okapi over our words."""

from importlib.metadata import version

from harness import Measurement, Search, best
from rank_bm25 import BM25Okapi

measurement = Measurement()
job = measurement.job


def build() -> Search:
    """Scores every passage for each query, as the library does."""
    index = BM25Okapi(job.tokens())
    return lambda number: best(job.ids, index.get_scores(job.queries[number]["tokens"]))


measurement.system("rank-bm25", build)
measurement.write(version("rank-bm25"))
