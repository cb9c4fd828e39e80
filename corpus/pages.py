"""What the pages of a printed document leave in its text: page numbers, running heads, a table of contents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice

from corpus import website
from corpus.edges import Line, lines_down, lines_up, make_line
from corpus.folding import fold, fold_for_comparison
from corpus.frame_lines import is_title_like
from corpus.lines import opens_line

_BLANKS = r"[ \t\r\u3000\xa0]*"
# Matches: "- 3 -" alone on a line. Does not match: "3·15". A set stands first, as few of a text's characters are in it.
_BODY_LINE = re.compile(
    rf"[-—–－─·•~～第共/Pp](?<![^\s].)(?:(?<=[-—–－─·•~～])[-—–－─·•~～]*{_BLANKS}[\d０-９]"
    rf"|(?<=[第共]){_BLANKS}[\d０-９]+{_BLANKS}[页頁]|(?<=/)/|(?<=[Pp])[Aa][Gg][Ee] ?\d)[^\n]{{0,80}}$",
    re.MULTILINE,
)
# Matches: "目　录". Does not match: "目录清单由市政府公布。"
_CONTENTS_HEAD = re.compile(
    rf"{_BLANKS}(?P<head>[【\[]?{_BLANKS}目{_BLANKS}[录錄次]{_BLANKS}[】\]]?{_BLANKS}[:：]?){_BLANKS}"
)
# Matches: "某县应急预案目录", the title and the head on one line. Does not match: "编制目录的通知"
_TITLE_AND_HEAD = re.compile(rf"(?P<title>[^\n]{{6,60}}?){_BLANKS}(?P<head>目{_BLANKS}[录錄次]){_BLANKS}")
# Matches: "一、总则........12" in the form of fold. Does not match: "等等......"
_ENTRY = re.compile(r"[^\n]*[.…·]{4}\s*[(]?(?:\d{1,4}|[ivx]{1,4})[)]?\s*$", re.MULTILINE)
# Matches: "第一章 总则". Does not match: "第一章所列事项。"
_FIRST_CHAPTER = re.compile(rf"^{_BLANKS}第[一1][编編章][^\n。;；:：,，]{{0,40}}$", re.MULTILINE)
# Matches: the 一、 of 一、总则 and the 2.1 of 2.1 指挥机构. Does not match: 一般规定
_ENTRY_NUMBER = re.compile(
    r"^(?:第[零〇一二三四五六七八九十百\d]+[编章节条]|[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)"
    r"|\d{1,2}(?:\.\d{1,2})*[、.]?)\s*"
)
_CHAPTER = re.compile(r"第[零〇一二三四五六七八九十百\d]+[编章节]")
_FEWEST_CHAPTERS = 3
_MOST_CONTENTS = 5  # heads of a table of contents that are looked under
_FEWEST_HEADS = 3
_MOST_HEADS = 3  # lines of one page's head
_LONGEST_HEAD = 60
_TOP = 600
# Matches: the 12 of …重点工作。12 (二)…, and - 13 - inside a line. Does not match: 2011-12-31, the 2 of …。2 组织体系
_JOINED_PAGE = re.compile(
    r"[。；;—–-](?:(?<=[。；;])(?P<stop>\d{1,3})(?=\s*(?:\Z|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}[、是]|(?<=\s)\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十百\d]{1,4}[章节条]))"
    r"|(?<=[—–-])(?<![\d—–-].)[ \t]?(?P<dash>\d{1,3})[ \t]?[-—–](?![\d\-—–]))"
)
# A gazette's head, on each of its pages. Matches: 某市人民政府公报 2023年第5期. Does not match: 统计公报
_GAZETTE_HEAD = re.compile(
    rf"公[报報]{_BLANKS}+[·•(（]?{_BLANKS}+(?:\d{{4}}{_BLANKS}+年?)?{_BLANKS}+第?{_BLANKS}+\d{{1,3}}{_BLANKS}+期"
    rf"{_BLANKS}+[)）]?{_BLANKS}+\d{{0,3}}{_BLANKS}+$",
    re.MULTILINE,
)
_NAME_OF_GAZETTE = re.compile(r"[\u4e00-\u9fff]{2,20}公报[^公]*")
_FEWEST_PAGES = 3
_SHORTEST_PAGE = 150  # characters
_MOST_PAGES_APART = 3
# Matches: the " ...... 12" of an entry, and the " IV" of 前言 IV. Does not match: "到2020年".
_LEADER = re.compile(
    r"(?<![\s.…·\u2500_-])[\s.…·\u2500_-]*"
    r"[((]?(?:\d{0,4}|(?<=[.…·])[ivx]{1,4}|(?<=[.…·\u4e00-\u9fff] )[ivx]{1,4})[))]?\s*$"
)


def find_contents(text: str) -> list[tuple[int, int, str]]:
    """A table of contents: its head, and the entries under it that stand again as headings below."""
    lines = re.finditer(rf"^[^\n]*目{_BLANKS}[录錄次][^\n]*$", text[:20000], re.MULTILINE)
    for head in islice(filter(None, map(_contents_head, lines)), _MOST_CONTENTS):
        # A site may lose the numbers of the entries, or of the headings.
        entries = _entries(text, head.end(), _entry_key) or _entries(text, head.end(), _unnumbered_key)
        if entries:
            stripped = make_line(text, *head.span("head"))
            spans = [(stripped.start, stripped.end)] if stripped else []
            return [(start, end, "contents_page") for start, end in spans + entries]
    return _chapters_alone(text)


def _entry_key(folded: str) -> str:
    """What an entry and its heading have in common."""
    return fold_for_comparison(_LEADER.sub("", folded) or folded)


def _unnumbered_key(folded: str) -> str:
    """The same where one of the two has lost its number."""
    return _entry_key(_ENTRY_NUMBER.sub("", folded, count=1) or folded)


def _entries(text: str, at: int, key_of: Callable[[str], str]) -> list[tuple[int, int]]:
    """The entries of a table of contents that begins at ``at``, told by their keys; two at least, or none."""
    entries: list[tuple[int, int]] = []
    keys: list[str] = []
    led: list[bool] = []  # by dots to the number of a page
    begins_again = False
    for line in lines_down(text[at:]):
        key = key_of(line.folded)
        begins_again = bool(keys) and key == keys[0]
        if begins_again or len(key) > 60 or not key or len(entries) > 400:
            break
        entries.append((at + line.start, at + line.end))
        keys.append(key)
        led.append(_ENTRY.match(line.folded) is not None)
    if len(entries) < 2:
        return []
    later = {key_of(line.folded) for line in lines_down(text[entries[-1][1] :]) if len(line.folded) <= 80}
    # An entry that does not come again ends the table: the text has begun. Where dots lead it may come in pieces.
    count = next((i for i, key in enumerate(keys) if key not in later and not led[i]), len(keys))
    if begins_again and all(key.startswith("附") for key in keys[count:]):
        count = len(keys)  # attachments, which print number and title on two lines below
    return entries[:count] if count >= 2 else []


def _chapters_alone(text: str) -> list[tuple[int, int, str]]:
    """A table of contents without a head: names of chapters, and of nothing else, all of which come again.

    The first one stands right below them again, or below the words that issue the text.
    """
    first = _FIRST_CHAPTER.search(text[:20000])
    if first is None:
        return []
    entries: list[tuple[int, int, str]] = []
    keys: list[str] = []
    for line in lines_down(text[first.start() : first.start() + 20000]):
        key = _entry_key(line.folded)
        if len(keys) >= _FEWEST_CHAPTERS and key == keys[0]:
            return entries
        if not _CHAPTER.match(line.folded) or len(line.folded) > _LONGEST_HEAD:
            break
        keys.append(key)
        entries.append((first.start() + line.start, first.start() + line.end, "contents_page"))
    if len(keys) < _FEWEST_CHAPTERS:
        return []
    below = (_entry_key(line.folded) for line in lines_down(text[entries[-1][1] :]) if _CHAPTER.match(line.folded))
    return entries if list(islice(below, len(keys))) == keys else []


def _contents_head(line: re.Match[str]) -> re.Match[str] | None:
    """The head of a table of contents in a line, by the name ``head``, which the text's title may stand before."""
    match = _CONTENTS_HEAD.fullmatch(line.string, *line.span())
    if match is None and (match := _TITLE_AND_HEAD.fullmatch(line.string, *line.span())) is not None:
        # Dots below it show the head whatever stands before it.
        led = _ENTRY.match(fold(line.string[line.end() + 1 : line.end() + 200]))
        return match if led or is_title_like(fold(match["title"])) else None
    return match


def find_page_marks(text: str) -> list[tuple[int, int, str]]:
    """Page numbers, and the running heads that stand beside them, anywhere in the text."""
    found = []
    for match in _BODY_LINE.finditer(text):
        line = make_line(text, match.start(), match.end()) if opens_line(text, match.start()) else None
        reason = website.body_reason(line.folded) if line else None
        if line and reason:
            found.append((line.start, line.end, reason.reason))
    pages = [(start, end) for start, end, reason in found if reason == "page_number"]
    for match in _GAZETTE_HEAD.finditer(text) if "公报" in text or "公報" in text else ():
        line = make_line(text, text.rfind("\n", 0, match.start()) + 1, match.end())
        if line and _NAME_OF_GAZETTE.fullmatch(line.folded):
            found.append((line.start, line.end, "running_head"))
    return found + [(start, end, "running_head") for start, end in _running_heads(text, pages)]


def find_joined_page_numbers(text: str) -> list[tuple[int, int, str]]:
    """Page numbers that stand inside lines, as where pages were joined: behind a stop, or between dashes.

    They count on from page to page, a page's length apart; nothing else that is printed so does.
    """
    chain: list[tuple[int, int, int]] = []
    strays = 0
    for match in _JOINED_PAGE.finditer(text):
        digits = match["stop"] or match["dash"]
        start, end = match.span() if match["dash"] else match.span("stop")
        number = int(digits)
        if not chain or (0 < number - chain[-1][2] <= _MOST_PAGES_APART and start - chain[-1][1] >= _SHORTEST_PAGE):
            chain.append((start, end, number))
        elif len(chain) == 1:
            chain = [(start, end, number)]
        else:
            strays += 1
    if len(chain) < _FEWEST_PAGES or strays * 2 > len(chain):
        return []
    return [(start, end, "page_number") for start, end, _ in chain]


def _running_heads(text: str, pages: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Lines that stand beside page numbers, or beside such lines again, time after time."""
    if len(pages) < _FEWEST_HEADS:
        return []
    heads: dict[int, Line] = {}
    pages = _joined(text, pages)
    # The first page's head stands beside no number. What reads as a title there may be the text's own.
    top = [line for line in lines_down(text[:_TOP]) if not is_title_like(line.folded)]
    for depth in range(_MOST_HEADS):
        beside = [line for start, end in pages for line in _neighbours(text, start, end) if line.start not in heads]
        beside += [line for line in top[depth : depth + 1] if line.start not in {other.start for other in beside}]
        counts = Counter(fold_for_comparison(line.folded) for line in beside)
        new = [
            line
            for line in beside
            if counts[fold_for_comparison(line.folded)] >= _FEWEST_HEADS and len(line.folded) <= _LONGEST_HEAD
        ]
        if not new:
            break
        heads |= {line.start: line for line in new}
        pages = _joined(text, [*pages, *((line.start, line.end) for line in new)])
    return [(line.start, line.end) for line in heads.values()]


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, as one where nothing but white space parts them."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _neighbours(text: str, start: int, end: int) -> list[Line]:
    """The non-blank lines directly above and below ``[start, end)``."""
    above = next(lines_up(text[max(0, start - 300) : start]), None)
    below = next(lines_down(text[end : end + 300]), None)
    lines = []
    for line, offset in ((above, max(0, start - 300)), (below, end)):
        if line:
            lines.append(Line(line.start + offset, line.end + offset, line.folded))
    return lines
