from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from service.engine import Engine
from service.reranking import DEPTH, open_reranker

QUESTION = "江苏省节水"


class Prefers:
    """Scores a passage by whether it holds a word."""

    name = "prefers"

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[tuple[str, Sequence[str]]] = []

    def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
        self.asked.append((question, passages))
        return np.array([float(self.word in passage) for passage in passages])


def _with(provinces: Engine, reranker: Prefers) -> Engine:
    return Engine(provinces.generation, provinces.encoder, provinces.translator, reranker=reranker)


def test_a_reranker_orders_the_best_again(provinces):
    reranker = Prefers("宣传周")
    plain, again = provinces.search(QUESTION, k=20), _with(provinces, reranker).search(QUESTION, k=20)
    place = {hit.clause.id: hit.rank for hit in plain.hits}
    moved = {hit.clause.id: hit.rank for hit in again.hits}

    assert set(place) == set(moved)
    assert moved["jiangsu-water/三/4"] < place["jiangsu-water/三/4"]
    ((question, passages),) = reranker.asked
    assert question == QUESTION
    assert len(passages) <= DEPTH


def test_scores_that_are_all_equal_change_no_order_of_the_head(provinces):
    plain, again = provinces.search(QUESTION, k=5), _with(provinces, Prefers("nowhere")).search(QUESTION, k=5)

    assert again.hits[0].clause.id == plain.hits[0].clause.id


def test_answers_are_still_given_and_name_the_reranker(provinces):
    answer = _with(provinces, Prefers("灌溉")).answer("江苏省农业节水灌溉由谁牵头?")

    assert [citation.clause_id for citation in answer.citations] == ["jiangsu-water/二/1"]
    assert answer.trace.reranker == "prefers"
    assert answer.trace.ranked[0].reranker_score == 1.0


def test_the_default_needs_no_torch():
    program = "import sys, service.engine, service.opening; assert not {'torch', 'httpx'} & set(sys.modules)"
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reranker, a classifier and a plain encoder of a few kilobytes, with drawn weights."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("models")
    characters = sorted(set("江苏省农业节水灌溉由谁牵头推广管网改造厅配合"))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(1)
    for name, kind, labels in (
        ("reranker", BertForSequenceClassification, 1),
        ("classifier", BertForSequenceClassification, 3),
        ("encoder", BertModel, 1),
    ):
        config = BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=128,
            num_labels=labels,
        )
        kind(config).save_pretrained(folder / name)
        BertTokenizer(str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder / name)
    return folder


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cross_encoder_is_opened_by_path(folders):
    reranker = open_reranker(str(folders / "reranker"))
    passages = ["推广节水灌溉", "改造管网" * 500, "水利厅牵头"]
    scores = reranker.score("谁牵头?", passages)

    assert (reranker.name, scores.shape) == (str(folders / "reranker"), (3,))
    np.testing.assert_allclose(reranker.score("谁牵头?", passages[2:]), scores[2:], atol=1e-5)
    assert reranker.score("谁牵头?", []).shape == (0,)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_an_engine_searches_with_it(provinces, folders):
    reranker = open_reranker(str(folders / "reranker"))
    found = Engine(provinces.generation, provinces.encoder, provinces.translator, reranker=reranker).search(QUESTION)

    assert found.trace is not None
    assert all(one.reranker_score is not None for one in found.trace.ranked[:5])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "fault"), [("classifier", "gives 3 scores"), ("encoder", "not trained to score"), ("", "no usable")]
)
def test_what_is_no_reranker_is_refused(folders, name, fault):
    with pytest.raises(ModelError, match=fault):
        open_reranker(str(folders / name))


OFFLINE = (
    "import sys; from corpus.errors import ModelError; from service.reranking import open_reranker\n"
    "try: open_reranker(sys.argv[1])\n"
    "except ModelError as error: print(error.fault)"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "fault"),
    [({"HF_HUB_OFFLINE": "1"}, "switched off"), ({"HF_ENDPOINT": "http://127.0.0.1:9"}, "not reached")],
)
def test_a_model_that_cannot_be_had_is_told_at_once(tmp_path, setting, fault):
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OFFLINE, "some/model"],
        check=True,
        capture_output=True,
        text=True,
        env={"HF_HOME": str(tmp_path), "HOME": str(tmp_path), **setting},
    )
    assert fault in ended.stdout
    assert time.monotonic() - started < 60
