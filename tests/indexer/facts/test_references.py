from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.facts.references import extract_references

GOLDEN = Path(__file__).parents[2] / "fixtures" / "facts" / "references.jsonl"
CASES = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
WORDS = st.sampled_from(
    [*"《》〈〉()〔〕,。\n号令第", "根据", "贯彻", "国发〔2014〕18号", "国务院令第5号", "办法", "同时废止"]
)


@pytest.mark.parametrize("case", CASES, ids=[case["form"] for case in CASES])
def test_written_forms(one_clause, case):
    document, units = one_clause(case["text"], number=case.get("own_number"))
    found = extract_references(document, units)[0]
    got = [{"title": r.title, "number": r.number, "issuer": r.issuer, "role": r.role} for r in found]
    expected = case["references"]
    assert len(expected) == len(got)
    assert expected == [{key: one[key] for key in wanted} for one, wanted in zip(got, expected, strict=True)]


def test_there_are_twenty_five_forms_that_match():
    assert len({case["form"] for case in CASES if case["references"]}) >= 25


@pytest.mark.parametrize("text", ["《》", "《 》", "《\n》"])
def test_brackets_around_nothing_cite_nothing(one_clause, text):
    document, units = one_clause(text)
    assert extract_references(document, units) == [()]


@given(st.lists(WORDS, max_size=25).map("".join) | st.text(max_size=80))
def test_spans_slice_back_to_their_words(one_clause, unbroken, text):
    document, units = one_clause(text or " ")
    for reference in extract_references(document, units)[0]:
        assert unbroken(document.clean.raw[slice(*reference.span)]) == unbroken(reference.text)
        assert reference.title or reference.number
