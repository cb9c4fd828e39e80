"""What a news page tells about a text before it prints the whole of it."""

from __future__ import annotations

import re

from corpus.edges import lines_down
from corpus.frame_lines import is_front_matter, is_title_like
from corpus.lines import BODY_MARKER
from corpus.model import Span

_TOP = 3000  # characters
_MOST_LINES = 8
_MOST_BELOW = 3  # lines over which the title below may be broken
_LONGEST_TITLE = 60
# What none can do without, also before the text is folded. Matches: 全文如下 / 以下為. Does not match: 现通知如下
_MAY_ANNOUNCE = re.compile("如下(?<=[文情容布登发發]如下)|以下[是为為]")
# The last words of a lead. Matches: 文件详情如下: / 通知全文如下。 / 以下是政府工作报告全文:.
# Does not match: 现将有关事项通知如下:
_ANNOUNCES = re.compile(
    r"(?:(?:全文|原文|详情|内容)(?:公布|刊登|发布|刊发)?如下|以下(?:是|为)[^。;]{0,40}(?:全文|原文|内容))\s*[:。]?$"
)
# How a journalist tells it. Matches: 日前,某市印发通知。 Does not match: 为加强管理,制定本办法。
_TELLS = re.compile(
    r"日前|近日|近期|昨[日天]|今[日天]|记者|获悉|本报|[讯电]\s|文件(?:指出|提出|明确)|\d月\d{1,2}日|公布了|印发了|发布了|以下[是为]"
)
# How an office speaks of its own text. Matches: 现将修改内容如下: / 经研究决定,…内容如下:. Does not match: 全文如下:
_ISSUES = re.compile(
    r"现(?:将|就|予|印发)|给你们|研究(?:决定|同意)|请(?:认真|遵照|各|结合)|本(?:办法|意见|方案|通知|公告)"
)


def find_lead_in(text: str) -> list[Span]:
    """The lines of a news page's lead: from the top, or from the page's headline, down to what announces the text.

    The text's own title has to stand below it.

    Args:
        text: The text, less what a website prints above it.
    """
    if not _MAY_ANNOUNCE.search(text, 0, _TOP):
        return []
    lead: list[Span] = []
    told = announced = False
    below = ""
    for count, line in enumerate(line for line in lines_down(text[:_TOP]) if line.folded):
        folded = line.folded
        if announced:
            if BODY_MARKER.match(folded) or len(folded) > _LONGEST_TITLE:
                return []
            below += folded
            if is_title_like(folded) or is_title_like(below):
                return lead
            if count >= len(lead) + _MOST_BELOW:
                return []
            continue
        if not lead and count == 0 and is_title_like(folded):
            continue  # the page's headline
        if count > _MOST_LINES or BODY_MARKER.match(folded) or is_front_matter(folded) or is_title_like(folded):
            return []
        lead.append((line.start, line.end))
        told = told or _TELLS.search(folded) is not None
        sentence = folded[folded.rfind("。", 0, len(folded) - 1) + 1 :]
        if _ANNOUNCES.search(sentence):
            if not told or _ISSUES.search(sentence):
                return []
            announced = True
    return []
