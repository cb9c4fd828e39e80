"""How often each term stands in each row: what BM25's weights are worked out from.

A generation keeps the counts, row by row, beside the weights, which stand term by term and change with every document
that comes or goes. The next build copies the counts of rows that stay, without their texts, and works the weights
out anew. Counts and weights go through the memory a block at a time.
"""

from __future__ import annotations

import io
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.backends.arrays import HEADER_BYTES, open_mapped
from indexer.backends.bm25 import K1, B, Bm25Index, idf_of, term_hash, weigh

_BLOCK = 1 << 20
_MOST = 0xFFFF
"""A term that stands in a row more often counts as this often, which changes its weight by less than 0.01%."""

Progress = Callable[[int, int], None]


class TermCounts:
    """The counts of a finished generation, memory-mapped.

    Args:
        folder: The generation's, whose files are known to be whole.
    """

    def __init__(self, folder: Path) -> None:
        self.ends: npt.NDArray[np.int64] = np.load(folder / "counts_ends.npy")
        self.lengths: npt.NDArray[np.int32] = np.load(folder / "counts_lengths.npy")
        self.terms: npt.NDArray[np.int32] = open_mapped(folder / "counts_terms.npy")
        self.times: npt.NDArray[np.uint16] = open_mapped(folder / "counts_times.npy")
        self._folder = folder

    def vocabulary(self) -> list[bytes]:
        """All terms; a term's place is its number in ``terms``."""
        content = open_mapped(self._folder / "bm25_terms.npy").tobytes()
        ends = np.load(self._folder / "bm25_term_ends.npy").tolist()
        return [content[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []


class TermCountWriter:
    """Writes the counts of a new generation, and then its BM25 index.

    Args:
        folder: The generation's, new.
        former: The counts of the former generation, from which rows can be taken over.
    """

    def __init__(self, folder: Path, former: TermCounts | None = None) -> None:
        self._folder = folder
        self._former = former
        # Until all are known, terms are numbered as they come, those of the former generation first.
        self._numbers = {term.decode(): number for number, term in enumerate(former.vocabulary() if former else ())}
        self._ends, self._lengths = array("q"), array("i")
        self._terms = _GrowingArray(folder / "counts_terms.npy", np.dtype("<i4"))
        self._times = _GrowingArray(folder / "counts_times.npy", np.dtype("<u2"))
        self._new_terms, self._new_times = array("i"), array("H")
        self._column_of: npt.NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._idf: npt.NDArray[np.float64] = np.zeros(0)

    def close(self) -> None:
        """Let go of the files, where ``finish`` was not reached."""
        self._terms.close()
        self._times.close()

    def __len__(self) -> int:
        return len(self._lengths)

    def add(self, tokens: Sequence[str]) -> None:
        """Count the terms of the next row."""
        numbers = self._numbers
        for term, times in Counter(tokens).items():
            self._new_terms.append(numbers.setdefault(term, len(numbers)))
            self._new_times.append(min(times, _MOST))
        self._lengths.append(len(tokens))
        self._ends.append(len(self._terms) + len(self._new_terms))
        if len(self._new_terms) >= _BLOCK:
            self._flush()

    def take_over(self, rows: range) -> None:
        """Copy the counts of rows of the former generation, as the next rows."""
        former = self._former
        assert former is not None  # noqa: S101 - its rows are known from nowhere else
        if not rows:
            return
        self._flush()
        first = int(former.ends[rows.start - 1]) if rows.start else 0
        last = int(former.ends[rows.stop - 1])
        shift = len(self._terms) - first
        for start in range(first, last, _BLOCK):
            stop = min(start + _BLOCK, last)
            self._terms.append(former.terms[start:stop])
            self._times.append(former.times[start:stop])
        self._lengths.frombytes(former.lengths[rows.start : rows.stop].tobytes())
        self._ends.frombytes((former.ends[rows.start : rows.stop] + shift).tobytes())

    def _flush(self) -> None:
        if self._new_terms:
            self._terms.append(np.frombuffer(self._new_terms, dtype=np.int32))
            self._times.append(np.frombuffer(self._new_times, dtype=np.uint16))
            self._new_terms, self._new_times = array("i"), array("H")

    def knows(self, term: str) -> bool:
        """Whether any row has the term; after ``finish``."""
        return self._column(term) >= 0

    def idf(self, term: str) -> float:
        """Weight of a term that a row has; after ``finish``."""
        return float(self._idf[self._column(term)])

    def _column(self, term: str) -> int:
        number = self._numbers.get(term)
        return -1 if number is None else int(self._column_of[number])

    def finish(self, k1: float = K1, b: float = B, *, progress: Progress | None = None) -> Bm25Index:
        """Write the files of the BM25 index too, and open it.

        Args:
            k1: See ``Bm25Index.build``.
            b: See there.
            progress: Called with how much of the index is written, and how much there is to write.
        """
        self._flush()
        self.close()
        ends = np.frombuffer(self._ends, dtype=np.int64) if self._ends else np.zeros(0, np.int64)
        lengths = np.frombuffer(self._lengths, dtype=np.int32) if self._lengths else np.zeros(0, np.int32)
        np.save(self._folder / "counts_ends.npy", ends)
        np.save(self._folder / "counts_lengths.npy", lengths)
        terms = open_mapped(self._folder / "counts_terms.npy", writable=True)
        times = open_mapped(self._folder / "counts_times.npy")
        frequencies = self._number_finally(terms)
        self._write_columns(terms, times, ends, lengths, frequencies, k1, b, progress)
        return Bm25Index.open(self._folder)

    def _number_finally(self, terms: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Number the terms by their hashes, write what belongs to each, and return in how many rows each stands."""
        frequencies = np.zeros(len(self._numbers), dtype=np.int64)
        for start in range(0, len(terms), _BLOCK):
            frequencies += np.bincount(terms[start : start + _BLOCK], minlength=len(frequencies))
        used = sorted(
            (term_hash(encoded), encoded, number)
            for encoded, number in ((term.encode("utf-8"), number) for term, number in self._numbers.items())
            if frequencies[number]
        )
        column_of = np.full(len(frequencies), -1, dtype=np.int32)
        column_of[[number for _, _, number in used]] = np.arange(len(used), dtype=np.int32)
        self._column_of = column_of
        for start in range(0, len(terms), _BLOCK):
            terms[start : start + _BLOCK] = column_of[terms[start : start + _BLOCK]]
        self._save("hashes", np.array([hashed for hashed, _, _ in used], dtype=np.uint64))
        self._save("term_ends", np.cumsum([len(encoded) for _, encoded, _ in used], dtype=np.int64))
        self._save("terms", np.frombuffer(b"".join(encoded for _, encoded, _ in used), dtype=np.uint8))
        return frequencies[[number for _, _, number in used]]

    def _write_columns(
        self,
        terms: npt.NDArray[np.int32],
        times: npt.NDArray[np.uint16],
        ends: npt.NDArray[np.int64],
        lengths: npt.NDArray[np.int32],
        frequencies: npt.NDArray[np.int64],
        k1: float,
        b: float,
        progress: Progress | None,
    ) -> None:
        """Turn the counts by row into weights by term, a block of rows at a time."""
        starts = np.concatenate(([0], np.cumsum(frequencies)))
        self._save("starts", starts.astype(np.int64))
        self._idf = idf_of(frequencies, len(lengths))
        self._save("idf", self._idf)
        self._save("length", np.array([len(lengths)], dtype=np.int64))
        rows = self._create("rows", np.int32, len(terms))
        weights = self._create("weights", np.float32, len(terms))
        average = float(lengths.mean()) if len(lengths) and lengths.any() else 1.0
        following = starts[:-1].copy()
        for start in range(0, len(terms), _BLOCK):
            stop = min(start + _BLOCK, len(terms))
            row_of = np.searchsorted(ends, np.arange(start, stop), side="right").astype(np.int32)
            # A stable sort keeps the rows of each term in order.
            order = np.argsort(terms[start:stop], kind="stable")
            column, row = terms[start:stop][order], row_of[order]
            in_block = np.bincount(column, minlength=len(frequencies))
            before = np.cumsum(in_block) - in_block
            place = following[column] + np.arange(stop - start) - before[column]
            rows[place] = row
            weights[place] = weigh(times[start:stop][order], lengths[row], average, k1, b)
            following += in_block
            if progress is not None:
                progress(stop, len(terms))

    def _save(self, name: str, values: npt.NDArray[Any]) -> None:
        np.save(self._folder / f"bm25_{name}.npy", values, allow_pickle=False)

    def _create(self, name: str, kind: type[np.generic], length: int) -> npt.NDArray[Any]:
        path = self._folder / f"bm25_{name}.npy"
        if length == 0:  # an empty file cannot be mapped
            self._save(name, np.zeros(0, dtype=kind))
            return np.zeros(0, dtype=kind)
        return np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=(length,))


class _GrowingArray:
    """An ``.npy`` file that is written from front to back, and whose length is known at the end."""

    def __init__(self, path: Path, kind: np.dtype[Any]) -> None:
        self._kind = kind
        self._length = 0
        self._file = path.open("wb")
        self._file.write(bytes(HEADER_BYTES))

    def __len__(self) -> int:
        return self._length

    def append(self, values: npt.NDArray[Any]) -> None:
        self._file.write(np.ascontiguousarray(values, dtype=self._kind).tobytes())
        self._length += len(values)

    def close(self) -> None:
        if self._file.closed:
            return
        header = io.BytesIO()
        description = {"descr": self._kind.str, "fortran_order": False, "shape": (self._length,)}
        np.lib.format.write_array_header_1_0(header, description)
        assert header.tell() == HEADER_BYTES  # noqa: S101 - what numpy takes for one dimension of any length
        self._file.seek(0)
        self._file.write(header.getvalue())
        self._file.close()
