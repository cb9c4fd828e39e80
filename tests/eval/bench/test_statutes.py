from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.bench.statutes import article_of, read_statutes, to_articles
from eval.measures import measure_queries, parse_measure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "001_某法.txt").write_text("某法\n第一条 一。\n第二条 二。\n", encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text('{"id": "q1", "text": "谁管?"}\n{"id": "q2", "text": "没人判过"}\n')
    (tmp_path / "qrels.tsv").write_text(
        "query_id\tdocument_id\tarticle\trelevance\nq1\t001_某法\t第二条\t1\n", encoding="utf-8"
    )
    return tmp_path


def test_reads_judged_queries_with_articles_as_documents(folder: Path) -> None:
    statutes = read_statutes(folder)
    assert statutes.queries == {"q1": "谁管?"}
    assert statutes.qrels == {"q1": {"001_某法/第二条": 1}}


@pytest.mark.parametrize(
    ("line", "fault"),
    [("q1\t001_某法\t第二条", "not a judgement"), ("q9\t001_某法\t第二条\t1", "unknown query or document")],
)
def test_a_bad_judgement_is_named_with_its_line(folder: Path, line: str, fault: str) -> None:
    with (folder / "qrels.tsv").open("a", encoding="utf-8") as out:
        out.write(line + "\n")
    with pytest.raises(DatasetError, match=fault) as caught:
        read_statutes(folder)
    assert f"{folder / 'qrels.tsv'}:3: " in str(caught.value)


@pytest.mark.parametrize(
    ("clause_id", "article"),
    [
        ("001_某法/第一章/第五条", "001_某法/第五条"),
        ("001_某法/第五条/(一)", "001_某法/第五条"),
        ("001_某法/第二编/第一百三十三条之一/¶2", "001_某法/第一百三十三条之一"),
        ("001_某法/第五条~2", "001_某法/第五条"),
        ("001_某法/第五章", None),
        ("001_某法/preamble", None),
    ],
)
def test_a_clause_belongs_to_the_article_on_its_path(clause_id: str, article: str | None) -> None:
    assert article_of(clause_id) == article


def test_an_article_stands_where_its_best_clause_does() -> None:
    ranking = [("d/第一条/(二)", 9.0), ("d/preamble", 8.0), ("d/第一条/(一)", 7.0), ("d/第二条", 7.0)]
    assert to_articles(ranking) == {"d/第一条": 1.0, "d/第二条": 1 / 2}
    (values,) = measure_queries({"q": {"d/第二条": 1}}, {"q": to_articles(ranking)}, [parse_measure("RR@10")]).values()
    assert values == {"q": 1 / 2}
