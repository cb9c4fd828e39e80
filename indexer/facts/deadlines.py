"""By when: dates, years, plan periods and recurring terms that bound a target."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from corpus.model import Span
from indexer.facts.quantities import chinese_number

_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_YEAR = r"(?P<year>(?:19|20)\d{2}|二[〇零][〇零一二三四五]?[〇零一二三四五六七八九])\s*年"
# The words that may lead to a date, by their last character, longest first.
_LEADS = {word: (word,) for word in "在于自从比较以"} | {
    "到": ("截止到", "力争到", "到"),
    "至": ("截至", "至"),
    "止": ("截止",),
}
# Matches: 2020年底, 2015年6月30日前, 二〇二五年. Does not match: 〔2014〕18号
_DATED = re.compile(
    _YEAR + r"\s*(?:年?(?P<end>底|末|终)|(?P<half>上半年|下半年)"
    r"|第?(?P<quarter>[一二三四1-4])季度|(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])\s*月(?:份)?\s*"
    r"(?:(?P<day>\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])\s*[日号]|(?P<monthend>底|末|份底))?)?"
    r"\s*(?P<before>以前|之前|前(?![三两一二四五六七八九十\d往来景期沿置])|内|止|期间|全年|度(?=内|末|底))?"
)
_PLAN_LEADS = {word: (word,) for word in "到至在于"}
# Matches: 十一五”期末, 十二五”期间. Does not match: 十五个
_PLANNED = re.compile(
    r"(?P<plan>[十一二三四五六七八九](?:(?<=十)[一二三四五六七])?)五[”\"'’]?"
    r"(?P<end>时期末|规划期末|期末|末期|末|时期内|规划期内|期内|期间|时期|规划期)"
)
# Matches: 年底前, 年内, 今年内. Does not match: 三年内, 2014年底
_THIS_YEAR = re.compile(
    r"(?<![\d〇零一二三四五六七八九十两几多去前每次明整])(?:今年|本年度?|当年|年)(?P<end>年?底|年?末|内|度?内)(?P<before>以?前|之前)?|今年上半年|今年下半年|明年(?:底|内|上半年)(?:前)?"
)
# What none of them can do without. Matches: the 底 of 年底前. Does not match: 到2020年
_MAY_BE_THIS_YEAR = re.compile("[底末内半]")
_SPAN_LEADS = {word: (word,) for word in "用在近"} | {
    "争": ("力争",),
    "取": ("争取",),
    "过": ("通过", "经过"),
    "来": ("未来",),
    "后": ("今后",),
}
# Matches: 五年内, 5年时间, 3个月内. Does not match: 三年级
_SPAN_OF_TIME = re.compile(
    r"[\d一二两三四五六七八九十](?:(?<=\d)\d?|(?<!\d)[一二两三四五六七八九十]{0,2})"
    r"(?:(?:-|—|~|至|到)(?:\d{1,2}|[一二两三四五六七八九十]{1,3}))?"
    r"\s*(?:年|个?月|周)\s*(?:左右)?(?:(?:的?时间)?以?之?内|(?:左右)?的?时间|期限内)"
)
# Matches: 每年12月31日前, 每两年, 每季度末. Does not match: 每个
_RECURRING = re.compile(
    r"(?:于|在|按)?每(?:隔)?(?:半年|季度?|(?:\d{1,2}|[一二两三四五六七八九十]{1,2})?(?:个)?[年月周天日])(?:末|底|初|度)?(?:的?\d{1,2}月(?:\d{1,2}日|底|末)|的?\d{1,2}[日号]|[一二三四]季度)?(?:以?前|之前|末)?"
)
# Matches: 12月31日前, 6月底前. Does not match: 3月15日
_MONTHLY = re.compile(
    r"(?<![\d年])(?:于|在|到)?(?P<month>\d{1,2})\s*月\s*(?:(?P<day>\d{1,2})\s*日|(?P<end>底|末))?\s*(?:以前|之前|前|止)"
)
# Matches: 2023年,完成新建公办幼儿园 / 2023年:完成普查. Does not match: 2014年我市生产总值
_AIM_FOLLOWS = re.compile(
    r"[,、:]?(?:力争|争取|确保|完成|实现|计划|新增|新建|建成|培育|要|全[市省区县国盟州旗]要|推进)"
)
# The number of a unit. Matches: the 2. of 2.2024年完成. Does not match: 到
_OWN_NUMBER = re.compile(r"\s*[(\[]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)\]]\s*")
_LONGEST_NUMBER = 8
# Texts without these hold no term. Matches: 到2020年. Does not match: 合格率达到95%
_HINT = re.compile(r"[年月季五]")


class Deadline(NamedTuple):
    """A term, as printed and as a date.

    Attributes:
        span: Offsets in the folded text.
        value: ISO 8601 (``2020``, ``2020-12-31``), or the printed words where no date follows.
        text: The folded words.
        binding: Whether the words alone set a term (到2020年, 年底前); a bare 2014年 does not.
        comparison: Whether they name what is compared with (比2010年).
        recurring: 每年, 每两年.
    """

    span: Span
    value: str
    text: str
    binding: bool
    comparison: bool = False
    recurring: bool = False


def find_deadlines(folded: str, *, year: int | None) -> list[Deadline]:
    """Every term in a folded text, in order, overlapping ones left out.

    Args:
        folded: The text.
        year: The document's year, for 年内 and 年底前; ``None`` keeps those as printed.
    """
    if not _HINT.search(folded):
        return []
    found = [*_dated(folded, year), *_relative(folded, year)]
    if len(found) < 2:
        return found
    found.sort(key=lambda d: (d.span[0], -d.span[1]))
    kept: list[Deadline] = []
    for deadline in found:
        if not kept or deadline.span[0] >= kept[-1].span[1]:
            kept.append(deadline)
    return kept


def _dated(folded: str, year: int | None) -> list[Deadline]:
    found = []
    if "年" in folded:
        previous = 0
        for match in _DATED.finditer(folded):
            start, lead = _lead(folded, previous, match.start(), _LEADS)
            previous = match.end()
            bounded = bool(match["end"] or match["before"] or match["monthend"]) or lead in (
                "到",
                "至",
                "截至",
                "截止到",
                "力争到",
                "截止",
            )
            value = _iso(match)
            # 2014年前三季度: the second 年前 is no term.
            found.append(
                Deadline(
                    (start, match.end()),
                    value,
                    folded[start : match.end()].strip(),
                    (bounded or _opens_aim(folded, start, match.end(), is_to_come=bool(year and value[:4] > str(year))))
                    and lead not in ("自", "从", "比", "较", "以"),
                    comparison=lead in ("比", "较", "以"),
                )
            )
    if "五" in folded:
        previous = 0
        for match in _PLANNED.finditer(folded):
            start = match.start() - (match.start() > previous and folded[match.start() - 1] in "“\"'‘")
            start, _ = _lead(folded, previous, start, _PLAN_LEADS)
            previous = match.end()
            number = chinese_number(match["plan"])
            if number is not None and number >= 3:
                text = folded[start : match.end()].strip()
                found.append(Deadline((start, match.end()), str(1955 + 5 * int(number)), text, True))
    return found


def _lead(folded: str, low: int, at: int, leads: Mapping[str, Sequence[str]]) -> tuple[int, str]:
    """Where a term begins whose number stands at ``at``, blanks included, and the word that leads to it, if any."""
    start = at
    while start > low and folded[start - 1].isspace():
        start -= 1
    for word in leads.get(folded[start - 1], ()) if start > low else ():
        if start - len(word) >= low and folded.startswith(word, start - len(word)):
            return start - len(word), word
    return start, ""


def _opens_aim(folded: str, start: int, end: int, *, is_to_come: bool) -> bool:
    """2023年,完成…: the year that opens a sentence of aims is their term, and so is one after that of the text."""
    before = folded[max(0, start - 1) : start]
    opens = before in ("", "。", "\n", ";", "-") or (
        start <= _LONGEST_NUMBER and _OWN_NUMBER.fullmatch(folded, 0, start)
    )
    return bool(opens and (is_to_come or _AIM_FOLLOWS.match(folded, end)))


def _iso(match: re.Match[str]) -> str:
    year = match["year"]
    if not year.isascii():
        year = "".join(_DIGITS.get(c, c) for c in year)
    if match["end"]:
        return f"{year}-12-31"
    if match["half"]:
        return f"{year}-06-30" if match["half"] == "上半年" else f"{year}-12-31"
    if match["quarter"]:
        month = 3 * int(_DIGITS.get(match["quarter"], match["quarter"]))
        return _month_end(year, month)
    if not match["month"]:
        return f"{year}-12-31" if match["before"] in ("内", "全年") else year
    month = int(chinese_number(match["month"]) or 0)
    if not 1 <= month <= 12:
        return year
    if match["day"]:
        day = int(chinese_number(match["day"]) or 0)
        return (
            f"{year}-{month:02d}-{day:02d}"
            if 1 <= day <= calendar.monthrange(int(year), month)[1]
            else f"{year}-{month:02d}"
        )
    return _month_end(year, month) if match["monthend"] else f"{year}-{month:02d}"


def _month_end(year: str, month: int) -> str:
    return f"{year}-{month:02d}-{calendar.monthrange(int(year), month)[1]:02d}"


def _relative(folded: str, year: int | None) -> list[Deadline]:
    found = []
    if "每" in folded:
        found += [Deadline(m.span(), m.group(), m.group(), True, recurring=True) for m in _RECURRING.finditer(folded)]
    for match in _THIS_YEAR.finditer(folded) if "年" in folded and _MAY_BE_THIS_YEAR.search(folded) else ():
        words = match.group()
        if year is None:
            value = words
        elif words.startswith("明年"):
            value = f"{year + 1}-06-30" if "上半年" in words else f"{year + 1}-12-31"
        else:
            value = f"{year}-06-30" if "上半年" in words else f"{year}-12-31"
        found.append(Deadline(match.span(), value, words, True))
    if "内" in folded or "时间" in folded:
        previous = 0
        for match in _SPAN_OF_TIME.finditer(folded):
            start, _ = _lead(folded, previous, match.start(), _SPAN_LEADS)
            previous = match.end()
            text = folded[start : match.end()].strip()
            found.append(Deadline((start, match.end()), text, text, True))
    for match in _MONTHLY.finditer(folded) if "月" in folded and ("前" in folded or "止" in folded) else ():
        month = int(match["month"])
        if not 1 <= month <= 12:
            continue
        value = match.group().strip()
        if year is not None:
            last = calendar.monthrange(year, month)[1]
            day = int(match["day"]) if match["day"] and int(match["day"]) <= last else last
            value = f"{year}-{month:02d}-{day:02d}" if match["day"] or match["end"] else f"{year}-{month:02d}"
        found.append(Deadline(match.span(), value, match.group().strip(), True))
    return found


def year_of_title(folded: str) -> Deadline | None:
    """The term that a title or heading sets: the last year that it prints (2014年行动计划; 2011-2020年)."""
    if not _HINT.search(folded):
        return None
    found = [d for d in find_deadlines(_without_titles(folded), year=None) if not d.comparison and not d.recurring]
    dated = [d for d in found if re.match(r"\d{4}", d.value)]
    return dated[-1] if dated else None


def _without_titles(folded: str) -> str:
    return re.sub(r"《[^》]*》", lambda m: "、" * len(m.group()), folded) if "《" in folded else folded
