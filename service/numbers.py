"""The numbers of a clause that answer: the stretches between commas that count what is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.folding import fold
from corpus.model import Clause, Span
from indexer.tokenizer import part_of_speech, segment
from service.evidence import Evidence, coverage_of, folded_text
from service.periods import find_years
from service.table_rows import is_row
from service.topic import Term, covers, is_light_word

# Matches up to a mark, the colon of a ratio (1:1) apart; who is given a sum stands with it.
# Matches: 对首次获得认定的企业,给予一次性奖励8万元. Does not match: 对标一流,建成3个园区 (two stretches).
_SEGMENT = re.compile(
    r"(?:(?:[^,。;:!?\n]{1,6}(?:条|[)）、.])\s*)?对[^,。;:!?\n]{2,60},(?=(?:一次性)?(?:给予|予以|按|每|奖|补|最高)))?"
    r"(?:[^,。;:!?\n]|(?<=\d):(?=\d))+"
)
# Matches: 19个 / 95%以上 / 四个示范区 / 三分之二. Does not match: 2014年 / 第28类 / pm2.5 / 二次供水.
_NUMBER = re.compile(
    r"(?<![第\d.a-z])\d[\d,.]*(?![\d.]*\s?(?:年|月|日|号|时))|(?<![第一二三四五六七八九十百])(?![一二]次)[一二三四五六七八九十百千万亿两]+(?=[个项家件户张名所条种类处座人次倍成])|[百一二三四五六七八九十]分之"
)
# A number of things and no share of them. Matches: 500人次 / 四个示范区. Does not match: 80%以上 / 2个百分点.
_COUNT = re.compile(
    r"(?<![第\d.a-z])\d[\d,.]*(?![\d.]*\s?(?:[%年月日号时]|个?百分点))|(?<![第一二三四五六七八九十百])(?![一二]次)[一二三四五六七八九十百千万亿两]+(?=[个项家件户张名所条种类处座人次倍](?!百分点))"
)
_SHARES = frozenset(("", "%", "‰"))  # units of what is no number of things
# What costs nothing. Matches: 不收取任何费用, 免费. Does not match: 不得乱收费.
_FREE = r"不得?收取?(?:任何)?费|免费|免收"
ANY_UNIT = "#"
"""Stands for the unit where things are counted, whatever they are counted in."""

# Units that stand for each other in print, as patterns. 个 counts almost anything, but no people.
_SAME_UNIT = {
    "家": "[家个]",
    "个": "[个家项处座所种类]",
    "名": "名|人(?!次)|位",
    "人": "人(?!次)|名|位",
    "所": "[所个家]",
    "处": "[处个]",
    "项": "[项个]",
    "种": "[种类个]",
    "岁": "周?岁",
    "度": "度|℃|摄氏度",
    "年": r"(?<!\d{4})年",  # 2021年 is no span
    # A fine may be set by what was gained: 五倍以下的罚款.
    "元": "元|倍(?=以[上下][^,。;]*罚)",
}


# What is measured as a share. Matches: 合格率, 比例, 满意度. Does not match: 效率低下.
_SHARE_WORD = re.compile(r"(?:率|比例|比重|占比|份额|满意度)$")
# Matches: 90% / 百分之五 / 2个百分点 / 三成. Does not match: 20家.
_SHARE = re.compile(r"%|百分|分之|[\d一二三四五六七八九两]成")
# What is measured in money. Matches: 钱, 奖金, 罚款. Does not match: 资金管理.
_MONEY_WORD = re.compile(r"^(?:钱|奖金|奖励|补贴|补助|罚款|罚金|费用|资金|经费|投资|注册资本|货币)$")
_MONEY = re.compile(r"[\d一二三四五六七八九十百千万亿]\s?元")
_OF_KIND = 0.1  # what being of the right kind adds to the coverage of a stretch
_LACKING = 0.3  # coverage below which a stretch lacks a word
_OF_NAME = 0.6  # coverage of a word that a stretch has, if in another form
_OF_WHOLE = 0.95  # what a word counts for a part that stands with its whole
# A part of what was counted before. Matches: 其中国家级10个. Does not match: 集中处理率.
_PART = re.compile(r"\s*其中")
_SENTENCE_END = re.compile(r"[。;\n]")


_HAN = re.compile(r"[\u3400-\u9fff]")
# Times and amounts. Matches: 2014年底前, 1.5万辆, 80万公顷以上. Does not match: 黄标车.
_AMOUNTS = re.compile(
    r"\d{4}年[底末]?前?|\d{1,2}月底?前?|之?前|以[上下内]|左右|"
    r"\d[\d.,]*\s?[余多]?[百千万亿]*(?:个?百分点|人次|公里|公顷|平方米|立方米|[\u4e00-\u9fff%])"
)
# What is counted right behind a number, up to the next mark or number.
# Matches: 行业协会承担推荐 of 1至2个行业协会承担推荐. Does not match: 2个百分点, 19个.
_COUNTED_BEHIND = re.compile(
    r"[\d一二三四五六七八九十百千万两]\s?(?:余|多)?(?:个(?!百分点)|[家项户名所条种类处座位件张])(?:以[上下内]|左右)?(?P<thing>[\u4e00-\u9fff]{2,})"
)
# A limit that is asked for, and one that is set.
# Matches: 最多给几个 / 不超过10名. Does not match: 5亿元以上的项目奖多少.
_LIMITS = (
    (
        re.compile(r"最多|最高|至多|上限|封顶|\bat most\b|\bmaximum\b"),
        re.compile(r"最多|最高|至多|上限|封顶|不超过|以[内下]"),
    ),
    (
        re.compile(r"最少|最低|至少|下限|\bat least\b|\bminimum\b"),
        re.compile(r"最少|最低|至少|下限|不少于|不低于|以上"),
    ),
)
_WEIGHTY = 0.15  # share of the topic that a word needs to be asked for by itself
_WHOLE = 0.95  # coverage of a word that stands whole
_MOST_NUMBERS = 3


def best_numbers(
    clause: Clause,
    topic: Sequence[Term],
    weights: Sequence[float],
    *,
    unit: str | None = None,
    counted: Sequence[Term] = (),
    several: bool = False,
    years: frozenset[int] = frozenset(),
    wording: str = "",
) -> Evidence:
    """The stretches between commas that hold a number and cover the topic best.

    The heading counts for every stretch, since it says what all the numbers beneath it are about.

    Args:
        clause: The clause.
        topic: The question's terms.
        weights: Theirs, summing to 1.
        unit: What the number has to be counted in, where the question says it; ``ANY_UNIT`` for no share.
        counted: Terms of the topic that name the counted thing, the noun itself last; where stretches name it, or at
            least its kind, others count something else.
        several: Whether stretches that have a further word of the topic are wanted too.
        years: Years that are asked for; where a sentence names one, those of sentences that name others give way.
        wording: The folded question; one that asks for a limit (最多) is answered by one sooner than by another number.
    """
    limits = [limit for asked, limit in _LIMITS if asked.search(wording)]
    number = _NUMBER
    # The unit of a table's row stands in a cell of its own.
    of_row = {fold(target.unit) for target in clause.targets} if is_row(clause) else set()
    if unit == ANY_UNIT:
        number = _NUMBER if of_row - _SHARES else _COUNT
    elif unit is not None and unit not in of_row:
        number = re.compile(
            rf"[\d一二三四五六七八九十百千万亿两几]\s?(?:余|多|万|亿)?(?:{_SAME_UNIT.get(unit, re.escape(unit))})"
        )
    if unit == "元":
        number = re.compile(f"{number.pattern}|{_FREE}")
    folded = folded_text(clause.text)
    head = fold(clause.labels[-1]) if clause.labels else ""
    # A clause of one sentence is its own label, and no heading.
    is_headed = folded.startswith(head) and (clause.kind == "heading" or len(head) < len(folded.rstrip()))
    behind_head = len(head) if is_headed else 0
    kind = _kind_of_number(topic)
    found: list[tuple[float, float, Span]] = []
    from_where: dict[Span, list[int]] = {}  # a stretch -> where the words may begin that say what it counts
    others: list[Span] = []
    last = (0, 0)  # the last stretch with a number
    whole = (0, 0)  # that of which the numbers behind 其中 are parts
    starts: list[int] = []  # of the stretches of this sentence, the last one first
    for match in _SEGMENT.finditer(folded):
        start, end = match.span()
        if end <= behind_head:
            continue
        if starts and _SENTENCE_END.search(folded, starts[0], start):
            starts, whole = [], (0, 0)
        starts.insert(0, start)
        end = _without_note(folded, start, end)
        if not number.search(folded, start, end):
            if several and _NUMBER.search(folded, start, end):
                others.append((start, end))
            continue
        here = folded[start:end]
        # A list shares its verb and its object over commas (培育…19个,新增…10件): what stands before counts for less,
        # and for less still where it has a number of its own.
        before, behind = folded[max(last[1], start - 40) : start], folded[max(0, start - 40) : last[1]]
        if _PART.match(folded, start):
            whole = last
        of_whole = folded[slice(*whole)]
        own = [covers(term, here) for term in topic]
        if max(own, default=0.0) < _LACKING and _counts_another(here, coverage_of(head, topic, weights)):
            continue
        if _counts_beside(here, topic, counted):
            continue
        value = sum(
            weight
            * max(
                c,
                _OF_WHOLE * covers(term, of_whole),
                0.6 * covers(term, before),
                0.5 * covers(term, behind),
                0.5 * covers(term, head),
            )
            for term, weight, c in zip(topic, weights, own, strict=True)
        )
        found.append((value + _OF_KIND * bool(kind and kind.search(here)), value, (start, end)))
        own_starts = [at for at in starts if at >= last[1]]
        from_where[start, end] = [*own_starts, whole[0]] if of_whole else own_starts
        last = (start, end)
    if not found:
        return Evidence((), 0.0)
    found = _of_years(folded, found, years)
    naming = _naming(folded, from_where, counted) or _naming(folded, from_where, counted[:-1])
    limiting = [one for one in found if one[1] >= _LACKING and any(x.search(folded, *one[2]) for x in limits)]
    told = limiting or [one for one in found if one[2] in naming] or found
    best = max(value for value, _, _ in told)
    ranges = [span for value, _, span in told if value >= best - 1e-9]
    if len(ranges) > 1:
        doubts = [_doubt(folded[start:end], topic, weights) for start, end in ranges]
        ranges = [span for span, doubt in zip(ranges, doubts, strict=True) if doubt <= min(doubts) + 1e-9]
    coverage = max(value for _, value, span in found if span in ranges)
    if several:
        ranges += _further(folded, ranges, [*(span for _, _, span in found), *others], topic, weights)
    said_whole = [_from_quotation(folded, naming.get(span, span)) for span in ranges[:_MOST_NUMBERS]]
    said_whole = [_with_consequence(folded, span) for span in said_whole]
    return Evidence(tuple(sorted(said_whole)), coverage)


def _naming(folded: str, from_where: Mapping[Span, Sequence[int]], counted: Sequence[Term]) -> dict[Span, Span]:
    """The stretches that count the thing which some terms name, each with the least words before it that name it."""
    naming: dict[Span, Span] = {}
    for (start, end), places in from_where.items() if counted else ():
        for at in places:
            if all(covers(term, folded[at:end]) >= _OF_NAME for term in counted):
                naming[start, end] = (at, end)
                break
    return naming


def _from_quotation(folded: str, span: Span) -> Span:
    """A stretch from the mark on that opens the quotation which it ends: commas part what is quoted too."""
    start, end = span
    closing = folded.find("”", start, end)
    if closing < 0 or "“" in folded[start:closing]:
        return span
    opening = folded.rfind("“", 0, start)
    return (opening, end) if opening > folded.rfind("”", 0, start) else span


def _with_consequence(folded: str, span: Span) -> Span:
    """A stretch that is only a condition (温度低于14℃的) with the one behind it, which says what follows."""
    start, end = span
    behind = _SEGMENT.match(folded, end + 1) if folded[end - 1 : end + 1] == "的," else None
    return (start, behind.end()) if behind else span


def _counts_another(here: str, in_head: float) -> bool:
    """Whether a stretch that has no word of the topic counts a thing of its own: 淘汰1.5万辆黄标车.

    完成1.5万辆 counts what was said before.
    """
    if in_head >= _LACKING or _MONEY.search(here):
        return False  # a sum is of what was said before
    words = [word for word in segment(_AMOUNTS.sub("", here)) if len(word) > 1 and _HAN.search(word)]
    return not all(map(is_light_word, words))


def _counts_beside(here: str, topic: Sequence[Term], counted: Sequence[Term]) -> bool:
    """Whether a stretch that has the thing whose number is asked for counts another, which no word of the topic names.

    选择2个行业协会承担名牌产品的推荐 counts 行业协会 and no 名牌产品.
    """
    if not counted or covers(counted[-1], here) < _OF_NAME:
        return False
    things = [_first_noun(match["thing"]) for match in _COUNTED_BEHIND.finditer(here)]
    named = [term for term in topic if not term.light]
    return bool(things) and all(thing and not any(covers(t, thing) >= _LACKING for t in named) for thing in things)


def _first_noun(behind: str) -> str:
    """The words before the first verb of a stretch that a verb parts from what else is said; empty without one."""
    noun = ""
    for word in segment(behind):
        if (part_of_speech(word) or "").startswith(("v", "p")) and part_of_speech(word) != "vn":
            return noun if len(noun) > 1 else ""
        noun += word
    return ""


def _of_years(
    folded: str, found: list[tuple[float, float, Span]], years: frozenset[int]
) -> list[tuple[float, float, Span]]:
    """The stretches of sentences that name a year which is asked for; all of them where none does."""
    if not years:
        return found
    said = [find_years(_sentence_around(folded, span)) for _, _, span in found]
    kept = [one for one, named in zip(found, said, strict=True) if not named or named & years]
    return kept if any(named & years for named in said) else found


def _sentence_around(folded: str, span: Span) -> str:
    ends = [match.start() for match in _SENTENCE_END.finditer(folded)]
    start = max((at + 1 for at in ends if at < span[0]), default=0)
    return folded[start : min((at for at in ends if at >= span[1]), default=len(folded))]


def _further(
    folded: str, chosen: Sequence[Span], spans: Sequence[Span], topic: Sequence[Term], weights: Sequence[float]
) -> list[Span]:
    """Stretches that have, whole, a weighty word of the topic which those chosen lack."""
    further: list[Span] = []
    for term, weight in zip(topic, weights, strict=True):
        taken = [*chosen, *further]
        if term.light or weight < _WEIGHTY or any(covers(term, folded[start:end]) >= _WHOLE for start, end in taken):
            continue
        having = [span for span in spans if span not in taken and covers(term, folded[slice(*span)]) >= _WHOLE]
        further += having[:1]
    return further


def _kind_of_number(topic: Sequence[Term]) -> re.Pattern[str] | None:
    """What the number that is asked for looks like, by what is measured: a share, or money."""
    for term in topic:
        if any(_SHARE_WORD.search(word) for word in term.alternatives[:1]):
            return _SHARE
    return _MONEY if any(_MONEY_WORD.search(word) for term in topic for word in term.alternatives[:2]) else None


def _doubt(here: str, topic: Sequence[Term], weights: Sequence[float]) -> float:
    """How doubtful it is that a stretch has the topic's own words: 产品 inside 农产品 is another word.

    A word that is not the first choice for a term is more doubtful than the first.
    """
    bounds = {0}
    for word in segment(here):
        bounds.add(max(bounds) + len(word))
    doubt = 0.0
    for term, weight in zip(topic, weights, strict=True):
        places = [(rank, here.find(word), len(word)) for rank, word in enumerate(term.alternatives) if word in here]
        if places:
            doubt += weight * min(0.05 * rank + 0.2 * (not {at, at + length} <= bounds) for rank, at, length in places)
    return doubt


# Matches: (盟林业局负责) at the end of a stretch. Does not match: (AQI).
_DUTY_NOTE = re.compile(r"\s*\([^()]*(?:负责|牵头|配合|落实)\)$")


def _without_note(folded: str, start: int, end: int) -> int:
    """Where a stretch ends that runs into a note in brackets: 95%以上(盟环保局牵头, stops at the bracket."""
    if note := _DUTY_NOTE.search(folded, start, end):
        return note.start()
    opening = folded.rfind("(", start, end)
    return opening if opening > start and folded.find(")", opening, end) < 0 else end
