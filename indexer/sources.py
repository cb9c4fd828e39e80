"""Which documents an index is made of: files of the folders, and documents of the former index to keep."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.cleaning import lines_that_may_repeat
from corpus.errors import DocumentError, NoDocumentsError
from corpus.model import RawText
from corpus.reading import assign_document_ids, list_documents, read_file
from indexer.recipe import file_digest
from indexer.spool import TextSpool
from indexer.store import Origin, Store

NOTHING_TO_READ = "Put txt, md, html, docx or pdf files there, or name another folder."


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was passed over, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was decoded in this build; its text is in the spool."""

    text_number: int
    encoding: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Source:
    """A document of the index to be.

    Attributes:
        path: Its file.
        document_id: Its id among all documents of the index.
        sha256: Of the file's bytes.
        edge_lines: Its ``lines_that_may_repeat``.
        file: ``None`` where the former index holds the same under the same id.
    """

    path: Path
    document_id: str
    sha256: str
    edge_lines: frozenset[str]
    file: ReadFile | None

    def raw(self, spool: TextSpool) -> RawText | None:
        """The decoded file, where it was read in this build."""
        file = self.file
        if file is None:
            return None
        return RawText(self.document_id, spool[file.text_number], file.encoding, self.sha256, file.size_bytes)


def find_files(folders: Sequence[Path]) -> list[Path]:
    """The documents below all folders, each file once.

    Raises:
        NoDocumentsError: If a folder is none, or all of them hold nothing that is read.
    """
    found: dict[Path, Path] = {}
    for folder in folders:
        for path in list_documents(folder):
            found.setdefault(path.resolve(), Path(os.path.abspath(path)))  # noqa: PTH100 - keeps links, resolves ".."
    if not found:
        names = ", ".join(map(str, folders)) or "no folder"
        raise NoDocumentsError(f"There are no documents in {names}.", NOTHING_TO_READ)
    return list(found.values())


def read_sources(
    found: Sequence[Path],
    former: Store | None,
    spool: TextSpool,
    *,
    keep: bool,
    trust: bool,
    progress: Callable[[int, int], None],
) -> tuple[list[Source], tuple[Refusal, ...]]:
    """Read what the former index does not hold yet.

    Args:
        found: Files to index.
        former: The former index.
        spool: Gets the texts that were read.
        keep: Whether the former index's documents from other files stay.
        trust: Whether the present program reads files as the one that wrote ``former``.
        progress: Called with the number of files that are done and the number there are.

    Returns:
        Every document, ordered by folder and name; and the files that cannot be read.
    """
    origins = former.origins() if former else {}
    known_lines = former.edge_lines() if former and trust else {}
    fresh = set(found)
    kept = {Path(origin.source): former_id for former_id, origin in origins.items()} if keep else {}
    ids = assign_document_ids([*found, *(path for path in kept if path not in fresh)])
    sources, refused = [], []
    for done, path in enumerate(sorted(ids, key=lambda path: (path.parent.parts, path.name)), start=1):
        document_id = ids[path]
        lines = known_lines.get(document_id)
        try:
            if path in fresh:
                if lines is not None and _is_same_file(path, origins[document_id]):
                    sources.append(Source(path, document_id, origins[document_id].sha256, lines, None))
                else:
                    sources.append(_put_aside(path, read_file(path, document_id=document_id), spool))
            elif lines is not None and kept[path] == document_id:
                sources.append(Source(path, document_id, origins[document_id].sha256, lines, None))
            else:
                assert former is not None  # noqa: S101 - only its documents are kept
                sources.append(_put_aside(path, _read_stored(former, kept[path], document_id), spool))
        except DocumentError as error:
            refused.append(Refusal(path, str(error)))
        progress(done, len(ids))
    return sources, tuple(refused)


def _is_same_file(path: Path, origin: Origin) -> bool:
    """Whether a file would be read as that of ``origin`` was: the same bytes, by the same reader."""
    if path.suffix.lower() != Path(origin.source).suffix.lower():
        return False
    try:
        return file_digest(path) == origin.sha256
    except OSError:
        return False  # read_file names the fault


def _put_aside(path: Path, raw: RawText, spool: TextSpool) -> Source:
    try:
        raw.text.encode()
    except UnicodeEncodeError as error:
        fault = f"{path} holds half a character ({error.reason}), which cannot be stored."
        raise DocumentError(fault, "Save it in another format.") from error
    file = ReadFile(spool.append(raw.text), raw.encoding, raw.size_bytes)
    return Source(path, raw.document_id, raw.sha256, lines_that_may_repeat(raw.text), file)


def _read_stored(former: Store, former_id: str, document_id: str) -> RawText:
    """A document of the former index; its id changes where a file of the same stem came in."""
    stored = former.document(former_id)
    if stored is None:
        raise DocumentError(f"{former_id} is no longer in the index.", "Index its folder again.")
    return replace(stored.raw, document_id=document_id)
