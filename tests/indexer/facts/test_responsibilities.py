from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.facts.responsibilities import extract_responsibilities

GOLDEN = Path(__file__).parents[2] / "fixtures" / "facts" / "duties.jsonl"
CASES = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
WORDS = st.sampled_from(
    [
        *"()〈〉《》、,。;:\n由对商*各x1",
        "市质监局",
        "市财政局",
        "牵头",
        "负责",
        "配合",
        "会同",
        "等部门",
        "按职责分工",
        "责任单位:",
        "(牵头)",
        "牵头:",
        "主责",
        "统筹",
        ",2025年底前",
        "牵头单位：",
        "列第一位者为牵头部门",
        "下同",
        "第八条 ",
        "主管",
        "工作",
        "領導小組",
    ]
)


@pytest.fixture
def duties_of(clauses_of):
    def read(units):
        found = extract_responsibilities(clauses_of(units)[1])
        return [[(d.lead, d.support, d.shared) for d in duties] for duties in found]

    return read


@pytest.mark.parametrize("case", CASES, ids=[case["form"] for case in CASES])
def test_written_forms(one_clause, case):
    document, units = one_clause(case["text"])
    found = extract_responsibilities(units)[0]
    got = [
        {
            "lead": list(duty.lead),
            "support": list(duty.support),
            "shared": list(duty.shared),
            "rule": duty.rule,
            "covers": document.clean.raw[slice(*duty.covers)] if duty.covers else None,
        }
        for duty in found
    ]
    expected = case["duties"]
    assert len(expected) == len(got)
    # A case states what it is about; what it leaves out is not compared.
    assert expected == [{key: one[key] for key in wanted} for one, wanted in zip(got, expected, strict=True)]


def test_there_are_forty_forms_that_match():
    assert len({case["form"] for case in CASES if case["duties"]}) >= 40


def test_a_convention_holds_from_the_clause_that_declares_it(clauses_of):
    _, units = clauses_of(
        [
            (("一",), "clause", "加强监管(农业厅、公安厅负责)。"),
            (("二",), "clause", "提高质量(质监局、工商局负责。列第一位者为牵头部门,下同)。"),
            (("三",), "clause", "保护环境(环保厅,林业厅负责)。"),
            (("四",), "clause", "宣传(广电局牵头,教育厅配合)。"),
            (("五",), "clause", "经费(财政厅负责)。"),
        ]
    )
    found = [duties[0] for duties in extract_responsibilities(units)]
    assert [duty.lead for duty in found] == [(), ("质监局",), ("环保厅",), ("广电局",), ("财政厅",)]
    assert [duty.support for duty in found] == [(), ("工商局",), ("林业厅",), ("教育厅",), ()]
    assert [duty.shared for duty in found] == [("农业厅", "公安厅"), (), (), (), ()]
    assert [duty.declared_in for duty in found] == [None, "d/二", "d/二", None, "d/二"]
    assert found[1].note == "(质监局、工商局负责。列第一位者为牵头部门,下同)"


@pytest.mark.parametrize(
    "declaration",
    [
        "本方案任务分工中,排在第一位的为牵头单位。",
        "以下各项责任单位列首位的为牵头单位。",
        "各项任务排名第一的单位为牵头责任单位,下同。",
    ],
)
def test_other_words_for_the_convention(duties_of, declaration):
    units = [(("preamble",), "preamble", declaration), (("一",), "clause", "推进改革(省编办、省财政厅负责)。")]
    assert duties_of(units)[1] == [(("省编办",), ("省财政厅",), ())]


def test_a_rule_without_following_words_holds_for_its_own_note(duties_of):
    units = [
        (("一",), "clause", "甲事项(省编办、省财政厅负责,列第一位的为牵头单位)。"),
        (("二",), "clause", "乙事项(省编办、省财政厅负责)。"),
    ]
    assert duties_of(units) == [[(("省编办",), ("省财政厅",), ())], [((), (), ("省编办", "省财政厅"))]]


def test_a_rule_in_brackets_is_no_part_of_a_name(duties_of):
    note = "(责任单位:市人社局、市财政局〔排名第一的为牵头单位,下同〕)"
    assert duties_of([(("一",), "clause", f"推进改革。{note}")]) == [[(("市人社局",), ("市财政局",), ())]]


def test_marked_bodies_lead(duties_of):
    units = [
        (("preamble",), "preamble", "以下任务分工中标*号的为牵头单位。"),
        (("一",), "clause", "推进改革(责任单位:省编办、省财政厅*、省人社厅)。"),
    ]
    assert duties_of(units)[1] == [(("省财政厅",), ("省编办", "省人社厅"), ())]


def test_a_rule_at_the_end_holds_for_what_stands_before(duties_of):
    units = [
        (("一",), "clause", "推进改革(省编办、省财政厅负责)。"),
        (("closing",), "closing", "注:以上任务列第一位的为牵头单位。"),
    ]
    assert duties_of(units)[0] == [(("省编办",), ("省财政厅",), ())]


def test_rows_of_a_table_take_their_roles_from_its_head(duties_of):
    units = [
        (("表1",), "table", "序号\t工作任务\t牵头单位\t配合单位\t完成时限"),
        (("表1", "行1"), "clause", "1\t建设检测平台\t省质监局\t省科技厅、省财政厅等部门\t2016年底"),
        (("表2",), "table", "| 任务 | 责任单位 |\n|---|---|"),
        (("表2", "行1"), "clause", "| 宣传 | 省委宣传部 |"),
        (("表2", "行2"), "clause", "| 考核 | 省质监局牵头,省统计局配合 |"),
        (("表2", "行3"), "clause", "| 培训 | 教育、科技部门 |"),
    ]
    expected = [
        [],
        [(("省质监局",), ("省科技厅", "省财政厅"), ())],
        [],
        [(("省委宣传部",), (), ())],
        [(("省质监局",), ("省统计局",), ())],
        [((), (), ("教育", "科技部门"))],
    ]
    assert expected == duties_of(units)


def test_a_table_without_a_column_of_bodies_has_no_duties(duties_of):
    units = [
        (("表1",), "table", "指标\t单位\t目标"),
        (("表1", "行1"), "clause", "合格率\t%\t95"),
    ]
    assert duties_of(units) == [[], []]


def test_the_covered_words_leave_out_the_run_in_heading(clauses_of):
    document, units = clauses_of([(("1",), "clause", "1.产品质量。合格率达到90%以上(盟市场监管局负责)。")])
    units = [replace(units[0], clause=replace(units[0].clause, labels=("1.产品质量。",)))]
    duty = extract_responsibilities(units)[0][0]
    assert document.clean.raw[slice(*duty.covers)] == "合格率达到90%以上"


@given(st.lists(WORDS, max_size=30).map("".join) | st.text(max_size=80))
def test_spans_slice_back_to_their_words(one_clause, unbroken, text):
    document, units = one_clause(text or " ")
    for duty in extract_responsibilities(units)[0]:
        raw = document.clean.raw
        assert unbroken(raw[slice(*duty.span)]) == unbroken(duty.note)
        bodies = (*duty.lead, *duty.support, *duty.shared)
        assert [*map(unbroken, bodies)] == [unbroken(raw[slice(*span)]) for span in duty.body_spans]
        assert bodies
        assert all(duty.span[0] <= start < end <= duty.span[1] for start, end in duty.body_spans)
