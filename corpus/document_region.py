"""Which division a document is of, from the evidence that the document prints."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.document_numbers import by_number_prefix
from corpus.folding import fold
from corpus.issuers import region_of_issuer
from corpus.model import Region, Span
from corpus.regions import COUNTRY, covers, find_regions

# What a text calls its own it names in its first pages; reading on would take long for a book.
_SAMPLE = 40_000
_OPENING = 4_000
# Matches 我盟, 全省, 本市. Does not match 全国, 我们.
_SELF = re.compile(r"[我全本](自治区|自治州|省|市|区|盟|州|县|旗)(?![别域长委办民场容])")
_ENDINGS = {
    "省": ("省",),
    "自治区": ("自治区",),
    "区": ("自治区", "区"),
    "市": ("市",),
    "盟": ("盟",),
    "州": ("自治州",),
    "自治州": ("自治州",),
    "县": ("县",),
    "旗": ("旗",),
}
# Matches 结合淮安实际, 结合吴江区的实际. Does not match 结合实际.
_FITTED_TO = re.compile(r"结合([\u4e00-\u9fff]{2,12}?)的?实际")
# Matches 国务院质量监督部门, 中华人民共和国境内. Does not match 国家.
_OF_THE_STATE = re.compile(r"国务院|中华人民共和国|全国人民代表大会")
# What a text of no known place calls its own. Matches 全镇, 我乡. Does not match 乡镇
_OF_A_VILLAGE = re.compile(r"[我全](?:镇|乡|街道|村|社区|校)")
_NATIONAL_TITLE = re.compile(r"^(?:中华人民共和国|全国人民代表大会|国务院|最高人民|中共中央|中国人民解放军)")
# Matches 青溪县人民政府, 高新区管委会. Does not match 省人民政府, 青海省人民政府, 省市场监督管理局.
_LOCAL_BODY = re.compile(
    r"(?!自治|[^、]*省)[\u3400-\u9fff]{2,8}?[县区旗镇乡](?:人民政府|政府|管委会|管理委员会|委员会)"
)


@dataclass(frozen=True, slots=True)
class RegionEvidence:
    """A division, and what showed it: the name of a metadata field, or the clean span of a line."""

    region: Region
    source: str | Span


def find_document_region(
    *,
    issuer: str | None,
    titles: Mapping[str, str],
    number: str | None,
    text: str,
    frame_end: int,
    cited_numbers: Sequence[str] = (),
) -> RegionEvidence | None:
    """The division that a document is of.

    In this order: whose body issued it; what its titles name; who signs its number; and, where none of these says,
    the division to whose conditions the text is fitted (结合淮安实际), or which it names more often than any other of
    the kind that it calls 我盟 or 全市, within the province whose numbers it cites. A text that speaks of the State
    Council or the People's Republic and of no place as its own is the country's, unless a county's or a township's
    body issued it or it speaks of 全镇, 我村.

    Args:
        issuer: As read from the document.
        number: The document's own.
        titles: By field name, the notice's before the text's own.
        text: The clean text.
        frame_end: Clean offset where the body begins.
        cited_numbers: Numbers of documents that the preamble cites.
    """
    signed_by = by_number_prefix(number) if number else None
    if signed_by and signed_by.level == "省" and issuer and _LOCAL_BODY.match(fold(issuer)):
        signed_by = None  # the sign is that of a place which the tables do not hold
    context = [*titles.values(), text[:frame_end][:600]]
    if issuer and (region := region_of_issuer(issuer, context)):
        return RegionEvidence(region, "issuer")
    sign = number[:1] if number else None
    for name, title in titles.items():
        if _NATIONAL_TITLE.match(fold(title)):
            return RegionEvidence(COUNTRY, name)
        regions = {m.region.code: m.region for m in find_regions(title)}
        # 镇政发 is the sign of 镇巴县 too.
        within = [r for r in regions.values() if signed_by is None or covers(signed_by, r) or r.name[:1] == sign]
        if len(within) == 1:
            return RegionEvidence(within[0], name)
    if signed_by:
        return RegionEvidence(signed_by, "number")
    found = _from_text(text, cited_numbers)
    if found is not None and found.region == COUNTRY and issuer and _LOCAL_BODY.match(fold(issuer)):
        return None
    return found


def _line_at(text: str, start: int, end: int) -> Span:
    """The line that holds ``[start, end)``, without the white space around it."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    line = text[first:last]
    return first + len(line) - len(line.lstrip()), first + len(line.rstrip())


def _from_text(text: str, cited_numbers: Sequence[str]) -> RegionEvidence | None:
    text = text[:_SAMPLE]
    folded = fold(text)
    for fitted in _FITTED_TO.finditer(folded):
        regions = {m.region.code: m.region for m in find_regions(fitted[1])}
        if len(regions) == 1:
            return RegionEvidence(next(iter(regions.values())), _line_at(text, *fitted.span()))
    kinds = Counter(match[1] for match in _SELF.finditer(folded))
    if not kinds:
        state = _OF_THE_STATE.search(folded)
        if state is None or _OF_A_VILLAGE.search(folded, 0, _OPENING):
            return None
        return RegionEvidence(COUNTRY, _line_at(text, *state.span()))
    endings = _ENDINGS[kinds.most_common(1)[0][0]]
    cited = [r for number in cited_numbers if (r := by_number_prefix(number)) and r.code != COUNTRY.code]
    provinces = {r.code[:2] for r in cited}
    counts: Counter[str] = Counter()
    first: dict[str, tuple[Region, Span]] = {}
    for mention in find_regions(text):
        region = mention.region
        if region.name.endswith(endings) and (not provinces or region.code[:2] in provinces):
            counts[region.code] += 1
            first.setdefault(region.code, (region, (mention.start, mention.end)))
    ranked = counts.most_common(2)
    if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        region, span = first[ranked[0][0]]
        return RegionEvidence(region, _line_at(text, *span))
    superior = next((r for r in cited if r.level == "省" and r.name.endswith(endings)), None)
    return RegionEvidence(superior, "references") if superior and len(provinces) == 1 else None
