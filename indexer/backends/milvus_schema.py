"""How passages are laid out in a Milvus collection: fields, indices and what is asked of them.

Scores never come from Milvus's own text functions. ``dense`` holds the unit vectors; ``words`` holds BM25 as a sparse
vector over the generation's own vocabulary, without idf, which the query brings along. Both are searched by inner
product, which every release computes alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.model import Metadata
from indexer.backends.base import Vectors
from indexer.passage_rows import date_number

DENSE, WORDS = "dense", "words"

FLAT_UP_TO = 100_000
"""Passages that are searched exactly; above, a graph finds them."""

DEEPEST = 16_384
"""Hits that one search of Milvus can give."""

_TEXTS = {"document_id": 65_535, "region_code": 16, "issuer": 65_535, "kind": 32}
"""Bytes that fit into each text field. A longer limit costs nothing."""


@dataclass(frozen=True, slots=True)
class DenseIndexKind:
    """One way in which Milvus indexes the dense vectors.

    Attributes:
        build: Parameters to build with.
        depth: Name of the search parameter that has to reach the number of hits asked for, where there is one.
        least: What it is at least.
        search: Other parameters to search with.
        spare: Asked for so many times the hits that are wanted, because the index compares rounded vectors.
    """

    build: Mapping[str, int]
    depth: str | None = None
    least: int = 0
    search: Mapping[str, int] | None = None
    spare: int = 1


DENSE_INDICES: dict[str, DenseIndexKind] = {
    "FLAT": DenseIndexKind({}),
    "HNSW": DenseIndexKind({"M": 32, "efConstruction": 360}, depth="ef", least=400),
    "IVF_SQ8": DenseIndexKind({"nlist": 4096}, search={"nprobe": 64}, spare=2),
    "DISKANN": DenseIndexKind({}, depth="search_list", least=400, spare=2),
}


def choose_dense_index(wanted: str | None, passages: int) -> str:
    """The kind of index for so many passages: what is wanted, else exact up to ``FLAT_UP_TO`` and HNSW above."""
    return wanted or ("FLAT" if passages <= FLAT_UP_TO else "HNSW")


def search_parameters(kind: str, limit: int) -> dict[str, Any]:
    """What a search of the dense field is asked with, for ``limit`` hits."""
    index = DENSE_INDICES[kind]
    depth = {index.depth: max(index.least, limit)} if index.depth else {}
    return {"metric_type": "IP", "params": {**depth, **(index.search or {})}}


def build_schema(client: Any, dimension: int, description: str, *, words: bool = True) -> Any:
    """The fields of a collection.

    Args:
        client: A ``pymilvus.MilvusClient``.
        dimension: Of the dense vectors.
        description: Kept with the collection.
        words: Without, there is no sparse field, which a server has from release 2.4 on.
    """
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False, description=description)
    schema.add_field("row", DataType.INT64, is_primary=True)
    for name, max_length in _TEXTS.items():
        schema.add_field(name, DataType.VARCHAR, max_length=max_length)
    schema.add_field("issued_on", DataType.INT64)
    schema.add_field(DENSE, DataType.FLOAT_VECTOR, dim=dimension)
    if words:
        schema.add_field(WORDS, DataType.SPARSE_FLOAT_VECTOR)
    return schema


def build_index_parameters(client: Any, kind: str, *, words: bool = True) -> Any:
    """The indices of a collection: one for each vector field and, beside words, one for each field of a filter."""
    parameters = client.prepare_index_params()
    parameters.add_index(DENSE, index_type=kind, metric_type="IP", params=dict(DENSE_INDICES[kind].build))
    if words:
        parameters.add_index(WORDS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP", params={})
        for name in (*_TEXTS, "issued_on"):
            parameters.add_index(name, index_type="INVERTED")
    return parameters


def to_records(
    first_row: int,
    documents: Sequence[tuple[str, Metadata]],
    kinds: Sequence[str],
    vectors: Vectors,
    words: Sequence[Mapping[int, float]] | None,
) -> list[dict[str, Any]]:
    """Passages as whole rows of a collection.

    Args:
        first_row: Number of the first passage; the others follow.
        documents: Id and metadata of each passage's document.
        kinds: Kind of each passage.
        vectors: Unit vectors, shape (n, d).
        words: Sparse vector of each passage, not empty; ``None`` for a collection without.
    """
    records: list[dict[str, Any]] = [
        {
            "row": row,
            "document_id": document_id,
            "region_code": metadata.region.code if metadata.region else "",
            "issuer": metadata.issuer or "",
            "kind": kind,
            "issued_on": date_number(metadata.issued_on),
            DENSE: vector,
        }
        for row, ((document_id, metadata), kind, vector) in enumerate(
            zip(documents, kinds, vectors, strict=True), first_row
        )
    ]
    if words is not None:
        for record, weights in zip(records, words, strict=True):
            record[WORDS] = dict(weights)
    return records
