"""Who issued a document: names of bodies in signatures, titles, adoption lines and orders."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.folding import fold
from corpus.model import Region
from corpus.regions import COUNTRY, covers, find_regions

_BODY_END = (
    r"中央|政府|办公厅|办公室|委员会|常委会|行署|行政公署|管委会|总局|管理局|监督局|国务院|领导小组|指挥部|法院|检察院|联席会议|"
    r"银行|联合会|总工会|公司|中心|大学|学院|研究院|协会|办事处|管理处|督查室|兵团|军委|党委|省委|市委|区委|县委|州委|盟委|旗委|党组|[局厅部院署]|(?<![常编])委|(?<![督举主承协])办"
)
# So many prints of a name are looked at for its place.
_MENTIONS = 200
# Matches 山东省人民政府办公厅, 财政部. Does not match 质量工作领导, 加强组织领导.
_BODY = re.compile(rf"[\u3400-\u9fff〇()·“”]{{0,40}}(?:{_BODY_END})(?:\([\u3400-\u9fff]+\))?")
# Matches the head of 山东省人民政府办公厅关于印发…的通知. Does not match 关于加强质量工作的意见.
_TITLE_HEAD = re.compile(r"^([^关《]{2,80}?)(?:\s*关于|\s*印发|\s*转发|\s*批转|\s*令|\s*公告|\s*通告)")
# Matches 第七届 before 全国人民代表大会. Does not match 第七次会议.
_SESSION = re.compile(r"第[一二三四五六七八九十\d]+[届屆](?=[\u3400-\u9fff]*人民代表大[会會])")
# Matches 第七届全国人民代表大会常务委员会 of an adoption line, 国务院 of 国务院令第588号. Does not match 第五次会议.
_ADOPTED_BY = re.compile(
    r"(?:第[一二三四五六七八九十\d]+届)?([\u3400-\u9fff]{0,24}?(?:人民代表大会(?:常务委员会)?|人大常委会|国务院|人民政府|委员会|法院|检察院))"
    r"(?=审判委员会|检察委员会|第|令|全体|常务会议|公布|发布|批准|通过)"
)
# Offices of the centre. Matches 国务院办公厅, 最高人民法院, 财政部, 国家税务总局. Does not match 山东省财政厅.
_NATIONAL = re.compile(
    r"^(?:第[一二三四五六七八九十]+届全国|中共中央|中央|国务院|全国|最高人民|国家|中国|中华人民共和国|中国人民|财政部|教育部|科学技术部|科技部|工业和信息化部|公安部|"
    r"民政部|司法部|人力资源|自然资源部|生态环境部|环境保护部|住房[和城]|建设部|交通运输部|交通部|水利部|农业部|农业农村部|商务部|文化部|"
    r"文化和旅游部|卫生部|退役军人事务部|应急管理部|审计署|海关总署|监察部|人事部|外交部|国防部|铁道部|国土资源部|信息产业部|"
    r"劳动和社会保障部|卫生和计划生育|[\u3400-\u9fff]{2,12}总局)"
)
# A name that says its kind and not its place. Matches 自治区人民政府办公厅, 市财政局. Does not match 济南市财政局.
_PLACELESS = re.compile(r"^(?:自治区|自治州|省|市|区|县|盟|州|旗|行署|地区|人民政府|政府)")
_PERSON = re.compile(
    r"^(?:省长|市长|州长|盟长|县长|区长|主席|总理|主任|局长|部长|厅长|委员长|院长|检察长|代省长|代市长)"
)


def split_bodies(text: str) -> tuple[str, ...]:
    """Names of bodies in a signature or a title's head, as printed: joint issuers stand apart by 、 or blanks.

    Returns:
        Nothing where a part is no body's name, so that a heading is not taken for a signature.
    """
    folded = fold(text)
    bodies: list[str] = []
    for piece in re.finditer(r"[^\s、,,]+", folded):
        name = piece.group()
        if _PERSON.match(name):
            break
        if len(name) <= 4 and bodies and not _BODY.fullmatch(name):
            break  # A person's name after the body's.
        if not _BODY.fullmatch(name):
            return ()
        bodies.append(text[slice(*piece.span())])
    return tuple(bodies)


def read_title_head(title: str) -> tuple[str, ...]:
    """Bodies that a title begins with: 山东省人民政府办公厅 of 山东省人民政府办公厅关于印发…的通知."""
    folded = fold(title)
    match = _TITLE_HEAD.match(folded)
    if match is None:
        return ()
    session = _SESSION.match(folded)
    return split_bodies(title[session.end() if session else 0 : match.end(1)])


def read_adopting_body(line: str) -> str | None:
    """The body of an adoption line: 全国人民代表大会常务委员会 of (…第七届全国人民代表大会常务委员会第四次会议通过)."""
    match = _ADOPTED_BY.search(re.sub(r"\d{4}年\d{1,2}月\d{1,2}日", lambda m: " " * len(m.group()), fold(line)))
    return _SESSION.sub("", line[slice(*match.span(1))]).strip() or None if match else None


def is_placeless(body: str) -> bool:
    """Whether a body's name lacks its place: 自治区人民政府办公厅."""
    return bool(_PLACELESS.match(fold(body)))


def complete_name(body: str, text: str) -> str:
    """The fuller print of a placeless name somewhere in ``text``: 西藏自治区人民政府办公厅 for 自治区人民政府办公厅.

    Where the text never prints the whole name but only the place's (西藏自治区), nothing is put together.
    """
    folded, name = fold(text), fold(body)
    at = folded.find(name)
    for _ in range(_MENTIONS):
        if at < 0:
            break
        head = max(0, at - 12)
        window = folded[head : at + len(name)]
        for mention in find_regions(window):
            # The place's own kind is the first word of the name: 西藏|自治区 + 人民政府.
            if head + mention.start < at < head + mention.end:
                return text[head + mention.start : at + len(name)]
        at = folded.find(name, at + 1)
    return body


def region_of_issuer(issuer: str, context: Sequence[str] = ()) -> Region | None:
    """The division whose body ``issuer`` is; the country for the centre's bodies.

    Args:
        issuer: Names joined by 、.
        context: Other lines of the document, which decide between divisions of the same name (鼓楼区).
    """
    first = fold(issuer).split("、")[0]
    mentions = find_regions(first)
    if mentions and (not _NATIONAL.match(first) or mentions[0].start == 0):
        start = mentions[0].start
        same = [m.region for m in mentions if m.start == start]
        if len(same) == 1:
            return same[0]
        around = [m.region for line in context for m in find_regions(line)]
        near = [r for r in same if any(covers(other, r) for other in around)]
        return near[0] if len(near) == 1 else None
    return COUNTRY if _NATIONAL.match(first) else None
