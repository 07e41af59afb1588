"""Advice on a query that can be read but may not mean what its writer thinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.bilingual import Bilingual
from nlp.query import nodes as n
from nlp.query.fold import key
from nlp.query.pattern import tokens
from nlp.query.render import render
from nlp.query.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY_KEYWORDS = 30  # Traackr advises 10 to 15; twice that is a list, no longer a subject
WIDE_NEAR = 10  # Meltwater advises to stay at 10 or below
SHORT_PREFIX = 4
BROAD_FREQUENCY = 5.0  # Zipf scale of wordfreq: ten times in a million words
_CONJUNCTIONS = {"and": "AND", "or": "OR", "not": "NOT", "et": "AND", "ou": "OR", "sauf": "NOT"}


def lint(node: n.Node) -> list[Bilingual]:
    """Return warnings, most structural first; an empty list means nothing to say."""
    found = [*_structure(node), *_negative(node), *_words(node), *_size(node)]
    return list(dict.fromkeys(found))


def _structure(node: n.Node) -> Iterator[Bilingual]:
    for here, _ in n.walk(node):
        if isinstance(here, n.Or) and "mixed" in here.notes:
            shown = render(here)
            yield Bilingual(
                fr=f"AND et OR sans parenthèses : lu comme {shown}",
                en=f"AND and OR without parentheses: read as {shown}",
            )
        if isinstance(here, n.And | n.Or | n.Not) and "french" in here.notes:
            yield Bilingual(
                fr="ET, OU, SAUF sont lus comme AND, OR, NOT ; entre guillemets, ce sont des mots",
                en="ET, OU, SAUF are read as AND, OR, NOT; between quotes they are words",
            )
        if isinstance(here, n.Near) and here.words > WIDE_NEAR:
            yield Bilingual(
                fr=f"NEAR/{here.words} est large : au-delà de {WIDE_NEAR} mots, le lien se perd",
                en=f"NEAR/{here.words} is wide: beyond {WIDE_NEAR} words the link is lost",
            )


def _negative(node: n.Node) -> Iterator[Bilingual]:
    if not _bounded(node):
        yield Bilingual(
            fr="la requête n'exclut que : ajoutez ce qui est cherché",
            en="the query only excludes: add what is looked for",
        )


def _bounded(node: n.Node) -> bool:
    """Tell whether every match must satisfy something positive."""
    if isinstance(node, n.Not):
        return False
    if isinstance(node, n.And):
        return any(_bounded(child) for child in node.children)
    if isinstance(node, n.Or):
        return all(_bounded(child) for child in node.children)
    below = n.children(node)
    return all(_bounded(child) for child in below)


def _words(node: n.Node) -> Iterator[Bilingual]:
    for here, _ in n.walk(node):
        if isinstance(here, n.Word):
            yield from _word(here.text)
    if isinstance(node, n.Word) and _is_broad(node.text):
        yield Bilingual(
            fr=f"« {node.text} » seul est trop courant : précisez (une expression, NEAR, une exclusion)",
            en=f"“{node.text}” alone is too common: narrow it (a phrase, NEAR, an exclusion)",
        )
    if isinstance(node, n.Or):
        for child in node.children:
            if isinstance(child, n.Word) and _is_broad(child.text):
                yield Bilingual(
                    fr=f"« {child.text} » suffit à lui seul et est très courant",
                    en=f"“{child.text}” suffices alone and is very common",
                )


def _word(text: str) -> Iterator[Bilingual]:
    if text in _CONJUNCTIONS:
        sign = _CONJUNCTIONS[text]
        yield Bilingual(
            fr=f"« {text} » en minuscules est cherché comme un mot ; l'opérateur s'écrit {sign}",
            en=f"lower-case “{text}” is searched as a word; the operator is written {sign}",
        )
    parts = tokens(text)
    if parts and parts[-1].endswith("*") and len(parts[-1].rstrip("*")) < SHORT_PREFIX:
        yield Bilingual(
            fr=f"joker court : « {text} » trouvera beaucoup", en=f"short wildcard: “{text}” will find a lot"
        )
    if any(not char.isalnum() and char not in "'’-_*?.,;:#@" for char in text) and key(text).isascii():
        yield Bilingual(
            fr=f'la ponctuation de « {text} » est ignorée ; pour l\'exact : raw:"{text}"',
            en=f'the punctuation of “{text}” is ignored; for the exact text: raw:"{text}"',
        )


def _is_broad(text: str) -> bool:
    from wordfreq import zipf_frequency

    plain = text.casefold()
    return "*" not in text and max(zipf_frequency(plain, lang) for lang in ("fr", "en")) >= BROAD_FREQUENCY


def _size(node: n.Node) -> Iterator[Bilingual]:
    count = len(terms(node))
    if count > MANY_KEYWORDS:
        yield Bilingual(
            fr=f"{count} mots-clés : 10 à 15 bien choisis trient mieux",
            en=f"{count} keywords: 10 to 15 well chosen sort better",
        )
