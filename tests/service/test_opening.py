import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import IndexServerError
from service.opening import engine_opener, open_milvus
from service.settings import Settings

POLICIES = Path(__file__).parents[1] / "fixtures" / "answers"
QUESTIONS = ("节水由哪个部门牵头?", "江苏省的节水目标", "who leads water saving?", "GDP")


def test_this_process_searches_by_default():
    assert open_milvus(Settings(backend="embedded", milvus_uri="http://127.0.0.1:1")) is None


@pytest.mark.milvus
def test_without_milvus_there_is_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("indexer.backends.milvus._TIMEOUT_S", 0.5)
    settings = Settings(backend="milvus", milvus_uri="http://127.0.0.1:1")
    with pytest.raises(IndexServerError, match="connect to Milvus"):
        engine_opener(settings, data=tmp_path)


@pytest.mark.milvus
@pytest.mark.slow
def test_the_same_clauses_and_answers_from_milvus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TIAOWEN_BACKEND", "milvus")
    monkeypatch.setenv("TIAOWEN_MILVUS_URI", str(tmp_path / "milvus.db"))
    # However few rows may be found, they are looked for in the indices.
    monkeypatch.setattr("service.retrieval._SCORED_WHOLE", 0)
    data = tmp_path / "data"
    command = [sys.executable, "-m", "service.cli", "index", str(POLICIES), "--data", str(data)]
    built = subprocess.run(command, timeout=600, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    there = engine_opener(Settings(), data=data)()
    here = engine_opener(Settings(backend="embedded"), data=data)()
    for question in QUESTIONS:
        for filters in (None, {"region": ["江苏省"]}, {"region": ["江苏省"], "kind": ["clause"]}):
            found = [engine.search(question, k=20, filters=filters) for engine in (here, there)]
            assert found[0].hits == found[1].hits
        answers = [engine.answer(question) for engine in (here, there)]
        assert answers[0].statements == answers[1].statements
        assert answers[0].citations == answers[1].citations
    assert there.search(QUESTIONS[0]).hits
