"""Bodies: which words name one, where one ends, and which names mean the same.

The directory in ``data/bodies.jsonl`` holds fields of government (质监, 教育), their other printed names, an
English gloss, and the field that took one over with the date. A body is always quoted as printed; the
normalised name and the gloss stand beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from corpus.folding import fold
from indexer.facts.units import split_top_level

Mention = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of government, whichever office holds it at a level.

    Attributes:
        name: 质监.
        aliases: Other printed names of the same field (质量技术监督).
        gloss: In English.
        successor: The field that took it over, where one did.
        since: When it was renamed or merged.
    """

    name: str
    aliases: tuple[str, ...]
    gloss: str
    successor: str | None
    since: date | None


# The endings of public offices. Matches: 市质监局. Does not match: 企业是第一责任人
_OFFICE_ENDING = re.compile(
    r"(?:部门|机构|机关|委员会|管委会|政府|领导小组|协调小组|工作小组|专班|指挥部|办公室|办公厅|联席会议|行署|公署|国务院|法院|检察院|工作站|督查室|办事处|管理处|派出所|司法所"
    r"|成员单位|责任单位|直单位|级单位|关单位|事业单位|主管单位|支行|分行|分局|总局|总队|支队|大队|海关|总社|供销社|电视台|工会|工商联|妇联|残联|科协|文联|侨联|团委"
    r"|[厅局委办署部]|管委|(?:市场)?监管所|街道|乡镇|镇街|各地|各[市州盟县区旗乡镇]{1,4}|人行|党委|省委|市委|县委|区委|军委|高新区|开发区|新区|管理区|示范区|港务区)$"
)
# The endings of others who may be named in a note beside offices. Matches: 各检验检测机构. Does not match: 自行
_OTHER_ENDING = re.compile(
    r"(?:单位|企业|公司|集团|学校|院校|高校|大学|学院|医院|协会|学会|商会|联合会|基金会|联盟|银行|中心|院|所|站|校|馆|会|社|队|组|处|科|室|园区|地区|[市县区旗州盟乡镇村])$"
)
# A centre of a level of government. Matches: 省大数据中心 / 市公共资源交易中心. Does not match: 区域中心 / 市级物流中心
_CENTRE = re.compile(r"(?:国家|全国|[省市县区州盟旗])(?![域级内外民])[\u4e00-\u9fff]{2,14}中心$")
# Words that a body's name never holds. Matches: 落实各项措施. Does not match: 区党委组织部
_NO_NAME = re.compile(
    r"(?<!设区)的|[了着]|是第|应当|必须|不得|可以|本人|自己|自行|谁|什么|负责人|责任人|法定代表人|第一责任|同志|情况|工作(?![组站委处办局领部小]|领导)|任务|措施"
    r"|落实(?!办)|实施|加强|完善|推进(?![办组领])|建立|制定|开展|健全|提高|形成|确保|做好|履行|齐抓|各司|各负|其职|其责|问题|如果|按照|根据|依法|以及其|包括|下同|[\d%。!?:\"“”]"
    r"|年底|完成|牵头|负责(?!.*的(?:部门|机构|机关))|主管(?![部单机])|配合|为主|以上(?!地方|各级|人民|[^、]*(?:政府|部门|机构|机关)$)|对|将|把|向(?!阳)|被|引导|规范(?!建)|^[以在由与和]|内部$|^下列|^指定|^经(?![济信贸开发委])|从(?!化|江)|使|让"
)
# Leading groups are named after what they do. Matches: 推进职能转变协调小组办公室. Does not match: 推进各项工作
_COMMITTEE = re.compile(
    r"[\u4e00-\u9fff()]{2,30}?(?:领导小组|协调小组|工作小组|工作组|委员会|指挥部|联席会议|领导机构|工作专班)"
    r"(?:[\u4e00-\u9fff]{0,6}?(?:办公室|成员单位|办|秘书处|专家组))?"
)
# Matches: 成立工作领导小组. Does not match: 推进职能转变协调小组
_NO_COMMITTEE = re.compile(r"[的了着]|是第|^(?:成立|建立|由|对|将|把|按|经|向|各级?成立)|应当|必须|负责|牵头|配合|责任")
# What stands before a name. Matches: the 由 of 由省教育厅牵头. Does not match: 省教育厅
_LEADING = re.compile(
    r"[\s,;、。]*(?:(?:其中|同时|具体|原则上|分别|主要|统一|共同|并|以及|及|和|还)?(?:(?<!自)由|请)|其中|并由|以及|会同|联合|——|—|-)?\s*"
)
# 等 and the class words after it belong to no body. Matches: 质监等部门、单位. Does not match: 高等院校
_TAIL = re.compile(
    r"(?<![高平上中初同])等(?!级|教育|院校|学校)(?:[\d一二两三四五六七八九十]+个)?(?:各?(?:有关|相关|其他|市级|省级|区级|县级|省直|市直|盟直|区直|中省直|驻[^、,;]{1,4}|市有关|省有关|多)){0,2}"
    r"(?:部门|单位|机构|机关|企业|委办局|厅局|部委|委局|成员单位|方面|地区|地)?"
    r"(?:(?:和|及|与|或|/)(?:有关|相关)?(?:部门|单位|机构|企业))?$"
)
# Matches: the 单位 of 商务等部门、单位. Does not match: 各成员单位
_CLASS_WORD = re.compile(r"(?:有关|相关)?(?:部门|单位|机构|企业|委办局)$")
# Matches: the 共同 of 省教育厅、省财政厅共同负责. Does not match: 省教育厅
_ADVERB = re.compile(
    r"(?:[\s,、]|共同|分别|联合|具体|统一|积极|密切|协同|各自|应当?|要|须|全面|直接|主要|(?<!海)分头|依法|同时|一起|协调|做好|予以|给予|加强|各|本|均)+$"
)
# Looks ahead, so that 以及 is tried at its 及 too. Matches: 海洋与渔业. Does not match: 海洋渔业
_JOINER = re.compile("(?=(以及|[和与及或]))")


@cache
def directory() -> Mapping[str, Field]:
    """Every field of government by each of its names."""
    fields: dict[str, Field] = {}
    text = (files("indexer.facts") / "data" / "bodies.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        row = json.loads(line)
        since = date.fromisoformat(row["since"]) if row["since"] else None
        field = Field(row["domain"], tuple(row["aliases"]), row["gloss"], row["successor"], since)
        for name in (field.name, *field.aliases):
            fields.setdefault(name, field)
    return fields


@lru_cache(maxsize=4096)  # a document names the same few bodies over and over
def is_office(name: str) -> bool:
    """Whether a folded name ends as a public office does and holds no words that a name cannot hold."""
    if not 1 < len(name) <= 40:
        return False
    if _COMMITTEE.fullmatch(name) and not _NO_COMMITTEE.search(name):
        return True
    bare = _without_brackets(name)
    return bool(_OFFICE_ENDING.search(bare) or _CENTRE.match(bare)) and not _NO_NAME.search(name)


@lru_cache(maxsize=4096)
def is_plain_name(name: str) -> bool:
    """Whether a folded name may stand in a list of bodies: a field printed without its tail, or another unit."""
    bare = _without_brackets(name)
    if not 1 < len(name) <= 30 or _NO_NAME.search(name):
        return False
    return bare in directory() or bool(_OFFICE_ENDING.search(bare) or _OTHER_ENDING.search(bare))


_OPENING = frozenset("(〈<[【〔")
# Matches: the (管委会) of 各旗(区)政府(管委会). Does not match: 市水利局
_BRACKETED = re.compile(r"[(〈<\[【〔][^()〈〉<>\[\]【】〔〕]*[)〉>\]】〕]")


def _without_brackets(name: str) -> str:
    return name if _OPENING.isdisjoint(name) else _BRACKETED.sub("", name).strip()


class BodyList(NamedTuple):
    """Bodies read from a stretch of text.

    Attributes:
        mentions: Their spans, in order.
        has_tail: Whether 等部门 or the like closed the list.
        has_office: Whether one of them surely names an office.
        complete: Whether every item of the stretch was read as a body.
    """

    mentions: tuple[Mention, ...] = ()
    has_tail: bool = False
    has_office: bool = False
    complete: bool = False


def read_bodies(folded: str, start: int, end: int, *, trusted: bool = False) -> BodyList:
    """The bodies listed in ``folded[start:end]``.

    Bare fields (教育、公安) count where 等部门 closes the list, or where they are in the directory; other words
    count beside a body only. What is no body is left out.

    Args:
        folded: The folded text.
        start: Where the stretch begins.
        end: Where it ends.
        trusted: Whether the note around it names an office elsewhere, so that other names may be bodies too.

    Returns:
        Spans into ``folded``; the words are the printed ones less 等部门, joiners and adverbs.
    """
    items: list[tuple[int, int, str, bool]] = []
    tail = False
    offices = 0
    for piece_start, piece_end in split_top_level(folded, start, end, "、,;/\n\t "):
        if piece_start == piece_end:
            continue
        before = folded[piece_start - 1] if piece_start else ""
        read = _read_item if piece_end - piece_start <= _LONGEST_ITEM else _read_item.__wrapped__
        names, length, is_class_word, has_tail = read(
            folded[piece_start:piece_end], before if before in _TELLING else ""
        )
        # 有关部门、单位; 等部门、单位: the second word names nobody by itself.
        if is_class_word and (tail or (items and length <= 2)):
            continue
        tail = tail or has_tail
        for a, b, name, names_office in names:
            items.append((piece_start + a, piece_start + b, name, names_office))
            offices += names_office
    if offices == len(items):
        return BodyList(tuple([(a, b) for a, b, _, _ in items]), tail, bool(items), bool(items))
    office = offices > 0
    known = trusted or office or tail or all(_without_brackets(item[2]) in directory() for item in items)
    kept = []
    for a, b, name, names_office in items:
        # 红网 in 省广播电视局、湖南日报社、红网: a name without an ending counts among offices.
        if names_office or (
            known
            and (
                is_plain_name(name)
                or (
                    (tail or (office and len(name) <= 6 and "、" in (folded[a - 1 : a], folded[b : b + 1])))
                    and 1 < len(name) <= 12
                    and not _NO_NAME.search(name)
                )
            )
        ):
            kept.append((a, b))
    return BodyList(tuple(kept), tail, office, bool(items) and len(kept) == len(items))


# What a name is called from there on. Matches: (以下统称推广部门). Does not match: (管委会)
_DEFINED = re.compile(r"\((?:以下|下称|统称|简称)[^()]*\)$")
# Characters; what is longer comes once, and is not worth keeping.
_LONGEST_ITEM = 60
# Characters that the words behind them are read by: 自 before 由, 高 before 等.
_TELLING = "自高平上中初同海"


class _Item(NamedTuple):
    """What stands between two stops of a list of bodies.

    Attributes:
        names: Start, end and words of what may be bodies' names, in order, and whether they surely name an office.
        length: In characters, without the words before and behind it.
        is_class_word: Whether it is 部门 or the like.
        has_tail: Whether 等部门 or the like stands in it.
    """

    names: tuple[tuple[int, int, str, bool], ...]
    length: int
    is_class_word: bool
    has_tail: bool


@lru_cache(maxsize=4096)  # the lists of a document name the same bodies over and over
def _read_item(piece: str, before: str) -> _Item:
    """The names in one piece of a list; ``before`` is the character in front of it, where that tells anything."""
    folded, end = before + piece, len(before) + len(piece)
    lead = _LEADING.match(folded, len(before))
    start = lead.end() if lead else len(before)
    marks = " \u3000*★☆▲#" if "<" in piece or "〈" in piece else " \u3000*★☆▲#>〉"
    while end > start and folded[end - 1] in marks:
        end -= 1
    if folded.endswith(")", start, end) and (defined := _DEFINED.search(folded, start, end)):
        end = defined.start()
    names, tail = [], False
    for item_start, item_end in _split_joined(folded, start, end):
        cut, found = _strip_tail(folded, item_start, item_end)
        tail = tail or found
        cut = _strip_adverbs(folded, item_start, cut)
        if cut > item_start:
            name = folded[item_start:cut]
            names.append((item_start - len(before), cut - len(before), name, is_office(name)))
    return _Item(tuple(names), end - start, bool(_CLASS_WORD.fullmatch(folded, start, end)), tail)


def _strip_tail(folded: str, start: int, end: int) -> tuple[int, bool]:
    if "等" not in folded[start:end]:
        return end, False
    match = _TAIL.search(folded, start, end)
    return (match.start(), True) if match else (end, False)


def _strip_adverbs(folded: str, start: int, end: int) -> int:
    match = _ADVERB.search(folded, start, end)
    return match.start() if match and match.start() > start else end


def _split_joined(folded: str, start: int, end: int) -> list[Mention]:
    """An item cut at 和, 与, 及 where both sides are bodies; 海洋与渔业 and 发展和改革委 stay whole."""
    parts, at = [], start
    while True:
        cut = _joint(folded, at, end)
        if cut is None:
            parts.append((at, end))
            return parts
        parts.append((at, cut[0]))
        at = cut[1]


def _joint(folded: str, start: int, end: int) -> Mention | None:
    for joiner in _JOINER.finditer(folded, start + 2, end):
        position, after = joiner.span(1)
        if position >= end - 1:
            break
        left, right = folded[start:position], folded[after:end]
        plain_right = right[: _strip_tail(right, 0, len(right))[0]]
        if plain_right in ("政府", "人民政府") or (plain_right in ("部门", "单位", "机构") and "等" in left):
            continue  # 各县党委和政府
        whole = folded[start:end]
        whole = whole[: _strip_tail(whole, 0, len(whole))[0]]
        if whole in directory():
            continue
        if is_office(left) or (left in directory() and plain_right in directory()):
            return position, after
        if left.endswith("等") or (is_plain_name(left) and is_office(plain_right) and left not in directory()):
            return position, after
    return None


# Matches: the 盟 of 盟市场监管局. Does not match: 人民银行
_LEVEL = re.compile(
    r"(?:(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|自治州|市|县|区|旗|盟|州))+|国家|省|市|县|区|旗|盟|州|自治区|自治州|国务院|全国|各[省市县区旗盟州]?|中央)?"
)
# Matches: the 主管部门 of 教育主管部门. Does not match: 教育
_NOUN = re.compile(
    r"(?:(?:行政)?(?:主管|管理|监督管理)?部门|行政管理机关|主管机构|主管单位|管理委员会|监督管理委员会|工作委员会|委员会|管理局|总局|分局|办公室|办公厅|工作办|工作部|发展中心|[厅局委办署部处会院社])$"
)
_NOUN_GLOSS = {
    "厅": "department", "局": "bureau", "委": "commission", "委员会": "commission", "部": "department", "办": "office",
    "办公室": "office", "分局": "branch bureau", "总局": "administration", "管理局": "administration",
}  # fmt: skip
_FIXED_GLOSS = (
    (
        re.compile(r"各?(?:有关|相关)(?:市级|省级|县级)?(?:部门|单位)|相关(?:市级|省级)部门|.*直相关部门"),
        "relevant departments",
    ),
    (re.compile(r"各成员单位"), "the member units"),
    (re.compile(r".*领导(?:小组|机构)其他成员单位"), "the other members of the leading group"),
    (re.compile(r".*领导(?:小组|机构)各?成员单位"), "the members of the leading group"),
    (re.compile(r".*质量工作领导(?:小组|机构)"), "the leading group for quality work"),
    (re.compile(r".*领导(?:小组|机构)"), "the leading group"),
    (re.compile(r"各行署"), "the prefectural administrative offices"),
    (re.compile(r"各.*政府.*"), "the local governments"),
    (re.compile(r".+(?:开发区|新区|园区)管委会"), "the development zone administration"),
    (re.compile(r".+政府"), "the people's government"),
    (re.compile(r"各?(?:相关)?检验检测机构"), "inspection and testing institutions"),
)


def find_field(name: str) -> Field | None:
    """The field of government that a printed body name stands for, or ``None``."""
    bare = _without_brackets(fold(name)).strip()
    fields = directory()
    candidates = [bare]
    level = _LEVEL.match(bare)
    prefixes = {
        0,
        level.end() if level else 0,
        1 if bare[:1] in "省市县区旗盟州各" else 0,
        2 if bare[:2] in ("国家", "全国") else 0,
    }
    for prefix in sorted(prefixes):
        rest = bare[prefix:]
        candidates.append(rest)
        noun = _NOUN.search(rest)
        if noun and noun.start() > 0:
            candidates.append(rest[: noun.start()])
        if rest[-1:] in "厅局委办署部会院":
            candidates.append(rest[:-1])
    known = [c for c in candidates if c in fields]
    if known:
        return fields[max(known, key=len)]
    # 温州检验检疫局, 拉萨海关: a place of any length stands before the field.
    for rest in sorted(set(candidates), key=len):
        for cut in range(1, min(len(rest) - 1, 8)):
            if rest[cut:] in fields and len(rest[cut:]) >= 2:
                return fields[rest[cut:]]
    return None


def normalise_body(name: str) -> str:
    """One name for a body however it is printed in a document: 盟市场监管局, 市场监管局 -> 市场监管部门.

    A name that the directory does not know comes back folded, as it stands.
    """
    field = find_field(name)
    if field is None:
        return fold(name).strip()
    return (
        f"{field.name}部门" if not field.name.endswith(("委", "会", "院", "联", "协", "团", "关", "办")) else field.name
    )


def gloss_body(name: str) -> str | None:
    """A body in English (质监部门 -> ``quality and technical supervision``), or ``None`` where nothing is known."""
    folded = fold(name).strip()
    field = find_field(folded)
    if field is not None:
        noun = _NOUN.search(_without_brackets(folded))
        suffix = _NOUN_GLOSS.get(noun.group(), "") if noun else ""
        return f"{field.gloss} {suffix}".strip() if suffix and "(" not in field.gloss else field.gloss
    for pattern, gloss in _FIXED_GLOSS:
        if pattern.fullmatch(folded):
            return gloss
    return None
