from __future__ import annotations

import threading
from collections.abc import Iterator
from copy import copy

import pytest
from fastapi.testclient import TestClient

from corpus.errors import NoIndexError
from service.chat_api import ExampleQuestions
from service.feedback import FeedbackStore
from service.http_api import create_app

ANSWER = {"status": "answered", "text": "x", "index": {"generation": "1"}}
JUDGMENT = {"rating": "up", "question": "谁牵头?", "answer": ANSWER}


@pytest.fixture
def feedback(tmp_path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "feedback.sqlite")


@pytest.fixture
def client(engine, feedback) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: engine, feedback=feedback), raise_server_exceptions=False) as opened:
        yield opened


def test_a_judgment_is_stored_and_can_be_changed(client, feedback):
    created = client.post("/v1/feedback", json={**JUDGMENT, "history": ["山东?"], "filters": {"region": "山东"}})
    assert created.status_code == 201
    changed = client.post(
        "/v1/feedback", json={**JUDGMENT, "rating": "down", "note": "不全", "id": created.json()["id"]}
    )
    assert (changed.status_code, changed.json()) == (201, created.json())
    (kept,) = feedback
    assert (kept.rating, kept.note, kept.history, kept.filters) == ("down", "不全", ("山东?",), {"region": "山东"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**JUDGMENT, "rating": "meh"}, "rating"),
        ({**JUDGMENT, "note": "x" * 2001}, "note"),
        ({**JUDGMENT, "question": ""}, "question"),
        ({**JUDGMENT, "answer": {}}, "answer.status"),
        ({**JUDGMENT, "stars": 5}, "stars"),
        ({"rating": "up"}, "question"),
    ],
)
def test_a_wrong_field_is_named(client, feedback, body, field):
    response = client.post("/v1/feedback", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert field in [error["field"] for error in response.json()["errors"]]
    assert list(feedback) == []


def test_an_unknown_judgment_cannot_be_changed(client):
    response = client.post("/v1/feedback", json={**JUDGMENT, "id": "0" * 32})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_a_service_without_feedback_says_so(engine):
    response = TestClient(create_app(lambda: engine)).post("/v1/feedback", json=JUDGMENT)
    assert (response.status_code, response.json()["detail"]) == (503, "This service keeps no feedback.")


def test_suggestions_are_of_the_clauses_given(client):
    query = {"clause": "shandong-2014/三/11", "language": "zh-Hans", "asked": "山东省完善质量升级的激励机制由谁牵头?"}
    response = client.get("/v1/suggestions", params=query)
    assert response.json() == {"questions": ["山东省完善质量升级的激励机制有哪些部门配合？"]}


def test_suggestions_without_a_clause_are_examples(client, engine):
    found = client.get("/v1/suggestions").json()["questions"]
    assert "山东省完善质量升级的激励机制由谁牵头？" in found
    asked = len(engine.calls)
    assert client.get("/v1/suggestions").json()["questions"] == found
    assert len(engine.calls) == asked


@pytest.mark.parametrize("query", ["language=fr", "limit=3"])
def test_an_unknown_parameter_is_an_error(client, query):
    assert client.get(f"/v1/suggestions?{query}").status_code == 422


def test_an_unknown_clause_suggests_nothing(client):
    assert client.get("/v1/suggestions", params={"clause": "x/y"}).json() == {"questions": []}


class TestExampleQuestions:
    def test_a_page_does_not_wait_for_a_long_search(self, engine):
        examples, found = ExampleQuestions(), threading.Event()
        engine.before = found.wait
        assert examples.of(engine, "en", wait_s=0.01) == []
        found.set()
        assert examples.of(engine, "zh-Hans") != []

    def test_a_new_generation_has_examples_of_its_own(self, engine):
        examples = ExampleQuestions()
        assert examples.of(engine, "zh-Hans") != []
        asked = len(engine.calls)
        engine.generation = copy(engine.generation)
        assert examples.of(engine, "zh-Hans") != []
        assert len(engine.calls) > asked

    def test_after_a_failure_they_are_looked_for_again(self, engine):
        examples = ExampleQuestions()

        def fail() -> None:
            raise NoIndexError("gone")

        engine.before = fail
        with pytest.raises(NoIndexError):
            examples.of(engine, "zh-Hans")
        engine.before = None
        assert examples.of(engine, "zh-Hans") != []
