"""Which numbers open a unit, and under which: shown by the paths that come out."""

from __future__ import annotations

import pytest

from indexer.enumerators import find_candidates, match_decimal
from indexer.sequence import judge_blocks, judge_decimals, judge_sequence


def paths(*lines: str) -> list[str]:
    """The path of each accepted number; the lines are folded already."""
    text, candidates = "", []
    for line in lines:
        start = len(text)
        text += line + "\n"
        candidates += find_candidates(text, start, start + len(line))
    found: list[str] = []
    for place in judge_sequence(judge_blocks(candidates)):
        above = found[place.parent] + "/" if place.parent >= 0 else ""
        found.append(above + place.candidate.canonical)
    return found


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["一、甲", "(一)乙", "1.丙", "2.丁", "(二)戊", "二、己"],
            ["一", "一/(一)", "一/(一)/1", "一/(一)/2", "一/(二)", "二"],
        ),
        (["一、甲", "1.乙", "2.丙", "二、丁", "3.戊", "4.己"], ["一", "一/1", "一/2", "二", "二/3", "二/4"]),
        (["一、甲", "1.乙", "2.丙", "二、丁", "1.戊", "2.己"], ["一", "一/1", "一/2", "二", "二/1", "二/2"]),
        (["1.甲", "2.乙", "4.丙", "1.丁"], ["1", "2", "4"]),
        (
            ["(一)甲", "一、乙", "二、丙", "(二)丁", "一、戊", "二、己"],
            ["(一)", "(一)/一", "(一)/二", "(二)", "(二)/一", "(二)/二"],
        ),
        (
            ["第一章 甲", "第一条 乙", "第二条 丙:", "(一)丁", "第二章 戊", "第三条 己"],
            ["第一章", "第一章/第一条", "第一章/第二条", "第一章/第二条/(一)", "第二章", "第二章/第三条"],
        ),
        (["第一条 甲", "第一条之一 乙", "第二条 丙"], ["第一条", "第一条之一", "第二条"]),
        # Numbers that run into their words, one of which the text lost; a reference far ahead is none.
        (["第一条甲。", "第二条乙。", "第四条丙。", "第九条丁。"], ["第一条", "第二条", "第四条"]),
        (["一、甲。(一)乙。(二)丙。", "二、丁。见(一)和(二)。"], ["一", "一/(一)", "一/(二)", "二"]),
        (["一、甲", "2020.各地开展", "3.戊"], ["一"]),
        (["一、甲", "二、乙", "二、丙"], ["一", "二", "二"]),
        (["一、甲", "任务1:乙", "任务2:丙", "二、丁", "任务3:戊"], ["一", "一/任务1", "一/任务2", "二", "二/任务3"]),
        (
            ["行动一 甲", "措施1:乙", "措施2:丙", "行动二 丁", "措施1:戊"],
            [
                "行动一",
                "行动一/措施1",
                "行动一/措施2",
                "行动二",
                "行动二/措施1",
            ],
        ),
        (
            ["一、甲", "1.乙", "2.丙", "二、丁", "任务一:戊", "1.己", "2.庚", "任务二"],
            [
                "一",
                "一/1",
                "一/2",
                "二",
                "二/任务一",
                "二/任务一/1",
                "二/任务一/2",
                "二/任务二",
            ],
        ),
        (
            ["(一)甲", "1.乙", "2.丙", "专栏1 丁", "1.戊", "2.己", "3.庚", "3.辛", "(二)壬"],
            ["(一)", "(一)/1", "(一)/2", "(一)/专栏1", *(f"(一)/专栏1/{n}" for n in (1, 2, 3)), "(一)/3", "(二)"],
        ),
        (
            ["(一)甲", "专栏1 乙", "1.丙", "2.丁", "专栏2 戊", "1.己", "2.庚", "(二)辛"],
            ["(一)", "专栏1", "专栏1/1", "专栏1/2", "专栏2", "专栏2/1", "专栏2/2", "(二)"],
        ),
        (
            ["一、甲", "措施一、乙", "措施二、丙", "二、丁", "措施三、戊"],
            [
                "一",
                "一/措施一",
                "一/措施二",
                "二",
                "二/措施三",
            ],
        ),
        (
            ["一、甲", "第一阶段:乙", "第二阶段(6月)丙", "二、丁", "第一阶段的工作"],
            [
                "一",
                "一/第一阶段",
                "一/第二阶段",
                "二",
            ],
        ),
        (["任务一、任务二由省厅负责", "任务二、三由市局负责"], []),
        (["专栏1 甲", "01 乙", "02 丙", "第二节 丁"], ["专栏1", "专栏1/01", "专栏1/02", "第二节"]),
        (["01月起实施", "02 个", "03号楼"], []),
        (["任务1:甲。任务2:乙。", "见任务1。"], ["任务1", "任务2"]),
        (["任务1:甲", "任务1至任务4由各县负责", "项目 2 个"], []),
    ],
)
def test_numbers_by_their_place(lines, expected):
    assert paths(*lines) == expected


def test_a_reference_inside_a_sentence_opens_nothing():
    assert paths("第一条 甲。", "第二条 违反第五条 规定的,处罚。第九条 另有规定。", "第三条 乙。") == [
        "第一条",
        "第二条",
        "第三条",
    ]


def decimals(*lines: str) -> list[str]:
    """The accepted numbers of a decimal scheme; the lines are folded already."""
    found = (match_decimal(line, 0, len(line)) for line in lines)
    return [candidate.canonical for candidate in judge_decimals([c for c in found if c is not None])]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["1 总则", "1.1 目的", "1.2 依据", "2 组织", "2.1 机构"], ["1", "1.1", "1.2", "2", "2.1"]),
        (["1.总则", "1.1目的", "1.1.1甲", "1.1.2乙", "2.附则"], ["1", "1.1", "1.1.1", "1.1.2", "2"]),
        (["1 总则", "2 组织", "2.1 机构", "2.2 职责"], ["1", "2", "2.1", "2.2"]),
        (["1 总则", "1.1 目的", "1.2 依据", "11.5.14.2的试验", "2.5%以上", "1.3 原则"], ["1", "1.1", "1.2", "1.3"]),
        (["1 总则", "1.1 目的", "1.2 依据", "1.3万辆", "3 个县", "2 组织"], ["1", "1.1", "1.2", "2"]),
        (
            ["1 总则", "2 响应", "2.1 分级", "2.2 人员", "3 附则", "3.1 名词术语", "3.2 日常管理"],
            [
                "1",
                "2",
                "2.1",
                "2.2",
                "3",
                "3.1",
                "3.2",
            ],
        ),
        (["1.1 甲", "1.2 乙", "2.1 丙", "2.1.1 ⅰ级", "2.1.2 ⅱ级"], ["1.1", "1.2", "2.1", "2.1.1", "2.1.2"]),
        (["1 总则", "1.0.1 甲", "1.0.2 乙", "2 管理", "2.0.1 丙"], ["1", "1.0.1", "1.0.2", "2", "2.0.1"]),
        (["1.甲", "2.乙", "3.丙"], []),
        (["1.5万辆", "2.5%", "2014.5.1", "5.1劳动节"], []),
    ],
)
def test_decimal_numbers_count_in_their_order_only(lines: list[str], expected: list[str]) -> None:
    assert decimals(*lines) == expected
