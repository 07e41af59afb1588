"""The day's work: proximity kept and published, posts matched, reminders made once, the digest written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import run
from data.relations.store import add, keep, open_relations, rows
from data.warehouse.store import connect
from data.workspace import Workspace
from pipelines.execution.daily import daily
from pipelines.relation.record import write_proximity

pytestmark = pytest.mark.long

DAY = "2026-05-28T00:00:00+00:00"


def with_campaign(workspace: Workspace, ends: str = "2026-06-05T00:00:00+00:00") -> None:
    with open_relations(workspace.people) as people:
        values = {"name": "C", "brief": "cafe", "kind": "one_shot", "starts": "2026-05-15T00:00:00+00:00", "ends": ends}
        add(people, "campaigns", values, who="ana")
        for account, due in (("lea", "2026-05-21"), ("nina", "2026-06-03"), ("omar", "2026-07-01")):
            wanted = {
                "campaign": "C",
                "account_id": f"mastodon:{account}",
                "format": "post",
                "due": f"{due}T00:00:00+00:00",
            }
            add(people, "deliverables", wanted, who="ana")
        notice = {"campaign": "C", "account_id": "mastodon:nina", "what": "fête: 1 → 2", "why": "salle"}
        add(people, "notices", notice, who="ana")
        keep(people, "owners", {"account_id": "mastodon:nina"}, {"owner": "bob"}, who="ana")


def test_a_days_work_keeps_proximity_matches_posts_and_reminds_once(small):
    with_campaign(small)
    done = daily(small, small.brief("cafe"), "fr")
    assert done.proximity > 0
    assert done.campaigns == {"C": {"deliverables": 3, "appeared": 1, "checked": 0, "reminders": 2}}
    with open_relations(small.people) as people:
        found = {row["account_id"]: row for row in rows(people, "deliverables")}
        made = rows(people, "reminders")
    assert found["mastodon:lea"]["post_id"] == "p1"
    assert found["mastodon:nina"]["post_id"] is None
    assert {row["assignee"] for row in made} == {"bob"}, "the one who keeps the relationship is reminded"
    assert [row["what"] for row in made] == ["C : post attendu le 2026-06-03", "C : à prévenir, fête: 1 → 2"]
    again = daily(small, small.brief("cafe"), "en")
    assert again.campaigns["C"]["reminders"] == 0, "neither twice nor in two languages"
    connection = connect(small.published, read_only=True)
    try:
        assert connection.execute("SELECT count(*) FROM relation.proximity").fetchall()[0][0] == done.proximity
        assert connection.execute("SELECT count(*) FROM execution.deliverables WHERE post_id = 'p1'").fetchall() == [
            (1,)
        ]
    finally:
        connection.close()


def test_a_reminder_that_was_done_does_not_come_back(small):
    with_campaign(small)
    daily(small, small.brief("cafe"), "fr")
    with open_relations(small.people) as people:
        people.execute("UPDATE reminders SET done_at = ?", (DAY,))
    assert daily(small, small.brief("cafe"), "fr").campaigns["C"]["reminders"] == 0


def test_a_campaign_long_over_is_left_alone(small):
    with_campaign(small, ends="2026-05-16T00:00:00+00:00")
    assert daily(small, small.brief("cafe"), "fr").campaigns == {}


def test_the_digest_lies_in_the_workspace_in_two_formats(small, capsys):
    with_campaign(small)
    assert run(["relate", "daily", "cafe", "--json", "--workspace", str(small.root), "--lang", "fr"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sent"] == []
    assert [Path(path).suffix for path in told["files"]] == [".md", ".html"]
    for path in told["files"]:
        assert Path(path).is_relative_to(small.root / "relation")
        assert "lea" in Path(path).read_text("utf-8")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_command_says_what_it_did_in_a_few_lines(small, lang, capsys):
    assert run(["relate", "daily", "cafe", "--workspace", str(small.root), "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert ("proximité : " if lang == "fr" else "proximity: ") in out
    assert len(out.splitlines()) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        ["--mail", "courrier"], ["--to", "a@b.example"], ["--mail", "courrier", "--to", "pas une adresse"],
        ["--mail", "courrier", "--to", "a@b.example, c@d.example"], ["--webhook", "https://secret.example/x"],
    ],
)  # fmt: skip
def test_a_delivery_that_cannot_be_is_refused_before_any_work(small, wrong, capsys):
    assert run(["relate", "daily", "cafe", *wrong, "--workspace", str(small.root), "--lang", "en"]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not (small.root / "relation").exists()


def test_an_unfinished_points_file_is_told_and_costs_the_discovery_nothing(small):
    from data.errors import UserError

    (small.root / "points.toml").write_text("[actions]\nfollow = {points = 'deux'}\n", "utf-8")
    with pytest.raises(UserError):
        write_proximity(small, small.brief("cafe"))
