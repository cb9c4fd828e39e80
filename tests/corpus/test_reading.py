from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import (
    BinaryDocumentError,
    BrokenDocumentError,
    DocumentError,
    EmptyDocumentError,
    NoDocumentsError,
    OversizedDocumentError,
    UnknownFormatError,
)
from corpus.reading import READERS, assign_document_ids, list_documents, read_file

TEXT = "第一条　为了加强质量工作，制定本办法。\r\n第二条　本办法自2015年1月1日起施行。\n"


def test_a_text_file_keeps_every_character(tmp_path):
    path = tmp_path / "办法、【试行】(2015).txt"
    path.write_bytes(TEXT.encode("gb18030"))
    raw = read_file(path)
    assert raw.text == TEXT
    assert raw.document_id == "办法、【试行】(2015)"
    assert raw.encoding == "gb18030"
    assert raw.size_bytes == len(TEXT.encode("gb18030"))
    assert raw.sha256 == hashlib.sha256(TEXT.encode("gb18030")).hexdigest()


def test_markdown_and_an_upper_case_suffix_are_read(tmp_path):
    path = tmp_path / "NOTICE.MD"
    path.write_bytes(TEXT.encode("utf-8-sig"))
    assert read_file(path, document_id="n").text == TEXT
    assert read_file(path, document_id="n").document_id == "n"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "\ufeff".encode(), "\u3000\n\u3000".encode()])
def test_an_empty_file_is_named(tmp_path, data):
    path = tmp_path / "empty.txt"
    path.write_bytes(data)
    with pytest.raises(EmptyDocumentError, match=r"empty\.txt"):
        read_file(path)


def test_a_binary_file_is_named(tmp_path):
    path = tmp_path / "photo.txt"
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    with pytest.raises(BinaryDocumentError, match=r"photo\.txt.*JPEG"):
        read_file(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(DocumentError, match="is not there"):
        read_file(tmp_path / "none.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(DocumentError, match=r"is a folder.*Name the documents in it"):
        read_file(tmp_path / "folder.txt")


def test_an_unknown_format_says_what_to_do(tmp_path):
    path = tmp_path / "old.doc"
    path.write_bytes(b"x")
    with pytest.raises(UnknownFormatError, match="Save it as docx"):
        read_file(path)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("the file was read"))
    with pytest.raises(OversizedDocumentError, match="200,000,000"):
        read_file(path)


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf"])
def test_a_file_that_is_not_what_its_suffix_says_is_broken(tmp_path, suffix):
    path = tmp_path / f"text{suffix}"
    path.write_text("第一条 普通文本，增速<5%的企业。", "utf-8")
    with pytest.raises(BrokenDocumentError, match=r"no (html|docx|PDF)"):
        read_file(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    with pytest.raises(BrokenDocumentError):
        read_file(path)


def test_each_format_says_so(tmp_path, make_docx, make_pdf, make_page):
    line = "为了加强质量工作，制定本办法，并自公布之日起施行。"
    for suffix, data in (
        (".docx", make_docx([line])),
        (".pdf", make_pdf([line])),
        (".htm", make_page(f"<p>{line}</p>")),
    ):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(data)
        raw = read_file(path)
        assert line in raw.text.split("\n")
        assert raw.encoding == suffix.removeprefix(".").replace("htm", "html")


def test_a_folder_lists_what_can_be_read_in_order(tmp_path):
    for name in ("b/2.txt", "a/1.MD", "a/1.docx", "c.pdf", "x.html", ".git/a.txt", "~$a.docx", ".hidden.txt", "d.xlsx"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = [str(path.relative_to(tmp_path)) for path in list_documents(tmp_path)]
    assert found == ["a/1.MD", "a/1.docx", "b/2.txt", "c.pdf", "x.html"]
    with pytest.raises(NoDocumentsError):
        list_documents(tmp_path / "none")


def test_ids_are_stems_and_equal_stems_take_their_folder():
    paths = [Path("a/1.txt"), Path("b/1.txt"), Path("b/2.tar.txt"), Path("b/三、(新).md")]
    assert list(assign_document_ids(paths).values()) == ["a~1", "b~1", "2.tar", "三、(新)"]


def test_ids_differ_even_where_folders_and_stems_are_equal():
    paths = [Path(p) for p in ("x/a/1.txt", "y/a/1.txt", "y/a/1.docx", "y/a~1.txt", "z/2.txt", "z/2.txt")]
    ids = assign_document_ids(paths)
    assert len(set(ids.values())) == len(ids) == 5
    assert ids[Path("z/2.txt")] == "2"
    assert not any("/" in document_id for document_id in ids.values())


def test_a_folder_of_plain_texts_imports_no_heavy_reader(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    code = (
        "import sys; from pathlib import Path; from corpus.reading import read_file; "
        f"read_file(Path({str(path)!r})); "
        "print(sorted({'lxml', 'docx', 'pdfplumber', 'trafilatura', 'charset_normalizer'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert printed.strip() == "[]"


def test_every_reader_is_known_by_its_suffix():
    assert sorted(READERS) == [".docx", ".htm", ".html", ".md", ".pdf", ".txt"]


def test_half_a_character_of_a_pdf_becomes_a_replacement_character(tmp_path, monkeypatch):
    monkeypatch.setattr("corpus.formats.pdf.read_pdf", lambda _: "加强\ud83d监管\ud83d\ude00")
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF")
    assert read_file(file).text == "加强\ufffd监管😀"
