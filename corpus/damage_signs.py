"""Finds the stretches of GBK pairs that are one off their boundary, and says how sure their readings are.

It is imported at the first sign of such damage, as few texts show any.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence

from corpus.byte_pairs import SIGNS, Surroundings, Token, read_tokens, surroundings
from corpus.byte_shift import Finding, find_reading
from corpus.folding import fold
from corpus.model import Repair, Span
from corpus.pinyin import CJK, HAN
from corpus.word_tree import reads_badly

# Matches: the ? of 效力?!笆晃濉, the O of 項目ㄔO。. Does not match: the ? of index.html?id=3.
_SIGN = re.compile(
    rf"(?<=[{CJK})])[?\ufffd]|[?\ufffd](?=[{CJK}])|？(?=[^\s”’」』)）])|[\ufffd\ue000-\uf8ff]"
    rf"|(?<=[{HAN}\u3100-\u312f])[@-~](?=[{CJK}])"
)
# Matches: the ?? of 居民??员会, where no byte of a character is left. Does not match: 真的吗??
_LOST_CHARACTERS = re.compile(rf"(?<=[{CJK}])[?\ufffd]{{2,}}(?=[{CJK}])")
# Matches: the ? of 人民?表大会, which may stand for a character as well. Does not match: 2014?
_BETWEEN_CHARACTERS = re.compile(rf"(?<=[{HAN}])[?\ufffd](?=[{HAN}])")
# Matches: the ? of 计量惠?，开展 and of 治理、?源, as no question ends beside a stop. Does not match: 怎么办?”，
_BESIDE_STOP = re.compile(rf"[?\ufffd](?=[，、；：。,;])|(?<=[，、；,;])[?\ufffd](?=[{HAN}])")
_LETTERS_AROUND = 60
_WINDOW = 260
_NEEDED_GAIN = 9.0
_NEEDED_CONFIDENCE = 0.85
_NEEDED_UNTRACED = 0.95
_NEEDED_WHOLE = 0.99
_RAREST_LONE = -13.5
_RAREST_LONE_WITH_GAPS = -11.0
_SHORT = 10
_SURELY_DAMAGED = 15.0
_SURELY_LOST = 12.0  # a stop in the place of a question mark gains less


def _is_private(token: Token) -> bool:
    """Whether a character is of the private area, as pairs that GBK leaves to its users come out; no text prints it."""
    return "\ue000" <= token.character <= "\uf8ff"


def _is_garbled(tokens: list[Token], sign: int) -> bool:
    """Whether the text beside a sign reads so badly that more than a question mark must stand there."""
    token = tokens[sign]
    if _is_private(token) or token.reading is not None:
        return True
    behind, before = "", ""
    for other in tokens[sign + 1 : sign + 7]:
        if other.reading is not None and not re.match(f"[{HAN}]", other.character):
            return True
        if other.character in SIGNS:
            # ?;? is no punctuation.
            if len(behind) <= 1:
                return True
            break
        if other.character == "\n":
            break
        behind += other.character
    for other in reversed(tokens[max(0, sign - 6) : sign]):
        if other.character in SIGNS or other.character == "\n":
            break
        before = other.character + before
    return any(reads_badly(fold(part)) for part in (behind[:4], behind, before[-4:], before))


def _confidence(finding: Finding) -> float:
    """From how far the reading is ahead of the next one, and of leaving the stretch as it is."""
    ahead = 1.0 / (1.0 + math.exp(-finding.margin))
    better = 1.0 / (1.0 + math.exp(-(finding.gain - _NEEDED_GAIN) / 2.0))
    return round(min(0.99, ahead * better), 2)


def _is_sure(finding: Finding, confidence: float, *, traced: bool) -> bool:
    """Whether a reading may be printed. Damage that left no sign at its beginning has to read better."""
    floor = _RAREST_LONE_WITH_GAPS if finding.gaps else _RAREST_LONE
    if len(finding.repaired) > _SHORT and finding.rarest_lone < floor:
        return False
    if finding.is_whole:
        return confidence >= _NEEDED_WHOLE
    return confidence >= (_NEEDED_CONFIDENCE if traced else _NEEDED_UNTRACED)


def find_shifts(text: str, marks: Iterable[int], taken: list[Span]) -> Iterator[Repair]:
    """Stretches of GBK pairs that are one off their boundary.

    Args:
        text: As decoded.
        marks: Where a character stands that such damage may show, in order.
        taken: What is repaired already.

    Yields:
        In order and disjoint.
    """
    around: Surroundings | None = None
    done = 0
    for at in marks:
        if at < done or not _SIGN.match(text, at) or any(start <= at < end for start, end in taken):
            continue
        line_start = text.rfind("\n", 0, at) + 1
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        start = max(done, line_start, at - _LETTERS_AROUND * 2)
        start = _token_start(text, start, at)
        tokens = read_tokens(text, start, min(line_end, at + _WINDOW * 3), at)
        sign = next((i for i, token in enumerate(tokens) if token.start <= at < token.end), None)
        if sign is None:
            continue
        garbled = _is_garbled(tokens, sign)
        lost = _LOST_CHARACTERS.match(text, at) or _BESIDE_STOP.match(text, at)
        if not (garbled or lost or text[at].isalpha() or _BETWEEN_CHARACTERS.match(text, at)):
            continue
        around = around or surroundings(text)
        settled = _settle(find_reading(tokens, sign, around), tokens, sign, text, garbled=garbled)
        if lost and (settled is None or (settled.repaired is None and settled.span[1] < lost.end())):
            settled = Repair(lost.span(), lost.group(), None, 0.0)
        if settled is not None:
            yield settled
            done = settled.span[1]
        elif garbled:
            # Nothing further along the line can be told apart from this stretch.
            done = line_end if _is_private(tokens[sign]) else at + 1


def _settle(finding: Finding | None, tokens: Sequence[Token], sign: int, text: str, *, garbled: bool) -> Repair | None:
    """What a reading comes to: printed where it is sure, marked where only the damage is, else nothing."""
    if finding is None:
        return None
    span = (tokens[finding.first].start, tokens[finding.last].end)
    confidence = _confidence(finding)
    is_damage = finding.gain >= (_SURELY_LOST if finding.is_whole else _SURELY_DAMAGED)
    if (garbled or is_damage) and _is_sure(finding, confidence, traced=finding.first == sign):
        return Repair(span, text[span[0] : span[1]], finding.repaired, confidence)
    return Repair(span, text[span[0] : span[1]], None, 0.0) if is_damage else None


def _token_start(text: str, start: int, at: int) -> int:
    """``start``, moved on where it lies inside a bracket."""
    opening, closing = text.find("(", start, at), text.find(")", start, at)
    return closing + 1 if 0 <= closing < start + 8 and (opening < 0 or closing < opening) else start
