"""Which clauses name a place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from corpus.folding import fold
from corpus.model import Region
from corpus.regions import counties_by_short_name, find_regions, written_names
from indexer.backends.base import LexicalIndex, Mask, Rows, Selection
from indexer.generations import Generation
from indexer.tokenizer import part_of_speech, tokenize
from service.filters import lies_in
from service.topic import Term
from service.understanding import Interpretation

# Matches: 浙江和温州, 省里与市里, Zhejiang and Wenzhou. Does not match: 西藏的昌都.
_SIDE_BY_SIDE = re.compile(r"[和与及跟、]|分别|各自|\b(?:and|or|both)\b")
_NAMES = frozenset(("ns", "nr", "nz", None))  # tags of names in jieba's dictionary, as far as it has them


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


def with_counties(interpretation: Interpretation, held: Sequence[Region], bm25: LexicalIndex) -> Interpretation:
    """A question that names a county-level division by its short name (昆山的品牌由谁培育), with that place.

    Short names are often words as well (平原, 太湖). One counts as a place where documents of it are there; or where no
    document has the word and the question names no other place, or it side by side with one (山东和义乌): clauses of
    other places would answer for it.

    Args:
        interpretation: The question.
        held: The regions that documents are of.
        bm25: The words of the index.
    """
    places: dict[Term, tuple[Region, ...]] = {}
    for term in interpretation.topic:
        named = counties_by_short_name().get(term.surface, ())
        if not named or term.quoted:
            continue
        there = tuple(region for region in named if any(lies_in(region, own) for own in held))
        asked_words = fold(interpretation.standalone_question)
        # What a question without a place begins with is one where documents of it are there, common noun or not.
        begins = bool(there) and not interpretation.regions and asked_words.startswith(term.surface)
        if part_of_speech(term.surface) not in (_NAMES | {"n"} if begins else _NAMES):
            continue
        alone = all(any(asked.name in region.ancestors for region in named) for asked in interpretation.regions)
        beside = re.search(f"[和与及、跟]{term.surface}|{term.surface}[和与及、跟]", asked_words)
        if there or ((alone or beside) and not bm25.knows(term.surface)):
            places[term] = there or named
    if not places:
        return interpretation
    counties = [region for regions in places.values() for region in regions]
    wider = [r for r in interpretation.regions if not any(r.name in county.ancestors for county in counties)]
    topic = tuple(term for term in interpretation.topic if term not in places)
    return replace(interpretation, regions=tuple(dict.fromkeys([*wider, *counties])), topic=topic)


def narrowed(interpretation: Interpretation) -> Interpretation:
    """A question without the larger place that only says where the smaller one lies (西藏…昌都要建什么).

    Places that are named side by side, or compared, are both asked about.
    """
    folded, regions = fold(interpretation.standalone_question), interpretation.regions
    if interpretation.intent in ("compare", "which_regions") or _SIDE_BY_SIDE.search(folded):
        return interpretation
    kept = tuple(region for region in regions if not any(region.name in other.ancestors for other in regions))
    return replace(interpretation, regions=kept)
