"""The query language: one tree to match texts in bulk, explain one, render, weaken for sources, and judge authors."""

from nlp.query.document import Document, Span
from nlp.query.errors import QueryError
from nlp.query.lint import lint
from nlp.query.matcher import Matcher, MatcherSet, match_author
from nlp.query.nodes import Node
from nlp.query.outline import outline
from nlp.query.parser import parse
from nlp.query.plain import plain_term
from nlp.query.render import render
from nlp.query.terms import Term, terms
from nlp.query.vendors import from_brandwatch, from_meltwater
from nlp.query.weaken import Capability, Weakened, weaken

__all__ = [
    "Capability", "Document", "Matcher", "MatcherSet", "Node", "QueryError", "Span", "Term", "Weakened",
    "from_brandwatch", "from_meltwater", "lint", "match_author", "outline", "parse", "plain_term", "render",
    "terms", "weaken",
]  # fmt: skip
