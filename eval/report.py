"""A run as one page for people: HTML that needs nothing from elsewhere, or Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import TiaowenError
from eval import charts
from eval.console import interval, number
from eval.experiment import Results
from eval.measures import area_under_risk_coverage, expected_calibration_error, mean, ranked, reliability
from eval.scoring import QuestionScores
from eval.summary import FIGURES, GROUPINGS, Figure, figure, is_right, latencies, summarise, summarise_groups

WORST = 20
_CLAUSES_A_QUESTION = 10
_TEMPLATES = Path(__file__).with_name("templates")
_GROUP_COLUMNS = (
    "success@1",
    "recall@5",
    "bodies",
    "answer_string",
    "value_and_unit",
    "citation_precision",
    "refusal_right",
)
_CHART_FIGURES = ("success@1", "recall@5")
_WORDS = {"type": "type of question", "language": "language", "document": "document"}


def write_report(path: Path, results: Results, *, title: str = "How well are questions answered?") -> None:
    """Write ``results`` to ``path``: Markdown for ``.md``, else HTML."""
    markdown = path.suffix.lower() == ".md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(results, title=title, markdown=markdown), encoding="utf-8")


def render(results: Results, *, title: str, markdown: bool = False) -> str:
    """The page as text.

    Raises:
        TiaowenError: If the libraries for reports are not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise TiaowenError("reports need jinja2.", "Install it with: pip install 'tiaowen[eval]'") from error
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=not markdown,  # noqa: S701 - Markdown takes text as it is; HTML is escaped
        undefined=StrictUndefined,
        trim_blocks=markdown,
        lstrip_blocks=False,
        keep_trailing_newline=True,
    )
    template = environment.get_template("report.md.jinja" if markdown else "report.html.jinja")

    def picture(draw: Callable[[], str]) -> str:
        return "" if markdown else Markup(draw())  # noqa: S704 - matplotlib escapes the words it sets

    return template.render(**_context(results, title, picture))


def _context(results: Results, title: str, picture: Callable[[Callable[[], str]], str]) -> dict[str, Any]:
    scores = results.scores
    figures = summarise(scores)
    sections = [("glance", "At a glance")]
    if scores:
        sections += [("answers", "Answers"), ("confidence", "Confidence"), ("speed", "Speed")]
    if results.systems:
        sections.append(("retrieval", "Retrieval"))
    worst = _worst_answers(results) if scores else _worst_rankings(results)
    sections += [("worst", "Worst questions"), ("conditions", "Conditions")]
    context: dict[str, Any] = {
        "title": title,
        "intro": _intro(results),
        "sections": sections,
        "cards": _cards(results, figures),
        "figures": [
            {
                "label": FIGURES[name].label,
                "meaning": FIGURES[name].meaning,
                "more_is_better": FIGURES[name].more_is_better,
                "value": number(found.value),
                "interval": interval(found),
                "count": found.count,
            }
            for name, found in figures.items()
        ],
        "worst": worst,
        "worst_title": f"The worst {len(worst)} questions" if worst else "The worst questions",
        "conditions": [
            (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for key, value in results.header.items()
        ],
    }
    return context | _answer_parts(scores, picture) | _retrieval_parts(results, picture)


def _intro(results: Results) -> str:
    count = len(results.questions) or len(results.queries)
    if not results.scores:
        return f"{count} queries were put to {len(results.systems)} systems, and their rankings judged."
    unanswerable = sum(not score.question.answerable for score in results.scores)
    return (
        f"{count} questions were asked. For {count - unanswerable} of them a reader marked the clauses that answer; "
        f"the other {unanswerable} have no answer in the documents and ought to be refused."
    )


def _cards(results: Results, figures: Mapping[str, Figure]) -> list[dict[str, str]]:
    cards = [
        {"value": number(found.value, 2), "label": FIGURES[name].label, "note": FIGURES[name].meaning}
        for name in ("success@1", "recall@5", "bodies", "refusal_right")
        if (found := figures.get(name)) is not None
    ]
    if not cards:
        cards = [
            {"value": number(mean(list(values.values())), 2), "label": system, "note": measure}
            for system, result in results.systems.items()
            for measure, values in list(result.values.items())[:1]
        ]
    if results.scores:
        cards.append(
            {
                "value": f"{latencies(results.scores)['total'][0]:.0f} ms",
                "label": "Median time",
                "note": "For one answer.",
            }
        )
    return cards


def _answer_parts(scores: Sequence[QuestionScores], picture: Callable[[Callable[[], str]], str]) -> dict[str, Any]:
    if not scores:
        return {"groups": [], "latency": [], "latency_chart": "", "confidence_charts": [], "confidence_note": ""}
    groups = []
    for name, grouping in GROUPINGS.items():
        found = summarise_groups(scores, grouping)
        columns = [column for column in _GROUP_COLUMNS if any(column in figures for figures in found.values())]
        series = {
            FIGURES[column].label: {group: figures[column] for group, figures in found.items() if column in figures}
            for column in _CHART_FIGURES
            if any(column in figures for figures in found.values())
        }
        groups.append(
            {
                "name": _WORDS[name],
                "chart": picture(lambda series=series: charts.bars(series, axis="share of questions")),  # type: ignore[misc]
                "caption": f"Success@1 and Recall@5 by {_WORDS[name]}; lines are 95 % intervals.",
                "columns": [FIGURES[column].label for column in columns],
                "rows": [
                    {
                        "name": group.replace("_", " "),
                        "cells": [number(figures[c].value, 2) if c in figures else "" for c in columns],
                    }
                    for group, figures in found.items()
                ],
            }
        )
    # A refusal states how sure it is that nothing answers; answers alone say how sure they are of being right.
    given = [score for score in scores if not score.answer.refused]
    confidences, right = [score.answer.confidence for score in given], [is_right(score) for score in given]
    curve = reliability(confidences, right)
    times = {"total": [score.answer.took_ms for score in scores]}
    for score in scores:
        for stage, took_ms in score.answer.stages_ms.items():
            times.setdefault(stage, []).append(took_ms)
    return {
        "groups": groups,
        "confidence_note": (
            f"Each answer states a confidence. Over {len(given)} answers given it misses the share that is right by "
            f"{number(expected_calibration_error(curve))} on average (0 is perfect). If only the surest were given, "
            "the mean share of wrong ones over all cut-offs would be "
            f"{number(area_under_risk_coverage(confidences, right))} (AURC, 0 is perfect)."
        ),
        "confidence_charts": [
            {
                "svg": picture(lambda: charts.reliability_curve(curve)),
                "caption": "Confidence and the share that is right.",
            },
            {
                "svg": picture(lambda: charts.risk_curve(confidences, right)),
                "caption": "Share of wrong answers when only the surest are given.",
            },
        ]
        if given
        else [],
        "latency": [
            {"stage": stage, "p50": f"{p50:.1f}", "p95": f"{p95:.1f}", "p99": f"{p99:.1f}"}
            for stage, (p50, p95, p99) in latencies(scores).items()
        ],
        "latency_chart": picture(lambda: charts.latency_curve(times)),
    }


def _retrieval_parts(results: Results, picture: Callable[[Callable[[], str]], str]) -> dict[str, Any]:
    measures = list(next(iter(results.systems.values())).values) if results.systems else []
    series = {
        name: {measure: figure(measure, list(values.values())) for measure, values in system.values.items()}
        for name, system in results.systems.items()
    }
    return {
        "measures": measures,
        "systems": [
            {"name": name, "cells": [number(found.value) for found in by_measure.values()]}
            for name, by_measure in series.items()
        ],
        "systems_chart": picture(lambda: charts.bars(series, axis="mean over questions")) if series else "",
        "systems_caption": "Measures of each system; lines are 95 % intervals.",
    }


def _worst_answers(results: Results) -> list[dict[str, Any]]:
    judged = ("success@1", "recall@5", "answer_string", "bodies", "value_and_unit", "refusal_right")

    def badness(score: QuestionScores) -> tuple[float, float]:
        values = [score.values[name] for name in judged if name in score.values]
        return mean(values), -score.answer.confidence

    wrong = [score for score in results.scores if not is_right(score) or score.unsupported]
    shown = []
    for score in sorted(wrong, key=badness)[:WORST]:
        question, answer = score.question, score.answer
        cited = {c.clause_id: (place, c) for place, c in enumerate(answer.citations, start=1)}
        golds = [gold.clause_id for gold in question.gold]
        rankings = {
            name: system.run[question.id] for name, system in results.systems.items() if question.id in system.run
        }
        columns = ["answer", *rankings]
        rows = []
        for identifier in _clauses_to_show(golds, list(cited), rankings):
            place = str(cited[identifier][0]) if identifier in cited else ""
            if not place and identifier in answer.related:
                place = f"related {answer.related.index(identifier) + 1}"
            text = results.texts.get(identifier) or (cited[identifier][1].quote if identifier in cited else "")
            cells = [place, *(_place_and_score(ranking, identifier) for ranking in rankings.values())]
            rows.append({"id": identifier, "gold": identifier in golds, "text": text, "cells": cells})
        shown.append(
            {
                "id": question.id,
                "lang": question.lang,
                "question": question.question,
                "type": question.type.replace("_", " "),
                "history": question.history,
                "failed": _failures(score),
                "answer": answer.text,
                "status": answer.status if not answer.reason else f"{answer.status}: {answer.reason}",
                "confidence": number(answer.confidence, 2),
                "columns": columns,
                "rows": rows,
            }
        )
    return shown


def _failures(score: QuestionScores) -> list[str]:
    failed = [
        FIGURES[name].label
        for name, value in score.values.items()
        if (value < 1.0 if FIGURES[name].more_is_better else value > 0.0)
    ]
    return failed + [f"no support for “{text}”" for text in score.unsupported]


def _worst_rankings(results: Results) -> list[dict[str, Any]]:
    if not results.systems:
        return []
    last = list(results.systems.values())[-1]
    values = next(iter(last.values.values()))
    shown = []
    for query in sorted((q for q in values if values[q] < 1.0), key=lambda q: values[q])[:WORST]:
        golds = [document for document, grade in results.qrels[query].items() if grade > 0]
        rankings = {name: system.run.get(query, {}) for name, system in results.systems.items()}
        rows = [
            {
                "id": identifier,
                "gold": identifier in golds,
                "text": results.texts.get(identifier, ""),
                "cells": [_place_and_score(ranking, identifier) for ranking in rankings.values()],
            }
            for identifier in _clauses_to_show(golds, [], rankings)
        ]
        shown.append(
            {
                "id": query,
                "lang": "",
                "question": results.queries.get(query, query),
                "type": "",
                "history": (),
                "failed": [],
                "answer": "",
                "status": "",
                "confidence": "",
                "columns": list(rankings),
                "rows": rows,
            }
        )
    return shown


def _clauses_to_show(
    golds: Sequence[str], cited: Sequence[str], rankings: Mapping[str, Mapping[str, float]]
) -> list[str]:
    wanted = [*golds, *cited]
    for ranking in rankings.values():
        wanted += ranked(ranking)[:3]
    return list(dict.fromkeys(wanted))[: max(_CLAUSES_A_QUESTION, len(golds))]


def _place_and_score(ranking: Mapping[str, float], identifier: str) -> str:
    """``3 · 0.412``: place and score of a clause in a ranking; empty where it is not in it."""
    if identifier not in ranking:
        return ""
    return f"{ranked(ranking).index(identifier) + 1} · {ranking[identifier]:.3f}"
