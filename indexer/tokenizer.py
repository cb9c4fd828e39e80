"""Text -> index terms: jieba's search words with a policy lexicon, and character bigrams.

Passages and queries take the same way, so a term means the same on both sides. The words come from jieba
(``cut_for_search``) over the folded text. The bigrams find what a dictionary does not know (a county's own
programme, an abbreviation of this year) and keep a wrong cut from hiding a clause.

The dictionary is read a first character at a time (``indexer.lazy_tokenizer``).
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from importlib import metadata, resources

from corpus.folding import fold
from indexer.lazy_tokenizer import LEXICON_FREQUENCY, LazyDictionaryTokenizer

_RULES = "fold; cut_for_search with HMM; words and all bigrams; letters and digits only"

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
    digest.update("\n".join((_RULES, str(LEXICON_FREQUENCY), *versions)).encode())
    return digest.hexdigest()


LEXICON_HASH = _lexicon_hash()
"""Changes whenever the same text could give other terms: lexicon, rules, versions of jieba and OpenCC."""


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


@lru_cache(maxsize=1024)
def part_of_speech(word: str) -> str | None:
    """The tag of a folded word in jieba's dictionary; ``None`` for one that is not there."""
    return _tokenizer().tag_of(word)
