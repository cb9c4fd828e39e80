"""The pieces around a body: which line is what, and where the text itself begins."""

from __future__ import annotations

import pytest

from corpus.cover import find_cover
from corpus.frame import read_frame
from corpus.frame_lines import is_signer_line, is_title_like

NOTICE = """湖北省人民政府办公厅关于印发湖北省检验检测提升行动方案的通知
鄂政办发〔2021〕17号
各市、州、县人民政府，省政府各部门：
《湖北省检验检测提升行动方案》已经省人民政府同意，现印发给你们，请认真贯彻执行。
湖北省人民政府办公厅
2021年4月9日
湖北省检验检测提升行动方案
为提升检验检测能力，制定本方案。
一、主要目标
"""


def pieces(text: str) -> list[tuple[str, str]]:
    return [(line.role, text[line.start : line.end]) for line in read_frame(text).lines]


def test_a_notice_and_the_plan_that_it_issues():
    assert [role for role, _ in pieces(NOTICE)] == [
        "notice_title",
        "number",
        "addressee",
        "issuing",
        "signer",
        "date",
        "title",
    ]
    assert NOTICE[read_frame(NOTICE).preamble_start :].startswith("为提升检验检测能力")


@pytest.mark.parametrize(
    "below",
    [
        "各市教育局、财政局：",
        "（2018年5月31日江西省第十三届人民代表大会常务委员会第三次会议通过）",
        "国函〔2019〕35号",
    ],
)
def test_what_stands_below_the_only_title_is_no_front_matter(below):
    text = f"关于做好营养改善工作的通知\n{below}\n现就有关事项通知如下。\n一、规范供餐\n"
    assert text[read_frame(text).preamble_start :].startswith(below)


def test_a_title_broken_over_lines_is_one_piece():
    text = "江苏省发展和改革委员会 江苏省财政厅关于印发\n《江苏省氢能产业行动方案》的通知\n各设区市财政局：\n一、目标\n"
    assert pieces(text)[0] == ("title", "江苏省发展和改革委员会 江苏省财政厅关于印发\n《江苏省氢能产业行动方案》的通知")


def test_a_body_above_its_plan_is_no_part_of_the_title():
    text = (
        "贵州省人民政府\n二〇二一年十月\n贵州省山地农业发展规划\n（2021—2025年）\n为加快发展，编制本规划。\n一、基础\n"
    )
    assert pieces(text) == [
        ("signer", "贵州省人民政府"),
        ("date", "二〇二一年十月"),
        ("title", "贵州省山地农业发展规划\n（2021—2025年）"),
    ]


def test_a_text_without_a_frame_begins_at_once():
    assert read_frame("一、目标\n提高质量。").lines == ()
    assert read_frame("").preamble_start == 0


def test_hostile_lines_take_no_time_and_raise_nothing():
    for text in ("(2014年" * 20000, "（" * 50000, "政府:" * 20000, "\n".join(["目录"] * 5000)):
        assert read_frame(text).body_start <= len(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("质量强省建设实施意见(试行)", True),
        ("政 府 工 作 报 告", True),
        ("总 则", False),
        ("行动计划(国办发〔2014〕18号)", True),
        ("现印发给你们,请执行。", False),
    ],
)
def test_titles(line, expected):
    assert is_title_like(line) is expected


@pytest.mark.parametrize(
    ("line", "expected"), [("山东省人民政府办公厅", True), ("省长 王某", True), ("加强组织领导", False)]
)
def test_signers(line, expected):
    assert is_signer_line(line) is expected


def test_the_title_of_a_title_page_is_found_where_it_stands_again():
    text = (
        "贵州省农业规划\n（2021—2025年）\n贵州省人民政府\n二〇二一年十月\n贵州省农业规划（2021—2025年）\n编制本规划。\n"
    )
    assert [text[a:b] for a, b in find_cover(text)] == ["贵州省农业规划", "（2021—2025年）"]


@pytest.mark.parametrize(
    "text",
    [
        NOTICE,
        "名单\n张某\n李某\n张某\n王某\n",
        "农业规划\n为加快发展，编制本规划。\n农业规划\n",
        "一、农业规划\n内容\n一、农业规划\n",
    ],
)
def test_a_text_without_a_title_page_loses_nothing(text):
    assert find_cover(text) == []


def test_a_heading_that_ends_like_a_title_is_no_title():
    text = "关于加强监管的意见\n为加强监管,提出以下意见。\n主要任务\n加强治理。开展整治。\n保障措施\n加大投入。\n"
    frame = read_frame(text)
    assert [(line.role, text[line.start : line.end]) for line in frame.lines] == [("title", "关于加强监管的意见")]


def test_the_cut_off_head_of_a_page_is_no_part_of_the_title():
    title = "宁川市人民政府办公厅关于印发宁川市\n促进民间投资\n实施方案的通知"
    assert pieces(f"《宁川市进一步促进民间投资实施\n{title}\n各县人民政府:\n一、支持民间投资。\n")[:2] == [
        ("other", "《宁川市进一步促进民间投资实施"),
        ("title", title),
    ]
    broken = "宁川市贯彻落实《促进民间投资\n若干措施》实施方案"
    assert pieces(f"{broken}\n一、支持民间投资。\n") == [("title", broken)]
