import threading
from pathlib import Path

import pytest

from corpus.errors import DamagedIndexError
from corpus.model import RawText
from indexer.parsing import ParsedDocument, parse_document
from indexer.passages import build_passages
from indexer.store import Origin, Store, StoredDocument, StoreWriter

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"


@pytest.fixture(scope="module")
def parsed() -> list[ParsedDocument]:
    names = ("alxa-quality", "shandong-2014")
    texts = {name: (DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8") for name in names}
    return [parse_document(RawText(name, text, "utf-8", f"sha-{name}", 9)) for name, text in texts.items()]


@pytest.fixture(scope="module")
def path(parsed: list[ParsedDocument], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "store.sqlite"
    with StoreWriter(path) as writer:
        for one in parsed:
            stored = StoredDocument(one.document, f"/texts/{one.document.id}\udcff.txt", "recipe", "utf-8", 9)
            passages = build_passages(one.document.metadata, one.clauses)
            writer.add(stored, one.clauses, [passage.clause_id for passage in passages])
    return path


def test_documents_come_back_equal(path: Path, parsed: list[ParsedDocument]) -> None:
    store = Store(path)
    assert [stored.document for stored in store.documents()] == [one.document for one in parsed]
    assert store.document_ids() == ("alxa-quality", "shandong-2014")
    stored = store.document("shandong-2014")
    assert stored is not None
    assert stored.raw == RawText("shandong-2014", parsed[1].document.clean.raw, "utf-8", "sha-shandong-2014", 9)
    assert store.metadata()["alxa-quality"] == parsed[0].document.metadata
    assert store.origins()["alxa-quality"] == Origin("/texts/alxa-quality\udcff.txt", "sha-alxa-quality")
    assert store.document("none") is None


def test_clauses_come_back_equal(path: Path, parsed: list[ParsedDocument]) -> None:
    store = Store(path)
    for one in parsed:
        assert store.clauses_of(one.document.id) == one.clauses
        ids = [clause.id for clause in reversed(one.clauses)]
        assert store.clauses(ids) == list(reversed(one.clauses))
    assert store.clause(parsed[1].clauses[4].id) == parsed[1].clauses[4]
    assert store.clause("none/一") is None
    assert store.clauses_of("none") == ()
    with pytest.raises(KeyError):
        store.clauses(["none/一"])


def test_rows_lead_to_clauses_and_back(path: Path, parsed: list[ParsedDocument]) -> None:
    store = Store(path)
    expected = [passage.clause_id for one in parsed for passage in build_passages(one.document.metadata, one.clauses)]
    rows = list(range(len(expected)))[::-1]
    assert store.clause_ids(rows) == expected[::-1]
    assert [clause.id for clause in store.clauses_of_rows(rows)] == expected[::-1]
    assert [store.row_of(clause_id) for clause_id in expected] == list(range(len(expected)))
    assert store.row_of("shandong-2014/title") is None
    with pytest.raises(KeyError):
        store.clause_ids([len(expected)])


def test_threads_read_at_once(path: Path, parsed: list[ParsedDocument]) -> None:
    store = Store(path)
    seen: list[bool] = []

    def read() -> None:
        seen.extend(store.clauses_of(one.document.id) == one.clauses for one in parsed)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 16


def test_nothing_is_written_by_reading(path: Path) -> None:
    before = path.read_bytes()
    store = Store(path)
    with pytest.raises(DamagedIndexError, match="readonly"):
        store._query("DELETE FROM clauses")
    store.close()
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["store.sqlite"]


@pytest.mark.parametrize("content", [None, b"", b"no database at all, but longer than a header is" * 30])
def test_a_file_that_is_no_store_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "store.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedIndexError, match=r"store\.sqlite"):
        Store(path)
