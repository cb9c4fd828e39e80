"""Targets in the rows of a table of indicators: 指标 | 单位 | 2020年 | 2025年."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from corpus.model import Span, Target
from indexer.facts.quantities import find_quantities
from indexer.facts.scopes import Terms
from indexer.facts.tables import row_cells
from indexer.facts.units import Unit

# Names of columns, without blanks. Matches: 主要指标. Does not match: 指标属性
_INDICATOR = re.compile(r"[\u4e00-\u9fff]{0,6}指标(?:名称|内容|项目)?(?:\(.*\))?|(?:项目)?名称|项目")
# Matches: 计量单位. Does not match: 责任单位
_UNIT = re.compile(r"(?:计量)?单位")
# Matches: 2025年 / 2025年目标值 / 2020年(基期). Does not match: 2025年重点工作
_YEAR = re.compile(r"(?:到|至)?(?P<year>(?:19|20)\d{2})年?(?P<words>.*)")
# Matches: 规划目标值 / “十四五”目标. Does not match: 目标任务
_AIM = re.compile(r"\(?(?:[^。,]{0,8})?(?:目标|规划|预期|计划)(?:目标)?[值数]?\)?")
# Matches: 基期值 / 现状 / 实际完成. Does not match: 目标值
_BASE = re.compile(r"\(?(?:基期|基准|基数|基础|现状|现有|实际|实绩|完成|预计)(?:完成|情况)?[值数]?\)?")
# What tells that the numbers of a lone year are aims. Matches: 指标属性. Does not match: 主要指标
_SAYS_AIMS = re.compile("目标|属性|规划")
# What a cell sets. Matches: >=95 / [12] / 2.8左右 / 85%以上 / 3-5. Does not match: 约束性
CELL_VALUE = re.compile(
    r"(?P<sign>[<>≥≤=约]{0,2}|不低于|不少于|不高于|不超过|大于|小于|低于|高于|超过|达到)\s*[\[(〔【]?\s*"
    r"(?P<low>-?\d[\d,]*(?:\.\d+)?)(?:\s*[-~—至]\s*(?P<high>\d[\d,]*(?:\.\d+)?))?\s*[\])〕】]?\s*"
    r"(?P<unit>[%‰]|(?!及?以|左右|上下)[\u4e00-\u9fff/]{1,6}?)?\s*(?P<behind>及?以上|及?以下|以内|左右|上下)?"
)
_COMPARATORS = {
    **dict.fromkeys((">=", "≥", "=>", "不低于", "不少于"), "≥"),
    **dict.fromkeys(("<=", "≤", "=<", "不高于", "不超过"), "≤"),
    **dict.fromkeys((">", "大于", "高于", "超过"), ">"),
    **dict.fromkeys(("<", "小于", "低于"), "<"),
    "约": "约",
}
_BEHIND = {"上": "≥", "下": "≤", "内": "≤", "右": "约"}  # by the last character
# The unit in an indicator's name. Matches: the (%) of 合格率(%). Does not match: the (AQI) of 优良率(AQI)指数
_UNIT_IN_NAME = re.compile(r"\s*\((?P<unit>[^()a-z]{1,10})\)$")


@dataclass(slots=True)
class _Columns:
    """The cells of a row by what they hold; of each number also the year that its column names."""

    indicator: Span | None = None
    unit: str = ""
    aims: list[tuple[int | None, Span]] = field(default_factory=list)
    bases: list[Span] = field(default_factory=list)


def read_indicators(unit: Unit, header: Sequence[str], terms: Terms) -> tuple[Target, ...]:
    """The targets of a row, one for each column that sets one.

    Args:
        unit: The row.
        header: The names of the columns, as ``indexer.facts.tables.read_header`` gives them.
        terms: What governs a column that names no year.
    """
    columns = _sort_cells(unit, header)
    if columns.indicator is None:
        return ()
    start, stop = columns.indicator
    named = _UNIT_IN_NAME.search(unit.folded, start, stop)
    indicator = "".join(unit.text[start : named.start() if named else stop].split())
    printed_unit = columns.unit or (named["unit"] if named else "")
    baseline = next((unit.text[a:b] for a, b in columns.bases if CELL_VALUE.fullmatch(unit.folded, a, b)), None)
    facts = []
    for year, span in columns.aims:
        value = CELL_VALUE.fullmatch(unit.folded, *span)
        if value is None:
            continue
        measured = value["unit"] or printed_unit
        low, counted = _measure(value["low"], measured)
        context = terms.above(unit.clause.path)
        term = context.heading or context.document
        a, b = min(start, span[0]), max(stop, span[1])
        facts.append(
            Target(
                span=unit.raw_span(a, b),
                text=unit.text[a:b],
                indicator=indicator,
                comparator=_BEHIND[value["behind"][-1]] if value["behind"] else _COMPARATORS.get(value["sign"], "="),
                value=low,
                unit=counted,
                upper_value=_measure(value["high"], measured)[0] if value["high"] else None,
                deadline=str(year) if year else term.value if term else None,
                deadline_text=f"{year}年" if year else term.text if term else None,
                deadline_source="heading" if year or context.heading else "document" if term else None,
                baseline=baseline,
            )
        )
    return tuple(facts)


def _sort_cells(unit: Unit, header: Sequence[str]) -> _Columns:
    """Which cell of a row holds what."""
    folded, columns = unit.folded, _Columns()
    years: list[tuple[int, Span]] = []
    for name, span in row_cells(folded, header):
        if span[0] == span[1]:
            continue
        dated = _YEAR.fullmatch(name)
        words = dated["words"] if dated else name
        if _UNIT.fullmatch(name):
            columns.unit = folded[slice(*span)]
        elif _BASE.fullmatch(words):
            columns.bases.append(span)
        elif dated and not words:
            years.append((int(dated["year"]), span))
        elif _AIM.fullmatch(words):
            columns.aims.append((int(dated["year"]) if dated else None, span))
        elif _INDICATOR.fullmatch(name) and (columns.indicator is None or "指标" in name):
            columns.indicator = span
    if len(years) > 1 and not columns.bases:
        # 2020年 | 2025年: what is, and what shall be.
        years.sort()
        columns.bases.append(years.pop(0)[1])
    if columns.bases or any(_SAYS_AIMS.search(words) for words in (*header, *unit.clause.labels)):
        columns.aims += years
    columns.aims.sort(key=lambda aim: aim[1])
    return columns


def _measure(number: str, unit: str) -> tuple[Decimal, str]:
    """A number with 万 and 亿 of its unit multiplied out, and what is left of the unit."""
    found = find_quantities(f"{number}{unit}")
    if len(found) == 1 and found[0].span == (0, len(number) + len(unit)):
        return found[0].value, found[0].unit
    return Decimal(number.replace(",", "")), unit
