"""A brief's circle: who is in it, what the crawl saw them do towards the brand, and what the team recorded."""

from __future__ import annotations

import json

import pytest

from app.cli import run
from data.errors import UserError
from data.relations.store import add, open_relations, rows
from data.relations.text_file import read_text
from pipelines.relation.circle import read_circle
from pipelines.relation.contact import call_sheet, draft
from pipelines.relation.desk import find, read_desk, recent_news
from pipelines.relation.nextbest import next_contacts, states
from pipelines.relation.papers.write import render
from pipelines.relation.partner import partner_page


def circle_of(workspace):
    return read_circle(workspace, workspace.brief("cafe"))


def seen(workspace) -> set[tuple[str, str]]:
    return {(one.person_id.removeprefix("person:"), one.action) for one in circle_of(workspace).touches}


def touch(workspace, account: str, action: str, at: str, **more: object) -> None:
    with open_relations(workspace.people) as people:
        values = {"account_id": f"mastodon:{account}", "brief": "cafe", "action": action, "happened_at": at} | more
        add(people, "touchpoints", values, who="ana")


def test_signals_come_from_the_crawl_by_themselves(small):
    assert seen(small) == {
        ("lea", "link"), ("nina", "reply"), ("nina", "mention"), ("omar", "repost"), ("zoe", "follow"),
    }  # fmt: skip


def test_a_domain_that_only_ends_alike_is_not_ours(small):
    assert ("zoe", "link") not in seen(small)


def test_neither_the_brand_nor_a_competitor_is_in_the_circle(small):
    assert set(circle_of(small).people) == {"person:lea", "person:nina", "person:omar", "person:zoe"}


def test_someone_the_team_met_is_in_the_circle_without_being_a_candidate(small):
    with open_relations(small.people) as people:
        add(
            people,
            "selections",
            {"brief": "cafe", "account_id": "mastodon:brand2", "verdict": "hold", "why": "x"},
            who="a",
        )
    assert "person:mastodon:brand2" in circle_of(small).people


def test_all_accounts_of_a_person_are_one_record(small):
    touch(small, "lea", "answer", "2026-05-20T00:00:00+00:00")
    touch(small, "lea_blog", "meeting", "2026-05-21T00:00:00+00:00")
    assert [one.action for one in circle_of(small).of("person:lea")] == ["meeting", "link", "answer"]
    assert find(small, "lea_blog").accounts == ("mastodon:lea", "mastodon:lea_blog")


def test_a_negative_post_takes_no_point_off_by_itself(small):
    circle = circle_of(small)
    mention = next(one for one in circle.of("person:nina") if one.action == "mention")
    assert mention.tone == "negative"
    assert states(circle)["person:nina"].score > 0


def test_consent_decides_whether_an_opened_mail_counts(small):
    text = small.root / "points.toml"
    from pipelines.relation.points import default_text

    text.write_text(default_text().replace("points = 1, on = false", "points = 1, on = true"), "utf-8")
    touch(small, "omar", "email_open", "2026-05-31T00:00:00+00:00")
    before = states(circle_of(small))["person:omar"].score
    with open_relations(small.people) as people:
        values = {"account_id": "mastodon:omar", "purpose": "email_open", "evidence": "form", "given_at": "2026-05-01"}
        add(people, "consents", values, who="ana")
    assert states(circle_of(small))["person:omar"].score == pytest.approx(before + 1, abs=0.02)


def test_next_contacts_say_why_and_leave_out_who_must_not_be_contacted(small):
    circle = circle_of(small)
    found = {one.person_id: one for one in next_contacts(circle, {}, frozenset(), recent_news(small, circle))}
    assert set(found) == {"person:lea"}
    assert "lien" in found["person:lea"].reasons[0].fr
    assert next_contacts(circle, {}, frozenset({"person:lea"}), {}) == []
    touch(small, "lea", "refuse", "2026-05-31T00:00:00+00:00")
    circle = circle_of(small)
    assert next_contacts(circle, {}, frozenset(), recent_news(small, circle)) == []
    assert states(circle)["person:lea"].score is None


def test_a_reminder_due_brings_someone_up_and_an_answer_already_given_does_not(small):
    touch(small, "lea", "contact", "2026-05-29T00:00:00+00:00")
    circle = circle_of(small)
    assert next_contacts(circle, {}, frozenset(), recent_news(small, circle)) == []
    reminders = {"person:nina": [{"what": "envoyer le café"}]}
    assert [one.person_id for one in next_contacts(circle, reminders, frozenset(), {})] == ["person:nina"]


def test_a_relationship_sleeps_after_long_silence(small):
    touch(small, "nina", "meeting", "2025-12-01T00:00:00+00:00")
    state = states(circle_of(small))["person:nina"]
    assert state.lapsed
    assert state.days_silent == 182


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_draft_cites_what_the_person_published_with_its_address_and_says_their_rights(small, lang):
    desk = read_desk(small, small.brief("cafe"), "mastodon:lea")
    said = render(draft(desk, lang, theme=None, programme=None, who="ana"), ".html").decode()
    assert "Mon café filtre du matin" in said
    assert "https://m.example/p2" in said
    assert ("vous y opposer" if lang == "fr" else "You may object") in said
    assert ("à cette seule personne" if lang == "fr" else "this one person") in said


def test_without_a_fact_to_cite_there_is_no_draft(small):
    desk = read_desk(small, small.brief("cafe"), "mastodon:zoe")
    with pytest.raises(UserError):
        draft(desk, "fr", theme=None, programme=None, who="ana")


def test_a_call_sheet_and_a_partner_page_hold_what_teams_recorded(small):
    touch(small, "lea", "meeting", "2026-05-21T00:00:00+00:00", note="au salon", department="presse")
    desk = read_desk(small, small.brief("cafe"), "mastodon:lea")
    for paper in (call_sheet(desk, "fr", programme=None, who="ana"), partner_page(desk, "fr")):
        said = render(paper, ".html").decode()
        assert "au salon" in said
        assert "rencontre ou appel" in said


def test_the_workbook_comes_back_as_it_went_and_edits_are_kept_with_history(small, tmp_path, capsys):
    import openpyxl

    where = ["--workspace", str(small.root), "--lang", "en"]
    file = tmp_path / "relation.xlsx"
    sheet = tmp_path / "in.csv"
    sheet.write_text(
        "account;action;happened_at;programme;quality;note\n"
        "lea;meeting;2026-05-21;Presse;1,5;=1+1\nnina;answer;2026-05-22T10:00;;;\nnobody;answer;2026-05-22;;;\n"
        "nina;dance;2026-05-22;;;\nnina;answer;hier;;;\nnina;answer;2026-05-22;;9;\nnina;answer;2206-05-22;;;\n",
        "utf-8",
    )
    assert run(["relate", "import", "cafe", str(sheet), *where]) == 0
    told = capsys.readouterr()
    assert "2 added, 0 changed, 0 unchanged, 5 refused" in told.out
    assert [line.split(" ")[0] for line in told.err.splitlines() if line.startswith("in.csv")] == [
        f"in.csv:{n}" for n in (4, 5, 6, 7, 8)
    ]
    assert run(["relate", "template", "cafe", "--out", str(file), *where]) == 0
    assert run(["relate", "import", "cafe", str(file), *where]) == 0
    assert "0 added, 0 changed, 2 unchanged, 0 refused" in capsys.readouterr().out
    book = openpyxl.load_workbook(file)
    head = [cell.value for cell in book["touchpoints"][1]]
    book["touchpoints"].cell(2, head.index("note") + 1).value = "au salon"
    book["touchpoints"].append(["omar", "attend", "2026-05-25"])
    book.save(file)
    assert run(["relate", "import", "cafe", str(file), *where]) == 0
    assert "1 added, 1 changed, 1 unchanged, 0 refused" in capsys.readouterr().out
    with open_relations(small.people) as people:
        assert [(row["before"], row["after"]) for row in rows(people, "history")] == [("=1+1", "au salon")]
        assert len(rows(people, "touchpoints")) == 3
    assert run(["relate", "template", "cafe", "--out", str(tmp_path / "again.xlsx"), *where]) == 0
    again = openpyxl.load_workbook(tmp_path / "again.xlsx")["touchpoints"]
    assert [row[0] for row in again.iter_rows(min_row=2, values_only=True)] == [
        "mastodon:lea",
        "mastodon:nina",
        "mastodon:omar",
    ]


def test_a_file_as_french_excel_saves_it_is_read(small, tmp_path, capsys):
    sheet = tmp_path / "excel.csv"
    sheet.write_bytes("account;action;happened_at;note\r\nlea;meeting;2026-05-21;au café d’été €\r\n".encode("cp1252"))
    assert run(["relate", "import", "cafe", str(sheet), "--workspace", str(small.root), "--lang", "en"]) == 0
    assert "1 added" in capsys.readouterr().out
    with open_relations(small.people) as people:
        assert rows(people, "touchpoints")[0]["note"] == "au café d’été €"


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"a\x00b,c\n", b"\x81\x8d"])
def test_what_is_no_text_is_told(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(UserError):
        read_text(path)


def test_costs_of_a_portfolio_come_from_a_file_whatever_its_separator(small, tmp_path, capsys):
    where = ["--workspace", str(small.root), "--lang", "en"]
    for text in ("account,cost\nlea,120.50\nnina,80\n", "account;cost\nlea;120,50\nnina;80\n"):
        costs = tmp_path / "costs.csv"
        costs.write_text(text, "utf-8")
        assert run(["relate", "portfolio", "cafe", "--budget", "300", "--costs", str(costs), "--json", *where]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["cost"] in (12_050, 20_050)
        assert told["left_out"]["person:omar"] == "cost_unknown"


@pytest.mark.parametrize("name", ["no.csv", "broken.xlsx", "wrong.csv"])
def test_a_file_that_is_no_workbook_ends_in_one_line(small, tmp_path, capsys, name):
    path = tmp_path / name
    if name != "no.csv":
        path.write_text("a,b\n1,2\n", "utf-8")
    assert run(["relate", "import", "cafe", str(path), "--workspace", str(small.root)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_contact_that_must_not_be_is_refused_and_not_recorded(small, capsys):
    where = ["--workspace", str(small.root), "--lang", "en"]
    assert run(["relate", "flag", "lea", "maybe_minor", *where]) == 0
    assert run(["relate", "touch", "cafe", "lea", "contact", *where]) == 2
    assert "minor" in capsys.readouterr().err
    with open_relations(small.people) as people:
        assert rows(people, "touchpoints") == []


def test_what_is_recorded_reaches_the_published_database_by_itself(small):
    import time

    from data.warehouse.store import connect

    assert run(["relate", "touch", "cafe", "lea", "answer", "--at", "2026-05-21", "--workspace", str(small.root)]) == 0
    count, end = 0, time.monotonic() + 60
    while not count and time.monotonic() < end:
        time.sleep(0.5)
        connection = connect(small.published, read_only=True)
        count = connection.execute("SELECT count(*) FROM relation.touchpoints").fetchall()[0][0]
        connection.close()
    assert count == 1
