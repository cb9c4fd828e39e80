"""What a single line around a document's body is: a title, a number, an addressee, a signer, a date."""

from __future__ import annotations

import re
from typing import Literal

from corpus.document_numbers import JOINT_ORDER, STANDARD, YEAR_FIRST
from corpus.lines import NUMERAL

FrameRole = Literal[
    "notice_title", "title", "number", "addressee", "issuing", "signer", "date", "adoption", "contents", "other"
]

# Matches: 山东省质量强省建设实施意见(试行) / 某市人才新政八条. Does not match: 各市人民政府 / 第十八条.
_TITLE_END = re.compile(
    r"(?:通知|意见|办法|规定|条例|计划|规划|方案|细则|纲要|决定|决议|公告|通告|通报|要点|措施|指南|标准|制度|"
    r"法|解释|批复|复函|函|报告|令|规则|章程|规范|规程|准则|目录|清单|预案|导则|指引|政策|说明|请示|答复|纪要|守则|公约|"
    r"协定|宣言|长官批示|司长批示|倡议书?|战略|工程|行动|安排|预算|名单|分工|任务|(?:责任|任务|目标)分解|举措|须知|体系|图|表|书|若干规定"
    rf"|(?<=[\u4e00-\u9fff])(?<![第{NUMERAL}\d、和至到及])(?:[{NUMERAL}]{{1,3}}|\d{{1,2}})条)$"
)
# Matches: (试行) / (温政办〔2014〕98号) at the end of a title. Does not match: (一) at its start.
_TITLE_TAIL = re.compile(r"(?<!\s)\s*[(〔\[【][^()]*(?:\([^()]*\)[^()]*)?[)〕\]】]\s*$")
# Matches: 附:修正本 at the end of a title. Does not match: 附:名单
_AMENDED_TEXT = re.compile(r" ?附:\s?(?:第[一二三四五]次)?修[正订](?:文?本)?$")
# Matches: 鲁政办发〔2014〕29号 / 〔2021〕第15期 / 第七十一号 / 〔78〕法办研字第19号 / db33/t 2055-2017.
# Does not match: (国办发〔2014〕18号)精神,.
NUMBER = re.compile(
    r"(?:\(\s*)?(?:(?:[\u4e00-\u9fff]{1,16}\s*)?[(〔\[【]\s*\d{4}\s*[)〕\]】]\s*第?\s*\d+\s*[号期]"
    rf"|(?:\d{{4}}\s*年\s*)?第\s*(?:\d+|[{NUMERAL}]{{1,6}})\s*[号期]|{YEAR_FIRST}|{STANDARD}|{JOINT_ORDER})(?:\s*\))?$"
)
# Matches: 2014年7月2日 / 2014.7.2 / 二〇〇六年十二月十五日, its noughts typed as letter or digit too / 民国66年9月16日.
# Does not match: 2014年要点.
DATE = re.compile(
    rf"\(?\s*(?:(?:中华)?民国\s*(?:\d{{1,3}}|[{NUMERAL}]{{1,6}})\s*年\s*(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*月\s*(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*日|\d{{4}}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日?)?|[{NUMERAL}○oO0]{{4}}年[{NUMERAL}]{{1,3}}月(?:[{NUMERAL}]{{1,3}}日)?"
    r"|(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2})\s*\)?$"
)
# Matches: (2018年8月31日第十三届全国人民代表大会常务委员会第五次会议通过), also without the brackets, and
# (一九八九年四月四日第七届全国人民代表大会第二次会议通过).
# Does not match: (试行) / 2018年8月31日经市政府会议通过的方案.
_ADOPTION = re.compile(
    rf"\(.*(?:\d{{4}}|[{NUMERAL}○]{{4}})年.*(?:通过|公布|发布|修正|修订|批准|施行|印发|实施).*\)$"
    r"|\d{4}年\d{1,2}月\d{1,2}日[^。;:,]{0,80}(?:通过|公布|发布|修正|修订|批准|施行)$"
)
_LONGEST_ADOPTION = 400
# A word that is set wide. Matches: 政 府 工 作 报 告 / 通  知. Does not match: 总则 附则
SET_WIDE = re.compile(r"[\u4e00-\u9fff](?:\s+[\u4e00-\u9fff])+")
# A title in the marks of one. Matches: 《某市关于印发〈某办法〉的通知》. Does not match: 《某法》和《某条例》
_IN_TITLE_MARKS = re.compile(r"《([^《》]*)》$")
_FEWEST_PIPES = 2  # of a row of a table
# Matches: 各市人民政府,省政府各部门: / 各位代表:. Does not match: 现将有关事项通知如下:.
_ADDRESSEE = re.compile(
    r".*(?:政府|行署|部门|单位|机构|委员会|[委办厅局院校署会所部]|公司|企业|学校|中心|银行|法院|检察院|组织|机关|人员|党组|朋友)"
    r"\s*(?:\([^()]{1,12}\)\s*)?:$|[^。;:,为是任]{1,30}(?:代表|委员|同志们?):$"
)
_NOT_ADDRESSEE = re.compile(r"如下:$|[。;]|通知:$|意见:$")
# Matches: 现印发给你们,请认真贯彻执行。 Does not match: 为加强质量工作,制定本计划。
ISSUING = re.compile(
    r"(?:印发|转发|批转|下发|颁发|发给|发布|公布|颁布)(?:给你们|你们|,|。|施行|实施|如下)|现(?:予|将)?.{0,60}(?:印发|转发|批转|公布|发布)"
    r"|请(?:认真|遵照|结合|各地|你们).{0,20}(?:执行|实施|落实|组织)|特此(?:通知|公告|函)"
)
# Matches: 山东省人民政府办公厅. Does not match: 加强组织领导.
_SIGNER = re.compile(
    r"^(?:主席|总理|行政长官|[省市州盟县区部厅局]长)\s+[\u4e00-\u9fff]{2,4}$|^(?!.*(?:通知|意见|方案|关于))[\u4e00-\u9fff\s、·()]{2,60}"
    r"(?:政府|办公厅|办公室|督查室|委员会|行署|管委会|总局|[局厅部院署会委办]|领导小组|中心|法院|检察院|银行|公司|办事处|管理处|联合会|总工会|协会|大学|党委|党组|兵团"
    r"|主席|省长|市长|总理)"
    r"(?:\s+[\u4e00-\u9fff]{2,4})?$"
)
# The list of attachments before a signature, which names titles and is none. Matches: 附件:1.任务分工表.
# Does not match: 附则.
_ATTACHED = re.compile(r"附\s*(?:件\s*\d{0,2}\s*)?:")
# Matches: (2021-2025年) / (征求意见稿) alone beneath a title. Does not match: (2018年5月31日…通过).
_SUBTITLE = re.compile(r"[(〔\[](?!.*(?:号|年.*月))[^()。,;]{1,20}[)〕\]]$")
# What stands above the title of a standard. Matches: 上海市地方标准. Does not match: 食品安全国家标准
_LETTERHEAD = re.compile(r"(?:中华人民共和国(?:国家|[\u4e00-\u9fff]{2,8}行业)|[\u4e00-\u9fff]{2,8}[省市区]地方)标准$")
SENTENCE = re.compile(r"[。;!?]")


def is_date_line(folded: str) -> bool:
    """Whether a folded line is a date and nothing else."""
    return bool(DATE.match(folded))


def is_signer_line(folded: str) -> bool:
    """Whether a folded line reads as the name of a signing body."""
    return len(folded) <= 60 and not SENTENCE.search(folded) and bool(_SIGNER.match(folded))


def is_title_like(folded: str) -> bool:
    """Whether a folded line reads as the title of a policy text."""
    if len(folded) > 120 or SENTENCE.search(folded) or folded.endswith((":", ",", "、")) or _ATTACHED.match(folded):
        return False
    words = _TITLE_TAIL.sub("", folded)
    if "附" in words:
        words = _AMENDED_TEXT.sub("", words)
    end = _TITLE_END.search("".join(words.split()) if SET_WIDE.fullmatch(words) else words)
    return end is not None and not folded.startswith("特此", len(folded) - 4) and folded.count("|") < _FEWEST_PIPES


def is_front_matter(folded: str) -> bool:
    """Whether a folded line is a notice's number, addressee or issuing sentence."""
    return role_of(folded) in ("number", "addressee", "issuing")


def is_adoption(folded: str) -> bool:
    """Whether a folded line says who adopted a text, and when."""
    return len(folded) <= _LONGEST_ADOPTION and bool(_ADOPTION.match(folded))


def is_subtitle(folded: str) -> bool:
    """Whether a folded line is what stands in brackets beneath a title: (试行), (2021-2025年)."""
    return bool(_SUBTITLE.match(folded))


def _is_date_and_number(line: str) -> bool:
    """Whether a line is a date and a number, in either order, a blank between them."""
    first, blank, second = line.partition(" ")
    if not blank:
        return False
    second = second.strip()
    return bool((DATE.match(first) and NUMBER.match(second)) or (NUMBER.match(first) and DATE.match(second)))


def role_of(line: str) -> FrameRole | None:
    """The role that a folded line shows by itself; ``None`` for a paragraph."""
    if NUMBER.match(line) or _is_date_and_number(line):
        return "number"
    if DATE.match(line):
        return "date"
    if is_adoption(line):
        return "adoption"
    if _ADDRESSEE.match(line) and not _NOT_ADDRESSEE.search(line):
        return "addressee"
    is_title = is_title_like(line) or ((quoted := _IN_TITLE_MARKS.match(line)) and is_title_like(quoted[1]))
    if is_title and not _LETTERHEAD.match(line):
        return "title"
    if is_signer_line(line) or (is_date_line(line.rsplit(None, 1)[-1]) and is_signer_line(line.rsplit(None, 1)[0])):
        return "signer"
    if ISSUING.search(line):
        return "issuing"
    return None
