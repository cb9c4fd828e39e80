"""The units of a tree: a numbered unit with what hangs under it, and what its first line and its paragraphs say of it.

``growing`` finds them their places; ``clauses`` names what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.model import Span
from indexer.enumerators import BLOCKS, STRUCTURAL, Candidate, Style

_ARTICLE = Style.ARTICLE  # looked up once, as it is asked for at every unit
SENTENCE_END = re.compile(r"[。;!?]")
LONGEST_HEADING = 60
# A box or a block holds what stands below it, up to the next number.
HOLDERS = frozenset({*BLOCKS, Style.BOX})
# Matches: 第五条【适用范围】. Does not match: 第五条【适用范围】本办法适用于….
_BRACKETED_TITLE = re.compile(r"\s*[【\[(〔][^】\])〕]{1,40}[】\])〕]\s*$")
# A paragraph that says who or when about the unit above it.
# Matches: 责任部门:省市场监管局 / (省教育厅负责). Does not match: 各单位要加强领导,做到:
_NOTE = re.compile(
    r"[(\[【]?[^\s。,;:]{0,8}(?:单位|部门|时限|时间|责任人|主体|领导|要求|分工)(?:及[^\s。,;:]{1,6})?\s*:|\([^()]*\)。?$"
)
# Matches: (省教育厅、省财政厅按职责分工负责). Does not match: (此件公开发布)
_DUTY_NOTE = re.compile(r"\([^()]*(?:牵头|负责|配合|(?:责任|主办|承办)(?:单位|部门))[^()]*\)")
# A line that only names what the paragraphs below it say, or asks what they answer.
# Matches: (二)改善农村道路。 / (一)启动阶段(2023年3月)。 / 一、为什么要出台《办法》?
# Does not match: (二)新建水厂2座,改造管网。
TOPIC_LINE = re.compile(r"\s*(?:[^。;!?:,、\d%]{2,20}(?:\([^()。;]{1,30}\))?。|[^。;!]{2,60}\?)$")
# Matches: 二是开展演练 / ——坚持绿色发展. Does not match: 请各地抓好落实
_COUNTS_ON = re.compile(r"[一二三四五六七八九十]{1,2}[是要]|--(?!-)|[●•◆■▪]")
# Matches: 答:向市教育局申请。 Does not match: 答复时限为5日
_ANSWER = re.compile(r"[答a]\s*\d*\s*:")


@dataclass(slots=True)
class Table:
    """A table: an optional caption line, the header with its rule, and the rows."""

    caption: Span | None
    header: Span
    rows: tuple[Span, ...]

    @property
    def head(self) -> Span:
        """Caption and header together."""
        return (self.caption or self.header)[0], self.header[1]


@dataclass(slots=True)
class Node:
    """A numbered unit. ``head`` is its first line; ``items`` stand below it, in order.

    ``previous`` is the unit before it below the same parent; ``is_plain`` tells that a short first line is an entry
    of a list and no heading.
    """

    candidate: Candidate | None
    head: Span
    parent: Node | None = None
    items: list[Span | Node | Table] = field(default_factory=list)
    has_units: bool = False
    has_tables: bool = False
    is_plain: bool = False
    previous: Node | None = None

    @property
    def style(self) -> Style | None:
        """The style of its number; ``None`` for the root."""
        return self.candidate.style if self.candidate else None

    def paragraphs(self) -> list[Span]:
        """The unnumbered paragraphs directly below it."""
        return [item for item in self.items if isinstance(item, tuple)]

    def children(self) -> list[Node]:
        """The units directly below it."""
        return [item for item in self.items if isinstance(item, Node)] if self.has_units else []


def reads_as_heading(folded: str, node: Node) -> bool:
    """Whether the unit's first line is a heading and nothing else."""
    start, end = node.head
    if node.candidate is not None and node.candidate.style is _ARTICLE:
        return bool(_BRACKETED_TITLE.match(folded, node.candidate.end, end))
    is_long = end - start > LONGEST_HEADING and not is_short(folded, start, end)
    return not (node.is_plain or is_long or SENTENCE_END.search(folded, start, end))


def is_short(folded: str, start: int, end: int) -> bool:
    """Whether a line is no longer than a heading; a term's name in a second language makes it longer."""
    if end - start <= LONGEST_HEADING:
        return True
    if end - start > 2 * LONGEST_HEADING:
        return False
    return 1 < sum(character >= "\u3400" for character in folded[start:end]) <= LONGEST_HEADING // 2


def heads_paragraphs(folded: str, node: Node) -> bool:
    """Whether the unit's first line, though it ends in a stop, is the topic of the paragraphs below it."""
    if node.candidate is None or node.style is _ARTICLE or not isinstance(node.items[0] if node.items else 0, tuple):
        return False
    if _opens_count(folded, node.items) or is_answer(folded, node.items[0]):
        return True
    if not TOPIC_LINE.match(folded, node.candidate.end, node.head[1]) or _first_loose(folded, node) is None:
        return False
    beside = node.previous
    if beside is None and node.parent is not None:
        beside = next(iter(node.parent.children()[1:]), None)
    # Behind a list of lines as short a paragraph speaks for all of them.
    return beside is None or bool(beside.items) or folded.find("。", beside.head[0], beside.head[1] - 1) >= 0


def counts_on(folded: str, span: Span) -> bool:
    """Whether a paragraph is one of those that count what the unit above them says: 二是…, ——…."""
    return _COUNTS_ON.match(folded, *span) is not None


def is_answer(folded: str, item: Span | Node | Table) -> bool:
    """Whether a paragraph answers the question above it."""
    return isinstance(item, tuple) and _ANSWER.match(folded, *item) is not None


def announces(folded: str, end: int) -> bool:
    """Whether a line that ends there says that what it speaks of follows: 修改为:, 现予修订——."""
    return folded.startswith(":", end - 1) or folded.startswith("--", end - 2)


def _opens_count(folded: str, items: Sequence[Span | Node | Table]) -> bool:
    """Whether two paragraphs 一是… and 二是… come first."""
    first, second = items[0], items[1] if len(items) > 1 else None
    return (
        isinstance(first, tuple)
        and isinstance(second, tuple)
        and folded[first[0]] == "一"
        and folded[second[0]] == "二"
        and folded[first[0] + 1] == folded[second[0] + 1]
        and folded[first[0] + 1] in "是要"
    )


def is_run_in(folded: str, node: Node) -> bool:
    """Whether the unit is a clause that its own first line begins, and no heading."""
    return not (node.has_units or node.has_tables or node.style in STRUCTURAL or reads_as_heading(folded, node))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in order."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if node.has_units:
            waiting += [item for item in reversed(node.items) if isinstance(item, Node)]


def settle_paragraphs(folded: str, root: Node) -> None:
    """Lift paragraphs that follow a run-in clause to the heading that they stand under.

    A paragraph between or behind the numbered clauses of a section speaks for the section. It stays with its clause
    if that ends in a colon, if it notes who answers for it, if several clauses beside it run over paragraphs too
    (the text then writes its units so), or if no heading stands above.
    """
    for node in walk(root):
        if node.candidate is None or not node.has_units or node.style is _ARTICLE or _is_in_article(node):
            continue
        own = {
            id(child): _first_loose(folded, child)
            for child in node.children()
            if child.items
            and child.style is not _ARTICLE
            and child.style not in HOLDERS
            and is_run_in(folded, child)
            and not heads_paragraphs(folded, child)
        }
        if sum(first is not None for first in own.values()) != 1:
            continue
        items: list[Span | Node | Table] = []
        for item in node.items:
            items.append(item)
            first = own.get(id(item)) if isinstance(item, Node) else None
            if isinstance(item, Node) and first is not None:
                items.extend(item.items[first:])
                del item.items[first:]
        node.items = items


def _is_in_article(node: Node) -> bool:
    above = node.parent
    while above is not None and above.style is not _ARTICLE:
        above = above.parent
    return above is not None


def _first_loose(folded: str, node: Node) -> int | None:
    """Index of the first paragraph below a clause that is neither its note nor announced by a colon."""
    if announces(folded, node.head[1]):
        return None
    quoted = _open_quotations(folded, node.head)
    for index, item in enumerate(node.items):
        if isinstance(item, tuple):
            if quoted and folded[item[0]] == "“":
                quoted = max(0, quoted - 1 + _open_quotations(folded, item))
            elif not _NOTE.match(folded, *item):
                return index
    return None


def is_caption(folded: str, span: Span) -> bool:
    """Whether a paragraph says who or when about the unit above it: 责任部门:省市场监管局, (省教育厅负责)."""
    return bool(_NOTE.match(folded, *span)) and (folded[span[0]] != "(" or _DUTY_NOTE.match(folded, *span) is not None)


def _open_quotations(folded: str, span: Span) -> int:
    return folded.count("“", *span) - folded.count("”", *span)
