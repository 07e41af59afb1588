"""Step 1: sound queries, known sources, a method that suits the objectives."""

from __future__ import annotations

import json

import pytest

from data.errors import UserError
from pipelines.detection.study import SUITED, check_sources, study, study_rows


def warned(studied) -> str:
    return " ".join(warning.en for warning in studied.warnings)


def test_a_sound_brief_gives_trees_and_no_warning(brief_of):
    studied = study(brief_of())
    assert [segment.name for segment in studied.segments] == ["filtre", "espresso"]
    assert studied.warnings == ()


def test_what_is_missing_is_said_in_both_languages(brief_of):
    studied = study(brief_of(**{'why = "Parce que."': "", '[brand]\nname = "Brûlerie"': ""}))
    assert "why" in warned(studied)
    assert "No brand" in warned(studied)
    assert all(warning.fr and warning.fr != warning.en for warning in studied.warnings)


@pytest.mark.parametrize("objective", sorted(SUITED))
def test_objectives_that_small_audiences_serve_suit(brief_of, objective):
    told = study(brief_of(**{'"awareness"': f'"{objective}"'})).suitability
    assert objective.replace("_", " ") in told.en
    assert "other means" not in told.en


def test_an_objective_that_needs_more_is_named(brief_of):
    told = study(brief_of(**{'"awareness"': '"awareness", "employees"'})).suitability
    suited, _, others = told.en.partition(";")
    assert "awareness" in suited
    assert "other means" in others
    assert "employees" in others


def test_without_objectives_fit_cannot_be_judged(brief_of):
    assert "cannot be judged" in study(brief_of(**{'objectives = ["awareness"]': ""})).suitability.en


def test_a_query_that_does_not_parse_names_file_and_line(brief_of):
    brief = brief_of(**{'"espresso*"': '"(espresso"'})
    with pytest.raises(UserError) as caught:
        study(brief)
    assert "essai.toml, line 13" in caught.value.message.en


def test_a_brand_is_known_by_its_name_unless_terms_are_given(brief_of):
    assert len(study(brief_of()).brand_terms["Brûlerie"]) == 1
    told = study(brief_of(**{'name = "Brûlerie"': 'name = "Brûlerie"\nterms = ["brulerie", "bdc"]'}))
    assert len(told.brand_terms["Brûlerie"]) == 2


def test_a_brand_with_quotes_in_its_name_is_still_a_phrase(brief_of):
    assert study(brief_of(**{'name = "Brûlerie"': "name = 'La \"Brûlerie\" du (Canal'"})).brand_terms


def test_the_judgement_of_texts_changes_with_queries_and_examples_only(brief_of):
    first = study(brief_of()).query_hash
    assert study(brief_of(**{'why = "Parce que."': 'why = "Autre raison."'})).query_hash == first
    assert study(brief_of(**{"OR V60": "OR V60 OR chemex"})).query_hash != first
    assert (
        study(brief_of(**{'query = "espresso*"': 'query = "espresso*"\nexamples = ["Neuf bars."]'})).query_hash != first
    )


def test_the_row_speaks_the_language_asked(brief_of):
    brief = brief_of(**{'why = "Parce que."': ""})
    french, english = (study_rows(brief, "run", study(brief), lang).to_pylist()[0] for lang in ("fr", "en"))
    assert french["warnings"] != english["warnings"]
    assert set(json.loads(english["queries"])) == {"filtre", "espresso"}
    assert english["objectives"] == ["awareness"]


def test_an_unknown_source_names_the_nearest_one(brief_of):
    brief = brief_of(BRIEF_WITH_SOURCE)
    with pytest.raises(UserError, match="mastodon") as caught:
        check_sources(brief)
    assert "essai.toml" in caught.value.message.en


def test_known_sources_pass(brief_of):
    check_sources(brief_of(BRIEF_WITH_SOURCE, mastodonn="feeds", instances="urls"))


def test_an_option_that_a_source_does_not_know_is_told(brief_of):
    with pytest.raises(UserError, match="urlss"):
        check_sources(brief_of(BRIEF_WITH_SOURCE, mastodonn="feeds", instances="urlss"))


BRIEF_WITH_SOURCE = """
[brief]
name = "essai"
[[segments]]
name = "s"
query = "x"
[[sources]]
kind = "mastodonn"
instances = ["https://social.example"]
"""
