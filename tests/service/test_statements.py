from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from indexer.build import build_index
from indexer.generations import open_current
from service.engine import Engine
from service.translation import Translator
from tests.encoders import HashEncoder

TABLES = """# 江西省湖区养殖规划

江西省人民政府

2022年4月12日

## 一、目标

到2025年,湖区养殖更加绿色。

## 二、2026年大水面牧场目标

大水面牧场带动渔业。建成大水面牧场30个。

## 三、附则

为实现目标，必须实施三大行动：

一是实施增殖行动。放流鱼苗。

二是实施净水行动。清理围网。

三是实施品牌行动。培育湖鲜名牌。

大水面牧场由县管理。本规划所称大水面牧场,是指开展增殖放流的湖区。

表1 主要指标

| 序号 | 指标名称 | 单位 | 2020年 | 2025年 |
| --- | --- | --- | --- | --- |
| 1 | 水产良种覆盖率 | % | 70 | 85 |
| 2 | 养殖尾水达标排放率 | % | 55 | 90 |

表2 任务分工

| 序号 | 任务 | 牵头单位 | 配合单位 | 完成时限 |
| --- | --- | --- | --- | --- |
| 1 | 编制水域滩涂名录 | 省农业农村厅 | 省水利厅 | 2023年6月 |
| 2 | 建成鱼病监测平台 | 省科技厅 | 省农业农村厅 | 2024年10月 |
"""

ARTICLES = """安徽省湖泊渡口管理办法

第一章 总则

第一条 为了加强渡口管理，制定本办法。

第二章 经营

第二条 渡口经营单位应当履行下列职责：
（一）配备救生设备；
（二）每季度检修船只一次；
（三）公布咨询电话。

第三条 渡口经营单位的船只应当年检。渡运费由市县按1：1的比例补贴。本办法所称渡口，是指供人乘船过湖的地方。

第四条 县级交通运输主管部门负责渡口的监督管理工作。

第五条 先行做好巢湖、太平湖四个标准化渡口示范点以及芜湖县三个标准化渡口示范点工作。

第六条 客渡船安全合格率达到95%以上，标准化渡口示范点达到16个，其中省级10个。
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "texts").mkdir()
    (folder / "texts" / "jiangxi.md").write_text(TABLES, "utf-8")
    (folder / "texts" / "anhui.txt").write_text(ARTICLES, "utf-8")
    encoder = HashEncoder()
    data = Path(folder / "data")
    build_index([folder / "texts"], data, encoder=encoder)
    return Engine(open_current(data, encoder=encoder), encoder, Translator({}))


def test_a_number_in_a_table_has_its_unit_and_its_year(tables: Engine) -> None:
    answer = tables.answer("江西2025年养殖尾水达标排放率要达到多少?")

    assert [s.text for s in answer.statements] == ["江西省:养殖尾水达标排放率:2025年 90%。"]
    assert [c.path[-1] for c in answer.citations] == ["行2", "表1"]


def test_of_years_that_nobody_asks_for_all_are_told(tables: Engine) -> None:
    answer = tables.answer("江西水产良种覆盖率目标是多少?")

    assert [s.text for s in answer.statements] == ["江西省:水产良种覆盖率:2020年 70%;2025年 85%。"]


def test_who_leads_and_by_when_are_read_from_one_row(tables: Engine) -> None:
    answer = tables.answer("江西的鱼病监测平台由谁牵头、什么时候建成?")
    texts = [statement.text for statement in answer.statements]

    assert answer.status == "answered"
    assert texts == ["江西省:省科技厅牵头,省农业农村厅配合。", "江西省:建成鱼病监测平台:完成时限 2024年10月。"]


def test_a_table_is_quoted_in_an_english_answer(tables: Engine) -> None:
    answer = tables.answer("江西2025年养殖尾水达标排放率要达到多少?", language="en")

    assert answer.statements[0].text == "In Jiangxi, the table says: “养殖尾水达标排放率:2025年 90%”."


def test_how_many_and_who_leads_are_both_answered(provinces: Engine) -> None:
    answer = provinces.answer("江苏每年新增多少万亩高效节水灌溉面积、由谁牵头?")
    duty, number = answer.statements

    assert (answer.status, answer.uncovered) == ("answered", ())
    assert (duty.lead, duty.support) == (("省水利厅",), ("省农业农村厅", "省财政厅"))
    assert number.text == "江苏省:每年新增50万亩。"


def test_what_no_clause_says_is_named(provinces: Engine) -> None:
    answer = provinces.answer("江苏节水宣传周由谁负责、要花多少钱?")

    assert (answer.status, answer.reason, answer.uncovered) == ("partial", "no_supporting_clause", ("数量",))
    assert [statement.lead for statement in answer.statements] == [("省教育厅",)]
    assert answer.text.endswith("条款没有说明:数量。")


def test_what_no_clause_says_is_named_in_english(provinces: Engine) -> None:
    answer = provinces.answer("who leads 雨水收集 in Jiangsu, and by when?")

    assert (answer.status, answer.reason) == ("partial", "no_lead_named")
    assert answer.uncovered == ("the time",)
    assert answer.text.endswith("The clauses do not say: the time.")


def test_the_same_words_are_quoted_once(provinces: Engine) -> None:
    answer = provinces.answer("江苏要改造多少公里供水管网,什么时候完成?")

    assert [statement.text for statement in answer.statements] == [
        "江苏省:更新老旧供水管网,2021年底前完成改造1200公里。"
    ]
    assert answer.status == "answered"


def test_a_bracket_without_its_partner_is_left_out(provinces: Engine) -> None:
    for question in ("江苏供水管网什么时候改造完?", "江苏节水宣传周是哪个月?"):
        for statement in provinces.answer(question).statements:
            assert statement.text.count("(") == statement.text.count(")")


def test_the_items_below_the_line_that_announces_them_are_all_listed(tables: Engine) -> None:
    answer = tables.answer("安徽渡口经营单位要履行哪些职责?")

    assert [s.text for s in answer.statements][:3] == [
        "安徽省:（一）配备救生设备。",
        "安徽省:（二）每季度检修船只一次。",
        "安徽省:（三）公布咨询电话。",
    ]


def test_a_target_without_a_time_has_that_of_the_heading(tables: Engine) -> None:
    answer = tables.answer("江西的大水面牧场什么时候达到30个?")

    assert [s.text for s in answer.statements] == ["江西省:建成大水面牧场30个;时间:2026年。"]
    assert [c.path for c in answer.citations] == [("二", "¶1"), ("二",)]


def test_a_time_that_nothing_sets_is_refused(provinces: Engine) -> None:
    assert provinces.answer("江苏雨水收集设施什么时候建成?").status == "not_found"


def test_what_a_word_means_is_the_sentence_that_says_so(tables: Engine) -> None:
    answer = tables.answer("江西规划里的大水面牧场是什么意思?")

    assert answer.statements[0].text == "江西省:本规划所称大水面牧场,是指开展增殖放流的湖区。"


def test_a_question_that_finds_one_of_several_items_gets_them_all(tables: Engine) -> None:
    answer = tables.answer("江西的三大行动是哪些行动?")

    assert [s.text.partition("。")[0] for s in answer.statements][:3] == [
        "江西省:一是实施增殖行动",
        "江西省:二是实施净水行动",
        "江西省:三是实施品牌行动",
    ]


def test_a_quoted_name_that_no_clause_has_is_refused(tables: Engine) -> None:
    assert tables.answer("江西“湖鲜万里行”行动由谁牵头?").status == "not_found"


@pytest.mark.parametrize("question", ["安徽的渡船多久检修一次?", "how often are 船只 to be 检修 in Anhui?"])
def test_how_often_is_answered_with_what_comes_again(tables: Engine, question: str) -> None:
    (statement,) = tables.answer(question).statements

    assert "每季度检修船只一次" in statement.text


def test_how_often_is_not_answered_with_a_day(provinces: Engine) -> None:
    assert provinces.answer("江苏供水管网多久改造一次?").status == "not_found"


def test_a_ratio_is_one_number(tables: Engine) -> None:
    answer = tables.answer("安徽渡运费补贴的比例是多少?")

    assert [s.text for s in answer.statements] == ["安徽省:渡运费由市县按1：1的比例补贴。"]


def test_of_several_places_those_without_a_clause_are_named(tables: Engine) -> None:
    answer = tables.answer("安徽和江西,谁负责渡口的监督管理?")

    assert (answer.status, answer.uncovered) == ("partial", ("江西省",))
    assert answer.statements[0].lead == ("县级交通运输主管部门",)


def test_the_number_of_another_year_is_no_answer(tables: Engine) -> None:
    assert tables.answer("江西2023年要建成多少个大水面牧场?").status == "not_found"


BRANDS = """苏州市品牌工作计划
一、主要任务
(一)发挥协会作用。支持行业协会自律。选择2个行业协会承担苏州名牌产品的推荐工作。推动市政府设立质量奖。(市质监局、市工商联按职责分工负责)
(二)完善标准。国家和企业都要制定产品标准。地方产品标准由市标准化委员会制定。(市质监局负责)
"""


@pytest.mark.parametrize(
    ("question", "doer"),
    [
        ("苏州名牌产品由谁推荐?", "行业协会承担"),
        ("苏州质量奖由谁设立?", "市政府设立"),
        ("苏州地方产品标准由谁制定?", "市标准化委员会制定"),
        ("苏州名牌产品的推荐由谁负责?", "市质监局、市工商联"),
        ("苏州行业协会自律专项资金由谁推荐?", "市质监局、市工商联"),
    ],
)
def test_who_does_something_is_whom_the_text_says_to_do_it_and_not_who_answers_for_the_clause(
    engine_over: Callable[[Mapping[str, str]], Engine], question: str, doer: str
) -> None:
    assert doer in engine_over({"suzhou.txt": BRANDS}).answer(question).text


CARE = """苏州市花木管理办法
第一章 总则
第一条 市园林局是本市花木管理的主管部门,负责花木登记。规划、财政、公安等部门按照各自职责,做好花木管理的相关工作。
第二条 市发改委是市级花木苗圃的责任主体,区农业局、市林业站是区级花木苗圃的责任主体。
第三条 区农业局在十日内受理苗圃登记。苗圃登记的有效期限为五年。
"""


@pytest.mark.parametrize(
    ("question", "body"), [("花木管理的主管部门是哪个?", "市园林局"), ("市级花木苗圃的责任主体是谁?", "市发改委")]
)
def test_who_is_said_to_be_in_charge_is_answered_before_those_who_help(
    engine_over: Callable[[Mapping[str, str]], Engine], question: str, body: str
) -> None:
    answer = engine_over({"suzhou.txt": CARE}).answer(f"苏州市{question}")

    assert answer.text.startswith(f"苏州市:{body}负责。")


HANDED_OVER = """苏州市重点工作分工方案
一、高度重视。牵头单位要制定重点工作的细化方案,明确工作目标、具体措施和责任部门。各牵头单位于2月29日前将方案报送至市政府督查室。
二、加强协调。各单位要主动配合。
"""


def test_to_whom_something_goes_is_the_sentence_that_says_so(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    answer = engine_over({"suzhou.txt": HANDED_OVER}).answer("苏州市重点工作的细化方案报送给谁?")

    assert "市政府督查室" in answer.text


def test_a_term_is_a_time(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    answer = engine_over({"suzhou.txt": CARE}).answer("苏州市苗圃登记的有效期限是多久?")

    assert answer.text == "苏州市:苗圃登记的有效期限为五年。 [1]"


def test_within_how_many_days_is_not_answered_with_a_date(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    rules = "苏州市花木管理办法\n第一条 2021年7月1日起,苗圃登记在网上办理。市园林局应当在十日内办完登记。\n"
    answer = engine_over({"suzhou.txt": rules}).answer("苏州市苗圃登记几天内办理?")

    assert "应当在十日内办完登记" in answer.text


def test_lines_that_a_sentence_announces_are_quoted_with_it(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    rules = (
        "苏州市苗圃条例\n第一条 鼓励发展苗圃。\n第二条 市园林局在苗圃设立服务站。服务站为花木企业提供下列服务:\n"
        "引进良种,兴办基地;\n促进成果转化。\n花木价格应当公示。\n第三条 苗圃按区级体制管理。\n"
    )
    answer = engine_over({"suzhou.txt": rules}).answer("苏州市服务站为花木企业提供什么服务?")

    assert answer.text == "苏州市:服务站为花木企业提供下列服务:\n引进良种,兴办基地;\n促进成果转化。 [1]"
