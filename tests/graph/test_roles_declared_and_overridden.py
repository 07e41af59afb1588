"""Roles that come from what profiles declare, from the brief's own conditions, and from an analyst's word."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from app.cli import run
from data.brief.model import Brand, Brief, Competitor, RoleRule, Rule, Score, Segment
from data.brief.read import read_brief
from data.errors import UserError
from data.overrides import override, overrides
from data.people import open_people
from data.warehouse.store import connect, migrate
from graph.roles import DEFAULT_ROLES, label_condition, ordered, role_condition
from pipelines.detection.declared import declarations, media_domains
from pipelines.detection.detection import detect
from pipelines.detection.map_read import prepare
from pipelines.detection.mapping import map_ecosystem
from pipelines.detection.overridden import by_person, check_role, override_labels, override_roles
from pipelines.detection.rule_check import check_rules
from pipelines.detection.study import study

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BRIEF = Brief(
    name="cafe",
    segments=(Segment("filtre", "v60"),),
    brand=Brand(
        "Brûlerie du Canal",
        accounts=("@brulerie@net.example",),
        domains=("brulerie.example",),
        competitors=(Competitor("Torréfaction Nord", terms=('"torré nord"',)),),
    ),
    rules=(Rule("vip", "influence >= 0"),),
)
PROFILES = {
    "lea": ("Barista chez Brûlerie du Canal, Paris", None, []),
    "max": ("Torréfacteur @brulerie, vélo", None, []),
    "old": ("Ex-barista chez Brûlerie du Canal", None, []),
    "nord": ("Responsable qualité chez Torré Nord", None, []),
    "jo": ("Journaliste au quotidien, avis personnels", None, []),
    "fan": ("J'adore la Brûlerie du Canal !", None, ["https://www.lemonde.fr/article"]),
    "lemondefr": ("L'actualité en continu", None, ["https://www.lemonde.fr/"]),
    "gazette": ("Des nouvelles", "https://www.liberation.fr/", []),
    "nytimes.com": (None, None, []),
    "opinion.nytimes.com": (None, None, []),
    "quiet": (None, None, []),
    "gone": ("Journaliste, barista chez Brûlerie du Canal", None, []),
}


@pytest.fixture(scope="module")
def con():
    connection = connect()
    migrate(connection)
    for name, (summary, url, links) in PROFILES.items():
        connection.execute(
            "INSERT INTO core.accounts (account_id, source, native_id, handle, display_name, summary, url, links, consent)"
            " VALUES (?, 'net', ?, ?, ?, ?, ?, ?, ?)",
            [
                name,
                name,
                name if "." in name else f"{name}@net.example",
                name,
                summary,
                url,
                links,
                "opt_out" if name == "gone" else "allow",
            ],
        )
        connection.execute("INSERT INTO core.person_accounts VALUES (?, ?, NULL, NULL)", [f"person:{name}", name])
        connection.execute("INSERT INTO core.brief_accounts VALUES ('cafe', ?, NULL)", [name])
        for k in range(6):
            post = f"{name}-{k}"
            connection.execute(
                "INSERT INTO core.posts (post_id, account_id, source, native_id, kind, published_at, text)"
                " VALUES (?, ?, 'net', ?, 'post', TIMESTAMPTZ '2026-05-01' + to_days(?), 'v60')",
                [post, name, post, k],
            )
            connection.execute("INSERT INTO core.brief_posts VALUES ('cafe', ?, NULL)", [post])
            connection.execute("INSERT INTO nlp.judged VALUES ('cafe', ?, 0, 'q')", [post])
            connection.execute(
                "INSERT INTO detection.hits VALUES ('cafe', 'r1', ?, 'filtre', 0.9, true, ['v60'], [])", [post]
            )
            connection.execute(
                "INSERT INTO core.post_observations (post_id, observed_at, likes) VALUES (?, ?, 3)", [post, AS_OF]
            )
    return connection


def declared(con):
    prepare(con, BRIEF, "r1", AS_OF)
    people = [row[0] for row in con.execute("SELECT person_id FROM map_people ORDER BY row_number").fetchall()]
    found = declarations(con, BRIEF, len(people))
    return {p.removeprefix("person:"): (found.employer[i], found.press[i]) for i, p in enumerate(people)}


def mapped(con, brief=BRIEF, given=None):
    tables = map_ecosystem(con, brief, "r1", AS_OF, given or {})
    con.execute("DELETE FROM detection.ecosystem")
    for name in ("detection.ecosystem", "detection.relations"):
        con.register("rows", tables[name])
        con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM rows")
        con.unregister("rows")
    rows = tables["detection.ecosystem"].to_pylist()
    return {r["person_id"].removeprefix("person:"): (r["role"], r["role_reasons"]) for r in rows}


def test_who_declares_to_work_for_the_brand_is_an_employee_who_used_to_is_not(con):
    found = declared(con)
    assert found["lea"] == ("brand", None)
    assert found["max"] == ("brand", None)
    assert found["nord"] == ("competitor", None)
    assert found["old"] == (None, None)


def test_to_like_a_brand_or_to_link_to_a_newspaper_declares_nothing(con):
    assert declared(con)["fan"] == (None, None)
    assert declared(con)["quiet"] == (None, None)


def test_a_journalist_says_so_and_an_outlet_shows_its_own_site(con):
    found = declared(con)
    assert found["jo"] == (None, "journalist")
    assert found["lemondefr"] == (None, "outlet")
    assert found["gazette"] == (None, "outlet")


def test_a_handle_under_an_outlets_own_site_is_proven_to_be_the_outlets(con):
    found = declared(con)
    assert found["nytimes.com"] == (None, "outlet")
    assert found["opinion.nytimes.com"] == (None, "outlet")


def test_the_profile_of_who_opted_out_is_not_read(con):
    assert declared(con)["gone"] == (None, None)


def test_declared_roles_come_with_the_words_they_rest_on(con):
    roles = mapped(con)
    assert roles["lea"][0] == "employee"
    assert "employer=brand" in roles["lea"][1]
    assert any(reason.startswith("declared=Brûlerie") for reason in roles["lea"][1])
    assert roles["nord"][0] == "competitor_employee"
    assert roles["jo"][0] == "journalist"
    assert roles["lemondefr"][0] == "media"
    assert roles["old"][0] not in ("employee", "journalist")


def test_every_role_of_the_method_is_there():
    names = {role.name for role in DEFAULT_ROLES}
    assert names >= {
        "celebrity", "expert", "community_leader", "bridge", "relay", "fan", "journalist", "media", "brand",
        "competitor", "employee", "ambassador", "newcomer",
    }  # fmt: skip


def test_media_sites_are_bare_hosts():
    assert all("/" not in host and host == host.lower() and "." in host for host in media_domains())


def test_the_briefs_own_roles_are_asked_first_and_replace_their_namesakes(con):
    own = (RoleRule("barista", "focus >= 0.5 AND on_topic_posts >= 6"), RoleRule("expert", "relevance > 99"))
    order = [role.name for role in ordered(own)]
    assert order[:2] == ["barista", "expert"]
    assert order.count("expert") == 1
    roles = mapped(con, replace(BRIEF, roles=own))
    assert roles["quiet"][0] == "barista"
    assert roles["lea"][0] == "barista"


def test_an_analysts_role_stays_run_after_run_until_withdrawn(con, tmp_path):
    persons = {name: f"person:{name}" for name in PROFILES}
    with open_people(tmp_path / "people.sqlite") as people:
        override(people, "cafe", "quiet", "role", "ambassador", "given", why="on se connaît", who="Alice B")
    for _ in range(2):
        with open_people(tmp_path / "people.sqlite") as people:
            given = by_person(overrides(people, "cafe"), persons)
        assert mapped(con, given=given)["quiet"] == ("ambassador", ["decided_by=Alice_B"])
    with open_people(tmp_path / "people.sqlite") as people:
        override(people, "cafe", "quiet", "role", "auto", "withdrawn", why="fini", who="Alice B")
        assert overrides(people, "cafe") == []
    assert mapped(con)["quiet"][0] != "ambassador"


def test_a_label_given_or_refused_stands_over_the_rules(con, tmp_path):
    persons = {name: f"person:{name}" for name in PROFILES}
    mapped(con)
    with open_people(tmp_path / "people.sqlite") as people:
        override(people, "cafe", "lea", "label", "vip", "refused", why="salariée", who="a")
        override(people, "cafe", "jo", "label", "presse", "given", why="à inviter", who="a")
        given = by_person(overrides(people, "cafe"), persons)
    rows = detect(con, BRIEF, "r1", AS_OF, {}, given)["detection.candidates"].to_pylist()
    labels = {row["person_id"]: row["labels"] for row in rows}
    assert "vip" not in labels["person:lea"]
    assert labels["person:jo"] == ["vip", "presse"]
    assert labels["person:old"] == ["vip"]


def test_overrides_of_one_brief_or_of_unknown_accounts_touch_no_other(tmp_path):
    with open_people(tmp_path / "people.sqlite") as people:
        override(people, "autre", "lea", "role", "expert", "given", why="x", who="a")
        override(people, "cafe", "nobody", "role", "expert", "given", why="x", who="a")
        assert [one.account_id for one in overrides(people, "cafe")] == ["nobody"]
        assert by_person(overrides(people, "cafe"), {"lea": "person:lea"}) == {}


def test_the_last_word_on_a_role_replaces_the_one_before_and_labels_stand_side_by_side(tmp_path):
    with open_people(tmp_path / "people.sqlite") as people:
        for kind, word in (("role", "expert"), ("role", "fan"), ("label", "a"), ("label", "b")):
            override(people, "cafe", "lea", kind, word, "given", why="x", who="a")
        assert sorted((one.kind, one.word) for one in overrides(people, "cafe")) == [
            ("label", "a"), ("label", "b"), ("role", "fan"),
        ]  # fmt: skip


def test_a_refused_role_leaves_none_and_an_unrefused_one_stays():
    class Word:
        kind, word, state, decided_by = "role", "fan", "refused", "a"

    role, reasons = np.array(["fan", "expert"], object), np.array([None, None], object)
    override_roles(role, reasons, ["p", "p"], {"p": [Word]})
    assert role.tolist() == [None, "expert"]
    assert override_labels([["x"]], ["nobody"], {"p": [Word]}) == [["x"]]


def test_a_role_to_give_must_be_one_that_exists():
    assert check_role("expert", ()) == "expert"
    assert check_role("barista", (RoleRule("barista", "focus > 0"),)) == "barista"
    with pytest.raises(UserError) as error:
        check_role("experte", ())
    assert "« expert »" in error.value.message.fr


BRIEF_FILE = """[brief]
name = "cafe"
why = "x"
[[segments]]
name = "filtre"
query = "v60"
[[rules]]
label = "ambassador"
when = "brand_mentions >= 3"
{more}
"""


def written(tmp_path, more):
    path = tmp_path / "cafe.toml"
    path.write_text(BRIEF_FILE.format(more=more), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("more", "line", "fr", "en"),
    [
        ('[[rules]]\nlabel = "a"\nwhen = "reech > 3"', 12, "au signe 1 ; vouliez-vous dire « reach »", "did you mean"),
        (
            '[[rules]]\nlabel = "a"\nwhen = "reach > 3 AND"',
            12,
            "illisible au signe 14",
            "cannot be read at character 14",
        ),
        ('[[rules]]\nlabel = "a"\nwhen = "tier = \'medium\'"', 12, "valeur inconnue « medium »", "unknown value"),
        ('[[roles]]\nrole = "a"\nwhen = "follows > 3"', 12, "colonne inconnue « follows »", "unknown column"),
        ('[[roles]]\nrole = "a"\nwhen = "reach > \'x\'"', 12, "un nombre et un texte", "a number with a text"),
        ("[score.weights]\nrelevence = 2", 11, "« relevance »", '"relevance"'),
    ],
)
def test_a_wrong_condition_is_told_by_check_with_file_line_and_place(tmp_path, capsys, more, line, fr, en):
    path = written(tmp_path, more)
    for lang, words in (("fr", fr), ("en", en)):
        assert run(["check", str(path), "--lang", lang]) == 2
        told = capsys.readouterr().err
        assert words in told
        assert f"{'ligne' if lang == 'fr' else 'line'} {line}" in told
        assert "cafe.toml" in told
        assert len(told.strip().splitlines()) == 1


def test_a_discovery_stops_at_a_wrong_rule_before_anything_is_fetched(tmp_path):
    brief = read_brief(written(tmp_path, '[[rules]]\nlabel = "a"\nwhen = "reech > 3"'))
    with pytest.raises(UserError, match="reech"):
        study(brief)


def test_check_shows_labels_and_roles_in_the_order_in_which_they_are_asked(tmp_path, capsys):
    path = written(tmp_path, '[[roles]]\nrole = "barista"\nwhen = "focus > 0.5"')
    assert run(["check", str(path), "--lang", "fr"]) == 0
    told = capsys.readouterr().out
    assert "ambassadeur ← " in told or "ambassador ← brand_mentions >= 3" in told
    assert told.index("barista ← focus > 0.5") < told.index("marque, concurrent")
    assert run(["check", str(path), "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert rules[0] == {
        "kind": "label", "gives": "ambassador", "when": "brand_mentions >= 3", "columns": ["brand_mentions"], "own": True,
    }  # fmt: skip
    assert [r["gives"] for r in rules if r["kind"] == "role"][:2] == ["barista", "brand"]


def test_a_label_may_ask_for_a_role_of_the_brief():
    own = (RoleRule("barista", "focus > 0"),)
    assert label_condition("role = 'barista'", own).columns == {"role"}
    with pytest.raises(UserError):
        label_condition("role = 'barista'")
    with pytest.raises(UserError):
        label_condition("betweenness_percentile > 3")
    assert role_condition("press = 'journalist' AND betweenness_percentile > 3").columns


@pytest.mark.parametrize(
    ("weights", "fr", "en"),
    [
        ("reach = -1", "pas -1", "not -1"),
        ("reach = nan", "positif ou nul", "zero or more"),
        ("echo = inf", "positif ou nul", "zero or more"),
        ("reach = 0\nrelevance = 0.0", "tous les poids sont nuls", "every weight is zero"),
    ],
)
def test_weights_that_would_turn_the_list_round_or_empty_it_are_refused(tmp_path, weights, fr, en):
    brief = read_brief(written(tmp_path, f"[score.weights]\n{weights}"))
    with pytest.raises(UserError) as error:
        check_rules(brief)
    assert fr in error.value.message.fr
    assert en in error.value.message.en
    assert "cafe.toml" in error.value.message.en


def test_a_weight_of_zero_leaves_one_component_out():
    assert check_rules(replace(BRIEF, score=Score("weighted", {"reach": 0.0, "relevance": 1.0})))


def test_a_weight_of_nothing_is_an_error_and_known_weights_pass():
    assert check_rules(replace(BRIEF, score=Score("weighted", {"reach": 1.0, "echo": 2.0})))
    with pytest.raises(UserError, match="écho"):
        check_rules(replace(BRIEF, score=Score("weighted", {"écho": 2.0})))


def test_a_word_that_a_number_contains_is_refused_instead_of_crashing():
    with pytest.raises(UserError, match="at character 1,"):
        label_condition("reach CONTAINS 'a'")
