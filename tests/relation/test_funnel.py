"""The funnel: who passed when, how many, how fast, and what it takes; figures as counted by hand."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import UserError
from data.relations.store import add, open_relations
from data.warehouse.publish import publish
from data.warehouse.store import open_store
from pipelines.relation.circle import read_circle
from pipelines.relation.funnel import Passage, funnel, needed_engaged, passage, passages, share
from pipelines.relation.funnel_picture import draw_svg, draw_text
from pipelines.relation.funnel_rules import FunnelRules
from pipelines.relation.points import default_text

RULES = FunnelRules(frozenset({"answer", "meeting"}), frozenset({"publish", "mention"}), active_days=90)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def walked(*acts: tuple[str, str], listed: str = "2026-01-01", as_of: str = "2026-06-30") -> Passage:
    return passage([(at(day), action) for day, action in acts], at(listed), RULES, at(as_of))


def hand_made() -> dict[str, Passage]:
    return {
        "a": walked(("2026-01-11", "answer"), ("2026-01-31", "publish")),
        "b": walked(("2026-01-21", "meeting")),
        "c": walked(("2026-02-10", "publish"), ("2026-06-20", "publish"), listed="2026-01-31"),
        "d": walked(listed="2026-04-02"),
        "e": walked(listed="2026-05-02"),
    }


def test_figures_agree_with_a_sheet_counted_by_hand():
    found = funnel(hand_made(), cost_cents=100_001)
    assert found.counts == {"identified": 5, "engaged": 3, "active": 2}
    assert found.conversion["engaged"]["value"] == pytest.approx(3 / 5)
    assert found.conversion["active"]["value"] == pytest.approx(2 / 3)
    # days from identified to engaged: a 10, b 20, c 10; from engaged to active: a 20, c 0
    assert found.median_days == {"engaged": 10, "active": 10}
    assert found.cohorts == [
        {"quarter": "2026-Q1", "identified": 3, "engaged": 3, "active": 2},
        {"quarter": "2026-Q2", "identified": 2, "engaged": 0, "active": 0},
    ]
    assert found.active_now == 1
    assert found.reactivated == 1
    assert found.cost_per_active_cents == 50_000


def test_who_publishes_without_ever_answering_is_engaged_from_that_day():
    found = walked(("2026-02-10", "publish"))
    assert found.engaged == found.active == at("2026-02-10")


def test_someone_who_acts_before_being_listed_was_identified_that_day():
    assert walked(("2025-11-05", "mention")).identified == at("2025-11-05")


def test_an_act_without_meaning_for_the_funnel_moves_nobody():
    assert walked(("2026-02-01", "follow")).engaged is None


def test_how_many_more_engaged_it_takes_follows_the_conversion_seen():
    # 10 of 40 engaged are active: 25 %. For 15 active: 5 more active, so 20 more engaged.
    assert needed_engaged(40, 10, 15)["more_engaged"] == 20
    assert needed_engaged(40, 10, 5)["more_engaged"] == 0
    assert needed_engaged(0, 0, 5) == {"more_engaged": None, "low": None, "high": None}
    assert needed_engaged(8, 0, 5)["more_engaged"] is None


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 600))
def test_what_it_takes_reaches_the_target_and_one_less_does_not(engaged, active, target):
    active = min(active, engaged)
    more = needed_engaged(engaged, active, target)["more_engaged"]
    if more:
        rate = active / engaged
        assert active + more * rate >= target - 1e-6
        assert active + (more - 1) * rate < target + 1e-6


@given(st.integers(1, 1000), st.integers(0, 1000))
def test_an_interval_holds_its_share_and_stays_between_none_and_all(whole, part):
    found = share(min(part, whole), whole)
    assert 0 <= found["low"] <= found["value"] + 1e-12
    assert found["value"] - 1e-12 <= found["high"] <= 1
    assert not math.isnan(found["low"])


def test_an_empty_circle_has_a_funnel_without_figures():
    found = funnel({})
    assert found.counts == {"identified": 0, "engaged": 0, "active": 0}
    assert found.conversion == {"engaged": None, "active": None}
    assert found.cost_per_active_cents is None


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_both_drawings_say_the_counts_in_both_languages(lang):
    found = funnel(hand_made())
    lines = draw_text(found, lang)
    words = ("identifiés", "engagés", "actifs") if lang == "fr" else ("identified", "engaged", "active")
    for line, word, count in zip(lines, words, (5, 3, 2), strict=True):
        assert line.startswith(word)
        assert str(count) in line
    root = ET.fromstring(draw_svg(found, lang))
    said = " ".join(root.itertext())
    assert all(word in said for word in words)
    assert draw_text(funnel({}), lang)


BRIEF_RULES = """
[funnel]
identified = "relevance >= 35 AND tier = 'micro'"
engaged = ["reply", "link"]
active = ["mention"]
active_times = 2
"""


def told(workspace, text: str = "") -> Path:
    path = workspace.root / "briefs" / "cafe.toml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    return path


def counts_of(workspace) -> dict[str, int]:
    return funnel(passages(read_circle(workspace, workspace.brief("cafe")))).counts


def test_the_brief_says_who_is_identified_engaged_and_active(small):
    # lea links, nina answers and mentions once, omar shares, zoe follows: with the catalogue nina alone is engaged
    assert counts_of(small) == {"identified": 4, "engaged": 1, "active": 1}
    told(small, BRIEF_RULES)
    # relevance 60, 40, 30, 5: lea and nina are on the list; omar and zoe acted, so they are known all the same
    assert counts_of(small) == {"identified": 4, "engaged": 2, "active": 0}


def test_whom_the_condition_leaves_out_and_who_never_acted_is_not_identified(small):
    with open_store(small.store) as store:
        store.execute("DELETE FROM core.ties WHERE kind = 'follow'")
    publish(small)
    assert counts_of(small)["identified"] == 4
    told(small, BRIEF_RULES)
    assert counts_of(small)["identified"] == 3
    with open_relations(small.people) as people:
        chosen = {
            "brief": "cafe",
            "account_id": "mastodon:zoe",
            "verdict": "shortlist",
            "why": "une collègue la connaît",
        }
        add(people, "selections", chosen, who="ana")
    assert counts_of(small)["identified"] == 4, "a colleague's choice goes before the condition"


def test_the_workspaces_points_file_goes_before_the_brief(small):
    told(small, BRIEF_RULES)
    text = default_text().replace("[funnel]\n", '[funnel]\nactive = ["repost"]\nactive_times = 1\n')
    (small.root / "points.toml").write_text(text, "utf-8")
    found = funnel(passages(read_circle(small, small.brief("cafe"))))
    assert found.counts == {"identified": 4, "engaged": 3, "active": 1}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('active = ["dance"]', "dance"),
        ('identified = "age > 30"', "age"),
        ('identified = "relevance >"', "relevance"),
        ("active_times = 0", "active_times"),
        ('engage = ["reply"]', "engage"),
    ],
)
def test_a_mistake_in_the_predicates_is_told_with_what_is_wrong(small, line, said):
    told(small, f"[funnel]\n{line}\n")
    with pytest.raises(UserError, match=said):
        read_circle(small, small.brief("cafe"))


def test_an_act_the_team_took_out_of_its_catalogue_does_not_break_the_catalogues_predicates(small):
    kept = [line for line in default_text().splitlines() if not line.startswith("cocreate")]
    (small.root / "points.toml").write_text("\n".join(kept), "utf-8")
    assert counts_of(small)["engaged"] == 1


def test_the_nth_act_is_the_one_that_counts():
    rules = FunnelRules(frozenset({"answer"}), frozenset({"publish"}), engaged_times=2, active_times=2)
    acts = [(at(day), action) for day, action in (
        ("2026-01-05", "answer"), ("2026-01-09", "publish"), ("2026-02-01", "answer"), ("2026-03-01", "publish"),
    )]  # fmt: skip
    found = passage(acts, at("2026-01-01"), rules, at("2026-04-01"))
    assert (found.engaged, found.active, found.active_now) == (at("2026-02-01"), at("2026-03-01"), True)
    once = passage(acts[:2], at("2026-01-01"), rules, at("2026-04-01"))
    assert (once.engaged, once.active, once.active_now) == (None, None, False)
