from __future__ import annotations

import pytest

from corpus.folding import fold
from service.document_questions import find_metadata_field
from service.intents import find_intent


def _intent(question: str) -> str:
    return find_intent(fold(question), english=question.isascii())[0]


QUESTIONS = {
    "responsibility_lead": [
        "茶园改造由谁牵头?",
        "茶园改造谁打头?",
        "茶園改造由誰牽頭?",
        "这项工作哪个部门挂帅",
        "Who spearheads the tea plan?",
        "Which department takes the lead on irrigation?",
    ],
    "responsibility": [
        "这件事归谁管?",
        "谁来抓茶园改造?",
        "谁解释这部法律?",
        "管网改造由哪个部门负责?",
        "谁负责报送总结?",
        "节水年报哪个部门负责?",
        "管网改造是哪两家单位负责?",
        "which agency is responsible for irrigation?",
        "Which body certifies tea?",
        "which office must inspect irrigation canals?",
    ],
    "responsibility_support": [
        "哪些部门配合茶园改造?",
        "有谁协助水利厅?",
        "which departments assist with irrigation?",
        "and who backs it up?",
    ],
    "numeric_target": ["要改造多少亩茶园?", "合格率要达到什么水平?", "how many hectares of tea are planned?"],
    "deadline": ["管网什么时候完成改造?", "最迟哪年建成?", "by when must the pipes be renewed?"],
    "definition": ["什么是公园城市?", "公园城市是什么意思?", "what does greenway mean?"],
    "list": ["有哪些保障措施?", "what measures are planned?"],
    "which_regions": [
        "哪几个省提出滴灌?",
        "哪些地方建绿道?",
        "滴灌是谁家的计划?",
        "哪两个省区在推进滴灌?",
        "which provinces plan drip irrigation?",
    ],
    "compare": [
        "江苏和四川的节水有何不同?",
        "比较江苏和四川的茶园",
        "灌溉面积江苏跟四川比谁定得高?",
        "compare Jiangsu and Sichuan",
        "江苏和四川谁的品牌培育有数量目标?",
    ],
    "fact": [
        "茶叶品牌保护地理标志吗?",
        "tell me something about tea",
        "工作总结报给谁?",
        "向哪个部门备案?",
        "总结由哪个办公室汇总?",
        "which office collects work summaries?",
        "which bureau do farms send reports to?",
    ],
}


@pytest.mark.parametrize(
    ("intent", "question"), [(intent, question) for intent, asked in QUESTIONS.items() for question in asked]
)
def test_reads_what_is_asked_for(intent: str, question: str) -> None:
    assert _intent(question) == intent


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("这份意见的文号是多少?", "number"),
        ("意见是什么时候印发的?", "issued_on"),
        ("这份通知是谁印发的?", "issuer"),
        ("这份计划是根据什么文件制定的?", "references"),
        ("索引号是多少?", "index_number"),
        ("这个办法什么时候施行?", "effective_on"),
        ("公共图书馆法从哪天开始实施?", "effective_on"),
        ("计划的全称是什么?", "title"),
        ("what is the document number of the plan?", "number"),
        ("when was the plan issued?", "issued_on"),
        ("who issued the plan?", "issuer"),
    ],
)
def test_reads_what_is_asked_of_a_document(question: str, field: str) -> None:
    assert find_intent(fold(question), english=question.isascii()) == ("document_metadata", field)


@pytest.mark.parametrize("question", ["管网什么时候完成改造?", "质量档案怎么编号?", "who leads the plan?"])
def test_a_question_about_the_content_asks_nothing_of_the_document(question: str) -> None:
    assert find_metadata_field(fold(question)) is None


@pytest.mark.parametrize("question", ["覆盖率什么时候达到23%?", "合格率何时达标?", "覆盖率哪一年达到23%?"])
def test_when_a_rate_is_reached_is_no_number(question: str) -> None:
    assert find_intent(question, english=False)[0] == "deadline"


def test_how_long_something_may_take_is_a_time() -> None:
    assert find_intent("多少个工作日之内要移交?", english=False)[0] == "deadline"
    assert find_intent("要建多少个泵站?", english=False)[0] == "numeric_target"


@pytest.mark.parametrize(
    "question", ["江苏 旅游投诉 哪些部门", "质量奖哪些部门一起搞?", "这类案件谁来查?", "滴灌的任务压在哪个局头上?"]
)
def test_bodies_are_asked_for_without_a_word_of_duty(question: str) -> None:
    assert find_intent(question, english=False)[0] == "responsibility"


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("which brands does jiangsu protect when fighting fakes?", "list"),
        ("which pipe is renewed, and when?", "deadline"),
        ("when must the pipes be renewed?", "deadline"),
    ],
)
def test_a_clause_of_time_asks_for_no_time(question: str, intent: str) -> None:
    assert find_intent(question, english=True)[0] == intent


def test_how_often_asks_for_a_time() -> None:
    assert find_intent("how often must the tanks be cleaned?", english=True)[0] == "deadline"


@pytest.mark.parametrize(
    "question", ["what is secondary water supply?", "what is secondary water supply under the hubei measures?"]
)
def test_what_something_is_asks_for_its_meaning(question: str) -> None:
    assert find_intent(question, english=True)[0] == "definition"


def test_who_issued_something_together_asks_about_the_document() -> None:
    assert find_metadata_field("这份通知是哪些部门联合发的?") == "issuer"


@pytest.mark.parametrize(
    ("question", "intent"),
    [("谁是食品安全第一责任人?", "fact"), ("第一责任单位是哪家?", "responsibility_lead")],
)
def test_the_first_in_duty_is_a_role_that_a_sentence_gives(question: str, intent: str) -> None:
    assert find_intent(question, english=False)[0] == intent
