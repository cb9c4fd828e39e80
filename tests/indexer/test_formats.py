"""The same text as html, docx and pdf has the clause tree of the plain text."""

from __future__ import annotations

from html import escape

import pytest

from corpus.folding import fold_for_comparison
from corpus.reading import read_file
from indexer.parsing import parse_document


def tree(path):
    clauses = parse_document(read_file(path, document_id="shandong-2014")).clauses
    return [(clause.path, clause.kind, fold_for_comparison(clause.text)) for clause in clauses]


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf"])
def test_the_clause_tree_is_that_of_the_plain_text(tmp_path, shandong_lines, make_page, make_docx, make_pdf, suffix):
    plain = tmp_path / "plain.txt"
    plain.write_text("\n".join(shandong_lines), "utf-8")
    made = tmp_path / f"made{suffix}"
    made.write_bytes(
        {
            ".html": lambda: make_page("".join(f"<p>{escape(line)}</p>" for line in shandong_lines)),
            ".docx": lambda: make_docx(shandong_lines),
            ".pdf": lambda: make_pdf(shandong_lines, head="山东省人民政府公报"),
        }[suffix]()
    )
    expected = tree(plain)
    assert len(expected) > 20
    assert tree(made) == expected
