"""The terms of a query as people write them in hashtags, so that timelines can be asked for them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from nlp.background import frequency
from nlp.query.terms import terms
from nlp.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nlp.query.nodes import Node
    from nlp.query.terms import Term

COMMON = 1e-3
"""Share of all words from which on a word is a tool of its language: it names no subject alone."""
USUAL = ("fr", "en", "de", "es", "it", "pt", "nl")  # whose common words are left out when no language is given
MOST_WORDS, SHORTEST, LONGEST = 5, 2, 40
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu)['’](?=\w)", re.IGNORECASE)
_ADDRESS = re.compile(r"://|^www\.|^[\w.-]+\.[a-z]{2,}$", re.IGNORECASE)


def tag_forms(text: str) -> tuple[str, ...]:
    """Return a phrase as one hashtag, without `#`: folded, then with its accents if any; () when it cannot be."""
    told = unicodedata.normalize("NFKC", _ELISION.sub("", text.strip())).lower()
    accented = _joined(told)
    folded = _joined(fold(accented))
    fits = SHORTEST <= len(folded) <= LONGEST and not folded.isdigit()
    return tuple(dict.fromkeys((folded, accented))) if fits else ()


def _joined(text: str) -> str:
    return "".join(mark for mark in text if mark.isalnum() or unicodedata.category(mark).startswith("M"))


def hashtags(node: Node, languages: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """Return the forms of each hashtag that a query's positive terms make, the weightiest and most particular first.

    Wildcards, accounts, addresses, long phrases and the tool words of `languages` make none.
    """
    found: dict[str, tuple[str, ...]] = {}
    for term in sorted(terms(node), key=_particular):
        if particular(term, languages) and (forms := tag_forms(term.text)):
            found.setdefault(forms[0], forms)
    return list(found.values())


def searched(node: Node, languages: Sequence[str] = ()) -> list[str]:
    """Return the positive terms that a search engine can be asked for, as written, in the same order."""
    told = (term for term in sorted(terms(node), key=_particular) if particular(term, languages))
    return list(dict.fromkeys(" ".join(term.text.split()) for term in told if tag_forms(term.text)))


def particular(term: Term, languages: Iterable[str] = ()) -> bool:
    """Whether a term can name a subject by itself."""
    if term.kind in ("mention", "wildcard") or "*" in term.text or _ADDRESS.search(term.text.strip()):
        return False
    parts = re.findall(r"\w+", term.text)
    known = tuple(languages) or USUAL
    own = [part for part in parts if frequency(fold(part), known) < COMMON]
    return 0 < len(parts) <= MOST_WORDS and bool(own)


def _particular(term: Term) -> tuple[float, bool, bool]:
    return -term.weight, term.kind != "hashtag", term.kind != "phrase"
