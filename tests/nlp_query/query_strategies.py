"""Generated queries and texts over a small vocabulary, so that they meet often."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from nlp.query import nodes as n

VOCABULARY = ["café", "filtre", "V60", "thé", "l'eau", "Énergie", "slow", "cœur", "cafétéria", "été"]
WORDS = [*VOCABULARY, "caf*", "th?", "éner*", "sl?w", "café-filtre", "caf?"]

words = st.sampled_from(WORDS)
phrases = st.lists(st.sampled_from([*VOCABULARY, "caf*"]), min_size=1, max_size=3).map(" ".join)
singles = st.sampled_from(["café", "V60", "slow", "été", "caf*"])
raws = st.sampled_from(["Café", "café", "V60", "C++", "l'eau", 'dit "non"', "a\\b", "#café"])
placed = st.one_of(
    words.map(n.Word),
    phrases.map(n.Phrase),
    singles.map(n.Hashtag),
    singles.map(n.Mention),
    st.builds(n.Loose, phrases, st.integers(0, 3)),
)


def _placed_groups(inner: st.SearchStrategy[n.Node]) -> st.SearchStrategy[n.Node]:
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda c: n.Or(tuple(c))),
        st.builds(n.Near, inner, inner, st.integers(0, 20), st.booleans()),
        st.builds(n.Boost, inner, st.sampled_from([0.5, 2.0, 10.0])),
    )


near_operands = st.recursive(placed, _placed_groups, max_leaves=4)
text_leaves = st.one_of(placed, raws.map(n.Raw), near_operands, st.builds(n.AtLeast, st.integers(1, 3), near_operands))
days = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))
facts = st.one_of(
    st.builds(
        n.Fact, st.sampled_from(["lang", "label", "brand", "site"]), st.tuples(st.sampled_from(["fr", "a-b", "x.y"]))
    ),
    st.builds(n.Fact, st.just("label"), st.just(("top voice", "vip"))),
    st.builds(n.Flag, st.sampled_from(["sponsored", "disclosed"]), st.booleans()),
    st.builds(n.Range, st.just("likes"), st.integers(0, 99).map(float), st.none(), st.booleans(), st.just(False)),
    st.builds(n.Range, st.just("age"), st.none(), st.integers(0, 99).map(float), st.just(False), st.booleans()),
    st.builds(n.Range, st.just("er"), st.just(0.025), st.integers(1, 99).map(float)),
    st.builds(n.Dates, days, st.none()),
    st.builds(lambda a, b: n.Dates(min(a, b), max(a, b)), days, days),
)


def _groups(inner: st.SearchStrategy[n.Node]) -> st.SearchStrategy[n.Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(n.And), several.map(n.Or), inner.map(n.Not), st.builds(n.Boost, inner, st.just(3.0)))


text_trees = st.recursive(st.one_of(text_leaves, text_leaves.map(lambda t: n.Scope("text", t))), _groups, max_leaves=6)
_any_trees = st.recursive(st.one_of(text_leaves, facts), _groups, max_leaves=8)
_queries = st.one_of(
    _any_trees,
    st.recursive(st.builds(n.AuthorHas, _any_trees, st.integers(1, 5)), _groups, max_leaves=3),
    st.builds(
        n.Scope,
        st.sampled_from(["title", "bio", "author", "url", "link"]),
        text_trees.filter(lambda t: "text:" not in repr(t) and "Scope" not in repr(t)),
    ),
)
trees = st.one_of(_queries, _queries.map(n.Strict))
text_queries = st.one_of(st.recursive(st.one_of(text_trees, facts), _groups, max_leaves=4), text_trees.map(n.Strict))

_glue = st.sampled_from([" ", " ", " ", ", ", " #", " @", "-", "’", ". ", " et ", '"', "\n", " (", "x@"])
_tokens = st.sampled_from([*VOCABULARY, "café", "CAFÉ", "cafe", "the", "ÉTÉ", "C++", 'dit "non"', "a\\b", "coeur"])
texts = st.lists(st.tuples(_glue, _tokens), max_size=10).map(lambda pairs: "".join(g + t for g, t in pairs))
