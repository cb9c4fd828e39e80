"""Asking in the widget, as a reader does."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

QUESTION = "山东品牌培育由哪个部门牵头？"


def in_view(locator) -> bool:
    return locator.evaluate(
        "node => { const box = node.getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight && box.height > 0 }"
    )


def test_an_answer_names_the_lead_and_its_clause(chat):
    chat.ask(QUESTION)
    expect(chat.last.locator(".statement")).to_contain_text("质监部门")
    card = chat.last.locator(".card").first
    expect(card).to_contain_text("山东省贯彻实施质量发展纲要2014年行动计划")
    expect(card.locator(".path")).to_contain_text("完善质量升级的激励机制")
    expect(card.locator("mark").first).to_contain_text("质监部门牵头")
    expect(card.locator(".bodies .lead dd")).to_have_text(["质监部门"])
    assert "发展改革" in card.locator(".bodies .support dd").all_inner_texts()


def test_targets_are_a_table(chat):
    chat.ask("西藏产品质量监督抽查合格率的目标是多少？")
    row = chat.last.locator(".targets tr", has_text="产品质量监督抽查合格率").first
    expect(row.locator("td").first).to_contain_text("90%")


def test_one_click_opens_the_document_at_the_words(chat):
    chat.ask(QUESTION)
    with chat.page.expect_popup() as opened:
        chat.last.locator(".card .actions a").first.click()
    reader = opened.value
    reader.wait_for_load_state()
    mark = reader.locator("mark.cited").first
    expect(mark).to_contain_text("质监部门")
    assert in_view(mark)
    expect(reader.locator(".unit:target .path")).to_have_text("三/11")


def test_a_line_of_metadata_is_opened_where_it_is_printed(chat):
    chat.ask("西藏实施质量振兴战略2014年工作计划的文号是什么？")
    expect(chat.last.locator(".statement")).to_contain_text("藏政办发〔2014〕65号")
    with chat.page.expect_popup() as opened:
        chat.last.locator(".card .actions a").first.click()
    opened.value.wait_for_load_state()
    mark = opened.value.locator("#hl")
    expect(mark).to_be_visible()
    assert in_view(mark)


def test_a_number_in_the_answer_leads_to_its_card(chat):
    chat.ask(QUESTION)
    chat.last.locator(".cite").first.click()
    expect(chat.last.locator(".card").first).to_be_focused()
    assert in_view(chat.last.locator(".card .card-head").first)


def test_a_follow_up_is_understood_from_what_went_before(chat):
    chat.ask(QUESTION)
    chat.ask("那西藏呢？")
    assert chat.regions() == ["西藏自治区"]
    expect(chat.last.locator(".card .region").first).to_have_text("西藏自治区")


def test_a_comparison_is_a_table_with_a_row_for_each_region(chat):
    chat.ask("山东和阿拉善盟的品牌培育分别由谁牵头？")
    names = chat.last.locator(".comparison tbody th").all_inner_texts()
    assert sorted(names) == ["山东省", "阿拉善盟"]
    row = chat.last.locator(".comparison tr", has_text="山东省")
    expect(row.locator(".bodies .lead dd")).to_have_text(["质监部门"])
    assert chat.last.locator(".card").count() >= 2


def test_a_refusal_is_an_answer_and_offers_the_regions_there_are(chat):
    chat.ask("广东省的品牌培育由谁牵头？")
    assert chat.last.locator(".card, .failed").count() == 0
    expect(chat.last.locator(".statement")).to_contain_text("广东")
    expect(chat.last.locator(".held button")).to_have_count(4)
    turns = chat.turns.count()
    chat.last.locator(".held button", has_text="山东省").click()
    chat.turns.nth(turns).locator(".tools").wait_for()
    assert chat.regions() == ["山东省"]
    expect(chat.last.locator(".statement")).to_contain_text("质监部门")


class TestRegions:
    def test_another_region_is_added(self, chat):
        chat.ask(QUESTION)
        chat.last.locator(".add summary").click()
        offered = chat.last.locator(".choices button")
        expect(offered.first).to_be_visible()
        assert "山东省" not in offered.all_inner_texts()
        offered.filter(has_text="西藏自治区").click()
        chat.turns.nth(1).locator(".tools").wait_for()
        assert sorted(chat.regions()) == ["山东省", "西藏自治区"]
        expect(chat.field).to_be_focused()

    def test_a_region_is_removed_from_the_question(self, chat):
        chat.ask(QUESTION)
        chat.last.get_by_role("button", name="去掉地区：山东省").click()
        chat.turns.nth(1).locator(".tools").wait_for()
        assert chat.regions() == []
        expect(chat.last.locator(".question")).to_have_text("品牌培育由哪个部门牵头？")

    def test_an_english_question_keeps_its_grammar(self, make_page, open_chat):
        chat = open_chat(make_page(locale="en-GB"), "/?lang=en")
        chat.ask("Who leads brand cultivation in Shandong?")
        chat.last.locator(".understood .chip button").click()
        chat.turns.nth(1).locator(".tools").wait_for()
        expect(chat.last.locator(".question")).to_have_text("Who leads brand cultivation?")

    def test_the_choices_close_with_escape_and_with_a_click_elsewhere(self, chat):
        chat.ask(QUESTION)
        summary = chat.last.locator(".add summary")
        summary.click()
        expect(chat.last.locator(".choices button").first).to_be_visible()
        chat.page.keyboard.press("Escape")
        expect(chat.last.locator(".choices")).to_be_hidden()
        summary.click()
        chat.page.locator("h1").click()
        expect(chat.last.locator(".choices")).to_be_hidden()


class TestConversation:
    def test_suggested_questions_are_answered(self, chat):
        chat.ask("西藏产品质量监督抽查合格率的目标是多少？")
        suggestion = chat.last.locator(".next button").first
        text = suggestion.inner_text()
        suggestion.click()
        chat.turns.nth(1).locator(".tools").wait_for()
        expect(chat.last.locator(".question")).to_have_text(text)
        assert chat.last.locator(".card").count() >= 1

    def test_examples_are_answered(self, chat):
        examples = chat.root.locator(".examples button")
        assert examples.count() == 3
        examples.first.click()
        chat.turns.first.locator(".tools").wait_for()
        assert chat.last.locator(".card").count() >= 1

    def test_it_is_kept_in_the_tab_and_can_be_cleared(self, chat):
        chat.ask(QUESTION)
        said = chat.last.locator(".statement").inner_text()
        chat.page.reload()
        expect(chat.turns.first.locator(".statement")).to_have_text(said)
        expect(chat.last.locator(".card")).not_to_have_count(0)
        chat.root.get_by_role("button", name="清空对话").click()
        expect(chat.turns).to_have_count(0)
        expect(chat.field).to_be_focused()
        chat.page.reload()
        chat.field.wait_for()
        expect(chat.turns).to_have_count(0)

    def test_it_is_exported_as_markdown_with_citations(self, chat):
        chat.ask(QUESTION)
        with chat.page.expect_download() as download:
            chat.root.get_by_role("button", name="导出为 Markdown").click()
        text = download.value.path().read_text("utf-8")
        assert f"## {QUESTION}" in text
        assert "质监部门" in text
        assert "**[1]** 《山东省贯彻实施质量发展纲要2014年行动计划》" in text
        assert re.search(r"<http://[^>]+/documents/shandong-2014\?[^>]+#%E4%B8%89/11>", text)

    def test_asking_again_takes_the_place_of_the_answer(self, chat):
        chat.ask(QUESTION)
        chat.last.get_by_role("button", name="重试").click()
        chat.last.locator(".tools").wait_for()
        expect(chat.turns).to_have_count(1)
        expect(chat.last.locator(".statement")).to_contain_text("质监部门")

    def test_citations_are_copied(self, make_page, open_chat):
        chat = open_chat(make_page(permissions=["clipboard-read", "clipboard-write"]))
        chat.ask(QUESTION)

        def copied(name: str) -> str:
            chat.last.get_by_role("button", name=name, exact=True).first.click()
            expect(chat.root.locator("p[aria-live]")).to_have_text("已复制")
            return chat.page.evaluate("navigator.clipboard.readText()")

        national = copied("按 GB/T 7714 复制")
        assert re.fullmatch(
            r"山东省人民政府办公厅\. 山东省贯彻实施质量发展纲要2014年行动计划\[EB/OL\]\. "
            r"\(2014-07-02\): 三/11\[\d{4}-\d\d-\d\d\]\. http://\S+\.",
            national,
        )
        plain = chat.last.locator(".card").first.get_by_role("button", name="复制为普通文字")
        plain.click()
        assert "《山东省贯彻实施质量发展纲要2014年行动计划》" in chat.page.evaluate("navigator.clipboard.readText()")

    def test_a_judgment_is_stored_with_its_note(self, chat, feedback):
        chat.ask(QUESTION)
        before = len(list(feedback))
        chat.last.get_by_role("button", name="没有帮助").click()
        expect(chat.last.locator(".tools [role=status]")).to_have_text("谢谢，已记下。")
        note = chat.last.locator(".note input")
        note.fill("少了一个部门")
        note.press("Enter")
        expect(chat.last.locator(".note")).to_be_hidden()
        stored = list(feedback)[before:]
        assert [(entry.rating, entry.note, entry.question) for entry in stored] == [("down", "少了一个部门", QUESTION)]
        assert stored[0].answer["status"] == "answered"
        assert stored[0].generation


class TestTrouble:
    def test_stop_ends_the_answer_and_keeps_the_focus(self, chat):
        chat.page.route("**/v1/answer", lambda route: None)
        chat.ask(QUESTION, wait=False)
        stop = chat.root.get_by_role("button", name="停止")
        expect(stop).to_be_visible()
        stop.click()
        expect(chat.last.locator(".stopped")).to_contain_text("已停止")
        expect(chat.field).to_be_focused()
        chat.page.unroute("**/v1/answer")
        chat.last.locator(".stopped button").click()
        expect(chat.last.locator(".statement")).to_contain_text("质监部门")

    def test_escape_stops_too(self, chat):
        chat.page.route("**/v1/answer", lambda route: None)
        chat.ask(QUESTION, wait=False)
        chat.page.keyboard.press("Escape")
        expect(chat.last.locator(".stopped")).to_be_visible()

    def test_an_offline_server_is_said_and_can_be_tried_again(self, make_page, open_chat):
        chat = open_chat(make_page(may_fail=True))
        chat.page.route("**/v1/answer", lambda route: route.abort())
        chat.ask(QUESTION, wait=False)
        expect(chat.last.locator(".failed")).to_contain_text("连不上服务器")
        chat.page.unroute("**/v1/answer")
        chat.last.locator(".failed button").click()
        expect(chat.last.locator(".statement")).to_contain_text("质监部门")
        expect(chat.turns).to_have_count(1)

    def test_a_500_is_said_with_its_detail(self, make_page, open_chat):
        chat = open_chat(make_page(may_fail=True))
        problem = {"type": "about:blank", "title": "The service failed", "status": 500, "detail": "<b>see the log</b>"}
        chat.page.route(
            "**/v1/answer",
            lambda route: route.fulfill(status=500, content_type="application/problem+json", body=json.dumps(problem)),
        )
        chat.ask(QUESTION, wait=False)
        expect(chat.last.locator(".failed")).to_contain_text("500")
        expect(chat.last.locator(".failed")).to_contain_text("<b>see the log</b>")

    def test_an_answer_that_breaks_off_is_said(self, make_page, open_chat):
        chat = open_chat(make_page(may_fail=True))
        half = 'event: statement\ndata: {"text": "半句", "citations": []}\n\n'
        chat.page.route(
            "**/v1/answer", lambda route: route.fulfill(status=200, content_type="text/event-stream", body=half)
        )
        chat.ask(QUESTION, wait=False)
        expect(chat.last.locator(".statement")).to_have_text("半句")
        expect(chat.last.locator(".failed")).to_contain_text("中断")

    def test_an_error_within_the_stream_is_said(self, make_page, open_chat):
        chat = open_chat(make_page(may_fail=True))
        body = 'event: problem\ndata: {"title": "busy", "status": 503, "detail": "later"}\n\n'
        chat.page.route(
            "**/v1/answer", lambda route: route.fulfill(status=200, content_type="text/event-stream", body=body)
        )
        chat.ask(QUESTION, wait=False)
        expect(chat.last.locator(".failed")).to_contain_text("503")

    def test_a_question_that_is_not_taken_names_why(self, make_page, open_chat):
        chat = open_chat(make_page(may_fail=True))
        chat.ask("问" * 5000, wait=False)
        expect(chat.last.locator(".failed")).to_contain_text("没有接受")

    def test_plain_json_is_an_answer_too(self, chat):
        def strip_accept(route):
            route.continue_(headers={**route.request.headers, "accept": "application/json"})

        chat.page.route("**/v1/answer", strip_accept)
        chat.ask(QUESTION)
        expect(chat.last.locator(".statement")).to_contain_text("质监部门")
        expect(chat.last.locator(".card").first).to_contain_text("山东省")


@pytest.mark.parametrize(
    "question", ["<script>document.title='x'</script> 山东", "山东\u202e品牌\u0007培育", "<img src=x onerror=alert(1)>"]
)
def test_a_question_is_shown_as_typed(make_page, open_chat, question):
    chat = open_chat(make_page(may_fail=True))
    title = chat.page.title()
    chat.ask(question, wait=False)
    assert chat.last.locator(".question").evaluate("node => node.textContent") == question
    chat.last.locator(".tools, .failed").first.wait_for()
    assert chat.page.title() == title
    assert chat.last.locator("img, script").count() == 0


def test_nothing_of_an_answer_is_read_as_markup_and_no_link_leaves_http(chat):
    document = {
        "title": "<b>题</b>", "number": "<i>1</i>", "issuer": "<u>厅</u>", "issued_on": "2014-07-02",
        "region": "山东省", "script": "Hans",
    }  # fmt: skip
    citation = {
        "n": 1, "clause_id": "x/一", "document_id": "javascript:alert(1)", "document": document, "path": ["<s>一</s>"],
        "labels": ["<h1>标</h1>"], "quote": "<script>alert(1)</script>𠀀条文", "highlights": [[25, 26]], "span": [0, 9],
        "score": 1.0, "url": "javascript:alert(1)",
    }  # fmt: skip
    answer = {
        "question": "?", "language": "zh-Hans", "status": "answered", "text": "<b>答</b>",
        "statements": [{"text": "<b>答</b>", "citations": [1], "lead": ["<b>局</b>"], "support": [], "shared": []}],
        "reason": None, "confidence": 1, "citations": [citation], "related": [],
        "interpretation": {"regions": ["<b>省</b>"], "intent": "fact", "standalone_question": "<b>?</b>", "terms": []},
        "index": {"generation": "1", "documents": 1, "clauses": 1, "regions": []}, "took_ms": 1,
    }  # fmt: skip
    chat.page.route("**/v1/answer", lambda route: route.fulfill(json=answer))
    chat.page.route("**/v1/clauses/**", lambda route: route.fulfill(json={"responsibilities": [], "targets": []}))
    chat.page.route("**/v1/suggestions?**", lambda route: route.fulfill(json={"questions": ["<b>问</b>"]}))
    chat.ask(QUESTION)
    chat.last.locator(".next").wait_for()
    assert chat.last.locator("b, i, u, s, script, h1").count() == 0
    expect(chat.last.locator("mark")).to_have_text("𠀀")
    links = chat.last.locator("a").evaluate_all("links => links.map((link) => link.href)")
    assert links
    assert all(link.startswith("http://127.0.0.1") for link in links)


class TestKeyboard:
    def test_from_the_first_tab_to_the_opened_citation(self, chat):
        page = chat.page
        for _ in range(30):
            page.keyboard.press("Tab")
            if chat.field.evaluate("node => node.getRootNode().activeElement === node"):
                break
        expect(chat.field).to_be_focused()
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        chat.last.locator(".tools").wait_for()
        expect(chat.field).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(chat.last).to_be_focused()
        for _ in range(12):
            page.keyboard.press("Tab")
            if chat.last.locator(".card a.title").first.evaluate("node => node.getRootNode().activeElement === node"):
                break
        with page.expect_popup() as opened:
            page.keyboard.press("Enter")
        opened.value.wait_for_load_state()
        expect(opened.value.locator("mark.cited").first).to_be_visible()

    def test_a_half_composed_word_is_not_sent(self, chat):
        chat.field.fill("山东")
        chat.field.evaluate(
            "node => node.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
        )
        expect(chat.turns).to_have_count(0)
        chat.field.press("Shift+Enter")
        expect(chat.turns).to_have_count(0)
        assert chat.field.input_value() == "山东\n"

    def test_escape_in_the_log_leads_back_to_the_field(self, chat):
        chat.ask(QUESTION)
        chat.field.press("ArrowUp")
        chat.page.keyboard.press("Escape")
        expect(chat.field).to_be_focused()


def test_the_end_of_an_answer_is_announced_politely(chat):
    live = chat.root.locator("p[aria-live]")
    assert live.get_attribute("aria-live") == "polite"
    chat.ask(QUESTION)
    expect(live).to_contain_text("质监部门")
    expect(live).to_contain_text("1 处出处")


def test_nothing_moves_while_an_answer_comes(chat):
    chat.page.evaluate(
        """() => {
          window.shifts = [];
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) shifts.push(entry.value);
          }).observe({ type: "layout-shift" });
        }"""
    )
    chat.ask(QUESTION)
    chat.last.locator(".next").wait_for()
    chat.ask("比较山东和西藏的特种设备安全监管由谁负责")
    chat.page.wait_for_timeout(300)
    assert chat.page.evaluate("shifts.reduce((sum, value) => sum + value, 0)") < 0.01


@pytest.mark.parametrize(
    ("tag", "heading", "searching"),
    [("en", "Ask", "Ask"), ("zh-Hant", "問答", "提問"), ("zh-Hans", "问答", "提问")],
)
def test_the_interface_speaks_three_languages(page, open_chat, tag, heading, searching):
    chat = open_chat(page, f"/?lang={tag}")
    expect(chat.root.locator("header h2")).to_have_text(heading)
    expect(chat.root.locator(".submit")).to_have_attribute("aria-label", searching)


def test_a_traditional_question_is_answered_in_traditional(page, open_chat):
    chat = open_chat(page, "/?lang=zh-Hant")
    chat.ask("山東品牌培育由哪個部門牽頭？")
    expect(chat.last.locator(".statement")).to_contain_text("質監部門")


@pytest.mark.parametrize("dark", [False, True])
def test_320_pixels_are_enough(make_page, open_chat, dark):
    chat = open_chat(make_page(width=320, height=600, color_scheme="dark" if dark else "light"))
    chat.ask(QUESTION)
    chat.ask("比较山东和西藏的特种设备安全监管由谁负责")
    overflow = chat.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    log = chat.root.locator(".log")
    assert log.evaluate("node => node.scrollWidth - node.clientWidth") <= 0


def test_the_page_asks_no_other_host(page, site, open_chat):
    others: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(site) else others.append(request.url))
    chat = open_chat(page)
    chat.ask(QUESTION)
    page.goto(f"{site}/documents/shandong-2014")
    page.goto(f"{site}/documents")
    assert others == []


def test_a_question_in_the_address_is_asked(page, open_chat):
    chat = open_chat(page, f"/?q={QUESTION}")
    expect(chat.turns.first.locator(".statement")).to_contain_text("质监部门")
