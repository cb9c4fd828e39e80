from __future__ import annotations

import pytest

from corpus.document_numbers import by_number_prefix, find_numbers


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("鲁政办发〔2014〕5号", "山东省"),
        ("藏政办发〔2014〕65号", "西藏自治区"),
        ("內政發〔2015〕92號", "内蒙古自治区"),
        ("浙政办发〔2014〕75号", "浙江省"),
        ("川办发〔2019〕3号", "四川省"),
        ("沪府发〔2018〕12号", "上海市"),
        ("粤府办〔2014〕22号", "广东省"),
        ("赣府厅发〔2019〕1号", "江西省"),
        ("鲁质监发〔2014〕1号", "山东省"),
        ("湘财教〔2020〕11号", "湖南省"),
        ("温政办〔2014〕98号", "温州市"),
        ("甬政办发〔2020〕21号", "宁波市"),
        ("穗府办〔2019〕1号", "广州市"),
        ("苏府〔2019〕1号", "苏州市"),
        ("苏政发〔2019〕1号", "江苏省"),
        ("阿署发〔2016〕1号", "阿拉善盟"),
        ("恩施州政办发〔2016〕33号", "恩施土家族苗族自治州"),
        ("江苏省人民政府令第130号", "江苏省"),
        ("国办发〔2014〕18号", "全国"),
        ("国务院令第588号", "全国"),
        ("法释〔2018〕6号", "全国"),
        ("财税〔2016〕36号", "全国"),
        ("DB31/T 1544—2024", "上海市"),
        ("DB3201/T 1001—2020", "南京市"),
    ],
)
def test_a_number_says_whose_it_is(number, name):
    region = by_number_prefix(number)
    assert region is not None
    assert region.name == name


@pytest.mark.parametrize("number", ["", "DB99/T 1—2020", "第5号", "嘉政发〔2019〕1号", "2014年", "某发〔2014〕1号"])
def test_a_sign_that_is_shared_or_unknown_says_nothing(number):
    assert by_number_prefix(number) is None


def test_every_province_has_a_sign():
    signs = "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新"
    regions = [by_number_prefix(f"{sign}政办发〔2014〕1号") for sign in signs]
    assert [r is not None and r.level == "省" for r in regions] == [True] * 31
    assert len({r.code for r in regions if r}) == 31


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("根据鲁政发〔2012〕30号文件精神", ["鲁政发〔2012〕30号"]),
        ("《决定》(內政發〔2015〕92 號)精神", ["內政發〔2015〕92號"]),
        ("按照国办发[2014]18号和浙政办发（2014）75号要求", ["国办发[2014]18号", "浙政办发（2014）75号"]),
        ("文      号 藏政办发〔2014〕65号", ["藏政办发〔2014〕65号"]),
        ("中华人民共和国主席令第四十三号", ["中华人民共和国主席令第四十三号"]),
        ("《排污许可管理条例》（国务院令第736号）", ["国务院令第736号"]),
        ("《质量发展纲要(2011-2020年)》", []),
        ("办公室电话12345号", []),
    ],
)
def test_numbers_are_found_without_the_words_before_them(text, numbers):
    assert [m.number for m in find_numbers(text)] == numbers


def test_a_mention_slices_back_to_the_print():
    text = "见(內政發〔2015〕92 號)"
    mention = find_numbers(text)[0]
    assert text[mention.start : mention.end] == "內政發〔2015〕92 號"
