"""Which enumerators open a unit, and under which one: judged by their place in a sequence.

A pattern alone cannot tell ``2.加强监管`` from a stray number; a ``1.`` before it, or a ``3.`` after it, can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise, zip_longest
from typing import NamedTuple

from indexer.enumerators import BLOCKS, DECIMAL, STRUCTURAL, Candidate, Style, decimal_parts

# Styles that open a unit at a line's start even without a neighbour in sequence.
_STRONG = frozenset({*STRUCTURAL, Style.ARTICLE, Style.CHINESE, Style.CHINESE_BRACKETED})
# Styles whose units hold numbers of their own, whatever these number elsewhere.
_HOLDING = frozenset({*DECIMAL, *BLOCKS, Style.BOX})
_BESIDE_BOX = frozenset({*BLOCKS, Style.BOX})
_LARGEST_GAP = 3
# A member of an enumeration is looked up in its class each time; these are asked for at every number.
_ARTICLE, _BOX, _DECIMAL_1 = Style.ARTICLE, Style.BOX, Style.DECIMAL_1
# What stands for the 1 of 1.1 where a text prints it otherwise.
_ABOVE_DECIMALS = frozenset({Style.CHINESE, Style.ARABIC})


class Placed(NamedTuple):
    """An accepted candidate and the index of the accepted candidate above it; -1 for none."""

    candidate: Candidate
    parent: int


class _Memory(NamedTuple):
    """Where a style was last seen: its value, the styles above it, and whether a blank stood behind it."""

    value: int
    above: tuple[Style, ...]
    spaced: bool


@dataclass(slots=True)
class _Judge:
    candidates: Sequence[Candidate]
    next_same: list[int]
    placed: list[Placed] = field(default_factory=list)
    stack: list[int] = field(default_factory=list)  # indices into ``placed``
    styles: list[Style] = field(default_factory=list)  # of the candidates in ``stack``
    memory: dict[Style, _Memory] = field(default_factory=dict)
    before_box: dict[Style, _Memory] = field(default_factory=dict)  # ``memory`` where the last box began

    def _level_of(self, style: Style) -> int | None:
        return self.styles.index(style) if style in self.styles else None

    def _next_value(self, index: int) -> int | None:
        after = self.next_same[index]
        return self.candidates[after].value if after >= 0 else None

    def _accept(self, candidate: Candidate, level: int) -> None:
        stack, styles, style = self.stack, self.styles, candidate.style
        del stack[level:], styles[level:]
        if style is _BOX:
            self.before_box = dict(self.memory)
        stack_top = stack[-1] if stack else -1
        stack.append(len(self.placed))
        self.placed.append(Placed(candidate, stack_top))
        self.memory[style] = _Memory(candidate.value, tuple(styles), candidate.spaced)
        styles.append(style)
        # A number that starts anew under a new heading does not run on from the old one, unless it proves to.

    def run(self) -> list[Placed]:
        for index, candidate in enumerate(self.candidates):
            style = candidate.style
            level = (
                self._place_article(candidate, index)
                if style is _ARTICLE
                else self._place_structure(candidate)
                if style in STRUCTURAL
                else self._place_decimal(candidate)
                if style in DECIMAL
                else self._place_box()
                if style is _BOX
                else self._place_item(candidate, index)
            )
            if level is not None:
                self._accept(candidate, level)
        return self.placed

    def _place_structure(self, candidate: Candidate) -> int | None:
        """Level for 第一章 and its kin, or ``None``: the usual rank order holds among them."""
        level = self._level_by_rank(candidate.style)
        own = self._level_of(candidate.style)
        seen = self.memory.get(candidate.style)
        if not candidate.at_line_start and not (candidate.value == 1 or (seen and candidate.value == seen.value + 1)):
            return None
        if own is None or seen is None or candidate.value == 1 or candidate.value > seen.value:
            return level
        return level if candidate.spaced and candidate.value == seen.value else None

    def _place_decimal(self, candidate: Candidate) -> int:
        """Level for 1.1, whose place ``judge_decimals`` has proved.

        It stands below its own beginning; where no other decimal number is open, below the 一、 or 1. that it begins
        with, or below the chapters.
        """
        open_ones = [level for level, style in enumerate(self.styles) if style in DECIMAL]
        if open_ones:
            return next((n for n in open_ones if self.styles[n] >= candidate.style), open_ones[-1] + 1)
        if candidate.style is not _DECIMAL_1:
            first = decimal_parts(candidate.canonical)[0]
            for level in range(len(self.stack) - 1, -1, -1):
                if self.styles[level] in _ABOVE_DECIMALS and self.placed[self.stack[level]].candidate.value == first:
                    return level + 1
        return self._level_by_rank(candidate.style)

    def _place_box(self) -> int:
        """Level for 专栏1: beside the clause, block or box above it, so that the next number goes on behind it."""
        beside = next((level for level, style in enumerate(self.styles) if style in _BESIDE_BOX), None)
        if beside is not None:
            return beside
        return len(self.stack) - (bool(self.styles) and self.styles[-1] not in STRUCTURAL)

    def _place_article(self, candidate: Candidate, index: int) -> int | None:
        """Level for 第一条: numbers run on through chapters, and 一、 may stand above articles."""
        seen = self.memory.get(_ARTICLE)
        value = candidate.value
        follows = seen is not None and (value == seen.value + 1 or (candidate.sub and value == seen.value))
        if not follows:
            starts = value == 1 and (candidate.spaced or self._next_value(index) == 2)
            jumps = candidate.at_line_start and candidate.spaced and (seen is None or value > seen.value)
            if candidate.at_line_start and seen is not None and not seen.spaced:
                # Where numbers run into their words, a few that the text lost are passed over, or more where the
                # next number follows.
                jumps = jumps or 0 < value - seen.value <= _LARGEST_GAP
                jumps = jumps or (value > seen.value and self._next_value(index) == value + 1)
            if not (starts or jumps):
                return None
        own = self._level_of(_ARTICLE)
        if own is not None:
            return own
        return self._level_by_rank(Style.ARABIC)  # the one below (一)

    def _place_item(self, candidate: Candidate, index: int) -> int | None:
        """Level for 一、 (一) 1. (1) ①, or ``None`` where the number belongs to no sequence."""
        own = self._level_of(candidate.style)
        if own is not None:
            return self._place_in_open_sequence(candidate, index, own)
        value, following = candidate.value, self._next_value(index)
        seen = self.memory.get(candidate.style)
        if value == 1:
            proved = candidate.style in _STRONG or (candidate.style in BLOCKS and seen is not None)
            if following != 2 and not (proved and candidate.at_line_start):
                return len(self.stack) if self._is_only_one(index) else None
            if self.stack and self.styles[-1] in _HOLDING:
                return len(self.stack)
            if seen is None:
                return self._level_by_rank(candidate.style) if self._begins_again_below(index) else len(self.stack)
            # Below a heading of a higher kind that stood not above the numbers before: 一 1 2, 二 (一) 1 2.
            return max(self._level_below(seen.above), self._level_by_rank(candidate.style))
        if seen is not None and value == seen.value + 1:
            # The number runs on across headings (1-5 under 一, 6-8 under 二, or under a new (一) there).
            return max(self._level_below(seen.above), self._level_by_rank(candidate.style))
        if not candidate.at_line_start:
            return None
        if following == value + 1 or (
            candidate.style in _STRONG and (seen is None or 0 < value - seen.value <= _LARGEST_GAP)
        ):
            return self._level_below(seen.above) if seen else self._level_by_rank(candidate.style)
        return None

    def _is_only_one(self, index: int) -> bool:
        """Whether a number at a line's start is all that the one above it holds, which goes on right behind it."""
        candidate = self.candidates[index]
        if not (candidate.at_line_start and self.stack and index + 1 < len(self.candidates)):
            return False
        above, following = self.placed[self.stack[-1]].candidate, self.candidates[index + 1]
        if above is not self.candidates[index - 1] or candidate.style in _STRONG:
            return False
        if above.style >= candidate.style or above.style in _HOLDING or not following.at_line_start:
            return False
        level = self._level_of(following.style)
        return level is not None and following.value == self.placed[self.stack[level]].candidate.value + 1

    def _begins_again_below(self, index: int) -> bool:
        """Whether the open numbers begin again below a first one of a higher kind: 1 2, 一 1 2, 二."""
        if not self.styles or self.styles[-1] <= self.candidates[index].style:
            return False
        stop = self.next_same[index] if self.next_same[index] >= 0 else None
        below = (c for c in islice(self.candidates, index + 1, stop) if c.style is self.styles[-1])
        return next((c.value == 1 for c in below), False)

    def _place_in_open_sequence(self, candidate: Candidate, index: int, own: int) -> int | None:
        value, following = candidate.value, self._next_value(index)
        current = self.placed[self.stack[own]].candidate.value
        if value == current + 1:
            return own
        outer = self.before_box.get(candidate.style)
        if outer is not None and value == outer.value + 1 and Style.BOX in self.styles[:own]:
            # The box ends where the number goes on that it interrupted.
            return self._level_below(outer.above)
        strong = candidate.style in _STRONG
        if not candidate.at_line_start:
            return None
        if value == 1:
            return own if strong or following == 2 else None
        if current + 1 < value <= current + 1 + _LARGEST_GAP:
            return own
        return own if strong and value == current else None

    def _level_below(self, above: Sequence[Style]) -> int:
        """The level under the deepest open heading whose style stood above this one before."""
        for level in range(len(self.stack) - 1, -1, -1):
            if self.styles[level] in above:
                return level + 1
        return len(self.stack) if not above and not self.stack else min(len(self.stack), len(above))

    def _level_by_rank(self, style: Style) -> int:
        for level, open_style in enumerate(self.styles):
            if open_style >= style:
                return level
        return len(self.styles)


def judge_decimals(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those numbers of a decimal scheme that stand in its order: 1, 1.1, 1.2, 1.2.1, 2, 2.1; or 1, 1.0.1, 1.0.2.

    Where 第一章 or 一、 stands for the 1 the scheme begins with 1.1, and 2.1 follows what is below 1. What runs into
    its words (2组织体系) is a number where its own 2.1, the next one, or no other one follows.

    Args:
        candidates: As ``match_decimal`` finds them, ascending.

    Returns:
        Nothing at all where they prove no scheme, which takes two numbers with a point in sequence.
    """
    numbers = [candidate.canonical for candidate in candidates]
    candidates = [
        candidate
        for candidate, after in zip_longest(candidates, numbers[1:])
        if candidate.spaced or after in (None, f"{candidate.canonical}.1", f"{candidate.value + 1}")
    ]
    parts = [decimal_parts(candidate.canonical) for candidate in candidates]
    begins: list[tuple[int, ...]] = [(1,), (1, 1)]
    if set(begins).isdisjoint(parts):
        # The chapters of a page from the midst of a text, or those without numbers: 5.1, 5.1.1 or 5.2.
        begins = [a for a, b in pairwise(parts) if a[1:] == (1,) and b in ((*a, 1), (a[0], 2))][:1]
        # The 1.1 that stands in the line of 1 is lost.
        begins = begins or [a for a, b in pairwise(parts) if a[0] == 1 and a[1:] == (2,) and b in ((*a, 1), (1, 3))][:1]
    kept: list[int] = []
    current: tuple[int, ...] = ()
    for index, number in enumerate(parts):
        if not current and number == (1,) and parts[index + 1 : index + 2] not in ([(1, 1)], [(2,)], [(1, 0, 1)]):
            continue  # a stray one
        following = _numbers_behind(current) if current else begins
        if number in following or (index + 1 < len(parts) and _passes_over(current, number, parts[index + 1])):
            kept.append(index)
            current = number
    pointed = [parts[index] for index in kept if len(parts[index]) > 1]
    if not any(b[:-1] == a[:-1] and b[-1] == a[-1] + 1 for a, b in pairwise(pointed)):
        return []
    return [candidates[index] for index in kept]


def _numbers_behind(number: tuple[int, ...]) -> list[tuple[int, ...]]:
    """What may follow a number of a decimal scheme: 1.3, 2, 1.2.1, 1.2.0.1 and 2.1 behind 1.2."""
    following = [(*number[: depth - 1], number[depth - 1] + 1) for depth in range(1, len(number) + 1)]
    return [*following, (*number, 1), (*number, 0, 1), (number[0] + 1, 1)]


def _passes_over(current: tuple[int, ...], number: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether a number goes on behind one or two that the text lost: 1.4 behind 1.2, where 1.5 or 2 follows."""
    depth = len(number)
    if not 1 < depth <= len(current) + 1 or number[:-1] != current[: depth - 1]:
        return False
    last = current[depth - 1] if depth <= len(current) else 0
    return 1 < number[-1] - last <= _LARGEST_GAP and after in _numbers_behind(number)


def judge_blocks(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates less heads of blocks (任务1) that are in no sequence, each word of the others with its own style.

    Args:
        candidates: All of one text or attachment, ascending by ``start``.
    """
    values: dict[str, list[int]] = {}
    for candidate in candidates:
        if candidate.word:
            values.setdefault(candidate.word, []).append(candidate.value)
    if not values:
        return list(candidates)
    proved = [word for word, found in values.items() if any(b == a + 1 for a, b in pairwise(found))]
    styles = dict(zip(proved, BLOCKS, strict=False))
    return [
        candidate._replace(style=styles[candidate.word]) if candidate.word else candidate
        for candidate in candidates
        if not candidate.word or candidate.word in styles
    ]


def judge_sequence(candidates: Sequence[Candidate]) -> list[Placed]:
    """The candidates that open a unit, in order, each with the unit above it.

    Args:
        candidates: All of one text or attachment, ascending by ``start``.
    """
    next_same = [-1] * len(candidates)
    last: dict[Style, int] = {}
    for index in range(len(candidates) - 1, -1, -1):
        style = candidates[index].style
        next_same[index] = last.get(style, -1)
        last[style] = index
    return _Judge(candidates, next_same).run()
