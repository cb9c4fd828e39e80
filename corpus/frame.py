"""What stands around a document's body: titles, number, addressee, issuing sentence, signer, date.

A notice that issues a plan prints its own title, number, addressee, one sentence, signer and date, and
only then the plan's title. A reader tells these pieces apart by what each is; so does ``read_frame``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.folding import fold
from corpus.frame_lines import (
    DATE,
    ISSUING,
    NUMBER,
    SENTENCE,
    SET_WIDE,
    FrameRole,
    is_date_line,
    is_signer_line,
    is_subtitle,
    is_title_like,
    role_of,
)
from corpus.lines import BODY_MARKER as BODY_MARKER
from corpus.lines import NUMERAL, join_wrapped_lines, printed_line
from corpus.model import Span

# What issues another text. Matches: 关于印发某办法的通知. Does not match: 某办法
_ISSUES = re.compile(r"(?:印发|转发|批转|发布|公布|颁布|下发).*(?:通知|公告|决定|令|通报|函)")
# The first line of such a title. Matches: 关于印发政府工作报告主要任务. Does not match: 关于印发某方案的通知
_BEGINS_TO_ISSUE = re.compile(r"(?:关于|府|[办委局厅])(?:印发|转发|批转|下发)(?!.*(?:通知|公告|决定|令|通报|函)$)")
# An announcement that names its body and no subject. Matches: 中华人民共和国最高人民法院公告. Does not match: 招生公告
_ANNOUNCEMENT = re.compile(r"[\u4e00-\u9fff]{2,30}(?:政府|[院部局委厅会署办])(?:公告|通告|令)$")
_LONGEST_BROKEN_TITLE = 4  # lines, with the one above it
_SHORTEST_TITLE = 6  # characters of a second title: 主要任务 is a heading
# Matches: { 2017 6 23, what is left of a date. Does not match: 2014年工作要点.
_NO_WORDS = re.compile(r"[^a-z\u3400-\u9fff]*$")
# Matches: 附件1 / 附件1-2 / 附件一 / 附 alone on its line. Does not match: 附件所列单位.
_ATTACHMENT = re.compile(r"附\s*(?:[件录表]\s*(?:\d{1,2}(?:-\d{1,2})?|[一二三四五六七八九十]{1,2})?\s*)?:?$")
# A title's second line, its issuer on the first. Matches: 关于印发…的通知 / 第三次会议关于预算的决议.
# Does not match: 山地特色农业发展规划.
_GOES_ON_FROM_ISSUER = re.compile(
    rf"关于|第[{NUMERAL}]{{1,3}}次(?:全体)?会议|常务委员会|印发|转发|批转|贯彻|公布|发布|颁发|令$|公告$|通告$"
)
# A title's line that begins with the name of its issuer, or with its number. Matches: 国家税务总局关于检发票证的通知 /
# 第33/2020号行政长官批示. Does not match: 人民政府关于… below the name of its city / 办公厅关于…
_IS_WHOLE = re.compile(
    r"第\d{1,4}/\d{4}号|(?!人民|自治|办公|常务|委员|[和及与等])[\u4e00-\u9fff]{2,20}(?:政府|办公厅|办公室|委员会|总局|[局厅部])关于"
)
# What such a name may go on from. Matches: 宁川市 / 中国人民银行某分行. Does not match: 站内搜索
_NAME_GOES_ON = re.compile(r"[省市州盟县区旗镇乡府厅办委部院局署会行司社校团队处中心、和及与等族尔](?:文件)?$")
# Matches: (此件公开发布). Does not match: 质量提升行动方案(试行).
_IN_BRACKETS = re.compile(r"[(〔\[【][^()〔〕\[\]【】]*[)〕\]】]$")
# A column's name, alone on a line of a table that prints one cell a line. Matches: 序号 / 责任单位.
# Does not match: 责任单位:市教育局.
_COLUMN = re.compile(r"序\s*号$|(?:牵头|责任|配合|主办|承办|协办|实施)(?:单位|部门)$")
# A title or an adoption line in another language. Matches: (adopted on november 29, 2019). Does not match: 2019
_TRANSLATION = re.compile(r"(?<![a-z])[a-z]{2,} +[a-z]{2}")
_CHINESE = re.compile("[\u3400-\u9fff]")
_CONTENTS = re.compile(r"(?:目\s*录|目\s*次|contents)$")
_PAGE_TAIL = re.compile(r"[\s.·…⋯-]*\d*\s*$")


@dataclass(frozen=True, slots=True)
class FrameLine:
    """One printed piece before the body; ``start`` and ``end`` are clean offsets, half-open."""

    role: FrameRole
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The pieces before the body, in order, and the clean offset where the body begins."""

    lines: tuple[FrameLine, ...]
    body_start: int

    @property
    def preamble_start(self) -> int:
        """The clean offset behind the text's own title: what is said from there on is no front matter."""
        own = max((i for i, line in enumerate(self.lines) if line.role in ("title", "contents")), default=None)
        if own is None or own + 1 == len(self.lines):
            return self.body_start
        return self.lines[own + 1].start

    def first(self, role: FrameRole) -> FrameLine | None:
        """The first piece of that role."""
        return next((line for line in self.lines if line.role == role), None)


@lru_cache(maxsize=2)
def read_lines(text: str) -> tuple[Span, ...]:
    """Offsets of the lines of a text, each without the white space around it, wrapped lines joined."""
    return tuple(join_wrapped_lines(text, fold(text), _stands_alone))


def _stands_alone(folded: str) -> bool:
    return is_date_line(folded) or is_signer_line(folded) or is_title_like(folded) or bool(NUMBER.match(folded[:80]))


def _skip_contents(folded: str, lines: Sequence[tuple[int, int]], at: int) -> int:
    """Index of the first line after the contents page whose heading is line ``at``.

    Where no entry stands again below, the page's entries were lost and the text begins at once.
    """
    entries: set[str] = set()
    index = at + 1
    while index < len(lines):
        line = printed_line(folded, lines[index])
        if len(line) > 80 or SENTENCE.search(line):
            break
        core = re.sub(r"\s", "", _PAGE_TAIL.sub("", line))
        if core in entries:
            # The first line that stands again opened the body; the lines since then are body too.
            return index
        entries.add(core)
        index += 1
    return at + 1


@lru_cache(maxsize=2)  # the metadata and the clause tree read the same one
def read_frame(text: str) -> Frame:
    """The pieces before the body of a clean text.

    The body begins at the first enumerator, or at the first paragraph that follows the text's own title.

    Args:
        text: Clean text (see ``CleanText.text``).

    Returns:
        Pieces with disjoint offsets in ascending order; ``body_start`` is ``len(text)`` where all is frame.
    """
    folded = fold(text)
    lines = read_lines(text)
    end = len(lines)
    contents: range = range(0)
    lone = _is_lone_attachment(folded, lines)
    for index in range(lone, min(len(lines), 80)):
        line = printed_line(folded, lines[index])
        if _CONTENTS.match(line) and not contents:
            contents = range(index, _skip_contents(folded, lines, index))
        if index not in contents and any(pattern.match(line) for pattern in (BODY_MARKER, _ATTACHMENT, _COLUMN)):
            end = index
            break
    else:
        end = min(len(lines), 80)

    roles: list[FrameRole | None] = [
        "contents" if i in contents else role_of(printed_line(folded, lines[i])) for i in range(end)
    ]
    if lone:
        roles[0] = "other"
    _mark_titles(folded, lines, roles)
    titles = [i for i, role in enumerate(roles) if role in ("notice_title", "title")]
    own = max(titles, default=-1)
    pieces: list[FrameLine] = []
    stop = end
    for i in range(end):
        role = roles[i]
        if role is None:
            if i > own >= 0 and _is_translation(folded[slice(*lines[i])]):
                pieces.append(FrameLine("other", *lines[i]))
                continue
            if i > own:
                stop = i
                break
            role = "issuing" if ISSUING.search(printed_line(folded, lines[i])) else "other"
        elif (
            i > own >= 0
            and role in ("issuing", "signer", "other")
            and not (role == "signer" and i == own + 1 and roles[i + 1 : i + 3] in (["date"], ["date", None]))
        ):
            # After the text's own title such a line opens what the text says, but for who signed it and when.
            stop = i
            break
        if pieces and role in ("title", "notice_title") and pieces[-1].role == role:
            pieces[-1] = FrameLine(role, pieces[-1].start, lines[i][1])
        else:
            pieces.append(FrameLine(role, *lines[i]))
    body_start = lines[stop][0] if stop < len(lines) else len(text)
    return Frame(tuple(pieces), body_start)


def _is_lone_attachment(folded: str, lines: Sequence[tuple[int, int]]) -> bool:
    """Whether the text is an attachment in a file of its own: its mark (附件1) stands first, above a title."""
    if not lines or not _ATTACHMENT.match(folded, *lines[0]):
        return False
    return not any(folded.startswith("附", line[0]) and _ATTACHMENT.match(folded, *line) for line in lines[1:]) and any(
        is_title_like(printed_line(folded, line)) for line in lines[1:_LONGEST_BROKEN_TITLE]
    )


def _is_translation(folded: str) -> bool:
    return not _CHINESE.search(folded) and _TRANSLATION.search(folded) is not None


def _mark_titles(folded: str, lines: Sequence[tuple[int, int]], roles: list[FrameRole | None]) -> None:
    """Join broken titles, name the first of two titles ``notice_title``, and find a title by place where none shows."""
    for i, role in enumerate(roles):
        if role != "title":
            continue
        # A title may be broken over lines: short lines without a stop directly above its last one.
        above = i - 1
        pieces: tuple[FrameRole | None, ...] = (None,)
        if _GOES_ON_FROM_ISSUER.match(printed_line(folded, lines[i])):
            pieces = (None, "signer")
        while (
            above >= 0
            and above > i - 4
            and roles[above] in pieces
            and _is_title_piece(folded, lines[above])
            and _CHINESE.search(folded, *lines[above])
        ):
            if printed_line(folded, lines[above + 1]).startswith(printed_line(folded, lines[above])):
                break  # the body that the title begins with, named above it
            stop = next((j for j in range(i, len(roles)) if roles[j] != "title"), len(roles))
            if _is_cut_off(_joined(folded, lines, [above]), _joined(folded, lines, range(above + 1, stop))):
                break  # the page's own head, cut off in the midst of a name
            if _IS_WHOLE.match(printed_line(folded, lines[above + 1])) and not _NAME_GOES_ON.search(
                printed_line(folded, lines[above])
            ):
                break  # a site's own words above a title that begins with its issuer or number
            if roles[above] == "signer":
                pieces = ("signer",)  # above a body's name stand others' names only
            roles[above] = "title"
            if _GOES_ON_FROM_ISSUER.match(printed_line(folded, lines[above])):
                pieces = (None, "signer")
            above -= 1
    groups: list[list[int]] = []
    for i, role in enumerate(roles):
        if role == "title":
            if groups and groups[-1][-1] == i - 1 and _goes_on_below(folded, lines, groups[-1]):
                groups[-1].append(i)
            else:
                groups.append([i])
    groups = _drop_headings(folded, lines, roles, groups)
    if len(groups) > 1 and _ANNOUNCEMENT.match(printed_line(folded, lines[groups[-1][0]])):
        roles[groups.pop()[0]] = "other"
    if not groups and roles and roles[0] is None and _is_title_piece(folded, lines[0]):
        roles[0] = "title"
        return
    for group in groups:
        below = group[-1] + 1
        if below < len(roles) and roles[below] is None and is_subtitle(printed_line(folded, lines[below])):
            roles[below] = "title"
            group.append(below)
    # A page prints the text's own title above the notice too.
    notice = next(
        (group for group in groups[:-1] if _ISSUES.search(_joined(folded, lines, group))), groups[:1] and groups[0]
    )
    for group in groups[:-1]:
        for i in group:
            roles[i] = "notice_title" if group is notice else "other"


def _is_cut_off(words: str, below: str) -> bool:
    """Whether a line opens a name that what stands below it does not close."""
    return words.count("《") > words.count("》") and "》" not in below


def _goes_on_below(folded: str, lines: Sequence[tuple[int, int]], group: Sequence[int]) -> bool:
    """Whether the lines of a title are its first ones: they end as no title does, or name another that is open yet."""
    if role_of(printed_line(folded, lines[group[-1]])) != "title":
        return True
    words = _joined(folded, lines, group)
    if words.count("《") > words.count("》") or _BEGINS_TO_ISSUE.search(words) is not None:
        return True
    # A word in its midst reads as a title's end (人大代表): what is said above it names the whole.
    whole = _joined(folded, lines, [*group, group[-1] + 1])
    return folded.find(f"《{whole}》", 0, lines[group[0]][0]) >= 0


def _joined(folded: str, lines: Sequence[tuple[int, int]], group: Sequence[int]) -> str:
    words = (printed_line(folded, lines[i]) for i in group)
    return "".join("".join(line.split()) if SET_WIDE.fullmatch(line) else line for line in words)


def _drop_headings(
    folded: str, lines: Sequence[tuple[int, int]], roles: list[FrameRole | None], groups: list[list[int]]
) -> list[list[int]]:
    """The titles less what only reads as one: a heading (保障措施) in paragraphs, or one that says no subject.

    Between a notice's title and the text's own stand the words that issue it, a signer or a date.
    """
    kept: list[list[int]] = []
    for group in groups:
        between = roles[kept[-1][-1] + 1 : group[0]] if kept else []
        bare = sum(len(printed_line(folded, lines[i])) for i in group) <= _SHORTEST_TITLE
        if kept and (None in between or bare) and not {"issuing", "signer", "date"} & set(between):
            for i in group:
                roles[i] = None
        else:
            kept.append(group)
    return kept


def _is_title_piece(folded: str, span: tuple[int, int]) -> bool:
    line = printed_line(folded, span)
    return (
        len(line) <= 40
        and not re.search(r"[。;!?:,|]", line)
        and not _NO_WORDS.match(line)
        and not DATE.match(line.rsplit(None, 1)[-1])
        and not _IN_BRACKETS.match(line)
    )
