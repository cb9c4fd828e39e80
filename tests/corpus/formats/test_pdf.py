from __future__ import annotations

import io
import zlib

import pypdf
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from corpus.errors import BrokenDocumentError, EncryptedDocumentError, OversizedDocumentError, ScannedDocumentError
from corpus.formats.layout import join_lines
from corpus.formats.pdf import read_pdf

ARTICLES = [
    f"第{n}条\u3000各级人民政府应当把质量工作纳入国民经济和社会发展规划，依照本条例第{n}条的规定落实1.5万元经费，"
    f"并且在2015年6月底之前{'完成各项准备工作，' * 4}向社会公布结果。"
    for n in "一二三四五六七八九十"
] * 2


def squeezed(text: str) -> list[str]:
    return ["".join(line.split()) for line in text.split("\n")]


@pytest.mark.parametrize("indent", [True, False])
@pytest.mark.parametrize("size", [10.5, 12, 16])
def test_wrapped_lines_are_joined_also_over_pages_without_heads_and_page_numbers(make_pdf, indent, size):
    data = make_pdf(ARTICLES, indent=indent, size=size, head="某省人民政府公报 2015年第3期")
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) > 1
    assert squeezed(read_pdf(data)) == squeezed("\n".join(ARTICLES))


def test_the_shandong_text_comes_out_paragraph_by_paragraph(make_pdf, shandong_lines):
    for indent in (True, False):
        assert squeezed(read_pdf(make_pdf(shandong_lines, indent=indent))) == squeezed("\n".join(shandong_lines))


def in_two_columns(paragraphs: list[str], title: str) -> bytes:
    """The first paragraphs on a page, a title across it, the others below; and so on on further pages."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle(
        "body", fontName="STSong-Light", fontSize=10.5, leading=17, wordWrap="CJK", firstLineIndent=21
    )
    file = io.BytesIO()
    frames = [Frame(x, y, 230, 300, 0, 0, 0, 0) for y in (440, 60) for x in (60, 305)]

    def print_title(canvas, template) -> None:
        canvas.setFont("STSong-Light", 16)
        canvas.drawCentredString(297, 400, title)

    document = BaseDocTemplate(file, pagesize=A4)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=print_title))
    document.build([Paragraph(paragraph, style) for paragraph in paragraphs])
    return file.getvalue()


def test_two_columns_are_read_one_after_the_other_down_to_a_title_across_both():
    lines = squeezed(read_pdf(in_two_columns(ARTICLES, "某省实施细则")))
    titles = [index for index, line in enumerate(lines) if line == "某省实施细则"]
    assert len(titles) == 2  # a page each
    # The title cuts the paragraph that runs on behind it.
    assert "".join(line for line in lines if line != "某省实施细则") == "".join(squeezed("\n".join(ARTICLES)))
    assert lines[: titles[0] - 1] == squeezed("\n".join(ARTICLES))[: titles[0] - 1]
    assert titles[0] > 4


def test_short_cells_side_by_side_without_rules_are_read_line_by_line():
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setFont("STSong-Light", 12)
    for at, number in enumerate("一二三四五六七八九十"):
        canvas.drawString(72, 700 - 20 * at, f"第{number}项任务")
        canvas.drawString(330, 700 - 20 * at, "市发展改革委" + "市商务局" * (at % 4))
    canvas.save()
    lines = [
        f"第{number}项任务 市发展改革委{'市商务局' * (at % 4)}" for at, number in enumerate("一二三四五六七八九十")
    ]
    assert read_pdf(file.getvalue()).split("\n") == lines


def test_what_a_browser_prints_around_a_page_is_left_out(make_pdf):
    around = {
        "head": "2015/8/3 16:05 某市质量工作方案",
        "foot": "https://www.example.gov.cn/art/2015_8.html?id=3 {page}/2",
    }
    for lines in (ARTICLES, ARTICLES[:2]):
        assert squeezed(read_pdf(make_pdf(lines, **around))) == squeezed("\n".join(lines))
    # An address that the text itself gives stands without a page number.
    lines = ["报名网址：", "https://www.example.gov.cn/bm"]
    assert read_pdf(make_pdf(lines)).split("\n") == lines


def test_paragraphs_without_an_indent_are_told_by_their_distance(make_pdf):
    lines = [f"{chr(0x4E2D + n)}心工作各项任务" * 4 + "落实到位" * n + "。" for n in range(30)]
    assert read_pdf(make_pdf(lines, indent=False, distance=8)).split("\n") == lines


def test_a_narrow_blank_behind_the_number_of_an_article_is_kept():
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file)
    for at, number in enumerate(("第一条", "第二条")):
        text = canvas.beginText(90, 700 - 24 * at)
        for size, part in ((14, number), (18, " "), (14, "各单位应当落实责任。")):
            text.setFont("STSong-Light", size)
            text.textOut(part)
        canvas.drawText(text)
    canvas.save()
    assert read_pdf(file.getvalue()).split("\n") == ["第一条 各单位应当落实责任。", "第二条 各单位应当落实责任。"]


def test_what_is_set_right_or_centred_is_no_part_of_a_paragraph(make_pdf):
    number, office, date, title = "某政发〔2015〕3号", "某市人民政府", "2015年8月3日", "某市质量工作方案"
    text = "质量工作是一项长期任务，" * 8 + "各单位应当落实责任。"
    lines = [number, "各区人民政府：", text, office, date, title, text]
    assert squeezed(read_pdf(make_pdf(lines, right=[office, date], centred=[number, title]))) == lines


def test_a_page_of_short_paragraphs_has_the_margins_of_the_others(make_pdf):
    long, nearly_full = (
        "质量工作是一项长期任务，" * 8 + "各单位应当落实责任。",
        "为做好质量工作，现就有关事项要求各单位落实以下三项任务：",
    )
    for count in range(14, 22):  # in one of them the page ends behind the line that is nearly full
        lines = [long] * 2 + ["各单位应当落实责任。"] * count + [nearly_full, "一、落实责任。", "二、加强检查。"]
        assert squeezed(read_pdf(make_pdf(lines))) == lines


@pytest.mark.parametrize("foot", ["{page}", "- {page} -", "第 {page} 页"])
def test_page_numbers_are_left_out_and_a_number_of_the_text_is_not(make_pdf, foot):
    lines = ["4800", *ARTICLES, "5200"]
    for text in (lines, ["4800", "5200"]):
        assert squeezed(read_pdf(make_pdf(text, foot=foot, distance=30))) == squeezed("\n".join(text))


def test_short_headings_and_enumerated_lines_stay_apart(make_pdf):
    lines = [
        "某市质量提升方案",
        "一、总体要求",
        "（一）指导思想",
        "坚持质量第一。",
        "1.完善制度；",
        "2.加强监督。",
        "附件2",
        "附件3",
    ]
    assert read_pdf(make_pdf(lines)).split("\n") == lines


def test_a_ruled_table_is_one_line_a_row_and_goes_on_over_the_page(make_pdf):
    rows = [["任务", "牵头单位", "完成时限"]] + [
        [f"第{n}项任务", "市市场监督管理局、市发展改革委", "2025年"] for n in range(40)
    ]
    lines = read_pdf(make_pdf(["附件", rows, "以上任务由各单位落实。"])).split("\n")
    assert lines == ["附件", *("\t".join(row) for row in rows), "以上任务由各单位落实。"]


def test_a_narrow_gap_in_a_cell_is_no_blank():
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setFont("STSong-Light", 15)
    canvas.grid([72, 272, 472], [600, 630, 660])
    for x, y, *words in ((80, 640, "任务"), (280, 640, "期限"), (80, 610, "绿化"), (280, 610, "2022", "年底前")):
        for word in words:
            canvas.drawString(x, y, word)
            x += canvas.stringWidth(word) + 4
    canvas.save()
    assert read_pdf(file.getvalue()).split("\n") == ["任务\t期限", "绿化\t2022年底前"]


def test_joined_latin_words_keep_a_blank_and_numbers_do_not():
    assert join_lines(["质量", "工作"]) == "质量工作"
    assert join_lines(["total quality", "management"]) == "total quality management"
    assert join_lines(["到20", "25年"]) == "到2025年"


def test_an_encrypted_pdf_is_named_and_one_without_a_user_password_is_read(make_pdf):
    for user, refused in (("secret", True), ("", False)):
        writer = pypdf.PdfWriter(io.BytesIO(make_pdf(["第一条 正文在此，各单位应当遵照执行。"])))
        writer.encrypt(user, "owner", algorithm="AES-256")
        file = io.BytesIO()
        writer.write(file)
        if refused:
            with pytest.raises(EncryptedDocumentError, match="password"):
                read_pdf(file.getvalue())
        else:
            assert "各单位应当遵照执行" in read_pdf(file.getvalue())


def test_a_scanned_pdf_is_named():
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (200, 300), "white").save(file, "PDF")
    with pytest.raises(ScannedDocumentError, match="no text layer"):
        read_pdf(file.getvalue())


def test_a_damaged_pdf_is_named(make_pdf):
    for data in (
        b"%PDF-1.7\n",
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        b"text",
        make_pdf(["正文"])[:300],
    ):
        with pytest.raises(BrokenDocumentError):
            read_pdf(data)


def test_a_stream_that_unpacks_without_end_is_refused():
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(110)) + packer.flush()
    data = b"%PDF-1.4\n1 0 obj\n<< /Length 1 /Filter /FlateDecode >>\nstream\n" + bomb + b"\nendstream\nendobj\n"
    with pytest.raises(OversizedDocumentError, match="unpacks"):
        read_pdf(data)


@pytest.mark.parametrize("indent", ["", "\u3000\u3000"])
def test_lines_wrapped_after_a_number_of_characters_are_joined(shandong_lines, make_pdf, indent):
    make_pdf(["registers the font"])
    file = io.BytesIO()
    canvas, height = Canvas(file), 0.0
    for paragraph in (indent + line for line in shandong_lines):
        for start in range(0, len(paragraph), 36):
            if height < 60:
                canvas.showPage()
                canvas.setFont("STSong-Light", 12)
                height = 780
            canvas.drawString(72, height, paragraph[start : start + 36])
            height -= 20
    canvas.save()
    assert squeezed(read_pdf(file.getvalue())) == squeezed("\n".join(shandong_lines))
