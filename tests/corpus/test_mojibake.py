from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.folding import fold_for_comparison
from corpus.mojibake import find_repairs

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"

# Sentences of the kinds that policy texts print, written for these tests.
CLEAN = [
    "各级人民政府应当加强对安全生产工作的领导，建立健全责任制度，及时协调解决重大问题。",
    "完善食品安全监督管理体系，加大抽查力度，对不合格产品依法处理并向社会公布结果。",
    "鼓励企业采用新技术、新工艺、新设备、新材料，提高产品质量，增强市场竞争能力。",
    "教育部门会同财政部门制定农村学校校舍改造规划，分年度组织实施，确保工程质量。",
    "到规划期末，全市森林覆盖率明显提高，主要河流水质达到国家规定的标准，城乡环境显著改善。",
    "建立统一的公共信用信息平台，实现部门之间的信息共享，对失信行为依法实施联合惩戒。",
    "加快推进农业标准化生产，扶持龙头企业和农民专业合作社，带动农民增加收入。",
    "违反本办法规定的，由主管部门责令限期改正；情节严重的，依法追究有关人员的责任。",
    "加强基层卫生服务机构建设，完善基本药物制度，方便群众就近看病。",
    "人力资源社会保障部门负责组织职业技能培训，提高劳动者的就业能力和创业能力。",
    "严格落实环境影响评价制度，从源头上控制污染物排放总量，保护和改善生态环境。",
    "各地区、各部门要结合实际制定具体实施方案，明确工作任务和完成时限，认真抓好落实。",
]


def apply_repairs(text: str) -> str:
    for repair in reversed(find_repairs(text)):
        if repair.repaired is not None:
            text = text[: repair.span[0]] + repair.repaired + text[repair.span[1] :]
    return text


def lose_lead_byte(sentence: str, index: int) -> str:
    """The sentence as shown after the lead byte of the character at ``index`` became a question mark."""
    data = bytearray(sentence.encode("gbk"))
    data[2 * index] = 0x3F
    return data.decode("gbk", "replace").replace("\ufffd", "?")


def insert_into_pair(sentence: str, index: int, pinyin: str) -> str:
    """As shown after a program put a bracket of pinyin into the middle of a character."""
    data = bytearray(sentence.encode("gbk"))
    at = 2 * index + 1
    data[at:at] = f"({pinyin})".encode("gbk")
    return re.sub("\ufffd\\(?", "?", data.decode("gbk", "replace"))


def test_every_damaged_place_of_the_shipped_text_is_read_right() -> None:
    text = (DOCUMENTS / "xizang-2006-2010.txt").read_text(encoding="utf-8")
    expected = [
        ("?;A(chǔ)", "。基礎"),
        ("?cè)藬?shù)", "人數"),
        ("?cè)藬?shù)", "人數"),
        ("?!笆晃濉逼陂g", "。“十一五”期間"),
        ("?xiàng)l", "條"),
        ("?shù)厥称飞a(chǎn)", "地食品生產"),
        ("?!皟杉?jí)", "保“兩級"),
        ("六?一", "六·一"),
        ("?shù)匕踩O(jiān)", "地安全監"),
        ("?;?", "模化"),
        ("?。ㄊ校┵|(zhì)", "省(市)質"),
        ("?;?", "模化"),
        ("?!笆晃濉睍r(shí)", "。“十一五”時"),
        ("?zhèn)湓瓌t", "備原則"),
        ("?qǐng)?bào)", "報"),
        ("3?15", "3·15"),
    ]
    repairs = find_repairs(text)
    assert [(r.broken, r.repaired) for r in repairs] == expected
    assert all(r.broken == text[slice(*r.span)] and 0.7 <= r.confidence <= 1 for r in repairs)


@pytest.mark.parametrize("name", ["alxa-quality", "shandong-2014", "wenzhou-2014", "xizang-2014"])
def test_clean_documents_have_no_repairs(name: str) -> None:
    assert find_repairs((DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "什么是质量强市?答:以质量为中心推动发展。",
        "企业如何申请补助？请登录http://www.example.cn/index.html?id=3&type=2查询。",
        "问:为什么要修订本办法?主要有三个考虑。",
        "是否合格?由检验机构判定。能否延期?由主管部门决定。",
        "“谁来管?怎么管?管什么?”是群众关心的问题。",
        "“谁来管?”,这是群众关心的。",
        "2014?",
        "(一)谁负责?",
        "单价为3?元",
        "A?B型设备",
        "",
    ],
)
def test_question_marks_of_a_clean_text_stay(text: str) -> None:
    assert apply_repairs(text) == text


def test_a_question_mark_for_every_stop_is_no_damage() -> None:
    for sentence in CLEAN:
        for mark in "?？":
            asked = re.sub("[，；。]", mark, sentence)
            assert apply_repairs(asked) == asked


def test_the_same_mechanism_in_texts_nobody_has_seen() -> None:
    cases = [(s, i) for s in CLEAN for i in range(2, len(s) - 4, 7) if s[i] not in "，；。、"]
    shown = [(sentence, lose_lead_byte(sentence, index)) for sentence, index in cases]
    broken = [(sentence, text) for sentence, text in shown if text != sentence]
    results = [(fold_for_comparison(sentence), text, apply_repairs(text)) for sentence, text in broken]
    right = sum(sentence == fold_for_comparison(result) for sentence, _, result in results)
    wrong = [
        (text, result)
        for sentence, text, result in results
        if result != text and fold_for_comparison(result) != sentence
    ]
    assert len(broken) >= 40
    assert right / len(broken) >= 0.65
    assert len(wrong) / len(broken) <= 0.04


@pytest.mark.parametrize(
    ("sentence", "index", "pinyin", "expected"),
    [
        ("從業人員總人數的百分之九十", 5, "cè", "從業人員總人數的百分之九十"),
        ("貫徹生產許可證管理條例的規定", 9, "xiàng", "貫徹生產許可證管理條例的規定"),
    ],
)
def test_pinyin_in_the_middle_of_a_character(sentence: str, index: int, pinyin: str, expected: str) -> None:
    shown = insert_into_pair(sentence, index, pinyin)
    assert shown != sentence
    assert apply_repairs(shown) == expected


def test_utf8_read_as_latin1_is_reversed() -> None:
    sentence = CLEAN[0]
    assert apply_repairs(sentence.encode("utf-8").decode("latin-1")) == sentence


def test_gbk_read_as_latin1_is_reversed() -> None:
    assert apply_repairs("质量发展纲要".encode("gbk").decode("latin-1")) == "质量发展纲要"


def test_utf8_read_as_gbk_is_reversed() -> None:
    shown = "质量发展纲要".encode().decode("gb18030")
    assert apply_repairs(shown) == "质量发展纲要"


@pytest.mark.parametrize("lost", ["??", "?", "\ufffd"])
def test_a_whole_character_that_was_lost_is_read_where_its_words_leave_no_other(lost: str) -> None:
    document = "村民委员会由村民选举产生。\n村民委员会每届任期五年。\n"
    assert apply_repairs(f"{document}村民委{lost}会应当公布账目。") == f"{document}村民委员会应当公布账目。"


@pytest.mark.parametrize("shown", ["各地要??强监管。", "各地要???管。", "由??负责。"])
def test_a_whole_character_that_could_be_several_is_marked_and_left(shown: str) -> None:
    (repair,) = find_repairs(shown)
    assert (repair.broken.strip("?"), repair.repaired) == ("", None)
    assert shown.count("?") == len(repair.broken)


def test_a_stretch_that_only_a_letter_ends_is_read() -> None:
    sentence = "初步建立農產品標準化示范項目建設。"
    data = sentence.encode("gbk")
    shown = (data[:-9] + data[-8:]).decode("gbk", "replace")
    assert not set(shown) & set("?\ufffd")
    assert shown != sentence
    assert apply_repairs(f"標準化示范項目建設進展順利。\n{shown}") == f"標準化示范項目建設進展順利。\n{sentence}"


def test_a_letter_that_was_half_of_a_traditional_character_is_marked() -> None:
    document = "促進產業健康發展。\n推動健康有序發展。\n"
    (repair,) = find_repairs(f"{document}推動產品認證健康有序l展。")
    assert (repair.broken, repair.repaired) == ("l", None)


@pytest.mark.parametrize(
    "text",
    [
        "创建A级景区和B型保税区。",
        "使用X射线、甲类C片的,按照公历l月办理。",
        "創建A級景區,對B型產品進行監督,推動e化政府建設。",
    ],
)
def test_letters_of_a_clean_text_stay(text: str) -> None:
    assert find_repairs(text) == ()


def test_no_number_of_an_article_becomes_a_day() -> None:
    assert "·" not in apply_repairs("第四?五条 任何单位不得截留补助资金。")
    assert "·" not in apply_repairs("依照第一百二?九条处理。")


@pytest.mark.parametrize("shown", ["要推动绩?，培育一批企业。", "加强废气治理、?源保护。"])
def test_no_question_ends_beside_a_stop(shown: str) -> None:
    assert [(repair.broken, repair.repaired) for repair in find_repairs(shown)] == [("?", None)]


@pytest.mark.parametrize("shown", ["颂\ufffd", "颂?", "??条"])
def test_a_number_is_not_guessed_from_others_of_the_document(shown: str) -> None:
    document = "违反第二十四条规定的,由主管部门责令改正。不服第二十四条处罚的,可以申请复议。\n" * 3
    assert [repair.repaired for repair in find_repairs(f"{document}依照第二十{shown}处以罚款。")] == [None]


@pytest.mark.parametrize("text", ["安全锟斤拷锟斤拷生产", "安全\ufffd\ufffd\ufffd\ufffd管理", "加强烫烫烫烫监管"])
def test_lost_characters_are_marked_and_left(text: str) -> None:
    assert [repair.repaired for repair in find_repairs(text)] == [None]
    assert apply_repairs(text) == text


def test_a_clean_text_loads_no_dictionary() -> None:
    program = (
        "import sys; from corpus.mojibake import find_repairs;"
        f"assert find_repairs({CLEAN[0]!r} * 50 + '创建A级景区,使用X射线(以P计)。创建A级景区，使用（X射线）。') == ();"
        "print('jieba' in sys.modules, 'pypinyin' in sys.modules, 'corpus.byte_shift' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False False False\n", "")


def test_repairing_prints_nothing() -> None:
    program = f"from corpus.mojibake import find_repairs; find_repairs({lose_lead_byte(CLEAN[0], 10)!r})"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
