from __future__ import annotations

import threading
import time

import pytest

from corpus.errors import DamagedIndexError, NoIndexError
from service.live_engine import LiveEngine


class Opener:
    """Opens a new object each time, or raises what it is given."""

    def __init__(self) -> None:
        self.opened: list[object] = []
        self.error: Exception | None = None

    def __call__(self):
        if self.error is not None:
            raise self.error
        self.opened.append(object())
        return self.opened[-1]


@pytest.fixture
def opener() -> Opener:
    return Opener()


def test_opens_once_and_again_when_the_pointer_changes(tmp_path, opener):
    (tmp_path / "CURRENT").write_text("1")
    live = LiveEngine(tmp_path, "CURRENT", opener, interval_s=0)
    first = live.current()
    assert live.current() is first
    (tmp_path / "CURRENT").write_text("2")
    second = live.current()
    assert second is not first
    assert opener.opened == [first, second]


def test_the_pointer_is_read_at_most_once_an_interval(tmp_path, opener):
    live = LiveEngine(tmp_path, "CURRENT", opener, interval_s=60)
    first = live.current()
    (tmp_path / "CURRENT").write_text("2")
    assert live.current() is first


def test_raises_while_there_is_no_index_and_opens_when_there_is_one(tmp_path, opener):
    live = LiveEngine(tmp_path, "CURRENT", opener, interval_s=60)
    opener.error = NoIndexError("There is no index.")
    for _ in range(2):
        with pytest.raises(NoIndexError):
            live.current()
    opener.error = None
    assert live.current() is opener.opened[0]


def test_the_former_goes_on_where_the_new_one_is_damaged(tmp_path, opener, caplog):
    (tmp_path / "CURRENT").write_text("1")
    live = LiveEngine(tmp_path, "CURRENT", opener, interval_s=0)
    first = live.current()
    opener.error = DamagedIndexError("A file is missing.")
    (tmp_path / "CURRENT").write_text("2")
    assert live.current() is first
    assert live.current() is first
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_others_go_on_while_one_opens_the_new_index(tmp_path):
    (tmp_path / "CURRENT").write_text("1")
    may_open = threading.Event()
    may_open.set()
    opening = threading.Event()
    engines = iter(["first", "second"])

    def open_engine():
        opening.set()
        assert may_open.wait(10)
        return next(engines)

    live = LiveEngine(tmp_path, "CURRENT", open_engine, interval_s=0)  # type: ignore[arg-type]
    assert live.current() == "first"
    may_open.clear()
    opening.clear()
    (tmp_path / "CURRENT").write_text("2")
    slow = threading.Thread(target=live.current)
    slow.start()
    assert opening.wait(10)
    started = time.monotonic()
    assert live.current() == "first"
    assert time.monotonic() - started < 1
    may_open.set()
    slow.join()
    assert live.current() == "second"
