"""How well a stretch of Chinese reads, where some of its characters are not known for certain.

The judge of ``corpus.mojibake``: a lattice of candidate characters goes in, the readings that make the most
likely words come out. Word frequencies are jieba's.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

_LONGEST_WORD = 6
_MOST_WORDS = 40
_UNKNOWN = -19.0
_MARKS = (
    dict.fromkeys("，。、,", -4.0)
    | dict.fromkeys("；：（）“”《》;:()", -6.0)
    | dict.fromkeys("〔〕·—-%‘’…「」『』〈〉", -8.0)
)
# Matches: 省(市). Does not match: a bracket that stays open.
_BRACKETS = re.compile(r"\(([^()]*)\)")
_HAN = re.compile("[\u3007\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One place of the lattice: the characters that could stand there.

    ``folded[i]`` is the folded form of ``printed[i]``; ``cost[i]`` is what taking it costs beyond its words.
    A slot equals itself alone, so that what was found for it can be kept.
    """

    printed: tuple[str, ...]
    folded: tuple[str, ...]
    cost: tuple[float, ...]
    _by_folded: dict[str, list[tuple[str, float]]] = field(init=False, repr=False, default_factory=dict)

    @property
    def by_folded(self) -> Mapping[str, Sequence[tuple[str, float]]]:
        """``printed`` and ``cost`` by ``folded``."""
        if not self._by_folded:  # many slots never stand inside a word
            for printed, folded, cost in zip(self.printed, self.folded, self.cost, strict=True):
                self._by_folded.setdefault(folded, []).append((printed, cost))
        return self._by_folded


class Reading(NamedTuple):
    """One way through the lattice. ``score`` is a log likelihood, in nats."""

    score: float
    printed: str
    folded: str


class _Words:
    """jieba's words as a tree: which characters go on from the beginning of a word, and how likely it then is."""

    def __init__(self) -> None:
        # Importing jieba takes a moment, and is needed at a sign of damage only.
        from corpus.dictionary import LazyDictionaryTokenizer

        self.tokenizer = LazyDictionaryTokenizer()
        self._log_total = math.log(self.tokenizer.total)
        self._followers: dict[str, dict[str, float | None]] = {}
        self._loaded: set[str] = set()

    def alone(self, character: str) -> float | None:
        """The score of a character that the dictionary lists as a word."""
        frequency = max((f for word, f in self.tokenizer.words_of(character) if word == character), default=0)
        return math.log(frequency) - self._log_total if frequency else None

    def followers(self, stem: str) -> Mapping[str, float | None]:
        """The characters behind ``stem`` in a word, each with the score of the word that ends there, if one does."""
        if stem[0] not in self._loaded:
            tree: dict[str, dict[str, float | None]] = {}
            for word, frequency in self.tokenizer.words_of(stem[0]):
                for length in range(1, min(len(word), _LONGEST_WORD)):
                    tree.setdefault(word[:length], {}).setdefault(word[length], None)
                if 1 < len(word) <= _LONGEST_WORD and frequency:
                    tree[word[:-1]][word[-1]] = math.log(frequency) - self._log_total
            self._followers.update(tree)
            self._loaded.add(stem[0])
        return self._followers.get(stem, _NONE)


_NONE: Mapping[str, float | None] = {}


@cache
def _words() -> _Words:
    """The dictionary of jieba, opened at the first sign of damage."""
    return _Words()


@cache
def _single(character: str) -> float:
    """The score of a character that stands for itself."""
    if character in _MARKS:
        return _MARKS[character]
    known = _words().alone(character)
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


@lru_cache(maxsize=4096)
def fixed(printed: str, folded: str) -> Slot:
    """A slot whose character is certain."""
    return Slot((printed,), (folded,), (0.0,))


@dataclass(slots=True)
class Words:
    """The words that begin at the first of some slots and end at the last: a tree, one slot a level.

    Lattices share most of their slots, so that the tree of a document answers for all of them.

    Attributes:
        ended: The likeliest words, best first.
        grown: ``(score, printed, folded)`` of all beginnings of longer words.
        behind: The same with one slot more.
    """

    ended: list[Reading] = field(default_factory=list)
    grown: list[tuple[float, str, str]] = field(default_factory=list)
    behind: dict[Slot, Words] = field(default_factory=dict)


def best_readings(slots: Sequence[Slot], count: int = 10, *, known: Words | None = None) -> list[Reading]:
    """The most likely readings of the lattice, best first, at most ``count`` of them, no two alike.

    An empty slot makes the whole lattice unreadable and the result empty. Time is linear in ``len(slots)``.

    Args:
        slots: The lattice.
        count: How many readings to keep.
        known: Words found in earlier lattices of the same slots; grows.
    """
    known = Words() if known is None else known
    best: list[list[Reading]] = [[Reading(0.0, "", "")]] + [[] for _ in slots]
    for start in range(len(slots)):
        if not best[start]:
            continue
        words = known
        for end in range(start + 1, min(start + _LONGEST_WORD, len(slots)) + 1):
            slot = slots[end - 1]
            longer = words.behind.get(slot)
            if longer is None:
                longer = words.behind[slot] = _begin(slot) if end == start + 1 else _grow(words, slot)
            words = longer
            if words.ended:
                target = best[end]
                found = len(target)
                floor = target[-1].score if found == count else -math.inf
                for rank, (score, printed, folded) in enumerate(best[start]):
                    if score + words.ended[0].score < floor:
                        break
                    # Both are sorted: what has count better ones before it cannot be among the best.
                    for s, p, f in words.ended[: count // (rank + 1)]:
                        if score + s < floor:
                            break
                        target.append(Reading(score + s, printed + p, folded + f))
                if found < len(target) > 1:
                    best[end] = _top(target, count)
            if not words.grown:
                break
    return best[-1]


def _begin(slot: Slot) -> Words:
    """The characters of a slot, each as a word and as the beginning of one."""
    choices = list(zip(slot.printed, slot.folded, slot.cost, strict=True))
    ended = [(_single(folded) - cost, printed, folded) for printed, folded, cost in choices]
    return Words(_likeliest(ended), [(-cost, printed, folded) for printed, folded, cost in choices])


def _likeliest(ended: list[tuple[float, str, str]]) -> list[Reading]:
    return [Reading(*word) for word in heapq.nlargest(_MOST_WORDS, ended)]


def _grow(words: Words, slot: Slot) -> Words:
    """The beginnings of words with the characters of one slot more."""
    followers, choices = _words().followers, slot.by_folded
    longer = Words()
    ended: list[tuple[float, str, str]] = []
    for score, stem, folded_stem in words.grown:
        following = followers(folded_stem)
        # The smaller side is walked: a lost byte leaves a hundred choices, a rare word few ways on.
        for character in following if len(following) < len(choices) else choices:
            if character not in following or character not in choices:
                continue
            word, likely = folded_stem + character, following[character]
            for printed, cost in choices[character]:
                longer.grown.append((score - cost, stem + printed, word))
                if likely is not None:
                    ended.append((score - cost + likely, stem + printed, word))
    longer.ended = _likeliest(ended)
    return longer


def _top(readings: list[Reading], count: int) -> list[Reading]:
    kept: dict[str, Reading] = {}
    for reading in sorted(readings, reverse=True):
        if len(kept) == count:
            break
        kept.setdefault(reading.printed, reading)
    return list(kept.values())


@lru_cache(maxsize=4096)  # rival readings of one place are compared with the same text as it is
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
    tokenizer = _words().tokenizer
    tokenizer.load_words_of(folded)
    lone = (word for word in tokenizer.cut(folded, HMM=False) if len(word) == 1 and _HAN.match(word))
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
        longest = 0
        # A stretch occurs only where its shorter ones do.
        for size in (2, 3, 4, 6):
            windows = range(max(0, position - size + 1), min(position, len(folded) - size) + 1)
            if not any(occurs(folded[at : at + size]) for at in windows):
                break
            longest = size
        total += longest
    return total
