"""Follow-up -> standalone question, from the questions before it.

A follow-up names only what changes: a place, an indicator, a role. The rest is taken from the last question; a
question that stands by itself is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.folding import fold
from corpus.regions import find_regions
from service.phrasing import in_script
from service.topic import Term
from service.translation import Translator
from service.understanding import LONGEST_QUESTION, Interpretation, understand

# Matches: 那西藏呢? / 这个指标是哪一年的 / and who supports? Does not match: 那曲市有哪些目标.
_CUE = re.compile(
    r"^(?:那么?(?!曲|坡)|还有|另外|此外|再|同样|接着|然后|至于|换成|如果是|要是)|^(?:这|该|其|它|上述|前述|此)(?:个|项|些|条|份|类|一)?|(?:呢|呐)[?。!]*$|(?:它|其|该|这个|这项|上述|刚才)(?:的|们)?|"
    r"^(?:and|but|so|then|also|or|what about|how about|same)\b|\b(?:it|its|they|their|them|that one|those|this one|these|there)\b"
)
_LEADING = re.compile(
    r"^(?:那么?|还有|另外|此外|再|同样|接着|然后|至于|换成|如果是|要是|and|but|so|then|also|what about|how about)[\s,]*",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:呢|呐)?[?。!]*$")
# What the words of a question say about how it asks, for a follow-up that names only a new thing.
_ASK_AGAIN = {
    "numeric_target": ("目标是多少?", "what is the target?"),
    "responsibility_lead": ("由谁牵头?", "who leads?"),
    "responsibility_support": ("由哪些部门配合?", "which departments support?"),
    "responsibility": ("由谁负责?", "who is responsible?"),
    "deadline": ("什么时候完成?", "by when?"),
    "which_regions": ("哪些地区的文件提到?", "which regions mention it?"),
    "definition": ("是什么意思?", "what does it mean?"),
}
# A follow-up that asks by itself. Matches: 今天天气怎么样. Does not match: 垃圾处理率呢.
_ASKS = re.compile(
    r"怎么|什么|哪|谁|几|多少|吗|如何|是否|有没有|\b(?:what|who|which|how|when|where|why|is|are|does|do)\b"
)
# What happens to a thing, and no thing: 什么时候上线 asks about what was spoken of before.
_EVENTS = frozenset(
    {
        "上线",
        "启动",
        "开始",
        "结束",
        "投用",
        "投入使用",
        "开通",
        "开工",
        "竣工",
        "验收",
        "上报",
        "报送",
        "申报",
        "评选",
        "考核",
        "检查",
    }
    | {
        "达标",
        "落地",
        "执行",
        "施行",
        "生效",
        "交付",
        "移交",
        "公布",
        "发布",
        "通过",
        "批准",
        "处罚",
        "罚",
        "奖",
        "补",
        "报",
        "交",
    }
    | {
        "start",
        "started",
        "begin",
        "finish",
        "finished",
        "end",
        "launch",
        "launched",
        "online",
        "open",
        "done",
        "ready",
        "due",
    }
)


def make_standalone(question: str, history: Sequence[str], translator: Translator) -> str:
    """The question with what the earlier ones give filled in.

    Args:
        question: As asked.
        history: Earlier questions, oldest first.
        translator: See ``service.translation``.

    Returns:
        ``question`` itself where it stands alone.
    """
    # A turn that was blank, or too long to be read, has nothing to fill in.
    history = [turn for turn in history if 0 < len(turn.strip()) <= LONGEST_QUESTION]
    if not history:
        return question
    before = make_standalone(history[-1], history[:-1][-4:], translator)
    last, now = understand(before, translator), understand(question, translator)
    topic = [term for term in _weighty(now) if term.surface not in _EVENTS or now.intent == "fact"]
    cued = bool(_CUE.search(fold(question).strip()))
    if not cued and (topic and (now.regions or len(topic) >= 2 or not last.regions)):
        return question
    english = now.language == "en"
    rest = _TRAILING.sub("", _LEADING.sub("", question.strip())).strip(" ,\uff0c")
    if now.regions and not topic:
        return _with_regions(before, last, now)
    if now.years and not now.regions and not topic and now.intent == "fact":
        return _with_years(before, _printed_years(question), english=last.language == "en")
    place = "" if now.regions else _printed_regions(before)
    year = "" if now.years or not last.years else _printed_years(before)
    if topic and (swapped := _swap_modifier(before, rest)):
        return swapped
    if topic:
        asks_nothing = now.intent == "fact" and not _ASKS.search(fold(rest))
        again = _ASK_AGAIN.get(last.intent, ("", ""))[english] if asks_nothing else ""
        if english:
            return " ".join(
                part for part in (f"{rest},", f"{again}", f"in {place}" if place else "", year) if part.strip(",")
            )
        return f"{place}{year}{rest}{in_script(again, last.language)}"
    if now.metadata_field or now.intent != "fact":
        subject = _subject(last)
        if english:
            return f"{rest}: {subject}, {place} {year}".strip(" ,") + "?"
        return f"{place}{year}{subject},{rest}?"
    return question


def _swap_modifier(before: str, rest: str) -> str | None:
    """The last question with one modifier in place of another: 生活性的 for 生产性的.

    Only words that end alike and are as long stand for each other.
    """
    modifier = re.fullmatch(r"([\u4e00-\u9fff]{2,6})的", rest)
    if modifier is None:
        return None
    new, folded = modifier[1], fold(before)
    key = fold(new)
    for start in range(len(before) - len(key) + 1):
        old = folded[start : start + len(key)]
        if old != key and old[-1] == key[-1] and sum(a == b for a, b in zip(old, key, strict=True)) * 2 >= len(key):
            return before[:start] + new + before[start + len(key) :]
    return None


def _weighty(interpretation: Interpretation) -> list[Term]:
    return [term for term in interpretation.topic if not term.light]


def _with_regions(before: str, last: Interpretation, now: Interpretation) -> str:
    """The last question asked of other places."""
    names = in_script("、".join(region.name for region in now.regions), last.language)
    mentions = find_regions(before)
    if not mentions:
        return f"{before.rstrip('?')} ({names})?" if last.language == "en" else f"{names}{before}"
    text = before
    for place, mention in reversed(list(enumerate(mentions))):
        text = text[: mention.start] + (names if place == 0 else "") + text[mention.end :]
    return text


def _with_years(before: str, years: str, *, english: bool) -> str:
    """The last question asked of another year."""
    if printed := _printed_years(before):
        tail = "年" if printed.endswith("年") and not years.endswith(("年", "期", "期间", "期間")) else ""
        return before.replace(printed, years + tail, 1)
    return f"{before.rstrip('?')} in {years}?" if english else f"{years}{before}"


def _printed_regions(question: str) -> str:
    return "、".join(question[m.start : m.end] for m in find_regions(question))


def _printed_years(question: str) -> str:
    match = re.search(r"(?:19|20)\d{2}\s*年?|[“「]?十[一二三四五]?五[”」]?(?:期间|时期|期間|時期)?", question)
    return match.group() if match else ""


def _subject(last: Interpretation) -> str:
    """The words of the last question's topic, in its order."""
    return (" " if last.language == "en" else "").join(term.surface for term in last.topic)
