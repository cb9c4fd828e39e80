"""The engine that serves now: opened when there is an index, and anew when a build has put another in its place."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import TiaowenError

if TYPE_CHECKING:
    from service.engine import Engine

_LOG = logging.getLogger(__name__)


class LiveEngine:
    """Follows the pointer of a data folder. Callers of any thread share it.

    A request keeps the engine it was given; the next one may get a newer. Where a newer index cannot be
    opened, the one that serves goes on and the log says why.

    Args:
        data: Data folder.
        pointer: The file in it that names the current generation.
        open_engine: Opens whatever is current.
        interval_s: The pointer is read at most this often.
    """

    def __init__(self, data: Path, pointer: str, open_engine: Callable[[], Engine], *, interval_s: float = 1.0) -> None:
        self._pointer = data / pointer
        self._open = open_engine
        self._interval_s = interval_s
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._seen = b""
        self._checked_at = float("-inf")

    def current(self) -> Engine:
        """The engine to use for one request.

        Raises:
            StoredIndexError: If no index can be opened and none was open.
            ModelError: If the encoder cannot be had.
        """
        engine = self._engine
        if engine is not None and time.monotonic() - self._checked_at < self._interval_s:
            return engine
        if engine is None:
            self._lock.acquire()
        elif not self._lock.acquire(blocking=False):
            # Another thread opens the new index; until it has, the former one answers.
            return engine
        try:
            return self._refresh()
        finally:
            self._checked_at = time.monotonic()
            self._lock.release()

    def _refresh(self) -> Engine:
        try:
            seen = self._pointer.read_bytes()
        except OSError:
            seen = b""
        if self._engine is not None and (seen == self._seen or not seen):
            return self._engine
        try:
            self._engine = self._open()
        except TiaowenError as error:
            if self._engine is None:
                raise
            _LOG.error("the new index cannot be opened, the former one goes on: %s", error)
        self._seen = seen
        return self._engine
