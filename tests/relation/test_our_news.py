"""Reasons to write that come from us: dates near enough, campaigns that start, what we published on their subject."""

from __future__ import annotations

import json

from app.cli import run
from data.relations.store import add, open_relations
from data.warehouse.publish import publish
from data.warehouse.store import open_store
from pipelines.relation.circle import read_circle
from pipelines.relation.nextbest import next_contacts
from pipelines.relation.our_news import our_news


def news_of(workspace) -> dict[str, list[str]]:
    circle = read_circle(workspace, workspace.brief("cafe"))
    return {person: [text.fr for _, text in reasons] for person, reasons in our_news(workspace, circle).items()}


def campaign(workspace, starts: str = "2026-05-15", **milestones: str | None) -> None:
    with open_relations(workspace.people) as people:
        values = {"name": "Été", "brief": "cafe", "kind": "event", "starts": starts, "ends": "2026-06-30"}
        add(people, "campaigns", values, who="ana")
        wanted = {"campaign": "Été", "account_id": "mastodon:lea_blog", "format": "post", "due": "2026-06-20"}
        add(people, "deliverables", wanted, who="ana")
        for day, account in milestones.items():
            due = day.removeprefix("on_").replace("_", "-")
            add(people, "milestones", {"campaign": "Été", "account_id": account, "due": due, "what": "Fête"}, who="ana")


def test_a_date_near_enough_concerns_the_one_named_or_every_partner(small):
    campaign(small, on_2026_06_10="mastodon:nina", on_2026_06_12=None, on_2026_06_28=None, on_2026_05_20=None)
    assert news_of(small) == {
        "person:nina": ["notre date du 2026-06-10 : Fête"],
        "person:lea": ["notre date du 2026-06-12 : Fête"],
    }


def test_a_campaign_that_starts_soon_concerns_those_accepted(small):
    campaign(small, starts="2026-06-05")
    assert news_of(small) == {}
    with open_relations(small.people) as people:
        chosen = {"brief": "cafe", "account_id": "mastodon:omar", "verdict": "accept", "why": "x"}
        add(people, "selections", chosen, who="ana")
    assert news_of(small) == {"person:omar": ["« Été » commence le 2026-06-05"]}


def test_what_the_brand_published_lately_concerns_those_of_that_segment(small):
    with open_store(small.store) as store:
        for key, day in (("b2", "2026-05-25"), ("b3", "2026-04-01")):
            store.execute(
                "INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text) VALUES"
                f" ('{key}', 'mastodon:brand', 'mastodon', '{key}', 'post', '{day} 10:00+00', 'Notre café')"
            )
            store.execute(
                f"INSERT INTO detection.hits VALUES ('cafe', 'r1', '{key}', 'filtre', 0.9, true, ['café'], [0])"
            )
    publish(small)
    assert set(news_of(small)) == {"person:lea", "person:nina", "person:omar", "person:zoe"}
    assert news_of(small)["person:lea"] == ["nous avons publié sur « filtre », son sujet (1)"]


def test_our_news_alone_is_a_reason_to_write_only_when_it_weighs_enough(small):
    campaign(small, on_2026_06_10="mastodon:nina")
    circle = read_circle(small, small.brief("cafe"))
    ours = our_news(small, circle)
    assert [one.person_id for one in next_contacts(circle, {}, frozenset(), {}, ours)] == ["person:lea", "person:nina"]
    weak = {"person:omar": [(0.5, reason) for _, reason in ours["person:nina"]]}
    assert "person:omar" not in {one.person_id for one in next_contacts(circle, {}, frozenset(), {}, weak)}


def test_the_command_gives_the_reason_in_the_readers_language(small, capsys):
    campaign(small, on_2026_06_10="mastodon:nina")
    for lang, word in (("fr", "notre date du 2026-06-10"), ("en", "our date of 2026-06-10")):
        assert run(["relate", "next", "cafe", "--json", "--workspace", str(small.root), "--lang", lang]) == 0
        told = {row["account"]: " ".join(row["reasons"]) for row in json.loads(capsys.readouterr().out)}
        assert word in told["nina"]
