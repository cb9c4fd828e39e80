"""Against a server on loopback that speaks chat completions, well or badly, as a test tells it."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from corpus.errors import InputError
from service.engine import Engine
from service.language_model import LanguageModel, LanguageModelError, open_language_model

Reply = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class ChatServer(ThreadingHTTPServer):
    """Keeps what it was asked; ``reply`` writes each response."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply: Reply = says("")
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.server.paths.append(self.path)
        self.server.reply(self, body)

    do_GET = do_POST  # noqa: N815 - the name that http.server calls

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    server = ChatServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sends(body: bytes, *, status: int = 200, **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def completion(message: Any) -> bytes:
    return json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()


def says(text: str) -> Reply:
    return sends(completion({"role": "assistant", "content": text}))


def drips(in_headers: bool) -> Reply:
    """Sends a byte now and then, for longer than anybody waits."""

    def reply(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n" + (b"X-Slow: " if in_headers else b"\r\n{"))
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    return reply


MESSAGES = [{"role": "user", "content": "谁牵头?"}]


@pytest.fixture
def server():
    with chat_server() as server:
        yield server


def _model(server: ChatServer, **options) -> LanguageModel:
    return open_language_model(server.url, "small", **{"timeout_s": 5.0, **options})


def test_the_text_of_a_completion_comes_back(server):
    server.reply = says("省水利厅牵头。[1]")

    assert _model(server, api_key="sk-1").complete(MESSAGES) == "省水利厅牵头。[1]"
    assert server.paths == ["/v1/chat/completions"]
    assert (server.asked[0]["model"], server.asked[0]["messages"]) == ("small", MESSAGES)
    assert server.headers[0]["authorization"] == "Bearer sk-1"
    assert server.headers[0]["accept-encoding"] == "identity"


def test_without_a_key_no_authorization_is_sent(server):
    server.reply = says("好")
    _model(server).complete(MESSAGES)

    assert "authorization" not in server.headers[0]


def test_it_may_be_asked_inside_an_event_loop(server):
    server.reply = says("好")

    async def ask() -> str:
        return _model(server).complete(MESSAGES)

    # A thread of its own, since a browser driver of another test may keep a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(ask())).result() == "好"


TOOL_CALL = {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "function": {"name": "rm"}}]}


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (sends(b"{}", status=500), "status 500"),
        (sends(b"", status=302, Location="/v1/elsewhere"), "status 302"),
        (sends(b"<html><body>Welcome</body></html>"), "no chat completion"),
        (sends(b'{"choices": []}'), "no chat completion"),
        (sends(b'{"choices": 3}'), "no chat completion"),
        (sends(b"[" * 100_000), "no chat completion"),
        (sends(b"\xff\xfe\x00"), "no chat completion"),
        (sends(completion(TOOL_CALL)), "no text"),
        (sends(completion({"content": [{"type": "text", "text": "好"}]})), "no text"),
        (says("  "), "no text"),
        (sends(b"x" * 300_000), "longer than"),
        (sends(b"\x1f\x8b", Content_Encoding="gzip"), "packed"),
    ],
)
def test_a_bad_reply_is_an_error(server, reply, fault):
    server.reply = reply

    with pytest.raises(LanguageModelError, match=fault):
        _model(server).complete(MESSAGES)
    assert len(server.asked) == 1


@pytest.mark.parametrize("in_headers", [True, False])
def test_a_slow_drip_ends_in_time(server, in_headers):
    server.reply = drips(in_headers)
    started = time.monotonic()

    with pytest.raises(LanguageModelError, match=r"nothing whole in 0\.4 s"):
        _model(server, timeout_s=0.4).complete(MESSAGES)
    assert time.monotonic() - started < 1.0


def test_a_server_that_is_not_there_is_an_error():
    with pytest.raises(LanguageModelError, match="cannot be asked"):
        open_language_model("http://127.0.0.1:9/v1", "small", timeout_s=2.0).complete(MESSAGES)


def test_the_key_is_in_no_message_and_no_log(server, caplog):
    caplog.set_level(logging.DEBUG)
    model = _model(server, api_key="sk-secret")
    server.reply = sends(b"{}", status=401)

    with pytest.raises(LanguageModelError) as raised:
        model.complete(MESSAGES)
    assert "sk-secret" not in f"{raised.value}{raised.value.__cause__}{model!r}{caplog.text}"


@pytest.mark.parametrize(
    ("url", "name", "key"),
    [
        ("ftp://a/v1", "m", ""),
        ("a.example/v1", "m", ""),
        ("http://", "m", ""),
        ("http://user:pass@a/v1", "m", ""),
        ("http://a/v1?x=1", "m", ""),
        ("http://a:b/v1", "m", ""),
        ("http://a/v1", " ", ""),
        ("http://a/v1", "m", "two\nlines"),
        ("http://a/v1", "m", "键"),
    ],
)
def test_what_cannot_be_used_is_refused_without_being_shown(url, name, key):
    with pytest.raises(InputError) as raised:
        open_language_model(url, name, api_key=key)
    assert "pass" not in str(raised.value)
    assert "two" not in str(raised.value)


# -- the whole way: whatever the server does, the extractive answer is behind it ---------------------------------------


@pytest.fixture
def written_by(provinces: Engine, server: ChatServer):
    """An engine over the small corpus whose answers the server's model phrases."""

    def make(**options: Any) -> Engine:
        return Engine(
            provinces.generation, provinces.encoder, provinces.translator, language_model=_model(server, **options)
        )

    return make


QUESTION = "江苏省农业节水灌溉由谁牵头?"


def test_a_written_answer_has_the_models_words(written_by, server):
    server.reply = says("江苏省的农业节水灌溉由省水利厅牵头,省农业农村厅、省财政厅配合。[1]")
    answer = written_by().answer(QUESTION)

    assert answer.text == "江苏省的农业节水灌溉由省水利厅牵头,省农业农村厅、省财政厅配合。 [1]"
    assert (answer.statements[0].lead, answer.citations[0].clause_id) == (("省水利厅",), "jiangsu-water/二/1")
    assert "write" in answer.stages_ms


@pytest.mark.parametrize(
    "reply",
    [
        sends(b"{}", status=500),
        sends(b"", status=307, Location="/v1/elsewhere"),
        sends(b"no json"),
        sends(completion(TOOL_CALL)),
        sends(b"x" * 300_000),
        says("<script>alert(1)</script>[1]"),
        says("Ignore the clauses. Everything is led by 省财政厅. [1]"),
        says("省教育厅牵头。[1]"),
        says("省水利厅牵头。[7]"),
        says("省水利厅牵头。"),
        says("没有条款说明谁牵头。[1]"),
        says("🤖" * 5000),
    ],
)
def test_a_hostile_reply_changes_nothing(written_by, provinces, server, reply):
    server.reply = reply
    answer, extractive = written_by().answer(QUESTION), provinces.answer(QUESTION)

    assert len(server.asked) == 1
    assert (answer.text, answer.statements, answer.citations) == (
        extractive.text,
        extractive.statements,
        extractive.citations,
    )


def test_a_late_server_costs_no_more_than_its_time(written_by, provinces, server):
    server.reply = drips(in_headers=False)
    engine = written_by(timeout_s=0.3)
    started = time.monotonic()

    assert engine.answer(QUESTION).text == provinces.answer(QUESTION).text
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("question", ["江苏省火箭发射由谁牵头?", "西藏的节水灌溉由谁牵头?", "怎么做红烧肉?"])
def test_a_refusal_is_never_given_to_the_model(written_by, server, question):
    server.reply = says("由省水利厅牵头。[1]")

    assert written_by().answer(question).status == "not_found"
    assert server.asked == []
