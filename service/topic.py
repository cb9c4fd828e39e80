"""What a question is about: the words that are left when region, year and question words are taken off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from indexer.tokenizer import segment

_WORD = re.compile(r"[^\W_]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_QUOTED = re.compile(r"[“\"‘'《]([^“”\"‘’'《》]{2,40})[”\"’'》]")
# Matches: 国办发〔2014〕18号. Does not match: 3号楼.
DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,10}\s*[(〔\[【]\s*\d{4}\s*[)〕\]】]\s*第?\s*\d+\s*号")

# A name made of numbers, which a dictionary would cut anywhere.
# Matches: 三网三库, 四定五落实. Does not match: 三年两次, 十三五.
_NUMBERED_NAMES = re.compile(
    r"(?<![第一二三四五六七八九十百千万])(?:[一二两双三四五六七八九]"
    r"(?![年月日天次个项家件户张名所条种类处座人批期倍成级届])[\u4e00-\u9fff](?<![一二三四五六七八九十百千万亿])){2,}"
)
# A number that names something, such as one to call. Matches: 12365. Does not match: 11740张, 20000, 2014.
CODE = re.compile(
    r"(?<![\d.])(?!\d*000)\d{5,}(?![\d.%万亿]|\s*[\u4e00-\u9fff]?元|[余多]?[个家项张件户名所种类处座人次倍台辆吨亩公平])"
)

# A grade, by its letters. Matches: D级, 5A级. Does not match: 三级, 国家级.
_GRADE = re.compile(r"(?<![a-z\d])\d?[a-z]{1,4}级")
# What was not reached, one word where a dictionary has two. Matches: 考核不合格. Does not match: 不改造.
_NOT_REACHED = re.compile(r"[不未](?:合格|达标|及格|称职)")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a question is about.

    Attributes:
        surface: As the question has it, folded.
        alternatives: Chinese words for it, folded, best first; the surface itself for a Chinese question.
        light: Whether it says little by itself (计划, 工作), so that a clause need not have it.
        quoted: Whether the question quotes it or names it by number, so that a clause must have it.
    """

    surface: str
    alternatives: tuple[str, ...]
    light: bool = False
    quoted: bool = False


@cache
def _word_list(name: str) -> frozenset[str]:
    lines = (resources.files("service") / "data" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_question_word(word: str) -> bool:
    """Whether a Chinese or English word only asks, or only holds a sentence together."""
    return word in _word_list("question_words.txt")


DUTY_WORDS = frozenset(
    {"牵头", "牵头部门", "牵头单位", "责任单位", "责任部门", "责任主体", "配合", "配合单位", "配合部门"}
    | {"负责", "负责单位", "第一责任人", "主管部门"}
)
"""Question words of duties; a question for their meaning is about them."""


def is_light_word(word: str) -> bool:
    """Whether a word is so general that a clause about the topic need not have it."""
    return word in _word_list("light_words.txt")


def chinese_terms(
    folded: str, taken: Sequence[tuple[int, int]], *, keep: frozenset[str] = frozenset()
) -> tuple[Term, ...]:
    """The terms of a Chinese question.

    Args:
        folded: The folded question.
        taken: Ranges that are no part of the topic: regions, years, the words that ask.
        keep: Question words that are the topic itself this once.
    """
    terms: dict[str, Term] = {}
    for match in DOCUMENT_NUMBER.finditer(folded):
        number = re.sub(r"\s", "", match.group())
        terms[number] = Term(number, (number,), quoted=True)
    rest = without(folded, [*taken, *(m.span() for m in DOCUMENT_NUMBER.finditer(folded))])
    terms |= {code: Term(code, (code,), quoted=True) for code in (*CODE.findall(rest), *_GRADE.findall(rest))}
    terms |= {word: Term(word, (word,)) for word in _NOT_REACHED.findall(rest)}
    rest = _NOT_REACHED.sub(" ", _GRADE.sub(" ", rest))
    quoted = {m[1].strip() for m in _QUOTED.finditer(rest)}
    for phrase in quoted:
        for part in re.split(r"[、,;\s]+", phrase):
            if len(part) >= 2 and not is_question_word(part):
                terms[part] = Term(part, (part,), light=is_light_word(part), quoted=True)
    for phrase in quoted:
        rest = rest.replace(phrase, " " * len(phrase))
    for word in _joined(segment(_NUMBERED_NAMES.sub(r" \g<0> ", rest))):
        if word in keep:
            terms.setdefault(word, Term(word, (word,)))
        elif len(word) > 1 and _WORD.search(word) and not is_question_word(word):
            terms.setdefault(word, Term(word, (word,), light=is_light_word(word)))
    return tuple(terms.values())


def _joined(words: Sequence[str]) -> list[str]:
    """Words with the single characters that a dictionary cut off put back: 质量 月 is 质量月, D 级 is D级."""
    joined: list[str] = []
    open_end = False
    for word in words:
        alone = len(word) == 1 and bool(_WORD.match(word)) and (word in "月日周节" or not is_question_word(word))
        if alone and open_end and (len(joined[-1]) > 1 or joined[-1].isascii() or word.isascii()):
            joined[-1] += word
            continue
        joined.append(word)
        open_end = bool(_WORD.match(word)) and not is_question_word(word)
    return joined


def without(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """``text`` with some ranges blanked, length kept."""
    characters = list(text)
    for start, end in ranges:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


_SHORT = 4  # characters of a word that may stand scattered


def _is_scattered(word: str, text: str) -> bool:
    """Whether the characters of a word stand in order, at most two Chinese characters between each two."""
    if any(character not in text for character in word):
        return False
    # No pattern: one for each new word would cost more than the search.
    start = text.find(word[0])
    while start >= 0:
        ends = {start}
        for character in word[1:]:
            ends = {at for end in ends for at in _within_reach(character, text, end)}
        if ends:
            return True
        start = text.find(word[0], start + 1)
    return False


def _within_reach(character: str, text: str, end: int) -> Iterator[int]:
    for at in range(end + 1, min(end + 4, len(text))):
        if text[at] == character:
            yield at
        if not "\u4e00" <= text[at] <= "\u9fff":
            return


def covers(term: Term, folded_text: str) -> float:
    """How far a text has a term, 0 to 1: whole, in parts, or not at all."""
    best = 0.0
    for word in term.alternatives:
        if word in folded_text:
            return 1.0
        if term.quoted:
            bare = re.sub(r"[^\w]", "", word)
            if len(bare) >= 3 and bare in re.sub(r"[^\w]", "", folded_text):
                return 1.0
        if not _HAN.search(word):
            continue
        # 危房 in 危旧房, 食药监 in 食品药品监管: every character, in order and close together.
        if len(word) <= _SHORT and _is_scattered(word, folded_text):
            best = max(best, 0.6 if len(word) == 2 else 0.85)
        if len(word) > 2:
            pairs = [word[i : i + 2] for i in range(len(word) - 1)]
            best = max(best, 0.85 * sum(pair in folded_text for pair in pairs) / len(pairs))
    return best
