"""Our own systems, in a process of their own, so that their time and memory are measured as a peer's are.

Run as ``python -m eval.bench.own build DOCUMENTS DATA RESULT`` and ``python -m eval.bench.own search JOB DATA RESULT``.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.console import progress_bar
from eval.datasets import read_lines
from eval.systems import open_systems
from service.engine import Engine

SYSTEMS = {
    "bm25": "tiaowen bm25",
    "dense": "tiaowen dense",
    "hybrid": "tiaowen hybrid",
    "hybrid+rerank": "tiaowen search",
}
_DEPTH = 200


class Stopwatch:
    """Adds up the seconds inside it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._started = 0.0

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_error: object) -> None:
        self.seconds += time.perf_counter() - self._started


def build(documents: Path, data: Path, encoder: str) -> dict[str, Any]:
    """Build the index, vectors from the cache where it has them; ``seconds`` is without the time of encoding."""
    from indexer.build import build_index
    from indexer.encoder import open_encoder

    model = open_encoder(encoder, data=data)
    encode, encoding = model.encode_passages, Stopwatch()

    def encode_and_time(*arguments: Any, **options: Any) -> Any:
        with encoding:
            return encode(*arguments, **options)

    model.encode_passages = encode_and_time  # type: ignore[method-assign]
    with progress_bar() as bar:
        task = bar.add_task("index", total=None)
        report = build_index(
            [documents],
            data,
            encoder=model,
            progress=lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total),
        )
    return {
        "seconds": report.seconds - encoding.seconds,
        "encoded": report.encoded,
        "passages": report.passages,
        "documents": report.documents,
        "refused": len(report.refused),
    }


def search(job: Path, data: Path, encoder: str) -> dict[str, Any]:
    """Put every query to each system, one at a time; understanding and encoding the query are in the time."""
    engine = Engine.open(data, encoder=encoder)
    systems = open_systems(list(SYSTEMS), engine)
    queries = [record for _, record in read_lines(job / "queries.jsonl")]
    measured: dict[str, Any] = {}
    for name, retrieve in systems.items():
        retrieve(queries[0]["text"], _DEPTH)
        run, query_ms = {}, []
        for query in queries:
            started = time.perf_counter()
            hits = retrieve(query["text"], _DEPTH)
            query_ms.append((time.perf_counter() - started) * 1000)
            run[query["id"]] = [list(hit) for hit in hits]
        measured[SYSTEMS[name]] = {"query_ms": query_ms, "takes_vectors": False, "run": run}
    return {"version": version("tiaowen"), "systems": measured}


def main(step: str, source: str, data: str, result: str, encoder: str) -> None:
    """Do one step and write its result with the peak memory of this process."""
    found = (build if step == "build" else search)(Path(source), Path(data), encoder)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(result).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
