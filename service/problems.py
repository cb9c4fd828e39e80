"""Errors -> ``application/problem+json`` (RFC 9457), everywhere the same shape."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from corpus.errors import (
    BuildInProgressError,
    DamagedIndexError,
    FilterError,
    IndexMismatchError,
    InputError,
    ModelError,
    NoIndexError,
    QuestionError,
    StoredIndexError,
    TiaowenError,
)

MEDIA_TYPE = "application/problem+json"
_TYPE_PREFIX = "urn:tiaowen:problem:"
_LOG = logging.getLogger(__name__)

# The nearest class in an error's ancestry decides.
_KINDS: dict[type[TiaowenError], tuple[HTTPStatus, str, str]] = {
    FilterError: (HTTPStatus.UNPROCESSABLE_ENTITY, "filter", "A filter is not one that can be used"),
    QuestionError: (HTTPStatus.UNPROCESSABLE_ENTITY, "question", "The question cannot be taken"),
    InputError: (HTTPStatus.UNPROCESSABLE_ENTITY, "input", "The input cannot be taken"),
    NoIndexError: (HTTPStatus.SERVICE_UNAVAILABLE, "no-index", "No index is loaded"),
    DamagedIndexError: (HTTPStatus.SERVICE_UNAVAILABLE, "damaged-index", "The index is damaged"),
    IndexMismatchError: (HTTPStatus.SERVICE_UNAVAILABLE, "index-mismatch", "The index does not fit this service"),
    BuildInProgressError: (HTTPStatus.SERVICE_UNAVAILABLE, "build-in-progress", "The index is being built"),
    StoredIndexError: (HTTPStatus.SERVICE_UNAVAILABLE, "index", "The index cannot be used"),
    ModelError: (HTTPStatus.SERVICE_UNAVAILABLE, "model", "The encoder cannot be had"),
    TiaowenError: (HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "The service failed"),
}


def problem(
    status: int,
    slug: str,
    title: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem document as a response."""
    body: dict[str, Any] = {"type": _TYPE_PREFIX + slug, "title": title, "status": status, "detail": detail}
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def from_error(error: TiaowenError, *, question_field: str = "question") -> Response:
    """The response for an error that Tiaowen raised on purpose."""
    status, slug, title = next(_KINDS[kind] for kind in type(error).__mro__ if kind in _KINDS)
    errors = []
    if isinstance(error, FilterError):
        errors = [{"field": f"filters.{error.field}", "message": str(error)}]
    elif isinstance(error, QuestionError):
        errors = [{"field": question_field, "message": str(error)}]
    headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(status, slug, title, str(error), errors=errors, headers=headers)


def _from_validation(error: RequestValidationError) -> Response:
    """Name every field that is wrong, by its path in the body."""
    errors: dict[str, str] = {}
    for item in error.errors():
        location = [str(part) for part in item["loc"]]
        if item["type"] == "json_invalid":
            errors["body"] = f"The body is not JSON: {item.get('ctx', {}).get('error', item['msg'])}."
            continue
        # A union reports each of its branches, tagged with a name that is no field.
        path = location[1:3] if location[1:2] == ["filters"] else location[1:]
        message = "Unknown key." if item["type"] == "extra_forbidden" else f"{item['msg']}."
        errors.setdefault(".".join(path) or location[0], message)
    detail = " ".join(f"{field}: {message}" for field, message in errors.items())
    listed = [{"field": field, "message": message} for field, message in errors.items()]
    return problem(422, "validation", "The request is not valid", detail, errors=listed)


def _from_http(request: Request, error: HTTPException) -> Response:
    phrase = HTTPStatus(error.status_code).phrase
    slug = phrase.lower().replace(" ", "-")
    detail = error.detail
    if detail == phrase:
        detail = {
            404: f"Nothing is at {request.url.path}.",
            405: f"{request.method} is not what {request.url.path} takes.",
        }.get(error.status_code, phrase)
    return problem(error.status_code, slug, phrase, detail, headers=error.headers)


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem document."""

    @app.exception_handler(TiaowenError)
    async def _tiaowen(request: Request, error: TiaowenError) -> Response:
        field = "query" if request.url.path.endswith("/search") else "question"
        if not isinstance(error, InputError):
            _LOG.error("%s %s: %s", request.method, request.url.path, error)
        return from_error(error, question_field=field)

    @app.exception_handler(RequestValidationError)
    async def _validation(_request: Request, error: RequestValidationError) -> Response:
        return _from_validation(error)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        return _from_http(request, error)

    @app.exception_handler(Exception)
    async def _unexpected(_request: Request, _error: Exception) -> Response:
        # What failed stands in the log; a caller is told no more than that.
        return problem(500, "internal", "The service failed", "An unexpected error; the log of the service names it.")
