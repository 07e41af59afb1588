"""The next request is the one with the best expected gain per cost, learned while the crawl goes on."""

from __future__ import annotations

import math
import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.engine.focus import Focus, reactions
from crawlers.frontier import Frontier
from crawlers.frontier.people import People, Signs
from crawlers.guard import address_guard
from crawlers.job import Speed
from crawlers.priority import (
    PRIOR,
    Evidence,
    Prices,
    Promise,
    list_priority,
    next_page_priority,
    visit_priority,
    worth,
)
from crawlers.run import crawl

counts = st.integers(0, 10**9)
evidence = st.builds(
    Evidence,
    links=counts,
    warm=st.floats(0, 1e9),
    posts=counts,
    fit=st.floats(0, 1e9),
    attention=st.floats(0, 1e15),
    heard=st.floats(0, 1e9),
    audience=st.none() | st.floats(-1, 1e12),
    home=st.booleans(),
    worth=st.none() | st.floats(0, 40),
)


@given(st.lists(evidence, max_size=5))
def test_whatever_is_known_a_visit_has_a_finite_promise(known):
    hopes = Promise().expect(known)
    assert len(hopes) == len(known)
    assert all(math.isfinite(hope) for hope in hopes)
    assert all(len(one.features()) == len(PRIOR) for one in known)


def test_before_anything_is_learned_relevant_people_who_point_make_a_promise():
    nobody, pointed_at = Evidence(links=1, warm=0.1), Evidence(links=6, warm=5.0)
    heard, unheard = Evidence(posts=2, fit=2, attention=80, heard=7), Evidence(posts=2, fit=2, attention=2, heard=0)
    hopes = Promise().expect([nobody, pointed_at, unheard, heard])
    assert hopes[1] > hopes[0]
    assert hopes[3] > hopes[2]


def test_visits_teach_what_signs_are_worth():
    """On a subject where only an audience tells, the audience comes to decide."""
    rng, promise = np.random.default_rng(1), Promise()
    for _ in range(400):
        audience = float(np.exp(rng.uniform(1, 10)))
        promise.learn(Evidence(links=1, warm=0.5, audience=audience, home=True), 0.5 * math.log1p(audience))
    small, large = promise.expect(
        [Evidence(links=9, warm=9, audience=5, home=True), Evidence(1, 0.5, audience=9e3, home=True)]
    )
    assert large > small
    assert large == pytest.approx(0.5 * math.log1p(9e3), abs=0.5)


def test_doubt_makes_strangers_of_a_new_kind_worth_a_try_and_wears_off():
    promise = Promise()
    known, new = Evidence(links=1, warm=0.5), Evidence(links=1, warm=0.5, audience=50.0, home=False)
    for number in range(200):
        promise.learn(known, 1.0 + 0.5 * (number % 2))
    before = promise.expect([new])[0]
    for number in range(200):
        promise.learn(new, 1.0 + 0.5 * (number % 2))
    assert before > promise.expect([new])[0]


def test_what_was_learned_outlives_the_process():
    promise = Promise()
    for number in range(30):
        promise.learn(Evidence(links=number, warm=number / 2), number / 10)
    again = Promise(promise.state())
    asked = [Evidence(links=5, warm=1), Evidence(posts=3, fit=2, heard=4)]
    assert again.expect(asked) == pytest.approx(promise.expect(asked))
    assert again.visits == 30


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 10**6)), min_size=1, max_size=20))
def test_to_post_the_same_twice_is_not_to_matter_more(posts):
    scores, told = [score for score, _ in posts], [float(count) for _, count in posts]
    assert worth(scores * 2, told * 2) == pytest.approx(worth(scores, told))
    assert worth([0.0] * len(told), told) == 0
    assert worth(scores, [count + 1 for count in told]) >= worth(scores, told)


@given(expected=st.floats(-5, 20), hop=st.integers(0, 9), price=st.floats(1, 5))
def test_nearer_cheaper_and_chosen_people_come_first(expected, hop, price):
    here = visit_priority(expected, hop=hop, price=price)
    assert here >= visit_priority(expected, hop=hop + 1, price=price)
    assert here >= visit_priority(expected, hop=hop, price=price + 1)
    assert visit_priority(expected, hop=hop, curated="in") > visit_priority(20, hop=0)
    assert visit_priority(expected, hop=hop, curated="out") < here


def test_a_scarce_budget_of_accounts_makes_a_second_request_cheap():
    assert Prices(requests=5000, accounts=100).of(2) < Prices(requests=5000, accounts=5000).of(2) < 2
    assert Prices(requests=5000, accounts=100).of(1) == 1


def test_the_more_of_someone_is_known_the_less_their_next_page_tells():
    little, much = Evidence(posts=40, worth=3.0), Evidence(posts=400, worth=3.0)
    assert next_page_priority(little, hop=1) > next_page_priority(much, hop=1)
    assert next_page_priority(Evidence(posts=40, worth=5.0), hop=1) > next_page_priority(little, hop=1)


def test_a_list_that_speaks_of_other_things_sinks():
    assert list_priority(30, 40, hop=0) > 15 > 5 > list_priority(0, 400, hop=0)


def test_reactions_unknown_or_absurd_count_as_none():
    assert reactions({"likes": 3, "reposts": None, "replies": -1, "quotes": "many"}) == 3


# --- what is known of people --------------------------------------------------------------------------------------


@pytest.fixture
def frontier(tmp_path):
    made = Frontier(tmp_path / "crawl.sqlite", Speed(), address_guard(("127.0.0.1",)))
    made.begin("test", resume=False, now=1.0, sources=["mastodon"])
    yield made
    made.close()


def test_what_was_known_under_a_name_is_theirs_once_the_name_is_explained(frontier):
    people = People(frontier.db)
    people.add(
        {"mastodon:@lea@x.example": Signs(links=2, warm=1.5), "ap:lea": Signs(posts=1, fit=1, audience=10, home=True)}
    )
    people.call("mastodon:@lea@x.example", "ap:lea")
    people.call("mastodon:@lea@x.example", "ap:lea")
    assert people.resolve("mastodon:@lea@x.example") == "ap:lea"
    known = people.known(["ap:lea", "mastodon:@lea@x.example"])
    assert known == {"ap:lea": Evidence(links=2, warm=1.5, posts=1, fit=1, audience=10, home=True)}


def test_who_points_twice_at_somebody_counts_once(frontier):
    people = People(frontier.db)
    assert people.point("a", "b")
    assert not people.point("a", "b")
    assert people.point("b", "a")


def test_an_audience_told_at_home_stands_over_one_seen_from_elsewhere(frontier):
    people = People(frontier.db)
    for audience, home in ((5.0, False), (900.0, True), (7.0, False)):
        people.add({"a": Signs(audience=audience, home=home)})
    assert people.known(["a"])["a"].audience == 900


def post(number, author, text, **more):
    return {
        "type": "post",
        "post_id": f"p{number}",
        "account_id": author,
        "source": "s",
        "text": text,
        "kind": "post",
    } | more


def test_a_link_counts_as_much_as_its_author_speaks_of_the_subject(frontier):
    focus = Focus(frontier, {"cur": "out"}, lambda texts: [float("coffee" in text) for text in texts])
    rows = [post(n, "fan", "coffee", mentions=["x"]) for n in range(5)] + [
        post(n, "off", "rain", mentions=["y"]) for n in range(5, 10)
    ]
    rows += [post(11, "cur", "coffee", mentions=["z"])]
    with frontier.transaction():
        focus.read([(row, True) for row in rows], [], PICKED)
    known = focus.people.known(["x", "y", "z", "fan"])
    assert known["x"].links == known["y"].links == 1
    assert known["x"].warm > 0.8 > 0.2 > known["y"].warm
    assert known["z"].warm == 0, "whom the analyst has put out speaks for nobody"
    assert (known["fan"].posts, known["fan"].fit) == (5, 5.0)


class PICKED:
    purpose, who, source, origin, chain = "tag", None, "s", "http://x:80", False


# --- whole crawls -------------------------------------------------------------------------------------------------


@pytest.fixture
def fans(mastodon):
    """A seed who points at many: one whom two fans of the subject point at too, and many of whom nothing is known."""
    for name in ("hub", "star", "fan1", "fan2", *(f"nobody{n}" for n in range(40))):
        mastodon.person(name)
    everybody = tuple(f"nobody{n}" for n in range(40))
    for n in range(0, 40, 10):
        mastodon.post("hub", "coffee", mentions=everybody[n : n + 10])
    mastodon.post("hub", "coffee", mentions=("fan1", "fan2"))
    for fan in ("fan1", "fan2"):
        mastodon.post(fan, "coffee and more coffee", mentions=("star",), favourites_count=50)
    mastodon.post("hub", "rain", mentions=("star",))
    for name in everybody:
        mastodon.post(name, "rain again", mentions=everybody[:3])
    mastodon.post("star", "coffee for all", favourites_count=900)
    return mastodon


def asked_in_order(job):
    db = sqlite3.connect(job.path)
    names = [
        row[0]
        for row in db.execute("SELECT url FROM requests WHERE purpose = 'statuses' AND tries > 0 ORDER BY sent_at, id")
    ]
    db.close()
    return names


def test_whom_fans_of_the_subject_point_at_is_asked_before_strangers(fans, mastodon_job):
    job = mastodon_job(
        seed_accounts=(f"@hub@{fans.server.host}",),
        seed_hashtags=(),
        requests=30,
        scorer="pipelines.focus:make_scorer",
        scorer_config={"queries": {"s": "coffee"}, "weights": {"s": 1.0}},
    )
    crawl(job)
    order = asked_in_order(job)
    star = next(n for n, url in enumerate(order) if f"/accounts/{fans.people['star']['id']}/" in url)
    assert star < len(order) / 2


def test_every_visit_says_what_it_told_and_of_whom(fans, mastodon_job):
    job = mastodon_job(
        seed_accounts=(f"@hub@{fans.server.host}",),
        seed_hashtags=(),
        scorer="pipelines.focus:make_scorer",
        scorer_config={"queries": {"s": "coffee"}, "weights": {"s": 1.0}},
    )
    crawl(job)
    db = sqlite3.connect(job.path)
    gains = dict(
        db.execute("SELECT who, gain FROM requests WHERE purpose = 'statuses' AND chain = 0 AND gain IS NOT NULL")
    )
    db.close()
    star, nobody = (f"ap:{fans.server.base}/users/{name}" for name in ("star", "nobody7"))
    assert gains[star] > 5
    assert gains[nobody] == 0


def test_of_two_as_promising_the_one_of_whom_less_is_sure_comes_first():
    """What is sought is the best of many: where visits differ much from one another, more of the best are found."""
    promise = Promise()
    steady, varied = Evidence(links=1, warm=0.5), Evidence(links=1, warm=0.5, audience=50.0, home=False)
    for number in range(400):
        promise.learn(steady, 1.0)
        promise.learn(varied, 2.0 * (number % 2))
    sure, unsure = promise.expect([steady, varied])
    assert unsure > sure + 0.3


def test_who_is_heard_much_and_keeps_the_company_of_the_subject_is_promising_though_one_word_was_not_on_it():
    rng, promise = np.random.default_rng(2), Promise()
    for _ in range(600):
        fit, heard = float(rng.random() ** 2), float(rng.uniform(0, 7))
        links = int(rng.integers(1, 8))
        seen = Evidence(links=links, warm=fit * links, posts=1, fit=float(rng.random() < fit), heard=heard)
        promise.learn(seen, math.log1p(fit * math.expm1(heard)))
    heard, unheard = Evidence(links=6, warm=5.0, posts=1, heard=6.0), Evidence(links=6, warm=5.0, posts=1, heard=1.0)
    elsewhere = Evidence(links=6, warm=0.2, posts=1, heard=6.0)
    promising, quiet, off = promise.expect([heard, unheard, elsewhere])
    assert promising > quiet
    assert promising > off


def test_what_was_learned_of_other_signs_is_begun_anew():
    import orjson

    before = orjson.loads(Promise().state())
    before["spread"] = before["spread"][:-1]
    before["visits"] = 99
    assert Promise(orjson.dumps(before)).visits == 0
    del before["spread"]
    assert Promise(orjson.dumps(before)).visits == 0
