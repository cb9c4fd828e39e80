"""Filters as Milvus writes them: ``region_code in ["370000", "370100"] and not (kind in ["title"])``.

Values are put into the expression as quoted literals by ``quote`` alone: Milvus has templates for them since 2.5 only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indexer.backends.base import FIELDS, All, Between, Filter, In, Not

NOTHING = "row < 0"
"""What no passage passes: rows count from 0."""

EVERYTHING = "row >= 0"

_RUN = 16
"""So many rows without a gap between them are written as a range."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def quote(text: str) -> str:
    """A text as a string literal, whatever stands in it.

    Only escapes that Milvus and Milvus Lite both read are used; every other character stands for itself.
    """
    return f'"{text.translate(_ESCAPES)}"'


def to_expression(condition: Filter) -> str:
    """A filter as a Milvus expression.

    Args:
        condition: Over the fields of ``indexer.backends.base.FIELDS``, which are the collection's own names.

    Raises:
        TypeError: If it is no filter, or asks for another field.
    """
    match condition:
        case In(field, values) if field in FIELDS:
            return _in(field, values)
        case Between(first, last):
            # A passage without a date has 0 there, and lies between no dates.
            return f"(issued_on >= {max(int(first), 1)} and issued_on <= {int(last)})"
        case All(()):
            return EVERYTHING
        case All(parts):
            return "(" + " and ".join(map(to_expression, parts)) + ")"
        case Not(part):
            return f"(not ({to_expression(part)}))"
    raise TypeError(f"{condition!r} is no filter")


def _in(field: str, values: Iterable[str | int]) -> str:
    """Membership. A value of the other type, or one that no encoding of text has, is one that no passage has."""
    if field in ("row", "issued_on"):
        runs = list(_runs(sorted(value for value in values if isinstance(value, int))))
        alternatives = [f"({field} >= {run[0]} and {field} <= {run[-1]})" for run in runs if len(run) >= _RUN]
        if singles := [str(number) for run in runs if len(run) < _RUN for number in run]:
            alternatives.append(f"{field} in [{', '.join(singles)}]")
    else:
        texts = sorted(value for value in values if isinstance(value, str) and _is_text(value))
        alternatives = [f"{field} in [{', '.join(map(quote, texts))}]"] if texts else []
    if not alternatives:
        return NOTHING
    return alternatives[0] if len(alternatives) == 1 else f"({' or '.join(alternatives)})"


def _runs(numbers: list[int]) -> Iterator[range]:
    """The stretches of consecutive numbers."""
    start = 0
    for end in range(1, len(numbers) + 1):
        if end == len(numbers) or numbers[end] != numbers[end - 1] + 1:
            yield range(numbers[start], numbers[end - 1] + 1)
            start = end


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
