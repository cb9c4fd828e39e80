"""Duties inside prose: 全国…工作由…负责, 国务院…主管部门负责…, 省X厅会同Y制定…, X部门牵头组织….

Prose speaks of many who are no offices, so that here every word before the role must read as a body.
"""

from __future__ import annotations

import re

from corpus.lines import ONE_CHARACTER
from corpus.model import Span
from indexer.facts.bodies import Mention, read_bodies
from indexer.facts.notes import Duty, Role, last_by, trim
from indexer.facts.units import split_top_level

# 负责人 is a person, but 负责人工影响天气工作 is a duty.
_PERSON = "人(?![工民才口居防力类事])"
# What makes a body in a sentence the one who does it.
_ROLE = re.compile(
    # How one begins; most characters begin none.
    r"(?=[主按依根在分共负总牵会商具全统直是])(?:"
    # Matches: 国务院交通主管部门主管全国公路工作. Does not match: 直接负责的主管人员
    r"(?P<governs>主管(?=全国|全[省区市县盟]|本|辖|[^部机单人领的方,。;、\n]{2,30}工作))"
    # Matches: 公安机关是养犬管理工作的主管部门. Does not match: 主管部门是市公安局
    r"|(?P<named>是(?=[^,。;\n]{2,40}的(?:行政)?(?:主管|综合(?:管理)?|责任)(?:行政)?(?:部门|机关|机构|单位|主体)(?:$|[,;。\n])))"
    # Matches: 各成员单位按职责分工负责. Does not match: 按照职责分工落实责任
    r"|(?P<shared>(?:按照?|依照?|依据|根据|在)(?:各自|各|其|自身)?的?(?:法定|工作|部门)?(?:职责|职能|职权|责任|任务|分工)(?:和|及|、)?(?:职责|任务|权限|范围|分工)?(?:的?分工|权限|范围)?以?内?,?"
    r"(?:分别|共同|各自|具体|依法)?(?:做好|负责|承担|组织实施)|(?:分工|共同|分别|分头)负责(?!的))"
    # Matches: 由省商务厅牵头组织. Does not match: 企业牵头构建创新联盟的
    r"|(?P<lead>(?:负责|总|共同)?牵头(?!人|单位|部门|企业|机构|作用|的)(?:负责(?![人任制的]))?)"
    # Matches: 省教育厅会同省财政厅. Does not match: 会同在场见证人
    r"|(?P<with>会同|商(?=[国省市县区财]))"
    # Matches: 国务院专利行政部门负责管理, 负责人工影响天气工作. Does not match: 对直接负责的主管人员, 负责人
    rf"|(?P<duty>(?<!不)(?:具体|主要|全面|统一|直接)?负责(?!{_PERSON}|任|制|的|区|同志|性|案|感|态度|到底)))"
)
# Matches: 市财政局配合; 各司其职、密切配合. Does not match: 配合比设计
_SUPPORT = re.compile(
    r"(?:(?:各司其职|各负其责|各尽其责)[、,]?|应当|要|予以|给予|积极|密切|协同|协助|做好|共同)*(?:配合(?!比)|协助|参与|协同|参加(?=$|[,;。]))"
)
# Beside a lead only. Matches: 按照职责分工共同推进. Does not match: 按职责分工表
_SHARES = re.compile(
    r"(?:应当|要)?按照?(?:各自|其)?的?(?:职责|职能|任务)(?:范围)?(?:分工)?(?:分别|共同|密切|协同|抓好|做好)*(?:推进|落实|实施|配合|参与)"
)
# Matches: 等部门按照各自职责 before a comma. Does not match: 按照各自职责分工落实
_BY_DUTIES = re.compile(
    r"(?:按照?|依照?|依据|根据|在)(?:各自|各|其|自身)?的?(?:法定|工作|部门)?(?:职责|职能|职权|责任|任务|分工)(?:和|及|、)?"
    r"(?:职责|任务|权限|范围|分工)?(?:的?分工|权限|范围)?以?内?$"
)
# Matches: 做好 behind that comma. Does not match: 负责人
_DO_BEHIND = re.compile(rf"(?:分别|共同|各自|具体|依法|统一)?(?:做好|负责(?!{_PERSON}|任|制)|承担|组织实施)")
# The number, title or turn of phrase before a subject. Matches: 第八条 【部门职责】 / 第八条(部门职责) / ⒈.
# Does not match: 第八师
_OPENER = re.compile(
    rf"\s*(?:第[零〇一二三四五六七八九十百千\d]+[条款项章节](?:之[一二三四五六七八九十]+)?\s*|(?<=条)\([\u4e00-\u9fff、]{{2,16}}\)\s*|[(（]?[一二三四五六七八九十\d]+[)）.、]\s*|[{ONE_CHARACTER}]\s*|【[^【】\n]{{1,40}}】\s*|其中|同时|必要时|此外|并|但|但是|依法)*\s*"
)
# A thing that bears 负责 as an attribute. Matches: 特种设备安全监督管理的部门. Does not match: 全国药品监督管理工作
_ATTRIBUTE = re.compile(
    r"[^,。;\n]{0,40}?的(?:行政|主管)*(?:部门|机构|机关|单位|人员|人民政府|企业|同志|领导|人$|人[,。;、])"
)
_UNDER_WHOM = "在[^,。;]{2,30}(?:领导|指导|统筹|组织|协调|监督|部署)下"
# What stands between who does it and the role. Matches: 在省人民政府领导下,; 依照本条例. Does not match: 按照职责分工
_ADVERBIAL = re.compile(rf"(?:{_UNDER_WHOM},?|(?:依照|按照|根据|依据)[^,。;]{{2,24}}|依法|应当)+$")
# Matches: 市水务局在市人民政府领导下 before a comma. Does not match: 在市人民政府领导下的各部门
_UNDER = re.compile(rf"{_UNDER_WHOM}$")
_OWN_NAME = 4  # characters
# What cannot follow a body that is named behind 会同. Matches: 制定. Does not match: 监督管理部门
_ACTION = re.compile(
    r"制定|制订|规定|确定|编制|拟定|拟订|组织(?!部)|审查|审核|审批(?!服务|局)|批准|公布|发布|建立|建设(?!局|厅|部|委|主管|行政|和|兵团)|开展|负责|统一|依法|根据|按照|研究(?!院|所|中心|会)|提出|报|进行|完善|加强|推进|推动|指导|监督(?!管理|检|局|部|机|所)"
    r"|检查(?!院|局|站)|对|做好|实施|落实|会商|调整|协调(?!小组)|共同|及时|定期|应当|可以|划定|设立|支持|处理|(?<!所)在|将|参照|另行|联合|予以|牵头|调查(?!局|中心)|评估|认定|采取|向"
    r"|统筹(?!局|办|委)|督促|督导(?!组|办|室)|考核(?!办|组|委)|培育|引导|出台|印发|起草|安排|发放|受理|办理|核定|核查|核实|验收|抓好|抓紧|持续|深入"
    r"|全面|进一步|积极|探索|打造|(?<!机)构建|健全|强化|优化|扩大|提升|提高|整合|查处|打击|整治(?!办)|搭建|组建|成立|筹建|申报|争取|编写|汇总|梳理"
    r"|通报|集中|具体|全力|形成|明确|细化|逐步|每[年季月]|通过|结合|围绕|负有|要|并|为"
)  # fmt: skip


def read_sentence(folded: str, start: int, end: int) -> list[Duty]:
    """The duties that a sentence of prose assigns to offices; empty where it assigns none."""
    duties: list[Duty] = []
    for a, b in _segments(folded, start, end):
        role = _ROLE.search(folded, a, b)
        if role is None:
            if duties:
                _read_support(duties[-1], folded, a, b)
            continue
        duty = _read_segment(folded, a, b, role)
        if duty is None:
            continue
        previous = duties[-1] if duties else None
        if previous is not None and previous.lead and duty.topic is None and (role["shared"] or role["with"]):
            # X牵头,Y按职责分工负责 is one duty with two roles.
            previous.add("shared" if role["shared"] else "support", duty.bodies, duty.rules[0])
            previous.span = (previous.span[0], b)
        else:
            duties.append(duty)
    return duties


def _segments(folded: str, start: int, end: int) -> list[Span]:
    """The sentence between its stops; 按照各自职责,做好… is one, and so is 在市人民政府领导下,负责…."""
    segments: list[Span] = []
    for a, b in split_top_level(folded, start, end, ",;\n"):
        if segments and folded[a - 1] == "," and _DO_BEHIND.match(folded, a, b):
            before = segments[-1]
            if _BY_DUTIES.search(folded, *before) or _UNDER.search(folded, *before):
                segments[-1] = (before[0], b)
                continue
        segments.append((a, b))
    return segments


def _read_segment(folded: str, start: int, end: int, role: re.Match[str]) -> Duty | None:
    left_start, topic = start, None
    by = last_by(folded, start, role.start())
    if by >= 0:
        topic = trim(folded, _skip_opener(folded, start, by), by)
        if topic is not None and folded[slice(*topic)] in ("具体", "原则上", "一般", "主要", "统一"):
            topic = None
        left_start = by + 1
    else:
        left_start = _skip_opener(folded, start, role.start())
    if role["duty"] and _ATTRIBUTE.match(folded, role.end(), end):
        return None
    left_end = role.start()
    # 市应急管理局:负责组织抢险救援. Who stands before a colon need be no office.
    listed = bool(role["duty"] or role["lead"]) and folded[left_end - 1 : left_end] == ":"
    left_end -= listed
    if role["duty"] and by < 0 and (at := folded.find("对", left_start + 2, left_end)) > 0:
        # 县级以上人民政府对本行政区域的食品安全工作负责; 对人民代表大会负责 is accountability, no duty.
        if not folded[at:left_end].rstrip("全面统一总").endswith("工作"):
            return None
        topic, left_end = (at + 1, left_end), at
    mentions = _offices(folded, left_start, left_end, trusted=listed)
    if not mentions and by < 0 and (said := _ADVERBIAL.search(folded, left_start + 2, left_end)):
        mentions = _offices(folded, left_start, said.start())
    partners: tuple[Mention, ...] = ()
    joint = -1
    if not role["with"] and not mentions:
        joint = folded.find("会同", left_start, left_end)
        if joint >= 0:
            mentions = _offices(folded, left_start, joint)
            partners = _offices(folded, joint + 2, left_end)
    if not mentions:
        return _partners_only(folded, start, end, role)
    duty = Duty((trim(folded, _skip_opener(folded, start, end), end) or (start, end)), has_office=True)
    if role["with"]:
        partners, after = _partners(folded, role.end(), end)
        if not partners:
            return None
        duty.add("lead", mentions, "会同")
        duty.add("support", partners, "会同")
        duty.topic = topic or trim(folded, after, end)
        return duty
    kind: Role = "lead" if role["lead"] else "shared" if role["shared"] else "duty"
    rule = {"lead": "牵头", "shared": "按职责分工", "duty": "负责"}[kind]
    duty.add(kind, mentions, "会同" if joint >= 0 else rule)
    duty.add("support", partners, "会同")
    duty.topic = topic or trim(folded, role.end(), end)
    _support_behind(duty, folded, role.end(), end)
    return duty


def _partners_only(folded: str, start: int, end: int, role: re.Match[str]) -> Duty | None:
    """会同Y at the head of a segment, whose lead was named before it."""
    if not role["with"] or _skip_opener(folded, start, role.end()) != role.start():
        return None
    partners, _ = _partners(folded, role.end(), end)
    if not partners:
        return None
    duty = Duty((start, end))
    duty.add("support", partners, "会同")
    return duty


def _skip_opener(folded: str, start: int, end: int) -> int:
    match = _OPENER.match(folded, start, end)
    return match.end() if match else start


def _offices(folded: str, start: int, end: int, *, trusted: bool = False) -> tuple[Mention, ...]:
    """The bodies of a stretch that is nothing but bodies, at least one of them an office; else none.

    Where the stretch is ``trusted`` to name bodies, none of them need be an office.
    """
    if not 1 < end - start <= 160:
        return ()
    bodies = read_bodies(folded, start, end, trusted=trusted)
    return bodies.mentions if bodies.complete and (trusted or bodies.has_office or bodies.has_tail) else ()


def _partners(folded: str, start: int, end: int) -> tuple[tuple[Mention, ...], int]:
    """Bodies behind 会同, up to the action, and where they end."""
    action = _ACTION.search(folded, start + 2, end)
    while action is not None:
        mentions = _offices(folded, start, action.start())
        if mentions:
            return mentions, action.start()
        if action.start() - start > 120:
            return (), start
        action = _ACTION.search(folded, action.end(), end)
    return _offices(folded, start, end), end


def _read_support(duty: Duty, folded: str, start: int, end: int) -> None:
    """A later segment X配合, or X按职责分工推进, of the same sentence."""
    shares = _SHARES.search(folded, start, end) if duty.lead else None
    word = shares or _SUPPORT.search(folded, start, end)
    if word is None:
        return
    begin = _skip_opener(folded, start, word.start())
    mentions = _offices(folded, begin, word.start())
    if not mentions and duty.lead and not shares:
        # 区融媒体中心配合: beside a lead a unit with its own name need be no office.
        named = _offices(folded, begin, word.start(), trusted=True)
        mentions = named if all(b - a >= _OWN_NAME for a, b in named) else ()
    if mentions:
        if shares and not shares.group().endswith(("配合", "参与")):
            duty.add("shared", mentions, "按职责分工")
        else:
            duty.add("support", mentions, "配合")
        duty.span = (duty.span[0], end)


def _support_behind(duty: Duty, folded: str, start: int, end: int) -> None:
    """X牵头、Y配合 without a stop between them."""
    word = _SUPPORT.search(folded, start, end)
    if (
        word is not None
        and not _ACTION.match(folded, start, end)
        and (mentions := _offices(folded, start, word.start()))
    ):
        duty.add("support", mentions, "配合")
        duty.topic = trim(folded, word.end(), end)
