"""The parser against clause trees that were drawn by hand (see ``tests/fixtures/clauses/README.md``)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from corpus.folding import fold_for_comparison
from corpus.reading import read_file
from indexer.parsing import parse_document

FOLDER = Path(__file__).parent.parent / "fixtures" / "clauses"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))

Unit = tuple[tuple[str, ...], str, str]


@cache
def expected(name: str) -> list[dict]:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["units"]


@cache
def parsed(name: str):
    return parse_document(read_file(FOLDER / f"{name}.txt")).clauses


def optional(name: str) -> set[Unit]:
    return {unit(entry["path"], entry["kind"], entry["text"]) for entry in expected(name) if entry.get("optional")}


def unit(path, kind, text) -> Unit:
    return tuple(path), kind, fold_for_comparison(text)


def test_every_text_has_its_tree():
    assert len(NAMES) >= 24
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_tree_covers_its_text_in_order(name):
    """Guards the fixtures themselves: each unit's text stands in the source, after the one before it."""
    source = (FOLDER / f"{name}.txt").read_text("utf-8")
    position = 0
    for entry in expected(name):
        position = source.index(entry["text"], position) + len(entry["text"])


@pytest.mark.parametrize("name", NAMES)
def test_line_ends_of_windows_change_no_tree(name, tmp_path):
    path = tmp_path / f"{name}.txt"
    path.write_bytes((FOLDER / f"{name}.txt").read_bytes().replace(b"\n", b"\r\n"))
    found = [unit(clause.path, clause.kind, clause.text) for clause in parse_document(read_file(path)).clauses]
    assert found == [unit(clause.path, clause.kind, clause.text) for clause in parsed(name)]


@pytest.mark.parametrize(
    "name", [name for name in NAMES if "contents" in name or "pages-of" in name or "boxes" in name]
)
def test_indents_of_a_page_change_no_tree(name, tmp_path):
    path = tmp_path / f"{name}.txt"
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    path.write_text("\n".join("\xa0\xa0" + line if line else line for line in lines), "utf-8")
    found = [unit(clause.path, clause.kind, clause.text) for clause in parse_document(read_file(path)).clauses]
    assert found == [unit(clause.path, clause.kind, clause.text) for clause in parsed(name)]


@pytest.mark.parametrize("name", NAMES)
def test_units_are_those_of_the_reader(name):
    drawn = [unit(entry["path"], entry["kind"], entry["text"]) for entry in expected(name)]
    found = [unit(clause.path, clause.kind, clause.text) for clause in parsed(name)]
    loose = optional(name)
    assert [u for u in found if u not in loose] == [u for u in drawn if u not in loose]


@pytest.mark.parametrize("name", NAMES)
def test_duties_are_those_of_the_reader(name):
    drawn = {
        tuple(entry["path"]): [(d["lead"], d["support"], d["shared"]) for d in entry["responsibilities"]]
        for entry in expected(name)
        if "responsibilities" in entry
    }
    found = {
        clause.path: [([*d.lead], [*d.support], [*d.shared]) for d in clause.responsibilities]
        for clause in parsed(name)
        if clause.responsibilities
    }
    assert found == drawn
