"""What stands around a document's body: titles, number, addressee, issuing sentence, signer, date.

A notice that issues a plan prints its own title, number, addressee, one sentence, signer and date, and
only then the plan's title. A reader tells these pieces apart by what each is; so does ``read_frame``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from corpus.document_numbers import JOINT_ORDER, STANDARD, YEAR_FIRST
from corpus.folding import fold
from corpus.lines import BODY_MARKER as BODY_MARKER
from corpus.lines import NUMERAL, join_wrapped_lines, printed_line
from corpus.model import Span

FrameRole = Literal[
    "notice_title", "title", "number", "addressee", "issuing", "signer", "date", "adoption", "contents", "other"
]

# Matches: 山东省质量强省建设实施意见(试行) / 某市人才新政八条. Does not match: 各市人民政府 / 第十八条.
_TITLE_END = re.compile(
    r"(?:通知|意见|办法|规定|条例|计划|规划|方案|细则|纲要|决定|决议|公告|通告|通报|要点|措施|指南|标准|制度|"
    r"法|解释|批复|复函|函|报告|令|规则|章程|规范|规程|准则|目录|清单|预案|导则|指引|政策|说明|请示|答复|纪要|守则|公约|"
    r"协定|宣言|长官批示|司长批示|倡议书?|战略|工程|行动|安排|预算|名单|分工|任务|(?:责任|任务|目标)分解|举措|须知|体系|图|表|书|若干规定"
    rf"|(?<=[\u4e00-\u9fff])(?<![第{NUMERAL}\d、和至到及])(?:[{NUMERAL}]{{1,3}}|\d{{1,2}})条)$"
)
# Matches: (试行) / (温政办〔2014〕98号) at the end of a title. Does not match: (一) at its start.
_TITLE_TAIL = re.compile(r"(?<!\s)\s*[(〔\[【][^()]*(?:\([^()]*\)[^()]*)?[)〕\]】]\s*$")
# Matches: 附:修正本 at the end of a title. Does not match: 附:名单
_AMENDED_TEXT = re.compile(r" ?附:\s?(?:第[一二三四五]次)?修[正订](?:文?本)?$")
# Matches: 鲁政办发〔2014〕29号 / 〔2021〕第15期 / 第七十一号 / 〔78〕法办研字第19号 / db33/t 2055-2017.
# Does not match: (国办发〔2014〕18号)精神,.
_NUMBER = re.compile(
    r"(?:\(\s*)?(?:(?:[\u4e00-\u9fff]{1,16}\s*)?[(〔\[【]\s*\d{4}\s*[)〕\]】]\s*第?\s*\d+\s*[号期]"
    rf"|(?:\d{{4}}\s*年\s*)?第\s*(?:\d+|[{NUMERAL}]{{1,6}})\s*[号期]|{YEAR_FIRST}|{STANDARD}|{JOINT_ORDER})(?:\s*\))?$"
)
# Matches: 2014年7月2日 / 2014.7.2 / 二〇〇六年十二月十五日, its noughts typed as letter or digit too / 民国66年9月16日.
# Does not match: 2014年要点.
_DATE = re.compile(
    rf"\(?\s*(?:(?:中华)?民国\s*(?:\d{{1,3}}|[{NUMERAL}]{{1,6}})\s*年\s*(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*月\s*(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*日|\d{{4}}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日?)?|[{NUMERAL}○oO0]{{4}}年[{NUMERAL}]{{1,3}}月(?:[{NUMERAL}]{{1,3}}日)?"
    r"|(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2})\s*\)?$"
)
# Matches: (2018年8月31日第十三届全国人民代表大会常务委员会第五次会议通过), also without the brackets, and
# (一九八九年四月四日第七届全国人民代表大会第二次会议通过).
# Does not match: (试行) / 2018年8月31日经市政府会议通过的方案.
_ADOPTION = re.compile(
    rf"\(.*(?:\d{{4}}|[{NUMERAL}○]{{4}})年.*(?:通过|公布|发布|修正|修订|批准|施行|印发|实施).*\)$"
    r"|\d{4}年\d{1,2}月\d{1,2}日[^。;:,]{0,80}(?:通过|公布|发布|修正|修订|批准|施行)$"
)
_LONGEST_ADOPTION = 400
# A word that is set wide. Matches: 政 府 工 作 报 告 / 通  知. Does not match: 总则 附则
_SET_WIDE = re.compile(r"[\u4e00-\u9fff](?:\s+[\u4e00-\u9fff])+")
# A title in the marks of one. Matches: 《某市关于印发〈某办法〉的通知》. Does not match: 《某法》和《某条例》
_IN_TITLE_MARKS = re.compile(r"《([^《》]*)》$")
# What issues another text. Matches: 关于印发某办法的通知. Does not match: 某办法
_ISSUES = re.compile(r"(?:印发|转发|批转|发布|公布|颁布|下发).*(?:通知|公告|决定|令|通报|函)")
# The first line of such a title. Matches: 关于印发政府工作报告主要任务. Does not match: 关于印发某方案的通知
_BEGINS_TO_ISSUE = re.compile(r"(?:关于|府|[办委局厅])(?:印发|转发|批转|下发)(?!.*(?:通知|公告|决定|令|通报|函)$)")
# An announcement that names its body and no subject. Matches: 中华人民共和国最高人民法院公告. Does not match: 招生公告
_ANNOUNCEMENT = re.compile(r"[\u4e00-\u9fff]{2,30}(?:政府|[院部局委厅会署办])(?:公告|通告|令)$")
_LONGEST_BROKEN_TITLE = 4  # lines, with the one above it
_FEWEST_PIPES = 2  # of a row of a table
_SHORTEST_TITLE = 6  # characters of a second title: 主要任务 is a heading
# Matches: 各市人民政府,省政府各部门: / 各位代表:. Does not match: 现将有关事项通知如下:.
_ADDRESSEE = re.compile(
    r".*(?:政府|行署|部门|单位|机构|委员会|[委办厅局院校署会所部]|公司|企业|学校|中心|银行|法院|检察院|组织|机关|人员|党组|朋友)"
    r"\s*(?:\([^()]{1,12}\)\s*)?:$|[^。;:,为是任]{1,30}(?:代表|委员|同志们?):$"
)
_NOT_ADDRESSEE = re.compile(r"如下:$|[。;]|通知:$|意见:$")
# Matches: 现印发给你们,请认真贯彻执行。 Does not match: 为加强质量工作,制定本计划。
_ISSUING = re.compile(
    r"(?:印发|转发|批转|下发|颁发|发给|发布|公布|颁布)(?:给你们|你们|,|。|施行|实施|如下)|现(?:予|将)?.{0,60}(?:印发|转发|批转|公布|发布)"
    r"|请(?:认真|遵照|结合|各地|你们).{0,20}(?:执行|实施|落实|组织)|特此(?:通知|公告|函)"
)
# Matches: 山东省人民政府办公厅. Does not match: 加强组织领导.
_SIGNER = re.compile(
    r"^(?:主席|总理|行政长官|[省市州盟县区部厅局]长)\s+[\u4e00-\u9fff]{2,4}$|^(?!.*(?:通知|意见|方案|关于))[\u4e00-\u9fff\s、·()]{2,60}"
    r"(?:政府|办公厅|办公室|督查室|委员会|行署|管委会|总局|[局厅部院署会委办]|领导小组|中心|法院|检察院|银行|公司|办事处|管理处|联合会|总工会|协会|大学|党委|党组|兵团"
    r"|主席|省长|市长|总理)"
    r"(?:\s+[\u4e00-\u9fff]{2,4})?$"
)
# Matches: { 2017 6 23, what is left of a date. Does not match: 2014年工作要点.
_NO_WORDS = re.compile(r"[^a-z\u3400-\u9fff]*$")
# The list of attachments before a signature, which names titles and is none. Matches: 附件:1.任务分工表.
# Does not match: 附则.
_ATTACHED = re.compile(r"附\s*(?:件\s*\d{0,2}\s*)?:")
# Matches: 附件1 / 附件1-2 / 附件一 / 附 alone on its line. Does not match: 附件所列单位.
_ATTACHMENT = re.compile(r"附\s*(?:[件录表]\s*(?:\d{1,2}(?:-\d{1,2})?|[一二三四五六七八九十]{1,2})?\s*)?:?$")
# Matches: (2021-2025年) / (征求意见稿) alone beneath a title. Does not match: (2018年5月31日…通过).
_SUBTITLE = re.compile(r"[(〔\[](?!.*(?:号|年.*月))[^()。,;]{1,20}[)〕\]]$")
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
# What stands above the title of a standard. Matches: 上海市地方标准. Does not match: 食品安全国家标准
_LETTERHEAD = re.compile(r"(?:中华人民共和国(?:国家|[\u4e00-\u9fff]{2,8}行业)|[\u4e00-\u9fff]{2,8}[省市区]地方)标准$")
# A title or an adoption line in another language. Matches: (adopted on november 29, 2019). Does not match: 2019
_TRANSLATION = re.compile(r"(?<![a-z])[a-z]{2,} +[a-z]{2}")
_CHINESE = re.compile("[\u3400-\u9fff]")
_CONTENTS = re.compile(r"(?:目\s*录|目\s*次|contents)$")
_PAGE_TAIL = re.compile(r"[\s.·…⋯-]*\d*\s*$")
_SENTENCE = re.compile(r"[。;!?]")


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
    return is_date_line(folded) or is_signer_line(folded) or is_title_like(folded) or bool(_NUMBER.match(folded[:80]))


def is_date_line(folded: str) -> bool:
    """Whether a folded line is a date and nothing else."""
    return bool(_DATE.match(folded))


def is_signer_line(folded: str) -> bool:
    """Whether a folded line reads as the name of a signing body."""
    return len(folded) <= 60 and not _SENTENCE.search(folded) and bool(_SIGNER.match(folded))


def is_title_like(folded: str) -> bool:
    """Whether a folded line reads as the title of a policy text."""
    if len(folded) > 120 or _SENTENCE.search(folded) or folded.endswith((":", ",", "、")) or _ATTACHED.match(folded):
        return False
    words = _TITLE_TAIL.sub("", folded)
    if "附" in words:
        words = _AMENDED_TEXT.sub("", words)
    end = _TITLE_END.search("".join(words.split()) if _SET_WIDE.fullmatch(words) else words)
    return end is not None and not folded.startswith("特此", len(folded) - 4) and folded.count("|") < _FEWEST_PIPES


def is_front_matter(folded: str) -> bool:
    """Whether a folded line is a notice's number, addressee or issuing sentence."""
    return _role(folded) in ("number", "addressee", "issuing")


def is_adoption(folded: str) -> bool:
    """Whether a folded line says who adopted a text, and when."""
    return len(folded) <= _LONGEST_ADOPTION and bool(_ADOPTION.match(folded))


def is_subtitle(folded: str) -> bool:
    """Whether a folded line is what stands in brackets beneath a title: (试行), (2021-2025年)."""
    return bool(_SUBTITLE.match(folded))


def _skip_contents(folded: str, lines: Sequence[tuple[int, int]], at: int) -> int:
    """Index of the first line after the contents page whose heading is line ``at``.

    Where no entry stands again below, the page's entries were lost and the text begins at once.
    """
    entries: set[str] = set()
    index = at + 1
    while index < len(lines):
        line = printed_line(folded, lines[index])
        if len(line) > 80 or _SENTENCE.search(line):
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
        "contents" if i in contents else _role(printed_line(folded, lines[i])) for i in range(end)
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
            role = "issuing" if _ISSUING.search(printed_line(folded, lines[i])) else "other"
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


def _is_date_and_number(line: str) -> bool:
    """Whether a line is a date and a number, in either order, a blank between them."""
    first, blank, second = line.partition(" ")
    if not blank:
        return False
    second = second.strip()
    return bool((_DATE.match(first) and _NUMBER.match(second)) or (_NUMBER.match(first) and _DATE.match(second)))


def _role(line: str) -> FrameRole | None:
    """The role that a folded line shows by itself; ``None`` for a paragraph."""
    if _NUMBER.match(line) or _is_date_and_number(line):
        return "number"
    if _DATE.match(line):
        return "date"
    if is_adoption(line):
        return "adoption"
    if _ADDRESSEE.match(line) and not _NOT_ADDRESSEE.search(line):
        return "addressee"
    is_title = is_title_like(line) or ((quoted := _IN_TITLE_MARKS.match(line)) and is_title_like(quoted[1]))
    if is_title and not _LETTERHEAD.match(line):
        return "title"
    if is_signer_line(line) or (is_date_line(line.rsplit(None, 1)[-1]) and is_signer_line(line.rsplit(None, 1)[0])):
        return "signer"
    if _ISSUING.search(line):
        return "issuing"
    return None


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
    if _role(printed_line(folded, lines[group[-1]])) != "title":
        return True
    words = _joined(folded, lines, group)
    if words.count("《") > words.count("》") or _BEGINS_TO_ISSUE.search(words) is not None:
        return True
    # A word in its midst reads as a title's end (人大代表): what is said above it names the whole.
    whole = _joined(folded, lines, [*group, group[-1] + 1])
    return folded.find(f"《{whole}》", 0, lines[group[0]][0]) >= 0


def _joined(folded: str, lines: Sequence[tuple[int, int]], group: Sequence[int]) -> str:
    words = (printed_line(folded, lines[i]) for i in group)
    return "".join("".join(line.split()) if _SET_WIDE.fullmatch(line) else line for line in words)


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
        and not _DATE.match(line.rsplit(None, 1)[-1])
        and not _IN_BRACKETS.match(line)
    )
