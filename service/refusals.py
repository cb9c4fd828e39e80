"""Honest refusals: what was looked for, why it is not there, and what is near."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Region
from corpus.regions import covers
from service.answering import Answer
from service.phrasing import region_name, say
from service.ranking import Ranked
from service.understanding import Interpretation

_COVERED_ELSEWHERE = 0.75


def refuse(
    interpretation: Interpretation,
    reason: str,
    corpus_regions: Sequence[Region],
    *,
    absent: Sequence[Region] = (),
    related: tuple[tuple[str, float], ...] = (),
    sure: float = 1.0,
    elsewhere: Sequence[Ranked] = (),
    subject: str | None = None,
    of_years: bool = False,
) -> Answer:
    """An answer that says that the documents do not say.

    Args:
        interpretation: The question.
        reason: ``region_not_in_corpus``, ``no_supporting_clause`` or ``out_of_scope``.
        corpus_regions: What the index holds.
        absent: Regions that were asked for and are not there.
        related: Near clauses.
        sure: That the refusal is right, 0 to 1.
        elsewhere: Candidates of regions that were not asked for, best first.
        subject: What was looked for, where it is not the topic.
        of_years: Whether the years asked for are what is lacking.
    """
    language = interpretation.language
    held = [region_name(region, language) for region in corpus_regions]
    topic = subject or (" " if language == "en" else "").join(term.surface for term in interpretation.topic)
    if of_years:
        first, last = min(interpretation.years), max(interpretation.years)
        span = str(first) if first == last else f"{first}—{last}"
        topic = say(language, f"{span}年{topic}", f"{topic} {span}".strip())
    if reason == "region_not_in_corpus":
        names = list(dict.fromkeys(region_name(region, language) for region in absent))
        # What is held and still cannot be answered from is shut out by the request's own filter.
        shut_out = bool(absent) and all(any(covers(region, own) for own in corpus_regions) for region in absent)
        text = (
            say(
                language,
                f"问题问的是{'、'.join(names)},筛选条件不包括这些地区。",
                f"The question is about {', '.join(names)}, which the filter does not allow.",
            )
            if shut_out
            else say(
                language,
                f"这些文件中没有{'、'.join(names)}的文件。已收录的地区:{'、'.join(held)}。",
                f"These documents hold nothing of {', '.join(names)}. The regions they hold: {', '.join(held)}.",
            )
        )
    elif reason == "out_of_scope":
        text = say(
            language,
            f"这个问题不在这些政策文件的范围内。已收录的地区:{'、'.join(held)}。",
            f"The question is outside what these policy documents deal with. They hold: {', '.join(held)}.",
        )
    else:
        where = "、".join(region.name for region in interpretation.regions)
        where_en = ", ".join(region_name(region, "en") for region in interpretation.regions)
        of = f"{where}的文件中" if where else "这些文件中"
        what = f"“{topic}”" if topic else "所问内容"
        text = say(
            language,
            f"{of}没有条款说明{what}。",
            f"No clause of {'the documents of ' + where_en if where_en else 'these documents'} answers this"
            + (f" (looked for: {topic})." if topic else "."),
        )
        others = _regions_with_it(elsewhere)
        if others:
            names = [region_name(region, language) for region in others]
            text += say(
                language,
                f"{'、'.join(names)}的文件涉及这一内容,但不能代替{where}作答。",
                f" The topic is dealt with for {', '.join(names)}, which does not answer for {where_en}.",
            )
    return Answer(
        interpretation=interpretation,
        status="not_found",
        text=text,
        statements=(),
        citations=(),
        related=related,
        reason=reason,
        uncovered=(),
        confidence=round(sure, 3),
    )


def _regions_with_it(elsewhere: Sequence[Ranked]) -> list[Region]:
    found = {
        one.metadata.region.code: one.metadata.region
        for one in elsewhere
        if one.metadata.region and one.features["coverage"] >= _COVERED_ELSEWHERE
    }
    return list(found.values())
