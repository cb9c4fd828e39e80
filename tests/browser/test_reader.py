"""The document reader and the list, with and without script."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"


def in_view(locator) -> bool:
    return locator.evaluate(
        "node => { const box = node.getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight }"
    )


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_character_of_the_file_is_on_the_page(page, site, path):
    page.goto(f"{site}/documents/{path.stem}")
    shown = page.evaluate(
        """() => {
          const article = document.querySelector("article").cloneNode(true);
          for (const added of article.querySelectorAll("aside, summary, ins")) added.remove();
          return article.textContent;
        }"""
    )
    printed = path.read_text("utf-8-sig")
    assert "".join(shown.split()) == "".join(printed.split())


@pytest.mark.parametrize("script", [True, False])
def test_the_clause_of_the_address_is_in_view(make_page, site, script):
    page = make_page(java_script_enabled=script)
    page.goto(f"{site}/documents/shandong-2014?at={quote('三/11')}&hl=0-12#{quote('三')}/11")
    unit = page.locator("[id='三/11']")
    assert in_view(unit)
    expect(unit.locator("mark.cited").first).to_contain_text("11.完善质量升级的激励")
    assert unit.evaluate("node => getComputedStyle(node).borderLeftColor") == "rgb(13, 95, 91)"


def test_raw_addresses_work_too(page, site):
    page.goto(f"{site}/documents/alxa-quality#三/(五)/1")
    assert in_view(page.locator("[id='三/(五)/1']"))


def test_noise_is_folded_and_there_to_see(page, site):
    page.goto(f"{site}/documents/wenzhou-2014")
    fold = page.locator("details.fold").first
    expect(fold.locator("div")).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator("div")).to_contain_text("酒业信息网")


def test_pinyin_and_repairs_can_be_shown(page, site):
    page.goto(f"{site}/documents/xizang-2006-2010")
    pinyin = page.locator(".words .noise", has_text="(qū)").first
    repair = page.locator(".repair").first
    expect(pinyin).to_be_hidden()
    expect(repair.locator("ins")).to_be_visible()
    expect(repair.locator("del")).to_be_hidden()
    page.get_by_label("显示去掉和修复前的文字").check()
    expect(pinyin).to_be_visible()
    expect(repair.locator("del")).to_be_visible()
    assert repair.get_attribute("title").startswith("修复前：")


def test_facts_stand_beside_the_clause(page, site):
    page.goto(f"{site}/documents/xizang-2014")
    aside = page.locator("[id='一/(四)'] aside")
    expect(aside.locator(".bodies.lead dd")).to_have_text(["环境保护厅"])
    expect(aside.locator("tr", has_text="城镇污水集中处理率").locator("td")).to_contain_text("55%")
    expect(aside.locator("a", has_text="一/(一)")).to_have_attribute("href", re.compile(r"#%E4%B8%80/%28%E4%B8%80%29$"))


def test_earlier_and_later_clause(page, site):
    page.goto(f"{site}/documents/shandong-2014#三/11")
    unit = page.locator("[id='三/11']")
    unit.get_by_role("link", name="下一条").click()
    expect(page.locator(".unit:target .path")).to_have_text("四")
    page.locator("[id='四']").get_by_role("link", name="上一条").click()
    expect(page.locator(".unit:target .path")).to_have_text("三/11")


def test_a_clause_is_copied_without_what_was_removed(make_page, site):
    page = make_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/documents/xizang-2006-2010")
    unit = page.locator(".unit.preamble")
    unit.get_by_role("button", name="复制本条").click()
    expect(page.locator("#said")).to_have_text("已复制")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("“十一五”時期(2006年—2010年)是我區全面建設小康社會")
    assert "(qū)" not in text
    assert text.endswith("#preamble")


@pytest.mark.parametrize("script", [True, False])
def test_a_search_inside_finds_every_script(make_page, site, script):
    page = make_page(java_script_enabled=script)
    page.goto(f"{site}/documents/alxa-quality")
    page.locator("input[type=search]").fill("质量强盟")
    page.locator(".bar form button").click()
    hits = page.locator(".hits a")
    assert hits.count() == page.locator("mark.found[id]").count() > 1
    expect(page.locator("mark.found").first).to_have_text("質量強盟")
    hits.nth(1).click()
    assert in_view(page.locator("#hit-2"))


def test_words_that_are_not_there_are_said(page, site):
    page.goto(f"{site}/documents/alxa-quality?find=%3Cb%3E")
    expect(page.locator(".hits")).to_contain_text("没有这几个字")
    assert page.locator("input[type=search]").input_value() == "<b>"


def test_the_contents_lead_to_the_clause(page, site):
    page.goto(f"{site}/documents/shandong-2014")
    page.locator(".contents a", has_text="11.完善质量升级的激励机制").click()
    assert in_view(page.locator("[id='三/11']"))


@pytest.mark.parametrize("script", [True, False])
def test_the_contents_open_on_a_phone(make_page, site, script):
    page = make_page(width=320, height=600, java_script_enabled=script)
    page.goto(f"{site}/documents/xizang-2014")
    contents = page.locator(".contents")
    expect(contents).to_be_hidden()
    page.get_by_role("button", name="目录").click()
    expect(contents).to_be_visible()
    contents.get_by_role("button", name="关闭").click()
    expect(contents).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0 if script else True


@pytest.mark.parametrize("script", [True, False])
def test_the_list_is_filtered(make_page, site, script):
    page = make_page(java_script_enabled=script)
    page.goto(f"{site}/documents")
    expect(page.locator(".documents li")).to_have_count(5)
    page.get_by_label("地区").select_option(label="西藏自治区")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".documents li")).to_have_count(2)
    page.get_by_label("年份").select_option("2014")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".documents li")).to_have_count(1)
    page.locator(".documents a").click()
    expect(page.locator("h1")).to_contain_text("实施质量振兴战略2014年工作计划")


def test_questions_are_answered_without_script(make_page, site):
    page = make_page(java_script_enabled=False)
    page.goto(site)
    page.get_by_label("您的问题").fill("山东品牌培育由哪个部门牵头？")
    page.get_by_role("button", name="提问").click()
    expect(page.locator(".answer p").first).to_contain_text("质监部门")
    page.locator(".answer a").first.click()
    expect(page.locator("mark.cited").first).to_be_visible()
    assert in_view(page.locator("[id='三/11']"))


def test_the_home_page_says_what_is_here(page, site):
    page.goto(site)
    counts = page.locator(".counts")
    expect(counts).to_contain_text("5")
    regions = page.locator(".regions li")
    expect(regions).to_have_count(4)
    regions.filter(has_text="山东省").locator("a").click()
    expect(page.locator(".documents li")).to_have_count(1)


def test_a_chosen_language_is_remembered(page, site):
    page.goto(site)
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_contain_text("policy texts")
    page.goto(f"{site}/documents")
    expect(page.locator("h1")).to_have_text("Documents")
