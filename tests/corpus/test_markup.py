from __future__ import annotations

import pytest

from corpus.cleaning import clean_text
from corpus.model import RawText
from indexer.parsing import parse_document

PLAN = """# 海平市节水行动方案

为推进节水，制定本方案。

## 一、重点任务

**（一）农业节水。**

1\\. 新增灌溉面积5万亩。

2\\. 推广抗旱品种。

**（二）工业节水。** 推进企业改造。

\\(1\\) 钢铁行业。

\\(2\\) 化工行业。

## 二、任务分工

+------+--------------+----------+
| 序号 | 任务         | 牵头单位 |
+======+==============+==========+
| 1    | 编制节水规划 | 市水务局 |
+------+--------------+----------+
| 2    | 建成节水企业 | 市工信局 |
+------+--------------+----------+
"""


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("1\\. 加强领导。", "1. 加强领导。"),
        ("\\(1\\) 钢铁行业。", "(1) 钢铁行业。"),
        ("某市水务局\\\n2021年3月1日", "某市水务局\n2021年3月1日"),
        ("见[《节水目录》](https://example.org/a.pdf)。", "见《节水目录》。"),
        ("*本方案由某市水务局负责解释。*", "本方案由某市水务局负责解释。"),
        (r"普及率达到 $95\%$ 以上", "普及率达到 95% 以上"),
        ("+----+====+\n| 1 | 编制规划 |\n+----+----+", "| 1 | 编制规划 |"),
    ],
)
def test_marks_are_noise_and_what_they_mark_is_text(marked: str, text: str) -> None:
    assert clean_text(marked).text.strip("\n") == text


@pytest.mark.parametrize(
    "text",
    [
        "水务局和\\或住建局",
        "计划[2021](7号)已下达",
        "张*、李*负责检查*",
        "*号项目为重点",
        "等级为A+--至A",
        "每人$5-$10",
    ],
)
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert clean_text(text).text == text


def test_numbers_and_tables_of_a_converted_plan_are_read() -> None:
    clauses = parse_document(RawText("plan", PLAN, "utf-8", "", len(PLAN))).clauses
    paths = ["/".join(clause.path) for clause in clauses]
    assert paths == [
        "title", "preamble", "一", "一/(一)", "一/(一)/1", "一/(一)/2", "一/(二)", "一/(二)/(1)", "一/(二)/(2)", "二",
        "表1", "表1/行1", "表1/行2",
    ]  # fmt: skip
    assert [duty.lead for duty in clauses[-1].responsibilities] == [("市工信局",)]


def test_characters_written_as_entities_are_repaired() -> None:
    raw = "某市水务局关于开展&ldquo;节水&rdquo;活动的通知\n一、GDP增长&#8212;&gt;5%,AT&T公司和R&D经费"
    clean = clean_text(raw)
    assert clean.text == "某市水务局关于开展“节水”活动的通知\n一、GDP增长—>5%,AT&T公司和R&D经费"
    assert [(repair.broken, repair.repaired, repair.confidence) for repair in clean.repairs][:2] == [
        ("&ldquo;", "“", 1.0),
        ("&rdquo;", "”", 1.0),
    ]
    assert raw[slice(*clean.raw_span(clean.text.index("“"), clean.text.index("”") + 1))] == "&ldquo;节水&rdquo;"


def test_line_ends_that_a_program_printed_break_the_line() -> None:
    raw = "某市节水方案\\n\\u3000\\u3000一、加强领导。\\r\\n二、GDP能耗下降。\\n\\n三、落实责任。"
    lines = clean_text(raw).text.split("\n")
    assert [line for line in lines if line] == ["某市节水方案", "一、加强领导。", "二、GDP能耗下降。", "三、落实责任。"]
    paths = [clause.path for clause in parse_document(RawText("plan", raw, "utf-8", "", len(raw))).clauses]
    assert paths == [("title",), ("一",), ("二",), ("三",)]


def test_a_path_is_no_line_end() -> None:
    text = "材料存于D:\\new和D:\\node\n一、加强领导。\n二、落实责任。"
    assert clean_text(text).text == text
