from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from service.engine import Engine
from tests.service.test_statements import tables

__all__ = ["tables"]


def test_a_target_of_the_very_thing_goes_before_a_number_that_is_mentioned(tables: Engine) -> None:
    answer = tables.answer("安徽标准化渡口示范点要建成几个?")

    assert [s.text for s in answer.statements] == ["安徽省:标准化渡口示范点达到16个。"]


def test_a_clause_that_names_nobody_does_not_say_who(provinces: Engine) -> None:
    assert provinces.answer("江苏节水型灌区由谁建设?").status == "not_found"
    assert provinces.answer("江苏节水型灌区建设多少个?").status == "answered"


def test_a_plan_for_one_year_is_not_that_of_a_five_year_period(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    plan = "苏州市2014年质量工作计划\n一、主要目标\n农产品抽检合格率达到96%以上。\n二、主要任务\n加强农产品监管。\n"
    engine = engine_over({"suzhou.txt": plan})

    assert engine.answer("苏州市“十二五”规划的主要目标是什么?").status == "not_found"
    assert engine.answer("苏州市2014年和2015年的主要目标是什么?").status == "answered"
    assert engine.answer("苏州市2014年的主要目标是什么?").status == "answered"


PATENTS = """苏州市质量工作计划
一、主要任务
(一)加强专利保护。打击专利侵权行为,推进知识产权示范城市创建。(市科技局负责)
(二)加强药品监管。开展药品抽检。(市药监局负责)
(三)完善标准。制定药品专利标准。(市质监局负责)
"""


def test_what_a_body_does_is_said_by_clauses_that_name_it(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    engine = engine_over({"suzhou.txt": PATENTS})

    assert engine.answer("市科技局在苏州的专利保护里做什么?").status == "answered"
    assert engine.answer("药监局在苏州的专利保护里负责什么?").status == "not_found"
    assert engine.answer("市公安局在苏州知识产权示范城市创建里做什么?").status == "not_found"
    assert engine.answer("苏州的专利保护是公安局牵头吗?").statements[0].lead == ("市科技局",)


LASTING = """苏州市质量工作计划
一、落实责任
推动企业落实工程质量终身负责制,建立事故报告制度。
二、报送信息
于每年12月31日前提交工作总结。
"""


def test_what_lasts_for_life_has_no_when(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    engine = engine_over({"suzhou.txt": LASTING})

    assert engine.answer("When must enterprises of Suzhou report accidents?").status == "not_found"
    assert "12月31日前" in engine.answer("When must the work summary of Suzhou be submitted?").text


ASSESSED = """苏州市质量工作计划
一、主要任务
(一)加强监管。落实空气质量管理考核办法,开展质量工作检查。(市环保局牵头,市公安局配合)
二、保障措施
(一)政府质量工作考核。各级政府要重视质量。市政府年内组织对各县政府质量工作进行考核。
"""


@pytest.mark.parametrize("asking", ["由谁考核", "由哪个部门考核"])
def test_who_does_it_is_said_by_the_clause_in_which_it_is_done(
    engine_over: Callable[[Mapping[str, str]], Engine], asking: str
) -> None:
    answer = engine_over({"suzhou.txt": ASSESSED}).answer(f"苏州市的质量工作{asking}?")

    assert [citation.clause_id for citation in answer.citations] == ["suzhou/二/(一)"]
    assert "市政府年内组织对各县政府质量工作进行考核" in answer.text


AIMS = """苏州市质量工作计划
一、质量目标
主要农产品抽检合格率稳定在96%以上,食品药品监督抽查合格率达到95%以上,地表水水质达标率达到87%。
二、质量安全
加强玩具、地下水和羊毛的监督管理,提高各类产品的产量。
"""


@pytest.fixture(scope="module")
def aims(engine_over: Callable[[Mapping[str, str]], Engine]) -> Engine:
    return engine_over({"suzhou.txt": AIMS})


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("苏州食品抽检合格率", "食品药品监督抽查合格率达到95%以上"),
        ("苏州市农产品的抽检合格率目标", "主要农产品抽检合格率稳定在96%以上"),
        ("苏州市地表水水质达标率是多少?", "地表水水质达标率达到87%"),
    ],
)
def test_the_number_is_that_of_the_thing_which_is_named(aims: Engine, question: str, said: str) -> None:
    assert [s.text for s in aims.answer(question).statements] == [f"苏州市:{said}。"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("food pass rate in Suzhou", "食品药品监督抽查合格率达到95%以上"),
        ("What is the surface water quality rate of Suzhou?", "地表水水质达标率达到87%"),
    ],
)
def test_so_it_is_in_english(aims: Engine, question: str, said: str) -> None:
    assert [s.text for s in aims.answer(question).statements] == [f"In Suzhou, the text says: “{said}”."]


@pytest.mark.parametrize("question", ["toy pass rate target in Suzhou", "What is the wool output target of Suzhou?"])
def test_numbers_of_other_things_are_no_answer_in_english(aims: Engine, question: str) -> None:
    assert aims.answer(question).status == "not_found"


@pytest.mark.parametrize(
    "question",
    ["苏州羊毛产量目标", "苏州市儿童玩具的合格率要达到多少?", "苏州地下水水质达标率", "苏州市珠宝抽检合格率目标"],
)
def test_numbers_of_other_things_are_no_answer(aims: Engine, question: str) -> None:
    assert aims.answer(question).status == "not_found"


TALENT = """苏州市人才项目方案
一、主要目标
(一)培养青年人才。老年人才和青年人才共同发展,培养青年人才300名。
二、重点项目
(一)优秀企业家培养项目。培养优秀企业家100名。(牵头单位:市委组织部,配合单位:市国资委)
(二)民营企业家培训项目。组织民营企业家轮训。
(三)学徒津贴项目。市人社局是学徒津贴的主管部门。
(四)示范资格。省政府可以撤销示范基地的资格。
"""


@pytest.mark.parametrize(
    "question", ["苏州市青年人才培养由哪个部门牵头?", "苏州市民营企业家培训项目牵头单位是谁?", "苏州市青年人才谁负责?"]
)
def test_who_leads_is_not_said_by_a_clause_that_names_nobody_in_charge_nor_by_its_neighbour(
    engine_over: Callable[[Mapping[str, str]], Engine], question: str
) -> None:
    assert engine_over({"suzhou.txt": TALENT}).answer(question).status == "not_found"


def test_who_is_in_charge_may_be_said_in_a_sentence(engine_over: Callable[[Mapping[str, str]], Engine]) -> None:
    engine = engine_over({"suzhou.txt": TALENT})

    assert "市人社局" in engine.answer("苏州市学徒津贴由哪个部门主管?").text
    assert "省政府" in engine.answer("苏州市示范基地的资格哪个部门可以撤销?").text
    assert "市委组织部" in engine.answer("苏州市优秀企业家培养项目由谁牵头?").text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("苏州市新增多少张养老床位?", None),
        ("苏州市养老床位要达到多少张?", "养老床位达到15800张"),
        ("苏州市养老床位要提高到多少张?", "养老床位达到15800张"),
        ("苏州市新增多少个养老驿站?", "新建养老驿站30个"),
    ],
)
def test_how_much_is_added_is_not_how_much_there_is_to_be(
    engine_over: Callable[[Mapping[str, str]], Engine], question: str, words: str | None
) -> None:
    plan = "苏州市养老计划\n一、主要目标\n全市养老床位达到15800张,新建养老驿站30个。\n二、主要任务\n发展养老服务。\n"
    answer = engine_over({"suzhou.txt": plan}).answer(question)

    assert (answer.status == "not_found") if words is None else (words in answer.text)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("苏州市对获得驰名商标的企业奖励多少?", "奖励50万元"),
        ("苏州市对工业精品企业补贴多少?", "补贴20万元"),
        ("苏州市对高新技术企业奖励多少?", None),
        ("苏州市获得省级研发中心的企业奖励多少?", None),
    ],
)
def test_a_reward_is_that_of_those_who_are_asked_about(
    engine_over: Callable[[Mapping[str, str]], Engine], question: str, words: str | None
) -> None:
    plan = (
        "苏州市品牌政策\n一、奖励措施\n(一)落实奖励。对获得驰名商标的企业奖励50万元。对新认定工业精品企业补贴20万元。"
        "对获得省级研发中心的企业给予配套奖励。\n(二)支持技术创新。鼓励高新技术企业发展。\n"
    )
    answer = engine_over({"suzhou.txt": plan}).answer(question)

    assert (answer.status == "not_found") if words is None else (words in answer.text)


def test_what_a_text_is_made_for_does_not_say_who_does_it(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    rules = (
        "苏州市苗圃许可证管理办法\n第一条 为了加强苗圃机构许可证管理,促进苗圃机构依法经营,根据有关法律,制定本办法。\n"
        "第二条 许可证应当公示。\n"
    )

    assert engine_over({"suzhou.txt": rules}).answer("苏州市苗圃机构谁来经营?").status == "not_found"
