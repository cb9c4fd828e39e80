"""Numbers with their units, as policy texts print them: 95%, 2至3家, 5万公顷, 百分之九十, 0.42起/万台, 翻一番."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from corpus.model import Span

_CHINESE_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_CN = "零〇一二两三四五六七八九十百千"
_UNIT_WORDS = (
    " % ‰ 个百分点 百分点 人次 人年 人 名 位 户次 户 家次 家 个工作日 工作日 个小时 小时 分钟 个月 天 年 学时"
    " 课时 平方公里 平方千米 平方米 立方米 公里 千米 海里 米 公顷 亩次 亩 吨标准煤 吨标煤 吨 公斤 斤 千克 克 升"
    " 亿元 万元 美元 欧元 港元 元 千瓦时 千瓦 兆瓦 吉瓦 度 微克/立方米 毫克/立方米 毫克/升 微克 毫克 个 项 件"
    " 张 辆 台 套 所 座 处 条 批次 批 篇 场次 场 期 部 本 门 种 类 款 只 头 匹 羽 株 棵 片 间 栋 幢 起 宗 例"
    " 床 支 枚 盏 口 眼 艘 架 班次 班 列 份 卷 册 次 倍 成 分 级 对 组 标准箱 车次 课 节 层 家庭 村 岁 m km kg"
    " mw kw gw kwh db ℃"
)
# Longest first, so that 个百分点 is not read as 个.
_UNITS = "|".join(sorted(map(re.escape, _UNIT_WORDS.split()), key=len, reverse=True))
_OF_MANY = "/10万"
_PER = (
    r"(?:/(?:[万亿百千]?(?:台|人|吨|户|元|公里|平方米|立方米|辆|起|次|年|公顷|亩"
    r"|平方公里|天|小时|升|张|百万吨|件|个)|10万))?"
)
# What follows a number without a unit that counts nothing: 2014-, 3·15, 12:30.
_NO_COUNT_BEFORE = frozenset("年月日号时·./:-—〕]")
# What makes another word of the units below: 5年度, 2级前.
_NO_UNIT_BEFORE = frozenset("度级前后底末初")
_DOUBTFUL_UNITS = frozenset(("年", "级", "分", "节", "课", "度", "期", "次", "m", "类"))
_LONGEST_NUMERAL = 15  # characters; past that it is an identifier
_NUMERAL = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
# What may not stand before it is looked for behind its first digit, so that a search steps from digit to digit.
# A blank that a scan left behind the point belongs to it: the 1. 5 of 增长1. 5%, but not the 1. 5 of a line's start.
_FIRST_NUMERAL = (
    r"\d(?<![\d.a-z·第〔\[《./×+№]\d)"
    r"(?:(?:(?<=[\u4e00-\u9fff]\d)|(?<=[\u4e00-\u9fff] \d))\d{0,2}\. \d{1,2}(?=\s?[%‰万亿])"
    r"|\d*(?:,\d{3})+(?:\.\d+)?|\d*(?:\.\d+)?)"
)
# Blanks inside a number with its unit; a tab parts cells.
_GAP = r"[^\S\t]*"
_RANGE = r"(?:-|—|–|~|～|至|到|或)"
# Matches: 709个, 5万公顷, 2至3家, 0.42起/万台, 8/10万. Does not match: pm2.5, 12315, 第28类, 3·15, 2014年
_ARABIC = re.compile(
    r"(?P<low>"
    + _FIRST_NUMERAL
    + r")"
    + _GAP
    + r"(?:(?P<scale_low>[万亿])?(?P<unit_low>%|‰|[个家项元名人件])?"
    + _GAP
    + _RANGE
    + _GAP
    + r"(?P<high>"
    + _NUMERAL
    + r"))?"
    + _GAP
    + r"(?P<scale>万亿|[十百千]?[万亿]|[百千](?=[多余]?[万亿个家名户人元吨]))?(?P<rough>[多余])?"
    + _GAP
    + r"(?P<unit>"
    + _UNITS
    + ")?"
    + _PER
)
# Matches: 百分之九十五, 千分之三, 三分之二. Does not match: 部分之一
_FRACTION = re.compile(
    r"(?<!部)(?P<of>["
    + _CN
    + r"万]+)分之(?P<part>["
    + _CN
    + r"点]+|\d+(?:\.\d+)?)(?:(?:至|到|-)(?:百分之)?(?P<high>["
    + _CN
    + r"点]+|\d+))?"
)
# Matches: 三个, 两千名, 十五项. Does not match: 第三个, “三个代表”, 一批
_CHINESE = re.compile(
    r"(?P<low>[一二两三四五六七八九十](?<![第"
    + _CN
    + r"万亿每多数若几\d].)["
    + _CN
    + r"]*)(?P<scale_low>[万亿])?(?:(?:至|到|-|、)(?P<high>["
    + _CN
    + r"]+))?(?P<scale>[万亿])?(?P<rough>[多余])?"
    r"(?P<unit>(?!年|级|类|批|分|次性|成(?!以|左)|天|时|次会|节|期|部|度|口|条例|对|组(?!以)|层|位一|门|章|条)(?:"
    + _UNITS
    + "))"
    + _PER
)
# Matches: 翻一番. Does not match: 翻新一番
_DOUBLED = re.compile(r"翻(?P<n>[一二两三1-3])番")
# Matches: 建成5个. Does not match: 建成五个
_DIGIT = re.compile(r"\d")
# Matches: 建成五个. Does not match: 建成5个 / (一) / 情形之一的 / 第三条
_CHINESE_HINT = re.compile(r"[一二两三四五六七八九十](?![)的条章是])")


class Quantity(NamedTuple):
    """A number as printed and as a value.

    Attributes:
        span: Offsets in the folded text, the unit included.
        value, upper: As decimals, 万 and 亿 multiplied out; ``upper`` for a range.
        unit: As printed, folded; empty where none is printed.
        rough: Whether 多 or 余 stands in it.
        chinese: Whether the numeral is Chinese.
    """

    span: Span
    value: Decimal
    upper: Decimal | None
    unit: str
    rough: bool = False
    chinese: bool = False


def chinese_number(text: str) -> Decimal | None:
    """A numeral in digits or in Chinese (二十三, 二〇二〇, 九十五点五) as a decimal; ``None`` for other text."""
    whole, _, fraction = text.partition("点")
    if not text or _DIGIT.match(text):
        try:
            return Decimal(text.replace(",", ""))
        except InvalidOperation:
            return None
    if not any(c in _SCALES for c in whole):
        if any(c not in _CHINESE_DIGITS for c in whole + fraction) or not whole:
            return None
        number = Decimal("".join(str(_CHINESE_DIGITS[c]) for c in whole))
    else:
        total, section, digit = 0, 0, 0
        for character in whole:
            if character in _CHINESE_DIGITS:
                digit = _CHINESE_DIGITS[character]
            elif character in _SCALES:
                scale = _SCALES[character]
                if scale >= 10_000:
                    total, section, digit = (total + section + digit) * scale, 0, 0
                else:
                    section, digit = section + (digit or 1) * scale, 0
            else:
                return None
        number = Decimal(total + section + digit)
    if fraction:
        if any(c not in _CHINESE_DIGITS for c in fraction):
            return None
        number += Decimal("0." + "".join(str(_CHINESE_DIGITS[c]) for c in fraction))
    return number


def find_quantities(folded: str) -> list[Quantity]:
    """Every number that counts or measures something, in order; numbers that name or order are left out."""
    found: list[Quantity] = []
    if _DIGIT.search(folded):
        found = [q for m in _ARABIC.finditer(folded) if (q := _arabic(folded, m)) is not None]
    in_digits = len(found)
    if _CHINESE_HINT.search(folded):
        found += [q for m in _CHINESE.finditer(folded) if (q := _chinese(folded, m)) is not None]
    if "分之" in folded:
        found += [q for m in _FRACTION.finditer(folded) if (q := _fraction(m)) is not None]
    if "番" in folded:
        for match in _DOUBLED.finditer(folded):
            times = chinese_number(match["n"]) or Decimal(1)
            found.append(Quantity(match.span(), Decimal(2) ** int(times), None, "倍"))
    if len(found) == in_digits or len(found) < 2:
        return found  # in order and apart already
    found.sort(key=lambda q: (q.span[0], -q.span[1]))
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or quantity.span[0] >= kept[-1].span[1]:
            kept.append(quantity)
    return kept


def _value(numeral: str, scale: str) -> Decimal:
    """A numeral in digits with its scale, as ``_plain`` gives it."""
    if "." in numeral:
        return _plain(_scaled(Decimal(numeral.replace(",", "").replace(" ", "")), scale))
    whole = int(numeral.replace(",", ""))
    for character in scale:
        whole *= _SCALES[character]
    return Decimal(whole)


def _scaled(number: Decimal, scale: str | None) -> Decimal:
    for character in scale or "":
        number *= _SCALES[character]
    return number


def _plain(number: Decimal) -> Decimal:
    """Without an exponent and without trailing zeros: 1.50 -> 1.5, 5E+4 -> 50000."""
    normal = number.normalize()
    return (
        normal.quantize(Decimal(1))
        if normal == normal.to_integral_value() and len(normal.as_tuple().digits) < 20
        else normal
    )


def _arabic(folded: str, match: re.Match[str]) -> Quantity | None:
    first, scale_low, _, last, scale, rough, unit = match.groups("")
    if len(first) > _LONGEST_NUMERAL or len(last) > _LONGEST_NUMERAL:
        return None
    start, end = match.span()
    after = folded[end : end + 1]
    if folded.endswith(_OF_MANY, start, end) and not unit:
        unit = _OF_MANY  # deaths, cases
    elif not unit:
        if after in _NO_COUNT_BEFORE or (after.isascii() and after.isalnum()):
            return None
    else:
        unit = folded[match.start("unit") : end].strip()
        if unit == "年" and len(first) == 4:
            return None
        if unit in _DOUBTFUL_UNITS and (after in _NO_UNIT_BEFORE or folded[max(0, start - 1) : start] == "("):
            return None
        if unit.isascii() and unit.isalpha() and after.isascii() and after.isalnum():
            return None
        if unit[0] in "万亿":
            scale, unit = scale + unit[0], unit[1:]
    low = _value(first, scale_low or scale)
    high = _value(last, scale or scale_low) if last else None
    if high is not None and high <= low:
        return None
    return Quantity((start, end), low, high, unit, bool(rough))


def _chinese(folded: str, match: re.Match[str]) -> Quantity | None:
    if max(len(match["low"]), len(match["high"] or "")) > _LONGEST_NUMERAL:
        return None
    low = chinese_number(match["low"])
    if low is None:
        return None
    high = chinese_number(match["high"]) if match["high"] else None
    unit = folded[match.start("unit") : match.end()]
    scale = match["scale"] or match["scale_low"]
    if high is not None and high <= low:
        return None
    upper = _plain(_scaled(high, scale)) if high is not None else None
    return Quantity(match.span(), _plain(_scaled(low, scale)), upper, unit, bool(match["rough"]), chinese=True)


def _fraction(match: re.Match[str]) -> Quantity | None:
    if len(match.group()) > 2 * _LONGEST_NUMERAL:
        return None
    of, part = chinese_number(match["of"]), chinese_number(match["part"])
    high = chinese_number(match["high"]) if match["high"] else None
    if not of or part is None:
        return None
    if of == 100:
        return Quantity(match.span(), _plain(part), _plain(high) if high is not None else None, "%", chinese=True)
    if of == 1000:
        return Quantity(match.span(), _plain(part), _plain(high) if high is not None else None, "‰", chinese=True)
    share = (part / of).quantize(Decimal("0.0001"))
    return Quantity(match.span(), _plain(share), None, "", chinese=True)
