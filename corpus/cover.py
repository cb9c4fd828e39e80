"""The title page of a printed document: its title stands again where the text begins."""

from __future__ import annotations

import re

from corpus.folding import fold, fold_for_comparison
from corpus.frame_lines import is_title_like
from corpus.lines import BODY_MARKER, split_lines
from corpus.model import Span

_COVER_LINES = 12
_LONGEST_LINE = 60
_SENTENCE = re.compile(r"[。;]")


def find_cover(text: str) -> list[Span]:
    """The lines of the title on a title page.

    A title page is the top of a text: its title, and short lines (body, date, status) down to the same title again.
    The body and the date belong to the document and are not part of what is returned.

    Args:
        text: The text; a contents page between the two titles must be gone.

    Returns:
        Spans of the lines, in order; empty where the text has no title page.
    """
    head = text[:4000]
    spans = split_lines(head)[: 2 * _COVER_LINES]
    keys: list[str] = []
    titles: list[bool] = []
    for start, end in spans:
        folded = fold(head[start:end])
        if len(folded) > _LONGEST_LINE or _SENTENCE.search(folded) or BODY_MARKER.match(folded):
            break
        keys.append(fold_for_comparison(folded))
        titles.append(is_title_like(folded))
    for again in range(1, min(len(keys), _COVER_LINES)):
        length = _repeats(keys, again)
        if any(titles[:length]):
            return spans[:length]
    return []


def _repeats(keys: list[str], again: int) -> int:
    """How many lines from the top say the same as the lines from ``again`` on; the title may be broken differently."""
    best = 0
    for top in range(1, min(again, 3) + 1):
        wanted = "".join(keys[:top])
        below = ""
        for key in keys[again : again + 3]:
            below += key
            if below == wanted:
                best = top
    return best
