from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import DatasetError
from eval.cli import BASELINES
from eval.experiment import Results, SystemResult
from eval.gate import check, read_baselines

ENTRY = """\
- command: tiaowen-eval run questions --systems bm25
  expect:
    bm25 nDCG@10: {value: 0.5, tolerance: 0.02}
"""


def results(value: float) -> Results:
    system = SystemResult({}, {"nDCG@10": {"q": value}})
    return Results({}, {"q": "…"}, {"q": {"a": 1}}, systems={"bm25": system})


@pytest.fixture
def baselines(tmp_path: Path) -> Path:
    path = tmp_path / "baselines.yaml"
    path.write_text(ENTRY, encoding="utf-8")
    return path


@pytest.mark.parametrize(("got", "passed"), [(0.6, True), (0.5, True), (0.48, True), (0.4799, False)])
def test_a_figure_may_fall_by_its_tolerance_and_no_more(baselines: Path, got: float, passed: bool) -> None:
    asked: list[list[str]] = []

    def rerun(arguments: list[str]) -> Results:
        asked.append(arguments)
        return results(got)

    (verdict,) = check(read_baselines(baselines), rerun)
    assert verdict.passed is passed
    assert verdict.got == got
    assert asked == [["run", "questions", "--systems", "bm25"]]


def test_a_figure_that_the_run_does_not_have_fails(baselines: Path) -> None:
    baselines.write_text(ENTRY.replace("bm25 nDCG", "dense nDCG"), encoding="utf-8")
    (verdict,) = check(read_baselines(baselines), lambda _: results(1.0))
    assert (verdict.got, verdict.passed) == (None, False)


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        (ENTRY.replace("nDCG@10", "P@10"), 3, "unknown measure 'P@10'"),
        (ENTRY.replace("bm25 nDCG@10", "accuracy"), 3, "unknown figure 'accuracy'"),
        (ENTRY.replace("value: 0.5", "value: high"), 3, "value is missing or no number"),
        (ENTRY.replace(", tolerance: 0.02", ""), 3, "tolerance is missing"),
        (ENTRY.replace("tiaowen-eval run", "rm -r"), 1, "no command that begins with"),
        (ENTRY + "  colour: red\n", 1, "unknown keys colour"),
        ("command: tiaowen-eval run\n", 1, "no list of commands"),
        (ENTRY + "- [", 4, "no YAML"),
    ],
)
def test_a_bad_entry_is_named_with_its_line(baselines: Path, text: str, line: int, fault: str) -> None:
    baselines.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=fault) as caught:
        read_baselines(baselines)
    assert str(caught.value).startswith(f"{baselines}:{line}")
    assert caught.value.mend


def test_the_shipped_baselines_can_be_read() -> None:
    assert all(baseline.expectations for baseline in read_baselines(BASELINES))
