"""`vigie explain` and `vigie rank` tell how sure a place is, what it is made of and what would change it, in both languages."""

import json
import re
import shutil

import pytest

from app.cli import run
from app.views.explanation import COMPONENTS
from pipelines.documents.say import words

MEASURES = ("k-core", "reciprocity", "betweenness", "Burt’s constraint", "points to those who count", "topic PageRank")


@pytest.fixture(scope="module")
def where(discovered):
    return ["--workspace", str(discovered)]


@pytest.fixture(scope="module")
def first(discovered, where):
    from data.warehouse.store import connect

    con = connect(discovered / "vigie.duckdb", read_only=True)
    found = con.execute(
        "SELECT account_id, run_id FROM detection.candidates_latest WHERE rank IS NOT NULL AND tier IS NOT NULL"
        " ORDER BY influence DESC LIMIT 1"
    ).fetchone()
    con.close()
    return found


def shown(capsys, *arguments):
    code = run(list(arguments))
    out = capsys.readouterr().out
    assert code == 0
    return out


def test_an_explanation_names_every_measure_and_says_what_it_means(capsys, where, first):
    out = shown(capsys, "explain", "cafe", first[0], *where, "--lang", "en")
    for name in MEASURES:
        assert name in out
    assert "what it says" in out
    assert "people who relay, link or name" in out


def test_the_same_explanation_comes_in_french(capsys, where, first):
    out = shown(capsys, "explain", "cafe", first[0], *where, "--lang", "fr")
    for name in ("k-cœur", "réciprocité", "contrainte de Burt", "renvoie vers qui compte", "ce que cela dit"):
        assert name in out
    assert re.search(r"dans les 20 premiers dans \d+(,\d)?\u202f% des tirages", out)
    assert "l’influence vient de" in out
    assert re.search(r"communauté de \d+ personnes, menée par .+ ; contours (fermes|flous|peut-être)", out)


def test_the_parts_of_influence_and_the_conditions_of_the_tiers_are_numbers_a_machine_can_read(capsys, where, first):
    told = json.loads(shown(capsys, "explain", "cafe", first[0], *where, "--lang", "en", "--json"))
    best = told["segments"][0]
    assert sum(part["weight"] for part in best["influence_parts"]) == pytest.approx(1.0)
    assert {test["tier"] for test in best["tier_tests"]} == {"macro", "magic_middle", "micro"}
    mine = [test["gap"] for test in best["tier_tests"] if test["tier"] == best["tier"] and test["gap"] is not None]
    assert min(mine) == pytest.approx(best["tier_margin"])
    assert any(sentence.startswith("in the top 20 in ") for sentence in best["how_sure"])
    assert told["run_id"] == first[1]


def test_an_explanation_of_a_run_is_asked_by_its_name_or_its_day(capsys, where, first):
    now = shown(capsys, "explain", "cafe", first[0], *where, "--lang", "en")
    assert shown(capsys, "explain", "cafe", first[0], *where, "--lang", "en", "--as-of", first[1]) == now
    assert run(["explain", "cafe", first[0], *where, "--lang", "en", "--as-of", "1999-01-01"]) == 2
    assert "no run up to 1999-01-01" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["voice", "overlap"])
def test_the_surroundings_as_of_the_newest_run_are_todays(capsys, where, first, command):
    now = shown(capsys, command, "cafe", *where, "--lang", "en")
    assert shown(capsys, command, "cafe", *where, "--lang", "en", "--as-of", first[1]) == now


def test_organisations_among_those_who_attend_are_told_apart(capsys, where, discovered):
    from data.warehouse.store import connect

    con = connect(discovered / "vigie.duckdb", read_only=True)
    found = con.execute(
        """SELECT m.account_id FROM core.ties t
           JOIN core.person_accounts f ON f.account_id = t.from_account
           JOIN core.person_accounts m ON m.account_id = t.to_account
           JOIN detection.candidates_latest o ON o.person_id = f.person_id AND o.role IN ('brand', 'competitor')
           JOIN detection.candidates_latest c ON c.person_id = m.person_id
           WHERE t.kind <> 'follow' AND f.person_id <> m.person_id
           GROUP BY m.account_id ORDER BY max(t.weight) DESC, m.account_id LIMIT 4"""
    ).fetchall()
    con.close()
    outs = [shown(capsys, "explain", "cafe", account, *where, "--lang", "en") for (account,) in found]
    assert any(re.search(r" \((brand|competitor)\) · ", out) for out in outs)


def test_an_influence_that_cannot_be_put_together_again_says_so(discovered, tmp_path, capsys, first):
    from data.warehouse.store import connect

    copy = tmp_path / "changed"
    shutil.copytree(discovered, copy)
    con = connect(copy / "vigie.duckdb")
    con.execute("UPDATE detection.candidates SET influence = influence / 2")
    con.close()
    where = ["--workspace", str(copy)]
    assert "ne se décompose pas ici" in shown(capsys, "explain", "cafe", first[0], *where, "--lang", "fr")
    out = shown(capsys, "explain", "cafe", first[0], *where, "--lang", "en")
    assert "cannot be taken apart here" in out
    assert "influence comes from" not in out


def test_the_list_says_how_sure_its_top_is(capsys, where):
    out = shown(capsys, "rank", "cafe", *where, "--lang", "en", "--top", "3")
    assert "top 20" in out.splitlines()[0]
    assert re.search(r"\[\w+\] ((\d+|none) of the top 20 stays? there|not enough data to say who leads)", out)


def test_a_list_that_filters_empty_says_so(capsys, where):
    out = shown(capsys, "rank", "cafe", *where, "--lang", "fr", "--label", "nobody-has-it")
    assert "Personne ne répond à ces filtres." in out
    assert "Étiquettes portées : " in out
    assert "émergent" in out.split("Étiquettes portées : ")[1].splitlines()[0]


def test_a_label_may_be_written_as_it_is_shown(capsys, where):
    lists = [
        shown(capsys, "rank", "cafe", *where, "--lang", "fr", "--label", written)
        for written in ("emerging", "émergent", "Émergent")
    ]
    assert "Personne" not in lists[0]
    assert len(set(lists)) == 1


def test_every_component_has_a_name_in_both_languages():
    for lang in ("fr", "en"):
        assert set(COMPONENTS) <= set(words("measure", lang))
        assert set(words("gloss", lang)) <= set(COMPONENTS)


def test_the_posts_most_alive_are_listed_on_demand(capsys, where):
    assert "visibility" not in shown(capsys, "voice", "cafe", *where, "--lang", "en")
    out = shown(capsys, "voice", "cafe", *where, "--lang", "en", "--posts", "2")
    assert "organisation\tvitality\tvisibility\timpact\ttrust" in out
    assert "confiance" in shown(capsys, "voice", "cafe", *where, "--lang", "fr", "--posts", "1")


def test_acts_are_counted_by_kind_and_open_to_the_post_that_shows_them(discovered, capsys, where, first):
    from data.warehouse.store import connect

    told = json.loads(shown(capsys, "explain", "cafe", first[0], *where, "--json"))
    relays = told["segments"][0]["relays"]
    assert relays
    con = connect(discovered / "vigie.duckdb", read_only=True)
    for relay in relays:
        assert sum(one["acts"] for one in relay["of_each"]) == pytest.approx(relay["acts"])
        counted = con.execute(
            "SELECT t.kind, sum(t.weight) FROM core.ties t JOIN core.person_accounts m ON m.account_id = t.to_account"
            " WHERE m.person_id = ? AND t.from_account = ? AND t.kind <> 'follow' GROUP BY 1 ORDER BY 1",
            [told["person_id"], relay["account_id"]],
        ).fetchall()
        assert [(one["kind"], one["acts"]) for one in relay["of_each"]] == counted
    con.close()
    out = shown(capsys, "explain", "cafe", first[0], *where, "--lang", "fr")
    assert re.search(r"(mention|réponse|relais|citation) × \d", out)
    assert relays[0]["url"] in out
