from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Clause, CleanText, Noise, Repair
from service.reader import cited_marks, find_marks, label_mark, lay_out, parse_ranges

RAW = "首页\n一、加強質量監督\n區(qū)內企業應當x?治。\n备案号1\n"
NOISE = (Noise((0, 2), "首页", "navigation"), Noise((13, 17), "(qū)", "pinyin"), Noise((27, 31), "备案号1", "icp"))
REPAIR = Repair((22, 24), "x?", "整", 0.9)
# Clean: 一、加強質量監督\n區內企業應當整治。\n
CLEAN = CleanText(
    RAW,
    "一、加強質量監督\n區內企業應當整治。\n",
    ((0, 3, 13), (10, 17, 22), (15, 22, 24), (16, 24, 27)),
    NOISE,
    (REPAIR,),
)
HEADING = Clause("d/一", "d", ("一",), ("一、加強質量監督",), "heading", "一、加強質量監督", (3, 11), (0, 8))
CLAUSE = Clause("d/一/¶1", "d", ("一", "¶1"), HEADING.labels, "clause", "區內企業應當整治。", (12, 26), (9, 18))


def shown(blocks) -> str:
    return "".join(piece.before or piece.text for block in blocks for line in block.paragraphs for piece in line.pieces)


def pieces(blocks, path):
    found = next(block for block in blocks if block.clause is not None and block.clause.path == path)
    return [piece for line in found.paragraphs for piece in line.pieces]


def test_the_fixture_is_sound():
    assert [RAW[slice(*noise.span)] for noise in NOISE] == [noise.text for noise in NOISE]
    assert RAW[slice(*REPAIR.span)] == REPAIR.broken
    assert CLEAN.text[slice(*CLAUSE.clean_span)] == CLAUSE.text
    assert CLEAN.raw_span(*CLAUSE.clean_span) == CLAUSE.span


def test_every_character_is_shown_once():
    assert "".join(shown(lay_out(CLEAN, [HEADING, CLAUSE])).split()) == "".join(RAW.split())


def test_blocks_are_in_order_with_noise_between():
    blocks = lay_out(CLEAN, [CLAUSE, HEADING])
    assert [block.clause and block.clause.id for block in blocks] == [None, "d/一", "d/一/¶1", None]
    assert blocks[0].paragraphs[0].is_noise
    assert blocks[3].paragraphs[0].reasons == ("icp",)
    assert blocks[3].paragraphs[0].size == 4


def test_noise_and_repairs_inside_a_clause_are_told_apart():
    found = [
        (piece.kind, piece.text, piece.before, piece.reason) for piece in pieces(lay_out(CLEAN, [CLAUSE]), CLAUSE.path)
    ]
    assert found == [
        ("kept", "區", "", ""),
        ("noise", "(qū)", "", "pinyin"),
        ("kept", "內企業應當", "", ""),
        ("repair", "整", "x?", ""),
        ("kept", "治。", "", ""),
    ]


def test_damage_that_cannot_be_undone_is_shown_as_it_is():
    clean = CleanText("甲?乙", "甲?乙", ((0, 0, 3),), (), (Repair((1, 2), "?", None, 0.0),))
    clause = Clause("d/一", "d", ("一",), (), "clause", "甲?乙", (0, 3), (0, 3))
    assert [(p.text, p.before, p.mended) for p in pieces(lay_out(clean, [clause]), ("一",))] == [
        ("甲", "", True),
        ("?", "", False),
        ("乙", "", True),
    ]


def test_marks_run_over_noise_and_repairs():
    marks = cited_marks(CLEAN, CLAUSE, [(0, 3), (6, 8)])
    assert [mark.span for mark in marks] == [(12, 19), (22, 25)]
    assert [mark.anchor for mark in marks] == ["hl", None]
    marked = [piece for piece in pieces(lay_out(CLEAN, [CLAUSE], marks), CLAUSE.path) if "cited" in piece.names]
    assert [piece.text for piece in marked] == ["區", "(qū)", "內企", "整", "治"]
    assert [piece.anchor for piece in marked] == ["hl", None, None, None, None]


@pytest.mark.parametrize("ranges", [[(50, 60)], [(9, 99)]])
def test_ranges_outside_the_clause_mark_nothing(ranges):
    assert cited_marks(CLEAN, CLAUSE, ranges) == []


def test_a_range_that_leaves_the_clause_ends_with_it():
    assert [mark.span for mark in cited_marks(CLEAN, CLAUSE, [(7, 99)])] == [(24, 26)]


def test_without_a_clause_ranges_are_raw():
    assert [mark.span for mark in cited_marks(CLEAN, None, [(0, 2)])] == [(0, 2)]


def test_the_label_is_marked_also_over_a_line_break():
    clean = CleanText("第一章 甲\n乙", "第一章 甲\n乙", ((0, 0, 7),))
    clause = Clause("d/第一章", "d", ("第一章",), ("第一章 甲乙",), "heading", "第一章 甲\n乙", (0, 7), (0, 7))
    mark = label_mark(clean, clause)
    assert mark is not None
    assert mark.span == (0, 7)
    assert label_mark(CLEAN, CLAUSE) is None


def test_a_search_finds_both_scripts_and_skips_noise():
    assert [RAW[slice(*mark.span)] for mark in find_marks(CLEAN, "质量")] == ["質量"]
    assert [mark.span for mark in find_marks(CLEAN, "区内")] == [(12, 18)]
    assert find_marks(CLEAN, "首页") == []
    assert find_marks(CLEAN, "  ") == []


def test_anchors_of_hits_are_unique():
    blocks = lay_out(CLEAN, [HEADING, CLAUSE], find_marks(CLEAN, "当整治"))
    anchors = [piece.anchor for block in blocks for line in block.paragraphs for piece in line.pieces if piece.anchor]
    assert anchors == ["hit-1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("212-218,230-240", ((212, 218), (230, 240))), ("5-2", ()), ("a-b", ()), ("", ()), ("-3,4-6 ", ((4, 6),))],
)
def test_ranges_are_read(text, expected):
    assert parse_ranges(text) == expected


@given(
    raw=st.text(alphabet="一二.、(ū)\n 甲乙", max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=8),
    units=st.lists(st.integers(0, 60), max_size=6),
)
def test_nothing_is_lost_whatever_is_noise(raw, cuts, units):
    edges = sorted({cut for cut in cuts if cut <= len(raw)})
    noise = tuple(
        Noise((start, end), raw[start:end], "navigation") for start, end in zip(edges[::2], edges[1::2], strict=False)
    )
    kept, clean, at, length = [], "", 0, 0
    for start, end in [*(item.span for item in noise), (len(raw), len(raw))]:
        if at < start:
            kept.append((length, at, start))
            clean += raw[at:start]
            length += start - at
        at = end
    ends = sorted({unit for unit in units if unit <= len(raw)})
    clauses = [
        Clause(f"d/{start}", "d", (str(start),), (), "clause", "", (start, end), (0, 1))
        for start, end in pairwise(ends)
    ]
    blocks = lay_out(CleanText(raw, clean, tuple(kept), noise), clauses)
    assert "".join(shown(blocks).split()) == "".join(raw.split())
