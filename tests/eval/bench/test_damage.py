from __future__ import annotations

from rich.console import Console

from corpus.mojibake import find_repairs
from eval.bench import damage

LINE = "各级人民政府应当加强对安全生产工作的领导，建立健全责任制度，及时协调解决重大问题。"


def test_every_broken_line_is_counted_once() -> None:
    for way in damage._WAYS.values():
        counts = damage.read_again([f"{LINE}\n" * 40], way, 20, Console(quiet=True))
        assert counts["lines"] >= 20
        assert counts["right"] > 0
        assert sum(counts[key] for key in ("right", "wrong", "marked", "unmarked")) == counts["lines"]


def test_a_line_is_shown_as_a_mirror_shows_it() -> None:
    data = "监督抽查。“十一五”期间".encode("gbk")
    shown = [way(data, 8) for way in damage._WAYS.values()]
    assert len(set(shown)) > 1
    assert all(text.startswith("监督抽查") and "“十一五”" not in text for text in shown)


def test_question_marks_are_put_for_stops_only() -> None:
    marks, taken = damage.asked([LINE * 20])
    assert marks > 0
    assert taken == 0
    assert not find_repairs(LINE)
