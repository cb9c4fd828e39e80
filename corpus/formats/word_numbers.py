"""Word's automatic numbers, which a docx does not hold as text: counted again from ``numbering.xml``.

Source: ECMA-376 part 1, sections 17.9 (numbering) and 17.18.59 (number formats).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DIGITS = "零一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FINANCIAL = dict(zip("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟", strict=True))
_FINANCIAL_TRADITIONAL = dict(zip("零一二三四五六七八九十百千", "零壹貳參肆伍陸柒捌玖拾佰仟", strict=True))

# No blank is put between these and the words that follow: 一、总则, （一）范围.
_TIGHT_ENDS = frozenset("、）)．。，：；】〕》")


def chinese_number(value: int) -> str:
    """``value`` in Chinese numerals as articles are counted: 十, 二十一, 一百零五, 一百一十, 一千二百五十四.

    Values below 1 or above 9,999 come in Arabic digits, since no text counts so far.
    """
    if not 0 < value < 10_000:
        return str(value)
    words, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit == 0:
            pending_zero = bool(words)
            continue
        words += ("零" if pending_zero else "") + _DIGITS[digit] + name
        pending_zero = False
    return words.removeprefix("一") if 10 <= value < 20 else words


def _letters(value: int) -> str:
    """A, B, … Z, AA, BB, …: Word repeats the letter."""
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
    words = ""
    for unit, name in pairs:
        words += name * (value // unit)
        value %= unit
    return words


def _enclosed(value: int, first: int, count: int) -> str:
    return chr(first + value - 1) if 1 <= value <= count else str(value)


def format_number(value: int, number_format: str) -> str:
    """``value`` in the words of a ``w:numFmt``; a format that is not known comes in Arabic digits.

    Above 99 all Chinese counting formats are written out (一百零五), as articles are cited.
    """
    if value < 1 or value > 9999:
        return str(value)
    match number_format:
        case (
            "chineseCounting"
            | "chineseCountingThousand"
            | "japaneseCounting"
            | "taiwaneseCounting"
            | "taiwaneseCountingThousand"
            | "koreanCounting"
            | "koreanDigital2"
        ):
            return chinese_number(value)
        case "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital":
            return chinese_number(value) if value <= 10 else "".join("〇一二三四五六七八九"[int(d)] for d in str(value))
        case "chineseLegalSimplified":
            return "".join(_FINANCIAL[c] for c in chinese_number(value))
        case "ideographLegalTraditional":
            return "".join(_FINANCIAL_TRADITIONAL[c] for c in chinese_number(value))
        case "ideographTraditional":
            return _STEMS[(value - 1) % 10]
        case "ideographZodiac":
            return _BRANCHES[(value - 1) % 12]
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese":
            return _enclosed(value, 0x2460, 20)
        case "decimalEnclosedParen":
            return _enclosed(value, 0x2474, 20)
        case "decimalEnclosedFullstop":
            return _enclosed(value, 0x2488, 20)
        case "ideographEnclosedCircle":
            return _enclosed(value, 0x3280, 10)
        case "decimalFullWidth" | "decimalFullWidth2":
            return "".join(chr(0xFF10 + int(d)) for d in str(value))
        case "decimalZero":
            return f"{value:02d}"
        case "numberInDash":
            return f"- {value} -"
        case "upperLetter":
            return _letters(value)
        case "lowerLetter":
            return _letters(value).lower()
        case "upperRoman":
            return _roman(value)
        case "lowerRoman":
            return _roman(value).lower()
        case _:
            return str(value)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart_after: int | None = None  # 0-based level whose number restarts this one; -1 never; None any above it
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class _List:
    """One ``w:num``: its definition's id, under which it is counted, and its own levels."""

    abstract_id: str
    levels: dict[int, _Level]
    start_overrides: dict[int, int] = field(default_factory=dict)


def _value(element: Any, name: str) -> str | None:
    child = element.find(W + name) if element is not None else None
    value = child.get(W + "val") if child is not None else None
    return str(value) if value is not None else None


def _number(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def _parse_level(element: Any) -> _Level:
    # A custom format stands in mc:AlternateContent, with a plain one as its fallback.
    formats = [f.get(W + "val") for f in element.iter(W + "numFmt")]
    known = [f for f in formats if f and f != "custom"]
    restart = _value(element, "lvlRestart")
    legal = element.find(W + "isLgl")
    return _Level(
        start=_number(_value(element, "start"), 0),
        number_format=known[-1] if known else "decimal",
        text=_value(element, "lvlText") or "",
        suffix=_value(element, "suff") or "tab",
        restart_after=_number(restart, 0) - 1 if restart is not None else None,
        legal=legal is not None and legal.get(W + "val") not in {"0", "false", "off"},
        style=_value(element, "pStyle"),
    )


class WordNumbers:
    """Counts the numbered paragraphs of one document, in order.

    Args:
        numbering: The root of ``numbering.xml``, or ``None`` where the document has none.
        styles: The root of ``styles.xml``, or ``None``.
    """

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._styles: dict[str, Any] = {}
        self._default_style: str | None = None
        for style in styles.iterchildren(W + "style") if styles is not None else ():
            style_id = style.get(W + "styleId")
            self._styles[style_id] = style
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true", "on"}:
                self._default_style = style_id
        self._abstract: dict[str, Any] = {}
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        if numbering is not None:
            for abstract in numbering.iterchildren(W + "abstractNum"):
                self._abstract[abstract.get(W + "abstractNumId")] = abstract
            nums = {num.get(W + "numId"): num for num in numbering.iterchildren(W + "num")}
            for num_id, num in nums.items():
                self._lists[num_id] = self._build_list(num, nums)

    def _build_list(self, num: Any, nums: dict[str, Any]) -> _List:
        abstract_id = self._resolve_abstract(num, nums)
        definition = self._abstract.get(abstract_id)
        elements = definition.iterchildren(W + "lvl") if definition is not None else ()
        levels = {_number(e.get(W + "ilvl"), 0): _parse_level(e) for e in elements}
        built = _List(abstract_id, levels)
        for override in num.iterchildren(W + "lvlOverride"):
            level = _number(override.get(W + "ilvl"), 0)
            own = override.find(W + "lvl")
            if own is not None:
                built.levels[level] = _parse_level(own)
            start = _value(override, "startOverride")
            if start is not None:
                built.start_overrides[level] = _number(start, 1)
                built.levels[level] = replace(built.levels.get(level, _Level()), start=_number(start, 1))
        return built

    def _resolve_abstract(self, num: Any, nums: dict[str, Any]) -> str:
        """A definition may only point to a list style, whose list has the levels."""
        abstract_id = _value(num, "abstractNumId") or ""
        for _ in range(10):  # a ring of links ends here
            link = _value(self._abstract.get(abstract_id), "numStyleLink")
            style = self._styles.get(link) if link else None
            linked = _value(style.find(f"{W}pPr/{W}numPr"), "numId") if style is not None else None
            if linked is None or linked not in nums:
                break
            abstract_id = _value(nums[linked], "abstractNumId") or ""
        return abstract_id

    def number_of(self, paragraph: Any) -> str:
        """Count ``paragraph`` (a ``w:p``) and give its number as Word prints it, with its blank where one is due.

        An unnumbered paragraph has the number ``""``.
        """
        num_id, level = self._place(paragraph)
        numbered = self._lists.get(num_id) if num_id is not None else None
        if numbered is None or num_id is None or level not in numbered.levels:
            return ""
        counters = self._count(num_id, numbered, level)
        own = numbered.levels[level]
        if own.number_format == "none" and "%" not in own.text.replace(f"%{level + 1}", ""):
            return own.text.replace(f"%{level + 1}", "")
        if own.number_format == "bullet":
            sign = own.text if own.text and not any("\ue000" <= c <= "\uf8ff" for c in own.text) else "•"
            return f"{sign} "
        text = own.text
        for index in range(9):
            if f"%{index + 1}" in text:
                part = numbered.levels.get(index, _Level())
                value = counters.get(index, part.start)
                text = text.replace(
                    f"%{index + 1}", format_number(value, "decimal" if own.legal else part.number_format)
                )
        blank = "" if not text or own.suffix == "nothing" or text[-1] in _TIGHT_ENDS or text[-1].isspace() else " "
        return text + blank

    def _count(self, num_id: str, numbered: _List, level: int) -> dict[int, int]:
        """Lists of one definition are counted together, until one of them states its own start."""
        counters = self._counters.setdefault(numbered.abstract_id, {})
        if level in numbered.start_overrides and (num_id, level) not in self._started:
            self._started.add((num_id, level))
            counters.pop(level, None)
        start = numbered.levels[level].start
        counters[level] = counters[level] + 1 if level in counters else start
        for lower in [n for n in counters if n > level]:
            after = numbered.levels.get(lower, _Level()).restart_after
            if after is None or (after >= 0 and level <= after):
                del counters[lower]
        return counters

    def _place(self, paragraph: Any) -> tuple[str | None, int]:
        """List and level of a paragraph: its own, or those of its style and the styles that one is based on."""
        properties = paragraph.find(W + "pPr")
        own = properties.find(W + "numPr") if properties is not None else None
        num_id, level = _value(own, "numId"), _value(own, "ilvl")
        style_id = _value(properties, "pStyle") or self._default_style
        if num_id is not None and (level is not None or num_id == "0"):
            return num_id, _number(level, 0)
        seen: set[str] = set()
        while style_id is not None and style_id not in seen and style_id in self._styles:
            seen.add(style_id)
            style = self._styles[style_id]
            of_style = style.find(f"{W}pPr/{W}numPr")
            if of_style is not None:
                num_id = num_id or _value(of_style, "numId")
                level = level or _value(of_style, "ilvl") or self._level_of_style(num_id, style_id)
                if num_id is not None:
                    break
            style_id = _value(style, "basedOn")
        return num_id, _number(level, 0)

    def _level_of_style(self, num_id: str | None, style_id: str) -> str | None:
        """A style that names a list but no level has the level that names the style."""
        numbered = self._lists.get(num_id) if num_id else None
        linked = (str(n) for n, level in numbered.levels.items() if level.style == style_id) if numbered else iter(())
        return next(linked, None)

    def style_name(self, paragraph: Any) -> str:
        """The name of a paragraph's style, in lower case; ``""`` where it has none."""
        style_id = _value(paragraph.find(W + "pPr"), "pStyle")
        return (_value(self._styles.get(style_id), "name") or "").lower() if style_id else ""
