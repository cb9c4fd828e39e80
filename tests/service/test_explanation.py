from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from service.engine import Engine
from service.explanation_schemas import ExplainedHit, ExplainedModel, ExplainedTerm, ExplanationRecord, WeightedValue
from service.http_api import create_app
from service.ranking import ranking_weights

LEAD = "江苏省农业节水灌溉由谁牵头?"


@pytest.fixture(scope="module")
def client(provinces: Engine) -> TestClient:
    return TestClient(create_app(lambda: provinces))


def _explained(client: TestClient, path: str, body: dict) -> tuple[dict, dict]:
    record = client.post(f"{path}?explain=true", json=body).json()
    return record, record["explanation"]


def test_a_search_explains_every_hit(client):
    record, explanation = _explained(client, "/v1/search", {"query": LEAD, "k": 3})

    assert [hit["clause_id"] for hit in explanation["hits"]] == [hit["clause_id"] for hit in record["hits"]]
    for hit, explained in zip(record["hits"], explanation["hits"], strict=True):
        same = ("score", "bm25_score", "cosine", "rank")
        assert {key: explained[key] for key in same} == {key: hit[key] for key in same}
    assert (explanation["signals"], explanation["confidence"], explanation["language_model"]) == (None, None, None)


def test_the_features_sum_to_the_score(client):
    _, explanation = _explained(client, "/v1/search", {"query": LEAD})

    assert set(explanation["hits"][0]["features"]) == set(ranking_weights()["features"])
    for hit in explanation["hits"]:
        total = sum(feature["value"] * feature["weight"] for feature in hit["features"].values())
        assert total == pytest.approx(hit["score"], abs=0.01)


def test_ranks_follow_the_scores(client):
    _, explanation = _explained(client, "/v1/search", {"query": LEAD, "k": 100})
    hits = explanation["hits"]

    assert min(hit["bm25_rank"] for hit in hits if hit["bm25_rank"]) == 1
    assert min(hit["cosine_rank"] for hit in hits) == 1
    by_words = sorted((h for h in hits if h["bm25_rank"]), key=lambda h: -h["bm25_score"])
    assert [h["bm25_rank"] for h in by_words] == sorted(h["bm25_rank"] for h in by_words)
    assert all(h["bm25_rank"] is None for h in hits if h["bm25_score"] == 0)


def test_terms_are_matched_or_missing(client):
    _, explanation = _explained(client, "/v1/answer", {"question": "江苏省火箭灌溉由谁牵头?"})
    terms = {term["term"]: term for term in explanation["terms"]}

    assert sum(term["weight"] for term in terms.values()) == pytest.approx(1, abs=0.001)
    assert terms["火箭"]["known"] is False
    for hit in explanation["hits"]:
        assert "火箭" in hit["missing"]
        assert sorted([*hit["matched"], *hit["missing"]]) == sorted(terms)


def test_an_answer_and_a_refusal_show_what_they_were_decided_by(client):
    answer, answered = _explained(client, "/v1/answer", {"question": LEAD})
    _, refused = _explained(client, "/v1/answer", {"question": "江苏省火箭发射由谁牵头?"})

    assert answered["confidence"] == pytest.approx(answer["confidence"], abs=0.001)
    assert answered["confidence"] >= 0.5 > refused["confidence"]
    assert set(answered["signals"]) == set(ranking_weights()["confidence"]) - {"bias"}


def test_where_nothing_was_looked_for_nothing_is_explained(client):
    _, explanation = _explained(client, "/v1/answer", {"question": "西藏的节水灌溉由谁牵头?"})

    assert (explanation["hits"], explanation["signals"]) == ([], None)


def test_without_the_parameter_there_is_no_explanation(client):
    for path, body in (("/v1/answer", {"question": LEAD}), ("/v1/search", {"query": LEAD})):
        assert "explanation" not in client.post(path, json=body).json()
        assert "explanation" not in client.post(f"{path}?explain=false", json=body).json()
        assert client.post(f"{path}?explain=perhaps", json=body).status_code == 422
        assert client.post(f"{path}?explian=true", json=body).status_code == 422


def test_a_stream_ends_with_it(client):
    headers = {"Accept": "text/event-stream"}
    response = client.post("/v1/answer?explain=true", json={"question": LEAD}, headers=headers)

    assert '"explanation": {"terms"' in response.text.split("event: done")[1]


@pytest.mark.parametrize("model", [ExplanationRecord, ExplainedHit, ExplainedTerm, ExplainedModel, WeightedValue])
def test_openapi_describes_every_field(client, model):
    fields = client.get("/openapi.json").json()["components"]["schemas"][model.__name__]["properties"]

    assert set(fields) == set(model.model_fields)
    assert [name for name, field in fields.items() if not field.get("description")] == []


class Parrot:
    name = "parrot"

    def complete(self, _: object) -> str:
        return "省水利厅牵头,省农业农村厅、省财政厅配合。[1]省教育厅监督。[1]"


def test_dropped_sentences_are_explained_and_counted(provinces):
    engine = Engine(provinces.generation, provinces.encoder, provinces.translator, language_model=Parrot())
    client = TestClient(create_app(lambda: engine))
    _, explanation = _explained(client, "/v1/answer", {"question": LEAD})
    metrics = client.get("/metrics").text.splitlines()

    assert explanation["language_model"] == {
        "model": "parrot",
        "outcome": "written",
        "sentences": 2,
        "dropped": 1,
        "faults": ["body"],
    }
    assert 'tiaowen_model_replies_total{outcome="written"} 1.0' in metrics
    assert 'tiaowen_model_sentences_total{outcome="kept"} 1.0' in metrics
    assert 'tiaowen_model_sentences_total{outcome="dropped_body"} 1.0' in metrics
