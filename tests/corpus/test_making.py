"""What makes frozen records quickly makes the same records."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from corpus.making import maker_of
from corpus.model import Clause, Noise

_make_clause = maker_of(Clause)
_CLAUSE = ("d/一", "d", ("一",), ("一、总则",), "clause", "一、总则", (0, 4), (0, 4))


def test_a_made_record_is_one_of_its_class() -> None:
    made = _make_clause(*_CLAUSE, parts=(("date", (0, 4)),))
    expected = Clause(*_CLAUSE, parts=(("date", (0, 4)),))
    assert (type(made), made, hash(made)) == (Clause, expected, hash(expected))


def test_a_made_record_is_frozen() -> None:
    noise = maker_of(Noise)((0, 2), "首页", "navigation")
    with pytest.raises(FrozenInstanceError):
        noise.reason = "share"  # type: ignore[misc]


def test_a_made_record_is_copied_and_pickled_as_any_other() -> None:
    made = _make_clause(*_CLAUSE)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - its own bytes
    assert replace(made, text="二") == replace(Clause(*_CLAUSE), text="二")


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(TypeError):
        _make_clause("d/一")  # type: ignore[call-arg]
