"""The numbers of a sentence by value, however they are written: 50万, 500,000 and 五十万 are one number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from corpus.dates import find_dates
from indexer.facts.quantities import chinese_number, find_quantities

_DIGITS = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# Matches: 万 behind 50, 千万 behind 3. Does not match: 百分点.
_CHINESE_SCALE = re.compile(r"\s*(?:[十百千]?[万亿]|[百千](?=[多余]?[个家名户人元吨]))")
_ENGLISH_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_ENGLISH_SCALE = re.compile(r"\s*(hundred|thousand|million|billion)\b")
_PERCENT = re.compile(r"\s*(?:%|per ?cent\b|percentage points?\b|个?百分点)")
_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
# Matches: twenty-five, three hundred. Does not match: one of them, no one, someone.
_ENGLISH_NUMBER = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<unit>{'|'.join(list(_ONES)[1:10])}))?|(?P<ones>{'|'.join(_ONES)}))\b"
    r"(?P<scale>\s+(?:hundred|thousand|million|billion)\b)?"
)
_MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
]  # fmt: skip
# Matches: july 2014, 2 july, july 2. Does not match: may lead.
_MONTH = re.compile(rf"(?:(?<=\d )(?P<a>{'|'.join(_MONTHS)})\b|\b(?P<b>{'|'.join(_MONTHS)})(?= \d))")
# Numerals that count, order or date. Matches: 第三条, 二〇二〇年, 十二月, 三十五. Does not match: 统一, 一般, 万一.
_CHINESE = re.compile(
    r"(?<=第)[〇零一二两三四五六七八九十百千]+(?=[条款项章节批期届次])|[〇零一二三四五六七八九]{4}(?=年)"
    r"|[一二三四五六七八九十]{1,3}(?=[月日])|[二三四五六七八九]?十[一二三四五六七八九]|[一二两三四五六七八九]+[百千万亿][〇零一二三四五六七八九十百千万亿]*"
)
# A number as a limit from below and from above. Matches: 不低于95%, at least 3. Does not match: 提高到95%.
_AT_LEAST = re.compile(
    r"不低于|不少于|不小于|至少|以上|(?<!不)(?:超过|高于|多于|大于)|\bat least\b|\bor more\b"
    r"|\b(?:no|not) (?:less|fewer|below)\b|(?<!no )(?<!not )\bmore than\b|\b(?:above|over|exceed\w*)(?= \d)"
)
_AT_MOST = re.compile(
    r"不高于|不超过|不多于|不大于|至多|最多|最高|以内|以下|(?<!不)(?:低于|少于)|\bat most\b|\bup to\b|\bnot exceed\w*"
    r"|\b(?:no|not) more\b|(?<!no )(?<!not )\bless than\b|\b(?:below|under|within)(?= \d)"
)
# Matches: 2 july 2014, july 2, 2014. Does not match: july 2014.
_ENGLISH_DATE = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?P<m1>{'|'.join(_MONTHS)})|(?P<m2>{'|'.join(_MONTHS)}) "
    r"(?P<d2>\d{1,2})(?:st|nd|rd|th)?),? (?P<y>\d{4})\b"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A number: its value with 万 and million multiplied out, whether it is a percentage, and a Chinese unit if any."""

    value: Decimal
    percent: bool = False
    unit: str = ""


def numbers_said(folded: str) -> frozenset[Said]:
    """Every number of a folded text, years, months and ordinals included."""
    found: set[Said] = set()
    measured: list[tuple[int, int]] = []
    for quantity in find_quantities(folded):
        percent = quantity.unit in ("%", "百分点", "个百分点") or "分之" in folded[slice(*quantity.span)]
        unit = "" if percent else quantity.unit
        found.add(Said(quantity.value, percent, unit))
        if quantity.upper is not None:
            found.add(Said(quantity.upper, percent, unit))
        measured.append(quantity.span)
    for match in _DIGITS.finditer(folded):
        if not any(start <= match.start() < end for start, end in measured):
            found.add(_digits(folded, match))
    for match in _CHINESE.finditer(folded):
        if not any(start <= match.start() < end for start, end in measured):
            value = chinese_number(match.group())
            if value is not None:
                found.add(Said(value))
    if re.search("[a-z]", folded):
        found |= _english(folded)
    return frozenset(found)


def _digits(folded: str, match: re.Match[str]) -> Said:
    try:
        value = Decimal(match.group().replace(",", ""))
    except InvalidOperation:  # pragma: no cover - the pattern gives digits alone
        return Said(Decimal(-1))
    end = match.end()
    if scale := _CHINESE_SCALE.match(folded, end):
        for character in scale.group().strip():
            value *= _SCALES[character]
        end = scale.end()
    elif english := _ENGLISH_SCALE.match(folded, end):
        value *= _ENGLISH_SCALES[english[1]]
        end = english.end()
    return Said(value, bool(_PERCENT.match(folded, end)))


def _english(folded: str) -> set[Said]:
    found = set()
    for match in _ENGLISH_NUMBER.finditer(folded):
        if match["ones"] == "one" and not match["scale"]:
            continue  # a pronoun as often as a number
        value = Decimal(
            _TENS[match["tens"]] + _ONES.get(match["unit"] or "zero", 0) if match["tens"] else _ONES[match["ones"]]
        )
        if match["scale"]:
            value *= _ENGLISH_SCALES[match["scale"].strip()]
        found.add(Said(value, bool(_PERCENT.match(folded, match.end()))))
    for match in _MONTH.finditer(folded):
        found.add(Said(Decimal(_MONTHS.index(match["a"] or match["b"]) + 1)))
    return found


def same_limits(folded: str, source: str) -> bool:
    """Whether the limits of a folded sentence (at least, at most) are of a kind that its folded source sets."""
    return all(not kind.search(folded) or bool(kind.search(source)) for kind in (_AT_LEAST, _AT_MOST))


def dates_said(folded: str) -> list[date | None]:
    """The full dates of a folded text in Chinese or English; ``None`` for one that no calendar has."""
    found: list[date | None] = [mention.value for mention in find_dates(folded)]
    for match in _ENGLISH_DATE.finditer(folded):
        month = _MONTHS.index(match["m1"] or match["m2"]) + 1
        try:
            found.append(date(int(match["y"]), month, int(match["d1"] or match["d2"])))
        except ValueError:
            found.append(None)
    return found
