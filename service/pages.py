"""The pages for readers: home, the list of documents, the reader. Rendered here, so that they work without script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FunctionLoader, StrictUndefined

from corpus.errors import InputError, TiaowenError
from corpus.model import Clause, CleanText, Metadata, Span
from corpus.regions import by_code, covers, english_name, resolve
from service import records
from service.census import census_of
from service.chat_api import ExampleQuestions
from service.page_text import LANGUAGE_NAMES, LANGUAGES, PageText, choose_language
from service.reader import Block, Mark, cited_marks, find_marks, label_mark, lay_out, parse_ranges

if TYPE_CHECKING:
    from indexer.store import Store, StoredDocument
    from service.answering import Answer
    from service.citing import Citation
    from service.engine import Engine

_LANGUAGE_COOKIE_S = 365 * 24 * 3600
# The first reader of a new index does not wait longer for example questions; the widget asks for them then.
_EXAMPLES_WAIT_S = 0.3
_FACTS = (
    "notice_title",
    "number",
    "issuer",
    "region",
    "issued_on",
    "published_on",
    "effective_on",
    "index_number",
    "status",
)
# Units outside the numbering, by the string that names them.
_UNNUMBERED = ("preamble", "front_matter", "closing", "title", "notice_title")


def security_headers(frame_ancestors: Sequence[str]) -> dict[str, str]:
    """Headers of every page.

    Args:
        frame_ancestors: Sources whose pages may show these in a frame, as a Content-Security-Policy writes them;
            ``'self'`` is this site.
    """
    ancestors = " ".join(frame_ancestors) or "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Vary": "Accept-Language, Cookie",
        "Cache-Control": "no-cache",
    }
    # An older browser knows this header only, and it can say no more than these two words.
    if list(frame_ancestors) in ([], ["'none'"], ["'self'"]):
        headers["X-Frame-Options"] = "SAMEORIGIN" if "'self'" in frame_ancestors else "DENY"
    return headers


def create_router(
    current_engine: Callable[[], Engine],
    *,
    examples_of: ExampleQuestions | None = None,
    frame_ancestors: Sequence[str] = ("'self'",),
) -> APIRouter:
    """Routes of the pages; they are no part of the API and stand in no OpenAPI document.

    Args:
        current_engine: Gives the engine for one request.
        examples_of: The example questions of the home page.
        frame_ancestors: See ``security_headers``.
    """
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    headers = security_headers(frame_ancestors)
    found_examples = examples_of or ExampleQuestions()

    def answer_with(request: Request, render: Callable[[PageText], tuple[int, str, dict[str, Any]]]) -> Response:
        asked = request.query_params.get("lang")
        text = PageText(choose_language(asked, request.cookies.get("lang"), request.headers.get("accept-language")))
        try:
            status, template, values = render(text)
        except TiaowenError as error:
            if isinstance(error, InputError):
                raise
            status, template, values = (
                503,
                "message.html",
                {"title": text("no_index"), "detail": text("no_index_detail")},
            )
        values.setdefault("here", "")
        body = (
            _environment()
            .get_template(template)
            .render(text=text, languages=LANGUAGE_NAMES, language_url=lambda to: _language_url(request, to), **values)
        )
        response = HTMLResponse(body, status_code=status, headers=headers)
        if asked in LANGUAGES:
            response.set_cookie("lang", str(asked), max_age=_LANGUAGE_COOKIE_S, httponly=True, samesite="lax")
        return response

    @router.get("/")
    def home(request: Request, q: str = "") -> Response:
        def render(text: PageText) -> tuple[int, str, dict[str, Any]]:
            engine = current_engine()
            return (
                200,
                "home.html",
                _home(engine, q, found_examples.of(engine, text.language, wait_s=_EXAMPLES_WAIT_S), request),
            )

        return answer_with(request, render)

    @router.get("/documents")
    def documents(request: Request, region: str = "", issuer: str = "", year: str = "") -> Response:
        def render(_text: PageText) -> tuple[int, str, dict[str, Any]]:
            return 200, "documents.html", _list(current_engine(), region.strip(), issuer.strip(), year.strip())

        return answer_with(request, render)

    @router.get("/documents/{document_id}")
    def document(request: Request, document_id: str, find: str = "", at: str = "", hl: str = "") -> Response:
        def render(text: PageText) -> tuple[int, str, dict[str, Any]]:
            store = current_engine().generation.store
            stored = store.document(document_id)
            if stored is None:
                detail = text("no_document", id=document_id)
                return 404, "message.html", {"title": text("not_found"), "detail": detail}
            return 200, "document.html", _document(store, stored, text, find.strip(), at, parse_ranges(hl))

        return answer_with(request, render)

    @router.get("/documents/")
    def documents_with_slash() -> Response:
        return RedirectResponse("/documents", status_code=308, headers=headers)

    return router


@cache
def _environment() -> Environment:
    folder = resources.files("service") / "templates"
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
    )
    environment.globals |= {"document_url": _document_url, "clause_url": _clause_url, "path_of": _path_of}
    return environment


def _language_url(request: Request, language: str) -> str:
    return str(request.url.include_query_params(lang=language).replace(scheme="", netloc="", fragment=""))


def _document_url(document_id: str) -> str:
    return f"/documents/{quote(document_id, safe='')}"


def _fragment(path: Sequence[str]) -> str:
    return "/".join(quote(part, safe="") for part in path)


def _clause_url(clause_id: str) -> str:
    document_id, _, path = clause_id.partition("/")
    return f"{_document_url(document_id)}#{_fragment(path.split('/'))}"


def _path_of(clause_id: str) -> str:
    return clause_id.partition("/")[2]


# ---- home ----


def _home(engine: Engine, question: str, examples: Sequence[str], request: Request) -> dict[str, Any]:
    census = census_of(engine.generation)
    answer: dict[str, Any] | None = None
    problem = None
    if question.strip():
        try:
            answer = _answer(engine.answer(question), census.index)
        except InputError as error:
            problem = str(error)
    regions = [
        row | {"english": english_name(region) if (region := by_code(row["code"])) else ""} for row in census.regions
    ]
    return {
        "here": "home",
        "question": question,
        "answer": answer,
        "problem": problem,
        "examples": examples,
        "counts": census.index,
        "regions": regions,
        "built_on": engine.generation.manifest.created_at[:10],
        "origin": str(request.base_url).rstrip("/"),
    }


def _answer(answer: Answer, index: Mapping[str, Any]) -> dict[str, Any]:
    record = records.answer_record(answer, index)
    for shown, citation in zip(record["citations"], answer.citations, strict=True):
        shown["address"] = _citation_url(citation)
    return record


def _citation_url(citation: Citation) -> str:
    """Where the reader shows the cited words; the widget's ``readerUrl`` makes the same address."""
    address = _document_url(citation.document_id)
    if citation.field is not None:
        return f"{address}?hl={citation.span[0]}-{citation.span[1]}#hl"
    if not citation.highlights:
        return f"{address}#{_fragment(citation.path)}"
    ranges = ",".join(f"{start}-{end}" for start, end in citation.highlights)
    return f"{address}?at={quote('/'.join(citation.path), safe='')}&hl={ranges}#{_fragment(citation.path)}"


# ---- list ----


def _list(engine: Engine, region: str, issuer: str, year: str) -> dict[str, Any]:
    store = engine.generation.store
    counts = {row["document_id"]: row["clauses"] for row in census_of(engine.generation).documents}
    metadata = store.metadata()
    wanted = resolve(region) if region else None
    shown = [
        {"id": name, "metadata": about, "address": _document_url(name), "clauses": counts.get(name, 0)}
        for name, about in metadata.items()
        if (not region or (wanted is not None and about.region is not None and covers(wanted, about.region)))
        and (not issuer or about.issuer == issuer)
        and (not year or (about.issued_on is not None and str(about.issued_on.year) == year))
    ]
    regions = {about.region.code: about.region.name for about in metadata.values() if about.region is not None}
    years = {str(about.issued_on.year) for about in metadata.values() if about.issued_on is not None}
    issuers = sorted({about.issuer for about in metadata.values() if about.issuer})
    return {
        "here": "documents",
        "documents": shown,
        "region_options": sorted(regions.items()),
        "issuer_options": [(name, name) for name in issuers],
        "year_options": [(name, name) for name in sorted(years, reverse=True)],
        "chosen": {"region": wanted.code if wanted else region, "issuer": issuer, "year": year},
    }


# ---- reader ----


@dataclass(frozen=True, slots=True)
class _ShownBlock:
    """A block with what the page needs beside its words."""

    block: Block
    anchor: str = ""
    name: str = ""
    fragment: str = ""
    depth: int = 0
    heading: int | None = None
    earlier: str | None = None
    later: str | None = None

    @property
    def clause(self) -> Clause | None:
        return self.block.clause

    @property
    def paragraphs(self) -> tuple[Any, ...]:
        return self.block.paragraphs


def _document(
    store: Store, stored: StoredDocument, text: PageText, query: str, at: str, ranges: Sequence[Span]
) -> dict[str, Any]:
    clean = stored.clean
    clauses = store.clauses_of(stored.id)
    cited = next((clause for clause in clauses if "/".join(clause.path) == at), None) if at else None
    found = find_marks(clean, query) if query else []
    # Ranges that belong to a clause which is not there mark nothing.
    words = cited_marks(clean, cited, ranges) if cited is not None or not at else []
    labels = [mark for clause in clauses if (mark := label_mark(clean, clause)) is not None]
    blocks = lay_out(clean, clauses, [*labels, *words, *found])
    metadata = stored.metadata
    return {
        "here": "documents",
        "name": metadata.title or metadata.notice_title or stored.id,
        "script": metadata.script,
        "address": _document_url(stored.id),
        "about": _about(metadata, _document_url(stored.id), () if at else ranges),
        "query": query,
        "hits": [mark.anchor for mark in found],
        "removed": sum(len("".join(noise.text.split())) for noise in clean.noise),
        "repaired": sum(repair.repaired is not None for repair in clean.repairs),
        "nodes": _tree(records.tree_record(clauses), {clause.id: clause for clause in clauses}, text),
        "blocks": _shown(blocks, clean),
    }


def _about(metadata: Metadata, address: str, ranges: Sequence[Span]) -> list[dict[str, Any]]:
    """What the document says about itself, and where it says so. What it does not say is not listed."""
    rows = []
    for name in _FACTS:
        value = metadata.region.name if name == "region" and metadata.region else getattr(metadata, name)
        if value is None:
            continue
        span = metadata.field_spans.get(name)
        where = f"{address}?hl={span[0]}-{span[1]}#hl" if span else None
        rows.append({"name": name, "value": str(value), "where": where, "cited": span is not None and span in ranges})
    return rows


def _tree(nodes: Sequence[Mapping[str, Any]], clauses: Mapping[str, Clause], text: PageText) -> list[dict[str, Any]]:
    """The contents: units with a heading or a place of their own; paragraphs are found by reading."""
    shown = []
    for node in nodes:
        path = node["path"]
        children = _tree(node["children"], clauses, text)
        label = node["label"]
        if node["kind"] == "title":
            label = clauses[node["clause_id"]].text.strip()
        elif path[0] in _UNNUMBERED and len(path) == 1:
            label = text(path[0])
        elif path[-1].startswith("¶") or (label is None and not children):
            # Bare paragraphs would fill the contents with first words.
            shown += children
            continue
        shown.append({"fragment": _fragment(path), "label": (label or path[-1]).rstrip("。"), "children": children})
    return shown


def _shown(blocks: Sequence[Block], clean: CleanText) -> list[_ShownBlock]:
    paths = [block.clause.path for block in blocks if block.clause is not None]
    shown: list[_ShownBlock] = []
    number = 0
    outline: list[int] = []
    for block in blocks:
        clause = block.clause
        if clause is None:
            shown.append(_ShownBlock(block))
            continue
        depth = len(clause.path)
        heading = None
        if _is_bare_heading(clause, clean):
            # The outline of a page may not leap, whatever the document does: 附件2/¶1.
            while outline and outline[-1] >= depth:
                outline.pop()
            outline.append(depth)
            heading = min(len(outline) + 1, 6)
        shown.append(
            _ShownBlock(
                block,
                anchor="/".join(clause.path),
                name=clause.path[0] if clause.path[0] in _UNNUMBERED and depth == 1 else "",
                fragment=_fragment(clause.path),
                depth=min(depth, 4),
                heading=heading,
                earlier=_fragment(paths[number - 1]) if number else None,
                later=_fragment(paths[number + 1]) if number + 1 < len(paths) else None,
            )
        )
        number += 1
    return shown


def _is_bare_heading(clause: Clause, clean: CleanText) -> bool:
    """A title, or a heading without sentences of its own."""
    if clause.kind == "title":
        return True
    if clause.kind not in ("heading", "attachment"):
        return False
    mark: Mark | None = label_mark(clean, clause)
    return mark is not None and mark.span[1] >= clause.span[1] - 2
