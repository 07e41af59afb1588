"""Topics are of words: not of markup, formulas, or one word in two numbers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.facts.plain import plain, singular_of
from nlp.facts.posts import Post
from nlp.facts.topics import topics


def phrases(*texts: str, language: str = "en") -> list[str]:
    return [topic.phrase for topic in topics([Post(str(i), t, language=language) for i, t in enumerate(texts)]).topics]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<p class='a'>one <b>qubit</b></p>", "one qubit"),
        ("caf&eacute; &amp; th&#233;", "café & thé"),
        (r"the state $\frac{1}{\sqrt2}|0\rangle$ holds", "the state holds"),
        (r"$$\begin{pmatrix}1 & 0\end{pmatrix}$$ is a matrix", "is a matrix"),
        (r"\begin{array}{cc} a \otimes b \end{array}", "a b"),
        (r"so \(x = y\) and \[z\] end", "so and end"),
        ("from $5 to $10 a month", "from $5 to $10 a month"),
        ("Shor's algorithm, today", "Shor algorithm, today"),
        ("c'est aujourd’hui", "c'est"),
        ("a < b and c > d", "a < b and c > d"),
        ("1 <3 coffee", "1 <3 coffee"),
    ],
)
def test_markup_and_formulas_leave_nothing(text: str, left: str) -> None:
    assert " ".join(plain(text).split()) == left


@pytest.mark.parametrize(
    ("plural", "known", "singular"),
    [
        ("qubits", {"qubit", "qubits"}, "qubit"),
        ("qubits", {"qubits"}, "qubits"),
        ("libertes publiques", {"liberte publique"}, "liberte publique"),
        ("systems of equations", {"system of equations"}, "system of equations"),
        ("batteries", {"battery"}, "battery"),
        ("journaux", {"journal"}, "journal"),
        ("boxes", {"box"}, "box"),
        ("jeux", {"jeu"}, "jeu"),
        ("press", {"pres"}, "press"),
        ("gas", {"ga"}, "gas"),
    ],
)
def test_a_plural_counts_under_the_singular_that_is_written_too(plural: str, known: set[str], singular: str) -> None:
    assert singular_of(plural, known) == singular


def test_one_topic_for_a_word_in_two_numbers() -> None:
    found = phrases("my qubit", "two qubits", "qubits again", "a qubit again")
    assert sum(phrase.startswith("qubit") for phrase in found) == 1


def test_the_posts_of_both_numbers_are_counted_once_each() -> None:
    posts = [Post("a", "qubit and qubits", language="en"), Post("b", "qubits", language="en")]
    (topic,) = topics(posts).topics
    assert topic.post_ids == ("a", "b")
    assert topic.share == 1.0


def test_formulas_are_no_topics() -> None:
    found = phrases(*(rf"the qubit is in $\alpha|0\rangle + \beta|1\rangle$, case {n} \qquad" for n in range(4)))
    assert found[0] == "qubit"
    assert not {"rangle", "alpha", "qquad"} & set(found)


@given(st.text(st.sampled_from("ab s'’$\\<>&;{}()[]begin "), max_size=80))
def test_any_text_stays_a_text(text: str) -> None:
    assert isinstance(plain(text), str)


@given(
    st.lists(st.text("abcsx", min_size=1, max_size=7), min_size=1, max_size=3), st.sets(st.text("abcsx", max_size=7))
)
def test_a_phrase_becomes_itself_or_a_known_one(words: list[str], known: set[str]) -> None:
    phrase = " ".join(words)
    assert singular_of(phrase, known) in {phrase, *known}


@pytest.mark.parametrize(
    "text", ["$" * 20_000, "$a" * 10_000, "<a" * 10_000, "\\(" * 10_000, "\\begin{" * 3_000, "&" * 20_000]
)
def test_hostile_markup_costs_bounded_time(text: str) -> None:
    started = time.process_time()
    plain(text)
    assert time.process_time() - started < 2
