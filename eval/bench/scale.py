"""What search costs by size: latency by stage, memory, start, building, disk and load, with other programs beside it.

``python -m eval.bench.scale DOCUMENTS --sizes 250,29000,100000,1000000`` indexes the texts, makes an index of each size
of that (``eval.bench.scale_index``) and measures one after the other, each system in a process of its own. It writes
``scale.md``, ``scale.json`` and a chart each of latency, memory and disk to ``--out``. No question is asked twice of
the same process, and the vectors of questions are not kept.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console

from corpus.errors import InputError, TiaowenError
from eval.bench import scale_table
from eval.bench.load import Load, put_load
from eval.bench.peer_runs import PEERS, run_peer
from eval.bench.scale_index import SizedIndex, make_index
from eval.bench.scale_worker import share_out
from eval.bench.side_by_side import check_peers
from eval.bench.speed import BenchError, make_questions, open_service
from eval.bench.statutes import write_job
from eval.datasets import read_lines
from indexer.encoder import DEFAULT_ENCODER, open_encoder
from indexer.generations import open_current

CLIENTS = (1, 8, 32)
MOST_QUESTIONS = 200
MOST_FOR_PEERS = 100_000
"""Passages up to which the programs that keep everything in memory as Python objects are run."""

_PEER_QUESTIONS = 50
_FEWEST_QUESTIONS = 30
_MADE_QUESTIONS = 3 * MOST_QUESTIONS + 1
_STOPPED_AFTER_S = 3600


@dataclass(frozen=True, slots=True)
class System:
    """What one system did over one index.

    Attributes:
        name: ``tiaowen`` or another program.
        version: Of another program.
        ready_s: From the start of its process to the end of its first search; ``None`` where that is not measured.
        query_ms: Of each query, its encoding apart.
        index_s: What building its index took, where it builds one.
        resident_mb: Of its process after all queries.
        detail: Ours: ``stages``, ``search_ms``, ``answer_ms``, ``answered``, ``own_mb``.
        problem: Why there are no figures.
    """

    name: str
    ready_s: float | None = None
    query_ms: tuple[float, ...] = ()
    index_s: float | None = None
    resident_mb: float = float("nan")
    version: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Size:
    """All that was measured over one index, our own system first."""

    index: SizedIndex
    systems: tuple[System, ...]
    loads: tuple[Load, ...]


def run_system(system: str, index: Path, job: Path) -> System:
    """Measure one system of ``eval.bench.scale_worker`` in a new process.

    Raises:
        BenchError: If it fails; with what it said.
    """
    result = job / f"{system}.json"
    result.unlink(missing_ok=True)
    command = [sys.executable, "-m", "eval.bench.scale_worker", system, str(index), str(job)]
    # A file and not a pipe: a pipe that nobody reads fills up.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as messages:
        started = perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=messages, text=True) as process:  # noqa: S603 - our program
            assert process.stdout is not None  # noqa: S101 - asked for above
            process.stdout.readline()
            ready_s = perf_counter() - started
            try:
                status = process.wait(_STOPPED_AFTER_S)
            except subprocess.TimeoutExpired:
                process.kill()
                status = process.wait()
        messages.seek(0)
        said = messages.read().strip()
    if status or not result.exists():
        raise BenchError(f"{system} ended with {status}: {said.splitlines()[-1] if said else 'it said nothing'}")
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    query_ms = found.pop("query_ms") if "query_ms" in found else found["stages"]["total"]
    index_s = found.pop("index_seconds", None)
    return System(system, ready_s, tuple(query_ms), index_s, found.pop("resident_mb"), detail=found)


def measure_size(
    base: Path,
    wanted: int,
    questions: Sequence[str],
    *,
    peers: Sequence[str],
    environments: Path,
    clients: Sequence[int],
) -> Size:
    """Make an index of one size and measure everything over it.

    Args:
        base: Data folder with the index that it is made of; the new one goes to ``sizes`` in it.
        wanted: Passages.
        questions: Different ones; the more the better, up to ``3 * MOST_QUESTIONS + 1``.
        peers: Names of ``eval.bench.peer_runs.PEERS`` to run beside FAISS and rank-bm25.
        environments: Folder of the peers' environments.
        clients: How many ask over HTTP at once, one measurement for each.

    Raises:
        BenchError: If our own system fails.
    """
    _say(f"{wanted} passages: making the index …")
    index = make_index(base, wanted, base / "sizes" / str(wanted))
    with tempfile.TemporaryDirectory() as name:
        job = Path(name)
        given = {"questions": list(questions), "most": MOST_QUESTIONS}
        (job / "questions.json").write_text(json.dumps(given), encoding="utf-8")
        systems = []
        for system in ("tiaowen", "faiss", *(["rank-bm25"] if index.passages <= MOST_FOR_PEERS else [])):
            _say(f"{wanted} passages: {system} …")
            systems.append(run_system(system, index.folder, job))
        if peers and index.passages <= MOST_FOR_PEERS:
            systems += _run_peers(index.folder, job / "peers", questions[:_PEER_QUESTIONS], peers, environments)
    loads: list[Load] = []
    if index.real == index.passages and clients:
        _say(f"{wanted} passages: answers over HTTP …")
        first, *others = questions
        with open_service(index.folder) as address:
            put_load(address, [first, *others[:1]], 1)
            for count, asked in zip(clients, share_out(others[1:], len(clients), MOST_QUESTIONS), strict=True):
                loads.append(put_load(address, asked, count))
    return Size(index, tuple(systems), tuple(loads))


def _run_peers(
    data: Path, job: Path, questions: Sequence[str], names: Sequence[str], environments: Path
) -> list[System]:
    """The other programs over the same passages, words and vectors; a program that fails is listed."""
    encoder = open_encoder(data=data)
    with closing(open_current(data, encoder=encoder)) as generation:
        write_job(job, generation, {f"q{number}": text for number, text in enumerate(questions)}, encoder)
    found = []
    for peer in PEERS:
        if peer.name not in names:
            continue
        result = run_peer(peer, job, environments, on_step=_say)
        if result.problem:
            found.append(System(peer.name, problem=result.problem))
        for name, system in result.systems.items():
            if "error" in system:
                found.append(System(name, version=result.version, problem=f"failed: {system['error']}"))
                continue
            times, seconds = tuple(system["query_ms"]), system["index_seconds"]
            found.append(System(name, None, times, seconds, result.peak_mb, result.version))
    return found


def index_documents(documents: Path, data: Path) -> str:
    """Have ``data`` hold an index of the documents, and say what that took."""
    pointer = data / "CURRENT"
    before = pointer.read_bytes() if pointer.exists() else b""
    with tempfile.TemporaryDirectory() as name:
        result = Path(name) / "build.json"
        command = [sys.executable, "-m", "eval.bench.own", "build", str(documents), str(data), str(result)]
        # What it says on standard error is for the person who waits.
        done = subprocess.run([*command, DEFAULT_ENCODER], check=False)  # noqa: S603 - our own program
        if done.returncode:
            raise BenchError(f"indexing {documents} ended with status {done.returncode}")
        built = json.loads(result.read_text(encoding="utf-8"))
    held = f"{built['documents']} documents with {built['passages']} passages"
    if pointer.read_bytes() == before:
        return f"{held}; their index was there already."
    rate = built["passages"] / built["seconds"]
    return (
        f"{held}, indexed in {built['seconds']:.1f} s without encoding ({rate:.0f} passages a second), "
        f"{built['encoded']} of them encoded, at most {built['peak_mb']:.0f} MB in memory."
    )


def read_questions(path: Path | None) -> list[str]:
    """Questions from a JSON Lines file with ``text``, each once; those of ``eval.bench.speed`` without a file.

    Raises:
        DatasetError: If the file cannot be read.
        InputError: If it holds too few.
    """
    if path is None:
        return make_questions(_MADE_QUESTIONS)
    texts = list(dict.fromkeys(str(record.get("text", "")).strip() for _, record in read_lines(path)))
    texts = [text for text in texts if text]
    if len(texts) < _FEWEST_QUESTIONS:
        fault = f"{path} holds {len(texts)} questions."
        raise InputError(fault, f'Give {_FEWEST_QUESTIONS} or more, each a line {{"text": "…"}}.')
    return texts


def parse_numbers(text: str) -> tuple[int, ...]:
    """Positive numbers separated by commas, in order, each once; ``29_000`` is read too.

    Raises:
        InputError: For anything else.
    """
    try:
        numbers = sorted({int(part) for part in text.split(",")})
    except ValueError:
        numbers = [0]
    if numbers[0] < 1:
        raise InputError(f"{text!r} is no list of numbers.", "Separate numbers above 0 by commas: 250,29000.")
    return tuple(numbers)


def write_results(sizes: Sequence[Size], about: str, out: Path) -> str:
    """Write the table, the figures and the charts to ``out``; returns the table."""
    out.mkdir(parents=True, exist_ok=True)
    table = scale_table.to_markdown(sizes, about)
    (out / "scale.md").write_text(table, encoding="utf-8")
    (out / "scale.json").write_text(json.dumps([asdict(size) for size in sizes], default=str), encoding="utf-8")
    for name, chart in scale_table.draw(sizes).items():
        (out / f"{name}.svg").write_text(chart, encoding="utf-8")
    return table


def _say(step: str) -> None:
    Console(stderr=True).print(step)


def _run(options: argparse.Namespace, data: Path) -> str:
    peers = check_peers([name for name in options.peers.split(",") if name])
    questions = read_questions(options.questions)
    wanted, clients = parse_numbers(options.sizes), parse_numbers(options.clients)
    _say(f"indexing {options.documents} …")
    about = index_documents(options.documents, data)
    sizes: list[Size] = []
    for number in wanted:
        sizes.append(measure_size(data, number, questions, peers=peers, environments=data / "peers", clients=clients))
        table = write_results(sizes, about, options.out)  # so that what is measured stays if a larger size fails
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size, print the table, and write it with its charts."""
    shipped = Path(__file__).parents[2] / "corpus" / "documents"
    parser = argparse.ArgumentParser(description="What search costs by size.")
    parser.add_argument("documents", type=Path, nargs="?", default=shipped, help="texts (default: the shipped ones)")
    parser.add_argument("--sizes", default="250,29000,100000", help="passages, by commas (default: %(default)s)")
    parser.add_argument("--data", type=Path, help="keeps the indices (default: a temporary folder)")
    parser.add_argument("--out", type=Path, default=Path("eval-runs/scale"), help="default: %(default)s")
    parser.add_argument("--questions", type=Path, help="JSON Lines with text (default: made of forms)")
    parser.add_argument("--clients", default=",".join(map(str, CLIENTS)), help="at once (default: %(default)s)")
    parser.add_argument("--peers", default="", help=f"by commas, of {', '.join(peer.name for peer in PEERS)}")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as name:
            table = _run(options, options.data or Path(name))
    except (BenchError, TiaowenError) as error:
        _say(str(error))
        sys.exit(1)
    print(table)


if __name__ == "__main__":
    main()
