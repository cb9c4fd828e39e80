"""What a question asks for, by the words that people ask with.

Patterns run over the folded question (simplified, half-width, lower-case). Within a table the first match wins;
the tables are in the order of ``find_intent``. Each line names a question that it matches and one that it must not.
"""

from __future__ import annotations

import re
from typing import Literal

from service.document_questions import BODY, find_metadata_field

Intent = Literal[
    "responsibility_lead",
    "responsibility_support",
    "responsibility",
    "numeric_target",
    "deadline",
    "definition",
    "list",
    "which_regions",
    "compare",
    "document_metadata",
    "fact",
]

DUTY_INTENTS = frozenset({"responsibility", "responsibility_lead", "responsibility_support"})
"""Those that ask for bodies."""

WHO = rf"(?:谁|哪(?:个|些|几个|家|一家|方|级|一个|[两二三四五六][个家])?{BODY}|什么{BODY}|何{BODY}|哪家|哪一方)"

# Words of leading. Matches: 谁来牵头 / 谁打头 / 由谁主导. Does not match: 牵引力多大.
LEAD_WORDS = re.compile(
    r"牵头|牵这个头|打头|领头|带头|挑头|挑大梁|扛大旗|主导|主抓|主责|主办|主管|总负责|负总责|抓总|总牵头|统筹牵头|统领|"
    r"归口|拍板|领衔|第一责任(?:单位|部门|主体)|一把手单位|龙头单位|头一个(?:单位|部门)|挂帅|掌总|说了算|主要负责"
)
# A role that a sentence gives, and no list of offices. Matches: 谁是食品安全第一责任人. Does not match: 第一责任单位是谁.
FIRST_IN_DUTY = re.compile(r"(?:第一|首要)责任人")
# Matches: 温州环境安全归谁管 / 这事谁负责. Does not match: 谁来参加培训.
RESPONSIBLE_WORDS = re.compile(
    rf"(?:归|由|属|是|让|要|找|靠|该|应){WHO}(?:来|去|具体|一起|一块儿?|共同|联合)?(?:管|抓|搞|查|负责|承担|落实|办|做|干|实施|组织|推进|执行|处理|监管|监督)?|"
    rf"{WHO}(?:来|在|去|要|应该|应|具体|应当|该|一起|一块儿?|共同|联合|都)?(?:负责|管|抓|搞|查|监管|监督|审批|统筹|承担|落实|实施|组织|推进|执行|承办|经办|操办|出面|干|做|办)|"
    rf"(?:负责|责任|承担|承办|主管|分管|职能|分工)的?(?:是)?(?:{WHO}|{BODY}|有谁)|责任(?:主体|人|分工|归属)|怎么分工|如何分工|分工(?:是|到|给)|"
    rf"落(?:实)?到{WHO}|谁的(?:事|活|职责|责任)|{WHO}的(?:职责|责任|任务|活)"
)
# What a name of a place takes in. Matches: 青藏高原包括哪些地方. Does not match: 哪些地方包括滴灌.
_TAKES_IN = re.compile(r"包[括含](?:哪些|什么)(?:地方|地区|区域|省|市)")
# To whom something goes is asked, and not who answers for it.
# Matches: 总结报给谁 / 向哪个部门备案 / which office collects summaries. Does not match: 谁负责报送, 年报由谁编, who submits.
RECIPIENT = re.compile(
    rf"(?:[报交送递寄][告送]?(?:给|到|至|往)|提交|报送|递交){WHO}|(?:向|往){WHO}[^,。?]{{0,6}}(?:报|申|备案|提|反映|投诉|举报)|由{WHO}(?:来)?(?:收|汇总|受理)|"
    r"\b(?:who|(?:which|what) (?:office|body|bureau|department|agency|authority)) (?:collects|receives|gathers)\b|"
    r"\b(?:submit|report|send|deliver|hand)\w*\b[^?]* to(?: (?:whom|who|which|what)\b|\?|$)|"
    r"\b(?:who|which|what)\b[^?]*\b(?:submit|report|send|deliver)\w*\b[^?]*\bto\b(?= in\b|\?|$)|\bto (?:whom|which \w+)\b[^?]*\b(?:submit|report|sen[dt])"
)
# Matches: 哪些部门配合 / 有谁协助. Does not match: 配合比是多少.
SUPPORT_WORDS = re.compile(
    rf"(?:帮忙|帮手|搭手|打下手|出力|协作|配合)的?(?:都)?(?:有|是)(?:{WHO}|谁)|还有(?:{WHO}|谁|哪些{BODY})|(?:跟着|帮着|一起|一块儿?)(?:做|干|办|抓|参与|推进)|之外还有|"
    rf"配合(?:的|单位|部门|方|落实|质|{WHO})|(?:{WHO}|有谁|还有谁|哪些(?:人|{BODY}))[^。?]{{0,12}}(?:配合|协助|协同|协办|参与|支持|搭手|帮忙|打下手|出力)|"
    r"(?:协办|协助|参与|参加|支持|配套|辅助|协同)(?:的)?(?:单位|部门|方|机构)|谁(?:来)?(?:配合|协助|协同|帮忙|打下手)|由谁配合|(?:配合|协助)[^,。?]{0,12}(?:有谁|是谁|有哪|哪些|哪几|谁)"
)
# Matches: 目标是多少 / 要添多少张床位 / 几个示范区. Does not match: 哪几个地方.
NUMBER_WORDS = re.compile(
    r"多少|(?<![哪近这])几(?:个|家|项|张|件|户|次|成|名|所|条|处|座|人|批|公里|公顷|万|亿|倍|点|位|台|辆|吨|亩|场|期|部|套|周?岁|度|平方|立方|年(?![级度内里以之底末初前])|天(?![内里以之前]))(?!地|省|市|县|区|方|单位|部门|厅|局)|百分之几|百分比|"
    r"(?:比例|比率|占比|份额|指标|目标值|数值|数量|规模|总量|面积|金额|额度|上限|下限|底线|门槛|增幅|降幅|[^,。?]{1,12}率)(?:目标|指标|要求)?(?:是|为|要|定|得|应|须|需|有|达)?(?:到|在|成|达到)?(?:多(?!久)|几(?!号|月)|什么(?!时)|何(?!时)|哪(?!一?[年天月]|个月)|怎样|啥(?!时))|"
    r"多大|多高|多低|多长(?!时间)|多重|什么水平|何种水平|(?:指标|目标)[值数](?:是|为)?什么$|奖(?:励)?多少|罚多少"
)
# A phrase that asks by its last noun, of what is measured. Matches: 羊毛产量目标, 合格率. Does not match: 提高效率, 合格率由谁考核.
MEASURED = re.compile(
    r"^[^?谁哪什何怎吗么]*?(?:(?<![效概])率|比例|比重|占比|份额|产量|产值|总量|数量|增幅|降幅|满意度)"
    r"(?P<behind>的?(?:目标|指标|要求)?[。\s]*)$"
)
# The same in English: the phrase, and where it ends.
# Matches: wool output target of Tibet / what is the pass rate in. Does not match: how to raise the pass rate.
MEASURED_EN = re.compile(
    r"(?:^|\bwhat (?:is|are|was|were) )(?P<phrase>(?!what |how |who |when |where |which |why |is |are |does |do |did )[^?,]*?\b"
    r"(?:rates?|output|production|yield|percentage|proportion|ratio|share|coverage))"
    r"(?: targets?| goals?| level)?(?=,? (?:of|in|for|under|by|to|set)\b|[?.!]*$)"
)
# Bodies that are asked for without a word of duty.
# Matches: 旅游投诉 哪些部门 / 压在哪个局头上. Does not match: 哪个办法 / 哪些机构可以检测.
_BODIES_ASKED = re.compile(
    r"(?:哪(?:个|些|几个|家|一家|几家)?|什么)(?:部门|单位|机关|机构|厅局|厅|局|委(?!员))[?。!]?$|"
    r"哪一?[个家](?:部门|厅局|厅|局|委(?!员))"
)
# How long something may take. Matches: 几天内 / 多少个工作日之内. Does not match: 多少天.
WITHIN = re.compile(r"(?:多少|几)(?:天|日|个?工作日|个?小时|分钟|个月|年)(?:之内|以内|内)")
# Matches: 什么时候完成 / 截止到哪年. Does not match: 什么时候印发的 (a document's date).
DEADLINE_WORDS = re.compile(
    r"什么时候|什么时间|何时|几时|啥时候|哪一?年|哪个月|哪天|何年|多久|多长时间|期限|截止|截至|时限|最迟|最晚|"
    r"完成时间|时间(?:表|节点|要求)|几月(?:底|份|几)|几月前|几号|哪(?:个|一)?(?:时间点|时点|一天|日)|到几|deadline"
)
# Matches: 什么是首席质量官 / 「十一五」是指哪几年. Does not match: 目标是什么.
DEFINITION_WORDS = re.compile(
    r"什么是|何谓|何为|是什么意思|什么意思|含义|涵义|定义|是指|指的是|指什么|指哪|所称|叫做什么|什么叫|怎么(?:理解|界定|判断|认定|区分|解释)|"
    r"如何(?:理解|界定|判断|认定|区分|解释)|概念|是(?:一)?(?:个|种)什么(?:东西|制度|机制)?"
)
# Matches: 有哪些措施 / 列出各项. Does not match: 哪些地区.
LIST_WORDS = re.compile(
    r"哪些|哪几|有哪|列出|列举|罗列|包括什么|都有什么|有什么|分别是|哪类|哪种|都是(?:什么|啥)|清单|都(?:包括|涉及|覆盖)"
)
# Matches: 哪几个地方 / 有哪些地区 / 哪两个省区 / 谁家的计划. Does not match: 哪个部门.
REGION_WORDS = re.compile(
    r"(?:哪|什么|何)(?:几|些|[一两二三四五六]|个|几个|一些)?(?:个)?(?:地方|地区|省份|省区|省市|省|城市|市(?!场)|盟|区域|地市|行政区|兄弟省)|谁家的?(?:文件|规划|计划|方案|政策)|各地(?:都)?(?:有|怎么|如何|谁)|"
    r"(?:地方|地区|省份|地)(?:的)?(?:文件|规划|计划|方案)(?:里|中)?(?:都|有|提)|哪儿|哪里(?:的)?(?:文件|规划|计划|方案)|出自哪(?:里|些|几)"
)
# Matches: 哪个更高 / 比谁定得高 / 两个规划里的目标. Does not match: 谁定目标, 制定两个方案.
COMPARE_WORDS = re.compile(
    r"[两二三][个份部](?:规划|计划|文件|方案)(?:里|中|对|关于|在|的|各|都|分别)|比较|对比|相比|比一比|对照|区别|差异|差别|有何不同|有什么不同|不同之处|异同|哪个(?:更|高|多|低|少)|"
    r"谁(?:更|高|多|低|少)|[和与跟、][^,。?]{2,6}谁的[^,。?]{2,12}(?:有|更|高|多|严)|(?:谁|哪[个家边里儿])的?(?:定|要求|设|标准|目标|指标)得?[更最]?[高低多少严松]"
)

_EN: dict[Intent, re.Pattern[str]] = {
    "compare": re.compile(
        r"\b(?:both|the two) (?:of the )?(?:\w+ ){0,2}?(?:plans|documents)\b|\b(?:compare|comparison|versus|vs\.?|differ|differs|difference|differences|contrast)\b"
    ),
    "which_regions": re.compile(
        r"\b(?:which|what|how many) (?:\w+ ){0,3}?(?:regions?|provinces?|places?|cities|city|localities|areas|jurisdictions|plans|documents|regional plans|governments)\b(?! (?:office|bureau|department))|\bwhere\b.{0,40}\b(?:mentioned|appear|planned)"
    ),
    "responsibility_support": re.compile(
        r"\b(?:support(?:s|ing|ed)?|assist(?:s|ing)?|cooperat\w*|co-operat\w*|help(?:s|ing|ed)?(?=[ ?.!:,]|$)|participat\w*|work(?:s|ing)? with|back(?:s|ed|ing)?(?: \w+)? up)\b"
    ),
    "responsibility_lead": re.compile(
        r"\b(?:lead(?:s|ing)?|led|spearhead\w*|head(?:s|ed)? up|heads?|headed|take(?:s)? (?:the )?(?:lead|charge)|in charge|front(?:s|ed)?|driv(?:e|es|ing) force|main(?:ly)? responsible|chief responsib\w*|principal|coordinat(?:e|es|ing)|run(?:s)? the show|calls the shots)\b"
    ),
    "responsibility": re.compile(
        r"\b(?:responsib\w*|in charge|accountable|answerable|handles?|oversees?|supervises?|manages?|implements?|carr(?:y|ies) out|looks? after|deals? with|tasked|assigned|duty|duties)\b"
    ),
    "numeric_target": re.compile(
        r"\bhow (?:many|much|high|low|large|big|long|far)\b|^(?:the )?(?:total )?number of\b|\bwhat (?:[\w'’-]+ ){0,9}?(?:rate|percentage|percent|share|proportion|ratio|number|target|targets|amount|quota|level|reward|bonus|figure|ceiling|threshold|minimum|maximum|size|area|length|height|weight|width|depth|population|price|cost|fee|budget|salary|speed|temperature|distance|capacity|fine|penalty)\b"
    ),
    "deadline": re.compile(
        r"\b(?:when|how often|how frequently|by when|by what (?:date|year|time)|deadline|how soon|what year|which year|until when|due)\b"
    ),
    "definition": re.compile(
        r"\b(?:what (?:does|do) .{1,60} (?:mean|stand for|refer to)|definition|defined?|meaning|what (?:is|are) (?!the |there |being )(?:[\w-]+ ){0,3}[\w-]+(?=\?|$| (?:under|according|in (?:the|this)) )|what is (?:a|an|meant)|how (?:do|can|does) (?:i|we|one|you) (?:tell|know|determine|identify))\b"
    ),
    "list": re.compile(r"\b(?:which|what|list|name|enumerate)\b.{0,60}?\b(?:\w+s|equipment|people)\b"),
}
# A clause of time in a question for something else.
# Matches: which marks matter when fighting fakes. Does not match: when does it end / which pipe is next, and when.
_WHEN_CLAUSE = re.compile(r"^((?:which|what|who|how)\b[^?]*?)(?<!and )(?<!or )\bwhen\b[^?]*")
# Matches: is there a single lead agency / the lead body. Does not match: lead batteries.
_LEAD_BODY_EN = re.compile(
    r"\b(?:single lead|lead(?:ing)? (?:agency|body|department|unit|bureau|office|authority|organi[sz]ation))\b"
)
_WHO_EN = re.compile(
    r"\bwho(?:m|se)?\b|\b(?:which|what)\b[^?]{0,40}?\b(?:department|departments|bureau|bureaus|bureaux|agency|agencies|body|bodies|office|offices|authority|authorities|ministry|unit|units|organi[sz]ations?|institutions?)\b"
)
# Who does something, with any verb. Matches: who inspects, which body certifies. Does not match: which body of water.
_DOER_EN = re.compile(
    r"\bwhom?\b|^(?:which|what) (?:body|office|bureau|department|agency|authority|ministry)(?: [a-z]+ly)?"
    r"(?: (?:will|must|should|may|can))? (?!of\b|in\b|for\b|at\b|under\b|is\b|are\b|has\b|have\b)[a-z]+"
)


# The words of a question that only ask; they are no part of its topic.
# Matches: 由哪个部门 / 哪些地方 / 多少个 / 什么时候. Does not match: 部门联合执法.
ASKING_WORDS = re.compile(
    rf"(?:归|由|属|是|让|找|靠|该)?{WHO}(?:来|去|又是|还)?|(?:哪|什么|何)(?:几|些|[一两二三四五六]|个|几个|一些)?(?:个)?(?:地方|地区|省份|省区|省市|省|城市|市(?!场)|盟|区域|地市)?|"
    r"(?:一共|总共|大概|分别)?(?:要|有|是|定|为|达到?)?多少|几(?:个|家|项|张|件|户|次|成|名|所|条|处|座|人|批|类|种)|什么时候|什么时间|怎么样|怎么|怎样|如何|为什么|有没有|是不是|能不能|会不会|可不可以|请问|告诉我|我想(?:问|知道|了解)"
)


def find_intent(folded: str, *, english: bool, of_documents: bool = True) -> tuple[Intent, str | None]:
    """What a folded question asks for, and the metadata field where it asks about a document itself.

    Args:
        folded: The question.
        english: Whether it is in English.
        of_documents: Whether it may ask about a document itself.
    """
    field = find_metadata_field(folded) if of_documents else None
    intent = _english_intent(folded) if english else _chinese_intent(folded)
    if field is not None and not (intent == "which_regions" and field in ("references", "title")):
        return "document_metadata", field
    return intent, None


# Matches: 谁解释产品质量法. Does not match: 谁知道何时开始.
_WHOSOEVER = re.compile(r"谁(?!知道|能|可以|都|也|家)")


def _chinese_intent(folded: str) -> Intent:
    if RECIPIENT.search(folded):
        return "fact"
    if _TAKES_IN.search(folded):
        return "definition"
    if COMPARE_WORDS.search(folded):
        return "compare"
    if REGION_WORDS.search(folded):
        return "which_regions"
    who = re.search(WHO + r"|有谁|负责|分工|责任", folded)
    if SUPPORT_WORDS.search(folded):
        return "responsibility_support"
    if (
        LEAD_WORDS.search(folded)
        and (who or re.search(r"单位|部门|[?吗呢]$|牵头$", folded))
        and not DEFINITION_WORDS.search(folded)
    ):
        return "responsibility_lead"
    if DEFINITION_WORDS.search(folded):
        return "definition"
    if FIRST_IN_DUTY.search(folded):
        return "fact"
    if RESPONSIBLE_WORDS.search(folded):
        return "responsibility"
    if WITHIN.search(folded):
        return "deadline"
    if NUMBER_WORDS.search(folded) or MEASURED.search(folded):
        return "numeric_target"
    if DEADLINE_WORDS.search(folded):
        return "deadline"
    if _BODIES_ASKED.search(folded) or _WHOSOEVER.search(folded):
        return "responsibility"
    if LIST_WORDS.search(folded):
        return "list"
    return "fact"


def _english_intent(folded: str) -> Intent:
    first: tuple[Intent, ...] = ("compare", "which_regions")
    roles: tuple[Intent, ...] = ("responsibility_lead", "responsibility_support", "responsibility")
    others: tuple[Intent, ...] = ("numeric_target", "deadline", "definition", "list")
    for intent in first:
        if _EN[intent].search(folded):
            return intent
    if RECIPIENT.search(folded):
        return "fact"
    if _LEAD_BODY_EN.search(folded):
        return "responsibility_lead"
    if _WHO_EN.search(folded):
        for intent in roles:
            if _EN[intent].search(folded):
                return intent
        if _DOER_EN.search(folded):
            return "responsibility"
    asked = _WHEN_CLAUSE.sub(r"\1", folded)
    if MEASURED_EN.search(asked):
        return "numeric_target"
    for intent in others:
        if _EN[intent].search(asked):
            return intent
    return "fact"
