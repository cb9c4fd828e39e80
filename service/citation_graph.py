"""Which document rests on which: the citations of the corpus as a graph, also as Mermaid and DOT."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.errors import FilterError
from corpus.folding import fold, fold_for_comparison
from corpus.model import Metadata, Reference
from service.fact_queries import REFERENCE_ROLES
from service.facts import Facts, is_possible, plain_number, title_forms

RESTS_ON = ("依据", "贯彻")
"""Roles that say that a document implements another or is based on it."""


@dataclass(slots=True)
class Node:
    """A document: one of the corpus, or one that is only cited.

    Attributes:
        id: The document id, or for others their number, else their title.
        title: As printed.
        number: As printed.
        issuer: As printed.
        region: Full name; of documents of the corpus only.
        in_corpus: Whether the corpus holds it.
    """

    id: str
    title: str | None
    number: str | None
    issuer: str | None
    region: str | None
    in_corpus: bool


@dataclass(slots=True)
class Edge:
    """``source`` cites ``target`` as ``role``, in these clauses."""

    source: str
    target: str
    role: str
    clause_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Graph:
    """Documents and what they cite, in the order of the corpus."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def build_graph(
    facts: Facts, *, about: str | None = None, roles: Sequence[str] = (), document_ids: Sequence[str] = ()
) -> Graph:
    """The graph of citations.

    A citation whose number is of a later year than the citing document makes no edge; nor does a document's
    naming itself.

    Args:
        facts: Of one generation.
        about: A document id, number or title: only what it cites and what cites it.
        roles: Only these (依据, 贯彻 …); by default all.
        document_ids: Only what these documents cite.

    Raises:
        FilterError: For a role or document that is none.
    """
    for role in roles:
        if role not in REFERENCE_ROLES:
            raise FilterError(
                "role", f"{role!r} is no role of a citation.", f"Use one of {', '.join(REFERENCE_ROLES)}."
            )
    for document_id in document_ids:
        if document_id not in facts.documents:
            raise FilterError("document_id", f"The index has no document {document_id!r}.", "See 'GET /v1/documents'.")
    nodes = _Nodes(facts.documents)
    edges: dict[tuple[str, str, str], Edge] = {}
    # Those with a number first, so that a bare title finds the node that has both.
    rows = sorted(facts.references, key=lambda row: row.reference.number is None)
    targets = {id(row): nodes.cited(row.reference).id for row in rows}
    for row in facts.references:
        source, reference = row.clause.document_id, row.reference
        target = targets[id(row)]
        if target == source or not is_possible(row.metadata, reference):
            continue
        if (roles and reference.role not in roles) or (document_ids and source not in document_ids):
            continue
        edge = edges.setdefault((source, target, reference.role), Edge(source, target, reference.role))
        if row.clause.id not in edge.clause_ids:
            edge.clause_ids.append(row.clause.id)
    kept = list(edges.values())
    if about is not None:
        centre = nodes.find(about)
        if centre is None:
            raise FilterError("about", f"No document of the graph is {about!r}.", "Give an id, a number or a title.")
        kept = [edge for edge in kept if centre in (edge.source, edge.target)]
        shown = {centre}
    else:
        shown = set(document_ids) or set(facts.documents)
    shown |= {end for edge in kept for end in (edge.source, edge.target)}
    return Graph(tuple(node for node in nodes.all() if node.id in shown), tuple(kept))


class _Nodes:
    """Gives each document one node, however it is cited."""

    def __init__(self, documents: dict[str, Metadata]) -> None:
        self._nodes: dict[str, Node] = {}
        self._by_number: dict[str, str] = {}
        self._by_title: dict[str, str] = {}
        for name, metadata in documents.items():
            region = metadata.region.name if metadata.region else None
            title = metadata.title or metadata.notice_title
            self._nodes[name] = Node(name, title, metadata.number, metadata.issuer, region, in_corpus=True)
            self._enter(name, metadata.number, metadata.title, metadata.notice_title)

    def _enter(self, name: str, number: str | None, *titles: str | None) -> None:
        if number:
            self._by_number.setdefault(plain_number(number), name)
        for title in titles:
            for form in title_forms(title) if title else ():
                self._by_title.setdefault(form, name)

    def cited(self, reference: Reference) -> Node:
        """The node of a cited document, made where there is none."""
        name = reference.document_id
        if name is None and reference.number:
            name = self._by_number.get(plain_number(reference.number))
        if name is None and reference.title and reference.number is None:
            forms = title_forms(reference.title)
            name = next((self._by_title[form] for form in forms if form in self._by_title), None)
        if name is None:
            name = reference.number or reference.title or reference.text
            self._nodes[name] = Node(name, reference.title, reference.number, reference.issuer, None, in_corpus=False)
            self._enter(name, reference.number, reference.title)
        node = self._nodes[name]
        if not node.in_corpus:
            # The fullest print of its title names it.
            if len(reference.title or "") > len(node.title or ""):
                node.title = reference.title
                self._enter(name, None, reference.title)
            node.issuer = node.issuer or reference.issuer
        return node

    def find(self, about: str) -> str | None:
        """The node of that id, number or title."""
        bare = about.strip().strip("《》")
        if bare in self._nodes:
            return bare
        if found := self._by_number.get(plain_number(bare)):
            return found
        return next((self._by_title[form] for form in title_forms(bare) if form in self._by_title), None)

    def all(self) -> list[Node]:
        """Every node, those of the corpus first."""
        return list(self._nodes.values())


def to_mermaid(graph: Graph) -> str:
    """The graph as a Mermaid flowchart, one edge a line."""
    names = {node.id: f"d{place}" for place, node in enumerate(graph.nodes)}
    lines = ["graph LR"]
    for node in graph.nodes:
        opening, closing = ("[", "]") if node.in_corpus else ("(", ")")
        lines.append(f'  {names[node.id]}{opening}"{_mermaid_text(_label(node))}"{closing}')
    lines += [f"  {names[edge.source]} -->|{edge.role}| {names[edge.target]}" for edge in graph.edges]
    return "\n".join(lines) + "\n"


def to_dot(graph: Graph) -> str:
    """The graph in Graphviz's language."""
    lines = ["digraph citations {", "  rankdir=LR;", "  node [shape=box];"]
    for node in graph.nodes:
        style = "" if node.in_corpus else ", style=dashed"
        lines.append(f"  {_dot_text(node.id)} [label={_dot_text(_label(node))}{style}];")
    lines += [
        f"  {_dot_text(edge.source)} -> {_dot_text(edge.target)} [label={_dot_text(edge.role)}];"
        for edge in graph.edges
    ]
    return "\n".join([*lines, "}"]) + "\n"


def _label(node: Node) -> str:
    title = node.title or node.id
    # A number that the title prints stands once.
    if node.number and fold_for_comparison(node.number) not in fold_for_comparison(fold(title)):
        return f"{title} {node.number}"
    return title


def _mermaid_text(text: str) -> str:
    return (
        re.sub(r"\s+", " ", text).replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    )


def _dot_text(text: str) -> str:
    escaped = re.sub(r"\s+", " ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
