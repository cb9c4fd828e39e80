from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.cleaning import clean_text, find_repeated_lines
from corpus.folding import fold_for_comparison
from corpus.model import CleanText

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
NAMES = ["alxa-quality", "shandong-2014", "wenzhou-2014", "xizang-2006-2010", "xizang-2014"]

BODY = """关于加强农村饮水安全工作的实施意见

各县（市、区）人民政府，市政府各部门：
为进一步加强农村饮水安全工作，经市政府同意，提出如下意见。
一、总体要求
坚持政府主导，到2020年农村自来水普及率达到90%以上。
二、工作任务
（一）健全管护机制。由水利部门牵头，财政部门配合。
联系人：王某，联系电话：0000-1234567。
XX市人民政府
2016年3月8日
"""


def read(name: str) -> str:
    return (DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8")


def noise(raw: str) -> list[tuple[str, str]]:
    return [(item.reason, item.text) for item in clean_text(raw).noise if item.reason != "pinyin"]


def check_accounting(raw: str, clean: CleanText) -> None:
    """Every character is kept once and in order, repaired, or noise; offsets lead back.

    Only the white space that a tag stands for is in no place of the raw text; blanks may be left out.
    """
    covered = [False] * len(raw)
    for item in clean.noise:
        assert item.text == raw[slice(*item.span)]
        for at in range(*item.span):
            assert not covered[at]
            covered[at] = True
    for _, start, end in clean.segments:
        for at in range(start, end):
            assert not covered[at]
            covered[at] = True
    assert all(character == " " or at for character, at in zip(raw, covered, strict=True))
    repaired = {at for repair in clean.repairs if repair.repaired is not None for at in range(*repair.span)}
    assert clean.segments == tuple(sorted(clean.segments))
    for index, character in enumerate(clean.text):
        start, end = clean.raw_span(index, index + 1)
        assert start in repaired or raw[start:end] == character or (start == end and character in "\n\t ")


def rename(text: str) -> str:
    """Other regions, bodies and sites throughout, of the same lengths."""
    old_names = "山东 西藏 温州 拉萨 拉薩 内政 鲁政 藏政 温政 wenzhou foodmate 食品伙伴网 酒业信息网 新聞網 阿盟 朵森格"
    new_names = "青川 云岭 泽阳 安泽 安澤 北政 青政 岭政 泽政 zeyangx examples 机械同行网 机床资讯网 晚報網 石盟 長樂街"
    names = dict(zip(old_names.split(), new_names.split(), strict=True))
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def test_website_lines_of_the_shipped_documents() -> None:
    assert noise(read("shandong-2014")) == []
    assert [reason for reason, _ in noise(read("alxa-quality"))] == ["repeated_title", "time_source", "lead_in"]
    assert [reason for reason, _ in noise(read("wenzhou-2014"))] == [
        "site_name",
        "time_source",
        *["lead_in"] * 2,
        *["metadata_table"] * 7,
        *["disclaimer"] * 3,
        "contact",
        "navigation",
    ]
    assert [reason for reason, _ in noise(read("xizang-2014"))] == [
        *["metadata_table"] * 3,
        "time_source",
        *["navigation"] * 6,
        "script",
    ]
    assert [reason for reason, _ in noise(read("xizang-2006-2010"))] == ["navigation", "copyright", "copyright", "icp"]


@pytest.mark.parametrize("name", NAMES)
def test_other_names_give_the_same_noise(name: str) -> None:
    raw = read(name)
    renamed = rename(raw)
    assert renamed != raw
    assert [(item.reason, item.span) for item in clean_text(renamed).noise] == [
        (item.reason, item.span) for item in clean_text(raw).noise
    ]


@pytest.mark.parametrize("name", NAMES)
def test_shipped_documents_account_for_every_character(name: str) -> None:
    raw = read(name)
    clean = clean_text(raw)
    check_accounting(raw, clean)
    assert clean_text(clean.text).text == clean.text


def test_no_pinyin_is_left() -> None:
    assert re.findall(r"[(（]?[a-z]*[āáǎàēéěèīíǐìōóǒòūúǔù][a-z]*[)）]", clean_text(read("xizang-2006-2010")).text) == []


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("自治區(qū)質(zhì)監(jiān)局", "自治區質監局"),
        ("自治區（qū）質（zhì）量", "自治區質量"),
        ("俅江(qiú jiāng)", "俅江"),
        ("监(jian)督", "监督"),
        ("空气质量指数(AQI)", "空气质量指数(AQI)"),
        ("质量管理小组(QC)", "质量管理小组(QC)"),
        ("长度(m)与面积(a)", "长度(m)与面积(a)"),
        ("国家标准(gb)", "国家标准(gb)"),
        ("特色咖啡(café)经营", "特色咖啡(café)经营"),
        ("推进(app)建设", "推进(app)建设"),
    ],
)
def test_pinyin_goes_and_abbreviations_stay(raw: str, kept: str) -> None:
    assert clean_text(raw).text == kept


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("您当前的位置：首页 > 政务公开 > 政策文件", "navigation"),
        ("当前位置：网站首页>>信息公开>>通知公告", "navigation"),
        ("來源：本站 發佈時間：2016-03-10 10:20 瀏覽次數：152", "time_source"),
        ("发布时间：2016-03-10　来源：市政府办公室　字号：[大] [中] [小]", "metadata_table"),
        ("【字体：大 中 小】 【打印】 【关闭】", "navigation"),
        ("2016-03-10 09:30:12", "time_source"),
        ("索引号：000014349/2016-00038", "metadata_table"),
        ("发文字号：某政发〔2016〕5号", "metadata_table"),
        ("浏览次数：1024", "time_source"),
        ("分享到：微信 微博 QQ空间", "share"),
    ],
)
def test_lines_above_the_text(line: str, reason: str) -> None:
    found = noise(f"{line}\n{BODY}")
    assert [text for _, text in found] == [line]
    assert found[0][0] in (reason, "navigation")
    assert clean_text(f"{line}\n{BODY}").text == f"\n{BODY}"


@pytest.mark.parametrize(
    "line",
    [
        "版权所有：某市人民政府 主办单位：某市人民政府办公室",
        "Copyright © 2010-2020 All Rights Reserved",
        "京ICP备05070218号 中文域名：政务",
        "京公网安备11010202000001号",
        "网站标识码：0000000001",
        "【打印本页】 【关闭窗口】",
        "上一篇：关于开展春季防火工作的通知",
        "返回顶部",
        "</p><p>",
        "扫一扫在手机打开当前页",
        "免责声明：本站转载内容不代表本站观点，如有侵权请联系我们删除。",
        "未經授權，禁止轉載或建立鏡像",
        "网站首页 | 关于我们 | 联系我们 | 网站地图 | 法律声明",
        "责任编辑：张三",
        "//是否显示二维码",
    ],
)
def test_lines_below_the_text(line: str) -> None:
    assert [text for _, text in noise(f"{BODY}{line}\n")] == [line]
    assert clean_text(f"{BODY}{line}\n").text == f"{BODY}\n"


def test_a_list_of_links_below_the_text() -> None:
    footer = "相关链接\n关于做好抗旱工作的通知\n某市防汛预案\n返回顶部\n"
    assert [text for _, text in noise(BODY + footer)] == footer.split()


@pytest.mark.parametrize(
    "line",
    [
        "第十条 未经授权不得转载政府信息，违者依法处理。",
        "（三）主办单位：市水利局；承办单位：市供水公司。",
        "附件：1.任务分工表",
        "抄送：市委各部门，市人大常委会办公室。",
        "某市人民政府办公室2016年3月8日印发",
        "时间安排：从3月1日开始，分三个阶段进行。",
        "政策解读由市水利局负责。",
    ],
)
def test_policy_lines_stay(line: str) -> None:
    assert noise(f"{BODY}{line}\n") == []
    assert noise(f"{line}\n{BODY}") == []


def test_a_plain_document_is_left_alone() -> None:
    clean = clean_text(BODY)
    assert (clean.text, clean.noise, clean.repairs) == (BODY, (), ())


def test_a_title_that_stands_again_below_the_site() -> None:
    title = BODY.split("\n")[0]
    raw = f"{title}_某某网\n首页 > 政策\n{title}\n时间：2016-03-10\n{BODY}"
    clean = clean_text(raw)
    assert clean.text.strip() == BODY.strip()


def test_page_numbers_and_running_heads() -> None:
    pages = [f"（{n}）各部门要抓好落实，确保完成任务。\n某市供水规划\n- {i} -\n" for i, n in enumerate("一二三四", 1)]
    clean = clean_text("".join(pages))
    assert "- 3 -" not in clean.text
    assert "某市供水规划" not in clean.text
    assert clean.text.count("确保完成任务") == 4


def test_running_heads_of_two_lines_and_on_the_first_page() -> None:
    head = "某省人民政府公报 2018年第9期\n省政府文件\n"
    pages = [f"（{n}）各部门要抓好落实，确保完成任务。\n— {i} —\n" for i, n in enumerate("一二三四", 12)]
    clean = clean_text(head + "某省关于加强认证工作的意见\n" + head.join(pages))
    assert "公报" not in clean.text
    assert "省政府文件" not in clean.text
    assert clean.text.split()[0] == "某省关于加强认证工作的意见"
    assert clean.text.count("确保完成任务") == 4


def test_a_title_that_heads_every_page_stays_on_the_first() -> None:
    pages = [f"（{n}）各部门要抓好落实，确保完成任务。\n- {i} -\n" for i, n in enumerate("一二三四", 1)]
    clean = clean_text("某市供水规划\n" + "某市供水规划\n".join(pages))
    assert clean.text.split()[0] == "某市供水规划"
    assert clean.text.count("某市供水规划") == 1


def test_a_table_of_contents() -> None:
    body = "第一章 总则\n第一条 为了加强管理，制定本办法。\n第二章 附则\n第二条 本办法自公布之日起施行。\n"
    clean = clean_text(f"供水管理办法\n目　录\n第一章 总则……1\n第二章 附则……5\n{body}")
    assert [item.reason for item in clean.noise] == ["contents_page"] * 3
    assert clean.text.split() == f"供水管理办法\n{body}".split()


def test_lines_that_repeat_over_a_folder() -> None:
    bodies = [BODY.replace("2020", str(year)) for year in range(2015, 2019)]
    texts = [f"云上政务平台首屏\n{body}现予公告。\n阳光便民小站\n" for body in bodies]
    repeated = find_repeated_lines(texts)
    assert repeated == {fold_for_comparison("云上政务平台首屏"), fold_for_comparison("阳光便民小站")}
    assert clean_text(texts[0], repeated).text.strip() == BODY.replace("2020", "2015") + "现予公告。"


PIECES = st.sampled_from(
    [
        *BODY.split("\n"),
        "區(qū)",
        "(qū)",
        "時(shí)(shí)",
        "?cè)藬?shù)",
        "效力?!笆晃濉逼陂g",
        "首页",
        "索引号：",
        "核心提示:",
        "声明:",
        "返回顶部",
        "版权所有",
        "- 3 -",
        "//是否",
        "<br>",
        "\u200b",
        "&nbsp;",
        "目录",
        "第一章 总则",
        "\n",
        " ",
        "\ufffd",
        "3?15",
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(max_size=200), st.lists(PIECES, max_size=25).map("\n".join), st.lists(PIECES, max_size=12).map("".join)
    )
)
def test_any_text_is_accounted_for_and_cleaning_twice_changes_nothing(raw: str) -> None:
    clean = clean_text(raw)
    check_accounting(raw, clean)
    assert clean_text(clean.text).text == clean.text


def test_the_marks_of_a_quotation_in_markdown_are_markup():
    raw = "# 某计划\n\n> **专栏1 重点工程**\n>\n> 1. 建设平台。\n\n## 二、要求\n"
    assert noise(raw) == [("markup", "# "), *[("markup", mark) for mark in ("> **", "**", ">", "> ", "## ")]]


def test_numbers_alone_on_the_last_lines_are_no_pager():
    assert noise("某公告\n一、名单\n联系电话\n王明\n88880001\n李华\n88880002\n") == []
    assert ("navigation", "1 2 3 下一页") in noise("某公告\n一、甲。\n1 2 3 下一页\n")


def test_topics_in_bold_are_marked_in_a_text_without_headings_too():
    assert noise("某要点\n**实施精品工程。**推出舞台剧2部。\n") == [("markup", "**"), ("markup", "**")]
    assert noise("名单\n一、张**、李**\n**市教育局和**县教育局\n") == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_lone_cells_pipe_is_noise_whatever_ends_its_line(end):
    raw = end.join(["文号 | 松政发〔2016〕20号 | 发文日期 | 2016-11-04 | ||", "相关附件 |", BODY.replace("\n", end)])
    assert "相关附件" not in clean_text(raw).text


@pytest.mark.parametrize("head", ["发布日期：2018-11-21 ", "当前位置: 首页 > 政务公开 > 政策法规 ", "上一篇：某通知 "])
def test_a_page_on_one_line_is_kept_though_it_begins_as_a_websites_line_does(head):
    text = head + " ".join((BODY * 2).split())
    assert "由水利部门牵头，财政部门配合。" in clean_text(text).text


def test_a_page_on_one_line_is_kept_though_a_copyright_ends_it():
    text = " ".join((BODY * 2).split()) + " 版权所有：某市人民政府 技术支持：某公司"
    assert "由水利部门牵头，财政部门配合。" in clean_text(text).text


def test_the_line_that_invites_to_follow_an_account_is_no_title():
    text = "点击上方“海平水务”关注我们\n海平市节水方案\n一、加强领导。\n二、强化考核。\n"
    assert clean_text(text).text.split() == ["海平市节水方案", "一、加强领导。", "二、强化考核。"]


def test_a_label_above_files_that_are_not_there_is_no_closing():
    text = "某市节水方案\n一、加强领导。\n二、强化考核。\n扫一扫在手机打开当前页\n附件下载：\n"
    assert clean_text(text).text.split() == ["某市节水方案", "一、加强领导。", "二、强化考核。"]


def test_a_tag_breaks_the_line_where_the_page_did():
    raw = "<p>某市人民政府</p><p>2018年<strong>3</strong>月27日</p>\n<p>某方案<br/>（试行）</p>"
    clean = clean_text(raw)
    assert clean.text.split("\n") == ["某市人民政府", "2018年3月27日", "某方案", "（试行）"]
    assert [raw[slice(*clean.raw_span(at, at + 4))] for at in (0, clean.text.index("（试行"))] == [
        "某市人民",
        "（试行）",
    ]
    check_accounting(raw, clean)


def test_rows_and_cells_of_a_table_in_tags_are_parted():
    raw = (
        "# 方案\n<html><body><table><thead><tr><th>任务</th><th>牵头单位</th></tr></thead>"
        "<tr><td>规划</td><td>市水务局<br>市财政局</td></tr><TR><TD>改造<TD></TR></table></body></html>\n"
    )
    clean = clean_text(raw)
    assert clean.text.rstrip("\n").split("\n")[1:] == ["任务\t牵头单位", "规划\t市水务局 市财政局", "改造\t"]
    check_accounting(raw, clean)


def test_a_tag_in_a_row_breaks_its_cell_only():
    assert clean_text("| 1 | 建设<br>运营 |\n| 2 | 评估 |\n").text == "| 1 | 建设 运营 |\n| 2 | 评估 |\n"


@pytest.mark.parametrize(
    "lead",
    [
        "日前，宁川市人民政府印发促进就业若干措施。\n措施提出，全年新增岗位1万个。\n文件详情如下：",
        "3月5日，宁川市召开会议，通过若干措施。以下是促进就业若干措施全文：",
    ],
)
def test_the_lead_of_a_news_page_is_noise(lead):
    raw = f"{lead}\n宁川市促进就业\n若干措施\n一、扩大岗位供给。\n"
    assert noise(raw) == [("lead_in", line) for line in lead.split("\n")]


@pytest.mark.parametrize(
    "opening",
    [
        "各县区：\n经研究，3月5日市政府常务会议通过了若干措施。现将全文公布如下：",
        "为促进就业，日前召开会议，现将有关内容如下：",
        "近日，市政府印发通知。具体内容如下：\n一、总则",
    ],
)
def test_what_an_office_says_above_its_own_text_is_no_lead(opening):
    assert noise(f"{opening}\n宁川市促进就业若干措施\n一、扩大岗位供给。\n") == []


def test_what_the_editor_of_a_site_says_is_noise():
    editor = "本站小编为你精心准备了就业方案参考范文，欢迎阅读。"
    assert noise(f"{editor}\n为促进就业，制定本方案。\n一、总则\n小编制单位。\n") == [("disclaimer", editor)]
    told = "下面有某某网为您介绍条例全文"
    assert noise(f"某某条例全文\n时间:11-17编辑:佚名 法规\n{told}\n第一条 为加强管理,制定本条例。\n") == [
        ("time_source", "时间:11-17编辑:佚名 法规"),
        ("disclaimer", told),
    ]


def test_the_menu_above_the_path_of_a_page_is_noise():
    menu = "我的法规 最新法规 失效法规\n【会计准则】\n某某汇编(2014)\n税务数据"
    raw = f"{menu}\n首页 > 法规 > 税收\n宁川市税务局关于减税的通知\n各区税务局:\n一、提高认识。\n"
    assert [text for _, text in noise(raw)] == [*menu.split("\n"), "首页 > 法规 > 税收"]
    assert noise("宁政发〔2014〕1号\n宁川市减税办法\n首页 > 法规\n一、提高认识。\n") == [("navigation", "首页 > 法规")]


def test_the_form_in_which_a_page_asks_for_opinions_is_noise():
    form = (
        "为了解公众的评价，请您对该政策的执行提出宝贵的意见或建议。\n• 姓  名:\n• 联系方式:\n• *内  容:\n• *验 证 码:"
    )
    raw = f"宁川市减税办法\n一、提高认识。\n联系人:王明\n内容:\n{form}\n"
    assert [text for _, text in noise(raw)] == form.split("\n")


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (["12 （二）", "13\n三、", "14 5."], ["12", "13", "14"]),
        (["2 组织体系 ", "3 运行机制 ", "4 应急保障 "], []),
        (["- 2 -", "—3—", "- 4 -"], ["- 2 -", "—3—", "- 4 -"]),
        (["1 （二）", "2 （三）"], []),
        (["30 （二）", "12 （三）", "7 （四）"], []),
    ],
)
def test_page_numbers_of_joined_pages_are_noise(marks, expected):
    page = "加快推进重点项目建设，强化要素保障，落实责任分工。" * 8
    raw = "宁川市工作方案\n一、总体要求\n" + "".join(page + mark for mark in marks) + page + "\n二、保障措施\n"
    assert noise(raw) == [("page_number", mark) for mark in expected]


def test_numbers_of_a_list_that_runs_on_are_no_page_numbers():
    assert noise("宁川市工作方案\n一、主要任务：1 加强领导。2 强化考核。3 落实责任。4 总结经验。\n") == []


@pytest.mark.parametrize(
    "contacts",
    [
        "联系方式\n市人社局：0951-8888001\n各区人社局：\n电子邮箱：abc@nc.gov.cn",
        "联系方式：\n电话：0951-8888001\n地址：北京路1号",
    ],
)
def test_the_contacts_at_the_end_of_a_notice_are_its_own(contacts):
    notice = f"宁川市稳岗补贴通知\n一、条件\n依法缴纳保险费。\n{contacts}\n"
    assert noise(notice) == []
    assert noise(f"{notice}首页 | 网站地图 | 联系我们\n联系方式\n") == [
        ("navigation", "首页 | 网站地图 | 联系我们"),
        ("navigation", "联系方式"),
    ]
