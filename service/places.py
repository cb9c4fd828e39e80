"""Which clauses name a place."""

from __future__ import annotations

import numpy as np

from corpus.model import Region
from corpus.regions import find_regions, written_names
from indexer.backends.base import LexicalIndex, Mask, Rows, Selection
from indexer.generations import Generation
from indexer.tokenizer import tokenize


def rows_naming(generation: Generation, region: Region, allowed: Selection | None) -> list[int]:
    """The rows whose clause names a region, in order.

    Only clauses with all characters of one of its names are read, which the word index tells.

    Args:
        generation: The index.
        region: The place.
        allowed: Rows that are looked at; ``None`` for all.
    """
    rows = np.arange(len(generation.rows)) if allowed is None else allowed.rows()
    possible = np.zeros(len(rows), dtype=np.bool_)
    for name in written_names(region):
        possible |= _has_all(generation.bm25, _certain_terms(name), rows)
    rows = rows[possible]
    clauses = generation.store.clauses_of_rows(rows)
    return [
        row
        for row, clause in zip(rows.tolist(), clauses, strict=True)
        if any(mention.region == region for mention in find_regions(clause.text))
    ]


def _certain_terms(name: str) -> list[str]:
    """Index terms of every text with a name in it: its pairs of characters, since words may be cut in other ways."""
    return [name] if len(name) < 2 else [pair for pair in tokenize(name) if len(pair) == 2 or pair.isascii()]


def _has_all(bm25: LexicalIndex, terms: list[str], rows: Rows) -> Mask:
    has = np.ones(len(rows), dtype=np.bool_)
    for term in terms:
        if not bm25.knows(term):
            return np.zeros(len(rows), dtype=np.bool_)
        # A term in just half of all passages has no weight and tells nothing.
        if bm25.idf(term):
            has &= bm25.scores([term], rows) != 0
    return has
