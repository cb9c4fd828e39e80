"""How long a reader waits: from pressing Enter in the widget to the first sentence of the answer on the screen.

``python -m eval.bench.first_answer`` serves the shipped documents, asks in a headless Chromium, and prints a table. A
question is timed from the key's event to the end of the frame that paints the answer; every question is asked once.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.bench.browser import index_shipped, open_browser, serving
from service.engine import Engine
from service.http_api import create_app

LIMIT_MS = 150.0
_WARM_UP = 3

_FORMS = ("{region}的{topic}由哪个部门牵头？", "{region}{topic}有什么要求？", "Which body leads {topic} in {region}?")
_REGIONS = ("山东", "西藏", "温州", "阿拉善盟")
_TOPICS = ("品牌培育", "标准化", "特种设备", "食品安全", "工程质量", "计量")

# Runs in the page: types the question, presses Enter, waits for the first statement to be painted.
_ASK = """
async (question) => {
  const chat = document.querySelector("policy-chat");
  const root = chat.shadowRoot;
  const field = root.querySelector("textarea");
  field.focus();
  field.value = question;
  const shown = root.querySelectorAll(".statement, .comparison").length;
  const answered = new Promise((done) => {
    chat.addEventListener("answer", (event) => done(event.detail), { once: true });
  });
  const painted = new Promise((done) => {
    let started = 0;
    const observer = new MutationObserver(() => {
      if (root.querySelectorAll(".statement, .comparison").length <= shown) return;
      observer.disconnect();
      // A task that is posted within a frame's callback runs after that frame was painted.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now() - started);
        channel.port2.postMessage(null);
      });
    });
    observer.observe(root, { childList: true, subtree: true });
    started = performance.now();
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  });
  const result = { wait_ms: await painted, engine_ms: (await answered).took_ms };
  chat.clear();
  return result;
}
"""


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """What was measured.

    Attributes:
        waits_ms: From Enter to the painted answer, one for each question.
        engine_ms: What the service says that it took, one for each question.
        other_hosts: Requests of the page to any host but the service's own.
    """

    waits_ms: tuple[float, ...]
    engine_ms: tuple[float, ...]
    other_hosts: tuple[str, ...]


def questions() -> list[str]:
    """The questions, in order; none twice."""
    return [form.format(region=region, topic=topic) for form, region, topic in product(_FORMS, _REGIONS, _TOPICS)]


def measure(address: str, asked: Sequence[str]) -> FirstAnswers:
    """Ask in a headless browser.

    Args:
        address: Of the service.
        asked: Questions; a few more are asked first and not counted.
    """
    waits: list[float] = []
    engine: list[float] = []
    others: list[str] = []
    with open_browser() as browser:
        page = browser.new_page()
        page.on("request", lambda request: None if request.url.startswith(address) else others.append(request.url))
        page.goto(f"{address}/")
        page.locator("policy-chat textarea").wait_for()
        warm_up = [f"第{number}类产品的监管由谁负责？" for number in range(_WARM_UP)]
        for number, question in enumerate([*warm_up, *asked]):
            times: dict[str, float] = page.evaluate(_ASK, question)
            if number >= _WARM_UP:
                waits.append(times["wait_ms"])
                engine.append(times["engine_ms"])
    return FirstAnswers(tuple(waits), tuple(engine), tuple(others))


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and give 1 where the 95th percentile is above the limit or another host was asked."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.first_answer", description=__doc__)
    parser.add_argument("--data", type=Path, help="data folder to use; by default one is built for the measurement")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or index_shipped(Path(folder))
        engine = Engine.open(data)
        with serving(create_app(lambda: engine)) as address:
            result = measure(address, questions())
    table = Table(title=f"From Enter to the first answer, {len(result.waits_ms)} questions, {os.cpu_count()} cores")
    table.add_column("ms")
    for name in ("median", "95 %", "longest"):
        table.add_column(name, justify="right")
    for name, values in (("on the screen", result.waits_ms), ("in the engine", result.engine_ms)):
        figures = statistics.median(values), _percentile(values, 0.95), max(values)
        table.add_row(name, *(f"{value:.0f}" for value in figures))
    console = Console()
    console.print(table)
    console.print(f"requests to other hosts: {len(result.other_hosts)}")
    return int(_percentile(result.waits_ms, 0.95) > LIMIT_MS or bool(result.other_hosts))


if __name__ == "__main__":
    raise SystemExit(main())
