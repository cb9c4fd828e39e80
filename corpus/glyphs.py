"""Code points that look like a character, and stand in its place where a font or a converter put them.

Fonts of many PDFs give 水 and 民 as radicals, which look the same and are found by no search; text copied from such a
PDF has them too. A bullet or check box of a symbol font comes as a code point for private use.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

SYMBOLS = dict(
    zip("\uf06c\uf06e\uf06f\uf075\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf0fe\uf052", "●■□◆❖▪□•➢√☑☑", strict=True)
)
"""What code points of Wingdings and Symbol show."""

# Radicals that are also whole characters. Source: the Unicode Character Database, EquivalentUnifiedIdeograph.txt.
_RADICALS = dict(
    zip(
        "⺎⺒⺓⺙⺛⺝⺟⺠⺩⺬⻁⻃⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "兀巳幺攵旡月母民王示虎覀西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
# Kangxi radicals and compatibility ideographs, of which Unicode itself says what they stand for.
_COMPATIBLE = (range(0x2F00, 0x2FD6), range(0xF900, 0xFB00), range(0x2F800, 0x2FA1E))
_LIKENESS = re.compile("[\u2e80-\u2fdf\uf020-\uf0ff\uf900-\ufaff\U0002f800-\U0002fa1f]")


@cache
def _meant() -> dict[str, str]:
    compatible = {chr(code): unicodedata.normalize("NFKC", chr(code)) for span in _COMPATIBLE for code in span}
    return _RADICALS | SYMBOLS | compatible


def unify(text: str) -> str:
    """``text`` with the characters that are meant, of the same length."""
    if not _LIKENESS.search(text):
        return text
    meant = _meant()
    return _LIKENESS.sub(lambda match: meant.get(match.group(), match.group()), text)
