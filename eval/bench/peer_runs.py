"""Install each peer into an environment of its own, run its program there, and read what it measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PROGRAMS = Path(__file__).with_name("peers")
_INSTALL_SECONDS = 1800
_RUN_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program that searches: its requirements for pip, and our program that drives it."""

    name: str
    requirements: tuple[str, ...]
    program: str


PEERS = (
    Peer("rank-bm25", ("rank-bm25==0.2.2", "numpy"), "rank_bm25_peer.py"),
    Peer("bm25s", ("bm25s==0.3.16", "numpy"), "bm25s_peer.py"),
    Peer("china-law-mcp", ("china-law-mcp==0.1.1", "numpy"), "china_law_mcp_peer.py"),
    Peer("txtai", ("txtai==9.14.0", "torch==2.13.0", "numpy"), "txtai_peer.py"),
    Peer("haystack", ("haystack-ai==3.4.0", "numpy"), "haystack_peer.py"),
    Peer("milvus-lite", ("pymilvus==3.0.2", "milvus-lite==3.2.2", "jieba==0.42.1", "numpy"), "milvus_lite_peer.py"),
)


@dataclass(frozen=True, slots=True)
class PeerResult:
    """What a peer measured.

    Attributes:
        systems: System name -> ``index_seconds``, ``query_ms``, ``takes_vectors`` and ``run``, or ``error``.
        problem: Why there is nothing, where there is nothing: the peer could not be installed or did not run.
    """

    name: str
    version: str = ""
    peak_mb: float = 0.0
    systems: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    problem: str = ""


def run_peer(
    peer: Peer, job: Path, environments: Path, *, on_step: Callable[[str], None] = lambda _step: None
) -> PeerResult:
    """Install ``peer`` below ``environments``, where it is not yet, and run it over ``job``.

    Never raises for a peer's fault: a peer that cannot be installed or fails is a result too.
    """
    on_step(f"{peer.name}: installing")
    python = environments / peer.name / "bin" / "python"
    problem = _install(peer, environments / peer.name, python)
    if problem:
        return PeerResult(peer.name, problem=f"not installed: {problem}")
    on_step(f"{peer.name}: running")
    result = job / f"{peer.name}.json"
    result.unlink(missing_ok=True)
    command = [str(python), str(_PROGRAMS / peer.program), str(job), str(result)]
    problem = _run(command, seconds=_RUN_SECONDS)
    if not result.exists():
        return PeerResult(peer.name, problem=problem or "it wrote no result")
    return read_result(peer.name, result)


def read_result(name: str, file: Path) -> PeerResult:
    """What a program wrote."""
    found = json.loads(file.read_text(encoding="utf-8"))
    return PeerResult(name, found["version"], found["peak_mb"], found["systems"])


def _install(peer: Peer, folder: Path, python: Path) -> str:
    done = folder / "installed.json"
    if done.exists() and json.loads(done.read_text(encoding="utf-8")) == list(peer.requirements):
        return ""
    problem = _run([sys.executable, "-m", "venv", "--clear", str(folder)], seconds=120) or _run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.requirements],
        seconds=_INSTALL_SECONDS,
    )
    if not problem:
        done.write_text(json.dumps(list(peer.requirements)), encoding="utf-8")
    return problem


def _run(command: Sequence[str], *, seconds: int) -> str:
    """Run to the end; the last line of what it complained about, empty where it did not."""
    # Peers phone home or look for models unless told not to.
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "PYTHONPATH": ""}
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds, env=environment)  # noqa: S603
    except subprocess.CalledProcessError as error:
        lines = [line for line in (error.stderr or "").splitlines() if line.strip()]
        return lines[-1].strip()[:300] if lines else f"status {error.returncode}"
    except subprocess.TimeoutExpired:
        return f"stopped after {seconds} s"
    except OSError as error:
        return str(error)
    return ""
