"""What retrieval asks of an engine: two protocols, one for words and one for vectors, and the filters of both.

A *row* is a passage's number within one generation, 0 to n - 1. Both engines of a generation use the same rows.
A filter holds before the search, so that ``k`` hits come back whenever it leaves as many. Hits come best first; equal
scores are ordered by row, so that searches repeat.

A filter is a small tree of ``In``, ``Between``, ``All`` and ``Not`` over the fields of ``FIELDS``. An engine of its own
process searches by the rows that pass (``Selection.mask``, ``Selection.rows()``); an engine elsewhere compiles the
tree (``Selection.where``) to its own language and needs no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

Field = Literal["document_id", "region_code", "issuer", "kind", "issued_on", "row"]
"""What a filter may ask of a passage.

``document_id``: of its document. ``region_code``: GB/T 2260 code of the document's own region (so a province's filter
lists the codes of its cities too), empty for none. ``issuer``: as in the document's metadata, empty for none.
``kind``: a ``corpus.model.Kind``. ``issued_on``: the document's date as a number, 20140702; 0 where it has none.
``row``: the passage's number.
"""

FIELDS: tuple[Field, ...] = get_args(Field)


@dataclass(frozen=True, slots=True)
class In:
    """Passages whose field is one of some values: texts, or numbers for ``issued_on`` and ``row``.

    Without a value there is no such passage.
    """

    field: Field
    values: frozenset[str] | frozenset[int]


@dataclass(frozen=True, slots=True)
class Between:
    """Passages whose ``issued_on`` lies between two dates, both included; one without a date never does.

    Attributes:
        first, last: As numbers, 20140702.
    """

    first: int = 1
    last: int = 99991231


@dataclass(frozen=True, slots=True)
class All:
    """Passages that pass every part; all passages where there is none."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Passages that do not pass the part."""

    part: Filter


Filter: TypeAlias = In | Between | All | Not


class Selection:
    """The passages that a filter leaves. Immutable; threads may share it.

    Args:
        where: The filter.
        find_mask: Works out which rows pass, shape (n,); called at most once, and only where rows are asked for.
    """

    def __init__(self, where: Filter, find_mask: Callable[[], Mask]) -> None:
        self.where = where
        self._find_mask = find_mask

    @classmethod
    def of_rows(cls, rows: Rows | Sequence[int], length: int) -> Selection:
        """Some rows out of ``length``, in any order."""
        chosen = np.asarray(rows, dtype=np.int64)
        mask = np.zeros(length, dtype=np.bool_)
        mask[chosen] = True
        return cls(In("row", frozenset(chosen.tolist())), lambda: mask)

    @cached_property
    def mask(self) -> Mask:
        """Whether each row passes, shape (n,)."""
        return self._find_mask()

    @cached_property
    def count(self) -> int:
        """How many rows pass."""
        return int(np.count_nonzero(self.mask))

    def rows(self) -> Rows:
        """The rows that pass, in order. Worked out at each call, because it is large where many pass."""
        return np.flatnonzero(self.mask)


class LexicalIndex(Protocol):
    """Passages found by their terms."""

    def __len__(self) -> int:
        """Number of rows."""

    def knows(self, token: str) -> bool:
        """Whether any passage has the term."""

    def idf(self, token: str) -> float:
        """Weight of the term; 0 where no passage has it."""

    def scores(self, tokens: Sequence[str], rows: Rows) -> Scores:
        """BM25 of chosen rows for the query's terms, shape (len(rows),); 0 for a row without any of them."""

    def search(self, tokens: Sequence[str], k: int, allowed: Selection | None = None) -> tuple[Rows, Scores]:
        """The ``k`` best among the rows that have one of the terms and, where given, are allowed."""


class DenseIndex(Protocol):
    """Passages found by the inner product of unit vectors, which is their cosine."""

    def __len__(self) -> int:
        """Number of rows."""

    @property
    def dimension(self) -> int:
        """Length of the vectors."""

    def search(self, vector: Vectors, k: int, allowed: Selection | None = None) -> tuple[Rows, Scores]:
        """The ``k`` nearest rows to one unit vector of shape (d,), among the allowed ones where given."""

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Exact cosine of one unit vector with each of ``rows``, shape (len(rows),)."""

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of ``rows``, shape (len(rows), d)."""


def best_first(rows: Rows, scores: Scores, k: int) -> Rows:
    """Positions of the ``k`` highest scores, best first, equal scores by row."""
    if k <= 0 or len(rows) == 0:
        return np.zeros(0, dtype=np.int64)
    positions = np.arange(len(rows))
    if k < len(rows):
        # Every position that ties with the k-th stays in, so that the cut among equals falls by row too.
        threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
        positions = np.flatnonzero(scores >= threshold)
    order = np.lexsort((rows[positions], -scores[positions]))
    return positions[order[:k]]
