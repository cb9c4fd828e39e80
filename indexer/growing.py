"""Lines -> a tree of numbered units with what hangs under each: paragraphs, tables, further units.

``enumerators`` finds the numbers, ``sequence`` judges which of them open a unit; here the lines between them
find their place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.model import Span
from indexer.cell_tables import TableLines
from indexer.enumerators import OPENS_DECIMAL, STRUCTURAL, Candidate, Style, find_candidates, match_decimal
from indexer.foreign_lines import FEWEST_FOREIGN, find_foreign_lines
from indexer.nodes import HOLDERS, SENTENCE_END, TOPIC_LINE, Node, Table, announces, reads_as_heading
from indexer.sequence import judge_blocks, judge_decimals, judge_sequence

_ARTICLE = Style.ARTICLE  # looked up once, as it is asked for at every unit
_LONGEST_QUOTATION = 60  # lines; past that a quotation mark was left open by mistake
_LONGEST_SECOND_LINE = 40
# A heading's first line that cannot be whole: it ends within a phrase.
_BROKEN_OFF = re.compile(r"[的和与及、,及其对为以在“(《]$")


def grow(
    folded: str,
    lines: Sequence[Span],
    tables: Mapping[int, TableLines],
    first: int,
    last: int,
    unnumbered: frozenset[int] = frozenset(),
) -> Node:
    """Hang the lines ``first`` to ``last`` under a root.

    Args:
        folded: The folded clean text.
        lines: Its lines.
        tables: The tables by their first line.
        first: Index of the first line.
        last: Index behind the last line.
        unnumbered: Lines whose numbers open no unit.

    Returns:
        The root. Paragraphs still hang under the unit above them; see ``settle_paragraphs``.
    """
    root = Node(None, (lines[first][0], lines[first][0]))
    foreign = find_foreign_lines(folded, lines, first, last)
    placed = judge_sequence(_candidates(folded, lines, tables, first, last, unnumbered | foreign))
    nodes: list[Node] = []
    last_below: dict[int, Node] = {}
    current = root

    def home_here() -> Node:
        following, above = placed[len(nodes)] if len(nodes) < len(placed) else (None, -1)
        parent = nodes[above] if 0 <= above < len(nodes) else root
        if _is_topic_of_list(folded, current) or (following and _goes_on(current, following, parent)):
            return current
        return _home_of_paragraph(current, parent)

    index, number, count = first, 0, len(placed)
    cut = placed[0].candidate.start if placed else len(folded)  # where the next unit begins
    while index < last:
        if index in tables:
            home = home_here()
            home.items.append(_table(folded, lines, home, tables[index]))
            home.has_tables = True
            index = tables[index].stop
            continue
        start, end = lines[index]
        index += 1
        if index - 1 in foreign and len(foreign) >= FEWEST_FOREIGN and _translate(current, end):
            continue
        if cut > start and (piece := _trim(folded, start, min(cut, end))) is not None:
            home = home_here()
            if home is current and _is_broken_item(folded, current, piece):
                current.head = (current.head[0], piece[1])
            else:
                home.items.append(piece)
        box: Node | None = None
        while cut < end:
            candidate, above = placed[number]
            number += 1
            following = placed[number].candidate.start if number < count else len(folded)
            parent = nodes[above] if above >= 0 else root
            stop = min(following, end)
            current = Node(candidate, _trim(folded, cut, stop) or (cut, stop), parent)
            current.previous = last_below.get(above)
            last_below[above] = current
            parent.items.append(current)
            parent.has_units = True
            nodes.append(current)
            cut = following
            if candidate.style is Style.BOX:
                box = current
        if box is not None and box is not current:
            # A box on one line ends with it.
            current = box.parent or root
    for node in nodes:
        if node.items:
            _join_broken_heading(folded, node)
    for node in (root, *nodes):
        if node.items:
            _mark_plain(folded, node)
    return root


def _translate(unit: Node, end: int) -> bool:
    """Add a line that translates the unit's last one to it; whether there is one."""
    if unit.items and isinstance(paragraph := unit.items[-1], tuple):
        unit.items[-1] = (paragraph[0], end)
    elif unit.candidate is not None and not unit.items:
        unit.head = (unit.head[0], end)
    else:
        return False
    return True


def _candidates(
    folded: str,
    lines: Sequence[Span],
    tables: Mapping[int, TableLines],
    first: int,
    last: int,
    unnumbered: frozenset[int],
) -> list[Candidate]:
    candidates: list[Candidate] = []
    decimals: list[Candidate] = []
    quoted = quoted_lines = 0
    skip = first
    for index in range(first, last):
        if index in tables:
            skip = max(skip, tables[index].stop)
        if index < skip or index in unnumbered:
            continue
        start, end = lines[index]
        first_character = folded[start]
        if quoted or first_character == "“":
            # An amendment quotes whole articles; their numbers are not this text's own.
            balance = folded.count("“", start, end) - folded.count("”", start, end)
            if quoted and folded[start] == "“":
                balance -= 1  # each paragraph of a quotation opens with a mark, and only the last one closes
            was_quoted, quoted = quoted, max(0, quoted + balance)
            quoted_lines = quoted_lines + 1 if quoted else 0
            if quoted_lines > _LONGEST_QUOTATION:
                quoted = quoted_lines = 0
            elif was_quoted or quoted:
                continue
        candidates += find_candidates(folded, start, end)
        if first_character in OPENS_DECIMAL and (decimal := match_decimal(folded, start, end)) is not None:
            decimals.append(decimal)
    candidates = judge_blocks(_unite_brackets(candidates))
    proved = {candidate.start: candidate for candidate in judge_decimals(decimals)}
    if not proved:
        return candidates
    others = [candidate for candidate in candidates if candidate.start not in proved]
    return sorted([*others, *proved.values()], key=lambda candidate: candidate.start)


def _unite_brackets(candidates: list[Candidate]) -> list[Candidate]:
    """1) counts as (1), unless the text begins sequences of both."""
    begun = {candidate.style for candidate in candidates if candidate.value == 1}
    if {Style.ARABIC_BRACKETED, Style.ARABIC_HALF_BRACKETED} <= begun:
        return candidates
    half = Style.ARABIC_HALF_BRACKETED
    return [
        candidate._replace(style=Style.ARABIC_BRACKETED) if candidate.style is half else candidate
        for candidate in candidates
    ]


def _table(folded: str, lines: Sequence[Span], current: Node, table: TableLines) -> Table:
    caption = None
    if current.items and isinstance(current.items[-1], tuple):
        start, end = current.items[-1]
        above = folded[start:end]
        if len(above) <= 40 and not SENTENCE_END.search(above) and re.search(r"^表\s*\d|[表单]$", above):
            caption = (start, end)
            current.items.pop()
    header = (lines[table.head[0]][0], lines[table.head[-1]][1])
    rows = tuple((lines[row[0]][0], lines[row[-1]][1]) for row in table.rows)
    return Table(caption, header, rows)


def _is_broken_item(folded: str, item: Node, below: Span) -> bool:
    """Whether a line ends the item of an article whose first line breaks off: …占比 above 不低于15%;."""
    if item.candidate is None or item.items or item.parent is None or item.parent.style is not _ARTICLE:
        return False
    start, end = item.head
    if folded[end - 1] in "。;:!?" or folded.find(",", start, end) < 0:
        return False
    return folded[below[1] - 1] == ";" or folded[below[0]] == "的"


def _goes_on(item: Node, following: Candidate, parent: Node) -> bool:
    """Whether the next number goes on from an item's, so that a paragraph between the two is the item's."""
    own = item.candidate
    return (
        own is not None and item.parent is parent and following.style is own.style and following.value == own.value + 1
    )


def _is_topic_of_list(folded: str, item: Node) -> bool:
    """Whether an item has a paragraph of its own as those before it have.

    One such item proves it where both only name a topic; two prove it where the item has no paragraph yet.
    """
    above = item.previous
    if above is None or not above.items or not isinstance(above.items[0], tuple):
        return False
    if not item.items and (first := above.previous) is not None and first.items and isinstance(first.items[0], tuple):
        return True
    return all(
        node.candidate is not None and TOPIC_LINE.match(folded, node.candidate.end, node.head[1]) is not None
        for node in (item, above)
    )


def _home_of_paragraph(current: Node, parent_of_next: Node) -> Node:
    """Behind the items of an article a paragraph is the article's again; elsewhere it follows the unit above it.

    It never stands above the heading that the next number goes on under.
    """
    article: Node | None = current
    while article is not None and article.style is not _ARTICLE:
        article = article.parent
    if article is None:
        return current
    node = current
    while node is not article and node is not parent_of_next and node.parent is not None:
        node = node.parent
    return node


def _join_broken_heading(folded: str, node: Node) -> None:
    """Add to a heading the line that it was broken over, and to a number alone on its line what it numbers."""
    assert node.candidate is not None  # noqa: S101 - only the root has none
    first = node.items[0] if node.items else None
    if node.candidate.end >= node.head[1] and isinstance(first, tuple):
        node.head = (node.head[0], first[1])
        node.items.pop(0)
        return
    while node.items and isinstance(node.items[0], tuple) and reads_as_heading(folded, node):
        if node.style is _ARTICLE or len(node.items) < 2:
            return
        start, end = node.items[0]
        if end - start > _LONGEST_SECOND_LINE or re.search(r"[。;:!?]", folded[start:end]):
            return
        head = folded[node.head[0] : node.head[1]]
        short = len(head) >= 20 and end - start <= 16 and node.style not in HOLDERS
        if not (node.style in STRUCTURAL or _BROKEN_OFF.search(head) or short):
            return
        node.head = (node.head[0], end)
        node.items.pop(0)


def _mark_plain(folded: str, node: Node) -> None:
    """Tell from headings what is as short: entries of a list, and the words that announce a quotation.

    Where the entries before it head nothing, the last one does not either.
    """
    first = node.items[0] if node.items else None
    if isinstance(first, tuple) and folded[first[0]] in '“"' and announces(folded, node.head[1]):
        node.is_plain = True
    leaves = [child for child in node.children() if not child.has_units and child.style not in STRUCTURAL]
    if len(leaves) >= 2 and leaves[-1].items and not any(leaf.items for leaf in leaves[:-1]):
        leaves[-1].is_plain = all(reads_as_heading(folded, leaf) for leaf in leaves)


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
