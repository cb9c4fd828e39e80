"""What the clauses of an index say, as rows: duties, targets, references, each with its clause and document."""

from __future__ import annotations

import re
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from corpus.folding import fold, fold_for_comparison
from corpus.model import Clause, CleanText, Metadata, Reference, Responsibility, Span, Target


class StoredText(Protocol):
    """The part of ``indexer.store.StoredDocument`` that words are read from."""

    @property
    def clean(self) -> CleanText:
        """The document's text."""


class FactStore(Protocol):
    """The part of ``indexer.store.Store`` that facts are read from."""

    def metadata(self) -> dict[str, Metadata]:
        """What each document says about itself, by id, in order."""

    def clauses_of(self, document_id: str) -> tuple[Clause, ...]:
        """All units of a document, in order."""

    def document(self, document_id: str) -> StoredText | None:
        """One document by its id."""


class FactGeneration(Protocol):
    """The part of ``indexer.generations.Generation`` that facts are read from."""

    @property
    def store(self) -> FactStore:
        """The documents and clauses."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty. ``covers`` are the words that it is about, as printed."""

    clause: Clause
    metadata: Metadata
    duty: Responsibility
    covers: str


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target."""

    clause: Clause
    metadata: Metadata
    target: Target


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One citation; its ``document_id`` is set where the corpus holds the cited document."""

    clause: Clause
    metadata: Metadata
    reference: Reference


class Facts:
    """Every fact of one generation, read once.

    Args:
        store: Documents and clauses.
    """

    def __init__(self, store: FactStore) -> None:
        self._store = store
        self._clean: dict[str, CleanText] = {}
        self.documents: dict[str, Metadata] = store.metadata()
        self.titles = TitleIndex(self.documents)
        self.clauses: dict[str, tuple[Clause, ...]] = {name: store.clauses_of(name) for name in self.documents}

    @cached_property
    def duties(self) -> tuple[DutyRow, ...]:
        """Duties in the order of documents and clauses."""
        return tuple(
            DutyRow(clause, self.documents[name], duty, self._covered(clause, duty))
            for name, clauses in self.clauses.items()
            for clause in clauses
            for duty in clause.responsibilities
        )

    @cached_property
    def targets(self) -> tuple[TargetRow, ...]:
        """Targets in the order of documents and clauses."""
        return tuple(
            TargetRow(clause, self.documents[name], target)
            for name, clauses in self.clauses.items()
            for clause in clauses
            for target in clause.targets
        )

    @cached_property
    def references(self) -> tuple[ReferenceRow, ...]:
        """References in the order of documents and clauses, joined with the corpus."""
        return tuple(
            ReferenceRow(clause, self.documents[name], self._joined(name, reference))
            for name, clauses in self.clauses.items()
            for clause in clauses
            for reference in clause.references
        )

    def _covered(self, clause: Clause, duty: Responsibility) -> str:
        if duty.covers is None:
            return ""
        if clause.span[1] - clause.span[0] == len(clause.text):
            return clause.text[duty.covers[0] - clause.span[0] : duty.covers[1] - clause.span[0]]
        if clause.document_id not in self._clean:
            stored = self._store.document(clause.document_id)
            assert stored is not None  # noqa: S101 - its clauses come from the same store
            self._clean[clause.document_id] = stored.clean
        return printed_words(self._clean[clause.document_id], duty.covers)

    def _joined(self, citing: str, reference: Reference) -> Reference:
        found = self.titles.find(reference.title, reference.number)
        if found is None or not may_cite(self.documents[citing], self.documents[found], reference):
            return reference
        return replace(reference, document_id=found)


def may_cite(citing: Metadata, cited: Metadata, reference: Reference) -> bool:
    """Whether the dates allow it: nothing cites what was issued later, save that a text announces its own plan."""
    if citing.issued_on is None or cited.issued_on is None:
        return is_possible(citing, reference)
    return cited.issued_on <= citing.issued_on


def is_possible(citing: Metadata, reference: Reference) -> bool:
    """Whether the year of a cited number is no later than the citing document."""
    year = _YEAR.search(reference.number or "")
    return citing.issued_on is None or year is None or int(year[1]) <= citing.issued_on.year


def printed_words(clean: CleanText, span: Span) -> str:
    """The words of a raw span as printed: noise inside it left out, damage repaired."""
    words = []
    ends = [start for start, _, _ in clean.segments[1:]] + [len(clean.text)]
    for (clean_start, raw_start, raw_end), clean_end in zip(clean.segments, ends, strict=True):
        low, high = max(raw_start, span[0]), min(raw_end, span[1])
        if low >= high:
            continue
        if clean_end - clean_start == raw_end - raw_start:
            words.append(clean.text[clean_start + low - raw_start : clean_start + high - raw_start])
        else:
            words.append(clean.text[clean_start:clean_end])
    return "".join(words)


# Matches: the year of 国办发〔2014〕18号. Does not match: 18号
_YEAR = re.compile(r"[〔\[(【]((?:19|20)\d{2})[〕\])】]")
# Matches: 关于印发2014年行动计划的通知. Does not match: 关于加强计量工作的意见
_WRAPPED = re.compile(r"^.{0,30}?关于(?:印发|批转|转发|公布|发布)《?(?P<inner>.{4,})》?的(?:通知|公告|函|决定)$")
_COUNTRY_NAME = "中华人民共和国"
# Matches: the (2018修正) of 标准化法(2018修正). Does not match: 规划(2011-2020年)
_VERSION = re.compile(r"[(〔\[]\s*(?:19|20)\d{2}\s*年?\s*(?:修[正订改]|版|公布|施行)[^)〕\]]*[)〕\]]")


class TitleIndex:
    """Finds a document of the corpus by its title or number.

    Args:
        documents: Metadata by document id.
    """

    def __init__(self, documents: Mapping[str, Metadata]) -> None:
        self._by_number: dict[str, str] = {}
        self._by_title: dict[str, str] = {}
        for name, metadata in documents.items():
            if metadata.number:
                self._by_number.setdefault(plain_number(metadata.number), name)
            for title in (metadata.title, metadata.notice_title):
                for form in title_forms(title) if title else ():
                    self._by_title.setdefault(form, name)

    def find(self, title: str | None, number: str | None) -> str | None:
        """The document with that number, else with that title; ``None`` where there is none."""
        if number and (found := self._by_number.get(plain_number(number))):
            return found
        if not title:
            return None
        return next((self._by_title[form] for form in title_forms(title) if form in self._by_title), None)


def plain_number(number: str) -> str:
    """A document number in the form in which two prints of it are equal."""
    return re.sub(r"[\s〔〕\[\]()【】〈〉{}第]", "", fold(number))


def title_forms(title: str) -> list[str]:
    """The comparable forms of a title: whole, less the state's name, and what a notice carries."""
    folded = _VERSION.sub("", fold(title).strip())
    forms = [folded, folded.removeprefix(_COUNTRY_NAME)]
    if wrapped := _WRAPPED.match(folded):
        forms.append(wrapped["inner"].strip("《》"))
    return list(dict.fromkeys(form for f in forms if len(form := fold_for_comparison(f)) >= 3))


_latest: tuple[weakref.ref[FactGeneration], Facts] | None = None


def facts_of(generation: FactGeneration) -> Facts:
    """The facts of a generation; those of the latest one are kept."""
    global _latest
    if _latest is not None and _latest[0]() is generation:
        return _latest[1]
    facts = Facts(generation.store)
    _latest = (weakref.ref(generation), facts)
    return facts
