"""Questions worth asking, made of the facts of clauses and kept only where the engine answers them from that clause."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import zip_longest

from corpus.folding import fold, fold_for_comparison
from corpus.lines import ONE_CHARACTER
from corpus.model import Clause, Metadata, Region
from corpus.regions import english_name
from service.answering import Answer
from service.page_text import PageLanguage
from service.phrasing import in_script

# A heading's number. Matches: 11.完善质量升级的激励机制。 / (五)实施品牌发展战略 / 第三条 适用范围.
# Does not match: 2014年工作计划.
_NUMBER = re.compile(
    rf"^\s*(?:第[〇零一二三四五六七八九十百千0-9]+[编章节条款]|[((]?(?:[一二三四五六七八九十百]+|[0-9]{{1,3}})[))、..]|[{ONE_CHARACTER}])\s*"
)
_LONGEST = 22
# A shorter indicator (合格率) does not say of what.
_SHORTEST_INDICATOR = 5
# An example of this length says enough and reads at a glance.
_GOOD_LENGTH = 18
# What a heading must not be to stand inside a question. Matches: 主要任务. Does not match: 加强品牌培育.
_NO_TOPIC = re.compile(
    r"^(?:主要|总体|重点|基本|指导|工作|保障|组织)?(?:任务|目标|思想|原则|措施|要求|思路|领导|附则|总则)$"
)

_TEMPLATES: Mapping[PageLanguage, Mapping[str, str]] = {
    "zh-Hans": {
        "lead": "{region}{topic}由谁牵头？",
        "support": "{region}{topic}有哪些部门配合？",
        "shared": "{region}{topic}由哪些部门负责？",
        "target": "{region}的{topic}目标是多少？",
        "number": "《{topic}》的文号是什么？",
        "issued_on": "《{topic}》是什么时候印发的？",
    },
    "zh-Hant": {
        "lead": "{region}{topic}由誰牽頭？",
        "support": "{region}{topic}有哪些部門配合？",
        "shared": "{region}{topic}由哪些部門負責？",
        "target": "{region}的{topic}目標是多少？",
        "number": "《{topic}》的文號是什麼？",
        "issued_on": "《{topic}》是什麼時候印發的？",
    },
    "en": {
        "lead": "Who leads {topic} in {region}?",
        "support": "Which departments support {topic} in {region}?",
        "shared": "Who is responsible for {topic} in {region}?",
        "target": "What target does {region} set for {topic}?",
        "number": "What is the document number of 《{topic}》?",
        "issued_on": "When was 《{topic}》 issued?",
    },
}

Ask = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that a clause should answer.

    Attributes:
        clause_id: The clause, or ``…/#meta`` for what a document says about itself.
        kind: Its template: ``lead``, ``support``, ``shared``, ``target``, ``number`` or ``issued_on``.
        expected: Words of which one must stand in the answer or in what it quotes.
    """

    question: str
    clause_id: str
    kind: str
    expected: tuple[str, ...]


def questions_of(clause: Clause, metadata: Metadata, language: PageLanguage) -> Iterator[Candidate]:
    """Questions about the duties and targets of one clause, in one language.

    An English question uses the words of the glossary; where it has none for the clause, there is no question.
    """
    if metadata.region is None:
        return
    region = _region_name(metadata.region, language)
    templates = _TEMPLATES[language]
    topic = _topic_words(clause, language)
    duty = clause.responsibilities[0] if len(clause.responsibilities) == 1 else None
    if topic and duty:
        for kind, bodies in (("lead", duty.lead), ("support", duty.support), ("shared", duty.shared)):
            if bodies:
                question = templates[kind].format(region=region, topic=topic)
                yield Candidate(question, clause.id, kind, bodies)
    for target in clause.targets:
        if len(target.indicator) < _SHORTEST_INDICATOR or fold(target.indicator) not in fold(clause.text):
            continue
        indicator = _phrase(target.indicator, language)
        if indicator:
            question = templates["target"].format(region=region, topic=indicator)
            yield Candidate(question, clause.id, "target", (str(target.value),))


def questions_about(document_id: str, metadata: Metadata, language: PageLanguage) -> Iterator[Candidate]:
    """Questions about what a document says about itself, by its printed title."""
    if metadata.title is None:
        return
    if metadata.number is not None:
        question = _TEMPLATES[language]["number"].format(topic=metadata.title)
        yield Candidate(question, f"{document_id}/#meta", "number", (metadata.number,))
    if metadata.issued_on is not None:
        day = metadata.issued_on
        question = _TEMPLATES[language]["issued_on"].format(topic=metadata.title)
        expected = (day.isoformat(), f"{day.year}年{day.month}月{day.day}日")
        yield Candidate(question, f"{document_id}/#meta", "issued_on", expected)


def answered(candidates: Iterable[Candidate], ask: Ask, *, limit: int, tries: int) -> list[Candidate]:
    """The first candidates that are answered, in whole, from the clause that they were made of.

    Args:
        candidates: In the order of preference.
        ask: The engine.
        limit: How many are wanted.
        tries: How many may be asked.
    """
    found: list[Candidate] = []
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.question in seen:
            continue
        if len(found) >= limit or len(seen) >= tries:
            break
        seen.add(candidate.question)
        answer = ask(candidate.question)
        if answer.status != "answered" or candidate.clause_id not in {c.clause_id for c in answer.citations}:
            continue
        shown = fold_for_comparison(" ".join([answer.text, *(citation.quote for citation in answer.citations)]))
        if any(fold_for_comparison(words) in shown for words in candidate.expected):
            found.append(candidate)
    return found


def next_questions(
    clauses: Sequence[Clause], metadata: Mapping[str, Metadata], language: PageLanguage, asked: Sequence[str], ask: Ask
) -> list[str]:
    """Up to three questions to ask after an answer that cites ``clauses``.

    Args:
        clauses: The cited clauses, best first.
        metadata: Of their documents, by id.
        language: Of the questions.
        asked: Questions that were asked already.
        ask: The engine.
    """
    known = {fold_for_comparison(question) for question in asked}
    queues = [questions_of(clause, metadata[clause.document_id], language) for clause in clauses]
    candidates = (
        candidate
        for turn in zip_longest(*queues)
        for candidate in turn
        if candidate is not None and fold_for_comparison(candidate.question) not in known
    )
    return [candidate.question for candidate in answered(candidates, ask, limit=3, tries=8)]


def examples(
    clauses: Iterable[Clause], metadata: Mapping[str, Metadata], language: PageLanguage, ask: Ask
) -> list[str]:
    """Up to three questions that the corpus answers: of different kinds, and of different documents where it can be."""
    by_document: dict[str, list[Candidate]] = {}
    for clause in clauses:
        by_document.setdefault(clause.document_id, []).extend(
            questions_of(clause, metadata[clause.document_id], language)
        )
    for document_id, candidates in by_document.items():
        candidates += questions_about(document_id, metadata[document_id], language)
    chosen: list[Candidate] = []
    # The last two are for a corpus, or a language, that has too few facts of the first three kinds.
    for kind in ("lead", "target", "shared", "number", "issued_on"):
        if len(chosen) == 3:
            break
        used = {candidate.clause_id.split("/", 1)[0] for candidate in chosen}
        queues = {
            document_id: sorted(
                (candidate for candidate in found if candidate.kind == kind),
                key=lambda candidate: abs(len(candidate.question) - _GOOD_LENGTH),
            )
            for document_id, found in by_document.items()
        }
        # Documents take turns; those that have given a question already come after the others.
        turns = (
            candidate
            for again in (False, True)
            for turn in zip_longest(*(queue for name, queue in queues.items() if (name in used) is again))
            for candidate in turn
            if candidate is not None
        )
        chosen += answered(turns, ask, limit=1, tries=8)
    return [candidate.question for candidate in chosen]


def _region_name(region: Region, language: PageLanguage) -> str:
    if language == "en":
        return english_name(region)
    return in_script(region.name, language) if language == "zh-Hant" else region.name


def _topic_words(clause: Clause, language: PageLanguage) -> str | None:
    """The clause's own heading as a topic: 完善质量升级的激励机制."""
    if not clause.labels:
        return None
    topic = _NUMBER.sub("", clause.labels[-1]).strip(" \u3000。.:;；")
    if _NO_TOPIC.match(fold(topic)) or re.search(r"[,，;；。、《》()()]", topic):
        return None
    return _phrase(topic, language)


def _phrase(words: str, language: PageLanguage) -> str | None:
    words = words.strip()
    if not 2 <= len(words) <= _LONGEST:
        return None
    if language == "en":
        return _english(fold(words))
    return in_script(words, language) if language == "zh-Hant" else fold(words)


@cache
def _glossary() -> tuple[tuple[str, str], ...]:
    """Chinese words and the English for them, the longest first."""
    table = (resources.files("service") / "data" / "glossary.tsv").read_text(encoding="utf-8")
    pairs: dict[str, str] = {}
    for line in table.splitlines():
        if line.startswith("#") or "\t" not in line:
            continue
        english, chinese = line.split("\t")[:2]
        for word in chinese.split("|"):
            if len(word) >= 3:
                pairs.setdefault(word, english.split("|")[0])
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


def _english(folded: str) -> str | None:
    """English for the longest words of a topic that the glossary knows; none where they are less than half of it."""
    for chinese, english in _glossary():
        if chinese in folded and len(chinese) * 2 >= len(folded) - 2:
            return english
    return None
