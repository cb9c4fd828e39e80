"""Pinyin that a website printed in brackets after a character: 區(qū), 質(zhì).

It is no text of the issuing body, and it may also stand inside a damaged stretch (see ``corpus.mojibake``).
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from corpus.model import Span

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
CJK = f"{HAN}\u3001-\u301f\uff01-\uff5e“”‘’—…·"
MARKED = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜńňǹḿ"
_LETTERS = f"a-zü{MARKED}"

# Matches: 自治(zhì)區(qū). Does not match: 可吸入颗粒物(PM10).
_WITHIN = rf" ?[{_LETTERS}]{{1,6}}[1-5]?(?: [{_LETTERS}]{{1,6}}){{0,3}} ?"
# The opening bracket stands first, so that a search steps from bracket to bracket.
_CANDIDATE = re.compile(rf"[(（](?<=[{HAN}].)(?:(?<=\(){_WITHIN}\)|(?<=（){_WITHIN}）)(?:\({_WITHIN}\)|（{_WITHIN}）)*")
# Matches: (zhì). Does not match: [1].
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_WORD = re.compile(rf"[{_LETTERS}]+[1-5]?")

# Matches: zhuang. Does not match: aqi.
_SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:a(?:i|o|ng?)?|e(?:i|r|ng?)?|i(?:a(?:o|ng?)?|e|u|ng?|ong)?|o(?:u|ng)?|u(?:a(?:i|ng?)?|e|i|n|o)?|ve?|n|ng|m)"
)
_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}


@lru_cache(maxsize=4096)
def strip_tones(syllable: str) -> str:
    """``syllable`` without tone marks or a tone digit, and with ``v`` for ü."""
    parts = unicodedata.normalize("NFD", syllable.rstrip("12345"))
    letters = "".join(c for c in parts if c not in _TONES)
    return unicodedata.normalize("NFC", letters).replace("ü", "v")


@cache
def readings(character: str) -> frozenset[str]:
    """Every reading of ``character``, without tones. Source: pypinyin, read at the first call."""
    listed = _dictionary().get(str(ord(character)), "")
    return frozenset(strip_tones(reading) for reading in listed.split(",") if reading)


@cache
def _dictionary() -> dict[str, str]:
    from importlib import metadata  # takes a moment, and is needed for pinyin without tone marks and for damage only

    # Importing pypinyin also loads a hundred thousand phrases, which nothing here asks for.
    file = metadata.distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")
    return dict(json.loads(Path(str(file)).read_bytes()))


@lru_cache(maxsize=4096)
def _syllables(bracket: str) -> tuple[list[str], bool] | None:
    """The syllables in a bracket, and whether one has a tone mark; ``None`` where something else stands in it."""
    words = _WORD.findall(bracket)
    if not all(_SYLLABLE.fullmatch(strip_tones(word)) for word in words):
        return None
    return words, any(c in MARKED for c in bracket)


@lru_cache(maxsize=4096)  # a website prints the same few hundred syllables over and over
def _is_marked(brackets: str) -> bool:
    """Whether this is one bracket that holds pinyin whatever stands before it: its tones are marked."""
    found = _syllables(brackets) if _BRACKETED.fullmatch(brackets) else None
    return found is not None and found[1]


def _is_pinyin(bracket: str, before: str) -> bool:
    """Whether ``bracket`` holds the reading of the characters that stand last in ``before``."""
    found = _syllables(bracket)
    if found is None:
        return False
    words, marked = found
    if marked:
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
        if _is_marked(match.group()):
            spans.append(match.span())
        else:
            spans += _of_unmarked(match)
    return spans


def without_pinyin(text: str) -> str:
    """The text less its pinyin."""
    return _CANDIDATE.sub(_what_is_left, text)


def _what_is_left(match: re.Match[str]) -> str:
    brackets = match.group()
    if _is_marked(brackets):
        return ""
    spans = _of_unmarked(match)
    return brackets[spans[-1][1] - match.start() :] if spans else brackets


def _of_unmarked(match: re.Match[str]) -> list[Span]:
    """The brackets of a candidate, from the first on, that hold the reading of what stands before all of them."""
    text, start = match.string, match.start()
    spans = []
    for inner in _BRACKETED.finditer(match.group()):
        if not _is_pinyin(inner.group(), text[max(0, start - 4) : start]):
            break
        spans.append((start + inner.start(), start + inner.end()))
    return spans
