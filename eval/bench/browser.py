"""A headless Chromium and a running service, for what is measured and shown in a browser."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from corpus.errors import TiaowenError
from indexer.build import build_index
from indexer.encoder import DEFAULT_ENCODER, open_encoder
from service.serving import RawAddressProtocol
from service.settings import read_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from starlette.types import ASGIApp

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_START_TIMEOUT_S = 20.0


class BrowserError(TiaowenError):
    """No browser can be had."""


def find_chromium(named: str | None) -> str:
    """The program that the setting names, or a Chromium or Chrome on the path.

    Raises:
        BrowserError: If there is none.
    """
    if named is not None:
        if not os.access(named, os.X_OK):
            raise BrowserError(f"TIAOWEN_CHROMIUM is no program: {named}.", "Correct it, or unset it.")
        return named
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise BrowserError("There is no Chromium.", "Install it: sudo apt-get install -y chromium")
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless browser that does not call home.

    Raises:
        BrowserError: If there is none.
    """
    from playwright.sync_api import sync_playwright

    program = find_chromium(read_settings().chromium)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port of this machine, and give its address without a slash at the end."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=RawAddressProtocol, ws="none", log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_TIMEOUT_S
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise TiaowenError("The service did not start.")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def index_shipped(data: Path) -> Path:
    """Bring the index of the shipped documents in ``data`` up to date; what did not change is not encoded again."""
    documents = Path(__file__).resolve().parents[2] / "corpus" / "documents"
    build_index([documents], data, encoder=open_encoder(DEFAULT_ENCODER, data=data))
    return data
