"""An understood question as both indices are asked for it: terms with their weights, and a vector."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np

from corpus.folding import to_simplified
from indexer.backends.base import Vectors
from indexer.encoder import Encoder
from indexer.generations import Generation
from indexer.tokenizer import part_of_speech, tokenize
from service.query_adapter import adapt
from service.ranking import weigh_terms
from service.retrieval import search_terms
from service.topic import Term
from service.understanding import Interpretation

_PLAIN_TAGS = frozenset({"v", "d", "vd", "p", "c", "ad", "zg", "i", "l"})
"""jieba's tags of verbs, adverbs, prepositions, conjunctions and set phrases."""
_PLAIN = 0.35
"""Weight of such a word that no passage has, beside that of a noun."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked up for one question.

    Attributes:
        tokens: Terms for the word index, each as often as it counts.
        vector: A unit vector, shape (d,).
        weights: Of the topic's terms, summing to 1.
        knows: For each term of the topic whether the word index holds it.
        lexical_share: How much of the topic the word index knows, 0 to 1.
    """

    tokens: list[str]
    vector: Vectors
    weights: tuple[float, ...]
    knows: tuple[bool, ...]
    lexical_share: float


def build_query(interpretation: Interpretation, index: Generation, encoder: Encoder) -> Query:
    """Look at a question as the indices of one generation see it.

    Args:
        interpretation: The question.
        index: The generation that will be searched.
        encoder: The one that it was built with.
    """
    topic = interpretation.topic
    vector = encoder.encode_queries([to_simplified(interpretation.standalone_question)])[0]
    idf = {
        term.surface: max((index.bm25.idf(word) for word in term.alternatives), default=0.0)
        or _unknown_idf(index, term)
        for term in topic
    }
    tokens = {term.surface: search_terms([term]) for term in topic}
    knows = {surface: any(map(index.bm25.knows, of_term)) for surface, of_term in tokens.items()}
    # What the words of the index know of the question: by terms, since an unknown one has no weight.
    said = [term for term in topic if not term.light] or list(topic)
    return Query(
        # The whole wording finds what only asks (谁偿还, 怎么办) and words that stand together; the topic counts again.
        tokens=[*tokenize(interpretation.wording), *chain.from_iterable(tokens[term.surface] for term in topic)],
        vector=adapt(vector, encoder),
        weights=weigh_terms(topic, idf),
        knows=tuple(knows[term.surface] for term in topic),
        lexical_share=sum(knows[term.surface] for term in said) / len(said) if said else 0.0,
    )


def _unknown_idf(index: Generation, term: Term) -> float:
    """The weight of a word that no passage has: as that of a word in one passage of all.

    Verbs and adverbs weigh less: texts have many ways to say 设立 or 提前, and few to say 骆驼.
    """
    whole = float(np.log(len(index.rows) + 1.0))
    plain = bool(term.alternatives) and all(part_of_speech(word) in _PLAIN_TAGS for word in term.alternatives)
    return (_PLAIN if plain and not term.quoted else 1.0) * whole
