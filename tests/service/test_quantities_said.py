from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from service.quantities_said import Said, dates_said, numbers_said, same_limits


@pytest.mark.parametrize(
    ("text", "value", "percent"),
    [
        ("50万亩", 500_000, False),
        ("500,000 mu", 500_000, False),
        ("五十万亩", 500_000, False),
        ("0.5 million mu", 500_000, False),
        ("三十五个", 35, False),
        ("thirty-five districts", 35, False),
        ("two hundred schools", 200, False),
        ("95%", 95, True),
        ("百分之九十五", 95, True),
        ("95 per cent", 95, True),
        ("2020年", 2020, False),
        ("二〇二〇年", 2020, False),
        ("in july 2020", 7, False),
        ("第十二条", 12, False),
        ("1.5倍", Decimal("1.5"), False),
    ],
)
def test_a_number_is_read_by_its_value(text, value, percent):
    assert (Decimal(value), percent) in {(said.value, said.percent) for said in numbers_said(text)}


def test_both_ends_of_a_range_are_numbers():
    assert {said.value for said in numbers_said("2至3家")} == {2, 3}


@pytest.mark.parametrize("text", ["统一管理", "一般要求", "one of the bodies", "no numbers"])
def test_words_that_only_look_like_numbers_are_none(text):
    assert numbers_said(text) == frozenset()


def test_a_unit_is_kept():
    assert numbers_said("35个") == {Said(Decimal(35), False, "个")}


def test_dates_in_two_languages():
    assert dates_said("2014年7月2日, 2 july 2014 and july 3, 2014") == [
        date(2014, 7, 2),
        date(2014, 7, 2),
        date(2014, 7, 3),
    ]
    assert dates_said("31 february 2014") == [None]


@pytest.mark.parametrize(
    ("sentence", "source", "same"),
    [
        ("不低于95%", "达到95%以上", True),
        ("at least 95%", "不低于95%", True),
        ("no more than 10%", "控制在10%以内", True),
        ("不超过10%", "超过10%", False),
        ("at least 95%", "提高到95%", False),
        ("提高到95%", "不低于95%", True),
    ],
)
def test_a_limit_needs_one_of_its_kind(sentence, source, same):
    assert same_limits(sentence, source) is same
