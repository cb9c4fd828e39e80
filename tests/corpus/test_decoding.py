from __future__ import annotations

import hashlib

import pytest

from corpus.decoding import decode, plausibility
from corpus.errors import BinaryDocumentError

SIMPLIFIED = "第三条　各级人民政府应当加强对质量工作的领导，\r\n建立健全工作机制。2014年增长8.5%。\n"
TRADITIONAL = "第三條　各級人民政府應當加強對品質工作的領導，\r\n建立健全工作機制。2014年增長8.5%。\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SIMPLIFIED.encode("utf-8"), "utf-8"),
        (SIMPLIFIED.encode("utf-8-sig"), "utf-8"),
        (SIMPLIFIED.encode("gb18030"), "gb18030"),
        (SIMPLIFIED.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be"), "utf-16-be"),
        (SIMPLIFIED.encode("utf-16-le"), "utf-16-le"),
        (SIMPLIFIED.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_simplified_text_comes_out_whole_without_mark_and_with_its_newlines(data, encoding):
    assert decode(data) == (SIMPLIFIED, encoding)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TRADITIONAL.encode("big5"), "big5"),
        (TRADITIONAL.encode("utf-8"), "utf-8"),
        (TRADITIONAL.encode("gb18030"), "gb18030"),
    ],
)
def test_traditional_text_comes_out_whole(data, encoding):
    assert decode(data) == (TRADITIONAL, encoding)


@pytest.mark.parametrize("words", ["通知", "各市人民政府：", "一、总体要求", "（一）", "展农", "质量", "附件2"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_few_simplified_characters_are_told(words, encoding):
    assert decode(words.encode(encoding)) == (words, encoding)


@pytest.mark.parametrize("words", ["通知", "總則", "各縣市政府", "一、總體要求", "第一條", "標準化"])
def test_a_few_traditional_characters_in_big5_are_told(words):
    assert decode(words.encode("big5")) == (words, "big5")


def test_other_scripts_in_utf8_stay():
    for words in ("Общие положения о качестве", "བོད་རང་སྐྱོང་ལྗོངས།", "품질 관리 조례", "café, naïve, Größe"):
        assert decode(words.encode("utf-8")) == (words, "utf-8")


def test_a_cut_last_character_costs_that_character_only():
    data = (SIMPLIFIED * 20).encode("utf-8").rstrip(b"\n")[:-1]
    assert decode(data).encoding == "utf-8"
    assert decode(data).text[:600] == (SIMPLIFIED * 20)[:600]


def test_a_declared_charset_is_taken_and_read_as_its_superset():
    data = "镕：朱镕基".encode("gbk")
    assert decode(data, declared="gb2312") == ("镕：朱镕基", "gb18030")
    assert decode(data, declared="no-such-charset").text == "镕：朱镕基"


@pytest.mark.parametrize(
    "data",
    [
        b"".join(hashlib.sha256(bytes([n])).digest() for n in range(100)),
        bytes(range(256)) * 8,
        b"\x00" * 100,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 20,
        b"%PDF-1.7\n1 0 obj",
        b"PK\x03\x04" + b"\x00" * 30,
    ],
)
def test_binary_is_refused(data):
    with pytest.raises(BinaryDocumentError):
        decode(data)


def test_plausibility_tells_the_right_reading():
    wrong = SIMPLIFIED.encode("gb18030").decode("big5", errors="replace")
    assert plausibility(SIMPLIFIED) > 1.0
    assert plausibility(wrong) < 0.9
