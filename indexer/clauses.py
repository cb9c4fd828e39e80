"""Clean text -> the clause tree: every unit that the text prints, in order, with its path and span.

A reader sees numbers in sequence, headings above text, paragraphs below headings. ``growing`` draws the tree of
what is numbered; this module tells the body from what stands around it, and gives every unit its path and kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from corpus.folding import fold
from corpus.frame import Frame, read_frame, read_lines
from corpus.frame_lines import is_adoption, is_front_matter, is_subtitle, is_title_like
from corpus.making import maker_of
from corpus.model import Clause, Document, Kind, Span
from indexer.box_tables import find_box_tables
from indexer.cell_tables import find_cell_tables
from indexer.enumerators import STRUCTURAL, Candidate, Style, find_candidates, match_decimal
from indexer.facts.bodies import is_office
from indexer.further_texts import find_further_texts
from indexer.growing import grow
from indexer.layout import (
    attachment_path,
    ends_text,
    find_attachment_lists,
    find_attachments,
    find_glossaries,
    find_tables,
    find_term,
    is_signature,
    names_glossary,
    opens_closing,
)
from indexer.nodes import (
    LONGEST_HEADING,
    SENTENCE_END,
    Node,
    Table,
    counts_on,
    heads_paragraphs,
    is_answer,
    is_caption,
    is_run_in,
    is_short,
    reads_as_heading,
    settle_paragraphs,
    walk,
)
from indexer.spaced_tables import find_spaced_tables

_LONGEST_TOPIC = 40
_LONGEST_REQUEST = 60  # characters of 请各地遵照执行。 at a text's end
_make_clause = maker_of(Clause)
_FULL_STOP = re.compile("。")
# Matches: 保障措施 / 、总体目标, whose number a site lost. Does not match: 省教育厅 / 二〇二四年五月一日
_BARE_HEADING = re.compile(r"、?[\u4e00-\u9fff“”]{3,16}(?<![局厅委办署部院府会日])")
# A heading that ends the words before the first number. Matches: 工作目标. Does not match: 最高人民法院公告
_SECTION_NAME = re.compile(r"[\u4e00-\u9fff]{1,6}(?:目标|任务|原则|要求|思想|措施|背景|意义|步骤)")
# What an office does, said below its name. Matches: 负责安全生产监督. Does not match: 负责人为局长
_DUTY_OPENS = re.compile(r"负责(?![人任制])|牵头|承担|组织|指导|协调|履行|依法|会同|贯彻|配合")
# Matches: 问:哪些人可以申请? Does not match: 问题较多。
_QUESTION = re.compile(r"[问q]\s*\d*\s*:|[^。]*\?$")
# What no heading of explanations can do without, in either script; folding each heading would take longer.
_MAY_EXPLAIN = re.compile("[释釋说說义義]")
# The lines of a table that is drawn with characters. Matches: ├──┤. Does not match: ——
_LINES = re.compile("[\u2500-\u257f]+")
# Matches: the break of a heading over two lines. Does not match: a blank
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")


# Path, labels, kind, span and parts of a unit; a class for what is unpacked at once would only take time.
_Unit = tuple[tuple[str, ...], tuple[str, ...], Kind, Span, tuple[tuple[str, Span], ...]]


def parse_clauses(document: Document) -> tuple[Clause, ...]:
    """Draw the clause tree of a document.

    Returns:
        Units in document order, disjoint, facts empty. Together with the noise they hold every character
        of the raw text that is not blank. Never raises on any text.
    """
    clean = document.clean
    text, raw_span = clean.text, clean.raw_span
    seen: dict[tuple[str, ...], int] = {}
    renamed: dict[tuple[str, ...], tuple[str, ...]] = {}
    clauses: list[Clause] = []
    for path, labels, kind, span, parts in _Tree(text).read():
        printed = path
        if renamed and (above := renamed.get(path[:-1])) is not None:
            path = (*above, path[-1])
        count = seen[path] = seen.get(path, 0) + 1
        if count > 1:
            path = (*path[:-1], f"{path[-1]}~{count}")
        if path != printed or printed in renamed:
            renamed[printed] = path
        start, end = span
        clauses.append(
            _make_clause(
                f"{document.id}/{'/'.join(path)}",
                document.id,
                path,
                labels,
                kind,
                text[start:end],
                raw_span(start, end),
                span,
                parts=tuple((name, raw_span(*part)) for name, part in parts) if parts else (),
            )
        )
    return tuple(clauses)


class _Tree:
    """One text's tree. ``read`` gives its units in order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.lines = read_lines(text)
        self.tables = {table.start: table for table in find_tables(self.folded, self.lines)}
        self.tables |= {table.start: table for table in find_cell_tables(self.folded, self.lines)}
        self.tables |= {table.start: table for table in find_spaced_tables(self.folded, self.lines)}
        self.tables |= {table.start: table for table in find_box_tables(self.folded, self.lines)}
        self.table_count = 0
        self.listed: frozenset[int] = frozenset()
        self.glossaries: frozenset[int] = frozenset()
        self.texts: dict[int, int] = {}
        self.units: list[_Unit] = []

    def read(self) -> list[_Unit]:
        """Every unit of the text, in order."""
        frame = read_frame(self.text)
        begin = frame.preamble_start
        first = next((i for i, line in enumerate(self.lines) if line[0] >= begin), len(self.lines))
        self._read_frame(frame)
        rows = {index for table in self.tables.values() for index in range(table.start, table.stop)}
        self.listed = find_attachment_lists(self.folded, self.lines, first)
        opening = find_attachments(self.folded, self.lines, first, self.listed)
        found = find_glossaries(self.folded, self.lines, first)
        self.glossaries = frozenset(index for index in found if index - 1 not in opening)
        self.texts = find_further_texts(self.folded, self.lines, first, opening)
        attachments = sorted(index for index in {*opening, *self.glossaries, *self.texts} if index not in rows)
        ends = [*attachments, len(self.lines)][1:]
        self._read_part(first, attachments[0] if attachments else len(self.lines), (), ())
        for start, end in zip(attachments, ends, strict=True):
            self._read_attachment(start, end)
        return self.units

    def _add(
        self,
        path: tuple[str, ...],
        labels: tuple[str, ...],
        kind: Kind,
        span: Span,
        parts: tuple[tuple[str, Span], ...] = (),
    ) -> None:
        self.units.append((path, labels, kind, span, parts))

    # -- around the body ---------------------------------------------------------------------------

    def _read_frame(self, frame: Frame) -> None:
        pending: list[tuple[str, Span]] = []
        for line in frame.lines:
            if line.start >= frame.preamble_start:
                break
            if line.role not in ("title", "notice_title"):
                pending.append((line.role, (line.start, line.end)))
                continue
            if pending:
                self._add_front_matter(pending)
                pending = []
            label = self._one_line((line.start, line.end))
            self._add((line.role,), (label,), "title", (line.start, line.end))
        if pending:
            self._add_front_matter(pending)

    def _add_front_matter(self, parts: Sequence[tuple[str, Span]]) -> None:
        self._add(("front_matter",), (), "front_matter", (parts[0][1][0], parts[-1][1][1]), tuple(parts))

    def _read_attachment(self, start: int, end: int) -> None:
        head = self.lines[start]
        printed = self.folded[slice(*head)]
        names_itself = start in self.glossaries or start in self.texts
        element = attachment_path(printed) or ("".join(printed.split()).strip(":") if names_itself else "附件")
        body = self.texts.get(start, start + 1)
        # The attachment's own title stands beneath its number, on one line or two.
        while (
            not names_itself
            and body < end
            and body < start + 3
            and body not in self.tables
            and self._is_heading_like(body)
        ):
            head = (head[0], self.lines[body][1])
            body += 1
            if is_title_like(self.folded[slice(*self.lines[body - 1])]):
                if body < end and is_subtitle(self.folded[slice(*self.lines[body])]):
                    head = (head[0], self.lines[body][1])
                    body += 1
                break
        label = self._one_line(head)
        self._add((element,), (label,), "attachment", head)
        self._read_part(body, end, (element,), (label,))

    def _is_heading_like(self, index: int) -> bool:
        line = self.folded[slice(*self.lines[index])]
        return (
            len(line) <= LONGEST_HEADING
            and not re.search(r"[。;:!?]|\S {3,}\S", line)
            and not find_candidates(line, 0, len(line))
            and match_decimal(line, 0, len(line)) is None
        )

    # -- the body ----------------------------------------------------------------------------------

    def _read_part(self, first: int, last: int, path: tuple[str, ...], labels: tuple[str, ...]) -> None:
        """Units of the lines ``first`` to ``last``: the text itself, or one attachment."""
        if first >= last:
            return
        root = grow(self.folded, self.lines, self.tables, first, last, self.listed)
        self._lift_sections(root)
        closing = self._split_closing(root)
        settle_paragraphs(self.folded, root)
        before = None
        if not path and root.has_units:
            before = _leading_paragraphs(root, lambda span: not _SECTION_NAME.fullmatch(self.folded, *span))
        elif not path:
            # Of a text without numbers only what comes before every text: number, addressee, issuing sentence,
            # or when it was adopted, below which it begins at once.
            before = _leading_paragraphs(root, lambda span: is_adoption(self.folded[slice(*span)]))
            before = before or _leading_paragraphs(root, lambda span: is_front_matter(self.folded[slice(*span)]))
        if before is not None:
            self._add(("preamble",), (), "preamble", before)
        self._read_inside(root, path, labels)
        if closing is not None:
            self._add((*path, "closing"), labels, "closing", closing)

    def _lift_sections(self, root: Node) -> None:
        """Take a section without a number (保障措施) off the last unit, where another one stands above the units."""
        if not (isinstance(root.items[0] if root.items else None, tuple) and isinstance(root.items[-1], Node)):
            return
        if not any(_SECTION_NAME.fullmatch(self.folded, *span) for span in root.paragraphs()):
            return
        node: Node = root.items[-1]
        while node.items and isinstance(node.items[-1], Node):
            node = node.items[-1]
        for index, item in enumerate(node.items[:-1]):
            if isinstance(item, tuple) and _SECTION_NAME.fullmatch(self.folded, *item):
                root.items += node.items[index:]
                del node.items[index:]
                return

    def _split_closing(self, root: Node) -> Span | None:
        """Take the paragraphs that close the text off its last unit."""
        node = root
        while node.items and isinstance(node.items[-1], Node):
            node = node.items[-1]
        first = len(node.items)
        while first > 0 and isinstance(node.items[first - 1], tuple):
            first -= 1
        own = first
        for item in node.items[first:] if node.candidate else ():
            if not isinstance(item, tuple) or not (is_caption(self.folded, item) or counts_on(self.folded, item)):
                break
            first += 1
        tail = [item for item in node.items[first:] if isinstance(item, tuple)]
        if not tail:
            return None
        cut = self._closing_at(root, node, [self.folded[slice(*span)] for span in tail], behind_captions=first > own)
        if cut is None:
            return None
        del node.items[first + cut :]
        return tail[cut][0], tail[-1][1]

    def _closing_at(self, root: Node, last: Node, tail: Sequence[str], *, behind_captions: bool) -> int | None:
        """Index of the paragraph with which the closing begins; ``behind_captions`` if others of the unit precede."""
        run_in = last.candidate is not None and is_run_in(self.folded, last)
        if run_in and last.style is not Style.ARTICLE and self._has_single_paragraphs(root, last):
            return 0
        # Behind a signature nothing is said any more.
        says = max(
            (i for i, paragraph in enumerate(tail) if paragraph.endswith("。") and not ends_text(paragraph)), default=-1
        )
        for i, paragraph in enumerate(tail):
            if is_signature(paragraph):
                # Lines of a table that a scraper laid out cell by cell name offices too.
                if i > says and (i + 1 == len(tail) or ends_text(tail[i + 1])):
                    return i
            elif not root.has_units and paragraph.startswith("请") and len(paragraph) > _LONGEST_REQUEST:
                continue  # what a text without numbers asks for is all that it says
            elif (run_in and opens_closing(paragraph)) or (
                (i >= 1 or behind_captions or paragraph.startswith("附件")) and ends_text(paragraph)
            ):
                return i
        return None

    def _has_single_paragraphs(self, root: Node, last: Node) -> bool:
        """Whether no other unit of the text runs over several paragraphs, so that the last one does not either."""
        others = [node for node in walk(root) if node is not last and node.candidate and is_run_in(self.folded, node)]
        return bool(others) and not any(node.paragraphs() for node in others)

    def _read_inside(self, node: Node, path: tuple[str, ...], labels: tuple[str, ...]) -> None:
        """Units below ``node``: nodes by their number, paragraphs as ¶n."""
        count = 0
        above = labels
        for index, item in enumerate(node.items):
            if isinstance(item, Node):
                self._read_node(item, path, labels)
            elif isinstance(item, Table):
                self._read_table(item, path, labels)
            else:
                count += 1
                if index + 1 < len(node.items) and self._is_bare_heading(item, node.items[index + 1]):
                    above = (*labels, self._one_line(item))
                    self._add((*path, f"¶{count}"), above, "heading", item)
                else:
                    self._add((*path, f"¶{count}"), (*above, *self._topic(item, above)), "clause", item)

    def _is_bare_heading(self, span: Span, below: Span | Node | Table) -> bool:
        """Whether a line without a number is the heading, or the question, of what stands below it."""
        if not isinstance(below, tuple):
            return isinstance(below, Node) and _SECTION_NAME.fullmatch(self.folded, *span) is not None
        if is_answer(self.folded, below):
            return _QUESTION.match(self.folded, *span) is not None
        if _DUTY_OPENS.match(self.folded, *below) and is_office(self.folded[slice(*span)]):
            return True
        return _BARE_HEADING.fullmatch(self.folded, *span) is not None and "。" in self.folded[slice(*below)]

    def _read_node(self, node: Node, path: tuple[str, ...], labels: tuple[str, ...]) -> None:
        candidate, head, items = node.candidate, node.head, node.items
        assert candidate is not None  # noqa: S101 - only the root has none
        path = (*path, candidate.canonical)
        labels = (*labels, self._label(node, candidate, labels))
        if not items:
            kind: Kind = "heading" if candidate.style in STRUCTURAL else "clause"
            self.units.append((path, labels, kind, head, ()))
        elif (
            node.has_units
            or node.has_tables
            or reads_as_heading(self.folded, node)
            or heads_paragraphs(self.folded, node)
        ):
            self.units.append((path, labels, "heading", head, ()))
            self._read_inside(node, path, labels)
        else:
            # All that stands below it are paragraphs.
            self.units.append((path, labels, "clause", (head[0], node.paragraphs()[-1][1]), ()))

    def _read_table(self, table: Table, path: tuple[str, ...], labels: tuple[str, ...]) -> None:
        self.table_count += 1
        home = path if path and path[0].startswith("附") else ()
        path = (*home, f"表{self.table_count}")
        header = self.text[slice(*table.header)]
        in_line = "\t" in header or "|" in header
        header = header.split("\n", 1)[0] if in_line else " ".join(_LINES.sub(" ", header).split())
        labels = (*labels, *([self._one_line(table.caption)] if table.caption else []), header)
        self._add(path, labels, "table", table.head)
        for number, row in enumerate(table.rows, 1):
            self._add((*path, f"行{number}"), labels, "clause", row)

    # -- labels ------------------------------------------------------------------------------------

    def _label(self, node: Node, candidate: Candidate, above: tuple[str, ...]) -> str:
        """The heading as printed: the whole line where it stands alone, else the number and its topic sentence."""
        start, end = node.head
        number_end = candidate.end
        if above and _explains_terms(above[-1]) and (term := self._term_end(number_end, end)) is not None:
            return self._one_line((start, term))
        stop = SENTENCE_END.search(self.folded, number_end, end)
        if stop is None:
            whole = end - start <= LONGEST_HEADING or is_short(self.folded, start, end)
            return self._one_line((start, end if whole else number_end))
        if stop.end() - number_end <= _LONGEST_TOPIC and candidate.style is not Style.ARTICLE:
            return self._one_line((start, stop.end()))
        return self._one_line((start, number_end))

    def _term_end(self, start: int, end: int) -> int | None:
        """Where the term ends that a line below 名词解释 explains."""
        while start < end and self.folded[start] in " .、:":
            start += 1
        return find_term(self.folded, start, end)

    def _topic(self, span: Span, above: tuple[str, ...]) -> tuple[str, ...]:
        """The first sentence of a paragraph, where it is short and more follows; of an explanation its term."""
        start, end = span
        if above and _explains_terms(above[-1]) and (term := self._term_end(start, end)) is not None:
            return (self._one_line((start, term)),)
        stop = _FULL_STOP.search(self.folded, start, end)
        if stop is None or stop.end() - start > _LONGEST_TOPIC or stop.end() >= end:
            return ()
        return (self._one_line((start, stop.end())),)

    def _one_line(self, span: Span) -> str:
        start, end = span
        words = self.text[start:end].strip()
        return _LINE_BREAK.sub("", words) if "\n" in words or "\r" in words else words


def _leading_paragraphs(root: Node, counts: Callable[[Span], bool]) -> Span | None:
    """Take the paragraphs before the first unit, as far as they count, off ``root``; they are the preamble."""
    count = 0
    for item in root.items:
        if not isinstance(item, tuple) or not counts(item):
            break
        count += 1
    lead = root.paragraphs()[:count]
    del root.items[:count]
    return (lead[0][0], lead[-1][1]) if lead else None


@lru_cache(maxsize=256)  # the units of a section have one heading
def _explains_terms(heading: str) -> bool:
    return _MAY_EXPLAIN.search(heading) is not None and names_glossary(fold(heading))
