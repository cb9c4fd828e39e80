from __future__ import annotations

from typing import Any

import pytest

from service.engine import Engine
from service.ranking import ranking_weights


@pytest.fixture
def signals(provinces: Engine) -> Any:
    def find(question: str) -> dict[str, float]:
        sight = provinces.observe(question)
        assert sight is not None
        return dict(sight.signals)

    return find


def test_every_signal_has_a_weight_and_every_weight_its_signal(signals: Any) -> None:
    assert set(signals("江苏的节水灌溉由谁牵头?")) == set(ranking_weights()["confidence"]) - {"bias"}


def test_a_clause_that_answers_covers_the_topic_and_lacks_nothing(signals: Any) -> None:
    found = signals("江苏的节水灌溉由谁牵头?")

    assert found["coverage"] == pytest.approx(1.0)
    assert (found["known"], found["suits"]) == (1.0, 1.0)
    assert {found[name] for name in ("elsewhere", "missing_known", "missing_unknown", "missing_most")} == {0.0}


def test_a_topic_that_another_region_has_shows(signals: Any) -> None:
    found = signals("江苏的茶叶品牌由谁牵头?")

    assert found["elsewhere"] > 0.5
    assert found["missing_known"] > 0.5
    assert signals("四川的茶叶品牌由谁牵头?")["elsewhere"] == 0.0


def test_words_that_no_clause_has_show(signals: Any) -> None:
    found = signals("江苏的航天火箭由谁牵头?")

    assert found["missing_unknown"] + found["missing_known"] > 0.9
    assert found["missing_most"] > 0.3


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("四川实际改造了多少亩茶园?", "result"),
        ("江苏供水管网要改造多少吨?", "unit"),
        ("江苏省教育厅的电话是多少?", "detail"),
        ("江苏省教育厅厅长叫什么名字?", "detail"),
        ("四川低产茶园不改造会怎么处罚?", "detail"),
        ("四川的“区域公用品牌”是指哪些品牌?", "detail"),
        ("四川的低产茶园改造由谁审批?", "detail"),
        ("what is the capital of France?", "english"),
        ("???", "empty"),
        ("江苏的“千吨万人”节水灌溉", "quoted"),
    ],
)
def test_what_speaks_against_an_answer_is_seen(signals: Any, question: str, name: str) -> None:
    assert signals(question)[name] == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["result", "unit", "detail", "english", "empty", "quoted", "year"])
def test_a_plain_question_shows_none_of_it(signals: Any, name: str) -> None:
    assert signals("江苏供水管网改造多少公里?")[name] == 0.0


def test_years_that_disagree_are_below_zero(signals: Any) -> None:
    assert signals("2005年江苏的节水灌溉目标")["year"] < 0.0
    assert signals("2019年江苏的节水灌溉目标")["year"] == 0.0


def test_the_thing_whose_number_is_asked_may_be_missing(signals: Any) -> None:
    assert signals("江苏要建成多少个绿道?")["asked"] > 0.5
    assert signals("江苏要建成多少个灌区?")["asked"] == 0.0


def test_what_is_asked_for_and_there_is_not_missing(signals: Any) -> None:
    assert signals("违法移植古树会怎么处罚?")["detail"] == 0.0
    assert signals("四川的茶叶博览会由谁参加?")["detail"] == 0.0


def test_a_verb_that_no_clause_has_weighs_less_than_a_noun(signals: Any) -> None:
    verb, noun = signals("江苏赶紧做的节水灌溉目标"), signals("江苏骆驼的节水灌溉目标")
    assert 0.0 < verb["missing_unknown"] < noun["missing_unknown"]


def test_a_kind_that_no_text_has_is_missing_where_the_thing_is_common(engine_over: Any) -> None:
    goods = ("茶叶", "丝绸", "大米", "水蜜桃", "大闸蟹", "杨梅", "枇杷", "莲藕")
    lines = [f"{n}.做好{name}的地理标志工作。(市质监局牵头)" for n, name in enumerate(goods, 1)]
    lines += [f"{n}.提高{name}的质量。(市农业局牵头)" for n, name in enumerate(goods * 3, len(goods) + 1)]
    lines.append(f"{len(lines) + 1}.检查栈道。(市旅游局牵头)")
    plan = "\n".join(["苏州市质量工作计划", "一、主要任务", *lines, ""])
    engine = engine_over({"suzhou.txt": plan})

    def missing(question: str) -> float:
        sight = engine.observe(question)
        assert sight is not None
        return sight.signals["asked"]

    assert missing("苏州市骆驼的地理标志由谁负责?") == 1.0
    assert missing("苏州市骆驼地理标志由谁牵头?") == 1.0
    assert missing("苏州市莲藕的地理标志由谁负责?") == 0.0
    # A rare thing is found by its own name.
    assert missing("苏州市骆驼的栈道由谁检查?") == 0.0


def test_an_office_that_a_prize_is_named_after_does_not_say_who_holds_it(engine_over: Any) -> None:
    plan = "苏州市质量计划\n一、主要任务\n(一)设立奖励。推进市长质量奖评选。(市质监局、市财政局按职责分工负责)\n"
    engine = engine_over({"suzhou.txt": plan})

    assert engine.answer("苏州市的市长是谁?").status == "not_found"
    assert engine.answer("苏州市长质量奖评选由谁负责?").status == "answered"


def test_measures_on_a_matter_that_no_clause_names_are_not_those_on_its_neighbour(engine_over: Any) -> None:
    plan = (
        "苏州市质量计划\n一、主要任务\n(一)保护消费者。开展电信行业消费维权行动。(市工商局负责)\n"
        "(二)发展电商。创建电子商务示范城市。(市商务局负责)\n"
    )
    engine = engine_over({"suzhou.txt": plan})

    assert engine.answer("苏州市打击电信诈骗的措施").status == "not_found"
    assert engine.answer("苏州市骆驼电商有哪些扶持政策?").status == "not_found"
    assert engine.answer("苏州市渔民电商补贴标准").status == "not_found"
    assert engine.answer("What is Suzhou's policy on bitcoin e-commerce?").status == "not_found"
    # Pingjiang may be a place in Suzhou.
    sight = engine.observe("What policy on e-commerce does Pingjiang have?")
    assert sight is not None
    assert sight.signals["asked"] == 0.0
    assert engine.answer("苏州市电信行业消费维权有哪些措施?").status == "answered"
    assert engine.answer("苏州市网购有什么措施?").status == "answered"


@pytest.mark.parametrize(
    "question", ["苏州市参加质量小组活动有什么奖励?", "苏州市质量投诉热线号码", "苏州市重点用能单位的名单"]
)
def test_what_somebody_gets_a_number_and_a_list_of_names_have_to_be_there(engine_over: Any, question: str) -> None:
    plan = (
        "苏州市质量计划\n一、主要任务\n(一)开展活动。企业广泛参加质量小组活动。(市质监局负责)\n"
        "(二)畅通投诉。开通质量投诉热线,畅通质量投诉渠道。(市质监局负责)\n"
        "(三)加强计量。加强重点用能单位计量监管。(市质监局负责)\n"
        "(四)鼓励创新。对创新企业给予奖励5万元,公布12365投诉电话。(市财政局负责)\n"
    )
    engine = engine_over({"suzhou.txt": plan})

    assert engine.answer(question).status == "not_found"
    assert engine.answer("苏州市创新企业有什么奖励?").status == "answered"
