"""Undoes a stretch of GBK text whose bytes were paired one off their boundary.

Where one byte of a pair is lost, every following pair is read across the boundary, until a single byte
(a letter, or another lost byte) brings the text back into step::

    printed   。    “    兩    級         A1A3 A1B0 83C9 BC89
    shown     ?  ！    皟    杉    ?       ?? A3A1 B083 C9BC ??

The shown characters still hold all but the lost bytes. Those are searched: every byte that could have
stood there gives a character, and ``corpus.plausibility`` judges which of them read as Chinese, with the
text on both sides and the document's own words. Pinyin that a website printed in the middle of a pair
says how the character around it is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import add

from corpus.folding import fold
from corpus.pinyin import HAN, readings, strip_tones
from corpus.plausibility import (
    Reading,
    Slot,
    Words,
    across_brackets,
    best_readings,
    fixed,
    rarest_lone,
    score_text,
    support,
)

SIGNS = "?？\ufffd"
_CONTEXT = 6
_LONGEST = 240
_UNSEEN_COST = 7.0
_GAP_COST = 8.0
_RARE_COST = 2.0
_OPEN_END_COST = 4.0
_CONVINCING_GAIN = 20.0
_CONVINCING_LONE = -11.0
_EARLY = 6
_FARTHEST_START = 30
_MOST_GAPS = 6
_LOST = -1

_MARKED = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜńňǹḿ"
# Matches: the "(cè)" of 側(cè). Does not match: (AQI).
_BRACKET = re.compile(rf"[(（]([a-zü{_MARKED}]{{1,6}})[)）]")
# Matches: the "cè)" of ?cè)藬. Does not match: "QC)".
_ORPHAN = re.compile(rf"[(（]?([a-zü{_MARKED}]{{1,6}})[)）]")
_PLAUSIBLE = re.compile(f"[{HAN}\u3001\u3002\u2018-\u201d\u3008-\u3011\u3014\u3015\u2014\u2026\u00b7（），：；！％]")


@dataclass(frozen=True, slots=True)
class Token:
    """A shown character with the pinyin after it. ``start`` and ``end`` are offsets of the text, pinyin included."""

    character: str
    start: int
    end: int
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class _Byte:
    """A byte of a stretch: known, or one of ``allowed``."""

    value: int
    allowed: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """Tokens ``first`` to ``last`` (inclusive) were these bytes, then ``tail`` as it is; ``cost`` in nats."""

    first: int
    last: int
    data: tuple[_Byte, ...]
    cost: float
    reading: str | None = None
    tail: str = ""
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch read anew.

    Attributes:
        first, last: Its tokens, both inclusive.
        repaired: What they printed.
        gain: By how much it reads better than what is shown, in nats.
        margin: By how much it is ahead of the next reading, in nats.
        rarest_lone: Score of the rarest character in it that belongs to no word.
        gaps: How many pairs fell out of it without a sign.
    """

    first: int
    last: int
    repaired: str
    gain: float
    margin: float
    rarest_lone: float
    gaps: int


@dataclass
class Surroundings:
    """What the undamaged rest of the document says: which characters it prints, and which words."""

    characters: frozenset[str]
    folded: str
    half_width: frozenset[str]
    _pairs: frozenset[str] = field(init=False)
    _known: dict[str, bool] = field(default_factory=dict)
    slots: dict[tuple[object, ...], Slot | None] = field(default_factory=dict)
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        self._pairs = frozenset(map(add, self.folded, self.folded[1:]))

    def occurs(self, words: str) -> bool:
        """Whether ``words``, folded, stand in the document."""
        if len(words) == 2:
            return words in self._pairs
        known = self._known.get(words)
        if known is None:
            # Most that do not occur show it by their pairs; the whole text is searched for the others.
            known = words[:2] in self._pairs and words[-2:] in self._pairs and words in self.folded
            self._known[words] = known
        return known

    def print_form(self, text: str) -> str:
        """``text`` with its marks as wide as the document prints them."""
        return "".join(chr(ord(c) - 0xFEE0) if c in self.half_width else c for c in text)


def surroundings(text: str) -> Surroundings:
    """Describe a document, from its text without pinyin."""
    marks = "！（），：；？％"
    half = frozenset(c for c in marks if text.count(chr(ord(c) - 0xFEE0)) > text.count(c))
    return Surroundings(frozenset(text), fold(text), half)


def read_tokens(text: str, start: int, end: int) -> list[Token]:
    """The shown characters of ``text[start:end]``, each with the pinyin that follows it."""
    tokens: list[Token] = []
    at = start
    while at < end:
        after_sign = bool(tokens) and tokens[-1].character in SIGNS and tokens[-1].reading is None
        pinyin = (_ORPHAN if after_sign else _BRACKET).match(text, at, end)
        if pinyin and tokens and tokens[-1].reading is None and any(c in _MARKED for c in pinyin[1]):
            last = tokens[-1]
            tokens[-1] = Token(last.character, last.start, pinyin.end(), strip_tones(pinyin[1]))
            at = pinyin.end()
            continue
        tokens.append(Token(text[at], at, at + 1))
        at += 1
    return tokens


@cache
def _token_bytes(character: str) -> bytes:
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


_TRAILS = [*range(0x40, 0x7F), *range(0x80, 0xFF)]
_LEADS = range(0x81, 0xFF)
# A pair that fell out without a trace lay in the cells of GBK that hold no character: AAA1-AFFE and F8A1-FEFE.
_EMPTY_LEADS = frozenset((*range(0xAA, 0xB0), *range(0xF8, 0xFF)))
_EMPTY_TRAILS = frozenset(range(0xA1, 0xFF))


def _slot(first: _Byte, second: _Byte, reading: str | None, around: Surroundings) -> Slot | None:
    key = (first, second, reading)
    if key not in around.slots:
        around.slots[key] = _build_slot(first, second, reading, around)
    return around.slots[key]


def _build_slot(first: _Byte, second: _Byte, reading: str | None, around: Surroundings) -> Slot | None:
    """The characters that the pair could have been."""
    if first.value == _LOST and second.value == _LOST and not (reading and first.allowed):
        return None
    leads: Sequence[int] = sorted(first.allowed or _LEADS) if first.value == _LOST else (first.value,)
    trails: Sequence[int] = sorted(second.allowed or _TRAILS) if second.value == _LOST else (second.value,)
    characters = [c for a in leads for b in trails if (c := _decode(a, b))]
    if reading:
        read = [c for c in characters if reading in readings(c)]
        characters = read or characters
    if not characters:
        return None
    doubtful = len(characters) > 1
    cost = tuple(_RARE_COST if doubtful and c not in around.characters else 0.0 for c in characters)
    return Slot(tuple(characters), tuple(fold("".join(characters))), cost)


def _lost(tokens: list[Token], index: int) -> _Byte:
    """The lost byte of the sign at ``index``; pinyin in its place tells which bytes complete the character."""
    reading = tokens[index].reading
    before = _token_bytes(tokens[index - 1].character) if reading and index else b""
    if not before:
        return _Byte(_LOST)
    completing = ((b, _decode(before[-1], b)) for b in _TRAILS)
    allowed = frozenset(b for b, c in completing if c and reading in readings(c))
    return _Byte(_LOST, allowed or None)


def _walk(
    tokens: list[Token], first: int, data: list[_Byte], start: int, *, cost: float, traced: bool
) -> Iterator[_Hypothesis]:
    """Where a stretch out of step since ``first`` falls back into step, from token ``start`` on.

    ``traced`` says that the lost byte left a sign; a stretch may then also end without one.
    """
    seen = 0
    for index in range(start, min(len(tokens), start + _LONGEST)):
        character = tokens[index].character
        if character in SIGNS:
            yield _Hypothesis(first, index, (*data, _lost(tokens, index)), cost, tokens[index].reading)
            return
        encoded = _token_bytes(character)
        if len(encoded) == 1 and 0x40 <= encoded[0] <= 0x7E:
            yield _Hypothesis(first, index, (*data, _Byte(encoded[0])), cost, tokens[index].reading)
            return
        if len(encoded) < 2:
            break
        if traced and encoded[1] <= 0x7E and seen < 40:
            # The second byte may be a letter of its own that was taken into the pair.
            yield _Hypothesis(first, index, (*data, _Byte(encoded[0])), cost + 4.0, None, chr(encoded[1]))
        data = [*data, _Byte(encoded[0]), _Byte(encoded[1])]
        seen += 1
        if traced and seen <= _EARLY:
            yield _Hypothesis(first, index, (*data, _Byte(_LOST)), cost + _UNSEEN_COST)
    if seen and not (traced and seen <= _EARLY):
        yield _Hypothesis(first, start + seen - 1, (*data, _Byte(_LOST)), cost + _UNSEEN_COST)


def _hypotheses(tokens: list[Token], sign: int) -> Iterator[_Hypothesis]:
    """What may have happened around the sign at index ``sign``."""
    if tokens[sign].character in SIGNS:
        yield from _walk(tokens, sign, [_lost(tokens, sign)], sign + 1, cost=0.0, traced=True)
        closing = [_lost(tokens, sign)]
    else:
        closing = []
    # The byte may have gone without a trace some characters earlier.
    inner: list[_Byte] = []
    for first in range(sign - 1, max(-1, sign - _FARTHEST_START), -1):
        encoded = _token_bytes(tokens[first].character)
        if len(encoded) != 2:
            break
        lead, trail = _Byte(encoded[0]), _Byte(encoded[1])
        for opening in ([_Byte(_LOST), lead, trail], [lead, _Byte(_LOST), trail]):
            if closing:
                yield _Hypothesis(first, sign, (*opening, *inner, *closing), _UNSEEN_COST)
            else:
                yield from _walk(tokens, first, [*opening, *inner], sign, cost=_UNSEEN_COST, traced=False)
        inner = [lead, trail, *inner]


def _with_gap(hypothesis: _Hypothesis) -> Iterator[_Hypothesis]:
    """The hypothesis with one pair more, that fell out between two of the shown characters."""
    data = hypothesis.data
    gap = (_Byte(_LOST, _EMPTY_LEADS), _Byte(_LOST, _EMPTY_TRAILS))
    if len(data) > 80:
        return
    for at in range(1, len(data), 2):
        yield _Hypothesis(
            hypothesis.first,
            hypothesis.last,
            (*data[:at], *gap, *data[at:]),
            hypothesis.cost + _GAP_COST,
            hypothesis.reading,
            hypothesis.tail,
            hypothesis.gaps + 1,
        )


def _left(tokens: list[Token], first: int) -> str:
    kept = ""
    for token in reversed(tokens[max(0, first - _CONTEXT) : first]):
        if token.character in SIGNS or token.character == "\n":
            break
        kept = token.character + kept
    return kept


def _right(tokens: list[Token], last: int) -> str:
    kept = ""
    for token in tokens[last + 1 : last + 1 + _CONTEXT]:
        if token.character in SIGNS or token.character == "\n":
            break
        kept += token.character
    return kept


def _judge(tokens: list[Token], hypothesis: _Hypothesis, around: Surroundings) -> list[tuple[float, str]]:
    """``(gain, repaired)`` of the best readings of a hypothesis, over leaving the stretch as it is."""
    data = hypothesis.data
    if len(data) % 2:
        return []
    built: list[Slot] = []
    for at in range(0, len(data), 2):
        closes = at + 2 == len(data)
        slot = _slot(data[at], data[at + 1], hypothesis.reading if closes else None, around)
        if slot is None:
            return []
        built.append(slot)
    left, right = _left(tokens, hypothesis.first), _right(tokens, hypothesis.last)
    before = [fixed(p, f) for p, f in zip(left, fold(left), strict=True)]
    after = hypothesis.tail + right
    behind = [fixed(p, f) for p, f in zip(after, fold(after), strict=True)]
    doubtful = [len(left) + i for i, slot in enumerate(built) if len(slot.printed) > 1]
    ends_line = hypothesis.last + 1 == len(tokens) and not hypothesis.tail
    found: list[Reading] = best_readings([*before, *built, *behind], known=around.words)
    shown = "".join(token.character for token in tokens[hypothesis.first : hypothesis.last + 1])
    as_is = score_text(fold(left + shown + right))
    judged = [
        (
            reading.score
            + across_brackets(reading)
            + support(reading.folded, doubtful, around.occurs)
            - as_is
            - hypothesis.cost
            - (_OPEN_END_COST if ends_line and reading.folded[-1] in "，、,（“《" else 0.0),
            reading.printed[len(left) : len(reading.printed) - len(right)],
        )
        for reading in found
    ]
    return sorted(judged, reverse=True)


def _judge_gaps(
    tokens: list[Token], sign: int, hypotheses: list[_Hypothesis], around: Surroundings
) -> list[tuple[float, str, _Hypothesis]]:
    """Judge hypotheses in which pairs fell out as well: one more at a time, each where it helps most."""
    judged: list[tuple[float, str, _Hypothesis]] = []
    for hypothesis in hypotheses:
        if hypothesis.cost or hypothesis.first != sign:
            continue
        current, reached = hypothesis, max((gain for gain, _ in _judge(tokens, hypothesis, around)), default=-math.inf)
        for _ in range(_MOST_GAPS):
            wider = [
                (gain, repaired, grown)
                for grown in _with_gap(current)
                for gain, repaired in _judge(tokens, grown, around)
            ]
            judged += wider
            best = max(wider, key=lambda item: item[0], default=None)
            if best is None or best[0] <= reached:
                break
            reached, current = best[0], best[2]
    return judged


def find_reading(tokens: list[Token], sign: int, around: Surroundings) -> Finding | None:
    """The best way to read the text around the sign of damage at index ``sign``, if any reads at all."""
    judged: list[tuple[float, str, _Hypothesis]] = []
    hypotheses = list(_hypotheses(tokens, sign))
    for hypothesis in hypotheses:
        judged += [(gain, repaired, hypothesis) for gain, repaired in _judge(tokens, hypothesis, around)]
    plain = max(judged, key=lambda item: item[0], default=None)
    if plain is None or plain[0] < _CONVINCING_GAIN or _lone(tokens, plain[2], plain[1]) < _CONVINCING_LONE:
        judged += _judge_gaps(tokens, sign, hypotheses, around)
    if not judged:
        return None
    judged.sort(key=lambda item: -item[0])
    gain, repaired, hypothesis = judged[0]
    # Readings of other stretches are rivals too, as far as the printed text comes out different.
    result = _whole(tokens, hypothesis, repaired)
    margin = next((gain - other for other, text, rival in judged[1:] if _whole(tokens, rival, text) != result), 20.0)
    lone = _lone(tokens, hypothesis, repaired)
    return Finding(hypothesis.first, hypothesis.last, around.print_form(repaired), gain, margin, lone, hypothesis.gaps)


def _lone(tokens: list[Token], hypothesis: _Hypothesis, repaired: str) -> float:
    return rarest_lone(fold(_left(tokens, hypothesis.first) + repaired + _right(tokens, hypothesis.last)))


def _whole(tokens: list[Token], hypothesis: _Hypothesis, repaired: str) -> str:
    before = "".join(token.character for token in tokens[: hypothesis.first])
    after = "".join(token.character for token in tokens[hypothesis.last + 1 :])
    return fold(before + repaired + after)
