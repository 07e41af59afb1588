"""Text without what markup and formulas leave in it, and plurals beside their singulars."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,400}>")
_FORMULA = re.compile(r"\$\$[^$]{1,2000}\$\$|\$[^$\n]{1,400}\$|\\\([^\n]{1,400}?\\\)|\\\[[^\n]{1,400}?\\\]")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s?\{\w{1,20}\*?\}(?:\{[lcr|]{1,20}\})?")
_COMMAND = re.compile(r"\\[a-zA-Z]{1,30}")
_MATHS = re.compile(r"[\\^_{}=|<>]")
_WHOLE = re.compile(r"\b(?:aujourd['’]hui|quelqu['’]une?s?)\b|(?<=\w)['’]s\b", re.IGNORECASE)


def plain(text: str) -> str:
    """Return the text without tags, character references, formulas, TeX commands, and words that only look like two."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "$" in text or "\\" in text:
        text = _COMMAND.sub(" ", _ENVIRONMENT.sub(" ", _FORMULA.sub(_unless_money, text)))
    return _WHOLE.sub(" ", text)


def singular_of(phrase: str, known: Collection[str]) -> str:
    """Return the folded phrase in the singular when that is `known` too, else the phrase itself."""
    for form in _singulars(phrase):
        if form != phrase and form in known:
            return form
    return phrase


def _unless_money(found: re.Match[str]) -> str:
    """Keep what stands between two prices."""
    return " " if found[0][0] == "\\" or found[0].startswith("$$") or _MATHS.search(found[0]) else found[0]


def _singulars(phrase: str) -> Iterator[str]:
    """Yield the phrase with every word, then with only its last or only its first, in the singular."""
    words = phrase.split()
    every = [list(_forms(word)) for word in words]
    for forms in zip(*(form[:1] or [word] for form, word in zip(every, words, strict=True)), strict=True):
        yield " ".join(forms)
    for place in (len(words) - 1, 0):
        for form in every[place]:
            yield " ".join([*words[:place], form, *words[place + 1 :]])


def _forms(word: str) -> Iterator[str]:
    """Yield what a French or English plural may be the plural of."""
    if len(word) < 4 or word.endswith("ss"):
        return
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("aux"):
        yield word[:-3] + "al"
    if word.endswith("x"):
        yield word[:-1]
