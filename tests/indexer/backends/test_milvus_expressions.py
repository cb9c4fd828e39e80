import pytest

from indexer.backends.base import All, Between, Filter, In, Not
from indexer.backends.milvus_expressions import EVERYTHING, NOTHING, quote, to_expression


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (In("region_code", frozenset({"370100", "370000"})), 'region_code in ["370000", "370100"]'),
        (In("region_code", frozenset({""})), 'region_code in [""]'),
        (In("kind", frozenset({"clause"})), 'kind in ["clause"]'),
        (In("document_id", frozenset()), NOTHING),
        (In("row", frozenset({7, 3})), "row in [3, 7]"),
        (In("row", frozenset(range(5, 105))), "(row >= 5 and row <= 104)"),
        (In("row", frozenset([*range(100), 200, 201])), "((row >= 0 and row <= 99) or row in [200, 201])"),
        (In("issued_on", frozenset({20140702})), "issued_on in [20140702]"),
        (In("row", frozenset({"7"})), NOTHING),
        (In("issuer", frozenset({7})), NOTHING),
        (In("issuer", frozenset({"\udcff"})), NOTHING),
        (Between(20140101, 20141231), "(issued_on >= 20140101 and issued_on <= 20141231)"),
        (Between(first=0), "(issued_on >= 1 and issued_on <= 99991231)"),
        (All(()), EVERYTHING),
        (
            All((In("kind", frozenset({"clause"})), Between(first=20150101))),
            '(kind in ["clause"] and (issued_on >= 20150101 and issued_on <= 99991231))',
        ),
        (Not(In("row", frozenset({1}))), "(not (row in [1]))"),
    ],
)
def test_a_filter_as_milvus_writes_it(condition: Filter, expected: str) -> None:
    assert expected == to_expression(condition)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("山东省", '"山东省"'),
        ('a" or row >= 0 or kind in ["', '"a\\" or row >= 0 or kind in [\\""'),
        ("back\\", '"back\\\\"'),
        ("it's", '"it\'s"'),
        ("a\nb\rc\td", '"a\\nb\\rc\\td"'),
        ("", '""'),
    ],
)
def test_a_literal_cannot_end_early(text: str, expected: str) -> None:
    assert expected == quote(text)


@pytest.mark.parametrize("condition", [None, "row >= 0", In("secret", frozenset({"x"}))])  # type: ignore[arg-type]
def test_what_is_no_filter_is_an_error(condition: Filter) -> None:
    with pytest.raises(TypeError, match="is no filter"):
        to_expression(condition)
