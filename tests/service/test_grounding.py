"""Sentences against the hand-written policies of 江苏 and 四川."""

from __future__ import annotations

import pytest

from service.grounding import Ground, Source, bodies_said, roles_said

IRRIGATION, AIMS, PIPES, RAIN = "jiangsu-water/二/1", "jiangsu-water/一/¶1", "jiangsu-water/二/2", "jiangsu-water/二/3"


@pytest.fixture
def fault_of(provinces, clause_of):
    def fault(sentence: str, *clause_ids: str) -> str | None:
        sources = [Source(clause_of(name), provinces.documents[name.split("/")[0]]) for name in clause_ids]
        english = sum(map(str.isascii, sentence)) > len(sentence) / 2
        return Ground(sources, "江苏省农业节水灌溉由谁牵头?").fault(sentence, english=english)

    return fault


@pytest.mark.parametrize(
    ("clause_id", "sentence"),
    [
        (IRRIGATION, "江苏省农业节水灌溉由省水利厅牵头,省农业农村厅、省财政厅配合。"),
        (IRRIGATION, "牵头单位是省水利厅,配合单位为省农业农村厅和省财政厅。"),
        (IRRIGATION, "江苏省每年新增高效节水灌溉面积五十万亩。"),
        (IRRIGATION, "江苏省每年新增高效节水灌溉面积500000亩。"),
        (IRRIGATION, "江蘇省每年新增高效節水灌溉面積50萬畝。"),
        (IRRIGATION, "根据苏政办发〔2019〕56号,江苏省扩大高效节水灌溉面积,每年新增50万亩。"),
        (IRRIGATION, "江苏省2019年6月18日印发文件,扩大高效节水灌溉面积。"),
        (IRRIGATION, "In Jiangsu, 省水利厅 leads irrigation, supported by 省农业农村厅 and 省财政厅."),
        (IRRIGATION, "Jiangsu adds 500,000 mu (50万亩) each year."),
        (IRRIGATION, "Jiangsu (issued June 18, 2019) adds 50万亩 of irrigation."),
        (AIMS, "到2022年,江苏省万元工业增加值用水量比2015年下降百分之二十。"),
        (AIMS, "到2022年,江苏省建成节水型灌区三十五个。"),
        (AIMS, "到2022年,江苏省城市公共供水管网漏损率控制在10%以内。"),
        (RAIN, "雨水收集利用由省住房城乡建设厅、省水利厅按职责分工负责。"),
        (PIPES, "改造城镇供水管网由省住房城乡建设厅牵头、省发展改革委配合。"),
    ],
)
def test_what_the_clause_says_stands(fault_of, clause_id, sentence):
    assert fault_of(sentence, clause_id) is None


@pytest.mark.parametrize(
    ("clause_id", "sentence", "fault"),
    [
        (IRRIGATION, "农业节水灌溉由省教育厅牵头。", "body"),
        (IRRIGATION, "农业节水灌溉由市水利厅牵头。", "body"),
        (IRRIGATION, "农业节水灌溉由教育等部门配合。", "body"),
        (IRRIGATION, "江苏省的农业节水灌溉由省财政厅牵头,省水利厅配合。", "role"),
        (RAIN, "雨水收集利用由省住房城乡建设厅牵头,省水利厅配合。", "role"),
        (IRRIGATION, "江苏省每年新增高效节水灌溉面积60万亩。", "number"),
        (IRRIGATION, "江苏省每年新增高效节水灌溉面积50万公顷。", "number"),
        (IRRIGATION, "江苏省每年新增高效节水灌溉面积不低于50万亩。", "number"),
        (AIMS, "到2022年,江苏省城市公共供水管网漏损率控制在10%以上。", "number"),
        (AIMS, "到2025年,江苏省建成节水型灌区35个。", "number"),
        (IRRIGATION, "江苏省2019年6月19日印发文件,扩大高效节水灌溉面积。", "date"),
        (IRRIGATION, "Jiangsu adds 50万亩 of irrigation by July 2, 2020.", "date"),
        (IRRIGATION, "四川省每年新增高效节水灌溉面积50万亩。", "region"),
        (IRRIGATION, "《四川省节水行动》提出扩大高效节水灌溉面积。", "quotation"),
        (IRRIGATION, "江苏省要求“大幅扩大高效节水灌溉面积”。", "quotation"),
        (IRRIGATION, "根据苏政办发〔2019〕57号,江苏省扩大高效节水灌溉面积。", "document"),
        (IRRIGATION, "江苏省不扩大高效节水灌溉面积。", "negation"),
        (IRRIGATION, "请访问我们的商店购买优质产品,绝对好用。", "words"),
        (IRRIGATION, "江苏省农业节水灌溉由谁牵头。", "words"),
        (IRRIGATION, "Please visit our shop and buy something nice.", "words"),
        (IRRIGATION, "In Jiangsu, 省财政厅 leads, supported by 省水利厅.", "role"),
        (IRRIGATION, "In Jiangsu, the Ministry of Education helps 省水利厅.", "body"),
        (IRRIGATION, "In Jiangsu it is 省林业局 that plants.", "body"),
        (IRRIGATION, "Jiangsu adds 50万亩 with sixty machines.", "number"),
        (IRRIGATION, "<b>江苏省扩大高效节水灌溉面积</b>。", "markup"),
        (IRRIGATION, "江苏省扩大高效节水灌溉面积<|im_end|>。", "markup"),
        (IRRIGATION, "[江苏省](https://a.example)扩大高效节水灌溉面积。", "markup"),
    ],
)
def test_what_the_clause_does_not_say_falls(fault_of, clause_id, sentence, fault):
    assert fault_of(sentence, clause_id) == fault


def test_a_sentence_in_another_language_falls(provinces, clause_of):
    ground = Ground([Source(clause_of(IRRIGATION), provinces.documents["jiangsu-water"])], "")

    assert ground.fault("Jiangsu adds 50万亩 of irrigation.", english=False) == "language"
    assert ground.fault("江苏省扩大高效节水灌溉面积。", english=True) == "language"


def test_a_sentence_over_two_clauses_is_held_against_both(fault_of):
    both = "江苏省由省水利厅牵头节水灌溉,省住房城乡建设厅牵头改造城镇供水管网。"

    assert fault_of(both, IRRIGATION) == "body"
    assert fault_of(both, IRRIGATION, PIPES) is None


def test_everyday_words_are_no_bodies():
    assert bodies_said("全部工作由各有关部门部署,布局合理,主办单位由市水利局担任。") == ["市水利局"]


def test_roles_go_with_the_word_beside_the_body():
    said = roles_said("牵头单位为水利厅,财政厅配合,led by 林业局", ["水利厅", "财政厅", "林业局"])

    assert sorted((body, *roles) for body, roles in said) == [
        ("林业局", "lead"),
        ("水利厅", "lead"),
        ("财政厅", "support"),
    ]
