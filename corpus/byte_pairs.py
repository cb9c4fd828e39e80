"""Bytes of GBK, some of them lost, and the characters that two of them could be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import repeat
from operator import add
from typing import NamedTuple

from corpus.folding import fold
from corpus.pinyin import HAN, MARKED, readings, strip_tones
from corpus.plausibility import Choices, Slot, Words, fixed

SIGNS = "?？\ufffd"
# That a document prints 第二十四条 does not speak for 四 where a numeral of another article is lost.
_ALIKE = dict.fromkeys(map(ord, "零〇二三四五六七八九十百千万亿两"), "一")
_RARE_COST = 2.0
_READ_ON = 80

_TONED = frozenset(MARKED)
# Matches: the "(cè)" of 側(cè). Does not match: (AQI).
_BRACKET = re.compile(rf"[(（]([a-zü{MARKED}]{{1,6}})[)）]")
# Matches: the "cè)" of ?cè)藬. Does not match: "QC)".
_ORPHAN = re.compile(rf"[(（]?([a-zü{MARKED}]{{1,6}})[)）]")
_PLAUSIBLE = re.compile(f"[{HAN}\u3001\u3002\u2018-\u201d\u3008-\u3011\u3014\u3015\u2014\u2026\u00b7（），：；！％]")

Byte = int | frozenset[int]
"""A byte of a stretch: known, or lost and one of these."""

ANY: Byte = frozenset(range(0x100))
_TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))
_LEADS = range(0x81, 0xFF)
# A pair that fell out without a trace lay in the cells of GBK that hold no character: AAA1-AFFE and F8A1-FEFE.
FALLEN_OUT: tuple[Byte, Byte] = (frozenset((*range(0xAA, 0xB0), *range(0xF8, 0xFF))), frozenset(range(0xA1, 0xFF)))


class Token(NamedTuple):
    """A shown character with the pinyin after it. ``start`` and ``end`` are offsets of the text, pinyin included."""

    character: str
    start: int
    end: int
    reading: str | None = None


@dataclass
class Surroundings:
    """What the undamaged rest of the document says: which characters it prints, and which words.

    Attributes:
        text: The document without its pinyin, all numerals alike.
        characters: What a reading costs that prints one of them, which is nothing.
        narrowed: The marks that it prints half-width, by the full-width ones.
        alike: The same, and what stands for all numerals.
        pairs: The pairs of characters that stand in ``text``.
    """

    text: str
    characters: Mapping[str, float]
    narrowed: Mapping[int, str]
    alike: Mapping[int, str]
    pairs: frozenset[str]
    _known: dict[str, bool] = field(default_factory=dict)
    slots: dict[tuple[Byte, Byte, str | None], Slot | None] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    supported: dict[str, int] = field(default_factory=dict)

    def occurs(self, words: str) -> bool:
        """Whether ``words`` stand in the document."""
        if len(words) == 2:
            return words in self.pairs
        known = self._known.get(words)
        if known is None:
            # Most that do not occur show it by their parts; the whole text is searched for the others.
            size = len(words) // 2 + 1
            known = self.occurs(words[:size]) and self.occurs(words[-size:]) and words in self.text
            self._known[words] = known
        return known

    @cached_property
    def any_character(self) -> Slot:
        """Where a whole character was lost: one of those that the document prints."""
        printed = "".join(filter(_PLAUSIBLE.match, self.characters))
        choices = Choices(printed, fold(printed))
        return Slot(choices, (0.0,) * len(printed))

    def print_form(self, text: str) -> str:
        """``text`` with its marks as wide as the document prints them."""
        return text.translate(self.narrowed)

    def compared_form(self, text: str) -> str:
        """``text`` as ``occurs`` and ``pairs`` have it."""
        return text.translate(self.alike)


def surroundings(text: str) -> Surroundings:
    """Describe a document, pinyin included."""
    text = _BRACKET.sub("", text)
    half_width = {code: chr(code - 0xFEE0) for code in map(ord, "！（），：；？％")}
    narrowed = {code: half for code, half in half_width.items() if text.count(half) > text.count(chr(code))}
    compared = text
    for numeral, any_numeral in _ALIKE.items():
        compared = compared.replace(chr(numeral), any_numeral)  # in a long text faster than a translation
    pairs = frozenset(map(add, compared, compared[1:]))
    return Surroundings(compared, dict.fromkeys(text, 0.0), narrowed, narrowed | _ALIKE, pairs)


def read_tokens(text: str, start: int, end: int, sign: int) -> list[Token]:
    """The shown characters of ``text[start:end]``, each with the pinyin that follows it.

    Args:
        text: With pinyin.
        start: Where to begin.
        end: Where to stop at the latest.
        sign: Where damage shows. Behind it no more is read than a stretch out of step can reach, and what tells how
            the text goes on from there.
    """
    tokens: list[Token] = []
    at, last = start, ""
    while at < end:
        character = text[at]
        after_sign = last in SIGNS
        if (after_sign or character in "(（") and last and tokens[-1].reading is None:
            pinyin = (_ORPHAN if after_sign else _BRACKET).match(text, at, end)
            if pinyin and not _TONED.isdisjoint(pinyin[1]):
                tokens[-1] = Token(last, tokens[-1].start, pinyin.end(), strip_tones(pinyin[1]))
                at = pinyin.end()
                continue
        tokens.append(Token(character, at, at + 1))
        if at > sign and (character in SIGNS or len(token_bytes(character)) < 2):
            # Nothing reads across it. Pinyin is at most as long as what is read on.
            sign, end = end, min(end, at + _READ_ON)
        last = character
        at += 1
    return tokens


@lru_cache(maxsize=8192)
def token_bytes(character: str) -> bytes:
    """The GBK bytes of a shown character; a half-width mark counts as the full-width one that it stands for."""
    if character in "!(),:;%":
        character = chr(ord(character) + 0xFEE0)
    try:
        encoded = character.encode("gb18030")
    except UnicodeEncodeError:
        return b""
    return encoded if len(encoded) <= 2 else b""


@cache
def _decode(first: int, second: int) -> str | None:
    try:
        character = bytes((first, second)).decode("gb18030")
    except UnicodeDecodeError:
        return None
    return character if len(character) == 1 and _PLAUSIBLE.match(character) else None


@lru_cache(maxsize=1024)
def _completing(first: int, reading: str) -> Byte:
    """The second bytes that make a character with this reading."""
    completing = ((second, _decode(first, second)) for second in _TRAILS)
    return frozenset(second for second, c in completing if c and reading in readings(c)) or ANY


def lost_byte(tokens: Sequence[Token], index: int) -> Byte:
    """The lost byte of the sign at ``index``; pinyin in its place tells which bytes complete the character."""
    reading = tokens[index].reading
    before = token_bytes(tokens[index - 1].character) if reading and index else b""
    if not before or not reading:
        return ANY
    return _completing(before[-1], reading)


def slot_of(first: Byte, second: Byte, reading: str | None, around: Surroundings) -> Slot | None:
    """The characters that a pair could have been; ``None`` where it can be none."""
    if isinstance(first, int) and isinstance(second, int):
        return _certain(first, second)
    key = (first, second, reading)
    if key not in around.slots:
        around.slots[key] = _doubtful(first, second, reading, around)
    return around.slots[key]


@lru_cache(maxsize=8192)
def _certain(first: int, second: int) -> Slot | None:
    character = _decode(first, second)
    return fixed(character, fold(character)) if character else None


def _doubtful(first: Byte, second: Byte, reading: str | None, around: Surroundings) -> Slot | None:
    if first is ANY and second is ANY:
        return around.any_character
    if not isinstance(first, int) and not isinstance(second, int) and (first is ANY or not reading):
        return None
    choices = _choices(first, second, reading)
    if not choices.printed:
        return None
    if len(choices.printed) == 1:
        return Slot(choices, (0.0,))
    return Slot(choices, list(map(around.characters.get, choices.printed, repeat(-_RARE_COST))))


@lru_cache(maxsize=1024)  # most are one known byte, as first or as second
def _choices(first: Byte, second: Byte, reading: str | None) -> Choices:
    """Every character that the pair could be; only those with the reading, if there are any."""
    leads: Sequence[int] = (first,) if isinstance(first, int) else _LEADS if first is ANY else sorted(first)
    trails: Sequence[int] = (second,) if isinstance(second, int) else _TRAILS if second is ANY else sorted(second)
    characters = [c for a in leads for b in trails if (c := _decode(a, b))]
    if reading:
        characters = [c for c in characters if reading in readings(c)] or characters
    return Choices(characters, fold("".join(characters)))
