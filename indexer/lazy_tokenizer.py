"""jieba's cut with a dictionary that is read a first character at a time (``corpus.dictionary``)."""

from __future__ import annotations

from math import inf, log

import jieba

from corpus.dictionary import Dictionary

LEXICON_FREQUENCY = 100


class LazyDictionaryTokenizer(jieba.Tokenizer):  # type: ignore[misc]
    """jieba's tokenizer over its own dictionary file, read a first character at a time.

    Every word that a text can be cut into begins with one of the text's characters, so loading the words of
    those characters beforehand is enough for the same cut. Thread-safe.

    Args:
        lexicon: Words to add to the dictionary, each with the same moderate frequency.
    """

    def __init__(self, lexicon: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._dictionary = Dictionary()
        self._loaded: set[str] = set()
        self._lexicon: dict[str, list[str]] = {}
        for word in lexicon:
            self._lexicon.setdefault(word[0], []).append(word)
        self.total = self._dictionary.total + LEXICON_FREQUENCY * len(lexicon)
        self.initialized = True

    def load_words_of(self, text: str) -> None:
        """Load the words that begin with a character of ``text``."""
        missing = set(text) - self._loaded
        if not missing:
            return
        with self.lock:
            for character in sorted(missing - self._loaded):
                self._load(character)
                self._loaded.add(character)

    def tag_of(self, word: str) -> str | None:
        """The dictionary's tag of a word (n, v, d …); ``None`` for one that it does not have."""
        lines = self._dictionary.lines_of(word[:1])
        return next((line.rsplit(" ", 1)[1] for line in lines if line.startswith(word + " ")), None)

    def get_DAG(self, sentence: str) -> dict[int, list[int]]:  # noqa: ARG002, N802 - as jieba has it
        """Nothing: ``calc`` looks the words of a sentence up as it goes."""
        return {}

    def calc(self, sentence: str, DAG: dict[int, list[int]], route: dict[int, tuple[float, int]]) -> None:  # noqa: ARG002, N803
        """Find the most frequent cut, as jieba does but with one look-up of each word.

        Args:
            sentence: Without punctuation.
            DAG: Not used.
            route: Gets, for each place from the last to the first, the weight of the best cut from there on, and
                where its first word ends.
        """
        frequency_of, log_total, length = self.FREQ.get, log(self.total), len(sentence)
        route[length] = (0.0, 0)
        for start in range(length - 1, -1, -1):
            best, last, end = -inf, start, start + 1
            frequency = frequency_of(sentence[start])
            while frequency is not None:
                if frequency:
                    weight = log(frequency) - log_total + route[end][0]
                    if weight >= best:  # of two that weigh the same the longer word
                        best, last = weight, end - 1
                end += 1
                frequency = frequency_of(sentence[start:end]) if end <= length else None
            # A character that begins no word stands alone.
            route[start] = (best, last) if best > -inf else (route[start + 1][0] - log_total, start)

    def _load(self, character: str) -> None:
        for line in self._dictionary.lines_of(character):
            word, frequency, _ = line.split(" ")
            self._enter(word, int(frequency))
        for word in self._lexicon.get(character, ()):
            self._enter(word, LEXICON_FREQUENCY)

    def _enter(self, word: str, frequency: int) -> None:
        """Add a word and, as jieba wants it, its beginnings."""
        frequencies = self.FREQ
        frequencies[word] = frequency
        for length in range(2, len(word)):
            beginning = word[:length]
            if beginning not in frequencies:
                frequencies[beginning] = 0
        frequencies.setdefault(word[0], 0)
