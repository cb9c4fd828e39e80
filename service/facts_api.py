"""The HTTP doors of what clauses say: duties, targets, references, bodies, comparison, graph, verification."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from service import fact_records, schemas
from service.citation_graph import build_graph, to_dot, to_mermaid
from service.comparison import compare
from service.fact_queries import (
    DEFAULT_LIMIT,
    LARGEST_LIMIT,
    find_body,
    find_duties,
    find_references,
    find_targets,
    take_page,
)
from service.fact_tables import CSV_MEDIA_TYPE, XLSX_MEDIA_TYPE, Table
from service.facts import Facts, facts_of
from service.verify import LONGEST_TEXT, Outcome, verify

if TYPE_CHECKING:
    from service.engine import Engine

EngineGetter = Callable[[], "Engine"]
_Result = TypeVar("_Result")

Texts = Annotated[list[schemas.Name], Query(default_factory=list)]
RegionQuery = Annotated[
    list[schemas.Name], Query(default_factory=list, description="Name, short name, English name or code; repeatable.")
]
DocumentQuery = Annotated[list[schemas.Name], Query(default_factory=list, description="Document id; repeatable.")]
FormatQuery = Annotated[
    Literal["json", "csv", "xlsx"], Query(description="`csv` and `xlsx` hold every row; pages are for `json`.")
]
LimitQuery = Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="Rows of a page.")]
OffsetQuery = Annotated[int, Query(ge=0, description="Rows to pass over.")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DutyRecord(schemas.ResponsibilityRecord):
    """A duty with its clause."""

    region: str | None
    document_id: str
    clause_id: str
    labels: list[str]
    covered: str = Field(description="The words that the duty is about, as printed.")


class TargetEntry(schemas.TargetRecord):
    """A target with its clause."""

    region: str | None
    document_id: str
    clause_id: str
    labels: list[str]


class ReferenceEntry(schemas.ReferenceRecord):
    """A reference with its clause. `document_id` is the citing document, `cited_document_id` the cited one."""

    region: str | None
    cited_document_id: str | None
    clause_id: str
    labels: list[str]


class DutyPage(_Model):
    """Some of the duties that fit."""

    total: int
    offset: int
    limit: int
    duties: list[DutyRecord]


class TargetPage(_Model):
    """Some of the targets that fit."""

    total: int
    offset: int
    limit: int
    targets: list[TargetEntry]


class ReferencePage(_Model):
    """Some of the references that fit."""

    total: int
    offset: int
    limit: int
    references: list[ReferenceEntry]


class BodyRegion(_Model):
    """What a body does in one region."""

    region: str | None
    names: list[str] = Field(description="Its printed names there.")
    lead: list[DutyRecord]
    support: list[DutyRecord]
    shared: list[DutyRecord]


class BodyRecord(_Model):
    """A body and everything that it leads, supports or shares."""

    name: str
    normalised: str
    gloss: str | None
    successor: str | None = Field(description="The field of government that took its work over.")
    since: str | None = Field(description="When, ISO 8601.")
    regions: list[BodyRegion]


class CompareRequest(_Model):
    """A topic, and the regions to compare."""

    topic: schemas.Text = Field(description="Words, in Chinese or English.", examples=["首席质量官"])
    regions: list[schemas.Name] = Field(default_factory=list, max_length=100, description="None means all there are.")


class ComparedClause(_Model):
    """The clause of a region that deals with the topic."""

    clause_id: str
    document_id: str
    document: schemas.DocumentInCitation
    path: list[str]
    labels: list[str]
    text: str
    span: schemas.SpanField
    url: str


class ComparedRegion(_Model):
    """What one region says on the topic."""

    region: str
    status: Literal["found", "no_clause", "region_not_in_corpus"]
    text: str = Field(description="`no clause on it` where there is none.")
    clause: ComparedClause | None
    duties: list[DutyRecord]
    targets: list[TargetEntry]
    others: list[str] = Field(description="Ids of further clauses on it, best first.")


class CompareResponse(_Model):
    """One topic over regions."""

    topic: str
    terms: list[str]
    regions: list[ComparedRegion]


class GraphNode(_Model):
    """A document of the corpus, or one that is cited."""

    id: str
    title: str | None
    number: str | None
    issuer: str | None
    region: str | None
    in_corpus: bool


class GraphEdge(_Model):
    """`source` cites `target` as `role`, in these clauses."""

    source: str
    target: str
    role: str
    clause_ids: list[str]


class GraphRecord(_Model):
    """Which document cites which."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]


class VerifyRequest(_Model):
    """A text whose citations are to be checked."""

    text: schemas.Text = Field(
        max_length=LONGEST_TEXT, description="With 《titles》, numbers, clause paths and quotation marks."
    )


class CheckedCitation(_Model):
    """One citation and what became of it."""

    span: schemas.SpanField = Field(description="Characters of the text that was sent.")
    text: str
    quote: str | None
    outcome: Outcome
    detail: str
    document_id: str | None
    clause_id: str | None
    nearest: str | None = Field(description="The nearest real words, where the quoted ones are not there.")


class VerifyResponse(_Model):
    """Every citation of a text, and how many came to each outcome."""

    citations: list[CheckedCitation]
    counts: dict[Outcome, int]


def create_router(current_engine: EngineGetter) -> APIRouter:
    """The routes under ``/v1``.

    Args:
        current_engine: Gives the engine for one request; it is called in worker threads.
    """
    problems: dict[int | str, dict[str, Any]] = {
        422: {"model": schemas.Problem, "description": "Not valid"},
        503: {"model": schemas.Problem, "description": "No index can be used"},
    }
    router = APIRouter(
        prefix="/v1", tags=["facts"], responses=problems, dependencies=[Depends(_refuse_unknown_parameters)]
    )

    async def run(work: Callable[[Engine], _Result]) -> _Result:
        return await to_thread.run_sync(lambda: work(current_engine()))

    _add_lists(router, run)
    _add_reports(router, run)
    return router


def _refuse_unknown_parameters(request: Request) -> None:
    """An unknown parameter is an error and never ignored."""
    known = {field.alias for field in request.scope["route"].dependant.query_params}
    unknown = [
        {"type": "extra_forbidden", "loc": ("query", key), "msg": "", "input": ""}
        for key in request.query_params
        if key not in known
    ]
    if unknown:
        raise RequestValidationError(unknown)


_FILES: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}, XLSX_MEDIA_TYPE: {}}}}


def _file(table: Table, kind: str, name: str) -> Response:
    content, media_type = (table.to_csv(), CSV_MEDIA_TYPE) if kind == "csv" else (table.to_xlsx(), XLSX_MEDIA_TYPE)
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    )


def _add_lists(router: APIRouter, run: Any) -> None:
    @router.get("/responsibilities", response_model=DutyPage, responses=_FILES)
    async def responsibilities(
        region: RegionQuery,
        document_id: DocumentQuery,
        body: Annotated[str | None, Query(description="A body in any printed form.")] = None,
        role: Annotated[str | None, Query(description="`lead`, `support` or `shared`.")] = None,
        q: Annotated[str | None, Query(description="Words that the covered text must have.")] = None,
        offset: OffsetQuery = 0,
        limit: LimitQuery = DEFAULT_LIMIT,
        format: FormatQuery = "json",  # noqa: A002 - the parameter's public name
    ) -> Any:
        """Who leads, supports and shares what."""

        def work(engine: Engine) -> Any:
            rows = find_duties(
                facts_of(engine.generation), regions=region, document_ids=document_id, body=body, role=role, words=q
            )
            if format != "json":
                return _file(Table.of_duties(rows), format, "duties")
            return fact_records.page_record(take_page(rows, offset=offset, limit=limit), "duties")

        return await run(work)

    @router.get("/targets", response_model=TargetPage, responses=_FILES)
    async def targets(
        region: RegionQuery,
        document_id: DocumentQuery,
        indicator: Annotated[str | None, Query(description="Words that the indicator must have.")] = None,
        unit: Annotated[str | None, Query(description="`%`, 家, 公顷 …")] = None,
        deadline_from: Annotated[str | None, Query(description="ISO 8601: year, month or day.")] = None,
        deadline_to: Annotated[str | None, Query(description="ISO 8601: year, month or day.")] = None,
        terms: Annotated[bool, Query(description="With aims that have a term and no number.")] = False,
        offset: OffsetQuery = 0,
        limit: LimitQuery = DEFAULT_LIMIT,
        format: FormatQuery = "json",  # noqa: A002 - the parameter's public name
    ) -> Any:
        """How much, of what, by when."""

        def work(engine: Engine) -> Any:
            rows = find_targets(
                facts_of(engine.generation),
                regions=region,
                document_ids=document_id,
                indicator=indicator,
                unit=unit,
                deadline_from=deadline_from,
                deadline_to=deadline_to,
                numbered_only=not terms,
            )
            if format != "json":
                return _file(Table.of_targets(rows), format, "targets")
            return fact_records.page_record(take_page(rows, offset=offset, limit=limit), "targets")

        return await run(work)

    @router.get("/references", response_model=ReferencePage, responses=_FILES)
    async def references(
        region: RegionQuery,
        document_id: DocumentQuery,
        role: Annotated[str | None, Query(description="依据, 贯彻, 印发, 废止, 修订 or 提及.")] = None,
        q: Annotated[str | None, Query(description="Words of the title or number.")] = None,
        offset: OffsetQuery = 0,
        limit: LimitQuery = DEFAULT_LIMIT,
        format: FormatQuery = "json",  # noqa: A002 - the parameter's public name
    ) -> Any:
        """Which documents are cited, and as what."""

        def work(engine: Engine) -> Any:
            rows = find_references(
                facts_of(engine.generation), regions=region, document_ids=document_id, role=role, words=q
            )
            if format != "json":
                return _file(Table.of_references(rows), format, "references")
            return fact_records.page_record(take_page(rows, offset=offset, limit=limit), "references")

        return await run(work)


def _add_reports(router: APIRouter, run: Any) -> None:
    not_found: dict[int | str, dict[str, Any]] = {404: {"model": schemas.Problem, "description": "Not found"}}

    @router.get("/bodies/{name}", response_model=BodyRecord, responses=not_found)
    async def body(name: str) -> Any:
        """Everything that a body leads, supports or shares, by region."""

        def work(engine: Engine) -> Any:
            entries = find_body(facts_of(engine.generation), name)
            if not entries:
                raise HTTPException(404, f"No duty of the corpus names {name}.")
            return fact_records.body_record(name, entries)

        return await run(work)

    @router.post("/compare", response_model=CompareResponse)
    async def compare_regions(body: CompareRequest) -> Any:
        """For each region the clause that deals with a topic, its duties and targets, or that there is none."""
        return await run(lambda engine: fact_records.comparison_record(compare(engine, body.topic, body.regions)))

    @router.get(
        "/graph",
        response_model=GraphRecord,
        responses={200: {"content": {"text/vnd.mermaid": {}, "text/vnd.graphviz": {}}}},
    )
    async def graph(
        document_id: DocumentQuery,
        role: Annotated[list[str], Query(default_factory=list, description="依据, 贯彻 …; repeatable.")],
        about: Annotated[str | None, Query(description="Id, number or title of the document in the middle.")] = None,
        format: Annotated[Literal["json", "mermaid", "dot"], Query()] = "json",  # noqa: A002 - its public name
    ) -> Any:
        """Which document rests on which."""

        def work(engine: Engine) -> Any:
            facts: Facts = facts_of(engine.generation)
            found = build_graph(facts, about=about, roles=role, document_ids=document_id)
            if format == "mermaid":
                return PlainTextResponse(to_mermaid(found), media_type="text/vnd.mermaid")
            if format == "dot":
                return PlainTextResponse(to_dot(found), media_type="text/vnd.graphviz")
            return asdict(found)

        return await run(work)

    @router.post("/verify", response_model=VerifyResponse)
    async def verify_text(body: VerifyRequest) -> Any:
        """Check the citations of a text against the corpus."""

        def work(engine: Engine) -> Any:
            return asdict(verify(facts_of(engine.generation), body.text))

        return await run(work)
