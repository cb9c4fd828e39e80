"""Numbers that a text counts in another unit than the question names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from service.asked_units import find_asked_unit
from service.engine import Engine

RULES = """苏州市花木管理办法
第一条 花木行业协会由五名以上单数成员组成。
第二条 行业协会使用专项维护资金,必须经全体会员三分之二以上通过。
第三条 参加花木鉴定的,应当年满二十二周岁。
第四条 花木鉴定不收取任何费用。
第五条 温室的室温不低于18℃,苗圃免租五年,自2021年起算,3人以上可按集体登记。
第六条 擅自毁坏名木的,处实际损失三倍以上五倍以下的罚款。
"""


@pytest.fixture(scope="module")
def engine(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"suzhou.txt": RULES})


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("业主委员会要几个人?", "人"),
        ("调解委员会有多少个委员?", "人"),
        ("建几个人工湖?", "个"),
        ("陪审员要多大年纪?", "岁"),
        ("几个人以上算集体?", "人"),
        ("室温最低多少度?", "度"),
        ("减免几年?", "年"),
        ("how old must a juror be?", "岁"),
        ("建多大面积的公园?", None),
    ],
)
def test_the_unit_that_is_asked_for(question: str, unit: str | None) -> None:
    assert find_asked_unit(question) == unit


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("花木行业协会要几个人?", "五名以上单数成员"),
        ("动用维护资金要多少会员同意?", "三分之二以上"),
        ("参加花木鉴定要多大年纪?", "年满二十二周岁"),
        ("花木鉴定要交多少钱?", "不收取任何费用"),
        ("温室的室温最低多少度?", "不低于18℃"),
        ("苗圃免租几年?", "免租五年"),
        ("几个人以上可按集体登记?", "3人以上"),
        ("毁坏名木罚多少?", "三倍以上五倍以下"),
    ],
)
def test_a_number_is_found_in_the_words_of_the_text(engine: Engine, question: str, said: str) -> None:
    assert said in engine.answer(f"苏州市{question}").text


def test_a_matter_without_its_number_is_still_refused(engine: Engine) -> None:
    assert engine.answer("苏州市花木协会会费要交多少钱?").status == "not_found"
    assert engine.answer("苏州市花木鉴定奖励多少钱?").status == "not_found"
