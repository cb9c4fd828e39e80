"""The shipped gate over the shipped documents: it passes, and it notices what ought to be noticed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.cli import main
from eval.datasets import SHIPPED_DOCUMENTS
from indexer.build import build_index
from indexer.encoder import open_encoder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    build_index([SHIPPED_DOCUMENTS], data, encoder=open_encoder())
    return data


def check(index: Path) -> int:
    try:
        main(["check", "--data", str(index)])
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


def failed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if "WORSE" in line]


def test_the_gate_passes(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (check(index), failed(capsys)) == (0, [])


@pytest.mark.parametrize("kept", ["bm25", "cosine"])
def test_the_gate_fails_without_fusion(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept: str
) -> None:
    def one_side(candidates: Any, _lexical_share: float) -> Any:
        return np.asarray(getattr(candidates, kept), dtype=np.float64)

    monkeypatch.setattr("service.finding.fuse", one_side)
    monkeypatch.setattr("eval.systems.fuse", one_side)
    assert check(index) == 1
    assert any("hybrid " in line for line in failed(capsys))


def test_the_gate_fails_without_the_region_filter(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def everywhere(*_arguments: Any, **_options: Any) -> Sequence[int] | None:
        return None

    monkeypatch.setattr("service.engine.Engine._rows", everywhere)
    assert check(index) == 1
    assert any("wrong_region" in line for line in failed(capsys))
