"""The tree of a query as indented lines, for people."""

from __future__ import annotations

from data.bilingual import Bilingual
from nlp.query import nodes as n
from nlp.query.render import number, render

_ALL = Bilingual(fr="tout ce qui suit (ET)", en="all of (AND)")
_ANY = Bilingual(fr="l'un au moins (OU)", en="any of (OR)")
_NOT = Bilingual(fr="sauf (NON)", en="not (NOT)")
_STRICT = Bilingual(fr="sans les #mots ni les @mots", en="without #words and @words")


def outline(node: n.Node, lang: str = "fr") -> list[str]:
    """Return one line per operator and term, indented by two spaces a level, in French or English."""
    return [f"{'  ' * depth}{_label(here).to(lang)}" for here, depth in n.walk(node)]


def _label(node: n.Node) -> Bilingual:  # noqa: PLR0911 - one for each kind
    match node:
        case n.And():
            return _ALL
        case n.Or():
            return _ANY
        case n.Not():
            return _NOT
        case n.Strict():
            return _STRICT
        case n.Near(_, _, words, ordered):
            return _near(words, ordered=ordered)
        case n.AtLeast(count, _):
            return Bilingual(fr=f"au moins {count} fois", en=f"at least {count} times")
        case n.Boost(_, weight):
            return Bilingual(fr=f"compte {number(weight)} fois plus", en=f"weighs {number(weight)} times")
        case n.Scope(name, _):
            return Bilingual(fr=f"dans {name} :", en=f"in {name}:")
        case n.AuthorHas(_, count):
            return Bilingual(fr=f"auteur d'au moins {count} textes avec", en=f"author of at least {count} texts with")
    text = render(node)
    return Bilingual(fr=text, en=text)


def _near(words: int, *, ordered: bool) -> Bilingual:
    fr = f"proches, {words} mots au plus entre eux" + (", dans cet ordre" if ordered else "")
    en = f"near, at most {words} words between" + (", in this order" if ordered else "")
    return Bilingual(fr=fr, en=en)
