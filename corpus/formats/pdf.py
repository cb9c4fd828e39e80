"""PDF files with a text layer: pages to lines (this module), lines to paragraphs (``layout``)."""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from corpus.errors import (
    BrokenDocumentError,
    EncryptedDocumentError,
    OversizedDocumentError,
    ScannedDocumentError,
)
from corpus.formats.columns import Columns, Extent, Side, find_columns, fits, in_reading_order
from corpus.formats.layout import Line, Row, join_lines, join_pages

MAX_STREAM_BYTES = 100_000_000
_CHUNK_BYTES = 1 << 20
# Fewer printed characters a page than this is a stamp or a page number over a picture.
_MIN_CHARACTERS_A_PAGE = 8
# Characters that would fit into a gap that no sentence has, wider than the one behind 第一条.
_CELL_GAP = 3.0

Box = tuple[float, float, float, float]
"""Left, top, right and bottom edge, in points from the page's top left corner."""

# Matches: the keyword and line end before compressed data. Does not match: endstream.
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
# Matches: (cid:8721), which pdfminer prints for a glyph without a character. Does not match: (一).
_GLYPH = re.compile(r"\(cid:\d+\)")


def read_pdf(data: bytes) -> str:
    """The text of a PDF, one paragraph or table row a line, without running heads and page numbers.

    Raises:
        EncryptedDocumentError: If it asks for a password.
        ScannedDocumentError: If it has no text layer, or fonts that do not tell their characters.
        OversizedDocumentError: If a stream in it unpacks to more than ``MAX_STREAM_BYTES``.
        BrokenDocumentError: If it is no PDF.
    """
    if b"%PDF-" not in data[:1024]:
        raise BrokenDocumentError("The file is no PDF.", "Give it the suffix of its format, or make the PDF again.")
    _check_streams(data)
    # pdfminer reports each oddity of a file as a warning; what matters is raised.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    import pdfplumber

    pages: list[list[Line | Row]] = []
    columns: dict[int, Columns] = {}
    characters = glyphs = 0
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            for page in pdf.pages:
                units = _page_units(page, columns)
                pages.append(units)
                printed = "".join(unit.text if isinstance(unit, Line) else "".join(unit.cells) for unit in units)
                glyphs += len(_GLYPH.findall(printed))
                characters += len(_GLYPH.sub("", printed))
                page.close()
    except Exception as error:  # the parser raises whatever a damaged file makes it stumble over
        if _asks_for_password(error):
            raise EncryptedDocumentError("The PDF asks for a password.", "Save it without a password.") from error
        raise BrokenDocumentError("The PDF is damaged.", "Make the PDF again.") from error
    if not pages:
        raise BrokenDocumentError("The PDF has no pages.", "Make the PDF again.")
    if characters < _MIN_CHARACTERS_A_PAGE * min(len(pages), 3) or glyphs > characters:
        raise ScannedDocumentError(
            "The PDF has no text layer: it was scanned, or its fonts do not tell their characters.",
            "Run text recognition over it, or find the text in another format.",
        )
    return "\n".join(join_pages(pages))


def _asks_for_password(error: BaseException | None) -> bool:
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    while error is not None:
        if isinstance(error, PDFPasswordIncorrect | PDFEncryptionError):
            return True
        if any(isinstance(arg, PDFPasswordIncorrect | PDFEncryptionError) for arg in error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _check_streams(data: bytes) -> None:
    """Unpack each compressed stream piecewise, keeping nothing, to see that none is a bomb.

    Raises:
        OversizedDocumentError: If one is.
    """
    view = memoryview(data)
    for match in _STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        rest: memoryview | bytes = view[match.end() : match.end() + _CHUNK_BYTES]
        position, size = match.end() + len(rest), 0
        try:
            while not unpacker.eof and rest:
                size += len(unpacker.decompress(rest, _CHUNK_BYTES))
                if size > MAX_STREAM_BYTES:
                    raise OversizedDocumentError(
                        f"A stream of the PDF unpacks to more than {MAX_STREAM_BYTES:,} bytes.", "Make the PDF again."
                    )
                rest = unpacker.unconsumed_tail
                if not rest:
                    rest = view[position : position + _CHUNK_BYTES]
                    position += len(rest)
        except zlib.error:
            continue  # compressed in another way, or encrypted


def _page_units(page: Any, known: dict[int, Columns]) -> list[Line | Row]:
    """The lines and table rows of a page, as they are read.

    Args:
        page: Of pdfplumber.
        known: The columns of the last left and right page that has some; this page's are put down here.
    """
    page = page.dedupe_chars()
    tables = [table for table in page.find_tables() if len(table.rows) > 1 and len(table.columns) > 1]
    chars = [c for c in page.chars if c["upright"] and c["text"].strip("\0")]
    of_tables = [[c for c in chars if _is_inside(c, table.bbox)] for table in tables]
    for table in tables:
        chars = [c for c in chars if not _is_inside(c, table.bbox)]
    rows = _group_rows(chars)
    # Blanks are no part of a line's extent, but between Latin words they say more than the gap does.
    blanks = [c for c in chars if c["text"].isspace()]
    extents = [[(char["x0"], char["x1"]) for char in row] for row in rows]
    columns = _find_columns(rows, extents, page.page_number % 2, known)
    units: list[tuple[float, int, Side, Line | Row]] = []
    for table, inside in zip(tables, of_tables, strict=True):
        side: Side = columns.side_of([(table.bbox[0], table.bbox[2])]) if columns else "both"
        units += [(table.bbox[1], order, side, row) for order, row in enumerate(_table_rows(page, table, inside))]
    for order, (row, extent) in enumerate(zip(rows, extents, strict=True)):
        for part in columns.parts(extent) if columns else (slice(None),):
            line, side = _line(row[part], blanks, page), "both"
            if columns:
                side = columns.side_of(extent[part])
                line = columns.as_single(line, side)
            units.append((line.top, order, side, line))
    return list(in_reading_order((side, unit) for _, _, side, unit in sorted(units, key=lambda u: u[:2])))


def _is_inside(char: Any, box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _find_columns(
    rows: Sequence[Sequence[Any]], extents: Sequence[Sequence[Extent]], hand: int, known: dict[int, Columns]
) -> Columns | None:
    columns = find_columns(extents, median(row[0]["size"] for row in rows)) if rows else None
    if columns:
        known[hand] = columns
        return columns
    other = known.get(hand) or known.get(1 - hand)
    return other if other and fits(other, extents) else None


def _group_rows(chars: Sequence[Any]) -> list[list[Any]]:
    """Characters whose middles lie on one height, from left to right, without blanks."""
    groups: list[list[Any]] = []
    height = 0.0
    for char in sorted(chars, key=lambda c: c["top"] + c["bottom"]):
        if char["text"].isspace():
            continue
        middle = (char["top"] + char["bottom"]) / 2
        if groups and abs(middle - height) < 0.5 * max(char["size"], groups[-1][0]["size"]):
            groups[-1].append(char)
        else:
            groups.append([char])
            height = middle
    return [sorted(group, key=lambda c: c["x0"]) for group in groups]


def _line(chars: Sequence[Any], blanks: Sequence[Any], page: Any) -> Line:
    """Characters from left to right as a line; wide gaps between them become a blank."""
    size = max(c["size"] for c in chars)
    top, bottom = min(c["top"] for c in chars), max(c["bottom"] for c in chars)
    x0, x1 = chars[0]["x0"], max(c["x1"] for c in chars)
    spaces = [c["x0"] for c in blanks if top <= (c["top"] + c["bottom"]) / 2 <= bottom]
    text, widest = chars[0]["text"], 0.0
    for before, char in pairwise(chars):
        gap = char["x0"] - before["x1"]
        widest = max(widest, gap)
        latin = before["text"].isascii() and char["text"].isascii()
        has_space = any(before["x1"] - 1 <= x <= char["x0"] for x in spaces) and (latin or gap > 0.2 * size)
        if has_space or gap > (0.3 if latin else 0.9) * size:
            text += " "
        text += char["text"]
    return Line(
        text=text,
        page=page.page_number - 1,
        x0=x0,
        x1=x1,
        top=top,
        bottom=bottom,
        size=size,
        first_width=chars[0]["x1"] - x0,
        count=len(chars) + len(spaces),
        has_cells=widest > _CELL_GAP * size,
        page_width=float(page.width),
        page_height=float(page.height),
    )


def _table_rows(page: Any, table: Any, chars: Sequence[Any]) -> list[Row]:
    """Rows of a ruled table; a cell merged over several rows stands in each of them."""
    columns = [(column.bbox[0] + column.bbox[2]) / 2 for column in table.columns]
    by_box = {cell: _cell_text(page, chars, cell) for row in table.rows for cell in row.cells if cell is not None}
    rows = []
    for row in table.rows:
        top, middle = row.bbox[1], (row.bbox[1] + row.bbox[3]) / 2
        cells = []
        for column, cell in zip(columns, row.cells, strict=True):
            if cell is None:
                over = (box for box in by_box if box[0] <= column <= box[2] and box[1] <= middle <= box[3])
                cell = next((box for box in over if box[1] < top - 1 and box[0] <= column), None)
                # Of a cell that is merged both ways, the words stand in its first column.
                if cell is not None and any(cell[0] <= other < column for other in columns if other < column):
                    cell = None
            cells.append(by_box[cell] if cell is not None else "")
        rows.append(Row(tuple(cells), page.page_number - 1))
    return rows


def _cell_text(page: Any, chars: Sequence[Any], box: Box) -> str:
    inside = [c for c in chars if _is_inside(c, box)]
    blanks = [c for c in inside if c["text"].isspace()]
    return join_lines([_line(row, blanks, page).text for row in _group_rows(inside)])
