"""A question -> what is asked: language, regions, intent, filters, search terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.model import Region

Language = Literal["zh-Hans", "zh-Hant", "en"]
Intent = Literal[
    "responsibility_lead",
    "responsibility_support",
    "responsibility",
    "numeric_target",
    "deadline",
    "definition",
    "list",
    "which_regions",
    "compare",
    "document_metadata",
    "fact",
]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How a question was understood.

    Attributes:
        regions: Regions named, in order of mention; empty where none is.
        terms: Words that are searched for, in simplified Chinese where known.
        metadata_field: For ``document_metadata``: ``number``, ``issuer``, ``issued_on``, ``published_on``,
            ``effective_on``, ``title`` or ``references``.
    """

    question: str
    standalone_question: str
    language: Language
    intent: Intent
    regions: tuple[Region, ...]
    terms: tuple[str, ...]
    metadata_field: str | None = None
