from __future__ import annotations

from datetime import date

import pytest

from corpus.dates import find_dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014年7月2日", date(2014, 7, 2)),
        ("2014 年 07 月 02 日", date(2014, 7, 2)),
        ("二○○六年十二月十五日", date(2006, 12, 15)),
        ("二00五年六月十七日", date(2005, 6, 17)),
        ("二〇一九年三月二十一日", date(2019, 3, 21)),
        ("二零二零年十月三十日", date(2020, 10, 30)),
        ("发布日期 2014-07-29 11:35:00", date(2014, 7, 29)),
        ("2014/7/9", date(2014, 7, 9)),
        ("2014.7.29", date(2014, 7, 29)),
        ("民國 66 年 09 月 16 日", date(1977, 9, 16)),
        ("中華民國一百零七年十一月二十八日", date(2018, 11, 28)),
        ("中华民国一百一十年三月五日", date(2021, 3, 5)),
        ("民国九十六年六月一日", date(2007, 6, 1)),
    ],
)
def test_a_date_is_read_in_every_print(text, expected):
    assert [m.value for m in find_dates(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "2014年7月",
        "2014年2月30日",
        "1.2.3",
        "(2011-2020年)",
        "二〇二〇年",
        "民国66年2月30日",
        "民国时期",
        "12014-07-29",
    ],
)
def test_what_is_no_full_date_is_left_out(text):
    assert find_dates(text) == []


def test_a_mention_slices_back_to_the_print():
    text = "自2019年9月1日起施行"
    mention = find_dates(text)[0]
    assert text[mention.start : mention.end] == "2019年9月1日"
