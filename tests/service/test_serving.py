from __future__ import annotations

import json
import socket
import threading
import time
from urllib.parse import quote

import pytest
import uvicorn

from corpus.errors import InputError
from service.http_api import create_app
from service.serving import RawAddressProtocol, bind


@pytest.fixture
def port(engine):
    listener = bind("127.0.0.1", 0)
    config = uvicorn.Config(create_app(lambda: engine), http=RawAddressProtocol, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


def exchange(port: int, *pieces: bytes) -> tuple[int, dict]:
    """Send a request in pieces and read the response to its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05 * (len(pieces) > 1))
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


CLAUSE_ID = "鲁质〔2014〕1号、通知/三/11"


@pytest.mark.parametrize("address", [CLAUSE_ID, quote(CLAUSE_ID), quote(CLAUSE_ID, safe="")])
def test_ids_travel_raw_and_encoded(port, address):
    request = f"GET /v1/clauses/{address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    assert exchange(port, request) == (200, exchange(port, request)[1])
    assert exchange(port, request)[1]["id"] == CLAUSE_ID


def test_a_raw_address_may_come_in_pieces(port):
    request = f"GET /v1/clauses/{CLAUSE_ID} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    middle = request.index("质".encode()) + 1
    status, body = exchange(port, request[:middle], request[middle:])
    assert (status, body["id"]) == (200, CLAUSE_ID)


def test_a_raw_body_is_left_as_it_is(port, engine):
    body = json.dumps({"question": "山东省\n品牌培育由谁牵头?"}, ensure_ascii=False).encode()
    head = "POST /v1/answer HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
    length = f"Content-Length: {len(body)}\r\n\r\n"
    status, answer = exchange(port, head.encode(), length.encode(), body[:20], body[20:])
    assert (status, answer["question"]) == (200, "山东省\n品牌培育由谁牵头?")


def test_two_raw_addresses_over_one_connection(port):
    requests = [
        f"GET /v1/clauses/{CLAUSE_ID} HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
        f"GET /v1/clauses/{CLAUSE_ID} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode(),
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(requests[0])
        first = connection.recv(65536)
        connection.sendall(requests[1])
        second = b"".join(iter(lambda: connection.recv(65536), b""))
    assert (first.split()[1], second.split()[1]) == (b"200", b"200")


def test_a_port_in_use_is_named_with_the_mend():
    listener = bind("127.0.0.1", 0)
    taken = listener.getsockname()[1]
    try:
        with pytest.raises(InputError, match=rf"Port {taken} on 127.0.0.1 is in use. .* --port {taken + 1}"):
            bind("127.0.0.1", taken)
    finally:
        listener.close()


def test_an_address_of_another_machine_is_named():
    with pytest.raises(InputError, match=r"192\.0\.2\.1 cannot be listened on"):
        bind("192.0.2.1", 0)


def test_connections_are_known_as_tcp():
    with bind("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
