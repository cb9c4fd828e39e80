"""How well a stretch of Chinese reads, where some of its characters are not known for certain.

The judge of ``corpus.byte_shift``: a lattice of candidate characters goes in, the readings that make the most
likely words come out. Word frequencies are jieba's.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Callable, Container, Iterable, Iterator, KeysView, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress, repeat
from operator import contains, not_

from corpus.word_tree import (
    LONGEST_WORD,
    Following,
    beginning_of,
    go_on,
    score_alone,
    score_beginnings,
    score_text,
    words_at,
)

MOST_READINGS = 10
MOST_SUPPORT = 6  # of one character, which is also how many characters it is sought in
# Matches: 省(市). Does not match: a bracket that stays open.
_BRACKETS = re.compile(r"\(([^()]*)\)")


Reading = tuple[float, str, str]
"""One way through the lattice: its log likelihood in nats, printed, and folded."""

_Stem = tuple[str, str]
_Begun = tuple[float, _Stem, Following]


class Choices:
    """The characters that could stand in one place, whatever the document.

    Attributes:
        printed: The characters, no two alike.
        folded: ``folded[i]`` is the folded form of ``printed[i]``.
        by_folded: Where in ``folded`` a character stands.
        single: The score of each as a word by itself.
        likeliest: Where they stand in ``single``, best first.
        stems: Each as the beginning of a word, printed and folded.
        following: ``following[i]`` is what goes on from ``stems[i]``.
    """

    __slots__ = ("by_folded", "folded", "following", "likeliest", "printed", "single", "stems")

    def __init__(self, printed: Sequence[str], folded: Sequence[str]) -> None:
        self.printed, self.folded = tuple(printed), tuple(folded)
        self.by_folded: dict[str, list[int]] = {}
        for at, character in enumerate(self.folded):
            self.by_folded.setdefault(character, []).append(at)
        self.single = list(map(score_alone, self.folded))
        self.likeliest = sorted(range(len(self.single)), key=self.single.__getitem__, reverse=True)
        self.stems = list(zip(self.printed, self.folded, strict=True))
        self.following = [beginning.following for beginning in map(beginning_of, self.folded)]


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One place of the lattice: what could stand there, and what taking each adds to the score beside its words.

    A slot equals itself alone, so that what was found for it can be kept.
    """

    choices: Choices
    weights: Sequence[float]

    @property
    def is_certain(self) -> bool:
        """Whether there is no choice."""
        return len(self.weights) == 1


@lru_cache(maxsize=4096)
def fixed(printed: str, folded: str) -> Slot:
    """A slot whose character is certain."""
    return Slot(Choices(printed, folded), (0.0,))


@dataclass(slots=True, eq=False)
class Words:
    """The words that begin at the first of some slots and end at the last: a tree, one slot a level.

    Lattices share most of their slots, so that the tree of a document answers for all of them.

    Attributes:
        ended: The likeliest words, best first.
        stems: All beginnings of longer words; ``None`` before the first slot.
        scores: Of ``stems``, without the likelihood of the word.
        following: What goes on from each of ``stems``.
        behind: The same with one slot more.
        inside: Words that begin in a certain text, by what they have of it so far.
    """

    ended: list[Reading] = field(default_factory=list)
    stems: Sequence[_Stem] | None = None
    scores: Sequence[float] = ()
    following: Sequence[Following] = ()
    behind: dict[Slot, Words] = field(default_factory=dict)
    inside: dict[tuple[str, str], Words] = field(default_factory=dict)

    def longer(self, slot: Slot) -> Words:
        """With one slot more."""
        found = self.behind.get(slot)
        if found is None:
            found = self.behind[slot] = _begin(slot) if self.stems is None else _grow(self, slot)
        return found

    def going_on_with(self, character: str) -> Iterator[_Begun]:
        """The beginnings of words that go on with a character, with their scores and what follows."""
        # Most do not: they are passed over without a step of the interpreter.
        begun = zip(self.scores, self.stems or (), self.following, strict=True)
        return compress(begun, map(contains, self.following, repeat(character)))

    def going_on_with_any(self, characters: KeysView[str]) -> Iterator[_Begun]:
        """The same for any of some characters."""
        begun = zip(self.scores, self.stems or (), self.following, strict=True)
        strangers = map(characters.isdisjoint, map(dict.keys, self.following))
        return compress(begun, map(not_, strangers))


@dataclass(slots=True, eq=False)
class Lattice:
    """The first slots of a lattice, read. Lattices that begin alike share what was read.

    Attributes:
        known: Words found in other lattices of the same slots; grows.
        readings: The most likely ones, best first, at most ``MOST_READINGS`` of them, no two alike.
        at_most: The score that no reading of a lattice that begins so can exceed.
    """

    known: Words
    readings: list[Reading] = field(default_factory=lambda: [(0.0, "", "")])
    at_most: float = 0.0
    _begun: list[tuple[list[Reading], Words]] | None = None
    _behind: dict[Slot, Lattice] = field(default_factory=dict)

    def followed_by(self, slots: Iterable[Slot], least: float = -math.inf) -> Lattice | None:
        """The lattice with more slots. Takes the same time for each.

        Args:
            slots: What comes next.
            least: The score that some reading has to keep; ``None`` is returned as soon as none can.
        """
        lattice = self
        for slot in slots:
            found = lattice._behind.get(slot)
            if found is None:
                found = lattice._behind[slot] = lattice._with(slot)
            if found.at_most < least:
                return None
            lattice = found
        return lattice

    def ended_by(self, end: Ending) -> list[Reading]:
        """The most likely readings of the lattice with a certain text behind it, best first."""
        target: list[Reading] = []
        for before, words in [(self.readings, self.known)] if self._begun is None else self._begun:
            endings = end.of_words(words) if words.stems is not None else [(0.0, end.best[0], "", "", end.words[0])]
            for rank, (score, printed, folded) in enumerate(before):
                for own, _, p, f, rest in endings[: MOST_READINGS // (rank + 1)]:
                    total = score + own
                    for likely in rest:  # from left to right, as all scores are added up
                        total += likely
                    target.append((total, printed + p + end.printed, folded + f + end.folded))
        return _top(target, MOST_READINGS)

    def best_score(self, slots: tuple[Slot, ...], end: Ending) -> float:
        """What the most likely reading scores of the lattice with more slots and a certain text behind it."""
        lattice, at = self, 0
        # What was read of a lattice that begins alike need not be gone through again.
        while at < len(slots) and (found := lattice._behind.get(slots[at])) is not None:
            lattice, at = found, at + 1
        begun = [(lattice.readings, lattice.known)] if lattice._begun is None else lattice._begun
        rest = slots[at:]
        return max([before[0][0] + end.best_behind(words, rest, lattice.known) for before, words in begun])

    def _with(self, slot: Slot) -> Lattice:
        target: list[Reading] = []
        begun: list[tuple[list[Reading], Words]] = []
        count, at_most = MOST_READINGS, -math.inf
        for before, words in [(self.readings, self.known)] if self._begun is None else self._begun:
            longer = words.longer(slot)
            if longer.stems:
                begun.append((before, longer))
                at_most = max(at_most, before[0][0])
            ended = longer.ended
            if not ended:
                continue
            found = len(target)
            floor, likeliest = target[-1][0] if found == count else -math.inf, ended[0][0]
            for rank, (score, printed, folded) in enumerate(before):
                if score + likeliest < floor:
                    break
                # Both are sorted: what has count better ones before it cannot be among the best.
                for s, p, f in ended[: count // (rank + 1)]:
                    if score + s < floor:
                        break
                    target.append((score + s, printed + p, folded + f))
            if found < len(target) > 1:
                target = _top(target, count)
        if target:
            begun.append((target, self.known))
            at_most = max(at_most, target[0][0])
        return Lattice(self.known, target, at_most, begun)


def lattice_behind(printed: str, folded: str, known: Words) -> Lattice:
    """The lattice that begins with a certain text."""
    best, open_words = score_beginnings(folded)
    begun: list[tuple[list[Reading], Words]] = []
    for start, following in open_words:
        stem = printed[start:], folded[start:]
        words = known.inside.get(stem)
        if words is None:
            words = known.inside[stem] = Words([], [stem], (0.0,), [following])
        begun.append(([(best[start], printed[:start], folded[:start])], words))
    readings = [(best[-1], printed, folded)]
    at_most = max([best[-1], *(best[start] for start, _ in open_words)])
    return Lattice(known, readings, at_most, [*begun, (readings, known)])


class Ending:
    """A certain text that ends lattices.

    Attributes:
        printed: The text.
        folded: Its folded form.
        best: The score of the text from each character on.
        words: The scores of its words, that make ``best``.
        at_most: What the text adds to the score of a reading, at the most; its first characters may belong to a word
            that begins before it.
    """

    __slots__ = ("_best_behind", "_endings", "at_most", "best", "folded", "printed", "words")

    def __init__(self, printed: str, folded: str) -> None:
        self.printed, self.folded = printed, folded
        length = len(folded)
        self.best = [0.0] * (length + 1)
        self.words: list[tuple[float, ...]] = [()] * (length + 1)
        for start in range(length - 1, -1, -1):
            score = score_alone(folded[start])
            best, words = score + self.best[start + 1], (score, *self.words[start + 1])
            for end, likely in words_at(folded, start + 1, beginning_of(folded[start]).following):
                if likely + self.best[end] > best:
                    best, words = likely + self.best[end], (likely, *self.words[end])
            self.best[start], self.words[start] = best, words
        self.at_most = max(self.best[:LONGEST_WORD])
        self._endings: dict[Words, list[tuple[float, float, str, str, tuple[float, ...]]]] = {}
        self._best_behind: dict[tuple[Slot, ...], float] = {(): self.best[0]}

    def best_behind(self, words: Words, slots: tuple[Slot, ...], known: Words) -> float:
        """The most that slots and the text add to the score of what stands before them.

        It is read from the end, so that lattices which end alike share it.

        Args:
            words: Those that are begun before the slots; ``known`` where none is.
            slots: What stands before the text.
            known: Of the lattice.
        """
        is_fresh = words is known
        if is_fresh and slots in self._best_behind:
            return self._best_behind[slots]
        best = -math.inf
        for at, slot in enumerate(slots, start=1):
            words = words.longer(slot)
            if words.ended:
                best = max(best, words.ended[0][0] + self.best_behind(known, slots[at:], known))
            if not words.stems:
                break
        else:
            best = max(best, max((ending[1] for ending in self.of_words(words)), default=-math.inf))
        if is_fresh:
            self._best_behind[slots] = best
        return best

    def of_words(self, words: Words) -> list[tuple[float, float, str, str, tuple[float, ...]]]:
        """How words that are begun before the text may end in it, each at its best place, best first.

        Returns:
            The score of the word, the same with all behind it, the word's printed and folded characters before the
            text, and the scores of the words behind it.
        """
        known = self._endings.get(words)
        if known is not None:
            return known
        endings = self._endings[words] = []
        for score, (printed, folded), following in words.going_on_with(self.folded[:1]):
            ends = [(likely + self.best[end], likely, end) for end, likely in words_at(self.folded, 0, following)]
            if ends:
                most, likely, end = max(ends)
                endings.append((score + likely, score + most, printed, folded, self.words[end]))
        endings.sort(key=lambda ending: (ending[1], ending[2]), reverse=True)
        return endings


def _begin(slot: Slot) -> Words:
    """The characters of a slot, each as a word and as the beginning of one."""
    choices, weights = slot.choices, slot.weights
    ended: list[Reading] = []
    for at in choices.likeliest:
        score = choices.single[at]
        reading = (score + weights[at], choices.printed[at], choices.folded[at])
        if len(ended) < MOST_READINGS:
            heapq.heappush(ended, reading)
        elif score < ended[0][0]:  # no weight is above zero
            break
        else:
            heapq.heappushpop(ended, reading)
    return Words(sorted(ended, reverse=True), choices.stems, weights, choices.following)


def _grow(words: Words, slot: Slot) -> Words:
    """The beginnings of words with the characters of one slot more."""
    choices, weights = slot.choices, slot.weights
    by_folded, certain = choices.by_folded, choices.folded if slot.is_certain else None
    stems: list[_Stem] = []
    scores: list[float] = []
    behind: list[Following] = []
    ended: list[Reading] = []
    begun = words.going_on_with(certain[0]) if certain else words.going_on_with_any(by_folded.keys())
    for score, (stem, folded_stem), following in begun:
        for character in certain or following.keys() & by_folded.keys():
            after = go_on(following, character)
            assert after is not None  # noqa: S101 - it is among what follows
            word, likely = folded_stem + character, after.likely
            for at in by_folded[character]:
                printed, reached = stem + choices.printed[at], score + weights[at]
                if after.following:
                    stems.append((printed, word))
                    scores.append(reached)
                    behind.append(after.following)
                if likely is not None:
                    ended.append((reached + likely, printed, word))
    if len(ended) > 1:
        ended = heapq.nlargest(MOST_READINGS, ended)
    return Words(ended, stems, scores, behind)


def _top(readings: list[Reading], count: int) -> list[Reading]:
    kept: dict[str, Reading] = {}
    for reading in sorted(readings, reverse=True):
        if len(kept) == count:
            break
        kept.setdefault(reading[1], reading)
    return list(kept.values())


def across_brackets(reading: Reading) -> float:
    """What a reading gains where a word runs on through a bracket: 省(市) is 省市 as well."""
    score, _, folded = reading
    if "(" not in folded:
        return 0.0
    inner = _BRACKETS.sub(lambda bracket: bracket[1], folded)
    if len(inner) == len(folded):
        return 0.0
    marks = (len(folded) - len(inner)) * score_alone("(")
    return max(0.0, score_text(inner) + marks - score)


def support(
    text: str,
    positions: Sequence[int],
    pairs: Container[str],
    occurs: Callable[[str], bool],
    known: dict[str, int],
) -> float:
    """How far the document itself speaks for a reading: longer stretches that occur elsewhere count more.

    Args:
        text: The reading with its neighbouring text, in the form that ``pairs`` and ``occurs`` have.
        positions: Of the characters that were in doubt.
        pairs: The pairs of characters that stand there.
        occurs: Whether a string stands in the undamaged text of the document.
        known: What was found for characters among the same neighbours, as rival readings have them; grows.
    """
    total = 0.0
    for position in positions:
        if text[position - 1 : position + 1] not in pairs and text[position : position + 2] not in pairs:
            continue
        before, behind = (
            text[max(0, position - MOST_SUPPORT + 1) : position],
            text[position : position + MOST_SUPPORT],
        )
        key = f"{before}\n{behind}"
        longest = known.get(key)
        if longest is None:
            longest = known[key] = _longest_occurring(before + behind, len(before), occurs)
        total += longest
    return total


def _longest_occurring(text: str, position: int, occurs: Callable[[str], bool]) -> int:
    """The length of the longest stretch that occurs and holds a character, one of whose pairs is known to."""
    longest = 2
    # A stretch occurs only where its shorter ones do.
    for size in (3, 4, MOST_SUPPORT):
        for at in range(max(0, position - size + 1), min(position, len(text) - size) + 1):
            if occurs(text[at : at + size]):
                longest = size
                break
        else:
            break
    return longest
