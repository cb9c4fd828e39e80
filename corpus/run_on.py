"""Lines whose breaks a scraper lost without leaving a blank: told apart by the words that begin a new one."""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.formats.word_numbers import chinese_number
from corpus.model import Span

# At the top of a text. Matches: 关于加强执法的通知国办发〔2014〕56号各省人民政府:…, a few blanks before the number too.
# Does not match: 关于贯彻国发〔2014〕56号文件的通知
_TITLE_AND_NUMBER = re.compile(
    r"(?P<title>[^。;:]{4,100}(?:通知|意见|函|决定|批复|公告|通告|通报|办法|方案|规定)) {0,4}"
    r"(?P<number>[\u4e00-\u9fff]{2,8}[〔\[(]\d{4}[〕\])]\d{1,4}号)(?P<rest>\s*)(?=$|各|来源)"
)
# Matches: 第二条 of …备案。第二条企业应当. Does not match: 第二条规定的情形
_MARK = re.compile(
    r"第(?P<n>[一二三四五六七八九十百零]{1,7})(?P<unit>[章条])"
    r"(?!规定|所列|所称|第|款|项|的|和|、|至|到|或|及|与|中|之|修改|以|,|;|。|\)|”|》)"
)
# A title and the text that runs on behind it. Matches: the 某制度 of 某制度一、目的…. Does not match: 本办法第一条
_TITLE_AND_TEXT = re.compile(
    r"(?!本|为|根据|依|按)(?P<title>[^。;:!?,\s]{2,60}?(?:制度|办法|规定|细则|规则|规程|章程|条例|预案|指南|方案|报告|通知|意见|要点)"
    r"(?:\([^()]{2,20}\))?)(?=一、|第[一1]章|第一条|各位(?:代表|委员)[,:])"
)
# What begins behind it. Matches: 一、 / 各位代表:. Does not match: 二、
_TEXT_BEGINS = ("一、", "第一", "第1章", "各位")
# The name of a chapter and the article that runs on behind it. Matches: 第二章:组织机构 before 第三条协会设立理事会.
# Does not match: 第二章第三条规定
_CHAPTER_AND_ARTICLE = re.compile(
    r"第[一二三四五六七八九十百]{1,4}章[ :]*[\u4e00-\u9fff、]{2,20}?"
    r"(?=(?P<article>第[一二三四五六七八九十百零]{1,7}条))"
)
# The first chapter, and what runs on behind it. Matches: 第一章总则第一条为了. Does not match: 第一条
_FIRST_CHAPTER = re.compile(r"第[一二三四五六七八九十百]{1,4}章[^\n]{0,30}")
# Matches: 第三条 at the beginning of a line. Does not match: 第三章
_OPENS_ARTICLE = re.compile(r"第[一二三四五六七八九十百零]{1,7}条")
# A number of a decimal scheme at the beginning of a line. Matches: 1、 / 1.4 before a blank. Does not match: 1.4万
_OWN_DECIMAL = re.compile(r"(?P<n>[1-9]\d?(?:\.[1-9]\d?){0,3})(?:[.、]|(?=[ \t]))")
# One that runs on inside the line. Matches: the 1.4.1 of 1.4 工作原则 1.4.1 坚持…, the 1.2 of …。 1.2 依据.
# Does not match: 4.2.2 的要求
_NEXT_DECIMAL = re.compile(
    r"[1-9](?<=[。; \t].)\d?(?:\.[1-9]\d?){1,3}(?=[ \t]+(?![万亿元米吨个倍的和至及])[\u4e00-\u9fff])"
)
# What stands between two such numbers. Matches: 工作原则. Does not match: 按照
_HEADING = re.compile(r"[ \t]*(?!.*(?:按|照|见|符合|根据|依据|满足))[\u4e00-\u9fff、]{2,16}[ \t]*$")
# Matches the title inside 《某规定》. Does not match: 〈某规定〉
NAMED_TITLE = re.compile(r"《([^《》]{6,60})》")
# Matches: the name and the date at the end of …请遵照执行。某市人民政府2023年12月28日. Does not match: 。自2023年起
_SIGNATURE = re.compile(r"(?<=[。)])[\u4e00-\u9fff、]{3,40}(?P<date>\d{4}年\d{1,2}月\d{1,2}日)$")
# Where the other one begins to speak. Matches: the end of 哪些人可以申请? before 答:. Does not match: 问答:
_TURN = re.compile(r"(?<=[?。!)])\s*(?=[问答]\s?:)")
# Matches: 哪些人可以申请?答:. Does not match: 现答复如下:
_ANSWERED = re.compile(r"\?\s*答\s?:")
_FEWEST_ARTICLES = 3
_LONGEST_CHAPTER = 30  # characters of 第二章 and its name


def split_title(folded: str, line: Span) -> list[Span]:
    """The pieces of a line at the top of a text: title and number, or title and text, that run into each other."""
    words = folded[slice(*line)]
    match = _TITLE_AND_NUMBER.match(folded, *line) if "号" in words else None
    if match is None:
        runs_on = "。" in words and any(sign in words[4:90] for sign in _TEXT_BEGINS)
        match = _TITLE_AND_TEXT.match(words) if runs_on else None
        return [(line[0], at := line[0] + match.end()), (at, line[1])] if match else [line]
    pieces = [(line[0], match.end("title")), match.span("number")]
    return [*pieces, (match.end(), line[1])] if match.end() < line[1] else pieces


def split_chapters(folded: str, lines: list[Span]) -> list[Span]:
    """The lines, the names of chapters parted from the articles that run on behind them; three articles prove it."""
    first = _FIRST_CHAPTER.search(folded)
    if first is None or "条" not in first.group():
        return lines
    found = {start: _CHAPTER_AND_ARTICLE.match(folded, start, end) for start, end in lines if folded[start] == "第"}
    cuts = {start: match.start("article") for start, match in found.items() if match is not None}
    opened = sum(_OPENS_ARTICLE.match(folded, start) is not None for start, _ in lines)
    if len(cuts) + opened < _FEWEST_ARTICLES:
        return lines
    pieces: list[Span] = []
    for start, end in lines:
        at = cuts.get(start, end)
        pieces += [(start, at), (at, end)] if at < end else [(start, end)]
    return pieces


def split_decimals(folded: str, lines: list[Span]) -> list[Span]:
    """The lines, parted where the next number of a decimal scheme runs on behind a heading or a sentence."""
    if "." not in folded or not _NEXT_DECIMAL.search(folded):
        return lines
    pieces: list[Span] = []
    for start, end in lines:
        own = _OWN_DECIMAL.match(folded, start, end)
        number, said = (own["n"], own.end()) if own else ("", end)
        for after in _NEXT_DECIMAL.finditer(folded, said, end):
            if after[0] not in _numbers_behind(number):
                continue
            stop = after.start()
            while folded[stop - 1].isspace():
                stop -= 1
            if folded[stop - 1] in "。;" or (stop - said <= _LONGEST_CHAPTER and _HEADING.match(folded, said, stop)):
                pieces.append((start, stop))
                start, number, said = after.start(), after[0], after.end()
        pieces.append((start, end))
    return pieces


def _numbers_behind(number: str) -> list[str]:
    """What may follow a number of a decimal scheme: 1.2.1, 1.3 and 2 behind 1.2."""
    parts = number.split(".")
    nexts = [".".join([*parts[:depth], str(int(parts[depth]) + 1)]) for depth in range(len(parts))]
    return [f"{number}.1", *nexts]


def split_articles(folded: str, line: Span) -> list[Span]:
    """The chapters and articles of a line that count from one, and before them the signature and the title.

    Each stands behind a stop, the first article of a chapter behind the chapter's name. Fewer than three prove nothing.
    """
    marks = list(_MARK.finditer(folded, *line))
    cuts: list[int] = []
    counts = {"章": 0, "条": 0}
    for index, mark in enumerate(marks):
        unit, at = mark["unit"], mark.start()
        if mark["n"] != chinese_number(counts[unit] + 1):
            continue
        behind_stop = counts[unit] == 0 or folded[at - 1] in "。;:!?)”"
        if unit == "章":
            below = marks[index + 1] if index + 1 < len(marks) else None
            fits = behind_stop and below is not None and _is_name(folded, at, below.start())
        else:
            fits = behind_stop or (bool(cuts) and _is_chapter(folded, cuts[-1], at))
        if fits:
            counts[unit] += 1
            cuts.append(at)
    if counts["条"] < _FEWEST_ARTICLES:
        return [line]
    cuts = [*_cuts_before(folded, line[0], cuts[0]), *cuts]
    bounds = [line[0], *(at for at in cuts if at > line[0]), line[1]]
    return list(pairwise(bounds))


def split_answers(folded: str, line: Span) -> list[Span]:
    """The pieces of a line on which questions and their answers run on: 问:…?答:…。问:…?答:…."""
    if not _ANSWERED.search(folded, *line):
        return [line]
    pieces: list[Span] = []
    start = line[0]
    for turn in _TURN.finditer(folded, *line):
        if turn.start() > start:
            pieces.append((start, turn.start()))
            start = turn.end()
    return [*pieces, (start, line[1])]


def _cuts_before(folded: str, start: int, end: int) -> list[int]:
    """Where the signature and the title begin that end a notice, whose text names that title."""
    named = NAMED_TITLE.findall(folded, start, end)
    title = max((name for name in named if folded.endswith(name, start, end)), key=len, default="")
    if not title:
        return []
    at = end - len(title)
    signature = _SIGNATURE.search(folded, max(start, at - 80), at)
    return [*([signature.start(), signature.start("date")] if signature else []), at]


def _is_name(folded: str, start: int, end: int) -> bool:
    return end - start <= _LONGEST_CHAPTER and not re.search("[。;:!?]", folded[start:end])


def _is_chapter(folded: str, start: int, end: int) -> bool:
    return _is_name(folded, start, end) and "章" in folded[start : start + 9]
