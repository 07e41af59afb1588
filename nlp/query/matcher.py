"""The public way to ask: does this text, do these texts, does this person satisfy a query, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.query import nodes as n
from nlp.query.batch import Batch, chunks
from nlp.query.evaluate import Evaluator
from nlp.query.spans import spans_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from nlp.query.document import Document, Span


class MatcherSet:
    """Several queries over the same texts: folding and every shared term are done once. `now` gives ages (UTC)."""

    def __init__(self, queries: Mapping[str, n.Node], now: dt.datetime | None = None) -> None:
        self.queries = dict(queries)
        self.now = now

    def match_texts(self, texts: Sequence[str]) -> dict[str, list[bool]]:
        """Return for each query, one answer per text; all but the text itself is unknown."""
        out: dict[str, list[bool]] = {name: [] for name in self.queries}
        for part in chunks([len(text) for text in texts]):
            self._add(out, Batch(texts=texts[part]))
        return out

    def match_documents(self, docs: Sequence[Document]) -> dict[str, list[bool]]:
        """Return for each query, one answer per document."""
        out: dict[str, list[bool]] = {name: [] for name in self.queries}
        for part in chunks([_size(doc) for doc in docs]):
            self._add(out, Batch(docs[part]))
        return out

    def spans_documents(self, docs: Sequence[Document]) -> Iterator[dict[str, list[Span]]]:
        """Yield for each document, the spans that made each query match it; queries that do not match are left out."""
        for part in chunks([_size(doc) for doc in docs]):
            batch = Batch(docs[part])
            evaluator = Evaluator(batch, self.now)
            found = {name: spans_of(node, batch, evaluator) for name, node in self.queries.items()}
            for i in range(batch.size):
                yield {name: spans[i] for name, spans in found.items() if i in spans}

    def _add(self, out: dict[str, list[bool]], batch: Batch) -> None:
        evaluator = Evaluator(batch, self.now)
        for name, node in self.queries.items():
            out[name] += evaluator.holds(node).tolist()


class Matcher:
    """One query. `now` gives ages (default: the moment of asking)."""

    def __init__(self, node: n.Node, now: dt.datetime | None = None) -> None:
        self.node = node
        self._set = MatcherSet({"": node}, now)

    def matches(self, doc: Document) -> bool:
        """Tell whether a document is known to satisfy the query."""
        return self._set.match_documents([doc])[""][0]

    def spans(self, doc: Document) -> list[Span]:
        """Return where the terms that made a document match stand, sorted; empty when it does not match."""
        return next(self._set.spans_documents([doc])).get("", [])

    def match_texts(self, texts: Sequence[str]) -> list[bool]:
        """Return one answer per text, in bulk."""
        return self._set.match_texts(texts)[""]

    def match_documents(self, docs: Sequence[Document]) -> list[bool]:
        """Return one answer per document, in bulk."""
        return self._set.match_documents(docs)[""]


def match_author(node: n.Node, docs: Sequence[Document], now: dt.datetime | None = None) -> bool:
    """Tell whether a person's documents together satisfy a query.

    `author_has:(q) >= n` counts the documents that satisfy q; any other leaf holds when one document satisfies it,
    and is known not to hold when every document is known not to.
    """
    return _author_holds(
        node, [Evaluator(Batch(docs[part]), now) for part in chunks([_size(d) for d in docs])], True, False
    )


def _author_holds(node: n.Node, parts: list[Evaluator], wanted: bool, strict: bool) -> bool:  # noqa: PLR0911 - one for each kind
    match node:
        case n.Not(child):
            return _author_holds(child, parts, not wanted, strict)
        case n.Boost(child, _):
            return _author_holds(child, parts, wanted, strict)
        case n.Strict(child):
            return _author_holds(child, parts, wanted, True)
        case n.And(children) | n.Or(children):
            every = isinstance(node, n.And) == wanted
            return (all if every else any)(_author_holds(child, parts, wanted, strict) for child in children)
        case n.AuthorHas(child, count):
            sure = sum(int(part.holds(child, strict=strict).sum()) for part in parts)
            if wanted:
                return sure >= count
            total = sum(part.batch.size for part in parts)
            return total - sum(int(part.holds(child, wanted=False, strict=strict).sum()) for part in parts) < count
    if wanted:
        return any(part.holds(node, strict=strict).any() for part in parts)
    return all(part.holds(node, wanted=False, strict=strict).all() for part in parts)


def _size(doc: Document) -> int:
    return sum(len(value) for value in (doc.text, doc.title, doc.bio, doc.url) if value)
