from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from corpus.errors import FilterError
from corpus.model import Metadata, Region
from corpus.regions import COUNTRY, resolve
from indexer.passage_rows import PassageRows
from service.filters import HeldValues, in_region, intersect_regions, parse_filters, passing


def _region(name: str) -> Region:
    found = resolve(name)
    assert found is not None
    return found


JIANGSU, SICHUAN, CHENGDU = _region("江苏"), _region("四川"), _region("成都")
DOCUMENTS = {
    "tea": Metadata(issuer="四川省人民政府办公厅", issued_on=date(2021, 3, 5), region=SICHUAN),
    "greenway": Metadata(issuer="成都市人民政府", issued_on=date(2018, 4, 2), region=CHENGDU),
    "undated": Metadata(region=JIANGSU),
}


def _allowed(**given: Any) -> list[str]:
    filters = parse_filters(given, DOCUMENTS)
    held = HeldValues.of(DOCUMENTS.values())
    rows = PassageRows(np.arange(3, dtype=np.int32), np.zeros(3, dtype=np.int8), DOCUMENTS)
    return rows.documents(passing(filters, filters.regions, held))


def test_no_filter_allows_all() -> None:
    assert parse_filters(None, DOCUMENTS) == parse_filters({}, DOCUMENTS)
    assert _allowed() == ["tea", "greenway", "undated"]


def test_values_of_one_field_are_alternatives_and_fields_are_joined() -> None:
    assert _allowed(document_id=["tea", "greenway"]) == ["tea", "greenway"]
    assert _allowed(document_id=["tea", "greenway"], issuer="成都") == ["greenway"]


def test_a_date_bounds_include_the_day_and_leave_out_what_has_no_date() -> None:
    assert _allowed(issued_from="2018-04-02") == ["tea", "greenway"]
    assert _allowed(issued_to="2018-04-02") == ["greenway"]
    assert _allowed(issued_from="2018-04-03", issued_to="2021-03-04") == []


def test_a_region_takes_in_the_places_within_it() -> None:
    assert _allowed(region="四川") == ["tea", "greenway"]
    assert _allowed(region="成都") == ["greenway"]
    assert _allowed(region=["江苏", "成都"]) == ["greenway", "undated"]
    assert _allowed(region="广东") == []


@pytest.mark.parametrize("name", ["四川", "四川省", "Sichuan", "510000"])
def test_a_region_is_taken_by_any_of_its_names(name: str) -> None:
    assert parse_filters({"region": name}, DOCUMENTS).regions == (SICHUAN,)


def test_a_real_region_that_the_index_lacks_is_no_error() -> None:
    assert parse_filters({"region": "广东"}, DOCUMENTS).regions == (_region("广东"),)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"regoin": "四川"}, "regoin"),
        ({"region": "火星"}, "region"),
        ({"region": 5}, "region"),
        ({"region": [""]}, "region"),
        ({"kind": "poem"}, "kind"),
        ({"document_id": "absent"}, "document_id"),
        ({"issuer": "国务院"}, "issuer"),
        ({"issued_from": "last year"}, "issued_from"),
        ({"issued_to": "2021-02-30"}, "issued_to"),
    ],
)
def test_an_unknown_key_or_value_is_named(given: dict[str, Any], field: str) -> None:
    with pytest.raises(FilterError) as raised:
        parse_filters(given, DOCUMENTS)

    assert raised.value.field == field


def test_question_and_filter_leave_the_smaller_of_two_places() -> None:
    assert intersect_regions([SICHUAN], [CHENGDU]) == (CHENGDU,)
    assert intersect_regions([CHENGDU], [SICHUAN]) == (CHENGDU,)
    assert intersect_regions([SICHUAN, JIANGSU], [JIANGSU]) == (JIANGSU,)


def test_one_side_alone_stands() -> None:
    assert intersect_regions([], [SICHUAN]) == (SICHUAN,)
    assert intersect_regions([SICHUAN], []) == (SICHUAN,)


def test_places_apart_leave_nothing() -> None:
    assert intersect_regions([JIANGSU], [CHENGDU]) == ()


def test_a_city_answers_for_its_province_and_not_the_other_way_round() -> None:
    assert in_region(SICHUAN, Metadata(region=CHENGDU)) is True
    assert in_region(CHENGDU, Metadata(region=SICHUAN)) is False
    assert in_region(JIANGSU, Metadata(region=CHENGDU)) is False


def test_the_state_answers_for_itself_alone() -> None:
    assert in_region(COUNTRY, Metadata(region=COUNTRY)) is True
    assert in_region(SICHUAN, Metadata(region=COUNTRY)) is False
    assert in_region(COUNTRY, Metadata(region=SICHUAN)) is False


def test_a_document_of_no_known_place_answers_for_none() -> None:
    assert in_region(SICHUAN, Metadata()) is False
