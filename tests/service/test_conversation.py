from __future__ import annotations

from typing import Any

import pytest

from corpus.errors import QuestionError
from service.conversation import make_standalone
from service.translation import Translator


@pytest.fixture
def stands(translator: Translator) -> Any:
    return lambda question, *history: make_standalone(question, history, translator)


def test_the_first_question_stands_alone(stands: Any) -> None:
    assert stands("那云南呢?") == "那云南呢?"


@pytest.mark.parametrize(
    ("question", "before", "standalone"),
    [
        ("那云南呢?", "江苏的灌溉由谁牵头?", "云南省的灌溉由谁牵头?"),
        ("what about Yunnan?", "who leads irrigation in Jiangsu?", None),
        ("那云南呢?", "灌溉由谁牵头?", "云南省灌溉由谁牵头?"),
    ],
)
def test_a_place_takes_the_place_of_the_last_one(
    stands: Any, reads: Any, question: str, before: str, standalone: str | None
) -> None:
    made = stands(question, before)

    assert standalone is None or made == standalone
    assert [region.name for region in reads(made).regions] == ["云南省"]
    assert reads(made).intent == "responsibility_lead"
    assert reads(made).terms[0] == "灌溉"


@pytest.mark.parametrize(
    ("question", "before", "intent", "term"),
    [
        ("由哪些部门配合?", "江苏的灌溉由谁牵头?", "responsibility_support", "灌溉"),
        ("那谁来配合?", "江苏的灌溉由谁牵头?", "responsibility_support", "灌溉"),
        ("and who supports it?", "who leads irrigation in Jiangsu?", "responsibility_support", "灌溉"),
        ("and who backs it up?", "who leads irrigation in Jiangsu?", "responsibility_support", "灌溉"),
        ("什么时候完成?", "江苏的管网由谁牵头?", "deadline", "管网"),
    ],
)
def test_a_role_or_another_thing_asked_keeps_topic_and_place(
    stands: Any, reads: Any, question: str, before: str, intent: str, term: str
) -> None:
    read = reads(stands(question, before))

    assert read.intent == intent
    assert term in read.terms
    assert [region.name for region in read.regions] == ["江苏省"]


def test_another_indicator_keeps_place_year_and_what_is_asked(stands: Any, reads: Any) -> None:
    read = reads(stands("那漏损率呢?", "2022年江苏要建成多少个灌区?"))

    assert [region.name for region in read.regions] == ["江苏省"]
    assert read.years == {2022}
    assert read.intent == "numeric_target"
    assert "灌区" not in read.terms


@pytest.mark.parametrize(
    "question",
    ["云南在哪里设立咖啡交易中心?", "四川购置采茶机补贴多少元?", "who leads tea gardens in Sichuan?"],
)
def test_a_question_that_says_all_is_left_alone(stands: Any, question: str) -> None:
    assert stands(question, "江苏的灌溉由谁牵头?") == question


def test_what_was_filled_in_before_is_there_for_the_next_turn(stands: Any, reads: Any) -> None:
    read = reads(stands("谁配合?", "江苏的灌溉由谁牵头?", "那云南呢?"))

    assert [region.name for region in read.regions] == ["云南省"]
    assert (read.intent, read.terms[0]) == ("responsibility_support", "灌溉")


def test_a_turn_that_is_no_question_is_an_error(stands: Any) -> None:
    with pytest.raises(QuestionError):
        stands("那云南呢?", "\ud83d")


def test_a_long_talk_is_no_burden(stands: Any) -> None:
    assert "四川" in stands("那四川呢?", *(["江苏的灌溉由谁牵头?"] + ["那云南呢?"] * 200))


@pytest.mark.parametrize(
    ("question", "before", "standalone"),
    [
        ("什么时候上线?", "江苏的追溯平台由谁牵头?", "江苏追溯平台,什么时候上线?"),
        ("那雨水收集呢?", "哪些地区提到了节水灌溉?", "雨水收集哪些地区的文件提到?"),
        ("今天天气怎么样?", "江苏的灌溉由谁牵头?", "江苏今天天气怎么样"),
    ],
)
def test_a_follow_up_takes_what_it_lacks_and_no_more(stands: Any, question: str, before: str, standalone: str) -> None:
    assert stands(question, before) == standalone


def test_a_capital_letter_hides_no_follow_up(stands: Any) -> None:
    made = stands("What about rainwater?", "who leads irrigation in Jiangsu?")

    assert made == "rainwater, who leads? in Jiangsu"


def test_what_is_filled_in_is_in_the_script_of_the_talk(stands: Any) -> None:
    assert stands("竣工的工程呢?", "溫州工程合格率的目標是多少?") == "溫州竣工的工程目標是多少?"
    assert stands("那云南呢?", "江蘇的灌溉由誰牽頭?").startswith("雲南省")


@pytest.mark.parametrize(
    ("question", "before", "standalone"),
    [
        ("2025年的呢?", "江苏2022年要建成多少个灌区?", "江苏2025年要建成多少个灌区?"),
        ("那十五五期间呢?", "江苏要建成多少个灌区?", "十五五期间江苏要建成多少个灌区?"),
        (
            "And in 2025?",
            "How many reservoirs will Jiangsu build in 2022?",
            "How many reservoirs will Jiangsu build in 2025?",
        ),
        ("and 2025?", "How many reservoirs will Jiangsu build?", "How many reservoirs will Jiangsu build in 2025?"),
    ],
)
def test_another_year_takes_the_place_of_the_last_one(stands: Any, question: str, before: str, standalone: str) -> None:
    assert stands(question, before) == standalone


def test_who_helps_keeps_the_topic(stands: Any, reads: Any) -> None:
    read = reads(stands("Which agencies help?", "who leads irrigation in Jiangsu?"))

    assert (read.intent, "灌溉" in read.terms) == ("responsibility_support", True)
