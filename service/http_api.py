"""The HTTP door: what ``docs/api.md`` promises, and no logic of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi import Path as PathParameter
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from service import facts_api, pages, records, schemas
from service.body_limit import LimitedBodyApp
from service.census import census_of
from service.chat_api import ExampleQuestions, create_chat_router
from service.feedback import FeedbackStore
from service.metrics import MeasuredApp, Metrics
from service.problems import MEDIA_TYPE, install

if TYPE_CHECKING:
    from service.engine import Engine

_WIDGET = Path(__file__).parent / "widget"
_EVENT_STREAM = "text/event-stream"
_Result = TypeVar("_Result")

EngineGetter = Callable[[], "Engine"]
Explain = Annotated[bool, Query(description="Add `explanation`: why the result is what it is.")]


def create_app(
    current_engine: EngineGetter,
    *,
    feedback: FeedbackStore | None = None,
    cors_origins: Sequence[str] = (),
    frame_ancestors: Sequence[str] = ("'self'",),
    threads: int = 4,
    max_body_bytes: int = 1_000_000,
    metrics_folder: Path | None = None,
) -> FastAPI:
    """The application.

    Args:
        current_engine: Gives the engine for one request; raises ``StoredIndexError`` while there is no index.
            It is called in worker threads.
        feedback: Where readers' judgments go; without it they are refused.
        cors_origins: Origins whose pages may call the API; ``*`` is all of them.
        frame_ancestors: Sources whose pages may show the pages for readers in a frame.
        threads: Requests that encode and search at the same time. The others wait, and the event loop goes on.
        max_body_bytes: A longer request body is refused.
        metrics_folder: See ``service.metrics.Metrics``.
    """
    app = FastAPIOffline(
        title="Tiaowen",
        version=version("tiaowen"),
        description="Answers questions about Chinese policy texts with the clauses that say so.",
        docs_url="/docs",
        redoc_url=None,
        openapi_url="/openapi.json",
        license_info={"name": "Apache-2.0"},
    )
    metrics = Metrics(metrics_folder)
    pool = _Pool(current_engine, threads)
    install(app)
    _describe_problems(app)
    app.include_router(_v1(pool, metrics))
    app.include_router(facts_api.create_router(current_engine))
    app.include_router(_probes(pool, metrics))
    examples = ExampleQuestions()
    app.include_router(create_chat_router(current_engine, feedback, examples))
    app.include_router(pages.create_router(current_engine, examples_of=examples, frame_ancestors=frame_ancestors))
    app.mount("/widget", StaticFiles(directory=_WIDGET), name="widget")
    # The last that is added is the outermost.
    app.add_middleware(LimitedBodyApp, max_bytes=max_body_bytes)
    if cors_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(cors_origins), allow_methods=["GET", "POST"], allow_headers=["*"]
        )
    app.add_middleware(MeasuredApp, metrics=metrics)
    return app


class _Pool:
    """Runs what reads the index in threads of its own number, off the event loop."""

    def __init__(self, current_engine: EngineGetter, threads: int) -> None:
        self._current_engine = current_engine
        self._threads = threads
        self._limiter: CapacityLimiter | None = None

    async def run(self, work: Callable[[Engine], _Result]) -> _Result:
        # A limiter belongs to the event loop that it is made in.
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._threads)
        return await to_thread.run_sync(lambda: work(self._current_engine()), limiter=self._limiter)


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    titles = {404: "Not found", 413: "Body too large", 422: "Not valid", 503: "No index can be used"}
    return {status: {"model": schemas.Problem, "description": titles[status]} for status in statuses}


def _describe_problems(app: FastAPI) -> None:
    """State in OpenAPI that errors are problem documents; FastAPI would call them plain JSON."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            for path in generate()["paths"].values():
                for operation in path.values():
                    for status, response in operation["responses"].items():
                        if int(status) >= 400:
                            response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
        return generate()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the document


def _refuse_query_parameters(request: Request) -> None:
    """An unknown parameter is an error and never ignored."""
    known = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    unknown = [
        {"type": "extra_forbidden", "loc": ("query", key), "msg": "", "input": ""}
        for key in request.query_params
        if key not in known
    ]
    if unknown:
        raise RequestValidationError(unknown)


def _v1(pool: _Pool, metrics: Metrics) -> APIRouter:
    router = APIRouter(prefix="/v1", dependencies=[Depends(_refuse_query_parameters)], responses=_problems(422, 503))

    @router.post("/search", response_model_exclude_unset=True, responses=_problems(413), tags=["questions"])
    async def search(body: schemas.SearchRequest, explain: Explain = False) -> schemas.SearchResponse:
        """Rank the clauses that fit a query best."""

        def work(engine: Engine) -> schemas.SearchResponse:
            result = engine.search(body.query, k=body.k, filters=body.filters.given())
            return schemas.from_search(result, census_of(engine.generation).index, explained=explain)

        return await pool.run(work)

    @router.post(
        "/answer",
        response_model=schemas.AnswerResponse,
        response_model_exclude_unset=True,
        responses={
            200: {"content": {_EVENT_STREAM: {"schema": {"type": "string"}}}},
            **_problems(413),
        },
        tags=["questions"],
    )
    async def answer(request: Request, body: schemas.AnswerRequest, explain: Explain = False) -> Any:
        """Answer a question with the clauses that say so, or refuse with the reason.

        With `Accept: text/event-stream` the answer comes as server-sent events: `interpretation`, each `statement`,
        each `citation`, and `done` with the whole answer.
        """

        def work(engine: Engine) -> schemas.AnswerResponse:
            result = engine.answer(
                body.question, history=tuple(body.history), filters=body.filters.given(), language=body.language
            )
            metrics.count_answer(result)
            return schemas.from_answer(result, census_of(engine.generation).index, explained=explain)

        response = await pool.run(work)
        if _EVENT_STREAM not in request.headers.get("accept", ""):
            return response
        return StreamingResponse(
            _events(response.model_dump(mode="json", exclude_unset=True)),
            media_type=_EVENT_STREAM,
            # A proxy that gathers the events would undo the streaming.
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @router.get("/documents", tags=["corpus"])
    async def documents() -> schemas.DocumentList:
        """Every document with its metadata."""

        def work(engine: Engine) -> schemas.DocumentList:
            return schemas.DocumentList.model_validate({"documents": census_of(engine.generation).documents})

        return await pool.run(work)

    @router.get("/documents/{document_id}", responses=_problems(404), tags=["corpus"])
    async def document(
        document_id: Annotated[str, PathParameter(examples=["shandong-2014"])],
    ) -> schemas.DocumentDetail:
        """One document: metadata, noise, repairs, and its clause tree."""

        def work(engine: Engine) -> schemas.DocumentDetail:
            found = engine.generation.store.document(document_id)
            if found is None:
                raise HTTPException(404, f"The corpus holds no document {document_id}. /v1/documents lists them.")
            clauses = engine.generation.store.clauses_of(document_id)
            record = records.document_record(found.id, found.metadata, found.clean.noise, found.clean.repairs)
            record["tree"] = records.tree_record(clauses)
            record["clauses"] = [records.clause_record(clause) for clause in clauses]
            return schemas.DocumentDetail.model_validate(record)

        return await pool.run(work)

    @router.get("/clauses/{clause_id:path}", responses=_problems(404), tags=["corpus"])
    async def clause(
        clause_id: Annotated[str, PathParameter(examples=["shandong-2014/三/11"])],
    ) -> schemas.ClauseRecord:
        """One clause with its facts. The id may be percent-encoded or raw."""

        def work(engine: Engine) -> schemas.ClauseRecord:
            found = engine.generation.store.clause(clause_id)
            if found is None:
                raise HTTPException(404, f"The corpus holds no clause {clause_id}.")
            return schemas.ClauseRecord.model_validate(records.clause_record(found))

        return await pool.run(work)

    @router.get("/regions", tags=["corpus"])
    async def regions() -> schemas.RegionList:
        """The regions that the corpus holds documents of, with counts."""

        def work(engine: Engine) -> schemas.RegionList:
            return schemas.RegionList.model_validate({"regions": census_of(engine.generation).regions})

        return await pool.run(work)

    return router


def _probes(pool: _Pool, metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["service"])

    @router.get("/healthz")
    async def healthz() -> schemas.Health:
        """The process is alive; says nothing of the index."""
        return schemas.Health(status="alive")

    @router.get("/readyz", responses=_problems(503))
    async def readyz() -> schemas.Readiness:
        """An index is loaded and questions can be answered."""

        def work(engine: Engine) -> schemas.Readiness:
            index = census_of(engine.generation).index
            metrics.set_index(index)
            return schemas.Readiness(status="ready", index=schemas.IndexRecord.model_validate(index))

        return await pool.run(work)

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def prometheus() -> Response:
        """Counts and times in the text format of Prometheus."""
        return Response(metrics.page(), media_type=CONTENT_TYPE_LATEST)

    return router


def _events(answer: dict[str, Any]) -> Iterator[str]:
    """The server-sent events of an answer, in the order in which a page shows them."""
    yield _event("interpretation", {"language": answer["language"], **answer["interpretation"]})
    for statement in answer["statements"]:
        yield _event("statement", statement)
    for citation in answer["citations"]:
        yield _event("citation", citation)
    yield _event("done", answer)


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
