"""Texts put aside on the disk while an index is built, so that memory does not grow with their number."""

from __future__ import annotations

import tempfile
from array import array
from pathlib import Path
from types import TracebackType


class TextSpool:
    """A list of texts in a temporary file, which goes when the process does. For one thread; a context manager.

    Args:
        folder: On a disk with room for all texts.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - open as long as the spool
        self._ends = array("q", [0])

    def __enter__(self) -> TextSpool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, text: str) -> int:
        """Put a text aside; returns its number, from 0 on."""
        self._file.seek(self._ends[-1])
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "surrogatepass")))
        return len(self) - 1

    def __getitem__(self, number: int) -> str:
        start, end = self._ends[number], self._ends[number + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8", "surrogatepass")
