from __future__ import annotations

from types import SimpleNamespace

import pytest

from corpus.errors import InputError
from corpus.reading import read_file
from indexer.parsing import parse_document
from service.cli import shipped_documents
from service.facts import Facts
from service.verify import OUTCOMES, comparable, verify

SHANDONG = "《山东省贯彻实施质量发展纲要2014年行动计划》"
XIZANG = "《实施质量振兴战略2014年工作计划》"
WENZHOU = "《2014年温州市质量强市建设行动计划》"
ALXA = "《推进质量强盟战略实施意见》"

TRUE = [
    ("a clause path", f"{SHANDONG}三/11:“推进企业品牌培育能力建设”", "shandong-2014/三/11"),
    ("the number of the item alone", f"{SHANDONG}第11项规定,“引导企业加强品牌建设”", "shandong-2014/三/11"),
    ("a part and an item", f"{SHANDONG}第三部分第11条:“保护和传承老字号”", "shandong-2014/三/11"),
    (
        "traditional script",
        f"{SHANDONG}三/11:“推進企業品牌培育能力建設,實施質量品牌創新專項行動”",
        "shandong-2014/三/11",
    ),
    ("corner brackets", f"{SHANDONG}三/11:「保護和傳承老字號」", "shandong-2014/三/11"),
    ("white space inside", f"{SHANDONG}三/11:“推进企业 品牌培育\n能力建设”", "shandong-2014/三/11"),
    (
        "punctuation varied",
        f"{SHANDONG}三/11:“推进企业品牌培育能力建设；实施质量品牌创新专项行动”",
        "shandong-2014/三/11",
    ),
    ("full-width digits", f"{XIZANG}一/(一):“抽检合格率稳定在９５％以上”", "xizang-2014/一/(一)"),
    ("the bodies of a note", f"{SHANDONG}三/11:“质监部门牵头,发展改革、科技”", "shandong-2014/三/11"),
    ("an ellipsis", f"{SHANDONG}三/11:“推进企业品牌培育能力建设……保护和传承老字号”", "shandong-2014/三/11"),
    ("a document number", "温政办〔2014〕98号:“新增机构养老床位11740张”", "wenzhou-2014/二/(四)/4"),
    ("title and number", f"{WENZHOU}(温政办〔2014〕98号)二/(四)/4:“新增机构养老床位11740张”", "wenzhou-2014/二/(四)/4"),
    ("the source behind the words", f"“森林覆盖率达到23%”({ALXA}二/(一)/4)", "alxa-quality/二/(一)/4"),
    ("an outline number", f"{ALXA}二、(一)4:“绿化覆盖率达到40%”", "alxa-quality/二/(一)/4"),
    ("an id", "wenzhou-2014/二/(三)/3:“落实空气环境质量管理考核办法”", "wenzhou-2014/二/(三)/3"),
    ("a document of traditional print", f"{ALXA}三/(五)/1:“首席质量官”", "alxa-quality/三/(五)/1"),
    ("a document and no clause", f"{XIZANG}提出“植树造林和封山育林5万公顷以上”", "xizang-2014/一/(四)"),
]
FALSE = [
    ("a changed number", f"{WENZHOU}二/(四)/4:“新增机构养老床位11470张”", "not_in_document"),
    ("a changed percentage", f"{XIZANG}一/(一):“抽检合格率稳定在90.5%以上”", "not_in_document"),
    ("a number cut short", f"{ALXA}二/(一)/4:“森林覆盖率达到2%”", "not_in_document"),
    ("a decimal point lost", f"{WENZHOU}二/(三)/1:“分别控制在042起/万台”", "not_in_document"),
    ("a changed body", f"{SHANDONG}三/11:“工商部门牵头,发展改革、科技”", "not_in_document"),
    ("a body too many", f"{SHANDONG}三/11:“质监部门、财政部门牵头,发展改革、科技”", "not_in_document"),
    ("a changed comparator", f"{XIZANG}一/(四):“城镇垃圾处理率达到60%以下”", "not_in_document"),
    ("a wrong clause that exists", f"{SHANDONG}三/10:“推进企业品牌培育能力建设”", "no_such_clause"),
    ("a wrong clause that does not", f"{SHANDONG}第99条:“推进企业品牌培育能力建设”", "no_such_clause"),
    ("a wrong path", f"{XIZANG}九/(一):“抽检合格率稳定在95%以上”", "no_such_clause"),
    ("a made-up title", "《山东省品牌培育三年行动方案》三/11:“推进企业品牌培育能力建设”", "no_such_document"),
    ("a made-up number", "温政办〔2013〕77号:“新增机构养老床位11740张”", "no_such_document"),
    ("another number for the title", f"{WENZHOU}(温政办〔2014〕89号):“新增机构养老床位11740张”", "not_in_document"),
    ("words of another document", f"{SHANDONG}:“新增机构养老床位11740张”", "not_in_document"),
    ("nothing quoted", f"{SHANDONG}三/11规定由质监部门牵头", "not_checked"),
    ("no source", "各地开展“质量月”活动", "not_checked"),
]


@pytest.fixture(scope="module")
def facts() -> Facts:
    names = ("shandong-2014", "alxa-quality", "wenzhou-2014", "xizang-2014")
    parsed = {name: parse_document(read_file(shipped_documents() / f"{name}.txt")) for name in names}
    store = SimpleNamespace(
        metadata=lambda: {name: p.document.metadata for name, p in parsed.items()},
        clauses_of=lambda name: parsed[name].clauses,
        document=lambda name: parsed[name].document,
    )
    return Facts(store)


def only(facts, text):
    (checked,) = verify(facts, text + "。").citations
    return checked


@pytest.mark.parametrize(("text", "clause_id"), [case[1:] for case in TRUE], ids=[case[0] for case in TRUE])
def test_a_true_quotation_is_confirmed(facts, text, clause_id):
    checked = only(facts, text)
    assert (checked.outcome, checked.clause_id) == ("confirmed", clause_id)


@pytest.mark.parametrize(("text", "outcome"), [case[1:] for case in FALSE], ids=[case[0] for case in FALSE])
def test_what_is_not_so_is_not_confirmed(facts, text, outcome):
    assert only(facts, text).outcome == outcome


def test_the_nearest_real_words_are_shown(facts):
    checked = only(facts, FALSE[0][1])
    assert checked.nearest == "新增机构养老床位11740张"
    assert checked.clause_id == "wenzhou-2014/二/(四)/4"


def test_misplaced_words_come_with_their_place(facts):
    text = f"{SHANDONG}三/10:“推进企业品牌培育能力建设”"
    assert only(facts, text).clause_id == "shandong-2014/三/11"


def test_counts_have_all_five_outcomes(facts):
    text = "。".join(case[1] for case in (*TRUE, *FALSE)) + "。"
    counts = verify(facts, text).counts
    assert list(counts) == list(OUTCOMES)
    assert sum(counts.values()) == len(TRUE) + len(FALSE)


def test_several_quotations_of_a_sentence_have_their_own_clauses(facts):
    text = f"{SHANDONG}三/11:“引导企业加强品牌建设”,三/10:“加强各领域标准体系研究”,三/9:“保护和传承老字号”。"
    found = [(c.outcome, c.clause_id) for c in verify(facts, text).citations]
    expected = [
        ("confirmed", "shandong-2014/三/11"),
        ("confirmed", "shandong-2014/三/10"),
        ("no_such_clause", "shandong-2014/三/11"),
    ]
    assert found == expected


def test_the_document_of_the_sentence_before_goes_on(facts):
    text = f"{SHANDONG}有以下规定。三/11:“引导企业加强品牌建设”。"
    assert [c.outcome for c in verify(facts, text).citations] == ["not_checked", "confirmed"]


def test_a_text_without_citations_has_none(facts):
    assert verify(facts, "今天天气很好。").citations == ()


@pytest.mark.parametrize("text", ["", "  \n", "字" * 100_001])
def test_what_cannot_be_taken_is_an_error(facts, text):
    with pytest.raises(InputError):
        verify(facts, text)


def test_spans_are_those_of_the_text_that_was_sent(facts):
    text = f"按照{WENZHOU},“新增机构养老床位11740张”。"
    checked = only(facts, text[:-1])
    assert text[slice(*checked.span)] == checked.text == "“新增机构养老床位11740张”"


def test_comparable_keeps_decimal_points():
    assert comparable("１．５ 万辆,90％。")[0] == "1.5万辆90%"
