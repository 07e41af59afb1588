"""How common a word is in a language at large, so that a small crawl does not mistake common words for rare ones."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from nlp.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RAREST = 1e-6
"""Frequency given to words of a supported language that wordfreq does not list."""


@lru_cache(maxsize=16)
def frequencies(language: str) -> Mapping[str, float]:
    """Return folded word → share of all words in the language; empty when wordfreq does not know the language."""
    from wordfreq import available_languages, get_frequency_dict

    if language not in available_languages("small"):
        return MappingProxyType({})
    folded: dict[str, float] = {}
    for word, share in get_frequency_dict(language, wordlist="small").items():
        key = fold(word)
        folded[key] = folded.get(key, 0.0) + share
    return MappingProxyType(folded)


def frequency(word: str, languages: Iterable[str]) -> float:
    """Return the highest share of a folded word among the languages, at least RAREST."""
    return max((frequencies(language).get(word, RAREST) for language in languages), default=RAREST)
