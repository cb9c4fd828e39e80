"""One service over the shipped documents, one browser, and a page for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eval.bench.browser import index_shipped, open_browser, serving
from service.engine import Engine
from service.feedback import FeedbackStore
from service.http_api import create_app

HOST_PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>host</title>{head}</head>
<body><h1>host</h1>{body}</body></html>"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    # Kept between runs: what did not change is not encoded again.
    return Engine.open(index_shipped(request.config.cache.mkdir("browser-index")))


@pytest.fixture(scope="session")
def feedback(tmp_path_factory: pytest.TempPathFactory) -> FeedbackStore:
    return FeedbackStore(tmp_path_factory.mktemp("feedback") / "feedback.sqlite")


@pytest.fixture(scope="session")
def site(engine: Engine, feedback: FeedbackStore) -> Iterator[str]:
    """Address of the service. Pages of any other origin may call it."""
    with serving(create_app(lambda: engine, feedback=feedback, cors_origins=["*"])) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def make_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages that fail the test at its end where a script of theirs failed or an address was not there."""
    with ExitStack() as stack:
        faults: list[str] = []

        def make(*, width: int = 1280, height: int = 800, may_fail: bool = False, **options: Any) -> Page:
            options.setdefault("locale", "zh-CN")
            context: BrowserContext = stack.enter_context(
                browser.new_context(viewport={"width": width, "height": height}, **options)
            )
            page = context.new_page()
            page.set_default_timeout(20_000)
            if not may_fail:
                page.on("pageerror", lambda error: faults.append(str(error)))
                page.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)
            return page

        yield make
        assert faults == []


@pytest.fixture
def page(make_page: Callable[..., Page]) -> Page:
    return make_page()


@pytest.fixture
def host_page() -> Iterator[Callable[..., str]]:
    """Serves a page of a site of its own, on another origin than the service, and gives its address."""
    with ExitStack() as stack:

        def make(body: str, *, head: str = "", policy: str | None = None) -> str:
            headers = {"Content-Security-Policy": policy} if policy else {}

            def show(_request: object) -> HTMLResponse:
                return HTMLResponse(HOST_PAGE.format(head=head, body=body), headers=headers)

            def show_no_icon(_request: object) -> Response:
                return Response(status_code=204)

            routes = [Route("/", show), Route("/favicon.ico", show_no_icon)]
            return stack.enter_context(serving(Starlette(routes=routes)))

        yield make


class Chat:
    """A widget as its user sees it."""

    def __init__(self, page: Page, selector: str = "policy-chat") -> None:
        self.page = page
        self.root = page.locator(selector)
        self.field = self.root.locator("textarea")
        self.turns = self.root.locator(".turn")

    def ask(self, question: str, *, wait: bool = True) -> None:
        turns = self.turns.count()
        self.field.fill(question)
        self.field.press("Enter")
        self.turns.nth(turns).wait_for()
        if wait:
            self.turns.nth(turns).locator(".tools").wait_for()

    @property
    def last(self) -> Any:
        return self.turns.last

    def regions(self) -> list[str]:
        return [text.strip() for text in self.last.locator(".understood .chip").all_inner_texts()]


@pytest.fixture
def chat_on() -> type[Chat]:
    """The widget on a page that is open: ``chat_on(page, selector)``."""
    return Chat


@pytest.fixture
def open_chat(site: str) -> Callable[..., Chat]:
    def open_at(page: Page, path: str = "/") -> Chat:
        page.goto(site + path)
        page.locator("policy-chat textarea").wait_for()
        return Chat(page)

    return open_at


@pytest.fixture
def chat(page: Page, open_chat: Callable[..., Chat]) -> Chat:
    return open_chat(page)
