"""Lines that are no running text: attachments, tables, the closing."""

from __future__ import annotations

import pytest

from corpus.lines import split_lines
from indexer.layout import (
    attachment_path,
    cells,
    ends_text,
    find_attachment_lists,
    find_attachments,
    find_glossaries,
    find_tables,
    find_term,
    is_signature,
    opens_closing,
)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("附件2", "附件2"),
        ("附件:任务分工表", "附件"),
        ("附件1 评定条件", "附件1"),
        ("附表3", "附表3"),
        ("附录a 术语", "附录A"),
        ("附则", None),
        ("附件所列单位应当", None),
        ("附件1中的材料,应当真实。", None),
    ],
)
def test_attachments_by_their_line(line, path):
    assert attachment_path(line) == path


def attachments(text: str) -> list[int]:
    return find_attachments(text, split_lines(text), 0, find_attachment_lists(text, split_lines(text), 0))


def test_an_attachment_has_text_below_it():
    assert attachments("一、甲\n附件1\n评定条件\n1.乙\n附件2\n说明\n") == [1, 4]


@pytest.mark.parametrize("text", ["一、甲\n附件:1.分工表\n2.清单\n某省人民政府\n2014年7月2日", "一、甲\n附件:分工表"])
def test_a_list_of_attachments_opens_none(text):
    assert attachments(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲。\n附件:1.分工表\n2.清单\n某省人民政府\n2014年7月2日", {1, 2}),
        ("甲。\n附件:\n1.分工表\n2.清单\n附件1\n分工表\n1.乙", {1, 2, 3}),
        ("甲。\n附件:\n1.建立台账。\n2.定期检查。", set()),
    ],
)
def test_a_list_of_attachments_reaches_to_what_follows_it(text, expected):
    assert find_attachment_lists(text, split_lines(text), 0) == expected


def test_tables_have_two_rows_at_least():
    text = "甲\n任务\t单位\n乙\t丙\n丁\n戊\t己\n|a|b|\n|---|---|\n|1|2|"
    tables = find_tables(text, split_lines(text))
    assert [(table.start, table.stop) for table in tables] == [(1, 3), (4, 8)]
    assert cells("| 甲 | 乙 |") == ["甲", "乙"]
    assert cells("甲\t乙") == ["甲", "乙"]
    assert cells("1|甲|乙|") == ["1", "甲", "乙"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("序号\t任务\t单位\t时限\n1\t甲\n乙\t市教育局\n市财政局\t5月\n2\t丙\t市商务局\t6月", [(1, 4), (4, 5)]),
        ("序号\t任务\t单位\t时限\n1\t甲\t市教育局\n二、乙\n2\t丙\t市商务局\t6月", [(1, 2), (2, 3), (3, 4)]),
        ("一、\t甲\n(一)\t乙\n(二)\t丙", None),
    ],
)
def test_a_row_whose_cells_are_broken_is_one(text, rows):
    tables = find_tables(text, split_lines(text))
    assert [[(row.start, row.stop) for row in table.rows] for table in tables] == ([rows] if rows else [])


@pytest.mark.parametrize(
    "line", ["某省人民政府办公厅", "2014年7月2日", "二〇〇六年十二月十五日", "某市教育局 2021年3月1日"]
)
def test_signatures(line):
    assert is_signature(line)
    assert ends_text(line)


@pytest.mark.parametrize(
    ("line", "closes", "ends"),
    [
        ("各市、县人民政府要加强对质量工作的组织领导。", True, False),
        ("各市于每年7月底前将工作情况报送省教育厅。", True, False),
        ("本办法自2014年7月1日起施行。", True, True),
        ("特此公告。", True, True),
        ("本办法所称企业,是指生产企业。", False, False),
        ("加强组织领导。", False, False),
    ],
)
def test_closing_words(line, closes, ends):
    assert (opens_closing(line), ends_text(line)) == (closes, ends)


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("序号\t任务\t责任单位\n一、甲\n1\t乙\t市教育局\n二、丙\n2\t丁\t市财政局\n三、要求\n戊。", [(0, 5)]),
        ("序号\t任务\t责任单位\n1\t乙\t市教育局\n表2 丙\n序号\t指标\t单位\n1\t丁\t个", [(0, 2), (3, 5)]),
        ("任务\t单位\n乙\t丙\n丁\n戊\t己\n庚\t辛", [(0, 2), (3, 5)]),
    ],
)
def test_a_table_goes_on_behind_the_heading_of_some_rows(text, ranges):
    assert [(table.start, table.stop) for table in find_tables(text, split_lines(text))] == ranges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("规划\n一、甲\n名词解释\n1.数据要素:指数据。\n2.算力,是指能力。", [2]),
        ("规划\n一、甲\n某市人民政府\n相关术语解释:\n一网通办——指统一办理。\n好差评:评价。", [3]),
        ("规划\n一、甲\n名词解释\n1.数据要素\n指数据。", [2]),
        ("规划\n一、甲\n名词解释\n由省统计局负责解释。", []),
        ("规划\n名词解释\n1.甲:指乙。\n二、工作要求\n第一章 丙", []),
        ("规划\n二、名词解释\n1.甲:指乙。", []),
    ],
)
def test_terms_are_explained_below_their_heading(text, expected):
    assert find_glossaries(text, split_lines(text), 0) == expected


@pytest.mark.parametrize(
    ("line", "term"),
    [
        ("首席质量官:指由企业授权的人员。", "首席质量官"),
        ("首席数据官(CDO)是指负责人。", "首席数据官(CDO)"),
        ("数据要素,是指资源。", "数据要素"),
        ("由市统计局负责解释。", None),
    ],
)
def test_the_term_of_an_explanation(line, term):
    end = find_term(line, 0, len(line))
    assert (line[:end] if end else None) == term
