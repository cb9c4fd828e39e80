"""china-law-mcp: its own search (jieba, synonyms of everyday speech, reranking) with our passages as its articles."""

import os
import sqlite3
import tempfile
from importlib.metadata import version
from pathlib import Path

from harness import DEPTH, Measurement, Search

measurement = Measurement()
job = measurement.job
_FOLDER = Path(tempfile.mkdtemp(prefix="china-law-mcp-"))
# The package reads both when it is imported.
os.environ["CHINA_LAW_DB"] = str(_FOLDER / "laws.db")
os.environ["CHINA_LAW_INDEX"] = str(_FOLDER / "bm25.pkl")

_SCHEMA = """
CREATE TABLE laws (law_id TEXT PRIMARY KEY, law_name TEXT NOT NULL, doc_type TEXT, level TEXT, issuing_body TEXT,
    publish_date TEXT, effective_date TEXT, version_date TEXT, status TEXT, law_department TEXT);
CREATE TABLE articles (id INTEGER PRIMARY KEY, law_id TEXT NOT NULL, law_name TEXT NOT NULL, law_department TEXT,
    level TEXT, status TEXT, chapter TEXT, section TEXT, article_no TEXT, article_no_arabic INTEGER,
    article_text TEXT, char_count INTEGER);
"""


def build() -> Search:
    """Fill its database, then let it build its index."""
    with sqlite3.connect(_FOLDER / "laws.db") as database:
        database.executescript(_SCHEMA)
        for row, passage in enumerate(job.passages()):
            law_id = passage["id"].partition("/")[0]
            law, text = passage["law"], passage["text"]
            database.execute(
                "INSERT OR IGNORE INTO laws (law_id, law_name, doc_type, status) VALUES (?, ?, '法律', '现行有效')",
                (law_id, law),
            )
            database.execute(
                "INSERT INTO articles (id, law_id, law_name, status, chapter, article_no, article_text, char_count) "
                "VALUES (?, ?, ?, '现行有效', ?, ?, ?, ?)",
                (row, law_id, law, passage["chapter"], passage["article"], text, len(text)),
            )
    from china_law_mcp import retrieval

    retrieval.load()

    def search(number: int) -> list[tuple[str, float]]:
        hits = retrieval.search(job.queries[number]["text"], top_k=DEPTH)
        return [(job.ids[hit["id"]], float(hit["score"])) for hit in hits]

    return search


measurement.system("china-law-mcp", build)
measurement.write(version("china-law-mcp"))
