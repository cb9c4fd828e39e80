from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import indexer.encoder
from corpus.decoding import decode
from corpus.errors import DamagedIndexError, ModelError, NoIndexError
from service import cli
from service.schemas import AnswerResponse, SearchResponse

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "corpus" / "documents"
POLICY = """某市人民政府关于节水的意见
一、总体要求
节约用水。
二、主要任务
(一)推广节水器具。(市水务局牵头,市住建局配合)
(二)改造管网。
"""


@pytest.fixture
def run(monkeypatch, capfd):
    """Run the command line in this process; returns its status, standard output and standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tiaowen", *map(str, arguments)])
        try:
            cli.main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        else:
            status = 0
        captured = capfd.readouterr()
        return status, captured.out, captured.err

    for name in list(os.environ):
        if name.startswith("TIAOWEN_"):
            monkeypatch.delenv(name)
    return run


@pytest.fixture
def with_engine(monkeypatch, engine):
    monkeypatch.setattr(cli, "_open_engine", lambda data, encoder, reranker: engine)
    return engine


@pytest.fixture
def hash_encoder(monkeypatch):
    """A quick encoder in place of the real one."""
    import hashlib

    import numpy as np

    class HashEncoder:
        name = fingerprint = "hash"
        dimension = 32

        def encode_passages(self, texts, *, progress=None):
            return self.encode_queries(texts)

        def encode_queries(self, texts):
            vectors = np.full((len(texts), 32), 1e-3, dtype=np.float32)
            for row, text in enumerate(texts):
                for character in text:
                    vectors[row, hashlib.sha256(character.encode()).digest()[0] % 32] += 1
            return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    monkeypatch.setattr(indexer.encoder, "open_encoder", lambda name="hash", **_: HashEncoder())


class TestParse:
    def test_jsonl_is_the_document_line_and_a_line_for_each_unit(self, run, tmp_path):
        (tmp_path / "某市、节水(试行).txt").write_text(POLICY, "utf-8")
        (tmp_path / "b.txt").write_text(POLICY, "utf-8")
        status, out, err = run("parse", tmp_path / "某市、节水(试行).txt", tmp_path / "b.txt", "--jsonl")
        rows = [json.loads(line) for line in out.splitlines()]
        documents = [row for row in rows if "noise" in row]
        assert status == 0
        assert [row["document_id"] for row in documents] == ["某市、节水(试行)", "b"]
        assert [row["document_id"] for row in rows] == sorted((row["document_id"] for row in rows), reverse=True)
        lead = next(row for row in rows if row.get("id") == "某市、节水(试行)/二/(一)")
        assert lead["responsibilities"][0]["lead"] == ["市水务局"]
        start, end = lead["span"]
        assert POLICY[start:end] == lead["text"]
        assert "documents read" in err

    @pytest.mark.parametrize("name", [path.name for path in sorted(DOCUMENTS.glob("*.txt"))])
    def test_the_shipped_documents(self, run, name):
        status, out, _ = run("parse", DOCUMENTS / name, "--jsonl")
        rows = [json.loads(line) for line in out.splitlines()]
        assert status == 0
        assert list(rows[0])[:6] == ["document_id", "title", "notice_title", "issuer", "number", "issued_on"]
        assert all(row["id"] == f"{row['document_id']}/{'/'.join(row['path'])}" for row in rows[1:])
        assert sum(row["kind"] == "clause" for row in rows[1:]) > 10

    def test_without_jsonl_it_is_readable(self, run, tmp_path):
        (tmp_path / "a.txt").write_text(POLICY, "utf-8")
        status, out, _ = run("parse", tmp_path / "a.txt")
        assert status == 0
        assert "lead: 市水务局; support: 市住建局" in out

    def test_a_terminal_shows_the_same_lines(self, run, tmp_path, monkeypatch):
        (tmp_path / "a.txt").write_text(POLICY, "utf-8")
        _, plain, _ = run("parse", tmp_path / "a.txt")
        monkeypatch.setenv("FORCE_COLOR", "1")
        _, styled, _ = run("parse", tmp_path / "a.txt")
        assert styled != plain
        assert re.sub(r"\x1b\[[\d;]*m", "", styled) == plain

    def test_a_file_whose_name_is_no_utf8(self, run, tmp_path):
        file = tmp_path / os.fsdecode(b"a\xff.txt")
        try:
            file.write_text(POLICY, "utf-8")
        except OSError:
            pytest.skip("this file system takes no such name")
        status, out, _ = run("parse", file, "--jsonl")
        assert status == 0
        assert json.loads(out.splitlines()[0])["document_id"] == "a\ufffd"

    def test_goes_on_past_a_bad_file(self, run, tmp_path):
        (tmp_path / "good.txt").write_text(POLICY, "utf-8")
        (tmp_path / "empty.txt").write_text("")
        status, out, err = run("parse", tmp_path / "empty.txt", tmp_path / "good.txt", tmp_path / "gone.txt", "--jsonl")
        assert status == 1
        assert json.loads(out.splitlines()[0])["document_id"] == "good"
        assert "empty.txt is empty" in err
        assert "gone.txt is not there" in err

    def test_a_folder_stands_for_its_documents(self, run, tmp_path):
        folder = tmp_path / "policies"
        (folder / "city").mkdir(parents=True)
        (folder / "b.txt").write_text(POLICY, "utf-8")
        (folder / "city" / "a.txt").write_text(POLICY, "utf-8")
        (folder / "README.md").write_text("about this folder", "utf-8")
        (folder / "broken.docx").write_bytes(b"PK")
        status, out, err = run("parse", folder, folder / "b.txt", "--jsonl")
        documents = [row["document_id"] for row in map(json.loads, out.splitlines()) if "noise" in row]
        assert (status, documents) == (1, ["b", "a"])
        assert "broken.docx" in err

    def test_each_file_is_read_once(self, run, tmp_path, monkeypatch):
        # A PDF takes longer to read than to parse.
        read = []
        monkeypatch.setattr("corpus.reading.READERS", {".txt": lambda data: read.append(data) or decode(data)})
        for name in "ab":
            (tmp_path / f"{name}.txt").write_text(POLICY.replace("节水", f"节水{name}"), encoding="utf-8")
        status, out, _ = run("parse", tmp_path)
        assert (status, len(read)) == (0, 2)
        assert "节水a" in out
        assert "节水b" in out

    def test_a_folder_without_documents_is_wrong_input(self, run, tmp_path):
        status, out, err = run("parse", tmp_path)
        assert (status, out) == (2, "")
        assert "There are no documents in" in err

    def test_one_bad_file_is_wrong_input(self, run, tmp_path):
        status, out, err = run("parse", tmp_path / "gone.txt", "--jsonl")
        assert (status, out) == (2, "")
        assert "gone.txt is not there" in err


class TestIndex:
    def test_says_what_it_did_on_standard_error(self, run, tmp_path, hash_encoder):
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "a.txt").write_text(POLICY, "utf-8")
        (tmp_path / "docs" / "b.txt").write_text(POLICY.replace("某市", "别市"), "utf-8")
        assert run("index", tmp_path / "docs", "--data", tmp_path / "data")[0] == 0
        (tmp_path / "docs" / "b.txt").unlink()
        status, out, err = run("index", tmp_path / "docs", "--data", tmp_path / "data")
        table = dict(line.strip("│ \n").split(" │ ") for line in err.splitlines() if line.startswith("│"))
        table = {name.strip(): value.strip() for name, value in table.items()}
        assert (status, out) == (0, "")
        assert (table["documents read"], table["documents dropped"], table["files refused"]) == ("1", "1", "0")
        (tmp_path / "docs" / "broken.pdf").write_bytes(b"no pdf")
        status, _, err = run("index", tmp_path / "docs", "--data", tmp_path / "data")
        assert status == 1
        assert "broken.pdf" in err

    def test_a_folder_with_no_documents_leaves_the_former_index(self, run, tmp_path, hash_encoder):
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "a.txt").write_text(POLICY, "utf-8")
        run("index", tmp_path / "docs", "--data", tmp_path / "data")
        before = (tmp_path / "data" / "CURRENT").read_bytes()
        (tmp_path / "none").mkdir()
        for folder in ("none", "nowhere"):
            status, _, err = run("index", tmp_path / folder, "--data", tmp_path / "data")
            assert status == 2
            assert folder in err
        assert (tmp_path / "data" / "CURRENT").read_bytes() == before

    def test_a_model_that_cannot_be_had(self, run, tmp_path):
        status, _, err = run("index", DOCUMENTS, "--data", tmp_path / "data", "--encoder", tmp_path / "no-model")
        assert status == 1
        assert "no-model" in err
        assert not (tmp_path / "data" / "CURRENT").exists()


class TestAsk:
    def test_json_is_the_documented_record(self, run, with_engine):
        status, out, _ = run("ask", "谁牵头?", "--history", "一", "--history", "二", "--region", "山东", "--json")
        assert status == 0
        record = json.loads(out)
        assert AnswerResponse.model_validate(record).model_dump(mode="json", exclude_unset=True) == record
        assert with_engine.calls[0]["history"] == ("一", "二")
        assert with_engine.calls[0]["filters"] == {"region": ["山东"]}

    def test_readable_answer_shows_the_clause(self, run, with_engine):
        status, out, _ = run("ask", "谁牵头?")
        assert status == 0
        assert "[1] shandong-2014/三/11" in out
        assert "(质监部门牵头,科技等部门配合)" in out

    @pytest.mark.parametrize(
        ("arguments", "fault"),
        [
            (["ask", ""], "The question is empty"),
            (["ask", "牵" * 10_000], "10,000 characters"),
            (["ask", "谁?", "--region", "火星"], "火星"),
            (["ask"], "Give a question"),
            (["ask", "谁?", "--batch", "q.jsonl"], "Give a question"),
            (["ask", "谁?", "--out", "a.jsonl"], "--out goes with --batch"),
            (["ask", "--batch", "nothing.jsonl"], "nothing.jsonl cannot be read"),
            (["ask", "谁?", "--colour"], "No such option"),
            (["search", "品牌", "-k", "0"], "-k"),
            (["search", ""], "The question is empty"),
            (["answer"], "No such command"),
            (["parse"], "Missing argument"),
        ],
    )
    def test_wrong_input(self, run, with_engine, arguments, fault):
        status, out, err = run(*arguments)
        assert (status, out) == (2, "")
        assert fault in err

    @pytest.mark.parametrize(
        "error",
        [
            NoIndexError("There is no index in data.", "Run 'tiaowen index'."),
            DamagedIndexError("The index file a was altered.", "Run 'tiaowen index'."),
            ModelError("The model cannot be had.", "Choose another."),
        ],
    )
    def test_an_index_that_cannot_be_used(self, run, monkeypatch, error):
        def fail(data, encoder, reranker):
            raise error

        monkeypatch.setattr(cli, "_open_engine", fail)
        assert run("ask", "谁?") == (1, "", f"error: {error}\n")

    def test_batch(self, run, with_engine, tmp_path):
        (tmp_path / "q.jsonl").write_text('{"id": 1, "question": "谁?"}\n{"id": 2, "question": ""}\n', "utf-8")
        status, _, err = run("ask", "--batch", tmp_path / "q.jsonl", "--out", tmp_path / "a.jsonl")
        rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
        assert status == 1
        assert [(row["id"], "error" in row) for row in rows] == [(1, False), (2, True)]
        assert "1 of 2 questions" in err

    def test_search(self, run, with_engine):
        status, out, _ = run("search", "品牌", "-k", "3", "--json")
        record = json.loads(out)
        assert status == 0
        assert SearchResponse.model_validate(record).model_dump(mode="json", exclude_unset=True) == record
        assert "shandong-2014/三/11" in run("search", "品牌")[1]


def test_a_wrong_setting_is_wrong_input(run, monkeypatch):
    monkeypatch.setenv("TIAOWEN_PORT", "eighty")
    status, _, err = run("ask", "谁?")
    assert status == 2
    assert "TIAOWEN_PORT" in err


def test_a_port_in_use(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, err = run("serve", "--port", port)
    assert status == 2
    assert f"Port {port} on 127.0.0.1 is in use" in err


def test_serve_without_an_index(run, tmp_path):
    status, _, err = run("serve", "--port", "0", "--data", tmp_path)
    assert status == 1
    assert "There is no index" in err
    assert "tiaowen index" in err


def test_output_that_nobody_reads_to_the_end(tmp_path):
    command = f"{sys.executable} -m service.cli parse {DOCUMENTS}/*.txt --jsonl | head -n 1"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert json.loads(ended.stdout)["document_id"] == "alxa-quality"
    assert "Traceback" not in ended.stderr


@pytest.fixture(scope="module")
def shipped_index(tmp_path_factory) -> Path:
    """The index of the shipped documents with the real encoder."""
    data = tmp_path_factory.mktemp("index")
    command = [sys.executable, "-m", "service.cli", "index", "--data", str(data)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=900, capture_output=True)
    return data


@pytest.mark.slow
class TestShippedIndex:
    def ask(self, data: Path, *arguments: str) -> dict:
        command = [sys.executable, "-m", "service.cli", "ask", *arguments, "--json", "--data", str(data)]
        ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, timeout=120)
        return json.loads(ended.stdout)

    @pytest.mark.parametrize(
        "question",
        [
            "who leads brand cultivation in Shandong?",
            "山东省品牌培育由哪个部门牵头?",
            "山東省品牌培育由誰牽頭?",
        ],
    )
    def test_who_leads(self, shipped_index, question):
        record = self.ask(shipped_index, question)
        assert record["status"] == "answered"
        first = record["citations"][0]
        assert first["clause_id"] == "shandong-2014/三/11"
        assert record["statements"][0]["lead"] == ["质监部门"]
        assert {"发展改革", "工商"} <= set(record["statements"][0]["support"])
        marked = "".join(first["quote"][start:end] for start, end in first["highlights"])
        assert "质监部门牵头" in marked
        assert {citation["document"]["region"] for citation in record["citations"]} == {"山东省"}

    @pytest.mark.parametrize(
        ("question", "reason"),
        [("广东省品牌培育由谁牵头?", "region_not_in_corpus"), ("What is the capital of France?", "out_of_scope")],
    )
    def test_refusals(self, shipped_index, question, reason):
        record = self.ask(shipped_index, question)
        assert (record["status"], record["reason"]) == ("not_found", reason)
        assert record["citations"] == record["statements"] == []
        if reason == "region_not_in_corpus":
            assert all(name in record["text"] for name in record["index"]["regions"])

    def test_asking_imports_neither_torch_nor_a_web_framework(self, shipped_index):
        program = (
            "import sys; from service import cli; sys.argv = ['tiaowen', 'ask', '山东省品牌培育由谁牵头?', '--data', "
            f"{str(shipped_index)!r}]\n"
            "try: cli.main()\nexcept SystemExit: pass\n"
            "heavy = {'torch', 'fastapi', 'uvicorn', 'sentence_transformers'} & set(sys.modules)\n"
            "print(sorted(heavy), file=sys.stderr)"
        )
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=120)
        assert ended.stderr.splitlines()[-1] == "[]"

    def test_a_damaged_file_and_a_missing_one(self, shipped_index, tmp_path):
        for damage in ("alter", "remove"):
            data = tmp_path / damage
            shutil.copytree(shipped_index, data)
            victim = next((data / "generations").glob("*/store.sqlite"))
            if damage == "remove":
                victim.unlink()
            else:
                victim.write_bytes(victim.read_bytes()[:-100] + b"x" * 100)
            command = [sys.executable, "-m", "service.cli", "ask", "谁?", "--data", str(data)]
            ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
            assert ended.returncode == 1
            assert "store.sqlite" in ended.stderr
            assert "tiaowen index" in ended.stderr

    def test_serves_over_http_and_ends_when_told(self, shipped_index):
        import httpx

        command = [sys.executable, "-m", "service.cli", "serve", "--port", "0", "--data", str(shipped_index)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert process.stderr is not None
            address = process.stderr.readline().split()[2]
            with httpx.Client(base_url=address, timeout=60) as client:
                answer = client.post("/v1/answer", json={"question": "who leads brand cultivation in Shandong?"}).json()
                assert answer["citations"][0]["clause_id"] == "shandong-2014/三/11"
                assert client.get("/v1/clauses/shandong-2014/三/11").json()["responsibilities"][0]["lead"] == [
                    "质监部门"
                ]
                assert client.get("/readyz").json()["index"]["documents"] == 5
                assert (
                    client.post("/v1/answer", json={"question": "谁?", "filters": {"document_id": "x"}}).status_code
                    == 422
                )
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
        assert "Traceback" not in err

    def test_serves_in_several_processes(self, shipped_index):
        import httpx

        command = [sys.executable, "-m", "service.cli", "serve", "--port", "0", "--workers", "2"]
        process = subprocess.Popen(
            [*command, "--data", str(shipped_index)], stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        try:
            assert process.stderr is not None
            address = process.stderr.readline().split()[2]
            with httpx.Client(base_url=address, timeout=60) as client:
                for _ in range(6):
                    # A connection of its own each time, so that both processes get some.
                    answer = httpx.post(f"{address}/v1/answer", json={"question": "山东品牌培育由谁牵头?"}, timeout=60)
                    assert answer.json()["citations"][0]["clause_id"] == "shandong-2014/三/11"
                counted = [
                    line for line in client.get("/metrics").text.splitlines() if "tiaowen_answers_total{" in line
                ]
            assert sum(float(line.split()[-1]) for line in counted) == 6
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
        assert "Traceback" not in err
        assert process.returncode == 0
