"""Where a text numbers its units: candidates found by pattern, to be judged by their place in a sequence."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from corpus.lines import BLOCK_HEAD, ONE_CHARACTER, STAGE_HEAD


class Style(IntEnum):
    """Kinds of enumerators; a smaller value stands higher in a text that uses several as usual."""

    PART = 0  # 第一编, 第一篇, 第一部分, 第1部, 第I部
    SUBPART = 1  # 第一分编
    CHAPTER = 2  # 第一章
    SECTION = 3  # 第一节
    DECIMAL_1 = 4  # 1 where 1.1 follows
    DECIMAL_2 = 5  # 1.1
    DECIMAL_3 = 6  # 1.1.1
    DECIMAL_4 = 7  # 1.1.1.1
    ARTICLE = 8  # 第一条
    FORMAL = 9  # 壹、 or Ⅰ.
    CHINESE = 10  # 一、
    CHINESE_BRACKETED = 11  # (一)
    ARABIC = 12  # 1.
    ARABIC_BRACKETED = 13  # (1), or 1) in a text without (1)
    ARABIC_HALF_BRACKETED = 14  # 1)
    CIRCLED = 15  # ①
    LETTER = 16  # (a), a) or a.; 甲、
    BOX = 17  # 专栏1, which stands between the units of a plan
    BLOCK_1 = 18  # 任务1, a block of a plan that a word and a number head; one style for each such word of a text
    BLOCK_2 = 19
    BLOCK_3 = 20
    BLOCK_4 = 21


# A member of an enumeration is looked up in its class each time; these are asked for at every number.
_ARTICLE, _PART, _ARABIC_IN_BRACKETS = Style.ARTICLE, Style.PART, Style.ARABIC_BRACKETED

STRUCTURAL = frozenset({Style.PART, Style.SUBPART, Style.CHAPTER, Style.SECTION})
_BRACKETED = frozenset({Style.CHINESE_BRACKETED, Style.ARABIC_BRACKETED, Style.ARABIC_HALF_BRACKETED})
BLOCKS = (Style.BLOCK_1, Style.BLOCK_2, Style.BLOCK_3, Style.BLOCK_4)
DECIMAL = (Style.DECIMAL_1, Style.DECIMAL_2, Style.DECIMAL_3, Style.DECIMAL_4)

_UNITS = {"编": Style.PART, "篇": Style.PART, "部分": Style.PART, "部": Style.PART, "分编": Style.SUBPART}
_UNITS |= {"分部": Style.SUBPART, "章": Style.CHAPTER, "节": Style.SECTION, "条": Style.ARTICLE}
_FORMAL_DIGITS = {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖拾", 1)} | {"参": 3}
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "○": 0}
_ROMAN = {"I": 1, "V": 5, "X": 10}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "零〇一二三四五六七八九十百千"

# Every pattern runs over folded text: simplified, half-width.
# Matches: 第五条 / 第一百三十三条之一 / 第12-1条 / 第ii部. Does not match: 第三产业.
_STRUCTURE = re.compile(
    rf"第\s*(?P<n>[{_NUMERAL}]+|\d{{1,4}}|(?P<roman>[ivxⅰ-ⅻ]{{1,5}})(?=\s?[编章部]))(?P<between>-\d{{1,2}})?\s*(?P<unit>分编|编|篇|章|节|条|部分|分?部(?=\s|$))(?P<sub>之[{_NUMERAL}]+)?"
)
# Matches: 一、加强领导 / 一.总则. Does not match: 一、二、三产业 / 一、二级医院.
_CHINESE = re.compile(
    rf"(?P<n>[{_NUMERAL}]{{1,5}})\s{{0,2}}[、.．](?!\s?[{_NUMERAL}]{{1,3}}(?:[、,及和至到]|[级类线期等次批层档]))"
)
# The same at a line's start, as old pages print it. Matches: 一,提高认识. Does not match: 二,三产业
_CHINESE_COMMA = re.compile(rf"(?P<n>[一二三四五六七八九十]{{1,3}}),(?![{_NUMERAL}])")
# Matches: (一)质量目标. Does not match: (一九九八年).
_CHINESE_BRACKETED = re.compile(rf"[(〔]\s{{0,2}}(?P<n>[{_NUMERAL}]{{1,5}})\s{{0,2}}[)〕]、?")
# Matches: 1.产品质量 / 1、加强 / 2.7月15日前报名. Does not match: 1.5万辆 / 11.5.14.2的试验 / 1、2号楼.
_ARABIC = re.compile(r"(?P<n>\d{1,3})\s{0,2}[.、](?!\s?\d(?!\d?月\d|\d{3}年))(?![%‰亿℃]|万(?![台众户]))")
# Matches: 01 海洋装备集群 at a line's start. Does not match: 01月
_ZERO_LED = re.compile(r"(?P<n>0[1-9])\s*(?=[\u4e00-\u9fff“])(?![年月日时分号])")
# Matches: (1)建立台账 / 1)建立台账. Does not match: (2014)18号.
_ARABIC_BRACKETED = re.compile(r"\(?\s{0,2}(?P<n>\d{1,3})\s{0,2}\)(?![\d号])")
# Matches: 1 总则 / 1.1 编制目的 / 1.0.1 为规范 / 3.1.1 Ⅳ级响应 / a.1 接待 in appendix A / 3.2 a声级.
# Does not match: 1.5万辆 / 2.5% / 2014.5.1 / 3 个工作日内 / 2.5 kg以下.
_DECIMAL = re.compile(
    r"(?P<n>(?:[1-9]\d?|[a-h](?=\.\d))(?:\.(?:[1-9]\d?|0(?=\.[1-9]))){0,3})"
    r"(?:[.、]|(?![.\d]))[ \t]*"
    r"(?=[\u4e00-\u9fff《“\u2160-\u217f]|$|(?<=[ \t])(?P<latin>[a-z][a-z0-9.-]{0,15}[ \t]?[\u4e00-\u9fff]))"
    r"(?!(?:[kmcn]?[gmwvl]|[mk]pa|db|ha|[hst])(?![a-z]))"
    r"(?![万亿元米吨倍千毫]|个(?![人体性案])|名(?![词称录单牌])|家(?![庭校长政])|项(?!目)|年(?!度)|月(?!度)|日(?!常)|号(?![牌码])"
    r"|时(?![间限效段])|分(?![级类工析布配区段阶步期层散行组])|度(?!汛)|公(?:里|斤|顷|分|升)|升(?!级)|人(?:次|以|[^\u4e00-\u9fff]|$)"
    r"|次(?![生要序数])|天(?![气然])|周(?![边期转])|类(?![别型])|级(?!别))"
)
_LONGEST_DECIMAL_HEADING = 30
OPENS_DECIMAL = frozenset("123456789abcdefgh")
# A number that is one character. Matches: ① / ⑴ / ⒈ / ㈠. Does not match: (1)
_ONE_CHARACTER = re.compile(rf"(?P<n>[{ONE_CHARACTER}㉑-㉟])")
# Matches: 壹、总体目标 / 拾壹、附则 / ⅱ. 主要任务. Does not match: 陆海统筹 / ⅰ、ⅱ类
_FORMAL = re.compile(rf"(?P<n>拾?[{''.join(_FORMAL_DIGITS)}]|[ⅰ-ⅻ])\s?[、.](?!\s?[ⅰ-ⅻ])")
# Matches: 甲、室内场地. Does not match: 甲、乙双方
_STEM = re.compile(r"(?P<n>[甲乙丙丁戊己庚辛壬癸])\s?、(?![甲乙丙丁])")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
# Matches: (a)申请表 / a)申请表 / a.申请表. Does not match: a类企业 / a.pdf.
_LETTER = re.compile(r"(?:\((?P<n>[a-z])\)|(?P<m>[a-z])[).、])\s*(?=[\u4e00-\u9fff“《])")
# Matches: 专栏1 数字基础设施重点工程 / 专栏2-1:数据要素工程 / 专栏 重点工程 / 专栏3 节水工程(一)灌区….
# Does not match: 专栏1所列工程应当…
_BOX = re.compile(
    rf"专\s?栏\s?(?P<n>(?P<value>[0-9]{{1,2}}|[{_NUMERAL}]{{1,3}}|(?=[\s:]))(?:-[0-9]{{1,2}})?)(?:(?=$)|\s*:\s*|\s+)[^。;]{{0,50}}?(?:$|(?=\([一1]\)))"
)
_BLOCK = re.compile(BLOCK_HEAD)
_STAGE = re.compile(STAGE_HEAD)
# What may follow 第N条 where it opens an article; 第五条规定的情形 opens none.
_ARTICLE_GOES_ON = re.compile(
    r"(?:规定|所列|所称|第|款|项|的|和|、|至|到|或|及|与|中|之|修改|改为|增加|后|前|以|,|;|。|\)|”|》|确定|明确|所述|约定)"
)
# An article's name right behind its number. Matches: (部门分工) / 【适用范围】. Does not match: (十二)项
_BRACKETED_NAME = re.compile(rf"[(【](?![{_NUMERAL}]+\))[\u4e00-\u9fff、]{{2,16}}[)】]")
_BOUNDARY = "。;:!?”)》】\t "


class Candidate(NamedTuple):
    """An enumerator that may open a unit.

    ``start`` and ``end`` are offsets of the enumerator alone; ``canonical`` is its path element;
    ``spaced`` tells whether white space or the line's end follows it; ``word`` is what heads a block (任务).
    """

    start: int
    end: int
    style: Style
    value: int
    canonical: str
    at_line_start: bool
    spaced: bool
    sub: bool = False
    word: str = ""


@lru_cache(maxsize=1024)  # the numbers of articles are the same in every text
def parse_chinese_number(text: str) -> int:
    """The value of 一百三十三, 十, 二〇一四 or 12.

    Raises:
        ValueError: If a character is no numeral.
    """
    if text.isdigit() and text.isascii():
        return int(text)
    if _SCALES.keys().isdisjoint(text):
        value = 0
        for c in text:
            if c not in _DIGITS:
                raise ValueError(f"{text!r} is no Chinese number")
            value = value * 10 + _DIGITS[c]
        return value
    total, digit = 0, 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SCALES:
            total += (digit or 1) * _SCALES[c]
            digit = 0
        else:
            raise ValueError(f"{text!r} is no Chinese number")
    return total + digit


def match_enumerator(folded: str, at: int, end: int, *, at_line_start: bool) -> Candidate | None:
    """The enumerator that stands at ``at`` in ``folded[:end]``, if one does."""
    first = folded[at]
    if first == "第":
        match = _STRUCTURE.match(folded, at, end)
        if match is None:
            return None
        number, roman, between, unit, sub = match.groups()
        style = _UNITS[unit]
        stop = match.end()
        spaced = stop >= end or folded[stop].isspace()
        if not spaced:
            if _ARTICLE_GOES_ON.match(folded, stop, end):
                return None
            if style is not _ARTICLE and style is not _PART and folded[stop] in "的中内至和、,。;)》”":
                return None
            spaced = style is _ARTICLE and _BRACKETED_NAME.match(folded, stop, end) is not None
        canonical = "".join(match[0].split())
        if roman:
            canonical = unicodedata.normalize("NFKC", canonical).upper()
        value = _roman_value(canonical) if roman else parse_chinese_number(number)
        is_sub = bool(sub or between)
        return Candidate(at, stop, style, value, canonical, at_line_start, spaced, is_sub)
    for style, pattern in _PATTERNS_BY_FIRST.get(first, ()):
        match = pattern.match(folded, at, end)
        if match is None or (not at_line_start and (pattern is _ZERO_LED or pattern is _CHINESE_COMMA)):
            continue
        number, stop = match["n"], match.end()
        if style is Style.CIRCLED:
            style, value, canonical = _IN_ONE_CHARACTER[number]
            return Candidate(at, stop, style, value, canonical, at_line_start, True)
        if style is _ARABIC_IN_BRACKETS and first != "(":
            style = Style.ARABIC_HALF_BRACKETED
        canonical = f"({number})" if style in _BRACKETED else number
        spaced = stop >= end or folded[stop].isspace()
        try:
            value = parse_chinese_number(number)
        except ValueError:
            return None
        return Candidate(at, stop, style, value, canonical, at_line_start, spaced)
    if not at_line_start:
        return None
    if (first in _FORMAL_DIGITS or "ⅰ" <= first <= "ⅻ") and (match := _FORMAL.match(folded, at, end)):
        value = sum(_FORMAL_DIGITS.get(c) or ord(c) - ord("ⅰ") + 1 for c in match["n"])
        return Candidate(at, match.end(), Style.FORMAL, value, match["n"].upper(), at_line_start, spaced=False)
    if first in _STEMS and (match := _STEM.match(folded, at, end)):
        value = _STEMS.index(first) + 1
        return Candidate(at, match.end(), Style.LETTER, value, first, at_line_start, spaced=False)
    if (first == "(" or "a" <= first <= "z") and (match := _LETTER.match(folded, at, end)):
        letter = match["n"] or match["m"]
        canonical = letter if match.group().rstrip()[-1] in ".、" else f"({letter})"
        return Candidate(
            at, match.end(), Style.LETTER, ord(letter) - ord("a") + 1, canonical, at_line_start, spaced=False
        )
    if first == "专" and (match := _BOX.match(folded, at, end)):
        value = parse_chinese_number(match["value"] or "0")
        return Candidate(at, match.end("n"), Style.BOX, value, f"专栏{match['n']}", at_line_start, spaced=True)
    return None


def _match_block(folded: str, at: int, end: int, *, at_line_start: bool) -> Candidate | None:
    """The head of a block that stands at ``at``, if one does; inside a line only before a colon."""
    match = _BLOCK.match(folded, at, end)
    if match is not None and (at_line_start or match.group().endswith(":")):
        stop, canonical = match.end("n"), match["word"] + match["n"]
    elif at_line_start and (match := _STAGE.match(folded, at, end)):
        stop, canonical = match.end(), match.group()
    else:
        return None
    value = parse_chinese_number(match["n"].strip("()"))
    return Candidate(at, stop, Style.BLOCK_1, value, canonical, at_line_start, spaced=True, word=match["word"])


def match_decimal(folded: str, start: int, end: int) -> Candidate | None:
    """The number of a decimal scheme that opens the line ``folded[start:end]``, if one may: 1, 1.1 or 1.1.1.

    A number without a point counts only where nothing but a heading follows it; where neither white space nor a stop
    parts the two (2组织体系), it is no number yet by itself (see ``judge_decimals``).
    """
    match = _DECIMAL.match(folded, start, end) if folded[start] in OPENS_DECIMAL else None
    if match is None:
        return None
    number = match["n"].upper()
    depth = number.count(".")
    if depth == 0 and (
        match["latin"] or end - start > _LONGEST_DECIMAL_HEADING or re.search("[。;:,]", folded[match.end() : end])
    ):
        return None
    value = int(number.rsplit(".", 1)[-1])
    spaced = depth > 0 or match.end() > match.end("n")
    return Candidate(start, match.end("n"), DECIMAL[depth], value, number, at_line_start=True, spaced=spaced)


def decimal_parts(number: str) -> tuple[int, ...]:
    """The numbers between the points of 2.1, or of A.1, whose letter counts as it stands in the alphabet."""
    return tuple(int(part) if part.isdigit() else ord(part) - ord("A") + 1 for part in number.split("."))


def _roman_value(text: str) -> int:
    """The value of the numeral in 第IV部."""
    values = [_ROMAN[c] for c in text if c in _ROMAN]
    return sum(-a if a < b else a for a, b in zip_longest(values, values[1:], fillvalue=0))


def _of_one_character() -> dict[str, tuple[Style, int, str]]:
    """Style, value and path element of each number that is one character; ⑴ is (1), ⒈ is 1. and ㈠ is (一)."""
    found: dict[str, tuple[Style, int, str]] = {}
    for first, last, style, value in (
        ("①", "⑳", Style.CIRCLED, 1),
        ("㉑", "㉟", Style.CIRCLED, 21),
        ("❶", "❿", Style.CIRCLED, 1),
        ("⑴", "⒇", Style.ARABIC_BRACKETED, 1),
        ("⒈", "⒛", Style.ARABIC, 1),
        ("㈠", "㈩", Style.CHINESE_BRACKETED, 1),
    ):
        for count, code in enumerate(range(ord(first), ord(last) + 1), value):
            canonical = chr(code)
            if style is not Style.CIRCLED:
                canonical = unicodedata.normalize("NFKC", canonical).rstrip(".")
            found[chr(code)] = style, count, canonical
    return found


_IN_ONE_CHARACTER = _of_one_character()
_DIGIT_LED = ((Style.ARABIC, _ARABIC), (Style.ARABIC_BRACKETED, _ARABIC_BRACKETED))
_PATTERNS_BY_FIRST: dict[str, tuple[tuple[Style, re.Pattern[str]], ...]] = {
    **dict.fromkeys(_NUMERAL, ((Style.CHINESE, _CHINESE), (Style.CHINESE, _CHINESE_COMMA))),
    **dict.fromkeys("123456789", _DIGIT_LED),
    "0": (*_DIGIT_LED, (Style.ARABIC, _ZERO_LED)),
    **dict.fromkeys(_IN_ONE_CHARACTER, ((Style.CIRCLED, _ONE_CHARACTER),)),
    "(": ((Style.CHINESE_BRACKETED, _CHINESE_BRACKETED), (Style.ARABIC_BRACKETED, _ARABIC_BRACKETED)),
    "〔": ((Style.CHINESE_BRACKETED, _CHINESE_BRACKETED),),
}

# What stands below a table; its numbers are its own. Matches: 备注:1.本表…;2.同一问题…. Does not match: 注意事项:1.…
_REMARK = re.compile(r"备?\s?注\s*:")

# Places inside a line where an enumerator may open a unit: after a stop, a colon, a closing mark or a space.
_INLINE = re.compile(
    # A set stands first, so that the search steps from one of its characters to the next. Of blanks in a row only the
    # first is tried: where one fails all do.
    rf"[{re.escape(_BOUNDARY)}](?<![\t ][\t ])\s*+"
    rf"(?=第\s?[{_NUMERAL}\d]{{1,6}}\s?(?:分编|编|篇|章|节|条|部分)"
    rf"|[{_NUMERAL}]{{1,3}}[、.]|[(〔]\s?[{_NUMERAL}\d]{{1,3}}\s?[)〕]|\d{{1,2}}\s?[.、)]|[{ONE_CHARACTER}]"
    rf"|[\u4e00-\u9fff]{{1,6}}\s?[{_NUMERAL}\d(]{{1,4}}\)?\s?:)"
)


_OPENS_HEADING = frozenset(f"{_NUMERAL}专")
# A number that follows a heading without a stop between them. Matches: the (一) of 一、总体要求(一)指导思想.
# Does not match: the (三) of 一、关于第五条第(三)项
_BELOW_HEADING = re.compile(
    rf"[^。;:!?(]{{2,60}}(?:\([^()]{{2,20}}\))?(?<![第条款项和及与至、])(?=\([{_NUMERAL}]{{1,3}}\)(?![项款目、和及与至]))"
)
# The same with a number 1. Matches: the 1、 of 二、申报条件1、主体要求:…. Does not match: 二、填报附表1、附表2
_ONE_BELOW_HEADING = re.compile(
    rf"[{_NUMERAL}]{{1,3}}[、.][^。;:!?(\d]{{2,20}}(?<!附件)(?<!专栏)(?<![表图第及和与至、])(?=1[、.]\s?[\u4e00-\u9fff])"
)


def find_candidates(folded: str, start: int, end: int) -> list[Candidate]:
    """Candidates in one line, ascending: the one that opens it, then those behind a stop inside it."""
    opening = match_enumerator(folded, start, end, at_line_start=True)
    if opening is None:
        opening = _match_block(folded, start, end, at_line_start=True)
    found = [] if opening is None else [opening]
    if folded[start] in "注备" and _REMARK.match(folded, start, end):
        return found
    places = [place.end() for place in _INLINE.finditer(folded, start, end)]
    for pattern, mark in (_BELOW_HEADING, "("), (_ONE_BELOW_HEADING, "1、"), (_ONE_BELOW_HEADING, "1."):
        if (places or folded[start] in _OPENS_HEADING) and folded.find(mark, start, end) >= 0:
            heads = (at for at in (start, *places) if folded[at] in _OPENS_HEADING)
            below = [pattern.match(folded, at, end) for at in heads]
            places = sorted({*places, *(match.end() for match in below if match)})
    for at in places:
        if found and at < found[-1].end:
            continue
        candidate = match_enumerator(folded, at, end, at_line_start=False)
        if candidate is None:
            candidate = _match_block(folded, at, end, at_line_start=False)
        if candidate is None:
            continue
        if candidate.style <= _ARTICLE and not candidate.spaced:
            continue
        found.append(candidate)
    return found
