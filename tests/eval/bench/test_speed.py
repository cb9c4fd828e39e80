from __future__ import annotations

import pytest

from eval.bench import speed


def test_every_question_is_asked_once():
    questions = speed.make_questions(speed.QUESTIONS + 1)
    assert len(set(questions)) == speed.QUESTIONS + 1
    assert questions == speed.make_questions(speed.QUESTIONS + 1)


def test_more_questions_than_there_are():
    with pytest.raises(ValueError, match="can be made"):
        speed.make_questions(10_000)


def test_percentile():
    assert speed.percentile(list(range(101)), 50) == 50
    assert speed.percentile(list(range(101)), 95) == 95


def test_a_missed_bar_is_marked(capsys):
    speed.print_figures([speed.Figure("slow", 3, "s", 2), speed.Figure("fast", 1, "s", 2)])
    lines = {line.split()[1]: line for line in capsys.readouterr().out.splitlines() if " s " in line}
    assert ("missed" in lines["slow"], "missed" in lines["fast"]) == (True, False)


@pytest.mark.slow
def test_a_service_that_does_not_come_up_says_why(tmp_path):
    with pytest.raises(speed.BenchError, match="There is no index"):
        speed.measure_answers(tmp_path)


@pytest.mark.slow
def test_a_command_that_fails_says_why(tmp_path):
    with pytest.raises(speed.BenchError, match="There is no index"):
        speed.measure_cold_start(tmp_path)
