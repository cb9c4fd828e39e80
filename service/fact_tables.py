"""Facts as tables: the columns that people read, and files that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from service.facts import DutyRow, ReferenceRow, TargetRow

Cell = str | Decimal | None
CSV_MEDIA_TYPE = "text/csv; charset=utf-8"
XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_DUTY_COLUMNS: Mapping[str, Callable[[DutyRow], Cell]] = {
    "region": lambda row: _region(row),
    "document_id": lambda row: row.clause.document_id,
    "clause_id": lambda row: row.clause.id,
    "lead": lambda row: "、".join(row.duty.lead),
    "support": lambda row: "、".join(row.duty.support),
    "shared": lambda row: "、".join(row.duty.shared),
    "rule": lambda row: row.duty.rule,
    "declared_in": lambda row: row.duty.declared_in,
    "covers": lambda row: row.covers,
    "note": lambda row: row.duty.note,
}
_TARGET_COLUMNS: Mapping[str, Callable[[TargetRow], Cell]] = {
    "region": lambda row: _region(row),
    "document_id": lambda row: row.clause.document_id,
    "clause_id": lambda row: row.clause.id,
    "indicator": lambda row: row.target.indicator,
    "comparator": lambda row: row.target.comparator,
    "value": lambda row: row.target.value,
    "upper_value": lambda row: row.target.upper_value,
    "unit": lambda row: row.target.unit,
    "deadline": lambda row: row.target.deadline,
    "deadline_text": lambda row: row.target.deadline_text,
    "deadline_source": lambda row: row.target.deadline_source,
    "baseline": lambda row: row.target.baseline,
    "text": lambda row: row.target.text,
}
_REFERENCE_COLUMNS: Mapping[str, Callable[[ReferenceRow], Cell]] = {
    "region": lambda row: _region(row),
    "document_id": lambda row: row.clause.document_id,
    "clause_id": lambda row: row.clause.id,
    "role": lambda row: row.reference.role,
    "title": lambda row: row.reference.title,
    "number": lambda row: row.reference.number,
    "issuer": lambda row: row.reference.issuer,
    "cited_document_id": lambda row: row.reference.document_id,
    "text": lambda row: row.reference.text,
}


def _region(row: DutyRow | TargetRow | ReferenceRow) -> str | None:
    return row.metadata.region.name if row.metadata.region else None


class Table:
    """Rows of facts as cells. ``columns`` are the names, ``rows`` the cells in the same order."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        self.columns, self.rows = columns, rows

    @classmethod
    def of_duties(cls, rows: Sequence[DutyRow]) -> Table:
        """A table of duties."""
        return cls(list(_DUTY_COLUMNS), [[read(row) for read in _DUTY_COLUMNS.values()] for row in rows])

    @classmethod
    def of_targets(cls, rows: Sequence[TargetRow]) -> Table:
        """A table of targets."""
        return cls(list(_TARGET_COLUMNS), [[read(row) for read in _TARGET_COLUMNS.values()] for row in rows])

    @classmethod
    def of_references(cls, rows: Sequence[ReferenceRow]) -> Table:
        """A table of references."""
        return cls(list(_REFERENCE_COLUMNS), [[read(row) for read in _REFERENCE_COLUMNS.values()] for row in rows])

    def texts(self) -> list[list[str]]:
        """The cells as text; a missing value is empty."""
        return [[_as_text(cell) for cell in row] for row in self.rows]

    def to_csv(self) -> bytes:
        """CSV in UTF-8 with a byte order mark, so that Excel reads the Chinese right."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows([[_harmless(cell) for cell in row] for row in self.texts()])
        return text.getvalue().encode("utf-8-sig")

    def to_xlsx(self) -> bytes:
        """A workbook of one sheet, the first row its head; values are numbers in it."""
        from openpyxl import Workbook
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        book = Workbook()
        sheet = book.active
        assert sheet is not None  # noqa: S101 - a new workbook has one
        sheet.append(list(self.columns))
        sheet.freeze_panes = "A2"
        for place, row in enumerate(self.rows, start=2):
            for column, cell in enumerate(row, start=1):
                if isinstance(cell, Decimal):
                    sheet.cell(place, column, float(cell))
                elif cell is not None:
                    written = sheet.cell(place, column, ILLEGAL_CHARACTERS_RE.sub("", cell))
                    # A text that begins with = stays a text.
                    written.data_type = "s"
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    return format(cell, "f") if isinstance(cell, Decimal) else cell


def _harmless(text: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    if text[:1] in ("@", "+", "-", "\t") or (text[:1] == "=" and len(text) > 1):
        return "'" + text
    return text
