"""Encoding very many passages: in several processes of one machine, or by Ray on several.

What has no vector yet is cut into shards. A worker reads a shard, encodes it, and writes its vectors as one block of
the embedding cache, whole or not at all. A build that was killed finds the blocks that were finished, so it repeats
no more than the shards that were under way.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import numpy as np

from corpus.errors import ModelError
from indexer.embedding_cache import KEY, Keys, write_block
from indexer.encoder import EncodeProgress, Encoder, open_encoder, processors

BulkEngine = Literal["processes", "ray"]
SHARD = 50_000
"""Passages of a shard: some ten minutes of one processor, so that a killed build loses little."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """How much is encoded at once, and by what.

    Attributes:
        engine: ``processes`` of this machine, or ``ray``, which finds its cluster by ``RAY_ADDRESS`` or else
            runs on this machine. On a cluster the data folder has to be one that all machines see.
        encoder: Name of the encoder, which every worker opens for itself.
        data: The data folder.
        workers: How many encode at once; by default one for each processor of this machine.
        shard: Passages of a shard.
    """

    engine: BulkEngine
    encoder: str
    data: Path
    workers: int | None = None
    shard: int = SHARD

    def encode(
        self,
        keys: Keys,
        waiting: Sequence[int],
        read_text: Callable[[int], str],
        blocks: Path,
        progress: EncodeProgress | None = None,
    ) -> None:
        """Encode passages and write their vectors as blocks.

        Args:
            keys: Of all passages.
            waiting: Places in ``keys`` of those to encode.
            read_text: The text of a passage by its place.
            blocks: Folder of the embedding cache.
            progress: Called after each shard with the passages that are done and all there are.

        Raises:
            ModelError: If Ray is not installed, a worker ends early, or the encoder fails. What was finished stays.
        """
        data = self.data.resolve()  # a worker may run in another folder
        shards = data / "cache" / "shards"
        shutil.rmtree(shards, ignore_errors=True)
        shards.mkdir(parents=True)
        try:
            paths = [
                _write_shard(shards / f"{start}.npz", keys, waiting[start : start + self.shard], read_text)
                for start in range(0, len(waiting), self.shard)
            ]
            done = 0
            run = _run_in_processes if self.engine == "processes" else _run_in_ray
            for encoded in run(replace(self, data=data), paths, blocks.resolve()):
                done += encoded
                if progress is not None:
                    progress(done, len(waiting))
        finally:
            shutil.rmtree(shards, ignore_errors=True)

    @property
    def at_once(self) -> int:
        """Workers that run at the same time."""
        return self.workers or processors()

    def open_encoder(self) -> Encoder:
        """The encoder of one worker, which has one processor."""
        return open_encoder(self.encoder, data=self.data, passage_threads=1)


def _write_shard(path: Path, keys: Keys, places: Sequence[int], read_text: Callable[[int], str]) -> Path:
    texts = [read_text(place).encode("utf-8", "surrogatepass") for place in places]
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    joined = np.frombuffer(b"".join(texts), dtype=np.uint8)
    np.savez(path, keys=keys[list(places)], ends=ends, texts=joined)
    return path


def encode_shard(path: Path, blocks: Path, encoder: Encoder) -> int:
    """Encode one shard and write its block.

    Args:
        path: The shard, which is removed when its block is there.
        blocks: Folder of the embedding cache.
        encoder: For the vectors.

    Returns:
        How many passages were encoded.
    """
    with np.load(path, allow_pickle=False) as shard:
        keys, ends, joined = shard["keys"].astype(KEY), shard["ends"], shard["texts"].tobytes()
    starts = [0, *ends[:-1].tolist()]
    texts = [joined[start:end].decode("utf-8", "surrogatepass") for start, end in zip(starts, ends, strict=True)]
    write_block(blocks, keys, encoder.encode_passages(texts))
    path.unlink(missing_ok=True)
    return len(texts)


_worker: list[Encoder] = []  # of a process that ``_run_in_processes`` started


def _open_in_process(bulk: Bulk) -> None:
    _worker[:] = [bulk.open_encoder()]


def _encode_in_process(path: Path, blocks: Path) -> int:
    return encode_shard(path, blocks, _worker[0])


def _run_in_processes(bulk: Bulk, paths: Sequence[Path], blocks: Path) -> Iterator[int]:
    workers = min(bulk.at_once, len(paths))
    # A fresh interpreter for each: threads of this one, and locks that they hold, are not copied.
    with ProcessPoolExecutor(workers, get_context("spawn"), _open_in_process, (bulk,)) as pool:
        try:
            for task in as_completed([pool.submit(_encode_in_process, path, blocks) for path in paths]):
                yield task.result()
        except BrokenProcessPool as error:
            fault = "A process that encodes ended early; the system may have run out of memory."
            raise ModelError(fault, "Run 'tiaowen index' again, with fewer --workers.") from error
        finally:
            pool.shutdown(cancel_futures=True)


class _RayWorker:
    """An actor of Ray Data: opens the encoder once and takes one shard after the other."""

    def __init__(self, bulk: Bulk, blocks: Path) -> None:
        self._encoder = bulk.open_encoder()
        self._blocks = blocks

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        return {"encoded": [encode_shard(Path(str(path)), self._blocks, self._encoder) for path in batch["shard"]]}


def _run_in_ray(bulk: Bulk, paths: Sequence[Path], blocks: Path) -> Iterator[int]:
    try:
        import ray
        import ray.data
    except ImportError as error:
        fault = f"Ray cannot be imported ({error})."
        raise ModelError(fault, "Install it (pip install 'tiaowen[ray]'), or use --engine processes.") from error
    started = not ray.is_initialized()
    try:
        if started:
            # Ray's own usage reports would be the only thing here that talks to another host.
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
            ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        ray.data.DataContext.get_current().enable_progress_bars = False
        shards = ray.data.from_items([{"shard": str(path)} for path in paths], override_num_blocks=len(paths))
        encoded = shards.map_batches(
            _RayWorker,
            fn_constructor_args=(bulk, blocks),
            batch_size=1,
            num_cpus=1,
            concurrency=(1, min(bulk.at_once, len(paths))),
        )
        for row in encoded.iter_rows():
            yield int(row["encoded"])
    except (ray.exceptions.RayError, ConnectionError) as error:
        reason = str(error).strip().splitlines()[-1]
        raise ModelError(f"Ray stopped ({reason}).", "Run 'tiaowen index' again: what is finished stays.") from error
    finally:
        if started:
            ray.shutdown()
