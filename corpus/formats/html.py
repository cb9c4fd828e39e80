"""Web pages: the part with the text, one paragraph or table row a line.

trafilatura finds which sentences are the page's content. What is read is the whole element that holds them, from the
page itself, so that tables, numbers of lists and short paragraphs, which an extractor drops, stay. Navigation that
stays with it is noise for ``corpus.cleaning``: to lose policy text is the worse fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from corpus.decoding import decode
from corpus.errors import BinaryDocumentError, BrokenDocumentError
from corpus.formats.word_numbers import format_number
from corpus.website import FILE_SUFFIXES

# Matches: <meta charset="gb2312">. Does not match: <p>charset</p>.
_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# Matches: <div class="con">. Does not match: 增速<5%的企业.
_TAG = re.compile(r"<(?:!doctype|!--|/?[a-z][a-z0-9:-]*(?:\s[^<>]*)?/?>)", re.IGNORECASE)
# Matches: <?xml version="1.0" encoding="gbk"?>. Does not match: <html>.
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
# A sentence and no link or label. Matches: 各市要加强领导，落实责任。 Does not match: 首页.
_SENTENCE = re.compile(r"[\u4e00-\u9fff].*[。；：！？;]|[a-z]{3,}.*[.;:](?:\s|$)", re.DOTALL)
# Tells of the site and not of the text. Matches: 版权所有：某市人民政府. Does not match: 加强版权保护。
_SITE_NOTE = re.compile(
    "版权所有|copyright|备案[序编]?号|ICP备|网站标识码|[主承]办单位?[：:]|技术支持[：:]|分辨率|浏览器", re.IGNORECASE
)
_BEGINNING = 10
_SHORTEST_TEXT = 100  # characters of sentences
_BLANKS = re.compile(r"[ \t\r\n\f\v\xa0\u200b\ufeff]+")
# A number that is typed already. Matches: （一）目标. Does not match: 一批企业.
_TYPED_NUMBER = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十百零〇\d]{1,5}[)）、.．]|第[一二三四五六七八九十百零〇\d]+[章节条]|[①-⑳㈠-㈩⑴-⒇⒈-⒛])"
)

# Where a link leads that may be the text's own. Matches: files/1.docx, #a1. Does not match: /zwgk/index.html.
_OWN_TARGET = re.compile(rf"\.(?:{FILE_SUFFIXES})\b|^#", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s|·•>›»/\u3000-]+")
_LONGEST_MENU_NAME = 10
_FEWEST_MENU_LINKS = 3

_PAGE_PARTS = frozenset({"form", "header", "aside", "nav", "footer", "menu", "template", "dialog"})
_DROPPED = _PAGE_PARTS | {
    *("script", "style", "noscript", "head", "iframe", "object", "embed", "svg", "canvas", "audio", "video", "map"),
    *("button", "select", "option", "input", "textarea"),
    *("rt", "rp"),  # pinyin above characters
}
_BLOCKS = _PAGE_PARTS | {
    *("address", "article", "blockquote", "body", "center", "details", "div", "fieldset", "figcaption", "figure"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "html", "legend", "main", "p", "pre", "section", "summary"),
    *("dd", "dl", "dt", "li", "ol", "ul"),
    *("caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
_TITLES = frozenset({"articletitle", "og:title", "title"})
# Matches: 发文字号：冀政办发〔2014〕9号. Does not match: 政府信息公开.
_METADATA_LABEL = re.compile(
    r"(?:索 ?引 ?号|[发公]文字号|文 {0,2}号|发文(?:机关|单位)|发布(?:机构|机关)|有效性|效力状态|"
    r"(?:成文|发文|发布|公开|生效|实施)(?:日期|时间)) *[:：\]】\t]"
)
_CJK_OR_FULL_WIDTH = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—]"
_BLANK_BETWEEN_CJK = re.compile(f"(?<={_CJK_OR_FULL_WIDTH}) *\n *(?={_CJK_OR_FULL_WIDTH})")


def read_html(data: bytes) -> str:
    """The text of a web page, one paragraph or table row a line, numbers of ordered lists restored.

    Raises:
        BrokenDocumentError: If the file is no html.
    """
    declared = _CHARSET.search(data[:4096])
    try:
        text = decode(data, declared=declared[1].decode("ascii", "ignore") if declared else None).text
    except BinaryDocumentError as error:
        raise BrokenDocumentError(f"The file is no html: {error.fault}", error.mend) from error
    if not _TAG.search(text):
        raise BrokenDocumentError("The file is no html: it holds no tags.", "Give a plain text the suffix txt.")
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    try:
        root = document_fromstring(
            _XML_DECLARATION.sub("", text).replace("\x00", ""), parser=HTMLParser(huge_tree=True, remove_comments=True)
        )
    except (LxmlError, ValueError) as error:
        raise BrokenDocumentError("The file is no html, or an empty one.", "Save the page again.") from error
    try:
        return "\n".join(_text_lines(root, text))
    except RecursionError as error:
        raise BrokenDocumentError(
            "The file is no sound html: it is nested too deeply.", "Save the page again."
        ) from error


def _text_lines(root: Any, source: str) -> list[str]:
    title = _page_title(root)
    body = root.find(".//body")
    body = body if body is not None else root
    if _show_hidden_text(body):
        from lxml.html import tostring

        source = tostring(root, encoding="unicode")
    _drop_what_is_no_text(body)
    _drop_menus(body)
    content = _content_element(body, _extracted(source))
    return [*_head_lines(content, title, body), *_Lines().read(content)]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _page_title(root: Any) -> str:
    """What the page says its title is, with whatever the site adds, without blanks."""
    declared = [meta.get("content") or "" for meta in root.iter("meta") if (meta.get("name") or "").lower() in _TITLES]
    declared += ["".join(title.itertext()) for title in root.iter("title")]
    declared += ["".join(heading.itertext()) for heading in root.iter("h1")]
    return "\n".join(map(_squeezed, declared))


def _head_lines(content: Any, page_title: str, body: Any) -> Iterator[str]:
    """The lines above the content that name the text: its title, and the site's table of number, issuer and date."""
    above: list[Any] = []
    element = content
    while element is not body:
        above.extend(element.itersiblings(preceding=True))
        element = element.getparent()
    for element in reversed(above):
        for line in _Lines().read(element):
            is_title = len(_squeezed(line)) >= 8 and _squeezed(line) in page_title
            if is_title or _METADATA_LABEL.search(line):
                yield line


def _extracted(text: str) -> str:
    """The page's content as trafilatura sees it, without blanks; ``""`` where it sees none."""
    import trafilatura

    found = trafilatura.extract(
        text, favor_recall=True, include_comments=False, include_tables=True, deduplicate=False, output_format="txt"
    )
    return _squeezed(found or "")


def _length(element: Any) -> int:
    return sum(len(_squeezed(piece)) for piece in element.itertext())


def _is_hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower() if isinstance(element.tag, str) else ""
    return "display:none" in style or "visibility:hidden" in style or element.get("hidden") is not None


def _show_hidden_text(body: Any) -> bool:
    """Show what a page's script would show once it runs: the text itself, where sentences stand nowhere else.

    Returns:
        Whether there was such a text.
    """
    hidden = [element for element in body.iter() if _is_hidden(element)]
    if not hidden:
        return False
    outermost = [one for one in hidden if not any(_is_hidden(above) for above in one.iterancestors())]
    sizes = [_sentences(one) for one in outermost]
    text = max(range(len(outermost)), key=sizes.__getitem__)
    if sizes[text] < _SHORTEST_TEXT or sizes[text] * 2 < _sentences(body):
        return False
    for name in ("style", "hidden"):
        outermost[text].attrib.pop(name, None)
    return True


def _drop_what_is_no_text(body: Any) -> None:
    total = _length(body)
    for element in list(body.iter()):
        if element is body or element.getparent() is None:
            continue
        is_hidden = _is_hidden(element)
        if isinstance(element.tag, str) and element.tag not in _DROPPED and not is_hidden:
            continue
        # Pages of offices wrap everything in a form, and a header may hold the text's own head.
        if element.tag in _PAGE_PARTS and not is_hidden and (_length(element) * 5 > total or _is_prose(element)):
            continue
        element.drop_tree()


def _drop_menus(body: Any) -> None:
    """Drop what holds nothing but links with short names, as the rows beside and above the text in old pages do."""
    plain: dict[Any, int] = {}
    links: dict[Any, int] = {}
    for element in reversed(list(body.iter())):
        own = [element.text or "", *(child.tail or "" for child in element)]
        plain[element] = len(_SEPARATORS.sub("", "".join(own))) + sum(plain[child] for child in element)
        links[element] = sum(links[child] for child in element)
        if element.tag == "a":
            name = _squeezed("".join(element.itertext()))
            is_own = _OWN_TARGET.search(element.get("href") or "") or _TYPED_NUMBER.match(name) or name.startswith("附")
            if len(name) <= _LONGEST_MENU_NAME and not is_own:
                plain[element], links[element] = 0, bool(name)
    if not plain[body]:
        return  # a page of links alone
    for element in list(body.iter()):
        if element.tag in _BLOCKS and not plain[element] and links[element] >= _FEWEST_MENU_LINKS:
            element.drop_tree()


def _is_prose(element: Any) -> bool:
    """Whether sentences outside links make up most of the element."""
    linked = sum(_length(link) for link in element.iter("a"))
    sentences = _sentences(element)
    return sentences >= _SHORTEST_TEXT and sentences > 2 * linked


def _sentences(element: Any) -> int:
    """How many characters of sentences it has."""
    return sum(len(p) for p in (_squeezed(piece) for piece in element.itertext()) if _SENTENCE.search(p))


def _content_element(body: Any, extracted: str) -> Any:
    """The smallest element with every sentence that was extracted, and with the sentences around that are as many.

    Sums over subtrees are taken in one walk from the leaves up.
    """
    if not extracted:
        return body
    # A piece is known by how it begins, so that the time grows with the page and not with its square.
    beginnings = {extracted[i : i + _BEGINNING] for i in range(len(extracted) - _BEGINNING + 1)}
    found: dict[Any, int] = {}
    sentences: dict[Any, int] = {}
    for element in reversed(list(body.iter())):
        own = [element.text or "", *(child.tail or "" for child in element)]
        pieces = [piece for piece in map(_squeezed, own) if len(piece) >= _BEGINNING and _SENTENCE.search(piece)]
        pieces = [piece for piece in pieces if not _SITE_NOTE.search(piece)]
        is_link = element.tag == "a"
        sentences[element] = sum(sentences[c] for c in element) + (0 if is_link else sum(map(len, pieces)))
        matched = sum(len(piece) for piece in pieces if piece[:_BEGINNING] in beginnings)
        found[element] = sum(found[c] for c in element) + matched
    if found[body] == 0:
        return body
    content = body
    while True:
        inner = next((child for child in content if found[child] == found[body]), None)
        if inner is None or sentences[body] - sentences[inner] > max(60, sentences[body] // 20):
            break
        content = inner
    # Do not stop inside a table or a list: its other rows belong to it.
    while content is not body and content.tag not in {"div", "article", "section", "main", "body", "form"}:
        content = content.getparent()
    return content


class _Lines:
    """Serialises an element: blocks begin and end lines, inline elements do not."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open: list[str] = []

    def read(self, element: Any) -> Iterator[str]:
        self._walk(element)
        self._end_line()
        yield from self._lines

    def _end_line(self) -> None:
        text = "".join(self._open)
        self._open = []
        for line in text.split("\x0b"):  # a <br>
            joined = _BLANK_BETWEEN_CJK.sub("", _BLANKS.sub(lambda m: "\n" if "\n" in m[0] else " ", line))
            joined = joined.replace("\n", " ").strip()
            if joined:
                self._lines.append(joined)

    def _walk(self, element: Any) -> None:
        tag = element.tag
        is_block = tag in _BLOCKS
        if is_block:
            self._end_line()
        if tag == "br":
            self._open.append("\x0b")
        elif tag == "table":
            self._table(element)
        elif tag == "pre":
            self._open.append("".join(element.itertext()).replace("\n", "\x0b"))
        elif tag == "ol":
            self._ordered_list(element)
        else:
            self._inside(element)
        if is_block:
            self._end_line()

    def _inside(self, element: Any) -> None:
        self._open.append((element.text or "").replace("\x0b", " "))
        for child in element:
            if isinstance(child.tag, str):
                self._walk(child)
            self._open.append((child.tail or "").replace("\x0b", " "))

    def _ordered_list(self, element: Any) -> None:
        items = [child for child in element if child.tag == "li"]
        step = -1 if element.get("reversed") is not None else 1
        number = _integer(element.get("start"), len(items) if step < 0 else 1)
        for child in element:
            if child.tag != "li":
                if isinstance(child.tag, str):
                    self._walk(child)
                continue
            number = _integer(child.get("value"), number)
            printed = _list_number(element, child, number)
            if printed and not _TYPED_NUMBER.match("".join(child.itertext())[:12]):
                self._end_line()
                # The number and a block inside the item stand on one line.
                inner = list(_Lines().read(child))
                self._lines.extend([printed + inner[0], *inner[1:]] if inner else [])
            else:
                self._walk(child)
            number += step

    def _table(self, table: Any) -> None:
        for caption in table.iterchildren("caption"):
            self._lines.extend(_Lines().read(caption))
        rows = [[(cell, list(_Lines().read(cell))) for cell in row.iterchildren("td", "th")] for row in _rows(table)]
        if _is_layout(table, rows):
            self._lines.extend(line for row in rows for _, lines in row for line in lines)
            return
        spans: dict[int, tuple[int, str]] = {}  # column -> rows that a cell above still covers, and its text
        for row in rows:
            cells: list[str] = []

            def fill(cells: list[str] = cells) -> None:
                while len(cells) in spans:
                    left, text = spans.pop(len(cells))
                    if left > 1:
                        spans[len(cells)] = (left - 1, text)
                    cells.append(text)

            fill()
            for cell, lines in row:
                text = " ".join(line.replace("\t", " ") for line in lines)
                width = min(max(1, _integer(cell.get("colspan"), 1)), 100)
                height = min(max(1, _integer(cell.get("rowspan"), 1)), 10_000)
                for offset in range(width):
                    printed = text if offset == 0 else ""
                    if height > 1:
                        spans[len(cells)] = (height - 1, printed)
                    cells.append(printed)
                fill()
            if any(cells):
                self._lines.append("\t".join(cells).rstrip("\t"))


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from child.iterchildren("tr")


def _is_layout(table: Any, rows: list[list[tuple[Any, list[str]]]]) -> bool:
    """A table that only places things: one column, a table inside, or one cell with nearly all of the text."""
    if max((len(row) for row in rows), default=0) <= 1 or next(table.iterdescendants("table"), None) is not None:
        return True
    lengths = [sum(map(len, lines)) for row in rows for _, lines in row if len(lines) >= 3]
    total = sum(len(line) for row in rows for _, lines in row for line in lines)
    return bool(lengths) and max(lengths) * 2 > total


_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_STYLES = {
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "decimal-leading-zero": "decimalZero",
}


def _list_number(ordered: Any, item: Any, number: int) -> str:
    """The number as a browser prints it, with what stands between it and the words."""
    style = _STYLE.search(item.get("style") or "") or _STYLE.search(ordered.get("style") or "")
    name = style[1].lower() if style else ""
    if name in {"none", "disc", "circle", "square"}:
        return ""
    if "cjk" in name or "chinese" in name or "japanese" in name:
        return f"{format_number(number, 'chineseCountingThousand')}、"
    number_format = _STYLES.get(name) or _TYPES.get(item.get("type") or ordered.get("type") or "1", "decimal")
    return f"{format_number(number, number_format)}. "
