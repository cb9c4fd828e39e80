from __future__ import annotations

from service.engine import Engine
from tests.service.test_statements import tables

__all__ = ["tables"]


def test_a_target_of_the_very_thing_goes_before_a_number_that_is_mentioned(tables: Engine) -> None:
    answer = tables.answer("安徽标准化渡口示范点要建成几个?")

    assert [s.text for s in answer.statements] == ["安徽省:标准化渡口示范点达到16个。"]


def test_a_clause_that_names_nobody_does_not_say_who(provinces: Engine) -> None:
    assert provinces.answer("江苏节水型灌区由谁建设?").status == "not_found"
    assert provinces.answer("江苏节水型灌区建设多少个?").status == "answered"
