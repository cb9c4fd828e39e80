"""A file to its characters: one table from suffix to reader.

The readers of html, docx and pdf import their libraries when the first such file is read, so that a folder of plain
texts costs nothing for them. One file is in memory at a time.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from corpus.decoding import Decoded, decode
from corpus.errors import (
    DocumentError,
    EmptyDocumentError,
    NoDocumentsError,
    OversizedDocumentError,
    UnknownFormatError,
)
from corpus.glyphs import unify
from corpus.model import RawText

MAX_BYTES = 100_000_000


def _read_text(data: bytes) -> Decoded:
    return decode(data)


def _read_html(data: bytes) -> Decoded:
    from corpus.formats.html import read_html

    return Decoded(read_html(data), "html")


def _read_docx(data: bytes) -> Decoded:
    from corpus.formats.docx import read_docx

    return Decoded(read_docx(data), "docx")


def _read_pdf(data: bytes) -> Decoded:
    from corpus.formats.pdf import read_pdf

    return Decoded(_whole_characters(read_pdf(data)), "pdf")


READERS: dict[str, Callable[[bytes], Decoded]] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".html": _read_html,
    ".htm": _read_html,
    ".docx": _read_docx,
    ".pdf": _read_pdf,
}

_MENDS = {
    ".doc": "Save it as docx.",
    ".wps": "Save it as docx.",
    ".rtf": "Save it as docx.",
    ".ofd": "Save it as PDF.",
    ".xls": "Save the sheet as docx or text.",
    ".xlsx": "Save the sheet as docx or text.",
}


def read_file(path: Path, *, document_id: str | None = None, max_bytes: int = MAX_BYTES) -> RawText:
    """Read one document.

    Args:
        path: A file with a suffix of ``READERS``, in any letter case.
        document_id: Its id; by default the file's stem, unchanged.
        max_bytes: A larger file is refused before it is read.

    Returns:
        The decoded characters. Of txt and md these are all of the file's but a byte order mark, newlines as they are;
        of html, docx and pdf the extracted text, one paragraph or table row a line. Radicals and other look-alikes are
        the characters that they stand for, one for one.

    Raises:
        DocumentError: If the file is not there, or cannot be read. Its subclasses name the fault: empty, binary,
            encrypted, scanned, broken, oversized, of unknown format.
    """
    try:
        if path.is_dir():
            raise DocumentError(f"{path} is a folder and not a file.", "Name the documents in it.")
        if not path.is_file():
            fault = "is not a file" if path.exists() else "is not there"
            raise DocumentError(f"{path} {fault}.", "Check the path.")
        size = path.stat().st_size
        reader = READERS.get(path.suffix.lower())
        if reader is None:
            known = ", ".join(READERS)
            mend = _MENDS.get(path.suffix.lower(), f"Convert it to one of {known}.")
            raise UnknownFormatError(f"{path} has a format that is not read ({path.suffix or 'no suffix'}).", mend)
        if size > max_bytes:
            raise OversizedDocumentError(
                f"{path} has {size:,} bytes; at most {max_bytes:,} are read.", "Split it into its documents."
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror or error}.", "Check its permissions.") from error
    except ValueError as error:  # a NUL in the path
        raise DocumentError(f"{str(path)!r} is no path: {error}.", "Check the path.") from error
    if not data.strip():
        raise EmptyDocumentError(f"{path} is empty.", "Remove it or put the text in.")
    try:
        text, encoding = reader(data)
    except DocumentError as error:
        raise type(error)(f"{path}: {error.fault}", error.mend) from error
    if not text.replace("\ufeff", "").strip():
        raise EmptyDocumentError(f"{path} holds no text.", "Remove it or put the text in.")
    return RawText(
        document_id=document_id if document_id is not None else _stem(path),
        text=unify(text),
        encoding=encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
    )


def _whole_characters(text: str) -> str:
    """``text`` with U+FFFD in place of half a surrogate pair, as the fonts of some PDFs give it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


_ABOUT_THE_FOLDER = frozenset({"README", "PROVENANCE", "LICENSE", "NOTICE"})


def list_documents(folder: Path) -> list[Path]:
    """The files below ``folder`` that have a reader, sorted by path.

    Hidden files and folders, the lock files that Word leaves (``~$…``), and files that describe a folder and not a
    policy (README, PROVENANCE, LICENSE, NOTICE) are passed over.

    Raises:
        NoDocumentsError: If ``folder`` is not there or is no folder.
    """
    if not folder.is_dir():
        raise NoDocumentsError(f"{folder} is not a folder.", "Name a folder that holds documents.")
    found: list[Path] = []
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names = (n for n in files if not n.startswith((".", "~$")) and Path(n).stem.upper() not in _ABOUT_THE_FOLDER)
        found.extend(Path(where, name) for name in names if Path(name).suffix.lower() in READERS)
    return sorted(found)


def assign_document_ids(paths: Iterable[Path]) -> dict[Path, str]:
    """A different id for each path: the file's stem, unchanged, where no other file has it.

    Equal stems are prefixed with the folder's name and ``~``. Where that is equal too, the suffix is added, and then
    the names of the folders above, until the ids differ.
    """
    files = list(dict.fromkeys(paths))
    depth = dict.fromkeys(files, 0)
    while True:
        ids = {path: _id_at_depth(path, depth[path]) for path in files}
        counts = Counter(ids.values())
        clashing = [path for path in files if counts[ids[path]] > 1]
        deeper = [path for path in clashing if depth[path] < len(path.absolute().parts) + 2]
        if not deeper:
            return ids
        for path in deeper:
            depth[path] += 1


def _id_at_depth(path: Path, depth: int) -> str:
    """Depth 0 is ``stem``, 1 ``folder~stem``, 2 ``folder~stem.suffix``, 3 ``above~folder~stem.suffix``, and so on."""
    if depth == 0:
        return _stem(path)
    folders = [name for name in path.absolute().parent.parts if name.strip("/\\")]
    prefix = folders[-max(1, depth - 1) :]
    return "~".join([*map(_printable, prefix), _stem(path) if depth == 1 else _printable(path.name)])


def _stem(path: Path) -> str:
    return _printable(path.stem)


def _printable(name: str) -> str:
    """``name`` as it is, or decoded anew where the file system's bytes were no UTF-8 (archives made in GBK)."""
    if name.isprintable() and not any("\ud800" <= c <= "\udfff" for c in name):
        return name
    return os.fsencode(name).decode("gb18030", errors="replace").replace("/", "／")
