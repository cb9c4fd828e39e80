from __future__ import annotations

import pytest

from corpus.glyphs import unify
from corpus.reading import read_file
from indexer.parsing import parse_document


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("⼀、加强⽔利⾏业管理", "一、加强水利行业管理"),
        ("⻓江流域⻋⻢⻔窗", "长江流域车马门窗"),
        ("以⼈⺠为中⼼", "以人民为中心"),
        ("\uf9dd\ufa08\uf90a", "利行金"),
        ("\uf0b7加强宣传 \uf0a8是", "•加强宣传 □是"),
    ],
)
def test_look_alikes_are_the_characters_that_are_meant(printed, meant):
    assert unify(printed) == meant


def test_other_characters_stay():
    # An ideograph of the compatibility block that stands for itself, a stroke, and an unknown sign of a symbol font.
    for text in ("山东省“品牌”培育（2014年）。", "﨎㇀\uf0e8", ""):
        assert unify(text) == text


def test_a_text_copied_from_such_a_pdf_is_parsed_as_if_typed(tmp_path):
    typed = "某市水利局文件\n一、总体要求\n到2025年，自来水普及率达到95%。\n二、主要任务\n由市水利局牵头。\n"
    copied = typed.translate(str.maketrans("一二水自文", "⼀⼆⽔⾃⽂"))
    parsed = []
    for text in (typed, copied):
        (tmp_path / "plan.txt").write_text(text, encoding="utf-8")
        parsed.append(parse_document(read_file(tmp_path / "plan.txt")).clauses)
    assert parsed[0] == parsed[1]
    assert [clause.path for clause in parsed[0]][-2:] == [("二",), ("二", "¶1")]
