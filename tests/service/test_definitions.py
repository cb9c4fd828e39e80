from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from service.definitions import defining_words
from service.engine import Engine
from service.topic import Term


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("首席质量官", "首席质量官是指企业的质量负责人"),
        ("五小", "开展“五小”(小建议、小革新、小攻关、小发明、小创造)活动"),
        ("三水共治", "构建治污水、防洪水、保供水“三水共治”体系"),
    ],
)
def test_what_says_what_a_name_means(name: str, text: str) -> None:
    found = defining_words([Term(name, (name,))])

    assert found is not None
    assert found.search(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("三水共治", "加强统筹、协调“三水共治”工作"),
        ("三水共治", "构建治污水、防洪水、保供水体系,推进“三水共治”"),
        ("质量月", "治污水、防洪水、保供水“质量月”活动"),
    ],
)
def test_what_only_uses_a_name(name: str, text: str) -> None:
    found = defining_words([Term(name, (name,))])

    assert found is not None
    assert not found.search(text)


def test_a_name_without_weight_is_not_asked_about() -> None:
    assert defining_words([Term("工作", ("工作",), light=True)]) is None


def test_what_a_counted_name_takes_in_is_quoted(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    plan = "苏州市治水计划\n一、主要任务\n(一)加快治水。构建治污水、防洪水、保供水“三水共治”体系。\n"
    answer = engine_over({"suzhou.txt": plan}).answer("苏州市的“三水共治”指哪三水?")

    assert "治污水、防洪水、保供水“三水共治”" in answer.text


def test_a_name_of_two_words_is_not_defined_by_what_one_of_them_means(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    rules = (
        "苏州市供水条例\n第一条 本条例所称城市供水,是指公共供水和生活饮用水二次供水(以下简称二次供水)。\n"
        "二次供水,是指以蓄存加压设施提供用水。\n第二条 发展城市供水事业。\n"
    )
    answer = engine_over({"suzhou.txt": rules}).answer("什么是二次供水?")

    assert "是指以蓄存加压设施提供用水" in answer.text


def test_what_a_name_of_a_place_takes_in_is_what_the_text_says_it_is(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    rules = (
        "太湖保护条例\n第一条 太湖流域各级政府负责太湖保护。\n"
        "第二条 本条例所称太湖流域,是指苏州市、无锡市和湖州市的部分区域。\n第三条 太湖流域禁止围湖。\n"
    )
    answer = engine_over({"taihu.txt": rules}).answer("太湖流域包括哪些地方?")

    assert "是指苏州市、无锡市和湖州市的部分区域" in answer.text


@pytest.mark.parametrize(("name", "said"), [("物业公司", "是指从事房屋养护的组织"), ("业委会", "是指由居民推选的组织")])
def test_a_short_name_means_what_the_full_one_does(
    engine_over: Callable[[Mapping[str, str]], Engine], name: str, said: str
) -> None:
    rules = (
        "苏州市住宅区管理办法\n第一条 住宅区实行自治。\n第二条 本办法所称物业服务企业,是指从事房屋养护的组织。\n"
        "第三条 本办法所称业主委员会,是指由居民推选的组织。\n"
    )
    assert said in engine_over({"suzhou.txt": rules}).answer(f"苏州市{name}是什么意思?").text


def test_what_a_name_means_is_all_that_its_list_says(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    rules = (
        "苏州市花木奖励办法\n第一条 奖励护绿人员。\n第二条 本办法所称护绿人员是指有下列行为之一的人员:\n"
        "(一)补种古树的;\n(二)救治名木的。\n第三条 对护绿人员给予下列奖励:\n(一)颁发奖状;\n(二)发给护绿奖金。\n"
    )
    answer = engine_over({"suzhou.txt": rules}).answer("苏州市护绿人员是指哪些人?")

    assert "补种古树" in answer.text
    assert "救治名木" in answer.text
    assert "奖状" not in answer.text
