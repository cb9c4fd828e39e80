"""Duties in the rows of a table, whose head says which column names whom: 工作任务 | 牵头单位 | 配合单位."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from corpus.model import Span
from indexer.facts.bodies import read_bodies
from indexer.facts.notes import Duty, Role, read_note, trim

# Heads of columns of bodies. Matches: 牵头责任单位. Does not match: 单位名称
_LEADS = re.compile(r"(?:总?牵头|主办|主责)(?:责任|负责|实施)?(?:单位|部门|机构|处室|科室)?$")
# Matches: 配合单位. Does not match: 配合事项
_SUPPORTS = re.compile(r"(?:配合|协办|协同|协助|参与|参加|支持)(?:责任)?(?:单位|部门|机构|处室|科室)$")
# Matches: 责任单位. Does not match: 责任人
_ANSWERS = re.compile(r"(?:责任|负责|落实|实施|承办|承担|完成)(?:主体|单位|部门|机构|处室|科室)(?:\(.*\))?$|分工$")
# Heads of columns that say what is to be done. Matches: 主要任务. Does not match: 完成时限
_TASKS = re.compile(r"任务|内容|事项|措施|项目|举措|工作|指标|目标|要点")
# Matches: |---|---|. Does not match: | 任务 | 责任单位 |
_RULE_LINE = re.compile(r"^[\s|:-]+$")


def cell_spans(folded: str, start: int, end: int) -> list[Span]:
    """The cells of a table line, between pipes or tabs, without the blanks around them."""
    line = folded[start:end]
    separator = "\t" if "\t" in line else "|"
    bounds = [start - 1, *(start + i for i, c in enumerate(line) if c == separator), end]
    cells = [(a + 1, b) for a, b in itertools.pairwise(bounds)]
    if separator == "|":
        # The pipes at both ends of a line bound no cell.
        cells = cells[1:] if not folded[slice(*cells[0])].strip() else cells
        cells = cells[:-1] if cells and not folded[slice(*cells[-1])].strip() else cells
    return [trim(folded, a, b) or (a, a) for a, b in cells]


def read_header(folded: str) -> list[str]:
    """The column names of a table's head: its last line that is no rule."""
    lines = [line for line in folded.splitlines() if line.strip() and not _RULE_LINE.match(line)]
    if not lines:
        return []
    return [re.sub(r"\s", "", lines[-1][a:b]) for a, b in cell_spans(lines[-1], 0, len(lines[-1]))]


def read_row(folded: str, header: Sequence[str]) -> Duty | None:
    """The duty of a row; ``None`` where its table has no column of bodies or the row names none."""
    roles: list[tuple[Role, Span]] = []
    task: Span | None = None
    for name, span in zip(header, cell_spans(folded, 0, len(folded)), strict=False):
        if span[0] == span[1]:
            continue
        if _LEADS.search(name):
            roles.append(("lead", span))
        elif _SUPPORTS.search(name):
            roles.append(("support", span))
        elif _ANSWERS.search(name):
            roles.append(("duty", span))
        elif _TASKS.search(name) and (task is None or span[1] - span[0] > task[1] - task[0]):
            task = span
    if not roles:
        return None
    first = min(span[0] for _, span in roles)
    duty = Duty((first, max(span[1] for _, span in roles)), topic=task)
    for role in ("lead", "support", "duty"):
        for kind, (a, b) in roles:
            if kind != role:
                continue
            said = read_note(folded, a, b) if role == "duty" else []
            for part in said:
                duty.add("lead", part.lead, part.rules[0])
                duty.add("support", part.support, part.rules[-1])
                duty.add("shared", part.shared, part.rules[-1])
            if not said:
                duty.add(role, read_bodies(folded, a, b).mentions, _RULES[role])
    return duty if duty.bodies else None


_RULES: dict[Role, str] = {"lead": "牵头单位", "support": "配合单位", "duty": "责任单位"}
