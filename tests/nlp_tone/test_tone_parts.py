from nlp.tone.lexicon import load, polarities
from nlp.tone.tokens import negated, normalise, tokenise


def test_accents_case_and_stretched_letters_fold() -> None:
    assert tokenise(normalise("GÉNIAAAAL Déçu")) == ["geniaal", "decu"]


def test_links_and_mentions_are_one_word_each() -> None:
    assert tokenise(normalise("voir https://x.example/a?b @lea@social.example")) == ["voir", "http", "@user"]


def test_faces_emoji_and_runs_of_marks_are_kept() -> None:
    assert tokenise("bien :) 😍 !!!!") == ["bien", ":)", "😍", "!!!"]


def test_escapes_of_exports_are_read() -> None:
    assert tokenise(normalise("I\\u2019m here &amp; there")) == ["i", "m", "here", "there"]


def test_english_contractions_negate() -> None:
    tokens = tokenise(normalise("I don’t like it"))
    assert negated(tokens)[tokens.index("like")]


def test_a_negation_ends_with_its_clause() -> None:
    tokens = tokenise("pas cher. superbe")
    assert negated(tokens) == [False, True, False, False]
    tokens = tokenise("pas mais bon")
    assert not negated(tokens)[-1]


def test_a_denied_word_turns_and_weakens() -> None:
    assert polarities(tokenise("bon"), "fr")[0] > 0
    turned = polarities(tokenise("pas bon"), "fr")[1]
    assert -2 < turned < 0


def test_an_intensifier_strengthens_and_a_softener_weakens() -> None:
    plain = polarities(["bon"], "fr")[0]
    assert sum(polarities(["tres", "bon"], "fr")) > plain > polarities(["assez", "bon"], "fr")[1] > 0


def test_two_words_that_belong_together_are_read_as_one() -> None:
    assert sum(polarities(["jamais", "plus"], "fr")) < 0
    assert sum(polarities(["good", "luck"], "en")) > 0


def test_the_longest_listed_beginning_wins_over_a_shorter_one() -> None:
    lexicon = load("fr")
    assert lexicon.polarity("catastrophique") < lexicon.polarity("catastrophe") < 0
    assert lexicon.polarity("table") == 0
