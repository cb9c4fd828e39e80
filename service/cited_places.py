"""The citations that a text makes: which document, which clause, which quoted words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from corpus.folding import fold
from corpus.model import Clause, Span
from indexer.facts.quantities import chinese_number

_NUMERAL = r"[一二三四五六七八九十百千零〇]+|\d+"
# Matches: 《山东省…行动计划》. Does not match: “质量月”
_TITLE = re.compile(r"《(?P<title>[^《》]{2,160}(?:《[^《》]*》[^《》]*)*)》")
# Matches: 国办发〔2014〕18号. Does not match: 第18号
_NUMBER = re.compile(r"(?P<number>[\u4e00-\u9fff]{1,12}[〔\[(【]\s*(?:19|20)\d{2}\s*[〕\])】]\s*第?\s*\d{1,5}\s*号)")
# Matches: shandong-2014/三/11, 二/(四)/¶1. Does not match: 2014/7/29
_PATH = re.compile(
    r"(?P<path>(?:[\w.~、()-]+/)?(?:[一二三四五六七八九十]{1,3}|第[一二三四五六七八九十百零〇\d]+[章节条篇编](?:之[一二三四五六七八九十]+)?|附件\d*|表\d+|preamble|closing|title|notice_title|front_matter)"
    r"(?:~\d+)?(?:/(?:\((?:"
    + _NUMERAL
    + r")\)|\d{1,3}|第(?:"
    + _NUMERAL
    + r")[章节条款项]|[①-⑳]|¶\d+|行\d+|[一二三四五六七八九十]{1,3})(?:~\d+)?)+)"
)
# Matches: 第五条第二款第(一)项, 第三部分第11条, 第11项. Does not match: 第二次会议
_ARTICLE = re.compile(
    r"(?:第\s*[(]?(?:"
    + _NUMERAL
    + r")[)]?\s*(?:部分|[编篇章节条款项点目](?!件|目))(?:之[一二三四五六七八九十]+)?\s*[、,的中之之]?\s*)+"
)
# Matches: 第二款. Does not match: 第二次
_ARTICLE_PART = re.compile(
    r"第\s*(?P<open>[(])?(?P<n>"
    + _NUMERAL
    + r")[)]?\s*(?P<kind>部分|[编篇章节条款项点目])(?P<of>之[一二三四五六七八九十]+)?"
)
# Matches: 三、(五)1, 三(五)1. Does not match: 一、二、三产业
_OUTLINE = re.compile(
    r"(?<![\u4e00-\u9fff\d])(?P<first>[一二三四五六七八九十]{1,3})、?\s*\((?P<second>[一二三四五六七八九十]{1,3})\)\s*(?P<third>\d{1,2})?(?![\d%])"
)
# Matches: “推进企业品牌培育能力建设”. Does not match: 《质量发展纲要》
_QUOTE = re.compile(r"“(?P<a>[^“”]+)”|「(?P<b>[^「」]+)」|『(?P<c>[^『』]+)』|\"(?P<d>[^\"\n]+)\"")
# Matches: the stop of 牵头。. Does not match: 牵头,
_SENTENCE_END = re.compile(r"[。!?;\n]")
# The source behind a quotation. Matches: (《…计划》三/11). Does not match: ,三/11规定
_SOURCE = re.compile(r"\s*[,;:。]?\s*[(\[][^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*[)\]]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A document that the text names. ``title`` and ``number`` as printed; ``document_id`` where an id is given."""

    span: Span
    title: str | None = None
    number: str | None = None
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A clause that the text names. Each element is the canonical forms that it may have, outermost first."""

    span: Span
    elements: tuple[tuple[str, ...], ...]
    paragraph: int | None = None
    document_id: str | None = None


_AnyMention = TypeVar("_AnyMention", Mention, PlaceMention)


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation: a document, a clause, quoted words, as far as the text names them."""

    span: Span
    document: Mention | None
    place: PlaceMention | None
    quote: str | None


def find_citations(text: str, document_ids: Iterable[str]) -> list[Cited]:
    """The citations of a text, in order.

    Quoted words belong to the document and the clause named nearest to them in the sentence, or else to the
    document of the sentence before. A document or clause without quoted words is a citation too.

    Args:
        text: Any text.
        document_ids: Ids that may stand in it.
    """
    folded = fold(text)
    quotes = [(m.span(), next(g for g in m.groups() if g)) for m in _QUOTE.finditer(_quote_marks(text))]
    hidden = _hide(folded, [span for span, _ in quotes])
    documents = _documents(text, hidden, document_ids)
    places = _places(hidden, [d.span for d in documents], set(document_ids))
    cited: list[Cited] = []
    last: Mention | None = None
    start = 0
    for end in [*(m.end() for m in _SENTENCE_END.finditer(hidden)), len(text)]:
        here = [d for d in documents if start <= d.span[0] < end]
        marks = [p for p in places if start <= p.span[0] < end]
        spoken = [q for q in quotes if start <= q[0][0] < end]
        cited += _sentence(hidden, here, marks, spoken, last)
        last = here[-1] if here else last if text[start:end].strip() and not text[start:end].endswith("\n\n") else None
        start = end
    return sorted(cited, key=lambda c: c.span)


def _quote_marks(text: str) -> str:
    """Straight and full-width double quotation marks as one; the length is kept."""
    return text.replace("\uff02", '"')


def _hide(folded: str, spans: Sequence[Span]) -> str:
    characters = list(folded)
    for start, end in spans:
        characters[start:end] = "\x00" * (end - start)
    return "".join(characters)


def _documents(text: str, hidden: str, document_ids: Iterable[str]) -> list[Mention]:
    found = [Mention(m.span(), title=text[slice(*m.span("title"))]) for m in _TITLE.finditer(hidden)]
    for match in _NUMBER.finditer(hidden):
        start, end = match.span("number")
        if any(a <= start < b for a, b in (d.span for d in found)):
            continue
        before = next((d for d in found if d.span[1] <= start <= d.span[1] + 2), None)
        if before is not None:
            # 《…》(国办发〔2014〕18号) is one document.
            found[found.index(before)] = Mention((before.span[0], end), before.title, text[start:end])
        else:
            found.append(Mention((start, end), number=text[start:end]))
    for document_id in document_ids:
        at = hidden.find(fold(document_id))
        while at >= 0:
            after = at + len(document_id)
            if not any(a <= at < b for a, b in (d.span for d in found)):
                found.append(Mention((at, after), document_id=document_id))
            at = hidden.find(fold(document_id), after)
    return sorted(found, key=lambda d: d.span)


def _places(hidden: str, documents: Sequence[Span], ids: set[str]) -> list[PlaceMention]:
    found: list[PlaceMention] = []

    def free(span: Span) -> bool:
        return not any(a < span[1] and span[0] < b for a, b in (p.span for p in found))

    for match in _PATH.finditer(hidden):
        elements = match["path"].split("/")
        owner = next((name for name in ids if fold(name) == elements[0]), None)
        if owner is not None or not re.match(r"[一二三四五六七八九十第附表pctnf]", elements[0]):
            elements = elements[1:]
        if elements:
            found.append(PlaceMention(match.span(), tuple((e,) for e in elements), None, owner))
    for match in _ARTICLE.finditer(hidden):
        inside_title = any(a <= match.start() < b for a, b in documents)
        if free(match.span()) and not inside_title and (place := _article(match)) is not None:
            found.append(place)
    for match in _OUTLINE.finditer(hidden):
        if free(match.span()):
            numbers = [(match["first"],), (f"({match['second']})",)]
            if match["third"]:
                numbers.append((match["third"],))
            found.append(PlaceMention(match.span(), tuple(numbers)))
    return sorted(found, key=lambda p: p.span)


def _article(match: re.Match[str]) -> PlaceMention | None:
    elements: list[tuple[str, ...]] = []
    paragraph: int | None = None
    for part in _ARTICLE_PART.finditer(match.group()):
        number = chinese_number(part["n"])
        if number is None:
            return None
        if part["kind"] == "款":
            paragraph = int(number)
        else:
            elements.append(_forms(int(number), part["kind"], part["of"] or "", bool(part["open"])))
    if not elements:
        return None
    return PlaceMention(match.span(), tuple(elements), paragraph)


def _forms(number: int, kind: str, of: str, bracketed: bool) -> tuple[str, ...]:
    """The canonical path elements that 第11条 or 第(五)项 may mean, likeliest first."""
    chinese = to_chinese(number)
    plain = (f"({chinese})", str(number), chinese, f"({number})")
    if kind in "编篇章节":
        return (f"第{chinese}{kind}{of}", *(() if of else (chinese,)))
    if kind == "条":
        return (f"第{chinese}条{of}", *(() if of else (str(number), chinese, f"({chinese})")))
    if kind == "部分":
        return (chinese, f"第{chinese}部分", f"第{chinese}章")
    return plain if bracketed or kind != "点" else (str(number), *plain)


def to_chinese(number: int) -> str:
    """1 to 9999 in Chinese numerals: 11 -> 十一, 105 -> 一百零五."""
    digits = "零一二三四五六七八九"
    words = ""
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            words += digits[digit % 10] + name
        elif words and number and not words.endswith("零"):
            words += "零"
    return words[1:] if words.startswith("一十") else words


def _sentence(
    hidden: str,
    documents: Sequence[Mention],
    places: Sequence[PlaceMention],
    quotes: Sequence[tuple[Span, str]],
    last: Mention | None,
) -> list[Cited]:
    """The citations of one sentence; ``last`` is the document that the text spoke of before."""
    cited: list[Cited] = []
    used: set[Span] = set()
    # What stands in brackets right behind a quotation is the source of that one.
    sources = {span: match.span() for span, _ in quotes if (match := _SOURCE.match(hidden, span[1]))}
    bracketed = list(sources.values())
    for span, quote in quotes:
        own = sources.get(span)
        document = _nearest(span, documents, own, ()) or last
        place = _nearest(span, places, own, bracketed)
        used.update(m.span for m in (document, place) if m is not None)
        cited.append(Cited(span, document, place, quote))
    for place in places:
        if place.span not in used:
            document = _nearest(place.span, documents, None, ()) or last
            if document is not None:
                used.add(document.span)
            if document is not None or place.document_id is not None:
                cited.append(Cited(place.span, document, place, None))
    cited += [Cited(d.span, d, None, None) for d in documents if d.span not in used]
    return cited


def _nearest(
    span: Span, mentions: Sequence[_AnyMention], own: Span | None, taken: Sequence[Span]
) -> _AnyMention | None:
    """The mention that belongs to some words: in their own brackets, else before them, else behind them.

    Mentions in brackets that belong to other words (``taken``) are passed over.
    """
    if own is not None and (inside := [m for m in mentions if own[0] <= m.span[0] < own[1]]):
        return inside[0]
    free = [m for m in mentions if not any(a <= m.span[0] < b for a, b in taken)]
    before = [m for m in free if m.span[1] <= span[0]]
    if before:
        return before[-1]
    return next((m for m in free if m.span[0] >= span[1]), None)


def find_clause(clauses: Sequence[Clause], place: PlaceMention) -> Clause | None:
    """The clause of a document that a place names; the outermost element may be left out (第11条 for 三/11)."""
    best: Clause | None = None
    best_rank: tuple[int, ...] = ()
    for clause in clauses:
        rank = _rank(clause.path, place.elements)
        if rank is not None and (best is None or rank < best_rank):
            best, best_rank = clause, rank
    return best


def _rank(path: Sequence[str], elements: Sequence[tuple[str, ...]]) -> tuple[int, ...] | None:
    """How well a path fits, smaller is better; ``None`` where it does not."""
    if not path or path[-1] not in elements[-1]:
        return None
    ranks, at = [], len(path)
    for forms in reversed(elements):
        at -= 1
        while at >= 0 and path[at] not in forms:
            at -= 1
        if at < 0:
            return None
        ranks.append(forms.index(path[at]))
    return (sum(ranks), len(path) - len(elements))
