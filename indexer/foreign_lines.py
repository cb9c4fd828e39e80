"""Lines of another language in a text of two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.model import Span

# A line of another language beside its translation. Matches: (1) total investment of not less than USD 2 million;
# Does not match: 1.PM2.5;
_FOREIGN = re.compile(r"(?<![a-z])[a-z]{2,} +[a-z]{2,} +[a-z]{2,}")
# The same in a text of two languages, however short. Matches: (1) prepare plans; Does not match: (1)
_FOREIGN_SHORT = re.compile(r"[a-z]{2}")
_CHINESE = re.compile("[\u3400-\u9fff]")
FEWEST_FOREIGN = 3  # lines of a text of two languages


def find_foreign_lines(folded: str, lines: Sequence[Span], first: int, last: int) -> frozenset[int]:
    """Indices of the lines of another language; the short ones only where others show a text of two languages."""
    may = [
        index
        for index in range(first, last)
        if folded[lines[index][1] - 1] < "\u3000" and not _CHINESE.search(folded, *lines[index])
    ]
    found = frozenset(index for index in may if _FOREIGN.search(folded, *lines[index]))
    if len(found) < FEWEST_FOREIGN:
        return found
    return frozenset(index for index in may if _FOREIGN_SHORT.search(folded, *lines[index]))
