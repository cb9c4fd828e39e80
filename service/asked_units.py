"""The unit that a question wants its number in."""

from __future__ import annotations

import re

from service.numbers import ANY_UNIT

# The unit that a number is asked in. Matches: 多少户农村危房, 几家企业. Does not match: 多少比例.
_ASKED_UNIT = re.compile(
    r"(?:多少|几)(?:万|亿)?(个月|个|家|项|张|件|户|名|所|条|种|类|处|座|人次|人|批|公里|公顷|平方米|平方公里|亩|元|倍|台|辆|吨|场|期|部|套|份|例|起|岁|天|年|次|度)"
)
# People, whom texts do not count by 个. Matches: 几个委员, 多少个人. Does not match: 几个人工湖, 几个人才公寓.
_ASKED_PEOPLE = re.compile(
    r"(?:多少|几)个(?:人(?![才工口民大物行])|"
    r"[\u4e00-\u9fff]{0,5}?(?:人|成员|委员|专家|教师|医生|代表)(?=$|[?。,!组]))"
)
# Matches: 志愿者, 教师. Does not match: 业主委员会.
_PERSON_NOUN = re.compile(r"[员人者师生民]$")
# Matches: 多大年纪, 年龄要求是多少, how old. Does not match: 多大面积.
_ASKED_AGE = re.compile(r"多大(?:年[纪龄]|岁数)|年[纪龄](?:要求)?(?:是|要|为)?多[大少]|\bhow old\b|\bwhat age\b")
# Matches: how many people, number of beds. Does not match: how many percentage points, document number.
_HOW_MANY = re.compile(r"\b(?:how many|number of) (?!per ?cent|percentage|points|times)")
# Matches: 奖多少钱, 拿多少奖励, 奖多少万, how much does it award. Does not match: 多少资金 (perhaps a share), 多少万辆.
_ASKED_MONEY = re.compile(
    r"\bhow much (?:does|do|did|will|would|can|must|may|is|are) "
    r"[^?]{1,60}?\b(?:award|reward|pay|paid|subsidi|grant|receive|fined?|cost|given?)|"
    r"多少(?:钱|奖励|奖金|补贴|补助)(?!资金|的?比例)|[奖补罚]多少万?(?=[?,。]|$)|"
    r"\bhow much (?:money|cash)\b|\bhow many (?:\w+ )?yuan\b"
)


def find_asked_unit(folded: str) -> str | None:
    """The unit in which a folded question wants its number, ``ANY_UNIT`` for "how many"; ``None`` where none."""
    if _ASKED_MONEY.search(folded):
        return "元"
    if _ASKED_PEOPLE.search(folded):
        return "人"
    if _ASKED_AGE.search(folded):
        return "岁"
    unit = _ASKED_UNIT.search(folded)
    if unit is None and _HOW_MANY.search(folded):
        return ANY_UNIT
    return unit[1] if unit else None


def is_of_members(folded: str, name: str) -> bool:
    """Whether a folded question asks how many people there are in what the name before it is of: 业主委员会要几个人."""
    return bool(_ASKED_PEOPLE.search(folded)) and not _PERSON_NOUN.search(name)
