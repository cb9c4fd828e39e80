"""Makes records of frozen classes as fast as those of open ones, for the few places that make thousands of them."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, cast

_Record = TypeVar("_Record")


def maker_of(kind: type[_Record]) -> type[_Record]:
    """What makes records of a frozen dataclass with slots from the same arguments, in a third of the time.

    A frozen class sets each field by a call. Here an open twin with the same fields sets them, and what it made
    becomes a record of the frozen class before anybody has seen it.
    """

    def freeze(record: Any) -> None:
        record.__class__ = kind

    defaults = {field.name: field.default for field in fields(cast("Any", kind)) if field.default is not MISSING}
    members = {"__annotations__": kind.__annotations__, "__post_init__": freeze, **defaults}
    return cast("type[_Record]", dataclass(slots=True)(type(kind.__name__, (), members)))
