from __future__ import annotations

from typing import Any

import pytest

from service.answering import Answer
from service.engine import Engine
from service.metadata_answers import answer_metadata


@pytest.fixture
def asked(provinces: Engine, reads: Any) -> Any:
    def ask(question: str) -> Answer | None:
        return answer_metadata(reads(question), provinces.documents, provinces.generation.store)

    return ask


@pytest.mark.parametrize(
    ("question", "value", "printed"),
    [
        ("江苏省节水行动计划的文号是什么?", "苏政办发〔2019〕56号", "苏政办发〔2019〕56号"),
        ("四川川茶产业发展的意见是什么时候印发的?", "2021-03-05", "2021年3月5日"),
        ("成都天府绿道实施意见是谁印发的?", "成都市人民政府", "成都市人民政府"),
        (
            "what is the document number of Jiangsu's water-saving action plan?",
            "苏政办发〔2019〕56号",
            "苏政办发〔2019〕56号",
        ),
        ("江苏省节水行动计划是根据什么文件制定的?", "《国家节水行动方案》", "《国家节水行动方案》"),
    ],
)
def test_the_value_is_given_with_the_line_that_prints_it(asked: Any, question: str, value: str, printed: str) -> None:
    answer = asked(question)
    (citation,) = answer.citations

    assert answer.status == "answered"
    assert value in answer.text
    assert printed in citation.quote
    assert any(printed in citation.quote[start:end] for start, end in citation.highlights)


@pytest.mark.parametrize(
    "question",
    ["云南省咖啡产业发展行动计划的文号是什么?", "云南咖啡产业计划是什么时候印发的?", "成都天府绿道意见的索引号是多少?"],
)
def test_a_value_that_is_null_is_refused(asked: Any, question: str) -> None:
    answer = asked(question)

    assert (answer.status, answer.reason) == ("not_found", "no_supporting_clause")
    assert answer.citations == ()


def test_the_number_of_a_cited_document_is_never_given_for_a_documents_own(asked: Any) -> None:
    assert "〔" not in asked("云南省咖啡产业发展行动计划的文号是什么?").text


def test_a_question_that_names_none_of_the_documents_is_about_content(asked: Any) -> None:
    assert asked("高速铁路建设规划的文号是什么?") is None


def test_the_document_is_told_by_its_title(asked: Any) -> None:
    assert "川办发〔2021〕12号" in asked("川茶产业发展意见的文号是什么?").text
    assert "国办发〔2020〕8号" in asked("古树名木保护通知的文号是什么?").text


def test_of_several_values_each_is_given(asked: Any) -> None:
    answer = asked("江苏省节水行动计划是谁印发的、什么时候印发的、文号是多少?")

    assert answer.status == "answered"
    assert [statement.text.rpartition("》的")[2] for statement in answer.statements] == [
        "文号:苏政办发〔2019〕56号。",
        "发文日期:2019-06-18。",
        "发文机关:江苏省人民政府办公厅。",
    ]


def test_the_value_that_is_null_is_named_beside_those_that_are_given(asked: Any) -> None:
    answer = asked("成都天府绿道实施意见是谁印发的,什么时候施行?")

    assert (answer.status, answer.reason, answer.uncovered) == ("partial", "no_supporting_clause", ("施行日期",))
    assert len(answer.statements) == 1
    assert answer.text.endswith("文件没有印出:施行日期。")


@pytest.mark.parametrize(
    "question",
    [
        "江苏的节水行动计划和四川的川茶产业意见谁更早发布?",
        "江苏的节水行动计划和四川的川茶产业意见分别是什么时候印发的?",
        "Which was issued earlier, Jiangsu's 节水行动 or Sichuan's 川茶产业 document?",
        "Which came first, Jiangsu's 节水行动 or Sichuan's 川茶产业 document?",
    ],
)
def test_each_place_that_is_named_has_its_document(asked: Any, question: str) -> None:
    answer = asked(question)

    assert [citation.document_id for citation in answer.citations] == ["jiangsu-water", "sichuan-tea"]
    assert "2021-03-05" in answer.statements[1].text


def test_a_place_that_is_not_held_is_named(provinces: Engine) -> None:
    answer = provinces.answer("江苏和山东的节水行动计划分别是什么时候印发的?")

    assert (answer.status, answer.reason) == ("partial", "region_not_in_corpus")
    assert answer.uncovered == ("山东省",)


def test_the_basis_of_a_document_may_be_asked_for_with_its_name_between(asked: Any) -> None:
    assert "《国家节水行动方案》" in asked("江苏省制定节水行动计划的依据是什么?").text


PERIOD = """各县(市、区)人民政府:
市水利局制定的《苏州市“十一五”时期水利事业发展规划》,已经2006年11月22日市政府第27次常务会研究同意,现批转给你们。
苏州市人民政府
2006年12月15日
苏州市“十一五”时期水利事业发展规划
一、主要目标
建成水库9座。
"""


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("苏州十一五规划是什么时候通过的?", "2006-11-22"),
        ("When was Suzhou's 11th five-year plan approved?", "2006-11-22"),
        ("苏州水利十一五规划什么时候印发?", "2006-12-15"),
    ],
)
def test_when_a_meeting_adopted_a_text_is_not_when_it_was_issued(engine_over: Any, question: str, day: str) -> None:
    answer = engine_over({"suzhou.txt": PERIOD}).answer(question)

    assert [statement.text[-11:-1] for statement in answer.statements] == [day]
