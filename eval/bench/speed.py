"""How fast it is: a cold start, answers over HTTP, indexing; a table, with rank-bm25 beside our lexical score.

``python -m eval.bench.speed`` measures the shipped documents with the default encoder, in a data folder of its own.
Every question is asked once and none is like another, so no cache of vectors or answers can help.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import TextIO

from rich.console import Console
from rich.table import Table

from indexer.encoder import open_encoder
from indexer.generations import Generation, open_current
from indexer.passages import build_passages
from indexer.tokenizer import tokenize

QUESTIONS = 200
_COLD_STARTS = 5
_START_TIMEOUT_S = 120.0

# Matches: "serves http://127.0.0.1:8000 (the". Does not match an address without a port: http://127.0.0.1/docs.
_ADDRESS = re.compile(r"http://\S+:\d+")

_FORMS = (
    "{region}的{topic}由哪个部门牵头?",
    "{region}{topic}谁负责配合?",
    "到哪一年{region}的{topic}要达到什么目标?",
    "{region}在{topic}方面有什么要求?",
    "Which body leads {topic} in {region}?",
    "What does the plan say about {topic} in {region}?",
)
_TOPICS = (
    "品牌培育",
    "标准化",
    "食品安全监管",
    "特种设备",
    "计量",
    "检验检测",
    "质量信用",
    "首席质量官",
    "工程质量",
    "服务质量",
    "环境质量",
    "农产品质量安全",
    "消费者投诉",
    "名牌产品",
    "质量奖",
    "缺陷产品召回",
    "电梯应急",
    "大气污染",
    "节能环保",
    "旅游服务",
)
_REGIONS = ("山东", "西藏", "温州", "阿拉善盟", "浙江", "Shandong", "Tibet", "Wenzhou")


class BenchError(RuntimeError):
    """A program that is measured did not do its work."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``bar`` is what it must not exceed, where there is such a value."""

    name: str
    value: float
    unit: str
    bar: float | None = None


def make_questions(count: int, *, seed: int = 7) -> list[str]:
    """Different questions, the same ones every time.

    Raises:
        ValueError: If more are wanted than can be made.
    """
    made = [form.format(region=region, topic=topic) for form, region, topic in product(_FORMS, _REGIONS, _TOPICS)]
    if count > len(made):
        raise ValueError(f"{len(made)} questions can be made, not {count}")
    return Random(seed).sample(made, count)  # noqa: S311 - a choice of questions is no secret


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that ``percent`` of the values do not exceed, interpolated."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _tiaowen(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "service.cli", *arguments]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _run(*arguments: str) -> float:
    started = time.perf_counter()
    ended = subprocess.run(_tiaowen(*arguments), capture_output=True, text=True, check=False)  # noqa: S603 - our program
    seconds = time.perf_counter() - started
    if ended.returncode != 0:
        raise BenchError(f"tiaowen {arguments[0]} ended with {ended.returncode}: {ended.stderr.strip()}")
    return seconds


def measure_indexing(data: Path) -> list[Figure]:
    """The shipped documents from nothing, and again with nothing changed."""
    return [
        Figure("index five documents from nothing", _run("index", "--data", str(data)), "s", 90),
        Figure("index them again, unchanged", _run("index", "--data", str(data)), "s", 3),
    ]


def measure_cold_start(data: Path) -> list[Figure]:
    """``tiaowen ask`` in a new process, from the command to its end."""
    questions = make_questions(_COLD_STARTS, seed=11)
    runs = [_run("ask", question, "--json", "--data", str(data)) for question in questions]
    return [
        Figure("tiaowen ask from a cold start, median", statistics.median(runs), "s", 2),
        Figure("tiaowen ask from a cold start, slowest", max(runs), "s", 2),
    ]


@contextmanager
def open_service(data: Path) -> Iterator[str]:
    """A service of its own process on a free port; gives its address."""
    command = _tiaowen("serve", "--port", "0", "--data", str(data))
    # No vector of a question is kept, so that each of them is encoded.
    environment = {**os.environ, "TIAOWEN_LOG_LEVEL": "warning", "TIAOWEN_QUERY_CACHE": "0"}
    # A file and not a pipe: a pipe that nobody reads fills up and stops the service.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as messages:
        process = subprocess.Popen(command, stderr=messages, env=environment)  # noqa: S603 - our own program
        try:
            yield _wait_until_ready(process, messages)
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], messages: TextIO) -> str:
    """The address of a service that has come up.

    Raises:
        BenchError: If it ends or takes too long; with what it said.
    """
    ends_at = time.monotonic() + _START_TIMEOUT_S
    said = ""
    while time.monotonic() < ends_at and process.poll() is None:
        messages.seek(0)
        said = messages.read()
        address = _ADDRESS.search(said)
        if address:
            try:
                urllib.request.urlopen(f"{address[0]}/readyz", timeout=5).close()  # noqa: S310 - loopback
                return address[0]
            except OSError:
                pass
        time.sleep(0.05)
    raise BenchError(f"The service does not come up: {said.strip() or 'it said nothing'}")


def _ask(address: str, question: str) -> None:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{address}/v1/answer", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - loopback
        response.read()


def measure_answers(data: Path) -> list[Figure]:
    """Warm answers over HTTP on loopback, one after the other, encoding included."""
    warm_up, *questions = make_questions(QUESTIONS + 1)
    with open_service(data) as address:
        _ask(address, warm_up)
        milliseconds = [1000 * _seconds(partial(_ask, address, question)) for question in questions]
    return [
        Figure(f"POST /v1/answer, {QUESTIONS} new questions, p50", percentile(milliseconds, 50), "ms", 40),
        Figure(f"POST /v1/answer, {QUESTIONS} new questions, p95", percentile(milliseconds, 95), "ms"),
    ]


def measure_lexical(data: Path) -> list[Figure]:
    """Our lexical scores of all passages for a question, and rank-bm25's for the same words and passages."""
    from rank_bm25 import BM25Okapi

    generation: Generation = open_current(data, encoder=open_encoder(data=data))
    try:
        store = generation.store
        passages = [
            passage
            for document_id, metadata in store.metadata().items()
            for passage in build_passages(metadata, store.clauses_of(document_id))
        ]
        peer = BM25Okapi([tokenize(passage.lexical_text) for passage in passages])
        queries = [tokenize(question) for question in make_questions(QUESTIONS)]
        figures = []
        for name, scores in (("ours", generation.bm25.scores), ("rank-bm25", peer.get_scores)):
            microseconds = [1e6 * _seconds(partial(scores, query)) for query in queries]
            figures.append(
                Figure(f"lexical scores of {len(passages)} passages, {name}, p50", percentile(microseconds, 50), "µs")
            )
        return figures
    finally:
        generation.close()


_MEASUREMENTS: dict[str, Callable[[Path], list[Figure]]] = {
    "indexing": measure_indexing,
    "cold starts": measure_cold_start,
    "answers over HTTP": measure_answers,
    "lexical scores": measure_lexical,
}


def print_figures(figures: Sequence[Figure]) -> None:
    """The table, on standard output."""
    table = Table(
        title=f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}", title_justify="left"
    )
    for heading in ("what", "measured", "bar"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for figure in figures:
        bar = "" if figure.bar is None else f"{figure.bar:g} {figure.unit}"
        if figure.bar is not None and figure.value > figure.bar:
            bar = f"{bar}, missed"
        digits = 2 if figure.unit == "s" else 1
        table.add_row(figure.name, f"{figure.value:.{digits}f} {figure.unit}", bar)
    Console(width=110).print(table)


def main() -> None:
    """Measure everything, print the table, and end with 1 where a bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        figures: list[Figure] = []
        for work, measure in _MEASUREMENTS.items():
            Console(stderr=True).print(f"{work} …")
            figures += measure(data)
    print_figures(figures)
    sys.exit(any(figure.bar is not None and figure.value > figure.bar for figure in figures))


if __name__ == "__main__":
    main()
