from datetime import date
from decimal import Decimal

import pytest

from corpus.model import CitedDocument, Clause, Metadata, Noise, Reference, Region, Repair, Responsibility, Target
from indexer.records import from_json, to_json

CLAUSE = Clause(
    id="d/三/11",
    document_id="d",
    path=("三", "11"),
    labels=("三、措施", "11.激励。"),
    kind="clause",
    text="11.激励。\n“支持”企业…",
    span=(10, 30),
    clean_span=(8, 28),
    responsibilities=(
        Responsibility(
            span=(20, 30),
            note="(质监部门牵头)",
            lead=("质监部门",),
            support=("科技", "财政"),
            rule="牵头+配合",
            declared_in="d/一",
            covers=(10, 20),
            body_spans=((21, 25),),
        ),
    ),
    targets=(Target((1, 2), "8.50%", "增速", ">=", Decimal("8.50"), "%", deadline="2020", deadline_source="clause"),),
    references=(Reference((3, 4), "《质量法》", "质量法", None, "全国人大", "依据", "law"),),
    parts=(("date", (5, 9)),),
)
METADATA = Metadata(
    title="标题",
    issuer="甲、乙",
    issued_on=date(2014, 7, 2),
    region=Region("370000", "山东省", "省", ()),
    script="Hant",
    references=(CitedDocument("题", "国发〔2012〕9号", None),),
    field_spans={"title": (0, 2), "issued_on": (5, 9)},
)


@pytest.mark.parametrize(
    "record", [CLAUSE, METADATA, Metadata(), Noise((0, 1), "x", "share"), Repair((0, 1), "é", None, 0.1)]
)
def test_comes_back_as_it_went(record: object) -> None:
    assert from_json(type(record), to_json(record)) == record


def test_a_value_keeps_its_digits() -> None:
    assert str(from_json(Clause, to_json(CLAUSE)).targets[0].value) == "8.50"


def test_tuples_of_records() -> None:
    noise = (Noise((0, 1), "x", "share"), Noise((3, 9), "首页", "navigation"))
    assert from_json(tuple[Noise, ...], to_json(noise)) == noise


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"span": [0]}', '{"unknown": 1}', "null", '{"title": 1, "issued_on": "x"}']
)
def test_anything_else_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json(Metadata, text)


def test_a_type_that_is_no_record_is_refused() -> None:
    with pytest.raises(TypeError):
        to_json(object())


def test_a_field_with_a_default_may_be_missing() -> None:
    assert from_json(Metadata, '{"title": "标题"}') == Metadata(title="标题")
