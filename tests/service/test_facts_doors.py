"""Facts through queries, tables, the graph, comparison, HTTP and the command line."""

from __future__ import annotations

import csv
import io
import json
from types import SimpleNamespace

import openpyxl
import pytest
import typer
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from corpus.errors import FilterError, InputError, QuestionError
from corpus.reading import read_file
from indexer.parsing import parse_document
from service import facts_cli
from service.citation_graph import RESTS_ON, build_graph, to_dot, to_mermaid
from service.cli import shipped_documents
from service.comparison import compare
from service.fact_queries import find_body, find_duties, find_references, find_targets, take_page
from service.fact_tables import Table
from service.facts import Facts, TitleIndex
from service.facts_api import create_router
from service.problems import install
from service.translation import Translator

NAMES = ("shandong-2014", "alxa-quality", "wenzhou-2014", "xizang-2014")
PLAN = "国办发〔2014〕18号"


class Generation:
    def __init__(self, store):
        self.store = store
        self.number = 1


@pytest.fixture(scope="module")
def engine():
    """An engine whose search finds clauses that share characters with the query; ranking is tested elsewhere."""
    parsed = {name: parse_document(read_file(shipped_documents() / f"{name}.txt")) for name in NAMES}
    store = SimpleNamespace(
        metadata=lambda: {name: p.document.metadata for name, p in parsed.items()},
        clauses_of=lambda name: parsed[name].clauses,
        document=lambda name: parsed[name].document,
    )

    def search(query, k=10, filters=None):
        wanted = (filters or {}).get("document_id", NAMES)
        clauses = [c for name in wanted for c in parsed[name].clauses if c.kind == "clause"]
        clauses.sort(key=lambda c: -sum(c.text.count(character) for character in set(query)))
        return SimpleNamespace(hits=tuple(SimpleNamespace(clause=c) for c in clauses[:k]))

    regions = tuple(p.document.metadata.region for p in parsed.values())
    translator = Translator({})
    return SimpleNamespace(generation=Generation(store), search=search, regions=regions, translator=translator)


@pytest.fixture(scope="module")
def facts(engine):
    return Facts(engine.generation.store)


class TestQueries:
    def test_duties_of_a_body_in_any_print(self, facts):
        found = find_duties(facts, regions=["山东"], body="省质监局", role="lead")
        assert [row.clause.id for row in found] == [f"shandong-2014/{path}" for path in ("三/10", "三/11", "四/14")]

    def test_a_city_counts_as_within_its_province(self, facts):
        assert {row.clause.document_id for row in find_duties(facts, regions=["浙江"])} == {"wenzhou-2014"}

    def test_words_limit_duties_to_what_they_are_about(self, facts):
        found = find_duties(facts, document_ids=["alxa-quality"], words="森林覆盖率")
        assert [row.duty.lead for row in found] == [("盟林業局",)]

    def test_every_number_of_a_plan_is_there(self, facts):
        values = [(format(row.target.value, "f"), row.target.unit) for row in find_targets(facts, regions=["温州"])]
        percentages = ["92", "96", "53", "100", "100", "64", "87", "65", "58"]
        assert [value for value, unit in values if unit == "%"] == percentages
        assert [pair for pair in values if pair[1] != "%"] == [
            ("75", ""),
            ("100", "家"),
            ("8", "项"),
            ("0.42", "起/万台"),
            ("0.42", "人/万台"),
            ("4081", "户"),
            ("25", "个"),
            ("10", "件"),
            ("15000", "辆"),
            ("46", "家"),
            ("2", "个百分点"),
            ("709", "个"),
            ("11740", "张"),
            ("1", "个"),
        ]
        assert {row.target.deadline for row in find_targets(facts, regions=["温州"])} == {"2014"}

    def test_aims_without_a_number_come_when_asked_for(self, facts):
        found = find_targets(facts, regions=["西藏"], numbered_only=False, indicator="工作总结")
        assert [row.target.deadline for row in found] == ["于每年12月31日前"]
        assert find_targets(facts, regions=["西藏"], indicator="工作总结") == []

    def test_targets_by_unit_and_deadline(self, facts):
        assert [row.target.text for row in find_targets(facts, unit="公顷")] == [
            "植树造林和封山育林5万公顷以上",
            "退牧还草80万公顷以上",
            "治理沙化土地4万公顷以上",
        ]
        late = find_targets(facts, deadline_from="2015")
        assert {row.clause.document_id for row in late} == {"alxa-quality"}
        assert find_targets(facts, deadline_from="2015", deadline_to="2020-06") == []

    def test_references_by_role_and_words(self, facts):
        found = find_references(facts, role="贯彻", words="计量发展规划")
        assert [row.clause.id for row in found] == ["shandong-2014/三/10", "xizang-2014/四/(二)"]

    def test_a_body_by_region(self, facts):
        entries = {entry.region: entry for entry in find_body(facts, "质监局")}
        assert [len(entries["山东省"].lead), len(entries["西藏自治区"].lead)] == [3, 9]
        assert entries["温州市"].names == ("市质监局",)
        assert find_body(facts, "某某管理局") == []

    def test_pages(self, facts):
        rows = find_targets(facts)
        page = take_page(rows, offset=2, limit=3)
        assert (page.rows, page.total) == (tuple(rows[2:5]), len(rows))

    @pytest.mark.parametrize(
        "query",
        [
            lambda facts: find_duties(facts, regions=["火星"]),
            lambda facts: find_duties(facts, role="boss"),
            lambda facts: find_duties(facts, body=" "),
            lambda facts: find_targets(facts, document_ids=["nowhere"]),
            lambda facts: find_targets(facts, deadline_to="2014年"),
            lambda facts: find_references(facts, role="cites"),
            lambda facts: build_graph(facts, about="没有的文件"),
            lambda facts: build_graph(facts, roles=["cites"]),
        ],
    )
    def test_an_unknown_value_is_an_error(self, facts, query):
        with pytest.raises(FilterError):
            query(facts)

    @pytest.mark.parametrize(("offset", "limit"), [(-1, 1), (0, 0), (0, 1001)])
    def test_a_page_out_of_range_is_an_error(self, offset, limit):
        with pytest.raises(InputError):
            take_page([], offset=offset, limit=limit)


class TestTables:
    def test_csv_opens_right_in_excel(self, facts):
        content = Table.of_targets(find_targets(facts, regions=["温州"])).to_csv()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert [row["value"] for row in rows if row["indicator"] == "淘汰黄标车"] == ["15000"]

    def test_no_cell_of_csv_is_a_formula(self):
        content = Table(["a"], [["=1+1"], ["-2"], ["=", ""]]).to_csv().decode("utf-8-sig")
        assert content.splitlines() == ["a", "'=1+1", "'-2", "=,"]

    def test_xlsx_has_numbers_and_texts(self, facts):
        content = Table.of_targets(find_targets(facts, regions=["温州"])).to_xlsx()
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        head = [cell.value for cell in sheet[1]]
        first = dict(zip(head, (cell.value for cell in sheet[2]), strict=True))
        assert (first["comparator"], first["value"], first["deadline"]) == ("≥", 92, "2014")

    def test_a_text_that_looks_like_a_formula_stays_a_text(self):
        sheet = openpyxl.load_workbook(io.BytesIO(Table(["a"], [["=1+1"]]).to_xlsx())).active
        assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


class TestGraph:
    def test_what_rests_on_a_document(self, facts):
        found = build_graph(facts, about=PLAN, roles=RESTS_ON)
        assert [edge.source for edge in found.edges] == ["shandong-2014", "wenzhou-2014", "xizang-2014"]
        assert {edge.target for edge in found.edges} == {PLAN}

    def test_what_a_document_rests_on(self, facts):
        found = build_graph(facts, document_ids=["wenzhou-2014"], roles=RESTS_ON)
        assert {PLAN, "浙政办发〔2014〕75号"} <= {edge.target for edge in found.edges}

    def test_one_document_is_one_node_however_it_is_cited(self, facts):
        titles = [node.title for node in build_graph(facts).nodes if node.number == PLAN]
        assert titles == ["国务院办公厅关于印发贯彻实施质量发展纲要2014年行动计划的通知"]

    def test_no_document_cites_itself(self, facts):
        assert [edge for edge in build_graph(facts).edges if edge.source == edge.target] == []

    def test_mermaid_and_dot(self, facts):
        found = build_graph(facts, about=PLAN)
        mermaid, dot = to_mermaid(found).splitlines(), to_dot(found).splitlines()
        assert mermaid[0] == "graph LR"
        assert sum("-->|" in line for line in mermaid) == 3
        assert f'  "shandong-2014" -> "{PLAN}" [label="依据"];' in dot

    def test_titles_find_documents(self, facts):
        index = TitleIndex(facts.documents)
        assert index.find("2014年温州市质量强市建设行动计划", None) == "wenzhou-2014"
        assert index.find(None, "温政办[2014]98号") == "wenzhou-2014"
        assert index.find("2014年温州市计划", None) is None


class TestComparison:
    def test_each_region_with_its_clause_or_none(self, engine):
        found = compare(engine, "首席质量官", ["西藏", "山东", "阿拉善盟", "温州", "广东"])
        assert [(entry.region.name, entry.status, entry.clause and entry.clause.id) for entry in found.entries] == [
            ("西藏自治区", "found", "xizang-2014/三/(四)"),
            ("山东省", "found", "shandong-2014/二/8"),
            ("阿拉善盟", "found", "alxa-quality/三/(五)/1"),
            ("温州市", "no_clause", None),
            ("广东省", "region_not_in_corpus", None),
        ]
        assert found.entries[0].duties[0].duty.lead == ("工业和信息化厅",)

    def test_duties_and_targets_are_those_of_the_topic(self, engine):
        (entry,) = compare(engine, "森林覆盖率", ["阿拉善盟"]).entries
        assert [row.duty.lead for row in entry.duties] == [("盟林業局",)]
        assert [row.target.text for row in entry.targets] == ["森林覆蓋率達到23%"]

    def test_all_regions_by_default(self, engine):
        assert len(compare(engine, "QC小组").entries) == 4

    @pytest.mark.parametrize("topic", ["", "  ", "山东"])
    def test_a_topic_that_says_nothing_is_an_error(self, engine, topic):
        with pytest.raises(QuestionError):
            compare(engine, topic)


@pytest.fixture(scope="module")
def client(engine):
    app = FastAPI()
    install(app)
    app.include_router(create_router(lambda: engine))
    with TestClient(app) as client:
        yield client


class TestHttp:
    def test_lists_are_paged(self, client):
        body = client.get("/v1/targets", params={"region": "温州", "limit": 2, "offset": 1}).json()
        assert (body["total"], body["offset"], len(body["targets"])) == (23, 1, 2)

    @pytest.mark.parametrize("path", ["responsibilities", "targets", "references"])
    @pytest.mark.parametrize(("form", "start"), [("csv", b"\xef\xbb\xbfregion,"), ("xlsx", b"PK")])
    def test_files(self, client, path, form, start):
        response = client.get(f"/v1/{path}", params={"format": form})
        assert response.content.startswith(start)
        assert f".{form}" in response.headers["content-disposition"]

    def test_a_duty_with_its_pointer(self, client):
        body = client.get("/v1/responsibilities", params={"region": "西藏", "limit": 1}).json()
        assert body["duties"][0]["lead"] == ["农牧厅"]
        assert body["duties"][0]["declared_in"] == "xizang-2014/一/(一)"

    def test_a_body(self, client):
        body = client.get("/v1/bodies/市质监局").json()
        assert (body["normalised"], body["successor"], body["since"]) == ("质监部门", "市场监管", "2018-03-17")
        assert client.get("/v1/bodies/火星局").status_code == 404

    def test_graph_forms(self, client):
        assert len(client.get("/v1/graph", params={"about": PLAN}).json()["edges"]) == 3
        assert client.get("/v1/graph", params={"format": "dot"}).text.startswith("digraph")
        assert client.get("/v1/graph", params={"format": "mermaid"}).text.startswith("graph LR")

    def test_compare(self, client):
        body = client.post("/v1/compare", json={"topic": "首席质量官", "regions": ["温州"]}).json()
        assert body["regions"][0]["text"] == "no clause on it"

    def test_verify(self, client):
        body = client.post("/v1/verify", json={"text": "温政办〔2014〕98号:“新增机构养老床位11470张”。"}).json()
        assert body["counts"]["not_in_document"] == 1
        assert body["citations"][0]["nearest"] == "新增机构养老床位11740张"

    @pytest.mark.parametrize(
        ("address", "field"),
        [
            ("/v1/targets?colour=red", "colour"),
            ("/v1/targets?region=火星", "filters.region"),
            ("/v1/targets?limit=0", "limit"),
            ("/v1/references?format=pdf", "format"),
            ("/v1/graph?role=cites", "filters.role"),
        ],
    )
    def test_a_wrong_parameter_is_named(self, client, address, field):
        response = client.get(address)
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert [error["field"] for error in response.json()["errors"]] == [field]

    @pytest.mark.parametrize("body", [{}, {"topic": ""}, {"topic": "质量", "region": "山东"}])
    def test_a_wrong_body_is_refused(self, client, body):
        assert client.post("/v1/compare", json=body).status_code == 422


class TestCommandLine:
    @pytest.fixture
    def run(self, engine, monkeypatch):
        monkeypatch.setattr(facts_cli, "_engine", lambda data, encoder: engine)
        app = typer.Typer()
        facts_cli.register(app)

        def invoke(*arguments, **options):
            result = CliRunner().invoke(app, arguments, catch_exceptions=False, **options)
            assert result.exit_code == 0, result.output
            return result.stdout

        return invoke

    def test_targets_as_csv(self, run, tmp_path):
        out = tmp_path / "targets.csv"
        run("targets", "--region", "温州", "--format", "csv", "--out", str(out))
        assert len(out.read_text("utf-8-sig").splitlines()) == 24

    def test_duties_as_json(self, run):
        rows = json.loads(run("duties", "--document", "shandong-2014", "--role", "lead", "--format", "json"))
        assert rows[0]["lead"] == ["食品药品监管部门"]

    def test_tables_are_not_cut(self, run):
        assert "市农办〈农业局〉" in run("duties", "--region", "温州")
        assert PLAN in run("graph")
        assert "no clause on it" in run("compare", "首席质量官", "--region", "温州")
        assert "藏政发〔2012〕3号" in run("references", "--region", "西藏")

    def test_verify_reads_standard_input(self, run):
        text = "温政办〔2014〕98号:“新增机构养老床位11740张”。"
        record = json.loads(run("verify", "-", "--format", "json", input=text.encode()))
        assert record["counts"]["confirmed"] == 1
