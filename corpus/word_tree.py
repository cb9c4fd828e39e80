"""How likely words are, and the text that they make: jieba's words as a tree.

The tree is read as far as it is asked for, as most signs of damage concern few words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from corpus.dictionary import Dictionary

LONGEST_WORD = 6
_UNKNOWN = -19.0
_GARBLED = -8.5  # nats a character
_MARKS = (
    dict.fromkeys("，。、,", -4.0)
    | dict.fromkeys("；：（）“”《》;:()", -6.0)
    | dict.fromkeys("〔〕·—-%‘’…「」『』〈〉", -8.0)
)
_HAN = re.compile("[\u3007\u3400-\u9fff]")


# Matches: the break and "一丁" of a line "一丁 5 n", of which it takes the second character. Does not match: "5 n".
_SECOND = re.compile("\n.(.)")


@dataclass(slots=True, eq=False)
class Beginning:
    """The beginning of words: how likely it is as a word by itself, and which characters go on from it.

    A second character that was not asked for yet stands with the first of its words.
    """

    likely: float | None = None
    following: dict[str, Beginning | str] = field(default_factory=dict)


Following = dict[str, Beginning | str]


class _Words:
    """jieba's words as a tree, read as far as it is asked for: second characters, then the words of two."""

    def __init__(self) -> None:
        self._dictionary = Dictionary()
        self.log_total = math.log(self._dictionary.total)

    def beginning(self, character: str) -> Beginning:
        """The words that begin with ``character``."""
        lines = "\n" + self._dictionary.text_of(character)
        following: Following = dict.fromkeys(_SECOND.findall(lines), character)
        frequency = _frequency(lines, character) if following.pop(" ", None) else 0
        likely = math.log(frequency) - self.log_total if frequency else None
        return Beginning(likely, following)

    def read(self, pair: str) -> Beginning:
        """The words that begin with two characters."""
        found = Beginning()
        for line in ("\n" + self._dictionary.text_of(pair[0])).split("\n" + pair)[1:]:
            rest, frequency, _ = line.partition("\n")[0].split(" ")
            at = found
            for character in rest[: LONGEST_WORD - 2]:
                after = at.following.get(character)
                if not isinstance(after, Beginning):
                    after = at.following[character] = Beginning()
                at = after
            if len(rest) <= LONGEST_WORD - 2 and frequency != "0":
                at.likely = math.log(int(frequency)) - self.log_total
        return found


def _frequency(lines: str, word: str) -> int:
    """The frequency of a word among lines, each behind a line break; the greatest where it stands twice."""
    found = lines.split(f"\n{word} ")[1:]
    return max(int(line.partition(" ")[0]) for line in found)


@cache
def _words() -> _Words:
    """The dictionary of jieba, opened at the first sign of damage."""
    return _Words()


@cache
def beginning_of(character: str) -> Beginning:
    """The words that begin with a character."""
    return _words().beginning(character)


def go_on(following: Following, character: str) -> Beginning | None:
    """What is one character longer, if words begin so."""
    after = following.get(character)
    if isinstance(after, str):
        after = following[character] = _words().read(after + character)
    return after


@cache
def score_alone(character: str) -> float:
    """The score of a character that stands for itself."""
    if character in _MARKS:
        return _MARKS[character]
    known = beginning_of(character).likely
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


@lru_cache(maxsize=16)  # the reading that is taken is looked at twice
def lone_characters(folded: str) -> list[tuple[int, float]]:
    """Where a Chinese character stands for itself in jieba's likeliest cut of a text, and its score.

    Running text seldom prints a rare character outside a word; a wrong reading is full of them.
    """
    length = len(folded)
    unknown = -_words().log_total
    scores, ends = [0.0] * (length + 1), [0] * length
    for start in range(length - 1, -1, -1):
        first = beginning_of(folded[start])
        words = [(likely + scores[end], end) for end, likely in words_at(folded, start + 1, first.following)]
        if first.likely is not None or not words:
            alone = unknown if first.likely is None else first.likely
            words.append((alone + scores[start + 1], start + 1))
        scores[start], ends[start] = max(words)  # of two that weigh the same the longer word
    found, at = [], 0
    while at < length:
        if ends[at] == at + 1 and _HAN.match(folded[at]):
            found.append((at, score_alone(folded[at])))
        at = ends[at]
    return found
