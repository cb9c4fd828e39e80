"""What 分别 shares out: the numbers behind it among the things, or the years, before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from indexer.facts.quantities import Quantity

_ADVERB = r"(?:同比|年均|平均|均|(?:较|比)[^,;。、]{2,8}?)*"
# Matches: 分别增长, 同比分别下降. Does not match: 收入和支出分别增长
_ALONE = re.compile(
    rf"\s*{_ADVERB}分别{_ADVERB}(?:增长|提高|提升|增加|上升|下降|降低|减少|扩大|递增|压减|达到?|为|约)*\s*"
)
_YEAR = r"(20\d\d)年(底|末)?"
# Matches: 2023年、2024年、2025年分别建成; 2024年、2025年浓度分别控制在. Does not match: 2023年建成
_YEARS = re.compile(rf"((?:{_YEAR}[、,和及与])+{_YEAR})[^、,;。]{{0,20}}?分别")
_BETWEEN_THINGS = re.compile("[、和与及]")
_JOINT = re.compile(r"(?:以上|以下|左右|以内)?[、,和及与]\s*")


def count_joined(masked: str, quantities: Sequence[Quantity], first: int) -> int:
    """How many numbers from the ``first`` on stand side by side: 10%、12%和15%."""
    last = first
    while last + 1 < len(quantities) and _JOINT.fullmatch(
        masked, quantities[last].span[1], quantities[last + 1].span[0]
    ):
        last += 1
    return last - first + 1


def share_out(left: str, count: int, *, words: str, earlier: Sequence[str], comparator: str) -> list[dict[str, Any]]:
    """The fields of a target that each of the numbers has for itself.

    Args:
        left: The phrase before the first number.
        count: How many numbers stand side by side.
        words: The things in that phrase, before 分别.
        earlier: The indicators of the sentence so far.
        comparator: How the first number is meant.

    Returns:
        One for each number; none where 分别 shares nothing out, or among another number of things.
    """
    if count < 2:
        return []
    shared = {} if comparator == "=" else {"comparator": comparator}
    if len(years := _years_of(left)) == count:
        return [shared | {"deadline": year, "deadline_text": text, "deadline_source": "clause"} for year, text in years]
    things = list(dict.fromkeys(earlier))[-count:] if names_nothing(left) else _things_of(words, count)
    return [shared | {"indicator": thing} for thing in things] if len(things) == count else []


def names_nothing(left: str) -> bool:
    """Whether the words before a number say that it is shared out, and not among what."""
    return "分别" in left and _ALONE.fullmatch(left) is not None


def _years_of(left: str) -> list[tuple[str, str]]:
    """The years before 分别, as ISO dates of their precision and as printed; empty where there are no several."""
    match = _YEARS.search(left)
    found = re.finditer(_YEAR, match[1]) if match else ()
    return [(f"{year[1]}-12-31" if year[2] else year[1], year[0]) for year in found]


def _things_of(words: str, count: int) -> list[str]:
    """The things before 分别, each with what all of them share: 粮食、蔬菜产量 are 粮食产量 and 蔬菜产量.

    Args:
        words: What stands before 分别.
        count: How many numbers stand behind it.

    Returns:
        As many; none where the words name another number of things.
    """
    *others, last = _BETWEEN_THINGS.split(words)
    if len(others) + 1 != count or not all((*others, last)):
        return []
    # 城镇居民和农村居民人均收入: what follows the word that they end with; else what the last has more than the others.
    at = last.find(others[0][-2:]) if len(others[0]) > 2 else -1
    if at >= 0:
        shared = last[at + 2 :]
    else:
        length = len(others[0])
        shared = last[length:] if all(len(other) == length for other in others) and len(last) >= length + 2 else ""
    return [*(other + shared for other in others), last]
