from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from corpus.model import Target
from service.numbers import ANY_UNIT, best_numbers
from service.topic import Term
from tests.lone_clauses import make_clause, make_topic, words_of


def test_the_number_that_belongs_to_the_topic_is_taken() -> None:
    clause = make_clause("到2022年,用水量下降20%,管网漏损率控制在10%以内,建成灌区35个。")

    assert words_of(clause, best_numbers(clause, *make_topic("漏损率")).ranges) == ["管网漏损率控制在10%以内"]
    assert words_of(clause, best_numbers(clause, *make_topic("灌区")).ranges) == ["建成灌区35个"]


def test_a_number_of_the_thing_that_is_counted_goes_before_numbers_of_others() -> None:
    clause = make_clause("工业产品抽检合格率达到90%,主要农产品优质、安全,监测合格率达到96%。")
    topic, weights = make_topic("农产品", "抽检合格率")

    evidence = best_numbers(clause, topic, weights, counted=topic)

    assert words_of(clause, evidence.ranges) == ["主要农产品优质、安全,监测合格率达到96%"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("示范区",), "建成示范区16个"),
        (("国家级", "示范区"), "建成示范区16个,其中国家级10个"),
        (("省级", "示范区"), "建成示范区16个,其中国家级10个,省级6个"),
        (("标准",), "制定标准3项"),
    ],
)
def test_a_part_is_counted_with_its_whole(words: tuple[str, ...], said: str) -> None:
    clause = make_clause("建成示范区16个,其中国家级10个,省级6个。制定标准3项。")
    topic, weights = make_topic(*words)

    assert words_of(clause, best_numbers(clause, topic, weights, counted=topic).ranges) == [said]


def test_a_number_is_counted_in_the_unit_that_is_asked_for() -> None:
    clause = make_clause("培育基地12个,覆盖基地15万亩。")
    topic = make_topic("基地")

    assert words_of(clause, best_numbers(clause, *topic, unit="亩").ranges) == ["覆盖基地15万亩"]
    assert words_of(clause, best_numbers(clause, *topic, unit="处").ranges) == ["培育基地12个"]
    assert best_numbers(clause, *topic, unit="吨").ranges == ()


def test_where_things_are_counted_no_share_is_taken() -> None:
    clause = make_clause("80%以上员工受过培训,完成率提高2个百分点,培训员工500人次。")

    assert words_of(clause, best_numbers(clause, *make_topic("员工", "培训"), unit=ANY_UNIT).ranges) == [
        "培训员工500人次"
    ]
    assert best_numbers(make_clause("80%以上员工受过培训。"), *make_topic("员工"), unit=ANY_UNIT).ranges == ()


def test_the_unit_of_a_row_stands_in_a_cell_of_its_own() -> None:
    target = Target((2, 8), "国际标准\t项", "国际标准", "=", Decimal(30), "项")
    row = replace(make_clause("3\t国际标准\t项\t15\t30", targets=(target,)), path=("表1", "行3"))

    for unit in ("项", ANY_UNIT):
        assert best_numbers(row, *make_topic("国际标准"), unit=unit).ranges
    assert best_numbers(row, *make_topic("国际标准"), unit="家").ranges == ()


def test_the_number_of_a_heading_is_no_answer() -> None:
    clause = make_clause("3.推广灌溉\n新增灌溉50万亩。", "3.推广灌溉")

    assert words_of(clause, best_numbers(clause, *make_topic("灌溉")).ranges) == ["新增灌溉50万亩"]


def test_the_number_of_a_clause_that_is_its_own_label_is_one() -> None:
    clause = make_clause("3.新增灌溉50万亩。", "3.新增灌溉50万亩。")

    assert words_of(clause, best_numbers(clause, *make_topic("灌溉"), unit="亩").ranges) == ["3.新增灌溉50万亩"]


def test_a_number_behind_a_quotation_comes_with_all_of_it() -> None:
    clause = make_clause("其中“提升水平,优化供水”方面任务9项,节水方面任务5项。")

    assert words_of(clause, best_numbers(clause, *make_topic("供水"), unit="项").ranges) == [
        "“提升水平,优化供水”方面任务9项"
    ]


def test_a_word_inside_a_longer_word_is_another_word() -> None:
    clause = make_clause("主要农产品质量安全合格率95%以上,产品质量合格率90%以上。")
    evidence = best_numbers(clause, *make_topic("产品质量", "合格率"))

    assert words_of(clause, evidence.ranges) == ["产品质量合格率90%以上"]


def test_of_two_numbers_the_one_of_the_kind_that_is_asked_for_is_taken() -> None:
    clause = make_clause("对购车企业给予30%补贴,单车补贴不超过10万元。")

    assert words_of(clause, best_numbers(clause, *make_topic("补贴", "钱")).ranges) == ["单车补贴不超过10万元"]
    assert words_of(clause, best_numbers(clause, *make_topic("补贴", "比例")).ranges) == ["对购车企业给予30%补贴"]


def test_the_number_of_an_article_is_no_number() -> None:
    clause = make_clause("第八条 二次供水费用计入供水价格。")

    assert best_numbers(clause, *make_topic("供水")).ranges == ()


def test_the_note_behind_a_number_is_no_part_of_it() -> None:
    clause = make_clause("绿化覆盖率达到40%(市林业局负责)。")

    assert words_of(clause, best_numbers(clause, *make_topic("覆盖率")).ranges) == ["绿化覆盖率达到40%"]


def test_people_are_counted_in_units_of_people() -> None:
    clause = make_clause("六个地区局配置检测员工具箱,培训员工500人次,招聘员工20人。")
    evidence = best_numbers(clause, *make_topic("员工"), unit="名")

    assert words_of(clause, evidence.ranges) == ["招聘员工20人"]


def test_several_numbers_are_taken_where_several_are_asked_for() -> None:
    clause = make_clause("城镇污水集中处理率达到55%以上,城镇垃圾处理率达到60%以上,造林5万公顷。")
    topic = make_topic("城镇", "污水", "垃圾处理率")
    evidence = best_numbers(clause, *topic, several=True)

    assert words_of(clause, evidence.ranges) == ["城镇污水集中处理率达到55%以上", "城镇垃圾处理率达到60%以上"]
    assert len(best_numbers(clause, *topic).ranges) == 1


def test_a_further_number_may_have_another_unit() -> None:
    clause = make_clause("抽检样品达到1000个以上,抽检合格率70%以上。")
    evidence = best_numbers(clause, *make_topic("抽检", "样品", "合格率"), unit="个", several=True)

    assert words_of(clause, evidence.ranges) == ["抽检样品达到1000个以上", "抽检合格率70%以上"]


def test_a_thing_without_a_number_is_not_given_its_neighbours() -> None:
    clause = make_clause("有效减少PM2.5排放;淘汰1.5万辆黄标车。")

    assert best_numbers(clause, *make_topic("pm2.5")).ranges == ()


def test_a_number_counts_what_was_said_before_it() -> None:
    clause = make_clause("淘汰黄标车,2014年完成1.5万辆。")

    assert words_of(clause, best_numbers(clause, *make_topic("黄标车")).ranges) == ["2014年完成1.5万辆"]


def test_a_number_that_counts_another_noun_of_its_stretch_is_no_answer() -> None:
    clause = make_clause("选择1至2个行业协会承担名牌产品的推荐和审核工作。")
    product, body = [[Term(word, (word,))] for word in ("名牌产品", "行业协会")]

    assert best_numbers(clause, *make_topic("名牌产品"), unit="个", counted=product).ranges == ()
    assert best_numbers(clause, *make_topic("行业协会"), unit="个", counted=body).ranges
    assert best_numbers(make_clause("培育名牌产品19个。"), *make_topic("名牌产品"), unit="个", counted=product).ranges


def test_numbers_of_years_that_are_not_asked_for_give_way() -> None:
    clause = make_clause("2022年,新建基站2600个。到2024年,建成基站1万个。")
    ranges = best_numbers(clause, *make_topic("基站"), years=frozenset([2024])).ranges

    assert words_of(clause, ranges) == ["建成基站1万个"]
    assert len(best_numbers(clause, *make_topic("基站"), years=frozenset([2023])).ranges) == 2


def test_a_limit_that_is_asked_for_goes_before_another_number() -> None:
    clause = make_clause("给予企业人才指标1名,同一企业最多不超过10名。")
    topic = make_topic("企业", "人才")
    counted = topic[0][1:]

    asked = best_numbers(clause, *topic, counted=counted, wording="同一企业最多给几名人才")
    assert words_of(clause, asked.ranges) == ["同一企业最多不超过10名"]
    assert words_of(clause, best_numbers(clause, *topic, counted=counted).ranges) == ["给予企业人才指标1名"]


def test_a_limit_that_says_whom_a_question_is_about_is_not_asked_for() -> None:
    clause = make_clause("投资额在5亿元以上的项目,按投资额的3%给予奖励。")
    topic = make_topic("项目", "投资额", "奖励")

    asked = best_numbers(clause, *topic, wording="投资额5亿元以上的项目奖励多少")
    assert words_of(clause, asked.ranges)[-1] == "按投资额的3%给予奖励"


def test_a_sum_is_that_of_those_who_are_named_before_it() -> None:
    clause = make_clause("第八条 对首次通过省级认定的苗圃,给予一次性奖励8万元;对重新认定的苗圃给予奖励6万元。")

    assert words_of(clause, best_numbers(clause, *make_topic("首次", "认定", "苗圃"), unit="元").ranges) == [
        "第八条 对首次通过省级认定的苗圃,给予一次性奖励8万元"
    ]


def test_a_condition_is_quoted_with_what_follows_from_it() -> None:
    clause = make_clause("(三)室温低于14℃的,全额退还热费。")

    assert words_of(clause, best_numbers(clause, *make_topic("室温", "热费")).ranges) == [
        "(三)室温低于14℃的,全额退还热费"
    ]
