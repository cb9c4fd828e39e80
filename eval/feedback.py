"""Readers' judgments -> lines of a question file, for a person to complete and ``tiaowen-eval run`` to ask again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eval.datasets import QUESTION_TYPES
from service.feedback import Feedback

_LANGUAGES = {"zh-Hans": "zh", "zh-Hant": "zh-Hant", "en": "en"}
_TYPES = {"responsibility": "responsibility_lead", "which_regions": "cross_region", "compare": "cross_region"}


def questions_from_feedback(judgments: Iterable[Feedback]) -> list[dict[str, Any]]:
    """One line for each question that was judged, in the order of its first judgment; the last judgment counts.

    An answer that helped gives its citations as ``gold``, and one that did not gives them as ``distractors``: both are
    what a reader thought, for a person to confirm. ``note`` holds the rating and the reader's words.
    """
    lines: dict[tuple[str, tuple[str, ...], str], dict[str, Any]] = {}
    for judgment in judgments:
        filters = dict(judgment.filters)
        key = (judgment.question, judgment.history, json.dumps(filters, sort_keys=True))
        number = list(lines).index(key) + 1 if key in lines else len(lines) + 1
        lines[key] = _line(f"feedback-{number:03}", judgment, filters)
    return list(lines.values())


def write_questions(lines: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write a question file.

    Raises:
        FileExistsError: If the file is there; what a person completed is not overwritten.
    """
    with path.open("x", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _line(name: str, judgment: Feedback, filters: dict[str, Any]) -> dict[str, Any]:
    answer = judgment.answer
    interpretation = _mapping(answer.get("interpretation"))
    regions = interpretation.get("regions") or []
    cited = [_place(citation) for citation in answer.get("citations") or [] if isinstance(citation, Mapping)]
    line: dict[str, Any] = {
        "id": name,
        "lang": _LANGUAGES.get(str(answer.get("language")), "zh"),
        "question": judgment.question,
        "type": _type(judgment, str(interpretation.get("intent"))),
        "region": regions[0] if len(regions) == 1 else None,
        "gold": cited if judgment.rating == "up" else [],
        "answer": [],
        "note": ": ".join(part for part in (judgment.rating, judgment.note) if part),
    }
    if judgment.rating == "down" and cited:
        line["distractors"] = cited
    if not line["gold"]:
        line["reason"] = "no clause is marked yet"
    if judgment.history:
        line["history"] = list(judgment.history)
    if filters:
        line["filters"] = filters
    return line


def _type(judgment: Feedback, intent: str) -> str:
    if judgment.answer.get("status") == "not_found" and judgment.rating == "up":
        return "unanswerable"
    if judgment.history:
        return "follow_up"
    kind = _TYPES.get(intent, intent)
    return kind if kind in QUESTION_TYPES else "fact"


def _place(citation: Mapping[str, Any]) -> dict[str, Any]:
    place: dict[str, Any] = {"document_id": citation.get("document_id"), "path": citation.get("path")}
    return place | ({"field": citation["field"]} if citation.get("field") else {})


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
