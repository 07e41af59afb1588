"""What each use of the tree gives its callers."""

from __future__ import annotations

import time

import pytest

from nlp.query import (
    Capability,
    Document,
    Matcher,
    MatcherSet,
    QueryError,
    Span,
    Term,
    from_brandwatch,
    from_meltwater,
    lint,
    match_author,
    outline,
    parse,
    render,
    terms,
    weaken,
)


def matches(query, **fields):
    return Matcher(parse(query)).matches(Document(**fields))


def test_an_unknown_fact_matches_neither_a_condition_nor_its_negation():
    assert not matches("café lang:fr", text="café")
    assert not matches("café NOT lang:en", text="café")
    assert matches("café NOT lang:en", text="café", language="fr")
    assert not matches("café NOT label:spam", text="café")
    assert matches("café NOT label:spam", text="café", labels=())
    assert matches("café OR lang:fr", text="café")


def test_a_text_that_is_absent_is_known_not_to_hold_a_word():
    assert matches("café NOT title:promo", text="café")
    assert matches("café NOT link:promo.example", text="café")
    assert not matches("café NOT bio:bot", text="café")
    assert matches("café NOT bio:bot", text="café", bio="barista")


def test_words_of_a_phrase_stay_within_one_field_and_one_value():
    assert not matches('"café filtre"', title="du café", text="filtre")
    assert not matches("café NEAR/20 filtre", title="café", text="filtre")
    assert not matches('"slow coffee"', text="x", hashtags=("slow", "coffee"))
    assert matches("café AND filtre", title="café", text="filtre")


def test_spans_are_offsets_in_the_original_text():
    text = "J’aime le CAFÉ-filtre à l'e\u0301te\u0301 ﬁn"
    spans = Matcher(parse('"cafe filtre" AND été AND fin')).spans(Document(text=text))
    assert [text[span.start : span.end] for span in spans] == ["CAFÉ-filtre", "e\u0301te\u0301", "ﬁn"]
    assert [span.term for span in spans] == ['"cafe filtre"', "été", "fin"]


def test_near_shows_only_the_words_that_are_near():
    spans = Matcher(parse("thé NEAR/1 lait")).spans(Document(text="thé a b c lait. Ici, du thé au lait"))
    assert [(span.start, span.end) for span in spans] == [(24, 27), (31, 35)]


def test_nothing_excluded_is_shown_and_nothing_when_it_does_not_match():
    matcher = Matcher(parse("café NOT thé"))
    assert matcher.spans(Document(text="thé café")) == []
    assert matcher.spans(Document(text="un café", title="Café")) == [
        Span("text", 3, 7, "café"),
        Span("title", 0, 4, "café"),
    ]


def test_raw_spans_cover_the_punctuation():
    assert Matcher(parse('raw:"C++"')).spans(Document(text="du C++ !")) == [Span("text", 3, 6, 'raw:"C++"')]


def test_a_tag_is_found_by_its_value_and_place():
    doc = Document(text="rien", hashtags=("a", "CaféFiltre"))
    assert Matcher(parse("#cafefiltre")).spans(doc) == [Span("hashtags", 0, 10, "#cafefiltre", 1)]
    assert not matches("#quantum", text="x", hashtags=("quantum-computing",))
    assert matches('hashtag:"quantum-computing"', text="x", hashtags=("quantum-computing",))


def test_a_hashtag_shown_in_the_text_and_in_the_list_counts_once():
    assert not matches("atleast/2(café)", text="un #café", hashtags=("café",))
    assert matches("atleast/2(café)", text="un café", hashtags=("café",))


def test_a_person_is_judged_on_all_documents_together():
    docs = [Document(text="café filtre"), Document(text="V60"), Document(text="V60 et capsules"), Document(text="chat")]
    assert match_author(parse("author_has:(V60 OR café) >= 3"), docs)
    assert not match_author(parse("author_has:(V60 OR café) >= 4"), docs)
    assert match_author(parse("filtre AND chat"), docs)
    assert not match_author(parse("filtre AND NOT capsules"), docs)
    assert match_author(parse("author_has:(V60) >= 2 AND NOT author_has:(capsules) >= 2"), docs)
    assert not match_author(parse("author_has:(café)"), [])
    assert not Matcher(parse("author_has:(café)")).matches(docs[0])


def test_unknown_documents_leave_an_absence_unproven():
    docs = [Document(text="x", language="fr"), Document(text="y")]
    assert match_author(parse("author_has:(lang:fr)"), docs)
    assert not match_author(parse("NOT author_has:(lang:fr) >= 2"), docs)
    assert match_author(parse("NOT author_has:(lang:fr) >= 3"), docs)


def test_named_queries_stand_for_their_tree():
    named = {"marque": '"brûlerie du canal" OR #brulerie'}
    assert parse("@marque AND café", named) == parse('("brûlerie du canal" OR #brulerie) AND café')
    assert render(parse("@autre", named)) == "@autre"
    with pytest.raises(QueryError, match="in @faux") as refused:
        parse("café AND @faux", {"faux": "(a"})
    assert refused.value.position == 9


def test_positive_terms_carry_the_product_of_their_boosts():
    found = terms(parse('(café^3 OR "slow coffee")^2 #v60 caf* @lea -thé bio:chef title:recette'))
    assert found == [
        Term("café", "word", 6.0),
        Term("slow coffee", "phrase", 2.0),
        Term("v60", "hashtag"),
        Term("caf*", "wildcard"),
        Term("lea", "mention"),
        Term("recette", "word"),
    ]


def test_several_queries_share_one_pass():
    found = MatcherSet({"a": parse("café"), "b": parse("NOT café"), "c": parse("lang:fr")}).match_texts(["café", "x"])
    assert found == {"a": [True, False], "b": [False, True], "c": [False, False]}
    assert Matcher(parse("café")).match_texts([]) == []


QUERY = '("café filtre" OR V60) AND NOT capsule AND lang:fr'


@pytest.mark.parametrize(
    ("style", "queries", "complete"),
    [
        ("hashtags", ("cafefiltre", "v60"), False),
        ("keywords", ("filtre", "caféfiltre", "v60"), True),
        ("phrases", ('"café filtre"', "caféfiltre", "v60"), True),
        ("boolean", ('(("café filtre" OR caféfiltre) OR v60) AND (NOT capsule)',), True),
    ],
)
def test_each_source_gets_the_query_it_can_take(style, queries, complete):
    weaker = weaken(parse(QUERY), Capability(style))
    assert (weaker.queries, weaker.complete) == (queries, complete)
    assert weaker.residual == parse(QUERY)


def test_a_weaker_query_says_when_it_may_miss_matches():
    assert weaken(parse("caf* OR thé"), Capability("keywords"))[:1] == (("thé",),)
    assert not weaken(parse("caf* OR thé"), Capability("keywords")).complete
    assert weaken(parse("caf* OR thé"), Capability("keywords", wildcards=True)).complete
    assert weaken(parse("#a OR (#b AND x)"), Capability("hashtags")).queries == ("a", "b", "x")
    assert weaken(parse("#a OR (#b AND x)"), Capability("hashtags", max_queries=1)).queries == ("a",)
    assert weaken(parse("lang:fr"), Capability("boolean")).queries == ()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("a AND b OR c", "read as (a AND b) OR c"),
        ("café and thé", "searched as a word"),
        ("café ET thé", "are read as AND"),
        ("maison", "too common"),
        ("maison OR V60", "suffices alone"),
        ("caf*", "short wildcard"),
        ("NOT café", "only excludes"),
        ("V60 OR NOT café", "only excludes"),
        (" OR ".join(f"mot{i}" for i in range(31)), "31 keywords"),
        ("chemex NEAR/15 V60", "is wide"),
        ("C++ V60", "punctuation"),
    ],
)
def test_the_linter_says_what_may_surprise(query, said):
    assert any(said in warning.en for warning in lint(parse(query)))


def test_the_linter_is_silent_on_a_sound_query():
    assert lint(parse('("café filtre" OR V60 OR chemex OR "slow coffee") AND NOT capsule*')) == []


def test_the_outline_speaks_both_languages():
    tree = parse('(V60 NEAR/3f "café filtre") AND NOT capsule')
    assert outline(tree, "fr") == [
        "tout ce qui suit (ET)",
        "  proches, 3 mots au plus entre eux, dans cet ordre",
        "    V60",
        '    "café filtre"',
        "  sauf (NON)",
        "    capsule",
    ]
    assert outline(tree, "en")[0] == "all of (AND)"


def test_an_error_names_its_place_and_what_to_write():
    with pytest.raises(QueryError) as refused:
        parse("café AND titel:x")
    assert (refused.value.position, refused.value.suggestion) == (9, "title:")
    assert refused.value.message.fr.startswith("requête, caractère 10 : champ inconnu")
    assert refused.value.exit_status == 2


def test_a_brandwatch_query_keeps_what_has_an_equal_and_names_the_rest():
    node, left_out = from_brandwatch(
        'title:"x" AND authorFollowers:[100 TO *] AND authorGender:F AND (a NEAR/50f b) NOT city:(Paris OR (Lyon))'
    )
    assert node == parse('title:"x" AND followers:>=100 AND (a NEAR/20f b)')
    assert [note.en for note in left_out] == [
        "unsupported field: authorGender:",
        "unsupported field: city:",
        "NEAR/50 narrowed to 20 words",
    ]


def test_a_meltwater_query_may_write_its_operators_lower_case():
    node, left_out = from_meltwater('apple and (ingress:"new iphone" or "salt and pepper" near/3 steak) not pie')
    assert node == parse('apple AND (text:"new iphone" OR ("salt and pepper" NEAR/3 steak)) AND NOT pie')
    assert left_out == []


def test_bulk_matching_is_fast_enough_for_a_million_posts():
    texts = [f"petit texte numéro {i} sur le café du matin, l’énergie et la maison #v{i % 60}" for i in range(30_000)]
    matcher = Matcher(
        parse('"café filtre" OR V60 OR chemex OR "slow coffee" OR #v7 OR thé* OR naïve OR (lait NEAR eau)')
    )
    start = time.process_time()
    found = matcher.match_texts(texts)
    assert sum(found) == len(texts) // 60
    assert len(texts) / (time.process_time() - start) > 20_000  # a fifth of the aim, for shared machines
