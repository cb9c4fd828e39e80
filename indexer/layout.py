"""Lines of a clean text that are no running text: attachments, tables, the closing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.frame_lines import is_date_line, is_signer_line
from indexer.cell_tables import TableLines
from indexer.facts.tables import column_kind

# Matches: 附件2 / 附件1-2 / 附件:任务分工表 / 附录A 术语 / 附 alone. Does not match: 附则 / 附件所列单位应当.
_ATTACHMENT = re.compile(
    r"附\s*(?:(?P<word>[件录表图])\s*(?P<n>\d{1,2}(?:-\d{1,2})?|[一二三四五六七八九十]{1,3}|[a-z](?![a-z]))?(?:\s*[:.、]\s*|\s+|(?<=\d)(?=\D)|$)|:\s*|$)"
    r"(?P<title>\S.*)?$"
)
# Matches: 附件 / 附件1 alone on its line. Does not match: 附件1 分工表
_NUMBER_ALONE = re.compile(r"附\s*件?\s*\d{0,2}\s*:?$")
_ATTACHMENT_PROSE = re.compile(r"[。;,]|^(?:所|的|中|规定|列|应|由|及|和|与|》)")
_LISTED = re.compile(r"(?:\d{1,2}(?:-\d{1,2})?[.、]|\(\d{1,2}\)|附\s*件)")
# Matches: 本办法自2014年7月1日起施行 / 特此通知。 / 各位代表!让我们团结起来。 / 注:1.本公报数据为初步统计数。
# Does not match: 本办法所称企业,是指….
_ENDS_TEXT = re.compile(
    r"(?:请[各予]|特此|各位(?:代表|委员|同志)[!,]|注:\s*(?:1[.、]|①|本(?:公报|报告|文))|(?:最后,?|再次|衷心)?感谢[您你]|以上[意方规各]|\(?此件|[抄分报]\s?送|联系人|\(?联系|咨询(?:电话|方式|热线)\s*:|注\s*释\s*:?$|(?:出|列|缺)\s?席(?:人员|单位)?\s*:|请\s?假(?:人员)?\s*:|记\s?录人?\s*:|主题词|附\s?(?:件\s?\d?\s?)?:|公开方式|信息公开"
    r"|本[^。,;]{1,12}?(?:自[^。]{0,30}(?:施行|实施|执行)|由[^。]{0,30}(?:解释)|有效期)|有关[^。]{0,12}报送|解读(?:机关|单位|部门|人)\s*:)"
)
# Matches: 各市、县人民政府要加强对质量工作的组织领导. Does not match: 各级财政统筹安排经费 in a clause of its own.
_CLOSING = re.compile(r"各[^。;:]{1,40}?(?:要|应|须|请|可|根据|结合|务必|必须|于每?年)|现将有关")
# What heads explanations of terms. Matches: 名词解释 / 附件3 术语和定义 / 主要指标解释. Does not match: 法律解释
_GLOSSARY = re.compile(
    r"(?:名词|术语|用语|概念|词语|指标)(?:、?(?:名词|术语))?(?:的?(?:解释|释义|说明|注释|定义|含义)|[及和与](?:解释|定义|释义|说明))\s*:?$"
)
_GLOSSARY_HEADING = re.compile(r"(?:相关|有关|部分|主要|专业|重要)?(?:专业|政策)?" + _GLOSSARY.pattern)
# A term before its explanation. Matches: the 首席质量官 of 首席质量官:指… and of 3.首席质量官——指….
# Does not match: 市质监局负责解释。
_TERM = re.compile(
    r"(?:[(\[]?[0-9]{1,3}[)\]]?[.、]?\s*|[①-⑳⑴-⒛]\s*)?(?P<term>[^\s。;:,]{1,30}?(?:\([^()]{1,60}\))?)\s*(?::|--|,?是?指)"
)
_PIPE_RULE = re.compile(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")


# A term alone on its line. Matches: 3.首席质量官. Does not match: 3.加强组织领导。
_TERM_ALONE = re.compile(r"[(\[]?[0-9]{1,3}[)\]]?[.、]?\s*[^\s。;:,]{2,30}$")
# A clause's number, and the tab that a word processor sets behind it. Matches: the 一、 of 一、<tab>压实责任.
# Does not match: 1<tab>压实责任
_NUMBER_TAB = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,5}[编章节条]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、])"
    r"[ ]*\t"
)
# A row's running number. Matches: the 12 of 12<tab>县水利局. Does not match: 12个<tab>县水利局
_ROW_NUMBER = re.compile(r"\d{1,3}[.、]?[ ]*\t")
_MOST_PIECES = 12  # lines of a row whose cells are broken over lines
_FEWEST_COLUMNS = 3
_LONGEST_GLOSSARY_HEADING = 16
_LONGEST_GROUP_HEADING = 40
_MOST_TERMS = 60
# Matches: 第三章 附则 / 二、工作要求. Does not match: 1.首席质量官:指…
_SECTION = re.compile(r"第[一二三四五六七八九十百]+[编章节条]|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)")


def cells(line: str) -> list[str]:
    """The cells of a table line: tab-separated, or between pipes; one cell where it is no table line."""
    stripped = line.strip()
    if stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 2:
        return [cell.strip() for cell in stripped[1:-1].split("|")]
    if "|" in stripped and "\t" not in stripped and not stripped.startswith("|"):
        return [cell.strip() for cell in stripped.removesuffix("|").split("|")]
    return [cell.strip() for cell in line.split("\t")]


def is_pipe_rule(line: str) -> bool:
    """Whether a line is the rule beneath a Markdown table's head."""
    return bool(_PIPE_RULE.match(line.strip()))


def find_tables(folded: str, lines: Sequence[tuple[int, int]]) -> list[TableLines]:
    """Tables that print a row a line: two or more neighbours of several cells each.

    Args:
        folded: The folded clean text.
        lines: Offsets of its lines.
    """
    tables: list[TableLines] = []
    if "\t" not in folded and "|" not in folded:
        return tables
    start: int | None = None
    for index in range(len(lines) + 1):
        is_row = False
        if index < len(lines):
            s, e = lines[index]
            if "\t" in folded[s:e] or folded[s] == "|":
                # A tab behind the number of a clause parts no cells.
                is_row = len(cells(folded[s:e])) >= 2 and (start is not None or not _NUMBER_TAB.match(folded, s, e))
                is_row = is_row or (start is not None and _has_as_many_pipes(folded, lines, lines[start], index))
            elif folded.find("|", s, e) >= 0:
                # Without a pipe at its beginning a line may be anything but a row below a head that names columns.
                head = lines[index if start is None else start]
                is_row = _names_columns(folded[slice(*head)]) or _has_as_many_pipes(folded, lines, head, index)
            elif start is not None and index + 1 < len(lines):
                is_row = _heads_rows(*(folded[slice(*lines[i])] for i in (start, index, index + 1)))
                is_row = is_row or _breaks_cell(folded, lines, start, index)
        if is_row and start is None:
            start = index
        elif not is_row and start is not None:
            if index - start >= 2:
                tables.append(_table_lines(folded, lines, start, index))
            start = None
    return tables


def _has_as_many_pipes(folded: str, lines: Sequence[tuple[int, int]], head: tuple[int, int], index: int) -> bool:
    """Whether a line has the pipes of a head that begins with 序号, below which the first row has as many."""
    pipes = folded.count("|", *head)
    if pipes < _FEWEST_COLUMNS - 1 or column_kind(cells(folded[slice(*head)])[0]) != "counter":
        return False
    beside = lines[index + 1] if lines[index] == head and index + 1 < len(lines) else lines[index]
    return folded.count("|", *beside) == pipes


def _heads_rows(head: str, line: str, below: str) -> bool:
    """Whether a line of one cell, amid the rows of a table whose head names its columns, heads those below it."""
    return (
        len(line) <= _LONGEST_GROUP_HEADING
        and not re.search("[。;:]", line)
        and attachment_path(line) is None
        and not re.match(r"表\s*\d", line)
        and 3 <= len(cells(head)) <= len(cells(below)) + 1
        and _names_columns(head)
        and not _names_columns(below)
    )


def _counted_width(head: str) -> int:
    """How many columns a head names whose first one counts the rows; 0 for another head."""
    names = cells(head) if "\t" in head else []
    return len(names) if len(names) >= _FEWEST_COLUMNS and column_kind(names[0]) == "counter" else 0


def _row_stop(folded: str, lines: Sequence[tuple[int, int]], row: int, stop: int, width: int) -> int:
    """Index behind the last line of the numbered row at ``row``, whose cells may be broken over lines.

    A broken cell's pieces count as one: the lines are one row where their cells are as many as the columns.
    """
    if not _ROW_NUMBER.match(folded, *lines[row]):
        return row + 1
    filled, after = len(cells(folded[slice(*lines[row])])), row + 1
    while filled < width and after < stop and after - row < _MOST_PIECES:
        if _ROW_NUMBER.match(folded, *lines[after]):
            break
        filled += len(cells(folded[slice(*lines[after])])) - 1
        after += 1
    return after if filled == width else row + 1


def _breaks_cell(folded: str, lines: Sequence[tuple[int, int]], start: int, index: int) -> bool:
    """Whether a line without tabs is a piece of a cell: the row goes on behind it up to the table's width."""
    width = _counted_width(folded[slice(*lines[start])])
    if not width:
        return False
    row = next(
        (i for i in range(index - 1, max(start, index - _MOST_PIECES), -1) if _ROW_NUMBER.match(folded, *lines[i])), 0
    )
    return bool(row) and _row_stop(folded, lines, row, len(lines), width) > index + 1


def _names_columns(line: str) -> bool:
    names = [cell for cell in cells(line) if cell]
    return len(names) >= 2 and sum(column_kind(name) is not None for name in names) * 2 > len(names)


def _table_lines(folded: str, lines: Sequence[tuple[int, int]], start: int, stop: int) -> TableLines:
    """The head, with a second line of names or the rule beneath it, and the rows."""
    below = folded[slice(*lines[start + 1])]
    names = [cell for cell in cells(below) if cell]
    two = len(names) >= 2 and all(column_kind(name) for name in names)
    first = start + 1 + (is_pipe_rule(below) or (two and stop - start > 2))
    width = _counted_width(folded[slice(*lines[start])])
    rows: list[range] = []
    while first < stop:
        after = _row_stop(folded, lines, first, stop, width) if width else first + 1
        rows.append(range(first, after))
        first = after
    return TableLines(range(start, rows[0].start if rows else stop), tuple(rows))


def attachment_path(folded_line: str) -> str | None:
    """The path element (附件2) of a line that names an attachment, or ``None``."""
    match = _match_attachment(folded_line)
    if match is None:
        return None
    word = match["word"] or "件"
    return f"附{word}{(match['n'] or '').upper()}"


def _match_attachment(folded_line: str) -> re.Match[str] | None:
    if not folded_line.startswith("附") or len(folded_line) > 90:
        return None
    match = _ATTACHMENT.match(folded_line)
    return None if match is None or _ATTACHMENT_PROSE.search(match["title"] or "") else match


def find_attachments(folded: str, lines: Sequence[tuple[int, int]], first: int, listed: frozenset[int]) -> list[int]:
    """Indices of the lines that open an attachment, from line ``first`` on.

    Args:
        folded: The folded text.
        lines: Ranges of its lines.
        first: Where to begin.
        listed: What ``find_attachment_lists`` found.

    The list of attachments that stands before a signature (附件:1.分工表) opens none.
    """
    found: list[int] = []
    if "附" not in folded:
        return found
    for index in range(first, len(lines)):
        if index in listed or not folded.startswith("附", lines[index][0]):
            continue
        match = _match_attachment(folded[slice(*lines[index])])
        if match is None or (match["title"] and _LISTED.match(match["title"])):
            continue
        after = index + 1
        if match["title"] and not match["n"] and after < len(lines) and _NUMBER_ALONE.match(folded, *lines[after]):
            continue  # it only names the attachment that opens below it
        if match["title"]:
            while after < len(lines) and _LISTED.match(folded[slice(*lines[after])]):
                after += 1
        if after == len(lines) or (match["title"] and is_signature(folded[slice(*lines[after])])):
            continue
        found.append(index)
    return found


def find_glossaries(folded: str, lines: Sequence[tuple[int, int]], first: int) -> list[int]:
    """Indices of the lines that head an appendix of terms without calling it an attachment, from line ``first`` on.

    Terms stand below it, down to the end or to the next attachment.
    """
    found: list[int] = []
    for index in range(first + 1, len(lines) - 1):
        start, end = lines[index]
        if end - start > _LONGEST_GLOSSARY_HEADING or not _GLOSSARY_HEADING.match(folded, start, end):
            continue
        below = [folded[slice(*line)] for line in lines[index + 1 : index + 1 + _MOST_TERMS]]
        stop = next((i for i, line in enumerate(below) if attachment_path(line)), len(below))
        terms = [line for line in below[:stop] if _TERM.match(line) or _TERM_ALONE.match(line)]
        if below[0] in terms[:1] and 2 * len(terms) >= stop and not any(_SECTION.match(line) for line in below[:stop]):
            found.append(index)
    return found


def names_glossary(folded_heading: str) -> bool:
    """Whether a heading announces explanations of terms."""
    return bool(_GLOSSARY.search(folded_heading))


def find_term(folded: str, start: int, end: int) -> int | None:
    """Where the term ends that ``folded[start:end]`` explains, if it opens with one."""
    match = _TERM.match(folded, start, end)
    return match.end("term") if match else None


def find_attachment_lists(folded: str, lines: Sequence[tuple[int, int]], first: int) -> frozenset[int]:
    """Indices of the lines that list attachments by number (附件:1.任务分工表), from line ``first`` on.

    Their numbers are no units. A list whose head stands alone on its line is one where a signature or the
    attachments follow it.
    """
    found: set[int] = set()
    if "附" not in folded:
        return frozenset()
    for index in range(first, len(lines)):
        if index in found or not folded.startswith("附", lines[index][0]):
            continue
        match = _match_attachment(folded[slice(*lines[index])])
        if match is None or match["n"] or (match["title"] and not _LISTED.match(match["title"])):
            continue
        after = index + 1
        while after < len(lines) and _is_entry(folded[slice(*lines[after])]):
            after += 1
        if match["title"] or (index + 1 < after < len(lines) and _ends_list(folded[slice(*lines[after])])):
            found.update(range(index, after))
    return frozenset(found)


def _is_entry(folded_line: str) -> bool:
    attachment = _match_attachment(folded_line)
    return (
        len(folded_line) <= 90
        and bool(_LISTED.match(folded_line))
        and not re.search("[。;]", folded_line)
        and (attachment is None or attachment["title"] is not None)
    )


def _ends_list(folded_line: str) -> bool:
    return is_signature(folded_line) or _match_attachment(folded_line) is not None


def is_signature(folded_line: str) -> bool:
    """Whether a line belongs to the signature at a text's end: body, date, or both."""
    if len(folded_line) > 60:
        return False
    return is_date_line(folded_line) or is_signer_line(folded_line) or is_date_line(folded_line.rsplit(None, 1)[-1])


def ends_text(folded_line: str) -> bool:
    """Whether a paragraph can only stand at a text's end: when it takes effect, whom to ask, who signed."""
    return bool(_ENDS_TEXT.match(folded_line)) or is_signature(folded_line)


def opens_closing(folded_line: str) -> bool:
    """Whether a paragraph behind a numbered clause reads as closing words and not as part of it."""
    return bool(_CLOSING.match(folded_line)) or ends_text(folded_line)
