"""What a user of topical fit may rely on."""

from __future__ import annotations

import pickle
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.query import parse
from nlp.topical import LANGUAGE_UNSUPPORTED, TOO_FEW_WORDS, TopicalModel, TopicalSegment
from nlp.topical.segment import exclusion

COFFEE = [
    "espresso beans with a thick crema in the cup",
    "my espresso grinder makes a coarse grind",
    "fresh espresso beans roasted on sunday",
    "the barista pulled an espresso with crema",
    "espresso needs a fine grind and fresh beans",
]
COFFEE_IN_OTHER_WORDS = ["fresh beans, fine grind, thick crema", "the barista roasted the beans"]
BIKES = [
    "my bicycle chain skips on the long climb",
    "bicycle wheels and tires for the descent",
    "a bicycle ride over the pass and down the descent",
    "new bicycle saddle, chain and tires",
    "the bicycle club rides the climb on sunday",
]
CHATTER = [
    "who is watching the match tonight",
    "the train is late again this morning",
    "happy birthday to my sister",
    "this novel can be read in one night",
    "my phone does not last the day",
    "thanks to the team for the evening",
]
TEXTS = [*COFFEE, *COFFEE_IN_OTHER_WORDS, *BIKES, *CHATTER]
ENGLISH = ["en"] * len(TEXTS)
SEGMENTS = [TopicalSegment("coffee", parse("espresso")), TopicalSegment("bikes", parse("bicycle"))]


@pytest.fixture(scope="module")
def model() -> TopicalModel:
    return TopicalModel.fit(TEXTS, ENGLISH, SEGMENTS)


def score(model: TopicalModel, text: str, language: str = "en") -> np.ndarray:
    return model.score([text], [language])[0]


def test_scores_are_one_float32_per_text_and_segment_between_0_and_1(model: TopicalModel) -> None:
    scores = model.score(TEXTS, ENGLISH)
    assert scores.shape == (len(TEXTS), 2)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()


def test_a_text_that_speaks_of_the_subject_in_other_words_fits(model: TopicalModel) -> None:
    fits = model.score(COFFEE_IN_OTHER_WORDS, ["en"] * 2)[:, 0]
    assert fits.min() > model.score(CHATTER, ["en"] * len(CHATTER))[:, 0].max()


def test_each_segment_ranks_its_own_hits_above_the_other_segments(model: TopicalModel) -> None:
    coffee, bikes = model.score(COFFEE, ["en"] * 5), model.score(BIKES, ["en"] * 5)
    assert coffee[:, 0].min() > bikes[:, 0].max()
    assert bikes[:, 1].min() > coffee[:, 1].max()


def test_a_word_in_another_form_carries_over_to_texts_the_fit_never_saw(model: TopicalModel) -> None:
    assert score(model, "two espressos")[0] > score(model, "two evenings")[0]


def test_case_accents_and_compatibility_forms_do_not_change_the_score(model: TopicalModel) -> None:
    plain = score(model, "espresso with a thick crema")
    for written in (
        "ESPRESSO with a THICK crema",
        "éspresso with a thïck créma",
        "ｅｓｐｒｅｓｓｏ with a thick crema",
    ):
        np.testing.assert_allclose(score(model, written), plain, rtol=1e-5)


def test_links_and_account_names_say_nothing_of_the_subject(model: TopicalModel) -> None:
    bare = score(model, "look at this evening")
    np.testing.assert_allclose(
        score(model, "look at this evening https://espresso.example/beans @espresso"), bare, rtol=1e-5
    )


def test_what_the_query_excludes_scores_low_however_much_it_fits() -> None:
    segment = TopicalSegment("coffee", parse("espresso AND NOT capsule*"))
    model = TopicalModel.fit(TEXTS, ENGLISH, [segment])
    assert score(model, "espresso beans with a thick crema")[0] > 0.5
    assert score(model, "espresso beans with a thick crema, in capsules")[0] < 0.05


def test_exclusions_are_the_negated_operands_at_the_root() -> None:
    assert exclusion(parse("a1 OR b1")) is None
    assert exclusion(parse("a1 AND NOT b1")) == parse("b1")
    assert exclusion(parse("a1 AND NOT b1 AND NOT c1")) == parse("b1 OR c1")


def test_an_unseen_language_has_no_score_and_a_reason(model: TopicalModel) -> None:
    assert np.isnan(score(model, "ein Text über Espresso", "de")).all()
    assert model.reasons(["ein Text über Espresso"], ["de"]) == [LANGUAGE_UNSUPPORTED]


@pytest.mark.parametrize("text", ["", "😀🔥", "https://example.org/espresso", "@barista", "a !"])
def test_a_text_without_words_has_no_score_and_a_reason(model: TopicalModel, text: str) -> None:
    assert np.isnan(score(model, text)).all()
    assert model.reasons([text], ["en"]) == [TOO_FEW_WORDS]


def test_a_text_of_unknown_language_is_still_judged_by_its_words(model: TopicalModel) -> None:
    assert score(model, "espresso crema", "unknown")[0] > 0.5
    assert model.reasons(["espresso crema"], ["unknown"]) == [None]


def test_an_explanation_adds_up_to_the_score(model: TopicalModel) -> None:
    told = model.explain("the barista has fresh beans", "en", "coffee")
    log_odds = told.base + sum(word.weight for word in told.words)
    assert told.score == pytest.approx(1 / (1 + np.exp(-log_odds)), abs=1e-4)
    assert told.words[0].word in {"barista", "beans", "fresh"}
    assert told.words[0].weight > 0


def test_an_explanation_of_an_unjudged_text_says_why(model: TopicalModel) -> None:
    assert model.explain("Kaffee", "de", "coffee").reason == LANGUAGE_UNSUPPORTED
    assert model.explain("Kaffee", "de", "coffee").score is None


def test_the_words_that_speak_for_a_segment_are_its_subjects(model: TopicalModel) -> None:
    named = {weight.word for weight in model.top_words("coffee", 5)}
    assert "espresso" in named
    assert named & {"beans", "crema", "grind", "barista"}
    assert "match" not in named


def test_the_same_input_gives_the_same_scores(model: TopicalModel) -> None:
    again = TopicalModel.fit(TEXTS, ENGLISH, SEGMENTS)
    np.testing.assert_array_equal(again.score(TEXTS, ENGLISH), model.score(TEXTS, ENGLISH))


def test_a_score_does_not_depend_on_the_other_texts_of_the_call(model: TopicalModel) -> None:
    alone = np.stack([score(model, text) for text in TEXTS])
    np.testing.assert_allclose(model.score(TEXTS, ENGLISH), alone, atol=1e-6)


def test_a_model_survives_being_stored(model: TopicalModel) -> None:
    stored = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(stored.score(TEXTS, ENGLISH), model.score(TEXTS, ENGLISH))


def test_a_fitted_model_keeps_no_text_of_the_analysts_decisions() -> None:
    segment = TopicalSegment("coffee", parse("espresso"), accepted=("a private phrase",), rejected=("another one",))
    kept = TopicalModel.fit(TEXTS, ENGLISH, [segment]).segments[0]
    assert kept.accepted == kept.rejected == ()


def test_examples_teach_when_nothing_hits_the_query() -> None:
    segment = TopicalSegment("coffee", parse("moka"), examples=("fresh beans and a fine grind", "barista and crema"))
    model = TopicalModel.fit(TEXTS, ENGLISH, [segment])
    coffee, chatter = model.score(COFFEE, ["en"] * 5)[:, 0], model.score(CHATTER, ["en"] * 6)[:, 0]
    assert coffee.min() > chatter.max()


def test_a_query_without_hits_or_examples_marks_nothing_as_fitting() -> None:
    model = TopicalModel.fit(TEXTS, ENGLISH, [TopicalSegment("opera", parse("soprano OR libretto"))])
    assert (model.score(TEXTS, ENGLISH) < 0.5).all()
    assert score(model, "a soprano sang the libretto")[0] > 0.5


def test_rejected_texts_lower_what_resembles_them() -> None:
    spam = "cheap espresso coupons, click for discount"
    free = TopicalModel.fit([*TEXTS, spam], [*ENGLISH, "en"], [SEGMENTS[0]])
    taught = TopicalSegment(
        "coffee", parse("espresso"), rejected=(spam, "discount coupons, click now for cheap espresso")
    )
    told = TopicalModel.fit([*TEXTS, spam], [*ENGLISH, "en"], [taught])
    assert score(told, "discount coupons click")[0] < score(free, "discount coupons click")[0]


def test_accepted_texts_raise_what_resembles_them() -> None:
    accepted = ("aeropress recipe with a paper filter", "aeropress and filter with fresh beans")
    told = TopicalModel.fit(TEXTS, ENGLISH, [TopicalSegment("coffee", parse("espresso"), accepted=accepted)])
    free = TopicalModel.fit(TEXTS, ENGLISH, [SEGMENTS[0]])
    assert score(told, "aeropress filter")[0] > score(free, "aeropress filter")[0]


def test_hits_found_elsewhere_replace_the_query() -> None:
    hits = np.array([[text in BIKES] for text in TEXTS])
    model = TopicalModel.fit(TEXTS, ENGLISH, [TopicalSegment("by tag", parse("lang:en"))], hits=hits)
    assert score(model, BIKES[0])[0] > score(model, COFFEE[0])[0]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_a_handful_of_texts_is_enough_to_answer(count: int) -> None:
    model = TopicalModel.fit(TEXTS[:count], ENGLISH[:count], SEGMENTS)
    assert np.isfinite(model.score(TEXTS[:count], ENGLISH[:count])).all()


def test_no_text_at_all_gives_a_model_that_knows_only_the_query() -> None:
    model = TopicalModel.fit([], [], SEGMENTS)
    assert model.score([], []).shape == (0, 2)
    assert score(model, "espresso", "unknown")[0] > score(model, "evening", "unknown")[0]


def test_one_language_per_text_is_asked_for() -> None:
    with pytest.raises(ValueError, match="one language per text"):
        TopicalModel.fit(["a text"], [], SEGMENTS)


HOSTILE = {
    "one character": "a" * 1_000_000,
    "one word": "espresso " * 100_000,
    "combining marks": "e" + "\u0301" * 1_000_000,
    "zalgo": "".join(c + "\u0300\u0316\u0489" * 30 for c in "espresso crema ") * 2_000,
    "lone surrogates": "\ud800 espresso \udfff" * 10_000,
    "right to left": "\u202eosserpse\u202c " * 50_000,
    "expanding ligatures": "\ufdfa" * 200_000,
    "nul": "\x00" * 1_000_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_costs_bounded_time_and_ends_nothing(kind: str) -> None:
    started = time.process_time()
    texts = [*TEXTS, HOSTILE[kind]]
    model = TopicalModel.fit(texts, [*ENGLISH, "unknown"], SEGMENTS)
    scores = model.score(texts, [*ENGLISH, "unknown"])
    model.explain(HOSTILE[kind], "unknown", "coffee")
    assert np.isfinite(scores[: len(TEXTS)]).all()
    assert time.process_time() - started < 10


@given(st.lists(st.text(max_size=60), max_size=12))
@settings(max_examples=40, deadline=None)
def test_any_texts_can_be_fitted_and_scored(texts: list[str]) -> None:
    languages = ["unknown"] * len(texts)
    scores = TopicalModel.fit(texts, languages, SEGMENTS).score(texts, languages)
    judged = ~np.isnan(scores)
    assert ((scores[judged] >= 0) & (scores[judged] <= 1)).all()
