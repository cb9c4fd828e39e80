from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from corpus.regions import find_regions, resolve
from indexer.backends.base import In
from service.engine import Engine
from service.places import rows_naming


@pytest.mark.parametrize("name", ["江苏", "成都", "昆明市", "四川省", "牙克石市"])
def test_the_clauses_that_name_a_place_are_those_that_reading_all_would_find(provinces: Engine, name: str) -> None:
    region = resolve(name)
    assert region is not None
    index = provinces.generation
    clauses = index.store.clauses_of_rows(np.arange(len(index.rows)))
    naming = [
        row
        for row, clause in enumerate(clauses)
        if any(mention.region == region for mention in find_regions(clause.text))
    ]

    assert bool(naming) == (name != "牙克石市")
    assert rows_naming(index, region, None) == naming


def test_only_allowed_rows_are_looked_at(provinces: Engine) -> None:
    region = resolve("江苏")
    assert region is not None
    every = rows_naming(provinces.generation, region, None)
    document_id = provinces.generation.rows.document_ids[0]
    allowed = provinces.generation.rows.where(In("document_id", frozenset({document_id})))
    assert allowed is not None

    assert rows_naming(provinces.generation, region, allowed) == [row for row in every if allowed.mask[row]]


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("昆山的节水灌溉由谁牵头?", "昆山市"),
        ("義烏的節水灌溉由誰牽頭?", "義烏市"),
        ("浙江义乌的节水灌溉由谁牵头?", "义乌市"),
    ],
)
def test_a_county_that_is_not_there_is_said_and_nothing_else_answers(
    provinces: Engine, question: str, absent: str
) -> None:
    answer = provinces.answer(question)

    assert (answer.status, answer.reason) == ("not_found", "region_not_in_corpus")
    assert absent in answer.text


def test_a_county_beside_another_place_is_said_to_be_missing(provinces: Engine) -> None:
    answer = provinces.answer("江苏和义乌的节水灌溉由谁牵头?")

    assert answer.uncovered == ("义乌市",)
    assert {citation.document_id for citation in answer.citations} == {"jiangsu-water"}


def test_a_word_that_documents_have_is_no_county(provinces: Engine) -> None:
    """节水 is known, 平安 is an ordinary word."""
    assert provinces.answer("江苏平安农业节水灌溉由谁牵头?").interpretation.regions == (resolve("江苏"),)


def test_a_county_named_as_a_common_word_is_a_place_where_its_documents_are(engine_over: Any) -> None:
    rules = "仙桃市节约用水办法\n第一条 节约用水由市水利局负责。\n第二条 推广节水器具。\n"
    engine = engine_over({"xiantao.txt": rules, "suzhou.txt": "苏州市节水办法\n第一条 种植仙桃应当节水。\n"})

    assert engine.answer("仙桃节约用水由谁负责?").interpretation.regions == (resolve("仙桃市"),)
    assert engine.answer("苏州市种植仙桃要节水吗?").interpretation.regions == (resolve("苏州市"),)


PLAN = """江西省检测能力建设规划
一、主要任务
(一)建设检测室。省检测院2020年前建设门窗检测室、珠宝检测室。九江市建设陶瓷检测室;上饶市建设光学检测室。
(二)加强计量。推广能源计量。
"""


@pytest.mark.parametrize("question", ["江西省九江市要建设哪些检测室?", "江西2020年前九江要建什么检测室?"])
def test_what_a_larger_place_says_of_the_smaller_one_is_said_of_that_one(engine_over: Any, question: str) -> None:
    answer = engine_over({"jiangxi.txt": PLAN}).answer(question)

    assert answer.status == "answered"
    assert "九江市建设陶瓷检测室" in answer.text
    assert "门窗" not in answer.text


def test_places_side_by_side_are_both_asked_about(engine_over: Any) -> None:
    answer = engine_over({"jiangxi.txt": PLAN}).answer("江西省和九江市怎样推广能源计量?")

    assert answer.interpretation.regions == (resolve("江西省"), resolve("九江市"))


def test_a_sentence_that_does_not_name_the_smaller_place_is_not_quoted_of_it(engine_over: Any) -> None:
    answer = engine_over({"jiangxi.txt": PLAN}).answer("江西省九江市要建设哪些陶瓷、珠宝检测室?")

    assert [statement.text for statement in answer.statements] == ["江西省:九江市建设陶瓷检测室。"]
