"""The shipped documents with the default encoder: what is promised, and what holds for every shipped question."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from corpus.folding import fold
from corpus.regions import COUNTRY, covers, find_regions
from indexer.build import build_index
from indexer.encoder import open_encoder
from service.answering import Answer
from service.engine import Engine

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SUPPORT = ("发展改革", "科技", "经济和信息化", "农业", "海洋与渔业", "林业", "畜牧兽医", "财政", "商务", "国资", "工商")
NOTE = f"(质监部门牵头,{'、'.join(SUPPORT)}等部门、单位配合)"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    data = tmp_path_factory.mktemp("data")
    build_index([ROOT / "corpus" / "documents"], data, encoder=open_encoder())
    return Engine.open(data)


def _questions() -> list[dict[str, Any]]:
    files = sorted((ROOT / "eval" / "questions").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def answers(documents: Engine) -> list[tuple[dict[str, Any], Answer]]:
    """Every shipped question with its answer."""
    return [(q, documents.answer(q["question"], q.get("history", ()), q.get("filters"))) for q in _questions()]


def test_a_plan_of_a_year_that_no_document_is_of_is_refused(documents: Engine) -> None:
    assert documents.answer("山东省2015年行动计划的重点工作是什么?").status == "not_found"
    assert documents.answer("山东省2014年行动计划里品牌培育由谁牵头?").status == "answered"


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("温州2014年要淘汰多少辆黄标车?", "answered"),
        ("温州2016年要淘汰多少辆黄标车?", "not_found"),
        ("Who leads brand cultivation in Shandong in 2013?", "not_found"),
        ("西藏2010年农业标准化示范区要达到几个?", "answered"),
        ("西藏2012年农业标准化示范区要达到几个?", "not_found"),
        ("阿拉善盟到2020年森林覆盖率要达到多少?", "answered"),
        ("阿拉善盟2025年森林覆盖率要达到多少?", "not_found"),
    ],
)
def test_a_plan_answers_for_its_own_years_alone(documents: Engine, question: str, status: str) -> None:
    assert documents.answer(question).status == status


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("阿拉善盟要建几个质量检测中心?", "not_found"),
        ("阿拉善盟的研发中心要达到几个?", "answered"),
        ("西藏到2010年药品抽检合格率定多少?", "not_found"),
        ("西藏到2010年产品抽检合格率定多少?", "answered"),
    ],
)
def test_a_number_of_another_kind_is_no_answer(documents: Engine, question: str, status: str) -> None:
    assert documents.answer(question).status == status


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("who leads brand cultivation in Shandong?", "en"),
        ("山东省品牌培育由哪个部门牵头?", "zh-Hans"),
        ("山東省品牌培育由誰牽頭?", "zh-Hant"),
    ],
)
def test_who_leads_brand_cultivation_in_shandong(documents: Engine, question: str, language: str) -> None:
    answer = documents.answer(question)
    first = answer.citations[0]
    (statement,) = answer.statements

    assert (answer.status, answer.reason, answer.interpretation.language) == ("answered", None, language)
    assert first.clause_id == "shandong-2014/三/11"
    assert (statement.lead, statement.support, statement.shared) == (("质监部门",), SUPPORT, ())
    assert [fold(first.quote[start:end]) for start, end in first.highlights] == [fold(NOTE)]
    assert {c.metadata.region.name for c in answer.citations if c.metadata.region} == {"山东省"}


def test_an_english_answer_glosses_every_body_beside_its_chinese_name(documents: Engine) -> None:
    text = documents.answer("who leads brand cultivation in Shandong?").text

    assert [body for body in ("质监部门", *SUPPORT) if not re.search(re.escape(body) + r" \([a-z]", text)] == []


def test_guangdong_is_not_held_and_those_that_are_are_named(documents: Engine) -> None:
    answer = documents.answer("广东省品牌培育由谁牵头?")

    assert (answer.status, answer.reason) == ("not_found", "region_not_in_corpus")
    assert [region.name for region in documents.regions if region.name not in answer.text] == []
    assert answer.citations == ()


@pytest.mark.parametrize(
    "question", ["What is the capital of France?", "法国的首都是哪里?", "How do I reset my router?"]
)
def test_what_no_policy_deals_with_is_out_of_scope(documents: Engine, question: str) -> None:
    answer = documents.answer(question)

    assert (answer.status, answer.reason, answer.citations) == ("not_found", "out_of_scope", ())


def test_the_language_of_the_answer_may_be_chosen(documents: Engine) -> None:
    texts = {
        language: documents.answer("山东省品牌培育由谁牵头?", language=language).text
        for language in ("en", "zh-Hans", "zh-Hant")
    }

    assert texts["en"].startswith("In Shandong: 质监部门 (")
    assert texts["zh-Hans"].startswith("山东省:质监部门牵头")
    assert texts["zh-Hant"].startswith("山東省:質監部門牽頭")


def test_every_statement_cites_and_its_bodies_stand_in_what_it_cites(
    answers: list[tuple[dict[str, Any], Answer]],
) -> None:
    wrong = []
    for asked, answer in answers:
        quotes = {citation.n: fold(citation.quote) for citation in answer.citations}
        for statement in answer.statements:
            cited = "\n".join(quotes[n] for n in statement.citations)
            bodies = [*statement.lead, *statement.support, *statement.shared]
            if not statement.citations or any(fold(body) not in cited for body in bodies):
                wrong.append((asked["id"], statement.text))

    assert wrong == []


def test_every_number_of_a_statement_stands_in_what_it_cites(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    wrong = []
    for asked, answer in answers:
        for statement in answer.statements:
            cited = [citation for citation in answer.citations if citation.n in statement.citations]
            # A title names the document; a date may be written in another form than it is printed in.
            said = re.sub(r"《.*?》", "", fold(statement.text))
            printed = fold("\n".join(citation.quote for citation in cited))
            if asked["type"] == "document_metadata":
                said = re.sub(r"\d{4}-\d{2}-\d{2}", "", said)
            if any(number not in printed for number in re.findall(r"\d+(?:\.\d+)?%?", said)):
                wrong.append((asked["id"], statement.text))

    assert wrong == []


def test_highlights_lie_inside_their_quotes_and_spans_inside_their_documents(
    documents: Engine, answers: list[tuple[dict[str, Any], Answer]]
) -> None:
    wrong = []
    for asked, answer in answers:
        for citation in answer.citations:
            stored = documents.generation.store.document(citation.document_id)
            assert stored is not None
            inside = all(0 <= start < end <= len(citation.quote) for start, end in citation.highlights)
            if not inside or not 0 <= citation.span[0] < citation.span[1] <= len(stored.raw_text):
                wrong.append((asked["id"], citation.clause_id))

    assert wrong == []


def test_no_citation_stands_outside_the_regions_that_are_asked_for(
    answers: list[tuple[dict[str, Any], Answer]],
) -> None:
    """A province's plan may be cited for a place in it, by a clause that names the place."""
    wrong = []
    for asked, answer in answers:
        regions = answer.interpretation.regions
        for citation in answer.citations:
            own = citation.metadata.region
            within = own is not None and any(
                own.code == region.code if COUNTRY.code in (own.code, region.code) else covers(region, own)
                for region in regions
            )
            named = any(mention.region in regions for mention in find_regions(citation.quote))
            if regions and not within and not named:
                wrong.append((asked["id"], citation.clause_id))

    assert wrong == []


@pytest.mark.parametrize("place", ["山东", "浙江", "温州", "西藏", "阿拉善"])
def test_a_region_as_a_filter_holds_for_any_question(documents: Engine, place: str) -> None:
    wrong = []
    for asked in _questions()[::6]:
        answer = documents.answer(asked["question"], filters={"region": place})
        allowed = [mention.region for mention in find_regions(place)]
        for citation in answer.citations:
            own = citation.metadata.region
            if own is None or not any(covers(region, own) for region in allowed):
                named = any(mention.region in allowed for mention in find_regions(citation.quote))
                if not named:
                    wrong.append((asked["id"], citation.clause_id))

    assert wrong == []


def test_a_refusal_says_something_and_cites_nothing(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    wrong = [
        asked["id"]
        for asked, answer in answers
        if (answer.status == "not_found")
        and (answer.citations or answer.statements or not answer.reason or len(answer.text) < 10)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "question", ["12365這條電話出現在哪些地區的文件裏?", "Which documents mention the 12365 complaint hotline?"]
)
def test_every_place_that_has_the_name_is_found(documents: Engine, question: str) -> None:
    assert {c.document_id for c in documents.answer(question).citations} == {"wenzhou-2014", "xizang-2006-2010"}


def test_what_lasts_for_life_is_no_day_to_report_by(documents: Engine) -> None:
    answer = documents.answer("By when must Shandong's cities report on their work?")

    assert "shandong-2014/二/8" not in {citation.clause_id for citation in answer.citations}


def test_who_is_first_in_duty_is_quoted(documents: Engine) -> None:
    answer = documents.answer("西藏誰是食品質量安全第一責任人?")

    assert answer.citations[0].clause_id == "xizang-2006-2010/第二章/第三节/¶1"
