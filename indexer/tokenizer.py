"""Text -> index terms: jieba's search words with a policy lexicon, and character bigrams.

Passages and queries take the same way, so a term means the same on both sides. The words come from jieba
(``cut_for_search``) over the folded text. The bigrams find what a dictionary does not know (a county's own
programme, an abbreviation of this year) and keep a wrong cut from hiding a clause.

jieba reads its whole dictionary before the first cut, or unmarshals a copy that it keeps in a temporary folder
which others may write to. Neither is wanted in a process that answers one question: ``LazyDictionaryTokenizer``
takes from the same dictionary file only the words whose first characters occur in the text. It cuts exactly as
jieba does with everything loaded.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import metadata, resources

import jieba
import numpy as np

from corpus.folding import fold

_RULES = "fold; cut_for_search with HMM; words and all bigrams; letters and digits only"
_LEXICON_FREQUENCY = 100
_NEWLINE, _SPACE, _ZERO = 0x0A, 0x20, 0x30

# Matches: 质监部门. Does not match: GDP.
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇]+")
# Matches: 8.5%. Does not match: 、.
_WORD_CHARACTER = re.compile(r"[^\W_]")


def read_lexicon() -> tuple[str, ...]:
    """The policy terms that jieba's dictionary lacks, one a line in ``indexer/data/policy_terms.txt``."""
    lines = _lexicon_bytes().decode("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _lexicon_bytes() -> bytes:
    return (resources.files("indexer") / "data" / "policy_terms.txt").read_bytes()


def _lexicon_hash() -> str:
    digest = hashlib.sha256(_lexicon_bytes())
    versions = (f"{package} {metadata.version(package)}" for package in ("jieba", "opencc"))
    digest.update("\n".join((_RULES, str(_LEXICON_FREQUENCY), *versions)).encode())
    return digest.hexdigest()


LEXICON_HASH = _lexicon_hash()
"""Changes whenever the same text could give other terms: lexicon, rules, versions of jieba and OpenCC."""


class LazyDictionaryTokenizer(jieba.Tokenizer):  # type: ignore[misc]
    """jieba's tokenizer over its own dictionary file, read a first character at a time.

    Every word that a text can be cut into begins with one of the text's characters, so loading the words of
    those characters beforehand is enough for the same cut. Thread-safe.

    Args:
        lexicon: Words to add to the dictionary, each with the same moderate frequency.
    """

    def __init__(self, lexicon: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._read_index()
        self._loaded: set[str] = set()
        self._lexicon: dict[str, list[str]] = {}
        for word in lexicon:
            self._lexicon.setdefault(word[0], []).append(word)
        self.total += _LEXICON_FREQUENCY * len(lexicon)
        self.initialized = True

    def _read_index(self) -> None:
        """Find where each first character's lines stand, and add up the frequencies of all lines.

        A line is ``word frequency tag``. The lines of one first character mostly stand together; where they do
        not, the character has several stretches.
        """
        with self.get_dict_file() as file:
            self._bytes = file.read()
        if not self._bytes.endswith(b"\n"):
            self._bytes += b"\n"
        data = np.frombuffer(self._bytes, dtype=np.uint8)
        ends = np.flatnonzero(data == _NEWLINE)
        spaces = np.flatnonzero(data == _SPACE)
        if len(spaces) != 2 * len(ends):
            raise ValueError("jieba's dictionary is not in lines of word, frequency and tag")
        before, after = spaces[0::2], spaces[1::2]
        self.total = 0
        for place in range(1, int((after - before).max())):
            at = after - place
            digits = np.where(at > before, data[at].astype(np.int64) - _ZERO, 0)
            self.total += int(digits.sum()) * 10 ** (place - 1)

        starts = np.concatenate(([0], ends[:-1] + 1))
        first = data[starts].astype(np.uint32)
        # Three bytes tell all characters apart that jieba's dictionary begins with; shorter ones by their own.
        first = np.where(
            first < 0x80, first, (first << 16) | (data[starts + 1].astype(np.uint32) << 8) | data[starts + 2]
        )
        changes = np.concatenate(([0], np.flatnonzero(np.diff(first)) + 1, [len(starts)]))
        self._stretches: dict[str, list[tuple[int, int]]] = {}
        line_ends = ends + 1
        for begin, end in zip(changes[:-1].tolist(), changes[1:].tolist(), strict=True):
            start = int(starts[begin])
            character = self._bytes[start : start + 4].decode("utf-8", "ignore")[0]
            self._stretches.setdefault(character, []).append((start, int(line_ends[end - 1])))

    def load_words_of(self, text: str) -> None:
        """Load the words that begin with a character of ``text``."""
        missing = set(text) - self._loaded
        if not missing:
            return
        with self.lock:
            for character in sorted(missing - self._loaded):
                self._load(character)
                self._loaded.add(character)

    def _load(self, character: str) -> None:
        frequencies = self.FREQ
        for start, end in self._stretches.get(character, ()):
            for line in self._bytes[start : end - 1].decode("utf-8").split("\n"):
                word, frequency, _ = line.split(" ")
                frequencies[word] = int(frequency)
                for length in range(1, len(word)):
                    frequencies.setdefault(word[:length], 0)
        for word in self._lexicon.get(character, ()):
            frequencies[word] = _LEXICON_FREQUENCY
            for length in range(1, len(word)):
                frequencies.setdefault(word[:length], 0)


@cache
def _tokenizer() -> LazyDictionaryTokenizer:
    return LazyDictionaryTokenizer(read_lexicon())


def tokenize(text: str) -> list[str]:
    """The index terms of a text, each as often as it occurs.

    Args:
        text: A passage or a question, in any script and width.

    Returns:
        jieba's search words, then all character bigrams; folded. Terms without a letter or digit are left out.
    """
    folded = fold(text)
    tokenizer = _tokenizer()
    tokenizer.load_words_of(folded)
    words = [word for word in tokenizer.cut_for_search(folded) if _WORD_CHARACTER.search(word)]
    # A word of two characters counts twice, as word and as bigram. That is better than once: it weighs what a
    # dictionary knows above what only stands side by side (docs/decisions/terms.md).
    bigrams = [run[start : start + 2] for run in _HAN_RUN.findall(folded) for start in range(len(run) - 1)]
    return words + bigrams


def segment(text: str) -> list[str]:
    """The words of a text in order, punctuation and blanks included, folded: jieba's one best cut."""
    folded = fold(text)
    tokenizer = _tokenizer()
    tokenizer.load_words_of(folded)
    return [str(word) for word in tokenizer.cut(folded)]
