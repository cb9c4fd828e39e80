"""Builders of documents in the formats that are read, for the tests of several rooms."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Sequence
from functools import cache
from html import escape
from pathlib import Path

import pytest
from hypothesis import settings

# How long something takes is a matter for benchmarks; a busy machine fails no test.
settings.register_profile("tiaowen", deadline=None)
settings.load_profile("tiaowen")

ROOT = Path(__file__).parent.parent


@pytest.fixture
def shandong_lines() -> list[str]:
    text = (ROOT / "corpus/documents/shandong-2014.txt").read_text("utf-8")
    return [line.strip() for line in text.splitlines() if line.strip()]


@cache
def _pdf_font() -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """Sets paragraphs, and tables given as lists of rows, on pages with a running head and page numbers."""

    def build(
        parts: Sequence[str | list[list[str]]],
        *,
        indent: bool = True,
        head: str | None = None,
        foot: str = "— {page} —",
        size: float = 14,
        distance: float = 0,
        right: Collection[str] = (),
        centred: Collection[str] = (),
    ) -> bytes:
        from reportlab.lib.enums import TA_CENTER, TA_RIGHT
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

        font = _pdf_font()
        style = ParagraphStyle(
            "body",
            fontName=font,
            fontSize=size,
            leading=1.7 * size,
            wordWrap="CJK",
            firstLineIndent=2 * size * indent,
            spaceAfter=distance,
        )
        set_right = ParagraphStyle("right", style, alignment=TA_RIGHT)
        set_centred = ParagraphStyle("centred", style, alignment=TA_CENTER, firstLineIndent=0)
        cell = ParagraphStyle("cell", fontName=font, fontSize=size - 2, leading=1.4 * size, wordWrap="CJK")

        def furnish(canvas, template) -> None:
            canvas.setFont(font, 9)
            if head is not None:
                canvas.drawCentredString(A4[0] / 2, A4[1] - 40, head)
            canvas.drawCentredString(A4[0] / 2, 40, foot.format(page=template.page))

        story = [
            Paragraph(
                escape(part, quote=False), set_right if part in right else set_centred if part in centred else style
            )
            if isinstance(part, str)
            else Table(
                [[Paragraph(escape(c), cell) for c in row] for row in part], style=[("GRID", (0, 0), (-1, -1), 1, 0)]
            )
            for part in parts
        ]
        file = io.BytesIO()
        SimpleDocTemplate(file, pagesize=A4).build(story, onFirstPage=furnish, onLaterPages=furnish)
        return file.getvalue()

    return build


@pytest.fixture
def make_docx() -> Callable[[Sequence[str]], bytes]:
    def build(paragraphs: Sequence[str]) -> bytes:
        import docx

        document = docx.Document()
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        file = io.BytesIO()
        document.save(file)
        return file.getvalue()

    return build


@pytest.fixture
def make_page() -> Callable[[str], bytes]:
    """A page as offices publish it: navigation above, a footer below, the text in between."""

    def build(content: str, *, title: str = "某某市人民政府", charset: str = "utf-8") -> bytes:
        page = f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}</title>
<style>.con {{ margin: 0 }}</style></head><body>
<div class="top"><a href="/">首页</a><a href="/zw/">政务公开</a><a href="/fw/">办事服务</a></div>
<nav><ul><li><a href="/1">市长信箱</a></li><li><a href="/2">新闻中心</a></li></ul></nav>
<div class="main"><div class="con">{content}</div></div>
<div class="foot"><p>版权所有：某某市人民政府办公室</p></div><script>var share = "分享到：微信";</script>
</body></html>"""
        return page.encode("gb18030" if charset == "gb2312" else charset)

    return build
