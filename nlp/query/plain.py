"""What people are shown of a query's term: plain words, never the query's signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.query.document import Document, Span

_FIELD = re.compile(r"^(?:raw|hashtag|mention):")
_QUOTED = re.compile(r'^"(.*)"(?:~\d+)?$', re.DOTALL)
_PATTERN = re.compile(r"\*|\w\?\w")


def plain_term(span: Span, doc: Document) -> str:
    """Return the words that a span stands for, lower-cased: the query's own or, for a pattern, what it found.

    So that one term is one word however texts spell it, and `torréf*` shows as the words it met.
    """
    quoted = _QUOTED.match(_FIELD.sub("", span.term))
    bare = quoted[1] if quoted else span.term
    exact = span.term.startswith("raw:")
    if exact:
        return re.sub(r"\\(.)", r"\1", bare)
    return (_found(span, doc) if _PATTERN.search(bare) else bare).strip("#@＃ ").casefold()


def _found(span: Span, doc: Document) -> str:
    value = getattr(doc, span.field, None)
    text = value if isinstance(value, str) else value[span.item] if value and span.item < len(value) else ""
    return text[span.start : span.end]
