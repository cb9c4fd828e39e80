"""A build that publishes to Milvus Lite, and what is searched there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexMismatchError, IndexServerError
from indexer.backends.base import In
from indexer.backends.milvus import Milvus, collection_name
from indexer.build import build_index
from indexer.generations import Generation, begin, build_lock, current_number, open_current
from indexer.publishing import attach, fingerprint, publish

from .conftest import POLICY, HashEncoder

pytestmark = pytest.mark.milvus


@pytest.fixture
def milvus(tmp_path: Path) -> Iterator[Milvus]:
    opened = Milvus(str(tmp_path / "milvus.db"))
    yield opened
    opened.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def opened(data: Path, milvus: Milvus) -> Callable[[], tuple[Generation, Generation]]:
    """The generation that serves, searched here and in Milvus."""

    def both() -> tuple[Generation, Generation]:
        here = open_current(data, encoder=HashEncoder())
        return here, attach(milvus, here)

    return both


def found(generation: Generation, query: str, kind: str | None = None) -> tuple[list[int], ...]:
    allowed = generation.rows.where(In("kind", frozenset({kind}))) if kind else None
    rows, bm25 = generation.bm25.search(list(query), 5, allowed)
    nearest, cosines = generation.dense.search(HashEncoder().encode_queries([query])[0], 5, allowed)
    return rows.tolist(), bm25.tolist(), nearest.tolist(), cosines.tolist()


def add_document(folder: Path, name: str) -> None:
    (folder / f"{name}.txt").write_text(POLICY.replace("节水", name), encoding="utf-8")


def test_a_build_is_searched_in_milvus_as_here(
    folder: Path, data: Path, milvus: Milvus, opened: Callable[[], tuple[Generation, Generation]]
) -> None:
    stages: list[tuple[str, int, int]] = []
    report = build_index(
        [folder], data, encoder=HashEncoder(), milvus=milvus, progress=lambda *stage: stages.append(stage)
    )
    assert milvus.serving() == collection_name(report.generation)
    assert ("publish", report.passages, report.passages) in stages
    here, there = opened()
    for query in ("改造老旧管网", "节水", "市水务局牵头", "没有的词", ""):
        for kind in (None, "clause", "table"):
            assert found(here, query, kind) == found(there, query, kind)
    assert (len(there.bm25), len(there.dense), there.dense.dimension) == (report.passages, report.passages, 32)
    assert there.bm25.knows("节水")
    assert there.bm25.idf("节水") == here.bm25.idf("节水")
    some = np.array([2, 0])
    assert there.bm25.scores(["节水"], some).tolist() == here.bm25.scores(["节水"], some).tolist()
    assert there.dense.vectors(some).tolist() == here.dense.vectors(some).tolist()
    here.close()


def test_an_index_that_was_built_before_is_published_unchanged(folder: Path, data: Path, milvus: Milvus) -> None:
    encoder = HashEncoder()
    build_index([folder], data, encoder=encoder)
    with pytest.raises(IndexMismatchError, match="serves no index"):
        attach(milvus, open_current(data, encoder=encoder))
    report = build_index([folder], data, encoder=encoder, milvus=milvus)
    assert (report.unchanged, report.generation, milvus.serving()) == (True, 1, "clauses_1")
    assert len(attach(milvus, open_current(data, encoder=encoder)).rows) == report.passages


def test_a_reader_keeps_its_generation_while_the_next_is_published(
    folder: Path, data: Path, milvus: Milvus, opened: Callable[[], tuple[Generation, Generation]]
) -> None:
    encoder = HashEncoder()
    build_index([folder], data, encoder=encoder, milvus=milvus)
    _, reader = opened()
    before = found(reader, "改造老旧管网")
    add_document(folder, "绿化")
    build_index([folder], data, encoder=encoder, milvus=milvus)
    assert milvus.serving() == "clauses_2"
    assert found(reader, "改造老旧管网") == before
    assert len(opened()[1].rows) > len(reader.rows)
    add_document(folder, "环卫")
    build_index([folder], data, encoder=encoder, milvus=milvus)
    assert milvus.collections() == {2: "clauses_2", 3: "clauses_3"}
    with pytest.raises(IndexServerError, match="clauses_1"):
        found(reader, "改造老旧管网")


@pytest.mark.parametrize("step", ["upsert", "load_collection", "count"])
def test_a_failed_publish_leaves_the_former_index_serving(
    folder: Path,
    data: Path,
    milvus: Milvus,
    opened: Callable[[], tuple[Generation, Generation]],
    step: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pymilvus.exceptions import MilvusException

    encoder = HashEncoder()
    build_index([folder], data, encoder=encoder, milvus=milvus)
    before = found(opened()[1], "改造老旧管网")
    add_document(folder, "绿化")

    def fail(*_: object, **__: object) -> None:
        raise MilvusException(message="out of memory")

    with monkeypatch.context() as patch:
        if step == "count":
            patch.setattr(milvus, "_count", lambda _: 7)
        else:
            patch.setattr(milvus._client, step, fail)
        with pytest.raises(IndexServerError, match=r"out of memory\.|holds 7 rows"):
            build_index([folder], data, encoder=encoder, milvus=milvus)
    assert (current_number(data), milvus.serving()) == (1, "clauses_1")
    assert found(opened()[1], "改造老旧管网") == before

    report = build_index([folder], data, encoder=encoder, milvus=milvus)
    assert (report.generation, milvus.serving()) == (2, "clauses_2")
    here, there = opened()
    assert found(here, "改造老旧管网") == found(there, "改造老旧管网")


def test_a_build_killed_behind_the_alias_is_built_again(
    folder: Path,
    data: Path,
    milvus: Milvus,
    opened: Callable[[], tuple[Generation, Generation]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder = HashEncoder()
    build_index([folder], data, encoder=encoder, milvus=milvus)
    add_document(folder, "绿化")

    class KilledError(BaseException):
        pass

    def published_and_killed(*arguments: object, **options: object) -> None:
        publish(*arguments, **options)  # type: ignore[arg-type]
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("indexer.build.publish", published_and_killed)
        with pytest.raises(KilledError):
            build_index([folder], data, encoder=encoder, milvus=milvus)
    # The alias has moved and the files have not: what serves here is still searched in its own collection.
    assert (current_number(data), milvus.serving()) == (1, "clauses_2")
    here, there = opened()
    assert found(here, "改造老旧管网") == found(there, "改造老旧管网")
    stale = collection_name(2)

    add_document(folder, "环卫")
    report = build_index([folder], data, encoder=encoder, milvus=milvus)
    assert (report.generation, milvus.serving()) == (2, stale)
    assert milvus.collections() == {1: "clauses_1", 2: stale}
    here, there = opened()
    assert len(there.rows) == report.passages
    assert found(here, "环卫") == found(there, "环卫")


def test_publishing_again_writes_nothing(folder: Path, data: Path, milvus: Milvus) -> None:
    encoder = HashEncoder()
    build_index([folder], data, encoder=encoder, milvus=milvus)
    seen: list[tuple[int, int]] = []
    publish(milvus, open_current(data, encoder=encoder), data, lambda *step: seen.append(step))
    assert (seen, milvus.serving()) == ([], "clauses_1")


def test_another_index_of_the_same_number_has_another_fingerprint(
    folder: Path, data: Path, tmp_path: Path, milvus: Milvus
) -> None:
    encoder = HashEncoder()
    build_index([folder], data, encoder=encoder, milvus=milvus)
    add_document(folder, "绿化")
    build_index([folder], tmp_path / "other", encoder=encoder)
    other = open_current(tmp_path / "other", encoder=encoder)
    assert other.number == 1
    assert fingerprint(other.manifest) != fingerprint(open_current(data, encoder=encoder).manifest)
    with pytest.raises(IndexMismatchError, match="clauses_1 was written from another index"):
        attach(milvus, other)


def test_a_generation_that_never_served_leaves_no_folder(folder: Path, data: Path, milvus: Milvus) -> None:
    encoder = HashEncoder()
    build_index([folder], data, encoder=encoder, milvus=milvus)
    milvus.close()
    add_document(folder, "绿化")
    with pytest.raises(IndexServerError):
        build_index([folder], data, encoder=encoder, milvus=milvus)
    with build_lock(data):
        number, building = begin(data)
    assert (number, [path.name for path in building.parent.iterdir() if path != building]) == (2, ["1"])
