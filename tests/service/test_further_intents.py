from __future__ import annotations

import pytest

from service.further_intents import find_more_asked
from service.intents import find_intent


def _more(question: str, *, english: bool = False) -> tuple[str, ...]:
    return find_more_asked(question, find_intent(question, english=english)[0], english=english)


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("管网改造由谁牵头、什么时候完成?", ("deadline",)),
        ("要加多少张床位、由谁牵头?", ("numeric_target",)),
        ("谁来搞中期评估,什么时候报?", ("deadline",)),
        ("谁牵头、谁配合、几号前报?", ("responsibility_lead", "deadline")),
        ("要建多少座水库,什么时候建成?", ("deadline",)),
        ("节水灌溉由谁负责,有哪些措施?", ("list",)),
    ],
)
def test_each_thing_that_is_asked_is_found(question: str, more: tuple[str, ...]) -> None:
    assert _more(question) == more


@pytest.mark.parametrize(
    "question",
    [
        "管网改造由谁牵头?",
        "多少年内要完成改造?",
        "满意率那几项指标是哪个厅负责?",
        "哪几个地方由谁配合?",
        "配合的有哪些?",
        "行动计划的文号是多少,什么时候印发?",
        "有哪些产品要申报保护,哪些先做调研?",
    ],
)
def test_one_question_is_one_question(question: str) -> None:
    assert _more(question) == ()


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("which agency leads the platform, and by when?", ("deadline",)),
        ("who leads irrigation and which bodies support it?", ("responsibility_support",)),
        ("how many wells will be dug and who leads?", ("numeric_target",)),
        ("who leads irrigation?", ()),
        ("which office collects summaries of irrigation?", ()),
        ("how many wells will be dug when floods recede?", ()),
    ],
)
def test_english_questions_too(question: str, more: tuple[str, ...]) -> None:
    assert _more(question, english=True) == more
