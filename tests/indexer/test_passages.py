import pytest

from corpus.model import Clause, Kind, Metadata, Region
from indexer.passages import build_passages

SHANDONG = Metadata(title="山东省推动产品质量提升工作方案", region=Region("370000", "山东省", "省"))


def unit(text: str, *labels: str, kind: Kind = "clause") -> Clause:
    return Clause("d/一", "d", ("一",), labels, kind, text, (0, len(text)), (0, len(text)))


def test_words_get_title_region_and_headings_and_vectors_only_the_text() -> None:
    clause = unit("11.完善激励机制。支持企业。", "三、完善配套措施", "11.完善激励机制。")
    (passage,) = build_passages(SHANDONG, [clause])
    assert passage.lexical_text == (
        "山东省推动产品质量提升工作方案\n山东省\n三、完善配套措施\n11.完善激励机制。支持企业。"
    )
    assert passage.dense_text == "三、完善配套措施\n11.完善激励机制。支持企业。"
    assert (passage.clause_id, passage.document_id, passage.region_code, passage.kind) == (
        "d/一",
        "d",
        "370000",
        "clause",
    )


def test_a_paragraph_stands_under_its_heading_in_both() -> None:
    (passage,) = build_passages(Metadata(), [unit("全省实行。", "一、总则", "(一)范围")])
    assert passage.lexical_text == "一、总则\n(一)范围\n全省实行。"
    assert passage.dense_text == "(一)范围\n全省实行。"
    assert passage.region_code == ""


@pytest.mark.parametrize("kind", ["heading", "attachment", "table"])
def test_a_bare_heading_is_no_passage(kind: Kind) -> None:
    assert build_passages(SHANDONG, [unit("一、总体\n要求", "一、总体要求", kind=kind)]) == []


def test_a_heading_with_sentences_is_one() -> None:
    (passage,) = build_passages(SHANDONG, [unit("一、总体要求\n坚持质量第一。", "一、总体要求", kind="heading")])
    assert passage.dense_text == "一、总体要求\n坚持质量第一。"


def test_a_clause_that_is_all_label_is_one() -> None:
    assert len(build_passages(SHANDONG, [unit("3.加强组织领导。", "3.加强组织领导。")])) == 1


@pytest.mark.parametrize("kind", ["preamble", "front_matter", "closing"])
def test_units_outside_the_numbering_are_passages(kind: Kind) -> None:
    assert len(build_passages(SHANDONG, [unit("各市人民政府:", kind=kind)])) == 1


def test_titles_are_none() -> None:
    assert build_passages(SHANDONG, [unit("山东省推动产品质量提升工作方案", kind="title")]) == []


def test_blank_units_are_none() -> None:
    assert build_passages(SHANDONG, [unit(" \n——")]) == []


def test_the_vector_is_of_simplified_characters_and_the_words_as_printed() -> None:
    (passage,) = build_passages(Metadata(), [unit("質監部門牽頭。", "一、品牌")])
    assert passage.dense_text == "一、品牌\n质监部门牵头。"
    assert passage.lexical_text == "一、品牌\n質監部門牽頭。"
