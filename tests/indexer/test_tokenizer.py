import subprocess
import sys
from pathlib import Path

import jieba
import pytest

from corpus.dictionary import _add_frequencies
from corpus.folding import fold
from indexer.lazy_tokenizer import LazyDictionaryTokenizer
from indexer.tokenizer import LEXICON_HASH, part_of_speech, read_lexicon, tokenize

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"


@pytest.fixture(scope="module")
def whole_dictionary(tmp_path_factory: pytest.TempPathFactory) -> jieba.Tokenizer:
    """jieba as it comes, everything loaded."""
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    jieba.setLogLevel("ERROR")
    tokenizer.initialize()
    return tokenizer


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_cuts_as_jieba_does_with_its_whole_dictionary(path: Path, whole_dictionary: jieba.Tokenizer) -> None:
    lazy = LazyDictionaryTokenizer()
    for line in fold(path.read_bytes().decode("utf-8", "replace")).splitlines():
        lazy.load_words_of(line)
        assert list(lazy.cut_for_search(line)) == list(whole_dictionary.cut_for_search(line))


def test_reads_every_word_and_frequency_of_the_dictionary(whole_dictionary: jieba.Tokenizer) -> None:
    lazy = LazyDictionaryTokenizer()
    lazy.load_words_of("".join({word[0] for word in whole_dictionary.FREQ}))
    assert lazy.FREQ == whole_dictionary.FREQ
    assert lazy.total == whole_dictionary.total


def test_a_dictionary_of_another_version_is_added_up() -> None:
    assert _add_frequencies("一丁 5 n\n21世纪 40 t\n".encode()) == 45
    with pytest.raises(ValueError, match="lines of word, frequency and tag"):
        _add_frequencies("一丁 5\n".encode())


def test_the_lexicon_is_added_as_jieba_adds_words(whole_dictionary: jieba.Tokenizer) -> None:
    lexicon = read_lexicon()
    lazy = LazyDictionaryTokenizer(lexicon)
    lazy.load_words_of("".join(lexicon))
    for word in lexicon:
        assert not whole_dictionary.FREQ.get(word), "the dictionary has it already"
        assert word == fold(word)
        assert list(lazy.cut(word)) == [word]
    assert lazy.total == whole_dictionary.total + 100 * len(lexicon)


def test_words_bodies_and_bigrams() -> None:
    assert tokenize("质监部门牵头") == ["质监", "部门", "质监部门", "牵头", *("质监", "监部", "部门", "门牵", "牵头")]


def test_traditional_and_full_width_come_out_the_same() -> None:
    assert tokenize("山東省品牌培育由誰牽頭?GDP增長8.5%") == tokenize("山东省品牌培育由谁牵头?gdp增长8.5%")


def test_numbers_and_latin_words_stay_and_punctuation_goes() -> None:
    assert tokenize("GDP, 8.5%——《》 2020年 §") == ["gdp", "8.5%", "2020", "年"]


def test_bigrams_do_not_run_over_punctuation_or_other_scripts() -> None:
    assert tokenize("水、电") == ["水", "电"]
    assert "水电" not in tokenize("水GDP电")


@pytest.mark.parametrize("text", ["", " \n\u3000", "。，、《》——", "\u2028\x85\0", "😀", "\U00020000\U00020001"])
def test_takes_any_text(text: str) -> None:
    assert all(term.strip() for term in tokenize(text))


def test_the_hash_names_a_state_of_the_lexicon() -> None:
    assert len(LEXICON_HASH) == 64


def test_keeps_nothing_in_the_temporary_folder(tmp_path: Path) -> None:
    """jieba would unmarshal a file there, which anyone may have written."""
    program = "from indexer.tokenizer import tokenize; tokenize('质监部门牵头')"
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, env={"TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("word", "tag"), [("设立", "v"), ("骆驼", "n"), ("提", "v"), ("税收优惠", None), ("", None)])
def test_a_word_has_the_tag_of_the_dictionary(word: str, tag: str | None) -> None:
    assert part_of_speech(word) == tag
