from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from corpus.model import Clause, Metadata, Reference, Region, Responsibility, Target
from service import records

CLAUSE = Clause(
    id="wenzhou-2014/二/(二)/5",
    document_id="wenzhou-2014",
    path=("二", "(二)", "5"),
    labels=("二、工作重点", "(二)推动质量提升", "5.夯实质量基础。"),
    kind="clause",
    text="5.夯实质量基础。",
    span=(10, 19),
    clean_span=(8, 17),
)


def test_clause_has_the_documented_fields_in_order():
    assert records.clause_record(CLAUSE) == {
        "id": "wenzhou-2014/二/(二)/5",
        "document_id": "wenzhou-2014",
        "path": ["二", "(二)", "5"],
        "labels": ["二、工作重点", "(二)推动质量提升", "5.夯实质量基础。"],
        "kind": "clause",
        "text": "5.夯实质量基础。",
        "span": [10, 19],
        "responsibilities": [],
        "targets": [],
        "references": [],
        "parts": [],
    }


def test_facts_of_a_clause():
    duty = Responsibility(
        (1, 5), "市质监局牵头", ("市质监局",), rule="牵头", declared_in="wenzhou-2014/一", body_spans=((1, 5),)
    )
    target = Target(
        (2, 9), "98%以上", "合格率", "≥", Decimal("98.50"), "%", deadline="2014", deadline_source="document"
    )
    cited = Reference((3, 8), "《计划》", "计划", "国办发〔2014〕18号", None, "依据")
    record = records.clause_record(
        replace(CLAUSE, responsibilities=(duty,), targets=(target,), references=(cited,), parts=(("date", (4, 6)),))
    )
    assert record["responsibilities"] == [
        {
            "span": [1, 5],
            "note": "市质监局牵头",
            "lead": ["市质监局"],
            "support": [],
            "shared": [],
            "rule": "牵头",
            "declared_in": "wenzhou-2014/一",
            "covers": None,
            "body_spans": [[1, 5]],
        }
    ]
    assert record["targets"][0]["value"] == 98.5
    assert record["references"][0]["number"] == "国办发〔2014〕18号"
    assert record["parts"] == [{"name": "date", "span": [4, 6]}]


@pytest.mark.parametrize(("value", "number"), [("50000", 50000), ("5E+4", 50000), ("0.42", 0.42)])
def test_a_value_is_a_json_number(value, number):
    target = Target((0, 1), "", "", "=", Decimal(value), "公顷")
    assert records.target_record(target)["value"] == number
    assert type(records.target_record(target)["value"]) is type(number)


def test_document_gives_null_for_what_is_not_printed():
    record = records.document_record("a", Metadata(), (), ())
    assert [key for key, value in record.items() if value is None] == [
        "title", "notice_title", "issuer", "number", "issued_on", "published_on", "effective_on", "index_number",
        "status", "region",
    ]  # fmt: skip


def test_document_region_and_dates():
    region = Region("330300", "温州市", "市", ("浙江省",))
    record = records.document_record("a", Metadata(region=region, issued_on=date(2014, 9, 5), script="Hant"), (), ())
    assert record["region"] == {"code": "330300", "name": "温州市", "level": "市", "ancestors": ["浙江省"]}
    assert (record["issued_on"], record["script"]) == ("2014-09-05", "Hant")


@pytest.mark.parametrize(
    ("document_id", "path", "url"),
    [
        ("shandong-2014", ("三", "11"), "/documents/shandong-2014#三/11"),
        ("xizang-2014", ("#meta",), "/documents/xizang-2014#%23meta"),
        ("a?b#c d%", ("一",), "/documents/a%3Fb%23c%20d%25#一"),
    ],
)
def test_url_of_the_reader(document_id, path, url):
    assert records.reader_url(document_id, path) == url


def test_tree_hangs_each_unit_under_the_nearest_above():
    paths = [("title",), ("一",), ("一", "(一)"), ("一", "(一)", "1"), ("二", "(一)"), ("附件1",), ("附件1", "¶1")]
    clauses = [replace(CLAUSE, id="/".join(path), path=path) for path in paths]

    def shape(nodes):
        return [(node["clause_id"], shape(node["children"])) for node in nodes]

    assert shape(records.tree_record(clauses)) == [
        ("title", []),
        ("一", [("一/(一)", [("一/(一)/1", [])])]),
        ("二/(一)", []),
        ("附件1", [("附件1/¶1", [])]),
    ]
