"""A question -> what is asked: language, regions, years, intent, topic."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.document_numbers import province_of_sign
from corpus.errors import QuestionError
from corpus.folding import detect_script, fold, tells_script
from corpus.glyphs import unify
from corpus.model import Region
from corpus.regions import RegionMention, find_regions
from indexer.tokenizer import part_of_speech
from service.asked_units import find_asked_unit, is_of_members
from service.document_questions import METADATA_FIELDS
from service.everyday import everyday_topic, in_policy_words
from service.further_intents import find_more_asked
from service.intents import ASKING_WORDS, MEASURED, MEASURED_EN, Intent, find_intent
from service.periods import find_periods, find_years
from service.topic import DUTY_WORDS, Term, chinese_terms, without
from service.translation import Translator

__all__ = ["Intent", "Interpretation", "Language", "detect_language", "understand"]

Language = Literal["zh-Hans", "zh-Hant", "en"]
LONGEST_QUESTION = 2000  # characters

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_YEAR_WORDS = re.compile(
    r"(?<!\d)(?:19|20)\d{2}\s*年?度?(?:年?[底末初])?(?:之?前|以前|为止)?|[“\"]?十[一二三四五]?五[”\"]?(?:时期|期间|规划)?(?![十百千年月日个项])"
)
_NUMBER_ASKED = re.compile(
    r"多少(?:万|亿)?(?:个|家|项|张|件|户|名|所|条|种|类|处|座|人次|人|批|元)?|几(?:个|家|项|张|件|户|名|所|条|处|座|人|批)|百分之几|how (?:many|much)(?! of (?:them|these|those|it)\b)|\bnumber of\b"
)
_NEAR = 6  # characters between the words that ask and the term
_NOUN_TAGS = ("n", "vn", "an")
"""How jieba's tags of nouns begin, those of verbs and adjectives that serve as nouns among them."""
# Matches: 多大比例的. Does not match: 比较.
_SHARE = re.compile(r"(?:的)?(?:比例|比率|比重|份额|占比)的")
# How a thing is measured and no thing itself: texts say 80%以上 of it. Matches: 比例. Does not match: 合格率.
_FORM = re.compile(r"比例|比率|比重|占比|份额|数量|总量|rates?|share|percentage|proportion|ratio")
# What may stand between the words of one phrase. Matches: 的, 以上, a blank. Does not match: 、, for.
_WITHIN_PHRASE = re.compile(r"[\s-]*(?:的|之|以上|级|类|型)?[\s-]*")
# Matches: 办公室电话是多少 / phone number / which hotline. Does not match: 电话、眼镜等检测装置的配置.
_CONTACT = re.compile(
    r"哪(?:个|条|几条|部)?(?:热线|电话)|热线(?:是|有)?(?:多少|哪|几)|(?:热线|电话|手机|传真)号码|\b(?:which|what) (?:[\w-]+ ){0,2}hotlines?\b|"
    r"(?:电话|手机|传真|邮箱|邮编|网址|微信|地址|住址)(?:号码?|号)?(?:是|为|在|有)?(?:多少|什么|哪|几|啥)|怎么联系|联系方式|"
    r"\b(?:phone|telephone|fax|mobile) ?(?:number|no)\b|\be-?mail\b|\bpostal address\b|\bstreet address\b|\bwebsite address\b"
)
# Matches: 局长叫什么名字 / who is the director of. Does not match: 名牌叫什么.
_PERSON = re.compile(
    r"(?:局长|厅长|市长|省长|主席|主任|书记|组长|处长|科长|盟长|负责人|领导|法定代表人|法人代表|法人|董事长|总经理|秘书长|召集人|联系人)(?:现在|目前)?(?:叫|是谁|姓|名字)|姓什么|姓名是|"
    r"(?:委员|成员|专家)(?:都)?(?:有|是|包括)(?:哪些人|哪几位|谁)|谁(?:是|担任|当)[^,。?]{0,10}(?:局长|厅长|市长|省长|主席|主任|书记|组长|处长|盟长)|"
    r"\bwho (?:wrote|painted|invented|is the (?:head|director|mayor|governor|president|chair\w*|minister|secretary))\b|\bname of the (?:head|director|mayor|governor|president)\b"
)
# Several numbers asked for at once. Matches: 分别是多少 / A和B各要多少 / 多少个,合格率多少. Does not match: 各级.
_SEVERAL = re.compile(
    r"分别|各(?:是|要|为|占|达|有|定)|(?:多少|几)[^?]{1,14}(?:多少|几|百分之)|[\u4e00-\u9fff](?:和|与|及|、)[\u4e00-\u9fff]|\bboth\b|\brespectively\b|\w and \w"
)
# Firms that are asked for by name. Matches: 驰名商标企业有哪几家 / 哪几家公司 / 用能单位的名单. Does not match: 哪些企业要设首席质量官.
_FIRMS = re.compile(
    r"(?:企业|公司|厂家)(?:都)?(?:有|是)(?:哪[几一]?家|哪几个|谁)|哪[几一]?家(?:企业|公司|厂)|名单(?:是|有|在哪|[?。]|$)|names? of the (?:companies|enterprises|firms)"
)
# What happens to those who break a rule.
# Matches: 会怎么处罚, 受什么处分, 罚多少, 不合格会怎么样, what penalty. Does not match: 处罚由谁决定.
_PENALTY = re.compile(
    r"(?:怎么|如何|怎样|什么|啥|哪些|几种)(?:样的)?(?:被)?(?:处罚|惩罚|处分|惩处|追责|罚款|罚)|(?:处罚|处分|惩罚|追责)(?:吗|有哪些|是什么|标准)|罚款?(?:多少|几)|"
    r"(?:[不未](?:合格|达标|及格|称职)|没?完不?成|达不到|违反)[^,。?]{0,8}(?:怎么?样|怎么(?:办|处理)|如何处理|后果)|(?:什么|哪些|啥)后果|后果(?:是|有)|"
    r"\bconsequences?\b|\bwhat happens (?:if|to|when)\b[^?]*\b(?:fail|violat|break|breach|not|poor|below)|"
    r"\bwhat (?:penalt|punishment|fine|sanction)|\bhow (?:are|is|will) [^?]{1,40} (?:punished|penali[sz]ed|fined)\b"
)
# What a name means or takes in. Matches: 三员是指哪三员, 什么意思. Does not match: 指定哪些机构, 指标.
_MEANING = re.compile(r"指(?:的是?)?(?:哪(?!里)|什么|啥)|(?:什么|啥)意思|怎么解释")
# What those in charge do anyway. Matches: 统筹, 治理, shares. Does not match: 审批, assesses.
_DUTY_ACT = re.compile(
    r"统筹|监管|监督|管理|组织|实施|落实|推进|推动|促进|支持|加强|提升|开展|协调|主持|承担|经办|操办|安排|承办|抓|管|办|"
    r"(?:综合)?(?:治理|整治|防治|建设|培育|保障|保护)|shares?|bears?(?: .*)?|joins?|works?|does|acts?"
)
# Who does it is asked. Matches: 由谁审批, 哪家保险公司承保. Does not match: 是谁.
_DONE_BY = re.compile(r"(?:由|归|让)(?:谁|哪家[\u4e00-\u9fff]{0,3}(?:公司|机构|企业)|哪个(?:部门|单位|机构))来?")
# The same in English, up to the verb. Matches: who assesses, which body must approve. Does not match: who is in charge.
_DONE_BY_EN = re.compile(
    r"\b(?:who|(?:which|what) (?:body|office|bureau|department|agency|authority))(?: (?:will|must|should|is to|has to))? "
)
# Matches: “浙江制造” / "Made in Zhejiang". Does not match: Tibet's.
_QUOTATION = re.compile(r"[“\"《][^“”\"《》]{1,60}[”\"》]|(?<!\w)['‘][^'‘’]{1,60}['’](?!\w)")
# The head of a place behind its name. Matches: 市长质量奖. Does not match: 市长期规划, 省长江大桥.
_OFFICE = re.compile(r"[省市盟县州区旗]长(?![期远效久年大途江度三])")
# Matches: 鲁 部门质量合作 / 苏、浙两省. Does not match: 浙江 (a name of its own), 粤菜.
_ABBREVIATION = re.compile(
    r"(?:(?<=^)|(?<=[\s、,和与及]))([京津沪渝冀豫辽湘皖鲁苏浙赣鄂桂晋陕闽粤藏琼])(?=$|[\s、,和与及的]|两省|三省|省(?!级))"
)
# A question for what came of a plan.
# Matches: 实际淘汰了几辆 / 去年完成了多少 / which company won. Does not match: 实际需求, 目标定了多少, 部署了几项.
_RESULT_WORDS = re.compile(
    r"实际(?:上)?(?:达到|完成|的?(?:合格率|数字|结果|成绩|值|情况))|实际[^,。?]{1,8}了|真的[^,。?]{1,12}(?:了|过)|"
    r"(?<![为除定订写列提设解署确排划括及])(?<!提出|要求)了(?:多少|几[^年])|获奖(?:者|企业|单位)(?:是|有)|"
    r"(?:谁|哪(?:家|个|些)(?:企业|公司|单位)?)(?:获得|得了|获|拿了|拿到|评上|中标|入选)|目前(?:是|已经|已|有)?多少|"
    r"结果(?:如何|怎么样|怎样)|哪[些几]?[\u4e00-\u9fff]{0,4}(?:被列[为入]|被评为|得优|上榜|入围)|(?:得优|评优|上榜|入围)的[\u4e00-\u9fff]{0,4}(?:有|是)?哪|(?:名单|榜)上(?:都)?(?:有|是)|"
    r"\b(?:have|has) (?:joined|been (?:named|listed|awarded|certified))\b|\bactual(?:ly)?\b|\bachieved\b|\bwon\b|\bso far\b|\bresults? (?:was|were)\b|"
    r"\bhow (?:many|much)\b(?![^?]*\b(?:will|shall|should|must|would|to) (?:[\w'’-]+ ){0,6}?(?:do|have)\b)[^?]{1,60} (?:did|has|have) (?![^?]*\b(?:plan|set|target|aim|intend|want|propose|promise|call|require|envisage|lay)\b)|"
    r"\bdid\b[^?]{1,40} (?:reach|achieve|win|spend|receive|complete|hit)\b"
)
# The whole of something is asked for. Matches: 目标是什么, 原则有哪些, 有哪些目标? Does not match: 哪些部门配合.
_WHOLE_ASKED = re.compile(
    r"(?:都|主要|分别)?(?:是|有|包括|包含)(?:什么|哪些|啥)(?:(?P<behind>[\u4e00-\u9fff]{2,8})?[?。!]*$|(?=[?,。]))"
)
# Matches: what are the main tasks of / principles of. Does not match: what share of pupils, who leads.
_WHOLE_ASKED_EN = re.compile(
    r"(?:what|which) (?:is|are|were|was) (?P<asked>[^?,]*?)(?= (?:of|in|for|under)\b|[?.!]*$)|"
    r"(?!(?:what|which|who|how|when|where|is|are|do|does|did|can|will)\b)(?P<named>[^?,]*?)(?= (?:of|in|for|under)\b|[?.!]*$)"
)
# What makes a question of a phrase. Matches: 哪三大战略, 目标?. Does not match: 主要目标.
_ASKS = re.compile(r"[?谁哪啥何怎吗呢么几]|多少|要不要|有没有|是不是|能不能")
Detail = Literal["contact", "person", "firm", "penalty", "meaning"]
_DETAILS: Mapping[Detail, re.Pattern[str]] = {
    "contact": _CONTACT,
    "person": _PERSON,
    "firm": _FIRMS,
    "penalty": _PENALTY,
    "meaning": _MEANING,
}


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How a question was understood.

    Attributes:
        question: As asked.
        standalone_question: The same with what earlier turns gave filled in.
        language: Language and script to answer in.
        intent: What is asked for.
        regions: Divisions named, in order of mention; empty where none is.
        topic: What the question is about.
        years: Years named, also through a plan period.
        periods: The same, each mention for itself.
        metadata_field: For ``document_metadata``: the field of ``corpus.model.Metadata`` that is asked for.
        asks_result: Whether the question asks what came of a plan, and not what it sets.
        several: Whether several numbers may be asked for at once (污水和垃圾处理率分别是多少).
        unit: The unit that a number is asked in (户, 家), where the question says it; ``ANY_UNIT`` for "how many".
        asked: The term whose number is asked for, where the question shows it by its place.
        asked_kinds: The nouns before it that say of which kind it is (检测 of 检测中心).
        section: The term that the question asks the whole of (目标 of 目标是什么), as a heading announces it.
        also: What is asked for besides, where the question asks for several things.
        detail: ``contact``, ``person`` or ``firm`` where a number to call, somebody's name or names of firms are asked for;
            ``penalty`` where what happens to offenders is, and ``meaning`` where what a name takes in is.
        act: What is done by those who are asked for, where the question says it (由谁审批).
        wording: A Chinese question, folded, without its regions and years; empty for an English one.
    """

    question: str
    standalone_question: str
    language: Language
    intent: Intent
    regions: tuple[Region, ...]
    topic: tuple[Term, ...]
    years: frozenset[int] = frozenset()
    periods: tuple[frozenset[int], ...] = ()
    metadata_field: str | None = None
    asks_result: bool = False
    several: bool = False
    unit: str | None = None
    asked: Term | None = None
    asked_kinds: tuple[Term, ...] = ()
    section: Term | None = None
    also: tuple[Intent, ...] = ()
    detail: Detail | None = None
    act: Term | None = None
    wording: str = ""

    @property
    def counted(self) -> tuple[Term, ...]:
        """What the number that is asked for is one of: the thing and the nouns that say of which kind it is."""
        return (*self.asked_kinds, self.asked) if self.asked else ()

    @property
    def terms(self) -> tuple[str, ...]:
        """The words that are searched for: Chinese where known, else as the question has them."""
        return tuple(dict.fromkeys(term.alternatives[0] if term.alternatives else term.surface for term in self.topic))


def detect_language(question: str) -> Language:
    """Language and script of a question; the language of its sentence and not of the terms that it quotes."""
    han = len(_HAN.findall(question))
    if len(_LATIN_WORD.findall(question)) > han // 3 or not han:
        return "en"
    return "zh-Hant" if detect_script(question) == "Hant" else "zh-Hans"


def _language_of(question: str, of_talk: Language) -> Language:
    """The language of a question; a few words that are written alike in both scripts are in that of the talk."""
    found = detect_language(question)
    return of_talk if {found, of_talk} == {"zh-Hans", "zh-Hant"} and not tells_script(question) else found


def check_question(question: str) -> str:
    """The question without the white space around it, look-alikes in it as the characters that are meant.

    Raises:
        QuestionError: If it is empty, longer than ``LONGEST_QUESTION`` characters, or no text.
    """
    stripped = unify(question.strip())
    if not stripped:
        raise QuestionError("The question is empty.", "Ask something, for example: 山东省品牌培育由谁牵头?")
    if len(stripped) > LONGEST_QUESTION:
        fault = f"The question has {len(stripped)} characters; at most {LONGEST_QUESTION} are read."
        raise QuestionError(fault, "Shorten it.")
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        raise QuestionError("The question holds bytes that are no text.", "Send it as UTF-8.")
    return stripped


def understand(
    question: str,
    translator: Translator,
    *,
    standalone: str | None = None,
    language: Language | None = None,
    of_documents: bool = True,
) -> Interpretation:
    """Read a question.

    Args:
        question: As asked.
        translator: Gives Chinese words for English ones.
        standalone: The question with what earlier turns gave filled in, where that differs.
        language: To answer in; by default the question's own.
        of_documents: Whether it may ask about a document itself; without it, 谁发的许可证 asks who does so.

    Raises:
        QuestionError: If it is empty or too long.
    """
    text = check_question(standalone or question)
    own = detect_language(text)
    folded = fold(text)
    intent, field = find_intent(folded, english=own == "en", of_documents=of_documents)
    also = find_more_asked(folded, intent, english=own == "en")
    mentions = _outside_quotations(find_regions(text), folded)
    taken = [(m.start, m.end - _is_office(m, mentions, folded)) for m in mentions]
    if own == "en":
        topic = translator.terms(text, taken)
    elif intent == "definition":
        # What a period or a role is, is asked; its name is the topic.
        asking = [m.span() for m in ASKING_WORDS.finditer(folded)]
        topic = tuple(map(in_policy_words, chinese_terms(folded, [*taken, *asking], keep=DUTY_WORDS)))
    else:
        patterns = [_YEAR_WORDS, ASKING_WORDS]
        if field is not None:
            patterns += [pattern for _, pattern in METADATA_FIELDS]
        asking = [m.span() for pattern in patterns for m in pattern.finditer(folded)]
        topic = everyday_topic(folded, [*taken, *asking])
    asked = _asked_term(folded, topic) if intent == "numeric_target" else None
    return Interpretation(
        question=question,
        standalone_question=text,
        language=language or _language_of(question, own),
        intent=intent,
        regions=_distinct([m.region for m in mentions]) or _abbreviated(folded),
        topic=topic,
        years=find_years(folded),
        periods=find_periods(folded),
        metadata_field=field,
        asks_result=bool(_RESULT_WORDS.search(folded)),
        several=bool(_SEVERAL.search(folded)),
        unit=find_asked_unit(folded) if "numeric_target" in (intent, *also) else None,
        asked=asked,
        asked_kinds=_kinds_of(asked, folded, topic),
        section=_asked_section(folded, topic, intent=intent, english=own == "en"),
        also=also,
        detail=next((detail for detail, pattern in _DETAILS.items() if pattern.search(folded)), None),
        act=_asked_act(folded, topic),
        wording="" if own == "en" else without(folded, [*taken, *(m.span() for m in _YEAR_WORDS.finditer(folded))]),
    )


def _asked_term(folded: str, topic: Sequence[Term]) -> Term | None:
    """What is counted: the last word of the phrase behind 多少 and ``how many``, else the word before them.

    几项国家级以上标准 asks for 标准, ``how many deep-sea platforms`` for platforms.
    """
    folded = folded.replace("&", " ")
    match = _NUMBER_ASKED.search(folded)
    if match is None:
        measured, english = MEASURED.search(folded), MEASURED_EN.search(folded)
        end = measured.start("behind") if measured else english.end("phrase") if english else 0
        return next((t for t in topic if folded.endswith(t.surface, 0, end) and not _FORM.fullmatch(t.surface)), None)
    places = [(at, term) for term in topic if (at := folded.find(term.surface)) >= 0]
    places.sort(key=lambda place: place[0])
    phrase: list[Term] = []
    end = match.end()
    for at, term in places:
        if at < match.end():
            continue
        if (at - end > _NEAR) if not phrase else not _WITHIN_PHRASE.fullmatch(folded, end, at):
            break
        phrase.append(term)
        end = at + len(term.surface)
    said = [term for term in phrase if not term.light]
    counted = [term for term in said if not _is_verb(term)] or said  # 多少业主同意 counts those who do
    if counted:
        # 多少比例的食品厂签承诺书: a share is one of what it is said of first.
        return counted[0] if _SHARE.match(folded, match.end()) else counted[-1]
    before = [
        (at, term)
        for at, term in places
        if not (term.light or _FORM.fullmatch(term.surface)) and 0 <= match.start() - at - len(term.surface) <= _NEAR
    ]
    if not before or is_of_members(folded, before[-1][1].surface):
        return None  # 业主委员会要几个人 asks how many there are in it
    return before[-1][1]


def _is_verb(term: Term) -> bool:
    tag = part_of_speech(term.surface) or ""
    return tag.startswith(("v", "d", "p")) and not tag.startswith(_NOUN_TAGS)


def _asked_section(folded: str, topic: Sequence[Term], *, intent: Intent, english: bool) -> Term | None:
    """The term before 是什么, 有哪些 or ``of``, behind 有哪些 at the end, or at the end of a phrase that asks nothing."""
    if english:
        match = _WHOLE_ASKED_EN.match(folded)
        words = (match["asked"] or match["named"]) if match else ""
        return next((term for term in topic if words.endswith(term.surface)), None)
    match = _WHOLE_ASKED.search(folded)
    if match is None:
        end = 0 if intent != "fact" or _ASKS.search(folded) else len(folded)
    elif match["behind"]:
        return next((term for term in topic if match["behind"].endswith(term.surface)), None)
    else:
        end = match.start()
    return next((term for term in topic if folded.endswith(term.surface, 0, end)), None)


def _kinds_of(asked: Term | None, folded: str, topic: Sequence[Term]) -> tuple[Term, ...]:
    """The nouns of the phrase that ends in what is counted: 检测 of 检测中心, 药品 and 抽检 of 药品的抽检合格率."""
    kinds: list[Term] = []
    start = folded.find(asked.surface) if asked else 0
    places = sorted(((folded.find(term.surface), term) for term in topic if not term.light), key=lambda p: -p[0])
    for at, term in places:
        if 0 <= at < start and _WITHIN_PHRASE.fullmatch(folded, at + len(term.surface), start):
            # English nouns are not tagged; those before a noun say of which kind it is.
            if not term.surface.isascii() and not (part_of_speech(term.surface) or "").startswith(_NOUN_TAGS):
                break
            kinds.append(term)
            start = at
    return tuple(kinds)


def _asked_act(folded: str, topic: Sequence[Term]) -> Term | None:
    """The first word behind those that ask who does it; one that says little by itself only right behind 由谁."""
    done_by = _DONE_BY.search(folded)
    match = done_by or _DONE_BY_EN.search(folded)
    if match is None:
        return None
    behind = [(at, term) for term in topic if (at := folded.find(term.surface, match.end())) >= 0]
    at, act = min(behind, key=lambda place: place[0], default=(0, None))
    if act is None or at - match.end() > (_NEAR if done_by else 0) or not act.alternatives:
        return None
    if act.light and not (done_by and at == match.end()):
        return None
    return None if any(map(_DUTY_ACT.fullmatch, (act.surface, *act.alternatives))) else act


def _outside_quotations(mentions: Sequence[RegionMention], folded: str) -> list[RegionMention]:
    """The mentions that name a place to ask about; a quoted name (“浙江制造”) is part of another name.

    Where all are quoted, all are taken.
    """
    quoted = [m.span() for m in _QUOTATION.finditer(folded)]
    outside = [m for m in mentions if not any(start < m.start and m.end < end for start, end in quoted)]
    return outside or list(mentions)


def _is_office(mention: RegionMention, mentions: Sequence[RegionMention], folded: str) -> bool:
    """Whether the last character of a place belongs to an office: 温州市长质量奖 asks about 市长质量奖."""
    follows = any(other.start == mention.end for other in mentions)
    return not follows and bool(_OFFICE.match(folded, mention.end - 1))


def _abbreviated(folded: str) -> tuple[Region, ...]:
    """The provinces that a question names by one character standing alone: 鲁 牵头单位, 苏、浙两省."""
    found = (province_of_sign(match[1]) for match in _ABBREVIATION.finditer(folded))
    return _distinct([region for region in found if region is not None])


def _distinct(regions: Sequence[Region]) -> tuple[Region, ...]:
    return tuple({region.code: region for region in regions}.values())
