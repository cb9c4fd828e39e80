"""Hand-made documents for the extractors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpus.model import Clause, CleanText, Document, Metadata
from indexer.facts.units import Unit, read_units

Made = tuple[Document, list[Unit]]


def _clauses_of(units: list[tuple[tuple[str, ...], str, str]], **metadata: Any) -> Made:
    raw = "\n".join(text for _, _, text in units) + "\n"
    document = Document("d", CleanText(raw, raw, ((0, 0, len(raw)),)), Metadata(**metadata), "")
    clauses, at = [], 0
    for path, kind, text in units:
        span = (at, at + len(text))
        labels = (text,) if kind == "heading" else ()
        clauses.append(Clause("d/" + "/".join(path), "d", path, labels, kind, text, span, span))
        at += len(text) + 1
    return document, read_units(document, clauses)


@pytest.fixture(scope="session")
def clauses_of() -> Callable[..., Made]:
    """Makes a document of units ``(path, kind, text)``; a heading's text is its label."""
    return _clauses_of


@pytest.fixture(scope="session")
def one_clause() -> Callable[..., Made]:
    """Makes a document that is one clause."""
    return lambda text, **metadata: _clauses_of([(("一",), "clause", text)], **metadata)


@pytest.fixture(scope="session")
def unbroken() -> Callable[[str], str]:
    """Takes white space out of words: facts are read across the line breaks of a page's width."""
    return lambda words: "".join(words.split())
