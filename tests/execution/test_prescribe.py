"""What to change: only what differs within people, with intervals that hold together, and silence when there is too little."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.execution.prescribe import LEVERS, levers


def world(seed: int, *, effects: dict[str, float] | None = None, people: int = 40, posts: int = 16) -> list[dict]:
    """Posts of people of very different sizes; `effects` multiply reactions where a lever is used."""
    rng = np.random.default_rng(seed)
    out = []
    for person in range(people):
        size, habit = rng.normal(4, 1.5), rng.uniform(0.2, 0.8)
        for _ in range(posts):
            used = {key: bool(rng.random() < habit) for key in LEVERS}
            lift = sum(np.log((effects or {}).get(key, 1.0)) for key, on in used.items() if on)
            reactions = float(np.floor(np.exp(size + lift + rng.normal(0, 0.6))))
            out.append({"person_id": f"p{person}", "reactions": reactions} | used)
    return out


def found(posts: list[dict]) -> dict:
    return {one.key: one for one in levers(posts)}


def test_what_truly_changes_reactions_is_found_with_its_size():
    told = found(world(1, effects={"question": 1.6, "link": 0.6}, people=120))
    assert told["question"].advice == "more"
    assert told["question"].low < 1.6 < told["question"].high
    assert told["link"].advice == "less"
    assert told["link"].low < 0.6 < told["link"].high


def test_the_largest_difference_comes_first():
    assert levers(world(2, effects={"question": 2.5}, people=80))[0].key == "question"


def test_where_nothing_matters_something_is_advised_in_about_one_world_in_twenty():
    alarms = sum(
        any(one.advice in ("more", "less") for one in levers(world(seed, people=30, posts=12))) for seed in range(40)
    )
    assert alarms <= 6, f"{alarms} of 40 worlds without any effect"


def test_who_posts_does_not_pass_for_how():
    """People with a large audience who always ask questions make questions look good; within each person they do nothing."""
    rng = np.random.default_rng(3)
    posts = []
    for person in range(40):
        large = person < 20
        for _ in range(20):
            asks = bool(rng.random() < (0.9 if large else 0.1))
            reactions = float(np.floor(np.exp((7 if large else 2) + rng.normal(0, 0.5))))
            posts.append(
                dict.fromkeys(LEVERS, False) | {"person_id": str(person), "reactions": reactions, "question": asks}
            )
    assert found(posts)["question"].advice == "open"


@pytest.mark.parametrize(("people", "posts"), [(0, 0), (7, 40), (40, 1)])
def test_with_too_few_people_or_posts_nothing_is_advised(people, posts):
    for one in levers(world(4, effects={"question": 5.0}, people=people, posts=posts)):
        assert one.advice == "too_few"
        assert one.ratio is None


def test_more_comparisons_make_wider_intervals():
    posts = world(5, people=60)
    alone = levers(posts, ["question"])[0]
    among = found(posts)["question"]
    assert alone.ratio == pytest.approx(among.ratio)
    assert among.low < alone.low
    assert alone.high < among.high


def test_the_same_posts_give_the_same_answer():
    assert levers(world(6)) == levers(world(6))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefghij"), st.integers(0, 10**7), st.booleans(), st.booleans()), max_size=120
    )
)
def test_any_posts_give_ratios_inside_their_intervals(rows):
    posts = [{"person_id": who, "reactions": float(n), "link": a, "long": b} for who, n, a, b in rows]
    for one in levers(posts, ["link", "long"]):
        assert one.people <= len({row[0] for row in rows})
        if one.ratio is not None:
            assert 0 < one.low <= one.ratio * 1.0001
            assert one.ratio <= one.high * 1.0001
