"""Which printed lines are one line of the text."""

from __future__ import annotations

import pytest

from corpus.cleaning import clean_text
from corpus.folding import fold
from corpus.frame import read_lines
from corpus.lines import join_wrapped_lines, printed_line, split_lines


def lines_of(text: str) -> list[str]:
    return [printed_line(text, span) for span in read_lines(text)]


def test_lines_are_split_at_every_kind_of_break_and_trimmed():
    text = "  甲\n\n\u3000乙\r\n丙\u2028丁 戊\x0b"
    assert [text[a:b] for a, b in split_lines(text)] == ["甲", "乙", "丙", "丁 戊"]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("(一)治理侵蚀沟。按照小型沟、大型沟分类施策，", "到2025年治理侵蚀沟7000条以上。"),
        ("各市人民政府，", "省政府各部门:"),
        ("2.加强消费维权，", "3·15期间集中受理投诉。"),
        ("1.加快充电设施建设。2023年底前新建充电桩", "3000个，其中快充桩占比不低于60%。"),
        ("完善黑土地保护补贴政策，探索建立耕地轮作休耕补偿制度，引导农户自觉", "保护黑土地。"),
        ("第三条 有前两条规定的行为，情节轻微的，可以依照本条例，", "第一百零三条的规定从轻处罚。"),
        ("2.推进公共型冷库建设。（市发展改革委牵", "头，市商务局配合）"),
        (
            "立法应当适应改革需要，坚持在法治下推进改革，在改革中完善法治，维护国家法制统",
            "一，引导、推动、规范相关改革。",
        ),
    ],
)
def test_a_line_cut_in_mid_sentence_goes_on(above, below):
    assert lines_of(f"{above}\n{below}") == [above + below]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("一、加强组织领导", "各级政府主要负责同志是第一责任人。"),
        ("一是开展拉网式排查，", "二是开展交叉式检查，"),
        ("（一）完善机制，", "（二）加强督导。"),
        ("质量总体水平稳步提升。", "质量安全形势好转。"),
        ("关于进一步加强产品质量监督管理工作，促进经济社会持续健康发展的若干意见", "为加强质量工作，制定本意见。"),
        ("加强监督检查。各部门要认真落实", "山东省人民政府"),
        ("甲\t乙，", "丙\t丁"),
    ],
)
def test_two_pieces_stay_two(above, below):
    assert lines_of(f"{above}\n{below}") == [above, below]


def wrapped(paragraphs: list[str], width: int) -> list[str]:
    """Lines of so many characters; none begins with a stop."""
    lines = []
    for paragraph in paragraphs:
        while len(paragraph) > width:
            cut = width - 1 if paragraph[width] in "，。、）" else width
            lines.append(paragraph[:cut])
            paragraph = paragraph[cut:]
        lines.append(paragraph)
    return lines


PLAN = ["某市质量强市建设行动方案", "为提升质量，制定本方案。", "一、主要任务"]
for number, task in enumerate(("食品", "农产品", "工程", "服务", "环境", "消费品", "特种设备", "电子商务"), 1):
    PLAN += [
        f"{number}.加强{task}质量安全监管。建立{task}质量安全追溯制度，落实企业主体责任。健全{task}抽查机制，完善风险监测"
        f"标准，开展专项整治。推动{task}企业导入先进管理方法，培育一批品牌，推进质量提升行动和技术改造方案。组织{task}"
        "从业人员培训，提高质量意识。（市市场监管局牵头，市发展改革委、市财政局按职责分工负责）"
    ]


@pytest.mark.parametrize("width", [24, 31, 36, 40])
@pytest.mark.parametrize("step", ["\n", "\n\n"])
def test_a_text_wrapped_without_indents_is_put_together(width, step):
    # Lines end in a stop by chance, and others begin or end as a title or a signature does.
    assert lines_of(step.join(wrapped(PLAN, width))) == PLAN


def test_a_wrapped_text_of_short_paragraphs_ends_them_at_stops():
    paragraphs = [
        f"各级人民政府应当加强对{c}质量工作的领导，建立健全协调机制，并将所需经费列入预算。"
        for c in "甲乙丙丁戊己庚辛壬癸"
    ]
    articles = [
        f"第{n}条 {p}" if at % 2 else p
        for at, (n, p) in enumerate(zip("一二三四五六七八九十", paragraphs, strict=True))
    ]
    assert lines_of("\n".join(wrapped(articles * 2, 22))) == articles * 2


def test_a_blank_line_ends_a_paragraph_that_lacks_its_stop():
    text = "加强质量监管。各地要认真落实各项制度\n\n质量安全形势好转。"
    assert lines_of(text) == ["加强质量监管。各地要认真落实各项制度", "质量安全形势好转。"]


def test_a_sentence_goes_on_behind_a_page_break():
    text = "一、任务\n做好监管。\n加强质量监管。各地要认真落实\n\n\n\n各项制度,抓好整改。\n二、保障\n加强领导。"
    assert lines_of(text)[2:4] == ["加强质量监管。各地要认真落实各项制度,抓好整改。", "二、保障"]


def test_a_text_wrapped_at_a_width_is_put_together_by_its_indents():
    text = (
        "    为贯彻落实国务院关于深化标准化工作改革\n方案，加快推进全省标准化工作，现提出如下实\n施意见。\n"
        "    （一）坚持以人民为中心的发展思想和工作\n导向，全面实施标准化战略，促进高质量发展。\n还要抓好落实。\n"
        "    （二）整合精简强制性标准，优化完善推荐\n性标准。\n"
    )
    assert lines_of(text) == [
        "为贯彻落实国务院关于深化标准化工作改革方案，加快推进全省标准化工作，现提出如下实施意见。",
        "（一）坚持以人民为中心的发展思想和工作导向，全面实施标准化战略，促进高质量发展。还要抓好落实。",
        "（二）整合精简强制性标准，优化完善推荐性标准。",
    ]


def test_a_few_lines_of_an_indented_page_show_its_width():
    text = (
        "    某市决定\n    一、对管理办法作出修改\n"
        "    （一）将第三条中的“工商行政管理部门”修\n改为“市场监督管理部门”。\n"
        "    （二）做好宣传，做到一是人员要落实到位\n二是内容要充实完整。\n"
    )
    assert lines_of(text)[2:] == [
        "（一）将第三条中的“工商行政管理部门”修改为“市场监督管理部门”。",
        "（二）做好宣传，做到一是人员要落实到位二是内容要充实完整。",
    ]


def test_lines_without_an_indent_prove_no_page_where_they_follow_short_ones():
    text = "    一、目标\n做好各项工作\n    二、任务\n建设示范项目\n    三、保障\n加强组织领导\n    四、附则"
    assert len(lines_of(text)) == 7


def test_a_page_that_a_scraper_put_on_one_line_is_cut_behind_its_title_and_stops():
    text = (
        "关于加强校园食品安全工作的通知 各区教育局： 为加强校园食品安全，现就有关事项通知如下： "
        "一、落实主体责任。学校校长是第一责任人。 二、强化日常监管，每学期检查两次 建立问题台账。 "
        "三、加强宣传引导。每年开展食品安全宣传周活动，普及食品安全知识，营造良好氛围。"
    )
    assert lines_of(text) == [
        "关于加强校园食品安全工作的通知",
        "各区教育局：",
        "为加强校园食品安全，现就有关事项通知如下：",
        "一、落实主体责任。学校校长是第一责任人。",
        "二、强化日常监管，每学期检查两次 建立问题台账。",
        "三、加强宣传引导。每年开展食品安全宣传周活动，普及食品安全知识，营造良好氛围。",
    ]


def test_every_character_stays_in_one_line():
    text = "各地，\n要加强\n\n监管，\n一、目标\n"
    spans = join_wrapped_lines(text, fold(text), lambda line: False)
    assert "".join(text[a:b] for a, b in spans).replace("\n", "") == text.replace("\n", "")


def test_a_paragraph_goes_on_behind_a_page_number():
    printed = """\
苇河县农村供水规划
    为贯彻落实乡村振兴战略，加快推进全县农村供水一体化发
展，根据省、市有关文件精神，结合我县实际情况，提出如下规
划意见。
    一、总体目标
                        — 1 —
    到2027年，全县自来水普及率达到98%，新建水厂6座，改造
管网320公里；农村供水工程规模化率提高到75%，建成覆盖城乡
的智慧水务平台1个。
    二、主要任务
    （一）建设骨干水源。重点推进三座水库建设，加快形成多
                        — 2 —
源互济格局，提高抗旱能力，保障城乡居民生活用水安全，新建
应急备用水源2处。（责任单位：县水利局、县发展和改革局）
    （二）完善管网体系。加快城乡一体化改造，实现同网同质
同服务，老旧管网改造率达到90%以上，漏损率控制在9%以内。
（责任单位：县住房和城乡建设局）
                        — 3 —
    （三）强化水质监测。建立县级水质监测中心，每季度公布
一次水质监测结果。
"""
    text = clean_text(printed).text
    lines = ["".join(text[start:end].split()) for start, end in read_lines(text)]
    assert len(lines) == 8
    assert lines[5] == (
        "（一）建设骨干水源。重点推进三座水库建设，加快形成多源互济格局，提高抗旱能力，保障城乡居民生活用水安全，新建"
        "应急备用水源2处。（责任单位：县水利局、县发展和改革局）"
    )
