import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import BuildInProgressError, DamagedIndexError, IndexMismatchError, NoIndexError
from indexer import generations, manifest
from indexer.backends.base import All, In
from indexer.build import build_index
from indexer.generations import build_lock, current_number, find_vectors, open_current, verify

from .conftest import HashEncoder


@pytest.fixture
def data(tmp_path: Path, folder: Path, encoder: HashEncoder) -> Path:
    """An index of two documents."""
    build_index([folder], tmp_path / "data", encoder=encoder)
    return tmp_path / "data"


def change(folder: Path, text: str) -> None:
    (folder / "water.txt").write_text(text, encoding="utf-8")


def test_what_was_built_is_opened(data: Path, encoder: HashEncoder) -> None:
    generation = open_current(data, encoder=encoder)
    assert generation.number == current_number(data) == 1
    assert generation.manifest.documents == 2
    assert generation.manifest.encoder == "hash"
    assert generation.manifest.dimension == generation.dense.dimension == 32
    assert len(generation.rows) == len(generation.bm25) == len(generation.dense) == generation.manifest.passages
    assert generation.rows.document_ids == ("waste", "water")


def test_rows_filter_by_document_and_kind(data: Path, encoder: HashEncoder) -> None:
    generation = open_current(data, encoder=encoder)
    wanted = All((In("document_id", frozenset({"water"})), In("kind", frozenset({"clause"}))))
    selection = generation.rows.where(wanted)
    assert selection is not None
    clauses = generation.store.clauses_of_rows(selection.rows())
    assert clauses == [clause for clause in generation.store.clauses_of("water") if clause.kind == "clause"]


def test_no_index_says_how_to_build_one(tmp_path: Path, encoder: HashEncoder) -> None:
    with pytest.raises(NoIndexError, match="tiaowen index"):
        open_current(tmp_path, encoder=encoder)
    with pytest.raises(NoIndexError):
        verify(tmp_path)


@pytest.mark.parametrize(
    "other", [HashEncoder(name="other"), HashEncoder(dimension=64)], ids=["another name", "another dimension"]
)
def test_another_encoder_is_a_mismatch(data: Path, other: HashEncoder) -> None:
    with pytest.raises(IndexMismatchError, match=r"encoder.*tiaowen index"):
        open_current(data, encoder=other)


def test_another_lexicon_is_a_mismatch(data: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "LEXICON_HASH", "f" * 64)
    with pytest.raises(IndexMismatchError, match="lexicon"):
        open_current(data, encoder=encoder)


def test_another_format_is_a_mismatch(data: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    built = manifest.FORMAT
    monkeypatch.setattr(manifest, "FORMAT", 99)
    with pytest.raises(IndexMismatchError, match=f"format {built}.*format 99"):
        open_current(data, encoder=encoder)


def files_of(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "generations" / "1").iterdir())


@pytest.mark.parametrize("damage", ["missing", "cut", "flipped"])
def test_every_damaged_file_is_found_on_opening(data: Path, encoder: HashEncoder, damage: str) -> None:
    for name in files_of(data):
        path = data / "generations" / "1" / name
        content = path.read_bytes()
        match damage:
            case "missing":
                path.unlink()
            case "cut":
                path.write_bytes(content[:-1])
            case "flipped":
                middle = len(content) // 2
                path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        with pytest.raises(DamagedIndexError, match=rf"{name}.*tiaowen index"):
            open_current(data, encoder=encoder)
        path.write_bytes(content)
    assert open_current(data, encoder=encoder).number == 1


def test_a_large_file_is_only_measured_on_opening_and_read_by_verify(
    data: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = data / "generations" / "1" / "vectors.faiss"
    content = path.read_bytes()
    monkeypatch.setattr(generations, "_CHECKED_ON_OPENING_BYTES", len(content) - 1)
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert open_current(data, encoder=encoder).number == 1
    with pytest.raises(DamagedIndexError, match=r"vectors\.faiss"):
        verify(data)
    path.write_bytes(content[:-1])
    with pytest.raises(DamagedIndexError, match=r"vectors\.faiss"):
        open_current(data, encoder=encoder)


def test_vectors_are_found_in_generations_of_any_format_that_are_whole(
    data: Path, folder: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(folder, "关于节水的意见\n一、到2021年，用水量下降。\n二、其他。\n")
    build_index([folder], data, encoder=encoder)
    monkeypatch.setattr(manifest, "FORMAT", 99)

    def found(name: str = "hash", verified: int | None = None) -> list[int]:
        at_hand = list(find_vectors(data, HashEncoder(name=name), verified=verified))
        assert all(len(keys) == len(dense) for keys, dense in at_hand)
        return [len(keys) for keys, _ in at_hand]

    second, first = found()
    assert second < first
    vectors = data / "generations" / "2" / "vectors.faiss"
    content = vectors.read_bytes()
    vectors.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (data / "generations" / "notes").mkdir()
    assert found() == [first]
    (data / "generations" / "1" / "manifest.json").write_bytes(b"{}")
    assert found() == []
    assert found(verified=2) == [second]
    assert found("other", verified=2) == []


@pytest.mark.parametrize("content", [b"", b"1\n", b"one\n", b"\xff\xfe", b"2 " + b"0" * 64 + b"\n"])
def test_a_damaged_pointer_is_found(data: Path, encoder: HashEncoder, content: bytes) -> None:
    (data / "CURRENT").write_bytes(content)
    with pytest.raises(DamagedIndexError, match="tiaowen index"):
        open_current(data, encoder=encoder)


def test_the_manifest_names_all_other_files(data: Path) -> None:
    manifest = json.loads((data / "generations" / "1" / "manifest.json").read_bytes())
    assert sorted([*manifest["files"], "manifest.json"]) == files_of(data)


def test_a_reader_keeps_its_generation_when_it_is_pruned(data: Path, folder: Path, encoder: HashEncoder) -> None:
    reader = open_current(data, encoder=encoder)
    before = reader.store.clauses_of("water")
    for year in (2021, 2022, 2023):
        change(folder, f"关于节水的意见\n一、到{year}年，用水量下降。\n二、其他。\n")
        build_index([folder], data, encoder=encoder)
    assert sorted(path.name for path in (data / "generations").iterdir()) == ["3", "4"]
    assert reader.store.clauses_of("water") == before
    assert len(reader.store.clause_ids(range(len(reader.rows)))) == len(reader.rows)
    vector = encoder.encode_queries(["节水器具"])[0]
    assert len(reader.dense.search(vector, 3)[0]) == 3
    assert len(reader.bm25.search(["节水"], 3)[0]) == 3
    reader.close()
    assert open_current(data, encoder=encoder).number == 4


def test_a_second_builder_is_told(data: Path, folder: Path, encoder: HashEncoder) -> None:
    with build_lock(data), pytest.raises(BuildInProgressError, match="Another process"):
        build_index([folder], data, encoder=encoder)
    assert build_index([folder], data, encoder=encoder).unchanged


def test_the_lock_of_a_killed_process_is_free(data: Path, folder: Path, encoder: HashEncoder) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from indexer.generations import build_lock\n"
        "with build_lock(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-W", "ignore", "-c", program, str(data)], check=False)
    assert killed.returncode == -9
    assert build_index([folder], data, encoder=encoder).unchanged


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OSError, match="Permission"), build_lock(tmp_path / "data"):
        pass
