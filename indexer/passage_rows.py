"""What filters have to know of every index row, and the rows that a filter leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from corpus.errors import DamagedIndexError
from corpus.model import Kind, Metadata
from indexer.backends.arrays import open_array
from indexer.backends.base import All, Between, Field, Filter, In, Mask, Not, Selection

KINDS: tuple[Kind, ...] = get_args(Kind)
_ARRAYS: dict[str, type[np.generic]] = {"document": np.int32, "kind": np.int8}
_KEPT = 64
"""Selections that are kept: at a million rows each takes a megabyte."""


def date_number(day: date | None) -> int:
    """A date as ``Between`` compares it: 20140702; 0 for none."""
    return 0 if day is None else day.year * 10000 + day.month * 100 + day.day


class _Column:
    """One text for each document or row, as numbers, so that a filter looks up each of its values once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._number_of: dict[str, int] = {}
        self._numbers = np.array([self._number_of.setdefault(text, len(self._number_of)) for text in texts], np.int64)

    def among(self, values: Iterable[object]) -> Mask:
        marked = np.zeros(len(self._number_of) + 1, dtype=np.bool_)
        marked[[self._number_of[value] for value in values if value in self._number_of]] = True
        return np.asarray(marked[self._numbers])


class PassageRows:
    """The fields of all index rows that filters ask for. Threads may share it.

    Args:
        document: Number of each row's document, shape (n,).
        kind: Position in ``KINDS`` of each row's kind, shape (n,).
        documents: Of the generation by id, in the order of their numbers.
    """

    def __init__(
        self, document: npt.NDArray[np.int32], kind: npt.NDArray[np.int8], documents: Mapping[str, Metadata]
    ) -> None:
        self.document = document
        self.kind = kind
        self.document_ids = tuple(documents)
        all_metadata = documents.values()
        self._columns: dict[Field, _Column] = {
            "document_id": _Column(documents),
            "region_code": _Column(metadata.region.code if metadata.region else "" for metadata in all_metadata),
            "issuer": _Column(metadata.issuer or "" for metadata in all_metadata),
        }
        self._issued_on = np.array([date_number(metadata.issued_on) for metadata in all_metadata], dtype=np.int64)
        self._kept = lru_cache(maxsize=_KEPT)(self._select)

    @classmethod
    def open(cls, folder: Path, documents: Mapping[str, Metadata]) -> PassageRows:
        """Open what ``save_rows`` wrote, memory-mapped.

        Args:
            folder: The generation's.
            documents: Of the generation by id, in order.

        Raises:
            DamagedIndexError: If a file is missing or is not the array that it should be.
        """
        arrays = {name: open_array(folder / f"rows_{name}.npy", kind) for name, kind in _ARRAYS.items()}
        if len(arrays["document"]) != len(arrays["kind"]):
            raise DamagedIndexError(f"The files in {folder} do not belong together.")
        return cls(arrays["document"], arrays["kind"], documents)

    def __len__(self) -> int:
        return len(self.document)

    def where(self, condition: Filter) -> Selection | None:
        """The rows that pass a filter.

        Returns:
            ``None`` where all rows pass, which the indices read as no filter. Texts that no row has pass no row.
        """
        # One that names rows is as large as what it names, and is hardly asked again.
        return (self._select if _names_rows(condition) else self._kept)(condition)

    def _select(self, condition: Filter) -> Selection | None:
        mask = self._mask(condition)
        return None if mask.all() else Selection(condition, lambda: mask)

    def documents(self, condition: Filter) -> list[str]:
        """Ids of the documents that pass a filter, in order.

        Raises:
            ValueError: If the filter asks for kinds or rows, which are not a matter of documents.
        """
        mask = self._document_mask(condition)
        if mask is None:
            raise ValueError(f"{condition!r} is no filter of documents")
        return [self.document_ids[number] for number in np.flatnonzero(mask)]

    def _mask(self, condition: Filter) -> Mask:
        by_document = self._document_mask(condition)
        if by_document is not None:
            # One more place, so that a generation without documents has one to look at.
            return np.asarray(np.append(by_document, False)[self.document])
        match condition:
            case In("kind", values):
                return np.asarray(np.array([kind in values for kind in KINDS])[self.kind])
            case In("row", values):
                mask = np.zeros(len(self), dtype=np.bool_)
                mask[[row for row in values if isinstance(row, int) and 0 <= row < len(self)]] = True
                return mask
            case All(parts):
                return np.asarray(np.logical_and.reduce([self._mask(part) for part in parts]))
            case Not(part):
                return ~self._mask(part)
        raise TypeError(f"{condition!r} is no filter")

    def _document_mask(self, condition: Filter) -> Mask | None:
        """Whether each document passes; ``None`` where that is not a matter of the document alone."""
        match condition:
            case In(("document_id" | "region_code" | "issuer") as field, values):
                return self._columns[field].among(values)
            case In("issued_on", values):
                return np.isin(
                    self._issued_on, np.array([value for value in values if isinstance(value, int)], np.int64)
                )
            case Between(first, last):
                return (self._issued_on >= max(first, 1)) & (self._issued_on <= last)
            case Not(part):
                mask = self._document_mask(part)
                return None if mask is None else ~mask
            case All(parts):
                masks = [self._document_mask(part) for part in parts]
                known = [mask for mask in masks if mask is not None]
                if len(known) < len(masks):
                    return None
                everyone = np.ones(len(self.document_ids), dtype=np.bool_)
                return np.asarray(np.logical_and.reduce([everyone, *known]))
        return None


def _names_rows(condition: Filter) -> bool:
    """Whether the filter lists rows, as one for a single question does."""
    match condition:
        case In(field, _):
            return field == "row"
        case Not(part):
            return _names_rows(part)
        case All(parts):
            return any(map(_names_rows, parts))
    return False


def save_rows(folder: Path, *, document: npt.ArrayLike, kind: npt.ArrayLike) -> None:
    """Write the arrays of ``PassageRows`` into ``folder``.

    Args:
        folder: Exists.
        document: Number of each row's document.
        kind: Position in ``KINDS`` of each row's kind.
    """
    for name, values in (("document", document), ("kind", kind)):
        np.save(folder / f"rows_{name}.npy", np.asarray(values, dtype=_ARRAYS[name]), allow_pickle=False)
