"""What every peer's program shares: the job, the clock, the memory, the result. Needs nothing but numpy.

Run as ``python PEER.py JOB RESULT``: ``JOB`` is a folder made by ``eval.bench.statutes.write_job``, ``RESULT`` the JSON
file to write.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

DEPTH = 200
SECONDS = 120
"""A system that is slower than this for all questions is measured on those that it came to."""
Vectors = npt.NDArray[np.float32]
Search = Callable[[int], list[tuple[str, float]]]
"""Number of a query -> passage ids and scores, best first."""


class Job:
    """Passages and queries, read when they are asked for, so that a peer's memory is its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.queries = list(self._lines("queries.jsonl"))
        self.ids = [record["id"] for record in self.passages()]

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        with (self.folder / name).open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    def passages(self) -> Iterator[dict[str, Any]]:
        """``id``, ``law``, ``chapter``, ``article``, ``text`` and ``tokens`` of each passage."""
        return self._lines("passages.jsonl")

    def tokens(self) -> list[list[str]]:
        """Words of each passage, from title, headings and text."""
        return [record["tokens"] for record in self.passages()]

    def vectors(self) -> Vectors:
        """Unit vectors of the passages, shape (n, d)."""
        vectors: Vectors = np.load(self.folder / "passages.npy")
        return vectors

    def query_vectors(self) -> Vectors:
        """Unit vectors of the queries, shape (q, d)."""
        vectors: Vectors = np.load(self.folder / "queries.npy")
        return vectors


class Measurement:
    """Builds and searches one system after another, and writes what came out."""

    def __init__(self) -> None:
        self.job = Job(Path(sys.argv[1]))
        self.systems: dict[str, Any] = {}

    def system(self, name: str, build: Callable[[], Search], *, takes_vectors: bool = False) -> None:
        """Build a system and put the queries to it, one at a time, until ``SECONDS`` are over.

        A system that fails is kept with its error, and the next one goes on.
        """
        try:
            started = time.perf_counter()
            search = build()
            index_seconds = time.perf_counter() - started
            search(0)
            run: dict[str, list[list[Any]]] = {}
            query_ms: list[float] = []
            ends = time.perf_counter() + SECONDS
            for number, query in enumerate(self.job.queries):
                if run and time.perf_counter() > ends:
                    break
                started = time.perf_counter()
                hits = search(number)
                query_ms.append((time.perf_counter() - started) * 1000)
                run[query["id"]] = [[identifier, float(score)] for identifier, score in hits]
        except Exception as error:
            self.systems[name] = {"error": f"{type(error).__name__}: {error}"[:300]}
            return
        self.systems[name] = {
            "index_seconds": index_seconds,
            "query_ms": query_ms,
            "takes_vectors": takes_vectors,
            "run": run,
        }

    def write(self, version: str) -> None:
        """Write the result file; peak memory is that of the whole process."""
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        Path(sys.argv[2]).write_text(
            json.dumps({"version": version, "peak_mb": peak_mb, "systems": self.systems}), encoding="utf-8"
        )


def best(ids: list[str], scores: npt.NDArray[np.floating[Any]], k: int = DEPTH) -> list[tuple[str, float]]:
    """The ``k`` best of an array of scores."""
    k = min(k, len(ids))
    first = np.argpartition(-scores, k - 1)[:k]
    return [(ids[row], float(scores[row])) for row in first[np.argsort(-scores[first], kind="stable")]]
