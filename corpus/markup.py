"""Marks inside lines that converters and programs leave in a text: of Markdown, of HTML, of a string's source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

# Matches: the backslash of "1\. 加强领导", and that at a line's end. Does not match: 和\或
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~]|\r?$)", re.MULTILINE)
# Matches: [《节水目录》](https://example.org/a.pdf). Does not match: [2021](7号)
_LINK = re.compile(r"(\[)[^\[\]\n]{1,300}(\]\((?:https?:|mailto:|file:|\.{0,2}/|#)[^()\s]{0,500}\))")
# Matches: the line *本方案由市水务局解释。*. Does not match: *号项目为重点, 张*、李*
_EMPHASIS = re.compile(r"^(\*)[^\s*](?:[^*\n]{0,500}[^\s*])?(\*)(?=\r?$)", re.MULTILINE)
# Matches: +----+======+. Does not match: +-
_GRID = re.compile(r"^\+(?:[-=:]{3,}\+)+[ \t]*(?=\r?$)", re.MULTILINE)
# What a program prints for a line's end and for wide blanks. Matches: \n, \r\n. Does not match: D:\new
_LITERAL = re.compile(r"(?:\\r)?\\n(?![a-z])|\\u3000|\\xa0")
# Matches: &ldquo;, &#8220;. Does not match: AT&T, &nbsp; (a blank).
_ENTITY = re.compile(r"&(?!(?:nb|en|em|thin)sp;|zw)(?:[A-Za-z]{2,10}|#\d{2,6}|#x[\dA-Fa-f]{2,5});")


def find_entities(text: str) -> Iterator[tuple[int, int, str]]:
    """``(start, end, character)`` of the characters that are written as entities of HTML, in order."""
    for match in _ENTITY.finditer(text):
        character = unescape(match.group())
        if len(character) == 1:
            yield *match.span(), character


def find_marks(text: str) -> list[tuple[int, int]]:
    """Where the marks stand, in no order; what they mark stays text."""
    found: list[tuple[int, int]] = []
    if "\\" in text:
        found += [match.span() for match in _ESCAPE.finditer(text)]
        literal = [match.span() for match in _LITERAL.finditer(text)]
        found += literal if len(literal) > max(1, text.count("\n")) else []
    if "](" in text:
        found += [match.span(group) for match in _LINK.finditer(text) for group in (1, 2)]
    if "*" in text:
        found += [match.span(group) for match in _EMPHASIS.finditer(text) for group in (1, 2)]
    if "+==" in text:  # without a head's rule nobody tells a table's head from its rows
        found += [match.span() for match in _GRID.finditer(text)]
    return found
