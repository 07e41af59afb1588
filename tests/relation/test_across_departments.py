"""Across departments (seed 003): treatment side by side, matters to settle, programmes rolled up without double counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import run
from data.relations.store import add, keep, open_relations
from pipelines.execution.programmes import Standing, together
from pipelines.relation.coherence import speaks_of
from pipelines.relation.evenness import treatments
from pipelines.relation.overview import matters
from pipelines.relation.points import default_text, read_points_file

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
MEMBERS = [{"programme": "Presse", "account_id": name} for name in ("x:lea", "x:nina", "x:omar")]


def benefit(who: str, cents: int | None, what: str = "Remise", programme: str | None = "Presse") -> dict:
    return {"account_id": who, "programme": programme, "benefit": what, "value_cents": cents}


def treated(*benefits: dict, members=MEMBERS, payments=(), campaigns=(), person_of=None):
    return treatments(benefits, payments, members, campaigns, person_of or {})


def test_a_benefit_that_some_members_do_not_have_is_to_be_looked_at():
    (one,) = treated(benefit("x:lea", 4000), benefit("x:nina", 4000))
    assert (one.lacking, one.uneven) == (1, True)
    (all_of_them,) = treated(*(benefit(row["account_id"], 4000) for row in MEMBERS))
    assert (all_of_them.lacking, all_of_them.uneven) == (0, False)


def test_values_more_than_a_quarter_apart_are_to_be_looked_at_and_closer_ones_are_not():
    def spread(*cents: int):
        (one,) = treated(*(benefit(row["account_id"], value) for row, value in zip(MEMBERS, cents, strict=True)))
        return one

    assert not spread(1000, 1100, 1250).uneven
    apart = spread(1000, 1100, 1251)
    assert apart.uneven
    assert (apart.low_cents, apart.median_cents, apart.high_cents) == (1000, 1100, 1251)


def test_two_accounts_of_one_person_and_two_spellings_of_one_benefit_are_one():
    same = {"x:lea": "p:lea", "y:lea": "p:lea"}
    (one,) = treated(benefit("x:lea", 1000), benefit("y:lea", 500, "  remise "), members=[], person_of=same)
    assert (one.having, one.high_cents) == (("p:lea",), 1500)


def test_pay_stands_beside_benefits_under_its_campaigns_programme():
    payments = [{"account_id": "x:lea", "campaign": "C", "kind": "pay", "amount_cents": 30_000}]
    (one,) = treated(payments=payments, campaigns=[{"name": "C", "programme": "Presse"}])
    assert (one.programme, one.benefit, one.lacking, one.median_cents) == ("Presse", "pay", 2, 30_000)


def test_a_benefit_without_a_value_has_no_figures():
    (one,) = treated(benefit("x:lea", None), members=[])
    assert (one.low_cents, one.median_cents, one.uneven) == (None, None, False)


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    path = tmp_path_factory.mktemp("points") / "points.toml"
    path.write_text(default_text(), "utf-8")
    return read_points_file(path)


def touch(days: int, department: str, who: str = "x:lea", **more) -> dict:
    row = dict.fromkeys(("channel", "programme", "theme", "note", "tone"))
    at = (AS_OF - timedelta(days=days)).isoformat()
    same = {"account_id": who, "action": "contact", "quality": 1.0, "origin": "hand", "recorded_by": "ana"}
    return row | same | {"happened_at": at, "department": department} | more


def settled(points, **records):
    names = ("touchpoints", "flags", "programmes", "guidelines", "sections", "assets")
    return matters(dict.fromkeys(names, ()) | records, points, {}, AS_OF)


def test_two_departments_closer_than_agreed_are_told_once(points):
    near = [touch(9, "presse"), touch(5, "marketing"), touch(2, "presse")]
    (one,) = settled(points, touchpoints=near)
    assert (one.about, one.code) == ("person:x:lea", "other_team")
    assert "presse puis marketing à 4 jour(s)" in one.text.fr
    assert settled(points, touchpoints=[touch(25, "presse"), touch(5, "marketing")]) == []
    assert settled(points, touchpoints=[touch(9, "presse"), touch(5, "presse")]) == []


def test_the_gap_a_programme_agreed_is_the_one_that_counts(points):
    agreed = [{"name": "Presse", "gap_days": 3, "monthly_cap": 4}]
    near = [touch(9, "marketing"), touch(5, "presse", programme="Presse")]
    assert settled(points, touchpoints=near, programmes=agreed) == []


def test_more_contacts_than_the_smallest_cap_are_told_and_a_cap_just_reached_is_not(points):
    five = [touch(day, "presse") for day in (1, 3, 5, 7, 9)]
    assert [one.code for one in settled(points, touchpoints=five)] == ["cap"]
    assert settled(points, touchpoints=five[:4]) == []
    assert settled(points, touchpoints=[touch(day, "presse") for day in (1, 3, 40, 50, 60)]) == []


def test_flags_are_told_of_people_someone_is_in_touch_with(points):
    flags = [{"account_id": "x:lea", "flag": "journalist"}, {"account_id": "x:zoe", "flag": "employee"}]
    found = settled(points, touchpoints=[touch(3, "presse")], flags=flags)
    assert [(one.about, one.code) for one in found] == [("person:x:lea", "journalist")]


def test_texts_that_name_what_is_to_be_avoided_are_told_where_they_stand(points):
    avoid = {"theme": "prix", "stance": "avoid"}
    section = {"campaign": "C", "section": "message", "text": "Le meilleur PRIX."}
    forbidden = section | {"section": "forbidden"}
    asset = {"title": "slogan", "content": "sans prix", "kind": "message", "withdrawn_at": None}
    found = settled(
        points,
        guidelines=[avoid, {"theme": "un prix juste", "stance": "say"}],
        sections=[section, forbidden],
        assets=[asset, asset | {"kind": "dont"}, asset | {"withdrawn_at": "2026-01-01"}],
        touchpoints=[touch(400, "presse", theme="les surprix d’été"), touch(400, "presse", theme="le prix")],
    )
    assert [one.about for one in found] == ["un prix juste", "C · message", "kit · slogan", "person:x:lea"]
    assert "le 2025-04-27" in found[-1].text.fr


@pytest.mark.parametrize(
    ("theme", "text", "expected"),
    [
        ("prix", "surprix", False), ("prix", "Prix !", True), ("été", "l'ete 2026", True), ("", "x", False),
        ("prix de l’eau", "le PRIX  de l'eau", True), ("c++", "c", True), ("(", "(", False),
    ],
)  # fmt: skip
def test_a_theme_is_named_as_whole_words_whatever_case_and_accents(theme, text, expected):
    assert speaks_of(theme, text) is expected


@given(st.text(max_size=40), st.text(max_size=200))
def test_no_theme_breaks_the_reading_of_a_text(theme, text):
    assert speaks_of(theme, text) in (True, False)


def test_departments_together_count_a_person_once_and_add_up_what_adds_up():
    first = Standing("A", "presse", {"p:lea", "p:nina"}, 3, 1, 1000, {("digital", "visits"): 10.0})
    second = Standing("B", "presse", {"p:lea"}, 2, 1, 500, {("digital", "visits"): 5.0, ("business", "sales"): 1.0})
    third = Standing("C", "marketing", {"p:lea"}, 1, 0, 0, {})
    lines = together([first, second, third])
    assert [(one.department, len(one.people), one.contacts) for one in lines] == [
        ("marketing", 1, 1), ("presse", 2, 5), ("", 2, 6),
    ]  # fmt: skip
    assert lines[-1].kpis == {("digital", "visits"): 15.0, ("business", "sales"): 1.0}
    assert lines[-1].cost_cents == 1500
    assert first.kpis == {("digital", "visits"): 10.0}, "summing leaves the parts as they were"


def test_the_commands_show_programmes_evenness_and_matters_in_both_languages(small, capsys, tmp_path):
    with open_relations(small.people) as people:
        for name, team in (("Presse", "communication"), ("Clients", "crm")):
            add(people, "programmes", {"name": name, "department": team, "kpis": "visits,reviews"}, who="ana")
            keep(people, "members", {"programme": name, "account_id": "mastodon:lea"}, {}, who="ana")
        campaign = {"name": "C", "brief": "cafe", "kind": "event", "programme": "Presse"}
        add(people, "campaigns", campaign | {"starts": "2026-05-15", "ends": "2026-06-05"}, who="ana")
        kpi = {"campaign": "C", "kpi": "visits", "family": "digital", "value": 120, "counted_at": "2026-05-20"}
        add(people, "kpi_values", kpi, who="ana")
        for team, day in (("communication", "2026-05-20"), ("crm", "2026-05-22")):
            told = {"account_id": "mastodon:lea", "brief": "cafe", "action": "contact", "department": team}
            add(people, "touchpoints", told | {"happened_at": day, "programme": None}, who="ana")
        given = {"account_id": "mastodon:lea", "programme": "Presse", "benefit": "remise", "happened_at": "2026-05-20"}
        add(people, "benefits", given | {"value_cents": 1000}, who="ana")
    where = ["--workspace", str(small.root)]

    def asked(*words: str):
        capsys.readouterr()
        assert run([*words, "--json", *where]) == 0
        return json.loads(capsys.readouterr().out)

    found = {one["programme"]: one for one in asked("campaign", "programmes")["programmes"]}
    assert [kpi["value"] for kpi in found["Presse"]["kpis"] if kpi["kpi"] == "visits"] == [120]
    assert "mentions" not in {kpi["kpi"] for kpi in found["Presse"]["kpis"]}
    assert found["Presse"]["unmeasured"] == ["reviews"]
    assert asked("campaign", "programmes")["departments"][-1]["people"] == 1
    assert [one["benefit"] for one in asked("relate", "even")] == ["remise"]
    assert [(one["about"], one["code"]) for one in asked("relate", "coherence", "cafe")] == [("lea", "other_team")]
    for lang, word in (("fr", "communication puis crm"), ("en", "communication, then crm")):
        assert run(["relate", "coherence", "cafe", *where, "--lang", lang]) == 0
        assert word in capsys.readouterr().out.replace("\n", " ")
        for suffix in (".pdf", ".xlsx"):
            assert run(["campaign", "programmes", "--out", str(tmp_path / f"p{suffix}"), *where, "--lang", lang]) == 0
