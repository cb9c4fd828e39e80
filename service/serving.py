"""Runs the application on uvicorn."""

from __future__ import annotations

import errno
import os
import re
import socket
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.supervisors import Multiprocess

from corpus.errors import InputError
from service import feedback
from service.feedback import FeedbackStore
from service.http_api import create_app
from service.live_engine import LiveEngine
from service.opening import engine_opener
from service.settings import Settings

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


def open_app(
    settings: Settings,
    *,
    data: Path,
    encoder: str | None = None,
    reranker: str | None = None,
    metrics_folder: Path | None = None,
) -> FastAPI:
    """The application over a data folder, following what is built there. Opens the index, so that faults show at once.

    Args:
        settings: For what is not given.
        data: The data folder; readers' judgments are kept in it.
        encoder: See ``service.opening.engine_opener``.
        reranker: See there.
        metrics_folder: See ``service.http_api.create_app``.

    Raises:
        StoredIndexError: If there is no index, or it cannot be used.
        ModelError: If a model cannot be had.
    """
    opener = engine_opener(settings, data=data, encoder=encoder, reranker=reranker, query_cache=settings.query_cache)
    live = LiveEngine(data, "CURRENT", opener)
    live.current()
    return create_app(
        live.current,
        feedback=FeedbackStore(data / feedback.FILE),
        frame_ancestors=settings.frame_ancestors,
        cors_origins=settings.cors_origins,
        threads=settings.threads,
        max_body_bytes=settings.max_body_bytes,
        metrics_folder=metrics_folder,
    )


def serve(listener: socket.socket, app: FastAPI, log_level: str) -> None:
    """Answer requests on ``listener``, which is from ``bind``, until the process is told to stop."""
    uvicorn.Server(_config(app, log_level)).run(sockets=[listener])


def serve_in_workers(listener: socket.socket, make_app: Callable[..., FastAPI], log_level: str, workers: int) -> None:
    """As ``serve``, in several processes; one that ends is started again.

    Args:
        listener: From ``bind``.
        make_app: Makes the application in each process, with the argument ``metrics_folder``; it can be pickled.
        log_level: See ``service.settings``.
        workers: How many processes.
    """
    with tempfile.TemporaryDirectory() as folder:
        # prometheus_client looks here, when it is imported, for where processes keep what they count together.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        config = _config(partial(make_app, metrics_folder=Path(folder)), log_level, factory=True, workers=workers)
        Multiprocess(config, sockets=[listener]).run()


def _config(app: Any, log_level: str, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(app, http=RawAddressProtocol, log_level=log_level, server_header=False, **options)
