"""Bytes to characters: UTF-8, UTF-16, GB18030 and Big5, with or without a byte order mark.

A byte order mark, a declared charset and strict UTF-8 decide where they are there. Where they are not, each
candidate's characters are judged: the right reading of a Chinese text is nearly all everyday characters, and a wrong
one is not. What is still open goes to charset-normalizer.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import NamedTuple

from corpus.errors import BinaryDocumentError
from corpus.folding import to_simplified


class Decoded(NamedTuple):
    """Characters, without a byte order mark and with the file's own newlines, and the codec that gave them."""

    text: str
    encoding: str


_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)

_NO_TEXT = "The bytes are no text in any encoding that is tried (UTF-8, UTF-16, GB18030, Big5)."

# What a file is that begins with these bytes, whatever its name says.
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip container such as docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file such as doc"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"{\\rtf", "an RTF file"),
)

# The most frequent characters of running Chinese and of official texts, simplified: worth more than merely common
# ones, so that a text of a few characters can be told too.
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方"
    "后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合"
    "还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条"
    "通知办府省市县区局厅委院规章据施行管督标准强按照门责任务企建设推服务落贯彻神意见关于、，。：；《》（）“”一二三四五六七八九十"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_SAMPLE_BYTES = 200_000
# Four characters beyond ASCII. Matches: a text that begins with 山东省人. Does not match: café.
_CERTAIN = re.compile(r"(?:[\x00-\x7f]*+[^\x00-\x7f]){4}")
_PLAUSIBLE = 0.5


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """Decode the bytes of a text.

    Args:
        data: The whole file.
        declared: A charset that the text itself declares (``<meta charset>``); taken if the bytes agree.

    Returns:
        The characters and the codec's name. A byte order mark is not part of the text.

    Raises:
        BinaryDocumentError: If the bytes are no text.
    """
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise BinaryDocumentError(
                f"The file is {name}, not text.", "Give it the suffix of its format, or convert it."
            )
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(encoding, errors="replace"), encoding)
    utf16 = _utf16_by_nulls(data)
    if utf16 is not None:
        return _checked(utf16.text, utf16.encoding)
    text = _decode_with_few_faults(data, "utf-8")
    # A few characters in another encoding can be valid UTF-8 by chance; more cannot.
    if text is not None and (_CERTAIN.match(text) or plausibility(text) >= _PLAUSIBLE):
        return _checked(text, "utf-8")
    if declared is not None:
        text = _declared_text(data, declared)
        if text is not None:
            return _checked(text, _canonical(declared))
    return _decode_by_plausibility(data)


def _canonical(charset: str) -> str:
    """Browsers and texts say gb2312 and mean its superset."""
    name = codecs.lookup(charset).name
    return "gb18030" if name in {"gb2312", "gbk", "hz"} else name


def _declared_text(data: bytes, charset: str) -> str | None:
    try:
        encoding = _canonical(charset)
    except LookupError:
        return None
    if encoding.startswith(("utf-16", "utf-32")):
        return None
    return _decode_with_few_faults(data, encoding)


def _checked(text: str, encoding: str) -> Decoded:
    """Refuse what decodes and yet is no text: control characters throughout.

    Raises:
        BinaryDocumentError: If more than one character in a hundred is a control character or undecodable.
    """
    bad = len(_CONTROL.findall(text)) + text.count("\ufffd")
    if bad * 100 > len(text):
        raise BinaryDocumentError(_NO_TEXT, "Save the document as UTF-8 text.")
    return Decoded(text, encoding)


def _utf16_by_nulls(data: bytes) -> Decoded | None:
    """UTF-16 without a mark shows by its zero bytes: those of line ends, digits and blanks stand on one side."""
    sample = data[: _SAMPLE_BYTES & ~1]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if even + odd == 0 or len(data) % 2:
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return Decoded(text, encoding) if plausibility(text[:_SAMPLE_BYTES]) > _PLAUSIBLE else None


def _decode_with_few_faults(data: bytes, encoding: str) -> str | None:
    """Decoded text, or ``None`` where more than a stray byte or a cut end is wrong."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
    faults = text.count("\ufffd")
    return text if faults * 200 <= _beyond_ascii(text) - faults else None


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", errors="ignore"))


def _decode_by_plausibility(data: bytes) -> Decoded:
    sample = data[:_SAMPLE_BYTES]
    encodings = ["utf-8", "gb18030", "big5", "cp950", "big5hkscs"]
    if len(data) % 2 == 0:
        encodings += ["utf-16-le", "utf-16-be"]
    best, best_score = None, _PLAUSIBLE
    for encoding in encodings:
        reading = _decode_with_few_faults(sample, encoding)
        if reading is None:
            continue
        score = plausibility(reading) - reading.count("\ufffd") / len(reading)
        if score > best_score:
            best, best_score = encoding, score
    text = _decode_with_few_faults(data, best) if best is not None else None
    if best is None or text is None:
        text, best = _ask_charset_normalizer(data)
    return _checked(text, best)


def plausibility(text: str) -> float:
    """How much ``text`` looks like Chinese or English: about 1 or more for text, below 0.5 for a wrong reading.

    The mean over the characters beyond ASCII of 2 for a frequent one, 1 for a common one or usual punctuation, 0 for a
    rare one and -2 for what no text holds. A text of ASCII alone has 1, less its share of control characters.
    """
    controls = len(_CONTROL.findall(text))
    beyond = [c for c in to_simplified(text) if c > "\x7f"]
    if not beyond:
        return 1.0 - 3.0 * controls / max(1, len(text))
    total = -3.0 * controls
    for char in beyond:
        if char in _FREQUENT:
            total += 2
        elif char in common_characters():
            total += 1
        elif not _may_stand_in_a_text(char):
            total -= 2
    return total / (len(beyond) + controls)


@cache
def common_characters() -> frozenset[str]:
    """Level 1 of GB 2312 (3,755 everyday characters) and its punctuation, both computed from the codec."""
    codes = [bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
    codes += [bytes((high, low)) for high in (0xA1, 0xA3) for low in range(0xA1, 0xFF)]
    return frozenset("".join(code.decode("gb2312", errors="ignore") for code in codes)) | {"\xa0", "•", "‧", "〇"}


def _may_stand_in_a_text(char: str) -> bool:
    """Rare hanzi, enclosed numbers and signs may; kana, Hangul, private use, controls and surrogates speak against."""
    return "\u4e00" <= char <= "\u9fff" or "\u2000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef"


def _ask_charset_normalizer(data: bytes) -> Decoded:
    """Where no Chinese reading is plausible: a text in another script, or no text.

    Raises:
        BinaryDocumentError: If charset-normalizer finds no encoding either.
    """
    from charset_normalizer import from_bytes

    found = from_bytes(data[:_SAMPLE_BYTES]).best()
    text = _decode_with_few_faults(data, found.encoding) if found is not None else None
    if found is None or text is None:
        raise BinaryDocumentError(_NO_TEXT, "Save the document as UTF-8 text.")
    return Decoded(text, found.encoding)
