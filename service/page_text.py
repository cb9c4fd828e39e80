"""What the pages say, in the three languages of their interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

PageLanguage = Literal["zh-Hans", "zh-Hant", "en"]
LANGUAGES: tuple[PageLanguage, ...] = get_args(PageLanguage)
LANGUAGE_NAMES: Mapping[PageLanguage, str] = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}

# One row for each string: simplified, traditional, English.
_ROWS: Mapping[str, tuple[str, str, str]] = {
    "name": ("条文", "條文", "Tiaowen"),
    "tagline": (
        "问政策，答案出自条文",
        "問政策，答案出自條文",
        "Ask the policy texts, get the clause that says so",
    ),
    "lead": (
        "每句回答都注明出处，一点即到原文。条文没有写的，不作回答。",
        "每句回答都註明出處，一點即到原文。條文沒有寫的，不作回答。",
        "Every sentence names its source, one click from the document. What no clause says is not answered.",
    ),
    "skip": ("跳到正文", "跳到正文", "Skip to content"),
    "home": ("问答", "問答", "Ask"),
    "documents": ("文件", "文件", "Documents"),
    "api": ("接口", "介面", "API"),
    "languages": ("界面语言", "介面語言", "Language"),
    "site": ("站内导航", "站內導覽", "Site"),
    "ask": ("提问", "提問", "Ask"),
    "question": ("您的问题", "您的問題", "Your question"),
    "examples": ("可以这样问", "可以這樣問", "For example"),
    "answer": ("回答", "回答", "Answer"),
    "sources": ("出处", "出處", "Sources"),
    "open": ("打开原文", "打開原文", "Open in the document"),
    "corpus": ("库中有什么", "庫中有什麼", "What is here"),
    "count_documents": ("份文件", "份文件", "documents"),
    "count_clauses": ("个条文单元", "個條文單元", "clauses and headings"),
    "count_regions": ("个地区", "個地區", "regions"),
    "built": ("索引建于", "索引建於", "indexed"),
    "regions": ("地区", "地區", "Regions"),
    "for_developers": ("开发者", "開發者", "For developers"),
    "api_reference": ("接口说明", "介面說明", "API reference"),
    "openapi": ("OpenAPI 描述", "OpenAPI 描述", "OpenAPI description"),
    "embed": (
        "两行代码即可把问答框放进自己的网页：",
        "兩行程式碼即可把問答框放進自己的網頁：",
        "Two lines put the chat box on a page of your own:",
    ),
    "filter": ("筛选", "篩選", "Filter"),
    "reset": ("清除筛选", "清除篩選", "Show all"),
    "all_regions": ("所有地区", "所有地區", "All regions"),
    "all_issuers": ("所有发文机关", "所有發文機關", "All issuers"),
    "all_years": ("所有年份", "所有年份", "All years"),
    "region": ("地区", "地區", "Region"),
    "issuer": ("发文机关", "發文機關", "Issuer"),
    "year": ("年份", "年份", "Year"),
    "none_match": (
        "没有符合条件的文件。",
        "沒有符合條件的文件。",
        "No document matches.",
    ),
    "title": ("标题", "標題", "Title"),
    "notice_title": ("通知标题", "通知標題", "Notice"),
    "number": ("文号", "文號", "Number"),
    "issued_on": ("成文日期", "成文日期", "Issued"),
    "published_on": ("发布日期", "發布日期", "Published"),
    "effective_on": ("生效日期", "生效日期", "Effective"),
    "index_number": ("索引号", "索引號", "Index number"),
    "status": ("效力状态", "效力狀態", "Status"),
    "about": ("文件信息", "文件資訊", "About this document"),
    "where": ("见原文", "見原文", "see the line"),
    "contents": ("目录", "目錄", "Contents"),
    "close": ("关闭", "關閉", "Close"),
    "find": ("在本文中查找", "在本文中查找", "Find in this document"),
    "find_button": ("查找", "查找", "Find"),
    "hits": ("共 {count} 处", "共 {count} 處", "{count} found"),
    "no_hits": (
        "本文中没有这几个字。",
        "本文中沒有這幾個字。",
        "These words do not stand in this document.",
    ),
    "hit": ("第 {number} 处", "第 {number} 處", "Hit {number}"),
    "show_removed": (
        "显示去掉和修复前的文字",
        "顯示去掉和修復前的文字",
        "Show what was removed or repaired",
    ),
    "removed": ("去掉 {count} 字", "去掉 {count} 字", "{count} characters removed"),
    "repaired": ("修复 {count} 处", "修復 {count} 處", "{count} repairs"),
    "fold": ("不属于原文", "不屬於原文", "Not part of the document"),
    "characters": ("{count} 字", "{count} 字", "{count} characters"),
    "before_repair": ("修复前：{text}", "修復前：{text}", "Before the repair: {text}"),
    "not_repaired": (
        "此处文字损坏，无法修复",
        "此處文字損壞，無法修復",
        "Damaged here, and cannot be repaired",
    ),
    "permalink": ("本条链接", "本條連結", "Link to this clause"),
    "copy": ("复制本条", "複製本條", "Copy this clause"),
    "copied": ("已复制", "已複製", "Copied"),
    "not_copied": ("浏览器不允许复制", "瀏覽器不允許複製", "The browser does not allow copying"),
    "earlier": ("上一条", "上一條", "Earlier clause"),
    "later": ("下一条", "下一條", "Later clause"),
    "facts": ("本条要点", "本條要點", "Facts"),
    "lead_bodies": ("牵头", "牽頭", "Lead"),
    "support_bodies": ("配合", "配合", "Support"),
    "shared_bodies": ("分工负责", "分工負責", "Shared"),
    "targets": ("指标", "指標", "Targets"),
    "references": ("引用文件", "引用文件", "Cites"),
    "deadline": ("期限：{text}", "期限：{text}", "by {text}"),
    "by_convention": ("依本文约定", "依本文約定", "by the convention stated at"),
    "not_found": ("没有这一页", "沒有這一頁", "No such page"),
    "no_document": (
        "库中没有编号为“{id}”的文件。",
        "庫中沒有編號為「{id}」的文件。",
        "There is no document “{id}” here.",
    ),
    "no_index": ("现在不能回答", "現在不能回答", "Not ready"),
    "no_index_detail": (
        "还没有可用的索引。管理员运行 tiaowen index 之后即可使用。",
        "還沒有可用的索引。管理員執行 tiaowen index 之後即可使用。",
        "No index can be used yet. It is ready once the operator has run tiaowen index.",
    ),
    "see_documents": ("看看库中的文件", "看看庫中的文件", "See the documents that are here"),
    "preamble": ("引言", "引言", "Preamble"),
    "front_matter": ("发文说明", "發文說明", "Front matter"),
    "closing": ("结尾", "結尾", "Closing"),
    "paragraph": ("第 {number} 段", "第 {number} 段", "Paragraph {number}"),
}

# Why a stretch is noise; a reason without a row is shown as it is named.
_REASONS: Mapping[str, tuple[str, str, str]] = {
    "navigation": ("导航", "導覽", "navigation"),
    "share": ("分享按钮", "分享按鈕", "share buttons"),
    "icp": ("备案号", "備案號", "site registration"),
    "copyright": ("版权声明", "版權聲明", "copyright line"),
    "contact": ("联系方式", "聯絡方式", "contact"),
    "time_source": ("时间来源", "時間來源", "time and source line"),
    "metadata_table": ("信息表", "資訊表", "information table"),
    "repeated_title": ("重复的标题", "重複的標題", "repeated title"),
    "site_name": ("网站名", "網站名", "site name"),
    "disclaimer": ("免责声明", "免責聲明", "disclaimer"),
    "lead_in": ("网站导语", "網站導語", "site lead-in"),
    "script": ("网页代码", "網頁程式碼", "page code"),
    "url": ("网址", "網址", "address"),
    "pinyin": ("注音", "注音", "pinyin"),
    "page_number": ("页码", "頁碼", "page number"),
    "running_head": ("页眉", "頁眉", "running head"),
    "contents_page": ("目录页", "目錄頁", "contents page"),
}


class PageText:
    """The strings of one language, called by name: ``text("hits", count=3)``."""

    def __init__(self, language: PageLanguage) -> None:
        self.language = language
        self._column = LANGUAGES.index(language)

    def __call__(self, name: str, **values: object) -> str:
        """One string. Raises ``KeyError`` for a name that has none."""
        return _ROWS[name][self._column].format(**values) if values else _ROWS[name][self._column]

    def reason(self, name: str) -> str:
        """Why a stretch is noise."""
        row = _REASONS.get(name)
        return row[self._column] if row else name.replace("_", " ")

    def reasons(self, names: Sequence[str]) -> str:
        """Several reasons on one line."""
        return (", " if self.language == "en" else "、").join(self.reason(name) for name in names)


def choose_language(asked: str | None, remembered: str | None, accepted: str | None) -> PageLanguage:
    """The language of a page.

    Args:
        asked: The ``lang`` parameter.
        remembered: The ``lang`` cookie.
        accepted: The ``Accept-Language`` header; its order is taken as it stands.
    """
    for tag in (asked, remembered, *(part.split(";")[0] for part in (accepted or "").split(","))):
        value = (tag or "").strip().lower()
        if value.startswith("zh"):
            return "zh-Hant" if value.endswith(("hant", "-tw", "-hk", "-mo")) or "hant" in value else "zh-Hans"
        if value.startswith("en"):
            return "en"
    return "zh-Hans"
