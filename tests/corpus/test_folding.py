"""The folded form: the same length as the text, one form for every print of the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.folding import detect_script, fold, fold_for_comparison, to_simplified


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("顯著提升", "显著提升"),
        ("著名商標", "著名商标"),
        ("馳(著)名商標", "驰(著)名商标"),
        ("編著", "编著"),
        ("著作權", "著作权"),
        ("著力推進", "着力推进"),
        ("著重抓好", "着重抓好"),
        ("沿著", "沿着"),
        ("意味著", "意味着"),
        ("執著", "执着"),
        ("着力", "着力"),
    ],
)
def test_zhu_and_zhe(printed, expected):
    assert fold(printed) == expected


def test_width_case_quotes_and_zero():
    assert fold("（１）ＧＢ／Ｔ，「質量」　二○○六年") == "(1)gb/t,“质量” 二〇〇六年"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_keeps_the_length_and_is_done_once(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(st.text(alphabet="著着顯名力學會İßﬁ\u0130Ａａ\0\n“”。，"))
def test_folding_keeps_the_length_of_odd_characters(text):
    assert len(fold(text)) == len(text)
    assert len(to_simplified(text)) == len(text)


def test_long_texts_fold_as_short_ones_do():
    line = "自治區質量技術監督局，"
    assert fold(line * 200) == fold(line) * 200


def test_two_prints_compare_equal():
    assert fold_for_comparison("第一條　總則（試行）") == fold_for_comparison("第一条 总则(试行)")


@pytest.mark.parametrize(
    ("text", "script"),
    [("加强质量监督管理", "Hans"), ("加強質量監督管理", "Hant"), ("目标", "Hans"), ("", "Hans"), ("abc", "Hans")],
)
def test_script(text, script):
    assert detect_script(text) == script
