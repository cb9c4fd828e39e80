from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import DatasetError
from eval.clauses import Ratio, compare_units, read_units


def gold_line(*path: str, text: str, kind: str = "clause", **roles: list[str]) -> dict[str, Any]:
    return {"document_id": "d", "path": list(path), "kind": kind, "text": text, "role_rule": "none", **roles}


GOLD = [
    gold_line("一", text="一、目标", kind="heading"),
    gold_line("一", "1", text="1.加强监管。(质监局牵头,公安局配合)", lead=["质监局"], support=["公安局"]),
    gold_line("一", "2", text="2.完善标准。"),
]


def scored(write_lines: Callable[..., Path], gold: list[dict[str, Any]], parsed: list[dict[str, Any]]) -> Any:
    return compare_units(
        read_units(write_lines(*gold, name="gold.jsonl")), read_units(write_lines(*parsed, name="parsed.jsonl"))
    )


def test_script_width_punctuation_and_blanks_make_no_difference(write_lines: Callable[..., Path]) -> None:
    parsed = [
        {"document_id": "d", "title": "計劃", "noise": []},
        gold_line("一", text="一、目 標", kind="heading"),
        gold_line("一", "1", text="1.加強監管。\n(質監局牽頭，公安局配合)", lead=["質監局"], support=["公安局"]),
        gold_line("一", "2", text="2. 完善標準"),
    ]
    scores = scored(write_lines, GOLD, parsed)
    assert scores.units == Ratio(2, 2, 2)
    assert scores.duties == Ratio(1, 1, 1)
    assert scores.clauses_with_exact_duties == (2, 2)
    assert scores.wrong == ()


def test_counts_misses_and_surplus(write_lines: Callable[..., Path]) -> None:
    parsed = [
        gold_line("一", "1", text="1.加强监督。", lead=["质监局"]),
        gold_line("一", "2", text="2.完善标准。", shared=["公安局"]),
        gold_line("一", "3", text="3.多出来的。"),
        {**gold_line("一", "1", text="别的文件"), "document_id": "other"},
    ]
    scores = scored(write_lines, GOLD, parsed)
    assert scores.units == Ratio(1, 3, 2)
    assert scores.units.precision == 1 / 3
    assert scores.units.recall == 1 / 2
    assert scores.duties == Ratio(0, 2, 1)
    assert scores.clauses_with_exact_duties == (0, 2)
    assert any("not in the gold: d/一/3" in line for line in scores.wrong)


def test_several_duties_of_one_clause_are_compared_one_by_one(write_lines: Callable[..., Path]) -> None:
    duties = [{"text_span": "甲事", "lead": ["甲局"]}, {"text_span": "乙事", "lead": ["乙局"], "support": ["丙局"]}]
    gold = [{**gold_line("1", text="两件事"), "role_rule": "multi", "responsibilities": duties}]
    parsed = [{**gold_line("1", text="两件事"), "responsibilities": [duties[1], {"lead": [], "shared": ["甲局"]}]}]
    scores = scored(write_lines, gold, parsed)
    assert scores.duties == Ratio(1, 2, 2)
    assert scores.clauses_with_exact_duties == (0, 1)


def test_a_document_without_a_parse_is_named(write_lines: Callable[..., Path]) -> None:
    parsed = [{**gold_line("一", "1", text="别的文件"), "document_id": "other"}]
    scores = scored(write_lines, GOLD, parsed)
    assert scores.missing_documents == ("d",)
    assert scores.units == Ratio(0, 0, 2)


def test_a_bad_line_is_named(write_lines: Callable[..., Path]) -> None:
    path = write_lines(GOLD[0], {**GOLD[1], "path": "一/1"}, name="bad.jsonl")
    with pytest.raises(DatasetError, match=r"bad\.jsonl:2: path is no list"):
        read_units(path)
