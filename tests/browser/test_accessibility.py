"""axe over every page and state, in light and dark, wide and narrow; nothing of any severity may be found."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

QUESTIONS = {
    "answer": ["山东品牌培育由哪个部门牵头？"],
    "targets": ["西藏产品质量监督抽查合格率的目标是多少？"],
    "comparison": ["比较山东和西藏的特种设备安全监管由谁负责"],
    "refusal": ["广东省的品牌培育由谁牵头？"],
    "follow-up": ["山东品牌培育由哪个部门牵头？", "那西藏呢？"],
}
SIZES = [(1280, 800), (320, 640)]
PAGES = ["/", "/?lang=en", "/?lang=zh-Hant", "/documents", "/documents/none", "/?q=%E5%B1%B1%E4%B8%9C"]
READERS = [
    "/documents/shandong-2014?at=%E4%B8%89%2F11&hl=0-12#%E4%B8%89/11",
    "/documents/xizang-2006-2010",
    "/documents/xizang-2014?find=%E8%B4%A8%E9%87%8F",
    "/documents/wenzhou-2014?lang=en",
]


def findings(page) -> list[tuple[str, str, list[str]]]:
    found = Axe().run(page).response["violations"]
    return [(item["id"], item["impact"], [str(node["target"]) for node in item["nodes"][:3]]) for item in found]


@pytest.fixture(params=[(size, dark) for size in SIZES for dark in (False, True)], ids=str)
def looking(request, make_page):
    (width, height), dark = request.param
    return make_page(width=width, height=height, color_scheme="dark" if dark else "light", may_fail=True)


@pytest.mark.parametrize("path", PAGES)
def test_pages(looking, site, path):
    looking.goto(site + path, wait_until="networkidle")
    assert findings(looking) == []


@pytest.mark.parametrize("path", READERS)
def test_reader(looking, site, path):
    looking.goto(site + path, wait_until="networkidle")
    assert findings(looking) == []


@pytest.mark.parametrize("state", QUESTIONS)
def test_widget(looking, open_chat, state):
    chat = open_chat(looking)
    for question in QUESTIONS[state]:
        chat.ask(question)
    looking.wait_for_load_state("networkidle")
    assert findings(looking) == []


def test_widget_in_trouble(looking, open_chat):
    chat = open_chat(looking)
    looking.route("**/v1/answer", lambda route: route.abort())
    chat.ask("山东", wait=False)
    chat.last.locator(".failed").wait_for()
    assert findings(looking) == []


def test_widget_with_open_choices_and_a_note(looking, open_chat):
    chat = open_chat(looking)
    chat.ask(QUESTIONS["answer"][0])
    chat.last.get_by_role("button", name="有帮助", exact=True).click()
    chat.last.locator(".note").wait_for()
    chat.last.locator(".add summary").click()
    chat.last.locator(".choices button").first.wait_for()
    assert findings(looking) == []
