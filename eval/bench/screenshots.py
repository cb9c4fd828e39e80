"""Pictures of the pages, as the README shows them: ``python -m eval.bench.screenshots`` (or ``make screenshots``).

The service runs over the shipped documents, and a headless Chromium looks at it on a desktop and on a phone.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import track

from eval.bench.browser import index_shipped, open_browser, serving
from service.engine import Engine
from service.http_api import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_DESKTOP = (1280, 960)
_PHONE = (390, 800)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        name: File name without suffix.
        path: Address below the service's.
        questions: What is asked in the widget before the picture is taken.
        cited: Whether to follow the first citation into the reader.
    """

    name: str
    path: str = "/"
    questions: tuple[str, ...] = ()
    size: tuple[int, int] = _DESKTOP
    dark: bool = False
    cited: bool = False


PICTURES = (
    Picture("home"),
    Picture("home-phone", size=_PHONE),
    Picture("answer", questions=("山东品牌培育由哪个部门牵头？",)),
    Picture("answer-english-dark", "/?lang=en", ("Who leads brand cultivation in Shandong?",), dark=True),
    Picture("answer-phone", questions=("西藏产品质量监督抽查合格率的目标是多少？",), size=_PHONE),
    Picture("comparison", questions=("山东和阿拉善盟的品牌培育分别由谁牵头？",)),
    Picture("comparison-phone", questions=("山东和阿拉善盟的品牌培育分别由谁牵头？",), size=_PHONE),
    Picture("refusal", questions=("广东省的品牌培育由谁牵头？",)),
    Picture("refusal-phone", questions=("广东省的品牌培育由谁牵头？",), size=_PHONE),
    Picture("reader", questions=("山东品牌培育由哪个部门牵头？",), cited=True),
    Picture("reader-phone", questions=("山东品牌培育由哪个部门牵头？",), size=_PHONE, dark=True, cited=True),
    Picture("documents", "/documents"),
)


def take(browser: Browser, address: str, picture: Picture, folder: Path) -> Path:
    """Take one picture and give the file."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        locale="zh-CN",
        device_scale_factor=2 if picture.size == _PHONE else 1,
    )
    try:
        page = context.new_page()
        page.goto(address + picture.path, wait_until="networkidle")
        for question in picture.questions:
            page.locator("policy-chat textarea").fill(question)
            page.keyboard.press("Enter")
            page.locator("policy-chat .turn .tools").last.wait_for()
        if picture.cited:
            link = page.locator("policy-chat .card a.title").first.get_attribute("href")
            page.goto(str(link))
        page.wait_for_load_state("networkidle")
        if not picture.cited:
            # Typing into the field may have scrolled the page to it.
            page.evaluate("scrollTo(0, 0)")
        target = folder / f"{picture.name}.png"
        page.screenshot(path=target)
        return target
    finally:
        context.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder for the pictures")
    parser.add_argument("--data", type=Path, help="data folder to use; by default one is built")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine.open(options.data or index_shipped(Path(folder)))
        with serving(create_app(lambda: engine)) as address, open_browser() as browser:
            for picture in track(PICTURES, description="pictures"):
                take(browser, address, picture, options.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
