"""Who does what: the duties of each clause, in the words of its notes, captions and sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.making import maker_of
from corpus.model import Responsibility, Span
from indexer.facts.notes import Duty, has_caption, list_of_offices, may_have_caption, read_note, trim, value_end
from indexer.facts.sentences import read_sentence
from indexer.facts.tables import headers_of, read_row
from indexer.facts.units import Unit, match_brackets

# Matches: (质监部门牵头). Does not match: 提高产品质量
_ROLE_WORD = re.compile(
    r"牵头|负责|配合|会同|责任|抓总|主管|主办|主责|协办|参与|参加|协助|职责|分工|落实单位|实施单位|承办"
)
# Offices alone in brackets, or with the time that they have. Matches: 扩大应用范围。(市发改委、市金融办);
# (省教育厅,2025年底前). Does not match: (质量管理小组) before other words
_LISTED = re.compile(
    r"[(【〔][^()【】〔〕\n]{2,200}+[)】〕]"
    r"(?<=[局厅委办部府院署区县市镇乡旗社会关行团联队道室组底末月年旬前度成现动持进务施展].)[。;\s]*(?:\n|$)"
)
# Until when, behind the offices of a list. Matches: ;2025年底前完成. Does not match: ,2025年规划办
_UNTIL = re.compile(
    r"[,;]\s*(?:(?:完成)?(?:时[限间]|期限|时间节点)\s*:\s*)?"
    r"(?:\d{4}年(?:\d{1,2}月|底|末|上半年|下半年|[一二三四]季度)?(?:\d{1,2}日|底|末|[上中下]旬)?(?:之?前)?(?:完成|实现|启动)?"
    r"|长期(?:坚持|推进|任务|实施)?|持续(?:推进|实施|开展)|常年(?:坚持)?|全年)$"
)
# A convention for all lists of a document. Matches: 列第一位者为牵头部门,下同. Does not match: 质量第一
_FIRST_LEADS = re.compile(
    r"(?:列|排|排名|排序|位列|居|标)?(?:在|于)?(?:第一位|首位|第一|最前面?|首个|第一个|首列|首)(?:者|的|名|顺位)?的?(?:责任|负责)?(?:单位|部门|厅局|机构|厅|局)?(?:者|的)?"
    r"(?:即为|均为|为|是|系|作为|负责|担任)(?:第一)?(?:总?牵头|主办|主责|主要责任|主要负责)(?:责任)?(?:单位|部门|厅局|机构)?"
)
# Matches: 带*号的为牵头单位. Does not match: 带星级标志
_MARK_LEADS = re.compile(
    r"(?:标|带|加|注|划|打)有?(?P<mark>[*★☆▲#△●])号?(?:者|的)?(?:单位|部门)?(?:为|是|系)(?:牵头|主办|主责)(?:责任)?(?:单位|部门)?"
)
# What no convention can do without. Matches: the 首 of 首位为牵头单位. Does not match: 市教育局牵头
_MAY_DECLARE = re.compile("第一|首|最前|[*★☆▲#△●]")
# Matches: 列第一位者为牵头部门,下同. Does not match: 列第一位者为牵头部门)
_HOLDS_ON = re.compile(r"[,;、。(]?\s*(?:以?下同|后同|下列|余同|以下均同|下文同)")
# Matches: 以上各项任务. Does not match: 95%以上
_HOLDS_BACK = re.compile(r"(?:^|[\s。;(])(?:以上|上述|前述|上列|注\s*:|备注|说明\s*:|本表|表中)")
_STOPS = " \t\n\r\u3000,;。、:."
# Matches: the stop of 省财政厅牵头。. Does not match: 省财政厅牵头,
_SENTENCE_END = re.compile(r"[。\n]")
_make_responsibility = maker_of(Responsibility)


@dataclass(frozen=True, slots=True)
class _Convention:
    """A rule that the document declares for lists of bodies: the first one leads, or the marked one."""

    clause_id: str
    offset: int
    mark: str | None
    everywhere: bool


def extract_responsibilities(units: Sequence[Unit]) -> list[tuple[Responsibility, ...]]:
    """The duties of every clause of a document.

    Args:
        units: Its clauses in document order.

    Returns:
        One tuple for each clause, aligned with ``units``. Spans are raw; bodies are quoted as printed. A
        convention that a clause declares (列第一位者为牵头部门,下同) holds from there on, the declaring clause
        included, and each fact that it gave a role points to that clause.
    """
    facts: list[tuple[Responsibility, ...]] = []
    convention: _Convention | None = None
    backward = _backward_convention(units)
    headers = headers_of(units)
    for unit in units:
        clause, folded = unit.clause, unit.folded
        header = headers.get(clause.path[:-1]) if headers else None
        speaks = convention or header is not None or _ROLE_WORD.search(folded) or _LISTED.search(folded)
        if not speaks or clause.kind in ("title", "front_matter", "table"):
            facts.append(())
            continue
        here = _find_convention(unit)
        if here is not None and (here.everywhere or convention is None):
            convention = here
        facts.append(_read_unit(unit, here or convention or backward, header))
        if here is not None and not here.everywhere and convention is here:
            convention = None
    return facts


def _find_convention(unit: Unit) -> _Convention | None:
    folded = unit.folded
    if "牵头" not in folded and "主办" not in folded and "主责" not in folded and "主要" not in folded:
        return None
    match = _find_rule(folded, 0, len(folded))
    if match is None:
        return None
    mark = match.groupdict().get("mark")
    sentence_start = max(folded.rfind(stop, 0, match.start()) for stop in "。\n") + 1
    outside = not any(a < match.start() < b for a, b in match_brackets(folded).items() if folded[a] in "([【〔")
    announced = re.search(
        r"以下|下列|各项|本[方计意通办规]|所列|任务分工|责任单位中", folded[sentence_start : match.start()]
    )
    everywhere = bool(_HOLDS_ON.match(folded, match.end())) or bool(announced) or outside
    return _Convention(unit.clause.id, match.start(), mark, everywhere)


def _find_rule(folded: str, start: int, end: int) -> re.Match[str] | None:
    if not _MAY_DECLARE.search(folded, start, end):
        return None
    return _FIRST_LEADS.search(folded, start, end) or _MARK_LEADS.search(folded, start, end)


def _backward_convention(units: Sequence[Unit]) -> _Convention | None:
    """A rule declared behind what it is about: 以上任务列第一位的为牵头单位, or a remark at the very end."""
    for index in range(len(units) - 1, max(len(units) - 6, -1), -1):
        found = _find_convention(units[index])
        if found is None or _HOLDS_ON.search(units[index].folded, found.offset):
            continue
        before = units[index].folded[max(0, found.offset - 60) : found.offset]
        if units[index].clause.kind == "closing" or _HOLDS_BACK.search(before):
            return found
    return None


def _read_unit(unit: Unit, convention: _Convention | None, header: Sequence[str] | None) -> tuple[Responsibility, ...]:
    folded = unit.folded
    if header and (duty := read_row(folded, header)) is not None:
        return _finish(unit, [(duty, duty.span, True)], convention)
    found: list[tuple[Duty, Span, bool]] = []
    covered: list[Span] = []
    blocked = -1
    for opening, closing in sorted(match_brackets(folded).items()):
        if opening < blocked or folded[opening] not in "([【〔":
            continue
        blocked = closing
        if closing - opening > 600:
            blocked = opening
            continue
        # Where a convention gives the roles, a note of one office is a duty too.
        duties = _read_bracket(folded, opening, closing, least=1 if convention is not None else 2)
        if duties:
            covered.append((opening, closing + 1))
            found += [(d, (opening, closing + 1) if n == 0 else d.span, True) for n, d in enumerate(duties)]
    if may_have_caption(folded, 0, len(folded)):
        for a, b in _gaps(covered, len(folded)):
            found += _read_captioned(folded, a, b, covered)
        covered.sort()
    for a, b in _gaps(covered, len(folded)):
        found += [(d, d.span, False) for d in _read_prose(folded, a, b, unit.body_start())]
    if len(found) > 1:
        found.sort(key=lambda item: (item[1][0], -item[1][1]))
    return _finish(unit, found, convention) if found else ()


def _read_bracket(folded: str, opening: int, closing: int, *, least: int) -> list[Duty]:
    inner = opening + 1
    if closing - inner < 2:
        return []  # (一)
    if not _ROLE_WORD.search(folded, inner, closing):
        stops = ("。", ";", "\n", "")
        behind_stop = folded[opening - 1 : opening] in (*stops, "!")
        if behind_stop or folded[closing + 1 : closing + 2] in stops:
            # Behind a name, one office in brackets says who that is: 领导小组办公室(质监局)。
            ends = folded[opening - 1 : opening] == "。" and folded[closing + 1 : closing + 2] in ("", "\n")
            until = _UNTIL.search(folded, inner, closing)
            end = until.start() if until else closing
            alone = list_of_offices(folded, inner, end, least=1 if ends else least if behind_stop else 2)
            return [alone] if alone is not None else []
        return []
    # A rule declared inside the note is about it, and names no body.
    rule = _find_rule(folded, inner, closing)
    end = closing if rule is None else rule.start()
    while end > inner and folded[end - 1] in "([【〔":
        end -= 1
    if end == inner:
        return []
    if folded.startswith(("以下简称", "下称", "以下称", "简称"), inner):
        return []
    duties = read_note(folded, inner, end)
    if not duties and rule is not None and (listed := list_of_offices(folded, inner, end, least=least)):
        return [listed]
    return duties


def _read_captioned(folded: str, start: int, end: int, covered: list[Span]) -> list[tuple[Duty, Span, bool]]:
    """Captions outside brackets, on a line of their own or in a table row: 责任单位:市教育局."""
    found: list[tuple[Duty, Span, bool]] = []
    position = start
    while label := has_caption(folded, position, end):
        begin = label.start()
        stop = _captions_end(folded, label.end(), end)
        duties = read_note(folded, begin, stop)
        if duties:
            while stop > begin and folded[stop - 1] in _STOPS:
                stop -= 1
            covered.append((begin, stop))
            found.append((duties[0], (begin, stop), True))
        position = max(stop, label.end())
    return found


def _captions_end(folded: str, start: int, end: int) -> int:
    """Where a run of captions ends: each value, and the next caption of bodies right behind it."""
    stop = value_end(folded, start, end)
    while label := has_caption(folded, stop, min(end, stop + 80)):
        between = folded[stop : label.start()]
        if "。" in between.strip(_STOPS) or len(between) > 60:
            break
        stop = value_end(folded, label.end(), end)
    return stop


def _read_prose(folded: str, start: int, end: int, body_start: int) -> list[Duty]:
    if not _ROLE_WORD.search(folded, start, end):
        return []
    duties: list[Duty] = []
    at = max(start, body_start) if start < body_start < end else start
    while at < end:
        stop = _SENTENCE_END.search(folded, at, end)
        sentence_end = stop.start() if stop else end
        if _ROLE_WORD.search(folded, at, sentence_end):
            duties += read_sentence(folded, at, sentence_end)
        at = sentence_end + 1
    return duties


def _gaps(covered: Sequence[Span], length: int) -> list[Span]:
    gaps, at = [], 0
    for a, b in covered:
        if a > at:
            gaps.append((at, a))
        at = max(at, b)
    if at < length:
        gaps.append((at, length))
    return gaps


def _finish(
    unit: Unit, found: Sequence[tuple[Duty, Span, bool]], convention: _Convention | None
) -> tuple[Responsibility, ...]:
    """Duties as facts: conventions applied, covered words found, offsets made raw."""
    facts: list[Responsibility] = []
    text, raw_span = unit.text, unit.raw_span
    previous_end = unit.body_start()
    for duty, span, is_note in found:
        rule = "+".join(duty.rules)
        declared_in = None
        if convention is not None and is_note and not _leads_by_word(duty):
            declared_in = _apply(unit, duty, convention)
            rule = "首位牵头" if declared_in else rule
        covers = duty.topic
        if covers is None and is_note:
            covers = trim(unit.folded, previous_end, span[0]) or _words_behind(unit.folded, span[1])
        if is_note and span[0] >= previous_end:
            previous_end = span[1]
        facts.append(
            _make_responsibility(
                span=raw_span(*span),
                note=text[span[0] : span[1]],
                lead=tuple([text[a:b] for a, b in duty.lead]) if duty.lead else (),
                support=tuple([text[a:b] for a, b in duty.support]) if duty.support else (),
                shared=tuple([text[a:b] for a, b in duty.shared]) if duty.shared else (),
                rule=rule,
                declared_in=declared_in,
                covers=raw_span(*covers) if covers else None,
                body_spans=unit.raw_spans(duty.bodies),
            )
        )
    return tuple(facts)


def _leads_by_word(duty: Duty) -> bool:
    return any(rule in ("牵头", "会同", "牵头单位") for rule in duty.rules)


def _apply(unit: Unit, duty: Duty, convention: _Convention) -> str | None:
    """Give the roles that a convention declares; the id of the declaring clause where it decided them."""
    candidates = sorted([*duty.lead, *duty.shared])
    if not candidates:
        return None
    leader = candidates[0]
    if convention.mark is not None:
        marked = [m for m in candidates if convention.mark in unit.folded[m[1] : m[1] + 2]]
        if not marked:
            return None
        leader = marked[0]
    duty.lead = [leader]
    duty.support = [*(m for m in candidates if m != leader), *duty.support]
    duty.shared = []
    return convention.clause_id


def _words_behind(folded: str, start: int) -> Span | None:
    """The sentence behind a note that stands first."""
    stop = _SENTENCE_END.search(folded, start + 1)
    return trim(folded, start, stop.start() if stop else len(folded))
