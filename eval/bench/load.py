"""Several clients at once: how many answers a second a service gives over HTTP, and how long each takes."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from eval.bench.speed import BenchError, percentile

_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Load:
    """What a service did for some clients at once.

    Attributes:
        clients: Each sends its next question when it has the answer to the last.
        answered: Questions whose answer was one, and no refusal.
        per_second: Responses.
    """

    clients: int
    questions: int
    answered: int
    per_second: float
    p50_ms: float
    p95_ms: float


def put_load(address: str, questions: Sequence[str], clients: int) -> Load:
    """Ask a service all the questions, each once, by as many clients at the same time.

    Args:
        address: As ``http://127.0.0.1:8000``.
        questions: Two or more.
        clients: How many.

    Raises:
        BenchError: If a question gets no answer; with the status.
    """
    waiting = iter(questions)  # a list's iterator gives each question to one thread only
    with ThreadPoolExecutor(clients) as threads:
        started = time.perf_counter()
        done = [threads.submit(_client, address, waiting) for _ in range(clients)]
        found = [one for client in done for one in client.result()]
        seconds = time.perf_counter() - started
    milliseconds = [taken for taken, _ in found]
    answered = sum(json.loads(body)["status"] in ("answered", "partial") for _, body in found)
    p50, p95 = percentile(milliseconds, 50), percentile(milliseconds, 95)
    return Load(clients, len(found), answered, len(found) / seconds, p50, p95)


def _client(address: str, waiting: Iterator[str]) -> list[tuple[float, bytes]]:
    """Ask until nothing is waiting, over one connection; milliseconds and body of each response."""
    found = []
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_TIMEOUT_S)
    try:
        for question in waiting:
            content = json.dumps({"question": question}).encode()
            started = time.perf_counter()
            connection.request("POST", "/v1/answer", content, {"Content-Type": "application/json"})
            response = connection.getresponse()
            body = response.read()
            found.append((1000 * (time.perf_counter() - started), body))
            if response.status != http.HTTPStatus.OK:
                raise BenchError(f"{address} answers {response.status}: {body[:200].decode(errors='replace')}")
    finally:
        connection.close()
    return found
