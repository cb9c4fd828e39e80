"""English question -> the Chinese words that the index knows, so that word search takes part.

First the policy glossary of this project, longest phrase first; for what it lacks, CC-CEDICT's glosses as far as
the index holds their headwords. Several Chinese words may stand for one English word; a clause that has any of them
speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from corpus.folding import fold
from indexer.english_terms import stems
from service.topic import CODE, DOCUMENT_NUMBER, Term, chinese_terms, is_light_word, is_question_word, without

_LONGEST_PHRASE = 6  # words
_MOST_FROM_DICTIONARY = 6
_ENGLISH = re.compile(r"[a-z]+(?:['’-][a-z]+)*|\d+(?:\.\d+)?%?")
_HAN_RUN = re.compile(r"[\u3400-\u9fff〔〕\[\]()\d“”]*[\u3400-\u9fff][\u3400-\u9fff〔〕\[\]()\d“”]*")
# Matches: GDP, PM2.5, QC. Does not match: Tibet.
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9.]*[A-Z0-9]\b")
# Matches: the capital of France. Does not match: What is the capital.
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")
# A grade that is printed as D级. Matches: a D rating, grade A. Does not match: a rating.
_GRADE = re.compile(r"\b([A-E]{1,4})[- ](?:rating|grade|rated|level)\b|\b(?:grade|rated|rating|level) ([A-E]{1,4})\b")
_YEAR = re.compile(r"(?:19|20)\d{2}")
# Matches: the 11th Five-Year Plan. It is a period, not a topic.
_PLAN = re.compile(
    r"\b(?:the )?(?:\d{1,2}(?:st|nd|rd|th)|[a-z]+teenth|eleventh|twelfth|tenth) five[- ]year(?: plan)?(?: period)?"
)


@cache
def read_glossary() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """The policy glossary: stemmed English phrase to Chinese words, best first.

    One entry a line in ``service/data/glossary.tsv``: English phrases separated by ``|``, a tab, Chinese words
    separated by ``|``.
    """
    entries: dict[tuple[str, ...], tuple[str, ...]] = {}
    text = (resources.files("service") / "data" / "glossary.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        english, chinese = line.split("\t")
        for phrase in english.split("|"):
            key = stems(phrase)
            entries[key] = tuple(dict.fromkeys([*entries.get(key, ()), *chinese.split("|")]))
    return entries


class Translator:
    """Chinese words for English ones, for one generation of the index.

    Args:
        dictionary: Stemmed English phrases to Chinese words of the index (see ``indexer.english_terms``).
    """

    def __init__(self, dictionary: Mapping[str, Sequence[str]]) -> None:
        self._dictionary = dictionary

    def words(self, phrase: str) -> tuple[str, ...]:
        """Chinese words for an English phrase, best first; none where it is unknown."""
        key = stems(phrase)
        # The dictionary knows too many senses to add to what the glossary says.
        found = read_glossary().get(key) or self._dictionary.get(" ".join(key), ())[:_MOST_FROM_DICTIONARY]
        if len(key) == 2 and key not in read_glossary():
            # It has few phrases, and rare senses of them: service centre is 网点 there; word by word it is 服务中心.
            first, second = (self.words(word)[:1] for word in key)
            found = (*found, *(a + b for a in first for b in second))
        return tuple(dict.fromkeys(fold(word) for word in found))

    def terms(self, question: str, taken: Iterable[tuple[int, int]]) -> tuple[Term, ...]:
        """The terms of an English question; Chinese words that it quotes are terms too.

        Args:
            question: The question.
            taken: Ranges that are no part of the topic: regions.
        """
        taken = list(taken)
        folded = fold(question)
        # What Chinese texts print as it is, and names: a clause must have them even where no Chinese is known.
        names = frozenset(word.lower() for pattern in (_ACRONYM, _NAME) for word in pattern.findall(question))
        chinese: list[Term] = []
        for run in _HAN_RUN.finditer(folded):
            if any(start < run.end() and run.start() < end for start, end in taken):
                continue
            number = DOCUMENT_NUMBER.search(run.group())
            found = (
                chinese_terms(run.group(), [])
                if number
                else (Term(run.group().strip("()"), (run.group().strip("()"),), quoted=True),)
            )
            chinese.extend(found)
            taken.append(run.span())
        grades = [*_GRADE.finditer(question)]
        chinese += [Term(name := f"{m[1] or m[2]}级".lower(), (name,), quoted=True) for m in grades]
        taken += [m.span() for m in grades]
        rest = _PLAN.sub(lambda m: " " * len(m.group()), without(folded, taken))
        return (*chinese, *self._english_terms([w for w in _ENGLISH.findall(rest) if not _YEAR.fullmatch(w)], names))

    def _english_terms(self, words: Sequence[str], names: frozenset[str]) -> list[Term]:
        terms: dict[str, Term] = {}
        words, at = list(words), 0
        while at < len(words):
            length = self._longest_known(words, at)
            phrase = " ".join(words[at : at + length])
            parts = re.split("[-’']", phrase)
            if length == 1 and len(parts) > 1 and phrase not in names and not self.words(phrase):
                words[at : at + 1] = [part for part in parts if len(part) > 1]  # deep-sea: each for itself
                continue
            at += length
            if length == 1 and (is_question_word(phrase) or len(phrase) < 2):
                continue
            found = self.words(phrase)
            if phrase[0].isdigit() or phrase in names:
                found = (phrase, *found)  # printed as it is in Chinese texts too
            quoted = bool(CODE.fullmatch(phrase))
            terms.setdefault(phrase, Term(phrase, found, light=is_light_word(phrase), quoted=quoted))
        return list(terms.values())

    def _longest_known(self, words: Sequence[str], at: int) -> int:
        """How many words from ``at`` on make the longest phrase that has an entry of its own; at least one."""
        for length in range(min(_LONGEST_PHRASE, len(words) - at), 1, -1):
            edges = words[at], words[at + length - 1]
            key = stems(" ".join(words[at : at + length]))
            if len(key) < 2 or not all(stems(edge) for edge in edges):
                continue
            if key in read_glossary():
                return length
            if " ".join(key) in self._dictionary and not any(map(is_question_word, edges)):
                return length
        return 1
