"""An index brought up to date equals one made from nothing, byte for byte, and costs what changed."""

import sqlite3
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexer import generation_writer, store
from indexer.backends import faiss_files, term_counts
from indexer.build import build_index
from indexer.generations import current_number, open_current

from .conftest import POLICY, HashEncoder

BANNER, FOOT = "云上政务平台首屏\n", "阳光便民小站\n"


def policy(topic: str, *, framed: bool = True, more: str = "") -> str:
    body = POLICY.replace("节水", topic) + more
    return f"{BANNER}{body}现予公告。\n{FOOT}" if framed else body


@pytest.fixture
def texts(folder: Path) -> Path:
    """Two folders of documents, one of which has a website's lines around each text."""
    for number, topic in enumerate(("节电", "节气", "防洪")):
        (folder / f"site-{number}.txt").write_text(policy(topic), encoding="utf-8")
    (folder / "page.html").write_text(
        f"<html><body><p>{policy('节粮', framed=False)}</p></body></html>", encoding="utf-8"
    )
    (folder / "deeper").mkdir()
    (folder / "deeper" / "noise.txt").write_text(policy("降噪", framed=False), encoding="utf-8")
    return folder


def add(texts: Path) -> None:
    (texts / "between.txt").write_text(policy("清淤"), encoding="utf-8")
    (texts / "deeper" / "zzz.txt").write_text(policy("绿化", framed=False), encoding="utf-8")


def change(texts: Path) -> None:
    (texts / "site-1.txt").write_text(policy("节气", more="三、附则\n本意见自印发之日起施行。\n"), encoding="utf-8")


def remove(texts: Path) -> None:
    (texts / "waste.txt").unlink()


def remove_the_only_place_of_a_term(texts: Path) -> None:
    (texts / "deeper" / "noise.txt").unlink()


def rename(texts: Path) -> None:
    (texts / "site-1.txt").rename(texts / "a-new-name.txt")


def move_to_another_folder(texts: Path) -> None:
    (texts / "deeper").rename(texts / "above")
    (texts / "water.txt").rename(texts / "above" / "water.txt")


def take_a_name_that_is_there(texts: Path) -> None:
    (texts / "deeper" / "site-2.txt").write_text(policy("抗旱", framed=False), encoding="utf-8")


def lose_a_repeated_line(texts: Path) -> None:
    (texts / "site-2.txt").write_text(policy("防洪", framed=False), encoding="utf-8")


def gain_a_repeated_line(texts: Path) -> None:
    for name in ("waste", "water"):
        path = texts / f"{name}.txt"
        path.write_text(f"便民热线一二三\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    (texts / "another.txt").write_text("便民热线一二三\n" + policy("禁烟"), encoding="utf-8")


def swap_contents(texts: Path) -> None:
    first, second = texts / "site-0.txt", texts / "water.txt"
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


def empty_a_document(texts: Path) -> None:
    (texts / "site-0.txt").write_text("……\n——\n", encoding="utf-8")


def give_another_suffix(texts: Path) -> None:
    """The same bytes, read in another way."""
    (texts / "page.html").rename(texts / "page.txt")


CHANGES: list[tuple[Callable[[Path], None], int]] = [
    (add, 2),
    (change, 1),
    (remove, 0),
    (remove_the_only_place_of_a_term, 0),
    (rename, 1),
    (move_to_another_folder, 1),
    (take_a_name_that_is_there, 2),
    (lose_a_repeated_line, 6),
    (gain_a_repeated_line, 7),
    (swap_contents, 2),
    (empty_a_document, 6),
    (give_another_suffix, 1),
]


def files(data: Path) -> dict[str, object]:
    """All that a generation holds; the store's rows and not its pages."""
    folder = data / "generations" / str(current_number(data))
    found: dict[str, object] = {path.name: path.read_bytes() for path in folder.iterdir()}
    connection = sqlite3.connect(folder / "store.sqlite")
    found["store.sqlite"] = list(connection.iterdump())
    connection.close()
    del found["manifest.json"]  # has the time in it
    return found


def assert_same(one: Path, other: Path, *, but: frozenset[str] = frozenset()) -> None:
    first, second = files(one), files(other)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name] and name not in but] == []


@pytest.mark.parametrize(("mend", "parsed"), CHANGES, ids=[mend.__name__ for mend, _ in CHANGES])
def test_equals_a_build_from_nothing(
    texts: Path, tmp_path: Path, encoder: HashEncoder, mend: Callable[[Path], None], parsed: int
) -> None:
    build_index([texts], tmp_path / "data", encoder=encoder)
    mend(texts)
    report = build_index([texts], tmp_path / "data", encoder=encoder)
    anew = build_index([texts], tmp_path / "anew", encoder=encoder)
    assert report.parsed == parsed
    counts = ("documents", "clauses", "passages", "noise", "repairs")
    assert [getattr(report, name) for name in counts] == [getattr(anew, name) for name in counts]
    assert_same(tmp_path / "data", tmp_path / "anew")


def test_many_updates_in_a_row_equal_a_build_from_nothing(texts: Path, tmp_path: Path, encoder: HashEncoder) -> None:
    for mend in (add, lose_a_repeated_line, rename, remove, move_to_another_folder):
        build_index([texts], tmp_path / "data", encoder=encoder)
        mend(texts)
    build_index([texts], tmp_path / "data", encoder=encoder)
    build_index([texts], tmp_path / "anew", encoder=encoder)
    assert_same(tmp_path / "data", tmp_path / "anew")


def test_a_large_index_equals_a_build_from_nothing(
    texts: Path, tmp_path: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is searched by codes in lists, and keeps less of its vectors; then a small one made of it."""
    with monkeypatch.context() as patch:
        patch.setattr(faiss_files, "CODED", 4)
        patch.setattr(faiss_files, "LISTED", 20)
        build_index([texts], tmp_path / "data", encoder=encoder)
        change(texts)
        build_index([texts], tmp_path / "data", encoder=encoder)
        build_index([texts], tmp_path / "anew", encoder=encoder)
        # Rows that were there before stay in their lists.
        assert_same(tmp_path / "data", tmp_path / "anew", but=frozenset({"codes.faiss"}))
    remove(texts)
    build_index([texts], tmp_path / "data", encoder=encoder)
    build_index([texts], tmp_path / "small", encoder=encoder)
    assert_same(tmp_path / "data", tmp_path / "small")


def test_another_encoder_equals_a_build_from_nothing(texts: Path, tmp_path: Path, encoder: HashEncoder) -> None:
    build_index([texts], tmp_path / "data", encoder=encoder)
    other = HashEncoder(name="other", dimension=16)
    report = build_index([texts], tmp_path / "data", encoder=other)
    build_index([texts], tmp_path / "anew", encoder=other)
    assert report.parsed == 0
    assert_same(tmp_path / "data", tmp_path / "anew")


def test_what_did_not_change_is_neither_decoded_nor_cut_into_words(
    texts: Path, tmp_path: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([texts], tmp_path / "data", encoder=encoder)
    encoder.encoded.clear()
    (texts / "site-1.txt").write_text(policy("节气").replace("一百公里", "两百公里"), encoding="utf-8")
    tokenized: list[str] = []
    tokenize = generation_writer.tokenize
    monkeypatch.setattr(generation_writer, "tokenize", lambda text: tokenized.append(text) or tokenize(text))
    generation_writer._terms_of_short_line.cache_clear()
    decoded: list[object] = []
    from_json = store.from_json
    monkeypatch.setattr(store, "from_json", lambda kind, text: decoded.append(kind) or from_json(kind, text))
    report = build_index([texts], tmp_path / "data", encoder=encoder)
    assert (report.parsed, report.encoded) == (1, 1)
    assert ["两百公里" in text for text in encoder.encoded] == [True]
    assert not any("节水" in line or "减废" in line for line in tokenized)
    assert set(decoded) == {tuple[str, ...]}  # the lines that may repeat, one short list for each document


def test_vectors_are_copied_bit_for_bit(texts: Path, tmp_path: Path, encoder: HashEncoder) -> None:
    build_index([texts], tmp_path / "data", encoder=encoder)

    class Drifting(HashEncoder):
        """Would give other vectors to the same texts."""

        def encode_passages(self, texts, *, progress=None):
            return super().encode_passages(texts, progress=progress)[:, ::-1]

    (texts / "new.txt").write_text(policy("节煤"), encoding="utf-8")
    build_index([texts], tmp_path / "data", encoder=Drifting())
    build_index([texts], tmp_path / "anew", encoder=encoder)
    updated, anew = (open_current(tmp_path / name, encoder=encoder).dense for name in ("data", "anew"))
    assert len(updated) == len(anew)
    drifted = (updated.vectors(np.arange(len(anew))) != anew.vectors(np.arange(len(anew)))).any(axis=1)
    assert 0 < drifted.sum() < len(anew) / 4


@pytest.mark.slow
def test_memory_does_not_grow_with_the_texts(
    folder: Path, tmp_path: Path, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(term_counts, "_BLOCK", 2000)
    items = "".join(f"({n})推进第{n}项节水改造工程,完善用水计量设施和管理制度,落实责任。\n" for n in range(200))
    text = f"关于节水工作的意见\n一、主要任务\n{items}"

    def peak(count: int) -> int:
        for path in folder.iterdir():
            path.unlink()
        for number in range(count):
            (folder / f"plan-{number:03}.txt").write_text(text, encoding="utf-8")
        tracemalloc.start()
        build_index([folder], tmp_path / str(count), encoder=encoder)
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(2)  # the dictionaries are read
    grown = peak(24) - peak(8)
    assert grown < 16 * 200 * 300  # bytes for each passage more; its texts and terms alone would take over a thousand
