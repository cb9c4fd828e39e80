"""How well a stretch of Chinese reads, where some of its characters are not known for certain.

The judge of ``corpus.mojibake``: a lattice of candidate characters goes in, the readings that make the most
likely words come out. Word frequencies are jieba's.
"""

from __future__ import annotations

import heapq
import logging
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

_LONGEST_WORD = 6
_UNKNOWN = -19.0
_MARKS = (
    dict.fromkeys("，。、,", -4.0)
    | dict.fromkeys("；：（）“”《》;:()", -6.0)
    | dict.fromkeys("〔〕·—-%‘’…「」『』〈〉", -8.0)
)
# Matches: 省(市). Does not match: a bracket that stays open.
_BRACKETS = re.compile(r"\(([^()]*)\)")
_HAN = re.compile("[\u3007\u3400-\u9fff]")


class Slot(NamedTuple):
    """One place of the lattice: the characters that could stand there.

    ``folded[i]`` is the folded form of ``printed[i]``; ``cost[i]`` is what taking it costs beyond its words.
    """

    printed: tuple[str, ...]
    folded: tuple[str, ...]
    cost: tuple[float, ...]


class Reading(NamedTuple):
    """One way through the lattice. ``score`` is a log likelihood, in nats."""

    score: float
    printed: str
    folded: str


@dataclass(frozen=True, slots=True)
class _Words:
    frequencies: Mapping[str, int]
    log_total: float

    def score(self, word: str) -> float | None:
        frequency = self.frequencies.get(word, 0)
        return math.log(frequency) - self.log_total if frequency else None


@cache
def _words() -> _Words:
    """The dictionary of jieba, loaded at the first sign of damage."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.dt.initialize()
    return _Words(jieba.dt.FREQ, math.log(jieba.dt.total))


@cache
def _single(character: str) -> float:
    """The score of a character that stands for itself."""
    if character in _MARKS:
        return _MARKS[character]
    known = _words().score(character)
    if known is not None:
        # A lone character is a poorer sign than a word of the same frequency.
        return known - 1.5
    if _HAN.match(character):
        return _UNKNOWN
    if character.isascii() and character.isdigit():
        return -4.0
    if character in "!?！？":
        return -9.0
    if character.isascii() and character.isalpha():
        return -9.0
    return _UNKNOWN


def fixed(printed: str, folded: str) -> Slot:
    """A slot whose character is certain."""
    return Slot((printed,), (folded,), (0.0,))


def best_readings(slots: Sequence[Slot], count: int = 10) -> list[Reading]:
    """The most likely readings of the lattice, best first, at most ``count`` of them, no two alike.

    An empty slot makes the whole lattice unreadable and the result empty. Time is linear in ``len(slots)``.
    """
    words = _words()
    best: list[list[Reading]] = [[Reading(0.0, "", "")]] + [[] for _ in slots]
    for start in range(len(slots)):
        if not best[start]:
            continue
        for length, steps in _words_from(slots, start, words):
            target = best[start + length]
            for base in best[start]:
                target.extend(Reading(base.score + s, base.printed + p, base.folded + f) for s, p, f in steps)
            best[start + length] = _top(target, count)
    return best[-1]


def _words_from(slots: Sequence[Slot], start: int, words: _Words) -> list[tuple[int, list[Reading]]]:
    """The words that can begin at ``start``, by length."""
    found: list[tuple[int, list[Reading]]] = []
    slot = slots[start]
    ended = [Reading(_single(folded) - cost, printed, folded) for printed, folded, cost in zip(*slot, strict=True)]
    found.append((1, heapq.nlargest(40, ended)))
    frequency_of, log_total, log = words.frequencies.get, words.log_total, math.log
    frontier = [(-cost, printed, folded) for printed, folded, cost in zip(*slot, strict=True)]
    for length in range(2, min(_LONGEST_WORD, len(slots) - start) + 1):
        choices = list(zip(*slots[start + length - 1], strict=True))
        grown, ended = [], []
        for score, stem, folded_stem in frontier:
            for printed, folded, cost in choices:
                word = folded_stem + folded
                frequency = frequency_of(word)
                # jieba lists every beginning of a word, with the frequency 0 where it is none itself.
                if frequency is None:
                    continue
                grown.append((score - cost, stem + printed, word))
                if frequency:
                    ended.append(Reading(score - cost + log(frequency) - log_total, stem + printed, word))
        if ended:
            found.append((length, heapq.nlargest(40, ended) if len(ended) > 40 else ended))
        frontier = grown
        if not frontier:
            break
    return found


def _top(readings: list[Reading], count: int) -> list[Reading]:
    kept: dict[str, Reading] = {}
    for reading in sorted(readings, reverse=True):
        if len(kept) == count:
            break
        kept.setdefault(reading.printed, reading)
    return list(kept.values())


def score_text(folded: str) -> float:
    """The log likelihood of a text that is certain, in nats."""
    found = best_readings([fixed(c, c) for c in folded], 1)
    return found[0].score if found else 0.0


def across_brackets(reading: Reading) -> float:
    """What a reading gains where a word runs on through a bracket: 省(市) is 省市 as well."""
    inner = _BRACKETS.sub(r"\1", reading.folded)
    if len(inner) == len(reading.folded):
        return 0.0
    marks = (len(reading.folded) - len(inner)) * _single("(")
    return max(0.0, score_text(inner) + marks - reading.score)


def rarest_lone(folded: str) -> float:
    """The lowest score of a Chinese character that stands for itself among the words of a text.

    Running text seldom prints a rare character outside a word; a wrong reading is full of them.
    """
    import jieba

    _words()
    lone = (word for word in jieba.dt.cut(folded, HMM=False) if len(word) == 1 and _HAN.match(word))
    return min((_single(word) for word in lone), default=0.0)


def support(folded: str, positions: Sequence[int], occurs: Callable[[str], bool]) -> float:
    """How far the document itself speaks for a reading: longer stretches that occur elsewhere count more.

    Args:
        folded: The reading with its neighbouring text.
        positions: Of the characters that were in doubt.
        occurs: Whether a string stands in the undamaged text of the document.
    """
    total = 0.0
    for position in positions:
        for size in (6, 4, 3, 2):
            windows = range(max(0, position - size + 1), min(position, len(folded) - size) + 1)
            if any(occurs(folded[at : at + size]) for at in windows):
                total += size
                break
    return total
