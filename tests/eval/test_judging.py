from __future__ import annotations

from pathlib import Path

from eval.datasets import read_qrels
from eval.experiment import Results, SystemResult
from eval.judging import judge, pool, read_judged

RANKING = {"d/一/1": 3.0, "d/一/2": 2.0, "d x/一/3": 1.0}
RESULTS = Results(
    {}, {"q": "谁牵头?"}, {}, systems={"bm25": SystemResult({"q": RANKING}, {})}, texts={"d/一/1": "质监部门牵头"}
)


def test_judgements_are_written_at_once_and_not_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "pool.qrels"
    replies = iter(["2", "s", "q"])
    written = list(judge(pool([RESULTS], read_judged(path), seed=1), path, lambda _candidate: next(replies)))
    assert len(written) == 1
    left = pool([RESULTS], read_judged(path), seed=1)
    assert len(left) == 2
    assert written[0][0].document not in {candidate.document for candidate in left}
    list(judge(left, path, lambda candidate: "1" if " " in candidate.document else "0"))
    assert pool([RESULTS], read_judged(path)) == []
    assert sorted(read_qrels(path)["q"]) == ["d%20x/一/3", "d/一/1", "d/一/2"]


def test_the_pool_takes_each_clause_once_to_its_depth() -> None:
    assert {c.document for c in pool([RESULTS, RESULTS], {}, depth=2)} == {"d/一/1", "d/一/2"}
    (first,) = [c for c in pool([RESULTS], {}) if c.document == "d/一/1"]
    assert (first.question, first.text) == ("谁牵头?", "质监部门牵头")
