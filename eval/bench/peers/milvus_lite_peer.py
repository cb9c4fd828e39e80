"""Milvus Lite: exact search over the given vectors, its full-text search (jieba), and both fused by rank."""

import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from harness import DEPTH, Measurement, Search
from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, RRFRanker

measurement = Measurement()
job = measurement.job
_BATCH = 1000
_LONGEST = 20_000  # characters; the field holds 65,535 bytes
_FOLDER = Path(tempfile.mkdtemp(prefix="milvus-lite-"))


def _client(name: str, *, dense: bool, words: bool) -> MilvusClient:
    client = MilvusClient(str(_FOLDER / f"{name}.db"))
    schema = client.create_schema(auto_id=False)
    schema.add_field("row", DataType.INT64, is_primary=True)
    index = client.prepare_index_params()
    records: list[dict[str, Any]] = [{"row": row} for row in range(len(job.ids))]
    if dense:
        vectors = job.vectors()
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=vectors.shape[1])
        index.add_index("vector", index_type="FLAT", metric_type="IP")
        for record, vector in zip(records, vectors, strict=True):
            record["vector"] = vector.tolist()
    if words:
        analyzer = {"enable_analyzer": True, "analyzer_params": {"tokenizer": "jieba"}}
        schema.add_field("words", DataType.VARCHAR, max_length=65535, **analyzer)
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        bm25 = Function("bm25", FunctionType.BM25, input_field_names=["words"], output_field_names=["sparse"])
        schema.add_function(bm25)
        index.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
        for record, passage in zip(records, job.passages(), strict=True):
            record["words"] = f"{passage['law']} {passage['chapter']} {passage['text']}"[:_LONGEST]
    client.create_collection("passages", schema=schema, index_params=index)
    for start in range(0, len(records), _BATCH):
        client.insert("passages", records[start : start + _BATCH])
    client.load_collection("passages")
    return client


def _hits(found: list[dict[str, Any]]) -> list[tuple[str, float]]:
    return [(job.ids[hit["row"]], float(hit["distance"])) for hit in found]


def build_dense() -> Search:
    """Inner product over the given vectors."""
    client, queries = _client("dense", dense=True, words=False), job.query_vectors()
    return lambda number: _hits(
        client.search("passages", [queries[number].tolist()], anns_field="vector", limit=DEPTH)[0]
    )


def build_words() -> Search:
    """Its BM25 function."""
    client = _client("words", dense=False, words=True)
    return lambda number: _hits(
        client.search("passages", [job.queries[number]["text"]], anns_field="sparse", limit=DEPTH)[0]
    )


def build_hybrid() -> Search:
    """Both, by its reciprocal rank fusion."""
    client, queries = _client("hybrid", dense=True, words=True), job.query_vectors()

    def search(number: int) -> list[tuple[str, float]]:
        requests = [
            AnnSearchRequest([queries[number].tolist()], "vector", {"metric_type": "IP"}, DEPTH),
            AnnSearchRequest([job.queries[number]["text"]], "sparse", {"metric_type": "BM25"}, DEPTH),
        ]
        return _hits(client.hybrid_search("passages", requests, RRFRanker(), DEPTH)[0])

    return search


measurement.system("milvus-lite dense", build_dense, takes_vectors=True)
measurement.system("milvus-lite bm25", build_words)
measurement.system("milvus-lite hybrid", build_hybrid, takes_vectors=True)
measurement.write(version("milvus-lite"))
