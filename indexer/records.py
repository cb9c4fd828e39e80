"""Dataclasses to JSON and back, exactly.

The declared types say how to read a value back, so a field that is added to ``corpus/model.py`` needs nothing
here. Nothing on disk is ever unpickled.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
_Reader = Callable[[Any], Any]


def to_json(record: object) -> str:
    """A dataclass, or a tuple of them, as JSON."""
    return json.dumps(_plain(record), ensure_ascii=False, separators=(",", ":"))


def from_json(kind: type[Record], text: str) -> Record:
    """Read back what ``to_json`` wrote.

    Args:
        kind: The dataclass, or ``tuple[…, ...]`` of one.
        text: The JSON.

    Raises:
        ValueError: If the text is not JSON of that kind.
    """
    try:
        record: Record = _reader(cast(Hashable, kind))(json.loads(text))
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"no record of {kind}: {error!r}") from error
    return record


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} is not a type that records are made of")


def _same(value: Any) -> Any:
    return value


@cache
def _reader(kind: Any) -> _Reader:
    """How to make a value of a declared type from parsed JSON."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (str, int, float, bool, type(None)) or origin is Literal:
        return _same
    if kind is Decimal:
        return Decimal
    if kind is date:
        return date.fromisoformat
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if origin is tuple:
        return _tuple_reader(arguments)
    if origin is Mapping:
        read = _reader(arguments[1])
        return lambda value: {key: read(item) for key, item in value.items()}
    if origin in (Union, types.UnionType):
        (other,) = (argument for argument in arguments if argument is not type(None))
        read_other = _reader(other)
        return lambda value: None if value is None else read_other(value)
    raise TypeError(f"{kind} is not a type that records are made of")


def _dataclass_reader(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    return lambda value: kind(**{name: readers[name](item) for name, item in value.items()})


def _tuple_reader(arguments: tuple[Any, ...]) -> _Reader:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        read = _reader(arguments[0])
        return tuple if read is _same else lambda value: tuple(map(read, value))
    readers = [_reader(argument) for argument in arguments]
    return lambda value: tuple(read(item) for read, item in zip(readers, value, strict=True))
