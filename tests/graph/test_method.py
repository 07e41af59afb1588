"""The method page says what the code does."""

import re
from pathlib import Path

import pytest

from graph import (
    authenticity,
    brokers,
    carried,
    coaction,
    cohorts,
    communities,
    intervals,
    measures,
    reliability,
    tier_chances,
    tiers,
    ties,
)
from graph.roles import DEFAULT_ROLES, ROLES_ALONE
from graph.scores import influence, pairwise, reactions, relevance, resonance
from pipelines.detection import newsrooms, outlets, together

PAGE = (Path(__file__).parents[2] / "docs" / "method.md").read_text(encoding="utf-8")
STATED = [(name, float(value)) for name, value in re.findall(r"<!-- (\w+) -->(-?[\d.]*\d)", PAGE)]
GEOMETRIC, FAVIKON = influence.PRESETS["geometric"], influence.PRESETS["favikon"]
CODE = {
    "smallest_cohort": cohorts.SMALLEST,
    "tie_half_life": ties.HALF_LIFE_DAYS,
    "kind_repost": ties.KIND_WEIGHTS["repost"],
    "kind_mention": ties.KIND_WEIGHTS["mention"],
    "kind_co_occurrence": ties.KIND_WEIGHTS["co_occurrence"],
    "automated_share": ties.AUTOMATED_SHARE,
    "mass_targets": ties.MASS_TARGETS,
    "near_damping": measures.NEAR_DAMPING,
    "topical_damping": measures.TOPICAL_DAMPING,
    "volume_root": measures.VOLUME_ROOT,
    "prominence": measures.PROMINENCE,
    "betweenness_sources": measures.BETWEENNESS_SOURCES,
    "most_contacts": brokers.MOST_CONTACTS,
    "most_steps": brokers.MOST_STEPS,
    "fewest_namers": together.FEWEST_NAMERS,
    "most_names": together.MOST_NAMES,
    "fewest_signers": newsrooms.FEWEST_SIGNERS,
    "newsroom_posts": newsrooms.FEWEST_POSTS,
    "newsroom_tags": newsrooms.FEWEST_TAGS,
    "shrinkage": resonance.SHRINKAGE,
    "fewest_posts": resonance.FEWEST_POSTS,
    "window": reactions.WINDOW_DAYS,
    "kind_quote": relevance.KIND_WEIGHTS["quote"],
    "kind_reply": relevance.KIND_WEIGHTS["reply"],
    "kind_reposted": relevance.KIND_WEIGHTS["repost"],
    "full_focus": relevance.FULL_FOCUS,
    "on_topic": relevance.ON_TOPIC,
    "expert_posts": relevance.EXPERT_POSTS,
    "expert_every": relevance.EXPERT_EVERY_DAYS,
    "tau": round(relevance.TAU, 1),
    "w_engagement": GEOMETRIC["engagement"],
    "w_attention": GEOMETRIC["attention"],
    "w_share": GEOMETRIC["share"],
    "presumed": relevance.PRESUMED_POSTS,
    "answered": relevance.ANSWERED,
    "at_home": relevance.AT_HOME,
    "at_home_too": relevance.AT_HOME,
    "smallest_home": relevance.SMALLEST_HOME,
    "least_reliable": reliability.LEAST_RELIABLE,
    "reliability_draws": reliability.DRAWS,
    "favikon_audience": FAVIKON["audience"],
    "favikon_activity": FAVIKON["activity"],
    "draws": intervals.DRAWS,
    "concentration": intervals.CONCENTRATION,
    "belonging": tiers.BELONGING,
    "true_expert": tiers.TRUE_EXPERT,
    "smallest_tier_cohort": tiers.SMALLEST_COHORT,
    "outlier": tiers.OUTLIER,
    "attention_cut": tiers.ATTENTION_CUT,
    "heard_cut": tiers.HEARD_CUT,
    "macro_least": tiers.MACRO_LEAST,
    "macro_most": tiers.MACRO_MOST,
    "lowest_focus": tiers.LOWEST_FOCUS,
    "expert_resonance": tiers.EXPERT_RESONANCE,
    "engagement_cut": tiers.ENGAGEMENT_CUT,
    "full_cohort": tiers.FULL_COHORT,
    "tier_draws": tier_chances.DRAWS,
    "small_reach": tiers.SMALL_REACH,
    "emerging": tiers.EMERGING_CUT,
    "linkers_low": tiers.LINKERS[0],
    "linkers_high": tiers.LINKERS[1],
    "fewest_comments": authenticity.FEWEST_COMMENTS,
    "stands_out": authenticity.OUTLIER,
    "most_signal": 100 * max(authenticity.SHARES.values()),
    "quick_minutes": coaction.QUICK_MINUTES,
    "quick_times": coaction.QUICK_TIMES,
    "together_minutes": coaction.TOGETHER_MINUTES,
    "together_posts": coaction.TOGETHER_POSTS,
    "keeps_name": communities.KEEPS_ITS_NAME,
    "longest_carried": carried.LONGEST_DAYS,
    "most_changed": 100 * carried.MOST_CHANGED,
    "most_drift": 100 * carried.MOST_DRIFT,
    "posts_moved": 100 * carried.POSTS_MOVED,
    "attention_moved": 100 * carried.ATTENTION_MOVED,
    "score_moved": carried.SCORE_MOVED,
    "of_interval": 100 * carried.OF_INTERVAL,
    "error_moved": 100 * carried.ERROR_MOVED,
    "margin_moved": tier_chances.MARGIN_MOVED,
    "listed": pairwise.WEIGHTS["listed"],
    "half": pairwise.WEIGHTS["conversation"],
    "usual_posts": pairwise.SHRINKAGE,
    "fewest_links": outlets.FEWEST_LINKS,
}


def test_the_page_and_the_code_speak_of_the_same_figures():
    assert {name for name, _ in STATED} == set(CODE)


@pytest.mark.parametrize(("name", "value"), STATED)
def test_the_page_states_the_codes_figure_wherever_it_does(name, value):
    assert value == pytest.approx(CODE[name])


def test_the_presets_are_those_of_the_page():
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(influence.PRESETS)


def test_the_share_of_a_quick_ring_is_the_pages():
    assert f"and {100 * coaction.QUICK_SHARE:.0f} % of all that one reacts to" in PAGE


def test_kinds_said_to_weigh_the_same_do():
    assert len({ties.KIND_WEIGHTS[k] for k in ("repost", "quote", "link", "endorse")}) == 1
    assert len({ties.KIND_WEIGHTS[k] for k in ("mention", "reply", "follow")}) == 1
    assert sum(FAVIKON.values()) == pytest.approx(100)


def test_the_roles_of_the_page_are_those_of_the_code_in_their_order():
    told = re.findall(r"^\| (\w+) \| `(.+)` \|$", PAGE, re.MULTILINE)
    assert told == [(role.name, role.when) for role in DEFAULT_ROLES]


def test_the_columns_that_only_roles_read_are_the_pages():
    line = next(line for line in PAGE.splitlines() if "are read by `[[roles]]` only" in line)
    assert set(re.findall(r"`(\w+)`", line.split(";")[1])) == set(ROLES_ALONE)
