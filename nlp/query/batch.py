"""Documents as columns: streams of the text fields, built when a query first asks for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from nlp.query.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nlp.query.document import Document

Mask = NDArray[np.bool_]
ANYWHERE = ""  # the scope of a bare term: title, text, hashtags and mentions that the text does not show
_PARTS = {"author": ("handle", "name"), "link": ("links",)}
# A document without a title has no title to match; one whose author is not known might match.
_ABSENT_IS_EMPTY = {ANYWHERE, "title", "text", "link"}
_SHOWN = {"hashtags": re.compile(r"#(\w+)"), "mentions": re.compile(r"@([\w.@-]+)")}
CHUNK_CHARS = 400_000  # bounds the memory of one batch, about 40 bytes a character


class Batch:
    """Documents, or texts alone, with the streams of their fields."""

    def __init__(self, docs: Sequence[Document] | None = None, texts: Sequence[str] | None = None) -> None:
        self.docs = docs
        self.texts = texts
        self.size = len(docs if docs is not None else texts or ())
        self._streams: dict[str, list[tuple[str, Stream]]] = {}

    def column(self, name: str) -> list[Any]:
        """Return one attribute of every document; None where unknown."""
        if self.docs is None:
            return list(self.texts or ()) if name == "text" else [None] * self.size
        return [getattr(doc, name) for doc in self.docs]

    def streams(self, scope: str) -> list[tuple[str, Stream]]:
        """Return (field, stream) for each field that a scope looks into."""
        if scope not in self._streams:
            self._streams[scope] = self._build(scope)
        return self._streams[scope]

    def known(self, scope: str) -> Mask:
        """Return which documents can say that a term of this scope is not there."""
        if scope in _ABSENT_IS_EMPTY:
            return np.ones(self.size, dtype=bool)
        columns = [self.column(part) for part in _PARTS.get(scope, (scope,))]
        return np.array([any(v is not None for v in values) for values in zip(*columns, strict=True)], dtype=bool)

    def _build(self, scope: str) -> list[tuple[str, Stream]]:
        if scope == ANYWHERE:
            fields = ["text"] if self.docs is None else ["title", "text", "hashtags", "mentions"]
        else:
            fields = list(_PARTS.get(scope, (scope,)))
        return [pair for name in fields for pair in self._field(name)]

    def _field(self, name: str) -> list[tuple[str, Stream]]:
        if self.texts is not None and name == "text":
            return [(name, Stream(self.texts))]
        pairs = list(self._values(name))
        if not pairs:
            return []
        sign = {"hashtags": "#", "mentions": "@"}.get(name, "")
        return [(name, Stream([v for _, v in pairs], np.array([i for i, _ in pairs], dtype=np.int64), sign))]

    def _values(self, name: str) -> Iterator[tuple[int, str]]:
        """Yield (document, value); hashtags and mentions that the text shows are left out, to count them once."""
        for i, doc in enumerate(self.docs or ()):
            value = getattr(doc, name)
            values = () if value is None else (value,) if isinstance(value, str) else value
            shown = set(_SHOWN[name].findall((doc.text or "").casefold())) if name in _SHOWN and values else set()
            for one in values:
                bare = one.lstrip("#@") if name in _SHOWN else one
                yield i, "" if bare.casefold() in shown else bare


def site_of(doc: Document) -> str | None:
    """Return the host a document was published on, lower-cased, from `site` or else its address; None when unknown."""
    try:
        host = doc.site or (urlsplit(doc.url).hostname if doc.url else None)
    except ValueError:
        return None
    return host.casefold() if host else None


def chunks(sizes: Sequence[int]) -> Iterator[slice]:
    """Cut items into runs of at most CHUNK_CHARS characters (an item larger than that is a run by itself)."""
    start, total = 0, 0
    for i, size in enumerate(sizes):
        if total and total + size > CHUNK_CHARS:
            yield slice(start, i)
            start, total = i, 0
        total += size + 1
    if start < len(sizes):
        yield slice(start, len(sizes))
