"""What happens to those who break a rule is answered from the article that punishes it, not from the rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from service.engine import Engine

RULES = """苏州市公共停车场管理办法
第一章 总则
第一条 为规范公共停车场的管理,制定本办法。
第二章 经营
第二条 公共停车场经营者应当在入口公示收费标准。
第三条 公共停车场经营者应当保持消防通道畅通,不得堆放杂物。
第四条 经营者应当妥善保管车辆信息,不得出售车主的个人信息。
第三章 法律责任
第五条 违反本办法第二条规定的,由市场监管部门责令改正;逾期不改正的,处一千元以上五千元以下罚款。
第六条 停车场经营者有下列行为之一的,由公安机关给予警告,并处一万元以下罚款:
(一)出售车主个人信息的;
(二)阻挠检查的。
第七条 对免费的服务收费或者变相收费的,依照前款规定给予处罚。
第八条 加油站违反国家规定收取费用的,由市场监管部门责令退还费用;情节严重的,对主管人员给予警告,予以公告。
第九条 本办法第二条至第六条规定的行政处罚由有关部门决定。
第四章 附则
第十条 本办法自2023年1月1日起施行。
"""


@pytest.fixture(scope="module")
def engine(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"parking.txt": RULES})


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "苏州市公共停车场经营者不公示收费标准怎么处罚?",
            "由市场监管部门责令改正;逾期不改正的,处一千元以上五千元以下罚款",
        ),
        ("苏州市公共停车场经营者不公示收费标准罚多少钱?", "处一千元以上五千元以下罚款"),
    ],
)
def test_an_article_punishes_who_breaks_another_by_its_number(engine: Engine, question: str, words: str) -> None:
    answer = engine.answer(question)

    assert [citation.clause_id for citation in answer.citations] == ["parking/第三章/第五条"]
    assert words in answer.text


def test_an_item_is_told_with_the_line_that_punishes_it(engine: Engine) -> None:
    answer = engine.answer("苏州市停车场出售车主个人信息会受到什么处罚?")

    assert [citation.clause_id for citation in answer.citations] == [
        "parking/第三章/第六条",
        "parking/第三章/第六条/(一)",
    ]
    assert "由公安机关给予警告,并处一万元以下罚款" in answer.text


def test_a_rule_that_nothing_punishes_is_no_answer(engine: Engine) -> None:
    assert engine.answer("苏州市停车场在消防通道堆放杂物怎么处罚?").status == "not_found"


def test_a_question_for_the_rule_is_answered_from_the_rule(engine: Engine) -> None:
    answer = engine.answer("苏州市公共停车场的收费标准要在哪里公示?")

    assert [citation.clause_id for citation in answer.citations] == ["parking/第二章/第二条"]


def test_of_several_penalties_the_one_for_the_conduct_is_taken(engine: Engine) -> None:
    answer = engine.answer("苏州市加油站乱收费的怎么处罚?")

    assert [citation.clause_id for citation in answer.citations] == ["parking/第三章/第八条"]
    assert "责令退还费用" in answer.text


GRADES = """苏州市质量强市工作计划
一、主要目标
监督抽查合格率达到95%,质量合格率稳步提高。
二、保障措施
(一)质量考核。市政府对各县(市、区)质量工作进行考核。对考核结果为A级的,给予资金奖励。对考核结果为D级的,当年不得参加评奖。
"""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("苏州市质量工作考核不合格会怎么样?", "当年不得参加评奖"),
        ("苏州市考核D级会有什么后果?", "当年不得参加评奖"),
        ("What are the consequences of a D rating in Suzhou?", "当年不得参加评奖"),
        ("苏州市考核结果为A级的怎么办?", "给予资金奖励"),
        ("What happens to counties rated A in Suzhou?", "给予资金奖励"),
    ],
)
def test_what_follows_from_a_grade_is_said_of_that_grade(
    engine_over: Callable[[Mapping[str, str]], Engine], question: str, words: str
) -> None:
    answer = engine_over({"suzhou.txt": GRADES}).answer(question)

    assert [words in statement.text for statement in answer.statements] == [True]


@pytest.mark.parametrize("question", ["苏州市考核结果为B级的怎么处理?", "What happens to counties rated B in Suzhou?"])
def test_a_grade_that_the_text_does_not_name_is_not_answered_for(
    engine_over: Callable[[Mapping[str, str]], Engine], question: str
) -> None:
    assert engine_over({"suzhou.txt": GRADES}).answer(question).status == "not_found"


MARKS = """苏州市节水标志管理办法
第一章 使用
第一条 节水标志由市水利局制定。
第二条 节水标志不得用于:
(一)商标或者广告;
(二)商品的包装。
第三条 申请使用节水标志的企业应当具备下列条件:
(一)依法登记;
(二)用水达到定额。
第二章 罚则
第四条 阻碍节水工作人员履行职责的,依法给予治安管理处罚。
第五条 违反本办法第二条的规定,擅自使用节水标志的,处一万元以下罚款。
"""


@pytest.fixture(scope="module")
def marks(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"marks.txt": MARKS})


def test_the_article_on_the_conduct_is_taken_though_the_question_has_another_verb(marks: Engine) -> None:
    assert "处一万元以下罚款" in marks.answer("苏州市滥用节水标志怎么处罚?").text


def test_an_item_is_quoted_with_the_line_that_it_ends(marks: Engine) -> None:
    answer = marks.answer("苏州市节水标志可以用在商标或者广告上吗?")

    assert "不得用于" in answer.statements[0].text
    assert [citation.clause_id for citation in answer.citations] == [
        "marks/第一章/第二条",
        "marks/第一章/第二条/(一)",
    ]


def test_conditions_are_all_given(marks: Engine) -> None:
    text = marks.answer("苏州市企业申请使用节水标志要满足什么条件?").text

    assert "依法登记" in text
    assert "用水达到定额" in text


def test_who_looks_into_a_breach_does_not_say_how_it_is_punished(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    rules = "苏州市花木管理办法\n第一条 市园林局负责花木登记,查处毁坏花木的行为。\n第二条 鼓励市民种植花木。\n"

    assert engine_over({"suzhou.txt": rules}).answer("苏州市毁坏花木怎么处罚?").status == "not_found"
