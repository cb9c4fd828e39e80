"""Is a question worth asking? What is wrong with a question file, with the place and the mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import NoDocumentsError
from corpus.folding import fold_for_comparison
from corpus.model import Document
from corpus.reading import assign_document_ids, list_documents, read_file
from corpus.regions import covers, find_regions, resolve
from eval.datasets import LANGUAGES, QUESTION_TYPES, GoldClause, Question
from indexer.parsing import parse_document

MAX_REPETITION = 0.8
_SHORTEST_REPEAT = 3
_LEAST_CHARACTERS = 6


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one question, and what to do about it."""

    place: str
    question_id: str
    fault: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.question_id}: {self.fault} {self.mend}"


@dataclass(frozen=True, slots=True)
class Library:
    """What questions are checked against.

    Attributes:
        documents: Document id -> document.
        clauses: Clause id -> text with its labels.
    """

    documents: Mapping[str, Document]
    clauses: Mapping[str, str]


def read_library(folders: Iterable[Path]) -> Library:
    """Parse the documents of folders.

    Raises:
        NoDocumentsError: If they hold none.
        DocumentError: If one cannot be read.
    """
    folders = list(folders)
    files = [file for folder in folders for file in list_documents(folder)]
    if not files:
        raise NoDocumentsError(f"no document is in {', '.join(map(str, folders))}.", "Name a folder of documents.")
    documents: dict[str, Document] = {}
    clauses: dict[str, str] = {}
    for file, identifier in assign_document_ids(files).items():
        parsed = parse_document(read_file(file, document_id=identifier))
        documents[identifier] = parsed.document
        for clause in parsed.clauses:
            clauses[clause.id] = "\n".join([*clause.labels, clause.text])
    return Library(documents, clauses)


def lint_questions(questions: Sequence[Question], library: Library) -> list[Problem]:
    """Every fault of every question, in order."""
    problems: list[Problem] = []
    asked: dict[tuple[object, ...], str] = {}
    for question in questions:
        problems += (Problem(question.place, question.id, fault, mend) for fault, mend in _faults(question, library))
        same = (
            fold_for_comparison(question.question),
            tuple(map(fold_for_comparison, question.history)),
            str(question.filters),
        )
        if same in asked:
            fault = f"the same question is asked at {asked[same]}."
            problems.append(Problem(question.place, question.id, fault, "Remove one, or ask something else."))
        asked.setdefault(same, question.place)
    return problems


def _faults(question: Question, library: Library) -> Iterable[tuple[str, str]]:
    if question.unknown_keys:
        yield f"unknown keys {', '.join(question.unknown_keys)}.", "Correct their spelling, or remove them."
    if question.type not in QUESTION_TYPES:
        yield f"unknown type {question.type!r}.", f"Use one of {', '.join(QUESTION_TYPES)}."
    if question.lang not in LANGUAGES:
        yield f"unknown lang {question.lang!r}.", f"Use one of {', '.join(LANGUAGES)}."
    if question.region and resolve(question.region) is None:
        yield f"unknown region {question.region!r}.", "Write the name of a province, city or county, or null."
    for key in ("gold", "acceptable", "distractors", "rule"):
        for clause in getattr(question, key):
            if not _exists(clause, library):
                yield f"{key} names {clause.clause_id}, which does not exist.", _nearest(clause, library)
    yield from _gold_faults(question, library)


def _gold_faults(question: Question, library: Library) -> Iterable[tuple[str, str]]:
    golds = [clause for clause in question.gold if _exists(clause, library)]
    if not golds:
        return
    words = [_words(clause, library) for clause in (*golds, *(c for c in question.rule if _exists(c, library)))]
    for answer in question.answer:
        if not any(fold_for_comparison(answer) in text for text in words):
            yield f"the answer “{answer}” is not in a gold clause.", "Quote the clause, or correct gold."
    for body in (*question.lead, *question.support, *question.shared):
        if not any(fold_for_comparison(body) in text for text in words):
            yield f"the body “{body}” is not in a gold clause.", "Write it as the clause prints it."
    named = resolve(question.region) if question.region else None
    for clause in golds:
        region = library.documents[clause.document_id].metadata.region
        if named and region and not (covers(named, region) or covers(region, named)):
            yield (
                f"gold {clause.clause_id} is of {region.name}, the question is about {named.name}.",
                "Correct region, or gold.",
            )
    share = max(repetition(question.question, text) for text in words)
    if share > MAX_REPETITION:
        yield (
            f"{share:.0%} of its words are its clause's own, so that it tests nothing.",
            "Ask it in other words than the clause.",
        )


def _exists(clause: GoldClause, library: Library) -> bool:
    return clause.document_id in library.documents if clause.is_metadata else clause.clause_id in library.clauses


def _words(clause: GoldClause, library: Library) -> str:
    """The folded words that a gold clause, or a metadata field, is printed with."""
    if not clause.is_metadata:
        return fold_for_comparison(library.clauses[clause.clause_id])
    document = library.documents[clause.document_id]
    span = document.metadata.field_spans.get(str(clause.field))
    printed = document.clean.raw[span[0] : span[1]] if span else ""
    value = getattr(document.metadata, str(clause.field), None)
    return fold_for_comparison(f"{printed} {getattr(value, 'name', value) or ''}")


def _nearest(clause: GoldClause, library: Library) -> str:
    if clause.document_id not in library.documents:
        return f"Documents are {', '.join(library.documents)}."
    if clause.is_metadata:
        return "Correct the path."
    parent = clause.clause_id.rpartition("/")[0]
    near = [name for name in library.clauses if name.rpartition("/")[0] == parent]
    return f"Its neighbours are {', '.join(near[:8])}." if near else "See its paths with: tiaowen parse FILE --jsonl"


def repetition(question: str, folded_clause: str) -> float:
    """Share of a question's characters that stand in its clause in runs of three or more, place names and years aside.

    Latin letters do not count: an English question cannot repeat a Chinese clause.
    """
    kept = list(question)
    for mention in find_regions(question):
        kept[mention.start : mention.end] = " " * (mention.end - mention.start)
    folded = re.sub(r"[a-z0-9]+年?", "", fold_for_comparison("".join(kept)))
    if len(folded) < _LEAST_CHARACTERS:
        return 0.0
    covered = [False] * len(folded)
    for start in range(len(folded) - _SHORTEST_REPEAT + 1):
        if folded[start : start + _SHORTEST_REPEAT] in folded_clause:
            covered[start : start + _SHORTEST_REPEAT] = [True] * _SHORTEST_REPEAT
    return sum(covered) / len(folded)
