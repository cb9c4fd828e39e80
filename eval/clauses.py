"""Parsed clauses against clauses that readers marked: are the units right, and the duties in them?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import DatasetError
from corpus.folding import fold_for_comparison
from eval.datasets import read_lines

Duty = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""Lead, supporting and sharing bodies, folded."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a clause tree, in the form in which two trees are compared.

    Attributes:
        path: Canonical path elements, folded for width only: ``¶1`` and ``¶2`` stay apart.
        text: Folded: script, width, punctuation and white space aside.
        duties: Without order; a unit that names nobody has none.
        printed: The beginning of the text, for messages.
    """

    document_id: str
    path: tuple[str, ...]
    kind: str
    text: str
    duties: tuple[Duty, ...]
    printed: str

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """Document and path."""
        return self.document_id, self.path


@dataclass(frozen=True, slots=True)
class Ratio:
    """Hits among what was found and among what was wanted."""

    hits: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        """``hits / found``; 1 where nothing was found and nothing wanted, else 0 where nothing was found."""
        return self.hits / self.found if self.found else float(not self.wanted)

    @property
    def recall(self) -> float:
        """``hits / wanted``; 1 where nothing was wanted."""
        return self.hits / self.wanted if self.wanted else 1.0


@dataclass(frozen=True, slots=True)
class ClauseScores:
    """How far a parse agrees with the gold.

    Attributes:
        units: Units of kind ``clause``: same path and same text.
        kinds: The same for every other kind that the gold holds.
        duties: Single duties: same clause, same lead, supporting and sharing bodies.
        clauses_with_exact_duties: Gold clauses whose duties are all right and no more, of all gold clauses.
        wrong: One line for each miss, for people.
        missing_documents: Documents of the gold that the parse does not hold.
    """

    units: Ratio
    kinds: Mapping[str, Ratio]
    duties: Ratio
    clauses_with_exact_duties: tuple[int, int]
    wrong: tuple[str, ...]
    missing_documents: tuple[str, ...]


def read_units(path: Path) -> list[Unit]:
    """Units of a gold file, or of what ``tiaowen parse --jsonl`` prints; lines about documents are passed over.

    Raises:
        DatasetError: Naming file, line and mend.
    """
    units = [unit for number, record in read_lines(path) if (unit := _unit(record, f"{path}:{number}")) is not None]
    if not units:
        raise DatasetError(f"{path}: no clause is there.", "Give a file made by: tiaowen parse FILE… --jsonl")
    return units


def _unit(record: Mapping[str, Any], place: str) -> Unit | None:
    if "path" not in record and "kind" not in record and "document_id" in record:
        return None
    path, text = record.get("path"), record.get("text")
    if not isinstance(path, list) or not path or not all(isinstance(element, str) for element in path):
        raise DatasetError(f"{place}: path is no list of strings.", 'Write "path": ["三", "11"].')
    for key in ("document_id", "kind", "text"):
        if not isinstance(record.get(key), str):
            raise DatasetError(f"{place}: {key} is missing or no text.", f'Add "{key}": "…".')
    duties = record.get("responsibilities") or [record]
    if not isinstance(duties, list) or not all(isinstance(duty, dict) for duty in duties):
        raise DatasetError(f"{place}: responsibilities is no list of objects.", 'Write "responsibilities": [{…}].')
    return Unit(
        record["document_id"],
        tuple(path),
        record["kind"],
        fold_for_comparison(str(text)),
        tuple(duty for duty in (_duty(item, place) for item in duties) if any(duty)),
        " ".join(str(text).split())[:40],
    )


def _duty(record: Mapping[str, Any], place: str) -> Duty:
    roles = []
    for role in ("lead", "support", "shared"):
        bodies = record.get(role) or []
        if not isinstance(bodies, list) or not all(isinstance(body, str) for body in bodies):
            raise DatasetError(f"{place}: {role} is no list of strings.", f'Write "{role}": ["…"].')
        roles.append(frozenset(fold_for_comparison(body) for body in bodies))
    return roles[0], roles[1], roles[2]


def compare_units(gold: Sequence[Unit], parsed: Iterable[Unit]) -> ClauseScores:
    """Precision and recall of ``parsed`` over the documents of ``gold``; other documents are left out."""
    documents = {unit.document_id for unit in gold}
    found = [unit for unit in parsed if unit.document_id in documents]
    by_key = {unit.key: unit for unit in found}
    kinds = list(dict.fromkeys(unit.kind for unit in gold))
    wrong: list[str] = []
    ratios = {}
    for kind in kinds:
        wanted = [unit for unit in gold if unit.kind == kind]
        texts = {(unit.key, unit.text) for unit in found if unit.kind == kind}
        hits = sum((unit.key, unit.text) in texts for unit in wanted)
        ratios[kind] = Ratio(hits, sum(unit.kind == kind for unit in found), len(wanted))
        wrong += [_explain(unit, by_key) for unit in wanted if (unit.key, unit.text) not in texts]
    wanted_keys = {unit.key for unit in gold if unit.kind == "clause"}
    wrong += [
        f"not in the gold: {_name(unit)} “{unit.printed}”"
        for unit in found
        if unit.kind == "clause" and unit.key not in wanted_keys
    ]
    clauses = [unit for unit in gold if unit.kind == "clause"]
    hits = exact = 0
    for unit in clauses:
        there = by_key.get(unit.key)
        have = Counter(there.duties if there else ())
        shared = have & Counter(unit.duties)
        hits += shared.total()
        if there is not None and have == Counter(unit.duties):
            exact += 1
        else:
            wrong.append(f"duties differ: {_name(unit)} gold {_show(unit.duties)} parsed {_show(tuple(have))}")
    duties = Ratio(
        hits,
        sum(len(unit.duties) for unit in found if unit.kind == "clause"),
        sum(len(unit.duties) for unit in clauses),
    )
    return ClauseScores(
        units=ratios.pop("clause", Ratio(0, sum(unit.kind == "clause" for unit in found), 0)),
        kinds=ratios,
        duties=duties,
        clauses_with_exact_duties=(exact, len(clauses)),
        wrong=tuple(wrong),
        missing_documents=tuple(sorted(documents - {unit.document_id for unit in found})),
    )


def _name(unit: Unit) -> str:
    return "/".join((unit.document_id, *unit.path))


def _explain(unit: Unit, found: Mapping[tuple[str, tuple[str, ...]], Unit]) -> str:
    there = found.get(unit.key)
    if there is None:
        return f"missing: {_name(unit)} “{unit.printed}”"
    if there.kind != unit.kind:
        return f"kind {there.kind}, not {unit.kind}: {_name(unit)} “{unit.printed}”"
    at = next((i for i, (a, b) in enumerate(zip(unit.text, there.text, strict=False)) if a != b), None)
    if at is None:
        at = min(len(unit.text), len(there.text))
    return f"text differs: {_name(unit)} gold “…{unit.text[at : at + 16]}” parsed “…{there.text[at : at + 16]}”"


def _show(duties: Sequence[Duty]) -> str:
    if not duties:
        return "none"
    return " | ".join(
        "; ".join(
            f"{role} {'、'.join(sorted(bodies))}"
            for role, bodies in zip(("lead", "support", "shared"), duty, strict=True)
            if bodies
        )
        for duty in duties
    )
