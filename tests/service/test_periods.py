from __future__ import annotations

from datetime import date

import pytest

from corpus.model import Metadata
from service.periods import document_years, find_periods, find_years, is_plan, last_term, nearest_period


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2014年的目标", {2014}),
        ("2019—2022年行动计划", {2019, 2020, 2021, 2022}),
        ("2019年至2021年", {2019, 2020, 2021}),
        ("from 2019 to 2021", {2019, 2020, 2021}),
        ("“十一五”期间", {2006, 2007, 2008, 2009, 2010}),
        ("十四五规划", {2021, 2022, 2023, 2024, 2025}),
        ("第十四个五年规划和2035年远景目标纲要", {2021, 2022, 2023, 2024, 2025, 2035}),
        ("the 13th Five-Year Plan", {2016, 2017, 2018, 2019, 2020}),
        ("eleventh five-year plan", {2006, 2007, 2008, 2009, 2010}),
        ("二〇一四年", {2014}),
        ("一九九八年", {1998}),
        ("2019年", {2019}),
    ],
)
def test_names_every_year(text: str, years: set[int]) -> None:
    assert find_years(text) == years


@pytest.mark.parametrize(
    "text", ["", "十一月五日", "热线12345", "奖励20000元", "五年内", "within five years", "十五个项目"]
)
def test_takes_no_other_number_for_a_year(text: str) -> None:
    assert find_years(text) == frozenset()


def test_a_range_that_runs_backwards_or_over_a_lifetime_is_two_years() -> None:
    assert find_years("2022-2019年") == {2019, 2022}
    assert find_years("1900-2020年") == {1900, 2020}


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("2006年和2014年的计划", [{2006}, {2014}]),
        ("2014年计划和十一五规划", [{2014}, {2006, 2007, 2008, 2009, 2010}]),
        ("2019—2021年和2019—2021年", [{2019, 2020, 2021}]),
        ("from 2019 to 2021, and in 2014", [{2019, 2020, 2021}, {2014}]),
        ("品牌培育", []),
    ],
)
def test_each_mention_is_a_period_of_its_own(text: str, periods: list[set[int]]) -> None:
    assert list(find_periods(text)) == periods


def test_the_nearest_period_is_the_one_that_fits_best() -> None:
    plan = frozenset(range(2021, 2026))

    assert nearest_period(plan, [frozenset({2023}), plan]) == 1
    assert nearest_period(frozenset({2023}), [frozenset({2023}), plan]) == 0
    assert nearest_period(plan, [frozenset({2022}), frozenset({2023})]) is None
    assert nearest_period(plan, [frozenset({2014})]) is None


def test_a_document_is_of_the_years_of_its_titles_and_of_its_date() -> None:
    metadata = Metadata(title="2019—2020年行动计划", notice_title="关于印发计划的通知", issued_on=date(2018, 12, 30))

    assert document_years(metadata) == {2018, 2019, 2020}
    assert document_years(Metadata(title="行动计划")) == frozenset()


@pytest.mark.parametrize(
    ("title", "plan"),
    [
        ("2014年质量强市建设行动计划", True),
        ("关于做好2019年春运工作的通知", True),
        ("关于加快川茶产业发展的意见", True),
        ("中华人民共和国公司法(2018年修正)", False),
        ("江苏省计划生育条例", False),
        ("2019年版产业结构调整指导目录", False),
        ("", False),
    ],
)
def test_a_plan_is_told_from_a_rule_that_stands(title: str, plan: bool) -> None:
    assert is_plan(Metadata(title=title)) is plan


@pytest.mark.parametrize(
    ("texts", "year"),
    [
        (["到2020年,建成绿道1920公里", "2018年4月2日"], 2020),
        (["到 2020 年底,质量总体水平明显提升"], 2020),
        (["2021年底前完成改造", "2022年6月底前报送"], 2022),
        (["比2015年下降20%", "《质量发展纲要(2011-2020年)》"], None),
        ([], None),
    ],
)
def test_the_last_term_of_a_text(texts: list[str], year: int | None) -> None:
    assert last_term(texts) == year
