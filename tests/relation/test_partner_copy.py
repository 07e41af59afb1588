"""The copy of a campaign's brief that a partner receives names nobody else and says nobody else's pay."""

from __future__ import annotations

import pytest

from app.cli import run
from data.relations.store import add, open_relations


@pytest.fixture
def campaign(small):
    with open_relations(small.people) as people:
        values = {"name": "C", "brief": "cafe", "kind": "event", "starts": "2026-05-15", "ends": "2026-06-05"}
        add(people, "campaigns", values | {"main_kpi": "visits"}, who="ana")
        for who, code, cents in (("lea", "LEA10", 10_000), ("nina", "NINA10", 77_700)):
            account = {"campaign": "C", "account_id": f"mastodon:{who}"}
            add(people, "deliverables", account | {"format": "post", "due": "2026-05-21"}, who="ana")
            add(people, "codes", account | {"kind": "code", "value": code}, who="ana")
            add(people, "agreements", account | {"pay_cents": cents}, who="ana")
        add(people, "milestones", {"campaign": "C", "account_id": None, "due": "2026-06-01", "what": "Fête"}, who="ana")
        mine = {"campaign": "C", "account_id": "mastodon:nina", "due": "2026-06-02", "what": "Appel de Nina"}
        add(people, "milestones", mine, who="ana")
    return small


def brief(workspace, capsys, *more: str) -> str:
    assert run(["campaign", "brief", "C", *more, "--workspace", str(workspace.root), "--lang", "fr"]) == 0
    return capsys.readouterr().out


def test_the_teams_copy_holds_everything_and_what_is_missing(campaign, capsys):
    said = brief(campaign, capsys)
    for part in ("LEA10", "NINA10", "877,00", "Fête", "Appel de Nina", "Ce qui manque encore"):
        assert part in said.replace("\\", ""), part


def test_a_partners_copy_holds_what_is_theirs_and_nothing_of_others(campaign, capsys):
    said = brief(campaign, capsys, "--for", "lea").replace("\\", "")
    for part in ("LEA10", "100,00", "Fête", "lea"):
        assert part in said, part
    for part in ("NINA", "nina", "Nina", "777", "877", "Ce qui manque"):
        assert part not in said, part


def test_another_account_of_the_same_person_is_the_same_partner(campaign, capsys):
    assert "LEA10" in brief(campaign, capsys, "--for", "lea_blog")


def test_someone_without_a_part_in_it_gets_the_common_part_alone(campaign, capsys):
    said = brief(campaign, capsys, "--for", "omar")
    assert "Fête" in said
    assert "10" not in said.split("Liens et codes")[1].split("##")[0]
