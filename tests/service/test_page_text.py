from __future__ import annotations

import re
from pathlib import Path

import pytest

from service import page_text
from service.page_text import PageText, choose_language

TEMPLATES = Path(page_text.__file__).parent / "templates"


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "expected"),
    [
        ("en", "zh-Hans", "zh-TW", "en"),
        (None, "zh-Hant", "en", "zh-Hant"),
        (None, None, "zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        (None, None, "zh-CN", "zh-Hans"),
        (None, None, "fr-FR,en;q=0.5", "en"),
        ("xx", None, None, "zh-Hans"),
        (None, None, None, "zh-Hans"),
    ],
)
def test_the_language_of_a_page(asked, remembered, accepted, expected):
    assert choose_language(asked, remembered, accepted) == expected


def test_every_string_that_a_template_asks_for_is_there():
    asked = {
        name for path in TEMPLATES.glob("*.html") for name in re.findall(r"""text\("(\w+)\"""", path.read_text("utf-8"))
    }
    text = PageText("en")
    assert sorted(name for name in asked if not text(name)) == []
    assert len(asked) > 30


def test_values_are_filled_in():
    assert PageText("zh-Hans")("hits", count=3) == "共 3 处"
    with pytest.raises(KeyError):
        PageText("en")("no such string")


def test_reasons_of_noise():
    assert PageText("zh-Hant").reasons(["navigation", "pinyin"]) == "導覽、注音"
    assert PageText("en").reasons(["something_new"]) == "something new"
