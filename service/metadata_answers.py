"""Questions about a document itself: number, issuer, dates, what it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.dates import find_dates
from corpus.folding import fold
from corpus.model import Clause, Metadata, Region, Span
from indexer.store import Store
from service.answering import Answer, answer_text
from service.citing import CitationList, Statement
from service.document_questions import METADATA_WORDS, find_metadata_fields
from service.filters import in_region
from service.periods import document_years, nearest_period, title_years
from service.phrasing import region_name, say
from service.refusals import refuse
from service.topic import covers
from service.understanding import Interpretation

# When a meeting adopted a text, asked for.
# Matches: 什么时候通过的, 哪天开会同意, approved. Does not match: 通过哪些措施.
_ADOPTION_ASKED = re.compile(
    r"(?:通过|审议|同意|批准)(?:的|了)?(?:[?。]|$)|"
    r"(?:什么时候|何时|哪[天年日]|几月)[^,。?]{0,8}(?:通过|同意|审议)|\b(?:approved|adopted)\b"
)
# Matches: 已经2006年11月22日政府第27次常务会研究同意. Does not match: 2014年7月29日印发.
_ADOPTION = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日[^。;\n]{2,60}?会(?:议)?(?:研究|审议|讨论)?(?:通过|同意|批准)")
_KINDS = frozenset(
    {
        "规划",
        "计划",
        "意见",
        "通知",
        "方案",
        "办法",
        "纲要",
        "行动计划",
        "工作计划",
        "条例",
        "规定",
        "决定",
        "细则",
        "要点",
    }
    | {
        "plan",
        "programme",
        "program",
        "notice",
        "opinion",
        "opinions",
        "regulation",
        "regulations",
        "outline",
        "measures",
    }
)
_NAMES: dict[str, tuple[str, str]] = {
    "number": ("文号", "document number"),
    "index_number": ("索引号", "index number"),
    "issuer": ("发文机关", "issuer"),
    "issued_on": ("发文日期", "date of issue"),
    "published_on": ("网站发布日期", "date of publication on the website"),
    "effective_on": ("施行日期", "effective date"),
    "references": ("依据的文件", "documents it rests on"),
    "status": ("效力状态", "status"),
    "title": ("标题", "title"),
}


def answer_metadata(
    interpretation: Interpretation,
    documents: Mapping[str, Metadata],
    store: Store,
    *,
    absent: Sequence[Region] = (),
) -> Answer | None:
    """Answer from what documents say about themselves.

    Args:
        interpretation: A question with ``metadata_field``.
        documents: Those that region and filters allow.
        store: Of the index.
        absent: Regions that are asked for and not held.

    Returns:
        ``None`` where the question names no document of these, so that it is about their content.
    """
    field, language = interpretation.metadata_field, interpretation.language
    named, without = _named_documents(interpretation, documents)
    if not named or field is None:
        return None
    cited = CitationList()
    statements: list[Statement] = []
    unsaid: list[str] = []
    for document_id in named:
        metadata = documents[document_id]
        title = metadata.title or metadata.notice_title or document_id
        for asked in find_metadata_fields(fold(interpretation.standalone_question)) or (field,):
            name_zh, name_en = _NAMES[asked]
            if asked == "issued_on" and (adopted := _adopted(interpretation, document_id, metadata, store, cited)):
                statements.append(adopted)
                continue
            span = metadata.field_spans.get(asked)
            if not getattr(metadata, asked) or span is None:
                of = say(language, f"《{title}》的{name_zh}", f"the {name_en} of 《{title}》")
                unsaid.append(of if len(named) > 1 else say(language, name_zh, f"the {name_en}"))
                continue
            unit, highlights = _unit_at(store, document_id, span)
            n = cited.add(unit, metadata, highlights, 1.0, field=asked if unit.path == ("#meta",) else None)
            printed = _printed(asked, metadata)
            said = say(language, f"《{title}》的{name_zh}:{printed}。", f"The {name_en} of 《{title}》 is: {printed}.")
            statements.append(Statement(said, (n,)))
    separator = ", " if language == "en" else "、"
    if not statements:
        regions = [m.region for m in documents.values() if m.region]
        listed_zh, listed_en = "、".join(unsaid), ", ".join(unsaid)
        if len(named) == 1:
            listed_zh, listed_en = f"《{title}》的{listed_zh}", f"{listed_en} of 《{title}》"
        return refuse(
            interpretation, "no_supporting_clause", regions, subject=say(language, listed_zh, listed_en), absent=absent
        )
    places = [region_name(region, language) for region in (*absent, *without)]
    notes = []
    if places:
        listed = separator.join(places)
        notes.append(say(language, f"没有找到文件的地区:{listed}。", f"No document of it was found for: {listed}."))
    if unsaid:
        listed = separator.join(unsaid)
        notes.append(say(language, f"文件没有印出:{listed}。", f"The document does not print: {listed}."))
    shown = {citation.clause_id for citation in cited.items()}
    others = [
        c.id
        for document_id in named
        for c in store.clauses_of(document_id)
        if c.kind in ("front_matter", "title", "preamble") and c.id not in shown
    ]
    lacking = (*places, *unsaid)
    return Answer(
        interpretation=interpretation,
        status="partial" if lacking else "answered",
        text=answer_text(statements, "\n".join(notes)),
        statements=tuple(statements),
        citations=cited.items(),
        related=tuple((clause_id, 0.0) for clause_id in others),
        reason=("region_not_in_corpus" if absent else "no_supporting_clause") if lacking else None,
        uncovered=lacking,
        confidence=0.95,
    )


def _adopted(
    interpretation: Interpretation, document_id: str, metadata: Metadata, store: Store, cited: CitationList
) -> Statement | None:
    """When a meeting adopted a text, where that is asked for and its own front matter says so; it is issued later."""
    if not _ADOPTION_ASKED.search(fold(interpretation.standalone_question)):
        return None
    for unit in store.clauses_of(document_id):
        found = _ADOPTION.search(fold(unit.text)) if unit.kind in ("front_matter", "title", "preamble") else None
        if found and (days := find_dates(found.group())):
            n = cited.add(unit, metadata, [found.span()], 1.0)
            title, day = metadata.title or metadata.notice_title or document_id, days[0].value.isoformat()
            zh, en = f"《{title}》的会议通过日期:{day}。", f"The date on which a meeting adopted 《{title}》 is: {day}."
            return Statement(say(interpretation.language, zh, en), (n,))
    return None


def _named_documents(
    interpretation: Interpretation, documents: Mapping[str, Metadata]
) -> tuple[list[str], tuple[Region, ...]]:
    """The documents that a question speaks of, one for each place or period it names, and held places without one."""
    regions, periods = interpretation.regions, interpretation.periods
    held = [region for region in regions if any(in_region(region, metadata) for metadata in documents.values())]
    if len(held) > 1:
        found = {
            region: _named_document(
                replace(interpretation, regions=(region,)),
                {name: metadata for name, metadata in documents.items() if in_region(region, metadata)},
            )
            for region in held
        }
        named = list(dict.fromkeys(name for name in found.values() if name is not None))
        return named, tuple(region for region, name in found.items() if name is None) if named else ()
    parts = [(interpretation, documents)]
    if interpretation.several and len(periods) > 1:
        place = {name: nearest_period(title_years(metadata), periods) for name, metadata in documents.items()}
        parts = [
            (replace(interpretation, years=years), {name: documents[name] for name in documents if place[name] == n})
            for n, years in enumerate(periods)
        ]
    names = (_named_document(asked, allowed) for asked, allowed in parts)
    return [name for name in names if name is not None], ()


def _named_document(interpretation: Interpretation, documents: Mapping[str, Metadata]) -> str | None:
    """The document that a question speaks of: by its title's words, its years and its region."""
    terms = [term for term in interpretation.topic if term.surface not in METADATA_WORDS]
    best: tuple[float, str] | None = None
    for document_id, metadata in documents.items():
        titles = fold(f"{metadata.title or ''} {metadata.notice_title or ''} {metadata.number or ''}")
        weighty = [term for term in terms if not term.light]
        held = [covers(term, titles) for term in weighty]
        # Without a region every word has to be the document's; a region says already whose document it is.
        together = sum(held) / len(held) if held else 1.0
        share = together if interpretation.regions else min(held, default=1.0)
        agrees = 0.0
        if interpretation.years:
            agrees = 1.0 if interpretation.years & document_years(metadata) else -1.0
        # "The plan of that place and year" names a document whatever else is said of it.
        kind = any(covers(term, titles) == 1.0 for term in terms if term.surface in _KINDS)
        if share < 0.5 and not (kind and agrees > 0 and interpretation.regions):
            continue
        light = sum(covers(term, titles) for term in terms if term.light) * 0.1
        value = share + agrees + light
        if best is None or value > best[0]:
            best = (value, document_id)
    if best is None or (not interpretation.regions and not terms and not interpretation.years and len(documents) > 1):
        return None
    return best[1]


def _printed(field: str, metadata: Metadata) -> str:
    value = getattr(metadata, field)
    if field == "references":
        return "、".join(
            (f"《{cited.title}》" if cited.title else "")
            + (f"({cited.number})" if cited.title and cited.number else cited.number or "")
            for cited in metadata.references
        )
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _unit_at(store: Store, document_id: str, span: Span) -> tuple[Clause, tuple[Span, ...]]:
    """The unit that prints a metadata line, or a unit of its own for a line that is noise."""
    start, end = span
    for clause in store.clauses_of(document_id):
        if clause.span[0] <= start and end <= clause.span[1]:
            return clause, _inside(clause, span)
    stored = store.document(document_id)
    line = stored.raw_text[start:end] if stored else ""
    unit = Clause(
        id=f"{document_id}/#meta",
        document_id=document_id,
        path=("#meta",),
        labels=(),
        kind="front_matter",
        text=line,
        span=span,
        clean_span=(0, 0),
    )
    return unit, ((0, len(line)),)


def _inside(clause: Clause, span: Span) -> tuple[Span, ...]:
    """The raw span as a range of the clause's text, where no noise inside the clause shifts it."""
    if clause.span[1] - clause.span[0] != len(clause.text):
        return ((0, len(clause.text)),)
    return ((span[0] - clause.span[0], span[1] - clause.span[0]),)
