from __future__ import annotations

from service.engine import Engine
from tests.service.test_statements import tables

__all__ = ["tables"]


def test_a_target_of_the_very_thing_goes_before_a_number_that_is_mentioned(tables: Engine) -> None:
    answer = tables.answer("安徽标准化渡口示范点要建成几个?")

    assert [s.text for s in answer.statements] == ["安徽省:标准化渡口示范点达到16个。"]
