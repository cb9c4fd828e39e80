from __future__ import annotations

import pytest

from corpus.folding import fold
from corpus.model import Responsibility
from service.evidence import TIME_WORDS, best_sentences, find_range, split_sentences
from tests.lone_clauses import make_clause, make_topic, words_of


def test_sentences_end_at_their_stops_whatever_the_width() -> None:
    text = "推广滴灌。改造管网; 每年50公里;\n  (水利厅牵头)"

    assert [text[start:end] for start, end in split_sentences(text)] == [
        "推广滴灌。",
        "改造管网;",
        "每年50公里;",
        "(水利厅牵头)",
    ]


def test_no_text_has_no_sentences() -> None:
    assert split_sentences(" \n ") == []
    assert best_sentences(make_clause(" \n "), *make_topic("灌溉")).ranges == ()


def test_the_sentence_on_the_topic_is_taken_and_no_other() -> None:
    clause = make_clause("加强宣传。推广节水灌溉。完善制度。")
    evidence = best_sentences(clause, *make_topic("灌溉"))

    assert words_of(clause, evidence.ranges) == ["推广节水灌溉。"]
    assert evidence.coverage == 1.0


def test_sentences_that_say_more_are_added_in_the_order_of_the_text() -> None:
    clause = make_clause("完善制度。建设绿道。推广灌溉。")
    evidence = best_sentences(clause, *make_topic("灌溉", "绿道"))

    assert words_of(clause, evidence.ranges) == ["建设绿道。", "推广灌溉。"]
    assert evidence.coverage == pytest.approx(1.0)


def test_what_is_needed_comes_first() -> None:
    clause = make_clause("推广灌溉技术。2021年底前完成灌溉改造。")
    evidence = best_sentences(clause, *make_topic("灌溉"), most=1, need=TIME_WORDS)

    assert words_of(clause, evidence.ranges) == ["2021年底前完成灌溉改造。"]


@pytest.mark.parametrize(
    "text", ["到2020年底", "“十一五”期末", "三年内完成", "每两年评审一次", "12月底前上报", "30个工作日内"]
)
def test_words_of_time_are_known(text: str) -> None:
    assert TIME_WORDS.search(fold(text))


@pytest.mark.parametrize("text", ["制定年度计划", "按时完成", "新增35个灌区"])
def test_other_words_are_no_time(text: str) -> None:
    assert TIME_WORDS.search(fold(text)) is None


def test_sentences_of_the_year_that_is_asked_for_go_before_those_of_others() -> None:
    clause = make_clause("2007年建成门窗检测室;2008年建成珠宝检测室;2009年建成油品检测室。")
    topic, weights = make_topic("建成", "检测室")

    assert words_of(clause, best_sentences(clause, topic, weights, years=frozenset({2008})).ranges) == [
        "2008年建成珠宝检测室;"
    ]
    assert words_of(clause, best_sentences(clause, topic, weights, years=frozenset({2010})).ranges) == [
        "2007年建成门窗检测室;"
    ]


def test_a_range_is_found_or_empty() -> None:
    assert find_range("推广灌溉。(水利厅牵头)", "(水利厅牵头)") == ((5, 12),)
    assert find_range("推广灌溉。", "绿道") == ()
    assert find_range("推广灌溉。", "") == ()


def test_a_note_of_duties_says_who_and_not_what() -> None:
    note = "(环保局牵头)"
    text = f"开展污染防治行动。{note}"
    at = text.index(note)
    clause = make_clause(text, responsibilities=(Responsibility((at, at + len(note)), note, ("环保局",), rule="牵头"),))

    assert words_of(clause, best_sentences(clause, *make_topic("环保", "污染防治")).ranges) == ["开展污染防治行动。"]
