"""Which passages may be found: the filters of a request, and the regions of a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from corpus.errors import FilterError
from corpus.folding import fold
from corpus.model import Kind, Metadata, Region
from corpus.regions import COUNTRY, covers, find_regions, resolve
from indexer.backends.base import All, Between, Filter, In
from indexer.passage_rows import KINDS, date_number

KEYS = ("region", "document_id", "issuer", "issued_from", "issued_to", "kind")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a request allows; an empty field allows anything. Values of one field are alternatives."""

    regions: tuple[Region, ...] = ()
    document_ids: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    kinds: tuple[Kind, ...] = ()


def passing(filters: Filters, regions: Sequence[Region], held: HeldValues) -> Filter:
    """What the index is asked for.

    Args:
        filters: Of the request, whose regions are not looked at.
        regions: Regions that are asked for; none for any.
        held: What the documents of the index are of.
    """
    parts: list[Filter] = []
    if regions:
        codes = (own.code for own in held.regions if any(lies_in(region, own) for region in regions))
        parts.append(In("region_code", frozenset(codes)))
    if filters.document_ids:
        parts.append(In("document_id", frozenset(filters.document_ids)))
    if filters.issuers:
        wanted = [fold(name) for name in filters.issuers]
        parts.append(In("issuer", frozenset(i for i in held.issuers if any(name in fold(i) for name in wanted))))
    if filters.issued_from is not None or filters.issued_to is not None:
        first, last = filters.issued_from or date.min, filters.issued_to or date.max
        parts.append(Between(date_number(first), date_number(last)))
    if filters.kinds:
        parts.append(In("kind", frozenset(filters.kinds)))
    return All(tuple(parts))


@dataclass(frozen=True, slots=True)
class HeldValues:
    """What the documents of an index are of: each region and issuer once, in order."""

    regions: tuple[Region, ...]
    issuers: tuple[str, ...]

    @classmethod
    def of(cls, documents: Iterable[Metadata]) -> HeldValues:
        """Of some documents."""
        regions: dict[str, Region] = {}
        issuers: set[str] = set()
        for metadata in documents:
            if metadata.region:
                regions[metadata.region.code] = metadata.region
            if metadata.issuer:
                issuers.add(metadata.issuer)
        return cls(tuple(regions[code] for code in sorted(regions)), tuple(sorted(issuers)))


def parse_filters(given: Mapping[str, Any] | None, documents: Mapping[str, Metadata]) -> Filters:
    """Read the filters of a request.

    Args:
        given: As in the API: ``region``, ``document_id``, ``issuer``, ``issued_from``, ``issued_to``, ``kind``.
        documents: Every document of the index.

    Raises:
        FilterError: For an unknown key, or a value that names nothing; a real region that the index lacks is none.
    """
    given = {key: value for key, value in (given or {}).items() if value is not None}
    for key in given:
        if key not in KEYS:
            raise FilterError(str(key), f"{key!r} is no filter.", f"Use one of {', '.join(KEYS)}.")
    kinds = _texts(given, "kind")
    for kind in kinds:
        if kind not in KINDS:
            raise FilterError("kind", f"{kind!r} is no kind of unit.", f"Use one of {', '.join(KINDS)}.")
    document_ids = _texts(given, "document_id")
    for document_id in document_ids:
        if document_id not in documents:
            raise FilterError("document_id", f"The index has no document {document_id!r}.", "See 'GET /v1/documents'.")
    issuers = _texts(given, "issuer")
    known = {metadata.issuer for metadata in documents.values() if metadata.issuer} if issuers else ()
    for issuer in issuers:
        if not any(fold(issuer) in fold(name) for name in known):
            raise FilterError(
                "issuer", f"No document of the index was issued by {issuer!r}.", "See 'GET /v1/documents'."
            )
    return Filters(
        regions=tuple(_region(name) for name in _texts(given, "region")),
        document_ids=document_ids,
        issuers=issuers,
        issued_from=_date(given, "issued_from"),
        issued_to=_date(given, "issued_to"),
        kinds=tuple(kind for kind in KINDS if kind in kinds),
    )


def _texts(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = given.get(key, ())
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, Sequence) or not all(isinstance(v, str) and v.strip() for v in values):
        raise FilterError(key, f"The filter {key!r} takes a text or a list of texts.", "Correct its value.")
    return tuple(values)


def _region(name: str) -> Region:
    region = resolve(name)
    if region is None:
        fault = f"{name!r} is no region, or several bear the name."
        raise FilterError("region", fault, "Use a full name (山东省), an English name or a GB/T 2260 code.")
    return region


def _date(given: Mapping[str, Any], key: str) -> date | None:
    value = given.get(key)
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise FilterError(key, f"{value!r} is no date.", "Use the form 2014-07-02.") from None


def intersect_regions(asked: Sequence[Region], allowed: Sequence[Region]) -> tuple[Region, ...]:
    """The regions that a question and a filter leave; the smaller of two where one lies in the other."""
    if not asked or not allowed:
        return tuple(asked or allowed)
    left: dict[str, Region] = {}
    for one in asked:
        for other in allowed:
            if covers(other, one):
                left[one.code] = one
            elif covers(one, other):
                left[other.code] = other
    return tuple(left.values())


def namesakes_of(regions: Sequence[Region], text: str) -> frozenset[Region]:
    """The other places that the names of some regions stand for in a text: Suzhou is 苏州市 and 宿州市."""
    mentions = find_regions(text)
    places = {(mention.start, mention.end) for mention in mentions if mention.region in regions}
    return frozenset(mention.region for mention in mentions if (mention.start, mention.end) in places)


def in_region(region: Region, metadata: Metadata) -> bool:
    """Whether a document answers for a region: it is the region's own, or of a place in it.

    A national document answers for the country and never for a province.
    """
    return metadata.region is not None and lies_in(region, metadata.region)


def lies_in(region: Region, own: Region) -> bool:
    """Whether a document whose own region is ``own`` answers for ``region``; see ``in_region``."""
    return own.code == COUNTRY.code if region.code == COUNTRY.code else covers(region, own) and own.code != COUNTRY.code
