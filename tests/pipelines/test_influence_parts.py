"""What an influence is made of: put together again it must be the score that is stored, or nothing is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.cohorts import log_scale
from graph.scores.influence import PRESETS, influence
from pipelines.influence_parts import influence_parts, reach_stands_in

AXES = st.floats(0, 100)


def stored(values, preset="geometric", weights=None, trust=100.0, attention=8.0, most=50.0, home=0.6):
    parts = {name: np.array([np.nan if value is None else value]) for name, value in values.items()}
    parts |= {"engagement": np.array([40.0]), "share": parts["belonging"] * min(home / 0.5, 1.0) ** 0.5}
    parts["attention"] = log_scale(np.array([attention]), most)
    score = float(influence(parts, preset, weights)[0]) * trust / 100.0
    more = {"engagement": 40.0, "home": home, "attention": attention}
    return {**values, **more, "authenticity": trust, "influence": score if np.isfinite(score) else None}


@given(AXES, AXES, AXES, AXES, st.floats(50, 100))
def test_the_parts_give_the_score_and_none_would_lower_it_by_being_full(reach, resonance, relevance, belonging, trust):
    row = stored({"reach": reach, "resonance": resonance, "relevance": relevance, "belonging": belonging}, trust=trust)
    found = influence_parts(row, 50.0)
    assert {part.name for part in found} == set(PRESETS["geometric"])
    assert sum(part.weight for part in found) == pytest.approx(1.0)
    assert all(part.if_full >= row["influence"] - 1e-9 for part in found)


def test_who_visits_the_subject_is_explained_with_what_visiting_takes():
    row = stored({"reach": 90.0, "resonance": 80.0, "relevance": 20.0, "belonging": 10.0}, home=0.05)
    found = influence_parts(row, 50.0)
    assert {part.name for part in found} == set(PRESETS["geometric"])
    assert next(part.value for part in found if part.name == "share") == pytest.approx(10.0 * 0.1**0.5)


def test_the_heaviest_part_comes_first_and_the_weakest_has_most_to_gain():
    weights = {"reach": 1.0, "belonging": 1.0, "relevance": 0.25}
    row = stored({"reach": 90.0, "resonance": 80.0, "relevance": 20.0, "belonging": 10.0}, weights=weights)
    found = influence_parts(row, 50.0, "geometric", weights)
    assert max(found, key=lambda part: part.if_full).name == "belonging"
    assert found[-1].name == "relevance"


def test_an_axis_that_is_unknown_is_no_part():
    weights = {"reach": 1.0, "resonance": 1.0, "belonging": 2.0}
    row = stored({"reach": 90.0, "resonance": None, "relevance": 20.0, "belonging": 10.0}, weights=weights)
    found = influence_parts(row, 50.0, "geometric", weights)
    assert "resonance" not in {part.name for part in found}
    assert sum(part.weight for part in found) == pytest.approx(1.0)


def test_own_weights_are_those_shown():
    weights = {"reach": 3.0, "attention": 1.0}
    row = stored({"reach": 90.0, "resonance": 80.0, "relevance": 20.0, "belonging": 10.0}, weights=weights)
    found = influence_parts(row, 50.0, "geometric", weights)
    assert [(part.name, part.weight) for part in found] == [("reach", 0.75), ("attention", 0.25)]


def test_an_arithmetic_preset_is_put_together_as_one():
    row = stored({"reach": 90.0, "resonance": 60.0, "relevance": 30.0, "belonging": 10.0}, "weighted")
    found = influence_parts(row, 50.0, "weighted")
    assert [part.name for part in found] == ["reach", "relevance", "resonance"]
    assert found[1].if_full == pytest.approx((90 + 60 + 100) / 3)


def test_a_brief_whose_weights_changed_since_the_run_is_still_explained_by_those_of_the_run():
    row = stored({"reach": 90.0, "resonance": 60.0, "relevance": 30.0, "belonging": 10.0})
    found = influence_parts(row, 50.0, "weighted", {"reach": 9.0})
    assert {part.name for part in found} == set(PRESETS["geometric"])


@pytest.mark.parametrize("preset", ["digimind", "favikon", "mean_of_ranks", "air"])
def test_what_cannot_be_put_together_again_is_not_explained_wrongly(preset):
    row = stored({"reach": 90.0, "resonance": 60.0, "relevance": 30.0, "belonging": 10.0}) | {"influence": 12.0}
    assert influence_parts(row, 50.0, preset) == []


def test_without_an_influence_there_are_no_parts():
    row = stored({"reach": None, "resonance": None, "relevance": 30.0, "belonging": 10.0})
    assert row["influence"] is None
    assert influence_parts(row, 50.0) == []


@pytest.mark.parametrize(
    ("engagement", "missing", "told"),
    [
        (73.5, "no_reaction_figure", True),
        (41.0, "no_reaction_figure", False),  # others' reactions are known: told by the audience, on another scale
        (73.5, "too_few_posts", True),
        (73.5, None, False),
        (None, "no_reaction_figure", False),
    ],
)
def test_reach_that_stands_in_for_reactions_is_known_as_such(engagement, missing, told):
    assert reach_stands_in({"engagement": engagement, "reach": 73.5, "resonance_missing": missing}) is told
