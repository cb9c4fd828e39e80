"""What websites, mirrors and databases print around a document, told by generic words.

Every pattern runs over one line in the form of ``corpus.folding.fold`` (simplified, half-width, lower case),
stripped of white space at both ends. No site, body or document is named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources
from typing import NamedTuple

from corpus.lines import ONE_CHARACTER


class LineReason(NamedTuple):
    """Why a line is a website's. ``certain`` is false where only a certain neighbour settles it."""

    reason: str
    certain: bool


def _read_words() -> dict[str, list[str]]:
    """The words of ``data/website_words.txt`` by section."""
    sections: dict[str, list[str]] = {}
    for line in resources.files("corpus").joinpath("data/website_words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            words = sections.setdefault(line[1 : line.index("]")], [])
        elif line and not line.startswith("#"):
            words += line.split()
    return sections


def _any_of(words: Iterable[str]) -> str:
    """An alternation of ``words``, longest first, with white space allowed inside each."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(r"\s*".join(map(re.escape, word)) for word in ordered)


_WORDS = _read_words()
_MENU = frozenset(_WORDS["menu"])
_MENU_WEAK = frozenset(_WORDS["menu_weak"])
_COUNTED = (("一、", "二、"), ("第一条", "第二条"))
_LONGEST_ROW = 200  # characters
_FEWEST_SENTENCES = 3
_SEPARATORS = re.compile(r"[\s|丨│┃︱/\\·•●>»›→<«‹_\-—+【】\[\]()〔〕《》,、:;;。.!?“”\"'☆★※◎○]+")
# Matches: a button that is set wide: 首 页, 返 回. Does not match: 首先 页岩
_SET_WIDE = re.compile(r"(?<![^\s|>])(?:首\s+页|返\s+回|打\s+印|关\s+闭|分\s+享)(?![^\s|>])")
# How many entries a button has. Matches: the (0) of 相关令函 (0). Does not match: (一)
_ENTRIES = re.compile(r"\s*\(\d{1,4}\)$")
# A token that ends like a menu word, whatever goes before. Matches: 集团招聘. Does not match: 质量监督.
_MENU_TOKEN = re.compile(r".{0,8}(?:我们|招聘|声明|客户端|公众号|二维码|客服|微博|微信|地图|收藏夹?|登录|注册|app)")

_LABELS = _any_of(_WORDS["label"])
_LABELS_WEAK = _any_of(_WORDS["label_weak"])
_ROW_OPENS = r"(?:[|【\[•·◆■●○]|-(?=\s))?\s*"
# Matches: 索引号 K3984687-7/2014-00238. Does not match: 发布机构应当在五日内备案。
_ROW = re.compile(rf"{_ROW_OPENS}(?:{_LABELS})\s*(?:】|\]?\s*(?::|\||\s|$))")
_ROW_WEAK = re.compile(rf"{_ROW_OPENS}(?:{_LABELS_WEAK})\s*[】\]]?\s*(?::|\||\s|$)")
_ROW_BARE = re.compile(rf"{_ROW_OPENS}(?:{_LABELS})\s*[】\]]?\s*[:|]?\s*")
# A row whose label is not known, which its neighbours settle. Matches: 政策咨询机关: | ||. Does not match: 附件:分工表
_ROW_OF_CELLS = re.compile(r"[\u4e00-\u9fff ]{2,16}:\s*\|.{0,80}")
# The same in a database's marks. Matches: 【引证码】cli.1.304262. Does not match: 【适用范围】本办法适用于…。
_ROW_IN_MARKS = re.compile(r"【[\u4e00-\u9fff]{2,10}】\s*[^。;:,]{1,40}")
# Matches: | of a table's empty last row. Does not match: |---|
_EMPTY_CELLS = re.compile(r"[|丨\s]+")
_DATE = r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
_BYLINE = _any_of(_WORDS["byline"])
# Matches: 时间: 2023-02-21 来源: 某办公室 / - 浏览次数:. Does not match: 时间安排:从3月1日开始,分三个阶段进行。
_BYLINE_LINE = re.compile(rf"[-•(\[【|]?\s*(?:{_BYLINE})\s*[】\]]?\s*[:丨](?!.*[。;])")
_BYLINE_CERTAIN = re.compile(
    r"\s*[-•(\[【|]?\s*(?:责任编辑|责编|原标题|编辑|浏览|阅读|点击|访问|更新时间|发稿时间|录入|稿源|文章来源|信息来源|稿件来源|字体|字号|背景|视力|发布时间|发布日期|分享|上传|人气|(?:本文|文章|相关)?标签)"
)
_STAMP = re.compile(
    rf"(?:[-•·]\s*)?(?:{_DATE}\s*{_CLOCK}|(?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?!\d)[^。;]{{0,60}}"
    rf"|[\u4e00-\u9fff]{{2,8}}{_DATE}\s*\d{{1,2}}:\d\d:\d\d[^。;]{{0,60}}|发表于\s*[\u4e00-\u9fff]{{2,4}}"
)
# The account and the minute above a post, or a site with its address and the day.
# Matches: 某市发布 2024-03-05 18:30 浙江 / 某市门户网站 www.example.cn 2008年3月6日 来源:某日报.
# Does not match: 2024年3月5日
_POSTED = re.compile(
    rf"(?:[^\s。;:,]{{2,16}}\s+){{1,3}}{_DATE}\s+{_CLOCK}(?:\s+[^\s。;:,]{{2,8}})?"
    rf"|[\u4e00-\u9fff]{{2,16}}\s+www\.[^\s\u4e00-\u9fff]+\s+{_DATE}[^。;]{{0,60}}"
)
_COUNT = re.compile(r"[\[(【]?(?:浏览|阅读|点击|访问|下载|已有|共有)[^。]{0,8}\d+\s*(?:次|人|条)?[^。]{0,8}[\])】]?")

# An index number by itself. Matches: 11370832004235253l/2023-05260. Does not match: 2021/2022-2023
_INDEX = re.compile(r"[0-9a-z][0-9a-z-]{7,30}/(?:19|20)\d\d-\d{4,9}")
# How often a page was read, by itself. Matches: 4874268. Does not match: 2014
_BARE_COUNT = re.compile(r"\d{5,9}")

_ICP = re.compile(
    r"icp\s*(?:备|证|号)|icp备案|公网安备|公安备案|(?:^|[^a-z])备案(?:号|序号|编号)\s*:|网站标识码|政府网站标识|互联网新闻信息服务许可证|信息网络传播视听节目许可证|增值电信业务"
)
_COPYRIGHT = re.compile(
    r"版权所有|copyright|©|\(c\)\s*(?:19|20)\d\d|all\s*rights\s*reserved|著作权归|禁止(?:建立)?镜像"
    r"|未经.{0,14}(?:授权|许可|同意|允许|协议).{0,12}(?:转载|镜像|复制|摘编|使用)"
    r"|(?:produced|powered)\s+by\s|技术支持\s*:(?!\s*[\d(])|技术保障\s*:|网站(?:建设|制作|维护|管理)\s*:|(?:建议|推荐|最佳|请)使?用?.{0,20}(?:浏览器|分辨率)|分辨率.{0,12}浏览"
)
_PUBLISHER = re.compile(r"(?:主办|承办|协办|主管|制作|运维|运营|开发|建设|管理)(?:单位|部门)?\s*:|(?:主办|承办|维护)$")
_DISCLAIMER = re.compile(
    r"不代表本(?:站|网|平台|公司)|(?:凡|本)(?:本)?(?:网|站)(?:站)?(?:所有|转载|注明|声明|原创|不|仅|刊|未|对)|凡.{0,10}(?:注明|转载).{0,12}(?:来源|本网|本站)"
    r"|转载.{0,16}(?:注明|标明).{0,6}(?:来源|出处|自)|如有侵权|若有侵权|涉嫌?侵权|侵权.{0,10}(?:删除|处理)|来(?:源于|自)(?:网络|互联网|网友)|网友(?:上传|提供|投稿|分享)"
    r"|仅供(?:参考|学习|个人).{0,20}(?:本站|本网|正式|标准|原文|官方|使用)|以(?:正式|官方).{0,8}(?:文本|文件|版本|发布)为准|联系(?:我们|本站|本网|管理员|客服).{0,8}删除"
    r"|本(?:站|网)(?:内容|资料|文章|信息|文档)|(?:文章|文档|内容|资料)由.{0,12}(?:上传|整理|收集)|由(?:会员|用户|网友)(?:分享|上传|提供)|本文档共\d+页|原创文章.{0,12}(?:客服|咨询)"
    r"|[(\[【]?(?:免责|版权|特别|郑重|法律)声明\s*[】\])]?\s*:"
)
# Matches: 声明:. Does not match: 发表声明:本公司自愿承诺。
_DISCLAIMER_HEAD = re.compile(
    r"[【\[※*]?\s*(?:(?:免责|版权|特别|郑重|法律|网站|重要)?\s*声\s*明|温馨提示|特别提示|特别说明|注意事项)\s*[】\]]?\s*:?"
)
_LEAD_IN = re.compile(
    r"[【\[]?\s*(?:核心提示|导语|导读|内容提要|内容提示|内容摘要|内容简介|内容预览|文档简介|文档介绍|摘要|简介|编者按|编者的话|小编)\s*[】\]]?\s*:"
)
# What the editor of a site says of a text. Matches: 本站小编为你精心准备了方案范文 / 下面有某网为您介绍全文.
# Does not match: 小编制 / 为您办理
_EDITOR = re.compile(
    r"小编(?!制)|[站网]为(?:你|您|大家)(?:精心)?(?:介绍|整理|准备|收集|带来|提供)|^感谢(?:访问|阅读|浏览)"
)
# What a page asks its readers for. Matches: *验 证 码: / 请您对该政策的制定提出宝贵意见。 Does not match: 姓名:
_FEEDBACK = re.compile(
    r"[•·*][•·*\s]*(?:验\s*证\s*码|留言内容|您的姓名|姓\s*名|内\s*容)\s*:?|.{0,60}请您?对(?:该|本|此)(?:政策|文件|页面|网站).{0,60}(?:意见|建议|评价).{0,60}"
)
_CONTACT = re.compile(
    r"[※*]?\s*(?:地\s*址|通[讯信]地址|联系地址|邮\s*编|邮政编码|电\s*话|联系电话|值班电话|总机|传\s*真|邮\s*箱|电子邮箱|电子邮件|e-?mail|qq|客服(?:热线|电话|qq)|服务热线|举报(?:电话|热线|邮箱)|纠错(?:电话|邮箱)"
    r"|投稿(?:邮箱|热线)|新闻热线|广告热线|网\s*址)\s*:"
)
_URL = re.compile(
    r"(?:[(\[【]?\s*(?:本文|原文|文章|文档|页面|信息|来源|下载|转载)?(?:链接|网址|地址|出处|url)\s*:?\s*)?(?:https?://|www\.)[^\s\u4e00-\u9fff]+\s*[)\]】]?"
)
_BREADCRUMB = re.compile(
    r"[【\[]?\s*(?:您?(?:的|现在的?|当前的?|目前的?)?(?:所在的?|当前)?位置(?:是)?|当前页面?|当前栏目|所在栏目|网站导航|首页)\s*[】\]]?\s*(?::|>|»|›|→|/|-|(?<=位置)首页)"
)
# Matches: 首页 > 政务公开 > 文件 / >> 政务公开 >> 文件, below 当前位置: / 学习 > 范文 > 预案 > 某预案.
# Does not match: >> 专栏1
_CRUMBS = re.compile(
    r"(?:[>»›]+\s*[^>»›|。;]{1,30}){2,}|(?>[^>»›|。;,:]{1,16})(?:\s*[>»›]\s*[^>»›|。;,:]{1,30}){3,}"
    r"|(?:网站)?(?:首页|主页)(?:\s*(?:>+|»|›|→|/|\\|-+|::|\|)\s*[^>»›→|。;]{1,30})+"
)
_SCRIPT = re.compile(
    r"//(?!\s*(?:www|\d)).{0,60}|<!--.*|.*-->|(?:var|let|const|function)\s+\w+.*[=({;].*|.*(?:document\.|window\.|javascript:|\$\(|jquery|getelementby|innerhtml).*|[{}();\s]+|</?(?:script|style)\b.*"
)
_PAGE = re.compile(
    r"[-\u2500·•~]+\s*\d{1,4}\s*[-\u2500·•~]+|第\s*\d{1,4}\s*页(?:\s*[,/|(]?\s*共\s*\d{1,4}\s*页\)?)?|共\s*\d{1,4}\s*页(?:\s*[,/]?\s*第\s*\d{1,4}\s*页)?|page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
# Matches: 上一页 1 2 3 下一页 / 第 [1] [2] [3]. Does not match: 88880001
_PAGER = re.compile(
    r"[|\s]*(?:(?:共\s*\d+\s*页|第(?=\s*\[)|首页|上一?页|下一?页|尾页|末页|(?<!\d)\d{1,3}(?!\d)|\[\d{1,3}\]|\.{2,}|…)[|\s]*){3,}"
)
_NEIGHBOUR = re.compile(
    r"[\[【<(]?\s*(?:上一?|下一?|前一?|后一?)(?:篇|条|页)(?:文章|信息|新闻|文档|内容)?\s*[\]】>)]?\s*(?::|\s|$)"
)
_RELATED = re.compile(
    r"[【\[■●◆]?\s*(?:相关(?:阅读|链接|新闻|文章|推荐|文档|稿件|内容|资料|报道|专题|信息|文件|政策|法规|附件|解读)|(?:推荐|延伸|扩展)阅读|(?:热门|热点|最新|精彩|编辑|本类|本站)(?:推荐|文章|阅读|文档|新闻|更新|信息)|猜[你您]喜欢|为您推荐|大家都在看|友情链接|点击排行|阅读排行|附件下载|网友评论)\s*[】\]]?\s*:?\s*(?:更多.{0,3})?"
)
# Matches: 相关文件:某市关于印发充电设施管理办法的通知. Does not match: 相关文件由某局负责解释。
_RELATED_ONE = re.compile(
    r"[【\[■●◆]?\s*相关(?:阅读|链接|新闻|文章|稿件|资料|报道|信息|文件|政策|解读)\s*[】\]]?\s*:(?!.*。)"
)
FILE_SUFFIXES = "docx?|xlsx?|pdf|zip|rar|wps|ofd|et|pptx?"  # of what a page gives to download; a pattern
_DOWNLOAD = re.compile(
    r"[【\[]?(?:附件|文件|文档|全文|原文|点击|相关附件|正文)?\s*(?:附件)?\s*下载\s*[】\]]?\s*:.{0,80}|.{0,60}(?:点击|点此|立即|在线)(?:此处|这里)?(?:下载|查看|阅读|预览).{0,20}"
    rf"|[^附。;:]{{1,60}}\.(?:{FILE_SUFFIXES})"
    r"(?:\s*[(\[]?\s*[\d.]+\s*[kmg]?b?\s*[)\]]?)?"
)
_SITE_NAME = re.compile(
    r"[^:,。;、(《]{2,24}?(?:信息网|资讯网|新闻网|政务网|门户网|门户网站|政府网|网站|网|在线|频道|信息港|数据库|法规库|文库|图书馆|资料库|服务平台|信息平台|知识库|论坛|导航|大全|之家|百科|热线|客户端|公众号)"
)
_TITLE_WORDS = re.compile(
    r"关于|(?:通知|意见|办法|规定|决定|方案|计划|规划|条例|细则|公告|通告|批复|报告|纲要|要点|措施|标准|规则|规程|预案|指引|通报|决议|纪要|解释|答复|法|令|函)(?:\(|$)"
)
_SHARE = re.compile(
    r"[【\[]?\s*(?:分享|转发|转载)(?:到|至|给|本文|文章)?\s*[】\]]?\s*:?.{0,24}|.{0,12}(?:扫一扫|扫描二维码|扫码|长按识别|微信关注).{0,24}|.{0,8}点击.{0,6}蓝\s*字.{0,16}|点击上方.{0,20}(?:关注|订阅).{0,8}|关注.{0,16}(?:公众号|微信|微博).{0,10}"
)
_SIZE = re.compile(
    r"[【\[(]?\s*(?:选择)?(?:字号|字体|文字|背景色|背景颜色|背景|视力保护色|页面颜色|显示|阅读背景)(?:大小|颜色|设置|调整)?\s*[:】\]]\s*[^。;]{0,40}"
)

# Matches: 会议时间:2023年6月15日下午. Does not match: 发布时间:2023年6月15日
_HELD_WHEN = re.compile(r"(?:会议)?时\s*间\s*:")
# Matches: 地点:三楼会议室. Does not match: 地点不限
_HELD_WHERE = re.compile(r"(?:会议)?地\s*点\s*:|主\s*持人?\s*:")

# A line that the issuing body writes: a numbered unit, an attachment, a sentence, an addressee.
ENUMERATED = re.compile(
    rf"第\s*[一二三四五六七八九十百千零〇两\d]+\s*(?:编|章|节|条|款|部分)|[一二三四五六七八九十]{{1,3}}\s*[、.:]|[((][一二三四五六七八九十\d]{{1,3}}[))]|\d{{1,3}}\s*[.、)](?!\d)|[{ONE_CHARACTER}]|附件|附[:表录图]|附则|注:"
)
_SENTENCE = re.compile(r".{10,}[。;:,]|.{60,}")
_SIGNATURE = re.compile(
    r".{2,40}(?:政府|办公厅|办公室|委员会|常委会|局|厅|部|院|署|总队|集团|公司|协会|联合会|总工会|大学|党组|党委|司令部)(?:\s*\(.{0,6}\))?|.{0,4}[\d一二三四五六七八九十〇○零]{2,4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日.{0,6}|抄送.*|主题词.*|.*印发|.*政府令.*"
)


def is_policy_line(line: str) -> bool:
    """Whether a line reads as text of the issuing body: numbered, a sentence, an addressee."""
    return bool(ENUMERATED.match(line) or _SENTENCE.fullmatch(line))


def is_signature(line: str) -> bool:
    """Whether a line could be a body's name, a date or a line of the colophon."""
    return bool(_SIGNATURE.fullmatch(line))


def is_title_like(line: str) -> bool:
    """Whether a line could be the title of a document."""
    return bool(_TITLE_WORDS.search(line))


def is_site_name(line: str) -> bool:
    """Whether a line could be a website's name. It settles nothing without its place."""
    return bool(_SITE_NAME.fullmatch(line)) and not is_title_like(line)


def is_breadcrumb(line: str) -> bool:
    """Whether a line says where in its site a page stands."""
    return bool(_BREADCRUMB.match(line) or _CRUMBS.fullmatch(line))


def opens_links(line: str) -> bool:
    """Whether a list of links to other pages begins under the line."""
    return bool(_RELATED.fullmatch(line))


def opens_minutes(line: str, below: str) -> bool:
    """Whether a line says when a meeting was held and not when a page was put up: the next one says where."""
    return bool(_HELD_WHEN.match(line) and _HELD_WHERE.match(below))


def invites_readers(line: str) -> bool:
    """Whether a line asks the readers of a post to follow the account, whose name may stand below it."""
    return "蓝" in line and bool(_SHARE.fullmatch(line))


def is_bare_label(line: str) -> bool:
    """Whether the line is the label of a metadata table without its value."""
    return bool(_ROW_BARE.fullmatch(line))


def is_lead_in_label(line: str) -> bool:
    """Whether the line announces a summary that stands on the next line."""
    return bool(_LEAD_IN.fullmatch(line))


def body_reason(line: str) -> LineReason | None:
    """The reason of a line that is a website's or a printer's wherever it stands, even amid the text."""
    if _PAGE.fullmatch(line):
        return LineReason("page_number", True)
    if line.startswith("//") and _SCRIPT.fullmatch(line):
        return LineReason("script", True)
    return None


def _menu_reason(line: str) -> LineReason | None:
    words = _SET_WIDE.sub(lambda m: "".join(m[0].split()), _ENTRIES.sub("", line) if line.endswith(")") else line)
    tokens = [token for token in _SEPARATORS.split(words) if token]
    if not tokens or len(line) > 400:
        return None
    strong = sum(token in _MENU or (len(tokens) > 1 and bool(_MENU_TOKEN.fullmatch(token))) for token in tokens)
    weak = sum(token in _MENU_WEAK for token in tokens)
    if strong == len(tokens) or (strong >= 2 and (strong + weak) * 5 >= len(tokens) * 3):
        return LineReason("navigation", True)
    if (weak >= 2 and strong and (strong + weak) * 5 >= len(tokens) * 4) or (
        "|" in line and strong >= 2 and strong * 2 >= len(tokens)
    ):
        return LineReason("navigation", True)
    if strong and strong + weak == len(tokens):
        return LineReason("navigation", len(tokens) > 1)
    if weak >= 4 and weak * 5 >= len(tokens) * 4:
        return LineReason("navigation", True)
    return LineReason("navigation", False) if weak == len(tokens) else None


def _holds_text(line: str) -> bool:
    """Whether a whole page stands on the line, which only begins as a website's lines do."""
    return len(line) > _LONGEST_ROW and line.count("。") >= _FEWEST_SENTENCES


def header_row(line: str) -> LineReason | None:
    """The reason of a row of a metadata table, or of a bare count beside one."""
    if _holds_text(line):
        return None
    if _ROW.match(line):
        return LineReason("metadata_table", True)
    if _ROW_WEAK.match(line) or _ROW_OF_CELLS.fullmatch(line) or _ROW_IN_MARKS.fullmatch(line):
        return LineReason("metadata_table", False)
    return LineReason("time_source", False) if _BARE_COUNT.fullmatch(line) else None


def edge_reason(line: str) -> LineReason | None:
    """The reason of a line that is a website's when it stands above or below the document."""
    numbered = ENUMERATED.match(line)
    if numbered and not (_DISCLAIMER.search(line) and re.search("本网|本站", line)) and not _RELATED.fullmatch(line):
        return None
    if _holds_text(line) and any(0 <= line.find(first) < line.rfind(second) for first, second in _COUNTED):
        return None
    if _LEAD_IN.match(line):
        return LineReason("lead_in", True)
    if ("证" in line or "请" in line or line.endswith(":")) and _FEEDBACK.fullmatch(line):
        return LineReason("navigation", "证" in line or "请" in line)
    if ("小编" in line or "网为" in line or "站为" in line or line.startswith("感谢")) and (
        _EDITOR.search(line) and not _holds_text(line)
    ):
        return LineReason("disclaimer", True)
    for reason, pattern in (("disclaimer", _DISCLAIMER), ("icp", _ICP), ("copyright", _COPYRIGHT)):
        if pattern.search(line):
            return LineReason(reason, True)
    for reason, pattern in (
        ("page_number", _PAGE),
        ("script", _SCRIPT),
        ("navigation", _BREADCRUMB),
        ("time_source", _COUNT),
    ):
        if pattern.match(line) and ((reason == "navigation" and not _holds_text(line)) or pattern.fullmatch(line)):
            return LineReason(reason, True)
    neighbour = _NEIGHBOUR.match(line) and not _holds_text(line)
    if _CRUMBS.fullmatch(line) or _PAGER.fullmatch(line) or neighbour or _RELATED.fullmatch(line):
        return LineReason("navigation", True)
    menu = _menu_reason(line)
    if menu and menu.certain:
        return menu
    if _URL.fullmatch(line):
        return LineReason("url", True)
    if len(line) <= 80 and (_SHARE.fullmatch(line)):
        return LineReason("share", not is_policy_line(line))
    if _SIZE.fullmatch(line):
        return LineReason("navigation", True)
    if len(line) <= 200 and _BYLINE_LINE.match(line):
        certain = bool(_BYLINE_CERTAIN.match(line) or re.search(rf"{_DATE}|(?:来源|编辑)\s*[:丨]", line))
        return LineReason("time_source", certain)
    if "/" in line and _INDEX.fullmatch(line):
        return LineReason("metadata_table", True)
    if _EMPTY_CELLS.fullmatch(line):
        return LineReason("markup", True)
    if _STAMP.fullmatch(line) or (":" in line and _POSTED.fullmatch(line)):
        return LineReason("time_source", True)
    if _DOWNLOAD.fullmatch(line):
        return LineReason("download", not is_title_like(line))
    if _RELATED_ONE.match(line):
        return LineReason("navigation", False)
    if _DISCLAIMER_HEAD.fullmatch(line):
        return LineReason("disclaimer", False)
    if _PUBLISHER.match(line):
        return LineReason("copyright", False)
    if _CONTACT.match(line):
        return LineReason("contact", False)
    return menu
