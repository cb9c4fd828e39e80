from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from corpus.model import Clause
from service.reading import ClauseReader


class CountingStore:
    """Gives a clause for every row, and remembers which rows it was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def clauses_of_rows(self, rows: Sequence[int]) -> list[Clause]:
        self.asked += rows
        return [
            Clause(
                f"d/{row}", "d", (str(row),), ("一、總則", f"({row})節水"), "clause", f"{row}年。2019年", (0, 1), (0, 1)
            )
            for row in rows
        ]


def _reader(store: Any, **options: int) -> ClauseReader:
    return ClauseReader(store, **options)


def test_clauses_come_in_the_order_asked_for_and_folded() -> None:
    read = _reader(CountingStore()).read([7, 3])

    assert [one.clause.id for one in read] == ["d/7", "d/3"]
    assert read[1].whole == "一、总则\n(3)节水\n3年。2019年"
    assert read[1].head == "(3)节水"
    assert read[1].years == {2019}


def test_a_clause_is_read_from_the_store_once() -> None:
    store = CountingStore()
    reader = _reader(store)
    reader.read([1, 2])
    reader.read([2, 3])

    assert store.asked == [1, 2, 3]


def test_no_more_are_kept_than_allowed() -> None:
    store = CountingStore()
    reader = _reader(store, most=2)
    reader.read([1, 2, 3])
    reader.read([3])
    reader.read([1])

    assert store.asked == [1, 2, 3, 1]


def test_more_rows_than_are_kept_are_still_read() -> None:
    assert [one.clause.id for one in _reader(CountingStore(), most=1).read([4, 5, 6])] == ["d/4", "d/5", "d/6"]


def test_threads_share_a_reader() -> None:
    reader = _reader(CountingStore(), most=5)

    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda n: reader.read([n % 7, n % 5]), range(200)))

    assert [[one.clause.id for one in pair] for pair in read] == [[f"d/{n % 7}", f"d/{n % 5}"] for n in range(200)]
