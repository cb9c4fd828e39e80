"""What may open a unit, before its place in a sequence is judged."""

from __future__ import annotations

import pytest

from indexer.enumerators import Style, find_candidates, match_enumerator, parse_chinese_number


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("一百三十三", 133),
        ("一千二百五十四", 1254),
        ("二〇一四", 2014),
        ("12", 12),
        ("两", 2),
    ],
)
def test_chinese_numbers(printed, value):
    assert parse_chinese_number(printed) == value


def test_a_word_is_no_number():
    with pytest.raises(ValueError, match="甲"):
        parse_chinese_number("十甲")


@pytest.mark.parametrize(
    ("line", "style", "canonical", "value"),
    [
        ("第二编 分则", Style.PART, "第二编", 2),
        ("第三分编 合同", Style.SUBPART, "第三分编", 3),
        ("第二章 职责", Style.CHAPTER, "第二章", 2),
        ("第十一节 计量", Style.SECTION, "第十一节", 11),
        ("第一千二百五十四条 禁止", Style.ARTICLE, "第一千二百五十四条", 1254),
        ("第一百三十三条之一 在道路上", Style.ARTICLE, "第一百三十三条之一", 133),
        ("第 五 条 本办法", Style.ARTICLE, "第五条", 5),
        ("一、加强领导", Style.CHINESE, "一", 1),
        ("十二.其他", Style.CHINESE, "十二", 12),
        ("(三)质量", Style.CHINESE_BRACKETED, "(三)", 3),
        ("〔四〕质量", Style.CHINESE_BRACKETED, "(四)", 4),
        ("1.加强监管", Style.ARABIC, "1", 1),
        ("16、统计", Style.ARABIC, "16", 16),
        ("(2)建立台账", Style.ARABIC_BRACKETED, "(2)", 2),
        ("专栏3 重点工程", Style.BOX, "专栏3", 3),
        ("专栏2-1:数据要素", Style.BOX, "专栏2-1", 2),
        ("专栏 重点工程", Style.BOX, "专栏", 0),
        ("2)建立台账", Style.ARABIC_HALF_BRACKETED, "(2)", 2),
        ("③复核", Style.CIRCLED, "③", 3),
        ("叁、经费来源", Style.FORMAL, "叁", 3),
        ("拾壹、附则", Style.FORMAL, "拾壹", 11),
        ("(b)申请表", Style.LETTER, "(b)", 2),
        ("c)申请表", Style.LETTER, "(c)", 3),
        ("d.申请表", Style.LETTER, "d", 4),
        ("第2部 导言", Style.PART, "第2部", 2),
        ("㉑复核", Style.CIRCLED, "㉑", 21),
        ("⑿复核", Style.ARABIC_BRACKETED, "(12)", 12),
        ("⒌复核", Style.ARABIC, "5", 5),
        ("㈩复核", Style.CHINESE_BRACKETED, "(十)", 10),
        ("❸复核", Style.CIRCLED, "❸", 3),
    ],
)
def test_enumerators(line, style, canonical, value):
    found = match_enumerator(line, 0, len(line), at_line_start=True)
    assert (found.style, found.canonical, found.value) == (style, canonical, value)


@pytest.mark.parametrize(
    "line",
    [
        "2014年质量工作要点",
        "1.5万辆公务车",
        "11.5.14.2的试验",
        "3·15期间集中受理",
        "(2014)18号文件",
        "一、二、三产业",
        "一、二级医院",
        "第三条规定的情形",
        "第五条第二款",
        "第二章的规定",
        "12315热线",
        "陆海统筹",
        "a类企业",
        "第一部地方性法规",
        "5月、10月各开展一次",
        "(一九九八年)",
    ],
)
def test_numbers_that_are_no_enumerators(line):
    assert match_enumerator(line, 0, len(line), at_line_start=True) is None


def test_inside_a_line_an_enumerator_stands_behind_a_stop():
    line = "一、目标。(一)产品质量;(二)工程质量。依照本办法第三条和(三)的规定,占1.5%。"
    assert [(c.canonical, c.at_line_start) for c in find_candidates(line, 0, len(line))] == [
        ("一", True),
        ("(一)", False),
        ("(二)", False),
    ]
