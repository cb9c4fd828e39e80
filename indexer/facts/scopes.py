"""Which term governs a clause that states none: its heading's, that over its list, or that of the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from indexer.facts.deadlines import Deadline, year_of_title
from indexer.facts.units import Unit

# Matches: the stop of 一是硬化道路。三年内…. Does not match: 到2020年,…
_STOP = re.compile("[。;]")
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

    def enter(self, unit: Unit, deadlines: Sequence[Deadline]) -> None:
        """Take note of a unit, after its own targets are read."""
        path = unit.clause.path
        if unit.clause.kind == "heading" and (term := year_of_title(unit.folded)) is not None:
            self._headings[path] = term
        # 到2020年底,… as a paragraph of its own governs the list beneath its heading.
        if path and (path[-1].startswith("¶") or path == ("preamble",)):
            opening = [d for d in deadlines if d.binding and not d.recurring and d.span[0] <= 12]
            if opening and not _STOP.search(unit.folded, 0, opening[0].span[0]):
                self._lists.setdefault(path[:-1], opening[0])

    def above(self, path: tuple[str, ...]) -> Context:
        """What governs a clause of that path."""
        if not self._headings and not self._lists:
            return Context(None, self._of_title)
        heading = next(
            (self._headings[path[:n]] for n in range(len(path) - 1, 0, -1) if path[:n] in self._headings), None
        )
        listed = next((self._lists[path[:n]] for n in range(len(path) - 1, -1, -1) if path[:n] in self._lists), None)
        return Context(heading, listed or self._of_title)


def title_term(units: Sequence[Unit]) -> Deadline | None:
    """The year that the text's own title sets, where it is a plan's; of two titles the inner one counts."""
    titles = [u.folded for u in units if u.clause.kind == "title"]
    for title in reversed(titles):
        if _PLAN_TITLE.search(title) and (term := year_of_title(title)) is not None:
            return term
    return None
