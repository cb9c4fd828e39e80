from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

import pytest

from service.everyday import everyday_topic, read_everyday_words


def _lines() -> Iterator[str]:
    text = (resources.files("service") / "data" / "everyday_words.tsv").read_text(encoding="utf-8")
    yield from (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _surfaces(question: str) -> list[str]:
    return [term.surface for term in everyday_topic(question, [])]


def test_every_line_is_everyday_words_a_tab_and_policy_words() -> None:
    entry = re.compile(r"[^\s|]+(?:\|[^\s|]+)*\t[^\s|]+(?:\|[^\s|]+)*")

    assert [line for line in _lines() if not entry.fullmatch(line)] == []


def test_an_everyday_word_stands_once() -> None:
    words = [word for line in _lines() for word in line.split("\t")[0].split("|")]

    assert sorted({word for word in words if words.count(word) > 1}) == []


@pytest.mark.parametrize(
    ("question", "word", "policy"),
    [
        ("网上卖货的质量怎么管", "网上卖货", "电子商务"),
        ("盖楼出了质量问题追究到什么时候", "盖楼", "建筑工程"),
        ("老百姓满不满意", "满不满意", "满意度"),
        ("质量工作的钱从哪来", "钱", "经费"),
        ("买一台冷藏车补多少", "补", "补贴"),
        ("品质提升计划", "品质", "质量"),
        ("那边坐缆车安全谁管", "缆车", "客运索道"),
        ("老是淹水怎么治", "淹水", "排涝"),
        ("食品抽检合格率要多高", "抽检合格率", "监督抽查合格率"),
    ],
)
def test_everyday_words_bring_the_words_of_policy(question: str, word: str, policy: str) -> None:
    terms = {term.surface: term.alternatives for term in everyday_topic(question, [])}

    assert terms[word][0] == word
    assert policy in terms[word]


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("养殖尾水达标排放率要多少", ["养殖", "尾水", "达标排放率"]),
        ("名牌产品隔多久评一批", ["名牌产品"]),
        ("新建服务站每个补几万元", ["新建", "服务站", "补"]),
        ("工伤保险这事谁说了算", ["工伤保险"]),
        ("冷藏车多少钱一台", ["冷藏车"]),
        ("考核结果为d级会怎样", ["考核", "结果", "d级"]),
        ("纲要的重要指标", ["纲要", "重要", "指标"]),
        ("灌溉这条线挂帅的是谁", ["灌溉"]),
        ("节水灌溉的达标率各定了多少", ["节水", "灌溉", "达标率"]),
        ("灌溉面积要做到多少", ["灌溉面积"]),
        ("灌溉指标定得高", ["灌溉", "指标"]),
        ("要造多少林、封几座山", ["造林", "封山"]),
        ("造多少林场", ["林场"]),
        ("分解任务多少项?", ["分解", "任务"]),
        ("封育草原多少亩?", ["封育", "草原"]),
        ("各级灌区这条例怎么定", ["各级", "灌区", "条例"]),
    ],
)
def test_words_that_only_ask_are_no_topic(question: str, topic: list[str]) -> None:
    assert _surfaces(question) == topic


def test_what_is_quoted_stays_as_it_is() -> None:
    assert "你点题我来帮忙" in _surfaces("“你点题我来帮忙”活动怎么搞")


def test_the_words_of_a_topic_stand_in_the_order_of_the_question() -> None:
    assert _surfaces("充电桩和老房子由工地") == ["充电桩", "老房子", "工地"]


def test_no_word_stands_for_nothing() -> None:
    assert all(read_everyday_words().values())


def test_an_example_says_less_than_the_thing_itself() -> None:
    terms = {term.surface: term.light for term in everyday_topic("谁负责查电梯这类特种设备", [])}

    assert terms == {"电梯": True, "特种设备": False}


def test_the_people_whom_everything_is_for_say_little() -> None:
    terms = {term.surface: term.light for term in everyday_topic("老百姓吃的食品", [])}

    assert terms == {"老百姓": True, "食品": False}
