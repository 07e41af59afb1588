"""What is settled on the text of a query before it is parsed: its size, comments, quotes and parentheses."""

from __future__ import annotations

import re

from nlp.query.errors import QueryError

MAX_LENGTH = 32_768
MAX_DEPTH = 40
_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "‟": '"', "＂": '"', "−": "-", "\u00a0": " "}
)
_OPAQUE = re.compile(
    r'(?P<raw>(?:!|raw:\s*)"(?:\\.|[^"\\])*")|(?P<quoted>"[^"]*")|(?P<comment><<<.*?>>>|^[ \t]*#(?=\s|#|\Z)[^\n]*)'
    r"|(?P<option>AND\s+hashtag:strict(?![^\s()])|(?<![^\s()])hashtag:strict(?![^\s()])(?:\s+AND(?!\S))?)"
    r"|(?P<open><<<)|(?P<quote>\")|(?P<paren>[()])",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_NEGATIONS = re.compile(rf"(?:\b(?:NOT|SAUF)\s+){{{MAX_DEPTH}}}")


def prepare(text: str) -> tuple[str, bool]:
    """Return the text with plain quotes and without comments, in place, and whether `hashtag:strict` is asked.

    QueryError when too long, empty or unbalanced.

    Comments are `<<< … >>>`, and lines that begin with `#` and a space (`#word` begins a hashtag).
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"requête trop longue ({len(text)} caractères, {MAX_LENGTH} au plus)",
            f"query too long ({len(text)} characters, at most {MAX_LENGTH})",
            MAX_LENGTH,
        )
    plain = text.translate(_QUOTES)
    out = list(plain)
    opened: list[int] = []
    strict = False
    for found in _OPAQUE.finditer(plain):
        if found.lastgroup in {"comment", "option"}:
            strict |= found.lastgroup == "option"
            out[found.start() : found.end()] = " " * (found.end() - found.start())
        elif found.lastgroup == "paren":
            _balance(found.group(), found.start(), opened)
        elif found.lastgroup in {"open", "quote"}:
            raise _unclosed(found.group(), found.start())
    if opened:
        raise QueryError("parenthèse jamais fermée", "parenthesis never closed", opened[-1], "ajouter/add )")
    if not "".join(out).strip():
        raise QueryError("la requête est vide", "the query is empty", 0)
    if negations := _NEGATIONS.search("".join(out)):
        raise too_deep(negations.start())
    return "".join(out), strict


def _balance(paren: str, at: int, opened: list[int]) -> None:
    if paren == "(":
        opened.append(at)
        if len(opened) > MAX_DEPTH:
            raise too_deep(at)
    elif opened:
        opened.pop()
    else:
        raise QueryError(
            "parenthèse fermante sans ouvrante", "closing parenthesis without an opening one", at, "retirer/remove )"
        )


def too_deep(at: int) -> QueryError:
    """Return the error of a query nested beyond MAX_DEPTH levels."""
    return QueryError(
        f"trop de niveaux imbriqués ({MAX_DEPTH} au plus)", f"nested too deep (at most {MAX_DEPTH} levels)", at
    )


def _unclosed(mark: str, at: int) -> QueryError:
    if mark == '"':
        return QueryError("guillemet jamais fermé", "quote never closed", at, 'ajouter/add "')
    return QueryError("commentaire <<< jamais fermé", "comment <<< never closed", at, ">>>")
