"""Clean text -> the clause tree: every unit that the text prints, in order, with its path and span.

A reader sees numbers in sequence, headings above text, paragraphs below headings. ``enumerators`` finds the
numbers, ``sequence`` judges which of them open a unit, and this module draws the tree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.folding import fold
from corpus.frame import Frame, is_title_like, read_frame, split_lines
from corpus.model import Clause, CleanText, Document, Kind, Span
from indexer.enumerators import STRUCTURAL, Candidate, Style, find_candidates
from indexer.layout import attachment_path, find_attachments, find_tables, is_pipe_rule, is_signature, opens_closing
from indexer.sequence import judge_sequence

_SENTENCE_END = re.compile(r"[。;!?]")
_LONGEST_HEADING = 60
_LONGEST_TOPIC = 40
_LONGEST_QUOTATION = 60  # lines; past that a quotation mark was left open by mistake
# Matches: 第五条【适用范围】. Does not match: 第五条【适用范围】本办法适用于….
_BRACKETED_TITLE = re.compile(r"\s*[【\[(〔][^】\])〕]{1,40}[】\])〕]\s*$")
# A heading's first line that cannot be whole: it ends within a phrase.
_BROKEN_OFF = re.compile(r"[的和与及、,及其对为以在“(《]$")


@dataclass(slots=True)
class _Node:
    """A numbered unit while the tree grows. ``items`` are paragraphs (spans), tables and nodes, in order."""

    candidate: Candidate | None
    head: Span
    parent: _Node | None = None
    items: list[Span | _Node | _Table] = field(default_factory=list)

    def has_units(self) -> bool:
        return any(isinstance(item, _Node) for item in self.items)

    @property
    def style(self) -> Style | None:
        return self.candidate.style if self.candidate else None


@dataclass(frozen=True, slots=True)
class _Table:
    caption: Span | None
    header: Span
    rows: tuple[Span, ...]

    @property
    def head(self) -> Span:
        return (self.caption or self.header)[0], self.header[1]


@dataclass(frozen=True, slots=True)
class _Unit:
    path: tuple[str, ...]
    labels: tuple[str, ...]
    kind: Kind
    span: Span
    parts: tuple[tuple[str, Span], ...] = ()


def parse_clauses(document: Document) -> tuple[Clause, ...]:
    """Draw the clause tree of a document.

    Returns:
        Units in document order, disjoint, facts empty. Together with the noise they hold every character
        of the raw text that is not blank. Never raises on any text.
    """
    clean = document.clean
    seen: Counter[tuple[str, ...]] = Counter()
    renamed: dict[tuple[str, ...], tuple[str, ...]] = {}
    clauses: list[Clause] = []
    for unit in _Tree(clean.text).units():
        above = unit.path[:-1]
        path = (*renamed.get(above, above), unit.path[-1])
        seen[path] += 1
        if seen[path] > 1:
            path = (*path[:-1], f"{path[-1]}~{seen[path]}")
        renamed[unit.path] = path
        clauses.append(_clause(document.id, clean, unit, path))
    return tuple(clauses)


def _clause(document_id: str, clean: CleanText, unit: _Unit, path: tuple[str, ...]) -> Clause:
    start, end = unit.span
    return Clause(
        id=f"{document_id}/{'/'.join(path)}",
        document_id=document_id,
        path=path,
        labels=unit.labels,
        kind=unit.kind,
        text=clean.text[start:end],
        span=clean.raw_span(start, end),
        clean_span=unit.span,
        parts=tuple((name, clean.raw_span(*span)) for name, span in unit.parts),
    )


class _Tree:
    """One text's tree. ``units`` yields its units in order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.lines = split_lines(text)
        self.tables = {table.start: table for table in find_tables(self.folded, self.lines)}
        self.table_count = 0

    def units(self) -> Iterator[_Unit]:
        frame = read_frame(self.text)
        first = next((i for i, line in enumerate(self.lines) if line[0] >= frame.body_start), len(self.lines))
        yield from self._frame_units(frame)
        attachments = find_attachments(self.folded, self.lines, first)
        ends = [*attachments, len(self.lines)][1:]
        yield from self._part(first, attachments[0] if attachments else len(self.lines), (), ())
        for start, end in zip(attachments, ends, strict=True):
            yield from self._attachment(start, end)

    # -- around the body ---------------------------------------------------------------------------

    def _frame_units(self, frame: Frame) -> Iterator[_Unit]:
        pending: list[tuple[str, Span]] = []
        for line in frame.lines:
            if line.role not in ("title", "notice_title"):
                pending.append((line.role, (line.start, line.end)))
                continue
            if pending:
                yield self._front_matter(pending)
                pending = []
            label = self._one_line((line.start, line.end))
            yield _Unit((line.role,), (label,), "title", (line.start, line.end))
        if pending:
            yield self._front_matter(pending)

    @staticmethod
    def _front_matter(parts: Sequence[tuple[str, Span]]) -> _Unit:
        return _Unit(("front_matter",), (), "front_matter", (parts[0][1][0], parts[-1][1][1]), tuple(parts))

    def _attachment(self, start: int, end: int) -> Iterator[_Unit]:
        head = self.lines[start]
        element = attachment_path(self.folded[slice(*head)]) or "附件"
        body = start + 1
        # The attachment's own title stands beneath its number, on one line or two.
        while body < end and body < start + 3 and body not in self.tables and self._is_heading_like(body):
            head = (head[0], self.lines[body][1])
            body += 1
            if is_title_like(self.folded[slice(*self.lines[body - 1])]):
                break
        label = self._one_line(head)
        yield _Unit((element,), (label,), "attachment", head)
        yield from self._part(body, end, (element,), (label,))

    def _is_heading_like(self, index: int) -> bool:
        line = self.folded[slice(*self.lines[index])]
        return (
            len(line) <= _LONGEST_HEADING
            and not re.search(r"[。;:!?]", line)
            and not find_candidates(line, 0, len(line))
        )

    # -- the body ----------------------------------------------------------------------------------

    def _part(self, first: int, last: int, path: tuple[str, ...], labels: tuple[str, ...]) -> Iterator[_Unit]:
        """Units of the lines ``first`` to ``last``: the text itself, or one attachment."""
        if first >= last:
            return
        root = _Node(None, (self.lines[first][0], self.lines[first][0]))
        self._grow(root, first, last)
        closing = self._split_closing(root)
        before = self._leading_paragraphs(root) if not path and root.has_units() else None
        if before is not None:
            yield _Unit(("preamble",), (), "preamble", before)
        yield from self._inside(root, path, labels)
        if closing is not None:
            yield _Unit((*path, "closing"), labels, "closing", closing)

    def _grow(self, root: _Node, first: int, last: int) -> None:
        """Hang the lines under ``root`` as nodes, paragraphs and tables."""
        candidates: list[Candidate] = []
        quoted = quoted_lines = 0
        skip = first
        for index in range(first, last):
            if index in self.tables:
                skip = self.tables[index].stop
            start, end = self.lines[index]
            if index >= skip:
                if quoted or self.folded[start] == "“":
                    # An amendment quotes whole articles; their numbers are not this text's own.
                    balance = self.folded.count("“", start, end) - self.folded.count("”", start, end)
                    was_quoted, quoted = quoted, max(0, quoted + balance)
                    quoted_lines = quoted_lines + 1 if quoted else 0
                    if quoted_lines > _LONGEST_QUOTATION:
                        quoted = quoted_lines = 0
                    elif was_quoted or quoted:
                        continue
                candidates.extend(find_candidates(self.folded, start, end))
        placed = judge_sequence(candidates)
        by_line: dict[int, list[int]] = {}
        line = first
        for number, place in enumerate(placed):
            while self.lines[line][1] <= place.candidate.start:
                line += 1
            by_line.setdefault(line, []).append(number)
        nodes: dict[int, _Node] = {}
        current = root
        index = first
        while index < last:
            if index in self.tables:
                table = self.tables[index]
                current.items.append(self._table(current, table))
                index = table.stop
                continue
            start, end = self.lines[index]
            numbers = by_line.get(index, [])
            cuts = [placed[n].candidate.start for n in numbers]
            if not cuts or cuts[0] > start:
                piece = self._trim(start, cuts[0] if cuts else end)
                if piece is not None:
                    self._home_of_paragraph(current).items.append(piece)
            for n, cut, stop in zip(numbers, cuts, [*cuts, end][1:], strict=True):
                parent = nodes[placed[n].parent] if placed[n].parent >= 0 else root
                node = _Node(placed[n].candidate, self._trim(cut, stop) or (cut, stop), parent)
                parent.items.append(node)
                nodes[n] = current = node
            index += 1

    def _table(self, current: _Node, table: range) -> _Table:
        spans = [self.lines[i] for i in table]
        caption = None
        if current.items and isinstance(current.items[-1], tuple):
            start, end = current.items[-1]
            above = self.folded[start:end]
            if len(above) <= 40 and not _SENTENCE_END.search(above) and re.search(r"^表\s*\d|[表单]$", above):
                caption = (start, end)
                current.items.pop()
        header, rows = spans[0], spans[1:]
        if rows and is_pipe_rule(self.folded[slice(*rows[0])]):
            header, rows = (header[0], rows[0][1]), rows[1:]
        return _Table(caption, header, tuple(rows))

    def _home_of_paragraph(self, current: _Node) -> _Node:
        """The node that an unnumbered paragraph belongs to.

        Behind the items of an article, or of a sentence that ends in a colon, a paragraph speaks of the whole
        again; elsewhere it goes on with the unit it stands in.
        """
        node = current
        while node.parent is not None and node.candidate is not None and not node.has_units():
            above = node.parent
            if above.style is Style.ARTICLE or self.folded[above.head[0] : above.head[1]].endswith(":"):
                node = above
            else:
                break
            if node.style is Style.ARTICLE:
                break
        if node is not current:
            return node
        article = current.parent
        while article is not None and article.style is not Style.ARTICLE:
            article = article.parent
        return article or current

    # -- from nodes to units -----------------------------------------------------------------------

    def _leading_paragraphs(self, root: _Node) -> Span | None:
        """Take the paragraphs before the first unit off ``root``; they are the preamble."""
        lead: list[Span] = []
        while root.items and isinstance(root.items[0], tuple):
            lead.append(root.items.pop(0))  # type: ignore[arg-type]
        return (lead[0][0], lead[-1][1]) if lead else None

    def _split_closing(self, root: _Node) -> Span | None:
        """Take the paragraphs that close the text off its last unit."""
        node = root
        while node.items and isinstance(node.items[-1], _Node):
            node = node.items[-1]
        tail: list[Span] = []
        while node.items and isinstance(node.items[-1], tuple):
            tail.insert(0, node.items.pop())  # type: ignore[arg-type]
        if not tail:
            return None
        spare = 0 if node.candidate is not None and not self._stands_alone(node) else 1
        cut = next(
            (
                i
                for i in range(len(tail))
                if (i >= spare or is_signature(self.folded[slice(*tail[i])]))
                and opens_closing(self.folded[slice(*tail[i])])
            ),
            None,
        )
        if cut is None and spare == 0 and node.style is not Style.ARTICLE and self._single_paragraphs(root, node):
            cut = 0
        if cut is None:
            cut = len(tail)
        node.items.extend(tail[:cut])
        return (tail[cut][0], tail[-1][1]) if cut < len(tail) else None

    def _single_paragraphs(self, root: _Node, last: _Node) -> bool:
        """Whether no other unit of the text runs over several paragraphs, so that the last one does not either."""
        leaves = [n for n in _walk(root) if n.candidate and not n.has_units() and n is not last]
        run_in = [n for n in leaves if not self._stands_alone(n)]
        return len(run_in) >= 1 and not any(isinstance(item, tuple) for n in run_in for item in n.items)

    def _stands_alone(self, node: _Node) -> bool:
        """Whether the unit's first line is a heading and nothing else, with text beneath it."""
        start, end = node.head
        line = self.folded[start:end]
        if node.candidate is not None and node.style is Style.ARTICLE:
            rest = line[node.candidate.end - start :]
            return bool(_BRACKETED_TITLE.match(rest)) and bool(node.items)
        return bool(node.items) and len(line) <= _LONGEST_HEADING and not _SENTENCE_END.search(line)

    def _inside(self, node: _Node, path: tuple[str, ...], labels: tuple[str, ...]) -> Iterator[_Unit]:
        """Units below ``node``: nodes by their number, paragraphs as ¶n."""
        count = 0
        for item in node.items:
            if isinstance(item, _Node):
                yield from self._unit(item, path, labels)
            elif isinstance(item, _Table):
                yield from self._table_units(item, path, labels)
            else:
                count += 1
                yield _Unit((*path, f"¶{count}"), (*labels, *self._topic(item)), "clause", item)

    def _unit(self, node: _Node, path: tuple[str, ...], labels: tuple[str, ...]) -> Iterator[_Unit]:
        assert node.candidate is not None  # noqa: S101 - only the root has none
        self._join_broken_heading(node)
        path = (*path, node.candidate.canonical)
        labels = (*labels, self._label(node))
        tables = [item for item in node.items if isinstance(item, _Table)]
        if node.has_units() or tables or self._stands_alone(node):
            yield _Unit(path, labels, "heading", node.head)
            yield from self._inside(node, path, labels)
            return
        paragraphs = [item for item in node.items if isinstance(item, tuple)]
        end = paragraphs[-1][1] if paragraphs else node.head[1]
        kind: Kind = "heading" if node.style in STRUCTURAL and not paragraphs else "clause"
        yield _Unit(path, labels, kind, (node.head[0], end))

    def _join_broken_heading(self, node: _Node) -> None:
        """Add to a heading the line that it was broken over."""
        while node.items and isinstance(node.items[0], tuple) and self._stands_alone(node):
            if node.style is Style.ARTICLE or len(node.items) < 2:
                return
            start, end = node.items[0]
            line, head = self.folded[start:end], self.folded[node.head[0] : node.head[1]]
            if len(line) > 40 or re.search(r"[。;:!?]", line):
                return
            broken = node.style in STRUCTURAL or _BROKEN_OFF.search(head) or (len(head) >= 20 and len(line) <= 16)
            if not broken:
                return
            node.head = (node.head[0], end)
            node.items.pop(0)

    def _table_units(self, table: _Table, path: tuple[str, ...], labels: tuple[str, ...]) -> Iterator[_Unit]:
        self.table_count += 1
        home = path if path and path[0].startswith("附") else ()
        path = (*home, f"表{self.table_count}")
        header = self.text[slice(*table.header)].split("\n", 1)[0]
        labels = (*labels, *([self._one_line(table.caption)] if table.caption else []), header)
        yield _Unit(path, labels, "table", table.head)
        for number, row in enumerate(table.rows, 1):
            yield _Unit((*path, f"行{number}"), labels, "clause", row)

    # -- labels ------------------------------------------------------------------------------------

    def _label(self, node: _Node) -> str:
        """The heading as printed: the whole line where it stands alone, else the number and its topic sentence."""
        start, end = node.head
        assert node.candidate is not None  # noqa: S101 - only the root has none
        number_end = node.candidate.end
        stop = _SENTENCE_END.search(self.folded, number_end, end)
        if stop is None:
            whole = end - start <= _LONGEST_HEADING or self._stands_alone(node)
            return self._one_line((start, end if whole else number_end))
        if stop.end() - number_end <= _LONGEST_TOPIC and node.style is not Style.ARTICLE:
            return self._one_line((start, stop.end()))
        return self._one_line((start, number_end))

    def _topic(self, span: Span) -> tuple[str, ...]:
        """The first sentence of a paragraph, where it is short and more follows."""
        start, end = span
        stop = re.compile("。").search(self.folded, start, end)
        if stop is None or stop.end() - start > _LONGEST_TOPIC or stop.end() >= end:
            return ()
        return (self._one_line((start, stop.end())),)

    def _one_line(self, span: Span) -> str:
        return re.sub(r"\s*[\r\n]+\s*", "", self.text[slice(*span)]).strip()

    def _trim(self, start: int, end: int) -> Span | None:
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return (start, end) if start < end else None


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    for item in node.items:
        if isinstance(item, _Node):
            yield from _walk(item)
