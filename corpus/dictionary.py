"""jieba's dictionary file, read a first character at a time.

jieba reads its whole dictionary before the first cut, or unmarshals a copy that it keeps in a temporary folder
which others may write to. Neither is wanted in a process that answers one question or mends one line. Whoever only
asks how frequent words are need not import jieba either.
"""

from __future__ import annotations

import re
import zlib
from importlib import metadata
from pathlib import Path

# What the frequencies add up to, by the CRC-32 of the dictionary: of jieba 0.42.1. Adding them takes a moment.
_TOTALS = {0x1394096D: 60101967}
# Matches: the " 5 " of "一丁 5 n". Does not match: " n".
_FREQUENCY = re.compile(rb" (\d+) ")
# Lines of one first character.
_STRETCH = re.compile(rb"([\x00-\x09\x0b-\x7f]|[\xc0-\xff][\x80-\xbf]+)[^\n]*\n(?:\1[^\n]*\n)*")


def _add_frequencies(lines: bytes) -> int:
    frequencies = _FREQUENCY.findall(lines)
    if not lines.count(b" ") == 2 * lines.count(b"\n") == 2 * len(frequencies):
        raise ValueError("jieba's dictionary is not in lines of word, frequency and tag")
    return sum(map(int, frequencies))


class Dictionary:
    """The lines ``word frequency tag`` of jieba's dictionary, by the first character of the word.

    Attributes:
        total: What all frequencies add up to.
    """

    def __init__(self) -> None:
        # Found by its distribution, as importing jieba loads the models of its other methods.
        file = metadata.distribution("jieba").locate_file("jieba/dict.txt")
        self._bytes = Path(str(file)).read_bytes()
        if not self._bytes.endswith(b"\n"):
            self._bytes += b"\n"
        self.total = _TOTALS.get(zlib.crc32(self._bytes)) or _add_frequencies(self._bytes)
        # The lines of one first character mostly stand together; where they do not, it has several stretches.
        self._stretches: dict[str, list[tuple[int, int]]] = {}
        for stretch in _STRETCH.finditer(self._bytes):
            self._stretches.setdefault(stretch[1].decode("utf-8"), []).append(stretch.span())

    def text_of(self, character: str) -> str:
        """The lines of the words that begin with a character, as they stand in the file, each with its line break."""
        return "".join([self._bytes[a:b].decode("utf-8") for a, b in self._stretches.get(character, ())])

    def lines_of(self, character: str) -> list[str]:
        """The same lines without their line breaks."""
        return self.text_of(character).split("\n")[:-1]
