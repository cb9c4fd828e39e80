"""The labelled values that a website prints beside a document: 发文字号 鲁政办发〔2014〕1号.

Sites lay the same table out as one line of label and value, as several pairs on one line, or as a label and its
value on two lines; blanks may stand inside a label (文      号).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from corpus.folding import fold
from corpus.frame_lines import is_date_line, is_title_like
from corpus.model import Span

TableField = Literal[
    "title",
    "index_number",
    "number",
    "issuer",
    "issued_on",
    "published_on",
    "site_time",
    "effective_on",
    "status",
    "keeper",
]

_LABELS: Mapping[TableField | Literal["other"], str] = {
    "title": "标题 法规名称 名称 文件名称 信息名称 文件标题 公文名称 题名 法规标题 政策名称 发文标题",
    "index_number": "索引号 信息索引号 索引编号 信息索引",
    "number": "文号 发文字号 发文文号 发布文号 文件编号 文件字号 公文文号 公文字号 发布字号 "
    "颁布文号 发文号 文件号 文件文号 备注/文号 解释字号",
    "issuer": "发文机关 发布机构 发布单位 制定机关 发文单位 发布机关 颁布单位 制发机关 颁布机关 发布部门 印发机关 "
    "发文机构 发文部门 制定单位 颁发部门 公布机关 印发单位 成文单位 发布单位名称",
    "issued_on": "成文日期 发文日期 签发日期 制定日期 颁布日期 发文时间 成文时间 通过日期 签署日期 颁布时间 "
    "批准日期 印发日期 公文生成日期 解释日期 解释公布院令",
    "published_on": "发布日期 发布时间 公开日期 公布日期 公开时间 上网日期 信息发布日期 公布时间 发表时间 发布于 "
    "登载日期 公发布日",
    "site_time": "时间 日期 更新时间 录入时间 更新日期 来源时间 生成日期",
    "effective_on": "生效日期 施行日期 实施日期 执行日期 生效时间 实施时间 施行时间 执行时间",
    "status": "有效性 有效性状态 时效性 时效状态 效力状态 是否有效 文件状态 文件有效性 法规状态 有效状态 时效",
    "keeper": "公开责任部门",
    "other": "废止日期 失效日期 失效时间 废止时间 主题词 主题分类 体裁分类 属性 备注 关键词 关键字 来源 信息来源 点击 "
    "点击数 点击量 浏览 浏览次数 浏览量 阅读 阅读次数 公开方式 公开范围 公开程序 公开形式 发布人 "
    "责任编辑 作者 编辑 信息分类 服务对象 分类 文种 效力级别 核心提示 导语 背景色 字体 字号 大小 内容概述 组配分类 "
    "统一编号 登记号 有效期 公文种类 访问次数 打印 视力保护色 所属主题 生成时间 法规类别 专业属性 适用地区 "
    "法规类型 所属行业 所属区域 公开目录",
}
_EMPTY = frozenset({"", "暂无", "未知", "无", "不详", "-", "--", "——", "/", "空", "待定"})


# What parts a label from its value, as white space does.
_BEFORE_VALUE = " \t\r\n\u3000\xa0|丨"
# The bullet before a label of a list. Matches: the end of "\n  • ". Does not match: the end of "\n  "
_IN_LIST = re.compile(r"(?:^|\n)[ \t]*[•·◆■●○][ \t]*$")


def _spaced(label: str) -> str:
    return r"\s*".join(label)


_FIELD_OF = {label: name for name, labels in _LABELS.items() for label in labels.split()}
# Matches 文      号 藏政办发〔2014〕65号 and 发布日期:2014-07-01 and a label alone on its line. Does not match
# 来源于网友上传, 日期间.
_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[\s|丨;,\[【(>]))(?:[【\[(]\s*)?("
    + "|".join(_spaced(label) for label in sorted(_FIELD_OF, key=len, reverse=True))
    + r")(?:\s*[】\])]\s*:?|\s*:|(?=\s|$))[ \t]*",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class TableValue:
    """A value of the table: as printed, trimmed, and the raw span from its label's line to the value's end of line."""

    text: str
    start: int
    span: Span


def read_table(raw: str, areas: Iterable[Span]) -> dict[TableField, TableValue]:
    """Labelled values in the given stretches of the raw text; the first print of each field counts.

    Args:
        raw: The decoded file.
        areas: Raw spans where such a table may stand: a website's lines, and what is printed before the body.
    """
    values: dict[TableField, TableValue] = {}
    for area_start, area_end in areas:
        area = fold(raw[area_start:area_end])
        labels = list(_LABEL.finditer(area))
        for index, match in enumerate(labels):
            field = _FIELD_OF["".join(match[1].split())]
            if field == "other" or field in values:
                continue
            limit = labels[index + 1].start() if index + 1 < len(labels) else len(area)
            chunk = area[match.end() : limit]
            offset = match.end() + len(chunk) - len(chunk.lstrip(_BEFORE_VALUE))
            # A value on the next line belongs to a label that stands alone; a blank line ends the pair, but in a list,
            # and where the value is a day or the next label stands right below it.
            gap = area[match.end() : offset]
            if "\n\n" in gap and ":" in match.group() and not _IN_LIST.search(area, 0, match.start(1)):
                value, _, more = area[offset:limit].strip().partition("\n")
                ends = index + 1 == len(labels) or more or is_title_like(value)
                if ends and not is_date_line(value.strip()):
                    continue
            value = re.split(r"[\r\n\t]|[ \u3000]{3,}|\s[|丨]\s", area[offset:limit], maxsplit=1)[0]
            value = value.rstrip(" \t|丨;,[【(•·")
            if field == "index_number" and ":" in value:
                value = value.split()[0]  # the next label is none of ours
            if value in _EMPTY:
                continue
            start = area_start + offset
            line_start = raw.rfind("\n", 0, area_start + match.start(1)) + 1
            line_end = raw.find("\n", start)
            line_end = len(raw) if line_end < 0 else line_end
            line = raw[line_start:line_end]
            span = (line_start + len(line) - len(line.lstrip()), line_end - (len(line) - len(line.rstrip())))
            values[field] = TableValue(raw[start : start + len(value)].strip(), start, span)
    return values
