"""The grammar of a responsibility note: (质监部门牵头,发展改革、科技等部门配合) and its kin, roles and bodies.

Works on folded text and offsets only; what is a note, and where, is decided in ``responsibilities``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from corpus.model import Span
from indexer.facts.bodies import Mention, is_office, read_bodies
from indexer.facts.units import split_top_level

Role = Literal["lead", "support", "shared", "duty"]

_DO = (
    r"(?:落实|实施|组织|推进|推动|完成|执行|承担|做好|抓好|抓|开展|协调|督促|督导|指导|统筹|具体|并"
    r"|相关|有关|各项|工作|贯彻)"
)
# What a body does, longest form first.
_PREDICATE = re.compile(
    # How one begins; most characters begin none.
    r"(?=[按依根在分共联各负总牵主为积密协予给做全配参具统直抓])(?:"
    # Matches: 按各自职责分工负责. Does not match: 按职责权限划分清单
    r"(?P<shared>(?:按照?|依照?|依据|根据|在)(?:各自|各|其|自身|本?部门|现有)?的?(?:法定|工作|部门)?"
    r"(?:职责|职能|职权|责任|任务|分工|管理|业务)(?:和|及|、)?(?:职责|职能|任务|权限|范围|分工)?"
    r"(?:的?分工|权限|要求|范围)?以?内?,?"
    r"(?:各负其责|(?:分别|共同|各自|具体)?(?P<kind>负责|牵头|配合|协助|参与|" + _DO + r"))" + _DO + r"*"
    # Matches: 省教育厅、省财政厅分工负责. Does not match: 分级负责的原则
    r"|(?:分工|分头|共同|分别|联合|各自)负责" + _DO + r"*(?!制|的原则|人|同志)"
    # Matches: 市环保局牵头负责. Does not match: 鼓励企业当好牵头人
    r")|(?P<lead>(?:负责|总|共同|联合|分别)?牵头(?!人|单位|部门|企业|机构|作用|高校|院校)"
    r"(?:负责|" + _DO + r"|抓总|会商|总)*"
    r"|主办(?!单位|方|者|机构|城市|权)|主责(?!单位|部门|任|主业|人)|负总责|总负责|为主(?!的|体|要|导|线|责)(?:负责)?"
    # Matches: 市商务局统筹, before a stop. Does not match: 统筹推进
    r"|(?:统筹|抓总)(?=[,;。]|$)|为(?:牵头|主责|主办)(?:单位|部门)(?=[,;。]|$))"
    # Matches: 市公安局配合落实. Does not match: 配合比
    r"|(?P<support>(?:积极|密切|协同|共同|予以|给予|做好|主动|全力|负责)*"
    r"(?:配合(?!比)|协助|协办(?!单位|方)|参与(?!者|方|单位|度|部门)|参加(?!单位|者|部门)|协同)"
    r"(?:配合|落实|实施|做好|抓好|完成|支持)*|为(?:配合|协办|参与)(?:单位|部门)(?=[,;。]|$))"
    # Matches: 盟农牧业局负责. Does not match: 项目负责人终身责任制
    r"|(?P<duty>(?<!不)(?:具体|主要|全面|统一|直接)?负责(?!人|任|制|的|区|同志|性|案|感|态度)" + _DO + r"*))"
)

_OFFICES = r"(?:单位|部门|机构|科室|处室|股室|厅局|地区|方)"
# The caption of a list of bodies. Matches: 责任单位:市教育局. Does not match: 落实责任单位的要求
_LABEL = re.compile(
    r"(?=[牵主配协参责负])(?<![\u4e00-\u9fff])(?P<short>(?P<leads>牵头|主责|主办)|(?P<supports>配合|协办|参与)|责任|负责)\s*:"
    r"|(?P<lead>(?:总?牵头(?:责任|负责|实施|主管)?|主办|主责|主要责任|第一责任)"
    + _OFFICES
    + r"(?=\s*[:\t ]|为|是(?!否))|主管(?:单位|部门)(?=\s*:))(?:\s*[:\t ]|为|是)"
    r"|(?P<support>(?:配合|协办|协同|协助|参与|参加|协作|支持)(?:责任|实施|落实)?"
    + _OFFICES
    + r")(?:\s*[:\t ]|为|是(?!否)|有)"
    r"|(?P<duty>(?:(?:责任|负责|落实|实施|承担|承办|完成|执行|具体责任|分工|主体责任)"
    + _OFFICES
    + r"|(?:责任|实施)主体|(?:部门|单位|责任|任务|职责)分工(?=\s*:))"
    r"(?:及分工|\(部门\)|\(单位\))?)(?:\s*[:\t ]|为|是(?!否))"
)
# What no caption can do without. Matches: the 单位: of 责任单位:市教育局. Does not match: 市教育局牵头
_MAY_BE_LABEL = re.compile(_OFFICES[:-1] + r"|主体|分工)(?:及分工|\(部门\)|\(单位\))?\s*[:\t 为是有]")
_MAY_BE_SHORT = re.compile(r"(?<=[头责办合与任])\s*:")
# What is said of the body before it. Matches: the (牵头) of 市教育局(牵头)、市财政局. Does not match: (牵头负责人)
_MARK = re.compile(r"[(\[〔](?:(?P<lead>牵头(?:单位|部门|负责)?|主责|主办)|(?:配合|协办|参与)(?:单位|部门)?)[)\]〕]")
# Another caption ends the list before it. Matches: ;完成时限:2014年底. Does not match: 市教育局、市财政局
_CAPTION = re.compile(r"(?:^|[\s;,。、|(\[【])[^\s;,。、:|()\[\]【】]{2,10}:")
# Two bodies of which the first leads. Matches: 省财政厅会同省教育厅. Does not match: 及时会商研判
_WITH = re.compile(r"会同|(?<=[厅局委办部门])商(?=[国省市县区中财各有相发])|联合(?!会|国|体|执法|惩|社)")
_LONGEST_LIST = 600
# A note that names an office. Matches: 省教育厅牵头. Does not match: 有关高校配合
_NAMES_OFFICE = re.compile(
    r"(?:[厅局委办署部]|部门|政府|管委会|小组)(?=[、,;()〈\s]|牵头|负责|配合|参与|参加|协助|协办|按|依|会同|等|和|分|共同|$)"
)
_BLANKS = " \t\n\r\u3000,;。、:"


@dataclass(slots=True)
class Duty:
    """Bodies by role, as offsets, with the words that say what the duty is, where the note says it.

    ``span`` is the part of the note that speaks of this duty; ``topic`` lies inside it.
    """

    span: Span
    topic: Span | None = None
    lead: list[Mention] = field(default_factory=list)
    support: list[Mention] = field(default_factory=list)
    shared: list[Mention] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    has_office: bool = False
    has_tail: bool = False

    @property
    def bodies(self) -> list[Mention]:
        """All of them, leads first."""
        return [*self.lead, *self.support, *self.shared]

    def take(self, other: Duty) -> None:
        """Enter the bodies of another duty under the roles that they have there."""
        rule = other.rules[0]
        self.add("lead", other.lead, rule)
        self.add("support", other.support, rule)
        self.add("shared", other.shared, rule)
        self.rules += [rule for rule in other.rules if rule not in self.rules]
        self.has_office = self.has_office or other.has_office
        self.has_tail = self.has_tail or other.has_tail

    def add(self, role: Role, mentions: tuple[Mention, ...] | list[Mention], rule: str) -> None:
        """Enter bodies under a role; 负责 is a lead for one body, and shared for several or beside a lead."""
        fresh = [m for m in mentions if m not in self.lead and m not in self.support and m not in self.shared]
        if not fresh:
            return
        if rule not in self.rules:
            self.rules.append(rule)
        if role == "lead":
            self.lead += fresh
        elif role == "support":
            self.support += fresh
        elif role == "shared" or self.lead or self.shared or len(fresh) > 1:
            self.shared += fresh
        else:
            self.lead += fresh


def read_note(folded: str, start: int, end: int) -> list[Duty]:
    """The duties that ``folded[start:end]`` (a note without its brackets, or a sentence) assigns.

    Returns:
        One for the note, and one more for each part that names its own topic
        (示范区工作由管委会负责; 市教育局负责校园安全). Empty where no body has a role.
    """
    if has_caption(folded, start, end):
        duty = _read_captions(folded, start, end)
        if duty.bodies:
            return [duty]
    if _MARK.search(folded, start, end):
        marked = Duty((start, end))
        rest = _read_marks(marked, folded, start, end)
        if marked.bodies:
            # A(牵头),B、C: as where it is said in words.
            marked.add("support" if marked.lead else "duty", rest, "配合" if marked.lead else "负责")
            return [marked]
    return _read_predicates(folded, start, end)


def _read_marks(duty: Duty, folded: str, start: int, end: int) -> list[Mention]:
    """Enter the bodies of a list that have their role in brackets behind them; the others are returned."""
    rest: list[Mention] = []
    position = start
    for mark in _MARK.finditer(folded, start, end):
        bodies = read_bodies(folded, position, mark.start(), trusted=True)
        position = mark.end()
        if bodies.mentions:
            rest += bodies.mentions[:-1]
            duty.add("lead" if mark["lead"] else "support", bodies.mentions[-1:], "牵头" if mark["lead"] else "配合")
            duty.has_office = duty.has_office or bodies.has_office
    if position > start:
        rest += read_bodies(folded, position, end, trusted=True).mentions
    return rest


def _read_predicates(folded: str, start: int, end: int) -> list[Duty]:
    trusted = bool(_NAMES_OFFICE.search(folded, start, end))
    duties = [Duty((start, end))]
    pending: list[Mention] = []
    for a, b in split_top_level(folded, start, end, ",;。\n"):
        position = a
        for predicate in _PREDICATE.finditer(folded, a, b):
            begin, stop = predicate.span()
            if folded[stop : stop + 1] in ("人", "制") or not _is_top_level(folded, position, begin):
                continue
            if _take(duties, folded, (position, begin), predicate, b, pending, trusted):
                pending = []
            position = stop
        if position == a:
            pending += _leftover(duties, folded, a, b, trusted)
        elif position < b:
            _leftover(duties, folded, position, b, trusted, after=True)
    if pending and duties[0].lead:
        # A牵头,B、C: those named behind a lead without a word of their own support it.
        duties[0].add("support", pending, "配合")
    return [d for d in duties if d.bodies]


def _is_top_level(folded: str, start: int, end: int) -> bool:
    return folded.count("(", start, end) == folded.count(")", start, end)


def _take(
    duties: list[Duty],
    folded: str,
    left: Span,
    predicate: re.Match[str],
    segment_end: int,
    pending: list[Mention],
    trusted: bool,
) -> bool:
    """Enter the bodies before a predicate; ``True`` where the bodies that were waiting belong to it."""
    role, rule = _role_of(predicate)
    a, b = left
    topic: Span | None = None
    by = last_by(folded, a, b)
    if by >= 0:
        topic = trim(folded, a, by)
        a = by + 1
    elif not pending and (about := _about(folded, a, b)):
        a, b, topic = about
    joint = _WITH.search(folded, a, b)
    bodies = read_bodies(folded, a, joint.start() if joint else b, trusted=trusted)
    partners = read_bodies(folded, joint.end(), b, trusted=trusted).mentions if joint else ()
    if not bodies.mentions and not partners:
        return False
    duty = duties[0]
    goal = _object(folded, predicate, segment_end) if role != "support" else None
    if (topic or goal) and not pending and not partners:
        duty = Duty((left[0], segment_end), topic or goal)
        if duties[0].bodies or duties[0].topic:
            duties.append(duty)
        else:
            duty.span = (duties[0].span[0], segment_end)
            duties[0] = duty
    elif topic:
        duty.topic = duty.topic or topic
    elif duties[-1].topic and role == "support" and not pending:
        duty = duties[-1]
        duty.span = (duty.span[0], segment_end)
    mentions = [*pending, *bodies.mentions]
    if joint and not mentions and duty.lead:
        # X牵头,会同Y负责: the partners of a lead already named.
        duty.add("support", partners, "会同")
    elif joint:
        duty.add("lead", mentions, rule if role == "lead" else "会同")
        duty.add("support", partners, "会同")
    else:
        duty.add(role, mentions, rule)
    duty.has_office = duty.has_office or bodies.has_office
    duty.has_tail = duty.has_tail or bodies.has_tail
    return True


def _role_of(predicate: re.Match[str]) -> tuple[Role, str]:
    if predicate["shared"]:
        kind = predicate["kind"] or ""
        if kind in ("配合", "协助", "参与"):
            return "support", "配合"
        return ("lead", "牵头") if kind == "牵头" else ("shared", "按职责分工")
    if predicate["lead"]:
        return "lead", "牵头"
    if predicate["support"]:
        return "support", "配合"
    return "duty", "负责"


def _about(folded: str, start: int, end: int) -> tuple[int, int, Span] | None:
    """X对Y工作 before 负责: the body and the topic."""
    at = folded.find("对", start + 2, end)
    if at < 0 or not folded.startswith("工作", max(at, end - 2)):
        return None
    return start, at, (at + 1, end)


def _object(folded: str, predicate: re.Match[str], segment_end: int) -> Span | None:
    """What 负责 governs, where that says more than the duty itself."""
    span = trim(folded, predicate.end(), segment_end)
    return span if span and span[1] - span[0] >= 3 and not _WITH.match(folded, span[0]) else None


def _leftover(
    duties: list[Duty], folded: str, start: int, end: int, trusted: bool, *, after: bool = False
) -> list[Mention]:
    """Bodies of a segment without a predicate; partners introduced by 会同 are entered at once."""
    joint = _WITH.search(folded, start, end)
    if joint is None:
        return [] if after else list(read_bodies(folded, start, end, trusted=trusted).mentions)
    partners = read_bodies(folded, joint.end(), end, trusted=trusted).mentions
    leads = () if after else read_bodies(folded, start, joint.start(), trusted=trusted).mentions
    duties[0].add("lead", leads, "会同")
    if duties[0].lead:
        duties[0].add("support", partners, "会同")
    return []


def _read_captions(folded: str, start: int, end: int) -> Duty:
    """牵头单位:A;配合单位:B、C, in any order, other captions passed over."""
    duty = Duty((start, end))
    waiting: list[Mention] = []
    for label in _LABEL.finditer(folded, start, end):
        stop = value_end(folded, label.end(), end)
        if _MARK.search(folded, label.end(), stop):
            waiting += [m for m in _read_marks(duty, folded, label.end(), stop) if m not in waiting]
            continue
        if _PREDICATE.search(folded, label.end(), stop) and (said := _read_predicates(folded, label.end(), stop)):
            # 责任单位:市教育局牵头,市财政局配合. What the words say counts before the caption.
            for other in said:
                duty.take(other)
            continue
        bodies = read_bodies(folded, label.end(), stop, trusted=True)
        if label["short"] and not (bodies.complete and bodies.has_office):
            continue  # 责任:做好落实
        duty.has_office = duty.has_office or bodies.has_office
        duty.has_tail = duty.has_tail or bodies.has_tail
        if label["lead"] or label["leads"]:
            duty.add("lead", bodies.mentions, "牵头单位")
        elif label["support"] or label["supports"]:
            duty.add("support", bodies.mentions, "配合单位")
        else:
            waiting += [m for m in bodies.mentions if m not in waiting]
    duty.add("duty", waiting, "责任单位")
    return duty


def value_end(folded: str, start: int, end: int) -> int:
    """Where the list behind a caption ends: at the next caption, the line's end or a full stop."""
    while start < end and folded[start] in " \t\n\u3000":
        start += 1
    # A list of bodies is short; the bound keeps hostile input linear.
    end = min(end, start + _LONGEST_LIST)
    stop = min((p for p in (folded.find("。", start, end), _line_end(folded, start, end)) if p >= 0), default=end)
    caption = _CAPTION.search(folded, start, stop)
    labelled = _LABEL.search(folded, start, stop)
    return min(stop, *(m.start() for m in (caption, labelled) if m is not None), stop)


def _line_end(folded: str, start: int, end: int) -> int:
    """The end of the line, where a line that breaks off at 、 goes on."""
    at = folded.find("\n", start, end)
    while at > start and folded[start:at].rstrip()[-1:] in ("、", ","):
        at = folded.find("\n", at + 1, end)
    return at


def has_caption(folded: str, start: int, end: int) -> re.Match[str] | None:
    """The first caption of a list of bodies in ``folded[start:end]``."""
    return _LABEL.search(folded, start, end) if may_have_caption(folded, start, end) else None


def may_have_caption(folded: str, start: int, end: int) -> bool:
    """Whether ``has_caption`` is worth asking of ``folded[start:end]`` or of any part of it."""
    if _MAY_BE_LABEL.search(folded, start, end):
        return True
    return folded.find(":", start, end) >= 0 and _MAY_BE_SHORT.search(folded, start, end) is not None


def list_of_offices(folded: str, start: int, end: int, *, least: int = 2) -> Duty | None:
    """A note that is nothing but offices, ``least`` of them or more: (市教育局、市财政局)."""
    bodies = read_bodies(folded, start, end)
    if (
        not bodies.complete
        or len(bodies.mentions) < least
        or not all(is_office(folded[a:b]) for a, b in bodies.mentions)
    ):
        return None
    duty = Duty((start, end), has_office=True)
    duty.add("shared" if len(bodies.mentions) > 1 else "duty", bodies.mentions, "列名")
    return duty


# Words behind which 由 names a body, though it makes a word with their last character alone (理由, 事由, 自由).
_BEFORE_BY = frozenset(
    {f"{c}理" for c in "管办处治审受代清修护经监"} | {"人事", "各自"},
)


def last_by(text: str, start: int, end: int) -> int:
    """Where the last 由 of ``text[start:end]`` stands that parts a topic from its body; -1 where none does.

    Found in 示范区工作由管委会负责 and 日常管理由镇政府负责, and not in 自由贸易 and 正当理由.
    """
    at = text.rfind("由", start, end)
    while at > 0 and text[at - 1] in "自理事缘经" and text[at - 2 : at] not in _BEFORE_BY:
        at = text.rfind("由", start, at)
    return at


def trim(text: str, start: int, end: int) -> Span | None:
    """``text[start:end]`` less the blanks and stops at both ends, or ``None`` where nothing is left."""
    while start < end and text[start] in _BLANKS:
        start += 1
    while end > start and text[end - 1] in _BLANKS:
        end -= 1
    return (start, end) if end > start else None
