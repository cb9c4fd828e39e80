"""What a generation was built with, and whether its files are still as they were written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.errors import DamagedIndexError, IndexMismatchError
from indexer.encoder import processors
from indexer.recipe import file_digest

FORMAT = 3
"""Version of the files of a generation; raised whenever an older program could not read them."""


MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a generation, as its manifest knows it."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built with, and what it holds.

    Attributes:
        format: ``FORMAT`` of the program that built it.
        encoder: The encoder's name.
        encoder_fingerprint: Its model, version and prefixes.
        dimension: Of the vectors.
        lexicon_hash: ``indexer.tokenizer.LEXICON_HASH`` of the program that built it.
        recipe: Digest of the program that parsed the documents.
        documents, clauses, passages, noise, repairs: Counts.
        dense: How the vectors are indexed.
        recall_at_10: Share of the ten nearest that this index finds.
        created_at: ISO 8601, UTC.
        files: Every other file of the folder by name.
    """

    format: int
    encoder: str
    encoder_fingerprint: str
    dimension: int
    lexicon_hash: str
    recipe: str
    documents: int
    clauses: int
    passages: int
    noise: int
    repairs: int
    dense: str
    recall_at_10: float
    created_at: str
    files: dict[str, StoredFile]


def read_manifest(folder: Path, *, sha256: str | None = None) -> Manifest:
    """Read a generation's manifest.

    Args:
        folder: The generation's.
        sha256: What its bytes must hash to, where that is known.

    Raises:
        DamagedIndexError: If it is missing or altered.
        IndexMismatchError: If it is of another format.
    """
    path = folder / MANIFEST_FILE
    try:
        content = path.read_bytes()
        if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
            raise DamagedIndexError(f"The index file {path} was altered.")
        fields = json.loads(content)
        if fields["format"] != FORMAT:
            fault = f"The index has format {fields['format']}; this program reads format {FORMAT}."
            raise IndexMismatchError(fault, "Run 'tiaowen index' to build it anew.")
        files = {name: StoredFile(**entry) for name, entry in fields.pop("files").items()}
        return Manifest(**fields, files=files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedIndexError(f"The index file {path} cannot be read ({error}).") from error


def describe(folder: Path, **described: Any) -> tuple[Manifest, bytes]:
    """The manifest of a folder's files, and what is written of it.

    Args:
        folder: With all files but the manifest.
        **described: The fields of ``Manifest`` other than ``format``, ``created_at`` and ``files``.
    """
    paths = sorted(folder.iterdir())
    sha256_of = _checksums(folder, [path.name for path in paths])
    files = {path.name: StoredFile(path.stat().st_size, sha256_of[path.name]) for path in paths}
    created_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(format=FORMAT, created_at=created_at, files=files, **described)
    return manifest, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode() + b"\n"


def verify_files(folder: Path, files: Mapping[str, StoredFile], *, up_to_bytes: int | None = None) -> None:
    """Compare sizes and checksums of files with what they were when written.

    Args:
        folder: Theirs.
        files: By name.
        up_to_bytes: Only the sizes of larger files are compared.

    Raises:
        DamagedIndexError: If one is missing or altered.
    """
    for name, entry in files.items():
        path = folder / name
        try:
            size = path.stat().st_size
        except OSError as error:
            raise DamagedIndexError(f"The index file {path} cannot be read ({error}).") from error
        if size != entry.size_bytes:
            fault = f"The index file {path} has {size} bytes instead of {entry.size_bytes}."
            raise DamagedIndexError(fault)
    read = [name for name, entry in files.items() if up_to_bytes is None or entry.size_bytes <= up_to_bytes]
    try:
        for name, found in _checksums(folder, read).items():
            if found != files[name].sha256:
                raise DamagedIndexError(f"The index file {folder / name} was altered.")
    except OSError as error:
        raise DamagedIndexError(f"The index in {folder} cannot be read ({error}).") from error


def _checksums(folder: Path, names: Collection[str]) -> dict[str, str]:
    """SHA-256 of files, all processors at work, because a large index has gigabytes."""
    if not names:
        return {}
    with ThreadPoolExecutor(min(processors(), len(names))) as threads:
        return dict(zip(names, threads.map(lambda name: file_digest(folder / name), names), strict=True))
