"""Runs the application on uvicorn."""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from corpus.errors import InputError
from service import feedback
from service.feedback import FeedbackStore
from service.http_api import create_app
from service.live_engine import LiveEngine
from service.settings import Settings

if TYPE_CHECKING:
    from service.engine import Engine

# Bytes of a raw Chinese address. Matches: the UTF-8 of /v1/clauses/shandong-2014/三/11. Does not match: %E4%B8%89.
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class RawAddressProtocol(H11Protocol):
    """HTTP/1.1 that also takes addresses with raw UTF-8, as curl sends them.

    A request line may hold ASCII only, and h11 answers anything else with a bare 400. Clause ids are
    Chinese and travel raw, so the request line is percent-encoded before it is parsed.
    """

    def data_received(self, data: bytes) -> None:
        """Take what the network brought."""
        if self.conn.their_state is h11.IDLE and b"\n" not in self.conn.trailing_data[0]:
            line, end, rest = data.partition(b"\n")
            data = _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte.group()[0], line) + end + rest
        super().data_received(data)


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens on the address.

    Raises:
        InputError: If the port is in use, may not be used, or the address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, its connections send small packets at once (asyncio sets TCP_NODELAY); else a client that keeps its
    # connection waits some 40 ms for the second part of each answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise _bind_error(host, port, error) from None
    listener.setblocking(False)
    return listener


def _bind_error(host: str, port: int, error: OSError) -> InputError:
    if error.errno == errno.EADDRINUSE:
        return InputError(
            f"Port {port} on {host} is in use.", f"Stop what uses it, or choose another: --port {port % 65535 + 1}."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return InputError(f"Port {port} needs rights that this process lacks.", "Choose one above 1023: --port 8000.")
    return InputError(f"{host} cannot be listened on: {error.strerror or error}.", "Correct --host.")


def serve(listener: socket.socket, live: LiveEngine, data: Path, settings: Settings) -> None:
    """Answer requests on ``listener`` until the process is told to stop.

    Args:
        listener: From ``bind``.
        live: From ``open_live``.
        data: The data folder; readers' judgments are kept in it.
        settings: For the rest.
    """
    app = create_app(
        live.current,
        feedback=FeedbackStore(data / feedback.FILE),
        frame_ancestors=settings.frame_ancestors,
        cors_origins=settings.cors_origins,
        threads=settings.threads,
        max_body_bytes=settings.max_body_bytes,
    )
    config = uvicorn.Config(app, http=RawAddressProtocol, log_level=settings.log_level, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


def open_live(data: Path, open_engine: Callable[[], Engine]) -> LiveEngine:
    """The engine of a data folder, following what is built there. Opens it, so that faults show at once.

    Args:
        data: The data folder.
        open_engine: Opens whatever is current; see ``service.opening.engine_opener``.

    Raises:
        StoredIndexError: If there is no index, or it cannot be used.
        ModelError: If the encoder cannot be had.
    """
    live = LiveEngine(data, "CURRENT", open_engine)
    live.current()
    return live
