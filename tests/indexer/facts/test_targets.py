from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import RawText
from corpus.reading import read_file
from indexer.facts.targets import extract_targets
from indexer.parsing import parse_document

GOLDEN = Path(__file__).parents[2] / "fixtures" / "facts" / "targets.jsonl"
FIXTURES = Path(__file__).parents[2] / "fixtures" / "clauses"
CASES = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
DEFAULTS = {"upper_value": None, "deadline": None, "deadline_source": None, "baseline": None}
WORDS = st.sampled_from(
    [
        *"()《》“”、,。\n·第的和",
        "合格率",
        "达到",
        "95%",
        "以上",
        "2至3家",
        "新建",
        "三个",
        "到2020年底",
        "年内",
        "每两年",
        "从60%",
        "提高到",
        "分别",
        "1.5万辆",
        "百分之九十",
        "其中",
        "翻一番",
        "五年内",
        "2月30日前",
        "“十三五”末",
        "9" * 40,
    ]
)


def values(targets):
    return [(t.value, t.deadline, t.deadline_source) for t in targets]


@pytest.mark.parametrize("case", CASES, ids=[case["form"] for case in CASES])
def test_written_forms(one_clause, case):
    issued = {"issued_on": date.fromisoformat(case["issued_on"])} if "issued_on" in case else {}
    document, units = one_clause(case["text"], **issued)
    got = [
        {
            "indicator": target.indicator,
            "comparator": target.comparator,
            "value": None if target.value is None else format(target.value, "f"),
            "upper_value": None if target.upper_value is None else format(target.upper_value, "f"),
            "unit": target.unit,
            "deadline": target.deadline,
            "deadline_source": target.deadline_source,
            "baseline": target.baseline,
        }
        for target in extract_targets(document, units)[0]
    ]
    assert [DEFAULTS | wanted for wanted in case["targets"]] == got


def test_there_are_sixty_forms_that_match():
    assert len({case["form"] for case in CASES if case["targets"]}) >= 60


def test_the_deadline_of_a_heading_holds_below_it(clauses_of):
    document, units = clauses_of(
        [
            (("一",), "heading", "一、2016年主要目标"),
            (("一", "1"), "clause", "1.合格率达到95%以上。"),
            (("一", "2"), "clause", "2.到2018年,新建实验室5个。"),
            (("二",), "heading", "二、其他"),
            (("二", "1"), "clause", "1.培育名牌3个。"),
        ]
    )
    found = [values(targets) for targets in extract_targets(document, units)]
    assert [(Decimal(95), "2016", "heading")] == found[1]
    assert [(Decimal(5), "2018", "clause")] == found[2]
    assert [(Decimal(3), None, None)] == found[4]


def test_a_term_over_a_list_is_the_documents(clauses_of):
    document, units = clauses_of(
        [
            (("二",), "heading", "二、总体目标"),
            (("二", "¶1"), "clause", "到2020年底,质量水平明显提升。"),
            (("二", "(一)"), "clause", "(一)合格率达到96%以上。"),
        ]
    )
    assert [(Decimal(96), "2020-12-31", "document")] == values(extract_targets(document, units)[2])


@pytest.mark.parametrize("heading", ["一、工作回顾", "一、工作回顧", "一、2023年预算执行情况", "一、工作現狀"])
def test_what_has_been_done_is_no_aim(heading, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(f"某市工作报告\n{heading}\n全市新增规上企业46家。\n二、工作安排\n新增规上企业50家。\n", "utf-8")
    clauses = parse_document(read_file(path)).clauses
    assert [t.value for clause in clauses for t in clause.targets] == [Decimal(50)]


def test_a_paragraph_of_a_timetable_has_no_term_of_another(clauses_of):
    document, units = clauses_of(
        [
            (("二",), "heading", "二、时间安排"),
            (("二", "¶1"), "clause", "2023年6月底前:完成普查。"),
            (("二", "¶2"), "clause", "2023年12月底前:完成清查。"),
            (("二", "¶3"), "clause", "全面推开:新建站点20个。"),
        ]
    )
    assert [(Decimal(20), None, None)] == values(extract_targets(document, units)[3])


def test_the_year_of_a_plans_title_is_the_documents(clauses_of):
    document, units = clauses_of(
        [
            (("title",), "title", "某省贯彻实施质量发展纲要(2011-2020年)2014年行动计划"),
            (("一",), "clause", "一、培育名牌产品19个。"),
        ]
    )
    assert [(Decimal(19), "2014", "document")] == values(extract_targets(document, units)[1])


def test_years_in_quoted_titles_are_no_deadlines(one_clause):
    document, units = one_clause("贯彻《质量发展纲要(到2020年)》,培育名牌产品19个。")
    assert [(Decimal(19), None, None)] == values(extract_targets(document, units)[0])


def test_what_a_heading_says_is_done_is_no_aim(clauses_of):
    document, units = clauses_of([(("一",), "heading", "一、主要成效"), (("一", "¶1"), "clause", "建成基站2万个。")])
    done = [replace(units[1], clause=replace(units[1].clause, labels=("一、主要成效",)))]
    assert extract_targets(document, done) == [()]
    assert values(extract_targets(document, units)[1]) == [(Decimal(20000), None, None)]
    ahead = [replace(units[1], clause=replace(units[1].clause, labels=("一、聚焦创造,夯实发展基础",)))]
    assert values(extract_targets(document, ahead)[0]) == [(Decimal(20000), None, None)]


def test_an_article_of_a_law_bounds_and_does_not_aim(clauses_of):
    document, units = clauses_of(
        [(("第五条",), "clause", "第五条 适用税率为20%。代表名额不得超过四百五十名。出资比例不足百分之十的,不予登记。")]
    )
    assert extract_targets(document, units)[0] == ()


def test_a_first_sentence_aims_though_it_is_the_label_of_its_clause():
    text = """茶山县2025年民生实事工作方案

一、教育惠民
1.新增公办学位1200个。
牵头单位:县教育局
完成时限:2025年11月底前
2.改造老旧校舍8所。惠及学生较多的先改。
"""
    clauses = parse_document(RawText("tea", text, "utf-8", "", len(text.encode()))).clauses
    found = {clause.path: [(t.indicator, t.value, t.deadline) for t in clause.targets] for clause in clauses}
    assert found[("一", "1")] == [("新增公办学位", Decimal(1200), "2025-11-30")]
    assert found[("一", "2")] == [("改造老旧校舍", Decimal(8), "2025")]


def test_a_thing_and_its_number_may_be_broken_by_a_pages_width():
    path = FIXTURES / "67-bodies-broken-by-a-pages-width.txt"
    parsed = parse_document(read_file(path))
    clause = next(clause for clause in parsed.clauses if clause.path == ("一", "(一)"))
    counted = [(t.indicator, t.value) for t in clause.targets]
    assert counted == [
        ("建成产地冷藏保鲜设施", Decimal(60)),
        ("创建省级冷链物流示范园区", Decimal(2)),
        ("县级骨干企业", Decimal(12)),
    ]
    raw = parsed.document.clean.raw
    assert ["".join(raw[slice(*t.span)].split()) for t in clause.targets] == [t.text for t in clause.targets]


@given(st.lists(WORDS, max_size=25).map("".join) | st.text(max_size=80))
def test_spans_slice_back_to_their_words(one_clause, unbroken, text):
    document, units = one_clause(text or " ")
    for target in extract_targets(document, units)[0]:
        assert unbroken(document.clean.raw[slice(*target.span)]) == unbroken(target.text)
        assert target.indicator
        assert target.value is not None or target.deadline is not None


@pytest.mark.parametrize(
    "paid", ["按4%交纳保证金", "按照核定价款的3%收取", "依成交额的5%的比例计提", "以2倍的标准征收"]
)
def test_a_rate_by_which_something_is_paid_is_no_aim(one_clause, paid):
    assert list(extract_targets(*one_clause(f"企业{paid}。"))[0]) == []
    assert len(extract_targets(*one_clause("到2025年,社会保险缴纳率达到95%。"))[0]) == 1


@pytest.mark.parametrize("since", ["同比", "比上年", "比上年同期", "较去年"])
def test_a_growth_since_last_year_is_of_the_thing_before_it(one_clause, since):
    found = extract_targets(*one_clause(f"力争农业增加值达到3亿元，{since}增长9.9%。"))[0]
    assert [target.indicator for target in found] == ["农业增加值", "农业增加值"]
