"""Reads the targets of one clause from its quantities and deadlines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, takewhile
from operator import attrgetter
from typing import Any

from corpus.making import maker_of
from corpus.model import Span, Target
from indexer.facts.aims import NO_AIM, comparator_of, ends_with_verb, find_level, is_aim
from indexer.facts.deadlines import Deadline
from indexer.facts.distribution import count_joined, names_nothing, share_out
from indexer.facts.quantities import Quantity
from indexer.facts.scopes import REACH, Context, Terms, nearest_term
from indexer.facts.units import Unit

# Matches: the 以上 of 95%以上. Does not match: 95%的产品
_BEHIND = re.compile(
    r"\s*(?P<word>及?以上|及?以下|以内|之内|左右|上下|及以内)?(?P<quota>的?目标|水平)?(?=[^的]|$|的(?:目标|水平|要求|比例|标准))"
)
# What stands before an indicator. Matches: 力争合格率达到95%. Does not match: 合格率达到95%
_LEADING = re.compile(
    r"^(?:\s|[-、,*●•◆■]|力争|争取|确保|努力|进一步|使|要|应当?|须|其中|并且?|同时|以及|和|及|与|到时|届时|全面|即|还|也|逐步|积极|大力|继续|实现(?=.{3,}率)|分别|基本(?=.{4,}率))+"
)
# Matches: 分担率平均提升. Does not match: 提升分担率
_GROWTH = re.compile(
    r"(?:年均|平均|每年|同比|[比较][上去]年(?:同期)?|总体|再|分别|均)*"
    r"(?:提高|提升|增长|增加|上升|下降|降低|减少|扩大|递增)$"
)
# Matches: 检测机构总数达到. Does not match: 检测机构
_NUMBER_WORDS = re.compile(
    r"(?:分别|均|都|平均|年均|力争|争取|确保|再|各|累计|共|总计|合计|约|近|至少|不少于|不低于|超过|总数|总量|达到?|突破)+$"
)
_BLANK = re.compile(r"\s")
_LAST_OF_NUMBER_WORDS = frozenset("别均都争取保再各计共约近少于过数量达到破")
_LAST_OF_GROWTH = frozenset("高升长加降低少大增")
# What a level is compared with. Matches: 比2015年. Does not match: 比例
_COMPARED = re.compile(
    r"(?:(?:比|较)(?:上年|去年|\d{4}年|20\d\d年底)[^,;。]{0,6}|在(?:上年|\d{4}年)[^,;。]{0,4}基础上|(?:从|由)(?:\d{4}年底?的?)?[\d.,]+[^,;。]{0,24})$"
)
# A level's verb that makes things. Matches: 至少建成. Does not match: 达到
_MADE = re.compile(r"(?:完成|实现|建成)$")
# Matches: the brackets of 服务质量(AQI)优良率. Does not match: 合格率、覆盖率
_HARD = re.compile(r"[,;。:!?\n()\[\]【】]")
# What a cell says before its number. Matches: 上线事项. Does not match: the blank between two cells
_WORDS = re.compile("[\u4e00-\u9fff]{2}")
# Matches: the comma of 达到95%,. Does not match: 合格率、覆盖率
_STOP = re.compile(r"[,;。:!?\n()]")
# Matches: the comma of 比2015年,. Does not match: 比2015年减少(含)
_SEGMENT = re.compile(r"[,;。:!?\n]")
# Matches: 比2015年减少. Does not match: 占比重提高
_BASE = re.compile(
    r"(?:(?<![同环])比(?![重例率值])|较)(?P<base>[^,;。]{1,14}?)(?=提高|提升|增长|增加|上升|下降|降低|减少|翻|扩大|多|少|缩|压|削|增|减|降)|在(?P<on>[^,;。]{1,14}?)(?:的)?基础上|(?:是|为|相当于)(?P<of>[^,;。]{1,14}?)的$"
)
# What no such words can do without. Matches: the 比 of 比2015年. Does not match: 合格率达到95%
_MAY_COMPARE = re.compile("[比较在是为相]")
# Matches: 标准采用率从60%. Does not match: 标准采用率达到60%
_FROM = re.compile(r"(?:从|由)[^,;。]{0,14}$")
# Matches: 60%提高到80%. Does not match: 60%以上的企业
_FROM_TO = re.compile(
    r"^[^,;。]{0,8}?(?:提高|提升|增长|增加|扩大|上升|降低|下降|减少|压减|压缩|缩短|缩减|升|降|增|减|发展|调整)(?:到|至)|^\s*(?:到|至)"
)
# Matches: the words behind 超50亿元 in 超50亿元的产业集群. Does not match: 50亿元的目标
_OF_THINGS = re.compile("(?:(?:及?以上|及?以下|左右)?的(?!目标|水平|要求|标准)|级(?!以))[\u4e00-\u9fff]{2}")
_LONGEST_SENTENCE = 400  # characters that are looked through for the things of 分别
_COUNTED = frozenset("个家项户处座批所名支只件条")
# What is to be done by a term, where no number stands. Matches: 年内通过国家正式验收. Does not match: 年内不得转让
_DUTY_VERB = re.compile(
    r"完成|建成|建立|形成|实现|通过|达到|出台|印发|制定|启动|投入使用|覆盖|推出|报送|上报|将[^,。;]{2,40}报|竣工|开工|取缔|淘汰|关停|力争|争取|确保|编制|发布|组织|全面"
)
# Matches: 应当自受理之日起三个月内审查完毕. Does not match: 年内通过国家正式验收
_PROCEDURE = re.compile(r"不得|之日起|应当|可以|有权|无效|届满|期满|任期|有效期|施行|起施行|未|以来|如|的,|不予")
# Matches: 每年12月31日前. Does not match: 每年
_BY_DATE = re.compile(r"\d月|底|末|两|[2-9二三四五]年")
# What names the term of a whole clause. Matches: the 完成时限: of 完成时限:2025年底前. Does not match: 活动时间安排
_TERM_NOTE = re.compile(r"(?:时限|期限|时间|节点|进度)(?:要求)?\s*:\s*$")
_make_target = maker_of(Target)
_span_of = attrgetter("span")


class TargetReader:
    """Reads one clause's quantities from left to right.

    Args:
        unit: The clause with its folded text.
        masked: The folded text with quotations blanked.
        start: Where its words begin.
        deadlines: Those of the clause, in order.
        terms: Those of the headings above it and of the document.
        in_article: Whether the text is one of norms, where fewer numbers are aims.
    """

    def __init__(
        self,
        unit: Unit,
        masked: str,
        start: int,
        deadlines: Sequence[Deadline],
        terms: Terms,
        *,
        in_article: bool,
    ) -> None:
        self._unit, self._masked, self._start = unit, masked, start
        self._deadlines, self._terms = deadlines, terms
        self._folded = unit.folded
        self._context: Context | None = None
        self._hard_stops = [match.start() for match in _HARD.finditer(masked)]
        self._may_compare = _MAY_COMPARE.search(masked) is not None
        self._in_article = in_article
        self._binding = [d for d in deadlines if d.binding]
        self._noted = next((d for d in self._binding if _names_term(self._folded, d.span[0])), None)
        self._joined = False  # whether the number shares the words of the one before it
        self._shares: dict[int, dict[str, Any]] = {}  # of the quantities by their index
        self._last_indicator = ""
        self._last_start = 0
        self._last_end = self._start

    def read(self, quantities: Sequence[Quantity]) -> list[Target]:
        """The targets that quantities set, in order."""
        facts: list[Target] = []
        masked = self._masked
        previous_end = self._start
        baseline: str | None = None
        following = [*(quantity.span[0] for quantity in quantities[1:]), len(masked)]
        for index, (quantity, next_start) in enumerate(zip(quantities, following, strict=False)):
            start, stop = quantity.span
            segment_start = self._segment_start(start, previous_end)
            segment_end = self._segment_end(stop)
            if next_start < segment_end and quantity.unit in _COUNTED and self._qualifies(quantities[index + 1]):
                next_start = min(segment_end, following[index + 1])
            left = masked[segment_start:start]
            if _FROM.search(left) and _FROM_TO.search(masked[stop:segment_end]):
                baseline = self._unit.text[start:stop]
                previous_end = max(previous_end, segment_start)
                continue
            self._joined = index in self._shares
            if self._joined or is_aim(
                masked, quantity, segment_start, segment_end, next_start, in_article=self._in_article
            ):
                target = self._target(quantity, left, segment_start, min(segment_end, next_start), baseline)
                if target is not None:
                    if "分别" in left and not self._joined:
                        self._share_out(left, segment_start, target, quantities, index, facts)
                    facts.append(replace(target, **self._shares[index]) if index in self._shares else target)
                    previous_end = self._last_end
            baseline = None
        return facts

    def _qualifies(self, quantity: Quantity) -> bool:
        """Whether a number says which things are counted before it: 10个销售收入超50亿元的产业集群."""
        return _OF_THINGS.match(self._masked, quantity.span[1]) is not None

    def _share_out(
        self, left: str, start: int, first: Target, quantities: Sequence[Quantity], index: int, facts: Sequence[Target]
    ) -> None:
        """Note what each of the numbers side by side from ``index`` on has for itself."""
        low = max(self._start, start - _LONGEST_SENTENCE)
        sentence = max(low, *(self._masked.rfind(stop, low, start) + 1 for stop in "。;\n"))
        earliest = self._unit.raw_span(sentence, sentence + 1)[0]
        begin = start + self._skip_leading(left, start)
        shares = share_out(
            left,
            count_joined(self._masked, quantities, index),
            words=self._words(begin, start + left.rfind("分别")),
            earlier=[fact.indicator for fact in takewhile(lambda fact: fact.span[0] >= earliest, reversed(facts))][
                ::-1
            ],
            comparator=first.comparator,
        )
        self._shares |= enumerate(shares, index)
        if shares and names_nothing(left):
            self._last_start = begin

    def _segment_start(self, position: int, previous_end: int) -> int:
        low = max(self._start, position - REACH)
        if not self._hard_stops:
            return self._cell_start(max(low, previous_end), position)
        stop = self._last_stop(low, position) + 1
        # A closing bracket inside the indicator is no boundary: 服务质量(AQI)优良率.
        if stop > low and self._masked[stop - 1] == ")":
            opening = self._masked.rfind("(", low, stop - 1)
            if opening >= 0:
                stop = self._last_stop(low, opening) + 1
        return self._cell_start(max(stop, low, previous_end), position)

    def _cell_start(self, start: int, position: int) -> int:
        """Where the cell begins that has words before ``position``; ``start`` where none parts them."""
        cell = max(self._masked.rfind("\t", start, position), self._masked.rfind("|", start, position)) + 1
        return cell if cell and _WORDS.search(self._masked, cell, position) else start

    def _last_stop(self, low: int, position: int) -> int:
        """Offset of the last hard stop in ``masked[low:position]``; -1 where none stands there."""
        before = bisect_left(self._hard_stops, position)
        return self._hard_stops[before - 1] if before and self._hard_stops[before - 1] >= low else -1

    def _segment_end(self, position: int) -> int:
        masked = self._masked
        high = min(len(masked), position + REACH)
        match = _STOP.search(masked, position, high)
        if match is None:
            return high
        end = match.start()
        # 3个县(市)开展活动: a short bracket inside a name does not end it.
        if masked[end] == "(" and (closing := masked.find(")", end, end + 5)) >= 0:
            match = _STOP.search(masked, closing + 1, high)
            return match.start() if match else high
        return end

    def read_terms(self, numbered: Sequence[Target]) -> list[Target]:
        """Aims that a term bounds and no number measures: 于每年12月31日前形成工作总结."""
        facts: list[Target] = []
        spans = sorted(target.span for target in numbered)
        starts, ends = [start for start, _ in spans], list(accumulate((end for _, end in spans), max))
        last_end = 0
        for deadline in self._deadlines:
            a, b = deadline.span
            if not deadline.binding or a < self._start or self._masked[a] == "\x00":
                continue
            if (deadline.recurring and not _BY_DATE.search(deadline.text)) or deadline.text.endswith(("期间", "时期")):
                continue
            start, end = self._segment_start(a, self._start), self._segment_end(b)
            if not self._masked[b:end].strip() and end < len(self._masked) and self._masked[end] == ",":
                end = self._segment_end(end + 1)
            start += self._skip_modal(start, a)
            if start >= end:
                continue
            raw = self._unit.raw_span(start, end)
            before = bisect_left(starts, raw[1])
            if raw[0] < last_end or (before and raw[0] < ends[before - 1]):
                continue
            words = self._masked[start:end]
            if not _DUTY_VERB.search(words) or _PROCEDURE.search(words) or NO_AIM.search(words) or words[0] == "\x00":
                continue
            last_end = raw[1]
            indicator = "".join((self._unit.text[start:a] + self._unit.text[b:end]).split()).strip(",\uff0c、")
            if len(indicator) < 4:
                continue
            facts.append(
                _make_target(
                    span=raw,
                    text=self._unit.text[start:end],
                    indicator=indicator,
                    comparator="",
                    value=None,
                    unit="",
                    deadline=deadline.value,
                    deadline_text=deadline.text,
                    deadline_source="clause",
                )
            )
        return facts

    def _skip_modal(self, start: int, end: int) -> int:
        match = _LEADING.match(self._masked[start:end])
        return match.end() if match else 0

    # -- what it says ----------------------------------------------------------------------------

    def _target(self, quantity: Quantity, left: str, start: int, end: int, baseline: str | None) -> Target | None:
        behind = _BEHIND.match(self._masked, quantity.span[1])
        word = behind["word"] if behind else None
        stop = behind.end("word") if behind and word else quantity.span[1]
        comparator = comparator_of(left, word, quantity)
        indicator, span = self._indicator(left, start, quantity, stop, end)
        if not indicator:
            return None
        self._last_end = max(stop, span[1])
        deadline, source = self._deadline(quantity)
        base = baseline or self._baseline(quantity)
        return _make_target(
            span=self._unit.raw_span(*span),
            text=self._unit.text[slice(*span)],
            indicator=indicator,
            comparator=comparator,
            value=quantity.value,
            unit=quantity.unit,
            upper_value=quantity.upper,
            deadline=deadline.value if deadline else None,
            deadline_text=deadline.text if deadline else None,
            deadline_source=source,
            baseline=base,
        )

    def _indicator(self, left: str, start: int, quantity: Quantity, stop: int, end: int) -> tuple[str, Span]:
        """The words that say what is counted, and the span of the whole statement."""
        a = start + self._skip_leading(left, start)
        level = find_level(left)
        reached = level.group() if level else ""
        b = start + (level.start() if level else len(left))
        right_end = self._object_end(stop, end)
        if self._joined and a >= b:
            return self._last_indicator, (self._last_start, stop)
        words = self._words(a, b)
        counted = self._words(stop, right_end)
        made = _MADE.search(reached) if reached else None
        if made and counted and not self._closes(stop):
            # 每县至少建成1个示范园区: the verb counts what stands behind the number.
            return self._keep(words + made.group() + counted, a, (a, right_end))
        if reached and words and not ends_with_verb(words):
            return self._keep(words, a, (a, stop))
        if words and counted and (ends_with_verb(words) or not self._closes(stop)):
            return self._keep(words + counted, a, (a, right_end))
        if words:
            return self._keep(words, a, (a, stop))
        if counted:
            return self._keep(counted, quantity.span[0], (quantity.span[0], right_end))
        before = self._before(a)
        if before is not None and before[1] > self._last_end:
            return self._keep(self._words(*before), before[0], (before[0], stop))
        # 奖励20万元,最高不超过100万元: the same thing, measured again.
        return self._keep(self._last_indicator, self._last_start, (start + len(left) - len(left.lstrip()), stop))

    def _keep(self, indicator: str, start: int, span: Span) -> tuple[str, Span]:
        if (
            self._masked.startswith("其中", max(0, start - 2))
            and self._last_indicator
            and self._last_indicator != indicator
        ):
            indicator = f"{self._last_indicator}(其中{indicator})"
        elif indicator:
            self._last_indicator = indicator
        self._last_start = start
        return indicator, span

    def _closes(self, stop: int) -> bool:
        """Whether the number ends its phrase."""
        return stop >= len(self._masked) or self._masked[stop] in ",;。:!?\n()、和及与" or self._masked[stop].isspace()

    def _skip_leading(self, left: str, start: int) -> int:
        skipped, stop = 0, start + len(left)
        first = bisect_left(self._deadlines, (start, start), key=_span_of)
        for at in range(first, len(self._deadlines)):
            a, b = self._deadlines[at].span
            if a > start + skipped + 4 or b > stop:
                break
            skipped = b - start
        match = _LEADING.match(left[skipped:])
        return skipped + (match.end() if match else 0)

    def _words(self, start: int, end: int) -> str:
        if start >= end:
            return ""
        words, folded = self._unit.text[start:end], self._folded[start:end]
        if _BLANK.search(folded):
            words, folded = "".join(words.split()), "".join(folded.split())
        if folded[-1:] in _LAST_OF_NUMBER_WORDS and (cut := _NUMBER_WORDS.search(folded)):
            words = words[: cut.start()]
            folded = folded[: cut.start()]
        compared = _COMPARED.search(folded)
        if compared and compared.start() > 1:
            words = words[: compared.start()]
            folded = folded[: compared.start()]
        if folded[-1:] in _LAST_OF_GROWTH:
            if _GROWTH.fullmatch(words):
                return ""
            grown = _GROWTH.search(folded)
            if grown and grown.start() > 2:
                words = words[: grown.start()]
        if "|" in words:  # the cells of a row, its number apart
            words = " ".join(cell for cell in words.split("|") if cell.strip(".0123456789"))
        return words.removesuffix("的") if len(words) > 3 else words

    def _object_end(self, stop: int, end: int) -> int:
        """Where the counted thing ends: at the next stop outside brackets, or before a joined number."""
        limit = min(end, stop + 40)
        while limit > stop and self._masked[limit - 1] in "、和及与 \n":
            limit -= 1
        return limit

    def _before(self, position: int) -> Span | None:
        """The phrase in front, for a level that stands behind a comma: …覆盖率,达到95%以上."""
        end = position
        while end > self._start and self._masked[end - 1] in ", \x00":
            end -= 1
        if end == position or end <= self._start:
            return None
        start = self._last_stop(self._start, end) + 1
        start = max(start, self._start)
        return (start, end) if end - start >= 2 else None

    def _baseline(self, quantity: Quantity) -> str | None:
        if not self._may_compare:
            return None
        position = quantity.span[0]
        reach = max(self._start, self._masked.rfind("。", 0, position) + 1, position - 40)
        match = None
        for match in _BASE.finditer(self._masked, reach, position):  # noqa: B007 - the last one counts
            pass
        if match is None or (match["of"] is None and _SEGMENT.search(self._masked, match.end(), position)):
            return None
        group = "base" if match["base"] else "on" if match["on"] else "of"
        return self._unit.text[slice(*match.span(group))]

    def _deadline(self, quantity: Quantity) -> tuple[Deadline | None, str | None]:
        if self._binding and (own := nearest_term(self._folded, self._binding, quantity.span[0])) is not None:
            return own, "clause"
        if self._noted is not None:
            return self._noted, "clause"
        if self._context is None:
            self._context = self._terms.above(self._unit.clause.path)
        if self._context.heading is not None:
            return self._context.heading, "heading"
        if self._context.document is not None:
            return self._context.document, "document"
        return None, None


def _names_term(folded: str, position: int) -> bool:
    """Whether the words before ``position`` announce the term of the whole clause."""
    return _TERM_NOTE.search(folded, max(0, position - 8), position) is not None
