"""Marks that converters, websites and programs leave in a text: of Markdown, HTML, lists, a string's source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from corpus.lines import NUMERAL

# A tag, or a blank as an entity. Matches: <br/>, &nbsp;. Does not match: (<5毫克).
_TAG = re.compile(
    r"</?(?:p|br|hr|div|span|td|tr|th|table|thead|tbody|tfoot|caption|colgroup|col|strong|b|i|u|em|sup|sub|font|a|img"
    r"|h[1-6]|ul|li|ol|dl|dt|dd|pre|blockquote|center|section|article|main|html|head|body|o:p)"
    r"(?:\s[^<>\n]{0,200})?/?>|&(?:nbsp|ensp|emsp|thinsp|zwnj|zwj);",
    re.IGNORECASE,
)
# Where a page breaks the line, and a program's text. Matches: </p>, \n. Does not match: </span>
_BREAKING = re.compile(
    r"</?(?:p|br|hr|div|tr|table|thead|tbody|tfoot|caption|h[1-6]|ul|li|ol|dl|dt|dd|pre|blockquote|center|section|article"
    r"|main|html|body)\b|(?:\\r)?\\n",
    re.IGNORECASE,
)
# Where a cell of a table begins. Matches: <td rowspan="2">. Does not match: <thead>
_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)
# Matches: the pipe of "关于印发某办法的通知 |", a lone cell. Does not match: the pipes of a row of several cells
_LONE_CELL = re.compile(r"^[ \t]*\|[ \t]*(?=[^|\s])|(?<=[^|\s])[ \t]*\|[ \t]*(?=\r?$)", re.MULTILINE)
_INNER_PIPE = re.compile(r"[^|\s][ \t]*\|+[ \t]*[^|\s]")
_BULLETS = "•◦▪●■◆◇▶►➢▌▍▎"
# Matches: the bullet of "  • 第 3 條", an entry of a page's list, and of ●一、总体要求. Does not match: •加强监管
_LIST_MARK = re.compile(
    rf"^[ \t\u3000\xa0]*[{_BULLETS}][ \t\u3000\xa0]*(?=第\s?[\d{NUMERAL}-]+\s?[编編章节節条條]|"
    rf"[{NUMERAL}]{{1,3}}、|[(（][{NUMERAL}]{{1,3}}[)）]|\d{{1,2}}[.．、](?!\d))",
    re.MULTILINE,
)
# Matches: what a database prints before a line, the 【章名】 of "【章名】 第一章 总则". Does not match: 【适用范围】
_DATABASE_LABEL = re.compile(r"^[ \t\u3000]*【(?:[编章节]名|[編節]名|题注|題注)】[ \t\u3000]*(?=\S)", re.MULTILINE)
# Matches: ![流程图](https://example.org/a.png). Does not match: [附件](a.docx)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,200}\]\([^()\s]{1,500}\)")
# What a wiki sets below its headings. Matches: the 编辑 of 编辑本法律旨在… below 第一條 標的. Does not match: 编辑出版
_SECTION_LINK = re.compile(r"^第[^\n]{1,60}\n+(?P<link>[编編][辑輯])(?=\S)", re.MULTILINE)
_FEWEST_LINKS = 2
# What parts a head from a text. Matches: ********** alone on its line. Does not match: ***, ----- ---- over columns
_SEPARATOR = re.compile(r"^[ \t\u3000]*(?:\*{5,}+|={5,}+|-{5,}+)(?=[ \t]*\r?$)", re.MULTILINE)
# Matches: the marks of "## 一、普查建档". Does not match: #1机组.
_MARKDOWN_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(?=\S)", re.MULTILINE)
# Matches: **实施精品工程。**推出舞台剧2部. Does not match: **市教育局 / 张**、李**.
_MARKDOWN_TOPIC = re.compile(r"^\*\*[^\s*][^*\n]{1,200}(?:[。:：]\*\*|\*\*(?:[。:：]|\r?$))", re.MULTILINE)
# Matches: the marks of "**(一)开展普查。**每十年组织一次" and "> 专栏1", the rule --- alone on its line.
# Does not match: 张**、李**.
_MARKDOWN = re.compile(
    r"^[ \t]{0,3}(?:(?:>(?:[ \t]+|$))+(?:#{1,6}[ \t]+(?=\S))?|#{1,6}[ \t]+(?=\S))|(?<=\S)[ \t]+#{1,6}[ \t]*(?=\r?$)"
    r"|^[ \t]*(?:-{3,}|\*{3,}|_{3,})(?=[ \t]*\r?$)"
    r"|(?<![\w*])\*\*(?=[^\s*][^*\n]{0,200}\*\*)|(?<=[^\s*])\*\*(?![*、,，])",
    re.MULTILINE,
)
# Matches: the backslash of "1\. 加强领导", and that at a line's end. Does not match: 和\或
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~]|\r?$)", re.MULTILINE)
# Matches: [《节水目录》](https://example.org/a.pdf). Does not match: [2021](7号)
_LINK = re.compile(r"(\[)[^\[\]\n]{1,300}(\]\((?:https?:|mailto:|file:|\.{0,2}/|#)[^()\s]{0,500}\))")
# Matches: the line *本方案由市水务局解释。*. Does not match: *号项目为重点, 张*、李*
_EMPHASIS = re.compile(r"^(\*)[^\s*](?:[^*\n]{0,500}[^\s*])?(\*)(?=\r?$)", re.MULTILINE)
# Matches: the signs of $95\%$, a number set as a formula. Does not match: $100, $5-$10
_FORMULA = re.compile(r"(\$)[^$\n\u4e00-\u9fff]{0,60}[\\^_][^$\n\u4e00-\u9fff]{0,60}(\$)")
# Matches: +----+======+. Does not match: +-
_GRID = re.compile(r"^\+(?:[-=:]{3,}\+)+[ \t]*(?=\r?$)", re.MULTILINE)
# What a program prints for a line's end and for wide blanks. Matches: \n, \r\n. Does not match: D:\new
_LITERAL = re.compile(r"(?:\\r)?\\n(?![a-z])|\\u3000|\\xa0")
# Matches: &ldquo;, &#8220;. Does not match: AT&T, &nbsp; (a blank).
_ENTITY = re.compile(r"&(?!(?:nb|en|em|thin)sp;|zw)(?:[A-Za-z]{2,10}|#\d{2,6}|#x[\dA-Fa-f]{2,5});")


def break_of(text: str, start: int, end: int) -> str:
    """What the mark ``text[start:end]`` stands for: a line's end, a cell's (a tab), or nothing."""
    if _BREAKING.match(text, start, end):
        return "\n"
    return "\t" if _CELL.match(text, start, end) else ""


def find_entities(text: str) -> Iterator[tuple[int, int, str]]:
    """``(start, end, character)`` of the characters that are written as entities of HTML, in order."""
    for match in _ENTITY.finditer(text):
        character = unescape(match.group())
        if len(character) == 1:
            yield *match.span(), character


def _lines_with(sign: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(sign)
    while at >= 0:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield text.rfind("\n", 0, at) + 1, end
        at = text.find(sign, end)


def find_marks(text: str) -> list[tuple[int, int]]:
    """Where the marks stand, in no order; what they mark stays text."""
    found: list[tuple[int, int]] = []
    # A single character is looked for fastest.
    if "<" in text or "&" in text:
        found += [match.span() for match in _TAG.finditer(text)]
    if "|" in text:
        rows = list(_lines_with("|", text))
        if not any(_INNER_PIPE.search(text, *row) for row in rows):
            found += [match.span() for row in rows for match in _LONE_CELL.finditer(text, *row)]
    if any(map(text.__contains__, _BULLETS)):
        found += [match.span() for match in _LIST_MARK.finditer(text)]
    if "】" in text and ("名】" in text or "注】" in text):
        found += [match.span() for match in _DATABASE_LABEL.finditer(text)]
    if "!" in text and "![" in text:
        found += [match.span() for match in _IMAGE.finditer(text)]
    if any(mark in text and mark * 5 in text for mark in "*=-"):
        found += [match.span() for match in _SEPARATOR.finditer(text)]
    if "辑" in text or "輯" in text:
        links = [match.span("link") for match in _SECTION_LINK.finditer(text)]
        found += links if len(links) >= _FEWEST_LINKS else []
    if ("#" in text and _MARKDOWN_HEADING.search(text)) or (
        "*" in text and "**" in text and _MARKDOWN_TOPIC.search(text)
    ):
        found += [match.span() for match in _MARKDOWN.finditer(text)]
    if "\\" in text:
        found += [match.span() for match in _ESCAPE.finditer(text)]
        literal = [match.span() for match in _LITERAL.finditer(text)]
        found += literal if len(literal) > max(1, text.count("\n")) else []
    if "]" in text and "](" in text:
        found += [match.span(group) for match in _LINK.finditer(text) for group in (1, 2)]
    if "$" in text:
        found += [match.span(group) for match in _FORMULA.finditer(text) for group in (1, 2)]
    if "*" in text:
        found += [match.span(group) for match in _EMPHASIS.finditer(text) for group in (1, 2)]
    if "+" in text and "+==" in text:  # without a head's rule nobody tells a table's head from its rows
        found += [match.span() for match in _GRID.finditer(text)]
    return found
