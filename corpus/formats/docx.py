"""Word documents: paragraphs and tables in order, with the numbers that Word prints and does not store.

Left out are headers and footers, tracked deletions, hidden text, and a generated table of contents, which says nothing
that the text does not. Insertions, text boxes and footnotes are kept.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from corpus.errors import BrokenDocumentError, EncryptedDocumentError, OversizedDocumentError
from corpus.formats.word_numbers import W, WordNumbers
from corpus.glyphs import SYMBOLS

MAX_UNPACKED_BYTES = 200_000_000
_MAX_XML_BYTES = 100_000_000

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# What a run or paragraph may hold that is printed nowhere, or stands in another place.
_SKIPPED = frozenset(
    W + name
    for name in (
        "pPr", "rPr", "tcPr", "trPr", "tblPr", "sdtPr", "del", "moveFrom", "delText", "instrText", "delInstrText",
        "rt", "footnoteRef", "endnoteRef", "annotationRef",
    )
)  # fmt: skip
_SYMBOLS = {f"{ord(code):04X}": sign for code, sign in SYMBOLS.items()}


def read_docx(data: bytes) -> str:
    """The text of a Word document, one paragraph or table row a line.

    Returns:
        Lines, joined by line feeds. A table row is one line, its cells separated by tabs; a cell merged over several
        rows stands in each of them, one merged over several columns is followed by empty cells.

    Raises:
        EncryptedDocumentError: If it asks for a password.
        OversizedDocumentError: If it unpacks to more than ``MAX_UNPACKED_BYTES``.
        BrokenDocumentError: If it is no docx.
    """
    _check_container(data)
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError, fromstring

    try:
        part = docx.Document(io.BytesIO(data)).part
        related = {rel.reltype: rel.target_part for rel in part.rels.values() if not rel.is_external}
        roots = {
            name: fromstring(related[name].blob) if name in related else None
            for name in (
                RELATIONSHIP_TYPE.NUMBERING,
                RELATIONSHIP_TYPE.STYLES,
                RELATIONSHIP_TYPE.FOOTNOTES,
                RELATIONSHIP_TYPE.ENDNOTES,
            )
        }
        numbers = WordNumbers(roots[RELATIONSHIP_TYPE.NUMBERING], roots[RELATIONSHIP_TYPE.STYLES])
        reader = _Reader(numbers)
        reader.read_blocks(part.element.body)
        for name in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
            reader.read_notes(roots[name])
    except (
        OpcError,
        LxmlError,
        zipfile.BadZipFile,
        zlib.error,
        LookupError,
        ValueError,
        AttributeError,
        OSError,
    ) as error:
        raise _broken() from error
    return "\n".join(reader.finish())


def _broken() -> BrokenDocumentError:
    return BrokenDocumentError(
        "The file is no docx, or a damaged one.", "Open it in Word or LibreOffice and save it as docx again."
    )


def _check_container(data: bytes) -> None:
    """Refuse what is no plain zip container, before anything is unpacked."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise EncryptedDocumentError("The document asks for a password.", "Save it without a password.")
        raise BrokenDocumentError("The file is an old Word file (doc), not a docx.", "Save it as docx.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            entries = container.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _broken() from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise EncryptedDocumentError("The document asks for a password.", "Save it without a password.")
    # A lying header does no harm: zipfile reads no more than the size that it states, and then fails on the checksum.
    total = sum(entry.file_size for entry in entries)
    xml = sum(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels")))
    if total > MAX_UNPACKED_BYTES or xml > _MAX_XML_BYTES:
        raise OversizedDocumentError(
            f"The document unpacks to {total:,} bytes; at most {MAX_UNPACKED_BYTES:,} are read, "
            f"{_MAX_XML_BYTES:,} of them text.",
            "Split it, or remove its pictures.",
        )


def _is_on(element: Any) -> bool:
    return element is not None and element.get(W + "val") not in {"0", "false", "off"}


class _Reader:
    """Walks the body once, gathering lines; numbers are counted on the way."""

    def __init__(self, numbers: WordNumbers) -> None:
        self._numbers = numbers
        self._lines: list[str] = []
        self._pending = ""  # a paragraph whose end was deleted runs into the next one

    def finish(self) -> list[str]:
        if self._pending:
            self._lines.append(self._pending)
            self._pending = ""
        return self._lines

    def read_blocks(self, parent: Any) -> None:
        for block in parent.iterchildren():
            if block.tag == W + "p":
                self._lines.extend(self._paragraph_lines(block))
            elif block.tag == W + "tbl":
                self._lines.extend(self._table_lines(block))
            elif block.tag in {W + "sdt", W + "sdtContent", W + "customXml", W + "ins", W + "moveTo"}:
                self.read_blocks(block)
            elif block.tag == _MC + "AlternateContent":
                self.read_blocks(_chosen(block))

    def read_notes(self, root: Any) -> None:
        """Footnotes or endnotes, after the text, each with the number that it has there."""
        number = 0
        for note in root.iterchildren() if root is not None else ():
            if note.get(W + "type") in {"separator", "continuationSeparator", "continuationNotice"}:
                continue
            number += 1
            words = " ".join(line for p in note.iter(W + "p") for line in self._paragraph_lines(p))
            if words:
                self._lines.append(f"注{number}：{words}")

    def _paragraph_lines(self, paragraph: Any) -> list[str]:
        style = self._numbers.style_name(paragraph)
        if style.startswith("toc ") or style == "toc heading":
            return []
        boxes: list[Any] = []
        text = "".join(_pieces(paragraph, boxes))
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        mark_deleted = mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None)
        if mark_deleted:
            self._pending += text
            return []
        text, self._pending = self._pending + text, ""
        # Tabs stand between the cells of a row; inside a paragraph they are blanks.
        lines = [line.replace("\t", "\u3000").strip() for line in text.split("\n")]
        lines = [line for line in lines if line]
        # An empty numbered paragraph is counted, as Word does.
        number = self._numbers.number_of(paragraph)
        if lines:
            lines[0] = number + lines[0]
        for box in boxes:
            inner = _Reader(self._numbers)
            inner.read_blocks(box)
            lines.extend(inner.finish())
        return lines

    def _table_lines(self, table: Any) -> list[str]:
        rows = [[*self._cells(row)] for row in _rows(table)]
        width = max((sum(span for span, _, _ in row) for row in rows), default=0)
        if width <= 1:
            # A frame around text, not a table.
            return [line for row in rows for _, _, lines in row for line in lines]
        printed: list[str] = []
        above: dict[int, str] = {}
        for row in rows:
            cells: list[str] = []
            for span, continues, lines in row:
                column = len(cells)
                text = above.get(column, "") if continues else " ".join(lines)
                above[column] = text
                cells += [text, *[""] * (span - 1)]
            if any(cells):
                printed.append("\t".join(cells).rstrip("\t"))
        return printed

    def _cells(self, row: Any) -> Iterator[tuple[int, bool, list[str]]]:
        """Columns that a cell takes, whether it continues the cell above, and its lines."""
        for _ in range(_grid_value(row.find(W + "trPr"), "gridBefore", 0)):
            yield 1, False, []
        for cell in _cell_elements(row):
            properties = cell.find(W + "tcPr")
            merge = properties.find(W + "vMerge") if properties is not None else None
            continues = merge is not None and merge.get(W + "val") != "restart"
            inner = _Reader(self._numbers)
            inner.read_blocks(cell)
            lines = [line.replace("\t", " ") for line in inner.finish()]
            yield max(1, _grid_value(properties, "gridSpan", 1)), continues, lines


def _grid_value(properties: Any, name: str, default: int) -> int:
    element = properties.find(W + name) if properties is not None else None
    value = element.get(W + "val") if element is not None else None
    return min(int(value), 1000) if value and value.isdigit() else default


def _rows(table: Any) -> Iterator[Any]:
    for child in table.iterchildren():
        if child.tag == W + "tr":
            properties = child.find(W + "trPr")
            if properties is None or properties.find(W + "del") is None:
                yield child
        elif child.tag in {W + "sdt", W + "sdtContent", W + "customXml"}:
            yield from _rows(child)


def _cell_elements(row: Any) -> Iterator[Any]:
    for child in row.iterchildren():
        if child.tag == W + "tc":
            yield child
        elif child.tag in {W + "sdt", W + "sdtContent", W + "customXml"}:
            yield from _cell_elements(child)


def _chosen(alternate: Any) -> Any:
    """The same thing stands there twice, for new and old programs: one of them is enough."""
    choice = alternate.find(_MC + "Choice")
    return choice if choice is not None else alternate.find(_MC + "Fallback")


def _pieces(element: Any, boxes: list[Any]) -> Iterator[str]:
    """The printed pieces of a paragraph; text boxes that hang on it are added to ``boxes``."""
    for child in element.iterchildren():
        tag = child.tag
        if tag in _SKIPPED:
            continue
        if tag in {W + "t", _MATH + "t"}:
            yield child.text or ""
        elif tag in {W + "tab", W + "ptab"}:
            yield "\t"
        elif tag in {W + "br", W + "cr"}:
            yield "\n"
        elif tag == W + "noBreakHyphen":
            yield "-"
        elif tag == W + "sym":
            yield _SYMBOLS.get(str(child.get(W + "char")).upper(), "")
        elif tag == W + "txbxContent":
            boxes.append(child)
        elif tag == _MC + "AlternateContent":
            chosen = _chosen(child)
            if chosen is not None:
                yield from _pieces(chosen, boxes)
        elif tag == W + "r" and _is_on(child.find(f"{W}rPr/{W}vanish")):
            continue
        elif isinstance(tag, str):
            yield from _pieces(child, boxes)
