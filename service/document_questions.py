"""What a question asks about a document itself: its number, issuer, dates, title, and what it rests on.

Patterns run over the folded question, as those of ``service.intents``.
"""

from __future__ import annotations

import re

# A body, as questions name it without naming one.
BODY = r"(?:部门|单位|机关|机构|办公室|厅局|委办局|厅|局|委|办|科室|方面|衙门|地方政府|政府)"

# A question about a document itself. Matches: 这份计划的文号. Does not match: 质量档案编号规则.
_DOCUMENT = r"(?:文件|计划|规划|意见|通知|方案|办法|纲要|条例|规定|决定|细则|要点|公告|批复|文|材料|政策)"
_ISSUE = r"(?:印发|发布|发文|批转|转发|下发|出台|颁布|公布|签发|签署|签|制发|成文|落款|发出|发(?:的)?|制定|推出|颁发|通过|上网|公开|挂网)"
_WHEN = r"(?:什么时候|什么时间|何时|几时|啥时候|哪一?天|哪一?年|哪个月|何年|几月几|几号|什么日子|哪一?日|日期|时间|时候|年份|几几年|哪年哪月)"
METADATA_FIELDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"文号|发文字号|发文号|文件号|字号|公文号|文件编号|第几号文|几号文|多少号文|document (?:number|no)|reference (?:number|no)|file number|official number"
        ),
    ),
    ("index_number", re.compile(r"索引号|index number")),
    (
        "published_on",
        re.compile(
            rf"(?:网站|网上|官网|网页|上网|挂网|对外公开|公开)[^。?]{{0,10}}{_WHEN}|{_WHEN}[^。?]{{0,6}}(?:上网|挂网|挂到网|放到网|公开|网站|网上|官网)|"
            r"published (?:on|to) the (?:web|site|internet)|posted online|published online|go online"
        ),
    ),
    (
        "effective_on",
        re.compile(
            rf"(?:施行|生效|起效|实行)(?:的)?{_WHEN}|[从自]?{_WHEN}(?:(?:起|开始|正式)?(?:施行|生效|起效)|(?:起|开始|正式)(?:实施|执行|实行))|(?:take|took|come|came|go|went) (?:in)?to (?:effect|force)|effective (?:date|from)|enter into force"
        ),
    ),
    (
        "issued_on",
        re.compile(
            rf"{_ISSUE}(?:的)?(?:具体)?(?:是)?(?:在)?(?:{_WHEN})|{_WHEN}(?:的时候)?(?:被|由|正式|才|就)?{_ISSUE}|落款|成文日|发文日|"
            # Matches: 谁更早发布 / 哪个先印发 / 发布得早. Does not match: 早期, 优先发布.
            rf"(?:[更最较][早晚先]|(?<![优首预事在])先){_ISSUE}|{_ISSUE}得?(?:[更最较][早晚]|早|晚)(?!期)|"
            r"(?:which|what|whose)[^?]{0,60}(?:issued|published|released|signed|adopted|came|comes)[^?]{0,20}\b(?:earlier|earliest|first|later|last)\b|"
            rf"(?:when|what (?:date|day|year)|on (?:what|which) (?:date|day))[^?]{{0,60}}(?:issued|published|signed|released|promulgated|approved|adopted|dated|circulated|forwarded|put out)|"
            r"(?:date of (?:issue|issuance|signature|publication|approval)|issue date|issuing date|date [^?]{0,40}(?:issued|signed|approved))|"
            r"(?:how is|what is) .{0,60}dated"
        ),
    ),
    (
        "issuer",
        re.compile(
            rf"(?:谁|哪(?:个|些|几个|家|一级|级)?{BODY}|什么{BODY}|由谁|哪里|哪儿)(?:来)?(?:负责)?(?:联合|共同)?{_ISSUE}(?![布发]|的?(?:标准|品牌|产品|质量|信息|报告))|(?:发文|印发|发布|制定|颁布|出台|起草|批转|转发)(?:的)?(?:机关|单位|机构|部门|主体|者|方)|{_ISSUE}(?:的)?(?:是)?(?:谁|哪(?:个|家)?{BODY})|"
            r"who (?:issued|published|released|signed|promulgated|approved|adopted|drafted|drew up)|(?:which|what) (?:body|office|authority|agency|department|government)[^?]{0,20}(?:issued|published|released|signed|promulgated|drafted)|issuing (?:body|authority|office|agency)|issued by (?:whom|which)"
        ),
    ),
    (
        "references",
        re.compile(
            rf"(?:依据|根据|按照|依照|贯彻|落实|遵照)(?:了|的(?:是)?|于)?(?:哪|什么|何)[^。?]{{0,8}}{_DOCUMENT}?|(?:制定|编制|出台)(?:(?:的)?依据|(?=[^,。?]{{0,16}}{_DOCUMENT}的?依据))|上位(?:文件|法)|"
            rf"(?:以|拿)(?:哪|什么)[^。?]{{0,6}}为(?:依据|根据)|引用(?:了)?哪|(?:which|what) (?:documents?|plans?|laws?|policies|policy)[^?]{{0,40}}(?:based on|rest on|implement|rely|relies|rests|cite|cites|build on|builds on|pursuant)|"
            r"(?:legal basis|basis of the (?:plan|document|opinions?))"
        ),
    ),
    (
        "status",
        re.compile(r"(?:还|是否|现行)?有效(?:吗|性|么|没有)|失效|废止(?:了)?(?:吗|没有|么)|still (?:in force|valid)"),
    ),
    (
        "title",
        re.compile(
            rf"(?:{_DOCUMENT}|它)的?(?:全称|标题|题目|名称|名字|全名)(?:是|叫|为)|(?:full|exact|official) (?:title|name) of|what is the (?:document|plan|notice) called"
        ),
    ),
)

# Words that ask for the number of another document, on which this one rests.
# Matches: 依照的自治区意见文号是啥 / builds on. Does not match: 这份计划的文号.
_RESTS_ON = re.compile(
    r"依据|根据|依照|按照|遵照|贯彻(?!实施)|上位|\b(?:build|rest|draw)s? (?:up)?on\b|\bbased on\b|\bpursuant\b|\bbasis\b"
)
METADATA_WORDS = frozenset(
    [
        "date",
        "day",
        "dated",
        "issued",
        "issue",
        "publish",
        "published",
        "number",
        "official",
        "reference",
        "index",
        "title",
        "full",
        "exact",
        "circulated",
        "signed",
        "approved",
        "adopted",
        "released",
        "website",
        "online",
        "earlier",
        "earliest",
        "first",
        "later",
        "came",
        "comes",
        "effective",
        "force",
        "basis",
        "build",
        "rest",
        "based",
        "provincial",
        "national",
        "文号",
        "字号",
        "索引",
        "索引号",
        "编号",
        "网站",
        "发布",
        "印发",
        "制定",
        "批转",
        "转发",
        "出台",
        "日期",
        "落款",
        "标题",
        "全称",
        "名称",
        "依据",
        "根据",
        "依照",
        "按照",
        "省里",
        "上级",
        "自治区",
        "国家",
        "机关",
    ]
)
"""Words by which a question asks about a document; they do not name it."""


def find_metadata_field(folded: str) -> str | None:
    """The metadata field that a question about a document asks for, or ``None``."""
    if _RESTS_ON.search(folded) and re.search(
        r"文号|字号|第?几号|哪[^,。?]{0,6}(?:文|意见|通知|规划|计划)|\bnumber\b|\bdocument", folded
    ):
        return "references"
    return next((field for field, pattern in METADATA_FIELDS if pattern.search(folded)), None)


_TOGETHER = frozenset({"number", "issuer", "issued_on", "effective_on"})


def find_metadata_fields(folded: str) -> tuple[str, ...]:
    """Every metadata field that a question asks for, the first one as ``find_metadata_field`` gives it.

    谁发的、什么时候发的 asks for two; words that belong to the first are no second question.
    """
    main = find_metadata_field(folded)
    if main not in _TOGETHER:
        return () if main is None else (main,)
    patterns = dict(METADATA_FIELDS)
    first = patterns[main].search(folded)
    spans = [first.span()] if first else []
    found = [main]
    for field, pattern in METADATA_FIELDS:
        match = pattern.search(folded) if field in _TOGETHER and field != main else None
        if match and all(match.end() <= start or end <= match.start() for start, end in spans):
            found.append(field)
            spans.append(match.span())
    return tuple(found)
