"""What a text has where it says what a name means or takes in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.topic import Term

# What follows a name where a text says what it means.
# Matches: “十一五”时期(2006年—2010年) / 首席质量官是指. Does not match: 质量监督抽查.
_DEFINES = r"[”\"》]?[\u4e00-\u9fff]{0,3}(?:[(:]|,?(?:是指|指的是|系指|即|意指|所称|称为|者为|是|为))"
# How names of several things begin. Matches: 五水共治, 三包. Does not match: 首席质量官.
_COUNTED = "二三四五六七八九"


def defining_words(topic: Sequence[Term]) -> re.Pattern[str] | None:
    """What a sentence has that says what one of the topic's words means; ``None`` without a weighty word."""
    words = [word for term in topic if not term.light for word in term.alternatives[:3]]
    if not words:
        return None
    names = "|".join(map(re.escape, words))
    listed = "".join(f"|{_listed(word)}" for word in words if word[0] in _COUNTED)
    return re.compile(f"(?:{names}){_DEFINES}{listed}")


def _listed(name: str) -> str:
    """What spells out a name that begins with a number, right before it: 治污水、防洪水、排涝水“三水共治”."""
    between = _COUNTED.index(name[0]) + 1
    return rf"(?:[^、,。;:\s]{{1,12}}、){{{between}}}[^、,。;:\s“]{{1,12}}[“\"]{re.escape(name)}"
