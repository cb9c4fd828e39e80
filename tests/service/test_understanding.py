from __future__ import annotations

from typing import Any

import pytest

from corpus.errors import QuestionError
from service.translation import Translator
from service.understanding import LONGEST_QUESTION, detect_language, understand


def _surfaces(interpretation: Any) -> list[str]:
    return [term.surface for term in interpretation.topic]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("江苏节水灌溉由谁牵头?", "zh-Hans"),
        ("江蘇節水灌溉由誰牽頭?", "zh-Hant"),
        ("who leads irrigation in Jiangsu?", "en"),
        ("what does 三改一拆 mean?", "en"),
        ("GDP增速目标是多少?", "zh-Hans"),
        ("12345", "en"),
    ],
)
def test_the_language_is_that_of_the_sentence(question: str, language: str) -> None:
    assert detect_language(question) == language


def test_a_question_is_taken_apart(reads: Any) -> None:
    read = reads("2022年江苏省节水灌溉由谁牵头?")

    assert [region.name for region in read.regions] == ["江苏省"]
    assert read.years == {2022}
    assert read.intent == "responsibility_lead"
    assert _surfaces(read) == ["节水", "灌溉"]


@pytest.mark.parametrize(
    "question", ["江苏的灌溉", "江苏省的灌溉", "江蘇的灌溉", "irrigation in Jiangsu", "irrigation in Jiangsu Province"]
)
def test_a_region_is_read_in_any_script_and_language(reads: Any, question: str) -> None:
    assert [region.code for region in reads(question).regions] == ["320000"]


def test_look_alikes_that_were_copied_from_a_pdf_are_read(reads: Any) -> None:
    assert _surfaces(reads("江苏⽔利由谁牵头?")) == ["水利"]


def test_a_region_is_named_once_however_often_it_is_said(reads: Any) -> None:
    assert len(reads("江苏省和江苏的灌溉").regions) == 1


def test_a_region_inside_a_quoted_name_is_no_place_to_ask_about(reads: Any) -> None:
    read = reads("“浙江制造”在江苏怎么推广?")

    assert [region.name for region in read.regions] == ["江苏省"]
    assert "浙江制造" in _surfaces(read)


def test_an_english_question_has_chinese_terms(reads: Any) -> None:
    assert reads("who leads irrigation in Jiangsu?").terms[0] == "灌溉"


def test_the_thing_that_a_number_is_asked_of_is_the_word_beside_it(reads: Any) -> None:
    read = reads("江苏要建成多少个灌区?")

    assert (read.unit, read.asked.surface) == ("个", "灌区")
    assert reads("how many irrigation districts will Jiangsu build?").asked.surface == "districts"
    assert reads("what is the number of irrigation districts in Jiangsu?").asked.surface == "districts"
    assert reads("江苏灌溉由谁牵头?").asked is None


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("四川省教育厅的电话是多少?", "contact"),
        ("what is the phone number of the office?", "contact"),
        ("教育厅厅长叫什么名字?", "person"),
        ("who is the director of the office?", "person"),
        ("电话营销怎么管?", None),
    ],
)
def test_a_number_to_call_and_a_name_are_told_from_a_topic(reads: Any, question: str, detail: str | None) -> None:
    assert reads(question).detail == detail


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("四川茶园实际改造了多少亩?", True),
        ("哪家企业获得了质量奖?", True),
        ("how many hectares did Sichuan actually renew?", True),
        ("四川要改造多少亩茶园?", False),
        ("how many hectares does Sichuan plan to renew?", False),
    ],
)
def test_a_result_is_told_from_an_aim(reads: Any, question: str, asks: bool) -> None:
    assert reads(question).asks_result is asks


def test_the_standalone_form_is_read_and_the_question_kept(reads: Any) -> None:
    read = reads("那云南呢?", standalone="云南的灌溉由谁牵头?")

    assert (read.question, read.standalone_question) == ("那云南呢?", "云南的灌溉由谁牵头?")
    assert read.intent == "responsibility_lead"


def test_the_language_to_answer_in_may_be_chosen(reads: Any) -> None:
    assert reads("江苏的灌溉由谁牵头?", language="en").language == "en"


@pytest.mark.parametrize("question", ["", " \n", "节" * (LONGEST_QUESTION + 1), "\ud83d"])
def test_what_is_no_question_is_an_error_with_a_mend(reads: Any, question: str) -> None:
    with pytest.raises(QuestionError) as raised:
        reads(question)

    assert raised.value.mend


def test_the_longest_question_is_read(reads: Any) -> None:
    assert reads("节" * LONGEST_QUESTION).question


@pytest.mark.parametrize(
    ("question", "regions"),
    [
        ("鲁 部门质量合作 牵头单位", ["山东省"]),
        ("苏、浙两省谁牵头?", ["江苏省", "浙江省"]),
        ("粤菜标准由谁制定?", []),
        ("津贴标准是多少?", []),
    ],
)
def test_one_character_names_a_province_where_it_stands_alone(reads: Any, question: str, regions: list[str]) -> None:
    assert [region.name for region in reads(question).regions] == regions


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("江苏要带着企业制定几项国家级以上标准?", "标准"),
        ("江苏要让多少比例的灌区签下承诺书?", "灌区"),
        ("江苏灌溉水利用率要涨几个点?", "利用率"),
    ],
)
def test_what_is_counted_is_the_last_word_of_its_phrase(reads: Any, question: str, asked: str) -> None:
    assert reads(question).asked.surface == asked


def test_a_year_takes_the_end_of_the_year_along(reads: Any) -> None:
    assert _surfaces(reads("江苏到2022年底要新建多少个灌区?")) == ["新建", "灌区"]


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("江苏要建几个灌区检测中心?", ["检测", "灌区"]),
        ("江苏药品抽检合格率定多少?", ["药品"]),
        ("江苏药品的合格率是多少?", ["药品"]),
        ("江苏羊毛产量目标", ["羊毛"]),
        ("江苏要新增多少个灌区?", []),
    ],
)
def test_the_nouns_before_what_is_counted_say_of_which_kind_it_is(reads: Any, question: str, kinds: list[str]) -> None:
    assert [term.surface for term in reads(question).asked_kinds] == kinds


def test_a_word_of_leading_behind_the_body_is_no_topic(reads: Any) -> None:
    assert _surfaces(reads("江苏由哪个部门牵头负责灌区建设?")) == ["灌区", "建设"]


def test_a_form_of_measure_is_no_thing(reads: Any) -> None:
    assert reads("江苏药品合格率").asked.surface == "合格率"
    assert reads("江苏培训比例").asked is None


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("江苏城镇污水和垃圾处理率分别是多少?", True),
        ("江苏要建多少个灌区,合格率多少?", True),
        ("江苏要建多少个灌区?", False),
    ],
)
def test_several_numbers_may_be_asked_for_at_once(reads: Any, question: str, several: bool) -> None:
    assert reads(question).several is several


def test_what_will_have_been_done_is_no_result(reads: Any) -> None:
    assert not reads("how many firms will have pollution cleaned up in Jiangsu?").asks_result
    assert not reads("how many reservoirs will Jiangsu have by 2025?").asks_result
    assert reads("how many firms have won the award in Jiangsu?").asks_result


@pytest.mark.parametrize(
    "question", ["江苏给得奖的企业发多少钱", "办一场培训补多少钱", "How much money does Jiangsu give to award winners?"]
)
def test_money_that_is_asked_for_is_counted_in_yuan(reads: Any, question: str) -> None:
    assert reads(question).unit == "元"


def test_a_share_of_money_has_no_unit(reads: Any) -> None:
    assert reads("多少资金用于灌区改造").unit is None


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("江苏的工厂不装水表会怎么处罚?", "penalty"),
        ("江苏对偷水的人有什么处分", "penalty"),
        ("what fines are there for wasting water in Jiangsu?", "penalty"),
        ("江苏水利的“两手发力”是指哪两手?", "meaning"),
        ("江苏文件里“一户一表”什么意思", "meaning"),
        ("四川茶叶评审委员会的委员有哪些人?", "person"),
        ("江苏的节水处罚由谁决定?", None),
        ("江苏指定哪些机构检定水表?", None),
    ],
)
def test_what_an_answer_has_to_have_is_seen(reads: Any, question: str, detail: str | None) -> None:
    assert reads(question).detail == detail


@pytest.mark.parametrize(
    ("question", "act"),
    [
        ("四川的茶园改造最后由谁审批?", "审批"),
        ("四川茶叶保险由哪家保险公司承保?", "承保"),
        ("四川的茶园改造由谁统筹?", None),
        ("四川的茶园改造由谁牵头?", None),
        ("四川的茶园污染由谁牵头治理?", None),
        ("Who assesses the tea brands of Sichuan?", "assesses"),
        ("Which body must approve tea gardens in Sichuan?", "approve"),
        ("Who supervises the tea gardens of Sichuan?", None),
        ("Who shares the work on tea brands in Sichuan?", None),
        ("Who is in charge of assessing tea brands in Sichuan?", None),
    ],
)
def test_what_is_done_by_whom_is_seen(reads: Any, question: str, act: str | None) -> None:
    found = reads(question).act
    assert (found and found.surface) == act


@pytest.mark.parametrize(
    "question",
    [
        "江苏节水考核得优的城市有哪些?",
        "江苏用水黑名单上都有谁?",
        "四川哪些县被列为产茶大县?",
        "Which firms have joined the alliance?",
    ],
)
def test_what_came_of_a_plan_is_a_result(reads: Any, question: str) -> None:
    assert reads(question).asks_result


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("江苏的灌溉面积定了多少?", False),
        ("江苏的规划里写了几个灌区?", False),
        ("江苏的灌溉面积增加了多少?", True),
        ("江苏淘汰了几台水泵?", True),
    ],
)
def test_what_a_plan_has_set_is_no_result(reads: Any, question: str, asks: bool) -> None:
    assert reads(question).asks_result is asks


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("江苏省长灌溉奖奖给谁?", "省长"),
        ("江苏省长期灌溉规划有哪些?", "长期"),
        ("湖南省长沙市的灌溉", "灌溉"),
    ],
)
def test_the_head_of_a_place_keeps_its_character(reads: Any, question: str, topic: str) -> None:
    assert reads(question).topic[0].surface == topic


@pytest.mark.parametrize(
    ("question", "asked"), [("江苏覆盖率目标是百分之几?", "覆盖率"), ("江苏的灌溉要完成百分之几?", "灌溉")]
)
def test_what_a_share_is_asked_of_is_the_word_before(reads: Any, question: str, asked: str) -> None:
    read = reads(question)

    assert read.asked.surface == asked
    assert not any("百分" in term.surface for term in read.topic)


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("how many people will Jiangsu train?", "#"),
        ("number of demonstration farms in Jiangsu", "#"),
        ("what is the document number of the Jiangsu plan?", None),
        ("how many percentage points will leakage fall in Jiangsu?", None),
        ("how many yuan will Jiangsu pay?", "元"),
        ("how much irrigation does Jiangsu plan?", None),
    ],
)
def test_how_many_asks_for_no_share(reads: Any, question: str, unit: str | None) -> None:
    assert reads(question).unit == unit


@pytest.mark.parametrize(
    "question", ["江苏节水投诉打哪个热线?", "Which hotline takes complaints about water in Jiangsu?"]
)
def test_a_hotline_is_a_number_to_call(reads: Any, question: str) -> None:
    assert reads(question).detail == "contact"


@pytest.mark.parametrize(
    ("question", "standalone", "language"),
    [
        ("竣工的工程呢?", "溫州竣工的工程合格率是多少?", "zh-Hant"),
        ("竣工的工程呢?", "温州竣工的工程合格率是多少?", "zh-Hans"),
        ("验收的工程呢?", "溫州验收的工程合格率是多少?", "zh-Hans"),
        ("and Wenzhou?", "who leads irrigation in Wenzhou?", "en"),
    ],
)
def test_words_of_either_script_are_in_that_of_the_talk(
    translator: Translator, question: str, standalone: str, language: str
) -> None:
    assert understand(question, translator, standalone=standalone).language == language


def test_what_is_counted_is_not_what_stands_before_how_many_of_them(reads: Any) -> None:
    assert reads("Jiangsu will build reservoirs off the road: how many of them?").asked is None
