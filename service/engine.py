"""The one path that all doors use: ``search()`` and ``answer()``."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import InputError
from corpus.model import Metadata, Region
from indexer.backends.base import All, In, Not, Selection
from indexer.encoder import DEFAULT_ENCODER, Encoder, open_encoder
from indexer.english_terms import open_english_terms
from indexer.generations import Generation, generations_folder, open_current
from indexer.publishing import attach
from service.answering import Answer, compose, related_to
from service.citing import Question
from service.confidence import ANSWER_FROM, confidence
from service.conversation import make_standalone
from service.explanation import ModelTrace, Trace
from service.filters import Filters, HeldValues, intersect_regions, lies_in, namesakes_of, parse_filters, passing
from service.finding import Finder, Found
from service.finishing import finish
from service.metadata_answers import answer_metadata
from service.penalties import penalty_first
from service.places import narrowed, rows_naming, with_counties
from service.ranking import Ranked
from service.refusals import refuse
from service.retrieval import Hit
from service.signals import find_signals
from service.translation import Translator
from service.understanding import Interpretation, Language, understand

if TYPE_CHECKING:
    from indexer.backends.milvus import Milvus
    from service.language_model import LanguageModel
    from service.reranking import Reranker

_RERANKED = 60
"""Candidates whose clauses are read."""

_ELSEWHERE = 12
"""Candidates of other regions that are read to see whether the topic is theirs."""

LANGUAGES = ("auto", "zh-Hans", "zh-Hant", "en")


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked clauses and how the query was understood."""

    hits: tuple[Hit, ...]
    interpretation: Interpretation
    took_ms: float
    trace: Trace | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the engine sees of a question before it decides whether to answer.

    Attributes:
        ranked: Candidates, best first; empty where nothing may be found.
        elsewhere: The best candidates of regions that were not asked for.
        signals: See ``service.signals.find_signals``; empty without candidates.
    """

    question: Question
    ranked: Sequence[Ranked]
    elsewhere: Sequence[Ranked]
    signals: Mapping[str, float]


class Engine:
    """Answers questions over one generation of an index. Threads may share it.

    Args:
        generation: The index.
        encoder: The one that the index was built with.
        translator: For the index's words.
        reranker: Orders the best candidates again, where one is given.
        language_model: Phrases answers, where one is given; they are checked against the clauses.
    """

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        translator: Translator,
        *,
        reranker: Reranker | None = None,
        language_model: LanguageModel | None = None,
    ) -> None:
        self.generation = generation
        self.encoder = encoder
        self.translator = translator
        self.language_model = language_model
        self.documents: dict[str, Metadata] = generation.documents
        self._finder = Finder(generation, encoder, self.documents, reranker)
        self._reranker_name = None if reranker is None else reranker.name
        self._held = HeldValues.of(self.documents.values())
        self.regions: tuple[Region, ...] = self._held.regions

    @classmethod
    def open(
        cls,
        data: Path,
        *,
        encoder: str = DEFAULT_ENCODER,
        query_cache: int = 0,
        reranker: Reranker | None = None,
        language_model: LanguageModel | None = None,
        milvus: Milvus | None = None,
    ) -> Engine:
        """Open the index of a data folder.

        Args:
            data: The folder.
            encoder: See ``indexer.encoder.open_encoder``.
            query_cache: See there.
            reranker: See ``service.reranking.open_reranker``; none by default.
            language_model: See ``service.language_model.open_language_model``; none by default.
            milvus: Searches the index; by default this process does.

        Raises:
            StoredIndexError: If there is no index, or it cannot be used.
            ModelError: If the encoder cannot be had.
        """
        model = open_encoder(encoder, data=data, query_cache=query_cache)
        generation = open_current(data, encoder=model)
        if milvus is not None:
            generation = attach(milvus, generation)
        folder = generations_folder(data) / str(generation.number)
        translator = Translator(open_english_terms(folder))
        return cls(generation, model, translator, reranker=reranker, language_model=language_model)

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
        interpretation = self._understand(query)
        regions = intersect_regions(interpretation.regions, allowed.regions)
        rows = self._rows(allowed, regions, nothing=bool(interpretation.regions and allowed.regions and not regions))
        found = self._finder.find(interpretation, rows, max(_RERANKED, k))
        hits = tuple(
            Hit(one.clause, one.metadata, round(one.score, 4), one.bm25, one.cosine, rank)
            for rank, one in enumerate(found.ranked[:k], 1)
        )
        return SearchResult(hits, interpretation, _ms_since(started), self._trace(interpretation, found))

    def _understand(self, question: str, **how: Any) -> Interpretation:
        """What a question asks, with the places that only what is held tells from words; ``how`` as ``understand``."""
        return narrowed(with_counties(understand(question, self.translator, **how), self.regions, self.generation.bm25))

    def _trace(self, interpretation: Interpretation, found: Found, signals: Mapping[str, float] | None = None) -> Trace:
        """What was seen, for those who ask why; ``signals`` for an answer."""
        return Trace(
            ranked=found.ranked,
            topic=interpretation.topic,
            weights=found.query.weights,
            knows=found.query.knows,
            signals=signals,
            confidence=None if signals is None else confidence(signals),
            reranker=self._reranker_name,
        )

    def _rows(self, filters: Filters, regions: Sequence[Region], *, nothing: bool = False) -> Selection | None:
        """Rows that may be found; ``None`` for all."""
        wanted = In("row", frozenset()) if nothing else passing(filters, regions, self._held)
        return self.generation.rows.where(wanted)

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
        interpretation = self._understand(question, standalone=standalone, language=chosen)
        stages = {"understand": _ms_since(started)}
        answer = self._answer(interpretation, allowed, stages)
        return replace(answer, took_ms=_ms_since(started), stages_ms=stages)

    def _answer(self, interpretation: Interpretation, allowed: Filters, stages: dict[str, float]) -> Answer:
        regions = intersect_regions(interpretation.regions, allowed.regions)
        nothing_left = bool(interpretation.regions and allowed.regions and not regions)
        held = tuple(region for region in regions if any(lies_in(region, own) for own in self.regions))
        absent = tuple(r for r in regions if r not in held)
        if held and absent:
            namesakes = namesakes_of(held, interpretation.standalone_question)
            absent = tuple(r for r in absent if r not in namesakes)
        if not held and not nothing_left and (inside := self._rows_naming(regions, allowed)) is not None:
            named = self._from_rows(interpretation, inside, regions, (), stages)
            if named.status != "not_found":
                return named
        if nothing_left or (regions and not held):
            return refuse(interpretation, "region_not_in_corpus", self.regions, absent=absent or interpretation.regions)
        rows = self._rows(allowed, held)
        if interpretation.intent == "document_metadata":
            documents = self._allowed_documents(allowed, held)
            told = answer_metadata(interpretation, documents, self.generation.store, absent=absent)
            if told is not None:
                return told
            interpretation = self._of_content(interpretation)
        return self._from_rows(interpretation, rows, held, absent, stages)

    def _of_content(self, interpretation: Interpretation) -> Interpretation:
        """A question that reads as if it were about a document, and names none, as one about what documents say."""
        asked, language = interpretation.standalone_question, interpretation.language
        read = self._understand(asked, language=language, of_documents=False)
        return replace(read, question=interpretation.question)

    def _rows_naming(self, regions: Sequence[Region], filters: Filters) -> Selection | None:
        """Rows of a larger region's documents that name the one region that is asked for and has none of its own.

        A province's plan may say what one of its prefectures does; only the clauses that name it speak of it.
        """
        if len(regions) != 1:
            return None
        region = regions[0]
        around = frozenset(own.code for own in self.regions if own.name in region.ancestors)
        if not around:
            return None
        allowed = self.generation.rows.where(All((In("region_code", around), passing(filters, (), self._held))))
        naming = rows_naming(self.generation, region, allowed)
        return self.generation.rows.where(In("row", frozenset(naming))) if naming else None

    def _from_rows(
        self,
        interpretation: Interpretation,
        rows: Selection | None,
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
        near = self._finder.find(interpretation, rows, _RERANKED)
        found = self._finder.within_years(near, interpretation)
        stages["retrieve"] = _ms_since(started)
        started = time.perf_counter()
        if not found.ranked:
            related = related_to(near.ranked, ())
            return refuse(interpretation, "no_supporting_clause", self.regions, related=related, of_years=bool(related))
        sight = self._see(interpretation, found, rows, held)
        signals = sight.signals
        trace = self._trace(interpretation, found, signals)
        sure = confidence(signals)
        if sure < ANSWER_FROM:
            of_years = near.ranked[0] is not found.ranked[0]
            unknown = signals["coverage"] < 0.25 and signals["known"] <= 0.5 and not of_years
            refused = refuse(
                interpretation,
                "out_of_scope" if unknown else "no_supporting_clause",
                self.regions,
                related=related_to(found.ranked, ()),
                sure=1 - sure,
                elsewhere=sight.elsewhere,
                of_years=of_years,
            )
            return replace(refused, trace=trace)
        draft = compose(sight.question, sight.ranked)
        stages["compose"] = _ms_since(started)
        if not draft.statements:
            related = related_to(found.ranked, ())
            return replace(refuse(interpretation, "no_supporting_clause", self.regions, related=related), trace=trace)
        answer = replace(finish(interpretation, draft, found.ranked, sure, absent), trace=trace)
        return answer if self.language_model is None else self._write(answer, sight, trace, stages)

    def _write(self, answer: Answer, sight: Sight, trace: Trace, stages: dict[str, float]) -> Answer:
        """The answer as the language model phrases it, as far as that stands in the clauses."""
        from service.writing import write

        assert self.language_model is not None  # noqa: S101 - asked before
        started = time.perf_counter()
        written = write(self.language_model, answer, sight.question, sight.ranked)
        stages["write"] = _ms_since(started)
        model = ModelTrace(
            self.language_model.name, written.outcome, written.sentences, written.dropped, written.faults
        )
        return replace(written.answer, trace=replace(trace, model=model))

    def _see(
        self, interpretation: Interpretation, found: Found, rows: Selection | None, held: tuple[Region, ...]
    ) -> Sight:
        question = Question(interpretation, found.query.weights, held, self.regions, self.generation.store)
        if not found.ranked:
            return Sight(question, [], [], {})
        if interpretation.detail == "penalty":
            found = replace(found, ranked=[*penalty_first(question, found.ranked)])
        elsewhere = self._elsewhere(found, rows, interpretation) if held else []
        signals = find_signals(
            question,
            found.ranked,
            elsewhere,
            lexical_share=found.query.lexical_share,
            knows=found.query.knows,
            field=found.field,
        )
        return Sight(question, found.ranked, elsewhere, signals)

    def observe(
        self, question: str, history: Sequence[str] = (), filters: Mapping[str, Any] | None = None
    ) -> Sight | None:
        """What ``answer`` decides from, for those who fit its weights.

        Returns:
            ``None`` where nothing is looked for: of the regions asked for none is held, or the question is about a
            document itself.

        Raises:
            QuestionError: If the question is empty or too long.
            FilterError: For an unknown filter.
        """
        allowed = parse_filters(filters, self.documents)
        standalone = make_standalone(question, history, self.translator)
        interpretation = self._understand(question, standalone=standalone)
        regions = intersect_regions(interpretation.regions, allowed.regions)
        held = tuple(region for region in regions if any(lies_in(region, own) for own in self.regions))
        if not held and (interpretation.regions or allowed.regions):
            return None
        if interpretation.intent == "document_metadata":
            documents = self._allowed_documents(allowed, held)
            if answer_metadata(interpretation, documents, self.generation.store) is not None:
                return None
            interpretation = self._of_content(interpretation)
        rows = self._rows(allowed, held)
        found = self._finder.find(interpretation, rows, _RERANKED)
        return self._see(interpretation, self._finder.within_years(found, interpretation), rows, held)

    def _allowed_documents(self, filters: Filters, regions: Sequence[Region]) -> dict[str, Metadata]:
        allowed = self.generation.rows.documents(passing(replace(filters, kinds=()), regions, self._held))
        return {document_id: self.documents[document_id] for document_id in allowed}

    def _elsewhere(self, found: Found, rows: Selection | None, interpretation: Interpretation) -> list[Ranked]:
        """The best candidates outside the rows that were allowed."""
        if rows is None:
            return []
        others = self.generation.rows.where(Not(rows.where))
        if others is not None and not others.count:
            return []
        return self._finder.rank(interpretation, found, others, _ELSEWHERE)


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
