from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from corpus.errors import BrokenDocumentError, EncryptedDocumentError, OversizedDocumentError
from corpus.formats.docx import read_docx
from corpus.formats.word_numbers import chinese_number, format_number

W = nsdecls("w")


def level(number: int, number_format: str, text: str, *, start: int = 1, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


class Word:
    """A document whose numbering is written out, as Word does it."""

    def __init__(self) -> None:
        self.document = docx.Document()
        self.numbering = self.document.part.numbering_part.element
        for child in list(self.numbering):
            self.numbering.remove(child)

    def define(self, abstract_id: int, *levels: str) -> None:
        xml = f'<w:abstractNum {W} w:abstractNumId="{abstract_id}">{"".join(levels)}</w:abstractNum>'
        self.numbering.append(parse_xml(xml))

    def use(self, num_id: int, abstract_id: int, overrides: str = "") -> None:
        xml = f'<w:num {W} w:numId="{num_id}"><w:abstractNumId w:val="{abstract_id}"/>{overrides}</w:num>'
        self.numbering.append(parse_xml(xml))

    def add(self, text: str, num_id: int | None = None, level: int = 0, style: str | None = None):
        paragraph = self.document.add_paragraph(text, style)
        if num_id is not None:
            properties = paragraph._p.get_or_add_pPr()
            xml = f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>'
            properties.append(parse_xml(xml))
        return paragraph

    def lines(self) -> list[str]:
        file = io.BytesIO()
        self.document.save(file)
        return read_docx(file.getvalue()).split("\n")


def test_chinese_levels_restart_below_a_higher_one():
    word = Word()
    word.define(
        1,
        level(0, "chineseCounting", "%1、"),
        level(1, "chineseCounting", "（%2）"),
        level(2, "decimal", "%3.", more='<w:suff w:val="nothing"/>'),
        level(3, "decimalEnclosedCircle", "%4"),
    )
    word.use(7, 1)
    for text, at in (
        ("总体要求", 0),
        ("指导思想", 1),
        ("基本原则", 1),
        ("坚持创新。", 2),
        ("坚持协调。", 2),
        ("一项", 3),
    ):
        word.add(text, 7, at)
    word.add("没有编号的段落")
    for text, at in (("主要任务", 0), ("夯实基础", 1), ("完善标准。", 2)):
        word.add(text, 7, at)
    assert word.lines() == [
        "一、总体要求",
        "（一）指导思想",
        "（二）基本原则",
        "1.坚持创新。",
        "2.坚持协调。",
        "① 一项",
        "没有编号的段落",
        "二、主要任务",
        "（一）夯实基础",
        "1.完善标准。",
    ]


def test_articles_run_on_through_chapters_where_the_level_never_restarts():
    word = Word()
    never = '<w:lvlRestart w:val="0"/>'
    word.define(
        3, level(0, "chineseCountingThousand", "第%1章"), level(1, "chineseCountingThousand", "第%2条", more=never)
    )
    word.use(1, 3)
    for text, at in (
        ("总则", 0),
        ("为了规范管理，制定本办法。", 1),
        ("本办法适用于本省。", 1),
        ("职责", 0),
        ("省政府负责。", 1),
    ):
        word.add(text, 1, at)
    assert word.lines() == [
        "第一章 总则",
        "第一条 为了规范管理，制定本办法。",
        "第二条 本办法适用于本省。",
        "第二章 职责",
        "第三条 省政府负责。",
    ]


def test_lists_of_one_definition_count_on_and_a_start_override_begins_anew():
    word = Word()
    word.define(2, level(0, "decimal", "%1．"))
    word.use(1, 2)
    word.use(2, 2)
    word.use(3, 2, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
    word.use(4, 2, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>')
    for text, num_id in (("甲", 1), ("乙", 1), ("丙", 2), ("丁", 3), ("戊", 3), ("己", 4)):
        word.add(text, num_id)
    assert word.lines() == ["1．甲", "2．乙", "3．丙", "1．丁", "2．戊", "5．己"]


def test_start_values_compound_numbers_and_legal_form():
    word = Word()
    word.define(
        2,
        level(0, "chineseCounting", "%1、", start=3),
        level(1, "decimal", "%1.%2", more="<w:isLgl/>"),
        level(2, "lowerLetter", "%3)"),
    )
    word.use(1, 2)
    for text, at in (("甲", 0), ("乙", 1), ("丙", 1), ("丁", 2)):
        word.add(text, 1, at)
    assert word.lines() == ["三、甲", "3.1 乙", "3.2 丙", "a)丁"]


def test_numbers_of_a_style_and_their_removal():
    word = Word()
    style = f'<w:pStyle w:val="{word.document.styles["Heading 1"].style_id}"/>'
    second = f'<w:pStyle w:val="{word.document.styles["Heading 2"].style_id}"/>'
    word.define(2, level(0, "chineseCounting", "%1、", more=style), level(1, "chineseCounting", "（%2）", more=second))
    word.use(1, 2)
    for name in ("Heading 1", "Heading 2"):
        properties = word.document.styles[name].element.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {W}><w:numId w:val="1"/></w:numPr>'))
    word.add("总体要求", style="Heading 1")
    word.add("指导思想", style="Heading 2")
    word.add("附则，不编号", 0, style="Heading 1")
    word.add("主要任务", style="Heading 1")
    assert word.lines() == ["一、总体要求", "（一）指导思想", "附则，不编号", "二、主要任务"]


def test_number_formats():
    assert [chinese_number(n) for n in (1, 10, 11, 20, 101, 110, 133, 1001, 1254)] == [
        "一", "十", "十一", "二十", "一百零一", "一百一十", "一百三十三", "一千零一", "一千二百五十四",
    ]  # fmt: skip
    formats = ("upperRoman", "lowerLetter", "ideographTraditional", "chineseLegalSimplified", "decimalEnclosedParen")
    assert [format_number(4, f) for f in formats] == ["IV", "d", "丁", "肆", "⑷"]
    assert format_number(12, "decimalFullWidth") == "１２"
    assert format_number(28, "upperLetter") == "BB"


def test_a_table_is_one_line_a_row_in_its_place_and_merged_cells_stand_in_each_row():
    word = Word()
    word.add("附件")
    table = word.document.add_table(rows=4, cols=3)
    for row, cells in enumerate(
        (
            ("任务", "牵头单位", "完成时限"),
            ("完善标准", "省市场监管局", "2025年"),
            ("培育品牌", "", "2026年"),
            ("合计", "", ""),
        )
    ):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    table.cell(3, 0).merge(table.cell(3, 2))
    table.cell(1, 0).add_paragraph("体系")
    word.add("附则")
    assert word.lines() == [
        "附件",
        "任务\t牵头单位\t完成时限",
        "完善标准 体系\t省市场监管局\t2025年",
        "培育品牌\t省市场监管局\t2026年",
        "合计",
        "附则",
    ]


def test_what_is_printed_is_kept_and_what_is_not_is_left_out():
    word = Word()
    section = word.document.sections[0]
    section.header.paragraphs[0].text = "某省人民政府公报"
    section.footer.paragraphs[0].text = "第1页"
    paragraph = word.add("各市")
    run = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    for xml in (
        f"<w:ins {W}>{run.format('应当')}</w:ins>",
        f"<w:del {W}><w:r><w:delText>可以</w:delText></w:r></w:del>",
        f"<w:r {W}><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>",
        f"<w:hyperlink {W}>{run.format('加强')}</w:hyperlink>",
        f'<w:r {W}><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText></w:r>',
        f"<w:r {W}><w:ruby><w:rt>{run.format('zhì')}</w:rt><w:rubyBase>{run.format('质')}</w:rubyBase></w:ruby></w:r>",
        f"<w:r {W}><w:t>量</w:t><w:tab/><w:t>领导</w:t><w:br/><w:t>第二行</w:t></w:r>",
        f"<w:r {W}><w:pict><w:txbxContent><w:p>{run.format('文本框')}</w:p></w:txbxContent></w:pict></w:r>",
    ):
        paragraph._p.append(parse_xml(xml))
    toc = word.document.styles.add_style("toc 1", 1)
    word.add("一、总则\t1", style=toc.name)
    merged = word.add("前半段")
    merged._p.get_or_add_pPr().append(parse_xml(f"<w:rPr {W}><w:del/></w:rPr>"))
    word.add("后半段")
    assert word.lines() == ["各市应当加强质量\u3000领导", "第二行", "文本框", "前半段后半段"]


def test_text_in_content_controls_is_kept():
    word = Word()
    body = word.document.element.body
    body.insert(
        0, parse_xml(f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>控件里的一段</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    )
    word.add("后面一段")
    assert word.lines() == ["控件里的一段", "后面一段"]
    assert body[0].tag == qn("w:sdt")


def test_an_encrypted_document_is_named():
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    with pytest.raises(EncryptedDocumentError, match="password"):
        read_docx(container)
    with pytest.raises(BrokenDocumentError, match="old Word file"):
        read_docx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_a_broken_docx_is_named(make_docx):
    whole = make_docx(["第一条 正文。"])
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as container:
        container.writestr("readme.txt", "nothing of Word")
    damaged = bytearray(whole)
    damaged[200:400] = bytes(200)
    for data in (whole[: len(whole) // 2], other.getvalue(), bytes(damaged), b"PK\x03\x04"):
        with pytest.raises(BrokenDocumentError, match="no docx, or a damaged one"):
            read_docx(data)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(make_docx):
    bomb = io.BytesIO(make_docx(["第一条 正文。"]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as container, container.open("word/extra.xml", "w") as part:
        for _ in range(110):
            part.write(bytes(1_000_000))
    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(OversizedDocumentError, match="unpacks to"):
        read_docx(bomb.getvalue())
