"""The sentences of a clause that answer, and where they stand in its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.folding import fold
from corpus.model import Clause, Span
from service.periods import find_years
from service.topic import Term, covers

_SENTENCE = re.compile(r"[^。;!?\n]*(?:[。;!?]+[”\"’)]*|\n|$)")
# Words of time.
# Matches: 到2020年底 / "十一五"期末 / 年内 / 每两年 / 1小时内 / 60分钟 / 有效期限为一年. Does not match: 年度计划.
TIME_WORDS = re.compile(
    r"\d{4}年|[〇零一二三四五六七八九]{4}年|[一二三四五六七八九十\d]+年(?:内|之内|以内|左右|时间)|年内|年底|年末|月底|季度|期末|末期|五[”\"]?(?:期间|时期|末)|"
    r"每[一二两三四五六七八九十半\d]*(?:个)?[年月周季日天]|\d{1,2}月(?:\d{1,2}日)?|之?前(?=[,。;完)])|当年|逐年|终身|长期坚持|常年|全天|24小时|[一二三四五六七八九十\d]+(?:个月|个工作日|日|天)(?:内|以内)|"
    r"[一二三四五六七八九十\d]+(?:个?小时|分钟)|期限?[为是]?[一二三四五六七八九十\d]+(?:年|个月|日|天)"
)


# What a name has behind the act that it is called by.
# Matches: 办法 of 考核办法, 目标 of 考核目标. Does not match: 工作 of 考核工作.
_CALLED = (
    r"(?:(?:工作|管理|评价|评定|实施|暂行)*(?:办法|方案|细则|制度|机制|体系|标准|指标|目标|内容|结果|规定|条例|程序|权限|机构|"
    r"部门|机关|单位|人员|专家))"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Part of a clause's text: half-open ranges of it, and how far they cover the topic (0 to 1)."""

    ranges: tuple[Span, ...]
    coverage: float


@lru_cache(maxsize=4096)
def folded_text(text: str) -> str:
    """A clause's text, folded; the clauses that a question is held against are read many times over."""
    return fold(text)


def coverage_of(folded: str, topic: Sequence[Term], weights: Sequence[float]) -> float:
    """How far a folded text covers a topic, 0 to 1."""
    return sum(weight * covers(term, folded) for term, weight in zip(topic, weights, strict=True))


def only_calls(act: Term, folded: str) -> bool:
    """Whether a text names what is called by an act (考核办法), and does not say that it is done."""
    words = "|".join(map(re.escape, act.alternatives))
    return bool(re.search(f"(?:{words})", folded)) and not re.search(f"(?:{words})(?!{_CALLED})", folded)


def doing_words(act: Term) -> re.Pattern[str]:
    """What a sentence has that says who does something: 市政府将组织对各县进行考核."""
    words = "|".join(map(re.escape, act.alternatives))
    return re.compile(
        rf"(?:由|将|应当?|负责|组织|进行|开展|实施)[^。;\n]*(?:{words})(?!{_CALLED})|(?:{words})[^。;\n]*由"
    )


def doer_words(act: Term) -> re.Pattern[str]:
    """What a sentence has that says in its own words who does something, whoever its clause puts in charge.

    Matches: 由行业协会推荐 / 行业协会承担名牌产品的推荐 / 推动市政府设立. Does not match: 推荐申报名牌产品.
    """
    words = "|".join(map(re.escape, act.alternatives))
    doer = r"[^。;,\n]{0,30}?(?:[局委厅部署院会所站队]|中心|部门|政府|机构|机关|单位|组织|企业|公司|学校|办公室|[人员])"
    acting = rf"(?:由|推动|鼓励|引导|支持|委托){doer}|{doer}承担"
    return re.compile(rf"(?:{acting})[^。;,\n]{{0,30}}?(?:{words})(?!{_CALLED})")


def split_sentences(text: str) -> list[Span]:
    """Ranges of the sentences of a text, blanks around them left out; a note in brackets is one of its own."""
    folded = folded_text(text)
    ranges: list[Span] = []
    for match in _SENTENCE.finditer(folded):
        start, end = match.span()
        while start < end and folded[start].isspace():
            start += 1
        while end > start and folded[end - 1].isspace():
            end -= 1
        if start < end:
            ranges.append((start, end))
    return ranges


def best_sentences(
    clause: Clause,
    topic: Sequence[Term],
    weights: Sequence[float],
    *,
    most: int = 3,
    need: re.Pattern[str] | None = None,
    years: frozenset[int] = frozenset(),
) -> Evidence:
    """The sentences of a clause that together cover the topic best, in the order of the text.

    Args:
        clause: The clause.
        topic: The question's terms.
        weights: Theirs, summing to 1.
        most: How many sentences at most.
        need: What one of them must hold (a number, a time); the best of those that do comes first.
        years: Years that are asked for; where a sentence names one, those that name others only come last.
    """
    folded = folded_text(clause.text)
    sentences = split_sentences(clause.text)
    if not sentences:
        return Evidence((), 0.0)
    if need is None:
        sentences = _beside_notes(clause, sentences)
    own = [[covers(term, folded[start:end]) for term in topic] for start, end in sentences]
    alone = [sum(w * c for w, c in zip(weights, row, strict=True)) for row in own]
    named = [find_years(folded[start:end]) if years else years for start, end in sentences]
    of_others = [bool(years and said and not said & years) and any(n & years for n in named) for said in named]
    order = sorted(range(len(sentences)), key=lambda i: (of_others[i], -alone[i], i))
    if need is not None:
        holding = [i for i in order if need.search(folded, *sentences[i])]
        order = [*holding[:1], *(i for i in order if i not in holding[:1])]
    chosen = [order[0]]
    held = list(own[order[0]])
    for i in order[1:]:
        gain = sum(w * max(0.0, c - h) for w, c, h in zip(weights, own[i], held, strict=True))
        if len(chosen) >= most or gain < 0.12 or of_others[i]:
            break
        chosen.append(i)
        held = [max(c, h) for c, h in zip(own[i], held, strict=True)]
    if chosen == [0] and len(sentences) > 1 and clause.labels and sentences[0][1] <= len(clause.labels[-1]) + 1:
        chosen.append(1)  # the heading names the matter; what is said of it follows
    total = sum(w * h for w, h in zip(weights, held, strict=True))
    return Evidence(tuple(sentences[i] for i in sorted(chosen)), total)


def _beside_notes(clause: Clause, sentences: list[Span]) -> list[Span]:
    """The sentences that are no note of duties: (市环保局牵头) says who, and not what. All where nothing else is said.

    A note that says how notes are to be read (列第一位者为牵头部门) is kept.
    """
    folded = folded_text(clause.text)
    notes = [span for duty in clause.responsibilities for span in find_range(clause.text, duty.note)]
    said = [s for s in sentences if "下同" in folded[slice(*s)] or not any(a <= s[0] and s[1] <= b for a, b in notes)]
    return said or sentences


def first_sentences(clause: Clause, *, most: int, behind: int = 0) -> Evidence:
    """The first sentences of a clause, ``most`` at the most, from those on that end behind an offset."""
    sentences = split_sentences(clause.text)
    said = [span for span in sentences if span[1] > behind] or sentences
    return Evidence(tuple(said[:most]), 1.0)


def find_range(text: str, part: str) -> tuple[Span, ...]:
    """Where ``part`` stands in ``text``, if it does."""
    at = text.find(part) if part else -1
    return ((at, at + len(part)),) if at >= 0 else ()
