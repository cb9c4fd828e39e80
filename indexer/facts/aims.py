"""Which numbers are aims, and how a number is meant: at least, at most, about, more, less."""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.facts.quantities import Quantity

# What no aim can do without, neither a number nor a term; most clauses have none of it.
# Matches: 建成五个 / 到2020年 / 翻一番. Does not match: (一)加强监管 / 第二章
MAY_AIM = re.compile(r"[\d年月季五番分一二两三四六七八九十](?:(?<=[\d年月季五番])|(?<=分)之|(?<!分)(?![)的条章是]))")
# The verb between an indicator and its level. Matches: 稳定在. Does not match: 稳步提升
LEVEL = re.compile(
    r"(?:均|都|分别|基本|总体|平均|全部|力争|争取|确保|累计|总数|总量|总额|合计|共计|共|总|规模|年均|每年|增速|数量)*"
    r"(?:(?:提高|提升|增长|增加|扩大|上升|发展|降低|下降|减少|压减|压缩|缩短|缩减|缩小|削减|恢复|调整|延长|拓展|达|升|降|增|减|缩|扩)(?:到|至)|达到|达|稳定在|稳定到|保持在|保持|维持在|控制在|控制到|限制在|处在|位于|在|为|是|有|占|超过|突破|实现|完成|高于|低于|大于|小于|多于|少于|不低于|不少于|不小于|不高于|不超过|不大于|不多于|至少|最低|最高|不足|接近|近|约|大约|超|:|=|≥|≤|>|<|高达|建成|增速|增幅|合计|共)*$"
)
# Every character of its words: no match begins before the last other one.
_IN_LEVEL = "\n" + "".join(re.findall(r"[^()?:*|$]", LEVEL.pattern)) + ":"
# How it ends: a line's end too, as a pattern's end stands before it.
_LAST_OF_LEVEL = frozenset("\n均都别本体部争取保计数量额共总模年速到至达在持于为是有占过破现成少低高足近约超:=≥≤><幅")
_NOTHING = re.compile("")
# Matches: 不低于. Does not match: 低于
_AT_LEAST = re.compile(r"(?:不低于|不少于|不小于|至少|最低|≥)\s*(?:达到?|为)?$")
# Matches: 控制在. Does not match: 超过
_AT_MOST = re.compile(
    r"(?:不高于|不超过|不大于|不多于|最多|最高不超过|≤|(?:控制|限制|压缩|缩短|压减|降低|下降|减少|降)(?:在|到|至))\s*$"
)
# Matches: 超过. Does not match: 不超过
_ABOVE = re.compile(r"(?:(?<!不)超过|(?<!不)高于|(?<!不)大于|(?<!不)多于|突破|(?<!不)超|>)\s*$")
# Matches: 低于. Does not match: 不低于
_BELOW = re.compile(r"(?:(?<!不)低于|(?<!不)小于|(?<!不)少于|不足|<)\s*$")
# Matches: 约. Does not match: 节约
_ABOUT = re.compile(r"(?:大约|(?<![节集条合])约|接近|(?<![最附])近)\s*$")
# How the words of the five end.
_ENDS_BOUND = frozenset("于少低≥达到为过多≤在至破超>足<约近")
# Matches: 平均提升. Does not match: 提高到
_RISES = re.compile(
    r"(?:提高|提升|增长|增加|扩大|上升|新增|增|递增|增幅|增速|多增|回升)(?:了|约|近|幅度|超过|不低于|不少于|至少|(?:幅度|增幅)?(?:达|达到|为|在))?\s*$"
)
# Matches: 下降. Does not match: 下降到
_FALLS = re.compile(
    r"(?:下降|降低|减少|削减|压减|压缩|缩减|缩短|缩小|下浮|节约|减|降|压降|递减)(?:了|约|近|幅度|超过|不低于|不少于|至少|幅度?(?:达|达到|为|在))?\s*$"
)
_LONGEST_CHANGE = 6  # characters of what the two match, less the blanks behind it: 增长不低于
# Matches: 提高到. Does not match: 提高
_TO = re.compile(r"(?:到|至|在)\s*$")
# Words behind a number that make it a condition. Matches: 500元以上的企业 / 30人(含)以下的企业 /
# 6亩以下(不含6亩)的用地. Does not match: 95%以上的目标
_CONDITION = re.compile(
    r"\s*(?:\([^()]{0,6}含[^()]{0,6}\))?(?:及?以[上下内]|之内)?(?:\([^()]{0,6}含[^()]{0,6}\))?的(?!目标|水平|要求|比例|速度|增长|增速|幅度|任务|[^,。;]{0,20}(?:达到?|完成|实现|通过|建成|建立|纳入|开展|接受|采用|使用|获得|取得))"
)
# A sum that sorts firms or projects. Matches: 2000万元以上的企业. Does not match: 投资2000万元以上
_SORTING_SUM = re.compile(r"\s*及?以[上下内]的?(?:工业|服务业|重点|建设)?(?:企业|项目|单位|工程|个人|部分|合同|采购)")
# What tells of things as they are, of punishment, or of points given and taken.
# Matches: 目前已有20家 / 每少一次扣2分 / (不含6亩). Does not match: 新增20家
NO_AIM = re.compile(
    r"不含\d|目前|一式|现有|已有|已建成|已经|已达|已超|已累计|已突破|已实现|已完成|级(?:及?以上)?(?:应急)?响应|截至(?!到?\d{4}年(?:底|末))|原有|曾|罚款|罚金|处以|有期徒刑|拘役|拘留|没收|滞纳|处罚|巩固老|共\d+[章条]|不满|未满|周岁|年满|每逾|第[一二三四五六七八九十]|扣\d|[加减计记]\d+(?:\.\d+)?分(?!钟)"
)
# A rate by which something is paid: what stands before it, and behind it.
# Matches: 按 of 按4%交纳. Does not match: 缴纳率达到95%
_PAID_BY = re.compile(r"(?:按照?|依照|依|以)[^,。;]{0,20}$")
_PAYMENT = re.compile(
    r"的?(?:比例|税率|费率|征收率|标准|幅度)?(?:减半)?(?:交纳|缴|预?征收|计征|预征|收取|计收|加收|计提|提取|扣除|扣缴|计算|计入|折算)"
)
# What makes a sum an aim or a promise. Matches: 奖励50万元. Does not match: 注册资本50万元的
_MONEY_AIM = re.compile(
    r"奖励|补助|补贴|资助|奖补|投资|投入|安排|支持|收入|产值|销售|资金|经费|营业额|交易额|规模|增加值|总额|消费|贷款|融资|税|达|实现|完成|新增|突破|进出口|出口|利用外资"
)
# What is done with what is counted. Matches: 培育名牌产品. Does not match: 名牌产品
AIM_VERB = re.compile(
    r"(?:新建|改建|扩建|改扩建|建成|建立|建设|培育|培养|创建|创办|打造|新增|增加|增设|新设|完成|实现|达到?|突破|引进|引育|推出|形成|获得|取得|争创|申报|评选|评定|认定|推荐|制定|制订|制修订|修订|编制|发布"
    r"|淘汰|关停|关闭|整治|治理|改造|提升|提高|推广|组织|举办|开展|实施|推进|抓好|办好|建好|选择|选树|遴选|选派|选拔|确定|扶持|支持|帮扶|培训|轮训|安排|落实|解决|减少|压减|降低|下降|查处|检查|抽查|抽检|监测|种植|造林|绿化|修复|安置|脱贫|发展|设立|配备|配置|购置|更新|更换|覆盖|有|不少于|不低于|至少|争取|力争|确保|保障|拥有|集聚|入驻|招引|签约|落地|开工|竣工|投产|投用|开通|延长|压缩|缩短|控制|限制|创成|入选|孵化|转化|启动|布局|储备|策划|开发|生产|销售|再|各|用)"
)
# The same, for Chinese numerals, which count in prose too. Matches: 新建三个. Does not match: 围绕三个
_STRONG_VERB = re.compile(
    r"(?:新建|改建|扩建|改扩建|建成|建立|建设|培育|培养|创建|打造|新增|增加|增设|完成|实现|达到?|突破|引进|推出|形成|获得|取得|争创|申报|评选|认定|推荐|制定|制订|制修订|修订|淘汰|关停|改造|选择|选树|遴选|举办|争取有|力争有|确保有|配备|设立|不少于|不低于|至少|超过|每[年季月]安排|翻)[^,。;]{0,30}$"
)
# What makes a length of time an aim. Matches: 压缩至5个工作日. Does not match: 自受理之日起20个工作日
_TIME_AIM = re.compile(
    r"压缩|缩短|控制|不超过|不少于|不低于|延长|提速|减少|达到|以内|保持|培训|提前|降(?![雨水温])|提高|增加|预期寿命"
)
# A norm of a statute: a bound of the law and no aim. Matches: 不得超过三人. Does not match: 达到95%以上
_NORM = re.compile(r"不得|应当|可以|税率|股份|股东|资本|表决|所得|比例的|名额|按照?|提取|不足|期限|手续|以上的|的$")
# Matches: the 以上 of 95%以上. Does not match: 95%的
_BOUND = re.compile(r"\s*及?以[上下内]")
# Matches: 新增就业岗位. Does not match: 新增就业岗位,达到
_NEW = re.compile(r"新增[^,;。]{0,20}$")
# Matches: the verb of 合格率达到. Does not match: 合格率
_AIM_IN_ARTICLE = re.compile("达到|提高到|降低到|新增|建成|完成|实现")
# Matches: 满意度达到. Does not match: 人数达到
_BARE_LEVEL = re.compile(
    r"(?:度|数|率|值|分|指数|系数)(?:均|分别|总体)*(?:达到?|提高到|稳定在|保持在|为|不低于|控制在|超过)+\s*$"
)
# Matches: 年度内 behind a number. Does not match: ,内
_WITHIN = re.compile(r"[^,;。]{0,8}(?:内|中|里)")
_DURATIONS = ("年", "天", "小时", "个小时", "分钟", "个月", "个工作日", "工作日", "月", "期", "节", "岁", "周岁")


@lru_cache(maxsize=16)  # a number's left side is read in turn by all that judge it
def find_level(left: str) -> re.Match[str] | None:
    """The verb between an indicator and its level, at the end of ``left``; empty where none stands there."""
    if left[-1:] not in _LAST_OF_LEVEL:
        return _NOTHING.search(left, len(left))
    return LEVEL.search(left, len(left.rstrip(_IN_LEVEL)))


def is_aim(masked: str, quantity: Quantity, start: int, end: int, next_start: int, *, in_article: bool) -> bool:
    """Whether a number is one that the text sets as an aim.

    Args:
        masked: The folded clause, quoted names blanked.
        quantity: The number.
        start: Where its phrase begins.
        end: Where its phrase ends.
        next_start: Where the next number begins.
        in_article: Whether the clause is an article of a statute; those bound and forbid more than they aim.
    """
    a, b = quantity.span
    left, right, segment, unit = masked[start:a], masked[b:end], masked[start:end], quantity.unit
    if in_article and (_NORM.search(segment) or not _AIM_IN_ARTICLE.search(left)):
        return False
    if NO_AIM.search(segment) or (unit == "类" and masked[a - 1 : a] in ("老", "新")):
        return False
    relative = unit in ("%", "‰", "个百分点", "百分点", "倍")
    if relative and _PAYMENT.match(masked, b) and _PAID_BY.search(left):
        return False
    if not relative and _CONDITION.match(masked, b):
        return False
    verb = find_level(left)
    level = bool(verb and verb.group())
    bounded = _BOUND.match(right) is not None
    if not unit:
        # 服务质量满意度达到75以上: a bare number is an aim only at a stated level.
        return level and (quantity.chinese or bounded or bool(_BARE_LEVEL.search(left)))
    if unit in _DURATIONS:
        return bool(_TIME_AIM.search(left) or (_TIME_AIM.search(right[:4]) and _TIME_AIM.search(segment)))
    if next_start < end and _WITHIN.match(right):
        return False
    if quantity.chinese and unit not in ("%", "‰"):
        if quantity.value == 1 and quantity.upper is None and not bounded:
            return False
        return bool(_STRONG_VERB.search(left))
    if unit.endswith("元"):
        if _SORTING_SUM.match(masked, b) or masked.startswith("级", b):
            return False
        return bool(_MONEY_AIM.search(segment)) or level
    return (
        relative
        or level
        or bounded
        or bool(AIM_VERB.search(left))
        or not right.strip("、和及与 \r")
        or not left.strip("、和及与 ")
    )


def ends_with_verb(words: str) -> bool:
    """Whether words end with the verb of what is counted: 新建, 完成."""
    match = AIM_VERB.search(words[-4:])
    return match is not None and words.endswith(match.group())


def comparator_of(left: str, word: str | None, quantity: Quantity) -> str:
    """≥, >, ≤, <, =, 增加, 减少, 倍 or 约."""
    near = max(0, len(left.rstrip()) - _LONGEST_CHANGE)
    rises, falls = _RISES.search(left, near), _FALLS.search(left, near)
    if quantity.unit == "倍" and not rises and not falls:
        return "倍"
    if rises and not _TO.search(left, near) and not (word and "新增" in left):
        return "增加"
    if falls and not _TO.search(left, near):
        return "减少"
    if word in ("左右", "上下"):
        return "约"
    if word and "以上" in word:
        return "≥"
    if word and word not in ("左右", "上下"):
        return "≤"
    if left.rstrip()[-1:] in _ENDS_BOUND:
        for pattern, sign in ((_AT_LEAST, "≥"), (_AT_MOST, "≤"), (_ABOVE, ">"), (_BELOW, "<"), (_ABOUT, "约")):
            if pattern.search(left):
                return sign
    if quantity.rough:
        return "约"
    return "增加" if _NEW.search(left) else "="
