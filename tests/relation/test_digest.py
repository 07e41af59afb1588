"""The digest: what is new since the last run, in few lines, and nothing when nothing is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.cli import run
from data.relations.store import add, open_relations
from data.warehouse.publish import publish
from data.warehouse.store import open_store
from pipelines.relation.circle import Touch, read_circle
from pipelines.relation.digest import burst, digest
from pipelines.relation.papers.write import render


def said(workspace, lang: str = "en", **parts) -> str:
    circle = read_circle(workspace, workspace.brief("cafe"))
    given = {"moves": [], "reminders": [], "deliverables": []} | parts
    return render(digest(circle, lang, **given), ".html").decode()


def posts_about_us(circle, *days: int) -> None:
    circle.touches = [
        Touch("person:lea", "a", "mention", circle.as_of - timedelta(days=d), origin="crawl", post_id=str(d))
        for d in days
    ]


def test_nothing_new_is_said_in_one_line(small):
    assert "Nothing new" in said(small)
    assert "Rien de neuf" in said(small, "fr")


def test_a_burst_is_three_times_the_usual_and_at_least_three(small):
    circle = read_circle(small, small.brief("cafe"))
    posts_about_us(circle, 0, 1, 2)
    assert burst(circle) == (3, 0)
    posts_about_us(circle, 0, 1)
    assert burst(circle) is None
    posts_about_us(circle, 0, 1, 2, *[8, 15, 22, 29, 36, 43, 50, 57], *[9, 16, 23, 30])
    assert burst(circle) is None


def test_entrants_and_tier_changes_compare_the_last_two_runs(small, capsys):
    with open_store(small.store) as store:
        store.execute(
            "INSERT INTO detection.runs (run_id, brief, started_at, finished_at, state, as_of)"
            " VALUES ('r2', 'cafe', '2026-06-02 00:00+00', '2026-06-02 00:01+00', 'finished', '2026-06-02 00:00+00')"
        )
        for name, tier in (("lea", "magic_middle"), ("omar", "micro"), ("rival", "macro")):
            store.execute(
                "INSERT INTO detection.candidates (brief, run_id, person_id, segment, account_id, source, rank, status, tier)"
                " VALUES ('cafe', 'r2', ?, 'filtre', ?, 'mastodon', 1, 'discovered', ?)",
                [f"person:{name}", f"mastodon:{name}", tier],
            )
        store.execute("UPDATE detection.candidates SET rank = 40 WHERE run_id = 'r1' AND person_id = 'person:omar'")
    publish(small)
    assert run(["relate", "digest", "cafe", "--workspace", str(small.root), "--lang", "fr"]) == 0
    out = capsys.readouterr().out
    assert "omar, rang 1" in out
    assert "lea\u00a0\\: Micro → Magic middle" in out
    assert "rival" not in out


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_is_due_late_or_unclear_is_named(small, lang):
    late = {"post_id": None, "disclosure": None, "due": "2026-05-01", "account_id": "x:late", "campaign": "c"}
    unclear = late | {"post_id": "p", "disclosure": "improvable", "account_id": "x:unclear"}
    clear = late | {"post_id": "p", "disclosure": "clear", "account_id": "x:clear"}
    reminders = [{"due": "2026-05-20", "what": "<b>appeler</b>", "account_id": "mastodon:nina"}]
    text = said(small, lang, reminders=reminders, deliverables=[late, unclear, clear])
    assert "x:late" in text
    assert "x:unclear" in text
    assert "x:clear" not in text
    assert "&lt;b&gt;appeler" in text
    assert ("20 mai 2026, nina : " if lang == "fr" else "20 May 2026, nina: ") in text


def test_people_are_named_as_colleagues_know_them(small):
    late = {
        "post_id": None,
        "disclosure": None,
        "due": "2026-05-01",
        "account_id": "mastodon:lea_blog",
        "campaign": "c",
    }
    text = said(small, deliverables=[late])
    assert "lea (c): expected" in text
    assert "mastodon:" not in text


def test_a_relationship_that_sleeps_is_named(small):
    with open_relations(small.people) as people:
        values = {
            "account_id": "mastodon:nina",
            "brief": "cafe",
            "action": "meeting",
            "happened_at": "2025-12-01T00:00:00+00:00",
        }
        add(people, "touchpoints", values, who="ana")
    assert "nina" in said(small)
