"""Whether a sentence that somebody else wrote stands in the clauses that it cites.

Every body, number, date, quotation, region and document number of the sentence has to stand there, compared folded, and
bodies in the role that the clause gives them. What cannot be checked counts as not standing there: a sentence that is
lost costs little, since the extractive answer is behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document_numbers import find_numbers
from corpus.folding import fold, fold_for_comparison
from corpus.model import Clause, Metadata, Responsibility
from corpus.regions import COUNTRY, find_regions
from indexer.facts.bodies import directory, find_field, gloss_body, is_office
from service.phrasing import region_name
from service.quantities_said import Said, dates_said, numbers_said, same_limits

_HAN = re.compile(r"[\u3400-\u9fff〇]")
_HAN_RUN = re.compile(r"[\u3400-\u9fff〇]{2,}")
# Matches: <b>, </script>, <|im_end|>, ](http, https://a.example, ```. Does not match: a < b.
_MARKUP = re.compile(
    r"<[a-zA-Z/!|]|\]\(|https?:|www\.|```|[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069]"
)
# Matches: “质量月”, 《质量发展纲要》, 「品牌」, "brand". Does not match: 质量月.
_QUOTED = re.compile(r"“([^“”]+)”|‘([^‘’]{2,})’|「([^「」]+)」|『([^『』]+)』|《([^《》]+)》|\"([^\"]+)\"")
_ELLIPSIS = re.compile(r"…+|\.{3,}")
# Matches: 不得, 没有, 无需, is not, never. Does not match: 不断, 不仅, 不低于, not less than.
_NEGATION = re.compile(
    r"不(?![断仅但同少超低高足低于]|低于|高于|少于|超过)|没有|未(?!来)|无(?!锡|线|人机|形|机)|禁止|严禁|"
    r"\b(?:not(?! (?:less|more|only|below|above|exceed))|never|without|forbid\w*|prohibit\w*|cannot)\b|n['’]t\b"
)
_BODY_ENDING = re.compile(
    r"(?:部门|机构|机关|委员会|管委会|政府|小组|指挥部|办公室|办公厅|联席会议|行署|国务院|法院|检察院|海关|总队|银行|支行|总局|分局|工会|妇联|工商联|[厅局委办署部])"
)
# Everyday words that end as a body does.
_NO_BODY = re.compile(
    r"(?:全|内|外|局|干|上|下|大|中|西|东|南|北|顶|底|头|总)部$|(?:布|格|当|结|定|全|大)局$|(?:主|承|协|举|开|创|兴|督|交|查|申|自)办$|部署$|党委部?$"
    r"|(?:各|有关|相关|牵头|责任|配合|主管|负责|其他|成员|这些|该)部门$"
)
_LEVELS = "省市县区旗盟州"
# English nouns of bodies. Matches: the Department of Education, a bureau. Does not match: departmental.
_ENGLISH_BODY = re.compile(
    r"\b(?:departments?|bureaus?|ministry|ministries|commissions?|offices?|administrations?|authority|authorities|"
    r"committees?|agency|agencies|governments?|councils?|courts?|associations?|federations?|unions?|customs|police|"
    r"leading groups?|banks?)\b"
)
# Words that hold a sentence together. Matches: 牵头单位是, 其中, 根据. Does not match: 质量.
_FRAME_WORDS = re.compile(
    r"(?:牵头|配合|责任|负责)(?:单位|部门)?(?:分别)?[是为由]?|牽頭(?:單位|部門)?[是為由]?|(?:單位|責任)|其中|根据|根據|按照|此外|同时|同時|以及|规定|提出|要求"
)
_SHARE_HAN = 0.6
"""Of a Chinese sentence's pairs of characters so many have to stand in what it cites, or in the question."""

# Markers of roles. Behind one of the first kind come its bodies (牵头单位:省教育厅, led by); before one of the second
# kind they stand (省教育厅牵头, leads).
_IS = r"(?:分别)?(?:是|为|:)"
_ARE = r"(?:body|bodies|units?|departments?)\s*(?:is|are|:)"
_ROLES = tuple(
    (re.compile("|".join(forms)), role, forward)
    for role, forward, forms in (
        ("lead", True, (rf"牵头(?:责任)?(?:单位|部门)?{_IS}", r"\b(?:led|headed) by\b", rf"\blead(?:ing)? {_ARE}")),
        (
            "support",
            True,
            (
                rf"(?:配合|协助|支持|参与)(?:单位|部门){_IS}|会同",
                r"\b(?:supported|assisted|helped) by\b",
                r"\bwith (?:the )?(?:support|help|cooperation) of\b",
                rf"\bsupporting {_ARE}",
            ),
        ),
        (
            "charge",
            True,
            (
                rf"(?:负责|责任)(?:单位|部门){_IS}",
                r"\bshared (?:by|among|between)\b",
                r"\bshared by division of duties\s*:",
                r"\bdivision of duties\s*:",
            ),
        ),
        ("lead", False, ("牵头", r"\bleads?\b", r"\btakes? the lead\b", r"\bin the lead\b", r"\bheads?\b")),
        ("support", False, ("配合|协助", r"\bsupports?\b", r"\bassists?\b", r"\bcooperates?\b", r"\bin support\b")),
        ("charge", False, ("负责|分工", r"\bshares?\b", r"\bresponsible\b", r"\bin charge\b")),
    )
)


@dataclass(frozen=True, slots=True)
class Source:
    """A clause that a sentence may cite, with its document's metadata."""

    clause: Clause
    metadata: Metadata


class Ground:
    """What some cited sources say, ready to hold sentences against.

    Args:
        sources: What a sentence cites; at least one.
        question: Its words may be repeated, but prove nothing of bodies, numbers or quotations.
    """

    def __init__(self, sources: Sequence[Source], question: str) -> None:
        self._sources = sources
        texts: list[str] = []
        for source in sources:
            known = source.metadata
            dates = (known.issued_on, known.published_on, known.effective_on)
            texts += [
                *source.clause.labels,
                source.clause.text,
                *filter(None, (known.title, known.notice_title, known.number, known.issuer)),
                *(f"{day.year}年{day.month}月{day.day}日" for day in dates if day is not None),
            ]
        whole = "\n".join(texts)
        self._folded = fold(whole)
        self._compared = fold_for_comparison(whole)
        self._question = fold_for_comparison(question)
        self._numbers = numbers_said(self._folded)
        self._dates = frozenset(dates_said(self._folded))
        self._duties = tuple(duty for source in sources for duty in source.clause.responsibilities)

    def fault(self, sentence: str, *, english: bool) -> str | None:
        """Why a sentence does not stand there, in a word; ``None`` where it does.

        Args:
            sentence: Without its citation marks.
            english: Whether it has to be English; else it has to be Chinese.

        Returns:
            ``markup``, ``language``, ``quotation``, ``number``, ``date``, ``region``, ``document``, ``body``,
            ``role``, ``negation`` or ``words``.
        """
        folded = fold(sentence)
        checks = (
            ("markup", not _MARKUP.search(sentence)),
            ("language", _in_language(sentence, english=english)),
            ("quotation", self._holds_quotations(sentence)),
            ("document", self._holds_document_numbers(sentence)),
            ("date", self._holds_dates(folded)),
            ("number", self._holds_numbers(folded)),
            ("region", self._holds_regions(sentence)),
            ("body", self._holds_bodies(folded, english=english)),
            ("role", self._keeps_roles(folded)),
            ("negation", not _NEGATION.search(folded) or bool(_NEGATION.search(self._folded))),
            ("words", self._holds_words(sentence, english=english)),
        )
        return next((name for name, stands in checks if not stands), None)

    def has(self, words: str) -> bool:
        """Whether words stand there, script, width, blanks and punctuation aside."""
        return (compared := fold_for_comparison(words)) != "" and compared in self._compared

    def _holds_quotations(self, sentence: str) -> bool:
        quoted = [next(filter(None, match.groups())) for match in _QUOTED.finditer(sentence)]
        return all(self.has(part) for words in quoted for part in _ELLIPSIS.split(words) if part.strip())

    def _holds_document_numbers(self, sentence: str) -> bool:
        return all(self.has(mention.number) for mention in find_numbers(sentence))

    def _holds_dates(self, folded: str) -> bool:
        return all(day is not None and day in self._dates for day in dates_said(folded))

    def _holds_numbers(self, folded: str) -> bool:
        said = numbers_said(folded)
        return all(self._holds_number(number) for number in said) and same_limits(folded, self._folded)

    def _holds_number(self, number: Said) -> bool:
        same = [own for own in self._numbers if own.value == number.value and own.percent == number.percent]
        if not number.unit:
            return bool(same)
        # A unit that the clause counts in is the clause's; English ones are words of their own.
        return any(not own.unit or own.unit == number.unit for own in same)

    def _holds_regions(self, sentence: str) -> bool:
        named = [mention.region for mention in find_regions(sentence) if mention.region != COUNTRY]
        if not named:
            return True
        own = [source.metadata.region for source in self._sources if source.metadata.region is not None]
        codes = {region.code for region in own}
        names = {name for region in own for name in region.ancestors}
        codes |= {mention.region.code for mention in find_regions(self._folded)}
        return all(region.code in codes or region.name in names for region in named)

    def _holds_bodies(self, folded: str, *, english: bool) -> bool:
        if not all(body in self._compared for body in bodies_said(folded)):
            return False
        return not english or self._holds_english_bodies(folded)

    def _holds_english_bodies(self, folded: str) -> bool:
        """Whether each English name of a body is the gloss of one that is there."""
        rest = folded
        for gloss in sorted({*self._glosses(), *self._place_names()}, key=len, reverse=True):
            rest = rest.replace(gloss, " ")
        return not _ENGLISH_BODY.search(rest)

    def _glosses(self) -> Iterable[str]:
        for duty in self._duties:
            for body in (*duty.lead, *duty.support, *duty.shared):
                if gloss := gloss_body(body):
                    yield fold(gloss)

    def _place_names(self) -> Iterable[str]:
        for source in self._sources:
            if source.metadata.region is not None:
                yield fold(region_name(source.metadata.region, "en"))

    def _keeps_roles(self, folded: str) -> bool:
        """Whether each body that the sentence gives a role has that role in a cited clause."""
        names = _roles_by_body(self._duties)
        given = roles_said(folded, names)
        return all(roles & names[body] for body, roles in given)

    def _holds_words(self, sentence: str, *, english: bool) -> bool:
        if english:
            # Chinese words in it are quoted from the clause; without any, and without a number, nothing ties it there.
            runs = _HAN_RUN.findall(sentence)
            return all(self.has(run) for run in runs) and bool(runs or numbers_said(fold(sentence)))
        compared = fold_for_comparison(_FRAME_WORDS.sub(" ", sentence))
        pairs = [compared[i : i + 2] for i in range(len(compared) - 1)]
        if not pairs:
            return False
        names = "".join(fold(source.metadata.region.name) for source in self._sources if source.metadata.region)
        there = sum(pair in self._compared or pair in self._question or pair in names for pair in pairs)
        # The words of the question alone say nothing.
        return there >= _SHARE_HAN * len(pairs) and any(
            pair in self._compared and pair not in self._question for pair in pairs
        )


def _in_language(sentence: str, *, english: bool) -> bool:
    han = len(_HAN.findall(sentence))
    latin = len(re.findall(r"[A-Za-z]+", sentence))
    return latin >= 3 if english else han > latin


def bodies_said(folded: str) -> list[str]:
    """The shortest name of each body in a folded text, with the sign of its level (市教育局), to be found elsewhere."""
    found: list[str] = []
    for match in _BODY_ENDING.finditer(folded):
        end = match.end()
        if folded[end : end + 1] in tuple("门署长") and match.group()[-1] in "部委办":
            continue
        start = _body_start(folded, match.start(), end)
        if start is None:
            continue
        if start and folded[start - 1] in _LEVELS:
            start -= 1
        found.append(folded[start:end])
    return found + _fields_in_lists(folded)


# Fields without the tail of an office, listed before a role. Matches: 教育、公安等部门. Does not match: 加强教育.
_LIST = re.compile(
    r"(?P<items>[\u4e00-\u9fff]{2,8}(?:[、,和与及][\u4e00-\u9fff]{2,8})*)等?(?:有关|相关)?(?:部门|单位)?(?=牵头|配合|负责|协助|按职责)"
)


def _fields_in_lists(folded: str) -> list[str]:
    names = []
    for match in _LIST.finditer(folded):
        for item in re.split("[、,和与及]", match["items"].removesuffix("等")):
            bare = item[1:] if item[0] in "由请" else item
            if bare in directory():
                names.append(bare)
    return names


def _body_start(folded: str, ending: int, end: int) -> int | None:
    """Where the shortest name begins that ends at ``end``: of a known field, else two characters and the noun."""
    if _NO_BODY.search(folded[max(0, end - 8) : end]):
        return None
    starts: list[int] = []
    for at in range(ending - 1, max(-1, ending - 14), -1):
        if not _HAN.match(folded[at]):
            break
        starts.append(at)
    known = next((at for at in starts if find_field(folded[at:end]) is not None), None)
    if known is not None:
        return known
    return next((at for at in starts if ending - at >= 2 and is_office(folded[at:end])), None)


def _roles_by_body(duties: Sequence[Responsibility]) -> dict[str, frozenset[str]]:
    """Folded body -> the roles that it has; who leads or shares is in charge too."""
    roles: dict[str, set[str]] = {}
    for duty in duties:
        for body in duty.lead:
            roles.setdefault(fold(body), set()).update(("lead", "charge"))
        for body in duty.support:
            roles.setdefault(fold(body), set()).add("support")
        for body in duty.shared:
            roles.setdefault(fold(body), set()).add("charge")
    return {body: frozenset(found) for body, found in roles.items()}


def roles_said(folded: str, known: Iterable[str]) -> list[tuple[str, frozenset[str]]]:
    """The roles that a folded sentence gives to bodies.

    Args:
        folded: The sentence.
        known: Folded names of bodies; a longer one that holds a shorter one is read first.

    Returns:
        A body and one role (``lead``, ``support`` or ``charge``) for each mention that has one.
    """
    markers: list[tuple[int, int, str, bool]] = []
    for pattern, role, forward in _ROLES:
        for match in pattern.finditer(folded):
            if not any(start < match.end() and match.start() < end for start, end, _, _ in markers):
                markers.append((*match.span(), role, forward))
    markers.sort()
    taken: list[tuple[int, int]] = []
    given: list[tuple[str, frozenset[str]]] = []
    for body in sorted(known, key=len, reverse=True):
        for match in re.finditer(re.escape(body), folded):
            start, end = match.span()
            if any(a < end and start < b for a, b in taken):
                continue
            taken.append((start, end))
            before = [marker for marker in markers if marker[1] <= start]
            behind = [marker for marker in markers if marker[0] >= end]
            ahead = before[-1] if before and before[-1][3] else None
            after = behind[0] if behind and not behind[0][3] else None
            if ahead and after:
                # Between two markers it belongs to the one that no comma parts it from: 牵头单位为甲,乙配合.
                parted = bool(re.search("[,;]", folded[ahead[1] : start]))
                ahead = None if parted and not re.search("[,;]", folded[end : after[0]]) else ahead
            if chosen := ahead or after:
                given.append((body, frozenset({chosen[2]})))
    return given
