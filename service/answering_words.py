"""The words of a clause that would answer, by the kind of thing that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.folding import fold
from corpus.model import Clause, Responsibility
from service.definitions import defining_words
from service.evidence import TIME_WORDS, Evidence, best_sentences, coverage_of, folded_text
from service.numbers import best_numbers
from service.topic import Term

_CITED_TITLE = re.compile(r"《[^《》]*》")


def answering_words(
    clause: Clause,
    intent: str,
    unit: str | None,
    topic: Sequence[Term],
    weights: Sequence[float],
    *,
    counted: Sequence[Term] = (),
) -> tuple[Evidence, bool]:
    """The words of a clause that would answer, by what is asked for, and whether they are of that kind.

    Args:
        clause: The clause.
        intent: See ``service.intents``.
        unit: See ``best_numbers``.
        topic: The question's terms.
        weights: Theirs, summing to 1.
        counted: See ``best_numbers``.
    """
    if intent == "numeric_target":
        evidence = best_numbers(clause, topic, weights, unit=unit, counted=counted)
        return evidence, bool(evidence.ranges)
    if intent == "deadline":
        evidence = best_sentences(clause, topic, weights, need=TIME_WORDS)
        folded = folded_text(clause.text)
        if clause.kind in ("front_matter", "preamble"):
            # The years of a title on which a text rests (《…(2026—2028年)》) are no time that it sets.
            folded = _CITED_TITLE.sub(lambda title: " " * len(title[0]), folded)
        return evidence, any(TIME_WORDS.search(folded, *span) for span in evidence.ranges)
    if intent.startswith("responsibility") and clause.responsibilities:
        duties = best_duties(clause, topic, weights)
        head = " ".join(clause.labels[-1:])
        words = max(coverage_of(fold(head + covered_text(clause, duty) + duty.note), topic, weights) for duty in duties)
        named = {
            "responsibility_lead": any(duty.lead for duty in duties),
            "responsibility_support": any(duty.support or duty.shared for duty in duties),
        }
        return Evidence((), words), named.get(intent, True)
    if intent == "definition":
        defines = defining_words(topic, folded_text(clause.text))
        evidence = best_sentences(clause, topic, weights, need=defines)
        return evidence, bool(defines and defines.search(folded_text(clause.text)))
    evidence = best_sentences(clause, topic, weights)
    return evidence, not intent.startswith("responsibility")


def covered_text(clause: Clause, duty: Responsibility) -> str:
    """The words of a clause that a duty is about, as far as its text gives them back."""
    note = clause.text.find(duty.note)
    if duty.covers is None:
        return clause.text
    length = duty.covers[1] - duty.covers[0]
    # Offsets of the raw file and of the text differ by the noise between them; the note anchors the end.
    end = note if note > 0 and duty.covers[1] <= duty.span[0] else None
    start = duty.covers[0] - clause.span[0] if clause.span[1] - clause.span[0] == len(clause.text) else None
    if start is not None:
        return clause.text[start : start + length]
    return clause.text[max(0, end - length) : end] if end is not None else clause.text


def best_duties(clause: Clause, topic: Sequence[Term], weights: Sequence[float]) -> tuple[Responsibility, ...]:
    """The duties of a clause that the topic is about: of several notes those whose part covers it best."""
    duties = clause.responsibilities
    if len(duties) <= 1:
        return duties
    values = [coverage_of(fold(covered_text(clause, duty) + duty.note), topic, weights) for duty in duties]
    best = max(values)
    return tuple(duty for duty, value in zip(duties, values, strict=True) if value >= best - 0.02)
