"""Pinyin that a website printed in brackets after a character: 區(qū), 質(zhì).

It is no text of the issuing body, and it may also stand inside a damaged stretch (see ``corpus.mojibake``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from corpus.model import Span

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKED = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜńňǹḿ"
_LETTERS = f"a-zü{_MARKED}"

# Matches: 自治(zhì)區(qū). Does not match: 可吸入颗粒物(PM10).
_CANDIDATE = re.compile(
    rf"(?<=[{HAN}])(?:\( ?[{_LETTERS}]{{1,6}}[1-5]?(?: [{_LETTERS}]{{1,6}}){{0,3}} ?\)"
    rf"|（ ?[{_LETTERS}]{{1,6}}[1-5]?(?: [{_LETTERS}]{{1,6}}){{0,3}} ?）)+"
)
_WORD = re.compile(rf"[{_LETTERS}]+[1-5]?")

# Matches: zhuang. Does not match: aqi.
_SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:a(?:i|o|ng?)?|e(?:i|r|ng?)?|i(?:a(?:o|ng?)?|e|u|ng?|ong)?|o(?:u|ng)?|u(?:a(?:i|ng?)?|e|i|n|o)?|ve?|n|ng|m)"
)
_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}


def strip_tones(syllable: str) -> str:
    """``syllable`` without tone marks or a tone digit, and with ``v`` for ü."""
    parts = unicodedata.normalize("NFD", syllable.rstrip("12345"))
    letters = "".join(c for c in parts if c not in _TONES)
    return unicodedata.normalize("NFC", letters).replace("ü", "v")


@cache
def readings(character: str) -> frozenset[str]:
    """Every reading of ``character``, without tones. Source: pypinyin, loaded at the first call."""
    from pypinyin.constants import PINYIN_DICT  # 0.2 s, and needed only where a bracket may hold pinyin

    return frozenset(strip_tones(reading) for reading in PINYIN_DICT.get(ord(character), "").split(",") if reading)


def _is_pinyin(words: list[str], before: str) -> bool:
    """Whether ``words`` read the characters that stand last in ``before``."""
    if not all(_SYLLABLE.fullmatch(strip_tones(word)) for word in words):
        return False
    if any(c in _MARKED for c in "".join(words)):
        return True
    if any(len(word) == 1 for word in words):
        return False  # (a) is an enumerator, (m) a unit
    characters = before[-len(words) :]
    return len(characters) == len(words) and all(
        strip_tones(word) in readings(character) for word, character in zip(words, characters, strict=True)
    )


def find_pinyin(text: str) -> list[Span]:
    """Spans of the brackets that hold the reading of what stands before them, in order."""
    spans = []
    for match in _CANDIDATE.finditer(text):
        start = match.start()
        for inner in re.finditer(r"[(（][^()（）]*[)）]", match.group()):
            words = _WORD.findall(inner.group())
            if not _is_pinyin(words, text[max(0, start - 4) : start]):
                break
            spans.append((start + inner.start(), start + inner.end()))
    return spans
