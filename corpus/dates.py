"""Calendar dates as Chinese texts print them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0, "o": 0, "0": 0}
_NUMERAL = "〇零○Oo0一二三四五六七八九"

# Matches 2014年7月2日, 2014 年 07 月 02 日, 二○○六年十二月十五日, 二00六年二月三日, 2014-07-29, 2014/7/29.
# Does not match 2011-2020年, 1.2.3.
DATE = re.compile(
    rf"(?<![\d{_NUMERAL}])(?:((?:19|20)\d{{2}})\s*年\s*(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*日"
    rf"|([一二][{_NUMERAL}]{{3}})\s*年\s*([一二三四五六七八九十]{{1,3}})\s*月\s*([一二三四五六七八九十]{{1,3}})\s*日"
    r"|((?:19|20)\d{2})([-/.])(\d{1,2})\8(\d{1,2})(?!\d))"
)
# A date of the Republic's calendar, whose first year is 1912.
# Matches: 民国66年9月16日 / 中华民国一百零七年十一月二十八日.
# Does not match: 民国时期
_REPUBLIC = re.compile(
    rf"(?:中[华華])?民[国國]\s*(\d{{1,3}}|[百{_NUMERAL}十]{{1,6}})\s*年\s*(\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*月"
    r"\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_YEAR_BEFORE_REPUBLIC = 1911
# What no date can do without. Matches: 2014. Does not match: 第14号
_MAY_BE_DATE = re.compile(rf"[12一二][\d{_NUMERAL}]{{3}}")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date printed in ``text[start:end]``."""

    value: date
    start: int
    end: int


def _small_numeral(text: str) -> int:
    """十二 is 12, 二十 is 20, 三十一 is 31, 七 is 7, 一百零七 is 107, and 12 is 12."""
    if text.isdecimal():
        return int(text)
    hundreds, mark, rest = text.partition("百")
    if mark:
        return _DIGITS.get(hundreds, 1) * 100 + (_small_numeral(rest.lstrip("零〇")) if rest else 0)
    if "十" not in text:
        return _DIGITS[text] if len(text) == 1 else 0
    tens, _, units = text.partition("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[units] if units else 0)


def find_dates(text: str) -> list[DateMention]:
    """Full dates (year, month and day) in ``text``, in order; an impossible one (2月30日) is left out.

    The text may be printed or folded; full-width digits are read only where folded.
    """
    mentions: list[DateMention] = []
    for match in DATE.finditer(text) if _MAY_BE_DATE.search(text) else ():
        if match[1]:
            parts = int(match[1]), int(match[2]), int(match[3])
        elif match[4]:
            year = int("".join(str(_DIGITS[c]) for c in match[4]))
            parts = year, _small_numeral(match[5]), _small_numeral(match[6])
        else:
            parts = int(match[7]), int(match[9]), int(match[10])
        try:
            mentions.append(DateMention(date(*parts), *match.span()))
        except ValueError:
            continue
    if "民国" in text or "民國" in text:
        mentions = sorted([*mentions, *_dates_of_the_republic(text)], key=lambda mention: mention.start)
    return mentions


def _dates_of_the_republic(text: str) -> Iterator[DateMention]:
    for match in _REPUBLIC.finditer(text):
        year, month, day = (_small_numeral(part) for part in match.groups())
        with suppress(ValueError):
            yield DateMention(date(year + _YEAR_BEFORE_REPUBLIC, month, day), *match.span())
