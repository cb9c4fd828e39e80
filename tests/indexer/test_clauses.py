"""The clause tree: what holds for any text, the trees of the five documents, and the rules that drew them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.document import build_document
from corpus.model import Clause, CleanText, RawText, Span
from corpus.reading import read_file
from indexer.clauses import parse_clauses
from indexer.parsing import parse_document

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((ROOT / "corpus/documents").glob("*.txt"))
TREES = Path(__file__).parent.parent / "fixtures" / "trees"
TEXTS = [path.read_text("utf-8") for path in DOCUMENTS]
LINES = [line for text in TEXTS for line in text.splitlines() if line.strip()]
INSERTED = [
    *(
        "分享到:",
        "返回顶部",
        "京ICP备05000001号",
        "第 3 页",
        "- 2 -",
        "附件2",
        "附件:1.分工表",
        "目 录",
        "(zhì)",
        "“",
        "”",
        "（",
    ),
    *(
        "一、",
        "1.",
        "第三条",
        "|甲|乙|",
        "\t",
        "①",
        "表1",
        "https://example.org/a.html",
        "任务1：",
        "行动二 ",
        "第一阶段：",
        "专栏1 ",
        "名词解释",
        "序号",
        "责任单位",
        "问：",
        "答：",
        "\u200b",
        "## ",
        "<p>",
        "┌──┬──┐",
        "│甲│乙│",
        "├──┼──┤",
        "1.1 编制目的 1.1.1 ",
        "![图](a.png)",
        "*****",
        "\x0b",
        "\r",
    ),
]
QUICK = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def raw_text(text: str, document_id: str = "text") -> RawText:
    return RawText(document_id, text, "utf-8", "", len(text.encode("utf-8", "replace")))


def source_words(clean: CleanText, span: Span) -> str:
    """The raw slice less its noise, repairs applied, without white space: worked out from the records alone."""
    start, end = span
    covered = sorted(
        [(*noise.span, "") for noise in clean.noise]
        + [(*repair.span, repair.repaired) for repair in clean.repairs if repair.repaired is not None]
    )
    words, at = [], start
    for first, last, instead in covered:
        if last <= start or first >= end:
            continue
        words.append(clean.raw[at : max(at, first)])
        words.append(instead)
        at = max(at, last)
    words.append(clean.raw[at:end])
    return "".join("".join(words).split())


def check_tiling(clean: CleanText, clauses: Sequence[Clause]) -> None:
    """Fail with the place at fault where characters are lost, stand twice, or differ from their source."""
    owners = [0] * len(clean.raw)
    for noise in clean.noise:
        assert clean.raw[slice(*noise.span)] == noise.text
        for i in range(*noise.span):
            owners[i] += 1
    position = 0
    for clause in clauses:
        start, end = clause.span
        assert position <= start < end, f"{clause.id} begins before its neighbour ends"
        position = end
        assert clean.text[slice(*clause.clean_span)] == clause.text
        assert "".join(clause.text.split()) == source_words(clean, clause.span), clause.id
        assert all(start <= a < b <= end for _, (a, b) in clause.parts)
    for clause in clauses:
        for i in range(*clause.span):
            owners[i] = 1 if owners[i] else 2
    lost = [i for i, owner in enumerate(owners) if owner == 0 and not clean.raw[i].isspace()]
    assert lost == [], f"lost: {clean.raw[lost[0] - 20 : lost[0] + 40]!r}"
    assert len({clause.id for clause in clauses}) == len(clauses)


def units(text: str) -> list[str]:
    return [f"{clause.kind} {'/'.join(clause.path)}" for clause in parse_clauses(build_document(raw_text(text)))]


@st.composite
def mutated_documents(draw: st.DrawFn) -> str:
    """A stretch of one of the five documents with lines joined, split, dropped, renumbered, widened, noise put in."""
    lines = draw(st.sampled_from(TEXTS)).split("\n")
    first = draw(st.integers(0, max(0, len(lines) - 10)))
    lines = lines[first : first + draw(st.integers(2, 30))]
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        cut = draw(st.integers(0, len(lines[at])))
        match draw(st.sampled_from(("join", "split", "drop", "number", "widen", "noise", "line", "stop"))):
            case "join":
                lines[at : at + 2] = ["".join(lines[at : at + 2])]
            case "split":
                lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]
            case "drop" if len(lines) > 1:
                del lines[at]
            case "number":
                lines[at] = re.sub("[一二三四五1-9]", draw(st.sampled_from("一二三七十129")), lines[at])
            case "widen":
                lines[at] = lines[at].translate(str.maketrans("(),.:;", "（），．：；"))
            case "noise":
                lines[at] = lines[at][:cut] + draw(st.sampled_from(INSERTED)) + lines[at][cut:]
            case "line":
                lines.insert(at, draw(st.sampled_from([*INSERTED, *LINES])))
            case "stop":
                lines[at] = lines[at].replace("。", draw(st.sampled_from(["", ",", " ", "。\n"])))
    return "\n".join(lines)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_character_of_the_five_is_in_one_unit_or_noise(path):
    parsed = parse_document(read_file(path))
    check_tiling(parsed.document.clean, parsed.clauses)


@QUICK
@given(mutated_documents())
def test_every_character_of_a_mutated_document_is_in_one_unit_or_noise(text):
    document = build_document(raw_text(text))
    check_tiling(document.clean, parse_clauses(document))


@QUICK
@given(
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.text("一二十、.．（）()1２第章条款节附件表:：。；“”|①\n\t 年月日区是")
)
def test_every_character_of_any_text_is_in_one_unit_or_noise(text):
    parsed = parse_document(raw_text(text))
    check_tiling(parsed.document.clean, parsed.clauses)


@pytest.mark.slow
@settings(QUICK, max_examples=2000)
@given(mutated_documents())
def test_tiling_at_length(text):
    parsed = parse_document(raw_text(text))
    check_tiling(parsed.document.clean, parsed.clauses)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_five_documents_have_the_trees_that_a_reader_drew(path):
    """Path, kind, first and last words of every unit, in order."""
    drawn = json.loads((TREES / f"{path.stem}.json").read_text("utf-8"))
    found = []
    for clause in parse_document(read_file(path)).clauses:
        words = "".join(clause.text.split())
        found.append(["/".join(clause.path), clause.kind, words[:14], words[-14:]])
    assert found == drawn


RENAMED = {
    "山东": "江原", "鲁政": "江政", "温州": "安平", "温政": "安政", "浙江": "海西", "浙政": "海政", "西藏": "云岭",
    "拉萨": "云城", "拉薩": "雲城", "藏政": "云政", "阿盟": "青盟", "內蒙古": "雲嶺",
    "质监": "标准", "商务厅": "外贸厅", "商務局": "外貿局", "农牧厅": "渔业厅", "旅游局": "文旅局", "公安": "警务",
    "发展改革": "计划统筹", "發展改革": "計劃統籌", "财政": "国库", "住建": "城建",
}  # fmt: skip


def renamed(text: str) -> str:
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_names_of_files_regions_and_bodies_decide_nothing(path, tmp_path):
    text = path.read_text("utf-8")
    (tmp_path / "另一个名字.txt").write_text(renamed(text), "utf-8")

    def tree(clauses):
        return [
            (
                c.path,
                c.kind,
                [tuple([*map(renamed, g)] for g in (d.lead, d.support, d.shared)) for d in c.responsibilities],
            )
            for c in clauses
        ]

    found = parse_document(read_file(tmp_path / "另一个名字.txt"))
    assert tree(found.clauses) == tree(parse_document(read_file(path)).clauses)


def test_a_paragraph_behind_the_clauses_of_a_section_is_the_sections():
    text = "某计划\n一、任务\n(一)甲。做甲。\n(二)乙。做乙。\n以上工作纳入考核。\n二、保障\n抓好落实。\n"
    assert units(text)[1:5] == ["heading 一", "clause 一/(一)", "clause 一/(二)", "clause 一/¶1"]


def test_clauses_that_all_run_over_paragraphs_keep_them():
    text = "某计划\n一、任务\n(一)甲。做好甲。\n还有甲。\n(二)乙。做好乙。\n还有乙。\n二、保障\n抓好落实。\n"
    assert units(text)[1:] == ["heading 一", "clause 一/(一)", "clause 一/(二)", "heading 二", "clause 二/¶1"]


def test_the_paragraph_of_a_last_heading_is_no_closing():
    text = "某意见\n一、甲。做好甲。\n二、乙。做好乙。\n三、加强领导\n各级政府是第一责任人。\n"
    assert units(text)[-2:] == ["heading 三", "clause 三/¶1"]


def test_a_topic_that_ends_in_a_stop_heads_its_paragraphs():
    text = "某方案\n一、任务\n(一)甲。做好甲。\n(二)改善道路。\n一是硬化。\n二是管护。\n(三)丙。做好丙。\n"
    assert units(text)[2:6] == ["clause 一/(一)", "heading 一/(二)", "clause 一/(二)/¶1", "clause 一/(二)/¶2"]


def test_the_last_entry_of_a_list_with_stops_is_no_heading():
    text = "某办法\n一、材料\n(一)申请书;\n(二)身份证明。\n材料一式两份。\n二、程序\n按程序办理。\n"
    assert units(text)[1:5] == ["heading 一", "clause 一/(一)", "clause 一/(二)", "clause 一/¶1"]


def test_what_counts_on_behind_the_last_clause_is_no_closing():
    text = "某通知\n一、甲。做甲。\n二、乙。\n一是丙。\n二是丁。\n请各地抓好落实。\n某省教育厅\n2024年8月10日\n"
    assert units(text)[1:] == ["clause 一", "heading 二", "clause 二/¶1", "clause 二/¶2", "closing closing"]


def test_an_office_heads_its_duties():
    text = "某职责\n市应急管理局\n负责综合监管。\n指导各部门工作。\n市公安局\n负责道路安全。\n"
    assert units(text)[1:] == ["heading ¶1", "clause ¶2", "clause ¶3", "heading ¶4", "clause ¶5"]


def test_thanks_close_a_reply():
    text = "某答复\n一、甲\n做甲。\n二、乙\n做乙。\n感谢您对我们工作的支持。\n某市民政局\n2024年6月18日\n"
    assert units(text)[-2:] == ["clause 二/¶1", "closing closing"]


def test_a_question_without_a_number_heads_its_answer():
    text = "某解读\n一、问答\n问:谁可以申请?\n答:毕业生。\n问:向谁申请?\n答:市教育局。\n"
    assert units(text)[2:] == ["heading 一/¶1", "clause 一/¶2", "heading 一/¶3", "clause 一/¶4"]


def test_a_question_heads_its_answer():
    assert units("某解读\n一、何时施行?\n自5月1日起施行。\n二、向谁申请?\n向区住建局申请。\n")[1:] == [
        "heading 一",
        "clause 一/¶1",
        "heading 二",
        "clause 二/¶1",
    ]


def test_a_heading_without_a_number_is_one_and_labels_what_it_heads():
    text = (
        "关于加强监管的意见\n为加强监管,提出以下意见。\n主要任务\n加强治理。开展整治。\n完善制度。制定标准。\n"
        "保障措施\n加大投入。\n某省农业农村厅\n2022年3月1日\n"
    )
    clauses = parse_document(raw_text(text)).clauses
    kinds = ["title", "clause", "heading", "clause", "clause", "heading", "clause", "closing"]
    assert [clause.kind for clause in clauses] == kinds
    assert clauses[4].labels == ("主要任务", "完善制度。")
    assert clauses[6].labels == ("保障措施",)


def test_the_cells_of_a_scraped_table_are_no_signature():
    text = "某市任务分解表\n老旧小区改造\n改造小区若干。\n市住建局\n年底\n农村饮水安全\n新建供水工程\n市水务局\n年底\n"
    assert all(clause.kind != "closing" for clause in parse_document(raw_text(text)).clauses)


def test_lines_of_another_language_open_no_unit():
    text = (
        "某办法\n第一条 申请人应当符合下列条件:\n(1) total investment of two million;\n(一)投资不低于两百万元;\n"
        "(2) research staff of not fewer than fifty.\n(二)人员不少于五十人。\n第二条 本办法自公布之日起施行。\n"
    )
    numbered = [unit for unit in units(text) if "¶" not in unit]
    assert numbered[1:] == ["heading 第一条", "clause 第一条/(一)", "clause 第一条/(二)", "clause 第二条"]


def test_the_last_entry_of_a_list_is_no_heading():
    text = "某办法\n一、材料\n(一)申请书\n(二)营业执照\n(三)身份证明\n材料一式两份。\n二、程序\n按程序办理。\n"
    assert units(text)[1:6] == ["heading 一", "clause 一/(一)", "clause 一/(二)", "clause 一/(三)", "clause 一/¶1"]


def test_a_path_that_occurs_again_is_counted():
    text = "某方案\n一、甲\n做甲。\n二、乙\n做乙。\n二、丙\n做丙。\n"
    assert units(text)[-2:] == ["heading 二~2", "clause 二~2/¶1"]


def test_the_articles_that_an_amendment_quotes_open_none():
    text = "某决定\n一、将第五条修改为:\n“第五条 甲。\n“第六条 乙。”\n二、删去第七条。\n"
    assert units(text)[1:] == ["clause 一", "clause 二"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "(" * 3000,
        "一、" * 3000,
        "“" * 3000,
        "1" * 3000,
        "第一条 " * 1000,
        "a\tb\n" * 500,
        "\ufeff",
        "一、\n" * 500,
        "专栏1 甲\n1.乙\n2.丙\n" * 500,
        "序号\n任务\n责任单位\n1\n甲\n市教育局\n" * 300,
        "名词解释\n甲:乙\n" * 500,
        "任务1:" * 1000,
    ],
)
def test_odd_texts_are_parsed(text):
    parsed = parse_document(raw_text(text))
    check_tiling(parsed.document.clean, parsed.clauses)
