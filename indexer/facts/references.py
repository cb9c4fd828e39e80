"""Which documents a clause cites, by title in 《》, by number, or both, and what it does with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.folding import fold
from corpus.model import Document, Reference, Span
from indexer.facts.bodies import is_office
from indexer.facts.units import Unit

_LONGEST_TITLE = 160
# Matches: 国办发〔2014〕18号. Does not match: 第28类, 12315, 2014年
_NUMBER = re.compile(
    r"(?P<prefix>[\u4e00-\u9fff]{1,14})\s*[〔\[(【〈{]\s*(?P<year>(?:19|20)\d{2})\s*[〕\])】〉}]\s*(?:第\s*)?(?P<serial>\d{1,5}(?:-\d{1,3})?)\s*号"
)
# Matches: 国务院令第743号. Does not match: 责令第三人退出
_ORDER = re.compile(
    r"(?P<prefix>[\u4e00-\u9fff]{1,20}?令)\s*\(?(?:[〔\[(]?(?P<year>(?:19|20)\d{2})年?[〕\])]?)?\s*第?\s*"
    r"(?P<serial>\d{1,4}|[一二三四五六七八九十百零〇]{1,6})\s*号"
)
# The words of a sentence that run into a number's prefix. Matches: the 按照 of 按照国办发. Does not match: 国质检质联
_RUN_IN = re.compile(
    r".*(?:按照?|根据|依据|依照|遵照|参照|贯彻|落实|执行|实施|转发|印发|下发|废止|文件|通知|意见|办法|规定|要求|(?<!共)和|及|与|以及?|见|由|经|的|据|对|在|为|将|于|即|如|中(?![华共央宣组编办国]))"
)
_ISSUER_WORDS = ("国务院", "国家", "自治区", "全国人大", "全国人大常委会", "党中央", "中央", "省", "市", "中共中央")
# Matches: the verb of 为贯彻落实《…》. Does not match: 推广《企业质量信用报告》
_VERB = re.compile(
    r"(?P<依据>根据|按照?|依照|依据|遵照|参照|据(?!悉|统计)|依(?=《))"
    r"|(?P<贯彻>贯彻|落实|执行|实施(?!细则|办法|意见|方案)|学习|宣传|宣贯|遵守|遵循)"
    r"|(?P<印发>印发|批转|转发|颁发|下发)|(?P<废止>废止|停止执行|失效)|(?P<修订>修订|修改|修正|修编)"
    r"|(?P<提及>制定|制订|出台|推广|编制|编写|发布|公布|填写|建立|推行|推动|开展|提交|出具|取得|申请|核发|签订|报送)"
)  # fmt: skip
# Matches: the title 《青年创业实施办法》. Does not match: 《青年创业实施办法》政策解读
_WHOLE_TITLE = re.compile("《[^《》]*》$")
# What defines a short form, which cites nothing. Matches: (以下简称 before 《纲要》. Does not match: 根据
_SHORT_FORM = re.compile(r"(?:简称|统称)为?[“\"]?$")
# What a sentence says of a title behind it. Matches: 》同时废止. Does not match: 》规定废止…的程序
_ENDS = re.compile(
    r"(?:[^。;]{0,60}?(?:同时|即行|予以|相应|一并|自[^,。;]{1,30}(?:起|日))?(?<![或及、规定])废止|[^。;,]{0,30}停止执行)"
)
# Matches: 》作如下修改. Does not match: 》的修改情况
_AMENDS = re.compile(r"[^,。;]{0,20}?(?:作(?:出)?如下修改|作出修改|修改为|修改如下|予以修[改订]|修正案)")
# Matches: 》已经同意,现印发给你们. Does not match: 》印发后
_ISSUES = re.compile(r"[^。;]{0,60}?(?:印发|批转|转发|颁布给|发给)(?:给|至|你们)")
# Matches: the stop of 制定本方案。. Does not match: 制定,
_CLAUSE_STOP = re.compile(r"[。;!?\n]")
# Matches: 省财政厅. Does not match: 为统领,以国务院
_NAME = re.compile(r"[\u4e00-\u9fff]+")
# What parts a verb from a title. Matches: 贯彻意见,推广《…》. Does not match: 贯彻落实《…》
_BREAK = re.compile(r"[,:]")


@dataclass(frozen=True, slots=True)
class _Found:
    """A citation before its role is known; offsets into the unit."""

    span: Span
    title: Span | None
    number: str | None
    number_start: int


def extract_references(document: Document, units: Sequence[Unit]) -> list[tuple[Reference, ...]]:
    """The documents that each clause cites.

    Args:
        document: The citing document; its own number is no citation.
        units: Its clauses in document order.

    Returns:
        One tuple for each clause, aligned with ``units``. ``title`` is the words between 《 and 》 as printed,
        without line breaks; ``number`` is as printed without blanks, its year in 〔〕. ``document_id`` is left to
        whoever knows the whole corpus.
    """
    own = _plain_number(document.metadata.number or "")
    facts: list[tuple[Reference, ...]] = []
    for unit in units:
        own_title = unit.clause.kind == "title" and _WHOLE_TITLE.match(unit.folded)
        if own_title or ("《" not in unit.folded and "号" not in unit.folded):
            facts.append(())
            continue
        found = _find(unit, own)
        facts.append(tuple(_reference(unit, item, found[max(0, n - 30) : n]) for n, item in enumerate(found)))
    return facts


def _find(unit: Unit, own: str) -> list[_Found]:
    folded = unit.folded
    titles = [span for span in _titles(folded) if not _SHORT_FORM.search(folded, max(0, span[0] - 8), span[0])]
    numbers = [] if "号" not in folded else _numbers(folded, unit.text)
    found: list[_Found] = []
    used: set[int] = set()
    starting = {n[0]: n for n in numbers}
    for start, end in titles:
        # 《…》(国办发〔2014〕18号): the number belongs to the title.
        near = (starting.get(at) for at in range(end, end + 4))
        mate = next((n for n in near if n is not None and not folded[end : n[0]].strip(" ([〔")), None)
        if mate is None:
            found.append(_Found((start, end), (start + 1, end - 1), None, -1))
            continue
        used.add(mate[0])
        stop = mate[1]
        if folded[end : mate[0]].strip()[:1] in ("(", "[") and (close := folded.find(")", stop, stop + 30)) >= 0:
            stop = close + 1
        found.append(_Found((start, stop), (start + 1, end - 1), mate[2], mate[0]))
    in_title = [False] * (len(folded) + 1)
    for start, end in titles:
        in_title[start:end] = [True] * (end - start)
    found += [_Found((a, b), None, number, a) for a, b, number in numbers if a not in used and not in_title[a]]
    found.sort(key=lambda item: item.span)
    return [f for f in found if f.title is not None or _plain_number(f.number or "") != own]


def _titles(folded: str) -> list[Span]:
    """Spans of 《…》, brackets included; a title inside a title belongs to it."""
    spans: list[Span] = []
    at = folded.find("《")
    while at >= 0:
        depth, close = 0, -1
        for position in range(at, min(len(folded), at + _LONGEST_TITLE)):
            depth += (folded[position] == "《") - (folded[position] == "》")
            if depth == 0:
                close = position + 1
                break
        else:
            close = folded.find("》", at, at + _LONGEST_TITLE) + 1
        if close > at and folded[at + 1 : close - 1].strip():
            spans.append((at, close))
        at = folded.find("《", max(close, at + 1))
    return spans


def _numbers(folded: str, text: str) -> list[tuple[int, int, str]]:
    """Document numbers: start, end, and the number as printed, in its usual form."""
    found: list[tuple[int, int, str]] = []
    for match in _NUMBER.finditer(folded):
        start = _prefix_start(match)
        prefix = folded[start : match.end("prefix")]
        if prefix and prefix[-1] not in "第年于至到":
            printed = f"{text[start : match.end('prefix')]}〔{match['year']}〕{match['serial']}{text[match.end() - 1]}"
            found.append((start, match.end(), printed))
    if "令" in folded:
        for match in _ORDER.finditer(folded):
            start = _prefix_start(match)
            prefix = folded[start : match.end("prefix")]
            if len(prefix) > 2 and prefix[-2] not in "责法指命禁勒司口条敕":
                words = "".join(text[match.end("prefix") : match.end()].split()).lstrip("(\uff08")
                found.append((start, match.end(), text[start : match.end("prefix")] + words))
    return sorted(found)


def _prefix_start(match: re.Match[str]) -> int:
    run_in = _RUN_IN.match(match["prefix"])
    return match.start("prefix") + (run_in.end() if run_in else 0)


def _plain_number(number: str) -> str:
    number = fold(number)
    return re.sub(r"[\s〔〕\[\]()【】第]", "", number)


def _reference(unit: Unit, item: _Found, before: Sequence[_Found]) -> Reference:
    start, end = item.span
    issuer = _issuer(unit.folded, item)
    return Reference(
        span=unit.raw_span(start, end),
        text=unit.text[start:end],
        title="".join(unit.text[slice(*item.title)].split("\n")).strip() if item.title else None,
        number=item.number,
        issuer=unit.text[slice(*issuer)] if issuer else None,
        role=_role(unit.folded, item, before),
    )


def _issuer(folded: str, item: _Found) -> Span | None:
    """Who issued it: named in the title before 关于, or printed right before 《."""
    if item.title is not None:
        start, end = item.title
        about = folded.find("关于", start, min(end, start + 40))
        if about > start and is_office(folded[start:about]):
            return start, about
        for length in range(min(20, item.span[0]), 0, -1):
            name = folded[item.span[0] - length : item.span[0]]
            whole = length == item.span[0] or not "\u4e00" <= folded[item.span[0] - length - 1] <= "\u9fff"
            if not _NAME.fullmatch(name) or _VERB.search(name) or name[0] in "你我贵本该":
                continue
            whole = whole or (length > 1 and name in _ISSUER_WORDS)
            after_verb = whole or _VERB.fullmatch(folded[max(0, item.span[0] - length - 2) : item.span[0] - length])
            if after_verb and (name in _ISSUER_WORDS or is_office(name)):
                return item.span[0] - length, item.span[0]
    return None


def _role(folded: str, item: _Found, cited: Sequence[_Found]) -> str:
    start, end = item.span
    stops = [m.end() for m in _CLAUSE_STOP.finditer(folded, max(0, start - 300), start)]
    sentence = stops[-1] if stops else max(0, start - 300)
    if _ENDS.match(folded, end):
        return "废止"
    if _AMENDS.match(folded, end):
        return "修订"
    # What stands inside other citations is no verb of this sentence.
    before = list(folded[sentence:start])
    for other in cited:
        if other.span[1] > sentence:
            a, b = max(other.span[0], sentence) - sentence, min(other.span[1], start) - sentence
            before[a:b] = "、" * (b - a)
    text = "".join(before)
    verb = None
    for verb in _VERB.finditer(text):  # noqa: B007 - the last one counts
        pass
    if verb is not None and not _BREAK.search(text, verb.end()) and verb.lastgroup:
        role = verb.lastgroup
        return "贯彻" if role == "依据" and "贯彻" in text[max(0, verb.start() - 2) : verb.start()] else role
    return "印发" if _ISSUES.match(folded, end) else "提及"
