from __future__ import annotations

import pytest

from corpus.errors import BrokenDocumentError
from corpus.formats.html import read_html

PARAGRAPHS = [
    "一、加强组织领导。各县（市、区）要建立健全质量工作领导机制，落实属地责任，形成工作合力。",
    "二、完善政策措施。各有关部门要加大财政投入力度，支持企业开展技术改造，提高产品质量水平。",
    "三、强化督查考核。市政府办公室要会同有关部门定期开展督促检查，并将结果向社会通报。",
]


def html(paragraphs: list[str]) -> str:
    return "\n".join(f"<p>&nbsp;&nbsp;　　{paragraph}</p>" for paragraph in paragraphs)


def test_paragraphs_come_without_the_page_around_them(make_page):
    assert read_html(make_page(html(PARAGRAPHS))).split("\n") == PARAGRAPHS


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_the_charset_of_the_page_is_read(make_page, charset):
    assert read_html(make_page(html(PARAGRAPHS), charset=charset)).split("\n") == PARAGRAPHS


def test_a_short_paragraph_a_heading_and_a_signature_are_kept(make_page):
    parts = ["某市质量工作要点", *PARAGRAPHS, "特此通知。", "某市人民政府", "2015年3月2日"]
    assert read_html(make_page(html(parts))).split("\n") == parts


def test_ordered_lists_get_their_numbers_back(make_page):
    content = html(PARAGRAPHS) + (
        "<ol start=3><li>制定质量目标。</li><li><p>开展质量培训。</p></li><li value=9>总结经验。</li></ol>"
        '<ol type="a"><li>甲</li><li>乙</li></ol>'
        '<ol style="list-style-type: cjk-ideographic"><li>总则</li><li>分则</li></ol>'
        "<ol><li>（一）已有编号</li><li>（二）已有编号</li></ol>"
        "<ul><li>没有编号</li></ul>"
    )
    assert read_html(make_page(content)).split("\n")[3:] == [
        "3. 制定质量目标。",
        "4. 开展质量培训。",
        "9. 总结经验。",
        "a. 甲",
        "b. 乙",
        "一、总则",
        "二、分则",
        "（一）已有编号",
        "（二）已有编号",
        "没有编号",
    ]


def test_a_table_is_one_line_a_row_and_merged_cells_stand_in_each_row(make_page):
    content = html(PARAGRAPHS) + (
        "<table><caption>任务分工表</caption><thead><tr><th>任务</th><th>牵头单位</th><th>时限</th></tr></thead><tbody>"
        "<tr><td><p>完善</p><p>标准</p></td><td rowspan=2>市市场监管局</td><td>2025年</td></tr>"
        "<tr><td>培育品牌</td><td>2026年</td></tr>"
        "<tr><td colspan=2>合计</td><td>两项</td></tr></tbody></table>"
    )
    assert read_html(make_page(content)).split("\n")[3:] == [
        "任务分工表",
        "任务\t牵头单位\t时限",
        "完善 标准\t市市场监管局\t2025年",
        "培育品牌\t市市场监管局\t2026年",
        "合计\t\t两项",
    ]


def test_a_table_that_only_places_the_text_is_no_table(make_page):
    content = f"<table><tr><td><b>标题</b></td></tr><tr><td>{html(PARAGRAPHS)}</td></tr></table>"
    assert read_html(make_page(content)).split("\n") == ["标题", *PARAGRAPHS]


def test_the_title_and_the_table_of_number_and_issuer_above_the_text_are_kept(make_page):
    title = "某市人民政府关于加强质量工作的意见"
    page = f"""<html><head><title>{title}-某市人民政府</title></head><body>
<div class=crumb><a href=/>首页</a> &gt; <a href=/z>政策文件</a></div>
<table><tr><td>索引号：</td><td>0010-2015</td><td>发文字号：</td><td>某政发〔2015〕3号</td></tr></table>
<div class=tit>{title}</div><div class=share>分享到</div>
<div class=text>{html(PARAGRAPHS)}</div></body></html>"""
    assert read_html(page.encode()).split("\n") == [
        "索引号：\t0010-2015\t发文字号：\t某政发〔2015〕3号",
        title,
        *PARAGRAPHS,
    ]


def test_a_text_split_over_two_containers_stays_whole(make_page):
    content = f"<div class=p1>{html(PARAGRAPHS)}</div><div class=p2>{html([p + '（续）' for p in PARAGRAPHS])}</div>"
    assert len(read_html(make_page(content)).split("\n")) == 6


def test_line_breaks_pinyin_hidden_text_and_source_line_ends(make_page):
    content = html(PARAGRAPHS) + (
        "<div>第一行<br>第二行<br/>\n第三\n行 in two\nlines</div>"
        "<p><ruby>质<rp>(</rp><rt>zhì</rt><rp>)</rp></ruby>量</p><p style='display: none'>看不见</p><pre>甲\n乙</pre>"
    )
    assert read_html(make_page(content)).split("\n")[3:] == [
        "第一行",
        "第二行",
        "第三行 in two lines",
        "质量",
        "甲",
        "乙",
    ]


def test_an_xml_declaration_and_no_body_are_no_obstacle():
    page = f'<?xml version="1.0" encoding="gbk"?><html>{html(PARAGRAPHS)}</html>'
    assert read_html(page.encode("gbk")).split("\n") == PARAGRAPHS


def test_what_is_no_html_is_broken():
    for data in ("普通文本，增速<5%。".encode(), b"%PDF-1.4 ...", bytes(range(256)) * 4):
        with pytest.raises(BrokenDocumentError, match="no html"):
            read_html(data)


def test_a_page_nested_without_end_is_broken_and_not_a_crash():
    with pytest.raises(BrokenDocumentError, match="nested too deeply"):
        read_html(b"<html><body>" + b"<b>" * 3000 + PARAGRAPHS[0].encode())


def test_links_in_the_cells_beside_the_text_are_left_out():
    menu = "".join(
        f'<tr><td><a href="/{n}">{name}</a></td></tr>' for n, name in enumerate(("政府文件", "人事任免", "公报"))
    )
    text = "<br>".join(
        ["各区人民政府：", "为加强节约用水工作，现就有关事项通知如下：", "一、提高认识。", "二、落实责任。"]
    )
    page = (
        f"<html><body><table><tr><td><table>{menu}</table></td><td><table><tr><td><b>某市关于节水的通知</b></td></tr>"
        f"<tr><td>{text}</td></tr></table></td></tr></table></body></html>"
    )
    assert read_html(page.encode()).split("\n") == ["某市关于节水的通知", *text.split("<br>")]


@pytest.mark.parametrize(
    "links",
    [
        {"附件1": "/f/x.html", "任务表": "/f/2.docx", "名单": "/f/3.xls"},
        {"第一条": "/a1.html", "第二条": "/a2.html", "第三条": "/a3.html"},
        {"目标": "#1", "任务": "#2", "措施": "#3"},
    ],
)
def test_links_of_the_text_itself_are_kept(make_page, links):
    items = "".join(f'<li><a href="{target}">{name}</a></li>' for name, target in links.items())
    page = make_page(f"{html(PARAGRAPHS[:1])}<ul>{items}</ul>{html(PARAGRAPHS[1:])}")
    assert read_html(page).split("\n") == [PARAGRAPHS[0], *links, *PARAGRAPHS[1:]]


def test_a_page_of_links_alone_is_read():
    links = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("政府文件", "人事任免", "公报"))
    assert read_html(f"<html><body><ul>{links}</ul></body></html>".encode()).split("\n") == [
        "政府文件",
        "人事任免",
        "公报",
    ]


def test_a_text_that_a_script_would_show_is_read(make_page):
    hidden = f'<div style="visibility: hidden; opacity: 0;">{html(PARAGRAPHS)}</div>'
    assert read_html(make_page(f"<p>某某发布 2021-03-05</p>{hidden}")).split("\n")[-3:] == PARAGRAPHS
    # A hidden copy, as for printing, is none the less left out.
    page = make_page(f'{html(PARAGRAPHS)}<div style="display:none">{html(PARAGRAPHS)}</div>')
    assert read_html(page).split("\n") == PARAGRAPHS
