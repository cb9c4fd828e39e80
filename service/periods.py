"""Years and plan periods that a question or a document speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.folding import fold
from corpus.model import Metadata
from indexer.enumerators import parse_chinese_number

# Matches: 2006-2010年 / 2011—2020年. Does not match: 12315-12369.
_RANGE = re.compile(r"(?<!\d)((?:19|20)\d{2})年?\s*(?:-|至|到|~|to|through|and)\s*((?:19|20)\d{2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
# Matches: “十一五”, 第十四个五年规划. Does not match: 十一月五日.
_PLAN = re.compile(r"(?<![一二三四五六七八九])(十[一二三四五]?)(?:个五年|五(?![十百千年月日个项]))")
# Matches: the 11th Five-Year Plan / eleventh five year. Does not match: five years.
_PLAN_EN = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\s+five[- ]year|\b([a-z]+)\s+five[- ]year")
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_ORDINALS += ["eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"]
_CHINESE_YEAR = re.compile(r"[一二][九〇零][〇零一二三四五六七八九]{2}(?=年)")


def _plan_years(number: int) -> range:
    """The years of China's n-th five-year plan: the first began in 1953, the sixth in 1981, then every five years."""
    start = 1981 + 5 * (number - 6)
    return range(start, start + 5)


def find_years(text: str) -> frozenset[int]:
    """Every year that a text names, alone, in a range, or by a five-year plan (十一五 is 2006 to 2010)."""
    folded = fold(text)
    years: set[int] = set()
    for match in _RANGE.finditer(folded):
        first, last = int(match[1]), int(match[2])
        if first <= last <= first + 40:
            years.update(range(first, last + 1))
    years.update(int(y) for y in _YEAR.findall(folded))
    years.update(parse_chinese_number(y) for y in _CHINESE_YEAR.findall(folded))
    for match in _PLAN.finditer(folded):
        number = parse_chinese_number(match[1])
        if number >= 6:
            years.update(_plan_years(number))
    for match in _PLAN_EN.finditer(folded):
        word = match[2]
        number = int(match[1]) if match[1] else _ORDINALS.index(word) + 1 if word in _ORDINALS else 0
        if number >= 6:
            years.update(_plan_years(number))
    return frozenset(years)


def find_periods(text: str) -> tuple[frozenset[int], ...]:
    """The years that a text names, each mention for itself, in the order of the text: 十一五和2014年 is two periods."""
    mentions: dict[int, frozenset[int]] = {}
    rest = fold(text)
    for pattern in (_RANGE, _PLAN, _PLAN_EN, _CHINESE_YEAR, _YEAR):
        mentions |= {match.start(): years for match in pattern.finditer(rest) if (years := find_years(match.group()))}
        rest = pattern.sub(lambda match: " " * len(match.group()), rest)
    return tuple(dict.fromkeys(years for _, years in sorted(mentions.items())))


def nearest_period(years: frozenset[int], periods: Sequence[frozenset[int]]) -> int | None:
    """The place of the period that a document's years fit best; ``None`` where they meet none, or two alike.

    2021 to 2025 are rather 十四五 than 2023, and 2006 is rather one of 2006 to 2010 than nothing.
    """
    fits = [len(years & period) / len(years | period) for period in periods]
    best = max(fits, default=0.0)
    return fits.index(best) if best and fits.count(best) == 1 else None


def title_years(metadata: Metadata) -> frozenset[int]:
    """The years that a document's titles name."""
    return find_years(f"{metadata.title or ''} {metadata.notice_title or ''}")


# A text that is carried out over the years it names. Matches: 2014年行动计划. Does not match: 条例(2018年修正).
_PLAN_TITLE = re.compile(r"计划|规划|纲要|方案|要点|安排|行动|意见|工作")
_STANDING = re.compile(r"修[订正]|条例|办法|规定|细则|标准|目录|年版|法(?=$|[》)(])")
# By when something is to be reached. Matches: 到2020年底 / 2020年年底前. Does not match: 2014年的通知.
_TERM = re.compile(
    r"[到至]\s*((?:19|20)\d{2})\s*年|((?:19|20)\d{2})\s*年(?:年?[底末]|\s*\d{1,2}\s*月底?)?之?(?:以?前|为止)"
)


def is_plan(metadata: Metadata) -> bool:
    """Whether a document is carried out and then done, by its titles; a law of 2018 holds in 2023, too."""
    titles = fold(f"{metadata.title or ''} {metadata.notice_title or ''}")
    return bool(_PLAN_TITLE.search(titles)) and not _STANDING.search(titles)


def last_term(texts: Iterable[str]) -> int | None:
    """The last year by which some texts want something reached; ``None`` where they name none."""
    years = [int(match[1] or match[2]) for text in texts for match in _TERM.finditer(fold(text))]
    return max(years, default=None)


def document_years(metadata: Metadata) -> frozenset[int]:
    """The years that a document is of: those of its titles, and the year it was issued in."""
    years = title_years(metadata)
    return years | {metadata.issued_on.year} if metadata.issued_on else years
