from __future__ import annotations

import pytest

from indexer.facts.bodies import find_field, gloss_body, is_office, normalise_body, read_bodies


@pytest.mark.parametrize(
    ("one", "other"),
    [("盟市场监管局", "市场监管局"), ("质监部门", "省质监局"), ("教育", "市教育局"), ("發展改革", "省发展改革委")],
)
def test_two_prints_of_a_body_have_one_name(one, other):
    assert normalise_body(one) == normalise_body(other)


@pytest.mark.parametrize(("one", "other"), [("质监局", "市场监管局"), ("省财政厅", "省税务局")])
def test_two_bodies_have_two_names(one, other):
    assert normalise_body(one) != normalise_body(other)


def test_a_merged_field_says_when_and_into_what():
    field = find_field("市质监局")
    assert field is not None
    assert (field.successor, str(field.since)) == ("市场监管", "2018-03-17")


def test_unknown_names_come_back_as_they_stand():
    assert normalise_body("某某社") == "某某社"
    assert None is gloss_body("某某社")


def test_gloss():
    assert gloss_body("质监部门") == "quality and technical supervision"
    assert gloss_body("盟市場監管局") == "market regulation bureau"


@pytest.mark.parametrize(
    "name",
    [
        "省委网信办",
        "人行拉萨中心支行",
        "温州检验检疫局",
        "省职能转变推进工作领导小组办公室",
        "省大数据中心",
        "市公共资源交易中心",
    ],
)
def test_offices(name):
    assert is_office(name)


@pytest.mark.parametrize(
    "name",
    ["企业是第一责任人", "落实各项措施", "负责人", "对辖区内企业负责的部门", "区域中心", "市级物流中心", "数据中心"],
)
def test_no_offices(name):
    assert not is_office(name)


def test_lists_are_quoted_as_printed():
    text = "市农办〈农业局〉、各县(市、区)政府和市财政局等部门"
    found = read_bodies(text, 0, len(text))
    assert [text[a:b] for a, b in found.mentions] == ["市农办〈农业局〉", "各县(市、区)政府", "市财政局"]
    assert found.has_tail
