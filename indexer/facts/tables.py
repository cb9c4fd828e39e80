"""Duties in the rows of a table, whose head says which column names whom: 工作任务 | 牵头单位 | 配合单位."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Literal

from corpus.model import Span
from indexer.facts.bodies import read_bodies
from indexer.facts.notes import Duty, Role, list_of_offices, read_note, trim
from indexer.facts.units import Unit

# Heads of columns of bodies. Matches: 牵头责任单位. Does not match: 单位名称
_LEADS = re.compile(r"(?:总?牵头|主办|主责)(?:责任|负责|实施)?(?:单位|部门|机构|处室|科室)?$")
# Matches: 配合单位. Does not match: 配合事项
_SUPPORTS = re.compile(r"(?:配合|协办|协同|协助|参与|参加|支持)(?:责任)?(?:单位|部门|机构|处室|科室)$")
# Matches: 责任单位. Does not match: 责任人
_ANSWERS = re.compile(r"(?:责任|负责|落实|实施|承办|承担|完成)(?:主体|单位|部门|机构|处室|科室)(?:\(.*\))?$|分工$")
# Heads of columns that say what is to be done. Matches: 主要任务. Does not match: 完成时限
_TASKS = re.compile(r"任务|内容|事项|措施|项目|举措|工作|指标|目标|要点")
ColumnKind = Literal["counter", "bodies", "time", "value", "text"]
# Names of columns by what their cells hold. Matches: 序号. Does not match: 文号
_COUNTS = re.compile(r"(?:序号|编号|序列|no\.?)$")
# Matches: 完成时限 / 进度安排. Does not match: 工作时间表
_TIMES = re.compile(r"[\u4e00-\u9fff]{0,6}(?:月份|时限|时间|期限|节点|日期|进度|进度安排|进度要求)(?:\(.*\))?$")
# Matches: 2025年 / 属性 / 年均增速(%). Does not match: 2025年工作要点
_VALUES = re.compile(
    r"(?:[0-9]{4}年(?:目标值?|基期值?|实际值?|现状值?)?|单位|计量单位|(?:指标)?属性|(?:目标|基期|现状|规划)值|数量|分值|金额|(?:联系)?电话|手机(?:号码?)?|年均[^。,]{0,6}|[^。,]{0,3}累计[^。,]{0,6})"
    r"(?:\(.*\))?$"
)
# Matches: 工作任务 / 责任人 / 备注. Does not match: 加强领导
_TEXTS = re.compile(
    r"[\u4e00-\u9fff]{0,8}(?:任务|主题|活动|对象|岗位|姓名|企业|学校|产品|环节|内容|事项|措施|项目|举措|指标|目标|要点|名称|工作|备注|说明|类别|类型|领域|区域|地区|地点"
    r"|依据|标准|方式|条件|地址|规模|来源|用途|责任人|联系人|负责人|领导|成果|形式|要求|分类|清单|步骤|阶段)(?:\(.*\))?$"
)
# A name above the names of several columns. Matches: 责任分工. Does not match: 牵头单位
_GROUPS = re.compile(r"(?:责任|任务|部门|职责)?(?:分工|单位|部门|主体)$|目标(?:值)?$")
# The caption of a table, printed above its head. Matches: 表1 主要指标 / 任务分工表. Does not match: 责任单位
_CAPTION = re.compile(r"表\s*[0-9]|.*[表单]$")
# What the cells of a column hold. Matches: 1 / (2) / 3.. Does not match: 2024
_NUMBER = re.compile(r"\(?[0-9]{1,3}\)?[.、]?")
# Matches: 2024年12月底前 / 长期坚持 / 立即. Does not match: 市财政局
_TIME = re.compile(r"[0-9]|年|月|季|长期|持续|常态|立即|即时|随时|按|每|底")
# Matches: 74.5 / [14.5] / >=80 / 约束性 / 万元. Does not match: 建设海湾智造园一期
_VALUE = re.compile(r"[<>≥≤=±+\-\[(〔约]{0,2}\s?[0-9][0-9.,-]*.{0,8}|[^\s0-9。;]{1,6}")
_EMPTY = re.compile(r"[-—–/无\\]+")
_LONGEST_CELL = 400
_MOST_CELLS = 14
# Matches: |---|---|. Does not match: | 任务 | 责任单位 |
_RULE_LINE = re.compile(r"^[\s|:-]+$")
_LINE = re.compile(r"[^\n]+")
# A row whose cells only blanks part opens with its number. Matches: 12 某地剪纸. Does not match: 12.加强保护
_RUNNING = re.compile(r"\d{1,4}[ \u3000\xa0]")
# Matches: 序号 项目名称 责任单位. Does not match: 序号
_COUNTED = re.compile(r"序号\s+\S+\s+\S")
_BLANKLESS = re.compile(r"\S+")
# Matches: each of 改造 老旧管网 and 市住建局 in 改造 老旧管网    市住建局. Does not match: both as one
_WORDS_NEAR = re.compile(r"\S+(?:\s{1,2}\S+)*")
_GOES_ON = frozenset("、,(《“")


def cell_spans(folded: str, start: int, end: int) -> list[Span]:
    """The cells of a table's row, without the blanks around them: between pipes or tabs, or one a line."""
    line = folded[start:end]
    if "\t" not in line and "|" not in line:
        if "\n" in line:
            return _line_spans(folded, start, end)
        return (
            [match.span() for match in _BLANKLESS.finditer(folded, start, end)]
            if _RUNNING.match(line)
            else [(start, end)]
        )
    separator = "\t" if "\t" in line else "|"
    bounds = [start - 1, *(start + i for i, c in enumerate(line) if c == separator), end]
    cells = [(a + 1, b) for a, b in itertools.pairwise(bounds)]
    if separator == "|":
        # The pipes at both ends of a line bound no cell.
        cells = cells[1:] if not folded[slice(*cells[0])].strip() else cells
        cells = cells[:-1] if cells and not folded[slice(*cells[-1])].strip() else cells
    return [trim(folded, a, b) or (a, a) for a, b in cells]


def _line_spans(folded: str, start: int, end: int) -> list[Span]:
    """The cells of a row that prints one cell a line; a line that breaks off in a list goes on in the next."""
    spans: list[Span] = []
    for line in _LINE.finditer(folded, start, end):
        if spans and folded[spans[-1][1] - 1] in _GOES_ON:
            spans[-1] = (spans[-1][0], line.end())
        else:
            spans.append(line.span())
    return [trim(folded, a, b) or (a, b) for a, b in spans]


def column_kind(name: str) -> ColumnKind | None:
    """What the cells of a column of this name hold; ``None`` where it is the name of none.

    Args:
        name: The folded name.
    """
    name = re.sub(r"\s", "", name)
    if len(name) < 2:
        return None
    if _LEADS.fullmatch(name) or _SUPPORTS.fullmatch(name) or _ANSWERS.fullmatch(name):
        return "bodies"
    if _COUNTS.match(name):
        return "counter"
    if _TIMES.match(name):
        return "time"
    if _VALUES.match(name):
        return "value"
    return "text" if _TEXTS.match(name) else None


def unfold_columns(names: Sequence[str]) -> list[str]:
    """The columns of a head of two lines: a name above several columns gives way to theirs, which stand last.

    序号, 任务, 责任分工, 完成时限, 牵头单位, 配合单位 become 序号, 任务, 牵头单位, 配合单位, 完成时限.
    """
    kinds = [column_kind(name) for name in names]
    last = len(names)
    while last > 0 and kinds[last - 1] == kinds[-1]:
        last -= 1
    group = next((i for i in range(last - 1, -1, -1) if _GROUPS.match(names[i])), None)
    if group is None or len(names) - last < 2 or kinds[-1] not in ("bodies", "value"):
        return list(names)
    return [*names[:group], *names[last:], *names[group + 1 : last]]


def join_names(lines: Sequence[str]) -> list[str]:
    """The names that the lines of a head print; (万元) in brackets belongs to the name above it."""
    names: list[str] = []
    for line in lines:
        name = re.sub(r"\s", "", line)
        if names and name.startswith("("):
            names[-1] += name
        else:
            names.append(name)
    return names


def read_header(folded: str) -> list[str]:
    """The column names of a table's head: its last line that is no rule, or all lines where each holds one name."""
    lines = [line for line in folded.splitlines() if line.strip() and not _RULE_LINE.match(line)]
    if not lines:
        return []
    if "\t" in lines[-1] or "|" in lines[-1]:
        upper, lower = (_names_across(line) for line in (lines[-2] if len(lines) > 1 else "", lines[-1]))
        return _join_heads(upper, lower) if _are_names(upper) and _are_names(lower) else lower
    if len(lines) == 1 and (_COUNTED.match(lines[0]) or _are_names(lines[0].split())):
        return lines[0].split()
    names = join_names(lines)
    return names[1:] if len(names) > 2 and _CAPTION.match(names[0]) and not column_kind(names[0]) else names


def headers_of(units: Sequence[Unit]) -> dict[tuple[str, ...], list[str]]:
    """The column names of each table by its path; those of a row are at ``path[:-1]``."""
    return {unit.clause.path: read_header(unit.folded) for unit in units if unit.clause.kind == "table"}


def _names_across(line: str) -> list[str]:
    return [re.sub(r"\s", "", line[a:b]) for a, b in cell_spans(line, 0, len(line))]


def _are_names(names: Sequence[str]) -> bool:
    printed = [name for name in names if name]
    return len(printed) >= 2 and all(column_kind(name) or _GROUPS.match(name) for name in printed)


def _join_heads(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The columns of a head of two lines with tabs, the second of which names what stands below a 责任分工."""
    if len(lower) == len(upper) or (lower[0] == "" and len(lower) <= len(upper)):
        return [below or above for above, below in itertools.zip_longest(upper, lower, fillvalue="")]
    group = next((i for i, name in enumerate(upper) if _GROUPS.match(name)), None)
    if group is None:
        return list(lower)
    return [*upper[:group], *filter(None, lower), *filter(None, upper[group + 1 :])]


def row_cells(folded: str, header: Sequence[str]) -> list[tuple[str, Span]]:
    """The cells of a row, empty ones too, each with the name of its column.

    Args:
        folded: The row.
        header: As ``read_header`` gives it.

    Returns:
        Nothing where it does not show which cell stands in which column. Empty cells may be missing, and of a row
        that prints one cell a line long ones may be broken; then what the columns hold must tell.
    """
    spans = cell_spans(folded, 0, len(folded))
    if len(spans) == 1 < len(header) and "\n" not in folded:
        # Blanks part the cells, wide ones where a cell holds blanks of its own.
        apart = ([cell.span() for cell in pattern.finditer(folded)] for pattern in (_WORDS_NEAR, _BLANKLESS))
        spans = next((cells for cells in apart if len(cells) == len(header)), spans)
    unfolded = unfold_columns(header)
    for columns in (header, unfolded):
        if len(columns) == len(spans):
            return list(zip(columns, spans, strict=True))
    if not 1 < len(spans) <= _MOST_CELLS or len(unfolded) > _MOST_CELLS:
        return []
    missing = len(unfolded) - len(spans)
    if 0 < missing <= 2:
        # The last columns are empty most often, as 备注 is, and the first one where it names several rows.
        first = 0 if column_kind(unfolded[0]) == "counter" else -1
        for dropped in itertools.combinations(range(len(unfolded) - 1, first, -1), missing):
            kept = [name for i, name in enumerate(unfolded) if i not in dropped]
            if _hold_all(folded, kept, spans):
                return list(zip(kept, spans, strict=True))
    if -2 <= missing < 0 and "\n" in folded:
        ways = [
            merged
            for joints in itertools.combinations(range(1, len(spans)), -missing)
            if _hold_all(folded, unfolded, merged := _merge(spans, joints))
        ]
        if len(ways) > 1:
            # Many support, and one leads.
            leads = [i for i, name in enumerate(unfolded) if _LEADS.search(name)]
            ways = [way for way in ways if not any("\n" in folded[slice(*way[i])] for i in leads)]
        if len(ways) == 1:
            return list(zip(unfolded, ways[0], strict=True))
    return []


def _merge(spans: Sequence[Span], joints: Sequence[int]) -> list[Span]:
    """The spans, those at ``joints`` made one with the span before them."""
    merged: list[Span] = []
    for i, span in enumerate(spans):
        if i in joints:
            merged[-1] = (merged[-1][0], span[1])
        else:
            merged.append(span)
    return merged


def _lines(folded: str, span: Span) -> list[Span]:
    return [line.span() for line in _LINE.finditer(folded, *span)]


def _hold_all(folded: str, names: Sequence[str], spans: Sequence[Span]) -> bool:
    """Whether every cell fits its column; a line that names offices and nothing else is no task and no time."""
    return all(
        holds(folded, kind := column_kind(name) or "text", span)
        and not (
            kind in ("text", "time") and any(list_of_offices(folded, *line, least=1) for line in _lines(folded, span))
        )
        for name, span in zip(names, spans, strict=True)
    )


def holds(folded: str, kind: ColumnKind, span: Span) -> bool:
    """Whether ``folded[slice(*span)]`` may be the cell of a column of that kind."""
    if span[1] - span[0] > _LONGEST_CELL:
        return False
    if kind == "text" or _EMPTY.fullmatch(folded, *span):
        return True
    if kind == "counter":
        return bool(_NUMBER.fullmatch(folded, *span))
    if kind == "time":
        return bool(_TIME.search(folded, *span))
    if kind == "value" and _VALUE.fullmatch(folded, *span):
        return True
    return read_bodies(folded, *span, trusted=True).complete or (kind == "bodies" and bool(read_note(folded, *span)))


def read_row(folded: str, header: Sequence[str]) -> Duty | None:
    """The duty of a row; ``None`` where its table has no column of bodies or the row names none."""
    roles: list[tuple[Role, Span]] = []
    task: Span | None = None
    cells = row_cells(folded, header)
    if not cells and ("\t" in folded or "|" in folded):
        cells = list(zip(header, cell_spans(folded, 0, len(folded)), strict=False))
    for name, span in cells:
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
                duty.add(role, read_bodies(folded, a, b, trusted=True).mentions, _RULES[role])
    return duty if duty.bodies else None


_RULES: dict[Role, str] = {"lead": "牵头单位", "support": "配合单位", "duty": "责任单位"}
