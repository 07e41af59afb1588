"""How sure a rank is, in words: the top twenty, the interval, and not enough data as an outcome."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.certainty import rank_told, top_told, undecided


def row(**changed):
    base = {
        "rank": 8, "rank_low": 3, "rank_high": 15, "in_top_20": 0.87, "role": None, "relevance": 20.0, "segment": "filtre",
    }  # fmt: skip
    return {**base, **changed}


def said(lang, ranked=600, **changed):
    return [getattr(one, lang) for one in rank_told(row(**changed), ranked)]


def test_the_share_of_draws_in_the_top_twenty_is_said_in_words():
    assert "in the top 20 in 87% of draws" in said("en")
    assert "dans les 20 premiers dans 87\u202f% des tirages" in said("fr")


def test_the_interval_of_the_rank_comes_with_the_number_of_people_ranked():
    assert said("en")[0] == "rank between 3 and 15 in 95% of draws, of 600 people ranked"
    assert said("fr", 1200)[0] == "rang entre 3 et 15 dans 95\u202f% des tirages, sur 1\u202f200 personnes classées"


@pytest.mark.parametrize(("share", "shown"), [(0.0, "0%"), (0.004, "0.4%"), (0.996, "99.6%"), (1.0, "100%")])
def test_what_is_nearly_none_or_nearly_all_is_not_rounded_to_it(share, shown):
    assert f"in the top 20 in {shown} of draws" in said("en", in_top_20=share)


def test_a_list_of_twenty_says_nothing_of_the_top_twenty():
    assert not any("top 20" in line for line in said("en", ranked=20))


def test_an_interval_over_most_of_the_list_is_not_enough_data():
    wide = {"rank_low": 1, "rank_high": 500}
    assert any(line.startswith("not enough data") for line in said("en", **wide))
    assert any(line.startswith("données insuffisantes") for line in said("fr", **wide))
    assert not any(line.startswith("not enough data") for line in said("en", rank_high=300))


@given(st.integers(3, 10_000), st.data())
def test_a_rank_is_undecided_only_when_two_thirds_of_the_list_are_open(ranked, data):
    low = data.draw(st.integers(1, ranked))
    high = data.draw(st.integers(low, ranked))
    assert undecided(row(rank_low=low, rank_high=high), ranked) == (high - low + 1 > 2 / 3 * ranked)


@pytest.mark.parametrize(
    ("changed", "en", "fr"),
    [
        ({"role": "brand"}, "competitors are not ranked", "ne sont pas classés"),
        ({"relevance": None}, "no post could be read", "aucune publication n'a pu être lue"),
        ({}, "neither audience nor reactions", "ni audience, ni réactions"),
    ],
)
def test_no_rank_has_a_reason(changed, en, fr):
    assert en in said("en", rank=None, **changed)[0]
    assert fr in said("fr", rank=None, **changed)[0]


def test_a_run_without_draws_says_nothing_of_them():
    assert said("en", rank_low=None, rank_high=None) == []


def test_a_ranking_whose_surest_is_rarely_at_the_top_says_that_nobody_leads():
    told = top_told("filtre", 500, [0.22, 0.1, 0.05])
    assert told is not None
    assert told.en == "[filtre] not enough data to say who leads: nobody is in the top 20 in more than 22% of draws"
    assert "personne n'est dans les 20 premiers dans plus de 22\u202f% des tirages" in told.fr


def test_a_firm_top_twenty_is_counted():
    told = top_told("filtre", 500, [0.97, 0.8, 0.5, 0.4])
    assert told is not None
    assert told.en == "[filtre] 3 of the top 20 stay there in half of draws or more, the surest in 97%"
    assert (
        told.fr
        == "[filtre] 3 des 20 premiers le restent dans la moitié des tirages ou plus, le plus sûr dans 97\u202f%"
    )


@pytest.mark.parametrize(
    ("chances", "en", "fr"),
    [
        ([0.505, 0.4], "1 of the top 20 stays there", "1 des 20 premiers le reste dans"),
        ([0.496, 0.4], "1 of the top 20 stays there", "1 des 20 premiers le reste dans"),
        ([0.494, 0.4], "none of the top 20 stays there", "aucun des 20 premiers ne le reste dans"),
    ],
)
def test_the_count_agrees_with_the_share_written_beside_it_and_with_its_verb(chances, en, fr):
    told = top_told("filtre", 500, chances)
    assert told is not None
    assert en in told.en
    assert fr in told.fr
    assert ("50%" in told.en) == told.en.startswith("[filtre] 1 ")


def test_a_short_list_has_no_top_twenty_to_doubt():
    assert top_told("filtre", 20, [1.0] * 20) is None
    assert top_told("filtre", 500, []) is None


def test_one_person_alone_is_first_of_one_and_no_more_is_claimed():
    alone = {"rank": 1, "rank_low": 1, "rank_high": 1, "in_top_20": 1.0}
    assert said("en", 1, **alone) == ["the only person ranked"]
    assert said("fr", 1, **alone) == ["seule personne classée"]
