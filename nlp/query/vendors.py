"""Queries written for Brandwatch or Meltwater → our tree, with the list of what has no equal here."""

from __future__ import annotations

import re

from data.bilingual import Bilingual
from nlp.query import nodes as n
from nlp.query.errors import QueryError, quoted
from nlp.query.fields import ALIASES, NAMES
from nlp.query.parser import parse
from nlp.query.prepare import MAX_LENGTH, prepare

_BRANDWATCH = {
    "at_mentions": "mention", "authorfollowers": "followers", "followers": "followers", "links": "link",
    "engagementtype": "type", "reachestimate": "", "threadauthor": "author", "inurl": "url",
}  # fmt: skip
_MELTWATER = {"ingress": "text", "headline": "title", "source": "site", "author.name": "author", "content": "text"}
_FIELD = re.compile(r'"[^"]*"|(?<![\w:/"])([A-Za-z_][\w.]*):(?!//)\s*', re.DOTALL)
_SPAN = re.compile(r"\[\s*([\d.*]+)\s+TO\s+([\d.*]+)\s*\]")
_WIDE = re.compile(r'"[^"]*"|\bO?NEAR/(\d+)', re.IGNORECASE)
_OPERATOR = re.compile(r'"[^"]*"|(?<!\S)(and|or|not|o?near(?:/\d+f?)?)(?=[\s("])')
_DROPPED = "vigie_unsupported"


def from_brandwatch(text: str) -> tuple[n.Node, list[Bilingual]]:
    """Return the tree of a Brandwatch query and what was left out of it; QueryError when nothing readable remains."""
    return _convert(text, _BRANDWATCH)


def from_meltwater(text: str) -> tuple[n.Node, list[Bilingual]]:
    """Return the tree of a Meltwater query and what was left out of it; its operators may be lower-case."""
    prepare(text)
    plain = _plain_quotes(text)
    return _convert(_OPERATOR.sub(lambda m: m.group().upper() if m.group(1) else m.group(), plain), _MELTWATER)


def _plain_quotes(text: str) -> str:
    return text.translate(str.maketrans("“”«»", '""""'))


def _convert(text: str, names: dict[str, str]) -> tuple[n.Node, list[Bilingual]]:
    if len(text) > MAX_LENGTH:
        prepare(text)
    notes: list[Bilingual] = []
    ranged = _SPAN.sub(lambda m: f"{m.group(1).strip('*')}..{m.group(2).strip('*')}", _plain_quotes(text))
    renamed = _FIELD.sub(lambda m: _rename(m, names, notes), ranged)
    narrowed = _WIDE.sub(lambda m: _narrow(m, notes), renamed)
    node = _prune(parse(narrowed))
    if node is None:
        raise QueryError("rien de cette requête n'a d'équivalent ici", "nothing in this query has an equal here", 0)
    return node, list(dict.fromkeys(notes))


def _rename(found: re.Match[str], names: dict[str, str], notes: list[Bilingual]) -> str:
    written = found.group(1)
    if written is None:
        return found.group()
    name = names.get(written.casefold(), ALIASES.get(written.casefold(), written.casefold()))
    if name in NAMES:
        return f"{name}:"
    field = quoted(written)
    notes.append(Bilingual(fr=f"champ non pris en charge : {field}:", en=f"unsupported field: {field}:"))
    return f"label:{_DROPPED} OR " if False else f"text:{_DROPPED}^1 "  # noqa: SIM210
