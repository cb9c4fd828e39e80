from __future__ import annotations

from corpus.cleaning import clean_text
from corpus.spacing import find_spacing

TEXT = "关于印发2015年质量工作计划的通知\n一、总体要求\n到2015年,产品合格率达到95.5%以上。(省质监局牵头,省商务厅配合)"


def test_blanks_between_all_characters_are_left_out_and_lead_back():
    raw = "\n".join(" ".join(line) for line in TEXT.split("\n"))
    clean = clean_text(raw)
    assert clean.text == TEXT
    assert clean.noise == ()
    at = clean.text.index("省质监局")
    assert raw[slice(*clean.raw_span(at, at + 4))] == "省 质 监 局"


def test_blanks_between_words_stay():
    for text in (TEXT, "质量 工作 计划 的 通知\n一、 总体 要求\n提高 产品 质量 水平", "name of the office\n" * 20, ""):
        assert find_spacing(text) == []


def test_english_words_stay_apart():
    assert clean_text("质 量 强 省 建 设 与 total quality management 方 法 推 广").text == (
        "质量强省建设与total quality management方法推广"
    )
