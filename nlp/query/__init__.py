"""The query language: one tree to match texts in bulk, explain one, render, weaken for sources, and judge authors."""

from nlp.query.document import Document, Span
from nlp.query.errors import QueryError
from nlp.query.matcher import Matcher, MatcherSet, match_author
from nlp.query.nodes import Node
from nlp.query.parser import parse
from nlp.query.render import render

__all__ = ["Document", "Matcher", "MatcherSet", "Node", "QueryError", "Span", "match_author", "parse", "render"]
