from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eval.bench.load import put_load
from eval.bench.speed import BenchError


class Service(ThreadingHTTPServer):
    """Answers with 200, refuses questions that begin with x, and remembers what it was asked."""

    asked: list[str]
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["question"]
        self.server.asked.append(question)
        body = json.dumps({"status": "not_found" if question.startswith("x") else "answered"}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("clients", [1, 4])
def test_every_question_is_asked_once_and_refusals_are_told_apart(service: Service, clients: int) -> None:
    questions = ["x0", *(f"q{number}" for number in range(20))]
    load = put_load(f"http://127.0.0.1:{service.server_port}", questions, clients)
    assert sorted(service.asked) == sorted(questions)
    assert (load.clients, load.questions, load.answered) == (clients, 21, 20)
    assert 0 < load.p50_ms <= load.p95_ms
    assert load.per_second > 0


def test_an_error_of_the_service_is_named(service: Service) -> None:
    service.status = 503
    with pytest.raises(BenchError, match="answers 503"):
        put_load(f"http://127.0.0.1:{service.server_port}", ["a", "b"], 1)
