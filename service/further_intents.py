"""What a question asks for besides its first matter: how many and who leads, who leads and by when.

Patterns run over the folded question. Each line names a question that it matches and one that it must not.
"""

from __future__ import annotations

import re

from service.intents import DUTY_INTENTS, RECIPIENT, WHO, Intent

# Several things asked at once: each pattern is the asking alone, so that a word of the topic is no second question.
# Matches: 由谁牵头 / 牵头单位是谁 / 哪个部门负责. Does not match: 配合牵头单位.
_LEAD_ASKED = re.compile(
    rf"{WHO}(?:来|去)?(?:牵头|主抓|主办|主管|打头|领头|带头|挑头|负责|管|抓|搞)|"
    rf"(?:牵头|主办|主管|负责|责任)的?(?:单位|部门|机构)?(?:是|有|为)?(?:{WHO}|谁)"
)
# Matches: 谁来配合 / 配合单位有哪些. Does not match: 配合度.
_SUPPORT_ASKED = re.compile(
    rf"(?:有)?{WHO}(?:来|去)?(?:配合|协助|协同|参与|帮忙)|(?:配合|协助|参与|协办)的?(?:单位|部门|机构)?(?:是|有|包括)(?:{WHO}|谁|哪些)"
)
# Matches: 什么时候完成 / 几号前报. Does not match: 完成时限内.
_TIME_ASKED = re.compile(
    r"什么时候|什么时间|何时|几时|啥时候|哪一?年|哪个月|哪一?天|几号|几月|多久|多长时间|(?:多少|几)(?:天|日|个?工作日|个月|年)(?:之?内|以内)|"
    r"(?:期限|时限|截止|最晚|最迟)[^,。?]{0,4}(?:什么|哪|几|多)"
)
# Matches: 多少张床位 / 几个百分点 / 百分之几. Does not match: 几个地方.
_NUMBER_ASKED = re.compile(
    r"多少(?!年|天|日|个月|个工作日)|(?<![哪茶第无这那])几(?:个(?!地|部门|单位|月|工作日|省|市|县)|家|项|张|件|户|成|名|所|条|处|座|批|倍|辆|吨|亩|万)|百分之几|多大比例|多高"
)
# Matches: 有哪些措施 / 要做什么. Does not match: 有哪些部门.
_CONTENT_ASKED = re.compile(
    r"哪些(?:重点|主要|具体)?(?:措施|任务|工作|内容|要求|办法|目标|指标|条件|工程|行动|活动|政策|职责)|什么(?:措施|任务|办法|要求|工作|内容|处罚|条件)|(?:做|干)(?:什么|啥)|(?:怎么|如何)(?:做|推进|开展|落实|实施|处罚)"
)
_MORE_ZH: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    ("responsibility_lead", _LEAD_ASKED),
    ("responsibility_support", _SUPPORT_ASKED),
    ("numeric_target", _NUMBER_ASKED),
    ("deadline", _TIME_ASKED),
    ("list", _CONTENT_ASKED),
)
_MORE_EN: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    # Matches: , and who leads it / which bureau is in charge. Does not match: people who lead.
    (
        "responsibility_lead",
        re.compile(
            r"(?:^|[,;?] ?|\band |\bbut )(?:by )?"
            r"(?:who|(?:which|what) (?:\w+ ){0,2}?(?:department|bureau|agency|body|office|authority|unit))\b"
            r"(?! (?:support|assist|help|cooperat))"
        ),
    ),
    # Matches: which bodies support it / who assists. Does not match: support measures.
    (
        "responsibility_support",
        re.compile(
            r"\b(?:who|which \w+|what \w+)(?: \w+){0,2}? (?:support|assist|help|cooperat|participat|back)|"
            r"\bsupported by (?:whom|which)"
        ),
    ),
    # Matches: how many beds / what share. Does not match: how it is done.
    (
        "numeric_target",
        re.compile(r"\bhow (?:many|much)\b|\bwhat (?:\w+ ){0,2}?(?:share|percentage|proportion|rate|number|amount)\b"),
    ),
    # Matches: by when / , and when / deadline / how often. Does not match: when cleaning tanks.
    (
        "deadline",
        re.compile(
            r"\b(?:by|until) when\b|\b(?:by|in) (?:what|which) (?:date|year|month|time)\b|\bdeadline|"
            r"\bhow (?:soon|often|frequently)\b|"
            r"(?:^|[,;?] ?|\band )when (?:is|are|must|should|will|was|were|does|do|did)\b"
        ),
    ),
    # Matches: and what measures. Does not match: what rate.
    (
        "list",
        re.compile(
            r"(?:[,;?] ?|\band )(?:what|which) (?:\w+ )?(?:measures|steps|tasks|actions|requirements|conditions)\b"
        ),
    ),
)
_SEVERAL = frozenset({*DUTY_INTENTS, "numeric_target", "deadline", "list", "fact"})


def find_more_asked(folded: str, intent: Intent, *, english: bool) -> tuple[Intent, ...]:
    """What a folded question asks for besides its intent: the number, the lead, the supporters, the time.

    Args:
        folded: The question.
        intent: What ``find_intent`` found.
        english: Whether it is in English.

    Returns:
        In the order of the question; none for most questions, and for those about places, meanings or documents.
    """
    if intent not in _SEVERAL:
        return ()
    table = _MORE_EN if english else _MORE_ZH
    places = {asked: match.start() for asked, pattern in table if (match := pattern.search(folded))}
    if intent == "responsibility":
        places.pop("responsibility_lead", None)
    if intent in ("list", "fact"):
        places.pop("list", None)
    if intent == "fact" and RECIPIENT.search(folded):
        places.pop("responsibility_lead", None)
    places.pop(intent, None)
    if not (intent in DUTY_INTENTS or intent in ("numeric_target", "deadline")) and not DUTY_INTENTS & places.keys():
        return ()  # 有哪些 and 多少 in one question are one thing
    if intent in ("numeric_target", "deadline"):
        places.pop("list", None)
    return tuple(sorted(places, key=lambda asked: places[asked]))
