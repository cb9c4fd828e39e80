"""How the command line looks: tables and progress on standard error, readable results on standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from corpus.errors import TiaowenError
    from corpus.model import Responsibility, Span
    from indexer.build import BuildReport
    from indexer.parsing import ParsedDocument
    from service.answering import Answer
    from service.engine import SearchResult

_EXCERPT_CHARACTERS = 160


def out() -> Console:
    """Standard output; plain where it is no terminal."""
    return Console(highlight=False, soft_wrap=True)


def err() -> Console:
    """Standard error."""
    return Console(stderr=True, highlight=False)


@dataclass
class Tally:
    """What a run over several files came to."""

    documents: int = 0
    clauses: int = 0
    noise: int = 0
    repairs: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def add(self, clauses: int, noise: int, repairs: int) -> None:
        """Count a document that was read."""
        self.documents += 1
        self.clauses += clauses
        self.noise += noise
        self.repairs += repairs

    def refuse(self, name: str, error: TiaowenError) -> None:
        """Note a file that was not read, and why."""
        self.refused.append((name, str(error)))


def new_progress() -> Progress:
    """A progress display on standard error, gone when it ends; nothing where that is no terminal."""
    console = err()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar for ``total`` equal steps; call what is given once a step."""
    with new_progress() as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def print_tally(tally: Tally, title: str = "parsed", more: Iterable[tuple[str, str]] = ()) -> None:
    """The closing table, on standard error, with ``more`` rows before the files that were refused."""
    table = Table(title=title, title_justify="left", show_header=False)
    for name, count in (
        ("documents read", tally.documents),
        ("clauses", tally.clauses),
        ("noise", tally.noise),
        ("repairs", tally.repairs),
    ):
        table.add_row(name, f"{count:,}")
    for name, value in more:
        table.add_row(name, value)
    table.add_row("files refused", f"{len(tally.refused):,}")
    for name, why in tally.refused:
        table.add_row(f"  {escape(name)}", escape(why))
    err().print(table)


class BuildProgress:
    """Shows the stages of a build, one bar each; an instance is what ``build_index`` calls."""

    _NAMES: ClassVar = {
        "read": "reading files",
        "parse": "parsing documents",
        "words": "indexing words",
        "encode": "encoding clauses",
        "vectors": "indexing vectors",
        "write": "writing the index",
        "publish": "writing to Milvus",
    }

    def __init__(self) -> None:
        self._bars = new_progress()
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> BuildProgress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move a stage's bar."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(self._NAMES.get(stage, stage), total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)


def print_build(report: BuildReport) -> None:
    """The closing table of a build, on standard error."""
    tally = Tally(report.documents, report.clauses, report.noise, report.repairs)
    tally.refused = [(refusal.path.name, refusal.reason) for refusal in report.refused]
    state = "unchanged" if report.unchanged else "built"
    found = "" if report.dense == "exact" else f"; {report.recall_at_10:.1%} of the ten nearest found"
    more = (
        ("documents parsed", f"{report.parsed:,}"),
        ("passages", f"{report.passages:,}"),
        ("passages encoded", f"{report.encoded:,}"),
        ("search of vectors", f"{report.dense}{found}"),
        ("documents dropped", f"{report.dropped:,}"),
        ("seconds", f"{report.seconds:.1f}"),
    )
    print_tally(tally, f"index {report.generation}, {state}", more)


def _duty_line(duty: Responsibility) -> str:
    roles = (("lead", duty.lead), ("support", duty.support), ("shared", duty.shared))
    return "; ".join(f"{role}: {'、'.join(bodies)}" for role, bodies in roles if bodies)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT_CHARACTERS else line[: _EXCERPT_CHARACTERS - 1] + "…"


def print_document(parsed: ParsedDocument) -> None:
    """A document's metadata and its clause tree."""
    console, parts = out(), list(_document_parts(parsed))
    if console.is_terminal:
        console.print(Text.assemble(*parts))
    else:
        # Laying lines out takes rich as long as reading them takes the parser, and here nothing is laid out.
        console.file.write("".join(text for text, _ in parts) + "\n")


def _document_parts(parsed: ParsedDocument) -> Iterator[tuple[str, str]]:
    """The lines of a document, in pieces of one style each."""
    metadata = parsed.document.metadata
    yield f"{metadata.title or parsed.document.id}\n", "bold"
    region = metadata.region.name if metadata.region else None
    values = (
        ("id", parsed.document.id),
        ("issuer", metadata.issuer),
        ("number", metadata.number),
        ("issued on", metadata.issued_on),
        ("region", region),
    )
    for name, value in values:
        if value is not None:
            yield f"  {name}: {value}\n", "dim"
    for clause in parsed.clauses:
        indent = "  " * len(clause.path)
        yield f"{indent}{'/'.join(clause.path)} ", "cyan"
        yield f"[{clause.kind}] ", "dim"
        yield f"{_excerpt(clause.text)}\n", "bold" if clause.kind == "heading" else ""
        for duty in clause.responsibilities:
            yield f"{indent}  {_duty_line(duty)}\n", "green"


def print_hits(result: SearchResult) -> None:
    """Ranked clauses."""
    console = out()
    if not result.hits:
        console.print("Nothing was found.")
    for hit in result.hits:
        head = Text(f"{hit.rank}. ", style="bold")
        head.append(hit.clause.id, style="cyan")
        head.append(f"  {hit.score:.3f}", style="dim")
        console.print(head)
        if hit.clause.labels:
            console.print(Text("   " + " › ".join(_excerpt(label) for label in hit.clause.labels), style="dim"))
        console.print(Text("   " + _excerpt(hit.clause.text)))


def print_answer(answer: Answer) -> None:
    """An answer and the clauses that it rests on, the answering words marked."""
    console = out()
    console.print(Text(answer.text, style="bold" if answer.status != "not_found" else ""))
    for citation in answer.citations:
        head = Text(f"\n[{citation.n}] ", style="bold")
        head.append(citation.clause_id, style="cyan")
        described = [citation.metadata.title, citation.metadata.number, citation.metadata.issuer]
        head.append("  " + " · ".join(part for part in described if part), style="dim")
        console.print(head)
        console.print(_marked(citation.quote, citation.highlights))
    if answer.related and not answer.citations:
        near = ", ".join(clause_id for clause_id, _ in answer.related)
        console.print(Text(f"\nnear: {near}", style="dim"))


def _marked(quote: str, highlights: tuple[Span, ...]) -> Text:
    text = Text(quote)
    for start, end in highlights:
        text.stylize("reverse", start, end)
    return text
