"""The widget on pages of other people."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

QUESTION = "山东品牌培育由哪个部门牵头？"
HOSTILE = """<style>
* { color: red !important; font-size: 40px !important; line-height: 4 !important; letter-spacing: 1em !important;
    text-transform: uppercase !important; direction: rtl !important; font-family: fantasy !important; }
html { font-size: 4px; }
button, textarea, article, p, h2, h3 { display: none !important; visibility: hidden !important; }
.card, .turn, .log { display: none !important; }
</style>"""


def widget(site: str, attributes: str = "") -> str:
    script = f'<script type="module" src="{site}/widget/policy-chat.js"></script>'
    return f'{script}<policy-chat endpoint="{site}/" {attributes}></policy-chat>'


def test_a_script_and_a_tag_are_all_it_takes(page, site, host_page, chat_on):
    page.goto(host_page(widget(site)))
    chat = chat_on(page)
    chat.ask(QUESTION)
    expect(chat.last.locator(".statement")).to_contain_text("质监部门")
    assert chat.last.locator(".card a.title").first.get_attribute("href").startswith(f"{site}/documents/shandong-2014")


def test_the_style_of_the_page_stays_outside(page, site, host_page, chat_on):
    page.goto(host_page(widget(site), head=HOSTILE))
    chat = chat_on(page)
    chat.ask(QUESTION)
    statement = chat.last.locator(".statement")
    expect(statement).to_be_visible()
    style = statement.evaluate(
        "node => { const s = getComputedStyle(node);"
        " return [s.color, s.textTransform, s.direction, s.letterSpacing, parseFloat(s.fontSize)] }"
    )
    assert style[1:4] == ["none", "ltr", "normal"]
    assert style[0] != "rgb(255, 0, 0)"
    assert 14 < style[4] < 20


def test_a_strict_policy_of_the_page_is_kept(page, site, host_page, chat_on):
    policy = (
        f"default-src 'none'; script-src {site}; connect-src {site}; style-src 'none'; img-src 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    page.goto(host_page(widget(site), policy=policy))
    chat = chat_on(page)
    chat.ask(QUESTION)
    expect(chat.last.locator(".card mark").first).to_contain_text("质监部门牵头")
    panel = chat.root.locator(".panel")
    assert panel.evaluate("node => getComputedStyle(node).display") == "flex"


def test_two_on_one_page_keep_apart(page, site, host_page, chat_on):
    address = host_page(widget(site, 'lang="zh" id="a"') + widget(site, 'lang="en"'))
    page.goto(address)
    first, second = chat_on(page, "policy-chat >> nth=0"), chat_on(page, "policy-chat >> nth=1")
    first.ask(QUESTION)
    expect(second.turns).to_have_count(0)
    second.ask("Who leads brand cultivation in Shandong?")
    expect(second.last.locator(".statement")).to_contain_text("In Shandong")
    expect(first.turns).to_have_count(1)
    page.reload()
    expect(first.turns).to_have_count(1)
    expect(second.turns.first.locator(".question")).to_have_text("Who leads brand cultivation in Shandong?")
    expect(second.root.locator("header h2")).to_have_text("Ask the policy texts")


def test_events_properties_and_methods(page, site, host_page):
    page.goto(host_page(widget(site, 'region="山东"')))
    page.locator("policy-chat textarea").wait_for()
    seen = page.evaluate(
        """async () => {
          const chat = document.querySelector("policy-chat");
          const seen = [];
          for (const name of ["ask", "answer", "cite", "error"]) {
            document.body.addEventListener(name, (event) => seen.push([name, event.detail, event.composed]));
          }
          const answer = await chat.ask("品牌培育由哪个部门牵头？");
          await new Promise((done) => setTimeout(done, 700));
          chat.shadowRoot.querySelector(".cite").click();
          return {
            names: seen.map(([name]) => name), composed: seen.every(([, , composed]) => composed),
            asked: seen[0][1], status: answer.status, turns: chat.turns.length, busy: chat.busy, region: chat.region,
            cited: seen.at(-1)[1].clause_id, markdown: chat.exportMarkdown().length > 100,
          };
        }"""
    )
    assert seen["names"] == ["ask", "answer", "cite"]
    assert seen["composed"]
    assert seen["asked"]["question"] == "品牌培育由哪个部门牵头？"
    assert seen["asked"]["filters"] == {"region": ["山东"]}
    assert (seen["status"], seen["turns"], seen["busy"], seen["region"]) == ("answered", 1, False, "山东")
    assert seen["cited"] == "shandong-2014/三/11"
    assert seen["markdown"]


def test_a_page_can_keep_a_question_from_being_asked(page, site, host_page, chat_on):
    page.goto(host_page(widget(site)))
    page.locator("policy-chat textarea").wait_for()
    page.evaluate("document.addEventListener('ask', (event) => event.preventDefault())")
    chat = chat_on(page)
    chat.field.fill(QUESTION)
    chat.field.press("Enter")
    page.wait_for_timeout(200)
    expect(chat.turns).to_have_count(0)


def test_an_error_is_an_event_too(make_page, site, host_page):
    page = make_page(may_fail=True)
    page.goto(host_page(widget(site)))
    page.locator("policy-chat textarea").wait_for()
    page.route("**/v1/answer", lambda route: route.abort())
    detail = page.evaluate(
        """async () => {
          const seen = new Promise((done) => document.addEventListener("error", (event) => done(event.detail)));
          document.querySelector("policy-chat").ask("?山东");
          return seen;
        }"""
    )
    assert detail["status"] == 0


def test_the_class_alone_registers_nothing(page, site, host_page):
    page.goto(host_page(f'<script type="module" src="{site}/widget/chat-element.js"></script>'))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("customElements.get('policy-chat') === undefined")


def test_it_leaves_no_name_and_no_listener_behind(page, site, host_page):
    page.goto(host_page(widget(site)))
    page.locator("policy-chat textarea").wait_for()
    left = page.evaluate(
        """async () => {
          const added = [], removed = [];
          const add = document.addEventListener;
          document.addEventListener = function (type, listener, options) {
            added.push(type);
            options?.signal?.addEventListener("abort", () => removed.push(type));
            return add.call(this, type, listener, options);
          };
          const chat = document.createElement("policy-chat");
          chat.setAttribute("endpoint", document.querySelector("policy-chat").endpoint);
          document.body.append(chat);
          chat.remove();
          const frame = document.body.appendChild(document.createElement("iframe"));
          const usual = new Set(Object.keys(frame.contentWindow));
          return { added, removed, names: Object.keys(window).filter((name) => !usual.has(name) && name !== "0") };
        }"""
    )
    assert left["names"] == []
    assert left["added"] == left["removed"] != []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_can_be_set(make_page, site, host_page, theme):
    page = make_page(color_scheme="dark" if theme == "light" else "light")
    page.goto(host_page(widget(site, f'theme="{theme}"')))
    panel = page.locator("policy-chat .panel")
    panel.wait_for()
    background = panel.evaluate("node => getComputedStyle(node).backgroundColor")
    assert background == {"light": "rgb(253, 253, 251)", "dark": "rgb(22, 25, 27)"}[theme]


def test_custom_properties_reach_the_widget(page, site, host_page):
    page.goto(host_page(widget(site, 'style="--policy-chat-accent: rgb(1, 2, 3); --policy-chat-height: 500px"')))
    field = page.locator("policy-chat textarea")
    field.fill("x")
    submit = page.locator("policy-chat .submit")
    assert submit.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(1, 2, 3)"
    assert page.locator("policy-chat").evaluate("node => node.offsetHeight") == 500
