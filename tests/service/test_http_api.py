from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi.testclient import TestClient

from corpus.errors import DamagedIndexError, ModelError, NoIndexError
from service.http_api import create_app

ENDPOINTS = [
    ("POST", "/v1/search", {"query": "品牌"}),
    ("POST", "/v1/answer", {"question": "谁牵头?"}),
    ("GET", "/v1/documents", None),
    ("GET", "/v1/documents/shandong-2014", None),
    ("GET", "/v1/clauses/shandong-2014/三/11", None),
    ("GET", "/v1/regions", None),
]


class CurrentEngine:
    """What the one application of this module asks for its engine; making an application takes a while."""

    def __init__(self) -> None:
        self.give: Callable[[], Any] = lambda: None

    def __call__(self) -> Any:
        return self.give()


@pytest.fixture(scope="module")
def current_engine() -> CurrentEngine:
    return CurrentEngine()


@pytest.fixture(scope="module")
def shared_client(current_engine) -> TestClient:
    return TestClient(create_app(current_engine), raise_server_exceptions=False)


@pytest.fixture
def client(shared_client, current_engine, engine) -> TestClient:
    current_engine.give = lambda: engine
    return shared_client


def problem_of(response: httpx.Response) -> dict:
    """The body of an error, which has the same shape everywhere."""
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert {"type", "title", "status", "detail"} <= set(body) <= {"type", "title", "status", "detail", "errors"}
    assert body["status"] == response.status_code
    return body


def fields_of(response: httpx.Response) -> list[str]:
    assert response.status_code == 422
    return [error["field"] for error in problem_of(response)["errors"]]


class TestAnswer:
    def test_is_the_documented_record(self, client):
        body = client.post("/v1/answer", json={"question": "who leads brand cultivation in Shandong?"}).json()
        assert body["status"] == "answered"
        assert body["citations"][0] == {
            "n": 1,
            "clause_id": "shandong-2014/三/11",
            "document_id": "shandong-2014",
            "document": {
                "title": "shandong-2014计划",
                "number": None,
                "issuer": "山东省人民政府办公厅",
                "issued_on": "2014-07-02",
                "region": "山东省",
                "script": "Hans",
            },
            "path": ["三", "11"],
            "labels": ["三、完善质量升级的配套措施", "11.完善质量升级的激励机制。"],
            "quote": "11.完善质量升级的激励机制。支持企业争创品牌。(质监部门牵头,科技等部门配合)",
            "highlights": [[24, 40]],
            "span": [33, 73],
            "score": 0.9,
            "url": "/documents/shandong-2014#三/11",
        }
        assert body["statements"][0]["lead"] == ["质监部门"]
        assert body["index"] == {"generation": "1", "documents": 2, "clauses": 4, "regions": ["温州市", "山东省"]}
        assert list(body) == [
            "question", "language", "status", "text", "statements", "reason", "confidence", "citations", "related",
            "interpretation", "index", "took_ms",
        ]  # fmt: skip

    def test_passes_everything_on(self, client, engine):
        filters = {"region": ["山东", "西藏"], "issued_from": "2014-01-01", "kind": "clause"}
        request = {"question": "and who supports?", "history": ["who leads?"], "filters": filters, "language": "en"}
        assert client.post("/v1/answer", json=request).status_code == 200
        call = dict(engine.calls[0])
        call.pop("thread")
        assert call == {**request, "history": ("who leads?",)}

    def test_streams_the_same_answer_as_events(self, client):
        request = {"question": "who leads?"}
        plain = client.post("/v1/answer", json=request).json()
        response = client.post("/v1/answer", json=request, headers={"Accept": "text/event-stream"})
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        events = [
            (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
            for name, data in (block.split("\n") for block in response.text.strip().split("\n\n"))
        ]
        assert [name for name, _ in events] == ["interpretation", "statement", "citation", "done"]
        assert events[1][1] == plain["statements"][0]
        assert events[2][1] == plain["citations"][0]
        assert events[3][1] == plain

    def test_an_error_before_the_stream_is_a_problem_document(self, client):
        response = client.post("/v1/answer", json={"question": ""}, headers={"Accept": "text/event-stream"})
        assert fields_of(response) == ["question"]


class TestBadInput:
    def test_empty_question(self, client):
        assert fields_of(client.post("/v1/answer", json={"question": " "})) == ["question"]

    def test_empty_query(self, client):
        assert fields_of(client.post("/v1/search", json={"query": ""})) == ["query"]

    def test_question_of_ten_thousand_characters(self, client):
        response = client.post("/v1/answer", json={"question": "牵" * 10_000})
        assert fields_of(response) == ["question"]
        assert "10,000" in response.json()["detail"]

    @pytest.mark.parametrize(
        ("path", "body", "field"),
        [
            ("/v1/answer", {"question": "谁?", "filters": {"regionn": "山东"}}, "filters.regionn"),
            ("/v1/answer", {"question": "谁?", "filters": {"region": 3}}, "filters.region"),
            ("/v1/answer", {"question": "谁?", "filters": {"region": "火星"}}, "filters.region"),
            ("/v1/answer", {"question": "谁?", "filters": {"kind": "sentence"}}, "filters.kind"),
            ("/v1/answer", {"question": "谁?", "filters": {"issued_from": "last year"}}, "filters.issued_from"),
            ("/v1/answer", {"question": "谁?", "explain": True}, "explain"),
            ("/v1/answer", {"question": "谁?", "language": "fr"}, "language"),
            ("/v1/answer", {"question": "谁?", "history": "谁牵头?"}, "history"),
            ("/v1/answer", {"question": "谁\ud800?"}, "question"),
            ("/v1/answer", {}, "question"),
            ("/v1/search", {"query": "品牌", "k": 0}, "k"),
            ("/v1/search", {"query": "品牌", "k": 101}, "k"),
            ("/v1/search", {"query": "品牌", "k": "5"}, "k"),
            ("/v1/search", {"query": "品牌", "filters": {"Region": "山东"}}, "filters.Region"),
        ],
    )
    def test_names_the_field(self, client, path, body, field):
        response = client.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert fields_of(response) == [field]

    def test_body_that_is_no_json(self, client):
        response = client.post("/v1/answer", content="{", headers={"Content-Type": "application/json"})
        assert fields_of(response) == ["body"]

    def test_missing_body(self, client):
        assert fields_of(client.post("/v1/answer")) == ["body"]

    def test_unknown_query_parameter(self, client):
        assert fields_of(client.get("/v1/regions?level=省")) == ["level"]

    def test_long_body(self, engine):
        client = TestClient(create_app(lambda: engine, max_body_bytes=1000))
        chunks = (b" " * 400 for _ in range(4))
        for content in (b"[" + b" " * 2000, chunks):
            response = client.post("/v1/answer", content=content, headers={"Content-Type": "application/json"})
            assert response.status_code == 413
            assert "1000 bytes" in problem_of(response)["detail"]
        assert engine.calls == []


class TestProblems:
    @pytest.mark.parametrize("path", ["/nowhere", "/v1/documents/nothing", "/v1/clauses/shandong-2014/九", "/v1/"])
    def test_nothing_there(self, client, path):
        response = client.get(path)
        assert response.status_code == 404
        assert problem_of(response)["title"] == "Not Found"

    def test_wrong_method(self, client):
        response = client.get("/v1/answer")
        assert response.status_code == 405
        assert problem_of(response)["detail"] == "GET is not what /v1/answer takes."
        assert response.headers["allow"] == "POST"

    def test_unexpected_error_tells_nothing_of_the_inside(self, client, engine):
        def fail() -> None:
            raise RuntimeError("secret path")

        engine.before = fail
        response = client.post("/v1/answer", json={"question": "谁?"})
        assert response.status_code == 500
        assert "secret" not in response.text
        assert problem_of(response)["type"] == "urn:tiaowen:problem:internal"

    @pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (NoIndexError("There is no index in data.", "Run 'tiaowen index'."), "no-index"),
            (DamagedIndexError("A file is missing.", "Run 'tiaowen index'."), "damaged-index"),
            (ModelError("The model cannot be had.", "Choose another."), "model"),
        ],
    )
    def test_index_that_cannot_be_used(self, client, current_engine, method, path, body, error, kind):
        def fail() -> None:
            raise error

        current_engine.give = fail
        for response in (client.request(method, path, json=body), client.get("/readyz")):
            assert response.status_code == 503
            assert problem_of(response)["type"] == f"urn:tiaowen:problem:{kind}"
            assert response.json()["detail"] == str(error)
        assert client.get("/healthz").json() == {"status": "alive"}


class TestCorpus:
    @pytest.mark.parametrize("encode", [quote, lambda text: quote(text, safe=""), str])
    @pytest.mark.parametrize("clause_id", ["shandong-2014/三/11", "鲁质〔2014〕1号、通知/三/11"])
    def test_clause_ids_travel_encoded_or_raw(self, client, encode, clause_id):
        body = client.get(f"/v1/clauses/{encode(clause_id)}").json()
        assert body["id"] == clause_id
        assert body["responsibilities"][0]["lead"] == ["质监部门"]
        assert body["responsibilities"][0]["declared_in"] is None

    def test_documents(self, client):
        rows = client.get("/v1/documents").json()["documents"]
        assert [(row["document_id"], row["region"]["code"], row["clauses"]) for row in rows] == [
            ("shandong-2014", "370000", 2),
            ("鲁质〔2014〕1号、通知", "330300", 2),
        ]

    def test_document_with_its_tree(self, client):
        body = client.get(f"/v1/documents/{quote('鲁质〔2014〕1号、通知')}").json()
        assert body["issued_on"] == "2014-07-02"
        assert body["noise"] == [{"span": [0, 2], "text": "首页", "reason": "navigation"}]
        assert [clause["path"] for clause in body["clauses"]] == [["三"], ["三", "11"]]
        assert [(node["path"], [child["path"] for child in node["children"]]) for node in body["tree"]] == [
            (["三"], [["三", "11"]])
        ]

    def test_regions_with_counts(self, client):
        assert client.get("/v1/regions").json()["regions"] == [
            {"code": "330300", "name": "温州市", "level": "市", "ancestors": ["浙江省"], "documents": 1, "clauses": 2},
            {"code": "370000", "name": "山东省", "level": "省", "ancestors": [], "documents": 1, "clauses": 2},
        ]

    def test_search(self, client, engine):
        body = client.post("/v1/search", json={"query": "品牌", "k": 3, "filters": {"region": "山东"}}).json()
        assert engine.calls[0]["k"] == 3
        assert list(body) == ["hits", "interpretation", "index", "took_ms"]
        hit = body["hits"][0]
        assert (hit["clause_id"], hit["rank"], hit["bm25_score"], hit["cosine"]) == (
            "shandong-2014/三/11",
            1,
            7.5,
            0.88,
        )


class TestService:
    def test_ready_with_the_index(self, client):
        assert client.get("/readyz").json()["index"]["documents"] == 2

    def test_encoding_and_search_do_not_block_the_loop(self, engine):
        release = threading.Event()
        engine.before = lambda: release.wait(10)
        app = create_app(lambda: engine, threads=1)
        with TestClient(app) as client:
            answers: list[int] = []
            asking = [
                threading.Thread(
                    target=lambda: answers.append(client.post("/v1/answer", json={"question": "谁?"}).status_code)
                )
                for _ in range(3)
            ]
            for thread in asking:
                thread.start()
            while not engine.calls:
                time.sleep(0.001)
            assert client.get("/healthz").status_code == 200
            assert len(engine.calls) == 1
            release.set()
            for thread in asking:
                thread.join()
        assert answers == [200, 200, 200]
        assert all(call["thread"] is not threading.main_thread() for call in engine.calls)

    def test_metrics_count_by_route_and_by_outcome(self, engine):
        client = TestClient(create_app(lambda: engine))
        client.post("/v1/answer", json={"question": "谁?"})
        client.get("/v1/clauses/shandong-2014/三/11")
        client.get("/v1/clauses/shandong-2014/三")
        client.get("/never/heard/of")
        page = client.get("/metrics").text
        assert 'tiaowen_http_requests_total{method="GET",route="/v1/clauses/{clause_id:path}",status="200"} 2.0' in page
        assert 'tiaowen_http_requests_total{method="GET",route="other",status="404"} 1.0' in page
        assert 'tiaowen_answers_total{language="en",reason="",status="answered"} 1.0' in page
        assert 'tiaowen_answer_stage_seconds_count{stage="encode"} 1.0' in page

    def test_two_applications_share_no_metrics(self, client, engine):
        client.get("/healthz")
        other = TestClient(create_app(lambda: engine))
        assert 'route="/healthz"' not in other.get("/metrics").text

    def test_cors_only_for_listed_origins(self, engine):
        client = TestClient(create_app(lambda: engine, cors_origins=["https://a.example"]))
        for origin, allowed in (("https://a.example", "https://a.example"), ("https://b.example", None)):
            response = client.get("/v1/regions", headers={"Origin": origin})
            assert response.headers.get("access-control-allow-origin") == allowed

    def test_api_pages_need_no_other_host(self, client):
        page = client.get("/docs")
        assert page.status_code == 200
        assert "http://" not in page.text
        assert "https://" not in page.text

    def test_openapi_calls_errors_problem_documents(self, client):
        paths = client.get("/openapi.json").json()["paths"]
        responses = paths["/v1/answer"]["post"]["responses"]
        assert set(responses["200"]["content"]) == {"application/json", "text/event-stream"}
        for path in paths.values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    if status >= "400":
                        assert list(response["content"]) == ["application/problem+json"]


def test_every_record_has_exactly_the_fields_of_its_schema(client):
    # The models forbid unknown fields, so a 200 says that no record has more; this says that none has less.
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    answer = client.post("/v1/answer", json={"question": "谁?"}).json()
    detail = client.get("/v1/documents/shandong-2014").json()
    pairs = {
        "AnswerResponse": (answer, {"uncovered", "explanation"}),
        "CitationRecord": (answer["citations"][0], {"field"}),
        "ClauseRecord": (detail["clauses"][1], set()),
        "ResponsibilityRecord": (detail["clauses"][1]["responsibilities"][0], set()),
        "DocumentDetail": (detail, set()),
    }
    for name, (record, optional) in pairs.items():
        assert set(record) == set(schemas[name]["properties"]) - optional


def test_routes_and_fields_and_settings_are_documented(client):
    from service.settings import PREFIX, Settings

    text = (Path(__file__).parents[2] / "docs/api.md").read_text("utf-8")
    openapi = client.get("/openapi.json").json()
    named = {path.replace("{clause_id}", "{id}").replace("{document_id}", "{id}") for path in openapi["paths"]}
    fields = {field for schema in openapi["components"]["schemas"].values() for field in schema.get("properties", {})}
    missing = sorted(name for name in named if f"{name}`" not in text)
    missing += sorted(name for name in fields if f"`{name}`" not in text and f'"{name}"' not in text)
    for name, setting in Settings.model_fields.items():
        if f"| `{PREFIX}{name.upper()}` |" not in text or str(setting.description) not in text:
            missing.append(PREFIX + name.upper())
    assert missing == []
