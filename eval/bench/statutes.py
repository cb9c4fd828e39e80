"""Statutes and lay people's questions: what is asked, and which article each clause of our index belongs to."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import DatasetError, InputError
from eval.datasets import Qrels, read_lines
from indexer.passages import build_passages
from indexer.tokenizer import tokenize

if TYPE_CHECKING:
    from indexer.encoder import Encoder
    from indexer.generations import Generation

# A path element that is an article: matches 第五条, 第一百三十三条之一 and a repeated 第五条~2; not 第五章 or (五).
_ARTICLE = re.compile(r"(第[一二三四五六七八九十百千零〇两]+条(?:之[一二三四五六七八九十]+)?)(?:~\d+)?")
_COLUMNS = ["query_id", "document_id", "article", "relevance"]


@dataclass(frozen=True, slots=True)
class Statutes:
    """Documents, queries, and qrels whose documents are articles (``document_id/第X条``)."""

    documents: Path
    queries: Mapping[str, str]
    qrels: Qrels


def read_statutes(folder: Path) -> Statutes:
    """A folder with ``documents/``, ``queries.jsonl`` and ``qrels.tsv``.

    Raises:
        DatasetError: Naming file, line and mend.
    """
    documents = folder / "documents"
    if not documents.is_dir():
        raise DatasetError(f"{documents} is no folder.", "Put the statutes there, one text file each.")
    queries: dict[str, str] = {}
    for number, record in read_lines(folder / "queries.jsonl"):
        if not isinstance(record.get("id"), str) or not isinstance(record.get("text"), str):
            raise DatasetError(f"{folder / 'queries.jsonl'}:{number}: id or text is missing.", 'Write {"id", "text"}.')
        queries[record["id"]] = record["text"]
    file = folder / "qrels.tsv"
    known = {path.stem for path in documents.iterdir()}
    qrels: dict[str, dict[str, int]] = {}
    try:
        lines = file.open(encoding="utf-8", newline="")
    except OSError as error:
        fault = f"{file} cannot be read: {error.strerror}."
        raise DatasetError(fault, f"Write columns {', '.join(_COLUMNS)}.") from error
    with lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if number == 1 and row == _COLUMNS:
                continue
            if len(row) != len(_COLUMNS) or not row[3].isdigit():
                raise DatasetError(f"{file}:{number}: not a judgement.", f"Write columns {', '.join(_COLUMNS)}.")
            if row[0] not in queries or row[1] not in known:
                raise DatasetError(f"{file}:{number}: unknown query or document.", "Correct the id.")
            qrels.setdefault(row[0], {})[f"{row[1]}/{row[2]}"] = int(row[3])
    return Statutes(documents, {query: text for query, text in queries.items() if query in qrels}, qrels)


def check_pair(statutes: Path | None, data: Path | None) -> None:
    """Check the two options that name statutes and their index.

    Raises:
        InputError: If only one of them is given.
    """
    if (statutes is None) != (data is None):
        raise InputError("--statutes and --statutes-data belong together.", "Give both or neither.")


def article_of(clause_id: str) -> str | None:
    """``document_id/第X条`` of the article that a clause is or lies in; ``None`` outside articles."""
    document, *path = clause_id.split("/")
    for element in path:
        if match := _ARTICLE.fullmatch(element):
            return f"{document}/{match[1]}"
    return None


def to_articles(ranking: Iterable[tuple[str, float]], *, k: int = 100) -> dict[str, float]:
    """A ranking of clauses, best first, as one of articles: each where its best clause stands.

    Scores become ``1 / rank``, so that articles of equal score keep their order in any evaluation.
    """
    articles = dict.fromkeys(article for clause_id, _ in ranking if (article := article_of(clause_id)) is not None)
    return {article: 1 / rank for rank, article in enumerate(list(articles)[:k], start=1)}


def write_job(folder: Path, generation: Generation, queries: Mapping[str, str], encoder: Encoder) -> int:
    """Write what every peer gets: our passages with words and vectors, and the queries with theirs.

    Returns:
        How many passages there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    store = generation.store
    rows = np.arange(len(generation.bm25), dtype=np.int64)
    lexical: dict[str, str] = {}
    titles: dict[str, str] = {}
    for document_id, metadata in store.metadata().items():
        titles[document_id] = metadata.title or document_id
        for passage in build_passages(metadata, store.clauses_of(document_id)):
            lexical[passage.clause_id] = passage.lexical_text
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as out:
        for clause in store.clauses_of_rows(rows):
            article = article_of(clause.id)
            words = lexical.get(clause.id, clause.text)
            record = {
                "id": clause.id,
                "law": titles[clause.document_id],
                "chapter": " ".join(clause.labels[:-1]),
                "article": article.rpartition("/")[2] if article else "",
                "text": clause.text,
                "tokens": tokenize(words),
            }
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    with (folder / "queries.jsonl").open("w", encoding="utf-8") as out:
        for query, text in queries.items():
            out.write(json.dumps({"id": query, "text": text, "tokens": tokenize(text)}, ensure_ascii=False) + "\n")
    np.save(folder / "passages.npy", generation.dense.vectors(rows))
    np.save(folder / "queries.npy", encoder.encode_queries(list(queries.values())))
    return len(rows)


def articles_of_run(run: Mapping[str, Sequence[Sequence[object]]]) -> dict[str, dict[str, float]]:
    """A peer's run, query id -> ``[clause id, score]`` pairs, as a run over articles."""
    return {query: to_articles([(str(i), float(str(s))) for i, s in hits]) for query, hits in run.items()}
