"""The figures of ``eval.bench.scale`` as Markdown tables and as charts against size."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eval.bench.speed import percentile
from eval.charts import growth

if TYPE_CHECKING:
    from eval.bench.scale import Size, System

_PERCENTS = (50, 95, 99)
_STAGES = {
    "understanding": "understanding and encoding (not in the total)",
    "words": "words",
    "vectors": "vectors",
    "fusion": "fusion",
}

_SEARCH = (
    "Milliseconds a query. Ours takes 200 candidates from the words and 200 from the vectors, scores each by both and "
    "fuses the scores; up to 4,000 passages every one is a candidate. FAISS compares vectors alone, rank-bm25 words "
    "alone. *times ours*: p50 beside our total. Memory is that of the process after its last query; of the programs "
    "with a version its peak."
)
_SERVING = (
    "*ready*: from the start of the process to the end of its first search. Memory after all questions; *own* is what "
    "is no page of a file. Searches and answers are whole, encoding included, in milliseconds."
)
_LOAD = "On loopback, where no passage is a copy. Each client sends its next question when it has its answer."
_BUILDING = "Passages a second of each part, words from terms and vectors from vectors; bytes a passage on disk."


def to_markdown(sizes: Sequence[Size], about: str) -> str:
    """All tables, each with a line that says what was measured.

    Args:
        sizes: One or more.
        about: What the indices are made of.
    """
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    copies = [
        f"The index of {size.index.passages} passages holds {size.index.real} real ones; the others are these again, "
        "with the same words and with noise in their vectors."
        for size in sizes
        if size.index.real < size.index.passages
    ]
    parts = [
        " ".join([f"{machine}. {about}", *copies]),
        f"## Search without encoding\n\n{_SEARCH}",
        _table(
            ["passages", "system", "p50", "p95", "p99", "times ours", "index s", "memory MB"],
            [row for size in sizes for row in _search_rows(size)],
        ),
        f"## Serving\n\n{_SERVING}",
        _table(
            [
                *("passages", "ready s", "memory MB", "own MB"),
                *("search p50", "search p95", "answer p50", "answer p95", "answered"),
            ],
            [_serving_row(size) for size in sizes],
        ),
        f"## Answers over HTTP\n\n{_LOAD}",
        _table(
            ["passages", "clients", "a second", "p50 ms", "p95 ms", "answered"],
            [row for size in sizes for row in _load_rows(size)],
        ),
        f"## Building, and size on disk\n\n{_BUILDING}",
        _table(
            [
                *("passages", "words a second", "vectors a second", "index of vectors", "recall@10"),
                *("bytes of words", "of vectors", "of texts"),
            ],
            [_building_row(size) for size in sizes],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "/") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _percentiles(milliseconds: Sequence[float]) -> list[str]:
    return [f"{percentile(milliseconds, percent):.2f}" for percent in _PERCENTS]


def _search_rows(size: Size) -> list[list[str]]:
    passages, ours = str(size.index.passages), size.systems[0]
    half = percentile(ours.query_ms, 50)
    index_s = size.index.seconds["words"] + size.index.seconds["vectors"]
    rows = [[passages, "tiaowen", *_percentiles(ours.query_ms), "", f"{index_s:.1f}", f"{ours.resident_mb:.0f}"]]
    rows += [
        [passages, f"tiaowen: {shown}", *_percentiles(ours.detail["stages"][name]), "", "", ""]
        for name, shown in _STAGES.items()
    ]
    for system in size.systems[1:]:
        shown = f"{system.name} {system.version}".strip()
        if system.problem:
            rows.append([passages, shown, system.problem, "", "", "", "", ""])
            continue
        times = f"{percentile(system.query_ms, 50) / half:.1f}"
        rows.append(
            [passages, shown, *_percentiles(system.query_ms), times, _seconds(system), f"{system.resident_mb:.0f}"]
        )
    return rows


def _seconds(system: System) -> str:
    return "" if system.index_s is None else f"{system.index_s:.1f}"


def _load_rows(size: Size) -> list[list[str]]:
    return [
        [
            *(str(size.index.passages), str(load.clients), f"{load.per_second:.1f}"),
            *(f"{load.p50_ms:.1f}", f"{load.p95_ms:.1f}", f"{load.answered} of {load.questions}"),
        ]
        for load in size.loads
    ]


def _serving_row(size: Size) -> list[str]:
    ours = size.systems[0]
    search, answer = ours.detail["search_ms"], ours.detail["answer_ms"]
    return [
        *(str(size.index.passages), f"{ours.ready_s:.2f}", f"{ours.resident_mb:.0f}", f"{ours.detail['own_mb']:.0f}"),
        *(f"{percentile(times, percent):.1f}" for times in (search, answer) for percent in (50, 95)),
        f"{ours.detail['answered']} of {len(answer)}",
    ]


def _building_row(size: Size) -> list[str]:
    index = size.index
    rates = [f"{index.passages / max(index.seconds[part], 1e-9):.0f}" for part in ("words", "vectors")]
    sizes = [f"{index.size_bytes[part] / index.passages:.0f}" for part in ("words", "vectors", "texts")]
    return [str(index.passages), *rates, index.dense, f"{index.recall_at_10:.3f}", *sizes]


def draw(sizes: Sequence[Size]) -> dict[str, str]:
    """Charts as SVG text, by name: ``latency``, ``memory`` and ``disk``, each against the number of passages."""
    latency: dict[str, list[tuple[float, float]]] = {}
    memory: dict[str, list[tuple[float, float]]] = {}
    disk: dict[str, list[tuple[float, float]]] = {}
    for size in sizes:
        passages = size.index.passages
        for system in size.systems:
            if not system.problem:
                latency.setdefault(system.name, []).append((passages, percentile(system.query_ms, 50)))
                memory.setdefault(system.name, []).append((passages, system.resident_mb))
        for part, size_bytes in size.index.size_bytes.items():
            disk.setdefault(part, []).append((passages, size_bytes / 1e6))
    return {
        "latency": growth(latency, axis="ms a query without encoding, p50"),
        "memory": growth(memory, axis="MB in memory"),
        "disk": growth(disk, axis="MB on disk"),
    }
