"""Chinese questions as people word them: what only holds a question together, and everyday words for policy words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources

from corpus.folding import fold
from indexer.tokenizer import part_of_speech
from service.topic import Term, chinese_terms, is_light_word, is_question_word, without

_MEASURES = (
    r"(?:个?百分点|个点|人次|公里|公顷|平方米|平方公里|立方米|万元|亿元|个月|工作日|个(?!人|体|税)|家(?!庭|长|禽|具|电|政)|项(?!目)|"
    r"张|件|户(?!籍|外|口|用)|名(?!牌|优|特|胜|录|品|师|校)|所(?!有|得|在)|条(?!例|件)|种(?!植|业|子|质|养|类)|类(?!型|别|似)|处(?!理|置|罚|分|室)|"
    r"座(?!谈)|人(?!才|员|口|均|民|大|力)|批(?!准|发|复|次)|亩(?!产)|度(?!假|过|量)|元(?!素|旦)|倍|台(?!账|湾|州)|辆|吨|场(?!所|地|景|馆)|期(?!限|间|末|货)|"
    r"部(?!门|分|队|委|级|署)|套(?!餐)|份(?!额)|例(?!如|会)|起(?!草|重)|岁|天(?!然|气)|年(?!度|龄|检)|次(?!生)|块(?:钱)?|成(?!果|员|本|立|长)|点(?!位|名)|支(?!持|付|出|撑)|位(?!于|置))"
)
"""What things are counted in, where no longer word begins with it."""

# What only asks, or holds a question together. Chinese writes no blanks: such words would run into their neighbours.
FILLER = re.compile(
    # Matches: 多少张床位 / 几个百分点 / 第几批 / 多少钱. Does not match: 多少项目 (of which only 多少), 几何.
    rf"(?:最多|最少|至少|最高|最低|大概|大约|总共|一共|合计)?(?:能|可以|可|得|要)?(?:多少|(?<![茶无])几)(?:万|亿|千|百)?(?:{_MEASURES})?(?:钱)?(?:之?[内前后])?|"
    # Matches: 哪天之前 / 几号前 / 几月底 / 什么时候 / 多久. Does not match: 天然气.
    r"(?:哪|几)(?:一?天|号|日|月(?:底|份|初)?|年(?:底|末)?)(?:之?前|以前|之?内|为止)?|(?:隔|每隔|过|要|用|花)?多(?:久|长时间)(?:之?内)?|什么(?:时候|时间)(?:之?前)?|"
    # Matches: 要达到, 率要多少. Does not match: 重要, 主要, 需要, 纲要, 要求, 要点.
    r"(?<![重主纲概摘必简扼首提])(?:需要|(?<!需)要)(?![求点素件害闻道领塞约])|"
    r"(?:打算|准备(?!金)|计划(?=要)|预计|预备|希望|想要|(?<![思理梦设猜感])想(?!象|法)|应该|应当|可不可以|能不能|能否|可以|最多|最少)|"
    r"(?<=[,。 多少高低谁])能(?=[补拿领享获得])|"
    # Matches: 一台冷藏车, 每吨. Does not match: 一次性, 统一, 一家亲.
    r"(?<![统第唯专单同万之十])[一每](?:台|辆|吨|个(?!人|体)|户|名|位|座|张|件|所|处(?!理)|亩|块|份|套|平方米|公里|立方米)|"
    # Matches: 这块由谁管, 这件事, 之类, 这几项. Does not match: 这样.
    r"(?:这|那)(?:一?(?:块|摊|项|件|方面)|几(?:项|个|样|件|种)|个|些|类|种|份|事|活|样)(?:事情?|工作|活儿?|的)?|之类(?:的)?|什么的|等等|"
    # Matches: 这条电话, 这道关, 那批项目. Does not match: 这条例, 那曲.
    r"[这那]一?(?:条(?!例|件)|道(?!路|理)|套|张|家(?!庭)|批(?!准|复)|次|桩|门(?!店|类)|笔|处(?!理|罚)|所(?!有)|段|款(?!项))|"
    # Matches: 百分之几, 质量奖得主. Does not match: 百分之五.
    r"百分之(?:多少|几)|得主(?![动题要管导])|"
    # Matches: 各定了多少, 各是几. Does not match: 各级, 各有关单位.
    r"各自?(?:要|应)?(?:是|为|占|达到?|有|定|设|建|报)[了在]?(?=多少|几|什么|啥|哪)|"
    # Matches: 要做到多少, 定得高. Does not match: 做到应收尽收.
    r"[做办搞弄][到成](?=多少|几|百分之几|什么|啥|哪|多[大高])|(?:定|要求)得[更最]?[高低多少严松]|"
    # Matches: 由谁挑头, 谁说了算, 打头阵, 搭把手, 挂帅. Does not match: 头部企业.
    r"说了算|打头阵|挑头|牵这个头|扛(?:大)?旗|挂帅|领衔|掌总|抓总|负?总负责|负总责|挑大梁|拍板|做主|负主责|主责|帮(?:着|忙|手|助?一下|衬)|搭(?:把手|手|班子)|打下手|打配合|出(?:把)?力|来弄|"
    # Matches: 怎么办, 怎么样, 怎么个. Does not match: 办法.
    # Matches: 多久洗一回. Does not match: 一次性补助.
    r"一[回次遍趟](?=[,。?!]|$)|会?怎(?:么)?样|会(?:被|受到?)?(?=有?什么|如何|怎|罚|处罚|啥)|怎么(?:办|弄|搞|做|个|样|回事)|(?:有)?啥|干(?:什么|嘛|啥)|做什么|是多少|是几|"
    # Matches: 报告最后交到哪里. Does not match: 哪里的文件 (a place).
    r"到哪(?:里|儿)?|在哪(?:里|儿)?|一块儿|一道|(?<![统])一起"
)
# A verb of one character that the words which ask follow; it says no more than they do.
# Matches: 发 in 企业发多少, 评 in 每年评几家. Does not match: 开发多少, 奖励多少.
_BARE_VERB = re.compile(
    r"(?:(?<![开研转颁引激批])发|(?<![增参追])加|(?<![新改扩共创组筹搭])建|(?<![申上填])报|(?<![制规认评确鉴])定|(?<!下)降|(?<![削])减|(?<![建开])设|"
    r"(?<![改制打建营])造|(?<![提上])升|(?<![得做收])到|(?<![超通])过|[给添涨占评拨投隔送升])(?=(?:最多|至少)?(?:能|要)?(?:多少|几|多大|多高|多久|什么|哪))"
)
# A verb of one character that does say something, where what it is done with is asked.
# Matches: 补多少钱, 罚几倍, 水箱多久洗一回. Does not match: 补短板, 清洗, 交多少钱 (what it costs).
_ASKED_VERB = re.compile(
    r"(?<![奖处候递填弥])(补|奖|罚|交(?!多少钱)|报)(?:给)?(?=(?:多少|几|什么|啥))|(?<![清冲])(洗)(?![涤车钱衣手])"
)
# A verb and its object with their number between them. Matches: 造多少林, 开几次会.
# Does not match: 造多少林场, 任务多少项.
_PARTED = re.compile(rf"([\u4e00-\u9fff])(?:了|过)?(?:多少|几)(?:{_MEASURES})?+([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
# Money that is asked after in one character. Matches: 质量工作的钱. Does not match: 多少钱, 赚钱.
_MONEY = re.compile(r"(?<![少赚价罚金本省块])钱(?![包币江塘])")


# What follows an example of the thing that is asked about. Matches: 电梯这类特种设备. Does not match: 这类企业 alone.
_EXAMPLE = re.compile(r"(?<=[\u4e00-\u9fff])(?:这类|这种|这样的|之类的?)(?=[\u4e00-\u9fff]{2})")
# Matches: “你点题我检测”. What stands in quotation marks is left as it is.
_QUOTATION = re.compile(r"[“\"《'‘][^“”\"《》'‘’]{1,60}[”\"》'’]")


@cache
def read_everyday_words() -> Mapping[str, tuple[str, ...]]:
    """Everyday word -> policy words for it, folded, best first (``service/data/everyday_words.tsv``)."""
    entries: dict[str, tuple[str, ...]] = {}
    text = (resources.files("service") / "data" / "everyday_words.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        everyday, policy = line.split("\t")
        for word in everyday.split("|"):
            known = entries.get(fold(word), ())
            entries[fold(word)] = tuple(dict.fromkeys([*known, *(fold(said) for said in policy.split("|"))]))
    return entries


@cache
def _phrases() -> re.Pattern[str]:
    """The everyday words of three characters and more, longest first: a dictionary would cut them up."""
    longest = sorted((word for word in read_everyday_words() if len(word) >= 3), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest)))


_FIRM = "公司"


def _term(word: str) -> Term:
    policy = read_everyday_words()[word]
    alternatives = tuple(dict.fromkeys([word, *policy]))
    return Term(word, alternatives, light=is_light_word(word) or all(map(is_light_word, policy)))


def _with_everyday_part(alternatives: tuple[str, ...]) -> tuple[str, ...]:
    """Words with those that have policy words for their everyday beginning, or for the firm at their end.

    监督抽查合格率 for 抽检合格率, 物业企业 for 物业公司.
    """
    made = [
        policy + word[len(start) :]
        for word in alternatives
        for start, said in read_everyday_words().items()
        if len(word) - 2 >= len(start) >= 2 and word.startswith(start)
        for policy in said
    ]
    made += [
        word[: -len(_FIRM)] + policy
        for word in alternatives
        if len(word) - 2 >= len(_FIRM) and word.endswith(_FIRM)
        for policy in read_everyday_words()[_FIRM]
    ]
    return tuple(dict.fromkeys([*alternatives, *made]))


def in_policy_words(term: Term) -> Term:
    """A term with what policy texts call it, where a part of it is an everyday word; a quoted one as it is."""
    return term if term.quoted else replace(term, alternatives=_with_everyday_part(term.alternatives))


def everyday_topic(folded: str, taken: Sequence[tuple[int, int]]) -> tuple[Term, ...]:
    """The terms of a Chinese question, everyday words with the policy words for them.

    Args:
        folded: The folded question.
        taken: Ranges that are no part of the topic: regions, years, the words that ask.
    """
    rest = without(folded, taken)
    found: dict[str, Term] = {}
    spans: list[tuple[int, int]] = []
    for match in _ASKED_VERB.finditer(folded):
        if rest[match.start()] != " ":
            found[match[match.lastindex or 0]] = _term(match[match.lastindex or 0])
    for match in _PARTED.finditer(folded):
        word = match[1] + match[2]
        if match[2] == "钱":  # 交多少钱 asks for a sum
            continue
        if word in read_everyday_words():
            found[word] = _term(word)
        elif part_of_speech(word) and not is_question_word(word):
            found[word] = Term(word, (word,), light=is_light_word(word))
    for match in _MONEY.finditer(folded):
        if rest[match.start()] != " ":
            found[match.group()] = _term(match.group())
    for match in _phrases().finditer(rest):
        found[match.group()] = _term(match.group())
        spans.append(match.span())
    quoted = [m.span() for m in _QUOTATION.finditer(folded)]
    filler = [m.span() for pattern in (FILLER, _BARE_VERB) for m in pattern.finditer(folded)]
    spans += [span for span in filler if not any(start <= span[0] and span[1] <= end for start, end in quoted)]
    terms = {term.surface: term for term in chinese_terms(folded, [*taken, *spans])}
    for surface, term in terms.items():
        if len(surface) > 1 and surface in read_everyday_words() and not term.quoted:
            policy = read_everyday_words()[surface]
            terms[surface] = replace(term, alternatives=tuple(dict.fromkeys([surface, *policy])))
        else:
            terms[surface] = in_policy_words(term)
    terms |= {word: term for word, term in found.items() if word not in terms}
    for match in _EXAMPLE.finditer(folded):
        for word, term in terms.items():
            if folded.endswith(word, 0, match.start()) and not term.quoted:
                terms[word] = replace(term, light=True)
    return tuple(sorted(terms.values(), key=lambda term: folded.find(term.surface)))
