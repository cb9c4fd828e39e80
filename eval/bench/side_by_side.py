"""Our systems and the peers over the same passages and questions, in one run and one table."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError, TiaowenError
from eval.bench.peer_runs import PEERS, PeerResult, read_result, run_peer
from eval.bench.statutes import Statutes, articles_of_run, write_job
from eval.measures import mean, measure_queries, parse_measure, percentile
from indexer.encoder import open_encoder
from indexer.generations import open_current

MEASURES = ("nDCG@10", "RR@10", "R@10", "R@100", "Success@1")
_OWN = "tiaowen"
_PROBE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``problem`` stands in place of the figures where there are none.

    Attributes:
        values: Measure -> mean over the queries.
        index_seconds: Encoding apart.
        p50_ms, p95_ms: One query, its encoding included.
        peak_mb: Of the process that searched.
    """

    system: str
    version: str
    values: Mapping[str, float]
    index_seconds: float
    p50_ms: float
    p95_ms: float
    peak_mb: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The table, and what it was made of."""

    rows: tuple[Row, ...]
    documents: int
    passages: int
    queries: int
    encoded: int
    build_peak_mb: float


def check_peers(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once.

    Raises:
        InputError: For an unknown one.
    """
    known = [peer.name for peer in PEERS]
    for name in names:
        if name not in known:
            raise InputError(f"unknown peer {name!r}.", f"Known are {', '.join(known)}.")
    return tuple(dict.fromkeys(names))


def run_side_by_side(
    statutes: Statutes,
    folder: Path,
    *,
    encoder: str,
    peers: Sequence[str],
    on_step: Callable[[str], None] = lambda _step: None,
) -> SideBySide:
    """Build our index, then put every query to our systems and to each peer.

    Args:
        statutes: Documents, queries and judgements.
        folder: Keeps former generations, whose vectors are used again, the peers' environments and every run.
        encoder: Of passages and queries; every system that takes vectors gets these.
        peers: Names of ``PEERS``.
        on_step: Called with what is being done.

    Raises:
        TiaowenError: If our own index cannot be built or searched.
    """
    data, job = folder / "data", folder / "job"
    # Without a generation that serves all is made from nothing, so that the time is that of a whole build; vectors are
    # found in the generations that are there.
    (data / "CURRENT").unlink(missing_ok=True)
    job.mkdir(parents=True, exist_ok=True)
    on_step("tiaowen: building the index")
    built = _own("build", statutes.documents, data, job / "build.json", encoder)
    on_step("writing the passages for the peers")
    model = open_encoder(encoder)
    generation = open_current(data, encoder=model)
    try:
        passages = write_job(job, generation, statutes.queries, model)
    finally:
        generation.close()
    encode_ms = _encode_ms(model, statutes)
    on_step("tiaowen: searching")
    searched = _own("search", job, data, job / f"{_OWN}.json", encoder)
    own = read_result(_OWN, job / f"{_OWN}.json")
    rows = rows_of(own, statutes, 0.0, index_seconds=float(built["seconds"]))
    for peer in PEERS:
        if peer.name in peers:
            result = run_peer(peer, job, folder / "peers", on_step=on_step)
            rows += rows_of(result, statutes, encode_ms)
    return SideBySide(
        tuple(rows),
        int(built["documents"]),
        passages,
        len(statutes.queries),
        int(built["encoded"]),
        max(float(built["peak_mb"]), float(searched["peak_mb"])),
    )


def _own(step: str, source: Path, data: Path, result: Path, encoder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "eval.bench.own", step, str(source), str(data), str(result), encoder]
    # What it says on standard error is for the person who waits; a build may take long.
    done = subprocess.run(command, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise TiaowenError(f"our own {step} ended with status {done.returncode}.", "See what it printed above.")
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found


def _encode_ms(model: Any, statutes: Statutes) -> float:
    """Milliseconds that encoding one query takes, in the middle."""
    times = []
    for text in list(statutes.queries.values())[:_PROBE]:
        started = time.perf_counter()
        model.encode_queries([text])
        times.append((time.perf_counter() - started) * 1000)
    return percentile(times, 0.5)


def rows_of(
    result: PeerResult, statutes: Statutes, encode_ms: float, *, index_seconds: float | None = None
) -> list[Row]:
    """The lines of one program. A peer that is given vectors is charged what encoding a query takes."""
    nan = float("nan")
    if result.problem:
        return [Row(result.name, "", {}, nan, nan, nan, nan, result.problem)]
    rows = []
    for name, system in result.systems.items():
        if "error" in system:
            rows.append(Row(name, result.version, {}, nan, nan, nan, nan, f"failed: {system['error']}"))
            continue
        measures = [parse_measure(measure) for measure in MEASURES]
        # A slow system may not have come to all questions; its figures are over those that it answered.
        judged = {query: grades for query, grades in statutes.qrels.items() if query in system["run"]}
        values = measure_queries(judged, articles_of_run(system["run"]), measures)
        times = [t + (encode_ms if system["takes_vectors"] else 0.0) for t in system["query_ms"]]
        rows.append(
            Row(
                name if len(judged) == len(statutes.queries) else f"{name} ({len(judged)} questions)",
                result.version,
                {measure: mean(list(by_query.values())) for measure, by_query in values.items()},
                index_seconds if index_seconds is not None else float(system["index_seconds"]),
                percentile(times, 0.5),
                percentile(times, 0.95),
                result.peak_mb,
            )
        )
    return rows


def to_markdown(found: SideBySide) -> str:
    """The table as Markdown, with a line that says what was measured."""
    head = ["system", "version", *MEASURES, "index s", "p50 ms", "p95 ms", "peak MB"]
    lines = [
        f"{found.documents} documents, {found.passages} passages, {found.queries} questions. Index time leaves out the "
        "encoding of passages, which is the same for all; query times include the encoding of the query. "
        "Peak memory is that of the process that searches; systems of one program share it.",
        "",
        f"| {' | '.join(head)} |",
        f"| --- | --- |{' ---: |' * (len(head) - 2)}",
    ]
    for row in found.rows:
        if row.problem:
            lines.append(f"| {row.system} | {row.version} | {row.problem.replace('|', '/')} |")
            continue
        cells = [
            row.system,
            row.version,
            *(f"{row.values[measure]:.3f}" for measure in MEASURES),
            f"{row.index_seconds:.1f}",
            f"{row.p50_ms:.1f}",
            f"{row.p95_ms:.1f}",
            f"{row.peak_mb:.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
