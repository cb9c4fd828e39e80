"""Counts and times of the service, in a registry of its own, for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.answering import Answer

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS_S = (0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0)


class Metrics:
    """Every metric of one application; two applications in one process share none.

    Args:
        folder: Where several processes keep what they count, so that each of them shows all; the environment has to
            name it to prometheus_client before that is imported.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "tiaowen_http_requests", "Requests by route, method and status.", ["route", "method", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "tiaowen_http_request_seconds", "Time to the last byte by route.", ["route"],
            buckets=_BUCKETS_S, registry=self.registry,
        )  # fmt: skip
        self._answers = Counter(
            "tiaowen_answers", "Answers by status, reason and language.", ["status", "reason", "language"],
            registry=self.registry,
        )  # fmt: skip
        self._stages = Histogram(
            "tiaowen_answer_stage_seconds", "Time of an answer by stage.", ["stage"],
            buckets=_BUCKETS_S, registry=self.registry,
        )  # fmt: skip
        self._replies = Counter(
            "tiaowen_model_replies", "Replies of the language model by outcome.", ["outcome"], registry=self.registry
        )
        self._sentences = Counter(
            "tiaowen_model_sentences", "Sentences of the language model, kept or dropped by what they lack.",
            ["outcome"], registry=self.registry,
        )  # fmt: skip
        self._documents = Gauge(
            "tiaowen_index_documents", "Documents in the index.", registry=self.registry, multiprocess_mode="mostrecent"
        )
        self._clauses = Gauge(
            "tiaowen_index_clauses", "Clauses in the index.", registry=self.registry, multiprocess_mode="mostrecent"
        )

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one finished request."""
        self._requests.labels(route, method if method in _METHODS else "other", str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_answer(self, answer: Answer) -> None:
        """Count one answer and the time of its stages."""
        self._answers.labels(answer.status, answer.reason or "", answer.interpretation.language).inc()
        for stage, milliseconds in answer.stages_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        if answer.trace is not None and (model := answer.trace.model) is not None:
            self._replies.labels(model.outcome).inc()
            self._sentences.labels("kept").inc(model.sentences - model.dropped)
            for fault in model.faults:
                self._sentences.labels(f"dropped_{fault}").inc()

    def set_index(self, index: Mapping[str, Any]) -> None:
        """Note the size of the index that serves."""
        self._documents.set(index["documents"])
        self._clauses.set(index["clauses"])

    def page(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        if self._folder is None:
            return generate_latest(self.registry)
        shared = CollectorRegistry()
        MultiProcessCollector(shared, path=str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(shared)


class MeasuredApp:
    """ASGI middleware that counts each request under its route's pattern, never under the path as sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count it when it ends, whichever way."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.count_request(route, scope["method"], status, time.perf_counter() - started)
