"""Raw text -> document: what is kept of it, and what it says about itself."""

from __future__ import annotations

from corpus.cleaning import clean_text
from corpus.frame import read_frame
from corpus.metadata import extract_metadata
from corpus.model import Document, RawText


def build_document(raw: RawText, *, repeated: frozenset[str] = frozenset()) -> Document:
    """Clean a decoded file and read its metadata.

    Args:
        raw: The decoded file.
        repeated: Lines that stand in several files of the same folder (see ``corpus.cleaning``).
    """
    clean = clean_text(raw.text, repeated=repeated)
    return Document(
        id=raw.document_id,
        clean=clean,
        metadata=extract_metadata(clean, read_frame(clean.text)),
        sha256=raw.sha256,
    )
