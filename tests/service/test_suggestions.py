from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.model import Clause, Metadata, Region, Responsibility, Target
from service import suggestions
from service.suggestions import examples, next_questions, questions_about, questions_of

SHANDONG = Metadata(
    title="山东省行动计划",
    number="鲁政办发〔2014〕1号",
    issued_on=date(2014, 7, 2),
    region=Region("370000", "山东省", "省"),
)
WENZHOU = Metadata(title="温州市行动计划", region=Region("330300", "温州市", "市", ("浙江省",)))


def clause(document_id="sd", path=("三", "11"), label="11.加强品牌培育。", **facts: Any) -> Clause:
    text = f"{label}推进能力建设,合格率提高。主要农产品抽检合格率达到95%以上。"
    return Clause(
        f"{document_id}/{'/'.join(path)}",
        document_id,
        path,
        ("三、措施", label),
        "clause",
        text,
        (0, 9),
        (0, 9),
        **facts,
    )


def duty(**bodies: tuple[str, ...]) -> Responsibility:
    return Responsibility((0, 9), "(质监部门牵头)", **bodies)


TARGET = Target((0, 9), "主要农产品抽检合格率达到95%以上", "主要农产品抽检合格率", ">=", Decimal(95), "%")
LED = clause(responsibilities=(duty(lead=("质监部门",), support=("科技",)),), targets=(TARGET,))


class Engine:
    """Answers what it is told to, from the clause that the question is about."""

    def __init__(self, *clauses: Clause, refuses: str = "\0") -> None:
        self.clauses = clauses
        self.refuses = refuses
        self.asked: list[str] = []

    def __call__(self, question: str) -> Any:
        self.asked.append(question)
        cited = [SimpleNamespace(clause_id=c.id, quote=f"{c.text} 质监部门 科技 市经信委") for c in self.clauses]
        cited.append(SimpleNamespace(clause_id="sd/#meta", quote="鲁政办发〔2014〕1号 2014年7月2日"))
        status = "not_found" if self.refuses in question else "answered"
        return SimpleNamespace(status=status, text="", citations=cited)


def asked_of(unit: Clause, metadata: Metadata = SHANDONG, language: Any = "zh-Hans") -> list[str]:
    return [candidate.question for candidate in questions_of(unit, metadata, language)]


def test_duties_and_targets_become_questions():
    assert asked_of(LED) == [
        "山东省加强品牌培育由谁牵头？",
        "山东省加强品牌培育有哪些部门配合？",
        "山东省的主要农产品抽检合格率目标是多少？",
    ]


def test_traditional_and_english_questions(monkeypatch):
    monkeypatch.setattr(suggestions, "_glossary", lambda: (("品牌培育", "brand cultivation"),))
    assert asked_of(LED, language="zh-Hant")[0] == "山東省加強品牌培育由誰牽頭？"
    assert asked_of(LED, language="en") == [
        "Who leads brand cultivation in Shandong?",
        "Which departments support brand cultivation in Shandong?",
    ]


@pytest.mark.parametrize("label", ["二、主要任务", "1.加强监管,推进治理。", "(三)质量", "3.质"])
def test_a_heading_that_is_no_topic_makes_no_question(label):
    unit = clause(label=label, responsibilities=(duty(lead=("质监部门",)),))
    expected = ["山东省质量由谁牵头？"] if label == "(三)质量" else []
    assert asked_of(unit) == expected


def test_several_duties_in_one_clause_are_not_mixed_up():
    assert asked_of(replace(LED, responsibilities=LED.responsibilities * 2, targets=())) == []


def test_a_document_of_no_region_makes_no_question():
    assert asked_of(LED, replace(SHANDONG, region=None)) == []


def test_only_what_is_answered_from_the_clause_is_suggested():
    metadata = {"sd": SHANDONG}
    assert len(next_questions([LED], metadata, "zh-Hans", [], Engine(LED))) == 3
    assert next_questions([LED], metadata, "zh-Hans", [], Engine(LED, refuses="配合")) == [
        "山东省加强品牌培育由谁牵头？",
        "山东省的主要农产品抽检合格率目标是多少？",
    ]
    assert next_questions([LED], metadata, "zh-Hans", [], Engine()) == []


def test_what_was_asked_is_not_suggested_again():
    found = next_questions([LED], {"sd": SHANDONG}, "zh-Hans", ["山东省加强品牌培育由谁牵头"], Engine(LED))
    assert found[0] == "山东省加强品牌培育有哪些部门配合？"


def test_an_answer_without_the_fact_does_not_count():
    other = replace(LED, responsibilities=(duty(lead=("林业厅",)),), targets=())
    assert next_questions([other], {"sd": SHANDONG}, "zh-Hans", [], Engine(other)) == []


def test_few_questions_are_tried():
    units = [replace(LED, id=f"sd/{n}", labels=(f"{n}.第{n}类品牌培育",), targets=()) for n in range(40)]
    engine = Engine()
    assert next_questions(units, {"sd": SHANDONG}, "zh-Hans", [], engine) == []
    assert len(engine.asked) <= 8


def test_examples_are_of_several_kinds_and_documents():
    shared = clause("wz", ("二",), "2.抓实工程质量。", responsibilities=(duty(shared=("市经信委", "科技")),))
    found = examples([LED, shared], {"sd": SHANDONG, "wz": WENZHOU}, "zh-Hans", Engine(LED, shared))
    assert found == [
        "山东省加强品牌培育由谁牵头？",
        "山东省的主要农产品抽检合格率目标是多少？",
        "温州市抓实工程质量由哪些部门负责？",
    ]


def test_examples_fall_back_on_what_documents_say_about_themselves():
    assert examples([clause()], {"sd": SHANDONG}, "en", Engine()) == [
        "What is the document number of 《山东省行动计划》?",
        "When was 《山东省行动计划》 issued?",
    ]
    assert [c.kind for c in questions_about("wz", WENZHOU, "en")] == []
