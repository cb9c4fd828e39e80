from __future__ import annotations

import math
from itertools import product

import pytest

from corpus.plausibility import MOST_READINGS, Choices, Ending, Slot, Words, fixed, lattice_behind
from corpus.word_tree import score_text

# Places of a lattice: (characters, what taking each adds).
PLACES = [
    [("生", 0.0), ("坐", -2.0), ("性", 0.0)],
    [("产", 0.0)],
    [("安", 0.0), ("按", 0.0)],
    [("全", 0.0), ("拳", -2.0), ("泉", 0.0)],
]


def slots() -> list[Slot]:
    return [Slot(Choices([c for c, _ in place], [c for c, _ in place]), [w for _, w in place]) for place in PLACES]


def every_reading(left: str, right: str) -> list[tuple[float, str]]:
    readings = []
    for choice in product(*PLACES):
        text = left + "".join(character for character, _ in choice) + right
        readings.append((score_text(text) + sum(weight for _, weight in choice), text))
    return sorted(readings, reverse=True)


@pytest.mark.parametrize(("left", "right"), [("", ""), ("加强安全", "监督管理"), ("完善", ""), ("", "事故")])
def test_the_likeliest_readings_of_a_lattice_are_those_of_all_its_texts(left: str, right: str) -> None:
    lattice = lattice_behind(left, left, Words()).followed_by(slots())
    assert lattice is not None
    found = lattice.ended_by(Ending(right, right))
    expected = every_reading(left, right)[:MOST_READINGS]
    assert [reading[1] for reading in found] == [text for _, text in expected]
    assert [reading[0] for reading in found] == pytest.approx([score for score, _ in expected])


def test_a_lattice_is_left_only_where_no_reading_reaches_what_is_asked() -> None:
    ending = Ending("监督管理", "监督管理")
    best = every_reading("加强", "监督管理")[0][0]
    before = lattice_behind("加强", "加强", Words())
    assert before.followed_by(slots(), best - 1e-6 - ending.at_most) is not None
    assert before.followed_by(slots(), 0.0) is None


@pytest.mark.parametrize(("left", "right"), [("", ""), ("加强安全", "监督管理"), ("完善", ""), ("", "事故")])
def test_the_best_score_is_that_of_the_likeliest_reading(left: str, right: str) -> None:
    before = lattice_behind(left, left, Words())
    assert before.best_score(tuple(slots()), Ending(right, right)) == pytest.approx(every_reading(left, right)[0][0])


def test_a_text_scores_as_its_likeliest_words() -> None:
    assert score_text("有限公司") > score_text("有限") + score_text("公司")  # one word
    assert score_text("") == 0.0
    assert math.isfinite(score_text("𠮷?;A"))


def test_a_certain_slot_has_no_choice() -> None:
    assert fixed("國", "国").is_certain
    assert not slots()[0].is_certain
