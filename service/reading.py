"""Clauses as they are compared with questions, read from the store once and kept while they are asked about."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.folding import fold
from corpus.model import Clause
from indexer.backends.base import Rows
from indexer.store import Store
from service.periods import find_years, last_term

# Matches: 《质量发展纲要(2011-2020年)》.
_TITLE = re.compile(r"《[^》]*》")


@dataclass(frozen=True)
class ReadClause:
    """A clause and its folded forms.

    Attributes:
        whole: Its last two labels and its text, folded.
        head: Its own label, folded.
    """

    clause: Clause
    whole: str
    head: str

    @cached_property
    def years(self) -> frozenset[int]:
        """Years that ``whole`` names outside other documents' titles. Most questions do not ask for one."""
        return find_years(_TITLE.sub("", self.whole))


class ClauseReader:
    """Reads clauses of one generation by row. Threads may share it.

    Args:
        store: Of the generation.
        most: Clauses that are kept.
    """

    def __init__(self, store: Store, *, most: int = 8192) -> None:
        self._store = store
        self._most = most
        self._kept: OrderedDict[int, ReadClause] = OrderedDict()
        self._terms: dict[str, int | None] = {}
        self._lock = threading.Lock()

    def last_term(self, document_id: str) -> int | None:
        """The last year by which a document wants something reached; ``None`` where it names none."""
        if document_id not in self._terms:
            self._terms[document_id] = last_term(clause.text for clause in self._store.clauses_of(document_id))
        return self._terms[document_id]

    def read(self, rows: Sequence[int] | Rows) -> list[ReadClause]:
        """The clauses of some rows, in the order asked for."""
        wanted = [int(row) for row in rows]
        with self._lock:
            known = {row: self._kept[row] for row in wanted if row in self._kept}
        missing = [row for row in wanted if row not in known]
        if missing:
            for row, clause in zip(missing, self._store.clauses_of_rows(missing), strict=True):
                known[row] = _read(clause)
            with self._lock:
                self._kept.update((row, known[row]) for row in missing)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return [known[row] for row in wanted]


def _read(clause: Clause) -> ReadClause:
    whole = fold("\n".join([*clause.labels[-2:], clause.text]))
    return ReadClause(clause, whole, fold(clause.labels[-1]) if clause.labels else "")
