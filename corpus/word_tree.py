"""How likely words are, and the text that they make: jieba's words as a tree.

The tree is read as far as it is asked for, as most signs of damage concern few words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

LONGEST_WORD = 6
_UNKNOWN = -19.0
_GARBLED = -8.5  # nats a character
_MARKS = (
    dict.fromkeys("，。、,", -4.0)
    | dict.fromkeys("；：（）“”《》;:()", -6.0)
    | dict.fromkeys("〔〕·—-%‘’…「」『』〈〉", -8.0)
)
_HAN = re.compile("[\u3007\u3400-\u9fff]")


@dataclass(slots=True, eq=False)
class Beginning:
    """The beginning of words: how likely it is as a word by itself, and which characters go on from it."""

    likely: float | None = None
    following: dict[str, Beginning | str] = field(default_factory=dict)


Following = dict[str, Beginning | str]


class _Words:
    """jieba's words as a tree, read as far as it is asked for: the lines of a first character, then those of two."""

    def __init__(self) -> None:
        # Importing jieba takes a moment, and is needed at a sign of damage only.
        from corpus.dictionary import LazyDictionaryTokenizer

        self.tokenizer = LazyDictionaryTokenizer()
        self._log_total = math.log(self.tokenizer.total)
        self._first: dict[str, Beginning] = {}

    def beginning(self, character: str) -> Beginning:
        """The words that begin with ``character``; behind it stand the dictionary's lines by second character."""
        known = self._first.get(character)
        if known is None:
            # Text and not lists, of which there would be so many that every garbage collection took long.
            lines: dict[str, str] = {}
            for line in self.tokenizer.lines_of(character):
                before = lines.get(line[1])
                lines[line[1]] = f"{before}\n{line}" if before else line
            alone = lines.pop(" ", None)
            frequency = max(int(line.split(" ")[1]) for line in alone.split("\n")) if alone else 0
            likely = math.log(frequency) - self._log_total if frequency else None
            known = self._first[character] = Beginning(likely, {**lines})
        return known

    def read(self, lines: str) -> Beginning:
        """The words of lines that begin with the same two characters."""
        pair = Beginning()
        for line in lines.split("\n"):
            word, frequency, _ = line.split(" ")
            at = pair
            for character in word[2:LONGEST_WORD]:
                after = at.following.get(character)
                if not isinstance(after, Beginning):
                    after = at.following[character] = Beginning()
                at = after
            if len(word) <= LONGEST_WORD and frequency != "0":
                at.likely = math.log(int(frequency)) - self._log_total
        return pair


@cache
def _words() -> _Words:
    """The dictionary of jieba, opened at the first sign of damage."""
    return _Words()


def beginning_of(character: str) -> Beginning:
    """The words that begin with a character."""
    return _words().beginning(character)


def go_on(following: Following, character: str) -> Beginning | None:
    """What is one character longer, if words begin so."""
    after = following.get(character)
    if isinstance(after, str):
        after = following[character] = _words().read(after)
    return after


@cache
def score_alone(character: str) -> float:
    """The score of a character that stands for itself."""
    if character in _MARKS:
        return _MARKS[character]
    known = _words().beginning(character).likely
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


def words_at(folded: str, start: int, following: Following) -> Iterator[tuple[int, float]]:
    """Where words end that go on with ``folded[start:]``, and how likely each is."""
    for end in range(start, len(folded)):
        after = go_on(following, folded[end])
        if after is None:
            return
        if after.likely is not None:
            yield end + 1, after.likely
        following = after.following


def score_beginnings(folded: str) -> tuple[list[float], list[tuple[int, Following]]]:
    """How likely a certain text is up to each of its characters, in nats, and the words that go on behind its end.

    Returns:
        One score more than there are characters; and where each such word begins, with what may follow.
    """
    length = len(folded)
    best = [0.0] + [-math.inf] * length
    begun: list[tuple[int, Following]] = []
    for start, character in enumerate(folded):
        score, end = best[start], start + 1
        best[end] = max(best[end], score + score_alone(character))
        following = beginning_of(character).following
        while end < length and following and (after := go_on(following, folded[end])) is not None:
            end += 1
            if after.likely is not None:
                best[end] = max(best[end], score + after.likely)
            following = after.following
        if end == length and following:
            begun.append((start, following))
    return best, begun


@lru_cache(maxsize=4096)  # rival readings of one place are compared with the same text as it is
def score_text(folded: str) -> float:
    """The log likelihood of a text that is certain, in nats."""
    return score_beginnings(folded)[0][-1]


def reads_badly(folded: str) -> bool:
    """Whether a text of two characters or more makes no sense."""
    return len(folded) >= 2 and score_text(folded) < _GARBLED * len(folded)


def lone_characters(folded: str) -> list[tuple[int, float]]:
    """Where a Chinese character stands for itself among the words of a text, and its score.

    Running text seldom prints a rare character outside a word; a wrong reading is full of them.
    """
    tokenizer = _words().tokenizer
    tokenizer.load_words_of(folded)
    found, at = [], 0
    for word in tokenizer.cut(folded, HMM=False):
        if len(word) == 1 and _HAN.match(word):
            found.append((at, score_alone(word)))
        at += len(word)
    return found
