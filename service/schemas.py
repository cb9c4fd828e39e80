"""The requests that HTTP takes and the responses that it gives, as pydantic models.

The only pydantic in the project beside the settings. A model has the fields of the record of the same name in
``service.records``, which are those of ``docs/api.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from corpus.model import Kind, Level, Script
from service import records
from service.answering import Status
from service.explanation import explain
from service.explanation_schemas import ExplanationRecord
from service.understanding import Intent, Language

if TYPE_CHECKING:
    from service.answering import Answer
    from service.engine import SearchResult


def _refuse_lone_surrogates(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half of a surrogate pair, which is no character") from None
    return value


Text = Annotated[str, AfterValidator(_refuse_lone_surrogates)]
Name = Annotated[Text, Field(min_length=1)]
SpanField = tuple[int, int]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


# ---- requests ----


class Filters(_Model):
    """Hard limits to what may be found. A list means any of its values."""

    region: Name | list[Name] | None = Field(None, description="Name, short name, English name or code.")
    document_id: Name | list[Name] | None = Field(None, description="Document id.")
    issuer: Name | list[Name] | None = Field(None, description="Issuing body, in full or in part.")
    issued_from: date | None = Field(None, description="Earliest date of issue, ISO 8601.")
    issued_to: date | None = Field(None, description="Latest date of issue, ISO 8601.")
    kind: Kind | list[Kind] | None = Field(None, description="Kind of unit.")

    def given(self) -> dict[str, Any]:
        """The filters that were set, dates as ISO 8601."""
        return self.model_dump(mode="json", exclude_none=True)


class SearchRequest(_Model):
    """Words to search for."""

    query: Text = Field(description="Words or a question, in Chinese or English.", examples=["品牌培育"])
    k: int = Field(10, ge=1, le=100, strict=True, description="Hits wanted, 1 to 100.")
    filters: Filters = Field(default_factory=Filters)


class AnswerRequest(_Model):
    """A question, and the earlier ones of the conversation."""

    question: Text = Field(
        description="A question in Chinese or English.", examples=["who leads brand cultivation in Shandong?"]
    )
    history: list[Text] = Field(default_factory=list, max_length=100, description="Earlier questions, oldest first.")
    filters: Filters = Field(default_factory=Filters)
    language: Literal["auto", "zh-Hans", "zh-Hant", "en"] = Field(
        "auto", description="Language of the answer; `auto` takes the question's."
    )


# ---- what documents say ----


class RegionRecord(_Model):
    """An administrative division."""

    code: str = Field(description="GB/T 2260; `000000` for the whole country.")
    name: str = Field(description="Full name.")
    level: Level
    ancestors: list[str] = Field(description="Full names from the province down, without the country.")


class RegionCount(RegionRecord):
    """A division that the corpus holds documents of."""

    documents: int
    clauses: int


class RegionList(_Model):
    """The divisions that the corpus holds."""

    regions: list[RegionCount]


class CitedDocumentRecord(_Model):
    """Another document that this one names."""

    title: str | None
    number: str | None
    issuer: str | None


class ResponsibilityRecord(_Model):
    """Who does what, in the words of one note or sentence."""

    span: SpanField
    note: str = Field(description="The note or the sentence, as printed.")
    lead: list[str]
    support: list[str]
    shared: list[str]
    rule: str = Field(description="How the roles were read.")
    declared_in: str | None = Field(description="Id of the clause whose convention gave the roles.")
    covers: SpanField | None = Field(description="Span of the words that the duty is about.")
    body_spans: list[SpanField] = Field(description="Span of each body, in the order lead, support, shared.")


class TargetRecord(_Model):
    """A number that a clause sets as an aim."""

    span: SpanField
    text: str
    indicator: str
    comparator: str
    value: int | float | None = Field(description="`null` for an aim with a term and no number.")
    upper_value: int | float | None = Field(description="The upper end where a range is printed.")
    unit: str
    deadline: str | None = Field(description="ISO 8601, or the printed words where no date follows.")
    deadline_text: str | None
    deadline_source: str | None = Field(description="`clause`, `heading` or `document`.")
    baseline: str | None


class ReferenceRecord(_Model):
    """A document that a clause cites."""

    span: SpanField
    text: str
    title: str | None
    number: str | None
    issuer: str | None
    role: str
    document_id: str | None = Field(description="Its id, where the corpus holds it.")


class Part(_Model):
    """A named piece of a unit outside the numbering."""

    name: str
    span: SpanField


class ClauseRecord(_Model):
    """One unit of the clause tree with its facts."""

    id: str
    document_id: str
    path: list[str]
    labels: list[str] = Field(description="Headings from the outermost to its own, as printed.")
    kind: Kind
    text: str = Field(description="The whole unit as printed, without noise and with damage repaired.")
    span: SpanField = Field(description="Characters of the decoded raw file, half-open.")
    responsibilities: list[ResponsibilityRecord]
    targets: list[TargetRecord]
    references: list[ReferenceRecord]
    parts: list[Part]


class MetadataRecord(_Model):
    """What a document says about itself; what it does not say is `null`."""

    document_id: str
    title: str | None
    notice_title: str | None
    issuer: str | None
    number: str | None
    issued_on: date | None
    published_on: date | None
    effective_on: date | None
    index_number: str | None
    status: str | None
    region: RegionRecord | None
    script: Script
    references: list[CitedDocumentRecord]


class DocumentSummary(MetadataRecord):
    """A document of the corpus."""

    clauses: int = Field(description="Units of the clause tree, headings included.")


class DocumentList(_Model):
    """Every document of the corpus, by id."""

    documents: list[DocumentSummary]


class NoiseRecord(_Model):
    """What a website or a scraper added."""

    span: SpanField
    text: str
    reason: str


class RepairRecord(_Model):
    """A damaged stretch of the raw text."""

    span: SpanField
    broken: str
    repaired: str | None
    confidence: float


class TreeNode(_Model):
    """A unit and the units below it."""

    clause_id: str
    path: list[str]
    label: str | None
    kind: Kind
    span: SpanField
    children: list[TreeNode]


class DocumentDetail(MetadataRecord):
    """A document with its clause tree."""

    noise: list[NoiseRecord]
    repairs: list[RepairRecord]
    tree: list[TreeNode]
    clauses: list[ClauseRecord] = Field(description="Every unit, in document order.")


# ---- search and answer ----


class DocumentInCitation(_Model):
    """The document of a hit or a citation."""

    title: str | None
    number: str | None
    issuer: str | None
    issued_on: date | None
    region: str | None
    script: Script = Field(description="`Hans` or `Hant`: of the text, and so of what is quoted from it.")


class RegionMentionRecord(_Model):
    """A region that a question names, and where: a half-open range of its characters."""

    name: str
    start: int
    end: int


class InterpretationRecord(_Model):
    """How the question was understood."""

    regions: list[str]
    intent: Intent
    standalone_question: str
    region_mentions: list[RegionMentionRecord] = Field(description="Where the standalone question names regions.")
    terms: list[str]


class IndexRecord(_Model):
    """The generation of the index that answered."""

    generation: str
    documents: int
    clauses: int
    regions: list[str]


class HitRecord(_Model):
    """A ranked clause."""

    clause_id: str
    document_id: str
    document: DocumentInCitation
    path: list[str]
    labels: list[str]
    text: str
    span: SpanField
    score: float
    bm25_score: float | None
    cosine: float | None
    rank: int


class SearchResponse(_Model):
    """Ranked clauses."""

    hits: list[HitRecord]
    interpretation: InterpretationRecord
    index: IndexRecord
    took_ms: float
    explanation: ExplanationRecord | None = Field(None, description="With `explain=true` only.")


class StatementRecord(_Model):
    """One sentence of an answer."""

    text: str
    citations: list[int] = Field(description="The `n` of the citations that say it.")
    lead: list[str]
    support: list[str]
    shared: list[str]


class CitationRecord(_Model):
    """A clause, or a line of metadata, that an answer rests on."""

    n: int
    clause_id: str
    document_id: str
    document: DocumentInCitation
    path: list[str]
    labels: list[str]
    quote: str
    highlights: list[SpanField] = Field(description="Character ranges of `quote`.")
    span: SpanField
    score: float
    url: str
    field: str | None = Field(None, description="For a line of metadata: the field that it gives.")


class RelatedRecord(_Model):
    """A near clause that does not support the answer."""

    clause_id: str
    score: float


class AnswerResponse(_Model):
    """A cited answer, or a refusal with its reason."""

    question: str
    language: Language
    status: Status
    text: str
    statements: list[StatementRecord]
    reason: str | None
    uncovered: list[str] | None = Field(None, description="For `partial`: what is missing.")
    confidence: float
    citations: list[CitationRecord]
    related: list[RelatedRecord]
    interpretation: InterpretationRecord
    index: IndexRecord
    took_ms: float
    explanation: ExplanationRecord | None = Field(None, description="With `explain=true` only.")


# ---- the service itself ----


class Health(_Model):
    """The process is alive."""

    status: Literal["alive"]


class Readiness(_Model):
    """An index is loaded."""

    status: Literal["ready"]
    index: IndexRecord


class FieldError(_Model):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(_Model):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None


def from_answer(answer: Answer, index: Mapping[str, Any], *, explained: bool = False) -> AnswerResponse:
    """The response of ``POST /v1/answer``. ``index`` is the census's record of the generation."""
    record = records.answer_record(answer, index)
    if explained:
        record["explanation"] = explain(answer.trace, cited={citation.clause_id for citation in answer.citations})
    return AnswerResponse.model_validate(record)


def from_search(result: SearchResult, index: Mapping[str, Any], *, explained: bool = False) -> SearchResponse:
    """The response of ``POST /v1/search``. ``index`` is the census's record of the generation."""
    record = records.search_record(result, index)
    if explained:
        record["explanation"] = explain(result.trace, most=len(result.hits))
    return SearchResponse.model_validate(record)
