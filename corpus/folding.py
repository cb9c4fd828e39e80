"""The folded form of a text: simplified, half-width, one character for one.

Search, matching and comparison run over the folded form; it is never shown. The fold keeps the length,
so that offset ``i`` of the folded text is offset ``i`` of the printed one.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from operator import ne

import opencc

from corpus.model import Script

# Full-width ASCII, the ideographic space, and the quotation marks and dashes that vary by typesetter.
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDTH |= {0x3000: 0x20, 0xA0: 0x20}
_WIDTH |= dict(zip(map(ord, "「」『』〝〞‐‑–—―﹙﹚﹝﹞○"), map(ord, "“”‘’“”-----()〔〕〇"), strict=True))
_NARROWED = {chr(wide): chr(narrow) for wide, narrow in _WIDTH.items()}
_WIDE = re.compile(f"[{re.escape(''.join(_NARROWED))}]")

# 著 stays in words of writing and renown, and is 着 elsewhere: 著名, 显著 against 着力, 意味着.
# Matches: 顯著 (the 著 is kept). Does not match: 沿著 (becomes 沿着).
_OTHER_ZHU = re.compile("著(?<![显昭卓名原编专土论合译遗巨所拙撰见]著)(?![)）]?[名作称书述录者])")
# Variants of traditional characters that texts print and OpenCC leaves as they are: 氯堿化工, 鑛產.
_VARIANTS = dict(
    zip(
        "堿汚粧甎鑛砲緖鹻讃燐枱叅糭韮蔴隷厰廻擧攷敍濶碁罸胷膓艶蘓袴譌賸輭隣鎔鎗隄駞騐鬭鬪塩麤",
        "碱污妆砖矿炮绪碱赞磷台参粽韭麻隶厂回举考叙阔棋罚胸肠艳苏裤讹剩软邻熔枪堤驼验斗斗盐粗",
        strict=True,
    )
)
_VARIANT = re.compile(f"[{''.join(_VARIANTS)}]")
_SHORT = 400  # characters
_SURELY_TRADITIONAL = 5  # one character of so many is more than simplified text has, whatever it quotes
_PUNCTUATION = re.compile(r"[\W_]+")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def to_simplified(text: str) -> str:
    """``text`` in simplified characters, of the same length. Source: OpenCC ``t2s``."""
    text = _VARIANT.sub(lambda variant: _VARIANTS[variant.group()], text)
    converted = str(_converter().convert(text))
    if len(converted) != len(text):
        # A phrase rule changed the length somewhere; character by character it cannot.
        converted = "".join(c if len(c) == 1 else o for o, c in ((o, _converter().convert(o)) for o in text))
    return _OTHER_ZHU.sub("着", converted) if "著" in converted else converted


def fold(text: str) -> str:
    """``text`` simplified, half-width and lower-case, of the same length."""
    return _fold_line(text) if len(text) < _SHORT else _fold_document(text)


def _narrow(text: str) -> str:
    """``text`` half-width. A text prints few of the wide characters, so each is replaced when it is met."""
    wide = _WIDE.search(text)
    while wide:
        text = text.replace(wide.group(), _NARROWED[wide.group()])
        wide = _WIDE.search(text, wide.end())
    return text


def _fold(text: str) -> str:
    folded = _narrow(to_simplified(text))
    lowered = folded.lower()
    return lowered if len(lowered) == len(folded) else "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)


# The rooms that read one document in turn each need its folded form; its lines must not push it out.
_fold_document = lru_cache(maxsize=4)(_fold)
_fold_line = lru_cache(maxsize=2048)(_fold)


def fold_for_comparison(text: str) -> str:
    """The folded text less punctuation and white space: two prints of the same words come out equal."""
    return _PUNCTUATION.sub("", fold(text))


def detect_script(text: str) -> Script:
    """``Hant`` where more characters are traditional only than simplified only."""
    sample = text[:20000]
    simplified = to_simplified(sample)
    if simplified == sample:
        return "Hans"
    traditional_only = sum(map(ne, sample, simplified))
    if traditional_only * _SURELY_TRADITIONAL > len(sample):
        return "Hant"
    simplified_only = 0
    # The way back takes ten times as long, and the first lines of a simplified text mostly tell.
    for line in sample.splitlines(keepends=True):
        to_traditional = str(_traditional_converter().convert(line))
        if len(to_traditional) != len(line):
            return "Hant" if traditional_only * 20 > len(sample) else "Hans"
        simplified_only += sum(map(ne, line, to_traditional))
        if simplified_only >= traditional_only:
            return "Hans"
    return "Hant"


def tells_script(text: str) -> bool:
    """Whether any character of a text is of one script only."""
    return to_simplified(text) != text or str(_traditional_converter().convert(text)) != text


@cache
def _traditional_converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")
