"""The relationship in the atlas: funnel, partners, programmes, campaigns; read only, and safe whatever was recorded."""

from __future__ import annotations

import json
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from app.cli import run
from data.relations.publish import refresh
from data.relations.store import add, open_relations

from .conftest import BRIEF, acc, client_of, rows_of, text
from .test_pages import person_page
from .test_sql_shown import SHOWN

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from data.workspace import Workspace

HOSTILE = "<script>alert(9)</script>"
CAMPAIGN = f"Lancement {HOSTILE}"
SPRING = {"starts": "2026-03-01T00:00:00+00:00", "ends": "2026-04-15T00:00:00+00:00"}


def record(workspace: Workspace) -> None:
    """Write a programme, a campaign, exchanges with Léa and Nina, and what appeared."""
    who = "sophie"
    with open_relations(workspace.people) as people:
        add(people, "programmes", {"name": "Ambassadeurs", "department": "marketing", "objective": HOSTILE}, who=who)
        add(people, "members", {"programme": "Ambassadeurs", "account_id": acc("lea")}, who=who)
        add(people, "owners", {"account_id": acc("lea"), "owner": f"Sophie {HOSTILE}"}, who=who)
        for key in ("lea", "nina"):
            touch = {"account_id": acc(key), "brief": BRIEF, "action": "meeting", "channel": "phone",
                     "happened_at": "2026-03-20T10:00:00+00:00", "programme": "Ambassadeurs", "note": HOSTILE}  # fmt: skip
            add(people, "touchpoints", touch, who=who)
        add(
            people,
            "reminders",
            {"account_id": acc("lea"), "due": "2026-04-02T00:00:00+00:00", "what": HOSTILE},
            who=who,
        )
        add(people, "campaigns", {"name": CAMPAIGN, "brief": BRIEF, "kind": "one_shot", "advertiser": "Brûlerie",
                                  "budget_cents": 250_000, "main_kpi": "visits", **SPRING}, who=who)  # fmt: skip
        for key, appeared in (("lea", "2026-03-21T10:00:00+00:00"), ("nina", None)):
            promised = {"campaign": CAMPAIGN, "account_id": acc(key), "format": "article", "appeared_at": appeared,
                        "due": "2026-03-25T00:00:00+00:00", "post_id": f"{acc(key)}/0", "disclosure": "clear"}  # fmt: skip
            add(people, "deliverables", promised, who=who)
        for value, at in ((100, "2026-03-22"), (140, "2026-03-29")):
            counted = {"campaign": CAMPAIGN, "account_id": acc("lea"), "kpi": "visits", "family": "digital",
                       "value": value, "counted_at": f"{at}T00:00:00+00:00"}  # fmt: skip
            add(people, "kpi_values", counted, who=who)
        foreseen = {"campaign": CAMPAIGN, "account_id": acc("lea"), "made_at": "2026-03-01T00:00:00+00:00", "posts": 12,
                    "low": 10.0, "median": 21.0, "high": 40.0, "observed": 25.0}  # fmt: skip
        add(people, "forecasts", foreseen, who=who)
        paid = {"account_id": acc("lea"), "campaign": CAMPAIGN, "advertiser": "Brûlerie", "objective": "notoriété",
                "kind": "pay", "amount_cents": 80_000, "happened_at": "2026-03-22T00:00:00+00:00"}  # fmt: skip
        add(people, "payments", paid, who=who)
    refresh(workspace)


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory, published: Workspace) -> Workspace:
    """A workspace with a relationship, which tests only read."""
    import shutil

    from data.workspace import Workspace as Space

    root: Path = tmp_path_factory.mktemp("related") / "ws"
    workspace = Space(shutil.copytree(published.root, root))
    record(workspace)
    return workspace


@pytest.fixture
def pages(related: Workspace) -> TestClient:
    return client_of(related)


def partner_page(key: str) -> str:
    return person_page(key).replace("/person?", "/partner?")


CAMPAIGN_PAGE = f"/b/{BRIEF}/campaign?name={quote(CAMPAIGN)}"


def test_the_funnel_of_the_page_is_that_of_the_command(
    pages: TestClient, related: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["funnel", BRIEF, "--json", "--workspace", str(related.root)]) == 0
    counts = json.loads(capsys.readouterr().out)["counts"]
    shown = text(pages.get(f"/b/{BRIEF}/relation").text)
    for stage, name in (("identified", "Identifiés"), ("engaged", "Engagés"), ("active", "Actifs")):
        assert f"{name} {counts[stage]}" in shown


def test_partners_programmes_and_campaigns_are_listed_with_what_was_recorded(pages: TestClient) -> None:
    shown = text(pages.get(f"/b/{BRIEF}/relation").text)
    assert f"Sophie {HOSTILE}" in shown
    assert "2 avril 2026" in shown
    assert "Ambassadeurs marketing" in shown
    assert f"{CAMPAIGN} Brûlerie 1er mars 2026 – 15 avril 2026 2 1 / 2" in shown
    assert "800" in shown


def test_a_campaign_shows_what_appeared_the_last_count_and_forecast_against_came(pages: TestClient) -> None:
    shown = text(pages.get(CAMPAIGN_PAGE).text)
    assert "visites digital 140 1" in shown
    assert "Léa Martin 10 21 40 25 12" in shown
    assert "21 mars 2026" in shown


def test_the_partner_page_is_that_of_vigie_relate(pages: TestClient, related: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "lea.md"
    command = ["relate", "partner", BRIEF, "@lea@social.example", "--out", str(out), "--lang", "fr"]
    assert run([*command, "--workspace", str(related.root)]) == 0
    titles = [line.removeprefix("## ") for line in out.read_text("utf-8").splitlines() if line.startswith("## ")]
    page = pages.get(partner_page("lea")).text
    assert titles
    for title in titles:
        assert f"<h2>{title}</h2>" in page
    assert unescape("&lt;script&gt;alert(9)") in text(page)


@pytest.mark.parametrize("page", [f"/b/{BRIEF}/relation", partner_page("lea"), partner_page("nina"), CAMPAIGN_PAGE])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_nothing_that_was_recorded_runs(related: Workspace, page: str, lang: str) -> None:
    found = client_of(related, lang).get(page)
    assert found.status_code == 200
    assert HOSTILE not in found.text
    assert "&lt;script&gt;alert(9)" in found.text


@pytest.mark.parametrize("page", [f"/b/{BRIEF}/relation", CAMPAIGN_PAGE])
def test_the_sql_shown_gives_rows_elsewhere(pages: TestClient, related: Workspace, page: str) -> None:
    shown = [unescape(sql) for sql in SHOWN.findall(pages.get(page).text)]
    assert len(shown) == 3
    assert all(rows_of(related, sql) for sql in shown)


def test_a_partner_or_campaign_that_is_not_there_is_told(pages: TestClient) -> None:
    assert pages.get(partner_page("nobody")).status_code == 404
    assert pages.get(partner_page("gone")).status_code == 404
    assert pages.get(f"/b/{BRIEF}/campaign?name=rien").status_code == 404
    assert pages.get(f"/b/{BRIEF}/campaign").status_code == 404


def test_a_workspace_without_records_says_so_and_stays_without_a_store(workspace: Workspace) -> None:
    shown = text(client_of(workspace, "en").get(f"/b/{BRIEF}/relation").text)
    assert "No relationship recorded yet" in shown
    assert "No campaign on this brief" in shown
    assert not workspace.people.exists()


def test_the_relationship_is_on_the_persons_sheet(pages: TestClient) -> None:
    shown = text(pages.get(person_page("lea")).text)
    assert "échanges notés 1" in shown
    assert "programmes Ambassadeurs" in shown


def test_the_study_speaks_the_readers_language_while_the_brief_is_the_one_studied(
    workspace: Workspace, published: Workspace
) -> None:
    from data.warehouse.publish import publish
    from data.warehouse.store import open_store

    assert "Convient" in text(client_of(published, "en").get(f"/b/{BRIEF}/").text)
    with open_store(workspace.store) as con:
        con.execute("UPDATE detection.runs SET brief_hash = ?", [workspace.brief(BRIEF).hash])
    publish(workspace)
    assert "Micro-influencers suit these objectives" in text(client_of(workspace, "en").get(f"/b/{BRIEF}/").text)
    assert "Les micro-influenceurs conviennent" in text(client_of(workspace, "fr").get(f"/b/{BRIEF}/").text)
