"""Engines with everything that the settings choose: encoder, reranker, language model, Milvus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.backends.milvus import Milvus
    from service.engine import Engine
    from service.settings import Settings


def engine_opener(
    settings: Settings,
    *,
    data: Path | None = None,
    encoder: str | None = None,
    reranker: str | None = None,
    query_cache: int = 0,
) -> Callable[[], Engine]:
    """What opens the engine of a data folder, anew at each call; the models beside the encoder are opened once, here.

    Args:
        settings: For what is not given.
        data: Comes before the setting, as do the next two.
        encoder: See ``indexer.encoder.open_encoder``.
        reranker: See ``service.reranking.open_reranker``.
        query_cache: See ``indexer.encoder.open_encoder``.

    Returns:
        A function that raises ``StoredIndexError`` or ``ModelError`` as ``Engine.open`` does.

    Raises:
        ModelError: If the reranker cannot be had.
        InputError: If the language model's settings cannot be used.
        IndexServerError: See ``open_milvus``.
    """
    from service.engine import Engine

    second, language_model = None, None
    if name := reranker or settings.reranker:
        from service.reranking import open_reranker

        second = open_reranker(name)
    if settings.llm_base_url and settings.llm_model:
        from service.language_model import open_language_model

        language_model = open_language_model(
            settings.llm_base_url,
            settings.llm_model,
            api_key=settings.llm_api_key.get_secret_value() if settings.llm_api_key else "",
            timeout_s=settings.llm_timeout_s,
        )
    folder = data or settings.data
    chosen = encoder or settings.encoder
    milvus = open_milvus(settings)
    return lambda: Engine.open(
        folder,
        encoder=chosen,
        query_cache=query_cache,
        reranker=second,
        language_model=language_model,
        milvus=milvus,
    )


def open_milvus(settings: Settings) -> Milvus | None:
    """What searches the index where that is not done in this process; ``None`` where it is.

    Raises:
        IndexServerError: If Milvus cannot be reached, or its client is not installed.
    """
    if settings.backend == "embedded":
        return None
    from indexer.backends.milvus import Milvus

    return Milvus(
        settings.milvus_uri or "",
        token=settings.milvus_token.get_secret_value() if settings.milvus_token else "",
        dense_index=settings.milvus_index,
        replicas=settings.milvus_replicas,
    )
