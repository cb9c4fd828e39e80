from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.citations import find_citations
from corpus.cleaning import clean_text
from corpus.frame import Frame, FrameLine, read_frame
from corpus.issuers import complete_name, region_of_issuer, split_bodies
from corpus.metadata import extract_metadata
from corpus.metadata_table import read_table
from corpus.model import CleanText, Metadata, Noise


def clean_of(raw: str, *noise: tuple[str, str]) -> CleanText:
    """A cleaned text by hand: ``noise`` are stretches of the raw text with their reasons, in order."""
    segments, records, pieces, at, clean_at = [], [], [], 0, 0
    for stretch, reason in noise:
        start = raw.index(stretch, at)
        if start > at:
            segments.append((clean_at, at, start))
            pieces.append(raw[at:start])
            clean_at += start - at
        at = start + len(stretch)
        records.append(Noise((start, at), stretch, reason))
    segments.append((clean_at, at, len(raw)))
    return CleanText(raw, "".join(pieces) + raw[at:], tuple(segments), tuple(records))


def read(raw: str, *noise: tuple[str, str]) -> Metadata:
    clean = clean_of(raw, *noise)
    metadata = extract_metadata(clean, read_frame(clean.text))
    for name, (start, end) in metadata.field_spans.items():
        assert 0 <= start < end <= len(raw), name
        assert raw[start:end] == raw[start:end].strip(), name
    return metadata


def printed(raw: str, metadata: Metadata, name: str) -> str:
    return raw[slice(*metadata.field_spans[name])]


NOTICE = """安徽省人民政府办公厅关于印发安徽省质量提升方案的通知
皖政办〔2018〕12号
各市、县人民政府,省政府各部门、各直属机构:
《安徽省质量提升方案》已经省政府同意,现印发给你们,请认真贯彻执行。
安徽省人民政府办公厅
2018年3月9日
安徽省质量提升方案
为贯彻《中共中央 国务院关于开展质量提升行动的指导意见》(中发〔2017〕24号)和国务院《质量发展纲要》(以下简称《纲要》),\
按照皖政〔2017〕8号文件要求,制定本方案。
一、总体要求
(一)目标。依据《产品质量法》提高质量。
"""


def test_a_notice_and_its_plan_give_every_field():
    metadata = read(NOTICE)
    assert metadata.title == "安徽省质量提升方案"
    assert metadata.notice_title == "安徽省人民政府办公厅关于印发安徽省质量提升方案的通知"
    assert metadata.issuer == "安徽省人民政府办公厅"
    assert metadata.number == "皖政办〔2018〕12号"
    assert metadata.issued_on == date(2018, 3, 9)
    assert metadata.region is not None
    assert (metadata.region.code, metadata.region.level) == ("340000", "省")
    assert metadata.script == "Hans"
    assert (metadata.published_on, metadata.effective_on, metadata.index_number, metadata.status) == (None,) * 4


def test_blank_lines_may_part_labels_from_their_values():
    text = "制定机关:\n\n宁川市人民政府\n\n施行日期:\n\n2021年7月1日\n\n某办法\n"
    table = read_table(text, [(0, len(text))])
    assert {name: value.text for name, value in table.items()} == {
        "issuer": "宁川市人民政府",
        "effective_on": "2021年7月1日",
    }
    title = "文号:\n\n某办法\n\n来源:某网\n"
    assert read_table(title, [(0, len(title))]) == {}


def test_the_title_that_a_label_names_is_not_a_line_of_the_page():
    row = "法规名称: 宁川市水源保育自治条例"
    text = f"{row}\n\n条目浏览\n\n第 5 条\n\n符合前条资格者,予以补助。\n"
    assert read(text, (row, "metadata_table")).title == "宁川市水源保育自治条例"


def test_the_number_of_a_standard_is_its_number():
    assert read("DB64/T 1055—2019\n社区食堂服务规范\n1 范围\n1.1 一般\n1.2 特殊\n").number == "DB64/T 1055—2019"
    assert read("GB 3096\n社区食堂服务规范\n1 范围\n1.1 一般\n1.2 特殊\n").number is None


@pytest.mark.parametrize(
    ("head", "number"),
    [
        (
            "财政部 税务总局 科技部关于税前扣除的公告\n财政部 税务总局 科技部公告2022年第28号",
            "财政部 税务总局 科技部公告2022年第28号",
        ),
        (
            "中华人民共和国主席令\n第七十一号\n《中华人民共和国海警法》已通过,现予公布。\n2021年1月22日\n中华人民共和国海警法",
            "中华人民共和国主席令第七十一号",
        ),
    ],
)
def test_the_number_of_an_order_is_read_whole(head, number):
    metadata = read(f"{head}\n一、为支持创新,制定政策。\n二、自公布之日起执行。\n")
    assert metadata.number == number
    assert metadata.references == ()


def test_a_production_corps_signs():
    raw = (
        "关于印发《某某管理办法》的通知\n新兵发〔2020〕11号\n各师市:\n现印发给你们。\n新疆生产建设兵团\n2020年4月3日\n"
    )
    assert read(raw).issuer == "新疆生产建设兵团"


def test_a_day_in_figures_below_who_signs_is_the_day_of_issue():
    text = "关于加强安全生产工作的通知\n各科室:\n一、压实责任。\n二、消除隐患。\n海平市水务局\n2023.8.1\n"
    metadata = extract_metadata(clean_text(text), read_frame(clean_text(text).text))
    assert (metadata.issuer, metadata.issued_on) == ("海平市水务局", date(2023, 8, 1))
    # Below the day that the text prints it is the site's.
    dated = text.replace("2023.8.1", "2023年8月1日\n2023-08-05")
    assert "2023-08-05" not in clean_text(dated).text


def test_who_signs_below_the_title_and_when():
    metadata = read("2022年宁川县统计公报\n宁川县统计局\n2023年4月12日\n2022年,经济运行平稳。\n一、综合\n二、农业\n")
    assert (metadata.issuer, metadata.issued_on) == ("宁川县统计局", date(2023, 4, 12))


def test_an_interpretation_has_its_number_and_day():
    rows = "解釋字號: 釋字第150號\n解釋公布院令: 中華民國 66 年 9 月 16 日"
    metadata = read(f"{rows}\n解釋文\n並無變更任期之規定。\n", (rows, "metadata_table"))
    assert (metadata.number, metadata.issued_on) == ("釋字第150號", date(1977, 9, 16))


def test_spans_are_the_printed_lines():
    metadata = read(NOTICE)
    assert printed(NOTICE, metadata, "number") == "皖政办〔2018〕12号"
    assert printed(NOTICE, metadata, "issued_on") == "2018年3月9日"
    assert printed(NOTICE, metadata, "issuer") == "安徽省人民政府办公厅"
    assert set(metadata.field_spans) == {
        "title", "notice_title", "issuer", "number", "issued_on", "region", "references",
    }  # fmt: skip


def test_the_preamble_cites_documents_and_the_body_does_not_count():
    references = read(NOTICE).references
    assert [(r.title, r.number, r.issuer) for r in references] == [
        ("中共中央 国务院关于开展质量提升行动的指导意见", "中发〔2017〕24号", "中共中央、国务院"),
        ("质量发展纲要", None, "国务院"),
        (None, "皖政〔2017〕8号", None),
    ]


def test_a_frame_made_by_hand_is_enough():
    text = "质量方案\n陕西省人民政府\n二〇一五年一月五日\n一、目标"
    frame = Frame((FrameLine("title", 0, 4), FrameLine("signer", 5, 12), FrameLine("date", 13, 22)), 23)
    metadata = extract_metadata(clean_of(text), frame)
    assert (metadata.title, metadata.issuer, metadata.issued_on) == ("质量方案", "陕西省人民政府", date(2015, 1, 5))
    assert metadata.region is not None
    assert metadata.region.name == "陕西省"


def test_a_text_that_says_nothing_gives_nothing():
    metadata = read("一、提高认识\n加强领导。\n二、抓好落实\n各部门配合。\n")
    assert metadata == Metadata(field_spans={})


def test_an_empty_text_is_no_error():
    assert extract_metadata(CleanText("", "", ()), Frame((), 0)) == Metadata(field_spans={})


TABLE = """索引号:000123/2020-0012  主题分类:市场监管
发文机关:自治区人民政府办公厅  成文日期:2020年3月18日
标  题:宁夏回族自治区人民政府办公厅关于印发质量强区方案的通知
发文字号:宁政办发〔2020〕21号  发布日期:2020-03-25
有效性:有效
"""
UNDER_TABLE = """各市、县(区)人民政府,自治区政府各部门、各直属机构:
《质量强区方案》已经自治区人民政府同意,现印发给你们,请认真贯彻执行。
2020年3月17日
质量强区方案
一、目标
"""


def test_a_websites_table_gives_what_the_text_lacks():
    raw = TABLE + UNDER_TABLE
    metadata = read(raw, (TABLE, "metadata_table"))
    assert metadata.title == "质量强区方案"
    assert metadata.notice_title == "宁夏回族自治区人民政府办公厅关于印发质量强区方案的通知"
    assert metadata.number == "宁政办发〔2020〕21号"
    assert metadata.index_number == "000123/2020-0012"
    assert metadata.status == "有效"
    assert metadata.published_on == date(2020, 3, 25)
    assert printed(raw, metadata, "number") == "发文字号:宁政办发〔2020〕21号  发布日期:2020-03-25"


def test_the_texts_own_date_comes_before_the_tables():
    assert read(TABLE + UNDER_TABLE, (TABLE, "metadata_table")).issued_on == date(2020, 3, 17)
    undated = (TABLE + UNDER_TABLE).replace("2020年3月17日\n", "")
    assert read(undated, (TABLE, "metadata_table")).issued_on == date(2020, 3, 18)


def test_the_issuers_full_name_is_taken_from_where_it_stands():
    metadata = read(TABLE + UNDER_TABLE, (TABLE, "metadata_table"))
    assert metadata.issuer == "宁夏回族自治区人民政府办公厅"
    assert metadata.region is not None
    assert metadata.region.code == "640000"


def test_empty_table_values_stay_none():
    table = "生效日期 暂无\n有效性状态 未知 废止日期 暂无\n索引号\n\n文  号 无\n"
    metadata = read(table + UNDER_TABLE, (table, "metadata_table"))
    assert (metadata.effective_on, metadata.status, metadata.index_number, metadata.number) == (None,) * 4


def test_a_label_and_its_value_may_stand_on_two_lines():
    raw = "发布单位\n某市人民政府办公室\n发布文号 某政办〔2014〕98号\n"
    values = read_table(raw, [(0, len(raw))])
    assert {name: value.text for name, value in values.items()} == {
        "issuer": "某市人民政府办公室",
        "number": "某政办〔2014〕98号",
    }
    assert raw[slice(*values["issuer"].span)] == "发布单位\n某市人民政府办公室"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("时间:2023-02-21 来源:某网\n", date(2023, 2, 21)),
        ("时间:2023-02-21 来源:某网\n发布日期 2014-07-29\n", date(2014, 7, 29)),
        ("來源:某網\n時間:2022-07-23 09:01:39\n", date(2022, 7, 23)),
    ],
)
def test_a_websites_date_is_the_publication_and_never_the_signature(lines, expected):
    metadata = read(lines + "质量方案\n一、目标\n", (lines, "time_source"))
    assert (metadata.published_on, metadata.issued_on) == (expected, None)


def test_a_cited_number_is_not_the_documents_own():
    raw = "质量强市实施方案\n根据《质量强省意见》(浙政发〔2017〕9号)精神,制定本方案。\n一、目标\n"
    assert read(raw).number is None


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("某市人民政府关于质量工作的意见(某政发〔2014〕98号)", "某政发〔2014〕98号"),
        ("某市人民政府关于质量工作的意见（某政发[2014]98号）", "某政发[2014]98号"),
        ("某市人民政府关于质量工作的意见【某政发（2014）98 号】", "某政发（2014）98号"),
    ],
)
def test_a_number_in_the_titles_brackets_is_its_own_and_no_part_of_the_title(title, number):
    metadata = read(f"{title}\n各县人民政府:\n为加强质量工作,提出以下意见。\n一、目标\n")
    assert metadata.number == number
    assert metadata.title == "某市人民政府关于质量工作的意见"


def test_a_signature_at_the_end_counts():
    raw = (
        "云南省人民政府关于质量工作的意见\n云政发〔2016〕5号\n各州、市人民政府:\n为加强质量工作,提出以下意见。\n一、目标\n"
        "提高质量。\n二、落实\n抓好落实。\n云南省人民政府\n2016年2月3日\n(此件公开发布)\n"
    )
    metadata = read(raw)
    assert (metadata.issuer, metadata.issued_on) == ("云南省人民政府", date(2016, 2, 3))
    assert printed(raw, metadata, "issued_on") == "2016年2月3日"


@pytest.mark.parametrize(
    "joint", ["湖南省财政厅 湖南省教育厅", "湖南省财政厅\n湖南省教育厅", "湖南省财政厅、湖南省教育厅"]
)
def test_joint_issuers_stand_in_printed_order(joint):
    raw = (
        "关于印发资金管理办法的通知\n湘财教〔2020〕11号\n各市州财政局:\n现印发给你们,请遵照执行。\n"
        f"{joint}\n2020年5月6日\n资金管理办法\n第一条 目的。\n"
    )
    assert read(raw).issuer == "湖南省财政厅、湖南省教育厅"


def test_a_signature_before_the_attachments_counts():
    body = "各市教育局、发展改革委(局):\n现印发给你们,请认真执行。\n附件:1.任务分工表\n2.清单\n"
    signed = "某省教育厅\n某省发展改革委\n2023年6月12日\n"
    rows = "序号\t任务\n" + "1\t编制规划\n" * 20
    metadata = read(f"某省教育厅等部门关于印发任务分工的通知\n{body}{signed}附件1\n任务分工表\n{rows}")
    assert metadata.issuer == "某省教育厅、某省发展改革委"
    assert metadata.issued_on == date(2023, 6, 12)
    assert metadata.title == "某省教育厅等部门关于印发任务分工的通知"


def test_minutes_have_their_number_and_the_colophons_date():
    body = "会议议定:\n一、整治。完成整治。\n分送:各单位。\n某市政府办公室 2024年4月18日印发"
    metadata = read(f"某市人民政府专题会议纪要\n〔2024〕第15号\n{body}")
    assert metadata.number == "某市人民政府专题会议纪要〔2024〕第15号"
    assert metadata.issued_on == date(2024, 4, 18)
    assert metadata.issuer == "某市政府办公室"


def test_a_signature_comes_before_the_colophon():
    metadata = read("某市关于防汛的通知\n请抓好落实。\n某市水利局\n2024年4月18日\n某市水利局办公室 2024年4月19日印发")
    assert metadata.issued_on == date(2024, 4, 18)
    assert metadata.issuer == "某市水利局"


def test_the_sign_of_an_unknown_county_is_not_a_provinces():
    metadata = read("青虚县人民政府关于防汛的通知\n青政发〔2022〕17号\n各乡镇人民政府:\n请抓好落实。\n")
    assert metadata.issuer == "青虚县人民政府"
    assert metadata.region is None


def test_an_order_gives_issuer_number_and_dates():
    raw = (
        "江苏省人民政府令\n第130号\n《江苏省海岛管理办法》已经省人民政府第36次常务会议讨论通过,现予公布,"
        "自2019年9月1日起施行。\n省长 吴某\n2019年7月5日\n江苏省海岛管理办法\n第一条 为了保护海岛,制定本办法。\n"
        "第二条 本办法自2019年9月1日起施行。\n"
    )
    metadata = read(raw)
    assert metadata.number == "江苏省人民政府令第130号"
    assert metadata.issuer == "江苏省人民政府"
    assert (metadata.issued_on, metadata.effective_on) == (date(2019, 7, 5), date(2019, 9, 1))


def test_an_adoption_line_gives_date_and_body():
    raw = (
        "中华人民共和国某法\n(1988年11月8日第七届全国人民代表大会常务委员会第四次会议通过)\n第一条 目的。\n"
        "第二条 《旧法》自1980年1月1日起施行。\n第三条 本法自1989年3月1日起施行。\n"
    )
    metadata = read(raw)
    assert (metadata.issuer, metadata.issued_on) == ("全国人民代表大会常务委员会", date(1988, 11, 8))
    assert metadata.effective_on == date(1989, 3, 1)
    assert printed(raw, metadata, "effective_on") == "第三条 本法自1989年3月1日起施行。"
    assert metadata.region is not None
    assert (metadata.region.name, metadata.region.level, metadata.region.ancestors) == ("全国", "国家", ())


def test_an_order_named_in_the_adoption_line_is_the_texts_own():
    raw = "浙江省气象灾害防御办法\n(2019年5月6日浙江省人民政府令第375号公布 自2019年7月1日起施行)\n第一条 目的。\n"
    metadata = read(raw)
    assert metadata.number == "浙江省人民政府令第375号"
    assert (metadata.issued_on, metadata.effective_on) == (date(2019, 5, 6), date(2019, 7, 1))
    assert metadata.issuer == "浙江省人民政府"


def test_number_and_date_in_brackets_under_a_title():
    metadata = read(
        "国务院关于印发质量发展纲要的通知\n(国发〔2012〕9号 2012年2月6日)\n各省、自治区、直辖市人民政府:\n"
        "现将《质量发展纲要》印发给你们,请认真贯彻执行。\n质量发展纲要\n质量发展是兴国之道。\n一、形势\n"
    )
    assert (metadata.number, metadata.issued_on) == ("国发〔2012〕9号", date(2012, 2, 6))
    assert metadata.issuer == "国务院"


def test_a_letterhead_names_the_issuer():
    metadata = read(
        "河南省人民政府文件\n豫政〔2016〕5号\n关于加强质量工作的意见\n各市人民政府:\n提出以下意见。\n一、目标\n"
    )
    assert (metadata.issuer, metadata.number) == ("河南省人民政府", "豫政〔2016〕5号")


@pytest.mark.parametrize(
    "closing",
    [
        "本法由全国人民代表大会通过,自1984年10月1日起施行。",
        "本法(原称《服役条例》)自1984年10月1日起施行。",
        "本辦法自 1984 年 10 月 1 日起施行。",
        "本办法自１９８４年１０月１日起正式实施。\n附:某决定\n本决定自2006年1月1日起施行。",
        "本办法自一九八四年十月一日起施行。",
        "本文件自1984年10月1日施行,有效期至1988年12月31日。",
    ],
)
def test_the_day_from_which_a_text_is_in_force(closing):
    assert read(f"某法\n第一条 目的。\n第二条 {closing}\n").effective_on == date(1984, 10, 1)


@pytest.mark.parametrize(
    "closing", ["本办法自公布之日起施行。", "《产品质量条例》自2019年9月1日起施行。", "旧证自2019年9月1日起停止使用。"]
)
def test_a_date_that_is_not_printed_for_the_text_itself_is_none(closing):
    assert read(f"贵州省质量办法\n第一条 目的。\n第二条 {closing}\n").effective_on is None


def test_a_traditional_text_keeps_its_script():
    metadata = read(
        "廣東省人民政府辦公廳關於印發質量工作要點的通知\n粵府辦〔2014〕22號\n各地級以上市人民政府:\n現印發給你們,請認真貫徹執行。\n"
        "廣東省人民政府辦公廳\n二〇一四年五月三十日\n質量工作要點\n一、加強領導\n"
    )
    assert (metadata.issuer, metadata.number) == ("廣東省人民政府辦公廳", "粵府辦〔2014〕22號")
    assert (metadata.issued_on, metadata.script) == (date(2014, 5, 30), "Hant")
    assert metadata.region is not None
    assert metadata.region.name == "广东省"


def test_a_table_may_be_a_list_or_have_pipes_and_a_websites_name_is_no_issuer():
    listed = read(
        "  • 索引号:\n\n    61099/2021-0004\n  • 来源:\n\n  • 发文机构:\n\n    县政府网站\n\n白石县供水办法\n一、目标\n"
    )
    assert (listed.index_number, listed.issuer) == ("61099/2021-0004", None)
    piped = read(
        "索引号: | 61099/2021-0005 | 有效性: | 有效 |\n咨询机关: | |||\n成文日期: | |||\n白石县供水办法\n一、目标\n"
    )
    assert (piped.index_number, piped.status, piped.title) == ("61099/2021-0005", "有效", "白石县供水办法")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("温岭市人民政府关于质量工作的意见\n温政发〔2022〕15号\n一、目标\n", "温岭市"),
        ("成都市质量强市方案\n一、目标\n我市对标上海。\n", "成都市"),
        ("镇巴县人民政府工作规则\n镇政发〔2024〕7号\n一、总则\n", "镇巴县"),
        ("质量工作方案\n鄂政办发〔2019〕3号\n一、目标\n", "湖北省"),
        ("质量强市方案\n一、目标\n打造威海品牌,我市企业对标青岛,威海制造全面提升。\n", "威海市"),
        ("质量强盟方案\n根据内政发〔2015〕92号文件。\n一、目标\n推进我盟质量,打造锡林郭勒品牌。\n", "锡林郭勒盟"),
        ("信息传播保护条例\n第一条 根据《中华人民共和国著作权法》,制定本条例。\n", "全国"),
        ("防汛应急预案\n一、总则\n根据《中华人民共和国防洪法》,制定本预案,适用于全镇。\n", None),
        ("青石镇人民政府关于防汛的通知\n一、总则\n根据《中华人民共和国防洪法》部署。\n", None),
        ("某省对口支援方案\n一、目标\n我省要抓好落实。\n", None),
        ("质量强市方案\n一、目标\n全市对标青岛和威海。\n", None),
        ("质量强市细则\n为落实苏政发〔2022〕1号文件,结合淮安实际,制定本细则。\n一、目标\n全市对标青岛。\n", "淮安市"),
        ("质量强市细则\n结合我市实际,制定本细则。\n一、目标\n全市对标青岛和威海。\n", None),
    ],
)
def test_the_region_comes_from_the_best_evidence(raw, expected):
    region = read(raw).region
    assert (region.name if region else None) == expected


def test_a_shared_county_name_is_settled_by_the_rest_of_the_text():
    context = ["南京市鼓楼区质量方案"]
    region = region_of_issuer("鼓楼区人民政府", context)
    assert region is not None
    assert region.code == "320106"
    assert region_of_issuer("鼓楼区人民政府") is None


@pytest.mark.parametrize("issuer", ["国务院办公厅", "财政部、教育部", "最高人民法院", "国家税务总局", "市场监管总局"])
def test_the_centres_bodies_are_the_countrys(issuer):
    region = region_of_issuer(issuer)
    assert region is not None
    assert region.name == "全国"


def test_a_heading_is_no_signature():
    assert split_bodies("加强组织领导") == ()
    assert split_bodies("山东省人民政府办公厅") == ("山东省人民政府办公厅",)
    assert split_bodies("浙江省人民政府 省长 某某") == ("浙江省人民政府",)


def test_a_placeless_name_is_completed_only_by_a_print():
    assert complete_name("自治区人民政府", "《西藏自治区人民政府关于质量的意见》") == "西藏自治区人民政府"
    assert complete_name("自治区人民政府", "西藏自治区各部门") == "自治区人民政府"


def test_citations_keep_nested_titles_and_numbers():
    text = "根据国务院《质量发展纲要》和《某省关于贯彻〈质量发展纲要〉的意见》(鲁政发〔2012〕30号)要求"
    mentions = find_citations(text)
    assert [(m.cited.title, m.cited.number, m.cited.issuer) for m in mentions] == [
        ("质量发展纲要", None, "国务院"),
        ("某省关于贯彻〈质量发展纲要〉的意见", "鲁政发〔2012〕30号", None),
    ]
    assert text[mentions[1].start : mentions[1].end] == "《某省关于贯彻〈质量发展纲要〉的意见》(鲁政发〔2012〕30号)"


LINES = st.sampled_from(
    [
        "", "   ", *NOTICE.splitlines(), *TABLE.splitlines(), *UNDER_TABLE.splitlines(), "江苏省人民政府令", "第130号",
        "二○○六年十三月四十日", "发布日期:", "(", "《", "自2019年9月1日起施行", "2019年2月30日", "号〔2014〕", "\ufffd",
    ]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=14).map("\n".join))
def test_no_text_raises_and_every_value_has_its_line(raw):
    metadata = read(raw)
    given_fields = {
        name
        for name in ("title", "notice_title", "issuer", "number", "issued_on", "published_on", "effective_on",
                     "index_number", "status", "region")
        if getattr(metadata, name) is not None
    }  # fmt: skip
    assert given_fields | ({"references"} if metadata.references else set()) == set(metadata.field_spans)


def test_long_blank_stretches_take_no_long_time():
    raw = "质量方案\n" + " " * 200_000 + "自" + "\u3000" * 50_000 + "\n一、目标\n" + " " * 100_000 + "(2014)"
    started = time.process_time()
    read(raw)
    assert time.process_time() - started < 2


def test_an_adoption_line_counts_before_the_sites_table_and_without_brackets():
    raw = (
        "松陵市立法条例\n发布机构 | 霍家镇 | |\n"
        "2016年11月13日松陵市第四届人民代表大会第一次会议通过\n第一条 为了规范立法,制定本条例。\n"
    )
    metadata = read(raw, ("发布机构 | 霍家镇 | |", "metadata_table"))
    assert metadata.issuer == "松陵市人民代表大会"
    assert metadata.issued_on == date(2016, 11, 13)


def test_an_announcement_below_the_title_gives_its_number_and_the_day():
    raw = (
        "浙江省村务公开条例\n浙江省第十一届人民代表大会常务委员会公告\n\n  第28号\n"
        "  《浙江省村务公开条例》已于2009年7月22日通过,现予公布,自2009年11月1日起施行。\n"
        "第一条 为了规范村务公开,制定本条例。\n"
    )
    metadata = read(raw)
    assert metadata.number == "浙江省第十一届人民代表大会常务委员会公告第28号"
    assert metadata.effective_on == date(2009, 11, 1)


def test_a_label_before_a_title_is_no_part_of_it():
    metadata = read("【规范性文件】长沙市人民政府关于发展经济的意见\n一、总体要求\n")
    assert metadata.title == "长沙市人民政府关于发展经济的意见"
    assert metadata.issuer == "长沙市人民政府"


def test_an_index_number_ends_before_a_label_that_is_not_known():
    raw = "索引号:1153232/2018-1220012 公文目录:应急管理\n关于发展经济的意见\n一、总体要求\n"
    assert read(raw, ("索引号:1153232/2018-1220012 公文目录:应急管理", "metadata_table")).index_number == (
        "1153232/2018-1220012"
    )


def test_a_number_before_the_title_is_the_number_and_no_part_of_the_title():
    raw = "梁政发【2023】7号关于印发梁水县突发事件总体应急预案的通知\n各乡镇人民政府:\n现印发给你们,请贯彻落实。\n"
    metadata = read(raw)
    assert metadata.number == "梁政发【2023】7号"
    assert metadata.title == "关于印发梁水县突发事件总体应急预案的通知"


def test_labels_that_a_site_prints_as_a_list_give_their_values():
    raw = "- 备注/文号:梁政办〔2016〕82号\n- 公文生成日期:2016-06-23\n梁水县人民政府关于发展经济的意见\n一、总体要求\n"
    metadata = extract_metadata(clean := clean_text(raw), read_frame(clean.text))
    assert (metadata.number, metadata.issued_on) == ("梁政办〔2016〕82号", date(2016, 6, 23))
    assert [noise.reason for noise in clean.noise] == ["metadata_table"] * 2


def test_the_office_that_puts_a_text_up_is_its_issuer_where_no_other_is_named():
    label = "公开责任部门 | 紫阳县政府办公室 |"
    assert read(f"{label}\n一、总体情况\n", (label, "metadata_table")).issuer == "紫阳县政府办公室"
    raw = f"{label}\n紫阳县财政局关于预算的通知\n一、总体情况\n"
    assert read(raw, (label, "metadata_table")).issuer == "紫阳县财政局"


def test_what_a_news_page_tells_above_a_text_says_whose_it_is():
    raw = "近日，国务院办公厅公布了征求意见稿。全文如下：\n规章制定条例\n第一条 为了规范程序，制定本条例。\n"
    clean = clean_text(raw)
    assert extract_metadata(clean, read_frame(clean.text)).region.name == "全国"


def test_a_date_of_the_republic_is_a_signature():
    raw = "管理办法\n一、总则\n本办法自发布日施行。\n中華民國一百零七年十一月二十八日\n"
    assert read(raw).issued_on == date(2018, 11, 28)


def test_a_bulletin_is_read_past_its_head():
    head = "梁水政务督查\n第20期\n梁水县人民政府督查室      2022年8月19日\n"
    title = "关于印发2022年《政府工作报告》主要任务\n上半年落实情况的通报\n"
    metadata = read(f"{head}{title}各乡镇人民政府:\n现通报如下。\n一、总体情况\n")
    assert metadata.title == "关于印发2022年《政府工作报告》主要任务上半年落实情况的通报"
    assert (metadata.issuer, metadata.issued_on) == ("梁水县人民政府督查室", date(2022, 8, 19))


def test_a_notice_whose_last_word_is_set_wide_is_the_notice():
    raw = "17号 安全生产规划\n关于印发安全生产“十三五”规划的\n通    知\n各镇街:\n现印发给你们,请认真贯彻执行。\n"
    metadata = read(f"{raw}2016年12月30日\n梁水县安全生产“十三五”规划\n一、现状\n")
    assert metadata.notice_title == "关于印发安全生产“十三五”规划的通知"
    assert metadata.title == "梁水县安全生产“十三五”规划"


def test_a_number_behind_the_title_on_its_line_is_no_part_of_it():
    raw = "关于印发重点任务落实方案的通知 梁政发〔2023〕1号\n各区人民政府:\n一、凝聚共识。\n"
    assert (read(raw).title, read(raw).number) == ("关于印发重点任务落实方案的通知", "梁政发〔2023〕1号")


def test_the_office_of_a_street_signs():
    raw = (
        "街道网格化方案\n一、总则\n落实责任。\n中共梁水县黄石街工作委员会\n梁水县人民政府黄石街道办事处\n2015年3月9日\n"
    )
    assert read(raw).issuer == "中共梁水县黄石街工作委员会、梁水县人民政府黄石街道办事处"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("1978年9月5日 〔78〕法办研字第19号", "〔78〕法办研字第19号"),
        ("(1978)民他字第3号  1978年9月5日", "(1978)民他字第3号"),
    ],
)
def test_a_date_and_a_number_that_begins_with_its_year_stand_on_one_line(line, number):
    title = "最高人民法院\n关于诉讼卷宗如何处理问题的批复"
    raw = f"{title}\n{line}\n辽宁省高级人民法院:\n你院请示已收阅。应当保存,不应销毁。\n"
    metadata = read(raw)
    assert (metadata.number, metadata.issued_on) == (number, date(1978, 9, 5))
    assert [line.role for line in read_frame(raw).lines] == ["title", "number", "addressee"]
