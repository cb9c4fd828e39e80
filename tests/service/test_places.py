from __future__ import annotations

import numpy as np
import pytest

from corpus.regions import find_regions, resolve
from indexer.backends.base import In
from service.engine import Engine
from service.places import rows_naming


@pytest.mark.parametrize("name", ["江苏", "成都", "昆明市", "四川省", "牙克石市"])
def test_the_clauses_that_name_a_place_are_those_that_reading_all_would_find(provinces: Engine, name: str) -> None:
    region = resolve(name)
    assert region is not None
    index = provinces.generation
    clauses = index.store.clauses_of_rows(np.arange(len(index.rows)))
    naming = [
        row
        for row, clause in enumerate(clauses)
        if any(mention.region == region for mention in find_regions(clause.text))
    ]

    assert bool(naming) == (name != "牙克石市")
    assert rows_naming(index, region, None) == naming


def test_only_allowed_rows_are_looked_at(provinces: Engine) -> None:
    region = resolve("江苏")
    assert region is not None
    every = rows_naming(provinces.generation, region, None)
    document_id = provinces.generation.rows.document_ids[0]
    allowed = provinces.generation.rows.where(In("document_id", frozenset({document_id})))
    assert allowed is not None

    assert rows_naming(provinces.generation, region, allowed) == [row for row in every if allowed.mask[row]]
