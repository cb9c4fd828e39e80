"""Finds what byte-wise damage broke in a text, and repairs it where the mechanism leaves one reading.

========================  ==============================  ==========================================
mechanism                 shown                           repair
========================  ==============================  ==========================================
GBK pairs one off         效力?!笆晃濉逼陂g               searched: ``corpus.damage_signs``
a lost interpunct         3?15                            between a month and a day: 3·15
UTF-8 read as Latin-1     æ±Ÿè‹                           reversed
GBK read as Latin-1       ÖÐ¹ú                            reversed
UTF-8 read as GBK         涓浗                            reversed where no byte is lost
replacement characters    U+FFFD, 锟斤拷                  none: marked, left as it is
========================  ==============================  ==========================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.decoding import common_characters
from corpus.folding import fold, to_simplified
from corpus.model import Repair
from corpus.pinyin import CJK, HAN

# What a stretch of pairs one off their boundary may show at its ends.
_MAY_BE_SIGN = re.compile("[?？\ufffd\ue000-\uf8ff]")
# Matches: the O of 項目ㄔO。, which ends such a stretch as well. Does not match: ISO9000
_MAY_END = re.compile("[@-~](?=[\u3001-\u9fff\uff00-\uff5e])(?<=[\u3100-\u312f\u3400-\u9fff].)")
_FEW = 6  # characters
# Matches: 3?15. Does not match: 2014?2015, 第四?五条, 一百二?九条.
_INTERPUNCT = re.compile(
    r"(?<![\d.,/%=&一二三四五六七八九十百千零〇第])(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])[?？]"
    r"(3[01]|[12]\d|[1-9]|[一二三四五六七八九十]{1,3})(?![\d.,/%=&一二三四五六七八九十百千零〇条章])"
)
# Matches: 锟斤拷. Does not match: 斤两.
_REPLACED = re.compile("(?:锟斤拷|锟斤|斤拷)+|(?:烫烫|屯屯){2,}|\ufffd+")
_OF_REPLACED = "锟拷烫屯\ufffd"
_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
# Matches: æ±Ÿè‹. Does not match: Café.
_LATIN_UTF8 = re.compile(rf"(?:[\u00e2-\u00ef][\u0080-\u00bf{_CP1252}]{{2}}|[\u00c2-\u00df][\u0080-\u00bf{_CP1252}])+")
# Matches: ÖÐ¹ú. Does not match: Österreich.
_LATIN_GBK = re.compile(r"(?:[\u00b0-\u00f7][\u00a1-\u00fe]|[\u00a1-\u00a3][\u00a1-\u00fe]){2,}")
# What neither can do without. Matches: the æ± of æ±Ÿè‹. Does not match: 3·15
_MAY_BE_LATIN = re.compile(rf"[\u00a1-\u00f7][\u0080-\u00fe{_CP1252}]")
_GBK_UTF8_LEADS = "".join(
    character
    for lead in range(0xE4, 0xEA)
    for trail in range(0x80, 0xC0)
    if len(character := bytes((lead, trail)).decode("gb18030", "replace")) == 1 and "\u4e00" <= character <= "\u9fff"
)
# Matches: 涓浗 (中国 in UTF-8, read as GBK). Does not match: 涓涓细流.
_GBK_UTF8 = re.compile(rf"[{_GBK_UTF8_LEADS}锛銆](?=[^\x00-\x7f]{{0,2}}[{_GBK_UTF8_LEADS}锛銆])[^\x00-\x7f]+")


# What none of these patterns can do without. Matches: the ¹ of ÖÐ¹ú. Does not match: 中国.
_MAY_BE_GARBLED = re.compile(rf"[\u00a1-\u00f7\ufffd{_GBK_UTF8_LEADS}锛銆锟拷烫屯]")


def _reversed_latin(shown: str) -> str | None:
    """Characters read as Latin-1 or Windows-1252, back to bytes and decoded as UTF-8."""
    data = bytearray()
    for character in shown:
        if ord(character) < 0x100:
            data.append(ord(character))
        else:
            data += character.encode("cp1252")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _is_chinese(text: str) -> bool:
    return bool(text) and bool(re.fullmatch(f"[{CJK}\\s\\x00-\\x7f○]+", text)) and bool(re.search(f"[{HAN}]", text))


def _find_reversible(text: str) -> Iterator[Repair]:
    """Stretches of which no byte is lost, and replacement characters, of which all are."""
    if not _MAY_BE_GARBLED.search(text):
        return
    may_be_latin = _MAY_BE_LATIN.search(text) is not None
    for match in _LATIN_UTF8.finditer(text) if may_be_latin else ():
        repaired = _reversed_latin(match.group())
        if repaired and (_is_chinese(repaired) or re.fullmatch(f"[{CJK}]+", repaired)):
            yield Repair(match.span(), match.group(), repaired, 0.99)
    for match in _LATIN_GBK.finditer(text) if may_be_latin else ():
        from corpus.word_tree import score_text  # few texts need it

        repaired = match.group().encode("latin-1").decode("gb18030", "replace")
        if _is_chinese(repaired) and score_text(fold(repaired[:40])) > -11.0 * len(repaired[:40]):
            yield Repair(match.span(), match.group(), repaired, 0.95)
    for match in _GBK_UTF8.finditer(text):
        yield from _reversed_gbk(match.group(), match.start())
    for match in _REPLACED.finditer(text) if any(map(text.__contains__, _OF_REPLACED)) else ():
        yield Repair(match.span(), match.group(), None, 0.0)


def _reversed_gbk(shown: str, offset: int) -> Iterator[Repair]:
    """UTF-8 that was read as GBK; a stretch that lost bytes is marked and not repaired."""
    try:
        data = shown.encode("gb18030")
    except UnicodeEncodeError:
        return
    try:
        repaired = data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8")
        if len(good) < 2 or not _is_chinese(good):
            return
        if len(data) - error.start <= 2:
            yield Repair((offset, offset + len(shown)), shown, None, 0.0)
        return
    if _is_chinese(repaired) and len(repaired) >= 2:
        yield Repair((offset, offset + len(shown)), shown, repaired, 0.98)


def _may_be_second_byte(text: str, at: int) -> bool:
    """Whether a letter may be half of a character: beside traditional ones, or behind such as few texts print.

    Characters of simplified texts hold no letter, and 创建A级景区 needs no dictionary.
    """
    around, before = text[max(0, at - _FEW) : at + _FEW], fold(text[max(0, at - _FEW) : at])
    if to_simplified(around) != around:
        return True
    return any(not character.isascii() and character not in common_characters() for character in before)


def _find_interpuncts(text: str, marks: Iterable[int]) -> Iterator[re.Match[str]]:
    """Days of a year whose interpunct was lost, in order and disjoint; sought at question marks, which are few."""
    done = 0
    for mark in marks:
        for start in range(max(done, mark - 2), mark if text[mark] in "?？" else 0):
            if match := _INTERPUNCT.match(text, start):
                yield match
                done = match.end()
                break


def find_repairs(text: str) -> tuple[Repair, ...]:
    """Find the damaged stretches of ``text``.

    Args:
        text: As decoded, pinyin and website lines included.

    Returns:
        In order and disjoint, with offsets of ``text``. ``repaired`` is ``None`` where no one reading is
        sure enough. A text without signs of damage costs one search and no dictionary.
    """
    found = list(_find_reversible(text))
    marks = [match.start() for match in _MAY_BE_SIGN.finditer(text)]
    if ends := [match.start() for match in _MAY_END.finditer(text) if _may_be_second_byte(text, match.start())]:
        marks = sorted(marks + ends)
    days = _find_interpuncts(text, marks)
    found += [Repair(match.span(), match.group(), f"{match[1]}·{match[2]}", 0.9) for match in days]
    taken = [repair.span for repair in found if repair.repaired is not None]
    shifts: list[Repair] = []
    if marks:
        from corpus.damage_signs import find_shifts

        shifts = list(find_shifts(text, marks, taken))
    found = [r for r in found if r.repaired is not None or not _overlaps(r.span, [s.span for s in shifts])] + shifts
    found.sort(key=lambda repair: (repair.span[0], repair.repaired is None))
    disjoint: list[Repair] = []
    for repair in found:
        if not disjoint or repair.span[0] >= disjoint[-1].span[1]:
            disjoint.append(repair)
    return tuple(disjoint)


def _overlaps(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
