import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import DamagedIndexError, NoDocumentsError, StoredIndexError
from indexer import build, embedding_cache, manifest, sources
from indexer.build import build_index
from indexer.generations import Generation, current_number, open_current

from .conftest import POLICY, HashEncoder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def documents(data: Path, encoder: HashEncoder) -> tuple[str, ...]:
    generation = open_current(data, encoder=encoder)
    generation.close()
    return generation.rows.document_ids


def content(generation: Generation) -> tuple[object, ...]:
    """All that a generation answers from."""
    store, count = generation.store, len(generation.rows)
    return (
        [(stored.document, stored.source) for stored in store.documents()],
        [store.clauses_of(document_id) for document_id in store.document_ids()],
        store.clause_ids(range(count)),
        generation.rows.document.tolist(),
        generation.rows.kind.tolist(),
        generation.bm25.scores(["节水", "牵头", "的"], np.arange(len(generation.rows))).tolist(),
        generation.dense.vectors(np.arange(count)).tolist(),
    )


def test_from_nothing(folder: Path, data: Path, encoder: HashEncoder) -> None:
    stages: list[tuple[str, int, int]] = []
    report = build_index([folder], data, encoder=encoder, progress=lambda *stage: stages.append(stage))
    assert (report.generation, report.documents, report.parsed, report.dropped) == (1, 2, 2, 0)
    assert (report.refused, report.unchanged) == ((), False)
    generation = open_current(data, encoder=encoder)
    assert report.clauses == sum(len(generation.store.clauses_of(name)) for name in ("water", "waste"))
    assert report.passages == len(generation.rows)
    assert report.encoded == len(set(encoder.encoded)) == len(encoder.encoded)
    assert list(dict.fromkeys(stage for stage, _, _ in stages)) == ["read", "parse", "words", "encode", "write"]
    assert all(0 <= done <= total for _, done, total in stages)
    assert stages[-1] == ("write", 1, 1)


def test_a_clause_is_found_by_words_and_by_vector(folder: Path, data: Path, encoder: HashEncoder) -> None:
    build_index([folder], data, encoder=encoder)
    generation = open_current(data, encoder=encoder)
    row = generation.store.row_of("water/二/(二)")
    assert row is not None
    assert generation.store.clause("water/二/(二)") in generation.store.clauses_of_rows(
        generation.bm25.search(["老旧", "管网"], 2)[0]
    )
    vector = generation.dense.vectors(np.array([row]))[0]
    assert row in generation.dense.search(vector, 2)[0].tolist()


def test_a_second_run_changes_nothing(folder: Path, data: Path, encoder: HashEncoder) -> None:
    first = build_index([folder], data, encoder=encoder)
    encoder.encoded.clear()
    second = build_index([folder], data, encoder=encoder)
    assert second.unchanged
    assert (second.generation, second.parsed, second.encoded, encoder.encoded) == (1, 0, 0, [])
    counts = ("documents", "clauses", "passages", "noise", "repairs")
    assert [getattr(second, name) for name in counts] == [getattr(first, name) for name in counts]


def test_only_what_changed_is_parsed_and_encoded(folder: Path, data: Path, encoder: HashEncoder) -> None:
    build_index([folder], data, encoder=encoder)
    encoder.encoded.clear()
    (folder / "water.txt").write_text(POLICY.replace("一百公里", "两百公里"), encoding="utf-8")
    report = build_index([folder], data, encoder=encoder)
    assert (report.generation, report.parsed, report.encoded) == (2, 1, 1)
    assert ["两百公里" in text for text in encoder.encoded] == [True]


def test_an_updated_index_equals_one_from_nothing(
    folder: Path, data: Path, tmp_path: Path, encoder: HashEncoder
) -> None:
    build_index([folder], data, encoder=encoder)
    (folder / "water.txt").write_text(POLICY.replace("一百公里", "两百公里"), encoding="utf-8")
    (folder / "waste.txt").unlink()
    (folder / "deeper").mkdir()
    (folder / "deeper" / "noise.txt").write_text(POLICY.replace("节水", "降噪"), encoding="utf-8")
    build_index([folder], data, encoder=encoder)
    build_index([folder], tmp_path / "anew", encoder=encoder)
    updated, anew = open_current(data, encoder=encoder), open_current(tmp_path / "anew", encoder=encoder)
    assert content(updated) == content(anew)


def test_documents_that_are_gone_are_dropped_and_counted(folder: Path, data: Path, encoder: HashEncoder) -> None:
    build_index([folder], data, encoder=encoder)
    (folder / "waste.txt").unlink()
    report = build_index([folder], data, encoder=encoder)
    assert (report.documents, report.dropped) == (1, 1)
    assert documents(data, encoder) == ("water",)


def test_add_keeps_the_others(folder: Path, data: Path, tmp_path: Path, encoder: HashEncoder) -> None:
    build_index([folder], data, encoder=encoder)
    more = tmp_path / "more"
    more.mkdir()
    (more / "noise.txt").write_text(POLICY.replace("节水", "降噪"), encoding="utf-8")
    shutil.rmtree(folder)
    report = build_index([more], data, encoder=encoder, add=True)
    assert (report.documents, report.parsed, report.dropped) == (3, 1, 0)
    assert set(documents(data, encoder)) == {"waste", "water", "noise"}
    assert build_index([more], data, encoder=encoder, add=True).unchanged


def test_add_gives_the_ids_of_a_build_over_all_folders(
    folder: Path, data: Path, tmp_path: Path, encoder: HashEncoder
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "water.txt").write_text(POLICY.replace("节水", "降噪"), encoding="utf-8")
    build_index([folder], data, encoder=encoder)
    build_index([more], data, encoder=encoder, add=True)
    build_index([folder, more], tmp_path / "anew", encoder=encoder)
    updated, anew = open_current(data, encoder=encoder), open_current(tmp_path / "anew", encoder=encoder)
    assert set(updated.rows.document_ids) == {"more~water", "texts~water", "waste"}
    assert content(updated) == content(anew)


def test_a_file_in_two_folders_given_is_one_document(folder: Path, data: Path, encoder: HashEncoder) -> None:
    report = build_index([folder, folder.parent / "texts", folder / ".." / "texts"], data, encoder=encoder)
    assert report.documents == 2


def test_goes_on_past_bad_files(folder: Path, data: Path, encoder: HashEncoder) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xfe" * 50)
    report = build_index([folder], data, encoder=encoder)
    assert report.documents == 2
    assert [refusal.path.name for refusal in report.refused] == ["empty.txt", "picture.txt"]
    assert all(refusal.path.name in refusal.reason for refusal in report.refused)
    again = build_index([folder], data, encoder=encoder)
    assert again.unchanged
    assert again.refused == report.refused


def test_goes_on_past_a_file_that_the_parser_fails_on(
    folder: Path, data: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = build.parse_document

    def fail_on_waste(raw, **named):
        if raw.document_id == "waste":
            raise RecursionError("too deep")
        return parse(raw, **named)

    monkeypatch.setattr(build, "parse_document", fail_on_waste)
    report = build_index([folder], data, encoder=encoder)
    assert [refusal.path.name for refusal in report.refused] == ["waste.txt"]
    assert "too deep" in report.refused[0].reason
    assert documents(data, encoder) == ("water",)


def test_goes_on_past_half_a_character(
    folder: Path, data: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_file = sources.read_file

    def read_as_some_pdfs_are(path: Path, **named):
        raw = read_file(path, **named)
        return replace(raw, text=raw.text + "\ud83d") if path.stem == "waste" else raw

    monkeypatch.setattr(sources, "read_file", read_as_some_pdfs_are)
    report = build_index([folder], data, encoder=encoder)
    assert [refusal.path.name for refusal in report.refused] == ["waste.txt"]
    assert "half a character" in report.refused[0].reason
    assert documents(data, encoder) == ("water",)


def test_a_file_that_became_unreadable_leaves_the_index(folder: Path, data: Path, encoder: HashEncoder) -> None:
    build_index([folder], data, encoder=encoder)
    (folder / "waste.txt").write_bytes(b"")
    report = build_index([folder], data, encoder=encoder)
    assert (report.documents, report.dropped, len(report.refused)) == (1, 1, 1)


@pytest.mark.parametrize("fault", ["missing", "empty", "a file", "all bad", "none given"])
def test_nothing_to_read_leaves_the_former_index(
    folder: Path, data: Path, tmp_path: Path, encoder: HashEncoder, fault: str
) -> None:
    build_index([folder], data, encoder=encoder)
    other = tmp_path / "other"
    if fault == "a file":
        other.write_text(POLICY)
    elif fault != "missing":
        other.mkdir()
        if fault == "all bad":
            (other / "bad.txt").write_bytes(b"")
    with pytest.raises(NoDocumentsError):
        build_index([] if fault == "none given" else [other], data, encoder=encoder)
    assert current_number(data) == 1
    assert documents(data, encoder) == ("waste", "water")


def test_a_damaged_index_is_built_anew_without_encoding_again(folder: Path, data: Path, encoder: HashEncoder) -> None:
    build_index([folder], data, encoder=encoder)
    (data / "generations" / "1" / "bm25_rows.npy").write_bytes(b"")
    encoder.encoded.clear()
    report = build_index([folder], data, encoder=encoder)
    assert (report.unchanged, report.encoded, encoder.encoded) == (False, 0, [])
    assert documents(data, encoder) == ("waste", "water")


def test_nothing_is_added_to_a_damaged_index(folder: Path, data: Path, encoder: HashEncoder) -> None:
    build_index([folder], data, encoder=encoder)
    (data / "generations" / "1" / "store.sqlite").write_bytes(b"")
    with pytest.raises(DamagedIndexError, match="without --add"):
        build_index([folder], data, encoder=encoder, add=True)


def test_another_encoder_builds_anew_and_takes_over_the_clauses(folder: Path, data: Path, encoder: HashEncoder) -> None:
    first = build_index([folder], data, encoder=encoder)
    other = HashEncoder(name="other")
    report = build_index([folder], data, encoder=other)
    assert (report.generation, report.parsed, report.encoded) == (2, 0, first.encoded)
    assert open_current(data, encoder=other).manifest.encoder == "other"


def test_another_program_parses_anew(
    folder: Path, data: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([folder], data, encoder=encoder)
    monkeypatch.setattr(build, "program_digest", lambda: "another")
    report = build_index([folder], data, encoder=encoder)
    assert (report.parsed, report.encoded) == (2, 0)


def test_an_index_of_another_format_is_built_anew_without_encoding_again(
    folder: Path, data: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([folder], data, encoder=encoder)
    monkeypatch.setattr(manifest, "FORMAT", 99)
    report = build_index([folder], data, encoder=encoder)
    assert (report.unchanged, report.parsed, report.encoded) == (False, 2, 0)
    assert documents(data, encoder) == ("waste", "water")


def test_texts_that_come_back_are_not_encoded_again(
    folder: Path, data: Path, tmp_path: Path, encoder: HashEncoder
) -> None:
    first = build_index([folder], data, encoder=encoder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "noise.txt").write_text(POLICY.replace("节水", "降噪"), encoding="utf-8")
    assert build_index([other], data, encoder=encoder).documents == 1
    report = build_index([folder], data, encoder=encoder)
    assert (report.documents, report.passages, report.encoded) == (2, first.passages, 0)


def test_a_stopped_build_encodes_the_rest_only(
    folder: Path, data: Path, tmp_path: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build_index([folder], tmp_path / "whole", encoder=encoder)
    monkeypatch.setattr(embedding_cache, "BLOCK", 3)

    class Stopping(HashEncoder):
        def encode_passages(self, texts, *, progress=None):
            if len(self.encoded) >= 6:
                raise KeyboardInterrupt
            return super().encode_passages(texts, progress=progress)

    with pytest.raises(KeyboardInterrupt):
        build_index([folder], data, encoder=Stopping())
    report = build_index([folder], data, encoder=encoder)
    assert report.encoded == whole.encoded - 6
    assert not (data / "cache" / "embeddings").exists()


def test_damaged_vectors_are_encoded_again(folder: Path, data: Path, encoder: HashEncoder) -> None:
    first = build_index([folder], data, encoder=encoder)
    (data / "generations" / "1" / "vectors.faiss").write_bytes(b"")
    report = build_index([folder], data, encoder=encoder)
    assert (report.parsed, report.encoded) == (2, first.encoded)


def test_without_former_vectors_all_is_encoded(folder: Path, data: Path, encoder: HashEncoder) -> None:
    first = build_index([folder], data, encoder=encoder)
    shutil.rmtree(data / "generations")
    (data / "CURRENT").unlink()
    report = build_index([folder], data, encoder=encoder)
    assert report.encoded == first.encoded


def test_an_encoder_that_fails_leaves_the_former_index(folder: Path, data: Path, encoder: HashEncoder) -> None:
    build_index([folder], data, encoder=encoder)

    class Broken(HashEncoder):
        def encode_passages(self, texts, *, progress=None):
            raise RuntimeError("out of memory")

    (folder / "new.txt").write_text(POLICY.replace("节水", "节电"), encoding="utf-8")
    with pytest.raises(RuntimeError, match="out of memory"):
        build_index([folder], data, encoder=Broken())
    assert documents(data, encoder) == ("waste", "water")
    assert [path.name for path in (data / "generations").iterdir()] == ["1"]


def test_a_data_folder_that_is_a_file_is_told(folder: Path, data: Path, encoder: HashEncoder) -> None:
    data.write_text("")
    with pytest.raises(StoredIndexError, match="cannot be written"):
        build_index([folder], data, encoder=encoder)


def test_a_full_disk_leaves_the_former_index(
    folder: Path, data: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([folder], data, encoder=encoder)
    (folder / "new.txt").write_text(POLICY, encoding="utf-8")

    def fail(*_arguments: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("indexer.generation_writer.write_dense", fail)
    with pytest.raises(StoredIndexError, match="No space left"):
        build_index([folder], data, encoder=encoder)
    monkeypatch.undo()
    assert documents(data, encoder) == ("waste", "water")


def test_a_document_without_clauses_is_kept(tmp_path: Path, data: Path, encoder: HashEncoder) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "dots.txt").write_text("……\n——\n", encoding="utf-8")
    report = build_index([folder], data, encoder=encoder)
    assert (report.documents, report.passages) == (1, 0)
    generation = open_current(data, encoder=encoder)
    assert generation.bm25.search(["节水"], 3)[0].tolist() == []
    assert generation.dense.search(encoder.encode_queries(["节水"])[0], 3)[0].tolist() == []


def test_two_builds_write_the_same_store(folder: Path, data: Path, tmp_path: Path, encoder: HashEncoder) -> None:
    for place in (data, tmp_path / "anew"):
        build_index([folder], place, encoder=encoder)
    dumps = []
    for place in (data, tmp_path / "anew"):
        connection = sqlite3.connect(place / "generations" / "1" / "store.sqlite")
        dumps.append(list(connection.iterdump()))
        connection.close()
    assert dumps[0] == dumps[1]
