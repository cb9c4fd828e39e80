"""One system over one index in a process of its own, so that its start, its time and its memory are its own.

Run by ``eval.bench.scale`` as ``python -m eval.bench.scale_worker SYSTEM DATA JOB``. ``DATA`` holds the index, and
``JOB`` is a folder with ``questions.json``. Ours writes there what it asked its indices for, and the others ask the
same. Each says ``ready`` on standard output after its first search, and in the end writes ``JOB/SYSTEM.json``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from indexer.backends.base import Vectors
    from service.engine import Engine
    from service.query import Query

DEPTH = 200
"""Hits taken by every system, as a search of ours takes them from each index."""

RANK_BM25_QUESTIONS = 20
"""It takes a hundred milliseconds and more for each."""

_BLOCK = 20_000


def share_out(questions: Sequence[str], parts: int, most: int) -> list[list[str]]:
    """Questions for several measurements, none asked twice, so that nothing is remembered from before."""
    each = min(most, len(questions) // parts)
    return [list(questions[part * each : (part + 1) * each]) for part in range(parts)]


def memory_mb() -> dict[str, float]:
    """Megabytes of this process that lie in memory, and those that are not pages of files."""
    sizes = {}
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "RssAnon"):
            sizes[name] = int(value.split()[0]) / 1024
    return {"resident_mb": sizes["VmRSS"], "own_mb": sizes["RssAnon"]}


def measure_ours(data: Path, job: Path, say_ready: Callable[[], None]) -> dict[str, Any]:
    """Our search: by stage with the question encoded already, then whole, then whole answers."""
    from service.engine import Engine

    given = json.loads((job / "questions.json").read_text(encoding="utf-8"))
    engine = Engine.open(data)
    try:
        first, *others = given["questions"]
        engine.search(first)
        say_ready()
        by_stage, searched, answered = share_out(others, 3, given["most"])
        queries = list(_queries(engine, by_stage))
        stages = {
            "understanding": [1000 * seconds for seconds, _ in queries],
            **_stages(engine, [q for _, q in queries]),
        }
        with (job / "asked.jsonl").open("w", encoding="utf-8") as out:
            for _, query in queries:
                out.write(json.dumps(query.tokens, ensure_ascii=False) + "\n")
        np.save(job / "asked.npy", np.stack([query.vector for _, query in queries]))
        search_ms = [1000 * _seconds(lambda q=q: engine.search(q)) for q in searched]  # type: ignore[misc]
        answers = [_timed(lambda q=q: engine.answer(q).status) for q in answered]  # type: ignore[misc]
        return {
            "stages": stages,
            "search_ms": search_ms,
            "answer_ms": [1000 * seconds for seconds, _ in answers],
            "answered": sum(status in ("answered", "partial") for _, status in answers),
            **memory_mb(),
        }
    finally:
        engine.generation.close()


def _queries(engine: Engine, questions: Sequence[str]) -> Iterator[tuple[float, Query]]:
    from service.query import build_query
    from service.understanding import understand

    for question in questions:
        yield _timed(
            lambda q=question: build_query(understand(q, engine.translator), engine.generation, engine.encoder)  # type: ignore[misc]
        )


def _stages(engine: Engine, queries: Sequence[Query]) -> dict[str, list[float]]:
    """Milliseconds of each stage for each query: words and vectors, which run at the same time, fusion, and all."""
    from eval.bench.own import Stopwatch
    from service.ranking import fuse
    from service.retrieval import find_candidates

    stages: dict[str, list[float]] = {name: [] for name in ("words", "vectors", "fusion", "total")}
    for query in queries:
        words, vectors = Stopwatch(), Stopwatch()
        index: Any = engine.generation
        index = replace(index, bm25=_Timed(index.bm25, words), dense=_Timed(index.dense, vectors))
        started = time.perf_counter()
        candidates = find_candidates(index, query.tokens, query.vector, None)
        found = time.perf_counter()
        fused = fuse(candidates, query.lexical_share)
        np.lexsort((candidates.rows, -fused))
        ended = time.perf_counter()
        parts = (words.seconds, vectors.seconds, ended - found, ended - started)
        for name, seconds in zip(stages, parts, strict=True):
            stages[name].append(1000 * seconds)
    return stages


class _Timed:
    """An index whose methods are timed together."""

    def __init__(self, index: Any, watch: Any) -> None:
        self._index = index
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._index, name)

        def call(*arguments: Any, **options: Any) -> Any:
            with self._watch:
                return method(*arguments, **options)

        return call


def measure_faiss(data: Path, job: Path, say_ready: Callable[[], None]) -> dict[str, Any]:
    """FAISS alone: all vectors in memory in single precision, compared one by one on one thread."""
    import faiss

    from indexer.backends.faiss import FaissIndex

    stored = FaissIndex.open(_generation(data))
    faiss.omp_set_num_threads(1)
    started = time.perf_counter()
    index = faiss.IndexFlatIP(stored.dimension)
    for start in range(0, len(stored), _BLOCK):
        index.add(stored.vectors(np.arange(start, min(start + _BLOCK, len(stored)))))
    build_s = time.perf_counter() - started
    queries: Vectors = np.load(job / "asked.npy")
    index.search(queries[:1], DEPTH)
    say_ready()
    times = [1000 * _seconds(lambda q=query: index.search(q[None], DEPTH)) for query in queries]  # type: ignore[misc]
    return {"query_ms": times, "index_seconds": build_s, **memory_mb()}


def measure_rank_bm25(data: Path, job: Path, say_ready: Callable[[], None]) -> dict[str, Any]:
    """rank-bm25 over our words of the same passages and questions; its best are taken from its scores of all."""
    from rank_bm25 import BM25Okapi

    from eval.bench.scale_index import token_lists

    lists = list(token_lists(_generation(data)))
    started = time.perf_counter()
    index = BM25Okapi(lists)
    build_s = time.perf_counter() - started
    lines = (job / "asked.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line) for line in lines[:RANK_BM25_QUESTIONS]]
    depth = min(DEPTH, len(lists))

    def search(tokens: list[str]) -> None:
        scores = index.get_scores(tokens)
        best = np.argpartition(-scores, depth - 1)[:depth]
        best[np.argsort(-scores[best])]

    search(queries[0])
    say_ready()
    times = [1000 * _seconds(lambda q=tokens: search(q)) for tokens in queries]  # type: ignore[misc]
    return {"query_ms": times, "index_seconds": build_s, **memory_mb()}


MEASUREMENTS: dict[str, Callable[[Path, Path, Callable[[], None]], dict[str, Any]]] = {
    "tiaowen": measure_ours,
    "faiss": measure_faiss,
    "rank-bm25": measure_rank_bm25,
}


def _generation(data: Path) -> Path:
    from indexer.generations import current_number, generations_folder

    return generations_folder(data) / str(current_number(data))


def _seconds(work: Callable[[], object]) -> float:
    return _timed(work)[0]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def main(system: str, data: str, job: str) -> None:
    """Measure one system and write what came out."""
    found = MEASUREMENTS[system](Path(data), Path(job), lambda: print("ready", flush=True))
    (Path(job) / f"{system}.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
