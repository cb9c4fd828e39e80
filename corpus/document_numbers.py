"""Document numbers such as 鲁政办发〔2014〕5号: where they stand in a text, and whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain

from corpus.folding import fold
from corpus.model import Region
from corpus.regions import COUNTRY, all_regions, by_code, find_regions

# The one-character abbreviations by which provinces sign their numbers.
_PROVINCES = {
    "京": "110000", "津": "120000", "冀": "130000", "晋": "140000", "内": "150000", "蒙": "150000", "辽": "210000",
    "吉": "220000", "黑": "230000", "沪": "310000", "苏": "320000", "浙": "330000", "皖": "340000", "闽": "350000",
    "赣": "360000", "鲁": "370000", "豫": "410000", "鄂": "420000", "湘": "430000", "粤": "440000", "桂": "450000",
    "琼": "460000", "渝": "500000", "川": "510000", "蜀": "510000", "黔": "520000", "贵": "520000", "滇": "530000",
    "云": "530000", "藏": "540000", "陕": "610000", "甘": "620000", "陇": "620000", "青": "630000", "宁": "640000",
    "新": "650000",
}  # fmt: skip
# Cities that sign with a character that does not begin their name.
_CITIES = {
    "穗": "440100", "甬": "330200", "榕": "350100", "蓉": "510100", "洪": "360100", "筑": "520100", "锡": "320200",
    "邕": "450100", "苏府": "320500", "深府": "440300", "长政": "430100", "西政": "610100", "台政": "331000",
}  # fmt: skip
# What may follow an abbreviation: the office that signs, by the first characters of its name in numbers.
# Matches 政办发, 府办, 质监发, 教函. Does not match 财 of 新财富.
_OFFICE = re.compile(
    r"(?:自治)?(?:政|府|人|委|党|办|厅|发|函|字|令|教|科|工|经|公|民|司|财|税|环|建|住|交|水|农|林|商|文|卫|计|审|国资|"
    r"市监|质|食|药|统|旅|体|安|应急|金|法|信|粮|医|编|组|宣|团|残|气|价|物|国土|自然|常|署|行|扶|乡|监|标|知|地|园|海|渔|畜|能|港)"
)
# The centre's: 国发, 国办发, 中办发, 法释, 发改价格, 财税, 国务院令, 主席令, 国质检.
_NATIONAL = re.compile(
    r"(?:国发|国办|国函|国令|国务院|主席令|中华人民共和国|中发|中办|中组|中宣|中纪|法释|法发|法办|高检|公通字|发改|国家|国[\u4e00-\u9fff]|财|"
    r"工信|人社部|教育部|科技部|交通运输部|交[\u4e00-\u9fff]*发|农业部|农[\u4e00-\u9fff]*发|商[\u4e00-\u9fff]*发|银发|银监|保监|证监|建[市质城村房科]|环[发办]|卫[\u4e00-\u9fff]*发|教[\u4e00-\u9fff])"
)
_BODY = r"[\u3400-\u9fff〇]"
# Matches 藏政办发〔2014〕65号, 內政發〔2015〕92 號, 鲁政字(2008)第 3 号, 冀政办字[2019]11号.
# Does not match (2011-2020年), 第5号令.
_BRACKETED = re.compile(
    rf"{_BODY}{{1,14}}\s?[〔\[(【〈﹝]\s*(?:19|20)\d{{2}}\s*年?\s*[〕\])】〉﹞]\s*第?\s*\d{{1,5}}(?:\s*[-—]\s*\d{{1,5}})?\s*号"
)
# Matches 国务院令第588号, 省政府令第 123 号, 中华人民共和国主席令第四十三号, 公告2014年第5号.
_ORDER = re.compile(
    rf"{_BODY}{{0,16}}(?:令|公告|通告)\s*[((]?\s*(?:(?:19|20)\d{{2}}\s*年)?\s*第\s*(?:\d{{1,5}}|[〇零一二三四五六七八九十百]{{1,7}})\s*号[))]?"
)
# Matches 释字第150号, of an interpretation. Does not match 民字第3号.
_INTERPRETATION = re.compile(r"释字第\s*\d{1,4}\s*号")
# That of several bodies. Matches 财政部 税务总局公告2022年第28号. Does not match 财政部公告2022年第28号.
JOINT_ORDER = (
    rf"{_BODY}{{2,12}}(?: {_BODY}{{2,12}}){{1,9}}(?:(?<=公告)|(?<=通告)|(?<=令))"
    r"\s*(?:(?:19|20)\d{2}\s*年\s*)?第\s*\d{1,5}\s*号"
)
_JOINT_ORDER = re.compile(JOINT_ORDER)
# A number that begins with its year, as courts wrote them. Matches 〔78〕法办研字第19号, (1987)民他字第3号.
# Does not match (2014)18号.
YEAR_FIRST = r"[〔\[(【]\s*(?:19|20)?\d{2}\s*[〕\])】]\s*[\u3400-\u9fff]{2,12}第?\s*\d{1,5}\s*号"
_YEAR_FIRST = re.compile(YEAR_FIRST)
# The number of a standard, in the form of fold. Matches gb/t 1.1-2020, db33/t 2055-2017. Does not match gb 3096.
_OF_STANDARD = r"[a-z]{2,4}\d{0,6}(?:/[a-z]{1,2})?\s?\d{1,6}(?:\.\d+)?-(?:19|20)\d{2}"
STANDARD = rf"{_OF_STANDARD}(?:\s?代替\s?{_OF_STANDARD})?"
_STANDARD = re.compile(rf"({_OF_STANDARD})(?:\s?代替|$)")
# Matches the 33 of db33/t 2055-2017, the code of 浙江省. Does not match gb/t 1.1-2020.
_LOCAL_STANDARD = re.compile(r"db(\d{2}|\d{4}|\d{6})/")
# Words of the sentence that run into a number. Matches 根据 of 根据鲁政发〔2012〕30号.
_LEADING = re.compile(
    r"^.*?(?:根据|按照|依据|遵照|依照|落实|贯彻|执行|印发|以下简称|文号|文件|编号|字号|废止|修订|详见|参照|转发|精神|"
    r"[号]|(?<![政府教税商共])(?:和|与|及|以|按|据|由|见|为|的|是|对))(?=.)"
)


def province_of_sign(sign: str) -> Region | None:
    """The province that signs its numbers with one character: 鲁 is Shandong; ``None`` for any other."""
    code = _PROVINCES.get(fold(sign))
    return by_code(code) if code else None


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A document number in ``text[start:end]``; ``number`` is it without blanks, in the text's own script."""

    number: str
    start: int
    end: int


def find_numbers(text: str) -> list[NumberMention]:
    """Document numbers in a text, in order."""
    folded = fold(text)
    mentions: list[NumberMention] = []
    patterns = (_BRACKETED, _ORDER, _INTERPRETATION) if "释字第" in folded else (_BRACKETED, _ORDER)
    found = chain.from_iterable(pattern.finditer(folded) for pattern in patterns)
    for match in sorted(found, key=lambda m: m.start()):
        start, end = match.span()
        if mentions and start < mentions[-1].end:
            continue
        prefix = re.match(rf"{_BODY}*", match.group())
        head = prefix.group() if prefix else ""
        if head.startswith("日") and re.search(r"\d\s*$", folded[max(0, start - 3) : start]):
            start, head = start + 1, head[1:]  # 2019年5月6日浙江省人民政府令
        while (leading := _LEADING.match(head)) and leading.end() < len(head):
            start += leading.end()
            head = head[leading.end() :]
        if folded[end - 1] == ")" and "(" not in folded[start:end]:
            end -= 1  # of the bracket that the whole number stands in
        if folded[start:end].strip():
            mentions.append(NumberMention("".join(text[start:end].split()), start, end))
    return mentions


def find_leading_number(line: str) -> NumberMention | None:
    """The number that a title begins with: 鲁政发〔2014〕20号 of 鲁政发〔2014〕20号关于印发某办法的通知."""
    match = _BRACKETED.match(fold(line))
    if match is None or not line[match.end() :].strip():
        return None
    return NumberMention("".join(line[: match.end()].split()), 0, match.end())


def find_joint_number(line: str) -> str | None:
    """The number of an order of several bodies, which a line is; blanks part their names."""
    return " ".join(line.split()) if _JOINT_ORDER.fullmatch(fold(line.strip())) else None


def find_number_by_year(line: str) -> str | None:
    """The number 〔78〕法办研字第19号, or that of a standard (DB33/T 2055-2017), of a line that is a number.

    ``None`` where it neither begins with its year nor is a standard's.
    """
    folded = fold(line)
    if standard := _STANDARD.match(folded.lstrip()):
        return line.lstrip()[: standard.end(1)]
    match = _YEAR_FIRST.search(folded)
    return "".join(line[slice(*match.span())].split()) if match else None


@cache
def _cities_by_initial() -> dict[str, str]:
    """Prefecture-level divisions whose name alone begins with a character: 温 is 温州市."""
    found: dict[str, set[str]] = {}
    for region in all_regions():
        if region.level == "市":
            found.setdefault(fold(region.name[0]), set()).add(region.code)
    return {initial: codes.pop() for initial, codes in found.items() if len(codes) == 1}


def by_number_prefix(number: str) -> Region | None:
    """The division whose body signs ``number``: 鲁政办发〔2014〕1号 is Shandong's, 国办发〔2014〕18号 the country's.

    A city is found where its sign is its own (温政办, 甬政发), and where a standard has its code (DB3201/T 1001-2020).
    ``None`` where the sign is shared or unknown.
    """
    if number[:2] in ("DB", "db") and (standard := _LOCAL_STANDARD.match(fold(number))):
        return by_code(standard[1].ljust(6, "0"))
    prefix = re.match(rf"{_BODY}*", fold(number.strip()))
    head = prefix.group() if prefix else ""
    if not head:
        return None
    if head[1:2] == "署":
        # 阿署发: the administrative office of a league or a prefecture.
        offices = [r for r in all_regions() if r.name.endswith(("盟", "地区")) and fold(r.name[0]) == head[0]]
        return offices[0] if len(offices) == 1 else next((r for r in offices if r.name.endswith("盟")), None)
    mention = next(iter(find_regions(head)), None)
    if mention and mention.start == 0:
        return mention.region  # 恩施州政办发, 江苏省人民政府令
    for size in (2, 1):
        code = _CITIES.get(head[:size])
        if code and len(head) >= size and _OFFICE.match(head[1:]):
            return by_code(code)
    if head[0] in _PROVINCES and _OFFICE.match(head[1:]):
        return by_code(_PROVINCES[head[0]])
    if _NATIONAL.match(head):
        return COUNTRY
    code = _cities_by_initial().get(head[0])
    if code and re.match("[政府委党办]", head[1:]):
        return by_code(code)
    return None
