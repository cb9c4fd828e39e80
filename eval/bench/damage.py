"""How much of what byte-wise damage broke is read right, on texts that were whole before.

``python -m eval.bench.damage [FOLDER] [LINES]`` takes lines of a folder's documents (the shipped ones by default),
loses one byte of each, decodes them again in the ways that mirrors do, and compares what ``clean_text`` makes of them
with what stood there. The neighbouring lines stay whole, as the document's own words help to read the broken ones.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from corpus.cleaning import clean_text
from corpus.mojibake import find_repairs
from corpus.reading import list_documents, read_file

_DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
_LINES = 400
_SEED = 1
_AROUND = 3000  # characters of a document that stand around its broken lines
_SHORTEST = 30  # characters of a line that is broken
_SHARE = 0.12  # of lines that are broken
_WAYS: dict[str, Callable[[bytes, int], str]] = {
    "a byte became ?, others too": lambda data, at: _shown(data[:at] + b"?" + data[at + 1 :]).replace("\ufffd", "?"),
    "a byte became ?": lambda data, at: _shown(data[:at] + b"?" + data[at + 1 :]),
    "a byte fell out": lambda data, at: _shown(data[:at] + data[at + 1 :]),
    "a byte fell out, others became ?": lambda data, at: _shown(data[:at] + data[at + 1 :]).replace("\ufffd", "?"),
}


def _shown(data: bytes) -> str:
    return data.decode("gbk", "replace")


def _judge(lines: list[str], broken: dict[int, str]) -> Counter[str]:
    """What became of the broken lines, by their number."""
    shown = [broken.get(number, line) for number, line in enumerate(lines)]
    clean = clean_text("\n".join(shown))
    printed = clean.text.split("\n")
    counts: Counter[str] = Counter(lines=len(broken))
    if len(printed) != len(shown):  # a broken line was taken for a website's
        return counts + Counter(wrong=len(broken))
    start, marked = 0, {repair.span[0] for repair in clean.repairs if repair.repaired is None}
    for number, line in enumerate(shown):
        if number in broken:
            if printed[number] == lines[number]:
                counts["right"] += 1
            elif printed[number] != line:
                counts["wrong"] += 1
            elif any(start <= at < start + len(line) for at in marked):
                counts["marked"] += 1
            else:
                counts["unmarked"] += 1
        start += len(line) + 1
    return counts


def read_again(texts: list[str], way: Callable[[bytes, int], str], count: int, console: Console) -> Counter[str]:
    """Break at least ``count`` lines, a few of a stretch at a time, and count what became of them."""
    chance = random.Random(_SEED)  # noqa: S311 - draws that are the same each time, and no secrets
    totals = Counter[str]()
    with console.status("breaking lines") as status:
        while totals["lines"] < count:
            text = chance.choice(texts)
            start = chance.randrange(max(1, len(text) - _AROUND))
            lines = text[start : start + _AROUND].encode("gbk", "ignore").decode("gbk").split("\n")
            broken = {}
            for number, line in enumerate(lines):
                if len(line) > _SHORTEST and chance.random() < _SHARE:
                    data = line.encode("gbk")
                    broken[number] = way(data, chance.randrange(4, len(data) - 10))
            totals += _judge(lines, broken)
            status.update(f"breaking lines: {totals['lines']} of {count}")
    return totals


def asked(texts: list[str]) -> tuple[int, int]:
    """Question marks in the place of stops, and how many of them are taken for damage."""
    chance = random.Random(_SEED)  # noqa: S311 - as above
    marks = taken = 0
    for text in texts:
        whole = text[:_AROUND].replace("?", "")
        shown = "".join("?" if c in "，。；" and chance.random() < _SHARE else c for c in whole)
        marks += shown.count("?")
        taken += len(find_repairs(shown))
    return marks, taken


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _DOCUMENTS
    count = int(sys.argv[2]) if len(sys.argv) > 2 else _LINES
    console = Console()
    texts = [read_file(path).text for path in list_documents(folder)]
    # Only what was whole tells how well the broken is read.
    texts = [text for text in texts if len(text) > _AROUND // 2 and not find_repairs(text)]
    table = Table("damage", "lines", "read right", "read wrong", "marked", "neither")
    for name, way in _WAYS.items():
        counts = read_again(texts, way, count, console)
        table.add_row(name, *(str(counts[key]) for key in ("lines", "right", "wrong", "marked", "unmarked")))
    console.print(table)
    marks, taken = asked(texts)
    console.print(f"question marks in the place of stops: {marks}, taken for damage: {taken}")


if __name__ == "__main__":
    main()
