from __future__ import annotations

import io
import zlib

import pypdf
import pytest

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
    from reportlab.pdfgen.canvas import Canvas

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
