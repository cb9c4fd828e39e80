"""What stands in Milvus: a collection for each generation, and an alias that says which one serves.

``clauses_7`` holds generation 7. Its description names the index that it was written from, so that a process never asks
a collection about rows that are not its own. ``clauses`` is the alias.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from corpus.errors import IndexMismatchError, IndexServerError
from indexer.backends.base import Rows, Scores, Selection
from indexer.backends.milvus_expressions import to_expression
from indexer.backends.milvus_schema import (
    DENSE,
    DENSE_INDICES,
    WORDS,
    build_index_parameters,
    build_schema,
    choose_dense_index,
    search_parameters,
)

ALIAS = "clauses"
_ORIGIN = "tiaowen.origin"
_TIMEOUT_S = 10.0
_FIRST_SEARCH_TIMEOUT_S = 600.0
_PUBLISH = "Run 'tiaowen index' with the same settings to publish the index."

# Matches: "clauses_7". Does not match: "clauses", "clauses_7_old".
_NAME = re.compile(rf"{ALIAS}_([1-9]\d*)")


def collection_name(number: int) -> str:
    """Name of a generation's collection."""
    return f"{ALIAS}_{number}"


class Milvus:
    """One Milvus: a cluster, a single server, or a file of Milvus Lite. Threads may share it.

    Args:
        uri: ``http://host:19530`` or ``https://…``, with the database's name as path where it has one; ``unix:PATH``;
            or the path of a file of Milvus Lite, whose name ends in ``.db``.
        token: ``user:password`` or an API key; empty for none.
        dense_index: A key of ``DENSE_INDICES`` for the collections that are written; ``None`` chooses by their size.
        replicas: Copies of each collection that the query nodes hold in memory.

    Raises:
        IndexServerError: If pymilvus is not installed, or Milvus cannot be reached.
    """

    def __init__(self, uri: str, *, token: str = "", dense_index: str | None = None, replicas: int = 1) -> None:
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            fault = "The backend is Milvus, and pymilvus is not installed."
            raise IndexServerError(fault, "Install it: pip install 'tiaowen[milvus]'.") from error
        # What fails is raised. The client, and Milvus Lite's server in this process, would log it too, with its stack.
        for name in ("pymilvus", *(("grpc._server",) if uri.endswith(".db") else ())):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.dense_index = dense_index
        self._replicas = replicas
        with _asking("connect to Milvus"):
            self._client = MilvusClient(uri, token=token, timeout=_TIMEOUT_S)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def serving(self) -> str | None:
        """Name of the collection that the alias stands for; ``None`` where there is no alias."""
        with _asking("resolve the alias"):
            if not self._client.has_collection(ALIAS):
                return None
            return str(self._client.describe_collection(ALIAS)["collection_name"])

    def collections(self) -> dict[int, str]:
        """Names of the collections of generations by number."""
        with _asking("list the collections"):
            names = self._client.list_collections()
        matches = (_NAME.fullmatch(name) for name in names)
        return {int(match[1]): match[0] for match in matches if match}

    def holds(self, number: int, fingerprint: str, passages: int) -> bool:
        """Whether a generation's collection is there, whole and loaded."""
        name = collection_name(number)
        if number not in self.collections() or self._describe(name)[0] != fingerprint:
            return False
        with _asking(f"count {name}"):
            self._load(name)
            return self._count(name) == passages

    def write(
        self,
        number: int,
        fingerprint: str,
        batches: Iterable[Sequence[Mapping[str, Any]]],
        *,
        passages: int,
        dimension: int,
        words: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Write a generation's collection anew, index it and load it. The alias stays where it is.

        Args:
            number: Of the generation.
            fingerprint: Of the index that it is written from; hexadecimal.
            batches: Whole rows, see ``milvus_schema.to_records``. Written again they take their own places.
            passages: How many there are.
            dimension: Of the vectors.
            words: See ``milvus_schema.build_schema``.
            progress: Called with the rows that are written and those that there are.

        Raises:
            IndexServerError: If Milvus fails, or does not hold what was written.
        """
        name, client = collection_name(number), self._client
        kind = choose_dense_index(self.dense_index, passages)
        with _asking(f"write {name}"):
            if client.has_collection(name):
                client.drop_collection(name)
            origin = f"{fingerprint} {kind}"
            schema = build_schema(client, dimension, origin, words=words)
            client.create_collection(name, schema=schema, properties={_ORIGIN: origin})
            done = 0
            for batch in batches:
                client.upsert(name, list(batch))
                done += len(batch)
                if progress is not None:
                    progress(done, passages)
            client.flush(name)
            client.create_index(name, build_index_parameters(client, kind, words=words))
            client.load_collection(name, replica_number=self._replicas)
            held = self._count(name)
        if held != passages:
            fault = f"Milvus holds {held:,} rows of {name} instead of {passages:,}."
            raise IndexServerError(fault, "See Milvus's own log, then run 'tiaowen index' again.")

    def publish(self, number: int) -> None:
        """Let the alias stand for a generation's collection from now on.

        Raises:
            IndexServerError: If Milvus fails, or the alias does not move.
        """
        name, serving = collection_name(number), self.serving()
        with _asking("move the alias"):
            if serving is None:
                self._client.create_alias(name, ALIAS)
            elif serving != name:
                self._client.alter_alias(name, ALIAS)
        if (now := self.serving()) != name:
            fault = f"Milvus's alias {ALIAS} stands for {now} instead of {name}."
            raise IndexServerError(fault, "See Milvus's own log, then run 'tiaowen index' again.")

    def retire(self, kept: Iterable[int]) -> None:
        """Drop the collections of all generations but some; never the one that the alias stands for."""
        serving, kept = self.serving(), set(kept)
        for number, name in self.collections().items():
            if number not in kept and name != serving:
                with _asking(f"drop {name}"):
                    self._client.drop_collection(name)

    def yield_name(self, number: int, to: int | None) -> None:
        """Take the alias away from a generation's collection that is going to be written anew.

        Args:
            number: Of that generation.
            to: The generation that the alias goes back to; ``None`` for none, and there is no alias then.
        """
        if self.serving() == collection_name(number):
            with _asking("move the alias"):
                if to is None:
                    self._client.drop_alias(ALIAS)
                else:
                    self._client.alter_alias(collection_name(to), ALIAS)

    def open(self, number: int, fingerprint: str) -> Collection:
        """Open a generation's collection for searching.

        Raises:
            IndexMismatchError: If it is not there, or was written from another index.
            IndexServerError: If Milvus fails.
        """
        # The alias is looked up once, here. It may already stand for a later generation, whose rows are others.
        name = self.serving()
        if name != collection_name(number) and number in self.collections():
            name = collection_name(number)
        if name is None:
            raise IndexMismatchError("Milvus serves no index.", _PUBLISH)
        written_from, kind = self._describe(name)
        if written_from != fingerprint:
            raise IndexMismatchError(f"Milvus's collection {name} was written from another index.", _PUBLISH)
        with _asking(f"load {name}"):
            self._load(name)
            fields = {field["name"]: field for field in self._client.describe_collection(name)["fields"]}
        collection = Collection(self._client, name, kind)
        # The first search makes Milvus Lite read its segments; no question is to wait for that.
        dimension = fields[DENSE]["params"]["dim"]
        collection.search(DENSE, np.ones(dimension, dtype=np.float32), 1, None, timeout_s=_FIRST_SEARCH_TIMEOUT_S)
        if WORDS in fields:
            collection.search(WORDS, {0: 1.0}, 1, None, timeout_s=_FIRST_SEARCH_TIMEOUT_S)
        return collection

    def _describe(self, name: str) -> tuple[str, str]:
        """Fingerprint and kind of dense index of a collection; empty where it is not one of ours."""
        with _asking(f"describe {name}"):
            described = self._client.describe_collection(name)
        # Milvus Lite keeps no description.
        origin = described["description"] or described.get("properties", {}).get(_ORIGIN, "")
        fingerprint, _, kind = origin.partition(" ")
        return (fingerprint, kind) if kind in DENSE_INDICES else ("", "")

    def _load(self, name: str) -> None:
        """Have a collection in memory. One that is there already keeps the replicas that it was loaded with."""
        from pymilvus.client.types import LoadState

        if self._client.get_load_state(name)["state"] != LoadState.Loaded:
            self._client.load_collection(name, replica_number=self._replicas)

    def _count(self, name: str) -> int:
        counted = self._client.query(name, filter="", output_fields=["count(*)"], consistency_level="Strong")
        return int(counted[0]["count(*)"])


class Collection:
    """A loaded collection, which never changes.

    Args:
        client: A ``pymilvus.MilvusClient``.
        name: The collection's own, not its alias.
        kind: A key of ``DENSE_INDICES``.
    """

    def __init__(self, client: Any, name: str, kind: str) -> None:
        self._client = client
        self._name = name
        self.kind = kind

    def search(
        self, field: str, query: Any, limit: int, allowed: Selection | None, *, timeout_s: float = _TIMEOUT_S
    ) -> tuple[Rows, Scores]:
        """The rows with the highest inner products, as Milvus has them.

        Args:
            field: ``DENSE`` or ``WORDS``.
            query: A vector of shape (d,), or a sparse vector as weights by dimension.
            limit: Hits at most, up to ``DEEPEST``.
            allowed: Rows that may be found; ``None`` for all.
            timeout_s: After so long the search has failed.
        """
        parameters = search_parameters(self.kind, limit) if field == DENSE else {"metric_type": "IP"}
        with _asking(f"search {self._name}"):
            found = self._client.search(
                self._name,
                data=[query],
                anns_field=field,
                limit=limit,
                filter="" if allowed is None else to_expression(allowed.where),
                search_params=parameters,
                timeout=timeout_s,
            )[0]
        return np.array(found.ids, dtype=np.int64), np.array(found.distances, dtype=np.float32)


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """Turn the client's errors into one of ours."""
    import grpc
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, grpc.RpcError) as error:
        reason = " ".join(str(getattr(error, "message", "") or error).split())
        fault = f"Milvus failed ({what}): {reason[:500].removesuffix('.')}."
        raise IndexServerError(fault, "Check TIAOWEN_MILVUS_URI, and that Milvus is up and healthy.") from error
