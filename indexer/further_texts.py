"""Further texts in a file that holds several: where each begins, and where its body does."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from corpus.frame_lines import is_subtitle, is_title_like
from corpus.run_on import NAMED_TITLE
from indexer.layout import is_signature

# Matches: 第二条 本办法适用于… / 二、加强领导. Does not match: 第二条第一款
_UNIT = re.compile(r"第[一二三四五六七八九十百]{1,5}[编章条](?=\s)|[一二三四五六七八九十]{1,3}、")
# Matches: 第一条 为规范管理 / 第一章 总则. Does not match: 第一条第一款
_FIRST_UNIT = re.compile(r"第一[编章条]\s")
# Matches: (2010年5月1日市人民政府令第3号公布). Does not match: (一)加强领导
_ADOPTED = re.compile(r"\([^()]{0,10}\d{4}年.{0,300}\)$")
# Matches: 关于《某办法》的公告的解读 / 《某办法》政策解读. Does not match: 做好政策解读
_INTERPRETATION = re.compile(r"(?:关于)?《[^。;\n]{4,100}》[^。;\n《]{0,12}解读$")
_OPENING = 600  # characters in which a notice names what it issues
_UNITS_THAT_COUNT = frozenset("编章条")
_LONGEST_TITLE = 60


def _stands_below_title(folded_line: str) -> bool:
    return is_subtitle(folded_line) or _ADOPTED.match(folded_line) is not None


def find_further_texts(
    folded: str, lines: Sequence[tuple[int, int]], first: int, attachments: Sequence[int]
) -> dict[int, int]:
    """Where a further text begins in a file that holds several, and where its body does, as indices of lines.

    It begins with a title of its own, behind numbered units, and its articles or chapters count from one again; with
    the title that the notice above all of them names; or with the title of its interpretation (关于《…》的解读).
    """
    found = _named_texts(folded, lines, first, attachments) | _interpretations(folded, lines, first)
    opening = frozenset(attachments)
    numbered = -1  # the first line of a numbered unit, looked for when a title may stand behind it
    for body in _first_units(folded, lines):
        index = body - 1
        if index > first and folded[lines[index][0]] in "(〔[" and _stands_below_title(folded[slice(*lines[index])]):
            index -= 1
        if index <= first:
            continue
        start, end = lines[index]
        if end - start > _LONGEST_TITLE or _UNIT.match(folded, start, end) or not is_title_like(folded[start:end]):
            continue
        # An attachment's own title opens nothing more.
        if not opening.isdisjoint(range(index - 3, index + 1)):
            continue
        if numbered < 0:
            numbered = next(i for i in range(first, body + 1) if i == body or _UNIT.match(folded, *lines[i]))
        if numbered < index:
            found[index] = index + 1
    return found


def _named_texts(
    folded: str, lines: Sequence[tuple[int, int]], first: int, attachments: Sequence[int]
) -> dict[int, int]:
    """Further texts whose titles the notice names, where their numbers 一、 begin at once or below a paragraph.

    A single one is the text itself unless the notice has numbers of its own; it stands below the notice's signature.
    """
    if attachments or first >= len(lines):
        return {}
    issued = set(NAMED_TITLE.findall(folded, 0, lines[first][0]))
    named = issued | set(NAMED_TITLE.findall(folded, lines[first][0], lines[first][0] + _OPENING))
    found: dict[int, int] = {}
    for index in range(first + 1, len(lines) - 2) if named else ():
        start, end = lines[index]
        if (
            end - start <= _LONGEST_TITLE
            and (words := folded[start:end].replace("《", "〈").replace("》", "〉")) in named
            and ((len(issued) > 1 and words in issued) or _stands_below_signature(folded, lines, index))
            and any(folded.startswith("一、", at) for at, _ in lines[index + 1 : index + 3])
        ):
            found[index] = index + 1
    return found


def _interpretations(folded: str, lines: Sequence[tuple[int, int]], first: int) -> dict[int, int]:
    """Interpretations of the text that stand behind it, where their numbers 一、 begin at once or below a paragraph."""
    found: dict[int, int] = {}
    at = folded.find("解读") if "读" in folded else -1
    while at >= 0:
        index = bisect_right(lines, at, key=itemgetter(0)) - 1
        if (
            first < index < len(lines) - 1
            and at + 2 == lines[index][1]
            and _INTERPRETATION.match(folded, *lines[index])
            and any(folded.startswith("一、", start) for start, _ in lines[index + 1 : index + 3])
        ):
            found[index] = index + 1
        at = folded.find("解读", at + 2)
    return found


def _stands_below_signature(folded: str, lines: Sequence[tuple[int, int]], index: int) -> bool:
    above = [folded[slice(*line)] for line in lines[max(0, index - 2) : index][::-1]]
    return any(is_signature(line) for line in above[: 1 + (above[0].startswith("("))])


def _first_units(folded: str, lines: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Indices of the lines that open with 第一编, 第一章 or 第一条."""
    at = folded.find("第一")
    while at >= 0:
        if folded[at + 2 : at + 3] in _UNITS_THAT_COUNT:
            index = bisect_right(lines, at, key=itemgetter(0)) - 1
            if index >= 0 and lines[index][0] == at and _FIRST_UNIT.match(folded, *lines[index]):
                yield index
        at = folded.find("第一", at + 2)
