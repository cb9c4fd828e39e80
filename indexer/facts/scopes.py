"""Which term governs a clause that states none: its heading's, that over its list, or that of the title."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from indexer.facts.deadlines import Deadline, year_of_title
from indexer.facts.units import Unit

# Matches: the stop of 一是硬化道路。三年内…. Does not match: 到2020年,…
_STOP = re.compile("[。;]")
# Matches: the stop of 达到95%。. Does not match: 达到95%,
_SENTENCE = re.compile(r"[。;!?\n]")
# Matches: ,全年抽检. Does not match: ,每次抽检
_SUMMED_UP = re.compile(",[^,]{0,6}(?:全年|年度|累计|合计|共计)")
REACH = 400  # characters from a number that may speak of it
# Titles of texts whose year is a term. Matches: 2014年行动计划. Does not match: 2014年统计公报
_PLAN_TITLE = re.compile(r"计划|规划|方案|要点|纲要|任务|目标|安排|行动|攻坚|措施|分工")


class Context(NamedTuple):
    """What stands above a clause: the terms that its heading or the document sets."""

    heading: Deadline | None
    document: Deadline | None


class Terms:
    """The terms that headings and lead-in paragraphs set for what stands beneath them."""

    def __init__(self, of_title: Deadline | None) -> None:
        self._of_title = of_title
        self._headings: dict[tuple[str, ...], Deadline] = {}
        self._lists: dict[tuple[str, ...], Deadline] = {}
        self._timetables: set[tuple[str, ...]] = set()

    def enter(self, unit: Unit, deadlines: Sequence[Deadline]) -> None:
        """Take note of a unit, after its own targets are read."""
        path = unit.clause.path
        if unit.clause.kind == "heading" and (term := year_of_title(unit.folded)) is not None:
            self._headings[path] = term
        # 到2020年底,… as a paragraph of its own governs the list beneath its heading.
        if path and (path[-1].startswith("¶") or path == ("preamble",)):
            opening = [d for d in deadlines if d.binding and not d.recurring and d.span[0] <= 12]
            if not opening or _STOP.search(unit.folded, 0, opening[0].span[0]):
                return
            if self._lists.setdefault(path[:-1], opening[0]) is not opening[0]:
                self._timetables.add(path[:-1])

    def above(self, path: tuple[str, ...]) -> Context:
        """What governs a clause of that path."""
        if not self._headings and not self._lists:
            return Context(None, self._of_title)
        heading = next(
            (self._headings[path[:n]] for n in range(len(path) - 1, 0, -1) if path[:n] in self._headings), None
        )
        levels = range(len(path) - 1, -1, -1)
        if path[-1].startswith("¶") and path[:-1] in self._timetables:
            levels = levels[1:]  # each paragraph of a timetable opens with a term of its own
        listed = next((self._lists[path[:n]] for n in levels if path[:n] in self._lists), None)
        return Context(heading, listed or self._of_title)


def title_term(units: Sequence[Unit]) -> Deadline | None:
    """The year that the text's own title sets, where it is a plan's; of two titles the inner one counts."""
    titles = [u.folded for u in units if u.clause.kind == "title"]
    for title in reversed(titles):
        if _PLAN_TITLE.search(title) and (term := year_of_title(title)) is not None:
            return term
    return None


def nearest_term(folded: str, binding: Sequence[Deadline], position: int) -> Deadline | None:
    """The term of a clause that governs the number at ``position``.

    Args:
        folded: The folded clause.
        binding: Its binding terms in order, one at least.
        position: Where the number begins.
    """
    low = max(0, position - REACH)
    last = binding[-1]
    if low <= last.span[0] < position and not last.recurring:
        return last
    sentence = max([folded.rfind(stop, low, position) for stop in "。\n!?"]) + 1 or low
    before = after = None
    behind = bisect_left(binding, position, key=_start_of)
    for deadline in binding[max(0, behind - 20) : behind]:
        # One of this sentence counts before one of an earlier sentence.
        if deadline.span[0] >= sentence or (not deadline.recurring and deadline.span[0] >= low):
            # 每月开展一次,全年抽检不少于600批次: what recurs is not what is summed up.
            if deadline.recurring and _SUMMED_UP.search(folded, deadline.span[1], position):
                continue
            before = deadline
    if (before is None or before.span[0] < sentence) and behind < len(binding):
        high = min(len(folded), position + REACH)
        stop = _SENTENCE.search(folded, position, high)
        sentence_end = stop.start() if stop else high
        following = binding[behind : behind + 5]
        after = next((d for d in following if d.span[0] < sentence_end and not d.recurring), None)
    return after or before


def _start_of(deadline: Deadline) -> int:
    return deadline.span[0]
