"""Haystack: its in-memory store, by BM25 over our words, by the given vectors, and joined by rank."""

from importlib.metadata import version

from harness import DEPTH, Measurement, Search
from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

measurement = Measurement()
job = measurement.job


def _store(*, words: bool, dense: bool) -> InMemoryDocumentStore:
    store = InMemoryDocumentStore(bm25_tokenization_regex=r"\S+", embedding_similarity_function="dot_product")
    tokens = job.tokens() if words else [[]] * len(job.ids)
    vectors = job.vectors() if dense else None
    store.write_documents(
        [
            Document(
                id=identifier,
                content=" ".join(tokens[row]) if words else "",
                embedding=None if vectors is None else vectors[row].tolist(),
            )
            for row, identifier in enumerate(job.ids)
        ]
    )
    return store


def _hits(documents: list[Document]) -> list[tuple[str, float]]:
    return [(document.id, float(document.score or 0.0)) for document in documents]


def build_words() -> Search:
    """Its BM25."""
    retriever = InMemoryBM25Retriever(_store(words=True, dense=False), top_k=DEPTH)
    return lambda number: _hits(retriever.run(query=" ".join(job.queries[number]["tokens"]))["documents"])


def build_dense() -> Search:
    """Inner product over the given vectors."""
    retriever, queries = InMemoryEmbeddingRetriever(_store(words=False, dense=True), top_k=DEPTH), job.query_vectors()
    return lambda number: _hits(retriever.run(query_embedding=queries[number].tolist())["documents"])


def build_hybrid() -> Search:
    """Both, by its joiner's reciprocal rank fusion."""
    store, queries = _store(words=True, dense=True), job.query_vectors()
    by_words, by_vectors = InMemoryBM25Retriever(store, top_k=DEPTH), InMemoryEmbeddingRetriever(store, top_k=DEPTH)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH)

    def search(number: int) -> list[tuple[str, float]]:
        found = [
            by_words.run(query=" ".join(job.queries[number]["tokens"]))["documents"],
            by_vectors.run(query_embedding=queries[number].tolist())["documents"],
        ]
        return _hits(joiner.run(documents=found)["documents"])

    return search


measurement.system("haystack bm25", build_words)
measurement.system("haystack dense", build_dense, takes_vectors=True)
measurement.system("haystack hybrid", build_hybrid, takes_vectors=True)
measurement.write(version("haystack-ai"))
