from __future__ import annotations

from corpus.model import Clause, Responsibility
from service.answering_words import answering_words, best_duties
from tests.lone_clauses import make_clause, make_topic


def _two_duties() -> Clause:
    text = "推广灌溉。(水利厅牵头)建设绿道。(住建局牵头)"
    first, second = "(水利厅牵头)", "(住建局牵头)"
    at = [text.index(first), text.index(second)]
    duties = (
        Responsibility((at[0], at[0] + 7), first, ("水利厅",), rule="牵头", covers=(0, at[0])),
        Responsibility((at[1], at[1] + 7), second, ("住建局",), rule="牵头", covers=(at[0] + 7, at[1])),
    )
    return make_clause(text, responsibilities=duties)


def test_of_several_duties_the_one_is_taken_whose_words_are_about_the_topic() -> None:
    assert [duty.lead for duty in best_duties(_two_duties(), *make_topic("绿道"))] == [("住建局",)]
    assert [duty.lead for duty in best_duties(_two_duties(), *make_topic("灌溉"))] == [("水利厅",)]


def test_duties_that_fit_alike_are_all_taken() -> None:
    assert len(best_duties(_two_duties(), *make_topic("咖啡"))) == 2


def test_answering_words_say_whether_they_are_of_the_kind_asked_for() -> None:
    clause = make_clause("推广灌溉。")
    topic = make_topic("灌溉")
    kinds = ["numeric_target", "deadline", "responsibility_lead", "fact"]

    assert [answering_words(clause, kind, None, *topic)[1] for kind in kinds] == [False, False, False, True]
    assert answering_words(make_clause("灌溉50万亩"), "numeric_target", None, *topic)[1] is True
    assert answering_words(make_clause("2021年完成灌溉"), "deadline", None, *topic)[1] is True
    assert answering_words(_two_duties(), "responsibility_lead", None, *topic)[1] is True
    assert answering_words(_two_duties(), "responsibility_support", None, *topic)[1] is False
