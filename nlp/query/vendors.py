"""Queries written for Brandwatch or Meltwater → our tree, with the list of what has no equal here."""

from __future__ import annotations

import re

from data.bilingual import Bilingual
from nlp.query import nodes as n
from nlp.query.build import MAX_NEAR
from nlp.query.errors import QueryError, quoted
from nlp.query.fields import ALIASES, NAMES
from nlp.query.parser import parse
from nlp.query.prepare import MAX_LENGTH, prepare

_BRANDWATCH = {
    "at_mentions": "mention", "authorfollowers": "followers", "links": "link",
    "engagementtype": "type", "threadauthor": "author", "inurl": "url",
}  # fmt: skip
_MELTWATER = {"ingress": "text", "headline": "title", "source": "site", "author.name": "author", "content": "text"}
_FIELD = re.compile(r'"[^"]*"|(?<![\w:/"])([A-Za-z_][\w.]*):(?!//)\s*', re.DOTALL)
_VALUE = re.compile(r'"[^"]*"|[^\s()"]+')
_SPAN = re.compile(r"\[\s*([\d.*]+)\s+TO\s+([\d.*]+)\s*\]")
_WIDE = re.compile(r'"[^"]*"|\bO?NEAR/(\d+)', re.IGNORECASE)
_OPERATOR = re.compile(r'"[^"]*"|(?<!\S)(and|or|not|o?near(?:/\d+f?)?)(?=[\s("])')
_CASE = re.compile(r'"[^"]*"|\{([^{}"\\]*[^{}"\\\s])\}')
_DROPPED = "vigie_unsupported"


def from_brandwatch(text: str) -> tuple[n.Node, list[Bilingual]]:
    """Return the tree of a Brandwatch query and what was left out of it; QueryError when nothing readable remains."""
    exact = _CASE.sub(
        lambda m: f'raw:"{m.group(1)}"' if m.group(1) else m.group(), _plain_quotes(text[: MAX_LENGTH + 1])
    )
    return _convert(exact, _BRANDWATCH)


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
    renamed = _rename_fields(ranged, names, notes)
    narrowed = _WIDE.sub(lambda m: _narrow(m, notes), renamed)
    node = _prune(parse(narrowed))
    if node is None:
        raise QueryError("rien de cette requête n'a d'équivalent ici", "nothing in this query has an equal here", 0)
    return node, list(dict.fromkeys(notes))


def _rename_fields(text: str, names: dict[str, str], notes: list[Bilingual]) -> str:
    """Give fields our names; a field that we lack is replaced, value included, by a mark that `_prune` takes out."""
    out: list[str] = []
    at = 0
    while found := _FIELD.search(text, at):
        out.append(text[at : found.start()])
        written, at = found.group(1), found.end()
        if written is None:
            out.append(found.group())
            continue
        name = names.get(written.casefold(), ALIASES.get(written.casefold(), written.casefold()))
        if name in NAMES:
            out.append(f"{name}:")
            continue
        field = quoted(written)
        notes.append(Bilingual(fr=f"champ non pris en charge : {field}:", en=f"unsupported field: {field}:"))
        out.append(f"label:{_DROPPED}")
        at = _value_end(text, at)
    return "".join([*out, text[at:]])


def _value_end(text: str, at: int) -> int:
    """Return where a field's value ends: a word, a quoted text, or a balanced group."""
    if not text.startswith("(", at):
        found = _VALUE.match(text, at)
        return found.end() if found else at
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if not depth:
            return i + 1
    return len(text)


def _narrow(found: re.Match[str], notes: list[Bilingual]) -> str:
    if found.group(1) is None or int(found.group(1)[:9]) <= MAX_NEAR:
        return found.group()
    notes.append(
        Bilingual(fr=f"{found.group()} ramené à {MAX_NEAR} mots", en=f"{found.group()} narrowed to {MAX_NEAR} words")
    )
    return found.group().replace(found.group(1), str(MAX_NEAR))


def _prune(node: n.Node) -> n.Node | None:
    """Take the unsupported parts out: a condition that cannot be asked neither keeps nor refuses anything."""
    match node:
        case n.Fact("label", values) if values == (_DROPPED,):
            return None
        case n.And(children, notes) | n.Or(children, notes):
            kept = tuple(part for part in map(_prune, children) if part is not None)
            return None if not kept else kept[0] if len(kept) == 1 else type(node)(kept, notes)
        case n.Not(child, notes):
            inner = _prune(child)
            return None if inner is None else n.Not(inner, notes)
        case n.Boost(child, weight):
            inner = _prune(child)
            return None if inner is None else n.Boost(inner, weight)
        case n.Strict(child):
            inner = _prune(child)
            return None if inner is None else n.Strict(inner)
    return node
