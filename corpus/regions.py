"""Administrative divisions: their names in every language that a text or a question may use.

The tables in ``corpus/data`` are written by ``python -m corpus.build_regions``; they are read once, when first
needed. Names are compared folded (simplified, half-width, lower-case), so that one table serves both scripts.

How a name in a text is read:

* The longest name at a place wins: 海南藏族自治州 is not 海南省.
* A county-level division is found by its full name only, and a name that is also an ordinary word (城区, 新县) only
  at the beginning of a run of characters or right after the division that it lies in.
* A short name is found where the words around it leave it whole: 广安 is not in 推广安全生产.
* A division right before one that lies in it is context and no mention of its own: 西藏自治区拉萨市 and
  ``Wenzhou, Zhejiang`` are one mention each, of the city. ``Region.ancestors`` leads to the province.
* A name that several divisions bear (鼓楼区, ``Suzhou``) gives a mention of each, unless another division named in
  the text holds some of them and not the others.
* The whole country is found only where a question names it as a scope (全国范围, ``nationwide``), and no division
  beside it: 国家标准 says nothing of where.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from corpus.folding import fold
from corpus.model import Level, Region, Span

COUNTRY = Region("000000", "全国", "国家")

_DATA = Path(__file__).with_name("data")
_COUNTRY_NAMES = frozenset(
    {"全国", "国家", "中国", "中华人民共和国", "china", "prc", "national", "nationwide", "state"}
)

# Full names that are ordinary words too. Matches 城区, 富裕县. Does not match 东城区.
_ORDINARY = re.compile(
    r"[城郊矿东西]区|(?:新城|老城|老边|港口|海港|市中|城中|城关|城东|城西|城北|城厢|新市|新建|西市|解放|新兴|友好|前进|向阳|和平|平安)区|"
    r"(?:富裕|资源|平安|会同|中方)县|(?:合作|东方)市"
)
# Short names that are nouns of everyday use; the city is found by its full name.
_NOUNS = frozenset({"来宾", "白银", "松花江"})
# A short name inside a longer phrase that is not about the place. Matches 北京时间, 朝阳产业.
# Does not match 北京市, 朝阳市.
_PHRASES = re.compile(
    r"北京时间|朝阳(?:产业|行业|企业)|日照(?:时|率|强|间距|标准|条件)|长治久安|安康(?:杯|工程)|阿里(?:巴巴|云|健康)|"
    r"中山(?:装|陵|舰)|大理(?:石|岩)|文山会海|海西经济|德州扑克|哈密瓜|和田玉|三明治|延安(?:精神|时期|整风)|遵义会议|"
    r"大同(?:小异|社会)|广东话|上海话|上海合作组织"
)
# The same of a university or a street. Matches 济南路12号. Does not match 山东路网建设.
_STREET = re.compile(
    r"[\u4e00-\u9fff]{2,3}(?:大学|大道|(?:[东南西北中]?路)(?=\d|[一二三四五六七八九十]段|号|与|和|[、,。;)]|$))"
)
_STREET_ENDS = re.compile("大学|大道|路")  # few characters of a text begin one
_BEFORE_STREET_END, _BEHIND_STREET_END = 4, 2  # characters that tell
# Right after a full name these make another word of it: 城关区域, 温州市场, 各县级.
_NOT_AFTER = {"区": frozenset("域间位块别分划"), "县": frozenset("域级"), "市": frozenset("场民政值级")}

_HAN = re.compile(r"[\u3400-\u9fff〇]")
# Matches Wenzhou's, Ji'an, Ürümqi. Does not match 2014.
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z\u00c0-\u024f]+)*")
_CHAIN_GAP = re.compile(r"[\s的]*")
_ENGLISH_GAP = re.compile(r"\s*,?\s*(?:(?:in|of)\s+)?(?:the\s+)?")
# Words that belong to the English name of a division. Matches (Alxa) League; (Gannan) Tibetan Autonomous Prefecture.
_ENGLISH_TAIL = re.compile(
    r"(?:[\s-]+(?:Tibetan|Hui|Mongol(?:ian)?|Miao|Yi|Dai|Bai|Dong|Tujia|Buyei|Qiang|Zhuang|Hani|Kazak?h|Kirgh?iz|"
    r"Korean|Lisu|Jingpo|Uygh?ur|and)\b)*[\s-]+(?:Autonomous\s+(?:Region|Prefecture)|Special\s+Administrative\s+Region|"
    r"SAR|Province|Municipality|City|League|Prefecture)\b",
    re.IGNORECASE,
)
_ETHNIC_USE = re.compile(r"[\s-]+(?:and\s+\w+\s+)?Autonomous\s+(?:Prefecture|County)\b", re.IGNORECASE)
# Matches "at the national level". Does not match "national standards".
_COUNTRY_SCOPE = re.compile(
    r"全国(?:范围|层面|各地)|国家层面|中央层面|全中国|在中国|中国的|nationwide|at (?:the )?national level|"
    r"(?:in|across|throughout) (?:mainland )?china\b|china's",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RegionMention:
    """A division named in ``text[start:end]``."""

    region: Region
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Tables:
    regions: dict[str, Region]
    english: dict[str, str]
    names: dict[str, tuple[str, ...]]
    short: frozenset[str]
    heads: dict[str, tuple[int, ...]]
    may_begin: re.Pattern[str]  # where two characters stand that names begin with
    latin: dict[str, tuple[str, ...]]


def _plain(name: str) -> str:
    """An English name without diacritics, apostrophes, hyphens and case."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(bare.lower().replace("’", "'").replace("-", " ").split())


def _class(characters: Iterable[str]) -> str:
    """The inside of a pattern's character class."""
    return re.escape("".join(sorted(set(characters))))


@cache
def _tables() -> _Tables:
    text = (_DATA / "regions.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    full = {row[0]: row[1] for row in rows}
    regions: dict[str, Region] = {}
    english: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    former: list[tuple[str, str]] = []
    latin: dict[str, list[str]] = {}
    short: set[str] = set()
    for code, name, short_names, aliases, spellings in rows:
        above = [c for c in (f"{code[:2]}0000", f"{code[:4]}00") if c != code and c in full]
        level: Level = "省" if code.endswith("0000") else "市" if code.endswith("00") else "县"
        regions[code] = Region(code, name, level, tuple(full[c] for c in above))
        first, *others = spellings.split("|")
        english[code] = first
        if level != "县":
            for spelling in (first, *others):
                latin.setdefault(_plain(spelling), []).append(code)
        names.setdefault(name, []).append(code)
        for alias in short_names.split("|") if short_names else ():
            if alias not in _NOUNS:
                names.setdefault(alias, []).append(code)
                short.add(alias)
        former += [(alias, code) for alias in aliases.split("|") if alias]
    for alias, code in former:
        # A present division comes before a former one of the same name.
        if alias not in names or (alias in short and names.pop(alias) is None):
            names[alias] = [code]
    heads: dict[str, set[int]] = {}
    for name in names:
        heads.setdefault(name[:2], set()).add(len(name))
    return _Tables(
        regions,
        english,
        {name: tuple(dict.fromkeys(codes)) for name, codes in names.items()},
        frozenset(short),
        {head: tuple(sorted(sizes, reverse=True)) for head, sizes in heads.items()},
        re.compile(f"[{_class(head[0] for head in heads)}](?=[{_class(head[1] for head in heads)}])"),
        {name: tuple(dict.fromkeys(codes)) for name, codes in latin.items()},
    )


@cache
def _word_costs() -> dict[str, int]:
    """What the words around a short name cost: negative log probabilities in hundredths of a nat."""
    cells = (_DATA / "straddling_words.tsv").read_text(encoding="utf-8").split()
    return dict(zip(cells[::2], map(int, cells[1::2]), strict=True))


_RARE_CHARACTER_COST = 1220
_NAME_COST = 1190  # What a place name costs at most.


def all_regions() -> tuple[Region, ...]:
    """Every division of the tables, by code; the country is not among them."""
    return tuple(_tables().regions.values())


def by_code(code: str) -> Region | None:
    """The division with this GB/T 2260 code; ``000000`` is the country."""
    return COUNTRY if code == COUNTRY.code else _tables().regions.get(code)


def english_name(region: Region) -> str:
    """The name to show in English: ``Shandong``, ``Tibet``, ``Alxa League``, ``Yongjia County``."""
    return "China" if region.code == COUNTRY.code else _tables().english.get(region.code, region.name)


@cache
def written_names(region: Region) -> tuple[str, ...]:
    """Every name, folded, that ``find_regions`` may read as the division: full, short, former, English and pinyin."""
    tables = _tables()
    named = (*tables.names.items(), *tables.latin.items())
    return tuple(name for name, codes in named if region.code in codes)


def covers(outer: Region, inner: Region) -> bool:
    """Whether ``inner`` is ``outer`` or lies in it, by code."""
    if outer.code == COUNTRY.code or outer.code == inner.code:
        return True
    if outer.code.endswith("0000"):
        return inner.code[:2] == outer.code[:2]
    return outer.code.endswith("00") and inner.code[:4] == outer.code[:4]


def resolve(name: str) -> Region | None:
    """The one division that a name or code stands for.

    Takes full, short, former, traditional, English and pinyin names, and a chain of names (江苏省南京市鼓楼区).

    Returns:
        ``None`` for an unknown name, and for one that several divisions of equal rank bear.
    """
    key = fold(name.strip())
    tables = _tables()
    if key in _COUNTRY_NAMES or key == COUNTRY.code:
        return COUNTRY
    if key in tables.regions:
        return tables.regions[key]
    codes = tables.names.get(key) or tables.latin.get(_plain(key)) or ()
    if not codes and (tail := _ENGLISH_TAIL.search(key)) and tail.end() == len(key):
        codes = _suffixed(_plain(key[: tail.start()]), tail.group())
    if codes:
        return tables.regions[codes[0]] if len(codes) == 1 else None
    mentions = find_regions(key)
    if len(mentions) == 1 and (mentions[0].start, mentions[0].end) == (0, len(key)):
        return mentions[0].region
    return None


def find_regions(text: str) -> list[RegionMention]:
    """Divisions named in a question, a title or an issuer, in order of place; see the module's rules."""
    folded = fold(text)
    found = _find_chinese(folded)
    if _LATIN.search(folded):
        found += _find_english(text)
        found.sort(key=lambda hit: hit[1:])
    mentions = _join_chains(found, folded)
    if not mentions and (scope := _COUNTRY_SCOPE.search(folded)):
        return [RegionMention(COUNTRY, scope.start(), scope.end())]
    return mentions


_Hit = tuple[tuple[str, ...], int, int]


@cache
def counties_by_short_name() -> Mapping[str, tuple[Region, ...]]:
    """County-level divisions by their name less 市, 县, 旗 or 区: 昆山, 满洲里. Many are ordinary words as well."""
    found: dict[str, list[Region]] = {}
    for region in _tables().regions.values():
        if region.level == "县" and len(region.name) > 2 and region.name[-1] in "市县旗区":
            found.setdefault(region.name[:-1], []).append(region)
    return {name: tuple(regions) for name, regions in found.items() if name not in _tables().names}


def _find_chinese(text: str) -> list[_Hit]:
    tables = _tables()
    hits: list[_Hit] = []
    phrases = cache(partial(_find_phrases, text))
    free = 0
    for beginning in tables.may_begin.finditer(text):
        at = beginning.start()
        if at < free:
            continue
        # No name is shorter than two characters.
        for size in tables.heads.get(text[at : at + 2], ()):
            name = text[at : at + size]
            codes = tables.names.get(name) if len(name) == size else None
            if codes and (kept := _admit(text, at, name, codes, hits, phrases)):
                hits.append((kept, at, at + size))
                free = at + size
                break
    return hits


def _find_phrases(text: str) -> list[Span]:
    """The phrases in which a short name is not the place."""
    spans = [match.span() for match in _PHRASES.finditer(text)]
    for end in _STREET_ENDS.finditer(text):
        first, last = max(0, end.start() - _BEFORE_STREET_END), end.end() + _BEHIND_STREET_END
        if street := _STREET.search(text, first, last):
            spans.append(street.span())
    return spans


def _admit(
    text: str, at: int, name: str, codes: tuple[str, ...], hits: list[_Hit], phrases: Callable[[], list[Span]]
) -> tuple[str, ...]:
    """The divisions that ``name`` stands for at this place; none where it is part of other words."""
    regions = _tables().regions
    end = at + len(name)
    following = text[end : end + 1]
    before = hits[-1][0] if hits and hits[-1][2] == at else ()
    inside = tuple(c for c in codes if any(covers(regions[b], regions[c]) and b != c for b in before))
    if name in _tables().short:
        if any(start <= at < stop for start, stop in phrases() if at + len(name) <= stop):
            return ()
        return (inside or codes) if _stands_whole(text, at, end) else ()
    if following and following in _NOT_AFTER.get(name[-1], ()):
        return ()
    if inside:
        return inside
    starts_run = at == 0 or not _HAN.match(text[at - 1])
    if (len(name) == 2 or _ORDINARY.fullmatch(name)) and codes[0][4:] != "00" and not starts_run:
        return ()
    # 郊区 and 城区 alone say nothing, wherever they stand.
    return () if len(name) == 2 and name[-1] == "区" else codes


def _stands_whole(text: str, start: int, end: int) -> bool:
    """Whether the likeliest words around ``text[start:end]`` leave it whole.

    Weighs unigram segmentations of the few characters around it, as a word segmenter does.
    """
    left, right = max(0, start - 3), min(len(text), end + 3)
    while left < start and not _HAN.match(text[left]):
        left += 1
    costs = _word_costs()
    name = text[start:end]
    name_cost = min(_NAME_COST, costs.get(name, _NAME_COST))

    def cheapest(words_from: int, words_to: int, *, with_name: bool) -> int:
        best = [0] + [1 << 30] * (words_to - words_from)
        for stop in range(words_from + 1, words_to + 1):
            for size in range(1, min(5, stop - words_from + 1)):
                word = text[stop - size : stop]
                cost = costs.get(word)
                if with_name and stop - size == start and stop == end:
                    cost = name_cost
                if cost is None:
                    if size > 1:
                        continue
                    cost = _RARE_CHARACTER_COST
                best[stop - words_from] = min(best[stop - words_from], best[stop - size - words_from] + cost)
        return best[-1]

    whole = cheapest(left, start, with_name=False) + name_cost + cheapest(end, right, with_name=False)
    return whole <= cheapest(left, right, with_name=True)


def _suffixed(base: str, tail: str) -> tuple[str, ...]:
    """Divisions of the English name ``base`` whose kind is the one that ``tail`` names."""
    tables = _tables()
    kind = tail.split()[-1].lower()
    codes = tables.latin.get(f"{base} {kind}") or tables.latin.get(base, ())
    if kind in {"province", "region", "sar"}:
        codes = tuple(c for c in codes if c.endswith("0000")) or codes
    return codes


def _find_english(text: str) -> list[_Hit]:
    tables = _tables()
    words = [(match.group(), match.start(), match.end()) for match in _LATIN.finditer(text)]
    hits: list[_Hit] = []
    index = 0
    while index < len(words):
        for count in (3, 2, 1):
            piece = words[index : index + count]
            if len(piece) < count:
                continue
            start, end = piece[0][1], piece[-1][2]
            name = _plain(text[start:end])
            if name.endswith("'s"):
                name, end = name[:-2], end - 2
            codes = tables.latin.get(name)
            if codes is None:
                continue
            if _ETHNIC_USE.match(text, end) and name in {"tibetan", "hui"}:
                continue
            if tail := _ENGLISH_TAIL.match(text, end):
                codes, end = _suffixed(name, tail.group()), tail.end()
            hits.append((codes, start, end))
            index += count
            while index < len(words) and words[index][1] < end:
                index += 1
            break
        else:
            index += 1
    return hits


def _join_chains(hits: list[_Hit], text: str) -> list[RegionMention]:
    """Drop a division that only says where the next one lies, and narrow names that several divisions bear."""
    regions = _tables().regions
    certain = [regions[codes[0]] for codes, _, _ in hits if len(codes) == 1]
    narrowed: list[_Hit] = []
    for codes, start, end in hits:
        if len(codes) > 1:
            near = tuple(c for c in codes if any(covers(r, regions[c]) and r.code != c for r in certain))
            codes = near or codes
        narrowed.append((codes, start, end))
    mentions: list[RegionMention] = []
    for codes, start, end in narrowed:
        for code in codes:
            region = regions[code]
            previous = mentions[-1] if mentions else None
            if previous and previous.end <= start and previous.region.code != code:
                gap = text[previous.end : start]
                if covers(previous.region, region) and (_CHAIN_GAP.fullmatch(gap) or gap.strip() in {"'s", "’s"}):
                    mentions[-1] = RegionMention(region, previous.start, end)
                    continue
                if covers(region, previous.region) and _ENGLISH_GAP.fullmatch(gap) and not _HAN.match(text[start]):
                    mentions[-1] = RegionMention(previous.region, previous.start, end)
                    continue
            mentions.append(RegionMention(region, start, end))
    return mentions
