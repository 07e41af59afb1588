"""Where steps 5 to 12 stand: what was recorded says it, and what is missing is the next command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import COMMANDS, run
from data.relations.store import add, open_relations
from pipelines.execution.written_brief import SECTIONS
from pipelines.relation.kit import keep_asset, kinds
from pipelines.relation.progress import MISSING, standings

AT = "2026-05-01T00:00:00+00:00"


def record(path: Path, table: str, **values: object) -> None:
    with open_relations(path) as people:
        add(people, table, values, who="ana")


def touch(path: Path, account: str, action: str, at: str = AT) -> None:
    record(path, "touchpoints", account_id=account, brief="b", action=action, happened_at=at)


def states(path: Path, brief: str = "b") -> dict[int, str]:
    return {number: one.state for number, one in standings(path, brief).items()}


def test_without_a_store_everything_is_still_to_do(tmp_path):
    assert set(states(tmp_path / "none.sqlite").values()) == {"todo"}
    assert not (tmp_path / "none.sqlite").exists(), "reading makes nothing"


def test_a_shortlist_is_a_decision_under_way_and_an_acceptance_ends_it(tmp_path):
    path = tmp_path / "people.sqlite"
    record(path, "selections", brief="b", account_id="x:1", verdict="shortlist", why="x")
    assert states(path)[5] == "partial"
    record(path, "selections", brief="b", account_id="x:1", verdict="accept", why="x")
    assert states(path)[5] == "done"
    assert states(path, "another brief")[5] == "todo"


def test_someone_accepted_and_then_refused_is_not_waited_for(tmp_path):
    path = tmp_path / "people.sqlite"
    for account in ("x:1", "x:2"):
        record(path, "selections", brief="b", account_id=account, verdict="accept", why="x")
    touch(path, "x:1", "contact")
    assert states(path)[7] == "partial"
    record(path, "selections", brief="b", account_id="x:2", verdict="refuse", why="concurrent")
    assert states(path)[7] == "done"


def test_preparation_takes_a_written_brief_and_a_whole_kit(tmp_path):
    path = tmp_path / "people.sqlite"
    record(path, "campaigns", name="c", brief="b", kind="event", starts=AT, ends=AT)
    for section in SECTIONS[:10]:
        record(path, "sections", campaign="c", section=section, lang="fr", text="x")
    assert states(path)[6] == "partial"
    with open_relations(path) as people:
        for kind in kinds():
            key = {"brief": "b", "kind": kind, "title": "x", "lang": "fr"}
            keep_asset(people, key, content="x", address=None, file=None, who="ana")
    assert states(path)[6] == "done"


def test_contact_and_explanation_are_done_once_everyone_accepted_was_met(tmp_path):
    path = tmp_path / "people.sqlite"
    for account in ("x:1", "x:2"):
        record(path, "selections", brief="b", account_id=account, verdict="accept", why="x")
    touch(path, "x:1", "contact")
    assert states(path)[7] == "partial"
    touch(path, "x:2", "contact")
    touch(path, "x:1", "answer")
    assert (states(path)[7], states(path)[8]) == ("done", "partial")
    touch(path, "x:2", "meeting", "2026-05-02T00:00:00+00:00")
    assert states(path)[8] == "done"


def test_an_agreement_without_its_mission_is_not_done(tmp_path):
    path = tmp_path / "people.sqlite"
    record(path, "campaigns", name="c", brief="b", kind="event", starts=AT, ends=AT)
    record(path, "agreements", campaign="c", account_id="x:1", mission="m", autonomy="free")
    assert states(path)[9] == "done"
    record(path, "agreements", campaign="c", account_id="x:2")
    assert states(path)[9] == "partial"


def test_evaluation_takes_the_three_families_of_kpis(tmp_path):
    path = tmp_path / "people.sqlite"
    record(path, "campaigns", name="c", brief="b", kind="event", starts=AT, ends=AT)
    for family, expected in (("social", "partial"), ("digital", "partial"), ("business", "done")):
        record(path, "kpi_values", campaign="c", kpi="k", family=family, value=1.0, counted_at=AT)
        assert states(path)[11] == expected


@pytest.mark.parametrize("number", sorted(MISSING))
def test_what_is_missing_names_a_command_that_exists(number):
    for text in (MISSING[number].fr, MISSING[number].en):
        named = text.split("vigie ")[1].split()[0]
        assert named in COMMANDS


def test_the_command_shows_the_twelve_steps_as_they_are_now(small, capsys):
    with open_relations(small.people) as people:
        add(
            people,
            "selections",
            {"brief": "cafe", "account_id": "mastodon:lea", "verdict": "hold", "why": "x"},
            who="a",
        )
        add(
            people,
            "touchpoints",
            {"account_id": "mastodon:lea", "brief": "cafe", "action": "contact", "happened_at": AT},
            who="a",
        )
    assert run(["steps", "cafe", "--json", "--workspace", str(small.root), "--lang", "fr"]) == 0
    found = {row["step"]: row for row in json.loads(capsys.readouterr().out)}
    assert len(found) == 12
    assert found[5]["state"] == "partial" or found[5]["missing"]
