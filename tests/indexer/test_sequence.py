"""Which numbers open a unit, and under which: shown by the paths that come out."""

from __future__ import annotations

import pytest

from indexer.enumerators import find_candidates
from indexer.sequence import judge_sequence


def paths(*lines: str) -> list[str]:
    """The path of each accepted number; the lines are folded already."""
    text, candidates = "", []
    for line in lines:
        start = len(text)
        text += line + "\n"
        candidates += find_candidates(text, start, start + len(line))
    found: list[str] = []
    for place in judge_sequence(candidates):
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
        (["一、甲。(一)乙。(二)丙。", "二、丁。见(一)和(二)。"], ["一", "一/(一)", "一/(二)", "二"]),
        (["一、甲", "2020.各地开展", "3.戊"], ["一"]),
        (["一、甲", "二、乙", "二、丙"], ["一", "二", "二"]),
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
