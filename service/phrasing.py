"""Sentences of an answer, in the language and script of the question.

A sentence holds bodies, numbers and dates only as the cited clause prints them; English ones keep the Chinese words
and put a gloss beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import opencc

from corpus.folding import to_simplified
from corpus.model import Region
from corpus.regions import COUNTRY, english_name
from indexer.facts.bodies import gloss_body
from service.understanding import Language


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2tw")


def in_script(text: str, language: Language) -> str:
    """Chinese words in the script of the question; as printed for an English one."""
    if language == "zh-Hans":
        return to_simplified(text)
    return str(_to_traditional().convert(text)) if language == "zh-Hant" else text


def region_name(region: Region | None, language: Language) -> str:
    """A region's name as an answer has it; empty for none."""
    if region is None:
        return ""
    if language == "en":
        return english_name(region)
    return in_script(region.name if region.code != COUNTRY.code else "全国", language)


def say(language: Language, chinese: str, english: str) -> str:
    """The sentence of the answer's language; Chinese ones are written in simplified characters."""
    return english if language == "en" else in_script(chinese, language)


def bodies(names: Sequence[str], language: Language) -> str:
    """Bodies in a row, in English each with its gloss."""
    if language != "en":
        return in_script("、".join(names), language)
    return ", ".join(f"{name} ({meaning})" if (meaning := gloss_body(name)) else name for name in names)
