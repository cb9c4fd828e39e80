"""Pool what several runs returned, and let a person judge it: the qrels grow."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.datasets import Qrels, read_qrels
from eval.experiment import Results
from eval.measures import ranked
from eval.runs import escape

GRADES = {"2": "answers the question", "1": "related, and no answer", "0": "beside the point"}
SKIP, QUIT = "s", "q"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that some run returned for a question, not yet judged. ``document`` is its id as in a qrels file."""

    query: str
    question: str
    document: str
    text: str


def pool(results: Sequence[Results], judged: Qrels, *, depth: int = 10, seed: int = 0) -> list[Candidate]:
    """What the runs returned first, without what is judged already.

    The order within a question is drawn by lot, so that the judge does not see which system ranked a clause where.

    Args:
        results: Runs over the same questions.
        judged: With escaped ids, as in a qrels file.
        depth: Clauses taken from each ranking.
        seed: Of the order.
    """
    questions: dict[str, str] = {}
    texts: dict[str, str] = {}
    found: dict[str, dict[str, None]] = {}
    for result in results:
        questions.update(result.queries)
        texts.update(result.texts)
        for score in result.scores:
            texts.update({c.clause_id: c.quote for c in score.answer.citations if c.clause_id not in texts})
            found.setdefault(score.question.id, {}).update(dict.fromkeys(score.answer.found[:depth]))
        for system in result.systems.values():
            for query, ranking in system.run.items():
                found.setdefault(query, {}).update(dict.fromkeys(ranked(ranking)[:depth]))
    lot = random.Random(seed)  # noqa: S311 - an order, not a secret
    candidates = []
    for query, clause_ids in found.items():
        open_ids = [i for i in clause_ids if escape(i) not in judged.get(escape(query), {})]
        lot.shuffle(open_ids)
        candidates += [Candidate(query, questions.get(query, query), i, texts.get(i, "")) for i in open_ids]
    return candidates


def read_judged(path: Path) -> Mapping[str, Mapping[str, int]]:
    """The judgements of a qrels file; none where it is not there yet."""
    return read_qrels(path) if path.exists() and path.read_text(encoding="utf-8").strip() else {}


def judge(
    candidates: Iterable[Candidate], path: Path, ask: Callable[[Candidate], str]
) -> Iterator[tuple[Candidate, int]]:
    """Ask about each candidate and append the grade to a qrels file at once, so that nothing is lost.

    Args:
        candidates: See ``pool``.
        path: A TREC qrels file; made where it is missing.
        ask: Gives a key of ``GRADES``, ``SKIP`` or ``QUIT``.

    Yields:
        Each judgement, after it was written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        for candidate in candidates:
            reply = ask(candidate)
            if reply == QUIT:
                return
            if reply in GRADES:
                out.write(f"{escape(candidate.query)} 0 {escape(candidate.document)} {reply}\n")
                out.flush()
                yield candidate, int(reply)
