"""How fast a text becomes clauses, and whether ten times the text takes ten times the time.

``python -m eval.bench.parse_speed [FOLDER]`` runs ``tiaowen parse`` over copies of the documents of a folder (the
shipped ones by default), start and printing included; parses them once more with everything that it does but the
reading of files; then one text of growing length and texts made to be hard. Times are processor seconds of one core;
the best of several runs counts, as other work only ever adds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from rich.console import Console
from rich.table import Table

from corpus.model import RawText
from corpus.reading import list_documents, read_file
from indexer.parsing import collect_seldom, parse_document

_DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
_RUNS = 7
_SHORT = 100_000  # characters of the shorter text
_HARD = 30_000
_COMMAND_BYTES = 10_000_000  # some four hundred files: start and vocabularies, read once, weigh little
_COMMAND_RUNS = 3

# One is a text as offices write it, the others try to make the parser look back or ahead without end.
_HARD_TEXTS = {
    "brackets on one line": "(",
    "digits on one line": "1",
    "一、 on one line": "一、",
    "opening quotation marks, one a line": "“\n",
    "articles on one line": "第一条 ",
    "blanks inside a line": " ",
    "lines that end in a comma": "各地,\n",
    "table lines": "甲\t乙\n",
    "terms and numbers in one sentence": "到2015年完成10个,",
    "paragraphs without a number": "各地要加强监管。\n",
}


def raw_text(text: str) -> RawText:
    """A text as if it had been read from a file."""
    return RawText("bench", text, "utf-8", "", len(text.encode()))


def seconds(texts: Iterable[RawText], *, runs: int = _RUNS) -> float:
    """Processor seconds to parse all texts, the best of several runs."""
    texts = list(texts)
    best = float("inf")
    for run in range(runs):
        # A line break more is another text: nothing that an earlier run read and kept is found again.
        fresh = [replace(text, text=text.text + "\n" * (run + 1)) for text in texts]
        start = time.process_time()
        for text in fresh:
            parse_document(text)
        best = min(best, time.process_time() - start)
    return best


def copy_documents(documents: Sequence[Path], folder: Path, size: int) -> list[Path]:
    """Copies of the documents, one after the other, until they have ``size`` bytes."""
    copies: list[Path] = []
    for document in cycle(documents):
        if size <= 0:
            return copies
        copies.append(folder / f"{len(copies)}-{document.name}")
        size -= copies[-1].write_bytes(document.read_bytes())
    return copies


def command_usage(files: Sequence[Path], *options: str) -> tuple[float, float]:
    """Processor seconds and peak memory in MB of ``tiaowen parse``, the best of several runs of each."""
    command = [sys.executable, "-m", "service.cli", "parse", *options, *map(str, files)]
    used: list[tuple[float, float]] = []
    for _ in range(_COMMAND_RUNS):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit("tiaowen parse failed. Run it over the folder's documents to see why.")
        used.append((usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    return min(taken for taken, _ in used), min(memory for _, memory in used)


def print_command(documents: Sequence[Path], console: Console) -> None:
    """The speed and the memory of the command over copies of documents."""
    with tempfile.TemporaryDirectory() as folder:
        files = copy_documents(documents, Path(folder), _COMMAND_BYTES)
        size = sum(file.stat().st_size for file in files) / 1e6
        for options in ([], ["--jsonl"]):
            taken, memory = command_usage(files, *options)
            at_first, of_few = command_usage(files[: len(files) // 10], *options)
            console.print(
                f"{' '.join(['tiaowen parse', *options])}: {len(files)} files, {size:.2f} MB, {size / taken:.2f} MB/s, "
                f"of which a tenth takes {at_first:.2f} s and the rest {taken - at_first:.2f} s; "
                f"{memory:.0f} MB of memory, {of_few:.0f} MB for the tenth"
            )


def policy_text(length: int, *, first: int = 1) -> RawText:
    """A plan of about ``length`` characters: headings, numbered clauses with duties, targets and references."""
    lines = ["某省质量工作规划", "为贯彻落实《质量发展纲要》(国发〔2012〕9号),制定本规划。"]
    size, number = 0, first
    while size < length:
        lines += [
            f"第{number}章 重点任务",
            f"第{number * 2 - 1}条 到2020年,产品质量合格率达到9{number % 10}%以上,培育名牌产品{number}个。",
            f"第{number * 2}条 有下列情形之一的,应当报告:",
            "(一)发生质量安全事故的;",
            "(二)抽查不合格的。(省质监局牵头,省商务厅、省农业厅配合)",
            "依照前款规定报告的,由主管部门会同有关部门处理。",
        ]
        size += sum(map(len, lines[-6:]))
        number += 1
    return raw_text("\n".join(lines))


def ratio(short: RawText, long: RawText) -> tuple[float, float]:
    """Times the length, and times the seconds."""
    return len(long.text) / len(short.text), seconds([long]) / max(seconds([short]), 1e-9)


def main() -> None:
    """Print the figures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _DOCUMENTS
    console = Console(soft_wrap=True)
    documents = list_documents(folder)
    print_command(documents, console)
    files = [read_file(path) for path in documents]
    parse_document(policy_text(1000))  # vocabularies are read once
    collect_seldom()
    size = sum(len(file.text.encode()) for file in files)
    taken = seconds(files)
    console.print(f"{folder.name}: {len(files)} documents, {size / 1e6:.2f} MB, {size / 1e6 / taken:.2f} MB/s")
    plan = policy_text(10 * _SHORT)
    rate = len(plan.text.encode()) / 1e6 / seconds([plan])
    console.print(f"a plan of nothing but targets, duties and references: {rate:.2f} MB/s")
    table = Table("text", "times the length", "times the seconds", "off by")
    pairs = {"a plan": (policy_text(_SHORT), plan)}
    for name, piece in _HARD_TEXTS.items():
        count = _HARD // len(piece)
        pairs[name] = (raw_text(f"甲{piece * count}乙"), raw_text(f"甲{piece * count * 10}乙"))
    for name, (short, long) in pairs.items():
        longer, slower = ratio(short, long)
        table.add_row(name, f"{longer:.1f}", f"{slower:.1f}", f"{(slower / longer - 1) * 100:+.0f}%")
    console.print(table)


if __name__ == "__main__":
    main()
