from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import DamagedIndexError
from corpus.model import Metadata
from corpus.regions import by_code
from indexer.backends.base import All, Between, Filter, In, Not
from indexer.passage_rows import KINDS, PassageRows, date_number, save_rows

DOCUMENTS = {
    "shandong": Metadata(region=by_code("370000"), issuer="山东省人民政府", issued_on=date(2014, 1, 9)),
    "nowhere": Metadata(),
    "jinan": Metadata(region=by_code("370100"), issuer="济南市人民政府", issued_on=date(2016, 7, 2)),
}
DOCUMENT = [0, 0, 0, 1, 2, 2]
CLAUSE, TABLE = KINDS.index("clause"), KINDS.index("table")


@pytest.fixture
def rows(tmp_path: Path) -> PassageRows:
    save_rows(tmp_path, document=DOCUMENT, kind=[CLAUSE, TABLE, CLAUSE, CLAUSE, TABLE, CLAUSE])
    return PassageRows.open(tmp_path, DOCUMENTS)


def passing(rows: PassageRows, condition: Filter) -> list[int] | None:
    selection = rows.where(condition)
    if selection is None:
        return None
    assert selection.where == condition
    assert selection.count == len(selection.rows())
    return [int(row) for row in selection.rows()]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (In("document_id", frozenset({"shandong"})), [0, 1, 2]),
        (In("document_id", frozenset({"unknown"})), []),
        (In("region_code", frozenset({"370000", "370100"})), [0, 1, 2, 4, 5]),
        (In("region_code", frozenset({""})), [3]),
        (In("issuer", frozenset({"济南市人民政府"})), [4, 5]),
        (In("kind", frozenset({"table"})), [1, 4]),
        (In("issued_on", frozenset({20140109})), [0, 1, 2]),
        (In("row", frozenset({5, 0, 99})), [0, 5]),
        (In("row", frozenset()), []),
        (Between(first=20150101), [4, 5]),
        (Between(last=20151231), [0, 1, 2]),
        (Between(first=0), [0, 1, 2, 4, 5]),
        (Not(Between()), [3]),
        (Not(In("kind", frozenset({"table"}))), [0, 2, 3, 5]),
        (All((In("region_code", frozenset({"370100"})), In("kind", frozenset({"clause"})))), [5]),
        (All((Not(In("document_id", frozenset({"jinan"}))), Between(first=20100101))), [0, 1, 2]),
        (All(()), None),
        (In("kind", frozenset({"clause", "table"})), None),
    ],
)
def test_a_filter_leaves_the_rows_that_pass(rows: PassageRows, condition: Filter, expected: list[int] | None) -> None:
    assert passing(rows, condition) == expected
    assert passing(rows, condition) == expected  # what is kept is the same


def test_what_a_filter_leaves_is_worked_out_once(rows: PassageRows) -> None:
    condition = In("region_code", frozenset({"370000"}))

    assert rows.where(condition) is rows.where(In("region_code", frozenset({"370000"})))


def test_a_filter_of_documents_names_them(rows: PassageRows) -> None:
    assert rows.documents(Between(first=20100101)) == ["shandong", "jinan"]
    assert rows.documents(All(())) == ["shandong", "nowhere", "jinan"]
    with pytest.raises(ValueError, match="kind"):
        rows.documents(In("kind", frozenset({"clause"})))


def test_dates_compare_as_numbers() -> None:
    assert [date_number(day) for day in (None, date(2014, 7, 2))] == [0, 20140702]


def test_no_rows_and_no_documents(tmp_path: Path) -> None:
    save_rows(tmp_path, document=[], kind=[])
    empty = PassageRows.open(tmp_path, {})

    assert len(empty) == 0
    assert empty.where(In("kind", frozenset({"clause"}))) is None
    assert empty.documents(Between()) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: np.save(path, np.zeros(6)),
        lambda path: np.save(path, np.zeros(2, dtype=np.int32)),
    ],
    ids=["missing", "other", "short"],
)
def test_a_damaged_file_is_named(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    save_rows(tmp_path, document=DOCUMENT, kind=[CLAUSE] * 6)
    damage(tmp_path / "rows_document.npy")
    with pytest.raises(DamagedIndexError, match="tiaowen index"):
        PassageRows.open(tmp_path, DOCUMENTS)
