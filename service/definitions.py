"""What a text has where it says what a name means or takes in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.topic import Term

# What follows a name where a text says what it means.
# Matches: “十一五”时期(2006年—2010年) / 首席质量官是指. Does not match: 质量监督抽查, 二次供水(以下简称供水).
_DEFINES = r"[”\"》]?[\u4e00-\u9fff]{0,3}(?:\((?!以?下?简?称)|:|,?(?:是指|指的是|系指|即|意指|所称|称为|者为|是|为))"
# How names of several things begin. Matches: 五水共治, 三包. Does not match: 首席质量官.
_COUNTED = "二三四五六七八九"
_SHORT = (3, 4)  # characters of a name that may be short for a longer one


def defining_words(topic: Sequence[Term], text: str = "") -> re.Pattern[str] | None:
    """What a sentence has that says what one of the topic's words means; ``None`` without a weighty word.

    Args:
        topic: The question's terms.
        text: A folded text. Where it says what neighbours in the question mean together (二次供水), what it says of
            each for itself (城市供水) is another matter.
    """
    said = [term for term in topic if not term.light]
    words = [word for term in said for word in term.alternatives[:3]]
    if not words:
        return None
    together = ["".join(t.surface for t in said[i:j]) for i in range(len(said)) for j in range(i + 2, len(said) + 1)]
    whole = re.compile(f"(?:{'|'.join(map(re.escape, together))}){_DEFINES}") if together and text else None
    if whole is not None and whole.search(text):
        return whole
    names = "|".join(map(_written_out, words))
    listed = "".join(f"|{_listed(word)}" for word in words if word[0] in _COUNTED)
    return re.compile(f"(?:{names}){_DEFINES}{listed}")


def _written_out(name: str) -> str:
    """A name, a short one with what it may leave out: 业委会 for 业主委员会, 物业企业 for 物业服务企业."""
    if len(name) not in _SHORT or not all("\u4e00" <= character <= "\u9fff" for character in name):
        return re.escape(name)
    return "[\u4e00-\u9fff]{0,2}".join(name)


def _listed(name: str) -> str:
    """What spells out a name that begins with a number, right before it: 治污水、防洪水、排涝水“三水共治”."""
    between = _COUNTED.index(name[0]) + 1
    return rf"(?:[^、,。;:\s]{{1,12}}、){{{between}}}[^、,。;:\s“]{{1,12}}[“\"]{re.escape(name)}"
