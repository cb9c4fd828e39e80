"""The one path that all doors use: ``search()`` and ``answer()``."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import InputError
from corpus.folding import to_simplified
from corpus.model import Metadata, Region
from corpus.regions import find_regions
from indexer.backends.base import Rows, Vectors
from indexer.encoder import DEFAULT_ENCODER, Encoder, open_encoder
from indexer.english_terms import open_english_terms
from indexer.generations import Generation, generations_folder, open_current
from service.answering import Answer, Draft, Question, answer_text, compose, related_to
from service.confidence import ANSWER_FROM, confidence
from service.conversation import make_standalone
from service.filters import Filters, in_region, intersect_regions, parse_filters
from service.metadata_answers import answer_metadata
from service.phrasing import region_name, say
from service.ranking import Ranked, add_features, add_focus, fuse, weigh_terms
from service.reading import ClauseReader
from service.refusals import refuse
from service.retrieval import Hit, find_candidates, search_terms
from service.signals import find_signals
from service.translation import Translator
from service.understanding import Interpretation, Language, understand

_RERANKED = 60
"""Candidates whose clauses are read."""

_FOCUSED = 12
"""Candidates whose answering words are looked for."""

_FIELD = 2000
"""Rows whose cosines tell what is usual for a question."""

_ELSEWHERE = 12
"""Candidates of other regions that are read to see whether the topic is theirs."""

LANGUAGES = ("auto", "zh-Hans", "zh-Hant", "en")


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked clauses and how the query was understood."""

    hits: tuple[Hit, ...]
    interpretation: Interpretation
    took_ms: float


@dataclass(frozen=True, slots=True)
class _Found:
    """What retrieval saw for one question."""

    ranked: list[Ranked]
    weights: tuple[float, ...]
    vector: Vectors
    tokens: list[str]
    lexical_share: float
    knows: tuple[bool, ...]
    field: tuple[float, float]


class Engine:
    """Answers questions over one generation of an index. Threads may share it.

    Args:
        generation: The index.
        encoder: The one that the index was built with.
        translator: For the index's words.
    """

    def __init__(self, generation: Generation, encoder: Encoder, translator: Translator) -> None:
        self.generation = generation
        self.encoder = encoder
        self.translator = translator
        self._reader = ClauseReader(generation.store)
        self.documents: dict[str, Metadata] = generation.store.metadata()
        regions = {m.region.code: m.region for m in self.documents.values() if m.region}
        self.regions: tuple[Region, ...] = tuple(regions[code] for code in sorted(regions))

    @classmethod
    def open(cls, data: Path, *, encoder: str = DEFAULT_ENCODER) -> Engine:
        """Open the index of a data folder.

        Args:
            data: The folder.
            encoder: See ``indexer.encoder.open_encoder``.

        Raises:
            StoredIndexError: If there is no index, or it cannot be used.
            ModelError: If the encoder cannot be had.
        """
        model = open_encoder(encoder)
        generation = open_current(data, encoder=model)
        folder = generations_folder(data) / str(generation.number)
        return cls(generation, model, Translator(open_english_terms(folder)))

    # -- search ------------------------------------------------------------------------------------

    def search(self, query: str, k: int = 10, filters: Mapping[str, Any] | None = None) -> SearchResult:
        """The ``k`` best clauses for a query.

        Args:
            query: Words or a question, in any language that ``understand`` reads.
            k: From 1 to 100.
            filters: See ``service.filters.parse_filters``.

        Raises:
            QuestionError: If the query is empty or too long.
            FilterError: For an unknown filter.
            InputError: If ``k`` is out of range.
        """
        if not 1 <= k <= 100:
            raise InputError(f"k is {k}.", "Use a number from 1 to 100.")
        started = time.perf_counter()
        allowed = parse_filters(filters, self.documents)
        interpretation = understand(query, self.translator)
        regions = intersect_regions(interpretation.regions, allowed.regions)
        rows = self._rows(allowed, regions, nothing=bool(interpretation.regions and allowed.regions and not regions))
        found = self._find(interpretation, rows, max(_RERANKED, k))
        hits = tuple(
            Hit(one.clause, one.metadata, round(one.score, 4), one.bm25, one.cosine, rank)
            for rank, one in enumerate(found.ranked[:k], 1)
        )
        return SearchResult(hits, interpretation, _ms_since(started))

    def _rows(self, filters: Filters, regions: Sequence[Region], *, nothing: bool = False) -> Rows | None:
        """Rows that may be found; ``None`` for all."""
        if nothing:
            return np.zeros(0, dtype=np.int64)
        documents = frozenset(
            document_id
            for document_id, metadata in self.documents.items()
            if filters.allows(document_id, metadata)
            and (not regions or any(in_region(region, metadata) for region in regions))
        )
        everything = len(documents) == len(self.documents)
        kinds = frozenset(filters.kinds) or None
        return self.generation.rows.where(None if everything else documents, kinds)

    def _find(self, interpretation: Interpretation, rows: Rows | None, read: int) -> _Found:
        """Retrieve and rank; ``read`` candidates are read and scored by what they say."""
        index = self.generation
        tokens = search_terms(interpretation.topic)
        vector = self.encoder.encode_queries([to_simplified(interpretation.standalone_question)])[0]
        idf = {
            term.surface: max((index.bm25.idf(word) for word in term.alternatives), default=0.0) or _unknown_idf(index)
            for term in interpretation.topic
        }
        weights = weigh_terms(interpretation.topic, idf)
        # What the words of the index know of the question: by terms, since an unknown one has no weight.
        said = [term for term in interpretation.topic if not term.light] or list(interpretation.topic)
        knows = {t.surface: any(index.bm25.knows(token) for token in search_terms([t])) for t in interpretation.topic}
        share = sum(knows[term.surface] for term in said) / len(said) if said else 0.0
        sample = np.linspace(0, len(index.rows) - 1, min(_FIELD, len(index.rows)), dtype=np.int64)
        cosines = index.dense.scores(vector, sample)
        field = (float(cosines.mean()), float(cosines.std())) if len(cosines) else (0.0, 0.0)
        found = _Found([], weights, vector, tokens, share, tuple(knows[t.surface] for t in interpretation.topic), field)
        return replace(found, ranked=self._rank(interpretation, found, rows, read))

    def _rank(self, interpretation: Interpretation, found: _Found, rows: Rows | None, read: int) -> list[Ranked]:
        candidates = find_candidates(self.generation, found.tokens, found.vector, rows)
        fused = fuse(candidates, found.lexical_share)
        order = np.lexsort((candidates.rows, -fused))[:read]
        clauses = self._reader.read(candidates.rows[order])
        ranked = [
            Ranked(
                row=int(candidates.rows[i]),
                read=read_clause,
                metadata=self.documents[read_clause.clause.document_id],
                bm25=float(candidates.bm25[i]),
                cosine=float(candidates.cosine[i]),
                fused=float(fused[i]),
            )
            for i, read_clause in zip(order, clauses, strict=True)
        ]
        add_features(ranked, interpretation, found.weights)
        ranked.sort(key=lambda one: (-one.score, one.row))
        head = ranked[:_FOCUSED]
        add_focus(head, interpretation, found.weights)
        # Those read closely stay before the others; what they gain is not comparable with what was not looked for.
        return sorted(head, key=lambda one: (-one.score, one.row)) + ranked[_FOCUSED:]

    # -- answer ------------------------------------------------------------------------------------

    def answer(
        self,
        question: str,
        history: Sequence[str] = (),
        filters: Mapping[str, Any] | None = None,
        language: str = "auto",
    ) -> Answer:
        """A cited answer, or a refusal with its reason.

        Args:
            question: In Chinese of either script, or English.
            history: Earlier questions, oldest first.
            filters: See ``service.filters.parse_filters``.
            language: To answer in: ``auto``, ``zh-Hans``, ``zh-Hant`` or ``en``.

        Raises:
            QuestionError: If the question is empty or too long.
            FilterError: For an unknown filter.
            InputError: For an unknown language.
        """
        if language not in LANGUAGES:
            raise InputError(f"{language!r} is no language to answer in.", f"Use one of {', '.join(LANGUAGES)}.")
        started = time.perf_counter()
        allowed = parse_filters(filters, self.documents)
        chosen: Language | None = None if language == "auto" else language  # type: ignore[assignment]
        standalone = make_standalone(question, history, self.translator)
        interpretation = understand(question, self.translator, standalone=standalone, language=chosen)
        stages = {"understand": _ms_since(started)}
        answer = self._answer(interpretation, allowed, stages)
        return replace(answer, took_ms=_ms_since(started), stages_ms=stages)

    def _answer(self, interpretation: Interpretation, allowed: Filters, stages: dict[str, float]) -> Answer:
        regions = intersect_regions(interpretation.regions, allowed.regions)
        nothing_left = bool(interpretation.regions and allowed.regions and not regions)
        held = tuple(r for r in regions if any(in_region(r, m) for m in self.documents.values()))
        absent = tuple(r for r in regions if r not in held)
        if not held and not nothing_left and (inside := self._rows_naming(regions, allowed)) is not None:
            named = self._from_rows(interpretation, inside, regions, (), stages)
            if named.status != "not_found":
                return named
        if nothing_left or (regions and not held):
            return refuse(interpretation, "region_not_in_corpus", self.regions, absent=absent or interpretation.regions)
        rows = self._rows(allowed, held)
        if interpretation.intent == "document_metadata":
            told = answer_metadata(interpretation, self._allowed_documents(allowed, held), self.generation.store)
            if told is not None:
                return told
        return self._from_rows(interpretation, rows, held, absent, stages)

    def _rows_naming(self, regions: Sequence[Region], filters: Filters) -> Rows | None:
        """Rows of a larger region's documents that name the one region that is asked for and has none of its own.

        A province's plan may say what one of its prefectures does; only the clauses that name it speak of it.
        """
        if len(regions) != 1:
            return None
        region = regions[0]
        documents = frozenset(
            document_id
            for document_id, metadata in self.documents.items()
            if metadata.region and metadata.region.name in region.ancestors and filters.allows(document_id, metadata)
        )
        if not documents:
            return None
        rows = self.generation.rows.where(documents, None)
        if rows is None:
            rows = np.arange(len(self.generation.rows))
        clauses = self.generation.store.clauses_of_rows(rows)
        naming = [
            row for row, c in zip(rows, clauses, strict=True) if any(m.region == region for m in find_regions(c.text))
        ]
        return np.array(naming, dtype=np.int64) if naming else None

    def _from_rows(
        self,
        interpretation: Interpretation,
        rows: Rows | None,
        held: tuple[Region, ...],
        absent: tuple[Region, ...],
        stages: dict[str, float],
    ) -> Answer:
        """Answer from some rows, or refuse.

        Args:
            interpretation: The question.
            rows: Rows that may be found; ``None`` for all.
            held: Regions that are asked for and held.
            absent: Regions that are asked for and not held.
            stages: Times by stage, added to.
        """
        started = time.perf_counter()
        found = self._find(interpretation, rows, _RERANKED)
        stages["retrieve"] = _ms_since(started)
        started = time.perf_counter()
        question = Question(interpretation, found.weights, held, self.regions, self.generation.store)
        if not found.ranked:
            return refuse(interpretation, "no_supporting_clause", self.regions)
        elsewhere = self._elsewhere(found, rows, interpretation) if held else []
        signals = find_signals(
            question,
            found.ranked,
            elsewhere,
            lexical_share=found.lexical_share,
            knows=found.knows,
            field=found.field,
        )
        sure = confidence(signals)
        if sure < ANSWER_FROM:
            reason = "out_of_scope" if signals["coverage"] < 0.25 and signals["known"] <= 0.5 else "no_supporting_clause"
            related = related_to(found.ranked, ())
            return refuse(interpretation, reason, self.regions, related=related, sure=1 - sure, elsewhere=elsewhere)
        draft = compose(question, found.ranked)
        stages["compose"] = _ms_since(started)
        if not draft.statements:
            return refuse(interpretation, "no_supporting_clause", self.regions, related=related_to(found.ranked, ()))
        return _finish(interpretation, draft, found, sure, absent)

    def _allowed_documents(self, filters: Filters, regions: Sequence[Region]) -> dict[str, Metadata]:
        return {
            document_id: metadata
            for document_id, metadata in self.documents.items()
            if filters.allows(document_id, metadata)
            and (not regions or any(in_region(region, metadata) for region in regions))
        }

    def _elsewhere(self, found: _Found, rows: Rows | None, interpretation: Interpretation) -> list[Ranked]:
        """The best candidates outside the rows that were allowed."""
        if rows is None:
            return []
        others = np.setdiff1d(np.arange(len(self.generation.rows)), rows, assume_unique=True)
        if not len(others):
            return []
        return self._rank(interpretation, found, others, _ELSEWHERE)


def _finish(
    interpretation: Interpretation, draft: Draft, found: _Found, sure: float, absent: Sequence[Region]
) -> Answer:
    """The answer that a draft with statements makes."""
    language = interpretation.language
    missing = tuple(dict.fromkeys([*(region_name(region, language) for region in absent), *draft.uncovered]))
    reason = draft.reason or ("region_not_in_corpus" if absent else None)
    names = ", ".join(missing) if language == "en" else "、".join(missing)
    note = (
        say(language, f"没有找到相关条款的地区:{names}。", f"No clause on it was found for: {names}.")
        if missing
        else ""
    )
    return Answer(
        interpretation=interpretation,
        status="partial" if reason else "answered",
        text=answer_text(draft.statements, note),
        statements=draft.statements,
        citations=draft.citations,
        related=related_to(found.ranked, draft.citations),
        reason=reason,
        uncovered=missing if reason else (),
        confidence=round(sure, 3),
    )


def _unknown_idf(index: Generation) -> float:
    """The weight of a word that no passage has: as that of a word in one passage of all."""
    return float(np.log(len(index.rows) + 1.0))


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
