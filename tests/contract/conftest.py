"""Milvus for the contract tests: Milvus Lite, a server of its own network namespace, and one that is given."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from corpus.model import Metadata
from indexer.backends.base import DenseIndex, LexicalIndex, Vectors
from indexer.backends.bm25 import Bm25Index
from indexer.backends.faiss import FaissIndex
from indexer.backends.milvus import Milvus
from indexer.backends.milvus_ranking import MilvusDense, MilvusLexical
from indexer.backends.milvus_rows import SparseRows
from indexer.backends.milvus_schema import to_records

GIVEN_URI = "TIAOWEN_TEST_MILVUS_URI"
_FINGERPRINT = "0f"
_NUMBERS = count(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a server that is given there are no tests of it."""
    if os.environ.get(GIVEN_URI):
        return
    given = [item for item in items if "milvus_given" in item.name]
    if given:
        config.hook.pytest_deselected(items=given)
        items[:] = [item for item in items if item not in given]


@pytest.fixture(scope="session")
def milvus_lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milvus]:
    milvus = Milvus(str(tmp_path_factory.mktemp("lite") / "milvus.db"))
    yield milvus
    milvus.close()


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milvus]:
    """Release 2.3.5, the last one on PyPI. It has no sparse vectors."""
    folder = tmp_path_factory.mktemp("server")
    door = folder / "door"
    command = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--mount-proc", "--fork", "--kill-child"]
    program = Path(__file__).parent / "closed_milvus.py"
    with (folder / "log").open("w+") as log:
        try:
            process = subprocess.Popen(
                [*command, sys.executable, str(program), str(folder), str(door)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        except OSError as error:
            pytest.fail(f"The Milvus server is run in a network namespace of its own, and that failed: {error}")
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                log.seek(0)
                pytest.fail(
                    "The server of the PyPI package 'milvus' cannot be run here. It listens on every interface, so it "
                    "is run in a network namespace of its own, which the kernel has to allow its user to make. "
                    f"What was said: {log.read()[-2000:]}"
                )
            milvus = Milvus(f"unix:{door}")
            yield milvus
            milvus.close()
        finally:
            process.kill()  # and by --kill-child, every process of the namespace
            process.communicate()


@pytest.fixture(scope="session")
def milvus_given() -> Iterator[Milvus]:
    milvus = Milvus(os.environ[GIVEN_URI])
    if milvus.serving() or milvus.collections():
        pytest.fail(
            f"The Milvus of {GIVEN_URI} holds an index. Give an empty one: the tests write and drop collections."
        )
    yield milvus
    milvus.close()


@pytest.fixture(scope="module")
def on_milvus(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., DenseIndex | LexicalIndex]]:
    """Writes vectors or words as one generation, and opens it; drops them after the module's tests."""
    used: list[Milvus] = []
    # A server takes seconds for each collection, and none ever changes.
    known: dict[tuple[str, bytes], DenseIndex] = {}

    def write(where: str, vectors: Vectors, words: Bm25Index | None = None) -> DenseIndex | LexicalIndex:
        content = (where, vectors.tobytes())
        if words is None and content in known:
            return known[content]
        milvus: Milvus = request.getfixturevalue(where)
        used.append(milvus)
        number, total = next(_NUMBERS), len(vectors)
        sparse = None if words is None else SparseRows(words, tmp_path_factory.mktemp("words"))

        def batch(first: int, last: int) -> list[dict[str, Any]]:
            size = last - first
            documents, terms = [("document", Metadata())] * size, sparse.between(first, last) if sparse else None
            return to_records(first, documents, ["clause"] * size, vectors[first:last], terms)

        batches = (batch(start, min(start + 500, total)) for start in range(0, total, 500))
        dimension = vectors.shape[1]
        milvus.write(number, _FINGERPRINT, batches, passages=total, dimension=dimension, words=words is not None)
        collection = milvus.open(number, _FINGERPRINT)
        if words is not None:
            return MilvusLexical(collection, words)
        known[content] = MilvusDense(collection, FaissIndex.build(vectors))
        return known[content]

    yield write
    for milvus in used:
        milvus.retire(())
