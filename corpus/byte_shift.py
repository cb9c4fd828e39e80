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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus.byte_pairs import ANY, FALLEN_OUT, SIGNS, Byte, Surroundings, Token, lost_byte, slot_of, token_bytes
from corpus.folding import fold
from corpus.plausibility import (
    MOST_SUPPORT,
    Ending,
    Lattice,
    Slot,
    across_brackets,
    lattice_behind,
    support,
)
from corpus.word_tree import lone_characters, reads_badly, score_text

_CONTEXT = 6
_BESIDE = 2  # characters
_LONGEST = 240
_UNSEEN_COST = 7.0
_GAP_COST = 8.0
_LOST_COST = 5.0
_OPEN_END_COST = 4.0
_CONVINCING_GAIN = 20.0
_CONVINCING_LONE = -11.0
_EARLY = 6
_FARTHEST_START = 30
_MOST_GAPS = 6
_LONGEST_WITH_GAP = 80
_NO_RIVAL = 20.0
_FAR_BEHIND = 6.0  # a rival behind by more makes the best reading no less sure
_TOLERANCE = 1e-6  # of sums that are added up in another order
_WHOLE: tuple[Byte, ...] = (ANY, ANY)  # a character of which neither byte is left
_BREAKS = SIGNS + "\n"


class _Hypothesis(NamedTuple):
    """Tokens ``first`` to ``last`` (inclusive) were these bytes, then ``tail`` as it is; ``cost`` in nats."""

    first: int
    last: int
    data: tuple[Byte, ...]
    cost: float
    reading: str | None = None
    tail: str = ""
    gaps: int = 0

    def slots(self, around: Surroundings) -> Iterator[Slot | None]:
        """What each pair of bytes could be."""
        last = len(self.data) - 2
        for at in range(0, last + 1, 2):
            yield slot_of(self.data[at], self.data[at + 1], self.reading if at == last else None, around)


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
        is_whole: Whether it is one character of which neither byte is left.
    """

    first: int
    last: int
    repaired: str
    gain: float
    margin: float
    rarest_lone: float
    gaps: int
    is_whole: bool


def _walk(
    tokens: Sequence[Token],
    first: int,
    data: list[Byte],
    start: int,
    around: Surroundings,
    *,
    cost: float,
    traced: bool,
) -> Iterator[_Hypothesis]:
    """Where a stretch out of step since ``first`` falls back into step, from token ``start`` on.

    ``traced`` says that the lost byte left a sign; a stretch may then also end without one.
    """
    seen = broken = 0
    for index in range(start, min(len(tokens), start + _LONGEST)):
        character = tokens[index].character
        if character in SIGNS:
            closed = (*data, lost_byte(tokens, index))
            cost += _LOST_COST if closed == _WHOLE else 0.0
            yield _Hypothesis(first, index, closed, cost, tokens[index].reading)
            return
        encoded = token_bytes(character)
        if len(encoded) == 1 and 0x40 <= encoded[0] <= 0x7E:
            yield _Hypothesis(first, index, (*data, encoded[0]), cost, tokens[index].reading)
            return
        if len(encoded) < 2:
            break
        if traced and not broken and encoded[1] <= 0x7E and seen < 40:
            # The second byte may be a letter of its own that was taken into the pair.
            yield _Hypothesis(first, index, (*data, encoded[0]), cost + 4.0, None, chr(encoded[1]))
        if slot_of(data[-1], encoded[0], None, around) is None:
            # A pair that is no character may have lost one that stood across it, but no second one can.
            broken += 1
            if broken > 1 or cost:
                return
        data += encoded
        seen += 1
        if traced and not broken and seen <= _EARLY:
            yield _Hypothesis(first, index, (*data, ANY), cost + _UNSEEN_COST)
    if seen and not broken and not (traced and seen <= _EARLY):
        yield _Hypothesis(first, start + seen - 1, (*data, ANY), cost + _UNSEEN_COST)


def _hypotheses(tokens: Sequence[Token], sign: int, around: Surroundings) -> Iterator[_Hypothesis]:
    """What may have happened around the sign at index ``sign``."""
    closing: list[Byte] = []
    if tokens[sign].character in SIGNS:
        closing = [lost_byte(tokens, sign)]
        yield from _walk(tokens, sign, [*closing], sign + 1, around, cost=0.0, traced=True)
    # The byte may have gone without a trace some characters earlier.
    inner: list[Byte] = []
    for first in range(sign - 1, max(-1, sign - _FARTHEST_START), -1):
        encoded = token_bytes(tokens[first].character)
        if len(encoded) != 2:
            break
        lead, trail = encoded
        if inner and slot_of(trail, inner[0], None, around) is None:
            break
        opening: list[Byte]
        for opening in ([ANY, lead, trail], [lead, ANY, trail]):
            if closing:
                yield _Hypothesis(first, sign, (*opening, *inner, *closing), _UNSEEN_COST)
            else:
                yield from _walk(tokens, first, [*opening, *inner], sign, around, cost=_UNSEEN_COST, traced=False)
        inner = [lead, trail, *inner]


def _with_gap(hypothesis: _Hypothesis) -> Iterator[_Hypothesis]:
    """The hypothesis with one pair more, that fell out between two of the shown characters."""
    data = hypothesis.data
    if len(data) > _LONGEST_WITH_GAP:
        return
    for at in range(1, len(data), 2):
        yield _Hypothesis(
            hypothesis.first,
            hypothesis.last,
            (*data[:at], *FALLEN_OUT, *data[at:]),
            hypothesis.cost + _GAP_COST,
            hypothesis.reading,
            hypothesis.tail,
            hypothesis.gaps + 1,
        )


class _Judged(NamedTuple):
    """One reading of a hypothesis, and by how much it is better than leaving the stretch as it is."""

    gain: float
    repaired: str
    hypothesis: _Hypothesis


class _Judge:
    """Judges the hypotheses about one sign of damage, which share their neighbours and often their beginning.

    Attributes:
        best: The best reading so far.
        rival: The gain of the best one that comes out as another text.
    """

    def __init__(self, tokens: Sequence[Token], around: Surroundings) -> None:
        self._shown = "".join([token.character for token in tokens])
        self._around = around
        self._before: dict[int, tuple[str, Lattice]] = {}
        self._behind: dict[str, Ending] = {}
        self.best: _Judged | None = None
        self.rival = -math.inf

    def judge(self, hypothesis: _Hypothesis, least: float) -> list[_Judged]:
        """The best readings of a hypothesis, best first.

        Args:
            hypothesis: What may have happened.
            least: Readings that gain less may be missing.
        """
        built: list[Slot] = []
        for slot in hypothesis.slots(self._around):
            if slot is None:
                return []
            built.append(slot)
        left, before = self._left_of(hypothesis.first)
        right = _right(self._shown, hypothesis.last + 1)
        behind = self._behind_it(hypothesis.tail + right)
        doubtful = [len(left) + i for i, slot in enumerate(built) if not slot.is_certain]
        as_is = score_text(fold(left + self._shown[hypothesis.first : hypothesis.last + 1] + right))
        # What may be added to the score of a reading, at the most: its support, unless brackets are in play.
        added = -as_is - hypothesis.cost + MOST_SUPPORT * len(doubtful)
        if _may_print_brackets(before.readings[0][2] + behind.folded, built):
            added = math.inf
        floor = least - _TOLERANCE - added
        if before.at_most + behind.at_most < floor:
            return []
        if floor > -math.inf and before.best_score(tuple(built), behind) < floor:
            return []
        lattice = before.followed_by(built, floor - behind.at_most)
        if lattice is None:
            return []
        around = self._around
        ends_line = hypothesis.last + 1 == len(self._shown) and not hypothesis.tail
        judged: list[tuple[float, str]] = []
        best = -math.inf
        for reading in lattice.ended_by(behind):
            score, printed, folded = reading
            if score < max(floor, best - _FAR_BEHIND - added):
                break
            gain = score + across_brackets(reading)
            compared = around.compared_form(printed)
            gain += support(compared, doubtful, around.pairs, around.occurs, around.supported)
            gain -= as_is
            gain -= hypothesis.cost
            gain -= _OPEN_END_COST if ends_line and folded[-1] in "，、,（“《" else 0.0
            judged.append((gain, printed[len(left) : len(printed) - len(right)]))
            best = max(best, gain)
        judged.sort(reverse=True)
        return [_Judged(gain, repaired, hypothesis) for gain, repaired in judged]

    @property
    def least(self) -> float:
        """The gain below which a reading says nothing of how sure the best one is."""
        return self.rival if self.best is None else max(self.rival, self.best.gain - _FAR_BEHIND)

    def enter(self, judged: Sequence[_Judged]) -> None:
        """Compare readings, best first, with those so far."""
        for item in judged:
            if item.gain <= self.rival:
                return
            if self.best is None:
                self.best = item
            # Readings of other stretches are rivals too, as far as the printed text comes out different.
            elif self._whole(item) == self._whole(self.best):
                self.best = max(self.best, item, key=_gain)
            elif item.gain > self.best.gain:
                self.best, self.rival = item, self.best.gain
            else:
                self.rival = item.gain

    def rarest_lone(self, item: _Judged) -> tuple[float, float]:
        """The score of the rarest character that belongs to no word: beside a reading, and anywhere in its context.

        Far from the reading words may be cut apart, as their context is.
        """
        left = _left(self._shown, item.hypothesis.first)
        lone = lone_characters(fold(left + item.repaired + _right(self._shown, item.hypothesis.last + 1)))
        start, end = len(left) - _BESIDE, len(left) + len(item.repaired) + _BESIDE
        beside = [score for at, score in lone if start <= at < end]
        return min(beside, default=0.0), min([score for _, score in lone], default=0.0)

    def is_convincing(self, item: _Judged) -> bool:
        """Whether nothing more need be supposed to have happened."""
        return item.gain >= _CONVINCING_GAIN and self.rarest_lone(item)[0] >= _CONVINCING_LONE

    def makes_sense_before(self, sign: int) -> bool:
        """Whether the text before a sign reads as text does."""
        text = fold(_left(self._shown, sign))
        return not (reads_badly(text[-4:]) or reads_badly(text))

    def _whole(self, item: _Judged) -> str:
        first, last = item.hypothesis.first, item.hypothesis.last
        return fold(self._shown[:first] + item.repaired + self._shown[last + 1 :])

    def _left_of(self, first: int) -> tuple[str, Lattice]:
        """The text before a stretch, and the lattice that it begins."""
        known = self._before.get(first)
        if known is None:
            text = _left(self._shown, first)
            known = self._before[first] = text, lattice_behind(text, fold(text), self._around.words)
        return known

    def _behind_it(self, text: str) -> Ending:
        known = self._behind.get(text)
        if known is None:
            known = self._behind[text] = Ending(text, fold(text))
        return known


def _gain(item: _Judged) -> float:
    return item.gain


def _may_print_brackets(folded: str, slots: Sequence[Slot]) -> bool:
    return all(mark in folded or any(mark in slot.choices.by_folded for slot in slots) for mark in "()")


def _left(shown: str, first: int) -> str:
    """The characters before a stretch, as far as they are undamaged."""
    start = first
    while start > max(0, first - _CONTEXT) and shown[start - 1] not in _BREAKS:
        start -= 1
    return shown[start:first]


def _right(shown: str, start: int) -> str:
    """The characters behind a stretch, as far as they are undamaged."""
    end = start
    while end < min(len(shown), start + _CONTEXT) and shown[end] not in _BREAKS:
        end += 1
    return shown[start:end]


def _judge_gaps(judge: _Judge, likeliest: Sequence[tuple[_Hypothesis, float]]) -> None:
    """Judge hypotheses in which pairs fell out as well: one more at a time, each where it helps most.

    Args:
        judge: Gets what is found.
        likeliest: The hypotheses that pairs are added to, each with the gain of its best reading.
    """
    for current, reached in likeliest:
        for _ in range(_MOST_GAPS):
            best: _Judged | None = None
            for grown in _with_gap(current):
                judged = judge.judge(grown, min(judge.least, max(reached, best.gain if best else reached)))
                judge.enter(judged)
                if judged and (best is None or judged[0].gain > best.gain):
                    best = judged[0]
            if best is None or best.gain <= reached:
                break
            reached, current = best.gain, best.hypothesis
            if judge.is_convincing(best):
                break


def find_reading(tokens: Sequence[Token], sign: int, around: Surroundings) -> Finding | None:
    """The best way to read the text around the sign of damage at index ``sign``, if any reads at all."""
    judge = _Judge(tokens, around)
    # Both bytes of a character may have gone, and left one sign.
    hypotheses = [_Hypothesis(sign, sign, _WHOLE, _LOST_COST), *_hypotheses(tokens, sign, around)]
    # What costs nothing is the likeliest; once it is read, most others need not be read to their end.
    likeliest: list[tuple[_Hypothesis, float]] = []
    for hypothesis in hypotheses:
        if not hypothesis.cost:
            judged = judge.judge(hypothesis, -math.inf)
            judge.enter(judged)
            likeliest.append((hypothesis, judged[0].gain if judged else -math.inf))
    others = sorted((h for h in hypotheses if h.cost), key=lambda hypothesis: hypothesis.cost)
    if any(gain >= _CONVINCING_GAIN for _, gain in likeliest):
        # What stands behind the sign makes sense when read anew: the stretch ends where a byte shows its end. Where
        # what stands before the sign makes sense as it is, nothing is broken there.
        others = [] if judge.makes_sense_before(sign) else [h for h in others if h.first < sign]
    for hypothesis in others:
        judge.enter(judge.judge(hypothesis, judge.least))
    if judge.best is None or not judge.is_convincing(judge.best):
        _judge_gaps(judge, likeliest)
    best = judge.best
    if best is None:
        return None
    return Finding(
        best.hypothesis.first,
        best.hypothesis.last,
        around.print_form(best.repaired),
        best.gain,
        best.gain - judge.rival if judge.rival > -math.inf else _NO_RIVAL,
        judge.rarest_lone(best)[1],
        best.hypothesis.gaps,
        best.hypothesis.data == _WHOLE,
    )
