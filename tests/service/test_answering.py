from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from corpus.model import Clause, Metadata
from corpus.regions import resolve
from service.answering import answer_text, compose, related_to
from service.citing import CitationList, Question, Statement
from service.engine import Engine


def _clause(name: str, text: str) -> Clause:
    return Clause(f"d/{name}", "d", (name,), (), "clause", text, (0, len(text)), (0, len(text)))


METADATA = Metadata(title="计划", issued_on=date(2020, 1, 1), region=resolve("江苏"))


def test_citations_are_numbered_from_one_and_a_clause_keeps_its_number() -> None:
    cited = CitationList()
    first, second = _clause("一", "推广节水灌溉。"), _clause("二", "建设绿道。")
    numbers = [cited.add(clause, METADATA, [(0, 2)], 1.0) for clause in (first, second, first)]

    assert numbers == [1, 2, 1]
    assert [citation.clause_id for citation in cited.items()] == ["d/一", "d/二"]
    assert len(cited) == 2


def test_highlights_of_one_citation_are_joined_in_order() -> None:
    cited = CitationList()
    clause = _clause("一", "推广节水灌溉。")
    cited.add(clause, METADATA, [(4, 6), (0, 2)], 1.0)
    cited.add(clause, METADATA, [(2, 3), (5, 7)], 1.0)

    assert cited.items()[0].highlights == ((0, 3), (4, 7))


def test_each_statement_is_followed_by_the_numbers_of_its_citations() -> None:
    text = answer_text([Statement("甲。", (1,)), Statement("乙。", (2, 3))], "没有丙。")

    assert text == "甲。 [1]\n乙。 [2] [3]\n没有丙。"


@pytest.fixture
def drafts(provinces: Engine) -> Any:
    """What is composed of the candidates that the engine finds for a question."""

    def draft(question: str) -> Any:
        sight = provinces.observe(question)
        assert sight is not None
        return compose(sight.question, sight.ranked), sight

    return draft


def test_a_duty_is_a_sentence_of_its_bodies_by_role(drafts: Any) -> None:
    draft, _ = drafts("江苏老旧供水管网改造由谁牵头?")

    assert [statement.text for statement in draft.statements] == ["江苏省:省住房城乡建设厅牵头,省发展改革委配合。"]
    assert draft.reason is None


def test_a_single_body_in_charge_is_said_to_be_in_charge(drafts: Any) -> None:
    draft, _ = drafts("江苏节水宣传周由谁负责?")

    assert [statement.text for statement in draft.statements] == ["江苏省:省教育厅负责。"]


def test_a_fact_is_the_sentence_that_says_it_and_not_the_whole_clause(drafts: Any) -> None:
    draft, _ = drafts("云南在哪里设立咖啡交易中心?")
    (statement,) = draft.statements

    assert statement.text == "云南省:在昆明设立咖啡交易中心。"
    assert draft.citations[0].quote.startswith("2.开拓咖啡市场。")


def test_an_english_answer_quotes_the_words_as_printed(drafts: Any) -> None:
    draft, _ = drafts("where does Yunnan set up a coffee trading centre?")

    assert draft.statements[0].text.startswith("In Yunnan, the text says: “")
    assert "咖啡交易中心" in draft.statements[0].text


def test_items_below_a_colon_are_listed_each_with_its_citation(provinces: Engine) -> None:
    sight = provinces.observe("江苏有哪些重点任务?")
    assert sight is not None
    assert isinstance(sight.question, Question)
    draft = compose(sight.question, sight.ranked)

    assert all(len(statement.citations) >= 1 for statement in draft.statements)


def test_what_is_cited_is_not_related_too(drafts: Any) -> None:
    draft, sight = drafts("江苏老旧供水管网改造由谁牵头?")
    related = related_to(sight.ranked, draft.citations)

    assert 1 <= len(related) <= 5
    assert not {clause_id for clause_id, _ in related} & {citation.clause_id for citation in draft.citations}


@pytest.mark.parametrize(
    "question",
    [
        "江苏雨水收集设施要建多少处?",  # the clause counts nothing
        "江苏节水宣传周要花多少钱?",
        "江苏的供水管网有多少名职工?",
    ],
)
def test_a_clause_without_the_number_gives_no_answer(provinces: Engine, question: str) -> None:
    assert provinces.answer(question).status == "not_found"


def test_names_of_firms_are_not_made_of_kinds_of_firms(provinces: Engine) -> None:
    answer = provinces.answer("江苏得到节水灌溉补贴的企业有哪几家?")

    assert (answer.status, answer.interpretation.detail) == ("not_found", "firm")


def test_what_no_clause_has_heard_of_is_refused_where_no_place_is_named(provinces: Engine) -> None:
    assert provinces.answer("今天天气怎么样?").status == "not_found"
    assert provinces.answer("translate good morning into French").status == "not_found"


def test_who_is_in_charge_is_read_from_a_clause_that_says_so(drafts: Any) -> None:
    draft, _ = drafts("江苏新建小区的雨水谁管?")

    assert draft.statements[0].shared == ("省住房城乡建设厅", "省水利厅")


def test_two_things_asked_where_no_clause_has_the_first_give_no_answer(provinces: Engine) -> None:
    sight = provinces.observe("江苏省灌溉的节水目标是多少?")
    assert sight
    asked = replace(sight.question.interpretation, intent="numeric_target", also=("responsibility_lead",), unit="光年")
    draft = compose(replace(sight.question, interpretation=asked), sight.ranked)
    assert (draft.statements, draft.citations) == ((), ())


def test_nothing_is_stated_where_no_clause_of_the_place_has_heard_of_the_topic(drafts: Any) -> None:
    unheard, _ = drafts("江苏对充电桩有什么优惠?")
    heard, _ = drafts("江苏对灌区有什么优惠?")

    assert (unheard.statements, [c.clause_id for c in heard.citations]) == ((), ["jiangsu-water/一/¶1"])


def test_bits_of_the_words_of_a_question_on_a_place_are_no_answer(
    engine_over: Callable[[Mapping[str, str]], Engine],
) -> None:
    plan = "苏州市标准化计划\n一、主要任务\n(一)推进标准化。2025年前更加有效地服务企业。\n(二)加强计量。\n"
    engine = engine_over({"suzhou.txt": plan})

    assert engine.answer("苏州市的计划有效期到哪一年?").status == "not_found"
    assert engine.answer("苏州市标准化什么时候更加有效?").status == "answered"
