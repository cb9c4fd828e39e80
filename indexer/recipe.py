"""The digest of the program that parses: what it made of a file is taken over only while it stays the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

_NO_PROGRAM = {"__pycache__", "documents"}


@cache
def program_digest() -> str:
    """Changes with every program and data file of ``corpus`` and ``indexer``, and with the library that folds."""
    parts = [f"opencc {metadata.version('opencc')}"]
    for package in ("corpus", "indexer"):
        for name, content in sorted(_program_files(resources.files(package), package)):
            parts += [name, hashlib.sha256(content).hexdigest()]
    return digest(parts)


def digest(parts: Iterable[str]) -> str:
    """SHA-256 of lines of text, as hex."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file, as hex.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _program_files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if not entry.is_dir():
            yield f"{name}/{entry.name}", entry.read_bytes()
        elif entry.name not in _NO_PROGRAM:
            yield from _program_files(entry, f"{name}/{entry.name}")
