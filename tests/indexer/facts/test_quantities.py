from __future__ import annotations

from decimal import Decimal

import pytest

from indexer.facts.deadlines import find_deadlines
from indexer.facts.quantities import chinese_number, find_quantities


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二十三", 23),
        ("一百零五", 105),
        ("十", 10),
        ("二〇二〇", 2020),
        ("三万五千", 35000),
        ("两千", 2000),
        ("1,200", 1200),
    ],
)
def test_numerals(text, value):
    assert Decimal(value) == chinese_number(text)


@pytest.mark.parametrize("text", ["", "百货", "abc", "三x"])
def test_no_numerals(text):
    assert None is chinese_number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5万辆", [(Decimal(15000), None, "辆")]),
        ("2—3亿元", [(Decimal(200000000), Decimal(300000000), "元")]),
        ("3个百分点", [(Decimal(3), None, "个百分点")]),
        ("千分之三", [(Decimal(3), None, "‰")]),
        ("增长1. 5%", [(Decimal("1.5"), None, "%")]),
        ("达到 12. 6万元", [(Decimal(126000), None, "元")]),
        ("1. 5万亩", [(Decimal(50000), None, "亩")]),
        ("500MW", []),
        ("2014年", []),
        ("pm2.5", []),
    ],
)
def test_quantities(text, expected):
    assert expected == [(q.value, q.upper, q.unit) for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2020年底", "2020-12-31"),
        ("2015年2月底前", "2015-02-28"),
        ("2024年上半年", "2024-06-30"),
        ("年底前", "2016-12-31"),
        ("“十二五”末", "2015"),
        ("每季度末", "每季度末"),
        ("6月15日前", "2016-06-15"),
    ],
)
def test_deadlines(text, expected):
    assert [expected] == [d.value for d in find_deadlines(text, year=2016)]
