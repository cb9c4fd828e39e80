"""Duties, targets and references under filters, and everything that one body does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from corpus.errors import FilterError, InputError
from corpus.folding import fold
from corpus.model import Metadata, Region
from corpus.regions import resolve
from indexer.facts.bodies import find_field, gloss_body, normalise_body
from service.facts import DutyRow, Facts, ReferenceRow, TargetRow
from service.filters import in_region

Role = Literal["lead", "support", "shared"]
ROLES: tuple[Role, ...] = ("lead", "support", "shared")
REFERENCE_ROLES = ("依据", "贯彻", "印发", "废止", "修订", "提及")
DEFAULT_LIMIT, LARGEST_LIMIT = 100, 1000

_Row = TypeVar("_Row", DutyRow, TargetRow, ReferenceRow)
# Matches: 2014, 2014-12, 2014-12-31. Does not match: 2014年
_ISO_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Page(Generic[_Row]):
    """Some of the rows that fit; ``total`` counts them all."""

    rows: tuple[_Row, ...]
    total: int
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class BodyEntry:
    """What a body does in one region.

    Attributes:
        region: Its full name, or ``None`` where the document states none.
        names: The printed names that mean the body there.
        lead, support, shared: The duties in which it has that role.
    """

    region: str | None
    names: tuple[str, ...]
    lead: tuple[DutyRow, ...]
    support: tuple[DutyRow, ...]
    shared: tuple[DutyRow, ...]


def find_duties(
    facts: Facts,
    *,
    regions: Sequence[str] = (),
    document_ids: Sequence[str] = (),
    body: str | None = None,
    role: str | None = None,
    words: str | None = None,
) -> list[DutyRow]:
    """Duties that pass every filter.

    Args:
        facts: Of one generation.
        regions: Names or codes; any of them.
        document_ids: Any of them.
        body: A name in any printed form; 省质监局 finds 质监部门.
        role: The body's, or without a body: duties that have that role at all.
        words: Words that the duty's clause must have, separated by blanks.

    Raises:
        FilterError: For a region, document or role that is none.
    """
    if role is not None and role not in ROLES:
        raise FilterError("role", f"{role!r} is no role of a body.", f"Use one of {', '.join(ROLES)}.")
    match = _body_matcher(body) if body is not None else None
    wanted = _words(words)
    rows = []
    for row in _inside(facts, facts.duties, regions, document_ids):
        named = [n for r in ([role] if role else ROLES) for n in getattr(row.duty, r)]
        if not named or (match is not None and not any(match(name) for name in named)):
            continue
        if all(
            word in fold(row.covers or row.clause.text) or word in fold("".join(row.clause.labels)) for word in wanted
        ):
            rows.append(row)
    return rows


def find_targets(
    facts: Facts,
    *,
    regions: Sequence[str] = (),
    document_ids: Sequence[str] = (),
    indicator: str | None = None,
    unit: str | None = None,
    deadline_from: str | None = None,
    deadline_to: str | None = None,
    numbered_only: bool = True,
) -> list[TargetRow]:
    """Targets that pass every filter.

    Args:
        facts: Of one generation.
        regions: Names or codes; any of them.
        document_ids: Any of them.
        indicator: Words that the indicator must have, separated by blanks.
        unit: ``%``, 家, 公顷 …
        deadline_from: Earliest deadline, ISO 8601 (year, month or day); leaves out those without a date.
        deadline_to: Latest deadline, the same.
        numbered_only: Leave out aims that have a term and no number.

    Raises:
        FilterError: For a region, document or date that is none.
    """
    words = _words(indicator)
    low, high = _day("deadline_from", deadline_from, last=False), _day("deadline_to", deadline_to, last=True)
    rows = []
    for row in _inside(facts, facts.targets, regions, document_ids):
        target = row.target
        if numbered_only and target.value is None:
            continue
        if unit is not None and fold(target.unit) != fold(unit).strip():
            continue
        if not all(word in fold(target.indicator) for word in words):
            continue
        if (low or high) and not _within(target.deadline, low, high):
            continue
        rows.append(row)
    return rows


def find_references(
    facts: Facts,
    *,
    regions: Sequence[str] = (),
    document_ids: Sequence[str] = (),
    role: str | None = None,
    words: str | None = None,
) -> list[ReferenceRow]:
    """References that pass every filter; ``words`` are looked for in title and number.

    Raises:
        FilterError: For a region, document or role that is none.
    """
    if role is not None and role not in REFERENCE_ROLES:
        raise FilterError("role", f"{role!r} is no role of a citation.", f"Use one of {', '.join(REFERENCE_ROLES)}.")
    wanted = _words(words)
    return [
        row
        for row in _inside(facts, facts.references, regions, document_ids)
        if (role is None or row.reference.role == role)
        and all(word in fold(f"{row.reference.title or ''} {row.reference.number or ''}") for word in wanted)
    ]


def take_page(rows: Sequence[_Row], *, offset: int = 0, limit: int = DEFAULT_LIMIT) -> Page[_Row]:
    """One page of rows.

    Raises:
        InputError: If ``offset`` is negative or ``limit`` out of range.
    """
    if offset < 0:
        raise InputError(f"The offset is {offset}.", "Use 0 or more.")
    if not 1 <= limit <= LARGEST_LIMIT:
        raise InputError(f"The limit is {limit}.", f"Use a number from 1 to {LARGEST_LIMIT}.")
    return Page(tuple(rows[offset : offset + limit]), len(rows), offset, limit)


def find_body(facts: Facts, name: str) -> list[BodyEntry]:
    """Everything that a body leads, supports or shares, by region in the order of the documents.

    Args:
        facts: Of one generation.
        name: In any printed form.

    Returns:
        One entry for each region; none where no duty names the body.
    """
    match = _body_matcher(name)
    by_region: dict[str | None, dict[str, list[Any]]] = {}
    for row in facts.duties:
        for role in ROLES:
            names = [n for n in getattr(row.duty, role) if match(n)]
            if names:
                region = row.metadata.region.name if row.metadata.region else None
                entry = by_region.setdefault(region, {"names": [], "lead": [], "support": [], "shared": []})
                entry["names"] += names
                entry[role].append(row)
    return [
        BodyEntry(region, tuple(dict.fromkeys(e["names"])), tuple(e["lead"]), tuple(e["support"]), tuple(e["shared"]))
        for region, e in by_region.items()
    ]


def describe_body(name: str) -> dict[str, str | None]:
    """The normalised name, English gloss, and the field that took the body over, with the date."""
    field = find_field(name)
    return {
        "normalised": normalise_body(name),
        "gloss": gloss_body(name),
        "successor": field.successor if field else None,
        "since": field.since.isoformat() if field and field.since else None,
    }


class _body_matcher:  # noqa: N801 - used as a function
    """Whether a printed name means the body that was asked for."""

    def __init__(self, name: str) -> None:
        if not name.strip():
            raise FilterError("body", "The name of the body is empty.", "Give a name, for example 质监局.")
        self._folded = fold(name).strip()
        self._field = find_field(name)

    def __call__(self, printed: str) -> bool:
        if fold(printed).strip() == self._folded:
            return True
        if self._field is not None:
            found = find_field(printed)
            return found is not None and found.name == self._field.name
        return len(self._folded) >= 4 and self._folded in fold(printed)


def _inside(facts: Facts, rows: Iterable[_Row], regions: Sequence[str], document_ids: Sequence[str]) -> Iterable[_Row]:
    for document_id in document_ids:
        if document_id not in facts.documents:
            raise FilterError("document_id", f"The index has no document {document_id!r}.", "See 'GET /v1/documents'.")
    wanted = [read_region(name) for name in regions]
    allowed: Mapping[str, bool] = {
        name: (not document_ids or name in document_ids) and _region_fits(wanted, metadata)
        for name, metadata in facts.documents.items()
    }
    return (row for row in rows if allowed[row.clause.document_id])


def _region_fits(wanted: Sequence[Region], metadata: Metadata) -> bool:
    return not wanted or any(in_region(region, metadata) for region in wanted)


def read_region(name: str) -> Region:
    """The region of that name or code.

    Raises:
        FilterError: If there is none.
    """
    region = resolve(name)
    if region is None:
        fault = f"{name!r} is no region, or several bear the name."
        raise FilterError("region", fault, "Use a full name (山东省), an English name or a GB/T 2260 code.")
    return region


def _words(text: str | None) -> list[str]:
    return fold(text).split() if text else []


def _day(field: str, given: str | None, *, last: bool) -> str | None:
    if given is None:
        return None
    if not _ISO_DATE.fullmatch(given):
        raise FilterError(field, f"{given!r} is no date.", "Use the form 2014, 2014-12 or 2014-12-31.")
    return given + "-12-31"[len(given) - 4 :] if last else given + "-01-01"[len(given) - 4 :]


def _within(deadline: str | None, low: str | None, high: str | None) -> bool:
    if deadline is None or not _ISO_DATE.fullmatch(deadline):
        return False
    # 2014 ends with its last day.
    end = deadline + "-12-31"[len(deadline) - 4 :]
    return (low is None or end >= low) and (high is None or end <= high)
