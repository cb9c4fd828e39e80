from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.errors import NoIndexError
from corpus.model import RawText
from indexer.parsing import parse_document
from service import pages
from service.answering import Answer
from service.citing import Citation, Statement
from service.http_api import create_app
from service.pages import security_headers

WIDGET = Path(pages.__file__).parent / "widget"
HOSTILE = """<script>alert(1)</script>关于印发"计划"的通知
各市人民政府:
现印发给你们。
山东省人民政府办公厅
2014年7月2日
山东省<b>行动</b>计划
一、加强"监管" onclick=alert(1)
1.落实<img src=x onerror=alert(1)>责任。合格率达到95%以上。(质监部门牵头,&lt;科技&gt;配合)
"""


class HostileStore:
    """One document that holds markup wherever it can."""

    def __init__(self) -> None:
        raw = RawText('<i>"x"&', HOSTILE, "utf-8", "0" * 64, len(HOSTILE))
        self.parsed = parse_document(raw)

    def document(self, document_id: str) -> Any:
        document = self.parsed.document
        return document if document_id == document.id else None

    def metadata(self) -> dict[str, Any]:
        return {self.parsed.document.id: self.parsed.document.metadata}

    def clause_counts(self) -> dict[str, int]:
        return {self.parsed.document.id: len(self.parsed.clauses)}

    def clauses_of(self, document_id: str) -> tuple[Any, ...]:
        return self.parsed.clauses if document_id == self.parsed.document.id else ()

    def clause(self, clause_id: str) -> Any:
        return next((clause for clause in self.parsed.clauses if clause.id == clause_id), None)


@pytest.fixture
def hostile(engine) -> TestClient:
    generation = engine.generation
    generation.store = HostileStore()
    generation.manifest = SimpleNamespace(created_at="2026-01-02T03:04:05+00:00")
    document, clause = generation.store.parsed.document, generation.store.parsed.clauses[-1]

    def answer(question: str) -> Answer:
        citation = Citation(
            1,
            clause.id,
            document.id,
            document.metadata,
            clause.path,
            clause.labels,
            clause.text,
            ((0, 9),),
            clause.span,
            1.0,
        )
        interpretation = SimpleNamespace(
            question=question, standalone_question=question, language="en", intent="fact", regions=(), terms=()
        )
        statement = Statement(clause.text, (1,))
        return Answer(interpretation, "answered", clause.text, (statement,), (citation,), (), None, (), 1.0, 1.0, {})

    engine.answer = answer
    return TestClient(create_app(lambda: engine))


@pytest.fixture
def client(engine) -> TestClient:
    engine.generation.manifest = SimpleNamespace(created_at="2026-01-02T03:04:05+00:00")
    return TestClient(create_app(lambda: engine), raise_server_exceptions=False)


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


PATHS = ["/", "/?q=谁牵头", "/documents", "/documents/none", "/documents/%3Ci%3E%22x%22%26"]


@pytest.mark.parametrize("path", PATHS)
def test_a_hostile_document_stays_text(hostile, path):
    response = hostile.get(path)
    tags = Tags(response.text).found
    assert {tag for tag, _ in tags} & {"img", "b", "i"} <= {"img"}
    assert [attributes for tag, attributes in tags if tag == "img"] == [
        {"src": "/widget/seal.svg", "alt": "", "width": "28", "height": "28"}
    ]
    assert [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "style"] == []
    scripts = [attributes for tag, attributes in tags if tag == "script"]
    assert all(attributes["src"].startswith("/widget/") and attributes["type"] == "module" for attributes in scripts)
    links = [attributes["href"] for tag, attributes in tags if tag == "a"]
    assert all(re.match(r"[/#?]|http://testserver", link) for link in links), links


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_guarded(hostile, path):
    headers = hostile.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


def test_frames_are_for_whom_the_setting_names():
    headers = security_headers(["https://a.example", "https://b.example"])
    assert headers["Content-Security-Policy"].endswith("frame-ancestors https://a.example https://b.example")
    assert "X-Frame-Options" not in headers
    assert security_headers([])["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert security_headers([])["X-Frame-Options"] == "DENY"


def test_a_document_that_is_not_there(client):
    response = client.get("/documents/没有")
    assert response.status_code == 404
    assert "没有" in response.text


def test_without_an_index_the_pages_say_so():
    def no_engine() -> Any:
        raise NoIndexError("No index was built yet.")

    client = TestClient(create_app(no_engine))
    for path in ("/", "/documents", "/documents/x"):
        response = client.get(path, headers={"Accept-Language": "en"})
        assert response.status_code == 503
        assert "tiaowen index" in response.text


def test_the_home_page_counts_what_is_there(client):
    page = client.get("/", headers={"Accept-Language": "zh-CN"}).text
    assert re.search(r'<a href="/documents">2</a>', page)
    assert '<time datetime="2026-01-02">' in page
    assert "山东省" in page
    assert "data-example" in page


def test_a_question_that_is_not_taken_is_explained(client):
    response = client.get("/", params={"q": "问" * 3000})
    assert response.status_code == 200
    assert "2,000" in response.text


def test_an_answer_leads_to_the_cited_words(client):
    page = client.get("/", params={"q": "谁牵头"}).text
    assert "/documents/shandong-2014?at=%E4%B8%89%2F11&amp;hl=24-40#%E4%B8%89/11" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["shandong-2014", "鲁质〔2014〕1号、通知"]),
        ("region=370000", ["shandong-2014"]),
        ("region=山东", ["shandong-2014"]),
        ("region=浙江", ["鲁质〔2014〕1号、通知"]),
        ("region=火星", []),
        ("issuer=山东省人民政府办公厅&year=2014", ["shandong-2014", "鲁质〔2014〕1号、通知"]),
        ("year=2013", []),
    ],
)
def test_the_list_is_filtered(client, query, shown):
    page = client.get(f"/documents?{query}").text
    assert re.findall(r'<h2 lang="[^"]+"><a href="[^"]+">(.+)计划</a>', page) == shown


def test_the_language_is_asked_for_and_remembered(client):
    response = client.get("/documents?lang=en")
    assert '<html lang="en">' in response.text
    assert "lang=en" in response.headers["set-cookie"]
    assert '<html lang="en">' in client.get("/documents").text


def test_pages_stand_in_no_api_document(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert not {"/", "/documents", "/documents/{document_id}"} & set(paths)


def test_all_script_of_the_widget_is_small():
    assert sum(path.stat().st_size for path in WIDGET.glob("**/*.js")) < 60_000


def test_no_script_reads_text_as_markup_or_names_a_global():
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|window\.\w+ ="
    found = {path.name for path in WIDGET.glob("*.js") if re.search(forbidden, path.read_text("utf-8"))}
    assert found == set()
